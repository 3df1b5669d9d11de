//! Crafts tokens by hand, with `ring` alone: what our own issuers refuse to write.

#![allow(dead_code, reason = "each test file uses its part")]

use std::fmt::Display;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hmac;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use waxseal::base64url;
use waxseal::jwt::{self, Report, VerifyError};
use waxseal::key::{Algorithm, Key, KeyId, KeySet};
use waxseal::keyring::NewRing;
use waxseal::secret::SecretBytes;
use waxseal::time::{Clock, ManualClock, Timestamp};
use waxseal::{Revocations, Verifier};

pub(crate) const ISSUER: &str = "https://id.example";
pub(crate) const AUDIENCE: &str = "shop";
pub(crate) const SUBJECT: &str = "ada";
pub(crate) const KID: &str = "k1";
pub(crate) const SESSION_ID: &str = "c2Vzc2lvbi1pZC0xMjM0NQ";
pub(crate) const TOKEN_ID: &str = "dG9rZW4taWQtMTIzNDU2Nw";

/// The time of every verifier here, in seconds: 2026-11-21.
pub(crate) const NOW: i64 = 1_795_225_163;

pub(crate) const NO_LIST: Revocations = Revocations::none_because("a test of something else");

/// The caller's state of all sessions here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cart {
    pub(crate) items: Vec<u32>,
    pub(crate) note: String,
}

/// What a token is for: the two verifiers ask for different claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Session,
    Jwt,
}

/// Makes tokens of one kind under one key, and knows the key's bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forger {
    pub(crate) kind: Kind,
    pub(crate) algorithm: Algorithm,
}

impl Forger {
    pub(crate) const ALL: [Self; 6] = [
        Self::session(Algorithm::Hs256),
        Self::session(Algorithm::EdDsa),
        Self::session(Algorithm::A256Gcm),
        Self::jwt(Algorithm::Hs256),
        Self::jwt(Algorithm::EdDsa),
        Self::jwt(Algorithm::A256Gcm),
    ];

    pub(crate) const fn session(algorithm: Algorithm) -> Self {
        Self { kind: Kind::Session, algorithm }
    }

    pub(crate) const fn jwt(algorithm: Algorithm) -> Self {
        Self { kind: Kind::Jwt, algorithm }
    }

    /// The secret, as it would stand in a careless log.
    pub(crate) fn secret(&self) -> &'static [u8; 32] {
        match self.algorithm {
            Algorithm::Hs256 => b"hs256-marker-6Zq8vT1xLw4JmR0bKd2",
            Algorithm::EdDsa => b"eddsa-marker-9Fh3nY7sPc5GuX2eVa1",
            _ => b"a256g-marker-4Wk6tB8oQi1MzD3lHy7",
        }
    }

    pub(crate) fn key(&self) -> Key {
        let secret = SecretBytes::new(self.secret().to_vec());
        Key::from_secret(self.algorithm, secret).expect("a sound key").with_id(kid(KID))
    }

    /// The members of the header of a token that the verifier accepts.
    pub(crate) fn header(&self) -> Object {
        let header = match self.algorithm {
            Algorithm::A256Gcm => Object::new().and("alg", r#""dir""#).and("enc", r#""A256GCM""#),
            signing => Object::new().and("alg", quoted(signing.name())),
        };
        let typ = match self.kind {
            Kind::Session => "session+jwt",
            Kind::Jwt => "JWT",
        };
        header.and("kid", quoted(KID)).and("typ", quoted(typ))
    }

    /// The members of a Claims Set that the verifier accepts.
    pub(crate) fn claims(&self) -> Object {
        let registered = Object::new()
            .and("iss", quoted(ISSUER))
            .and("aud", quoted(AUDIENCE))
            .and("sub", quoted(SUBJECT))
            .and("sid", quoted(SESSION_ID))
            .and("jti", quoted(TOKEN_ID))
            .and("iat", NOW)
            .and("nbf", NOW)
            .and("exp", NOW + 900);
        match self.kind {
            Kind::Jwt => registered,
            Kind::Session => registered
                .and("auth_time", NOW)
                .and("sst", NOW * 1000)
                .and("idl", NOW + 1800)
                .and("abs", NOW + 28_800)
                .and("rnw", NOW + 300)
                .and("pro", quoted("default"))
                .and("gen", 0)
                .and("ver", 1)
                .and("st", r#"{"items":[7],"note":"milk"}"#),
        }
    }

    /// Signs or seals any header and payload, whatever they say.
    pub(crate) fn forge(&self, header: impl Display, payload: impl AsRef<[u8]>) -> String {
        let header = base64url::encode(header.to_string().as_bytes());
        let payload = payload.as_ref();
        match self.algorithm {
            Algorithm::Hs256 => hmac_token(self.secret(), &header, payload),
            Algorithm::EdDsa => {
                let input = format!("{header}.{}", base64url::encode(payload));
                let signature = ed25519(self.secret()).sign(input.as_bytes());
                format!("{input}.{}", base64url::encode(signature.as_ref()))
            }
            _ => sealed_token(self.secret(), &header, payload),
        }
    }

    /// A token with these claims under the right header.
    pub(crate) fn token_of(&self, claims: &Object) -> String {
        self.forge(self.header(), claims.to_string())
    }

    /// A token that the verifier accepts.
    pub(crate) fn token(&self) -> String {
        self.token_of(&self.claims())
    }

    /// The verifier of this kind of token, which trusts this key alone.
    pub(crate) fn judge(&self) -> Judge {
        self.judge_at(Timestamp::from_secs(NOW))
    }

    pub(crate) fn judge_at(&self, now: Timestamp) -> Judge {
        let keys = KeySet::only(self.key());
        match self.kind {
            Kind::Session => Judge::Session(
                Verifier::new(keys, ISSUER, AUDIENCE).clock(clock_at(now)).revocations(NO_LIST),
            ),
            Kind::Jwt => Judge::Jwt(
                jwt::Verifier::setup(keys)
                    .issuer(ISSUER)
                    .audience(AUDIENCE)
                    .clock(clock_at(now))
                    .revocations(NO_LIST),
            ),
        }
    }

    /// What the verifier says to `token`: `"accepted"`, or the code of the refusal.
    pub(crate) fn verdict(&self, token: &str) -> &'static str {
        self.judge().verdict(token)
    }

    /// What the verifier says to these claims.
    pub(crate) fn verdict_on(&self, claims: &Object) -> &'static str {
        self.verdict(&self.token_of(claims))
    }
}

/// A verifier of either kind.
#[derive(Debug)]
pub(crate) enum Judge {
    Session(Verifier),
    Jwt(jwt::Verifier<Value>),
}

impl Judge {
    pub(crate) fn verify(&self, token: &str) -> Result<(), VerifyError> {
        match self {
            Self::Session(verifier) => verifier.verify::<Cart>(token).map(drop),
            Self::Jwt(verifier) => verifier.verify(token).map(drop),
        }
    }

    pub(crate) fn explain(&self, token: &str) -> (Report, Result<(), VerifyError>) {
        match self {
            Self::Session(verifier) => {
                let (report, result) = verifier.explain::<Cart>(token);
                (report, result.map(drop))
            }
            Self::Jwt(verifier) => {
                let (report, result) = verifier.explain(token);
                (report, result.map(drop))
            }
        }
    }

    pub(crate) fn verdict(&self, token: &str) -> &'static str {
        code_of(self.verify(token))
    }
}

/// `"accepted"`, or the code of the refusal.
pub(crate) fn code_of<V>(result: Result<V, VerifyError>) -> &'static str {
    result.map_or_else(|fault| fault.code(), |_| "accepted")
}

/// The members of a JSON object, as text: values that no JSON library would write, and names that
/// stand twice.
#[derive(Clone, Debug)]
pub(crate) struct Object(Vec<(String, String)>);

impl Object {
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    /// With one more member, even if the name is there.
    pub(crate) fn and(mut self, name: &str, json: impl Display) -> Self {
        self.0.push((name.into(), json.to_string()));
        self
    }

    /// With this value for `name`, in the place of the old one.
    pub(crate) fn with(mut self, name: &str, json: impl Display) -> Self {
        match self.0.iter_mut().find(|(other, _)| other == name) {
            Some((_, old)) => *old = json.to_string(),
            None => return self.and(name, json),
        }
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(other, _)| other != name);
        self
    }
}

impl Display for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Names are written as they are: a test may spell one with escapes.
        let members: Vec<_> =
            self.0.iter().map(|(name, json)| format!("\"{name}\":{json}")).collect();
        write!(f, "{{{}}}", members.join(","))
    }
}

/// A fresh key for `algorithm`; RSA keys are not made here, so theirs is an imported one.
pub(crate) fn any_key(algorithm: Algorithm) -> Key {
    match algorithm.can_be_generated() {
        true => Key::generate(algorithm).expect("random bytes"),
        false => rsa_key(algorithm),
    }
}

/// The private key of RFC 7515, Appendix A.2.
pub(crate) fn rsa_key(algorithm: Algorithm) -> Key {
    let cases: Value =
        serde_json::from_str(include_str!("../vectors/rfc/rfc7515.json")).expect("JSON");
    let jwk = cases["cases"][1]["key"].to_string();
    Key::from_jwk_among(jwk.as_bytes(), &[algorithm]).expect("an RSA key")
}

/// How to begin a ring whose keys are for `algorithm`.
pub(crate) fn ring_of(algorithm: Algorithm) -> NewRing {
    match algorithm.can_be_generated() {
        true => NewRing::new(ISSUER).algorithm(algorithm),
        false => NewRing::new(ISSUER).first_key(rsa_key(algorithm)),
    }
}

/// A token whose tag is HMAC-SHA-256 under any bytes, fit to be a secret or not.
pub(crate) fn hmac_token(secret: &[u8], encoded_header: &str, payload: &[u8]) -> String {
    let input = format!("{encoded_header}.{}", base64url::encode(payload));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), input.as_bytes());
    format!("{input}.{}", base64url::encode(tag.as_ref()))
}

pub(crate) fn sealed_token(secret: &[u8; 32], encoded_header: &str, payload: &[u8]) -> String {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, secret).expect("32 bytes"));
    let (nonce, mut text) = ([9; 12], payload.to_vec());
    let aad = Aad::from(encoded_header.as_bytes());
    let tag = key
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), aad, &mut text)
        .expect("a short text");
    let [iv, ciphertext, tag] = [&nonce[..], &text, tag.as_ref()].map(base64url::encode);
    format!("{encoded_header}..{iv}.{ciphertext}.{tag}")
}

pub(crate) fn ed25519(seed: &[u8; 32]) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(seed).expect("32 bytes")
}

pub(crate) fn public_bytes(seed: &[u8; 32]) -> Vec<u8> {
    ed25519(seed).public_key().as_ref().to_vec()
}

/// A public Ed25519 key in every form in which somebody may take it for a secret.
pub(crate) fn encodings_of_public_key(x: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let der = [&hex("302a300506032b6570032100"), x].concat();
    let base64 = STANDARD.encode(&der);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{base64}\n-----END PUBLIC KEY-----\n");
    let length = |bytes: &[u8]| [&[0, 0, 0, bytes.len() as u8], bytes].concat();
    let ssh = STANDARD.encode([length(b"ssh-ed25519"), length(x)].concat());
    let x64 = base64url::encode(x);
    let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x64}"}}"#);
    vec![
        ("raw", x.to_vec()),
        ("base64url", x64.into_bytes()),
        ("base64", STANDARD.encode(x).into_bytes()),
        ("hex", to_hex(x).into_bytes()),
        ("DER", der),
        ("PEM", pem.clone().into_bytes()),
        ("PEM without its last line break", pem.trim_end().into()),
        ("PEM after a space", format!(" {pem}").into_bytes()),
        ("PEM after a line break", format!("\n{pem}").into_bytes()),
        ("PEM with CRLF", pem.replace('\n', "\r\n").into_bytes()),
        ("the base64 of the PEM", base64.into_bytes()),
        ("OpenSSH", format!("ssh-ed25519 {ssh} ada@example").into_bytes()),
        ("JWK", jwk.clone().into_bytes()),
        ("JWK Set", format!(r#"{{"keys":[{jwk}]}}"#).into_bytes()),
    ]
}

pub(crate) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

pub(crate) fn kid(text: &str) -> KeyId {
    KeyId::new(text).expect("a sound kid")
}

pub(crate) fn clock_at(now: Timestamp) -> Clock {
    ManualClock::at(now).clock()
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex");
    (0..text.len()).step_by(2).map(digit).collect()
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
