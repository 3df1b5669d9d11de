//! How long a session still lasts, told without making it last longer.

use std::sync::Arc;
use std::time::Duration;

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use serde::Serialize;

use crate::session::Renewable;
use crate::time::Timestamp;

use super::slot::{Found, Slot, State, Touch};
use super::{Assembly, SessionError};

/// How long the session of a request still lasts. To ask does not count as using it: a page may poll.
///
/// As an answer it is JSON, never stored, all times in seconds:
/// `{"standing":"user","idle":1740,"absolute":28740,"warn":1440,"now":1795225163}`.
///
/// ```
/// use waxseal::http::Expiry;
/// async fn left(expiry: Expiry) -> Expiry { // Router::new().route("/session", get(left))
///     expiry
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Expiry {
    /// Whose session it is.
    pub standing: Standing,
    /// Until it ends unused.
    #[serde(serialize_with = "seconds")]
    pub idle: Duration,
    /// Until it ends whatever happens.
    #[serde(serialize_with = "seconds")]
    pub absolute: Duration,
    /// Until its holder should be warned: a sixth of the idle time is left then, five minutes at most.
    #[serde(serialize_with = "seconds")]
    pub warn: Duration,
    /// The server's time.
    #[serde(serialize_with = "epoch_seconds")]
    pub now: Timestamp,
}

/// Whose session a request has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Standing {
    /// Nobody's.
    None,
    /// A guest's.
    Guest,
    /// Somebody's who is logged in.
    User,
}

fn seconds<S: serde::Serializer>(time: &Duration, json: S) -> Result<S::Ok, S::Error> {
    json.serialize_u64(time.as_secs())
}

fn epoch_seconds<S: serde::Serializer>(time: &Timestamp, json: S) -> Result<S::Ok, S::Error> {
    json.serialize_i64(time.as_secs())
}

/// What a layer can say of any state's session.
pub(super) trait Probe: Send + Sync {
    fn expiry(&self) -> Result<Expiry, SessionError>;
}

/// The layer's probe, in a request's extensions.
#[derive(Clone)]
pub(super) struct LookOf(pub(super) Arc<dyn Probe>);

impl<T: State> Probe for Slot<T> {
    fn expiry(&self) -> Result<Expiry, SessionError> {
        let now = self.shared().clock.now();
        let (standing, (issued, idle, absolute)) = match self.find(Touch::Looked)?.found {
            Found::Nobody => (Standing::None, (now, now, now)),
            Found::Session(session, _) => {
                let standing = match session.holder() {
                    crate::claims::Holder::User => Standing::User,
                    crate::claims::Holder::Guest => Standing::Guest,
                };
                (standing, Renewable::from(session).limits())
            }
            Found::Lapsing(session, which) => {
                let standing = match which {
                    super::cookies::Which::User => Standing::User,
                    super::cookies::Which::Guest => Standing::Guest,
                };
                (standing, session.limits())
            }
        };
        // Of the whole, not of what is left: whoever asks again and again must come to it.
        let margin = (idle.since(issued) / 6).min(Duration::from_secs(300));
        let (idle, absolute) = (idle.since(now), absolute.since(now));
        let left = idle.min(absolute);
        Ok(Expiry { standing, idle, absolute, warn: left.saturating_sub(margin), now })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Expiry {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        parts.extensions.get::<LookOf>().ok_or(Assembly::NoLayer)?.0.expiry()
    }
}

impl IntoResponse for Expiry {
    fn into_response(self) -> Response {
        let json = serde_json::to_vec(&self).unwrap_or_default();
        let mut answer = json.into_response();
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        answer
    }
}
