//! PASETO's own parts: footers, implicit assertions, PASERK; what is shown of them and what is not.

#![cfg(feature = "paseto")]

use serde_json::{Value, json};
use waxseal::jwt::{self, MintError, RawVerifier};
use waxseal::key::{Algorithm, Key, KeyError, KeySet, Paserk};
use waxseal::{Revocations, base64url};

const PUBLIC: Algorithm = Algorithm::V4Public;

fn key() -> Key {
    Key::generate(PUBLIC).expect("a key")
}

fn claims() -> Value {
    json!({"sub": "ada", "exp": "2100-01-01T00:00:00Z"})
}

fn setup(key: &Key) -> jwt::VerifierSetup<Value> {
    jwt::Verifier::setup(KeySet::only(key.clone()))
}

fn none() -> Revocations {
    Revocations::none_because("a test")
}

#[test]
fn nothing_shows_an_implicit_assertion() {
    let secret = b"tenant-secret-4711";
    let issuer = jwt::Issuer::new(key()).and_then(|issuer| issuer.implicit_assertion(secret));
    let setup = setup(&key()).implicit_assertion(secret);
    let raw = RawVerifier::new(KeySet::only(key())).implicit_assertion(secret);
    let shown = [
        format!("{:?}", issuer.expect("an issuer")),
        format!("{setup:?}"),
        format!("{raw:?}"),
        format!("{:?}", setup.revocations(none())),
    ];
    for text in shown {
        let numbers = format!("{secret:?}");
        assert!(
            !text.contains("tenant") && !text.contains(numbers.trim_matches(['[', ']'])),
            "{text}"
        );
    }
}

#[test]
fn a_footer_that_no_verifier_would_read_is_not_minted() {
    let long = [b'x'; 1025];
    let cases: [&[u8]; 5] =
        [&long, b"{not json", b"{\"kid\":7}", b"{\"kid\":\"\"}", b"{\"a\":1,\"a\":2}"];
    for footer in cases {
        let issuer = jwt::Issuer::new(key()).and_then(|issuer| issuer.footer(footer));
        assert!(matches!(issuer, Err(MintError::Footer(_))), "{issuer:?}");
    }
    let jwt = jwt::Issuer::new(Key::generate(Algorithm::Hs256).expect("a key")).expect("an issuer");
    assert_eq!(jwt.clone().footer(b"x").map(drop), Err(MintError::NotAPaseto));
    assert_eq!(jwt.implicit_assertion(b"x").map(drop), Err(MintError::NotAPaseto));
}

#[test]
fn an_empty_footer_has_one_text() {
    let key = key();
    let issuer = jwt::Issuer::new(key.clone()).and_then(|issuer| issuer.footer(b""));
    let token = issuer.and_then(|issuer| issuer.mint(&claims())).expect("a token").into_string();
    let verifier = setup(&key).footer(b"").revocations(none());
    assert!(verifier.verify(&token).is_ok());
    let with_dot = verifier.verify(&format!("{token}.")).map(drop).expect_err("refused");
    assert_eq!(with_dot.code(), "malformed");
}

#[test]
fn footer_and_assertion_must_be_the_ones_asked_for() {
    let key = key();
    let token = jwt::Issuer::new(key.clone())
        .and_then(|issuer| issuer.footer(b"f"))
        .and_then(|issuer| issuer.implicit_assertion(b"i"))
        .and_then(|issuer| issuer.mint(&claims()))
        .expect("a token");
    let judged = |footer: Option<&[u8]>, assertion: &[u8]| {
        let mut setup = setup(&key).implicit_assertion(assertion);
        if let Some(footer) = footer {
            setup = setup.footer(footer);
        }
        let claims = setup.revocations(none()).verify(token.as_str());
        let mut raw = RawVerifier::new(KeySet::only(key.clone())).implicit_assertion(assertion);
        if let Some(footer) = footer {
            raw = raw.footer(footer);
        }
        let raw = raw.verify(token.as_str());
        let code = claims.map_or_else(|fault| fault.code(), |_| "accepted");
        assert_eq!(raw.map_or_else(|fault| fault.code(), |_| "accepted"), code);
        code
    };
    assert_eq!(judged(Some(b"f"), b"i"), "accepted");
    assert_eq!(judged(None, b"i"), "accepted");
    assert_eq!(judged(Some(b"g"), b"i"), "wrong_footer");
    assert_eq!(judged(Some(b""), b"i"), "wrong_footer");
    for assertion in [&b""[..], b"j", b"i "] {
        assert_eq!(judged(Some(b"f"), assertion), "bad_signature");
    }
}

#[test]
fn a_jwt_proves_no_footer_and_no_assertion() {
    let key = Key::generate(Algorithm::Hs256).expect("a key");
    let claims = json!({"exp": 4_102_444_800_u64});
    let token = jwt::Issuer::new(key.clone()).and_then(|issuer| issuer.mint(&claims));
    let token = token.expect("a token");
    let refusal = |setup: jwt::VerifierSetup<Value>| {
        setup.revocations(none()).verify(&token).map(drop).expect_err("refused").code()
    };
    assert_eq!(refusal(setup(&key).footer(b"")), "wrong_footer");
    assert_eq!(refusal(setup(&key).implicit_assertion(b"i")), "no_assertion");
}

#[test]
fn a_key_in_the_wrong_place_is_not_quoted() {
    let key = Key::generate(Algorithm::V4Local).expect("a key");
    let text = key.export_secret_paserk().expect("a secret");
    let data = text.expose_secret().rsplit('.').next().expect("data");
    for text in [format!("k4.{data}.local"), format!("k4.local{data}.x"), format!("k2.{data}.x")] {
        let fault = Key::from_paserk(&text).expect_err("refused").to_string();
        assert!(!fault.contains(&data[5..20]), "{fault}");
    }
    for jwk in [
        format!(r#"{{"kty":"{data}"}}"#),
        format!(r#"{{"kty":"oct","k":"{data}","alg":"{data}"}}"#),
        format!(r#"{{"kty":"OKP","crv":"{data}"}}"#),
        format!(r#"{{"kty":"EC","crv":"{data}"}}"#),
    ] {
        let fault = Key::from_jwk(jwk.as_bytes()).expect_err("refused").to_string();
        assert!(!fault.contains(&data[5..20]), "{fault}");
    }
}

#[test]
fn the_halves_of_a_secret_key_belong_together() {
    let texts = [key(), key()].map(|key| key.export_secret_paserk().expect("a secret"));
    let [a, b] = texts.map(|text| {
        let data = text.expose_secret().rsplit('.').next().map(base64url::decode);
        data.expect("data").expect("base64url")
    });
    let mixed = base64url::encode(&[&a[..32], &b[32..]].concat());
    let mixed = format!("k4.secret.{mixed}");
    assert!(matches!(Key::from_paserk(&mixed), Err(KeyError::Contradiction(_))));
    let id = Paserk::parse(&mixed).expect("a PASERK").id();
    assert!(matches!(id, Err(KeyError::Contradiction(_))));
}

#[cfg(feature = "paseto-v3")]
#[test]
fn a_point_of_version_3_has_one_text() {
    let key = Key::generate(Algorithm::V3Public).expect("a key");
    let text = key.to_public_paserk().expect("a public half");
    let data = text.strip_prefix("k3.public.").expect("version 3");
    let bytes = base64url::decode(data).expect("base64url");
    for first in (0..=255).filter(|first| *first != bytes[0]) {
        let other = [&[first], &bytes[1..]].concat();
        let read = Key::from_paserk(&format!("k3.public.{}", base64url::encode(&other)));
        // The other sign is another point; nothing else is a compressed one.
        match first {
            2 | 3 => assert_ne!(read.expect("a point"), key.public_half().expect("public")),
            _ => assert_eq!(read, Err(KeyError::Unfit), "{first}"),
        }
    }
}

/// Data that found its way into the claims of a generic token must not make a session of it.
#[test]
fn the_claims_never_choose_the_kind_of_token() {
    let issuer = jwt::Issuer::new(key()).expect("an issuer");
    let mut forged = claims();
    forged["typ"] = json!("session+jwt");
    assert_eq!(issuer.mint(&forged).map(drop), Err(MintError::Kind));
    assert_eq!(issuer.clone().typ("at+jwt").mint(&forged).map(drop), Err(MintError::Kind));
    assert!(issuer.clone().typ("session+jwt").mint(&forged).is_ok());
    forged["typ"] = json!("JWT");
    assert!(issuer.mint(&forged).is_ok());
}

#[test]
fn times_are_in_the_grammar_of_rfc_3339() {
    let key = key();
    let issuer = jwt::Issuer::new(key.clone()).expect("an issuer");
    let mints = |exp: &str| issuer.mint(&json!({ "exp": exp })).is_ok();
    for good in [
        "2100-01-01T00:00:00Z",
        "2100-01-01t00:00:00z",
        "2100-01-01T00:00:00.25+02:00",
        "2016-12-31T23:59:60Z",
    ] {
        assert!(mints(good), "{good}");
    }
    for bad in [
        "2100-01-01 00:00:00Z",
        "2100-01-01T00:00:00\u{2212}05:00",
        "2100-01-01T12:34:60Z",
        "2100-01-01T00:00:00",
        "2100-01-01T24:00:00Z",
        " 2100-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
    ] {
        assert!(!mints(bad), "{bad}");
    }
}

#[test]
fn one_key_serves_one_format() {
    let secret =
        || waxseal::secret::SecretBytes::new((1..33_u8).map(|i| i.wrapping_mul(37)).collect());
    let member = |algorithm, kid: &str| {
        let key = Key::from_secret(algorithm, secret()).expect("a key");
        let id = waxseal::key::KeyId::new(kid).expect("a kid");
        waxseal::key::Member { key: key.with_id(id), standing: waxseal::key::Standing::Trusted }
    };
    for (one, other) in [
        (Algorithm::EdDsa, Algorithm::V4Public),
        (Algorithm::Hs256, Algorithm::V4Local),
        (Algorithm::A256Gcm, Algorithm::V4Local),
        (Algorithm::Hs256, Algorithm::A256Gcm),
    ] {
        let set = KeySet::new(vec![member(one, "a"), member(other, "b")]);
        assert!(set.is_err_and(|fault| fault.to_string().contains("two formats")), "{one} {other}");
    }
}
