//! Finding a request's session: one carrier, and the cookie that counts.

use crate::claims::SessionId;
use crate::jwt::VerifyError;
use crate::limits;
use crate::policy::ClaimFault;
use crate::time::Timestamp;

use super::cookies::{self, Which};
use super::facts::bearer_of;
use super::forgery::Forgery;
use super::slot::{Carrier, Change, Desk, Finding, Found, Proof, Slot, State};
use super::{SessionError, answer, events};

impl<T: State> Slot<T> {
    /// The user's session if there is one, else the guest's.
    pub(super) fn look(&self, desk: &mut Desk<T>) -> Result<Finding<T>, SessionError> {
        let found = self.look_everywhere(desk);
        let refusal = match &found {
            Err(error) => Some(error),
            Ok(finding) => finding.refusal.as_ref(),
        };
        // What is refused as forged is told with the answer, by whoever it was refused.
        if let Some(error) = refusal.filter(|error| !matches!(error, SessionError::Forged(_))) {
            events::refused(error);
        }
        found
    }

    fn look_everywhere(&self, desk: &mut Desk<T>) -> Result<Finding<T>, SessionError> {
        let (shared, facts) = (self.shared(), self.facts());
        let users = cookies::values(&facts.cookies, &shared.cookies.user);
        if let Some(token) = self.bearer()? {
            if !users.is_empty() {
                return Err(SessionError::TwoCarriers(
                    "a session cookie and an Authorization header",
                ));
            }
            let session = shared.verifier.verify(token)?;
            not_moved(session.cookie_name(), None)?;
            return Ok(Finding { found: Found::Session(session, Carrier::Bearer), refusal: None });
        }
        let refusal = match self.best(Which::User, &users, desk) {
            Ok(Found::Nobody) => None,
            Ok(found) => return self.prove(found, None, desk),
            Err(error) if answer::is_hard(&error) => return Err(error),
            Err(error) => Some(error),
        };
        let guests = cookies::values(&facts.cookies, &shared.cookies.guest);
        match self.best(Which::Guest, &guests, desk) {
            Ok(found) => self.prove(found, refusal, desk),
            Err(error) if answer::is_hard(&error) => Err(error),
            // A guest has nothing to log in to again.
            Err(error) => {
                events::refused(&error);
                Ok(Finding { found: Found::Nobody, refusal })
            }
        }
    }

    /// The bearer token, of the one `Authorization` header that there may be.
    fn bearer(&self) -> Result<Option<&str>, SessionError> {
        match self.facts().authorization.as_slice() {
            [] => Ok(None),
            [one] => Ok(bearer_of(one)),
            _ => Err(SessionError::TwoCarriers("two Authorization headers")),
        }
    }

    /// The one of several values that counts. A browser holds one cookie of a `__Host-` name: two are
    /// forged. Under other names a parent domain may have set a second one: the newest that is good.
    fn best(
        &self,
        which: Which,
        values: &[&str],
        desk: &mut Desk<T>,
    ) -> Result<Found<T>, SessionError> {
        if values.len() > 1 {
            events::doubled(values.len());
            if !self.shared().cookies.may_be_doubled() {
                return Err(SessionError::TwoCarriers("two cookies of one __Host- name"));
            }
        }
        let mut best = Found::Nobody;
        let mut refused = None;
        for value in values.iter().take(limits::COOKIES_OF_ONE_NAME) {
            match self.of_cookie(which, value) {
                Ok(found) if found.place_in_time() > best.place_in_time() => best = found,
                Ok(_) => {}
                Err(error) => refused = Some(error),
            }
        }
        match (best, refused) {
            (Found::Nobody, Some(error)) => {
                if matches!(error, SessionError::Refused(VerifyError::Form(_))) {
                    // No token at all: it would be sent again and again.
                    *desk.out.of(which) = Change::Remove;
                }
                Err(error)
            }
            (best, _) => Ok(best),
        }
    }

    fn of_cookie(&self, which: Which, value: &str) -> Result<Found<T>, SessionError> {
        let shared = self.shared();
        let name = Some(shared.cookies.name(which));
        let verified = match which {
            Which::User => shared.verifier.verify(value),
            Which::Guest => shared.verifier.verify_guest(value).map(|guest| guest.into_session()),
        };
        let expired = match verified {
            Ok(session) => {
                not_moved(session.cookie_name(), name)?;
                return Ok(Found::Session(session, Carrier::Cookie(which)));
            }
            Err(fault @ VerifyError::Claims(ClaimFault::Expired { .. })) => fault,
            Err(fault) => return Err(fault.into()),
        };
        let Ok(issuing) = shared.issuing() else {
            return Err(expired.into());
        };
        let session = match which {
            Which::User => issuing.visit.verify::<T>(value),
            Which::Guest => issuing.guest.verify_guest::<T>(value),
        }?;
        not_moved(session.cookie_name(), name)?;
        Ok(Found::Lapsing(session, which))
    }

    /// Takes the CSRF token of the header, if there is one: a wrong one is refused even where none was
    /// asked for.
    fn prove(
        &self,
        found: Found<T>,
        refusal: Option<SessionError>,
        desk: &mut Desk<T>,
    ) -> Result<Finding<T>, SessionError> {
        if let (Some(header), Some(id)) = (&self.facts().csrf_header, found.id())
            && let Ok(issuing) = self.shared().issuing()
        {
            match header.to_str().is_ok_and(|token| issuing.is_csrf_token(id, token)) {
                true => desk.proof = Proof::Given,
                false => return Err(Forgery::WrongToken.into()),
            }
        }
        Ok(Finding { found, refusal })
    }
}

impl<T> Found<T> {
    fn id(&self) -> Option<SessionId> {
        match self {
            Self::Nobody => None,
            Self::Session(session, _) => Some(session.id()),
            Self::Lapsing(session, _) => Some(session.id()),
        }
    }

    /// What makes one of two cookies the newer one: its session's start, then its generation.
    fn place_in_time(&self) -> Option<(Timestamp, u64)> {
        match self {
            Self::Nobody => None,
            Self::Session(session, _) => Some(session.place_in_time()),
            Self::Lapsing(session, _) => Some(session.place_in_time()),
        }
    }
}

/// A token in a carrier that it was not minted for was moved there by somebody.
fn not_moved(bound: Option<&str>, found: Option<&str>) -> Result<(), SessionError> {
    if bound == found {
        return Ok(());
    }
    Err(SessionError::Moved { bound: bound.map(Into::into), found: found.map(Into::into) })
}
