//! The ratios that bind, both sides in one run: `cargo bench --bench ratios`.
//!
//! Every round visits every case once, in turn, so that a drift of the machine meets them all. A
//! ratio is the median over the rounds of one case's time by another's in the same round. With
//! `--test` it runs a few rounds and only shows that everything works.

#![allow(missing_docs, clippy::disallowed_methods)]

mod scenario;

use std::hint::black_box;
use std::time::{Duration, Instant};

use cookie::{Cookie, CookieJar};
use ring::{aead, hmac};
use scenario::{AUDIENCE, ISSUER, Ours, PlainClaims, State, Theirs, state};
use waxseal::key::Algorithm;

fn main() {
    let test = std::env::args().any(|argument| argument == "--test");
    let (rounds, slice) = if test { (2, 1) } else { (61, 5) };
    let mut table = Table { rounds, slice: Duration::from_millis(slice), missed: Vec::new() };
    hs256(&mut table);
    eddsa(&mut table);
    sealed(&mut table);
    if !test {
        for missed in &table.missed {
            println!("MISSED {missed}");
        }
        std::process::exit(i32::from(!table.missed.is_empty()));
    }
}

fn hs256(table: &mut Table) {
    let ours = Ours::new(Algorithm::Hs256);
    let (input, tag) = ours.signed_parts();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &ours.secret);
    let theirs = Theirs::new(jsonwebtoken::Algorithm::HS256);
    let mut forged = ours.token.clone();
    let last = forged.pop();
    forged.push(if last == Some('A') { 'E' } else { 'A' });
    table.run(
        "HS256",
        vec![
            case("raw", || hmac::verify(&key, black_box(input.as_bytes()), &tag).is_ok()),
            case("verify", || ours.verifier.verify::<State>(black_box(&ours.token)).is_ok()),
            case("jsonwebtoken", || decode(&theirs)),
            case("forged", || ours.verifier.verify::<State>(black_box(&forged)).is_err()),
            case("raw mint", || !hmac::sign(&key, black_box(input.as_bytes())).as_ref().is_empty()),
            case("mint", || ours.issuer.mint("ada", black_box(&state_once())).is_ok()),
            case("jsonwebtoken mint", || encode(&theirs)),
        ],
        &[
            ("verify", "raw", Bound::AtMost(3.6)),
            ("jsonwebtoken", "verify", Bound::AtLeast(2.4)),
            ("forged", "raw", Bound::AtMost(1.3)),
            ("mint", "raw mint", Bound::None),
            ("jsonwebtoken mint", "mint", Bound::None),
        ],
    );
}

fn eddsa(table: &mut Table) {
    let ours = Ours::new(Algorithm::EdDsa);
    let (input, signature) = ours.signed_parts();
    let seed: [u8; 32] = ours.secret.as_slice().try_into().expect("a seed");
    let key = ed25519_dalek::SigningKey::from_bytes(&seed);
    let public = key.verifying_key();
    let signature = ed25519_dalek::Signature::from_slice(&signature).expect("a signature");
    let theirs = Theirs::new(jsonwebtoken::Algorithm::EdDSA);
    table.run(
        "EdDSA",
        vec![
            case("raw", || public.verify_strict(black_box(input.as_bytes()), &signature).is_ok()),
            case("verify", || ours.verifier.verify::<State>(black_box(&ours.token)).is_ok()),
            case("jsonwebtoken", || decode(&theirs)),
            case("raw mint", || {
                use ed25519_dalek::Signer as _;
                key.try_sign(black_box(input.as_bytes())).is_ok()
            }),
            case("mint", || ours.issuer.mint("ada", black_box(&state_once())).is_ok()),
            case("jsonwebtoken mint", || encode(&theirs)),
        ],
        &[
            ("verify", "raw", Bound::AtMost(1.1)),
            ("jsonwebtoken", "verify", Bound::None),
            ("mint", "raw mint", Bound::None),
            ("jsonwebtoken mint", "mint", Bound::None),
        ],
    );
}

fn sealed(table: &mut Table) {
    let ours = Ours::new(Algorithm::A256Gcm);
    let parts: Vec<&str> = ours.token.split('.').collect();
    let [header, _, iv, text, tag] = parts.as_slice() else { panic!("a JWE has 5 parts") };
    let decode = |text: &str| waxseal::base64url::decode(text).expect("base64url");
    let nonce: [u8; 12] = decode(iv).try_into().expect("12 bytes");
    let sealed = [decode(text), decode(tag)].concat();
    let key = aead::UnboundKey::new(&aead::AES_256_GCM, &ours.secret).expect("a key");
    let key = aead::LessSafeKey::new(key);
    let mut buffer = sealed.clone();
    let jar_key = cookie::Key::from(&[7; 64]);
    let claims = serde_json::to_string(&scenario::plain_claims()).expect("JSON");
    let mut jar = CookieJar::new();
    jar.private_mut(&jar_key).add(Cookie::new("session", claims));
    let carried = jar.get("session").expect("a cookie").clone();
    table.run(
        "A256GCM",
        vec![
            case("raw", || {
                buffer.copy_from_slice(&sealed);
                let nonce = aead::Nonce::assume_unique_for_key(nonce);
                let aad = aead::Aad::from(header.as_bytes());
                key.open_in_place(nonce, aad, black_box(&mut buffer)).is_ok()
            }),
            case("verify", || ours.verifier.verify::<State>(black_box(&ours.token)).is_ok()),
            case("PrivateJar", || {
                let opened = jar.private(&jar_key).decrypt(black_box(carried.clone()));
                let opened = opened.expect("authentic");
                serde_json::from_str::<PlainClaims>(opened.value())
                    .is_ok_and(|claims| claims.iss == ISSUER && claims.aud == AUDIENCE)
            }),
            case("mint", || ours.issuer.mint("ada", black_box(&state_once())).is_ok()),
        ],
        &[
            ("verify", "raw", Bound::AtMost(8.5)),
            ("PrivateJar", "verify", Bound::AtLeast(1.0)),
            ("mint", "raw", Bound::None),
        ],
    );
}

fn decode(theirs: &Theirs) -> bool {
    let token = black_box(&theirs.token);
    jsonwebtoken::decode::<PlainClaims>(token, &theirs.decoding, &theirs.validation).is_ok()
}

fn encode(theirs: &Theirs) -> bool {
    jsonwebtoken::encode(&theirs.header, black_box(&theirs.claims), &theirs.encoding).is_ok()
}

/// The state, made once: minting is measured, not making a state.
fn state_once() -> &'static State {
    static STATE: std::sync::LazyLock<State> = std::sync::LazyLock::new(state);
    &STATE
}

struct Case<'a> {
    name: &'static str,
    run: Box<dyn FnMut() -> bool + 'a>,
}

fn case<'a>(name: &'static str, run: impl FnMut() -> bool + 'a) -> Case<'a> {
    Case { name, run: Box::new(run) }
}

enum Bound {
    AtMost(f64),
    AtLeast(f64),
    None,
}

struct Table {
    rounds: usize,
    slice: Duration,
    missed: Vec<String>,
}

impl Table {
    fn run(
        &mut self,
        title: &str,
        mut cases: Vec<Case<'_>>,
        ratios: &[(&'static str, &'static str, Bound)],
    ) {
        let mut times: Vec<Vec<f64>> = vec![Vec::new(); cases.len()];
        for round in 0..=self.rounds {
            for turn in 0..cases.len() {
                let at = (turn + round) % cases.len();
                let nanos = per_call(&mut cases[at], self.slice);
                // The first round warms up.
                if round > 0 {
                    times[at].push(nanos);
                }
            }
        }
        println!("{title}");
        let position = |name| cases.iter().position(|case| case.name == name).expect("a case");
        for case in &cases {
            let nanos = median(times[position(case.name)].clone());
            println!("  {:<18} {nanos:>9.0} ns", case.name);
        }
        for (above, below, bound) in ratios {
            let (above_times, below_times) = (&times[position(above)], &times[position(below)]);
            let ratio = median(above_times.iter().zip(below_times).map(|(a, b)| a / b).collect());
            let (goal, held) = match bound {
                Bound::AtMost(most) => (format!("at most {most}"), ratio <= *most),
                Bound::AtLeast(least) => (format!("at least {least}"), ratio >= *least),
                Bound::None => (String::new(), true),
            };
            println!("  {above} / {below} = {ratio:.2}  {goal}");
            if !held {
                self.missed.push(format!("{title}: {above} / {below} = {ratio:.2}, {goal}"));
            }
        }
    }
}

/// Nanoseconds of one call, over a slice of time. Every result is checked.
fn per_call(case: &mut Case<'_>, slice: Duration) -> f64 {
    let mut calls = 0_u32;
    let start = Instant::now();
    loop {
        for _ in 0..8 {
            assert!((case.run)(), "{} failed", case.name);
        }
        calls += 8;
        let elapsed = start.elapsed();
        if elapsed >= slice {
            return elapsed.as_nanos() as f64 / f64::from(calls);
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
