//! Any bytes as the payload of a token that is authentic: what is accepted is what serde_json, which
//! is not ours, reads in them; it is in time; and written again it reads the same.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use waxseal::jwt;
use waxseal::key::{Algorithm, KeySet};
use waxseal::{Revocations, Verifier};
use waxseal_fuzz::{AUDIENCE, ISSUER, LEEWAY, NOW, clock, fixed_key, hs256};

const NO_LIST: Revocations = Revocations::none_because("fuzzing");
const JWT: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
const SESSION: &str = r#"{"alg":"HS256","typ":"session+jwt"}"#;

static KEYS: LazyLock<KeySet> =
    LazyLock::new(|| KeySet::only(fixed_key(Algorithm::Hs256).expect("a sound key")));
static ANY: LazyLock<jwt::Verifier<Value>> = LazyLock::new(|| {
    let setup = jwt::Verifier::setup(KEYS.clone()).clock(clock());
    setup.any_audience().allow_missing_expiry().revocations(NO_LIST)
});
static STRICT: LazyLock<jwt::Verifier<Value>> = LazyLock::new(|| {
    let setup = jwt::Verifier::setup(KEYS.clone()).clock(clock());
    setup.issuer(ISSUER).audience(AUDIENCE).require("st").revocations(NO_LIST)
});
static SESSIONS: LazyLock<Verifier> = LazyLock::new(|| {
    Verifier::new(KEYS.clone(), ISSUER, AUDIENCE).clock(clock()).revocations(NO_LIST)
});

fuzz_target!(|payload: &[u8]| {
    let token = hs256(JWT, payload);
    let any = ANY.verify(&token);
    if let Ok(claims) = &any {
        let theirs = in_time(payload);
        assert_eq!(*claims.custom(), theirs);
        assert_eq!(claims.subject(), theirs.get("sub").and_then(Value::as_str));
        let again = serde_json::to_vec(claims.custom()).expect("JSON");
        let again = ANY.verify(&hs256(JWT, &again)).expect("our own writing");
        assert_eq!(again.custom(), claims.custom());
    }
    if STRICT.verify(&token).is_ok() {
        assert!(any.is_ok(), "the stricter verifier accepts more");
        ours(&in_time(payload));
    }
    if let Ok(session) = SESSIONS.verify::<Value>(&hs256(SESSION, payload)) {
        let theirs = in_time(payload);
        ours(&theirs);
        assert_eq!(Some(session.state()), theirs.get("st"));
        let says = |name: &str| theirs.get(name).and_then(Value::as_str).expect("text");
        assert_eq!(session.subject(), says("sub"));
        assert_eq!(session.id().to_string(), says("sid"));
        assert_eq!(session.token_id().to_string(), says("jti"));
        assert_eq!(session.profile(), says("pro"));
        assert_eq!(session.cookie_name(), theirs.get("ck").and_then(Value::as_str));
        assert_eq!(Some(session.generation()), theirs.get("gen").and_then(Value::as_u64));
        let seconds = |name: &str| theirs.get(name).and_then(Value::as_f64).expect("a number");
        assert_eq!(session.expires_at().timestamp(), seconds("exp") as i64);
        assert_eq!(session.absolute_limit().timestamp(), seconds("abs") as i64);
        assert_eq!(session.started_at().timestamp_millis(), seconds("sst") as i64);
    }
});

/// The payload as another reader reads it, which must find it within its times.
fn in_time(payload: &[u8]) -> Value {
    let theirs: Value = serde_json::from_slice(payload).expect("we accepted it, so it is JSON");
    assert!(theirs.is_object());
    let time = |name: &str| {
        let time = theirs.get(name)?;
        Some(time.as_f64().unwrap_or_else(|| panic!("{name} is no number: {time}")))
    };
    let (now, leeway) = (NOW as f64, LEEWAY as f64);
    assert!(time("exp").is_none_or(|exp| exp + leeway > now), "expired: {theirs}");
    assert!(time("nbf").is_none_or(|nbf| nbf <= now + leeway), "not yet valid: {theirs}");
    theirs
}

/// Made by our issuer for our audience.
fn ours(theirs: &Value) {
    assert_eq!(theirs.get("iss").and_then(Value::as_str), Some(ISSUER));
    let aud = theirs.get("aud").expect("an audience");
    let names = |one: &Value| one.as_str() == Some(AUDIENCE);
    assert!(names(aud) || aud.as_array().is_some_and(|many| many.iter().any(names)));
    assert!(theirs.get("exp").is_some() && theirs.get("st").is_some());
}
