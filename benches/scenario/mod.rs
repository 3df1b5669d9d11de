//! The session that every benchmark uses, and each side's own token of it.
//!
//! As a plain JWT its claims are 328 bytes of JSON: seven registered claims, an id, a name, three
//! roles, a CSRF value and a cart of two. Ours carries the same state and the registered claims, and
//! the limits of a session besides; its floor is the raw primitive over its own signing input.

#![allow(dead_code, unreachable_pub, clippy::disallowed_methods)]

use jsonwebtoken as jwt;
use serde::{Deserialize, Serialize};
use waxseal::key::Algorithm;
use waxseal::keyring::NewRing;
use waxseal::{Issuer, Keys, RevocationList, Verifier, base64url};

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
    pub issuer: Issuer,
    pub verifier: Verifier,
    pub token: String,
    pub secret: Vec<u8>,
}

impl Ours {
    pub fn new(algorithm: Algorithm) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let keys = NewRing::new(ISSUER)
            .algorithm(algorithm)
            .create(dir.path().join("keys"))
            .expect("a ring");
        let issuer = Issuer::new(&keys, ISSUER, AUDIENCE).expect("an issuer");
        let token = issuer.mint(SUBJECT, &state()).expect("a token").into_string();
        let secret = secret_of(&keys);
        let list = RevocationList::in_memory();
        let verifier = Verifier::new(keys, ISSUER, AUDIENCE).revocations(&list);
        Self { issuer, verifier, token, secret }
    }

    /// The bytes that are signed, and the signature.
    pub fn signed_parts(&self) -> (String, Vec<u8>) {
        let (input, signature) = self.token.rsplit_once('.').expect("a JWS");
        (input.into(), base64url::decode(signature).expect("base64url"))
    }
}

/// The raw secret of the signing key.
fn secret_of(keys: &Keys) -> Vec<u8> {
    let (_, _, key) = keys.keys().next().expect("a key");
    let jwk = key.export_secret_jwk().expect("a secret");
    let jwk: serde_json::Value = serde_json::from_str(jwk.expose_secret()).expect("a JWK");
    let text = jwk.get("k").or_else(|| jwk.get("d")).and_then(|text| text.as_str());
    base64url::decode(text.expect("a secret")).expect("base64url")
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
    pub fn new(algorithm: jwt::Algorithm) -> Self {
        let (encoding, decoding) = match algorithm {
            jwt::Algorithm::EdDSA => {
                let pair = ed25519_pkcs8([7; 32]);
                let public = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key();
                (
                    jwt::EncodingKey::from_ed_der(&pair),
                    jwt::DecodingKey::from_ed_der(public.as_bytes()),
                )
            }
            _ => {
                let secret = [7; 32];
                (jwt::EncodingKey::from_secret(&secret), jwt::DecodingKey::from_secret(&secret))
            }
        };
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

/// PKCS#8 version 1 around an Ed25519 seed (RFC 8410 section 7).
fn ed25519_pkcs8(seed: [u8; 32]) -> Vec<u8> {
    let mut der = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    der.extend(seed);
    der
}
