//! What a session says of its login, and guards that ask for it.

use std::time::Duration;

use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq;

use crate::claims::Details;
use crate::time::Span;

use super::{Session, login};

/// The session is good, and not good enough for this.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Denied {
    /// The login is too long ago: let the holder log in again (RFC 9470).
    #[error("the login is {} old; at most {} are asked for", Span(*.age), Span(*.most))]
    NotFresh {
        /// How long ago it was.
        age: Duration,
        /// How long ago it may be.
        most: Duration,
    },
    /// The login was not of this level: let the holder log in by more (RFC 9470).
    #[error("the login is not of level {0:?}")]
    Level(String),
    /// The holder has not the role.
    #[error("the role {0:?} is missing")]
    Role(String),
    /// The holder has not the permission (RFC 6750: `insufficient_scope`).
    #[error("the permission {0:?} is missing")]
    Permission(String),
    /// The rights are of an older version than the application asks for: bring them up to date
    /// (`SessionMut::refresh`). The holder need not log in again.
    #[error("the session's rights are of version {has}; the application asks for {wanted}")]
    NeedsRefresh {
        /// The session's (`cv`).
        has: u64,
        /// The application's.
        wanted: u64,
    },
    /// What the session was bound to has changed, or it was bound to nothing.
    #[error("what the session is bound to has changed")]
    Unbound,
}

impl Denied {
    /// A stable word for the cause.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFresh { .. } => "not_fresh",
            Self::Level(_) => "level_too_low",
            Self::Role(_) => "role_missing",
            Self::Permission(_) => "permission_missing",
            Self::NeedsRefresh { .. } => "needs_refresh",
            Self::Unbound => "unbound",
        }
    }
}

/// How the holder logged in, and what they may do.
impl<T> Session<T> {
    /// The methods of the login (`amr`).
    pub fn methods(&self) -> impl Iterator<Item = &str> {
        self.details().into_iter().flat_map(|details| details.methods.iter().map(|text| &**text))
    }

    /// The level of assurance of the login (`acr`), if it says one.
    #[must_use]
    pub fn level(&self) -> Option<&str> {
        self.details()?.level.as_deref()
    }

    /// The holder's roles (`roles`).
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.details().into_iter().flat_map(|details| details.roles.iter().map(|text| &**text))
    }

    /// The holder's permissions (`scope`).
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        self.details().into_iter().flat_map(|details| details.scopes.iter().map(|text| &**text))
    }

    /// The version of roles and permissions (`cv`); 0 if nobody said one.
    #[must_use]
    pub fn claims_version(&self) -> u64 {
        self.details().map_or(0, |details| details.version)
    }

    /// Asks for a login no longer ago than `most`: for what a found, open browser must not do. Renewal
    /// does not make it younger.
    ///
    /// # Errors
    /// [`Denied::NotFresh`].
    pub fn require_fresh(&self, most: Duration) -> Result<(), Denied> {
        let age = self.verified_at.since(self.proven.claims.authenticated_at);
        if age <= most { Ok(()) } else { Err(Denied::NotFresh { age, most }) }
    }

    /// Asks for a level of assurance, by its exact name.
    ///
    /// # Errors
    /// [`Denied::Level`].
    pub fn require_level(&self, level: &str) -> Result<(), Denied> {
        if self.level() == Some(level) { Ok(()) } else { Err(Denied::Level(level.into())) }
    }

    /// Asks for a role. The token says what was true when it was minted: see
    /// [`Session::claims_version`].
    ///
    /// # Errors
    /// [`Denied::Role`].
    pub fn require_role(&self, role: &str) -> Result<(), Denied> {
        let has = self.roles().any(|known| known == role);
        if has { Ok(()) } else { Err(Denied::Role(role.into())) }
    }

    /// Asks for a permission, one word of `scope`.
    ///
    /// # Errors
    /// [`Denied::Permission`].
    pub fn require_permission(&self, scope: &str) -> Result<(), Denied> {
        let has = self.permissions().any(|known| known == scope);
        if has { Ok(()) } else { Err(Denied::Permission(scope.into())) }
    }

    /// Asks for rights of a version at least, which the application raises when roles change their
    /// meaning, or one user's when theirs change.
    ///
    /// # Errors
    /// [`Denied::NeedsRefresh`]: not "log in again".
    pub fn require_version(&self, wanted: u64) -> Result<(), Denied> {
        let has = self.claims_version();
        if has >= wanted { Ok(()) } else { Err(Denied::NeedsRefresh { has, wanted }) }
    }

    /// Asks that the session was bound to `what`
    /// ([`Login::bound_to`](super::Login::bound_to)), and that it did not change since: after a new
    /// password, sessions of the old one end here.
    ///
    /// # Errors
    /// [`Denied::Unbound`], for a session that was bound to nothing too.
    pub fn require_bound(&self, what: impl AsRef<[u8]>) -> Result<(), Denied> {
        let ours = self.details().and_then(|details| details.binding).ok_or(Denied::Unbound)?;
        let theirs = login::binding(&self.proven.claims.subject, what.as_ref());
        if bool::from(ours.ct_eq(&theirs)) { Ok(()) } else { Err(Denied::Unbound) }
    }

    /// A value beside the state that has an end of its own, if it is there, has not ended, and is a
    /// `V`.
    #[must_use]
    pub fn value<V: DeserializeOwned>(&self, name: &str) -> Option<V> {
        let mut values = self.details()?.values.iter();
        let value = values.find(|value| &*value.name == name)?;
        let ended = value.until.is_none_or(|until| until <= self.verified_at);
        if ended { None } else { V::deserialize(&value.value).ok() }
    }

    pub(crate) fn details(&self) -> Option<&Details> {
        self.proven.claims.details.as_deref()
    }
}
