//! Sessions of somebody who did not log in: a cart before the checkout.

use std::fmt;

use crate::claims::SessionId;
use crate::time::{DateTime, Utc};

use super::Session;

/// A verified session of a guest. It says nobody's name, and passes for no [`Session`]: its tokens are
/// of another kind (`guest+jwt`).
pub struct Guest<T>(pub(super) Session<T>);

impl<T> Clone for Guest<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Guest<T> {
    /// The caller's state.
    #[must_use]
    pub fn state(&self) -> &T {
        self.0.state()
    }

    /// The caller's state, by value.
    #[must_use]
    pub fn into_state(self) -> T
    where
        T: Clone,
    {
        self.0.into_state()
    }

    /// The session's id (`sid`). A login begins another session, with another id.
    #[must_use]
    pub fn id(&self) -> SessionId {
        self.0.id()
    }

    /// When this token ends at every verifier (`exp`).
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at()
    }

    /// The cookie that must carry it (`ck`), if it is bound to one.
    #[must_use]
    pub fn cookie_name(&self) -> Option<&str> {
        self.0.cookie_name()
    }

    /// The session below, whose subject is empty.
    #[cfg(feature = "axum")]
    pub(crate) fn into_session(self) -> Session<T> {
        self.0
    }
}

impl<T> fmt::Debug for Guest<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guest").field("id", &self.id()).finish_non_exhaustive()
    }
}
