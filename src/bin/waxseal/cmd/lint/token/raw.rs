//! The parts of a token, read as far as they can be.

use waxseal::base64url;

use super::lax::{self, Object};
use crate::exit::{Code, Failure};
use crate::recognise::{Kind, recognise};

pub(super) struct Raw<'a> {
    pub(super) text: &'a str,
    pub(super) form: Form,
    /// The footer, of a PASETO.
    pub(super) header: Object,
    /// `None` if they are sealed, or no JSON object.
    pub(super) claims: Option<Object>,
    /// Why no verifier can read the token, if none can.
    pub(super) unread: Option<String>,
    /// The parts that are not canonical base64url, and why.
    pub(super) faulty: Vec<(&'static str, &'static str)>,
    pub(super) is_signed: Signature,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Jws,
    Jwe,
    PasetoPublic,
    PasetoLocal,
}

/// Whether the last part holds anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signature {
    There,
    Empty,
}

impl<'a> Raw<'a> {
    pub(super) fn read(text: &'a str) -> Result<Self, Failure> {
        match recognise(text) {
            Kind::Jose => Self::jose(text),
            Kind::Paseto { version, purpose, body, footer } => {
                Ok(Self::paseto(text, version, purpose, body, footer.unwrap_or_default()))
            }
            Kind::Paserk { version, .. } => {
                let what = format!("a PASERK {version}: a key, not a token");
                Err(Failure::new(Code::MALFORMED, what))
            }
            Kind::NotAToken(looks) => {
                Err(Failure::new(Code::MALFORMED, format!("not a token I know: {looks}")))
            }
        }
    }

    /// The algorithm that the token names: of a JWE, the one that seals; of a PASETO, its first two
    /// parts.
    pub(super) fn algorithm(&self) -> Option<String> {
        match (self.form, self.header.text("alg")) {
            (Form::PasetoPublic | Form::PasetoLocal, _) => {
                Some(self.text.splitn(3, '.').take(2).collect::<Vec<_>>().join("."))
            }
            (Form::Jwe, Some("dir")) => self.header.text("enc").map(str::to_owned),
            (_, alg) => alg.map(str::to_owned),
        }
    }

    /// Whether everyone can read the claims.
    pub(super) fn is_readable(&self) -> bool {
        matches!(self.form, Form::Jws | Form::PasetoPublic)
    }

    pub(super) fn is_paseto(&self) -> bool {
        matches!(self.form, Form::PasetoPublic | Form::PasetoLocal)
    }

    /// Takes what a key found under the seal.
    pub(super) fn open(&mut self, claims: &[u8]) {
        let (claims, fault) = object("claims", claims);
        self.claims = claims;
        self.unread = self.unread.take().or(fault);
    }

    fn jose(text: &'a str) -> Result<Self, Failure> {
        let parts: Vec<&str> = text.split('.').collect();
        let (form, names): (_, &[&'static str]) = match parts.len() {
            3 => (Form::Jws, &["header", "payload", "signature"]),
            _ => (Form::Jwe, &["header", "encrypted key", "iv", "ciphertext", "tag"]),
        };
        let header = parts.first().map(|part| lax::base64(part)).unwrap_or_default();
        let (header, of_header) = object("header", &header);
        let header = header
            .ok_or_else(|| Failure::new(Code::MALFORMED, of_header.clone().unwrap_or_default()))?;
        let (claims, of_claims) = match (form, parts.get(1)) {
            (Form::Jws, Some(payload)) => object("claims", &lax::base64(payload)),
            _ => (None, None),
        };
        let unread = of_header.or(of_claims);
        let is_signed = match parts.last() {
            Some(&"") => Signature::Empty,
            _ => Signature::There,
        };
        let faulty = faulty(names.iter().copied().zip(parts));
        Ok(Self { text, form, header, claims, unread, faulty, is_signed })
    }

    fn paseto(text: &'a str, version: &str, purpose: &str, body: &str, footer: &str) -> Self {
        let bytes = lax::base64(body);
        let form = if purpose == "public" { Form::PasetoPublic } else { Form::PasetoLocal };
        // A signature; a nonce and a tag.
        let (least, what) = match (version, form) {
            ("v1", Form::PasetoPublic) => (256, "a signature"),
            ("v3", Form::PasetoPublic) => (96, "a signature"),
            (_, Form::PasetoPublic) => (64, "a signature"),
            ("v1" | "v3", _) => (32 + 48, "a nonce and a tag"),
            ("v2", _) => (24 + 16, "a nonce and a tag"),
            (_, _) => (32 + 32, "a nonce and a tag"),
        };
        let inside = bytes.len().checked_sub(least).and_then(|end| bytes.get(..end));
        let (claims, unread) = match (inside, form) {
            (None, _) => (None, Some(format!("the PASETO is too short to hold {what}"))),
            (Some(claims), Form::PasetoPublic) => object("claims", claims),
            (Some(_), _) => (None, None),
        };
        Self {
            text,
            form,
            header: lax::object("header", &lax::base64(footer)).unwrap_or_default(),
            claims,
            unread,
            faulty: faulty([("body", body), ("footer", footer)]),
            is_signed: Signature::There,
        }
    }
}

/// The `part` of a token as an object, as far as it is one, and why a verifier cannot read it.
fn object(part: &str, bytes: &[u8]) -> (Option<Object>, Option<String>) {
    let object = lax::object(part, bytes);
    let fault = match (std::str::from_utf8(bytes), &object) {
        (Err(_), _) => Some("not UTF-8"),
        (_, Err(fault)) => Some(&**fault),
        (Ok(_), Ok(_)) => None,
    };
    let verb = if part == "claims" { "are" } else { "is" };
    let fault = fault.map(|fault| format!("the {part} {verb} not readable: {fault}"));
    (object.ok(), fault)
}

fn faulty<'t>(
    parts: impl IntoIterator<Item = (&'static str, &'t str)>,
) -> Vec<(&'static str, &'static str)> {
    parts.into_iter().filter_map(|(name, part)| Some((name, fault_of(part)?))).collect()
}

fn fault_of(part: &str) -> Option<&'static str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    match base64url::decode(part) {
        Ok(_) => None,
        Err(_) if part.ends_with('=') => Some("is padded with ="),
        Err(_) if part.contains(['+', '/']) => Some("is base64, not base64url"),
        Err(_) if !part.chars().all(is_word) => Some("has a foreign character"),
        Err(_) if part.len() % 4 == 1 => Some("has a length that no base64url has"),
        Err(_) => Some("has trailing bits that are not zero"),
    }
}
