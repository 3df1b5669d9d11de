//! What the fuzz targets share: fixed keys, a fixed time, and tokens made without waxseal.

use ring::hmac;
use waxseal::base64url;
use waxseal::key::{Algorithm, Key};
use waxseal::secret::SecretBytes;
use waxseal::time::{Clock, ManualClock, Timestamp};

/// The time of every verifier here, in seconds: 2026-11-21.
pub const NOW: i64 = 1_795_225_163;
pub const LEEWAY: i64 = 30;
pub const ISSUER: &str = "https://id.example";
pub const AUDIENCE: &str = "shop";

/// Claims that every verifier here accepts.
pub const CLAIMS: &str = r#"{"iss":"https://id.example","sub":"ada","aud":"shop","iat":1795225000,"exp":1795226000,"st":{"items":[7]}}"#;

/// The claims of a session, as an issuer of ours writes them.
pub const SESSION: &str = r#"{"iss":"https://id.example","aud":"shop","sub":"ada","sid":"c2Vzc2lvbi1pZC0xMjM0NQ","jti":"dG9rZW4taWQtMTIzNDU2Nw","iat":1795225000,"nbf":1795225000,"exp":1795225900,"auth_time":1795225000,"sst":1795225000000,"idl":1795226800,"abs":1795253800,"rnw":1795225300,"pro":"default","gen":0,"ver":1,"st":{"items":[7]}}"#;

const SECRET: &[u8; 32] = b"fuzz-marker-6Zq8vT1xLw4JmR0bKd2y";

#[must_use]
pub fn clock() -> Clock {
    ManualClock::at(Timestamp::from_secs(NOW)).clock()
}

/// A key whose secret never changes, so that a finding can be repeated.
#[must_use]
pub fn fixed_key(algorithm: Algorithm) -> Option<Key> {
    let length = match algorithm.name() {
        "HS384" => 48,
        "HS512" => 64,
        _ => 32,
    };
    let secret: Vec<u8> =
        SECRET.iter().chain(b"Fh3nY7sPc5GuX2eVa1eddsa+Wk6tB8oQi1MzD3lHy7").copied().take(length).collect();
    Key::from_secret(algorithm, SecretBytes::new(secret)).ok()
}

/// An HS256 token over any payload, made by `ring` alone: our own issuers refuse most of them.
#[must_use]
pub fn hs256(header: &str, payload: &[u8]) -> String {
    let input = format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(payload));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET), input.as_bytes());
    format!("{input}.{}", base64url::encode(tag.as_ref()))
}
