//! The header (RFC 7515 section 4, RFC 7516 section 4): it names a key and says what the token is.
//! It is never asked where a key is to be found: `jwk`, `jku`, `x5c`, `x5u` and `x5t` are ignored.

use std::borrow::Cow;
use std::sync::Arc;

use serde::de::MapAccess;

use crate::base64url;
use crate::crypto::Algorithm;
#[cfg(feature = "paseto")]
use crate::json::text_member;
use crate::json::{JsonFault, Members, Others, Value, read_object};
use crate::key::{Format, Key};
use crate::limits;

/// What a token says about itself, before any key was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UntrustedHeader {
    alg: Box<str>,
    enc: Option<Box<str>>,
    kid: Option<Box<str>>,
    typ: Option<Box<str>>,
}

impl UntrustedHeader {
    /// The algorithm that the token claims, with `enc` for a JWE: `EdDSA`, `dir+A256GCM`.
    #[must_use]
    pub fn untrusted_algorithm(&self) -> String {
        match &self.enc {
            Some(enc) => format!("{}+{enc}", self.alg),
            None => self.alg.to_string(),
        }
    }

    /// The `kid`: the key that the token names.
    #[must_use]
    pub fn untrusted_kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The `typ`: what the token says that it is.
    #[must_use]
    pub fn untrusted_typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    pub(super) fn is_signed_by(&self, algorithm: Algorithm) -> bool {
        algorithm.format() == Format::Jws && self.enc.is_none() && self.alg.parse() == Ok(algorithm)
    }

    pub(super) fn is_sealed_by(&self, algorithm: Algorithm) -> bool {
        algorithm.format() == Format::Jwe
            && &*self.alg == "dir"
            && self.enc.as_deref() == Some(algorithm.name())
    }
}

/// Why a header is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderFault {
    /// Not base64url.
    #[error("is not canonical unpadded base64url")]
    Base64url,
    /// Longer than any header that is read.
    #[error("has more than {most} bytes")]
    TooLong {
        /// Bytes allowed.
        most: usize,
    },
    /// Not one strict JSON object.
    #[error("is not readable: {0}")]
    Json(#[from] JsonFault),
    /// No `alg`.
    #[error("has no \"alg\"")]
    NoAlgorithm,
    /// `alg: none`, in any case: nothing protects the token.
    #[error("says alg \"none\": the token is not signed, anybody can have made it")]
    Unsecured,
    /// An extension that must be understood and is not (RFC 7515 section 4.1.11).
    #[error("has \"{0}\", which changes how a token is read and is not supported")]
    Extension(&'static str),
    /// A token inside the token.
    #[error("says cty \"JWT\": nested tokens are not supported")]
    Nested,
    /// A `kid` that names no key.
    #[error("has a \"kid\" that names no key: 1 to 256 bytes without control characters")]
    Kid,
}

/// Reads the encoded header `text`.
pub(super) fn read(text: &str) -> Result<UntrustedHeader, HeaderFault> {
    if text.len() > (limits::HEADER_BYTES * 4).div_ceil(3) {
        return Err(HeaderFault::TooLong { most: limits::HEADER_BYTES });
    }
    let bytes = base64url::decode(text).map_err(|_| HeaderFault::Base64url)?;
    let mut parts = Parts::default();
    read_object(&bytes, limits::HEADER_DEPTH, &mut parts)?;
    parts.finish()
}

/// Reads the footer of the PASETO `name`. It may hold anything; an object may name a key.
#[cfg(feature = "paseto")]
pub(super) fn read_footer(name: &str, footer: &[u8]) -> Result<UntrustedHeader, HeaderFault> {
    if footer.len() > limits::HEADER_BYTES {
        return Err(HeaderFault::TooLong { most: limits::HEADER_BYTES });
    }
    let mut parts = Parts { alg: Some(name.into()), ..Parts::default() };
    if footer.starts_with(b"{") {
        parts.kid = text_member(footer, limits::HEADER_DEPTH, "kid")?;
    }
    parts.finish()
}

#[derive(Default)]
struct Parts<'a> {
    alg: Option<Cow<'a, str>>,
    enc: Option<Cow<'a, str>>,
    kid: Option<Cow<'a, str>>,
    typ: Option<Cow<'a, str>>,
    cty: Option<Cow<'a, str>>,
    extension: Option<&'static str>,
    others: Others,
}

impl<'de> Members<'de> for Parts<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: &mut Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "alg" => return value.text_into("alg", &mut self.alg),
            "enc" => return value.text_into("enc", &mut self.enc),
            "kid" => return value.text_into("kid", &mut self.kid),
            "typ" => return value.text_into("typ", &mut self.typ),
            "cty" => return value.text_into("cty", &mut self.cty),
            "crit" => self.extension = Some("crit"),
            "b64" => self.extension = self.extension.or(Some("b64")),
            "zip" => self.extension = self.extension.or(Some("zip")),
            _ => {}
        }
        self.others.skip(name, value)
    }
}

impl Parts<'_> {
    fn finish(self) -> Result<UntrustedHeader, HeaderFault> {
        let alg = self.alg.ok_or(HeaderFault::NoAlgorithm)?;
        if alg.eq_ignore_ascii_case("none") {
            return Err(HeaderFault::Unsecured);
        }
        if let Some(extension) = self.extension {
            return Err(HeaderFault::Extension(extension));
        }
        if self.cty.is_some_and(|cty| is_media_type(&cty, "JWT")) {
            return Err(HeaderFault::Nested);
        }
        if self.kid.as_deref().is_some_and(|kid| crate::key::KeyId::new(kid).is_err()) {
            return Err(HeaderFault::Kid);
        }
        let owned = |text: Option<Cow<'_, str>>| text.map(|text| Box::from(&*text));
        Ok(UntrustedHeader {
            alg: Box::from(&*alg),
            enc: owned(self.enc),
            kid: owned(self.kid),
            typ: owned(self.typ),
        })
    }
}

/// Whether `found` is the media type `wanted`, whose `application/` may be left out (RFC 7515
/// section 4.1.9).
pub(crate) fn is_media_type(found: &str, wanted: &str) -> bool {
    if found == wanted {
        return true;
    }
    let short = |text: &str| match text.get(..12) {
        Some(prefix) if prefix.eq_ignore_ascii_case("application/") => 12,
        _ => 0,
    };
    let rest = |text| str::get(text, short(text)..).unwrap_or(text);
    rest(found).eq_ignore_ascii_case(rest(wanted))
}

/// The header of all tokens of one kind under one key, written and encoded once. Of a PASETO it is
/// the footer.
#[derive(Clone)]
pub(crate) struct PreparedHeader {
    algorithm: Algorithm,
    #[cfg_attr(
        not(feature = "paseto"),
        expect(dead_code, reason = "only the footer of a PASETO is read again")
    )]
    json: Box<[u8]>,
    encoded: Box<str>,
    header: Arc<UntrustedHeader>,
}

impl PreparedHeader {
    pub(crate) fn new(key: &Key, typ: &str) -> Self {
        let algorithm = key.algorithm();
        let (alg, enc, typ) = match algorithm.format() {
            Format::Jwe => ("dir", Some(algorithm.name()), Some(typ)),
            Format::Jws => (algorithm.name(), None, Some(typ)),
            // A PASETO says in its claims what it is.
            Format::Paseto => (algorithm.name(), None, None),
        };
        let kid = key.token_kid();
        let members = [
            ("alg", Some(alg).filter(|_| algorithm.format() != Format::Paseto)),
            ("enc", enc),
            ("kid", kid.as_deref()),
            ("typ", typ),
        ];
        let members: Vec<String> = members
            .into_iter()
            .filter_map(|(name, value)| {
                value.map(|value| format!("\"{name}\":{}", serde_json::Value::from(value)))
            })
            .collect();
        let json = match members.is_empty() {
            true => String::new(),
            false => format!("{{{}}}", members.join(",")),
        };
        Self {
            algorithm,
            encoded: base64url::encode(json.as_bytes()).into(),
            json: json.into_bytes().into(),
            header: Arc::new(UntrustedHeader {
                alg: alg.into(),
                enc: enc.map(Into::into),
                kid: kid.map(Into::into),
                typ: typ.map(Into::into),
            }),
        }
    }

    /// The same, with another footer, which must be one that is read; a JWT has none.
    #[cfg(feature = "paseto")]
    pub(crate) fn with_footer(self, footer: &[u8]) -> Result<Self, super::MintFault> {
        if self.algorithm.format() != Format::Paseto {
            return Err(super::MintFault::NotAPaseto);
        }
        let header = Arc::new(read_footer(self.algorithm.name(), footer)?);
        Ok(Self { header, json: footer.into(), encoded: base64url::encode(footer).into(), ..self })
    }

    /// No key of this build makes a token with a footer.
    #[cfg(not(feature = "paseto"))]
    pub(crate) fn with_footer(self, _: &[u8]) -> Result<Self, super::MintFault> {
        Err(super::MintFault::NotAPaseto)
    }

    pub(crate) fn encoded(&self) -> &str {
        &self.encoded
    }

    /// The decoded footer.
    #[cfg(feature = "paseto")]
    pub(super) fn footer(&self) -> &[u8] {
        &self.json
    }

    /// Whether a token of this form may have it.
    pub(super) fn is_of(&self, form: &super::Form<'_>) -> bool {
        match (form, self.algorithm.format()) {
            (super::Form::Jws(_), Format::Jws) | (super::Form::Jwe(_), Format::Jwe) => true,
            #[cfg(feature = "paseto")]
            (super::Form::Paseto(parts), Format::Paseto) => parts.name == self.algorithm.name(),
            _ => false,
        }
    }

    pub(super) fn header(&self) -> &Arc<UntrustedHeader> {
        &self.header
    }
}

impl std::fmt::Debug for PreparedHeader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PreparedHeader").field(&self.header).finish()
    }
}
