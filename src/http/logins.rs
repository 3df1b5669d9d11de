//! Logging in and out: what must be on a disk before the answer goes out.

use crate::claims::Holder;
use crate::jwt::VerifyError;
use crate::revocation::{Revocation, Revoked};
use crate::session::{Keep, Login, RenewError, Session};

use super::cookies::Which;
use super::durable;
use super::durable::Once;
use super::events::{self, Event};
use super::session_mut::Cuts;
use super::slot::{Carrier, Change, Ending, State};
use super::{Assembly, SessionError, SessionMut};

impl<T: State> SessionMut<T> {
    /// Somebody has just authenticated: begins a session of theirs under a new `sid`, and ends the one
    /// before, for whoever may have had a copy of it. What a guest gathered comes along; what another
    /// user left does not. A second login of the same user is a fresh one: only it moves `auth_time`.
    ///
    /// # Errors
    /// [`SessionError::NotRecorded`] if the old session could not be ended: nobody is logged in then.
    /// [`SessionError::Refused`] if all sessions of the user were ended since the request came, by another
    /// one: the password may have been checked before it was changed. As [`SessionMut::update`] besides.
    pub async fn log_in(&mut self, login: impl Into<Login>) -> Result<(), SessionError> {
        self.log_in_with(login, |state| state).await
    }

    /// Logs in as [`SessionMut::log_in`], and makes the state of what came along: a guest's cart and the
    /// one of last week.
    ///
    /// # Errors
    /// As [`SessionMut::log_in`].
    pub async fn log_in_with(
        &mut self,
        login: impl Into<Login>,
        merge: impl FnOnce(T) -> T,
    ) -> Result<(), SessionError> {
        let login = login.into();
        self.check_proof()?;
        self.check_cookie()?;
        let before = self.session.clone();
        let ours = before.as_ref().filter(|session| {
            session.holder() == Holder::Guest || session.subject() == login.subject()
        });
        let carried = ours.map(|session| session.state().clone()).unwrap_or_default();
        let values = ours.and_then(Session::details).map(|details| details.values.clone());
        let shared = std::sync::Arc::clone(self.slot.shared());
        let issuing = shared.issuing()?;
        let renewer = match login.keep() {
            Keep::ThisVisit => &issuing.visit,
            Keep::Remembered => issuing.remember.as_ref().ok_or(Assembly::NoRememberMe)?,
        };
        if self.cuts == Cuts::Others
            && let Some(cut) = renewer.cut_since(&login, self.slot.began())
        {
            // The password was checked before it was changed, for all that is known here.
            let error = SessionError::from(VerifyError::from(Revoked::Subject { cut }));
            events::refused(&error);
            return Err(error);
        }
        if ours.is_none() {
            // Nor are the values of whoever was here before theirs.
            self.now.clear();
            self.taken.clear();
        }
        let minted = renewer.open(Some(&login), merge(carried), values.unwrap_or_default())?;
        shared.weigh(Which::User, &minted)?;
        self.end(before).await?;
        events::tell(Event::LoggedIn, minted.session.fingerprint());
        self.keep(minted)?;
        self.carrier = None;
        // A guest that is now somebody.
        self.slot.desk().out.guest = Change::Remove;
        Ok(())
    }

    /// Changes what the user may do, under a new `sid`: a copy of the old cookie has not the new rights,
    /// nor any. The login stays as old as it is.
    ///
    /// # Errors
    /// [`SessionError::NotRenewed`] if the session ended meanwhile, or another request promoted it first;
    /// [`Assembly::NobodyIsLoggedIn`]; else as [`SessionMut::log_in`].
    pub async fn promote(
        &mut self,
        change: impl FnOnce(Login) -> Login,
    ) -> Result<(), SessionError> {
        self.check_proof()?;
        self.check_cookie()?;
        let before = self.user().cloned().ok_or(Assembly::NobodyIsLoggedIn)?;
        let session = self.changed(&before, change)?;
        let shared = std::sync::Arc::clone(self.slot.shared());
        let renewer = shared.issuing()?.renewer_of(Which::User, session.profile());
        let minted = renewer.promote(session.into())?;
        shared.weigh(Which::User, &minted)?;
        // Of several at once, and of one and a logout, the first counts.
        if durable::record_once(shared.issuing()?, before.to_be_ended()).await? == Once::Before {
            return Err(ended());
        }
        events::tell(Event::Promoted, minted.session.fingerprint());
        self.keep(minted)?;
        self.carrier = None;
        Ok(())
    }

    /// Brings what the user may do up to date, in the same session: after
    /// [`Denied::NeedsRefresh`](crate::session::Denied::NeedsRefresh).
    ///
    /// # Errors
    /// As [`SessionMut::update`]; [`Assembly::NobodyIsLoggedIn`].
    pub fn refresh(&mut self, change: impl FnOnce(Login) -> Login) -> Result<(), SessionError> {
        self.check_proof()?;
        let session = self.user().cloned().ok_or(Assembly::NobodyIsLoggedIn)?;
        self.go_on(self.changed(&session, change)?)
    }

    /// Ends this session, everywhere and for every copy of its token, and removes its cookies.
    ///
    /// # Errors
    /// [`SessionError::NotRecorded`] if that is not on record; the cookies go all the same.
    pub async fn log_out(&mut self) -> Result<(), SessionError> {
        self.leave(Event::LoggedOut, |session| vec![session.to_be_ended()]).await
    }

    /// Ends every session of the user, this one too.
    ///
    /// # Errors
    /// As [`SessionMut::log_out`].
    pub async fn log_out_everywhere(&mut self) -> Result<(), SessionError> {
        self.cuts = Cuts::Ours;
        self.leave(Event::LoggedOutEverywhere, |session| match session.holder() {
            Holder::User => session.to_be_ended_everywhere(),
            Holder::Guest => vec![session.to_be_ended()],
        })
        .await
    }

    /// Ends every other session of the user.
    ///
    /// # Errors
    /// [`SessionError::NotRecorded`]; [`Assembly::NobodyIsLoggedIn`].
    pub async fn log_out_others(&mut self) -> Result<(), SessionError> {
        self.check_proof()?;
        let session = self.user().ok_or(Assembly::NobodyIsLoggedIn)?;
        let (others, fingerprint) = (session.others_to_be_ended(), session.fingerprint());
        self.cuts = Cuts::Ours;
        let shared = std::sync::Arc::clone(self.slot.shared());
        durable::record(shared.issuing()?, vec![others]).await?;
        events::tell(Event::LoggedOutOthers, fingerprint);
        Ok(())
    }

    async fn leave(
        &mut self,
        event: Event,
        what: impl FnOnce(&Session<T>) -> Vec<Revocation>,
    ) -> Result<(), SessionError> {
        self.check_proof()?;
        let shared = std::sync::Arc::clone(self.slot.shared());
        let issuing = shared.issuing()?;
        let session = self.session.take();
        if self.carrier != Some(Carrier::Bearer) {
            let mut desk = self.slot.desk();
            (desk.out.user, desk.out.guest) = (Change::Remove, Change::Remove);
            desk.out.ending = Ending::LoggedOut;
        }
        let guest = self.guest_beside(session.as_ref());
        self.carrier = None;
        self.now.clear();
        self.taken.clear();
        if let Some(session) = session {
            durable::record(issuing, what(&session)).await?;
            events::tell(event, session.fingerprint());
        }
        if let Some(guest) = guest {
            durable::record(issuing, vec![guest]).await?;
        }
        Ok(())
    }

    /// Ends a session that another one follows.
    async fn end(&self, session: Option<Session<T>>) -> Result<(), SessionError> {
        let shared = std::sync::Arc::clone(self.slot.shared());
        let mut what: Vec<Revocation> = session.iter().map(Session::to_be_ended).collect();
        what.extend(self.guest_beside(session.as_ref()));
        if !what.is_empty() {
            durable::record(shared.issuing()?, what).await?;
        }
        Ok(())
    }

    /// The guest whose cookie came beside the user's: nobody's any more.
    fn guest_beside(&self, session: Option<&Session<T>>) -> Option<Revocation> {
        session.filter(|session| session.holder() == Holder::User)?;
        let (shared, facts) = (self.slot.shared(), self.slot.facts());
        let values = super::cookies::values(&facts.cookies, &shared.cookies.guest);
        let value = values.first()?;
        match shared.verifier.verify_guest(value) {
            Ok(guest) => Some(guest.into_session().to_be_ended()),
            // Past its token's end, it could still be renewed.
            Err(_) => {
                let guest = shared.issuing().ok()?.guest.verify_guest::<T>(value).ok()?;
                Some(guest.to_be_ended())
            }
        }
    }

    /// The session with other rights, and nobody else's.
    fn changed(
        &self,
        session: &Session<T>,
        change: impl FnOnce(Login) -> Login,
    ) -> Result<Session<T>, SessionError> {
        // Asked by the rights that it has: a cut of the old scope is none of the new one.
        if self.slot.shared().issuing()?.visit.is_ended(&session.bare()) {
            return Err(ended());
        }
        let login = change(session.to_login());
        match login.subject() == session.subject() {
            true => Ok(session.clone().with_login(login)),
            false => Err(Assembly::OtherSubject.into()),
        }
    }

    /// A login needs a cookie to put its token in.
    fn check_cookie(&self) -> Result<(), SessionError> {
        match self.carrier {
            Some(Carrier::Bearer) => Err(Assembly::Bearer.into()),
            _ => Ok(()),
        }
    }
}

/// The session ended while the handler ran.
fn ended() -> SessionError {
    SessionError::NotRenewed(RenewError::Ended(Revoked::Session.into()))
}
