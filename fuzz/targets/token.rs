//! Any text as a token: nothing panics, the parts say what the text says, and a fixed key accepts
//! only what it minted.
//!
//! An input is a text, or, if its first byte is a control character, a list of edits to a token
//! that one of our keys has just minted: so the fuzzer starts next to what is accepted.
#![no_main]

use std::collections::HashSet;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use waxseal::jwt::{Issuer, Verifier, verify_raw};
use waxseal::key::{Algorithm, KeySet, Protection};
use waxseal::token::UntrustedToken;
use waxseal::{Revocations, base64url, limits};
use waxseal_fuzz::{CLAIMS, clock, fixed_key};

struct Peer {
    keys: KeySet,
    verifier: Verifier<Value>,
    token: String,
}

static PEERS: LazyLock<Vec<Peer>> = LazyLock::new(|| {
    let keys = Algorithm::ALL.iter().filter_map(|algorithm| fixed_key(*algorithm));
    let peers = keys.map(|key| {
        let claims: Value = serde_json::from_str(CLAIMS).expect("JSON");
        let token = Issuer::new(key.clone()).expect("a minting key").mint(&claims);
        let keys = KeySet::only(key);
        let verifier = Verifier::setup(keys.clone())
            .clock(clock())
            .any_typ()
            .any_audience()
            .allow_missing_expiry()
            .token_bytes(limits::PROGRAM_TOKEN_BYTES)
            .revocations(Revocations::none_because("fuzzing"));
        Peer { keys, verifier, token: token.expect("minted").into_string() }
    });
    peers.collect()
});

/// What every token of ours says up to its signature, or all of a sealed one.
static MINTED: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| PEERS.iter().map(|peer| authenticated(&peer.token)).collect());

fuzz_target!(|input: &[u8]| {
    match input {
        [which, edits @ ..] if *which < b' ' => {
            let peer = &PEERS[usize::from(*which) % PEERS.len()];
            check(&String::from_utf8_lossy(&edited(&peer.token, edits)));
        }
        _ => {
            if let Ok(text) = std::str::from_utf8(input) {
                check(text);
            }
        }
    }
});

fn check(text: &str) {
    parts(text);
    for peer in PEERS.iter() {
        let raw = verify_raw(&peer.keys, text);
        let claims = peer.verifier.verify(text);
        if raw.is_ok() || claims.is_ok() {
            assert!(MINTED.contains(authenticated(text)), "a forgery was accepted: {text}");
        }
        if let Ok(payload) = raw {
            assert_eq!(payload, claims_bytes(), "another payload came out: {text}");
        }
        let (report, explained) = peer.verifier.explain(text);
        assert_eq!(explained.is_ok(), claims.is_ok(), "two verdicts: {report:?}");
    }
}

/// What is decoded, encoded again, is what was given.
fn parts(text: &str) {
    let Ok(token) = UntrustedToken::parse(text, limits::PROGRAM_TOKEN_BYTES) else {
        return;
    };
    let decoded = (
        token.untrusted_header_bytes().map(base64url_of),
        token.untrusted_payload().map(|payload| payload.map(base64url_of)),
        token.untrusted_signature().map(base64url_of),
    );
    match (token.protection(), decoded) {
        (Protection::Signed, (Ok(header), Ok(Some(payload)), Ok(signature))) => {
            assert_eq!(format!("{header}.{payload}.{signature}"), text);
        }
        (Protection::Sealed, (Ok(header), Ok(payload), Ok(tag))) => {
            assert_eq!(payload, None);
            assert!(text.starts_with(&format!("{header}.")) && text.ends_with(&format!(".{tag}")));
        }
        _ => {}
    }
    if let Ok(header) = token.untrusted_header() {
        let bytes = token.untrusted_header_bytes().expect("it was just read");
        let theirs: Value = serde_json::from_slice(&bytes).expect("we read it, so it is JSON");
        let says = |name: &str| theirs.get(name).and_then(Value::as_str);
        assert_eq!(header.untrusted_typ(), says("typ"));
    }
}

fn base64url_of(bytes: Vec<u8>) -> String {
    base64url::encode(&bytes)
}

fn claims_bytes() -> Vec<u8> {
    let claims: Value = serde_json::from_str(CLAIMS).expect("JSON");
    serde_json::to_vec(&claims).expect("JSON")
}

/// What a signature covers; an ECDSA signature has a second form, so the signature itself may
/// differ. A sealed token is compared whole.
fn authenticated(text: &str) -> &str {
    match text.matches('.').count() {
        2 => text.rsplit_once('.').map_or(text, |(input, _)| input),
        _ => text,
    }
}

/// Applies edits of four bytes: what, where (two bytes), and with what.
fn edited(token: &str, edits: &[u8]) -> Vec<u8> {
    let mut bytes = token.as_bytes().to_vec();
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
