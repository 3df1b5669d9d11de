//! Revocation: ending what a token says before its time.

mod list;

use std::fmt;

use crate::claims::Revocable;
use crate::time::Timestamp;

pub use list::RevocationList;

/// What a verifier knows about revocation. It must be told; silence is not an answer.
///
/// ```
/// use waxseal::{RevocationList, Revocations};
/// let list = RevocationList::in_memory();
/// let asked = Revocations::from(&list);
/// let none = Revocations::none_because("tokens live 5 minutes and logout may take that long");
/// # let _ = (asked, none);
/// ```
#[derive(Clone)]
pub struct Revocations(Source);

#[derive(Clone)]
enum Source {
    List(RevocationList),
    None { reason: &'static str },
}

impl Revocations {
    /// No token of this verifier is ever revoked before it expires; `reason` says why that is
    /// right, to whoever reads the code or the `Debug` output.
    #[must_use]
    pub const fn none_because(reason: &'static str) -> Self {
        Self(Source::None { reason })
    }

    /// Whether there is no list.
    #[must_use]
    pub const fn are_none(&self) -> bool {
        matches!(self.0, Source::None { .. })
    }

    /// Lets through what is not revoked. Nothing else makes a [`NotRevoked`].
    pub(crate) fn check<C: Revocable>(&self, claims: C) -> Result<NotRevoked<C>, Revoked> {
        match &self.0 {
            Source::None { .. } => Ok(NotRevoked(claims)),
            Source::List(list) => match list.judge(&claims.handles()) {
                None => Ok(NotRevoked(claims)),
                Some(revoked) => Err(revoked),
            },
        }
    }

    /// The first moment at which a new session of `subject` is not covered by a cut-off.
    pub(crate) fn first_start(&self, subject: &str, now: Timestamp) -> Timestamp {
        match &self.0 {
            Source::None { .. } => now,
            Source::List(list) => list.first_start(subject, now),
        }
    }
}

impl From<&RevocationList> for Revocations {
    fn from(list: &RevocationList) -> Self {
        Self(Source::List(list.clone()))
    }
}

impl From<RevocationList> for Revocations {
    fn from(list: RevocationList) -> Self {
        Self(Source::List(list))
    }
}

impl fmt::Debug for Revocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::List(list) => list.fmt(f),
            Source::None { reason } => write!(f, "Revocations::none_because({reason:?})"),
        }
    }
}

/// Claims that no entry of the list names.
#[derive(Clone, Debug)]
pub(crate) struct NotRevoked<C>(C);

impl<C> NotRevoked<C> {
    pub(crate) fn into_inner(self) -> C {
        self.0
    }
}

/// Which entry of the list names the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Revoked {
    /// This one token (`jti`).
    #[error("this token was revoked")]
    Token,
    /// The session that it belongs to (`sid`): a logout.
    #[error("this session was revoked")]
    Session,
    /// Every session of its subject that began up to a moment.
    #[error("every session of this subject that began up to {cut} was revoked")]
    Subject {
        /// That moment.
        cut: Timestamp,
    },
}
