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
use waxseal::key::{Algorithm, Format, KeySet, Protection};
use waxseal::token::UntrustedToken;
use waxseal::{Revocations, base64url, limits};
use waxseal_fuzz::{claims, clock, edited, fixed_key};

struct Peer {
    keys: KeySet,
    verifier: Verifier<Value>,
    claims: Value,
    token: String,
}

static PEERS: LazyLock<Vec<Peer>> =
    LazyLock::new(|| Algorithm::ALL.iter().map(|algorithm| Peer::of(*algorithm)).collect());

static MINTED: LazyLock<HashSet<String>> =
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

impl Peer {
    fn of(algorithm: Algorithm) -> Self {
        let key = fixed_key(algorithm);
        let claims: Value = serde_json::from_str(claims(algorithm.format())).expect("JSON");
        let issuer = Issuer::new(key.clone()).expect("a minting key");
        let token = issuer.mint(&claims).expect("minted").into_string();
        let keys = KeySet::only(key);
        let verifier = Verifier::setup(keys.clone())
            .clock(clock())
            .any_typ()
            .any_audience()
            .allow_missing_expiry()
            .token_bytes(limits::PROGRAM_TOKEN_BYTES)
            .revocations(Revocations::none_because("fuzzing"));
        assert!(verifier.verify(&token).is_ok(), "{algorithm} refuses its own token");
        Self { keys, verifier, claims, token }
    }
}

fn check(text: &str) {
    parts(text);
    for peer in PEERS.iter() {
        let raw = verify_raw(&peer.keys, text);
        let (report, explained) = peer.verifier.explain(text);
        let verdict = peer.verifier.verify(text);
        assert_eq!(explained.is_ok(), verdict.is_ok(), "two verdicts: {report:?}");
        if raw.is_ok() || verdict.is_ok() {
            assert!(MINTED.contains(&authenticated(text)), "a forgery was accepted: {text}");
        }
        if let Ok(claims) = verdict {
            assert_eq!(*claims.custom(), peer.claims, "other claims came out: {text}");
        }
        if let Ok(payload) = raw {
            assert_eq!(payload, serde_json::to_vec(&peer.claims).expect("JSON"));
        }
    }
}

/// What is decoded, encoded again, is what was given.
fn parts(text: &str) {
    let Ok(token) = UntrustedToken::parse(text, limits::PROGRAM_TOKEN_BYTES) else {
        return;
    };
    // Of a PASETO the header is the footer, and the signature ends the body.
    let (header, payload, signature) =
        (token.untrusted_header_bytes(), token.untrusted_payload(), token.untrusted_signature());
    let read = token.untrusted_header();
    let (Ok(header), Ok(payload), Ok(signature)) = (header, payload, signature) else {
        return;
    };
    assert_eq!(payload.is_some(), token.protection() == Protection::Signed);
    let encoded = [header.as_slice(), payload.as_deref().unwrap_or_default(), &signature]
        .map(base64url::encode);
    let [header_text, payload_text, signature_text] = &encoded;
    match (token.format(), payload) {
        (Format::Paseto, Some(payload)) => {
            let body = base64url::encode(&[payload, signature].concat());
            let end = if header.is_empty() { body } else { format!("{body}.{header_text}") };
            assert_eq!(text.splitn(3, '.').nth(2), Some(&*end));
        }
        (Format::Paseto, None) => assert!(text.ends_with(header_text.as_str())),
        (_, Some(_)) => assert_eq!(format!("{header_text}.{payload_text}.{signature_text}"), text),
        (_, None) => {
            assert!(text.starts_with(&format!("{header_text}.")));
            assert!(text.ends_with(&format!(".{signature_text}")));
        }
    }
    if let (Ok(read), true) = (read, token.format() != Format::Paseto) {
        let theirs: Value = serde_json::from_slice(&header).expect("we read it, so it is JSON");
        let says = |name: &str| theirs.get(name).and_then(Value::as_str);
        assert_eq!((read.untrusted_typ(), read.untrusted_kid()), (says("typ"), says("kid")));
    }
}

/// What a signature covers; an ECDSA signature has a second form, so the signature itself may
/// differ. A sealed token is compared whole.
fn authenticated(text: &str) -> String {
    let token = UntrustedToken::parse(text, limits::PROGRAM_TOKEN_BYTES).expect("it was accepted");
    let header = token.untrusted_header_bytes().expect("it was accepted");
    match token.untrusted_payload().expect("it was accepted") {
        Some(payload) => {
            let version = if text.starts_with('v') { &text[..10] } else { "" };
            let [header, payload] = [header, payload].map(|part| base64url::encode(&part));
            format!("{version}{header}.{payload}")
        }
        None => text.to_owned(),
    }
}
