//! ECDSA over P-256 and P-384.

use serde_json::Value;

use super::super::{Curve, EcPrivate, EcPublic};
use super::{Outcome, bytes, hex, json, list, run, signed, text};
use crate::secret::SecretBytes;

#[test]
fn ecdsa_judges_signatures_as_wycheproof_does() {
    let p256 = vectors!("wycheproof/ecdsa_secp256r1_sha256_p1363_test.json");
    let p384 = vectors!("wycheproof/ecdsa_secp384r1_sha384_p1363_test.json");
    for (curve, name, hash, suite, accepted, refused) in [
        (Curve::P256, "secp256r1", "SHA-256", p256, 173, 89),
        (Curve::P384, "secp384r1", "SHA-384", p384, 193, 87),
    ] {
        let outcome = run(&suite, |group, test| {
            assert_eq!((&group["publicKey"]["curve"], &group["sha"]), (&name.into(), &hash.into()));
            let key = public(curve, group);
            Some(key.verify(&hex(&test["msg"]), &hex(&test["sig"])).is_ok())
        });
        assert_eq!(outcome, Outcome { accepted, refused, skipped: 0, disputed: vec![] }, "{name}");
    }
}

/// Every signature of the suites is for one curve and one hash.
#[test]
fn ecdsa_refuses_a_right_signature_under_a_point_of_another_key() {
    let suite = vectors!("wycheproof/ecdsa_secp256r1_sha256_p1363_test.json");
    let groups = list(&suite["testGroups"]);
    let (one, other) = (&groups[0], &groups[1]);
    assert_ne!(one["publicKey"], other["publicKey"]);
    let test = &list(&one["tests"])[0];
    let (message, signature) = (hex(&test["msg"]), hex(&test["sig"]));
    assert!(public(Curve::P256, one).verify(&message, &signature).is_ok());
    assert!(public(Curve::P256, other).verify(&message, &signature).is_err());
}

fn public(curve: Curve, group: &Value) -> EcPublic {
    EcPublic::from_point(curve, &hex(&group["publicKey"]["uncompressed"])).expect("a point")
}

/// The example of RFC 7515, Appendix A.3: its signature verifies, and its scalar and point belong
/// together.
#[test]
fn ecdsa_verifies_what_rfc_7515_prints() {
    let case = &vectors!("rfc/rfc7515.json")["cases"][2];
    let jwk = &case["key"];
    let public = EcPublic::from_coordinates(Curve::P256, &bytes(&jwk["x"]), &bytes(&jwk["y"]));
    let public = public.expect("a point");
    let (input, signature) = signed(text(&case["jws"]));
    assert_eq!(public.verify(input.as_bytes(), &signature), Ok(()));
    let private = EcPrivate::new(SecretBytes::new(bytes(&jwk["d"])), public.clone());
    let again = private.expect("a pair").sign(input.as_bytes()).expect("random bytes");
    assert_eq!(public.verify(input.as_bytes(), again.as_ref()), Ok(()));
    assert_ne!(again.as_ref(), signature, "ECDSA is randomised");
}

#[test]
fn ecdsa_refuses_points_off_the_curve_and_scalars_of_other_points() {
    let jwk = &vectors!("rfc/rfc7515.json")["cases"][2]["key"];
    let (x, y, d) = (bytes(&jwk["x"]), bytes(&jwk["y"]), bytes(&jwk["d"]));
    let changed = |bytes: &[u8]| {
        let mut changed = bytes.to_vec();
        changed[31] ^= 1;
        changed
    };
    let read = |x: &[u8], y: &[u8]| EcPublic::from_coordinates(Curve::P256, x, y);
    assert!(read(&x, &changed(&y)).is_err() && read(&changed(&x), &y).is_err());
    assert!(read(&[0; 32], &[0; 32]).is_err(), "the point at infinity has no coordinates");
    assert!(read(&x[1..], &y).is_err() && read(&x, &[&y[..], &[0]].concat()).is_err());
    for point in [&[0][..], &[&[2], &x[..]].concat(), &[&[5], &x[..], &y].concat(), &[]] {
        assert!(EcPublic::from_point(Curve::P256, point).is_err(), "{point:02x?}");
    }
    let point = || read(&x, &y).expect("a point");
    assert!(EcPrivate::new(SecretBytes::new(d.clone()), point()).is_ok());
    for scalar in [changed(&d), vec![0; 32], vec![0xff; 32], d[1..].to_vec()] {
        assert!(EcPrivate::new(SecretBytes::new(scalar), point()).is_err());
    }
}
