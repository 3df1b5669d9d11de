//! The fast way and the strict way say the same of every token: valid, mutated and hostile ones, in
//! every format; and so does a verifier that remembers.

use std::sync::LazyLock;
use std::time::Duration;

use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use waxseal::key::{Algorithm, Key, KeySet, KeySource};
use waxseal::keyring::NewRing;
use waxseal::session::{Login, Shortcuts, Undecoded};
use waxseal::time::{ManualClock, Timestamp};
use waxseal::{CachedVerifier, Issuer, Revocations, Session, Verifier, VerifyError, base64url};

const ISSUER: &str = "https://id.example";

/// One ring, the two ways to verify by it, and tokens of all kinds.
struct Ring {
    algorithm: Algorithm,
    key: Key,
    fast: Verifier,
    strict: Verifier,
    tokens: Vec<String>,
}

impl Ring {
    fn new(algorithm: Algorithm) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let ring = NewRing::new(ISSUER).algorithm(algorithm).create(folder.path().join("keys"));
        let keys = ring.expect("a ring");
        let none = Revocations::none_because("a test");
        let clock = ManualClock::at(Timestamp::from_secs(1_795_225_163)).clock();
        let setup = Verifier::new(keys.clone(), ISSUER, "shop").clock(clock.clone());
        let fast = setup.clone().revocations(none.clone());
        let strict = setup.shortcuts(Shortcuts::Left).revocations(none);
        let issuer = Issuer::new(&keys, ISSUER, "shop").expect("sound").clock(clock);
        let bound = issuer.clone().in_cookies("__Host-session", "__Host-guest");
        let state = json!({ "name": "Ada \"L\" \u{e9}\u{1f600}", "items": [1, 2.5, null, {}] });
        let login = Login::of("ada")
            .in_scope("acme")
            .by("pwd")
            .by("otp")
            .level("aal2")
            .role("editor")
            .permit("read")
            .permit("write")
            .bound_to("a laptop")
            .version(3);
        let odd = Login::of("a\u{7f}\"\\\u{e9}/");
        let tokens = [
            issuer.mint("ada", &state),
            issuer.mint("ada", &Value::Null),
            bound.mint_login(&login, &state),
            issuer.mint_login(&odd, &json!({})),
            bound.mint_guest(&state),
        ];
        let tokens = tokens.map(|token| token.expect("minted").into_string()).to_vec();
        let key = keys.keys().next().expect("a key").2.clone();
        Self { algorithm, key, fast, strict, tokens }
    }

    fn agree(&self, token: &str) -> Result<(), TestCaseError> {
        let cached: CachedVerifier<Value> = self.fast.clone().cached(8);
        let strict = said(self.strict.verify::<Value>(token));
        prop_assert_eq!(said(self.fast.verify::<Value>(token)), strict.clone(), "{}", token);
        for _ in 0..2 {
            prop_assert_eq!(said(cached.verify(token)), strict.clone(), "cached: {}", token);
        }
        let who = |it: Result<Session<IgnoredAny>, VerifyError>| it.map(|it| it.id()).map_err(code);
        let ignoring = who(self.strict.verify(token));
        prop_assert_eq!(who(self.fast.verify(token)), ignoring, "no state: {}", token);
        let text = |it: Result<Session<Undecoded>, VerifyError>| {
            it.map(|it| it.state().as_json().to_owned()).map_err(code)
        };
        prop_assert_eq!(text(self.fast.verify(token)), text(self.strict.verify(token)));
        let guests = [&self.fast, &self.strict].map(|it| {
            it.verify_guest::<Value>(token).map(|it| (it.id(), it.into_state())).map_err(code)
        });
        prop_assert_eq!(&guests[0], &guests[1], "guest: {}", token);
        Ok(())
    }
}

fn code(fault: VerifyError) -> String {
    format!("{} {fault}", fault.code())
}

/// All that an answer tells.
fn said(answer: Result<Session<Value>, VerifyError>) -> Result<String, String> {
    let facts = |it: Session<Value>| {
        let roles: Vec<&str> = it.roles().chain(it.methods()).chain(it.permissions()).collect();
        format!(
            "{it:?} {} {:?} {:?} {:?} {roles:?} {:?} {:?} {:?} {} {} {} {} {}",
            it.subject(),
            it.scope(),
            it.cookie_name(),
            it.level(),
            it.require_version(4),
            it.require_bound(b"a laptop").is_ok(),
            it.profile(),
            it.state(),
            it.authenticated_at(),
            it.started_at().timestamp_millis(),
            it.idle_limit(),
            it.renew_after(),
        )
    };
    answer.map(facts).map_err(code)
}

/// Keys that were last read so long ago.
#[derive(Clone, Debug)]
struct Aged(KeySet, Duration);

impl KeySource for Aged {
    fn key_set(&self) -> KeySet {
        self.0.clone()
    }

    fn age(&self) -> Option<Duration> {
        Some(self.1)
    }
}

static RINGS: LazyLock<Vec<Ring>> = LazyLock::new(|| {
    let algorithms = Algorithm::ALL.iter().copied();
    algorithms.filter(|algorithm| algorithm.can_be_generated()).map(Ring::new).collect()
});

fn by_name(name: &str) -> &'static Ring {
    RINGS.iter().find(|ring| ring.algorithm.name() == name).expect("a ring")
}

/// The parts of a token of the HS256 ring, and a tag over whatever becomes of them.
fn signed(ring: &Ring, header: &str, claims: &[u8]) -> String {
    let jwk = ring.key.export_secret_jwk().expect("a secret");
    let jwk: Value = serde_json::from_str(jwk.expose_secret()).expect("a JWK");
    let secret = base64url::decode(jwk["k"].as_str().expect("a secret")).expect("base64url");
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &secret);
    let input = format!("{header}.{}", base64url::encode(claims));
    let tag = ring::hmac::sign(&key, input.as_bytes());
    format!("{input}.{}", base64url::encode(tag.as_ref()))
}

#[test]
fn what_our_issuers_mint_is_read_alike_in_every_format() {
    for ring in RINGS.iter() {
        for (number, token) in ring.tokens.iter().enumerate() {
            ring.agree(token).expect("one verdict");
            let is_guest = number == 4;
            assert_eq!(ring.fast.verify::<Value>(token).is_ok(), !is_guest, "{}", ring.algorithm);
            assert_eq!(ring.fast.verify_guest::<Value>(token).is_ok(), is_guest);
        }
    }
}

#[test]
fn keys_that_are_too_old_refuse_alike_and_after_what_is_no_token() {
    let ring = by_name("HS256");
    for (hours, code) in [(1, None), (25, Some("stale_keys"))] {
        let old = Aged(KeySet::only(ring.key.clone()), Duration::from_secs(hours * 3600));
        let clock = ManualClock::at(Timestamp::from_secs(1_795_225_163)).clock();
        let setup = Verifier::new(old, ISSUER, "shop").clock(clock);
        let [fast, strict] = [setup.clone(), setup.shortcuts(Shortcuts::Left)]
            .map(|it| it.revocations(Revocations::none_because("a test")));
        for token in ring.tokens.iter().map(String::as_str).chain(["a.b.c", "", "a", "e30.e30.e30"])
        {
            assert_eq!(said(fast.verify(token)), said(strict.verify(token)), "{token}");
            let said = |it: &Verifier| format!("{:?}", it.explain::<Value>(token));
            assert_eq!(said(&fast), said(&strict), "{token}");
        }
        let refused = fast.verify::<Value>(&ring.tokens[0]).err();
        assert_eq!(refused.map(|fault| fault.code()), code);
        assert_eq!(fast.verify::<Value>("a.b.c").expect_err("no token").code(), "malformed");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_token_is_judged_alike_in_every_format(
        which in any::<prop::sample::Index>(),
        token in 0_usize..5,
        edits in proptest::collection::vec((any::<prop::sample::Index>(), "[ -~]", 0_u8..3), 1..4),
    ) {
        let ring = &RINGS[which.index(RINGS.len())];
        let mut text = ring.tokens[token].clone();
        for (at, put, how) in edits {
            let at = at.index(text.len());
            match how {
                0 => text.replace_range(at..at + 1, &put),
                1 => text.insert_str(at, &put),
                _ => drop(text.remove(at)),
            }
        }
        ring.agree(&text)?;
    }

    /// Somebody with the key writes what no issuer of ours does.
    #[test]
    fn hostile_claims_under_a_good_tag_are_judged_alike(
        token in 0_usize..5,
        edits in proptest::collection::vec(
            (any::<prop::sample::Index>(), 0_usize..24, prop_oneof![
                "[ -~]{0,6}",
                Just("\"st\":1,".to_owned()),
                Just(",\"sub\":\"eve\"".to_owned()),
                Just("\\u0061".to_owned()),
                Just("\u{e9}".to_owned()),
                Just("[[[[[[[[[[[[".to_owned()),
                Just("1795225163.5".to_owned()),
                Just("1e10".to_owned()),
            ]),
            0..4,
        ),
        header in prop_oneof![
            4 => Just(None),
            1 => Just(Some(r#"{"typ":"session+jwt","alg":"HS256"}"#)),
            1 => Just(Some(r#"{ "alg":"HS256","typ":"application/session+jwt"}"#)),
            1 => Just(Some(r#"{"alg":"none"}"#)),
        ],
    ) {
        let ring = by_name("HS256");
        let parts: Vec<&str> = ring.tokens[token].split('.').collect();
        let mut claims = base64url::decode(parts[1]).expect("base64url");
        for (at, cut, put) in edits {
            let from = at.index(claims.len() + 1);
            let to = (from + cut).min(claims.len());
            claims.splice(from..to, put.bytes());
        }
        let header = match header {
            None => parts[0].to_owned(),
            Some(header) => {
                let kid = ring.key.id().expect("a name").as_str();
                let header = header.replacen('{', &format!(r#"{{"kid":"{kid}","#), 1);
                base64url::encode(header.as_bytes())
            }
        };
        ring.agree(&signed(ring, &header, &claims))?;
    }
}
