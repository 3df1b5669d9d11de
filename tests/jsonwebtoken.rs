//! Our conversions to jsonwebtoken, and its cryptography on ring: against published vectors, against
//! its own back-end in both directions, and against keys that are none.

use std::fs;
use std::sync::Once;
use std::time::Duration;

use jsonwebtoken as theirs;
use proptest::prelude::*;
use serde_json::{Value, json};
use theirs::crypto::{CryptoProvider, rust_crypto};
use theirs::errors::ErrorKind;
use theirs::jwk::{EllipticCurve, Jwk, JwkSet, ThumbprintHash};
use theirs::{AlgorithmFamily, DecodingKey, EncodingKey};
use waxseal::jsonwebtoken::{self as ours, ConvertError, RING_PROVIDER};
use waxseal::key::{Algorithm, Key, KeyId, KeySet, Member, Standing};
use waxseal::keyring::{Act, NewRing, Rotator};
use waxseal::secret::SecretBytes;
use waxseal::time::{Clock, ManualClock, Timestamp};
use waxseal::{Issuer, base64url};

/// The other side: never installed, called directly.
static RUST_CRYPTO: &CryptoProvider = &rust_crypto::DEFAULT_PROVIDER;

/// Installs ours in this process; every test that lets jsonwebtoken choose begins with it.
fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| RING_PROVIDER.install_default().expect("nothing was installed before"));
}

const ALL: [theirs::Algorithm; 12] = {
    use theirs::Algorithm::*;
    [HS256, HS384, HS512, ES256, ES384, RS256, RS384, RS512, PS256, PS384, PS512, EdDSA]
};

#[test]
fn the_installed_provider_is_used_though_the_feature_of_another_is_on() {
    install();
    let claims = json!({ "sub": "ada" });
    let empty = EncodingKey::from_secret(b"");
    // Ours refuses an empty secret, theirs does not.
    assert!(theirs::encode(&theirs::Header::default(), &claims, &empty).is_err());
    assert!((RUST_CRYPTO.signer_factory)(&theirs::Algorithm::HS256, &empty).is_ok());
    assert!(RING_PROVIDER.install_default().is_err(), "once and no more");
}

// ---- Published vectors -----------------------------------------------------

#[test]
fn tokens_that_standards_print_are_judged_as_by_their_own_back_end() {
    let (rfc_7515, rfc_8037) = (vectors("rfc/rfc7515.json"), vectors("rfc/rfc8037.json"));
    let mut rows = Vec::new();
    for case in rfc_7515["cases"].as_array().expect("cases").iter().take(3) {
        rows.push((case["key"].clone(), case["alg"].clone(), case["jws"].clone()));
    }
    let vector = &rfc_8037["ed25519"];
    rows.push((vector["public_jwk"].clone(), vector["alg"].clone(), vector["jws"].clone()));
    for file in ["jws/4_4.hmac-sha2_integrity_protection", "curve25519/jws"] {
        let figure = vectors(&format!("ietf-jose-cookbook/{file}.json"));
        let (input, output) = (&figure["input"], &figure["output"]);
        rows.push((input["key"].clone(), input["alg"].clone(), output["compact"].clone()));
    }
    for (jwk, algorithm, token) in &rows {
        let algorithm = text(algorithm).parse().expect("an algorithm");
        let jwk: Jwk = serde_json::from_value(jwk.clone()).expect("a JWK");
        let key = DecodingKey::from_jwk(&jwk).expect("a key");
        for (token, expected) in [(text(token).to_owned(), true), (forged(text(token)), false)] {
            for provider in [&RING_PROVIDER, RUST_CRYPTO] {
                assert_eq!(accepts(provider, algorithm, &key, &token), expected, "{token}");
            }
        }
    }
    assert_eq!(rows.len(), 6);
}

#[test]
fn rfc_7515_claims_decode_through_jsonwebtoken() {
    install();
    let rfc_7515 = vectors("rfc/rfc7515.json");
    for case in rfc_7515["cases"].as_array().expect("cases").iter().take(3) {
        let jwk: Jwk = serde_json::from_value(case["key"].clone()).expect("a JWK");
        let key = DecodingKey::from_jwk(&jwk).expect("a key");
        let algorithm = text(&case["alg"]).parse().expect("an algorithm");
        let mut validation = theirs::Validation::new(algorithm);
        // They expired in 2011.
        validation.validate_exp = false;
        let read = theirs::decode::<Value>(text(&case["jws"]), &key, &validation);
        assert_eq!(read.expect("valid").claims["iss"], "joe");
        let read = theirs::decode::<Value>(forged(text(&case["jws"])), &key, &validation);
        assert_eq!(read.expect_err("forged").kind(), &ErrorKind::InvalidSignature);
    }
}

#[test]
fn wycheproof_signatures_are_judged_as_by_their_own_back_end() {
    let suite = vectors("wycheproof/json_web_signature_odd_test.json");
    let (mut accepted, mut refused, mut skipped) = (0, 0, 0);
    let (mut differ, mut disputed) = (Vec::new(), Vec::new());
    for group in suite["testGroups"].as_array().expect("groups") {
        let jwk = if group["public"].is_object() { &group["public"] } else { &group["private"] };
        let tests = group["tests"].as_array().expect("tests");
        let Ok(algorithm) = jwk["alg"].as_str().unwrap_or("none").parse::<theirs::Algorithm>()
        else {
            skipped += tests.len();
            continue;
        };
        let jwk: Jwk = serde_json::from_value(jwk.clone()).expect("a JWK");
        let key = DecodingKey::from_jwk(&jwk).expect("a key");
        for test in tests {
            let id = test["tcId"].as_u64().expect("tcId");
            let verdict = accepts(&RING_PROVIDER, algorithm, &key, text(&test["jws"]));
            if verdict != accepts(RUST_CRYPTO, algorithm, &key, text(&test["jws"])) {
                differ.push(id);
            }
            if verdict != (test["result"] == "valid") {
                disputed.push(id);
            }
            *if verdict { &mut accepted } else { &mut refused } += 1;
        }
    }
    assert_eq!((accepted, refused, skipped), (26, 171, 4));
    assert_eq!(differ, [0_u64; 0]);
    // All of group `base64`: a right MAC over a text that is no token, which is the form's to refuse;
    // the MAC of 373 is right only for another text. See `src/crypto/vectors.rs`.
    assert_eq!(disputed, [365, 367, 369, 371, 373, 375]);
}

// ---- Both directions -------------------------------------------------------

/// A signing and a verifying key of one pair, as jsonwebtoken holds them.
fn pair(algorithm: theirs::Algorithm, rsa: usize) -> (Key, EncodingKey, DecodingKey) {
    let named = ours::from_algorithm(algorithm).expect("we have all of theirs");
    let key = match algorithm.family() {
        AlgorithmFamily::Rsa => rsa_keys(named).swap_remove(rsa),
        _ => Key::generate(named).expect("a key"),
    };
    let (signing, verifying) = (ours::encoding_key(&key), ours::decoding_key(&key));
    (key, signing.expect("it signs"), verifying.expect("it verifies"))
}

/// Keys that standards print: ring makes none.
fn rsa_keys(algorithm: Algorithm) -> Vec<Key> {
    let (rfc_7515, rfc_7519) = (vectors("rfc/rfc7515.json"), vectors("rfc/rfc7519.json"));
    [&rfc_7515["cases"][1]["key"], &rfc_7519["cases"][2]["key"]]
        .map(|jwk| {
            Key::from_jwk_among(jwk.to_string().as_bytes(), &[algorithm]).expect("an RSA key")
        })
        .into()
}

#[test]
fn each_back_end_verifies_what_the_other_signs_and_nothing_else() {
    for algorithm in ALL {
        for round in 0..2 {
            let (_, signing, verifying) = pair(algorithm, round);
            let (_, _, stranger) = pair(algorithm, 1 - round);
            let message = format!("header.{}", "text".repeat(round * 97));
            for (signer, verifier) in [(&RING_PROVIDER, RUST_CRYPTO), (RUST_CRYPTO, &RING_PROVIDER)]
            {
                let signer = (signer.signer_factory)(&algorithm, &signing).expect("a signer");
                assert_eq!(signer.algorithm(), algorithm);
                let signature = signer.try_sign(message.as_bytes()).expect("signed");
                let check = |key: &DecodingKey, message: &str, signature: &Vec<u8>| {
                    let verifier =
                        (verifier.verifier_factory)(&algorithm, key).expect("a verifier");
                    assert_eq!(verifier.algorithm(), algorithm);
                    verifier.verify(message.as_bytes(), signature).is_ok()
                };
                assert!(check(&verifying, &message, &signature), "{algorithm:?}");
                assert!(!check(&stranger, &message, &signature), "{algorithm:?}");
                assert!(!check(&verifying, "header.other", &signature), "{algorithm:?}");
                for length in [0, 1, signature.len() - 1] {
                    assert!(!check(&verifying, &message, &signature[..length].to_vec()));
                }
                for at in [0, signature.len() / 2, signature.len() - 1] {
                    let mut changed = signature.clone();
                    changed[at] ^= 1;
                    assert!(!check(&verifying, &message, &changed), "{algorithm:?}, byte {at}");
                }
                assert!(!check(&verifying, &message, &[signature, vec![0]].concat()));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn random_claims_under_random_keys_pass_both_ways(
        claims in proptest::collection::btree_map("\\PC{0,8}", any::<Option<i64>>(), 0..6),
        secret in proptest::collection::vec(any::<u8>(), 1..200),
        at in 0..6_usize,
    ) {
        use theirs::Algorithm::{ES256, ES384, EdDSA, HS256, HS384, HS512};
        install();
        let algorithm = [HS256, HS384, HS512, ES256, ES384, EdDSA][at];
        let (signing, verifying) = match algorithm.family() {
            AlgorithmFamily::Hmac => {
                (EncodingKey::from_secret(&secret), DecodingKey::from_secret(&secret))
            }
            _ => {
                let (_, signing, verifying) = pair(algorithm, 0);
                (signing, verifying)
            }
        };
        let claims = serde_json::to_value(claims).expect("JSON");
        let token = theirs::encode(&theirs::Header::new(algorithm), &claims, &signing)
            .expect("encoded");
        prop_assert!(accepts(RUST_CRYPTO, algorithm, &verifying, &token));
        let (input, _) = token.rsplit_once('.').expect("three parts");
        let signer = (RUST_CRYPTO.signer_factory)(&algorithm, &signing).expect("a signer");
        let signature = signer.try_sign(input.as_bytes()).expect("signed");
        let token = format!("{input}.{}", base64url::encode(&signature));
        let mut validation = theirs::Validation::new(algorithm);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let read = theirs::decode::<Value>(&token, &verifying, &validation);
        prop_assert_eq!(read.expect("valid").claims, claims);
    }

    /// jsonwebtoken's own back-end panics on some of these.
    #[test]
    fn bytes_that_are_no_key_are_an_error_or_a_key_and_never_a_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..140),
        more in proptest::collection::vec(any::<u8>(), 0..3),
        cut in any::<proptest::sample::Index>(),
        flip in any::<proptest::sample::Index>(),
    ) {
        for algorithm in ALL {
            let (_, signing, _) = pair(algorithm, 0);
            let document = signing.as_bytes();
            let mut flipped = document.to_vec();
            flipped[flip.index(document.len())] ^= 1 << (bytes.len() % 8);
            let shorter = document[..cut.index(document.len())].to_vec();
            let longer = [document, &more].concat();
            for document in [&bytes, &flipped, &shorter, &longer] {
                use_everything(algorithm, document);
            }
        }
    }
}

/// Every function of the provider on bytes that need not be a key.
fn use_everything(algorithm: theirs::Algorithm, bytes: &[u8]) {
    let mut verifying = Vec::new();
    let signing = match algorithm.family() {
        AlgorithmFamily::Hmac => EncodingKey::from_secret(bytes),
        AlgorithmFamily::Rsa => EncodingKey::from_rsa_der(bytes),
        AlgorithmFamily::Ec => EncodingKey::from_ec_der(bytes),
        AlgorithmFamily::Ed => EncodingKey::from_ed_der(bytes),
    };
    match algorithm.family() {
        AlgorithmFamily::Hmac => verifying.push(DecodingKey::from_secret(bytes)),
        AlgorithmFamily::Rsa => {
            verifying.push(DecodingKey::from_rsa_der(bytes));
            verifying.push(DecodingKey::from_rsa_raw_components(bytes, &[1, 0, 1]));
            verifying.push(DecodingKey::from_rsa_raw_components(&[0xff; 256], bytes));
        }
        AlgorithmFamily::Ec => verifying.push(DecodingKey::from_ec_der(bytes)),
        AlgorithmFamily::Ed => verifying.push(DecodingKey::from_ed_der(bytes)),
    }
    if let Ok(signer) = (RING_PROVIDER.signer_factory)(&algorithm, &signing) {
        let _ = signer.try_sign(b"text");
    }
    for key in verifying {
        if let Ok(verifier) = (RING_PROVIDER.verifier_factory)(&algorithm, &key) {
            assert!(verifier.verify(b"text", &bytes.to_vec()).is_err());
        }
    }
    let utils = &RING_PROVIDER.key_utils;
    let _ = (utils.rsa_pub_components_from_private_key)(bytes);
    let _ = (utils.rsa_pub_components_from_public_key)(bytes);
    let _ = (utils.ec_pub_components_from_private_key)(bytes, algorithm);
    let _ = (utils.ed_pub_components_from_private_key)(bytes, &EllipticCurve::Ed25519);
}

// ---- JWKs ------------------------------------------------------------------

#[test]
fn the_parts_of_keys_are_those_that_their_own_back_end_finds() {
    let (ring, other) = (&RING_PROVIDER.key_utils, &RUST_CRYPTO.key_utils);
    for algorithm in ALL {
        for round in 0..2 {
            let (key, signing, _) = pair(algorithm, round);
            let der = signing.as_bytes();
            match algorithm.family() {
                AlgorithmFamily::Hmac => {}
                AlgorithmFamily::Rsa => {
                    let found = (ring.rsa_pub_components_from_private_key)(der);
                    assert_eq!(found, (other.rsa_pub_components_from_private_key)(der));
                    let public = der_of(&key.to_public_pem().expect("a public half"));
                    // The SPKI's head stands before the PKCS #1 document.
                    let (spki, pkcs1) = (public.as_slice(), &public[24..]);
                    let read = ring.rsa_pub_components_from_public_key;
                    assert_eq!(read(pkcs1), (other.rsa_pub_components_from_public_key)(pkcs1));
                    assert_eq!((read(pkcs1), read(spki)), (found.clone(), found));
                }
                AlgorithmFamily::Ec => {
                    let find = ring.ec_pub_components_from_private_key;
                    let found = find(der, algorithm).expect("its point");
                    let expected = (other.ec_pub_components_from_private_key)(der, algorithm);
                    assert_eq!(Ok(found), expected);
                    let wrong = [theirs::Algorithm::ES384, theirs::Algorithm::ES256];
                    let wrong = wrong[usize::from(algorithm == wrong[0])];
                    assert_eq!(kind(find(der, wrong)), ErrorKind::InvalidEcdsaKey);
                    let wrong = find(der, theirs::Algorithm::RS256);
                    assert_eq!(kind(wrong), ErrorKind::InvalidEcdsaKey);
                }
                AlgorithmFamily::Ed => {
                    let curve = EllipticCurve::Ed25519;
                    let find = ring.ed_pub_components_from_private_key;
                    let expected = (other.ed_pub_components_from_private_key)(der, &curve);
                    assert_eq!(find(der, &curve), expected);
                    let wrong = find(der, &EllipticCurve::P256);
                    assert_eq!(kind(wrong), ErrorKind::InvalidAlgorithm);
                }
            }
        }
    }
}

#[test]
fn thumbprints_and_digests_are_the_same() {
    install();
    for algorithm in ALL {
        let (key, signing, _) = pair(algorithm, 0);
        let jwk = Jwk::from_encoding_key(&signing, algorithm).expect("a JWK");
        let found = jwk.thumbprint(ThumbprintHash::SHA256).expect("a thumbprint");
        match algorithm.family() {
            AlgorithmFamily::Hmac => assert_eq!(key.thumbprint(), None),
            _ => assert_eq!(key.thumbprint(), Some(found)),
        }
    }
    for hash in [ThumbprintHash::SHA256, ThumbprintHash::SHA384, ThumbprintHash::SHA512] {
        for text in ["", "{}", "a longer text \u{e9}"] {
            let (ring, other) = (RING_PROVIDER.key_utils.clone(), RUST_CRYPTO.key_utils.clone());
            let found = (ring.compute_digest)(text.as_bytes(), hash.clone());
            assert_eq!(found, (other.compute_digest)(text.as_bytes(), hash.clone()));
        }
    }
}

#[test]
fn a_session_verifies_through_jsonwebtoken_with_our_jwk_set() {
    install();
    let dir = tempfile::tempdir().expect("a folder");
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Es384] {
        let issuer = "https://id.example";
        let keys = NewRing::new(issuer).algorithm(algorithm);
        let keys = keys.create(dir.path().join(algorithm.name())).expect("a ring");
        let minter = Issuer::new(&keys, issuer, "shop").expect("an issuer");
        let token = minter.mint("ada", &[7]).expect("minted");
        let set: JwkSet = serde_json::from_str(&keys.to_public_jwk_set()).expect("a JWK Set");
        let kid = theirs::decode_header(token.as_str()).expect("a header").kid.expect("a kid");
        let key = DecodingKey::from_jwk(set.find(&kid).expect("the key")).expect("a key");
        let validation = ours::validation(algorithm, issuer, "shop").expect("a JWS");
        let read = theirs::decode::<Value>(token.as_str(), &key, &validation).expect("valid");
        assert_eq!((&read.claims["sub"], &read.claims["st"]), (&json!("ada"), &json!([7])));
        for other in [
            ours::validation(algorithm, "https://other.example", "shop"),
            ours::validation(algorithm, issuer, "other"),
        ] {
            let other = other.expect("a JWS");
            assert!(theirs::decode::<Value>(token.as_str(), &key, &other).is_err());
        }
        let back = ours::from_jwk_set(&set, &[]).expect("our keys");
        assert_eq!(back.members().len(), set.keys.len());
        assert_eq!(ours::jwk_set(&back), set);
    }
}

#[test]
fn a_ring_rotates_under_jsonwebtoken_and_its_set_holds_what_verifies_now() {
    install();
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("keys");
    let (issuer, month) = ("https://id.example", Duration::from_secs(31 * 86_400));
    let hand = ManualClock::at(Clock::system().now().before(month * 3));
    let keys = NewRing::new(issuer).clock(hand.clock()).create(&path).expect("a ring");
    let rotator = Rotator::new(&path).clock(hand.clock());
    let mut kids = Vec::new();
    for _ in 0..3 {
        let minter = Issuer::new(&keys, issuer, "shop").expect("an issuer");
        let token = minter.mint("ada", &[7]).expect("minted");
        let kid = theirs::decode_header(token.as_str()).expect("a header").kid.expect("a kid");
        let set = ours::jwk_set(&keys);
        assert_eq!(set.keys.len(), 2, "one signs, one is staged; by now no other is alive");
        let key = DecodingKey::from_jwk(set.find(&kid).expect("the key")).expect("a key");
        let validation = ours::validation(keys.algorithm(), issuer, "shop").expect("a JWS");
        assert!(theirs::decode::<Value>(token.as_str(), &key, &validation).is_ok());
        kids.push(kid);
        hand.advance(month);
        rotator.perform(&Act::Tick).expect("rotated");
        keys.reload().expect("read again");
    }
    assert!(kids[0] != kids[1] && kids[1] != kids[2], "{kids:?}");
    // A month after its successor was promoted, nothing of the first key is left.
    assert!(ours::jwk_set(&keys).find(&kids[0]).is_none());
}

#[test]
fn what_our_validation_configures_must_be_there() {
    install();
    let (_, signing, verifying) = pair(theirs::Algorithm::HS256, 0);
    let whole = json!({ "iss": "i", "aud": "a", "exp": 4_102_444_800_i64 });
    let validation = ours::validation(Algorithm::Hs256, "i", "a").expect("a JWS");
    let decode = |claims: &Value| {
        let token = theirs::encode(&theirs::Header::default(), claims, &signing).expect("a token");
        theirs::decode::<Value>(token, &verifying, &validation)
    };
    assert!(decode(&whole).is_ok());
    for name in ["iss", "aud", "exp"] {
        let mut claims = whole.clone();
        claims.as_object_mut().expect("an object").remove(name);
        assert_eq!(kind(decode(&claims)), ErrorKind::MissingRequiredClaim(name.into()));
    }
    let mut claims = whole.clone();
    claims["nbf"] = json!(4_102_444_700_i64);
    assert_eq!(kind(decode(&claims)), ErrorKind::ImmatureSignature);
}

#[test]
fn keys_come_back_as_they_went() {
    for named in Algorithm::ALL.iter().copied() {
        let Some(algorithm) = ours::algorithm(named) else { continue };
        assert_eq!(ours::from_algorithm(algorithm), Some(named));
        let (key, _, _) = pair(algorithm, 0);
        let key = key.with_id(KeyId::new("k").expect("a kid"));
        match ours::jwk(&key) {
            Ok(jwk) => {
                assert_eq!(jwk.common.key_id.as_deref(), Some("k"));
                assert_eq!(ours::from_jwk(&jwk, &[]).ok(), key.public_half());
            }
            Err(error) => {
                assert_eq!(error, ConvertError::NoPublicHalf(named));
                let secret = key.export_secret_jwk().expect("a secret");
                let jwk: Jwk = serde_json::from_str(secret.expose_secret()).expect("a JWK");
                assert_eq!(ours::from_jwk(&jwk, &[]), Ok(key));
            }
        }
    }
    for algorithm in ALL {
        assert_eq!(ours::from_algorithm(algorithm).and_then(ours::algorithm), Some(algorithm));
    }
}

#[test]
fn a_jwk_without_alg_is_for_the_one_that_is_allowed() {
    let mut jwk = ours::jwk(&rsa_keys(Algorithm::Ps256)[0]).expect("a public half");
    jwk.common.key_algorithm = None;
    assert_eq!(ours::from_jwk(&jwk, &[]).expect_err("which?").code(), "algorithm_needed");
    let read = ours::from_jwk(&jwk, &[Algorithm::Ps512]).expect("a key");
    assert_eq!(read.algorithm(), Algorithm::Ps512);
    let unknown = json!({ "kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA" });
    let unknown: Jwk = serde_json::from_value(unknown).expect("a JWK");
    assert_eq!(ours::from_jwk(&unknown, &[]).expect_err("unknown").code(), "unsupported_key");
}

#[test]
fn a_set_leaves_out_what_is_revoked_secret_or_no_jws() {
    let member = |kid: &str, algorithm, standing| {
        let key = Key::generate(algorithm).expect("a key");
        Member { key: key.with_id(KeyId::new(kid).expect("a kid")), standing }
    };
    let mut members = vec![
        member("good", Algorithm::EdDsa, Standing::Trusted),
        member("retiring", Algorithm::Es256, Standing::TrustedUntil(Timestamp::END)),
        member("revoked", Algorithm::EdDsa, Standing::Revoked(Timestamp::from_secs(1))),
        member("secret", Algorithm::Hs256, Standing::Trusted),
        member("sealed", Algorithm::A256Gcm, Standing::Trusted),
    ];
    // jsonwebtoken would take a PASETO key for an EdDSA key: it does not look at `alg`.
    #[cfg(feature = "paseto")]
    members.push(member("paseto", Algorithm::V4Public, Standing::Trusted));
    members.rotate_left(1);
    let set = ours::jwk_set(&KeySet::new(members).expect("a set"));
    let kids: Vec<_> = set.keys.iter().filter_map(|jwk| jwk.common.key_id.as_deref()).collect();
    assert_eq!(kids, ["retiring", "good"]);
}

#[test]
fn keys_that_jsonwebtoken_cannot_use_are_refused_with_their_reason() {
    let sealed = Key::generate(Algorithm::A256Gcm).expect("a key");
    let refused = ConvertError::NotJws(Algorithm::A256Gcm);
    assert_eq!(ours::decoding_key(&sealed).expect_err("sealed"), refused);
    assert_eq!(ours::encoding_key(&sealed).expect_err("sealed"), refused);
    assert_eq!(ours::jwk(&sealed), Err(refused.clone()));
    assert_eq!(ours::validation(Algorithm::A256Gcm, "i", "a"), Err(refused));
    #[cfg(feature = "paseto")]
    for algorithm in [Algorithm::V4Public, Algorithm::V4Local] {
        let key = Key::generate(algorithm).expect("a key");
        assert_eq!(ours::decoding_key(&key).expect_err("PASETO").code(), "not_jws");
        assert_eq!(ours::encoding_key(&key).expect_err("PASETO").code(), "not_jws");
    }
    let public = Key::generate(Algorithm::EdDsa).expect("a key").public_half().expect("a half");
    assert_eq!(ours::encoding_key(&public).expect_err("public"), ConvertError::NotForSigning);
    let k = base64url::encode(b"7f-Qp0-04hd83-a-Lz9-uJ-mY-T-8kw-");
    let with = |operation: &str| {
        let jwk = json!({ "kty": "oct", "alg": "HS256", "k": k, "key_ops": [operation] });
        Key::from_jwk(jwk.to_string().as_bytes()).expect("a key")
    };
    let (signs, verifies) = (with("sign"), with("verify"));
    assert!(ours::encoding_key(&signs).is_ok() && ours::decoding_key(&verifies).is_ok());
    assert_eq!(ours::encoding_key(&verifies).expect_err("verify"), ConvertError::NotForSigning);
    assert_eq!(ours::decoding_key(&signs).expect_err("sign"), ConvertError::NotForVerifying);
}

// ---- Keys of others --------------------------------------------------------

#[test]
fn a_key_of_another_family_is_an_error_as_with_their_own_back_end() {
    for (algorithm, other) in ALL.iter().flat_map(|a| ALL.map(|b| (*a, b))) {
        let (_, signing, verifying) = pair(other, 0);
        let fits = algorithm.family() == other.family();
        for provider in [&RING_PROVIDER, RUST_CRYPTO] {
            let signer = (provider.signer_factory)(&algorithm, &signing).map(drop);
            let verifier = (provider.verifier_factory)(&algorithm, &verifying).map(drop);
            if !fits {
                assert_eq!(kind(signer), ErrorKind::InvalidKeyFormat);
                assert_eq!(kind(verifier), ErrorKind::InvalidKeyFormat);
            } else if algorithm != other && algorithm.family() == AlgorithmFamily::Ec {
                assert_eq!(kind(signer), ErrorKind::InvalidEcdsaKey);
                assert_eq!(kind(verifier), ErrorKind::InvalidEcdsaKey);
            }
        }
    }
}

#[test]
fn secrets_are_the_callers_but_for_the_empty_one() {
    for secret in [&b"k"[..], b"secret", &[0; 32], &[7; 4096]] {
        let mut tags = [&RING_PROVIDER, RUST_CRYPTO].map(|provider| {
            let key = EncodingKey::from_secret(secret);
            let signer = (provider.signer_factory)(&theirs::Algorithm::HS512, &key);
            signer.expect("a signer").try_sign(b"text").expect("a tag")
        });
        assert_eq!(tags[0], tags[1]);
        let key = DecodingKey::from_secret(secret);
        let verifier = (RING_PROVIDER.verifier_factory)(&theirs::Algorithm::HS512, &key);
        let verifier = verifier.expect("a verifier");
        assert!(verifier.verify(b"text", &tags[1]).is_ok());
        tags[0].truncate(32);
        assert!(verifier.verify(b"text", &tags[0]).is_err(), "a tag must be whole");
    }
    let empty = DecodingKey::from_secret(b"");
    let verifier = (RING_PROVIDER.verifier_factory)(&theirs::Algorithm::HS256, &empty);
    assert_eq!(kind(verifier.map(drop)), ErrorKind::InvalidKeyFormat);
}

#[test]
fn ed25519_keys_of_every_wrong_length_or_of_small_order_are_an_error() {
    let eddsa = theirs::Algorithm::EdDSA;
    for bytes in (0..100).filter(|length| *length != 32).map(|length| vec![9; length]) {
        let verifying = DecodingKey::from_ed_der(&bytes);
        let verifier = (RING_PROVIDER.verifier_factory)(&eddsa, &verifying);
        assert_eq!(kind(verifier.map(drop)), ErrorKind::InvalidEddsaKey, "{}", bytes.len());
        let signer = (RING_PROVIDER.signer_factory)(&eddsa, &EncodingKey::from_ed_der(&bytes));
        assert_eq!(kind(signer.map(drop)), ErrorKind::InvalidEddsaKey, "{}", bytes.len());
    }
    let neutral = DecodingKey::from_ed_der(&[&[1][..], &[0; 31]].concat());
    let verifier = (RING_PROVIDER.verifier_factory)(&eddsa, &neutral);
    assert_eq!(kind(verifier.map(drop)), ErrorKind::InvalidEddsaKey);
    assert!((RUST_CRYPTO.verifier_factory)(&eddsa, &neutral).is_ok(), "theirs takes it");
}

#[test]
fn a_version_2_document_must_hold_the_public_key_of_its_seed() {
    let eddsa = theirs::Algorithm::EdDSA;
    let (key, signing, verifying) = pair(eddsa, 0);
    let point = bytes_of(&verifying);
    let seed = &signing.as_bytes()[16..];
    let with = |point: &[u8]| {
        let head = [0x30, 0x51, 2, 1, 1, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
        EncodingKey::from_ed_der(&[&head[..], seed, &[0x81, 0x21, 0], point].concat())
    };
    let signer = (RING_PROVIDER.signer_factory)(&eddsa, &with(&point)).expect("a signer");
    let signature = signer.try_sign(b"text").expect("signed");
    let verifier = (RING_PROVIDER.verifier_factory)(&eddsa, &verifying).expect("a verifier");
    assert!(verifier.verify(b"text", &signature).is_ok());
    let wrong = (RING_PROVIDER.signer_factory)(&eddsa, &with(&[9; 32]));
    assert_eq!(kind(wrong.map(drop)), ErrorKind::InvalidEddsaKey);
    // An SPKI, as aws-lc-rs takes it.
    let spki = DecodingKey::from_ed_der(&der_of(&key.to_public_pem().expect("a public half")));
    let verifier = (RING_PROVIDER.verifier_factory)(&eddsa, &spki).expect("a verifier");
    assert!(verifier.verify(b"text", &signature).is_ok());
}

#[test]
fn ec_keys_are_points_on_their_curve_and_bring_their_public_half() {
    let es256 = theirs::Algorithm::ES256;
    let (key, signing, verifying) = pair(es256, 0);
    let signer = (RING_PROVIDER.signer_factory)(&es256, &signing).expect("a signer");
    let signature = signer.try_sign(b"text").expect("signed");
    let point = bytes_of(&verifying);
    let accepts = |bytes: &[u8]| {
        let key = DecodingKey::from_ec_der(bytes);
        (RING_PROVIDER.verifier_factory)(&es256, &key)
            .map(|verifier| verifier.verify(b"text", &signature).is_ok())
    };
    assert_eq!(accepts(&point), Ok(true));
    assert_eq!(accepts(&der_of(&key.to_public_pem().expect("a public half"))), Ok(true));
    let mut off = point.clone();
    off[64] ^= 1;
    assert_eq!(accepts(&off), Ok(false), "it verifies nothing");
    let compressed = [&[2 + (point[64] & 1)], &point[1..33]].concat();
    assert_eq!(kind(accepts(&compressed)), ErrorKind::InvalidEcdsaKey);

    // PKCS #8 without the public point: 36 bytes of head, then the scalar.
    let scalar = &signing.as_bytes()[36..68];
    let head = "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420";
    let bare = EncodingKey::from_ec_der(&[hex(head), scalar.to_vec()].concat());
    assert!((RUST_CRYPTO.signer_factory)(&es256, &bare).is_ok(), "theirs computes it");
    match kind((RING_PROVIDER.signer_factory)(&es256, &bare).map(drop)) {
        ErrorKind::Provider(text) => assert!(text.contains("openssl"), "{text}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn rsa_keys_are_taken_in_every_form_and_of_every_safe_size() {
    let rs256 = theirs::Algorithm::RS256;
    let (key, signing, _) = pair(rs256, 0);
    let signer = (RING_PROVIDER.signer_factory)(&rs256, &signing).expect("a signer");
    let signature = signer.try_sign(b"text").expect("signed");
    let accepts = |key: &DecodingKey| {
        (RING_PROVIDER.verifier_factory)(&rs256, key)
            .map(|verifier| verifier.verify(b"text", &signature).is_ok())
    };
    let public = der_of(&key.to_public_pem().expect("a public half"));
    assert_eq!(accepts(&DecodingKey::from_rsa_der(&public)), Ok(true), "SPKI");
    assert_eq!(accepts(&DecodingKey::from_rsa_der(&public[24..])), Ok(true), "PKCS #1");
    let read = RING_PROVIDER.key_utils.rsa_pub_components_from_public_key;
    let (n, e) = read(&public).expect("its numbers");
    let padded = [&[0][..], &n].concat();
    let of = DecodingKey::from_rsa_raw_components;
    assert_eq!(accepts(&of(&padded, &e)), Ok(true), "a leading zero");
    assert_eq!(accepts(&of(&n, &[3])), Ok(false), "3 is an exponent, but not this key's");
    for (n, e) in [(&n[..128], &e[..]), (&n, &[1]), (&n, &[]), (&[], &e), (&n, &[1, 0, 0, 0, 0, 1])]
    {
        let refused = kind(accepts(&of(n, e)));
        assert!(matches!(refused, ErrorKind::InvalidRsaKey(_)), "{refused:?}");
    }
    // A private exponent that is another key's.
    let (_, other, _) = pair(rs256, 1);
    let mut mixed = signing.as_bytes().to_vec();
    let middle = mixed.len() / 2;
    mixed[middle..middle + 8].copy_from_slice(&other.as_bytes()[middle..middle + 8]);
    let signer = (RING_PROVIDER.signer_factory)(&rs256, &EncodingKey::from_rsa_der(&mixed));
    assert!(signer.and_then(|signer| Ok(signer.try_sign(b"text")?)).is_err());
}

#[test]
fn a_secret_from_us_is_the_secret_there() {
    let secret = *b"7f-Qp0-04hd83-a-Lz9-uJ-mY-T-8kw-";
    let key = Key::from_secret(Algorithm::Hs256, SecretBytes::new(secret.to_vec())).expect("a key");
    assert_eq!(ours::encoding_key(&key).expect("it signs").as_bytes(), secret);
    let found = bytes_of(&ours::decoding_key(&key).expect("it verifies"));
    assert_eq!(found, secret);
}

// ---- Helpers ---------------------------------------------------------------

/// Whether the signature of a compact token fits, by this provider.
fn accepts(
    provider: &CryptoProvider,
    algorithm: theirs::Algorithm,
    key: &DecodingKey,
    token: &str,
) -> bool {
    let Some((input, signature)) = token.rsplit_once('.') else { return false };
    let Ok(signature) = base64url::decode(signature) else { return false };
    let verifier = (provider.verifier_factory)(&algorithm, key).expect("a verifier");
    verifier.verify(input.as_bytes(), &signature).is_ok()
}

/// The token with a bit of its signature changed.
fn forged(token: &str) -> String {
    let (input, signature) = token.rsplit_once('.').expect("three parts");
    let mut signature = base64url::decode(signature).expect("base64url");
    signature[9] ^= 4;
    format!("{input}.{}", base64url::encode(&signature))
}

fn bytes_of(key: &DecodingKey) -> Vec<u8> {
    key.try_get_as_bytes().expect("bytes").to_vec()
}

fn kind<T: std::fmt::Debug>(result: theirs::errors::Result<T>) -> ErrorKind {
    result.expect_err("an error").into_kind()
}

fn der_of(pem: &str) -> Vec<u8> {
    let lines = pem.lines().filter(|line| !line.starts_with('-'));
    let text: String = lines.collect::<String>().replace('+', "-").replace('/', "_");
    base64url::decode(text.trim_end_matches('=')).expect("base64")
}

fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        digits.chars().map(|digit| digit.to_digit(16).expect("hex") as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn vectors(file: &str) -> Value {
    let path = format!("{}/tests/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&fs::read_to_string(path).expect("a file")).expect("JSON")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}
