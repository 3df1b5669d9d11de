//! The claims of a session, format version 1. Their names are the wire format.

use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess};

use crate::json::{JsonFault, Members, Value, fill, read_object, refuse};
use crate::limits;
use crate::time::{Span, Timestamp};

use super::details::DetailParts;
use super::wire::{Date, Millis, date_into};
use super::{
    AnyId, Details, DetailsWire, Dialect, Handles, ReadClaims, Reading, Registered, Revocable,
    SessionId, Shortcuts, StateFault, TokenId, lean,
};

/// The only version there is; a token of another is refused, not guessed at.
pub(crate) const FORMAT_VERSION: u64 = 1;

/// The claims that every session has.
pub(crate) const SESSION_CLAIMS: &[&str] = &[
    "iss",
    "aud",
    "sub",
    "sid",
    "jti",
    "iat",
    "nbf",
    "exp",
    "auth_time",
    "sst",
    "idl",
    "abs",
    "rnw",
    "pro",
    "gen",
    "ver",
    "st",
];

/// Whose session it is. The two kinds have a `typ` of their own, and neither passes for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// Somebody who logged in: there is a `sub`.
    User,
    /// Somebody who did not: there is none.
    Guest,
}

/// The claims of one session token.
#[derive(Clone)]
pub(crate) struct SessionClaims<T> {
    /// Empty for a guest, and for nobody else.
    pub(crate) subject: Box<str>,
    pub(crate) session_id: SessionId,
    pub(crate) token_id: TokenId,
    pub(crate) issued_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) authenticated_at: Timestamp,
    pub(crate) started_at: Timestamp,
    pub(crate) idle_limit: Timestamp,
    pub(crate) absolute_limit: Timestamp,
    pub(crate) renew_after: Timestamp,
    pub(crate) profile: Profile,
    pub(crate) generation: u64,
    pub(crate) cookie: Option<Box<str>>,
    pub(crate) scope: Option<Box<str>>,
    pub(crate) details: Option<Box<Details>>,
    pub(crate) state: T,
}

/// The claims of a guest's session: the same, without a subject.
#[derive(Clone)]
pub(crate) struct GuestClaims<T>(pub(crate) SessionClaims<T>);

/// The name of the set of limits that a session was made under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    Default,
    Named(Box<str>),
}

impl Profile {
    pub(crate) fn of(name: &str) -> Self {
        if name == "default" { Self::Default } else { Self::Named(name.into()) }
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Default => "default",
            Self::Named(name) => name,
        }
    }
}

impl<T> Revocable for SessionClaims<T> {
    fn handles(&self) -> Handles<'_> {
        Handles {
            token: Some(AnyId::Bytes(*self.token_id.as_bytes())),
            session: Some(AnyId::Bytes(*self.session_id.as_bytes())),
            subject: Some(&*self.subject).filter(|subject| !subject.is_empty()),
            scope: self.scope.as_deref(),
            started: Some(self.started_at),
            issued: Some(self.issued_at),
            expires: Some(self.expires_at),
        }
    }
}

impl<T> Revocable for GuestClaims<T> {
    fn handles(&self) -> Handles<'_> {
        self.0.handles()
    }
}

impl<T: DeserializeOwned> ReadClaims for SessionClaims<T> {
    fn read(
        payload: &[u8],
        dialect: Dialect,
        shortcuts: Shortcuts,
    ) -> Result<Reading<'_, Self>, JsonFault> {
        read(payload, dialect, Holder::User, shortcuts)
    }
}

impl<T: DeserializeOwned> ReadClaims for GuestClaims<T> {
    fn read(
        payload: &[u8],
        dialect: Dialect,
        shortcuts: Shortcuts,
    ) -> Result<Reading<'_, Self>, JsonFault> {
        let (registered, claims) = read(payload, dialect, Holder::Guest, shortcuts)?;
        Ok((registered, claims.map(Self)))
    }
}

fn read<T: DeserializeOwned>(
    payload: &[u8],
    dialect: Dialect,
    holder: Holder,
    shortcuts: Shortcuts,
) -> Result<Reading<'_, SessionClaims<T>>, JsonFault> {
    if shortcuts == Shortcuts::Taken
        && let Some((registered, claims)) = lean::read(payload, dialect, holder)
    {
        return Ok((registered, Ok(claims)));
    }
    strict(payload, dialect, holder)
}

/// Reads any session, however its JSON is written.
pub(super) fn strict<T: DeserializeOwned>(
    payload: &[u8],
    dialect: Dialect,
    holder: Holder,
) -> Result<Reading<'_, SessionClaims<T>>, JsonFault> {
    let mut parts = Parts::<T>::new(dialect);
    match read_object(payload, limits::CLAIMS_DEPTH, &mut parts) {
        Ok(()) => parts.finish(holder),
        Err(JsonFault::Member(fault)) if parts.in_state => {
            // Only the caller's type failed: what remains must still be a session.
            let mut others = Parts::<IgnoredAny>::new(dialect);
            read_object(payload, limits::CLAIMS_DEPTH, &mut others)?;
            let (registered, _) = others.finish(holder)?;
            Ok((registered, Err(StateFault(fault))))
        }
        Err(fault) => Err(fault),
    }
}

struct Parts<'a, T> {
    registered: Registered<'a>,
    auth_time: Option<Timestamp>,
    sst: Option<Timestamp>,
    idl: Option<Timestamp>,
    abs: Option<Timestamp>,
    rnw: Option<Timestamp>,
    pro: Option<Profile>,
    generation: Option<u64>,
    ver: Option<u64>,
    ck: Option<Box<str>>,
    rsc: Option<Box<str>>,
    details: DetailParts,
    st: Option<T>,
    /// Whether the caller's type is being read: tells whose fault a fault is.
    in_state: bool,
}

impl<T> Parts<'_, T> {
    fn new(dialect: Dialect) -> Self {
        Self {
            registered: Registered::of(dialect),
            auth_time: None,
            sst: None,
            idl: None,
            abs: None,
            rnw: None,
            pro: None,
            generation: None,
            ver: None,
            ck: None,
            rsc: None,
            details: DetailParts::default(),
            st: None,
            in_state: false,
        }
    }
}

impl<'a, T> Parts<'a, T> {
    /// The session, if no claim is missing.
    fn finish(self, holder: Holder) -> Result<Reading<'a, SessionClaims<T>>, JsonFault> {
        fn need<V>(name: &'static str, value: Option<V>) -> Result<V, JsonFault> {
            value.ok_or_else(|| JsonFault::Member(format!("claim \"{name}\" is missing")))
        }
        fn id<I: std::str::FromStr>(
            name: &'static str,
            text: Option<&str>,
        ) -> Result<I, JsonFault> {
            let fault = || JsonFault::Member(format!("claim \"{name}\" is no id of ours"));
            need(name, text)?.parse().map_err(|_| fault())
        }
        let ver = need("ver", self.ver)?;
        if ver != FORMAT_VERSION {
            return Err(JsonFault::Member(format!(
                "claim \"ver\" is {ver}; this build reads version {FORMAT_VERSION}"
            )));
        }
        let registered = self.registered;
        let subject = match (holder, registered.sub.as_deref()) {
            (_, Some("")) => return Err(JsonFault::Member("claim \"sub\" is empty".into())),
            (Holder::User, subject) => need("sub", subject)?,
            (Holder::Guest, None) => "",
            (Holder::Guest, Some(_)) => {
                return Err(JsonFault::Member("a guest has a claim \"sub\"".into()));
            }
        };
        let claims = SessionClaims {
            subject: subject.into(),
            session_id: id("sid", registered.sid.as_deref())?,
            token_id: id("jti", registered.jti.as_deref())?,
            issued_at: need("iat", registered.iat)?,
            expires_at: need("exp", registered.exp)?,
            authenticated_at: need("auth_time", self.auth_time)?,
            started_at: need("sst", self.sst)?,
            idle_limit: need("idl", self.idl)?,
            absolute_limit: need("abs", self.abs)?,
            renew_after: need("rnw", self.rnw)?,
            profile: need("pro", self.pro)?,
            generation: need("gen", self.generation)?,
            cookie: self.ck,
            scope: self.rsc,
            details: self.details.finish(),
            state: need("st", self.st)?,
        };
        need("nbf", registered.nbf)?;
        Ok((registered, Ok(claims)))
    }
}

impl<'de, T: DeserializeOwned> Members<'de> for Parts<'de, T> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: &mut Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "auth_time" => date_into("auth_time", value, &mut self.auth_time),
            "idl" => date_into("idl", value, &mut self.idl),
            "abs" => date_into("abs", value, &mut self.abs),
            "rnw" => date_into("rnw", value, &mut self.rnw),
            "gen" => value.read_into("gen", &mut self.generation),
            "ver" => value.read_into("ver", &mut self.ver),
            "sst" => {
                let Millis(at) = value.read()?;
                fill("sst", &mut self.sst, at)
            }
            "pro" => {
                let name = value.text("pro")?;
                fill("pro", &mut self.pro, Profile::of(&name))
            }
            "ck" => {
                let cookie = value.text("ck")?;
                self.registered.others.note("ck")?;
                fill("ck", &mut self.ck, cookie.into())
            }
            "rsc" => {
                let scope = value.text("rsc")?;
                self.registered.others.note("rsc")?;
                fill("rsc", &mut self.rsc, scope.into())
            }
            "st" => {
                if self.st.is_some() {
                    return Err(refuse("member \"st\" stands twice"));
                }
                self.in_state = true;
                self.st = Some(value.read()?);
                self.in_state = false;
                Ok(())
            }
            _ if self.registered.take(name, value)? => Ok(()),
            _ if self.details.take(name, value, &mut self.registered.others)? => Ok(()),
            _ => self.registered.others.skip(name, value),
        }
    }
}

/// The claims of one session token to be minted, in the order of the wire.
#[derive(Serialize)]
pub(crate) struct SessionWire<'a, T: ?Sized> {
    pub(crate) iss: &'a str,
    pub(crate) aud: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(crate) sub: &'a str,
    pub(crate) sid: &'a str,
    pub(crate) jti: &'a str,
    pub(crate) iat: Date,
    pub(crate) nbf: Date,
    pub(crate) exp: Date,
    pub(crate) auth_time: i64,
    pub(crate) sst: i64,
    pub(crate) idl: i64,
    pub(crate) abs: i64,
    pub(crate) rnw: i64,
    pub(crate) pro: &'a str,
    #[serde(rename = "gen")]
    pub(crate) generation: u64,
    pub(crate) ver: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ck: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rsc: Option<&'a str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub(crate) details: Option<DetailsWire<'a>>,
    /// In a PASETO only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) typ: Option<&'a str>,
    pub(crate) st: &'a T,
}

/// Past a limit of the session, so that no token of it is renewed any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Lapsed {
    /// Nobody used the session for too long.
    #[error("idle past its limit at {limit}, {} ago; the holder must log in again", Span(.now.since(*.limit)))]
    Idle {
        /// The limit.
        limit: Timestamp,
        /// The issuer's time.
        now: Timestamp,
    },
    /// The session is too old, used or not.
    #[error("past its absolute limit at {limit}, {} ago; the holder must log in again", Span(.now.since(*.limit)))]
    Absolute {
        /// The limit.
        limit: Timestamp,
        /// The issuer's time.
        now: Timestamp,
    },
}

impl Lapsed {
    /// A stable word for the limit.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Idle { .. } => "idle_limit",
            Self::Absolute { .. } => "absolute_limit",
        }
    }
}

#[cfg(test)]
impl<T: Clone> SessionClaims<T> {
    /// Everything, to be compared.
    pub(super) fn all(&self) -> (Vec<String>, [Timestamp; 7], u64, T) {
        let texts = vec![
            self.subject.to_string(),
            self.session_id.to_string(),
            self.token_id.to_string(),
            self.profile.name().to_owned(),
            format!("{:?} {:?} {:?}", self.cookie, self.scope, self.details),
        ];
        let times = [
            self.issued_at,
            self.expires_at,
            self.authenticated_at,
            self.started_at,
            self.idle_limit,
            self.absolute_limit,
            self.renew_after,
        ];
        (texts, times, self.generation, self.state.clone())
    }
}

impl<T> SessionClaims<T> {
    /// Whose session it is.
    pub(crate) fn holder(&self) -> Holder {
        if self.subject.is_empty() { Holder::Guest } else { Holder::User }
    }

    /// The same session with another state.
    pub(crate) fn with<U>(&self, state: U) -> SessionClaims<U> {
        SessionClaims {
            subject: self.subject.clone(),
            session_id: self.session_id,
            token_id: self.token_id,
            issued_at: self.issued_at,
            expires_at: self.expires_at,
            authenticated_at: self.authenticated_at,
            started_at: self.started_at,
            idle_limit: self.idle_limit,
            absolute_limit: self.absolute_limit,
            renew_after: self.renew_after,
            profile: self.profile.clone(),
            generation: self.generation,
            cookie: self.cookie.clone(),
            scope: self.scope.clone(),
            details: self.details.clone(),
            state,
        }
    }

    /// Whether the session may still be renewed at `now`. Limits are the issuer's own clock's:
    /// there is no leeway.
    pub(crate) fn check_limits(&self, now: Timestamp) -> Result<(), Lapsed> {
        if now >= self.absolute_limit {
            return Err(Lapsed::Absolute { limit: self.absolute_limit, now });
        }
        if now >= self.idle_limit {
            return Err(Lapsed::Idle { limit: self.idle_limit, now });
        }
        Ok(())
    }
}
