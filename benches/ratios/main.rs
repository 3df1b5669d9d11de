//! The ratios that bind, both sides in one run: `cargo bench --all-features --bench ratios`. jsonwebtoken
//! is here on `rust_crypto`; `benches/peers` has its other back-ends.
//!
//! Every round visits every case once, in turn, so that a drift of the machine meets them all. A
//! ratio is the median over the rounds of one case's time by another's in the same round.
//!
//! It ends with the table of goals, and with 1 if one is missed by more than a tenth; with `-- --wide` by
//! more than a busy machine is forgiven, in a fifth of the time. With `-- --test` it runs a few rounds and
//! only shows that everything works.

#![allow(missing_docs, clippy::disallowed_methods)]

#[path = "../scenario/mod.rs"]
mod scenario;
mod table;

use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use cookie::{Cookie, CookieJar};
use pasetors::Local;
use pasetors::keys::SymmetricKey;
use pasetors::token::UntrustedToken;
use pasetors::version4::V4;
use ring::{aead, hmac, signature};
use scenario::{AUDIENCE, ISSUER, Ours, PlainClaims, SUBJECT, State, Theirs, state};
use table::{Bound, Slack, Table, case};
use waxseal::claims::SessionId;
use waxseal::key::{Algorithm, KeySet};
use waxseal::revocation::Revocation;
use waxseal::{RevocationList, Verifier};

fn main() {
    let told = |word: &str| std::env::args().any(|argument| argument == word);
    let (rounds, slice, slack) = match (told("--test"), told("--wide")) {
        (true, _) => (2, 1, Slack::Everything),
        (false, true) => (25, 2, Slack::Wide),
        (false, false) => (61, 5, Slack::ByHand),
    };
    let mut table = Table::new(rounds, Duration::from_millis(slice), slack);
    hs256(&mut table);
    again(&mut table, slack);
    eddsa(&mut table);
    es256(&mut table);
    rs256(&mut table);
    sealed(&mut table);
    v4_public(&mut table);
    v4_local(&mut table);
    v3_public(&mut table);
    start(&mut table, slack);
    println!("\n{}", table.goals());
    for missed in table.missed() {
        println!("MISSED {missed}");
    }
    std::process::exit(i32::from(!table.missed().is_empty()));
}

/// A token that is verified again, among 1,000 that are live, by a list of 1,000 entries. The
/// goal is a time: a slow processor misses it, so it is judged by hand only.
fn again(table: &mut Table, slack: Slack) {
    const LIVE: usize = 1_000;
    let ours = Ours::new(Algorithm::Hs256);
    let (input, tag) = ours.signed_parts();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &ours.secret);
    let theirs = Theirs::of(&ours);
    let list = RevocationList::in_memory();
    for number in 0..LIVE as u128 {
        let id = SessionId::from(
            number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).to_le_bytes(),
        );
        list.revoke(&Revocation::session(id)).expect("room");
    }
    let keys = KeySet::only(ours.key.clone());
    let verifier = Verifier::new(keys, ISSUER, AUDIENCE).revocations(&list);
    let cached = verifier.cached::<State>(4 * LIVE);
    let tokens: Vec<String> = (0..LIVE)
        .map(|number| ours.issuer.mint(&format!("user-{number:07}"), state_once()))
        .map(|token| token.expect("minted").into_string())
        .collect();
    tokens.iter().for_each(|token| drop(cached.verify(token).expect("good")));
    let mut at = 0;
    let hit = table.run(
        "verified again, of 1,000 live tokens",
        vec![
            case("hit", || {
                at = (at + 617) % LIVE;
                cached.verify(black_box(&tokens[at])).is_ok()
            }),
            case("verify", || ours.verifier.verify::<State>(black_box(&ours.token)).is_ok()),
            case("raw HMAC", || hmac::verify(&key, black_box(input.as_bytes()), &tag).is_ok()),
            case("jsonwebtoken", || decode(&theirs)),
        ],
        &[
            ("hit", "verify", Bound::AtMost(0.3)),
            ("hit", "raw HMAC", Bound::None),
            ("jsonwebtoken", "hit", Bound::None),
        ],
    );
    if slack == Slack::ByHand {
        table.judge("verified again, in nanoseconds", hit, &Bound::AtMost(150.0));
    }
}

fn hs256(table: &mut Table) {
    let ours = Ours::new(Algorithm::Hs256);
    let (input, tag) = ours.signed_parts();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &ours.secret);
    let theirs = Theirs::of(&ours);
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
            case("mint", || ours.issuer.mint(SUBJECT, black_box(state_once())).is_ok()),
            case("jsonwebtoken mint", || encode(&theirs)),
        ],
        &[
            ("verify", "raw", Bound::AtMost(3.6)),
            ("jsonwebtoken", "verify", Bound::AtLeast(2.4)),
            ("forged", "raw", Bound::AtMost(1.3)),
            ("mint", "raw mint", Bound::AtMost(2.4)),
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
    let theirs = Theirs::of(&ours);
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
            case("mint", || ours.issuer.mint(SUBJECT, black_box(state_once())).is_ok()),
            case("jsonwebtoken mint", || encode(&theirs)),
        ],
        &[
            ("verify", "raw", Bound::AtMost(1.1)),
            ("jsonwebtoken", "verify", Bound::None),
            ("mint", "raw mint", Bound::AtMost(1.1)),
            ("jsonwebtoken mint", "mint", Bound::None),
        ],
    );
}

fn es256(table: &mut Table) {
    let ours = Ours::new(Algorithm::Es256);
    let (input, tag) = ours.signed_parts();
    let public = signature::UnparsedPublicKey::new(
        &signature::ECDSA_P256_SHA256_FIXED,
        [&[4], ours.member("x").as_slice(), &ours.member("y")].concat(),
    );
    let theirs = Theirs::of(&ours);
    table.run(
        "ES256",
        vec![
            case("raw", || public.verify(black_box(input.as_bytes()), &tag).is_ok()),
            case("verify", || ours.verifier.verify::<State>(black_box(&ours.token)).is_ok()),
            case("jsonwebtoken", || decode(&theirs)),
            case("mint", || ours.issuer.mint(SUBJECT, black_box(state_once())).is_ok()),
            case("jsonwebtoken mint", || encode(&theirs)),
        ],
        &[
            ("verify", "raw", Bound::AtMost(1.06)),
            ("jsonwebtoken", "verify", Bound::None),
            ("jsonwebtoken mint", "mint", Bound::None),
        ],
    );
}

fn rs256(table: &mut Table) {
    let ours = Ours::new(Algorithm::Rs256);
    let (input, tag) = ours.signed_parts();
    let (n, e) = (ours.member("n"), ours.member("e"));
    let public = signature::RsaPublicKeyComponents { n: &n, e: &e };
    let scheme = &signature::RSA_PKCS1_2048_8192_SHA256;
    let theirs = Theirs::of(&ours);
    table.run(
        "RS256, 2048 bits",
        vec![
            case("raw", || public.verify(scheme, black_box(input.as_bytes()), &tag).is_ok()),
            case("verify", || ours.verifier.verify::<State>(black_box(&ours.token)).is_ok()),
            case("jsonwebtoken", || decode(&theirs)),
            case("mint", || ours.issuer.mint(SUBJECT, black_box(state_once())).is_ok()),
            case("jsonwebtoken mint", || encode(&theirs)),
        ],
        &[
            ("verify", "raw", Bound::None),
            ("jsonwebtoken", "verify", Bound::None),
            ("jsonwebtoken mint", "mint", Bound::None),
        ],
    );
}

fn v4_public(table: &mut Table) {
    let ours = Ours::new(Algorithm::V4Public);
    let (message, tag, footer) = ours.paseto_parts(64);
    let input = scenario::pre_authentication_encoding(&[b"v4.public.", &message, &footer, b""]);
    let seed: [u8; 32] = ours.secret.as_slice().try_into().expect("a seed");
    let public = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key();
    let tag = ed25519_dalek::Signature::from_slice(&tag).expect("a signature");
    table.run(
        "v4.public",
        vec![
            case("raw", || public.verify_strict(black_box(&input), &tag).is_ok()),
            case("verify", || ours.verifier.verify::<State>(black_box(&ours.token)).is_ok()),
            case("mint", || ours.issuer.mint(SUBJECT, black_box(state_once())).is_ok()),
        ],
        &[("verify", "raw", Bound::AtMost(1.1))],
    );
}

fn v4_local(table: &mut Table) {
    let ours = Ours::new(Algorithm::V4Local);
    let theirs = SymmetricKey::<V4>::from(&ours.secret).expect("a key");
    let open = || {
        let token = UntrustedToken::<Local, V4>::try_from(black_box(&*ours.token));
        let token = token.expect("a token");
        pasetors::version4::LocalToken::decrypt(&theirs, &token, None, None).expect("authentic")
    };
    table.run(
        "v4.local",
        vec![
            case("pasetors, bytes", || !open().payload().is_empty()),
            case("verify", || ours.verifier.verify::<State>(black_box(&ours.token)).is_ok()),
            case("mint", || ours.issuer.mint(SUBJECT, black_box(state_once())).is_ok()),
        ],
        &[("verify", "pasetors, bytes", Bound::None)],
    );
}

fn v3_public(table: &mut Table) {
    let ours = Ours::new(Algorithm::V3Public);
    let (message, tag, footer) = ours.paseto_parts(96);
    let (x, y) = (ours.member("x"), ours.member("y"));
    let compressed = [&[2 + (y[47] & 1)], x.as_slice()].concat();
    let parts = [&compressed, b"v3.public.".as_slice(), &message, &footer, b""];
    let input = scenario::pre_authentication_encoding(&parts);
    let public = signature::UnparsedPublicKey::new(
        &signature::ECDSA_P384_SHA384_FIXED,
        [&[4], x.as_slice(), &y].concat(),
    );
    table.run(
        "v3.public",
        vec![
            case("raw", || public.verify(black_box(&input), &tag).is_ok()),
            case("verify", || ours.verifier.verify::<State>(black_box(&ours.token)).is_ok()),
            case("mint", || ours.issuer.mint(SUBJECT, black_box(state_once())).is_ok()),
        ],
        &[("verify", "raw", Bound::None)],
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
                serde_json::from_str::<PlainClaims>(opened.value()).is_ok_and(|claims| {
                    let now = chrono::Utc::now().timestamp();
                    let in_time = claims.nbf <= now && now < claims.exp;
                    in_time && claims.iss == ISSUER && claims.aud == AUDIENCE
                })
            }),
            case("mint", || ours.issuer.mint(SUBJECT, black_box(state_once())).is_ok()),
        ],
        &[
            ("verify", "raw", Bound::AtMost(8.5)),
            ("PrivateJar", "verify", Bound::AtLeast(1.0)),
            ("mint", "raw", Bound::None),
        ],
    );
}

/// How long the program takes to start, beside one that does nothing. Most of it is the kernel's and the
/// loader's, which differ from machine to machine: it is judged by hand only.
fn start(table: &mut Table, slack: Slack) {
    let bound = || match slack {
        Slack::ByHand => Bound::AtMost(1.5),
        Slack::Wide | Slack::Everything => Bound::None,
    };
    let folder = tempfile::tempdir().expect("a folder");
    let (source, empty) = (folder.path().join("empty.rs"), folder.path().join("empty"));
    std::fs::write(&source, "fn main() {}").expect("a file");
    let built = Command::new("rustc").arg("-O").arg("-o").arg(&empty).arg(&source).status();
    assert!(built.expect("a compiler").success());
    let token = folder.path().join("token");
    std::fs::write(&token, Ours::new(Algorithm::EdDsa).token).expect("a file");
    let token = format!("@{}", token.display());
    let runs = |program: &Path, arguments: &[&str]| {
        Command::new(program)
            .args(arguments)
            .stdout(Stdio::null())
            .status()
            .expect("it runs")
            .success()
    };
    let waxseal = Path::new(env!("CARGO_BIN_EXE_waxseal"));
    table.run(
        "start-up",
        vec![
            case("an empty program", || runs(&empty, &[])),
            case("waxseal --version", || runs(waxseal, &["--version"])),
            case("waxseal inspect", || runs(waxseal, &["inspect", &token])),
        ],
        &[
            ("waxseal --version", "an empty program", bound()),
            ("waxseal inspect", "an empty program", bound()),
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
