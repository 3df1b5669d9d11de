//! Published vectors against the public API, every one of them counted: a vector that stops being
//! run, or comes out another way, is a failure. `tests/vectors/README.md` names the sources; the
//! vectors of the primitives are run beside them, in `src/crypto/vectors.rs`.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};
use waxseal::Revocations;
use waxseal::base64url;
use waxseal::jwt::{self, Claims, Stage, VerifyError, verify_raw};
use waxseal::key::{Algorithm, Key, KeyError, KeySet, Protection, SetError, Weakness};
use waxseal::secret::SecretBytes;
use waxseal::time::{ManualClock, Timestamp};
use waxseal::token::UntrustedToken;

// ---- Wycheproof ------------------------------------------------------------

const WYCHEPROOF: &str = "wycheproof/json_web_signature_odd_test.json";

/// What comes out other than its label says, and why.
const DISPUTED: &[(u64, &str, &str)] = &[
    (367, "accepted", "labelled invalid, but byte for byte the token of 357, which is valid"),
    (373, "form/malformed", "labelled valid, but its payload holds a '?', which base64url has not"),
];

#[test]
fn wycheproof_signatures_are_judged_as_labelled() {
    let (mut verdicts, mut disputed) = (BTreeMap::new(), Vec::new());
    let mut skipped = BTreeMap::new();
    let suite = vectors(WYCHEPROOF);
    for group in list(&suite["testGroups"]) {
        let (comment, tests) = (text(&group["comment"]), list(&group["tests"]));
        let (key, remade) = match import(public_or_secret(group)) {
            Ok(key) => (key, false),
            Err(KeyError::Weak(Weakness::Repeated)) if comment == "base64" => (hmac_key(), true),
            Err(fault) => {
                *skipped.entry(format!("{comment}: {}", name(&fault))).or_default() += tests.len();
                continue;
            }
        };
        for test in tests {
            let jws = text(&test["jws"]);
            let verdict = judged(&key, &if remade { with_mac_remade(jws) } else { jws.into() });
            let id = test["tcId"].as_u64().expect("tcId");
            if (verdict == "accepted") != (test["result"] == "valid") {
                disputed.push((id, verdict.clone()));
            }
            *verdicts.entry(format!("{comment}: {verdict}")).or_default() += 1;
        }
    }

    // 20 run: 5 accepted, 15 refused.
    assert_counts(
        &verdicts,
        &[
            ("base64: accepted", 4),
            ("base64: form/malformed", 7),
            ("hs256: accepted", 1),
            ("hs256: form/malformed", 6),
            ("hs256: signature/bad_signature", 2),
        ],
    );
    assert_counts(
        &skipped,
        &[
            ("SpecialCaseEs256: unsupported kty \"EC\"", 12),
            ("es256: unsupported kty \"EC\"", 7),
            ("ps256: unsupported kty \"RSA\"", 24),
            ("ps384: unsupported kty \"RSA\"", 2),
            ("ps512: unsupported kty \"RSA\"", 10),
            ("rfc7520: unsupported kty \"EC\"", 1),
            ("rfc7520: unsupported kty \"RSA\"", 1),
            ("rfc7520WithKeyOps: unsupported kty \"EC\"", 1),
            ("rfc7520WithKeyOps: unsupported kty \"RSA\"", 1),
            ("rs256: unsupported kty \"RSA\"", 116),
            ("rs384: unsupported kty \"RSA\"", 2),
            ("rs512: unsupported kty \"RSA\"", 2),
            ("rsa_encryption: unsupported kty \"RSA\"", 2),
        ],
    );
    let (run, skipped) = (verdicts.values().sum::<usize>(), skipped.values().sum::<usize>());
    assert_eq!((run, skipped, &suite["numberOfTests"]), (20, 181, &json!(201)));
    let expected: Vec<_> =
        DISPUTED.iter().map(|(id, verdict, _)| (*id, (*verdict).into())).collect();
    assert_eq!(disputed, expected, "{DISPUTED:?}");
}

#[test]
fn the_disputed_labels_of_wycheproof_are_as_we_describe_them() {
    let suite = vectors(WYCHEPROOF);
    let tests: Vec<&Value> =
        list(&suite["testGroups"]).iter().flat_map(|group| list(&group["tests"])).collect();
    let of = |id: u64| *tests.iter().find(|test| test["tcId"] == id).expect("tcId");
    assert_eq!(of(367)["jws"], of(357)["jws"]);
    assert_eq!((&of(367)["result"], &of(357)["result"]), (&json!("invalid"), &json!("valid")));
    let payload = text(&of(373)["jws"]).split('.').nth(1).expect("a payload");
    assert!(payload.contains('?') && of(373)["result"] == "valid");
}

/// The `base64` group's secret is 32 zero bytes, which no key of ours may be; its tokens are about
/// their form. So another implementation makes each MAC anew, where it is one at all. That the
/// MACs of the suite are right is tested where zero keys can be used, in `src/crypto`.
fn with_mac_remade(jws: &str) -> String {
    let (input, mac) = jws.rsplit_once('.').expect("three parts");
    match base64url::decode_array::<32>(mac) {
        Ok(_) => format!("{input}.{}", peer_hmac(input)),
        Err(_) => jws.into(),
    }
}

// ---- Whatever the key ------------------------------------------------------

#[test]
fn a_token_that_nothing_protects_is_refused_under_every_key() {
    let wycheproof = vectors(WYCHEPROOF);
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
        for key in Algorithm::ALL.iter().map(|algorithm| Key::generate(*algorithm)) {
            assert_eq!(judged(&key.expect("a key"), &token), "form/unsecured", "{token}");
        }
    }
}

// ---- RFC 7515: JWS ---------------------------------------------------------

#[test]
fn rfc_7515_tokens_are_refused_for_their_published_key_their_form_or_their_algorithm() {
    let rows = rows(&cases("rfc/rfc7515.json"), "jws");
    assert_rows(
        &rows,
        &[
            ("RFC7515-A.1", "published secret", "signature/bad_signature"),
            ("RFC7515-A.2", "unsupported kty \"RSA\"", "key/wrong_algorithm"),
            ("RFC7515-A.3", "unsupported kty \"EC\"", "key/wrong_algorithm"),
            ("RFC7515-A.4", "unsupported kty \"EC\"", "key/wrong_algorithm"),
            ("RFC7515-A.5", "none", "form/unsecured"),
            ("RFC7515-A.6", "none", "form/malformed"), // general JSON serialization
            ("RFC7515-A.7", "none", "form/malformed"), // flattened JSON serialization
            ("RFC7515-E", "none", "form/unsecured"),   // its crit comes too late to matter
        ],
    );
    assert_eq!(counts(&rows), Counts { run: 5, accepted: 0, refused: 5, skipped: 3 });
}

// ---- RFC 7516: JWE ---------------------------------------------------------

#[test]
fn rfc_7516_tokens_are_refused_for_their_algorithm_before_anything_is_decrypted() {
    let rows = rows(&cases("rfc/rfc7516.json"), "jwe");
    assert_rows(
        &rows,
        &[
            ("RFC7516-A.1", "unsupported kty \"RSA\"", "key/wrong_algorithm"),
            ("RFC7516-A.2", "unsupported kty \"RSA\"", "key/wrong_algorithm"),
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
fn rfc_7517_key_sets_hold_no_usable_key_and_every_key_has_its_reason() {
    let file = vectors("rfc/rfc7517.json");
    let (ec, rsa) = ("unsupported kty \"EC\"", "unsupported kty \"RSA\"");
    let hs256 = [Algorithm::Hs256];
    for (set, allowed, reasons) in [
        ("public_jwk_set", &[][..], [ec, rsa]),
        ("private_jwk_set", &[], [ec, rsa]),
        ("symmetric_jwk_set", &[], ["unsupported alg \"A128KW\"", "alg needed"]),
        ("symmetric_jwk_set", &hs256, ["unsupported alg \"A128KW\"", "published secret"]),
    ] {
        let jwk_set = file[set].to_string();
        match KeySet::from_jwk_set_among(jwk_set.as_bytes(), allowed) {
            Err(SetError::NoneUsable(skipped)) => {
                let found: Vec<_> = skipped
                    .iter()
                    .map(|skipped| (skipped.position, name(&skipped.reason)))
                    .collect();
                assert_eq!(found, [(0, reasons[0].into()), (1, reasons[1].into())], "{set}");
            }
            other => panic!("{set}: {other:?}"),
        }
    }
    for jwk in ["x5c_jwk", "encrypted_key_plaintext_jwk"] {
        assert_eq!(import(&file[jwk]).map_err(|fault| name(&fault)), Err(rsa.into()), "{jwk}");
    }
}

#[test]
fn keys_that_cannot_be_used_do_not_spoil_a_set_with_one_that_can() {
    let mut jwk_set = vectors("rfc/rfc7517.json")["public_jwk_set"].clone();
    let mut jwk = vectors("rfc/rfc8037.json")["ed25519"]["public_jwk"].clone();
    jwk["kid"] = "ed".into();
    jwk_set["keys"].as_array_mut().expect("keys").insert(1, jwk);
    let set = KeySet::from_jwk_set(jwk_set.to_string().as_bytes()).expect("a set");
    let kids: Vec<_> = set.members().iter().filter_map(|member| member.key.id()).collect();
    assert_eq!(kids.iter().map(|kid| kid.as_str()).collect::<Vec<_>>(), ["ed"]);
    let skipped: Vec<_> = set.skipped().iter().map(|skipped| skipped.position).collect();
    assert_eq!(skipped, [0, 2]);
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
            ("RFC7519-A.1", "unsupported kty \"RSA\"", "key/wrong_algorithm"),
            ("RFC7519-A.2", "unsupported kty \"RSA\"", "form/nested"),
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

/// The RFC's own example is an RSA key; its thumbprint is a unit test of `key`.
#[test]
fn thumbprints_are_as_printed() {
    let mut skipped = Vec::new();
    let mut printed = 0;
    for case in cases("rfc/rfc7638.json") {
        match import(&case["jwk"]) {
            Ok(key) => {
                assert_eq!(key.thumbprint().as_deref(), case["sha256_thumbprint"].as_str());
                printed += 1;
            }
            Err(fault) => skipped.push(name(&fault)),
        }
    }
    assert_eq!(printed, 1);
    assert_eq!(skipped, ["unsupported kty \"RSA\"", "unsupported kty \"EC\""]);
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

// ---- The JOSE cookbook (RFC 7520) ------------------------------------------

#[test]
fn cookbook_keys_are_refused_as_published_or_of_another_kind() {
    for (file, refusal) in [
        ("3_1.ec_public_key", "unsupported kty \"EC\""),
        ("3_2.ec_private_key", "unsupported kty \"EC\""),
        ("3_3.rsa_public_key", "unsupported kty \"RSA\""),
        ("3_4.rsa_private_key", "unsupported kty \"RSA\""),
        ("3_5.symmetric_key_mac_computation", "published secret"),
        ("3_6.symmetric_key_encryption", "published secret"),
    ] {
        let jwk = vectors(&format!("ietf-jose-cookbook/jwk/{file}.json"));
        assert_eq!(import(&jwk).map_err(|fault| name(&fault)), Err(refusal.into()), "{file}");
    }
}

#[test]
fn cookbook_tokens_are_judged_by_form_then_algorithm_then_signature() {
    let (mut compact, mut json) = (Vec::new(), Vec::new());
    for file in [
        "curve25519/jws",
        "curve25519/ecdh-es",
        "jws/4_4.hmac-sha2_integrity_protection",
        "jws/4_5.signature_with_detached_content",
        "jws/4_6.protecting_specific_header_fields",
        "jws/4_7.protecting_content_only",
        "jwe/5_6.direct_encryption_using_aes-gcm",
        "jwe/5_9.compressed_content",
        "rfc7797/4.2.hmac-sha2_b64_false",
        "rfc7797/hmac-sha2_b64_false",
        "6.nesting_signatures_and_encryption",
    ] {
        let figure = vectors(&format!("ietf-jose-cookbook/{file}.json"));
        // The nested token has a part for each of its layers.
        let outer = figure.get("encrypt").unwrap_or(&figure);
        for (form, token) in outer["output"].as_object().expect("forms") {
            let rows = if form == "compact" { &mut compact } else { &mut json };
            rows.push(row(file, &outer["input"]["key"], "HS256", token));
        }
    }
    assert_rows(
        &compact,
        &[
            ("curve25519/jws", "usable", "accepted"),
            ("curve25519/ecdh-es", "unsupported crv \"X25519\"", "key/wrong_algorithm"),
            (
                "jws/4_4.hmac-sha2_integrity_protection",
                "published secret",
                "signature/bad_signature",
            ),
            (
                "jws/4_5.signature_with_detached_content",
                "published secret",
                "signature/bad_signature",
            ),
            (
                "jwe/5_6.direct_encryption_using_aes-gcm",
                "unsupported alg \"A128GCM\"",
                "key/wrong_algorithm",
            ),
            ("jwe/5_9.compressed_content", "unsupported alg \"A128KW\"", "form/unknown_extension"),
            ("rfc7797/hmac-sha2_b64_false", "published secret", "form/unknown_extension"),
            ("6.nesting_signatures_and_encryption", "unsupported kty \"RSA\"", "form/nested"),
        ],
    );
    assert_eq!(counts(&compact), Counts { run: 6, accepted: 1, refused: 5, skipped: 2 });
    for row in &json {
        assert_eq!(row.verdict, "form/malformed", "the JSON serializations are not read: {row:?}");
    }
    assert_eq!(counts(&json), Counts { run: 22, accepted: 0, refused: 22, skipped: 0 });
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

fn assert_counts(found: &BTreeMap<String, usize>, expected: &[(&str, usize)]) {
    let found: Vec<(&str, usize)> = found.iter().map(|(what, n)| (&**what, *n)).collect();
    assert_eq!(found, expected);
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
        Ok(algorithm) if jwk["alg"].is_null() && jwk["kty"] == "oct" => {
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

/// A group's public key; HMAC has none.
fn public_or_secret(group: &Value) -> &Value {
    group.get("public").unwrap_or(&group["private"])
}
