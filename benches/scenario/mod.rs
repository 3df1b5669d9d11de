//! The session that every benchmark uses, and each side's own token of it.
//!
//! As a plain JWT its claims are 328 bytes of JSON: seven registered claims, an id, a name, three
//! roles, a CSRF value and a cart of two. Ours carries the same state and the registered claims, and
//! the limits of a session besides; its floor is the raw primitive over its own signing input.

#![allow(dead_code, unreachable_pub, clippy::disallowed_methods)]

use jsonwebtoken as jwt;
use serde::{Deserialize, Serialize};
use waxseal::key::{Algorithm, Key};
use waxseal::keyring::NewRing;
use waxseal::{Issuer, RevocationList, Verifier, base64url};

pub const ISSUER: &str = "https://id.example";
pub const AUDIENCE: &str = "shop";
pub const SUBJECT: &str = "user-0000042";

/// The caller's state.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct State {
    pub user_id: u64,
    pub name: String,
    pub roles: Vec<String>,
    pub csrf: String,
    pub cart: Vec<Line>,
}

/// A line of the cart.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Line {
    pub sku: u32,
    pub n: u32,
}

/// The same session as a plain JWT, for the other libraries.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct PlainClaims {
    pub iss: String,
    pub aud: String,
    pub sub: String,
    pub jti: String,
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
    pub user_id: u64,
    pub name: String,
    pub roles: Vec<String>,
    pub csrf: String,
    pub cart: Vec<Line>,
}

pub fn state() -> State {
    State {
        user_id: 1_234_567,
        name: "Ada Lovelace-King".into(),
        roles: ["customer", "editor", "beta"].map(Into::into).into(),
        csrf: "dGhpcyBpcyBhIGNzcmYgdG9rZW4gb2YgMzIgYnl0ZXM".into(),
        cart: vec![Line { sku: 90_210, n: 2 }, Line { sku: 31_337, n: 1 }],
    }
}

/// A ring, its issuer and verifier, and one minted token.
pub struct Ours {
    pub key: Key,
    pub issuer: Issuer,
    pub verifier: Verifier,
    pub token: String,
    pub secret: Vec<u8>,
}

impl Ours {
    pub fn new(algorithm: Algorithm) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let ring = match algorithm.can_be_generated() {
            true => NewRing::new(ISSUER).algorithm(algorithm),
            false => NewRing::new(ISSUER).first_key(rsa_key(algorithm)),
        };
        let keys = ring.create(dir.path().join("keys")).expect("a ring");
        let issuer = Issuer::new(&keys, ISSUER, AUDIENCE).expect("an issuer");
        let token = issuer.mint(SUBJECT, &state()).expect("a token").into_string();
        let key = keys.keys().next().expect("a key").2.clone();
        let secret = key.export_secret_jwk().expect("a secret");
        let secret = member(secret.expose_secret(), &["k", "d"]);
        let list = RevocationList::in_memory();
        let verifier = Verifier::new(keys, ISSUER, AUDIENCE).revocations(&list);
        Self { key, issuer, verifier, token, secret }
    }

    /// The bytes that are signed, and the signature.
    pub fn signed_parts(&self) -> (String, Vec<u8>) {
        let (input, signature) = self.token.rsplit_once('.').expect("a JWS");
        (input.into(), base64url::decode(signature).expect("base64url"))
    }

    /// Message, signature and footer of a public PASETO.
    pub fn paseto_parts(&self, signature: usize) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
        let parts: Vec<&str> = self.token.split('.').collect();
        let mut message = base64url::decode(parts[2]).expect("base64url");
        let signature = message.split_off(message.len() - signature);
        (message, signature, base64url::decode(parts[3]).expect("base64url"))
    }

    /// The bytes of a member of the public JWK.
    pub fn member(&self, name: &str) -> Vec<u8> {
        member(&self.key.to_public_jwk().expect("a public half"), &[name])
    }
}

/// The bytes of the first of the members `names` that `jwk` has.
fn member(jwk: &str, names: &[&str]) -> Vec<u8> {
    let jwk: serde_json::Value = serde_json::from_str(jwk).expect("a JWK");
    let text = names.iter().find_map(|name| jwk.get(name)).and_then(|text| text.as_str());
    base64url::decode(text.expect("the member")).expect("base64url")
}

/// The key of RFC 7515, Appendix A.2: 2048 bits.
fn rsa_key(algorithm: Algorithm) -> Key {
    let text = include_str!("../../tests/vectors/rfc/rfc7515.json");
    let cases: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let jwk = cases["cases"][1]["key"].to_string();
    Key::from_jwk_among(jwk.as_bytes(), &[algorithm]).expect("an RSA key")
}

/// What PASETO signs.
pub fn pre_authentication_encoding(parts: &[&[u8]]) -> Vec<u8> {
    let mut encoded = (parts.len() as u64).to_le_bytes().to_vec();
    for part in parts {
        encoded.extend((part.len() as u64).to_le_bytes());
        encoded.extend(*part);
    }
    encoded
}

/// jsonwebtoken's side.
pub struct Theirs {
    pub header: jwt::Header,
    pub claims: PlainClaims,
    pub encoding: jwt::EncodingKey,
    pub decoding: jwt::DecodingKey,
    pub validation: jwt::Validation,
    pub token: String,
}

impl Theirs {
    /// The same session under the same key.
    pub fn of(ours: &Ours) -> Self {
        let algorithm: jwt::Algorithm = ours.key.algorithm().name().parse().expect("JOSE");
        let pem = ours.key.export_secret_pem();
        let private = pem.as_ref().map_or(&[][..], |pem| pem.expose_secret().as_bytes());
        let public = ours.key.to_public_pem().unwrap_or_default();
        let public = public.as_bytes();
        let (encoding, decoding) = match algorithm {
            jwt::Algorithm::EdDSA => {
                (jwt::EncodingKey::from_ed_pem(private), jwt::DecodingKey::from_ed_pem(public))
            }
            jwt::Algorithm::ES256 | jwt::Algorithm::ES384 => {
                (jwt::EncodingKey::from_ec_pem(private), jwt::DecodingKey::from_ec_pem(public))
            }
            jwt::Algorithm::HS256 | jwt::Algorithm::HS384 | jwt::Algorithm::HS512 => (
                Ok(jwt::EncodingKey::from_secret(&ours.secret)),
                Ok(jwt::DecodingKey::from_secret(&ours.secret)),
            ),
            _ => (jwt::EncodingKey::from_rsa_pem(private), jwt::DecodingKey::from_rsa_pem(public)),
        };
        let (encoding, decoding) = (encoding.expect("a key"), decoding.expect("a key"));
        let mut header = jwt::Header::new(algorithm);
        header.kid = Some("k1-mm4e9d".into());
        let claims = plain_claims();
        let token = jwt::encode(&header, &claims, &encoding).expect("a token");
        let mut validation = jwt::Validation::new(algorithm);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.validate_nbf = true;
        Self { header, claims, encoding, decoding, validation, token }
    }
}

pub fn plain_claims() -> PlainClaims {
    let now = chrono::Utc::now().timestamp();
    let State { user_id, name, roles, csrf, cart } = state();
    PlainClaims {
        iss: ISSUER.into(),
        aud: AUDIENCE.into(),
        sub: SUBJECT.into(),
        jti: "qqqqqqqqqqqqqqqqqqqqqg".into(),
        iat: now,
        nbf: now,
        exp: now + 900,
        user_id,
        name,
        roles,
        csrf,
        cart,
    }
}
