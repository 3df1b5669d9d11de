//! What a token says of itself, split without a key. Nothing in it is believed.

use std::borrow::Cow;

use serde_json::Value;
use waxseal::jwt::VerifyError;
use waxseal::key::Protection;
use waxseal::limits;
use waxseal::token::UntrustedToken;

use crate::exit::{Code, Failure, of_refusal};
use crate::json::{Members, object};
use crate::members::compact;
use crate::output::escape;
use crate::recognise::{Kind, recognise};

/// What can be said of a text without a key.
pub(crate) struct Untrusted {
    pub(crate) kind: &'static str,
    /// The form, as `JWT (JWS compact)` or `PASETO v4.public`.
    pub(crate) form: Cow<'static, str>,
    /// The algorithms that the header names, for a person.
    pub(crate) alg: Option<String>,
    pub(crate) bytes: usize,
    /// A PASETO's is its footer.
    pub(crate) header: Members,
    pub(crate) payload: Payload,
    pub(crate) hint: Option<&'static str>,
}

pub(crate) enum Payload {
    Claims(Members),
    /// A signed payload that is no Claims Set.
    Other(Vec<u8>),
    Sealed,
    /// A key or key id: there is no payload.
    None,
}

impl Untrusted {
    /// Splits `text`.
    pub(crate) fn read(text: &str) -> Result<Self, Failure> {
        if text.len() > limits::PROGRAM_TOKEN_BYTES {
            let (has, most) = (text.len(), limits::PROGRAM_TOKEN_BYTES);
            let what = format!("the input has {has} bytes; at most {most} are read");
            return Err(Failure::new(Code::MALFORMED, what));
        }
        match recognise(text) {
            Kind::Jose => jose(text),
            Kind::Paseto { version, purpose, body, footer } => {
                paseto(text, version, purpose, body, footer)
            }
            Kind::Paserk { version, kind } => Ok(paserk(text, version, kind)),
            Kind::NotAToken(looks) => {
                Err(Failure::new(Code::MALFORMED, format!("not a token I know: {looks}")))
            }
        }
    }

    /// The key that the header names, if it names one by a text.
    pub(crate) fn kid(&self) -> Option<&str> {
        named(&self.header, "kid").and_then(Value::as_str)
    }
}

fn named<'a>(members: &'a Members, name: &str) -> Option<&'a Value> {
    members.iter().find(|(found, _)| found == name).map(|(_, value)| value)
}

fn jose(text: &str) -> Result<Untrusted, Failure> {
    let refused = |fault| {
        let fault = VerifyError::from(fault);
        Failure::new(of_refusal(&fault), fault.to_string())
    };
    let token = UntrustedToken::parse(text, limits::PROGRAM_TOKEN_BYTES).map_err(refused)?;
    let bytes = token.untrusted_header_bytes().map_err(refused)?;
    let header = object(&bytes).map_err(|fault| {
        Failure::new(Code::MALFORMED, format!("the header is not readable: {fault}"))
    })?;
    let payload = match token.untrusted_payload().map_err(refused)? {
        None => Payload::Sealed,
        Some(bytes) if bytes.trim_ascii_start().starts_with(b"{") => {
            Payload::Claims(object(&bytes).map_err(|fault| {
                Failure::new(Code::MALFORMED, format!("the claims are not readable: {fault}"))
            })?)
        }
        Some(bytes) => Payload::Other(bytes),
    };
    let word = |name: &str| named(&header, name).map(|value| escape(&compact(value)));
    let alg = word("alg").unwrap_or_else(|| "no alg".into());
    let (kind, form, alg) = match token.protection() {
        Protection::Sealed => (
            "jwe",
            "JWE (5 parts)",
            match word("enc") {
                Some(enc) => format!("{alg} + {enc}"),
                None => alg,
            },
        ),
        _ => ("jws", "JWT (JWS compact)", alg),
    };
    let hint = match &payload {
        _ if alg.eq_ignore_ascii_case("none") => {
            "alg is none: nothing protects this token, anybody can have made it"
        }
        _ if token.untrusted_signature().is_err() => {
            "the last part is not canonical base64url: no verifier should accept this token"
        }
        Payload::Sealed if alg == "dir + A256GCM" => "waxseal verify --keys keys opens it",
        Payload::Sealed => "waxseal opens dir + A256GCM only",
        _ => "waxseal verify --key jwks.json --aud NAME judges it",
    };
    let (form, alg, bytes) = (form.into(), Some(alg), text.len());
    Ok(Untrusted { kind, form, alg, bytes, header, payload, hint: Some(hint) })
}

fn paseto(
    text: &str,
    version: &str,
    purpose: &str,
    body: &str,
    footer: Option<&str>,
) -> Result<Untrusted, Failure> {
    let part = |name: &str, text: &str| {
        waxseal::base64url::decode(text).map_err(|fault| {
            Failure::new(Code::MALFORMED, format!("the PASETO's {name} is {fault}"))
        })
    };
    let body = part("body", body)?;
    let header = match footer.map(|footer| part("footer", footer)).transpose()? {
        None => Vec::new(),
        Some(footer) if footer.starts_with(b"{") => object(&footer).map_err(|fault| {
            Failure::new(Code::MALFORMED, format!("the footer is not readable: {fault}"))
        })?,
        Some(footer) => {
            vec![("footer".into(), Value::from(String::from_utf8_lossy(&footer).into_owned()))]
        }
    };
    let payload = match (purpose, signature_bytes(version)) {
        ("public", Some(length)) => {
            let claims = body.len().checked_sub(length).and_then(|end| body.get(..end));
            let claims = claims.ok_or_else(|| {
                Failure::new(Code::MALFORMED, "the PASETO is too short to hold a signature")
            })?;
            Payload::Claims(object(claims).map_err(|fault| {
                Failure::new(Code::MALFORMED, format!("the claims are not readable: {fault}"))
            })?)
        }
        _ => Payload::Sealed,
    };
    let (form, bytes) = (format!("PASETO {version}.{purpose}").into(), text.len());
    let hint = match (version, purpose) {
        ("v4", "local") => Some("waxseal verify --key FILE opens it"),
        ("v4", _) => Some("waxseal verify --key FILE --aud NAME judges it"),
        ("v3", "public") if cfg!(feature = "paseto-v3") => {
            Some("waxseal verify --key FILE --aud NAME judges it")
        }
        ("v3", "public") => Some("waxseal verify judges it, in a build with feature paseto-v3"),
        _ => Some("waxseal verifies v4.public, v4.local and v3.public only"),
    };
    Ok(Untrusted { kind: "paseto", form, alg: None, bytes, header, payload, hint })
}

/// How many bytes of a public token's body are its signature.
fn signature_bytes(version: &str) -> Option<usize> {
    match version {
        "v1" => Some(256),
        "v2" | "v4" => Some(64),
        "v3" => Some(96),
        _ => None,
    }
}

fn paserk(text: &str, version: &str, kind: &str) -> Untrusted {
    let (what, hint) = match kind {
        "lid" | "sid" | "pid" => ("a key id", "it names a key and is no secret"),
        "public" => ("a public key", "it may be given to everybody"),
        "local" | "secret" => ("a SECRET KEY in the clear", "whoever reads it can mint tokens"),
        "local-wrap" | "secret-wrap" | "local-pw" | "secret-pw" | "seal" => {
            ("a wrapped key", "it opens with another key or a password")
        }
        _ => ("of a kind I do not know", "its type is none of the PASERK specification"),
    };
    Untrusted {
        kind: "paserk",
        form: format!("PASERK {version}.{}: {what}", escape(kind)).into(),
        alg: None,
        bytes: text.len(),
        header: Vec::new(),
        payload: Payload::None,
        hint: Some(hint),
    }
}
