//! Why a request gets no session, or a change of one is refused.

use std::fmt;

use crate::jwt::{MintError, VerifyError};
use crate::revocation::RevokeError;
use crate::session::{Denied, OperationError, RenewError};

use super::forgery::Forgery;

/// Why a handler does not get what it asked for. As an answer it says what the client may know, in the
/// form that fits: a redirect to the login page or a page for a person, a status and a
/// `WWW-Authenticate` header for a program. The operator reads the rest in the log.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// There is none. 401, or a redirect to the login page.
    #[error("no session")]
    NoSession,
    /// The token is refused. 401; 503 if the fault is ours.
    #[error("{0}")]
    Refused(#[from] VerifyError),
    /// The token is not bound to the carrier that brought it: a cookie's value under another name, or
    /// as a bearer token. 401.
    #[error("the token is for {bound}, and came as {found}", bound = carrier(.bound.as_deref()), found = carrier(.found.as_deref()))]
    Moved {
        /// The cookie that it is for; `None` for a bearer token.
        bound: Option<String>,
        /// The cookie that it came in; `None` for a bearer token.
        found: Option<String>,
    },
    /// A session cookie and an `Authorization` header, or several of one: who speaks is unclear. 400.
    #[error("two carriers: {0}")]
    TwoCarriers(&'static str),
    /// The session is good, and not good enough. 401 for a fresh login, 403 for another right.
    #[error("{0}")]
    Denied(#[from] Denied),
    /// The request may be forged. 403.
    #[error("refused as forged: {0}")]
    Forged(#[from] Forgery),
    /// The cookie would be longer than browsers keep. 413.
    #[error("{0}")]
    TooLarge(Box<TooLarge>),
    /// The session cannot be renewed or changed. 401; 503 or 500 if the fault is ours.
    #[error("{0}")]
    NotRenewed(#[from] RenewError),
    /// No token could be minted. 500; 503 if it passes.
    #[error("{0}")]
    NotMinted(#[from] MintError),
    /// A revocation was not recorded: a logout that did not happen. 500, and the cookie goes anyway.
    #[error("not recorded: {0}")]
    NotRecorded(#[from] RevokeError),
    /// A one-time token is refused. 403; 409 if it was used before; 500 or 503 if the fault is ours.
    #[error("{0}")]
    Operation(#[from] OperationError),
    /// A value that does not serialize. 500.
    #[error("the value {name:?} does not serialize: {why}")]
    Value {
        /// Its name.
        name: String,
        /// What serde says.
        why: String,
    },
    /// The application is put together wrongly. 500, and one clear line.
    #[error("{0}")]
    Assembly(#[from] Assembly),
}

/// What is wrong with how layer, handlers and set-up go together: for the developer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Assembly {
    /// The route has no layer.
    #[error("no session layer around this route: add .layer(sessions.layer()) after it")]
    NoLayer,
    /// The layer's sessions have another state.
    #[error("the layer's sessions hold a {layer}, and this handler asks for a {handler}")]
    OtherState {
        /// The layer's type.
        layer: &'static str,
        /// The handler's.
        handler: &'static str,
    },
    /// Two writers in one request.
    #[error("two SessionMut in one request: take one, and hand it on")]
    TwoWriters,
    /// A service that only verifies.
    #[error("this service only verifies sessions: it has no key to change one")]
    VerifyOnly,
    /// A bearer token cannot be replaced by an answer.
    #[error("the session came as a bearer token: there is no cookie to change")]
    Bearer,
    /// Nobody is logged in, and the act needs somebody.
    #[error("nobody is logged in: ask for Session<T>, or for SessionMut::subject first")]
    NobodyIsLoggedIn,
    /// The rights of somebody else.
    #[error("the login is another user's: promote and refresh change what this one may do")]
    OtherSubject,
    /// The answer has gone out; a change would be lost.
    #[error("the answer has gone out: what a task changes later reaches no cookie")]
    Late,
    /// There is no session, and the act needs one.
    #[error("there is no session to bind this to: write something into it first")]
    NoSession,
    /// Nobody said how long remembered sessions live.
    #[error("no limits for remembered logins: SessionsSetup::remember_me_and_keep_keys_for")]
    NoRememberMe,
    /// A durable act was not finished: the runtime is going down, or the store panicked.
    #[error("a durable act was not finished: the runtime is shutting down, or the store panicked")]
    Unfinished,
}

/// A cookie that browsers would drop in silence, with what each part of it costs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TooLarge {
    /// Bytes that name and value would have.
    pub has: usize,
    /// Bytes that browsers keep.
    pub most: usize,
    /// The costliest parts first.
    pub costs: Vec<Cost>,
}

/// What one part of a session costs in its cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cost {
    /// The field of the state, `tmp NAME` for a value beside it, or what the session itself needs.
    pub part: String,
    /// Bytes in the cookie: a third more than in JSON.
    pub bytes: usize,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { has, most, costs } = self;
        write!(f, "the session's cookie would have {has} bytes, and browsers keep {most}:")?;
        for (at, cost) in costs.iter().take(8).enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma} {} {}", cost.part, cost.bytes)?;
        }
        Ok(())
    }
}

impl SessionError {
    /// A stable word for the cause, for metrics and tests.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSession => "no_session",
            Self::Refused(fault) => fault.code(),
            Self::Moved { .. } => "wrong_carrier",
            Self::TwoCarriers(_) => "two_carriers",
            Self::Denied(denied) => denied.code(),
            Self::Forged(forgery) => forgery.code(),
            Self::TooLarge(_) => "cookie_too_large",
            Self::NotRenewed(fault) => fault.code(),
            Self::NotMinted(fault) => fault.code(),
            Self::NotRecorded(_) => "not_recorded",
            Self::Operation(fault) => fault.code(),
            Self::Value { .. } => "bad_value",
            Self::Assembly(_) => "assembly",
        }
    }
}

fn carrier(cookie: Option<&str>) -> String {
    cookie.map_or_else(|| "a bearer token".into(), |name| format!("the cookie {name:?}"))
}
