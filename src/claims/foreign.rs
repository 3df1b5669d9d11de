//! Claims of any type: the registered ones are checked by us, all of them are read by the caller's
//! type.

use serde::Deserialize;
use serde::de::{DeserializeOwned, MapAccess};

use crate::json::{JsonFault, Members, Value, read_object, without_values};
use crate::limits;
use crate::time::Timestamp;

use super::{
    AnyId, Dialect, Handles, ReadClaims, Reading, Registered, Revocable, Shortcuts, StateFault,
};

/// A verified Claims Set, read as the caller's `C`.
#[derive(Clone)]
pub struct Claims<C> {
    custom: C,
    subject: Option<Box<str>>,
    token_id: Option<Box<str>>,
    session_id: Option<Box<str>>,
    /// What only sessions of ours say: when the session began, and its scope.
    started_at: Option<Timestamp>,
    scope: Option<Box<str>>,
    issued_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
}

impl<C> Claims<C> {
    /// The claims as the caller's type.
    #[must_use]
    pub fn custom(&self) -> &C {
        &self.custom
    }

    /// The claims as the caller's type, by value.
    #[must_use]
    pub fn into_custom(self) -> C {
        self.custom
    }

    /// The `sub` claim.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The `exp` claim.
    #[must_use]
    pub fn expires_at(&self) -> Option<crate::time::DateTime<crate::time::Utc>> {
        self.expires_at.map(Into::into)
    }

    /// The `iat` claim.
    #[must_use]
    pub fn issued_at(&self) -> Option<crate::time::DateTime<crate::time::Utc>> {
        self.issued_at.map(Into::into)
    }

    /// The `jti` claim.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.token_id.as_deref()
    }
}

/// Shows no claim: verified ones are still somebody's data.
impl<C> std::fmt::Debug for Claims<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claims").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

impl<C> Revocable for Claims<C> {
    fn handles(&self) -> Handles<'_> {
        Handles {
            token: self.token_id.as_deref().map(AnyId::of),
            session: self.session_id.as_deref().map(AnyId::of),
            subject: self.subject(),
            scope: self.scope.as_deref(),
            started: self.started_at.or(self.issued_at),
            issued: self.issued_at,
            expires: self.expires_at,
        }
    }
}

impl<C: DeserializeOwned> ReadClaims for Claims<C> {
    fn read(
        payload: &[u8],
        dialect: Dialect,
        _: Shortcuts,
    ) -> Result<Reading<'_, Self>, JsonFault> {
        let mut parts = Parts { registered: Registered::of(dialect) };
        read_object(payload, limits::CLAIMS_DEPTH, &mut parts)?;
        let registered = parts.registered;
        let Ours { sst, rsc } = Ours::of(&registered, payload);
        let owned = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().map(Box::from);
        let claims = serde_json::from_slice(payload)
            .map(|custom| Self {
                custom,
                subject: owned(&registered.sub),
                token_id: owned(&registered.jti),
                session_id: owned(&registered.sid),
                started_at: sst.map(Timestamp::from_millis),
                scope: rsc.map(String::into_boxed_str),
                issued_at: registered.iat,
                expires_at: registered.exp,
            })
            .map_err(|fault| StateFault(without_values(&fault)));
        Ok((registered, claims))
    }
}

/// Every name is kept: the caller's type may read any, so none may stand twice.
struct Parts<'a> {
    registered: Registered<'a>,
}

impl<'de> Members<'de> for Parts<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: &mut Value<'_, A>,
    ) -> Result<(), A::Error> {
        match self.registered.take(name, value)? {
            true => Ok(()),
            false => self.registered.others.skip(name, value),
        }
    }
}

/// What a session of ours says beyond the registered claims, by which it can be revoked. A renewal moves
/// its `iat`: whoever reads it as a token of any kind must not go by that.
#[derive(Default, Deserialize)]
struct Ours {
    sst: Option<i64>,
    rsc: Option<String>,
}

impl Ours {
    fn of(registered: &Registered<'_>, payload: &[u8]) -> Self {
        // Claims of these names alone may be anybody's.
        let is_ours = ["sst", "idl", "abs", "ver"].iter().all(|name| registered.has(name));
        match is_ours {
            true => serde_json::from_slice(payload).unwrap_or_default(),
            false => Self::default(),
        }
    }
}
