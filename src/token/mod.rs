//! Tokens on the wire: bytes in, bytes out. Nothing here is believed before a key says so.
//!
//! `UntrustedToken` → (header read) → `NamedToken` → (key applied) → `Authenticated`.

mod header;
mod jwe;
mod jws;
#[cfg(feature = "paseto")]
mod paseto;

use std::fmt;
use std::sync::Arc;

use crate::claims::Dialect;
use crate::crypto::{Algorithm, RandomError};
use crate::key::{Format, Key, Protection};
use crate::limits;
use crate::printable::shown;

pub use header::{HeaderFault, UntrustedHeader};
pub(crate) use header::{PreparedHeader, is_media_type};

/// A minted token: the bearer's credential.
///
/// `Display` writes it, on purpose; `Debug` does not, so that it cannot slip into a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, by value.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token([redacted], {} bytes)", self.0.len())
    }
}

impl std::ops::Deref for Token {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Token {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Why a key did not mint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MintFault {
    #[error("the key may not mint")]
    NotForMinting,
    #[error("only a PASETO carries a footer or an implicit assertion")]
    NotAPaseto,
    #[error("the footer {0}")]
    Footer(#[from] HeaderFault),
    #[error(transparent)]
    Random(#[from] RandomError),
    #[error("the token would have {has} bytes; at most {most} are read")]
    TooLong { has: usize, most: usize },
}

/// Signs or seals `payload` under `header`, which was made for `key`. Only a PASETO takes an
/// implicit `assertion`.
pub(crate) fn mint(
    key: &Key,
    header: &PreparedHeader,
    payload: Vec<u8>,
    assertion: &[u8],
) -> Result<Token, MintFault> {
    mint_within(key, header, payload, assertion, limits::TOKEN_BYTES)
}

/// As [`mint`], a token of at most `most` bytes.
pub(crate) fn mint_within(
    key: &Key,
    header: &PreparedHeader,
    payload: Vec<u8>,
    assertion: &[u8],
    most: usize,
) -> Result<Token, MintFault> {
    if !assertion.is_empty() && key.algorithm().format() != Format::Paseto {
        return Err(MintFault::NotAPaseto);
    }
    let text = match key.algorithm().format() {
        Format::Jws => jws::mint(key, header.encoded(), &payload)?,
        Format::Jwe => jwe::mint(key, header.encoded(), payload)?,
        #[cfg(feature = "paseto")]
        Format::Paseto => {
            paseto::mint(key, payload, (header.footer(), header.encoded()), assertion)?
        }
        #[cfg(not(feature = "paseto"))]
        Format::Paseto => return Err(MintFault::NotForMinting),
    };
    if text.len() > most {
        return Err(MintFault::TooLong { has: text.len(), most });
    }
    Ok(Token(text))
}

/// Text in the shape of a JWS or JWE Compact Serialization, or of a PASETO. Nothing in it is true
/// yet.
#[derive(Clone, Copy)]
pub struct UntrustedToken<'a> {
    header: &'a str,
    form: Form<'a>,
}

#[derive(Clone, Copy)]
enum Form<'a> {
    Jws(jws::Parts<'a>),
    Jwe(jwe::Parts<'a>),
    #[cfg(feature = "paseto")]
    Paseto(paseto::Parts<'a>),
}

impl<'a> UntrustedToken<'a> {
    /// Splits `text` of at most `most` bytes into its parts.
    ///
    /// # Errors
    /// [`FormFault::TooLong`] or [`FormFault::Parts`].
    pub fn parse(text: &'a str, most: usize) -> Result<Self, FormFault> {
        if text.len() > most {
            return Err(FormFault::TooLong { has: text.len(), most });
        }
        #[cfg(feature = "paseto")]
        if let Some(parts) = paseto::split(text) {
            let parts = parts?;
            return Ok(Self { header: parts.footer, form: Form::Paseto(parts) });
        }
        let mut dots = memchr::memchr_iter(b'.', text.as_bytes());
        let at = [(); 5].map(|()| dots.next());
        let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        let (header, form) = match at {
            [Some(a), Some(b), None, ..] => {
                let (payload, signature) = (part(a + 1, b), part(b + 1, text.len()));
                let parts = jws::Parts { signing_input: part(0, b), payload, signature };
                (part(0, a), Form::Jws(parts))
            }
            [Some(a), Some(b), Some(c), Some(d), None] => {
                let header = part(0, a);
                let (encrypted_key, iv) = (part(a + 1, b), part(b + 1, c));
                let (ciphertext, tag) = (part(c + 1, d), part(d + 1, text.len()));
                (header, Form::Jwe(jwe::Parts { header, encrypted_key, iv, ciphertext, tag }))
            }
            other => return Err(FormFault::Parts(other.iter().flatten().count() + 1)),
        };
        Ok(Self { header, form })
    }

    /// The form of the token.
    #[must_use]
    pub fn format(&self) -> Format {
        match self.form {
            Form::Jws(_) => Format::Jws,
            Form::Jwe(_) => Format::Jwe,
            #[cfg(feature = "paseto")]
            Form::Paseto(_) => Format::Paseto,
        }
    }

    /// Whether the payload is readable by everyone or sealed.
    #[must_use]
    pub fn protection(&self) -> Protection {
        match self.form {
            Form::Jws(_) => Protection::Signed,
            Form::Jwe(_) => Protection::Sealed,
            #[cfg(feature = "paseto")]
            Form::Paseto(parts) if parts.is_public() => Protection::Signed,
            #[cfg(feature = "paseto")]
            Form::Paseto(_) => Protection::Sealed,
        }
    }

    /// The header, decoded; of a PASETO its version and purpose, and what its footer names.
    /// Whoever made the token wrote it.
    ///
    /// # Errors
    /// [`FormFault`] if it is no strict base64url or no strict JSON object.
    pub fn untrusted_header(&self) -> Result<UntrustedHeader, FormFault> {
        match self.form {
            Form::Jws(_) | Form::Jwe(_) => Ok(header::read(self.header)?),
            #[cfg(feature = "paseto")]
            Form::Paseto(parts) => {
                header::read_footer(parts.name, &parts.footer_bytes()?).map_err(FormFault::Footer)
            }
        }
    }

    /// The decoded bytes of the header; of a PASETO, those of its footer. Whoever made the token
    /// wrote them.
    ///
    /// # Errors
    /// [`FormFault::Base64url`].
    pub fn untrusted_header_bytes(&self) -> Result<Vec<u8>, FormFault> {
        decoded("header", self.header)
    }

    /// The decoded bytes of a signed token's payload, or `None` for a sealed one. Whoever made the
    /// token wrote them.
    ///
    /// # Errors
    /// [`FormFault::Base64url`].
    pub fn untrusted_payload(&self) -> Result<Option<Vec<u8>>, FormFault> {
        match self.form {
            Form::Jws(parts) => decoded("payload", parts.payload).map(Some),
            Form::Jwe(_) => Ok(None),
            #[cfg(feature = "paseto")]
            Form::Paseto(parts) => Ok(parts.message()?.map(|(message, _)| message)),
        }
    }

    /// The decoded bytes of the signature or, of a JWE, of the authentication tag; none for a
    /// sealed PASETO, whose tag is part of its body.
    ///
    /// # Errors
    /// [`FormFault::Base64url`].
    pub fn untrusted_signature(&self) -> Result<Vec<u8>, FormFault> {
        match self.form {
            Form::Jws(parts) => decoded("signature", parts.signature),
            Form::Jwe(parts) => decoded("authentication tag", parts.tag),
            #[cfg(feature = "paseto")]
            Form::Paseto(parts) => {
                Ok(parts.message()?.map(|(_, signature)| signature).unwrap_or_default())
            }
        }
    }

    /// Recognises a header that we would have written ourselves, without parsing it.
    pub(crate) fn recognise(self, header: &PreparedHeader) -> Option<NamedToken<'a>> {
        (header.encoded() == self.header && header.is_of(&self.form))
            .then(|| NamedToken { form: self.form, header: Arc::clone(header.header()) })
    }

    /// Reads the header strictly.
    pub(crate) fn read_header(self) -> Result<NamedToken<'a>, FormFault> {
        Ok(NamedToken { form: self.form, header: Arc::new(self.untrusted_header()?) })
    }
}

/// Shows the shape only: a token is a credential, and its claims are not verified.
impl fmt::Debug for UntrustedToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UntrustedToken({:?}, [redacted])", self.protection())
    }
}

/// A token whose header is read: it names a key, no more.
pub(crate) struct NamedToken<'a> {
    form: Form<'a>,
    header: Arc<UntrustedHeader>,
}

impl NamedToken<'_> {
    pub(crate) fn header(&self) -> &UntrustedHeader {
        &self.header
    }

    /// Applies the key. What comes out was made by a holder of it.
    ///
    /// The key owns the algorithm: form and header must both be the key's. Only a PASETO can prove
    /// an implicit `assertion`: any other token is refused where one is asked for.
    pub(crate) fn open(self, key: &Key, assertion: &[u8]) -> Result<Authenticated, OpenFault> {
        let algorithm = key.algorithm();
        let (payload, footer) = match &self.form {
            Form::Jws(_) | Form::Jwe(_) if !assertion.is_empty() => {
                return Err(OpenFault::NoAssertion);
            }
            Form::Jws(parts) if self.header.is_signed_by(algorithm) => {
                (jws::open(parts, key)?, None)
            }
            Form::Jwe(parts) if self.header.is_sealed_by(algorithm) => {
                (jwe::open(parts, key)?, None)
            }
            #[cfg(feature = "paseto")]
            Form::Paseto(parts) if parts.name == algorithm.name() => {
                let (payload, footer) = paseto::open(parts, key, assertion)?;
                (payload, Some(footer))
            }
            _ => {
                let token = shown(&self.header.untrusted_algorithm());
                return Err(OpenFault::Algorithm { token, key: algorithm });
            }
        };
        Ok(Authenticated { header: self.header, payload, footer })
    }
}

/// A header and payload that a holder of the key made. Only [`NamedToken::open`] makes one.
pub(crate) struct Authenticated {
    header: Arc<UntrustedHeader>,
    payload: Vec<u8>,
    /// `None` for a JWT.
    footer: Option<Vec<u8>>,
}

impl Authenticated {
    /// The header's `typ`; a PASETO has none.
    pub(crate) fn typ(&self) -> Option<&str> {
        self.header.untrusted_typ()
    }

    /// The footer of a PASETO.
    pub(crate) fn footer(&self) -> Option<&[u8]> {
        self.footer.as_deref()
    }

    /// How the claims are written.
    pub(crate) fn dialect(&self) -> Dialect {
        match self.footer {
            Some(_) => Dialect::Paseto,
            None => Dialect::Jwt,
        }
    }

    pub(crate) fn payload(&self) -> &[u8] {
        &self.payload
    }

    pub(crate) fn into_payload(self) -> Vec<u8> {
        self.payload
    }
}

/// Why a text has not the form of a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormFault {
    /// Longer than any token that is read.
    #[error("the token has {has} bytes; at most {most} are read")]
    TooLong {
        /// Bytes given.
        has: usize,
        /// Bytes allowed.
        most: usize,
    },
    /// Not the number of parts of a JWS (3) or JWE (5).
    #[error("not a token: {0} part(s) between dots (counted to 6); a JWS has 3, a JWE has 5")]
    Parts(usize),
    /// A part is not base64url.
    #[error("the {0} is not canonical unpadded base64url, or has the wrong length")]
    Base64url(&'static str),
    /// The header breaks a rule.
    #[error("the header {0}")]
    Header(#[from] HeaderFault),
    /// The footer of a PASETO breaks a rule.
    #[error("the footer {0}")]
    Footer(HeaderFault),
}

/// Why a key does not open a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OpenFault {
    #[error(transparent)]
    Form(#[from] FormFault),
    #[error("the token says \"{token}\", the key is for {key}")]
    Algorithm { token: String, key: Algorithm },
    #[error("only a PASETO can prove an implicit assertion")]
    NoAssertion,
    #[error("not authentic")]
    Unauthentic,
}

fn decoded(part: &'static str, text: &str) -> Result<Vec<u8>, FormFault> {
    crate::base64url::decode(text).map_err(|_| FormFault::Base64url(part))
}
