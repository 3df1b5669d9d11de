//! Renewal: a fresh token for a session that is used, within its limits and unless it was logged
//! out. Two tabs that renew at once get the same bytes.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::claims::{DetailsWire, GuestClaims, Holder, SessionClaims, SessionId, TokenId};
use crate::jwt::{MintError, Pipeline, Verified, VerifyError};
use crate::key::KeyId;
use crate::limits;
use crate::policy::Expiry;
use crate::revocation::{
    Acknowledged, Demand, Refused, RevocationList, Revocations, RevokeError, Situation,
};
use crate::time::{Clock, Timestamp};
use crate::token::Token;

use super::verifier::pipeline;
use super::{Guest, Issuer, Login, Origin, Proven, RenewError, Session, SetupError};

/// An [`Issuer`] that knows who was logged out.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let dir = dir.path().join("keys");
/// # use std::time::Duration;
/// use waxseal::time::{ManualClock, Timestamp};
/// use waxseal::{Issuer, RevocationList, session::Renewal};
/// # let keys = waxseal::keyring::NewRing::new("https://id.example").create(&dir)?;
/// let hand = ManualClock::at(Timestamp::from_secs(1_795_225_163));
/// let list = RevocationList::in_memory();
/// let issuer = Issuer::new(&keys, "https://id.example", "shop")?
///     .clock(hand.clock())
///     .renewing(&list)?;
/// let token = issuer.mint("ada", &7_u32)?;
///
/// hand.advance(Duration::from_secs(20 * 60)); // past `exp`, inside the idle limit
/// let lapsed = issuer.verify::<u32>(token.as_str())?;
/// assert!(matches!(issuer.renew(&lapsed)?, Renewal::Renewed(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Renewer {
    issuer: Issuer,
    revocations: Revocations,
    pipeline: Pipeline,
    guest_pipeline: Pipeline,
}

/// A verified session that may be past its token's `exp`: fit to be renewed, and for nothing else.
///
/// A [`Session`] becomes one too; it is renewed only if its verifier asked for the very issuer and
/// audience that the renewer mints for. Else the word of a trusted partner would become ours.
#[derive(Clone)]
pub struct Renewable<T> {
    pub(super) claims: SessionClaims<T>,
    pub(super) origin: Origin,
    pub(super) key: Option<KeyId>,
}

impl<T: Clone> From<Session<T>> for Renewable<T> {
    fn from(session: Session<T>) -> Self {
        let Proven { claims, origin, key, .. } = Arc::unwrap_or_clone(session.proven);
        Self { claims, origin, key }
    }
}

impl<T: Clone> From<Guest<T>> for Renewable<T> {
    fn from(guest: Guest<T>) -> Self {
        guest.0.into()
    }
}

impl<T> Renewable<T> {
    /// The state, which the renewed token will carry.
    #[must_use]
    pub fn state(&self) -> &T {
        &self.claims.state
    }

    /// Who logged in; empty for a guest.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.claims.subject
    }

    /// The session's id.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.claims.session_id
    }

    /// Logs the session out, as [`Session::log_out`].
    ///
    /// # Errors
    /// As [`RevocationList::revoke`].
    pub fn log_out(&self, list: &RevocationList) -> Result<Acknowledged, RevokeError> {
        super::log_out(&self.claims, list)
    }

    /// The session with another state.
    #[must_use]
    pub fn with_state<U>(self, state: U) -> Renewable<U> {
        Renewable { claims: self.claims.with(state), origin: self.origin, key: self.key }
    }
}

impl<T> fmt::Debug for Renewable<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewable").field("id", &self.claims.session_id).finish_non_exhaustive()
    }
}

/// What a renewal came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// The token is young enough: send nothing.
    NotDue,
    /// The next token of the session.
    Renewed(Token),
}

impl Renewer {
    pub(super) fn new(issuer: Issuer, revocations: Revocations) -> Result<Self, SetupError> {
        if revocations.are_none() {
            return Err(SetupError::NoRevocations);
        }
        if let Some(list) = revocations.list() {
            issuer.lifetimes.check_list(&list.policy())?;
        }
        let (name, audience) = issuer.names();
        let for_renewal = |holder| {
            let keys = issuer.keys().clone();
            let mut pipeline = pipeline(keys, name, audience, holder, revocations.clone());
            pipeline.policy.expiry = Expiry::LeftToRenewal;
            // A list as old as the budget for use would let a session be renewed after its logout.
            pipeline.demand = Demand::Renewal;
            pipeline.clock = issuer.clock.clone();
            pipeline
        };
        let (pipeline, guest_pipeline) = (for_renewal(Holder::User), for_renewal(Holder::Guest));
        Ok(Self { issuer, revocations, pipeline, guest_pipeline })
    }

    /// Takes the time from `clock`.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.pipeline.clock = clock.clone();
        self.guest_pipeline.clock = clock.clone();
        self.issuer.clock = clock;
        self
    }

    /// Mints a new session as [`Issuer::mint`]; one that begins in the very moment of a
    /// "log out everywhere" is not covered by it.
    ///
    /// # Errors
    /// As [`Issuer::mint`].
    pub fn mint<T: Serialize + ?Sized>(
        &self,
        subject: &str,
        state: &T,
    ) -> Result<Token, MintError> {
        self.issuer.write(&self.begin(Some(Login::of(subject)), state)?)
    }

    /// Mints a new session as [`Renewer::mint`], which the named `scope` can end too.
    ///
    /// # Errors
    /// As [`Issuer::mint_in`].
    pub fn mint_in<T: Serialize + ?Sized>(
        &self,
        scope: &str,
        subject: &str,
        state: &T,
    ) -> Result<Token, MintError> {
        self.issuer.write(&self.begin(Some(Login::of(subject).in_scope(scope)), state)?)
    }

    /// Mints a new session as [`Renewer::mint`], by a login that says more.
    ///
    /// # Errors
    /// As [`Issuer::mint_login`].
    pub fn mint_login<T: Serialize + ?Sized>(
        &self,
        login: &Login,
        state: &T,
    ) -> Result<Token, MintError> {
        self.issuer.write(&self.begin(Some(login.clone()), state)?)
    }

    /// Mints a guest's session, as [`Issuer::mint_guest`].
    ///
    /// # Errors
    /// As [`Issuer::mint`].
    pub fn mint_guest<T: Serialize + ?Sized>(&self, state: &T) -> Result<Token, MintError> {
        self.issuer.write(&self.begin(None, state)?)
    }

    pub(super) fn begin<T>(
        &self,
        login: Option<Login>,
        state: T,
    ) -> Result<SessionClaims<T>, MintError> {
        let mut claims = self.issuer.begin(login, state)?;
        claims.started_at = self.first_start(&claims, claims.started_at);
        Ok(claims)
    }

    /// Verifies `token` for a renewal: `exp` may be past, the idle and the absolute limit not.
    ///
    /// # Errors
    /// [`VerifyError`], as [`Verifier::verify`](super::Verifier::verify);
    /// [`VerifyError::Lapsed`] past a limit.
    pub fn verify<T: DeserializeOwned>(&self, token: &str) -> Result<Renewable<T>, VerifyError> {
        let Verified { claims, issuer, key, .. } =
            self.pipeline.run::<SessionClaims<T>>(token, &mut ())?;
        self.renewable(claims, issuer, key)
    }

    /// Verifies the `token` of a guest for a renewal.
    ///
    /// # Errors
    /// As [`Renewer::verify`].
    pub fn verify_guest<T: DeserializeOwned>(
        &self,
        token: &str,
    ) -> Result<Renewable<T>, VerifyError> {
        let Verified { claims, issuer, key, .. } =
            self.guest_pipeline.run::<GuestClaims<T>>(token, &mut ())?;
        self.renewable(claims.0, issuer, key)
    }

    fn renewable<T>(
        &self,
        claims: SessionClaims<T>,
        issuer: Option<Arc<str>>,
        key: Option<KeyId>,
    ) -> Result<Renewable<T>, VerifyError> {
        claims.check_limits(self.issuer.clock.now())?;
        let origin = Origin { issuer, audience: self.issuer.origin().audience };
        Ok(Renewable { claims, origin, key })
    }

    /// Renews `session` if that is due: later limits, the next generation, the same `sid`.
    ///
    /// The new token's times are counted from the beginning of the current window, so that two
    /// renewals of one token within a window give the same bytes (not for algorithms that sign at
    /// random).
    ///
    /// # Errors
    /// [`RenewError::Ended`] if the session has reached a limit or was revoked meanwhile.
    pub fn renew<T: Serialize>(&self, session: &Renewable<T>) -> Result<Renewal, RenewError> {
        if !self.is_due(session) {
            self.still_alive(session)?;
            return Ok(Renewal::NotDue);
        }
        self.renew_now(session).map(Renewal::Renewed)
    }

    /// Renews `session` whether it is due or not: its state has changed.
    ///
    /// # Errors
    /// As [`Renewer::renew`].
    pub fn renew_now<T: Serialize>(&self, session: &Renewable<T>) -> Result<Token, RenewError> {
        Ok(self.issuer.write(&self.next(session)?)?)
    }

    /// The claims of the session's next token.
    pub(super) fn next<'s, T: Serialize>(
        &self,
        session: &'s Renewable<T>,
    ) -> Result<SessionClaims<&'s T>, RenewError> {
        let claims = &session.claims;
        let now = self.still_alive(session)?;
        let (window, at) = window_of(claims.issued_at, now, self.issuer.lifetimes.window());
        let mut next = self.issuer.timed(claims.with(&claims.state), at);
        next.generation = claims.generation.saturating_add(1);
        next.token_id = self.next_id(&next, window)?;
        Ok(next)
    }

    fn is_due<T>(&self, session: &Renewable<T>) -> bool {
        session.claims.renew_after <= self.issuer.clock.now()
    }

    pub(super) fn first_start<T>(&self, claims: &SessionClaims<T>, now: Timestamp) -> Timestamp {
        self.revocations.first_start(&claims.subject, claims.scope.as_deref(), now)
    }

    /// Asks the limits and the list again: time has passed since the session was verified.
    pub(super) fn still_alive<T>(&self, session: &Renewable<T>) -> Result<Timestamp, RenewError> {
        if session.origin != self.issuer.origin() {
            return Err(RenewError::OtherOrigin);
        }
        let claims = &session.claims;
        let (found, ours) = (claims.profile.name(), self.issuer.lifetimes.name());
        if found != ours {
            // Another profile's limits would stretch or cut the session's.
            return Err(RenewError::OtherProfile { found: found.into(), ours: ours.into() });
        }
        let now = self.issuer.clock.now();
        claims.check_limits(now).map_err(VerifyError::from)?;
        self.ask_list(session).map_err(VerifyError::from)?;
        Ok(now)
    }

    /// Asks the list as for a renewal.
    fn ask_list<T>(&self, session: &Renewable<T>) -> Result<(), Refused> {
        let situation = Situation {
            key: session.key.as_ref().map(KeyId::as_str),
            scope: None,
            leeway: limits::DEFAULT_LEEWAY,
            demand: Demand::Renewal,
        };
        self.revocations.check(&session.claims, situation).map(|_| ())
    }

    /// How old the list is; `None` without one.
    #[cfg(feature = "axum")]
    pub(super) fn list_age(&self) -> Option<Duration> {
        self.revocations.list().map(RevocationList::age)
    }

    #[cfg(feature = "axum")]
    pub(super) fn clock_difference(&self) -> Duration {
        self.revocations.policy().map_or(Duration::ZERO, |policy| policy.clock_difference())
    }

    /// The cut that a session which begins at `at` must be moved past, if there is one.
    #[cfg(feature = "axum")]
    pub(super) fn last_cut(
        &self,
        subject: &str,
        scope: Option<&str>,
        at: Timestamp,
    ) -> Option<Timestamp> {
        let first = self.revocations.first_start(subject, scope, at);
        (first > at).then(|| first.before(Duration::from_millis(1)))
    }

    /// Whether an entry of the list ends the session, however old the list is.
    #[cfg(feature = "axum")]
    pub(crate) fn is_ended<T>(&self, session: &Renewable<T>) -> bool {
        matches!(self.ask_list(session), Err(Refused::Revoked(_)))
    }

    /// The `jti` of the token `next`: derived, so that two renewals in one window agree, and bound to
    /// the token that is renewed, whose id `next` still has, and to all that the new one carries.
    fn next_id<T: Serialize>(
        &self,
        next: &SessionClaims<T>,
        window: u64,
    ) -> Result<TokenId, MintError> {
        let state = |fault: serde_json::Error| MintError::State(fault.to_string());
        let mut carried = serde_json::to_vec(&next.state).map_err(state)?;
        if let Some(details) = &next.details {
            carried.extend(serde_json::to_vec(&DetailsWire::from(&**details)).map_err(state)?);
        }
        let ring = self.issuer.keys().ring();
        let tag = ring.signer().ok_or(MintError::NoSigner)?.renewal_ids.tag(&[
            next.session_id.as_bytes(),
            next.token_id.as_bytes(),
            &next.generation.to_be_bytes(),
            &window.to_be_bytes(),
            &carried,
        ]);
        let mut id = [0; 16];
        id.copy_from_slice(tag.split_at(16).0);
        Ok(TokenId::from_bytes(id))
    }

    #[cfg(feature = "axum")]
    pub(super) fn set_test_keys(&mut self, keys: crate::jwt::TestKeys) {
        (self.pipeline.test_keys, self.guest_pipeline.test_keys) = (keys, keys);
    }

    #[cfg(feature = "axum")]
    pub(super) fn issuer(&self) -> &Issuer {
        &self.issuer
    }
}

/// The number of the window that `now` lies in, counted from `issued_at`, and its beginning.
fn window_of(issued_at: Timestamp, now: Timestamp, window: Duration) -> (u64, Timestamp) {
    let number = now.since(issued_at).as_secs() / window.as_secs().max(1);
    let whole = Duration::from_secs(number.saturating_mul(window.as_secs()));
    (number, issued_at.after(whole))
}
