//! RSA, PKCS #1 v1.5 and PSS.

use serde_json::Value;

use super::super::{Hash, Padding, RsaFault, RsaPublic};
use super::{Outcome, bytes, hex, json, list, run, signed, text};

#[test]
fn rsa_pkcs1_judges_signatures_as_wycheproof_does() {
    let suite = vectors!("wycheproof/rsa_signature_2048_sha256_test.json");
    let outcome = run(&suite, |group, test| Some(accepts(Padding::Pkcs1, group, test)));
    // The signatures of 258 and 259 are right, but their keys have the exponent 3, which is
    // refused. 8 lacks a NULL in the padding: it may be either, and is refused.
    let disputed = vec![258, 259];
    assert_eq!(outcome, Outcome { accepted: 7, refused: 252, skipped: 0, disputed });
    let groups = list(&suite["testGroups"]);
    let keys: Vec<_> = groups.iter().map(|group| public(group).map(drop)).collect();
    assert_eq!(keys, [Ok(()), Err(RsaFault::Exponent), Err(RsaFault::Exponent)]);
    let small: Vec<_> = groups[1..].iter().flat_map(|group| list(&group["tests"])).collect();
    assert_eq!(small.iter().map(|test| &test["tcId"]).collect::<Vec<_>>(), [258, 259]);
}

#[test]
fn rsa_pss_judges_signatures_as_wycheproof_does() {
    let suite = vectors!("wycheproof/rsa_pss_2048_sha256_mgf1_32_test.json");
    let outcome = run(&suite, |group, test| {
        let parameters = [&group["sha"], &group["mgf"], &group["mgfSha"]].map(text);
        assert_eq!((parameters, &group["sLen"]), (["SHA-256", "MGF1", "SHA-256"], &32.into()));
        Some(accepts(Padding::Pss, group, test))
    });
    assert_eq!(outcome, Outcome { accepted: 63, refused: 45, skipped: 0, disputed: vec![] });
}

#[test]
fn rsa_refuses_the_right_signature_in_the_other_padding() {
    let pkcs1 = vectors!("wycheproof/rsa_signature_2048_sha256_test.json");
    let pss = vectors!("wycheproof/rsa_pss_2048_sha256_mgf1_32_test.json");
    let outcome = run(&pkcs1, |group, test| {
        Some(group["publicKey"]["publicExponent"] != "03" && accepts(Padding::Pss, group, test))
    });
    // One test has a PSS signature where PKCS #1 was asked for.
    assert_eq!((outcome.accepted, outcome.refused), (1, 258));
    let outcome = run(&pss, |group, test| Some(accepts(Padding::Pkcs1, group, test)));
    assert_eq!((outcome.accepted, outcome.refused), (1, 107));
}

fn accepts(padding: Padding, group: &Value, test: &Value) -> bool {
    let (message, signature) = (hex(&test["msg"]), hex(&test["sig"]));
    public(group).is_ok_and(|key| key.verify(padding, Hash::Sha256, &message, &signature).is_ok())
}

/// ASN.1 sets a zero before a number whose highest bit is set.
fn public(group: &Value) -> Result<RsaPublic, RsaFault> {
    let number = |name: &str| {
        let bytes = hex(&group["publicKey"][name]);
        bytes.strip_prefix(&[0]).map_or(bytes.clone(), <[u8]>::to_vec)
    };
    RsaPublic::new(&number("modulus"), &number("publicExponent"))
}

/// RFC 7515, Appendix A.2; RFC 7520, sections 4.1 and 4.2.
#[test]
fn rsa_verifies_what_standards_print() {
    let rfc_7515 = &vectors!("rfc/rfc7515.json")["cases"][1];
    let rs256 = vectors!("ietf-jose-cookbook/jws/4_1.rsa_v15_signature.json");
    let ps384 = vectors!("ietf-jose-cookbook/jws/4_2.rsa-pss_signature.json");
    for (jwk, jws, padding, hash) in [
        (&rfc_7515["key"], &rfc_7515["jws"], Padding::Pkcs1, Hash::Sha256),
        (&rs256["input"]["key"], &rs256["output"]["compact"], Padding::Pkcs1, Hash::Sha256),
        (&ps384["input"]["key"], &ps384["output"]["compact"], Padding::Pss, Hash::Sha384),
    ] {
        let key = RsaPublic::new(&bytes(&jwk["n"]), &bytes(&jwk["e"])).expect("a key");
        let (input, signature) = signed(text(jws));
        for (other_padding, other_hash) in [
            (Padding::Pkcs1, Hash::Sha256),
            (Padding::Pkcs1, Hash::Sha384),
            (Padding::Pkcs1, Hash::Sha512),
            (Padding::Pss, Hash::Sha256),
            (Padding::Pss, Hash::Sha384),
            (Padding::Pss, Hash::Sha512),
        ] {
            let verified = key.verify(other_padding, other_hash, input.as_bytes(), &signature);
            assert_eq!(verified.is_ok(), (other_padding, other_hash) == (padding, hash));
        }
    }
}
