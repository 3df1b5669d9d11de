//! Published vectors against the primitives themselves: `Key` refuses many of their keys, which are
//! short, repeated or printed in a standard, so that they cannot be run from outside.

use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use serde_json::Value;

use super::{Hash, Hmac, HmacSha256, PublicKey, SealingKey, SigningKey, derive};
use crate::base64url;

macro_rules! vectors {
    ($file:literal) => {
        json(include_str!(concat!("../../tests/vectors/", $file)))
    };
}

// ---- HMAC-SHA-256 ----------------------------------------------------------

#[test]
fn hmac_judges_full_tags_as_wycheproof_does() {
    let outcome = run(&vectors!("wycheproof/hmac_sha256_test.json"), |group, test| {
        (group["tagSize"] == 256).then(|| hmac_accepts(test))
    });
    assert_eq!(outcome, Outcome { accepted: 33, refused: 54, skipped: 87, disputed: vec![] });
}

#[test]
fn hmac_refuses_a_truncated_tag_even_where_it_is_right() {
    let suite = vectors!("wycheproof/hmac_sha256_test.json");
    let outcome = run(&suite, |group, test| {
        let is_right = test["result"] == "valid";
        (group["tagSize"] == 128).then(|| {
            let whole = HmacSha256::new(&hex(&test["key"])).tag(&[&hex(&test["msg"])]);
            let given = hex(&test["tag"]);
            assert_eq!(whole.starts_with(&given), is_right, "tcId {}", test["tcId"]);
            hmac_accepts(test)
        })
    });
    // RFC 7518 section 3.2 knows no truncation: what the suite calls valid is refused too.
    assert_eq!((outcome.accepted, outcome.refused, outcome.skipped), (0, 87, 87));
    assert_eq!(outcome.disputed.len(), 33);
}

#[test]
fn hmac_gives_the_tags_that_standards_print() {
    let rfc_7515 = vectors!("rfc/rfc7515.json");
    let rfc_7797 = vectors!("rfc/rfc7797.json");
    let cookbook = vectors!("ietf-jose-cookbook/jws/4_4.hmac-sha2_integrity_protection.json");
    for (key, token) in [
        (&rfc_7515["cases"][0]["key"], &rfc_7515["cases"][0]["jws"]),
        (&rfc_7797["key"], &rfc_7797["cases"][0]["jws"]),
        (&cookbook["input"]["key"], &cookbook["output"]["compact"]),
    ] {
        let mac = HmacSha256::new(&bytes(&key["k"]));
        let (input, tag) = signed(text(token));
        let (header, payload) = input.split_once('.').expect("two parts");
        let parts = [header.as_bytes(), b".", payload.as_bytes()];
        assert_eq!(mac.tag(&parts).as_slice(), tag);
        let whole = Hmac::new(Hash::Sha256, &bytes(&key["k"]));
        assert_eq!(whole.verify(input.as_bytes(), &tag), Ok(()));
    }
}

/// The suite's `base64` group has a secret of 32 zero bytes, which no `Key` may hold.
#[test]
fn hmac_covers_the_text_of_a_token_and_not_what_it_decodes_to() {
    let outcome = run(&vectors!("wycheproof/json_web_signature_odd_test.json"), |group, test| {
        (group["comment"] == "base64").then(|| {
            let mac = Hmac::new(Hash::Sha256, &bytes(&group["private"]["k"]));
            let (input, signature) = text(&test["jws"]).rsplit_once('.').expect("three parts");
            base64url::decode(signature).is_ok_and(|tag| mac.verify(input.as_bytes(), &tag).is_ok())
        })
    });
    // 365 to 371 and 375 have a right MAC over a text that is no token, and 367 is the token of
    // 357, so that the form must refuse what the MAC lets pass. The MAC of 373 is right only for
    // another text.
    let disputed = vec![365, 367, 369, 371, 373, 375];
    assert_eq!(outcome, Outcome { accepted: 8, refused: 3, skipped: 190, disputed });
}

fn hmac_accepts(test: &Value) -> bool {
    Hmac::new(Hash::Sha256, &hex(&test["key"]))
        .verify(&hex(&test["msg"]), &hex(&test["tag"]))
        .is_ok()
}

// ---- Ed25519 ---------------------------------------------------------------

#[test]
fn ed25519_judges_signatures_as_wycheproof_does() {
    let outcome = run(&vectors!("wycheproof/ed25519_test.json"), |group, test| {
        let public = hex(&group["publicKey"]["pk"]).try_into().expect("32 bytes");
        let key = PublicKey::from_bytes(&public);
        let (message, signature) = (hex(&test["msg"]), hex(&test["sig"]));
        Some(key.is_ok_and(|key| key.verify(&message, &signature).is_ok()))
    });
    assert_eq!(outcome, Outcome { accepted: 88, refused: 63, skipped: 0, disputed: vec![] });
}

#[test]
fn ed25519_makes_the_public_key_and_signature_that_rfc_8037_prints() {
    let vector = &vectors!("rfc/rfc8037.json")["ed25519"];
    let jwk = &vector["private_jwk"];
    let key = SigningKey::from_seed(&bytes(&jwk["d"]).try_into().expect("32 bytes"));
    let (input, signature) = signed(text(&vector["jws"]));
    assert_eq!(key.public().as_bytes().as_slice(), bytes(&jwk["x"]));
    assert_eq!(key.sign(input.as_bytes()).as_slice(), signature);
}

/// The eight points of small order, computed from the curve's equation. Under such a key one
/// signature fits nearly any message.
#[test]
fn ed25519_refuses_public_keys_of_small_order() {
    for point in [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ] {
        let point = hex(&point.into()).try_into().expect("32 bytes");
        assert!(VerifyingKey::from_bytes(&point).is_ok(), "a point on the curve");
        assert!(PublicKey::from_bytes(&point).is_err(), "{point:02x?}");
    }
}

/// The point with y = 3, of large order, written as p + 3: one key must not have two names.
#[test]
fn ed25519_refuses_a_second_encoding_of_a_public_key() {
    let twice = "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f";
    let twice = hex(&twice.into()).try_into().expect("32 bytes");
    assert!(VerifyingKey::from_bytes(&twice).is_ok_and(|key| !key.is_weak()));
    assert!(PublicKey::from_bytes(&twice).is_err());
}

/// Made with the key of RFC 8037: R is the neutral point, and S solves RFC 8032's equation for it.
#[test]
fn ed25519_refuses_a_signature_whose_point_is_of_small_order() {
    let jwk = &vectors!("rfc/rfc8037.json")["ed25519"]["public_jwk"];
    let public = bytes(&jwk["x"]).try_into().expect("32 bytes");
    let signature = hex(&"01000000000000000000000000000000000000000000000000000000000000004550\
         c72deeda3304e5a59b79733f02d196e69670838a4eee011e3d04028b000b"
        .into());
    let lax = VerifyingKey::from_bytes(&public).expect("a key");
    let given = Signature::from_slice(&signature).expect("64 bytes");
    assert!(lax.verify(b"anything", &given).is_ok(), "the equation holds");
    let strict = PublicKey::from_bytes(&public).expect("a key");
    assert!(strict.verify(b"anything", &signature).is_err());
}

// ---- AES-256-GCM -----------------------------------------------------------

#[test]
fn aes_256_gcm_opens_as_wycheproof_does() {
    let outcome = run(&vectors!("wycheproof/aes_gcm_test.json"), |group, test| {
        assert_eq!(group["tagSize"], 128);
        // Other lengths of key and nonce are no argument of ours: they cannot be tried.
        let secret: [u8; 32] = hex(&test["key"]).try_into().ok()?;
        let nonce = hex(&test["iv"]).try_into().ok()?;
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

// ---- HKDF-SHA-256 ----------------------------------------------------------

/// RFC 5869 prints no vector for our labels. These were computed from its definition with Python's
/// `hmac`: no salt, the secret 00 01 .. 1f, the label as `info`, 32 bytes.
#[test]
fn hkdf_derives_what_its_definition_says() {
    let secret = std::array::from_fn(|i| i as u8);
    for (purpose, key) in [
        ("nonce", "63203dd837389a18c45a4f4c831285b8cd7fc1211c48ba640cb83d7f351de845"),
        ("csrf", "9e9db186c71efa2f59ddaa191d6b3652fce057136d232897c9b3112825dee257"),
    ] {
        assert_eq!(derive(&secret, purpose).as_slice(), hex(&key.into()), "{purpose:?}");
    }
}

// ---- Reading the vectors ---------------------------------------------------

/// How the tests of a suite came out.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    accepted: usize,
    refused: usize,
    /// Not of a kind that we offer.
    skipped: usize,
    /// The `tcId` of every test that came out other than its label says.
    disputed: Vec<u64>,
}

/// Has every test of a Wycheproof suite judged; `None` skips one.
fn run(suite: &Value, judge: impl Fn(&Value, &Value) -> Option<bool>) -> Outcome {
    let mut outcome = Outcome::default();
    let mut seen = 0;
    for group in list(&suite["testGroups"]) {
        for test in list(&group["tests"]) {
            seen += 1;
            let verdict = judge(group, test);
            match verdict {
                Some(true) => outcome.accepted += 1,
                Some(false) => outcome.refused += 1,
                None => outcome.skipped += 1,
            }
            if verdict.is_some_and(|accepted| accepted != (test["result"] == "valid")) {
                outcome.disputed.push(test["tcId"].as_u64().expect("tcId"));
            }
        }
    }
    assert_eq!(suite["numberOfTests"], seen);
    outcome
}

/// The signing input of a JWS, and the bytes of its signature.
fn signed(token: &str) -> (&str, Vec<u8>) {
    let (input, signature) = token.rsplit_once('.').expect("three parts");
    (input, base64url::decode(signature).expect("base64url"))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("an array")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

fn bytes(value: &Value) -> Vec<u8> {
    base64url::decode(text(value)).expect("base64url")
}

fn hex(value: &Value) -> Vec<u8> {
    let digits: Vec<u8> =
        text(value).chars().map(|digit| digit.to_digit(16).expect("hex") as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}
