//! Any bytes as a JWK and as a JWK Set: what is read is written, read again as the same key, and
//! written again as the same text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use waxseal::key::{Algorithm, Key, KeySet};

fuzz_target!(|input: &[u8]| {
    if let Ok(key) = Key::from_jwk(input) {
        same_again(&key);
    }
    // A key that does not say its algorithm gets the only one allowed, and only that.
    for algorithm in Algorithm::ALL {
        if let Ok(key) = Key::from_jwk_among(input, &[*algorithm]) {
            assert_eq!(key.algorithm(), *algorithm);
            same_again(&key);
        }
    }
    if let Ok(set) = KeySet::from_jwk_set(input) {
        set_again(&set);
    }
});

fn same_again(key: &Key) {
    let algorithm = &[key.algorithm()];
    assert_eq!(key.holds_secret(), key.export_secret_jwk().is_some());
    if let Some(text) = key.export_secret_jwk() {
        let text = text.expose_secret();
        let again = Key::from_jwk_among(text.as_bytes(), algorithm).expect("we wrote it");
        assert_eq!(again, *key);
        assert_eq!(again.export_secret_jwk().expect("a secret").expose_secret(), text);
        assert_eq!(again.thumbprint(), key.thumbprint());
    }
    assert_eq!(key.public_half().is_some(), key.algorithm().has_public_half());
    if let (Some(text), Some(half)) = (key.to_public_jwk(), key.public_half()) {
        let again = Key::from_jwk_among(text.as_bytes(), algorithm).expect("we wrote it");
        assert_eq!(again, half);
        assert!(!again.holds_secret() && !again.can_mint());
        assert_eq!(again.to_public_jwk().as_deref(), Some(&*text));
        assert_eq!(again.thumbprint(), key.thumbprint());
        no_secret_in(&text);
    }
}

/// The public half holds no private member (RFC 7518 section 6).
fn no_secret_in(jwk: &str) {
    let members: Value = serde_json::from_str(jwk).expect("we wrote it");
    for private in ["d", "k", "p", "q", "dp", "dq", "qi", "oth", "priv"] {
        assert!(members.get(private).is_none(), "{private} is published");
    }
}

fn set_again(set: &KeySet) {
    for member in set.members() {
        same_again(&member.key);
    }
    let text = set.to_public_jwk_set();
    let published = set.members().iter().filter_map(|member| member.key.public_half());
    match KeySet::from_jwk_set(text.as_bytes()) {
        Ok(again) => {
            assert!(again.skipped().is_empty(), "{:?}", again.skipped());
            assert!(again.members().iter().map(|member| member.key.clone()).eq(published));
            assert_eq!(again.to_public_jwk_set(), text);
        }
        Err(_) => assert_eq!(published.count(), 0, "we wrote it: {text}"),
    }
}
