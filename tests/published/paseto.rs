//! The test vectors of PASETO versions 3 and 4 that keys of ours can run. Those of v4.local have a
//! key that can be guessed, and are opened in `src/crypto/vectors/paseto.rs`.

use serde_json::Value;
use waxseal::Revocations;
use waxseal::jwt::{self, Claims, VerifyError, verify_raw};
use waxseal::key::{Algorithm, Key, KeyError, KeySet, Weakness};
use waxseal::secret::SecretBytes;
use waxseal::time::{ManualClock, Timestamp};

use super::{bytes, list, text, vectors};
use crate::forge::any_key;

/// Before the vectors' `exp`, which is the first second of 2022.
const BEFORE: i64 = 1_640_995_200 - 1;

#[test]
fn version_4_signatures_are_verified_and_made_again_byte_by_byte() {
    let suite = vectors("paseto/v4.json");
    let mut run = 0;
    for test in of_kind(&suite, "-S-") {
        for key in keys(test, Algorithm::V4Public) {
            assert_verified(&key, test);
            if let Ok(issuer) = jwt::Issuer::new(key) {
                let issuer = issuer.footer(part(test, "footer")).expect("a PASETO");
                let issuer = issuer.implicit_assertion(part(test, "implicit-assertion"));
                let token = issuer.expect("a PASETO").mint(&payload(test)).expect("claims");
                assert_eq!(token.as_str(), text(&test["token"]), "{}", test["name"]);
                run += 1;
            }
        }
    }
    assert_eq!(run, 3 * 3, "three vectors, each with its key in three secret forms");
}

#[cfg(feature = "paseto-v3")]
#[test]
fn version_3_signatures_are_verified_and_made_anew() {
    let suite = vectors("paseto/v3.json");
    let mut run = 0;
    for test in of_kind(&suite, "-S-") {
        for key in keys(test, Algorithm::V3Public) {
            assert_verified(&key, test);
            if let Ok(issuer) = jwt::Issuer::new(key.clone()) {
                let issuer = issuer.footer(part(test, "footer")).expect("a PASETO");
                let issuer = issuer.implicit_assertion(part(test, "implicit-assertion"));
                let token = issuer.expect("a PASETO").mint(&payload(test)).expect("claims");
                // ECDSA is randomised: all but the signature is the vector's.
                let (ours, theirs) = (token.as_str(), text(&test["token"]));
                assert_ne!(ours, theirs);
                assert_eq!(ours.len(), theirs.len());
                assert_eq!(verify(&key, test, ours), Ok(payload(test)));
                run += 1;
            }
        }
    }
    assert_eq!(run, 3 * 3);
}

fn assert_verified(key: &Key, test: &Value) {
    let (name, token) = (text(&test["name"]), text(&test["token"]));
    assert_eq!(verify(key, test, token), Ok(payload(test)), "{name}");
    // Without the assertion only those that have none are authentic.
    let raw = verify_raw(&KeySet::only(key.clone()), token);
    match part(test, "implicit-assertion") {
        b"" => assert_eq!(raw.as_deref(), Ok(part(test, "payload")), "{name}"),
        _ => assert_eq!(raw, Err(VerifyError::Signature), "{name}"),
    }
    // What is asked for besides the signature is asked for.
    let code = |result: Result<Value, VerifyError>| result.map_err(|fault| fault.code());
    let other = |member: &str, value: &str| {
        let mut other = test.clone();
        other[member] = value.into();
        code(verify(key, &other, token))
    };
    assert_eq!(other("footer", "another"), Err("wrong_footer"), "{name}");
    assert_eq!(other("implicit-assertion", "another"), Err("bad_signature"), "{name}");
    let late = setup(key, test, BEFORE + 31).revocations(Revocations::none_because("a vector"));
    assert_eq!(code(late.verify(token).map(Claims::into_custom)), Err("expired"), "{name}");
}

fn verify(key: &Key, test: &Value, token: &str) -> Result<Value, VerifyError> {
    let verifier = setup(key, test, BEFORE).revocations(Revocations::none_because("a vector"));
    verifier.verify(token).map(Claims::into_custom)
}

fn setup(key: &Key, test: &Value, at: i64) -> jwt::VerifierSetup<Value> {
    jwt::Verifier::setup(KeySet::only(key.clone()))
        .footer(part(test, "footer"))
        .implicit_assertion(part(test, "implicit-assertion"))
        .clock(ManualClock::at(Timestamp::from_secs(at)).clock())
}

#[test]
fn failing_vectors_are_refused_for_what_they_are_about() {
    let v4_public = key_of(&vectors("paseto/v4.json"), "4-F-1", Algorithm::V4Public);
    let v4_local = any_key(Algorithm::V4Local);
    let rows = [
        // A sealed token, and the key is a public one: the lucidity that PASETO asks for.
        ("v4", "4-F-1", v4_public.clone(), "key/wrong_algorithm"),
        // A token of version 3 under a key of version 4.
        ("v4", "4-F-3", v4_local.clone(), "key/wrong_algorithm"),
        // Padding behind the base64url of the body.
        ("v4", "4-F-5", v4_local, "form/malformed"),
        // v3.local is not offered: no key of ours is for it.
        ("v3", "3-F-5", v4_public, "key/wrong_algorithm"),
        #[cfg(feature = "paseto-v3")]
        ("v3", "3-F-1", v3_public(), "key/wrong_algorithm"),
        #[cfg(feature = "paseto-v3")]
        ("v3", "3-F-3", v3_public(), "key/wrong_algorithm"),
    ];
    let mut run = rows.len();
    for (file, name, key, verdict) in rows {
        let suite = vectors(&format!("paseto/{file}.json"));
        let test = named(&suite, name);
        assert_eq!(test["expect-fail"], true);
        let fault = verify(&key, test, text(&test["token"])).expect_err(name);
        assert_eq!(format!("{}/{}", fault.stage().name(), fault.code()), verdict, "{name}");
    }
    if !cfg!(feature = "paseto-v3") {
        run += 2;
    }
    let suites = ["paseto/v3.json", "paseto/v4.json"].map(vectors);
    let failing = suites.iter().flat_map(|suite| list(&suite["tests"]));
    assert_eq!(run, failing.filter(|test| test["expect-fail"] == true).count());
}

#[cfg(feature = "paseto-v3")]
fn v3_public() -> Key {
    key_of(&vectors("paseto/v3.json"), "3-F-1", Algorithm::V3Public)
}

/// Every vector that is run neither here nor on the primitive, with the reason.
#[test]
fn vectors_of_what_is_not_offered_are_refused_by_name() {
    let suite = vectors("paseto/v3.json");
    let tests: Vec<&Value> = of_kind(&suite, "3-E-").collect();
    assert_eq!(tests.len(), 9);
    for test in tests {
        for algorithm in Algorithm::ALL {
            match verify_raw(&KeySet::only(any_key(*algorithm)), text(&test["token"])) {
                Err(VerifyError::Algorithm { token, key }) => {
                    assert_eq!((token.as_str(), key), ("v3.local", *algorithm));
                }
                other => panic!("{}: {other:?}", test["name"]),
            }
        }
    }
    let key = |algorithm| {
        let suite = vectors("paseto/v4.json");
        Key::from_secret(algorithm, SecretBytes::new(bytes(&named(&suite, "4-E-1")["key"])))
    };
    assert_eq!(key(Algorithm::V4Local), Err(KeyError::Weak(Weakness::Published)));
}

#[test]
fn no_vector_is_left_out() {
    for (file, sealed, signed, failing) in [("v3", 9, 3, 3), ("v4", 9, 3, 3)] {
        let suite = vectors(&format!("paseto/{file}.json"));
        let counts = ["-E-", "-S-", "-F-"].map(|kind| of_kind(&suite, kind).count());
        assert_eq!(counts, [sealed, signed, failing]);
        assert_eq!(list(&suite["tests"]).len(), sealed + signed + failing);
    }
}

/// The keys of a signed vector, in all their forms; they are one key.
fn keys(test: &Value, algorithm: Algorithm) -> Vec<Key> {
    let (version, secret, scalar) = match algorithm {
        Algorithm::V4Public => (4, "secret-key", "secret-key-seed"),
        _ => (3, "secret-key", "secret-key"),
    };
    let paserk = |kind: &str, member: &str| {
        let data = waxseal::base64url::encode(&bytes(&test[member]));
        Key::from_paserk(&format!("k{version}.{kind}.{data}")).expect("a PASERK")
    };
    let private = vec![
        paserk("secret", secret),
        Key::from_secret(algorithm, SecretBytes::new(bytes(&test[scalar]))).expect("a secret"),
        #[cfg(feature = "pem")]
        Key::from_pem_among(text(&test["secret-key-pem"]), &[algorithm]).expect("a PEM"),
    ];
    let public = vec![
        paserk("public", "public-key"),
        #[cfg(feature = "pem")]
        Key::from_pem_among(text(&test["public-key-pem"]), &[algorithm]).expect("a PEM"),
    ];
    for key in &private {
        assert_eq!((key, key.public_half().as_ref()), (&private[0], Some(&public[0])));
    }
    assert!(public.iter().all(|key| *key == public[0] && !key.can_mint()));
    [private, public].concat()
}

fn key_of(suite: &Value, name: &str, algorithm: Algorithm) -> Key {
    keys(named(suite, name), algorithm).pop().expect("a public key")
}

fn named<'s>(suite: &'s Value, name: &str) -> &'s Value {
    list(&suite["tests"]).iter().find(|test| test["name"] == name).expect("a vector")
}

fn of_kind<'s>(suite: &'s Value, kind: &'static str) -> impl Iterator<Item = &'s Value> {
    list(&suite["tests"]).iter().filter(move |test| text(&test["name"]).contains(kind))
}

fn payload(test: &Value) -> Value {
    serde_json::from_str(text(&test["payload"])).expect("JSON")
}

fn part<'t>(test: &'t Value, member: &str) -> &'t [u8] {
    text(&test[member]).as_bytes()
}
