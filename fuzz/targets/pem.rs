//! Any text as PEM: what is read is written, read again as the same key, and written again as the
//! same text; as a JWK it is the same key too.
//!
//! An input is a text, or, if its first byte is a control character, the bytes inside a PEM: so the
//! fuzzer need not learn base64.
#![no_main]

use libfuzzer_sys::fuzz_target;
use waxseal::key::{Algorithm, Key};
use waxseal_fuzz::armour;

const LABELS: [&str; 5] =
    ["PRIVATE KEY", "PUBLIC KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "RSA PUBLIC KEY"];

fuzz_target!(|input: &[u8]| {
    match input {
        [which, der @ ..] if *which < b' ' && *which != b'\n' => {
            check(&armour(LABELS[usize::from(*which) % LABELS.len()], der));
        }
        _ => {
            if let Ok(text) = std::str::from_utf8(input) {
                check(text);
            }
        }
    }
});

fn check(text: &str) {
    if let Ok(key) = Key::from_pem(text) {
        same_again(&key);
    }
    for algorithm in Algorithm::ALL {
        if let Ok(key) = Key::from_pem_among(text, &[*algorithm]) {
            assert_eq!(key.algorithm(), *algorithm);
            same_again(&key);
        }
    }
}

fn same_again(key: &Key) {
    let read = |text: &str| Key::from_pem_among(text, &[key.algorithm()]).expect("we wrote it");
    let half = key.public_half().expect("a PEM holds no mere secret");
    let public = key.to_public_pem().expect("it has a public half");
    assert_eq!(read(&public), half);
    assert_eq!(half.to_public_pem().as_ref(), Some(&public));
    assert!(!half.holds_secret() && half.export_secret_pem().is_none());
    assert_eq!(key.holds_secret(), key.export_secret_pem().is_some());
    if let Some(private) = key.export_secret_pem() {
        let again = read(private.expose_secret());
        assert_eq!(again, *key);
        let twice = again.export_secret_pem().expect("a private key");
        assert_eq!(twice.expose_secret(), private.expose_secret());
        assert_eq!(again.to_public_pem().as_ref(), Some(&public));
    }
    let jwk = match key.export_secret_jwk() {
        Some(private) => private.expose_secret().to_owned(),
        None => key.to_public_jwk().expect("a public key"),
    };
    let other = Key::from_jwk_among(jwk.as_bytes(), &[key.algorithm()]).expect("we wrote it");
    assert_eq!(other, *key);
    assert_eq!(other.thumbprint(), key.thumbprint());
}
