//! Sessions: state that the client carries, minted here, verified anywhere.

mod cached;
#[cfg(feature = "axum")]
mod change;
#[cfg(feature = "axum")]
mod csrf;
mod error;
mod fingerprint;
mod guards;
mod guest;
mod issuer;
mod lifetimes;
mod login;
mod operation;
mod renewal;
mod token_cache;
mod undecoded;
mod verifier;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use crate::claims::Shortcuts;
use crate::claims::{Holder, SessionClaims, SessionId, TokenId};
use crate::jwt::Anchor;
use crate::key::KeyId;
use crate::revocation::{Acknowledged, Revocation, RevocationList, RevokeError};
use crate::time::{DateTime, Timestamp, Utc};

pub use cached::CachedVerifier;
#[cfg(feature = "axum")]
pub(crate) use change::Minted;
#[cfg(feature = "axum")]
pub use csrf::CsrfToken;
#[cfg(feature = "axum")]
pub(crate) use csrf::is_of as is_csrf_token_of;
pub use error::{OperationError, RenewError, SetupError};
pub use fingerprint::Fingerprint;
pub use guards::Denied;
pub use guest::Guest;
pub use issuer::Issuer;
pub use lifetimes::Lifetimes;
#[cfg(feature = "axum")]
pub(crate) use login::Keep;
pub use login::Login;
pub use operation::{Operation, Operations};
pub use renewal::{Renewable, Renewal, Renewer};
pub use undecoded::Undecoded;
pub use verifier::{Verifier, VerifierSetup};

/// The header's `typ` of a session token: no other kind of token passes for one.
pub(crate) const TYP: &str = "session+jwt";
pub(crate) const GUEST_TYP: &str = "guest+jwt";

const fn typ_of(holder: Holder) -> &'static str {
    match holder {
        Holder::User => TYP,
        Holder::Guest => GUEST_TYP,
    }
}

/// A verified session: who it is, until when, and the caller's state.
///
/// It is evidence. Only a verifier makes one; nothing here changes it.
///
/// A clone shares the claims and the state.
pub struct Session<T> {
    proven: Arc<Proven<T>>,
    list_age: Option<Duration>,
    /// The verifier's time.
    verified_at: Timestamp,
}

impl<T> Clone for Session<T> {
    fn clone(&self) -> Self {
        Self { proven: Arc::clone(&self.proven), ..*self }
    }
}

/// What a signature proves, and no later look can change.
#[derive(Clone)]
struct Proven<T> {
    claims: SessionClaims<T>,
    origin: Origin,
    key: Option<KeyId>,
    /// What it takes to let the same token through again, if somebody may ask for that.
    anchor: Option<Anchor>,
}

/// What a verifier asked a session to be from and for; `None` where it did not ask.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin {
    issuer: Option<Arc<str>>,
    audience: Option<Arc<str>>,
}

impl<T> Session<T> {
    /// The `sub` claim: who logged in.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.proven.claims.subject
    }

    /// The caller's state.
    #[must_use]
    pub fn state(&self) -> &T {
        &self.proven.claims.state
    }

    /// The caller's state, by value; cloned if another clone of the session shares it.
    #[must_use]
    pub fn into_state(self) -> T
    where
        T: Clone,
    {
        match Arc::try_unwrap(self.proven) {
            Ok(proven) => proven.claims.state,
            Err(shared) => shared.claims.state.clone(),
        }
    }

    /// The session's id (`sid`), kept by every renewal. Revoke this to log out.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.proven.claims.session_id
    }

    /// This token's id (`jti`).
    #[must_use]
    pub fn token_id(&self) -> TokenId {
        self.proven.claims.token_id
    }

    /// When this token was minted (`iat`).
    #[must_use]
    pub fn issued_at(&self) -> DateTime<Utc> {
        self.proven.claims.issued_at.into()
    }

    /// When this token ends at every verifier (`exp`). A renewal may follow.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.proven.claims.expires_at.into()
    }

    /// From when on a renewal is due (`rnw`).
    #[must_use]
    pub fn renew_after(&self) -> DateTime<Utc> {
        self.proven.claims.renew_after.into()
    }

    /// When the holder authenticated (`auth_time`). Renewal does not move it.
    #[must_use]
    pub fn authenticated_at(&self) -> DateTime<Utc> {
        self.proven.claims.authenticated_at.into()
    }

    /// When the session began (`sst`), to the millisecond.
    #[must_use]
    pub fn started_at(&self) -> DateTime<Utc> {
        self.proven.claims.started_at.into()
    }

    /// Until when it may be renewed without being used (`idl`). Activity moves it.
    #[must_use]
    pub fn idle_limit(&self) -> DateTime<Utc> {
        self.proven.claims.idle_limit.into()
    }

    /// Until when it may be renewed at all (`abs`). Nothing but a login moves it.
    #[must_use]
    pub fn absolute_limit(&self) -> DateTime<Utc> {
        self.proven.claims.absolute_limit.into()
    }

    /// The name of the limits that it was made under (`pro`).
    #[must_use]
    pub fn profile(&self) -> &str {
        self.proven.claims.profile.name()
    }

    /// How often it was renewed (`gen`).
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.proven.claims.generation
    }

    /// The cookie that must carry it (`ck`), if it is bound to one.
    #[must_use]
    pub fn cookie_name(&self) -> Option<&str> {
        self.proven.claims.cookie.as_deref()
    }

    /// The named scope that it can be revoked by (`rsc`), if it has one.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.proven.claims.scope.as_deref()
    }

    /// How old the revocation list was that let it pass; `None` without a list.
    #[must_use]
    pub fn revocation_age(&self) -> Option<Duration> {
        self.list_age
    }
}

impl<T> Session<T> {
    /// Logs the session out: its tokens end at every verifier that knows `list`, and it is renewed
    /// no more. The entry stays until no token of the session could be accepted.
    ///
    /// # Errors
    /// As [`RevocationList::revoke`].
    pub fn log_out(&self, list: &RevocationList) -> Result<Acknowledged, RevokeError> {
        log_out(&self.proven.claims, list)
    }

    /// Logs out every other session of its subject that has begun; this one stays.
    ///
    /// # Errors
    /// As [`RevocationList::revoke`].
    pub fn log_out_others(&self, list: &RevocationList) -> Result<Acknowledged, RevokeError> {
        let others =
            Revocation::subject(&self.proven.claims.subject).except(self.proven.claims.session_id);
        list.revoke(&others.seen_at(self.proven.claims.issued_at))
    }
}

fn log_out<T>(
    claims: &SessionClaims<T>,
    list: &RevocationList,
) -> Result<Acknowledged, RevokeError> {
    list.revoke(&end_of(claims))
}

/// What ends the session of `claims`.
fn end_of<T>(claims: &SessionClaims<T>) -> Revocation {
    let session = Revocation::session(claims.session_id).ends_by(claims.absolute_limit);
    session.seen_at(claims.issued_at)
}

/// Shows ids and times, never the state or the subject.
impl<T> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.proven.claims.session_id)
            .field("token_id", &self.proven.claims.token_id)
            .field("generation", &self.proven.claims.generation)
            .field("expires_at", &self.proven.claims.expires_at)
            .finish_non_exhaustive()
    }
}
