//! AES-256-GCM.

use super::super::SealingKey;
use super::{Outcome, bytes, hex, json, run, text};

#[test]
fn aes_256_gcm_opens_as_wycheproof_does() {
    let outcome = run(&vectors!("wycheproof/aes_gcm_test.json"), |group, test| {
        assert_eq!(group["tagSize"], 128);
        // Other lengths of key and nonce are no argument of ours: they cannot be tried.
        let ours = group["keySize"] == 256 && group["ivSize"] == 96;
        let secret: Result<[u8; 32], _> = hex(&test["key"]).try_into();
        let nonce: Result<[u8; 12], _> = hex(&test["iv"]).try_into();
        assert_eq!(secret.is_ok() && nonce.is_ok(), ours, "tcId {}", test["tcId"]);
        let (secret, nonce) = (secret.ok()?, nonce.ok()?);
        let mut sealed = [hex(&test["ct"]), hex(&test["tag"])].concat();
        let key = SealingKey::new(&secret).expect("a key");
        let opened = key.open(&hex(&test["aad"]), nonce, &mut sealed);
        Some(opened.is_ok() && sealed == hex(&test["msg"]))
    });
    assert_eq!(outcome, Outcome { accepted: 39, refused: 27, skipped: 250, disputed: vec![] });
}

/// Its content key is wrapped for an RSA key, which is not offered; the content is as ours.
#[test]
fn aes_256_gcm_opens_the_content_that_the_cookbook_prints() {
    let figure =
        vectors!("ietf-jose-cookbook/jwe/5_2.key_encryption_using_rsa-oaep_with_aes-gcm.json");
    let (generated, content) = (&figure["generated"], &figure["encrypting_content"]);
    let secret = bytes(&generated["cek"]).try_into().expect("32 bytes");
    let nonce = bytes(&generated["iv"]).try_into().expect("12 bytes");
    let mut sealed = [bytes(&content["ciphertext"]), bytes(&content["tag"])].concat();
    let key = SealingKey::new(&secret).expect("a key");
    assert_eq!(key.open(text(&content["protected_b64u"]).as_bytes(), nonce, &mut sealed), Ok(()));
    assert_eq!(sealed, text(&figure["input"]["plaintext"]).as_bytes());
}
