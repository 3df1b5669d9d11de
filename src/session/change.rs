//! What a web application does to a session, each step a token and the session that it carries.

use std::sync::Arc;

use serde::Serialize;

use crate::claims::{Details, Holder, SessionClaims, TimedValue, draw};
use crate::jwt::{MintError, TestKeys};
use crate::revocation::Revocation;
use crate::time::Timestamp;
use crate::token::Token;

use super::{Login, Proven, RenewError, Renewable, Renewer, Session};

/// A token that was just minted, and what its verification would give.
pub(crate) struct Minted<T> {
    pub(crate) token: Token,
    pub(crate) session: Session<T>,
}

impl Renewer {
    /// A new session: a user's after a login, a guest's without one, with `values` beside its state.
    pub(crate) fn open<T: Serialize>(
        &self,
        login: Option<&Login>,
        state: T,
        values: Vec<TimedValue>,
    ) -> Result<Minted<T>, MintError> {
        let mut claims = self.begin(login.cloned(), state)?;
        let details = claims.details.take().map(|details| *details).unwrap_or_default();
        claims.details = Details { values, ..details }.boxed();
        let token = self.issuer().write(&claims)?;
        Ok(Minted { token, session: self.own(claims) })
    }

    /// The next token of `session`.
    pub(crate) fn go_on<T: Serialize>(
        &self,
        session: Renewable<T>,
    ) -> Result<Minted<T>, RenewError> {
        let next = self.next(&session)?;
        let token = self.issuer().write(&next)?;
        let next = next.with(());
        Ok(Minted { token, session: self.own(next.with(session.claims.state)) })
    }

    /// The last moment up to which sessions like that of `login` were ended, if somebody did so after
    /// `began`.
    pub(crate) fn cut_since(&self, login: &Login, began: Timestamp) -> Option<Timestamp> {
        let cut = self.last_cut(&login.subject, login.scope.as_deref(), began)?;
        // A cut is laid ahead by the difference of clocks.
        (cut.before(self.clock_difference()) > began).then_some(cut)
    }

    /// Takes tokens by keys for tests too.
    pub(crate) fn accept_test_keys(mut self) -> Self {
        self.set_test_keys(TestKeys::Taken);
        self
    }

    /// The session of claims that were just minted.
    fn own<T>(&self, claims: SessionClaims<T>) -> Session<T> {
        let ring = self.issuer().keys().ring();
        let key = ring.signing_key().and_then(|key| key.id().cloned());
        let (origin, verified_at) = (self.issuer().origin(), self.issuer().clock.now());
        let proven = Arc::new(Proven { claims, origin, key, anchor: None });
        Session { proven, list_age: self.list_age(), verified_at }
    }

    /// The name of the limits that it renews by.
    pub(crate) fn profile(&self) -> &str {
        self.issuer().lifetimes.name()
    }

    /// The same holder under a new `sid`: rights change, the time of the login does not. The old
    /// session is left to the caller, to be revoked.
    pub(crate) fn promote<T: Serialize>(
        &self,
        session: Renewable<T>,
    ) -> Result<Minted<T>, RenewError> {
        // Asked first: a cut that comes in between then covers the new session too.
        let started = self.first_start(&session.claims, self.issuer().clock.now());
        let now = self.still_alive(&session)?;
        let (session_id, token_id) = draw(now).map_err(MintError::from)?;
        let mut claims = self.issuer().timed(session.claims, now.floor_secs());
        (claims.session_id, claims.token_id, claims.generation) = (session_id, token_id, 0);
        claims.started_at = started;
        let token = self.issuer().write(&claims)?;
        Ok(Minted { token, session: self.own(claims) })
    }
}

impl<T> Session<T> {
    pub(crate) fn holder(&self) -> Holder {
        self.proven.claims.holder()
    }

    /// When it began, and how often it was renewed: of two, the later one is the newer.
    pub(crate) fn place_in_time(&self) -> (Timestamp, u64) {
        (self.proven.claims.started_at, self.proven.claims.generation)
    }

    /// What ends the session and all its tokens, whatever list it is recorded in.
    pub(crate) fn to_be_ended(&self) -> Revocation {
        super::end_of(&self.proven.claims)
    }

    /// What ends every session of its subject, and this one by whatever clock.
    pub(crate) fn to_be_ended_everywhere(&self) -> Vec<Revocation> {
        let all =
            Revocation::subject(&self.proven.claims.subject).seen_at(self.proven.claims.issued_at);
        vec![all, self.to_be_ended()]
    }

    /// What ends every other session of its subject.
    pub(crate) fn others_to_be_ended(&self) -> Revocation {
        let others =
            Revocation::subject(&self.proven.claims.subject).except(self.proven.claims.session_id);
        others.seen_at(self.proven.claims.issued_at)
    }

    /// The login that the session says it was begun by.
    pub(crate) fn to_login(&self) -> Login {
        let mut login = Login::of(self.subject());
        login.scope.clone_from(&self.proven.claims.scope);
        login.details = self.details().cloned().unwrap_or_default();
        login
    }

    /// The session with the rights of `login`; its subject stays who it is.
    pub(crate) fn with_login(mut self, login: Login) -> Self
    where
        T: Clone,
    {
        let values = self.details().map(|details| details.values.clone()).unwrap_or_default();
        let proven = Arc::make_mut(&mut self.proven);
        (proven.claims.scope, proven.anchor) = (login.scope, None);
        self.with_details(Details { values, ..login.details })
    }

    /// The session with other details.
    pub(crate) fn with_details(mut self, details: Details) -> Self
    where
        T: Clone,
    {
        let proven = Arc::make_mut(&mut self.proven);
        (proven.claims.details, proven.anchor) = (details.boxed(), None);
        self
    }

    /// The session without its state: enough to ask the list.
    pub(crate) fn bare(&self) -> Renewable<()> {
        let (origin, key) = (self.proven.origin.clone(), self.proven.key.clone());
        Renewable { claims: self.proven.claims.with(()), origin, key }
    }

    /// The session with another state.
    pub(crate) fn with_state<U>(self, state: U) -> Session<U> {
        let Renewable { claims, origin, key } = self.bare().with_state(state);
        let proven = Arc::new(Proven { claims, origin, key, anchor: None });
        Session { proven, list_age: self.list_age, verified_at: self.verified_at }
    }
}

impl<T> Renewable<T> {
    pub(crate) fn place_in_time(&self) -> (Timestamp, u64) {
        (self.claims.started_at, self.claims.generation)
    }

    pub(crate) fn cookie_name(&self) -> Option<&str> {
        self.claims.cookie.as_deref()
    }

    pub(crate) fn profile(&self) -> &str {
        self.claims.profile.name()
    }

    /// What ends the session and all its tokens.
    pub(crate) fn to_be_ended(&self) -> Revocation {
        super::end_of(&self.claims)
    }

    /// When its token was minted, the idle limit and the absolute one.
    pub(crate) fn limits(&self) -> (Timestamp, Timestamp, Timestamp) {
        (self.claims.issued_at, self.claims.idle_limit, self.claims.absolute_limit)
    }
}
