//! Any text as a PASERK: there is one text for one key, an id is an id of it, and as JWK and PEM it
//! is the same key.
//!
//! An input is a text, or, if its first byte is a control character, the bytes of a PASERK: so the
//! fuzzer need not learn base64.
#![no_main]

use libfuzzer_sys::fuzz_target;
use waxseal::base64url;
use waxseal::key::{Key, Paserk, PaserkKind};

const KINDS: [&str; 6] = ["k4.local", "k4.secret", "k4.public", "k3.secret", "k3.public", "k4.pid"];

fuzz_target!(|input: &[u8]| {
    match input {
        [which, bytes @ ..] if *which < b' ' => {
            let kind = KINDS[usize::from(*which) % KINDS.len()];
            check(&format!("{kind}.{}", base64url::encode(bytes)));
        }
        _ => {
            if let Ok(text) = std::str::from_utf8(input) {
                check(text);
            }
        }
    }
});

fn check(text: &str) {
    let Ok(paserk) = Paserk::parse(text) else {
        assert!(Key::from_paserk(text).is_err());
        return;
    };
    assert_eq!(paserk.to_text().expose_secret(), text);
    let id_kind = match paserk.kind() {
        PaserkKind::Local | PaserkKind::Lid => "lid",
        PaserkKind::Public | PaserkKind::Pid => "pid",
        _ => "sid",
    };
    let id = paserk.id();
    if let Ok(id) = &id {
        assert!(id.starts_with(&format!("k{}.{id_kind}.", paserk.version())));
        assert_eq!(Paserk::parse(id).expect("we wrote it").id().as_ref(), Ok(id));
        assert!(Key::from_paserk(id).is_err(), "an id is no key");
    }
    if let Ok(key) = Key::from_paserk(text) {
        assert!(id.is_ok(), "a key without an id");
        same_again(&key, text);
    }
}

fn same_again(key: &Key, text: &str) {
    let public = key.to_public_paserk();
    assert_eq!(public.is_some(), key.algorithm().has_public_half());
    match key.export_secret_paserk() {
        Some(secret) => assert_eq!(secret.expose_secret(), text),
        None => assert_eq!(public.as_deref(), Some(text)),
    }
    let names_of = |text: &str| Paserk::parse(text).and_then(|paserk| paserk.id()).ok();
    assert_eq!(key.paserk_id(), names_of(public.as_deref().unwrap_or(text)));
    if let Some(public) = public {
        let half = Key::from_paserk(&public).expect("we wrote it");
        assert_eq!(Some(&half), key.public_half().as_ref());
        assert!(half.export_secret_paserk().is_none() && !half.can_mint());
        let pem = key.to_public_pem().expect("it has a public half");
        assert_eq!(Key::from_pem_among(&pem, &[key.algorithm()]), Ok(half));
    }
    if let Some(jwk) = key.export_secret_jwk() {
        let jwk = jwk.expose_secret().as_bytes();
        assert_eq!(Key::from_jwk_among(jwk, &[key.algorithm()]).as_ref(), Ok(key));
    }
    if let Some(pem) = key.export_secret_pem() {
        assert_eq!(Key::from_pem_among(pem.expose_secret(), &[key.algorithm()]).as_ref(), Ok(key));
    }
}
