//! What the fuzz targets share: fixed keys, a fixed time, and tokens made without waxseal.

use ring::hmac;
use ring::signature::Ed25519KeyPair;
use waxseal::base64url;
use waxseal::key::{Algorithm, Format, Key};
use waxseal::secret::SecretBytes;
use waxseal::time::{Clock, ManualClock, Timestamp};

/// The time of every verifier here, in seconds: 2026-11-21.
pub const NOW: i64 = 1_795_225_163;
pub const LEEWAY: i64 = 30;
pub const ISSUER: &str = "https://id.example";
pub const AUDIENCE: &str = "shop";

/// Claims that every verifier here accepts.
#[must_use]
pub const fn claims(format: Format) -> &'static str {
    match format {
        Format::Paseto => {
            r#"{"iss":"https://id.example","sub":"ada","aud":"shop","iat":"2026-11-21T01:36:40Z","exp":"2026-11-21T01:53:20Z","st":{"items":[7]}}"#
        }
        _ => {
            r#"{"iss":"https://id.example","sub":"ada","aud":"shop","iat":1795225000,"exp":1795226000,"st":{"items":[7]}}"#
        }
    }
}

/// The claims of a session, as an issuer of ours writes them.
#[must_use]
pub const fn session_claims(format: Format) -> &'static str {
    match format {
        Format::Paseto => {
            r#"{"iss":"https://id.example","aud":"shop","sub":"ada","sid":"c2Vzc2lvbi1pZC0xMjM0NQ","jti":"dG9rZW4taWQtMTIzNDU2Nw","iat":"2026-11-21T01:36:40Z","nbf":"2026-11-21T01:36:40Z","exp":"2026-11-21T01:51:40Z","auth_time":1795225000,"sst":1795225000000,"idl":1795226800,"abs":1795253800,"rnw":1795225300,"pro":"default","gen":0,"ver":1,"typ":"session+jwt","st":{"items":[7]}}"#
        }
        _ => {
            r#"{"iss":"https://id.example","aud":"shop","sub":"ada","sid":"c2Vzc2lvbi1pZC0xMjM0NQ","jti":"dG9rZW4taWQtMTIzNDU2Nw","iat":1795225000,"nbf":1795225000,"exp":1795225900,"auth_time":1795225000,"sst":1795225000000,"idl":1795226800,"abs":1795253800,"rnw":1795225300,"pro":"default","gen":0,"ver":1,"st":{"items":[7]}}"#
        }
    }
}

const SECRET: &[u8; 64] = b"fuzz-marker-6Zq8vT1xLw4JmR0bKd2yFh3nY7sPc5GuX2eVa1eddsa+Wk6tB8oQ";

#[must_use]
pub fn clock() -> Clock {
    ManualClock::at(Timestamp::from_secs(NOW)).clock()
}

/// A key that never changes, so that a finding can be repeated.
///
/// # Panics
/// If an algorithm has no such key yet.
#[must_use]
pub fn fixed_key(algorithm: Algorithm) -> Key {
    let pem = match algorithm.name() {
        "ES256" => include_str!("../keys/p256.pem"),
        "ES384" | "v3.public" => include_str!("../keys/p384.pem"),
        name if name.starts_with(['R', 'P']) => include_str!("../keys/rsa.pem"),
        name => return Key::from_secret(algorithm, secret(name)).expect("a sound secret"),
    };
    Key::from_pem_among(pem, &[algorithm]).expect("a sound key")
}

fn secret(name: &str) -> SecretBytes {
    let length = match name {
        "HS384" => 48,
        "HS512" => 64,
        _ => 32,
    };
    SecretBytes::new(SECRET[..length].to_vec())
}

/// An HS256 token over any payload, made by `ring` alone: our own issuers refuse most of them.
#[must_use]
pub fn hs256(header: &str, payload: &[u8]) -> String {
    let input = format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(payload));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &SECRET[..32]), input.as_bytes());
    format!("{input}.{}", base64url::encode(tag.as_ref()))
}

/// A v4.public token over any payload, made by `ring` alone.
///
/// # Panics
/// Never: the seed has 32 bytes.
#[must_use]
pub fn v4_public(payload: &[u8]) -> String {
    let parts: [&[u8]; 4] = [b"v4.public.", payload, b"", b""];
    let mut input = (parts.len() as u64).to_le_bytes().to_vec();
    for part in parts {
        input.extend_from_slice(&(part.len() as u64).to_le_bytes());
        input.extend_from_slice(part);
    }
    let pair = Ed25519KeyPair::from_seed_unchecked(&SECRET[..32]).expect("32 bytes");
    let body = [payload, pair.sign(&input).as_ref()].concat();
    format!("v4.public.{}", base64url::encode(&body))
}

/// `der` as PEM (RFC 7468).
#[must_use]
pub fn armour(label: &str, der: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for (number, three) in der.chunks(3).enumerate() {
        if number % 16 == 0 {
            text.push('\n');
        }
        let bits = three
            .iter()
            .enumerate()
            .fold(0, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            match at <= three.len() {
                true => text.push(char::from(ALPHABET[(bits >> (18 - 6 * at)) as usize % 64])),
                false => text.push('='),
            }
        }
    }
    format!("-----BEGIN {label}-----{text}\n-----END {label}-----\n")
}

/// Applies edits of four bytes to a text: what, where (two bytes), and with what.
#[must_use]
pub fn edited(text: &str, edits: &[u8]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for edit in edits.chunks_exact(4) {
        let at = usize::from(u16::from_le_bytes([edit[1], edit[2]])) % (bytes.len() + 1);
        match edit[0] % 4 {
            0 if at < bytes.len() => bytes[at] = edit[3],
            1 => bytes.insert(at, edit[3]),
            2 => bytes.truncate(bytes.len().saturating_sub(usize::from(edit[3]))),
            _ if at < bytes.len() => drop(bytes.remove(at)),
            _ => {}
        }
    }
    bytes
}
