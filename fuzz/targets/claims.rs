//! Any bytes as the payload of a token that is authentic: what is accepted is what serde_json, which
//! is not ours, reads in them; it is in time; and written again it reads the same.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use waxseal::jwt;
use waxseal::key::{Algorithm, Format, KeySet};
use waxseal::time::Timestamp;
use waxseal::{Revocations, Verifier};
use waxseal_fuzz::{AUDIENCE, ISSUER, LEEWAY, NOW, clock, fixed_key, hs256, v4_public};

const NO_LIST: Revocations = Revocations::none_because("fuzzing");
const JWT: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
const SESSION: &str = r#"{"alg":"HS256","typ":"session+jwt"}"#;

/// Payloads are read differently in a JWT and in a PASETO: times are numbers, or text.
struct Reader {
    format: Format,
    any: jwt::Verifier<Value>,
    strict: jwt::Verifier<Value>,
    sessions: Verifier,
}

static READERS: LazyLock<[Reader; 2]> =
    LazyLock::new(|| [Algorithm::Hs256, Algorithm::V4Public].map(Reader::of));

fuzz_target!(|payload: &[u8]| {
    let [jwt, paseto] = &*READERS;
    jwt.check(payload);
    // Its signatures take most of the time, and only texts that may be times are read differently.
    if payload.contains(&b'T') {
        paseto.check(payload);
    }
});

impl Reader {
    fn of(algorithm: Algorithm) -> Self {
        let keys = KeySet::only(fixed_key(algorithm));
        let setup = || jwt::Verifier::setup(keys.clone()).clock(clock());
        let any = setup().any_audience().any_typ().allow_missing_expiry();
        let strict = setup().issuer(ISSUER).audience(AUDIENCE).require("st");
        let sessions = Verifier::new(keys.clone(), ISSUER, AUDIENCE).clock(clock());
        Self {
            format: algorithm.format(),
            any: any.revocations(NO_LIST),
            strict: strict.revocations(NO_LIST),
            sessions: sessions.revocations(NO_LIST),
        }
    }

    fn token(&self, header: &str, payload: &[u8]) -> String {
        match self.format {
            Format::Paseto => v4_public(payload),
            _ => hs256(header, payload),
        }
    }

    fn check(&self, payload: &[u8]) {
        let token = self.token(JWT, payload);
        let any = self.any.verify(&token);
        if let Ok(claims) = &any {
            let theirs = self.in_time(payload);
            assert_eq!(*claims.custom(), theirs);
            assert_eq!(claims.subject(), theirs.get("sub").and_then(Value::as_str));
            assert_eq!(claims.token_id(), theirs.get("jti").and_then(Value::as_str));
            let again = serde_json::to_vec(claims.custom()).expect("JSON");
            let again = self.any.verify(&self.token(JWT, &again)).expect("our own writing");
            assert_eq!(again.custom(), claims.custom());
        }
        if self.strict.verify(&token).is_ok() {
            assert!(any.is_ok(), "the stricter verifier accepts more");
            ours(&self.in_time(payload));
        }
        if let Ok(session) = self.sessions.verify::<Value>(&self.token(SESSION, payload)) {
            let theirs = self.in_time(payload);
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
            assert_eq!(session.absolute_limit().timestamp(), seconds("abs") as i64);
            assert_eq!(session.idle_limit().timestamp(), seconds("idl") as i64);
            assert_eq!(session.started_at().timestamp_millis(), seconds("sst") as i64);
            let exp = self.time(&theirs, "exp").expect("sessions end");
            assert_eq!(session.expires_at().timestamp(), exp as i64);
        }
    }

    /// The payload as another reader reads it, which must find it within its times.
    fn in_time(&self, payload: &[u8]) -> Value {
        let theirs: Value = serde_json::from_slice(payload).expect("we accepted it, so it is JSON");
        assert!(theirs.is_object());
        let (now, leeway) = (NOW as f64, LEEWAY as f64);
        let (exp, nbf) = (self.time(&theirs, "exp"), self.time(&theirs, "nbf"));
        assert!(exp.is_none_or(|exp| exp + leeway > now), "expired: {theirs}");
        assert!(nbf.is_none_or(|nbf| nbf <= now + leeway), "not yet valid: {theirs}");
        theirs
    }

    /// A time in seconds, if it is there: then it is a time.
    fn time(&self, theirs: &Value, name: &str) -> Option<f64> {
        let time = theirs.get(name)?;
        let seconds = match self.format {
            Format::Paseto => time
                .as_str()
                .and_then(Timestamp::parse_rfc3339)
                .map(|time| time.as_millis() as f64 / 1000.0),
            _ => time.as_f64(),
        };
        Some(seconds.unwrap_or_else(|| panic!("{name} is no time: {time}")))
    }
}

/// Made by our issuer for our audience.
fn ours(theirs: &Value) {
    assert_eq!(theirs.get("iss").and_then(Value::as_str), Some(ISSUER));
    let aud = theirs.get("aud").expect("an audience");
    let names = |one: &Value| one.as_str() == Some(AUDIENCE);
    assert!(names(aud) || aud.as_array().is_some_and(|many| many.iter().any(names)));
    assert!(theirs.get("exp").is_some() && theirs.get("st").is_some());
}
