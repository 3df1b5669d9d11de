//! Every signing algorithm of JOSE through jsonwebtoken on RustCrypto, which shares no code with what
//! we sign with, but for EdDSA's curve. Keys go over as JWK and as PEM, and come back as JWK.

use jsonwebtoken as theirs;
use serde_json::{Value, json};
use theirs::jwk::Jwk;
use theirs::{DecodingKey, EncodingKey};
use waxseal::key::{Algorithm, Format, Key, KeySet};
use waxseal::{base64url, jwt};

use super::forge::any_key;
use super::{ISSUER, NONE, validation};

/// An algorithm as both name it, with a key of ours and the same key as theirs.
struct Pair {
    ours: Algorithm,
    theirs: theirs::Algorithm,
    key: Key,
    encoding: EncodingKey,
    /// Each with the form in which the key went over.
    decoding: Vec<(&'static str, DecodingKey)>,
}

impl Pair {
    fn all() -> Vec<Self> {
        let signing = Algorithm::ALL.iter().filter(|algorithm| algorithm.format() == Format::Jws);
        signing.map(|algorithm| Self::of(*algorithm)).collect()
    }

    fn of(ours: Algorithm) -> Self {
        let key = any_key(ours);
        let secret = key.export_secret_jwk().expect("a secret");
        let public = key.to_public_jwk();
        let jwk: Jwk =
            serde_json::from_str(public.as_deref().unwrap_or(secret.expose_secret())).expect("JWK");
        let from_jwk = DecodingKey::from_jwk(&jwk).expect("a key");
        let (encoding, other) = match (key.export_secret_pem(), key.to_public_pem()) {
            (Some(private), Some(public)) => {
                let (private, public) = (private.expose_secret().as_bytes(), public.as_bytes());
                let (encoding, decoding) = match ours.name() {
                    "EdDSA" => {
                        (EncodingKey::from_ed_pem(private), DecodingKey::from_ed_pem(public))
                    }
                    "ES256" | "ES384" => {
                        (EncodingKey::from_ec_pem(private), DecodingKey::from_ec_pem(public))
                    }
                    _ => (EncodingKey::from_rsa_pem(private), DecodingKey::from_rsa_pem(public)),
                };
                (encoding.expect("a key"), ("PEM", decoding.expect("a key")))
            }
            _ => {
                let jwk: Value = serde_json::from_str(secret.expose_secret()).expect("JSON");
                let bytes = base64url::decode(jwk["k"].as_str().expect("k")).expect("base64url");
                let decoding = DecodingKey::from_secret(&bytes);
                (EncodingKey::from_secret(&bytes), ("bytes", decoding))
            }
        };
        let theirs = ours.name().parse().expect("an algorithm of theirs");
        Self { ours, theirs, key, encoding, decoding: vec![("JWK", from_jwk), other] }
    }
}

fn claims() -> Value {
    let now = theirs::get_current_timestamp();
    json!({ "iss": ISSUER, "aud": "shop", "sub": "ada", "exp": now + 600, "nbf": now, "n": 1.5 })
}

#[test]
fn jsonwebtoken_verifies_our_tokens_in_every_algorithm_and_key_form() {
    let pairs = Pair::all();
    assert_eq!(pairs.len(), 12);
    for pair in &pairs {
        let claims = claims();
        let issuer = jwt::Issuer::new(pair.key.clone()).expect("a private key");
        let token = issuer.mint(&claims).expect("sound claims").into_string();
        let mut changed = token.clone().into_bytes();
        let at = token.rfind('.').expect("a signature") + 20;
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        for (form, key) in &pair.decoding {
            let read = theirs::decode::<Value>(&token, key, &validation(pair.theirs));
            assert_eq!(read.expect(form).claims, claims, "{} by {form}", pair.ours);
            let read = theirs::decode::<Value>(&changed, key, &validation(pair.theirs));
            assert!(read.is_err(), "{} by {form}", pair.ours);
        }
    }
}

#[test]
fn we_verify_jsonwebtokens_tokens_in_every_algorithm() {
    for pair in Pair::all() {
        let claims = claims();
        let header = theirs::Header::new(pair.theirs);
        let token = theirs::encode(&header, &claims, &pair.encoding).expect("minted");
        // The key as it is, its public half, and the key as jsonwebtoken writes it.
        let written = Jwk::from_encoding_key(&pair.encoding, pair.theirs).expect("a JWK");
        let written = serde_json::to_vec(&written).expect("JSON");
        let written = Key::from_jwk_among(&written, &[pair.ours]).expect("we read it");
        let half = pair.key.public_half();
        assert_eq!(written.public_half(), half, "{}", pair.ours);
        for key in [Some(pair.key), half, Some(written)].into_iter().flatten() {
            let verifier = jwt::Verifier::<Value>::setup(KeySet::only(key))
                .issuer(ISSUER)
                .audience("shop")
                .require("sub")
                .revocations(NONE);
            let read = verifier.verify(&token).map(jwt::Claims::into_custom);
            assert_eq!(read, Ok(claims.clone()), "{}", pair.ours);
            let (input, signature) = token.rsplit_once('.').expect("three parts");
            let first = if signature.starts_with('A') { "B" } else { "A" };
            let changed = format!("{input}.{first}{}", &signature[1..]);
            let refused = verifier.verify(&changed).map(drop).expect_err("changed");
            assert_eq!(refused.code(), "bad_signature", "{}", pair.ours);
        }
    }
}

#[test]
fn neither_takes_a_token_of_one_rsa_padding_or_hash_for_another() {
    let rsa: Vec<Pair> =
        Pair::all().into_iter().filter(|pair| !pair.ours.can_be_generated()).collect();
    assert_eq!(rsa.len(), 6);
    for minter in &rsa {
        let issuer = jwt::Issuer::new(minter.key.clone()).expect("a private key");
        let token = issuer.mint(&claims()).expect("sound claims");
        for judge in &rsa {
            // All six have one modulus: the algorithm alone decides.
            let key = KeySet::only(judge.key.clone());
            let ours = jwt::verify_raw(&key, &token).is_ok();
            let (_, key) = &judge.decoding[0];
            let theirs = theirs::decode::<Value>(&*token, key, &validation(judge.theirs)).is_ok();
            let same = minter.ours == judge.ours;
            assert_eq!((ours, theirs), (same, same), "{} by {}", minter.ours, judge.ours);
        }
    }
}
