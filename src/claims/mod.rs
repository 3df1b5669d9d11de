//! Claims Sets (RFC 7519): the registered claims, read strictly, and what stands beside them.

mod details;
mod foreign;
mod id;
mod lean;
mod session;
mod wire;

use std::borrow::Cow;

use crate::crypto::Format;
use crate::json::{JsonFault, Others};
use crate::time::Timestamp;

#[cfg(feature = "axum")]
pub(crate) use details::TimedValue;
pub(crate) use details::{Binding, Details, DetailsWire};
pub use foreign::Claims;
pub(crate) use id::draw;
pub use id::{NotAnId, SessionId, TokenId};
pub use session::Lapsed;
pub(crate) use session::{
    FORMAT_VERSION, GuestClaims, Holder, Profile, SESSION_CLAIMS, SessionClaims, SessionWire,
};
pub(crate) use wire::Date;

/// How a format writes its registered claims.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Times are numbers; the header says what kind of token it is.
    #[default]
    Jwt,
    /// Times are RFC 3339 texts; the claim `typ` says what kind of token it is.
    Paseto,
}

impl Dialect {
    pub(crate) const fn of(format: Format) -> Self {
        match format {
            Format::Jws | Format::Jwe => Self::Jwt,
            Format::Paseto => Self::Paseto,
        }
    }
}

/// The registered claims (RFC 7519 section 4.1) of one token, as they stand in its text.
#[derive(Debug, Default)]
pub(crate) struct Registered<'a> {
    pub(crate) iss: Option<Cow<'a, str>>,
    pub(crate) sub: Option<Cow<'a, str>>,
    pub(crate) aud: Option<Audience<'a>>,
    pub(crate) exp: Option<Timestamp>,
    pub(crate) nbf: Option<Timestamp>,
    pub(crate) iat: Option<Timestamp>,
    pub(crate) jti: Option<Cow<'a, str>>,
    /// OpenID Connect's session id, a string as well.
    pub(crate) sid: Option<Cow<'a, str>>,
    /// What kind of token it is; of a PASETO only, a JWT says it in its header.
    pub(crate) typ: Option<Cow<'a, str>>,
    pub(crate) dialect: Dialect,
    /// The names of members that the reader has no place for.
    pub(crate) others: Others,
}

/// When a token may be used, as its registered claims say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Validity {
    pub(crate) exp: Option<Timestamp>,
    pub(crate) nbf: Option<Timestamp>,
    pub(crate) iat: Option<Timestamp>,
}

impl Registered<'_> {
    /// When the token may be used.
    pub(crate) fn validity(&self) -> Validity {
        Validity { exp: self.exp, nbf: self.nbf, iat: self.iat }
    }

    /// None yet, of a token written in `dialect`.
    pub(crate) fn of(dialect: Dialect) -> Self {
        Self { dialect, ..Self::default() }
    }

    /// Whether the claim `name` is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        match name {
            "iss" => self.iss.is_some(),
            "sub" => self.sub.is_some(),
            "aud" => self.aud.is_some(),
            "exp" => self.exp.is_some(),
            "nbf" => self.nbf.is_some(),
            "iat" => self.iat.is_some(),
            "jti" => self.jti.is_some(),
            "sid" => self.sid.is_some(),
            "typ" if self.dialect == Dialect::Paseto => self.typ.is_some(),
            _ => self.others.has(name),
        }
    }
}

/// The `aud` claim: one string or an array of strings.
#[derive(Debug)]
pub(crate) enum Audience<'a> {
    One(Cow<'a, str>),
    Many(Vec<Cow<'a, str>>),
}

impl Audience<'_> {
    pub(crate) fn names(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Many(many) => many.iter().any(|one| one == audience),
        }
    }

    pub(crate) fn to_list(&self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one.clone().into_owned()],
            Self::Many(many) => many.iter().map(|one| one.clone().into_owned()).collect(),
        }
    }
}

/// Whether what is written to the byte as we write it is recognised, or read like anybody's.
///
/// Both ways say the same of every token; the first is faster. Tests hold the two together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shortcuts {
    /// Headers and claims of our own making are recognised.
    #[default]
    Taken,
    /// Everything is read by the strict readers.
    Left,
}

/// Claims that can be read from an authenticated payload.
pub(crate) trait ReadClaims: Sized {
    /// Reads `payload`. A caller's type that does not fit comes second, so that a token for
    /// somebody else is called that, and not ill-typed.
    fn read(
        payload: &[u8],
        dialect: Dialect,
        shortcuts: Shortcuts,
    ) -> Result<Reading<'_, Self>, JsonFault>;
}

/// The registered claims, and all of them as a `C` if they fit it.
pub(crate) type Reading<'a, C> = (Registered<'a>, Result<C, StateFault>);

/// The caller's type does not fit the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StateFault(pub(crate) String);

/// What a revocation can name of a token.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Handles<'a> {
    pub(crate) token: Option<AnyId<'a>>,
    pub(crate) session: Option<AnyId<'a>>,
    pub(crate) subject: Option<&'a str>,
    /// The named scope that it can be revoked by, a tenant say; of sessions only.
    pub(crate) scope: Option<&'a str>,
    /// What a cut-off is compared with: the session's start, or the token's `iat`.
    pub(crate) started: Option<Timestamp>,
    pub(crate) issued: Option<Timestamp>,
    pub(crate) expires: Option<Timestamp>,
}

/// An id: ours are 16 bytes, foreign ones are any text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnyId<'a> {
    Bytes([u8; 16]),
    Text(&'a str),
}

impl<'a> AnyId<'a> {
    /// One id has one form here, whoever wrote it.
    pub(crate) fn of(text: &'a str) -> Self {
        match crate::base64url::decode_array(text) {
            Ok(bytes) => Self::Bytes(bytes),
            Err(_) => Self::Text(text),
        }
    }
}

/// Claims that a revocation list can judge.
pub(crate) trait Revocable {
    fn handles(&self) -> Handles<'_>;
}

impl<R: Revocable> Revocable for &R {
    fn handles(&self) -> Handles<'_> {
        (**self).handles()
    }
}
