//! The one writer of a request's session.

use std::fmt;

use serde::Serialize;

use crate::claims::{Details, Holder, SessionId, TimedValue};
use crate::session::{CsrfToken, Minted, Session};

use super::cookies::Which;
use super::events::{self, Event};
use super::forgery::Forgery;
use super::slot::{Carrier, Change, Found, Phase, Proof, Replaced, Slot, State, Touch};
use super::{Assembly, SessionError};

/// The session of a request, of a user, a guest or nobody yet, and the right to change it. A change is a
/// new cookie on the answer; nothing changed is no cookie. While there is nothing to remember there is
/// no session.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use waxseal::http::{SessionError, SessionMut};
///
/// #[derive(Clone, Default, Serialize, Deserialize)]
/// struct Cart { items: Vec<u32> }
///
/// async fn add(mut session: SessionMut<Cart>) -> Result<String, SessionError> {
///     session.update(|cart| cart.items.push(7))?;
///     Ok(format!("{} items", session.state().items.len()))
/// }
/// ```
///
/// Two tabs that write at once are last-writer-wins: the whole state is in the cookie.
pub struct SessionMut<T: State> {
    pub(super) slot: Slot<T>,
    /// The session as it stands, its changes included.
    pub(super) session: Option<Session<T>>,
    /// How it came; `None` for one that was begun in this request.
    pub(super) carrier: Option<Carrier>,
    /// The state of nobody.
    empty: T,
    /// Values for this answer only, and those that were read in this request.
    pub(super) now: Vec<TimedValue>,
    pub(super) taken: Vec<TimedValue>,
    /// Who may have ended sessions of the user since the request came.
    pub(super) cuts: Cuts,
}

/// Whose doing it is that the sessions of a user ended while a request was under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cuts {
    /// That of other requests: what this one knows, a password say, may be out of date.
    Others,
    /// That of this request itself.
    Ours,
}

impl<T: State> SessionMut<T> {
    pub(super) fn of(slot: Slot<T>) -> Result<Self, SessionError> {
        slot.take_writer()?;
        let finding = slot.find(Touch::Used).inspect_err(|_| slot.release_writer())?;
        let (session, carrier) = match finding.found {
            Found::Session(session, Carrier::Begun) => (Some(session), None),
            Found::Session(session, carrier) => (Some(session), Some(carrier)),
            Found::Nobody | Found::Lapsing(..) => (None, None),
        };
        let (now, taken, cuts) = (Vec::new(), Vec::new(), Cuts::Others);
        Ok(Self { slot, session, carrier, empty: T::default(), now, taken, cuts })
    }

    /// What the session remembers; what a new one begins with, if there is none.
    #[must_use]
    pub fn state(&self) -> &T {
        self.session.as_ref().map_or(&self.empty, Session::state)
    }

    /// Who is logged in.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.user().map(Session::subject)
    }

    /// The session of who is logged in, for its guards and limits.
    #[must_use]
    pub fn user(&self) -> Option<&Session<T>> {
        self.session.as_ref().filter(|session| session.holder() == Holder::User)
    }

    /// The session's id, if there is a session.
    #[must_use]
    pub fn id(&self) -> Option<SessionId> {
        self.session.as_ref().map(Session::id)
    }

    /// Changes the state. If the cookie would be longer than browsers keep, nothing has changed.
    ///
    /// # Errors
    /// [`SessionError::TooLarge`] tells what each field costs; [`SessionError::NotRenewed`] if the
    /// session was ended meanwhile; [`SessionError::Forged`] for a request that did not prove itself.
    pub fn update<R>(&mut self, change: impl FnOnce(&mut T) -> R) -> Result<R, SessionError> {
        let mut state = self.state().clone();
        let result = change(&mut state);
        let details = self.details();
        self.write(state, details)?;
        Ok(result)
    }

    /// Replaces the state.
    ///
    /// # Errors
    /// As [`SessionMut::update`].
    pub fn set(&mut self, state: T) -> Result<(), SessionError> {
        self.update(|current| *current = state)
    }

    /// Takes the state, and leaves an empty one.
    ///
    /// # Errors
    /// As [`SessionMut::update`].
    pub fn take(&mut self) -> Result<T, SessionError> {
        self.update(std::mem::take)
    }

    /// Forgets the state and all values beside it. A user stays logged in; a guest's cookie goes.
    ///
    /// # Errors
    /// As [`SessionMut::update`].
    pub fn clear(&mut self) -> Result<(), SessionError> {
        let details = Details { values: Vec::new(), ..self.details() };
        self.now.clear();
        self.taken.clear();
        self.write(T::default(), details)
    }

    /// Renews the session at once, because its holder asks to stay: the idle limit moves, the absolute
    /// one does not.
    ///
    /// # Errors
    /// As [`SessionMut::update`].
    pub fn extend(&mut self) -> Result<(), SessionError> {
        self.check_proof()?;
        match &self.session {
            Some(session) => self.go_on(session.clone()),
            None => Ok(()),
        }
    }

    /// A token for the forms of this answer; `None` while there is no session to protect.
    ///
    /// # Errors
    /// [`SessionError`] without random bytes or a key that signs.
    pub fn csrf_token(&self) -> Result<Option<CsrfToken>, SessionError> {
        let id = self.id();
        id.map(|id| self.slot.shared().issuing()?.csrf_token(id)).transpose()
    }

    /// Takes the token of a form: proof that our own page sent it. An empty one is none, from a page
    /// that was made before there was a session; then the headers must prove it.
    ///
    /// # Errors
    /// [`Forgery::WrongToken`], for every token of another session: a page from before the login too.
    /// [`Forgery::NoToken`] for an empty one, where the headers do not prove it.
    pub fn check_csrf(&mut self, token: &str) -> Result<(), SessionError> {
        if token.is_empty() {
            return self.check_proof();
        }
        let Some(id) = self.id() else {
            return Ok(());
        };
        if !self.slot.shared().issuing()?.is_csrf_token(id, token) {
            return Err(Forgery::WrongToken.into());
        }
        self.slot.desk().proof = Proof::Given;
        Ok(())
    }

    pub(super) fn details(&self) -> Details {
        self.session.as_ref().and_then(Session::details).cloned().unwrap_or_default()
    }

    /// Nothing is changed for a request that somebody else may have caused. Without a session there is
    /// nothing that a browser would have added to it.
    pub(super) fn check_proof(&self) -> Result<(), SessionError> {
        let (proof, phase) = {
            let desk = self.slot.desk();
            (desk.proof, desk.phase)
        };
        match (proof, self.carrier) {
            _ if phase == Phase::Answered => Err(Assembly::Late.into()),
            (Proof::Missing, Some(Carrier::Cookie(_))) => Err(Forgery::NoToken.into()),
            _ => Ok(()),
        }
    }

    /// Makes state and details the session's, if they differ from what it has.
    pub(super) fn write(&mut self, state: T, mut details: Details) -> Result<(), SessionError> {
        self.check_proof()?;
        let now = self.slot.shared().clock.now();
        details.values.retain(|value| value.until.is_none_or(|until| now < until));
        let is_empty = is_same(&state, &T::default())? && details == Details::default();
        let Some(session) = &self.session else {
            if is_empty {
                return Ok(());
            }
            let minted = self.slot.shared().issuing()?.guest.open(None, state, details.values)?;
            let fingerprint = minted.session.fingerprint();
            self.keep(minted)?;
            events::tell(Event::Created, fingerprint);
            return Ok(());
        };
        if is_same(&state, session.state())? && details == self.details() {
            return Ok(());
        }
        if is_empty && session.holder() == Holder::Guest {
            self.session = None;
            self.slot.desk().out.guest = Change::Forget;
            return Ok(());
        }
        self.go_on(session.clone().with_state(state).with_details(details))
    }

    /// The next token of `session`.
    pub(super) fn go_on(&mut self, session: Session<T>) -> Result<(), SessionError> {
        if self.carrier == Some(Carrier::Bearer) {
            return Err(Assembly::Bearer.into());
        }
        let issuing = self.slot.shared().issuing()?;
        let renewer = issuing.renewer_of(which(&session), session.profile());
        let minted = renewer.go_on(session.into())?;
        self.keep(minted)
    }

    /// Makes a minted token the answer's cookie, and its session this one.
    pub(super) fn keep(&mut self, minted: Minted<T>) -> Result<(), SessionError> {
        let which = which(&minted.session);
        self.slot.shared().weigh(which, &minted)?;
        let mut fresh = self.slot.shared().fresh(&minted);
        let mut desk = self.slot.desk();
        let change = desk.out.of(which);
        fresh.replaced = match change {
            Change::Remove => Replaced::Removal,
            Change::Set(before) => before.replaced,
            Change::Keep | Change::Forget => Replaced::Nothing,
        };
        *change = Change::Set(fresh);
        drop(desk);
        self.session = Some(minted.session);
        Ok(())
    }
}

pub(super) fn which<T>(session: &Session<T>) -> Which {
    match session.holder() {
        Holder::User => Which::User,
        Holder::Guest => Which::Guest,
    }
}

/// Whether two states are the same in a token.
fn is_same<T: Serialize>(one: &T, other: &T) -> Result<bool, SessionError> {
    let fault = |fault: serde_json::Error| crate::jwt::MintError::State(fault.to_string());
    Ok(serde_json::to_vec(one).map_err(fault)? == serde_json::to_vec(other).map_err(fault)?)
}

impl<T: State> Drop for SessionMut<T> {
    fn drop(&mut self) {
        let found = match self.session.take() {
            Some(session) => Found::Session(session, self.carrier.unwrap_or(Carrier::Begun)),
            None => Found::Nobody,
        };
        self.slot.give_writer_back(found);
    }
}

impl<T: State> fmt::Debug for SessionMut<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionMut").field("session", &self.session).finish_non_exhaustive()
    }
}
