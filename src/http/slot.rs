//! One request's session: found when somebody asks, and what the answer shall carry.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::session::{Renewable, Session};
use crate::time::Timestamp;
use crate::token::Token;

use super::cookies::Which;
use super::events::{self, Event};
use super::facts::Facts;
use super::forgery::{self, Sender};
use super::sessions::Shared;
use super::{Assembly, SessionError, answer};

/// What a handler's state must be: written and read as JSON, and there before anybody wrote it.
pub trait State: Serialize + DeserializeOwned + Default + Clone + Send + Sync + 'static {}

impl<T: Serialize + DeserializeOwned + Default + Clone + Send + Sync + 'static> State for T {}

/// The place of one request's session, shared by its extractors and its layer.
pub(super) struct Slot<T>(Arc<Inner<T>>);

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

struct Inner<T> {
    shared: Arc<Shared<T>>,
    facts: Facts,
    sender: Sender,
    /// When the request came.
    began: Timestamp,
    desk: Mutex<Desk<T>>,
}

pub(super) struct Desk<T> {
    finding: Option<Result<Finding<T>, SessionError>>,
    /// Whether anybody asked: the answer then depends on the cookie.
    pub(super) touch: Touch,
    pub(super) proof: Proof,
    pub(super) phase: Phase,
    has_writer: bool,
    /// What a writer made of the finding.
    left: Option<Found<T>>,
    pub(super) out: Out,
}

/// How far the session was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Touch {
    Untouched,
    /// Looked at, by a probe that must not keep it alive.
    Looked,
    /// Used: activity.
    Used,
}

/// Whether the answer can still carry something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Open,
    Answered,
}

/// Whether our own page sent the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    Given,
    Missing,
}

/// What the request brought.
#[derive(Clone)]
pub(super) struct Finding<T> {
    pub(super) found: Found<T>,
    /// Why a user's token that was there does not count.
    pub(super) refusal: Option<SessionError>,
}

/// Whose request it is.
#[derive(Clone)]
pub(super) enum Found<T> {
    Nobody,
    /// A session, and how it came.
    Session(Session<T>, Carrier),
    /// A session whose token is past its end, and which may still be renewed.
    Lapsing(Renewable<T>, Which),
}

/// What brought a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carrier {
    Cookie(Which),
    Bearer,
    /// This request's own doing.
    Begun,
}

/// What the answer shall carry.
#[derive(Clone, Debug, Default)]
pub(super) struct Out {
    pub(super) user: Change,
    pub(super) guest: Change,
    pub(super) ending: Ending,
}

/// What becomes of a cookie.
#[derive(Clone, Debug, Default)]
pub(super) enum Change {
    #[default]
    Keep,
    /// Set, unless the handler fails.
    Set(Box<Fresh>),
    /// Removed, unless the handler fails: it holds nothing any more.
    Forget,
    /// Removed, whatever the handler says: it is dead, or no token at all.
    Remove,
}

/// A token for a cookie.
#[derive(Clone, Debug)]
pub(super) struct Fresh {
    pub(super) token: Token,
    /// Whose it is: ended meanwhile, it is not set any more.
    pub(super) session: Renewable<()>,
    /// Now, and until when the browser shall keep it; `None` for as long as it is open.
    pub(super) until: Option<(Timestamp, Timestamp)>,
    pub(super) replaced: Replaced,
    /// For the companion: idle limit and absolute limit.
    pub(super) ends: (Timestamp, Timestamp),
    pub(super) now: Timestamp,
}

/// What a token for a cookie is set in the place of, in one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replaced {
    Nothing,
    /// A removal, which stands if the token is not set after all.
    Removal,
}

/// Whether somebody logged out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Ending {
    #[default]
    GoesOn,
    LoggedOut,
}

impl<T: State> Slot<T> {
    pub(super) fn new(shared: Arc<Shared<T>>, facts: Facts) -> Self {
        let sender = forgery::sender(&facts, shared.site.origin(), &shared.origins);
        let is_unproved = forgery::is_unproved(&facts, shared.csrf, sender);
        let desk = Desk {
            finding: None,
            touch: Touch::Untouched,
            proof: if is_unproved { Proof::Missing } else { Proof::Given },
            phase: Phase::Open,
            has_writer: false,
            left: None,
            out: Out::default(),
        };
        let began = shared.clock.now();
        Self(Arc::new(Inner { shared, facts, sender, began, desk: Mutex::new(desk) }))
    }

    pub(super) fn shared(&self) -> &Arc<Shared<T>> {
        &self.0.shared
    }

    pub(super) fn facts(&self) -> &Facts {
        &self.0.facts
    }

    pub(super) fn began(&self) -> Timestamp {
        self.0.began
    }

    pub(super) fn sender(&self) -> Sender {
        self.0.sender
    }

    /// Nobody holds it across an await, and a panic in between left it whole.
    pub(super) fn desk(&self) -> MutexGuard<'_, Desk<T>> {
        self.0.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the request brought, looked for once. A probe only looks; whoever uses a session keeps it
    /// alive.
    pub(super) fn find(&self, touch: Touch) -> Result<Finding<T>, SessionError> {
        let mut desk = self.desk();
        desk.touch = desk.touch.max(touch);
        let finding = match desk.finding.take() {
            Some(finding) => finding,
            None => self.look(&mut desk),
        };
        let finding = match finding {
            Ok(Finding { found: Found::Lapsing(session, which), .. }) if touch == Touch::Used => {
                self.revive(&mut desk, session, which)
            }
            finding => finding,
        };
        desk.finding = Some(finding.clone());
        let left = desk.left.clone();
        finding.map(|finding| match left {
            Some(found) => Finding { found, ..finding },
            None => finding,
        })
    }

    /// Whether the answer is for somebody in particular.
    pub(super) fn is_personal(&self) -> bool {
        let desk = self.desk();
        desk.finding.as_ref().is_some_and(|finding| {
            finding.as_ref().is_ok_and(|finding| !matches!(finding.found, Found::Nobody))
        })
    }

    /// The session that a cookie brought, if nothing was written to that cookie and it is to be renewed
    /// by now.
    pub(super) fn due(&self) -> Option<(Session<T>, Which)> {
        let mut desk = self.desk();
        let Some(Ok(Finding { found: Found::Session(session, carrier), .. })) = &desk.finding
        else {
            return None;
        };
        let Carrier::Cookie(which) = *carrier else {
            return None;
        };
        if desk.proof == Proof::Missing {
            // Somebody else may have sent the request.
            return None;
        }
        let now = self.0.shared.clock.now();
        let is_due = Timestamp::from(session.renew_after()) <= now;
        let session = is_due.then(|| session.clone())?;
        matches!(desk.out.of(which), Change::Keep).then_some((session, which))
    }

    /// Renews a session whose token has ended, because it is used again inside its limits.
    fn revive(
        &self,
        desk: &mut Desk<T>,
        session: Renewable<T>,
        which: Which,
    ) -> Result<Finding<T>, SessionError> {
        let issuing = self.0.shared.issuing()?;
        let minted = issuing.renewer_of(which, session.profile()).go_on(session);
        match minted.map_err(SessionError::from) {
            Ok(minted) => {
                match self.0.shared.weigh(which, &minted) {
                    // Somebody else may have sent the request.
                    Ok(()) if desk.proof == Proof::Missing => {}
                    Ok(()) => {
                        events::tell(Event::Renewed, minted.session.fingerprint());
                        *desk.out.of(which) = Change::Set(self.0.shared.fresh(&minted));
                    }
                    // Good for this request; the browser would drop the cookie.
                    Err(error) => events::refused(&error),
                }
                let found = Found::Session(minted.session, Carrier::Cookie(which));
                Ok(Finding { found, refusal: None })
            }
            Err(error) if answer::is_ours(&error) => Err(error),
            Err(error) => Ok(Finding { found: Found::Nobody, refusal: Some(error) }),
        }
    }

    /// Ends what the answer can carry, and tells how far the session was used.
    pub(super) fn close(&self) -> Touch {
        let mut desk = self.desk();
        desk.phase = Phase::Answered;
        desk.touch
    }

    /// Takes the one right to write.
    pub(super) fn take_writer(&self) -> Result<(), Assembly> {
        match std::mem::replace(&mut self.desk().has_writer, true) {
            false => Ok(()),
            true => Err(Assembly::TwoWriters),
        }
    }

    /// Gives it back unused.
    pub(super) fn release_writer(&self) {
        self.desk().has_writer = false;
    }

    /// Gives it back with the session as it stands now: a middleware may have had it before a handler.
    pub(super) fn give_writer_back(&self, found: Found<T>) {
        let mut desk = self.desk();
        desk.has_writer = false;
        desk.left = Some(found);
    }
}

impl Out {
    /// Keeps no cookie that would be set.
    pub(super) fn unset(&mut self) {
        for change in [&mut self.user, &mut self.guest] {
            *change = match std::mem::take(change) {
                Change::Set(fresh) if fresh.replaced == Replaced::Removal => Change::Remove,
                Change::Set(_) | Change::Forget => Change::Keep,
                kept => kept,
            };
        }
    }

    pub(super) fn of(&mut self, which: Which) -> &mut Change {
        match which {
            Which::User => &mut self.user,
            Which::Guest => &mut self.guest,
        }
    }
}
