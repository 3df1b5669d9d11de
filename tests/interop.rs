//! The same tokens and keys through other libraries, in both directions: jsonwebtoken for JOSE,
//! pasetors for PASETO.

#[path = "forge/mod.rs"]
mod forge;
#[cfg(feature = "pem")]
#[path = "interop/jose.rs"]
mod jose;
#[cfg(feature = "paseto")]
#[path = "interop/paseto.rs"]
mod paseto;

use jsonwebtoken as theirs;
use serde_json::{Value, json};
use theirs::jwk::{Jwk, JwkSet, ThumbprintHash};
use waxseal::key::{Algorithm, Key, KeyId, KeySet};
use waxseal::keyring::NewRing;
use waxseal::secret::SecretBytes;
use waxseal::{Issuer, Keys, Revocations, Verifier, base64url, jwt};

const ISSUER: &str = "https://id.example";
const NONE: Revocations = Revocations::none_because("interop");
const SECRET: [u8; 32] = *b"7f\xc1Qp0\x99\x04hd83;a\xe2Lz9\x10\xfe\xbbuJ!mY\xd4T[8kw";

fn ring(algorithm: Algorithm) -> (tempfile::TempDir, Keys) {
    let dir = tempfile::tempdir().expect("a folder");
    let keys = NewRing::new(ISSUER).algorithm(algorithm).create(dir.path().join("keys"));
    (dir, keys.expect("a ring"))
}

fn validation(algorithm: theirs::Algorithm) -> theirs::Validation {
    let mut validation = theirs::Validation::new(algorithm);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&["shop"]);
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    validation.validate_nbf = true;
    validation
}

#[test]
fn jsonwebtoken_verifies_our_eddsa_session_with_our_jwk_set() {
    let (_dir, keys) = ring(Algorithm::EdDsa);
    let token =
        Issuer::new(&keys, ISSUER, "shop").expect("valid").mint("ada", &[7]).expect("minted");
    let header = theirs::decode_header(token.as_str()).expect("a header");
    let set: JwkSet = serde_json::from_str(&keys.to_public_jwk_set()).expect("a JWK Set");
    let jwk = set.find(&header.kid.expect("a kid")).expect("the key");
    let key = theirs::DecodingKey::from_jwk(jwk).expect("a key");
    let claims = theirs::decode::<Value>(&*token, &key, &validation(theirs::Algorithm::EdDSA));
    let claims = claims.expect("valid").claims;
    assert_eq!((&claims["sub"], &claims["st"]), (&json!("ada"), &json!([7])));
}

#[test]
fn jsonwebtoken_verifies_our_hs256_session_with_the_secret() {
    let (_dir, keys) = ring(Algorithm::Hs256);
    let token =
        Issuer::new(&keys, ISSUER, "shop").expect("valid").mint("ada", &[7]).expect("minted");
    let (_, _, key) = keys.keys().next().expect("a key");
    let jwk = key.export_secret_jwk().expect("a secret");
    let jwk: Jwk = serde_json::from_str(jwk.expose_secret()).expect("a JWK");
    let key = theirs::DecodingKey::from_jwk(&jwk).expect("a key");
    let claims = theirs::decode::<Value>(&*token, &key, &validation(theirs::Algorithm::HS256));
    assert_eq!(claims.expect("valid").claims["sub"], "ada");
}

#[test]
fn jsonwebtoken_refuses_our_token_once_a_byte_is_changed() {
    let (_dir, keys) = ring(Algorithm::EdDsa);
    let token =
        Issuer::new(&keys, ISSUER, "shop").expect("valid").mint("ada", &[7]).expect("minted");
    let set: JwkSet = serde_json::from_str(&keys.to_public_jwk_set()).expect("a JWK Set");
    let key = theirs::DecodingKey::from_jwk(&set.keys[0]).expect("a key");
    let mut changed = token.into_string().into_bytes();
    changed[200] = if changed[200] == b'A' { b'B' } else { b'A' };
    let validation = validation(theirs::Algorithm::EdDSA);
    assert!(theirs::decode::<Value>(&changed, &key, &validation).is_err());
}

/// A session whose every claim another library wrote.
fn session_claims(now: i64) -> Value {
    let id = base64url::encode(&[5; 16]);
    json!({
        "st": {"items": [7]}, "ver": 1, "gen": 3, "pro": "default", "rnw": now + 300,
        "abs": now + 28_800, "idl": now + 1_800, "sst": now * 1_000 + 7, "auth_time": now,
        "exp": now + 900, "nbf": now, "iat": now, "jti": id, "sid": id, "sub": "ada",
        "aud": ["blog", "shop"], "iss": ISSUER,
    })
}

#[test]
fn we_verify_a_session_that_jsonwebtoken_minted() {
    let key = Key::from_secret(Algorithm::Hs256, SecretBytes::new(SECRET.to_vec()));
    let key = key.expect("a key").with_id(KeyId::new("shared").expect("a kid"));
    let header: theirs::Header =
        serde_json::from_value(json!({"alg": "HS256", "kid": "shared", "typ": "session+jwt"}))
            .expect("a header");
    let claims = session_claims(theirs::get_current_timestamp() as i64);
    let token = theirs::encode(&header, &claims, &theirs::EncodingKey::from_secret(&SECRET));
    let verifier = Verifier::new(KeySet::only(key), ISSUER, "shop").revocations(NONE);
    let session = verifier.verify::<Value>(&token.expect("minted")).expect("valid");
    assert_eq!((session.subject(), session.generation()), ("ada", 3));
    assert_eq!(session.state()["items"], json!([7]));
}

#[test]
fn we_verify_plain_tokens_that_jsonwebtoken_minted_under_our_keys() {
    let now = theirs::get_current_timestamp();
    let claims = json!({"iss": ISSUER, "aud": "shop", "sub": "ada", "exp": now + 60, "nbf": now});
    for algorithm in [Algorithm::Hs256, Algorithm::EdDsa] {
        let key = Key::from_secret(algorithm, SecretBytes::new(SECRET.to_vec())).expect("a key");
        let (name, encoding) = match algorithm {
            Algorithm::EdDsa => {
                (theirs::Algorithm::EdDSA, theirs::EncodingKey::from_ed_der(&pkcs8()))
            }
            _ => (theirs::Algorithm::HS256, theirs::EncodingKey::from_secret(&SECRET)),
        };
        let token = theirs::encode(&theirs::Header::new(name), &claims, &encoding).expect("minted");
        let verifier = jwt::Verifier::<Value>::setup(KeySet::only(key))
            .issuer(ISSUER)
            .audience("shop")
            .require("sub")
            .revocations(NONE);
        assert_eq!(verifier.verify(&token).expect("valid").subject(), Some("ada"), "{algorithm}");
    }
}

#[test]
fn both_give_a_key_the_same_jwk_and_thumbprint() {
    let ours =
        Key::from_secret(Algorithm::EdDsa, SecretBytes::new(SECRET.to_vec())).expect("a key");
    let public = ours.to_public_jwk().expect("a public half");
    let read: Jwk = serde_json::from_str(&public).expect("jsonwebtoken reads our JWK");
    assert_eq!(read.thumbprint(ThumbprintHash::SHA256).ok(), ours.thumbprint());

    let encoding = theirs::EncodingKey::from_ed_der(&pkcs8());
    let written = Jwk::from_encoding_key(&encoding, theirs::Algorithm::EdDSA).expect("a JWK");
    let written = serde_json::to_vec(&written).expect("JSON");
    let back = Key::from_jwk(&written).expect("we read jsonwebtoken's JWK");
    assert_eq!(Some(back), ours.public_half());
}

/// PKCS#8 version 1 around the seed (RFC 8410 section 7).
fn pkcs8() -> Vec<u8> {
    let mut der = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    der.extend(SECRET);
    der
}
