//! Published vectors against the public API, every one of them counted: a vector that stops being
//! run, or comes out another way, is a failure. Every refused token is refused for the reason that
//! its vector is about. `tests/vectors/README.md` names the sources; the vectors of the primitives
//! are run beside them, in `src/crypto/vectors.rs`.

mod forge;

#[path = "published/cookbook.rs"]
mod cookbook;
#[cfg(feature = "pem")]
#[path = "published/keys.rs"]
mod keys;
#[cfg(feature = "paseto")]
#[path = "published/paserk.rs"]
mod paserk;
#[cfg(feature = "paseto")]
#[path = "published/paseto.rs"]
mod paseto;
#[path = "published/wycheproof.rs"]
mod wycheproof;

use std::fs;

use forge::any_key;
use serde_json::Value;
use waxseal::Revocations;
use waxseal::base64url;
use waxseal::jwt::{self, Claims, Stage, VerifyError, verify_raw};
use waxseal::key::{Algorithm, Key, KeyError, KeySet, Member, Protection, SetError, Weakness};
use waxseal::secret::SecretBytes;
use waxseal::time::{ManualClock, Timestamp};
use waxseal::token::UntrustedToken;

// ---- Whatever the key ------------------------------------------------------

#[test]
fn a_token_that_nothing_protects_is_refused_under_every_key() {
    let wycheproof = vectors(wycheproof::FILE);
    let none = list(&wycheproof["testGroups"])
        .iter()
        .flat_map(|group| list(&group["tests"]))
        .filter(|test| test["comment"] == "algIsNone")
        .map(|test| text(&test["jws"]).to_owned());
    let rfc_7515 = cases("rfc/rfc7515.json");
    let rfc_7519 = cases("rfc/rfc7519.json");
    let printed = [&rfc_7515[4]["jws"], &rfc_7515[7]["jws"], &rfc_7519[1]["token"]];
    let tokens: Vec<String> = none.chain(printed.map(|token| text(token).to_owned())).collect();
    assert_eq!(tokens.len(), 5);
    for token in tokens {
        for key in Algorithm::ALL.iter().map(|algorithm| any_key(*algorithm)) {
            assert_eq!(judged(&key, &token), "form/unsecured", "{token}");
        }
    }
}

// ---- RFC 7515: JWS ---------------------------------------------------------

#[test]
fn rfc_7515_tokens_are_accepted_or_refused_for_their_key_their_form_or_their_algorithm() {
    let rows = rows(&cases("rfc/rfc7515.json"), "jws");
    assert_rows(
        &rows,
        &[
            ("RFC7515-A.1", "published secret", "signature/bad_signature"),
            ("RFC7515-A.2", "usable", "accepted"),
            ("RFC7515-A.3", "usable", "accepted"),
            ("RFC7515-A.4", "unsupported crv \"P-521\"", "key/wrong_algorithm"), // ES512
            ("RFC7515-A.5", "none", "form/unsecured"),
            ("RFC7515-A.6", "none", "form/malformed"), // general JSON serialization
            ("RFC7515-A.7", "none", "form/malformed"), // flattened JSON serialization
            ("RFC7515-E", "none", "form/unsecured"),   // its crit comes too late to matter
        ],
    );
    assert_eq!(counts(&rows), Counts { run: 7, accepted: 2, refused: 5, skipped: 1 });
}

// ---- RFC 7516: JWE ---------------------------------------------------------

#[test]
fn rfc_7516_tokens_are_refused_for_their_algorithm_before_anything_is_decrypted() {
    let rows = rows(&cases("rfc/rfc7516.json"), "jwe");
    assert_rows(
        &rows,
        &[
            ("RFC7516-A.1", "alg needed", "key/wrong_algorithm"), // RSA-OAEP, which it cannot say
            ("RFC7516-A.2", "alg needed", "key/wrong_algorithm"), // RSA1_5, which it cannot say
            ("RFC7516-A.3", "alg needed", "key/wrong_algorithm"), // A128KW, which it cannot say
            ("RFC7516-A.4", "none", "form/malformed"),            // general JSON serialization
            ("RFC7516-A.5", "none", "form/malformed"),            // flattened JSON serialization
        ],
    );
    assert_eq!(counts(&rows), Counts { run: 2, accepted: 0, refused: 2, skipped: 3 });

    let sealing = Key::generate(Algorithm::A256Gcm).expect("a key");
    let named: Vec<_> = cases("rfc/rfc7516.json")
        .iter()
        .take(3)
        .map(|case| match verify_raw(&KeySet::only(sealing.clone()), text(&case["jwe"])) {
            Err(VerifyError::Algorithm { token, key: Algorithm::A256Gcm }) => token,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(named, ["RSA-OAEP+A256GCM", "RSA1_5+A128CBC-HS256", "A128KW+A128CBC-HS256"]);
}

// ---- RFC 7517: JWK ---------------------------------------------------------

#[test]
fn rfc_7517_key_sets_hold_their_rsa_key_and_every_other_key_has_its_reason() {
    let file = vectors("rfc/rfc7517.json");
    let rsa = Ok(vec![("2011-04-29".to_owned(), Algorithm::Rs256)]);
    let encryption = "contradiction: \"use\" is not for this algorithm";
    let hs256 = [Algorithm::Hs256];
    for (set, allowed, usable, reasons) in [
        ("public_jwk_set", &[][..], rsa.clone(), vec![(0, encryption)]),
        ("private_jwk_set", &[], rsa.clone(), vec![(0, encryption)]),
        ("private_jwk_set", &[Algorithm::Rs256], rsa, vec![(0, "not allowed: ES256")]),
        (
            "public_jwk_set",
            &hs256,
            Err(()),
            vec![(0, "not allowed: ES256"), (1, "not allowed: RS256")],
        ),
        (
            "symmetric_jwk_set",
            &[],
            Err(()),
            vec![(0, "unsupported alg \"A128KW\""), (1, "alg needed")],
        ),
        (
            "symmetric_jwk_set",
            &hs256,
            Err(()),
            vec![(0, "unsupported alg \"A128KW\""), (1, "published secret")],
        ),
    ] {
        let jwk_set = file[set].to_string();
        let read = KeySet::from_jwk_set_among(jwk_set.as_bytes(), allowed);
        let skipped = match &read {
            Ok(set) => set.skipped(),
            Err(SetError::NoneUsable(skipped)) => skipped,
            Err(other) => panic!("{set}: {other:?}"),
        };
        let found: Vec<_> =
            skipped.iter().map(|skipped| (skipped.position, name(&skipped.reason))).collect();
        let reasons: Vec<_> =
            reasons.iter().map(|(at, reason)| (*at, (*reason).to_owned())).collect();
        assert_eq!(found, reasons, "{set}");
        let members = read.map(|set| set.members().iter().map(kid_and_algorithm).collect());
        assert_eq!(members.map_err(drop), usable, "{set}");
    }
}

fn kid_and_algorithm(member: &Member) -> (String, Algorithm) {
    (member.key.id().expect("a kid").to_string(), member.key.algorithm())
}

#[test]
fn rfc_7517_rsa_keys_without_alg_are_for_what_they_are_asked_for() {
    let file = vectors("rfc/rfc7517.json");
    let among = |jwk: &str, allowed: &[Algorithm]| {
        let key = Key::from_jwk_among(file[jwk].to_string().as_bytes(), allowed);
        key.map(|key| (key.algorithm(), key.can_mint())).map_err(|fault| name(&fault))
    };
    let rsa = [Algorithm::Rs256, Algorithm::Ps512];
    // Its x5c is ignored: the key is what the JWK says.
    assert_eq!(among("x5c_jwk", &[]), Err("alg needed".into()));
    assert_eq!(among("x5c_jwk", &rsa), Err("alg needed".into()));
    assert_eq!(among("x5c_jwk", &[Algorithm::EdDsa]), Err("alg needed".into()));
    for algorithm in rsa {
        assert_eq!(among("x5c_jwk", &[algorithm]), Ok((algorithm, false)));
        let encryption = "contradiction: \"use\" is not for this algorithm";
        assert_eq!(among("encrypted_key_plaintext_jwk", &[algorithm]), Err(encryption.into()));
    }
    assert_eq!(among("encrypted_key_plaintext_jwk", &[]), Err("alg needed".into()));
}

#[test]
fn keys_that_cannot_be_used_do_not_spoil_a_set_with_one_that_can() {
    let mut jwk_set = vectors("rfc/rfc7517.json")["public_jwk_set"].clone();
    let mut jwk = vectors("rfc/rfc8037.json")["ed25519"]["public_jwk"].clone();
    jwk["kid"] = "ed".into();
    jwk_set["keys"].as_array_mut().expect("keys").insert(1, jwk);
    let set = KeySet::from_jwk_set(jwk_set.to_string().as_bytes()).expect("a set");
    let members: Vec<_> = set.members().iter().map(kid_and_algorithm).collect();
    let rsa = ("2011-04-29".into(), Algorithm::Rs256);
    assert_eq!(members, [("ed".into(), Algorithm::EdDsa), rsa]);
    let skipped: Vec<_> = set.skipped().iter().map(|skipped| skipped.position).collect();
    assert_eq!(skipped, [0]);
}

// ---- RFC 7519: JWT ---------------------------------------------------------

#[test]
fn rfc_7519_tokens_are_refused_for_their_published_key_their_form_or_their_algorithm() {
    let rows = rows(&cases("rfc/rfc7519.json"), "token");
    assert_rows(
        &rows,
        &[
            ("RFC7519-3.1", "published secret", "signature/bad_signature"),
            ("RFC7519-6.1", "none", "form/unsecured"),
            ("RFC7519-A.1", "alg needed", "key/wrong_algorithm"), // RSA1_5, which it cannot say
            ("RFC7519-A.2", "alg needed", "form/nested"),
        ],
    );
    assert_eq!(counts(&rows), Counts { run: 3, accepted: 0, refused: 3, skipped: 1 });
}

/// Signed anew, because the RFC's own secret is refused.
#[test]
fn the_claims_of_rfc_7519_are_accepted_until_they_expire_in_2011() {
    let case = &cases("rfc/rfc7519.json")[0];
    let (input, _) = text(&case["token"]).rsplit_once('.').expect("three parts");
    let token = format!("{input}.{}", peer_hmac(input));
    let at = |seconds| {
        let verifier = jwt::Verifier::<Value>::setup(KeySet::only(hmac_key()))
            .clock(ManualClock::at(Timestamp::from_secs(seconds)).clock())
            .issuer("joe")
            .revocations(Revocations::none_because("a vector"));
        verifier.verify(&token).map(Claims::into_custom)
    };
    let expires = case["claims"]["exp"].as_i64().expect("exp");
    assert_eq!(at(expires - 1), Ok(case["claims"].clone()));
    let late = at(expires + 60).expect_err("expired");
    assert_eq!((late.stage(), late.code()), (Stage::Time, "expired"));
}

// ---- RFC 7638: thumbprints -------------------------------------------------

#[test]
fn thumbprints_are_as_printed() {
    let cases = cases("rfc/rfc7638.json");
    for case in &cases {
        // The EC key is for key agreement; its thumbprint does not depend on that.
        let mut jwk = case["jwk"].clone();
        jwk.as_object_mut().expect("an object").remove("use");
        let key = import(&jwk).expect("a key");
        assert_eq!(key.thumbprint().as_deref(), case["sha256_thumbprint"].as_str());
        let uri = format!(
            "urn:ietf:params:oauth:jwk-thumbprint:sha-256:{}",
            key.thumbprint().expect("public")
        );
        assert_eq!(case["uri"], uri.as_str());
    }
    let kinds: Vec<_> = cases.iter().map(|case| text(&case["jwk"]["kty"])).collect();
    assert_eq!(kinds, ["RSA", "OKP", "EC"]);
}

// ---- RFC 7797: unencoded payloads ------------------------------------------

#[test]
fn rfc_7797_unencoded_payloads_are_refused_as_an_unknown_extension() {
    let file = vectors("rfc/rfc7797.json");
    let rows: Vec<Row> = list(&file["cases"])
        .iter()
        .map(|case| row(text(&case["name"]), &file["key"], "HS256", &case["jws"]))
        .collect();
    assert_rows(
        &rows,
        &[
            ("RFC7797-4.1", "published secret", "signature/bad_signature"), // an ordinary JWS
            ("RFC7797-4.2", "published secret", "form/unknown_extension"),
        ],
    );
    assert_eq!(counts(&rows), Counts { run: 2, accepted: 0, refused: 2, skipped: 0 });

    // The cookbook has one that says `b64` without naming it in `crit`.
    let figure = vectors("ietf-jose-cookbook/rfc7797/4.2.hmac-sha2_b64_false.json");
    let flat = &figure["output"]["json_flat"];
    let detached = format!("{}..{}", text(&flat["protected"]), text(&flat["signature"]));
    assert_eq!(judged(&hmac_key(), &detached), "form/unknown_extension");
}

// ---- RFC 8037: Ed25519 -----------------------------------------------------

#[test]
fn rfc_8037_keys_import_and_verify_their_signature() {
    let vector = &vectors("rfc/rfc8037.json")["ed25519"];
    let private = import(&vector["private_jwk"]).expect("a private key");
    let public = import(&vector["public_jwk"]).expect("a public key");
    assert!(private.can_mint() && !public.can_mint());
    assert_eq!(private.public_half(), Some(public.clone()));
    let payload = text(&vector["payload"]).as_bytes();
    for key in [private, public] {
        assert_eq!(key.algorithm(), Algorithm::EdDsa);
        assert_eq!(key.thumbprint().as_deref(), vector["thumbprint"].as_str());
        let verified = verify_raw(&KeySet::only(key), text(&vector["jws"]));
        assert_eq!(verified.as_deref(), Ok(payload));
    }
}

#[test]
fn a_signed_text_that_is_no_claims_set_is_refused_as_a_jwt() {
    let vector = &vectors("rfc/rfc8037.json")["ed25519"];
    let keys = KeySet::only(import(&vector["public_jwk"]).expect("a public key"));
    let verifier =
        jwt::Verifier::<Value>::setup(keys).revocations(Revocations::none_because("a vector"));
    let fault = verifier.verify(text(&vector["jws"])).expect_err("no claims");
    assert_eq!((fault.stage(), fault.code()), (Stage::Claims, "bad_claims"));
}

#[test]
fn rfc_8037_x25519_keys_are_refused_by_name() {
    let vector = &vectors("rfc/rfc8037.json")["x25519"];
    for jwk in ["recipient_jwk", "epk"] {
        let fault = import(&vector[jwk]).map_err(|fault| name(&fault));
        assert_eq!(fault, Err("unsupported crv \"X25519\"".into()), "{jwk}");
    }
}

// ---- Judging ---------------------------------------------------------------

/// One vector: what became of its key, and of its token.
#[derive(Debug)]
struct Row {
    name: String,
    key: String,
    verdict: String,
}

/// A token whose key is refused is judged under a key of ours, which tells how far it comes.
fn row(name: &str, key: &Value, alg: &str, token: &Value) -> Row {
    let token = token.as_str().map_or_else(|| token.to_string(), str::to_owned);
    let (key, usable) = match key {
        Value::Null => ("none".into(), None),
        jwk => match import_for(jwk, alg) {
            Ok(key) => ("usable".into(), Some(key)),
            Err(fault) => (self::name(&fault), None),
        },
    };
    let verdict = judged(&usable.unwrap_or_else(|| stand_in(&token)), &token);
    Row { name: name.into(), key, verdict }
}

fn rows(cases: &[Value], token: &str) -> Vec<Row> {
    let row = |case: &Value| {
        let alg = case["alg"].as_str().unwrap_or_default();
        row(text(&case["name"]), &case["key"], alg, &case[token])
    };
    cases.iter().map(row).collect()
}

fn assert_rows(found: &[Row], expected: &[(&str, &str, &str)]) {
    let found: Vec<(&str, &str, &str)> =
        found.iter().map(|row| (&*row.name, &*row.key, &*row.verdict)).collect();
    assert_eq!(found, expected);
}

#[derive(Debug, PartialEq, Eq)]
struct Counts {
    run: usize,
    accepted: usize,
    refused: usize,
    /// Of an algorithm that is not offered: refused, but for no fault of theirs.
    skipped: usize,
}

fn counts(rows: &[Row]) -> Counts {
    let of = |verdict| rows.iter().filter(|row| row.verdict == verdict).count();
    let (accepted, skipped) = (of("accepted"), of("key/wrong_algorithm"));
    let run = rows.len() - skipped;
    Counts { run, accepted, refused: run - accepted, skipped }
}

/// `accepted`, or the stage and code of the refusal.
fn judged(key: &Key, token: &str) -> String {
    match verify_raw(&KeySet::only(key.clone()), token) {
        Ok(payload) => {
            assert_eq!(Some(&*base64url::encode(&payload)), token.split('.').nth(1));
            "accepted".into()
        }
        Err(fault) => format!("{}/{}", fault.stage().name(), fault.code()),
    }
}

// ---- Keys ------------------------------------------------------------------

/// A secret of no standing: neither printed in a standard nor to be guessed.
const SECRET: &[u8] = b"uG4p9T0vXz3LqRk7W1sYb8NfH5dJc2Ma";

fn hmac_key() -> Key {
    let secret = SecretBytes::new(SECRET.to_vec());
    Key::from_secret(Algorithm::Hs256, secret).expect("a key")
}

/// The MAC under the same secret, by another implementation.
fn peer_hmac(input: &str) -> String {
    let key = jsonwebtoken::EncodingKey::from_secret(SECRET);
    jsonwebtoken::crypto::sign(input.as_bytes(), &key, jsonwebtoken::Algorithm::HS256)
        .expect("a MAC")
}

/// A key of the kind that could open `token`.
fn stand_in(token: &str) -> Key {
    match UntrustedToken::parse(token, token.len()).map(|token| token.protection()) {
        Ok(Protection::Sealed) => Key::generate(Algorithm::A256Gcm).expect("a key"),
        _ => hmac_key(),
    }
}

fn import(jwk: &Value) -> Result<Key, KeyError> {
    Key::from_jwk(jwk.to_string().as_bytes())
}

/// Imports a JWK that may not say its algorithm, for the one that its vector names.
fn import_for(jwk: &Value, alg: &str) -> Result<Key, KeyError> {
    match alg.parse() {
        Ok(algorithm) if jwk["alg"].is_null() && (jwk["kty"] == "oct" || jwk["kty"] == "RSA") => {
            Key::from_jwk_among(jwk.to_string().as_bytes(), &[algorithm])
        }
        _ => import(jwk),
    }
}

/// The refusal in a word or two, whatever else this build supports.
fn name(fault: &KeyError) -> String {
    match fault {
        KeyError::Unsupported(what) => {
            format!("unsupported {}", what.split(';').next().unwrap_or_default())
        }
        KeyError::Weak(Weakness::Published) => "published secret".into(),
        KeyError::AlgorithmNeeded { .. } => "alg needed".into(),
        KeyError::Contradiction(what) => format!("contradiction: {what}"),
        KeyError::NotAllowed { found, .. } => format!("not allowed: {found}"),
        other => format!("{other:?}"),
    }
}

// ---- Reading the vectors ---------------------------------------------------

fn vectors(file: &str) -> Value {
    let path = format!("{}/tests/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{path}: {fault}"));
    serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{path}: {fault}"))
}

fn cases(file: &str) -> Vec<Value> {
    list(&vectors(file)["cases"]).to_vec()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("an array")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

#[cfg(feature = "paseto")]
fn bytes(value: &Value) -> Vec<u8> {
    forge::hex(text(value))
}
