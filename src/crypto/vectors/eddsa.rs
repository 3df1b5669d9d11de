//! Ed25519.

use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};

use super::super::{PublicKey, SigningKey};
use super::{Outcome, bytes, hex, json, run, signed, text};

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
