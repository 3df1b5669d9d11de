//! The layer: it leaves a slot in the request, and writes what became of it on the answer.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum_core::response::{IntoResponse, Response};
use http::Request;
use http::header::{CACHE_CONTROL, HeaderName, HeaderValue, SET_COOKIE, VARY};
use tower_layer::Layer;
use tower_service::Service;

use super::SessionError;
use super::answer::{self, Waiting};
use super::cookies::{self, Which};
use super::events::{self, Event};
use super::expiry::{LookOf, Probe};
use super::facts::{Effect, Facts};
use super::forgery::{Forgery, Sender};
use super::sessions::{Sessions, Shared};
use super::site::{Stage, is_loopback};
use super::slot::{Change, Ending, Fresh, Out, Replaced, Slot, State, Touch};

/// Puts sessions around routes: `Router::new().route(..).layer(sessions.layer())`.
pub struct SessionsLayer<T>(pub(super) Sessions<T>);

impl<T> Clone for SessionsLayer<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T, S> Layer<S> for SessionsLayer<T> {
    type Service = SessionsService<T, S>;

    fn layer(&self, inner: S) -> Self::Service {
        SessionsService { shared: Arc::clone(&self.0.0), inner }
    }
}

/// A service inside a [`SessionsLayer`].
pub struct SessionsService<T, S> {
    shared: Arc<Shared<T>>,
    inner: S,
}

impl<T, S: Clone> Clone for SessionsService<T, S> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), inner: self.inner.clone() }
    }
}

/// The state of the layer, by name: for a handler that asks for another one.
#[derive(Clone, Copy)]
pub(super) struct LayerOf(pub(super) &'static str);

impl<T, S, B> Service<Request<B>> for SessionsService<T, S>
where
    T: State,
    B: Send + 'static,
    S: Service<Request<B>, Error = Infallible> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let slot = Slot::new(Arc::clone(&self.shared), Facts::of(&request));
        if let Some(answer) = refused(&slot) {
            return Box::pin(async move { Ok(answer) });
        }
        let extensions = request.extensions_mut();
        extensions.insert(slot.clone());
        extensions.insert(LayerOf(std::any::type_name::<T>()));
        extensions.insert(LookOf(Arc::new(slot.clone()) as Arc<dyn Probe>));
        // The one that was polled ready is the one that is called.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        Box::pin(async move {
            let answer = inner.call(request).await?.into_response();
            Ok(finish(&slot, answer))
        })
    }
}

/// Requests that no handler sees: from another site, or for another machine than the developer's.
fn refused<T: State>(slot: &Slot<T>) -> Option<Response> {
    let (shared, facts) = (slot.shared(), slot.facts());
    if let Stage::Development { .. } = shared.site.stage() {
        let host = facts.host.as_ref().map(|host| host.to_str().unwrap_or_default());
        if host.is_some_and(|host| !is_loopback(host)) {
            let line =
                "development sessions answer on this machine only: Sessions::new is for others\n";
            return Some((http::StatusCode::MISDIRECTED_REQUEST, line).into_response());
        }
    }
    if facts.effect == Effect::Unsafe && slot.sender() == Sender::Others && !facts.has_bearer() {
        let error = SessionError::from(Forgery::OtherSite);
        events::refused(&error);
        return Some(answer::fitting(&error, facts, None, shared.audience()));
    }
    None
}

fn finish<T: State>(slot: &Slot<T>, mut answer: Response) -> Response {
    let shared = slot.shared();
    let waiting = answer.extensions_mut().remove::<Waiting>().map(|Waiting(error)| error);
    if let Some(error) = &waiting {
        if !was_told(error) {
            events::refused(error);
        }
        let login = shared.login_page.as_deref();
        let fitting = answer::fitting(error, slot.facts(), login, shared.audience());
        answer = answer::in_place_of(answer, fitting);
    }
    let touch = slot.close();
    if touch == Touch::Untouched {
        return answer;
    }
    add_vary(&mut answer);
    let has_failed = answer.status().is_server_error();
    if waiting.is_some() {
        // What is refused half way changes nothing.
        slot.desk().out.unset();
    }
    // A forged request keeps no session alive.
    let is_forged = matches!(waiting, Some(SessionError::Forged(_)));
    if touch == Touch::Used && !has_failed && !is_forged {
        renew(slot);
    }
    let out = slot.desk().out.clone();
    let cookies = headers_of(slot, &out, has_failed);
    let is_personal = slot.is_personal();
    let headers = answer.headers_mut();
    if !cookies.is_empty() || (is_personal && !headers.contains_key(CACHE_CONTROL)) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    for cookie in cookies {
        headers.append(SET_COOKIE, cookie);
    }
    if out.ending == Ending::LoggedOut {
        // Not "cookies": that would end what neighbours under the same domain keep.
        let what = HeaderValue::from_static("\"cache\", \"storage\"");
        headers.insert(HeaderName::from_static("clear-site-data"), what);
    }
    answer
}

/// Whether the search for the session told it, or nobody needs to know.
fn was_told(error: &SessionError) -> bool {
    use SessionError::{Moved, NoSession, Refused, TwoCarriers};
    matches!(error, NoSession | Refused(_) | Moved { .. } | TwoCarriers(_))
}

/// The cookies of an answer. One that failed sets none; what must go goes, if the request brought it.
fn headers_of<T: State>(slot: &Slot<T>, out: &Out, has_failed: bool) -> Vec<HeaderValue> {
    let shared = slot.shared();
    // By another request: an answer that is late must not replace what a login has set.
    let is_ended = |fresh: &Fresh| {
        shared.issuing().is_ok_and(|issuing| issuing.visit.is_ended(&fresh.session))
    };
    let came =
        |which| !cookies::values(&slot.facts().cookies, shared.cookies.name(which)).is_empty();
    let mut headers = Vec::new();
    for (which, change) in [(Which::User, &out.user), (Which::Guest, &out.guest)] {
        let goes = match change {
            Change::Remove => true,
            Change::Forget => !has_failed,
            Change::Set(fresh) => fresh.replaced == Replaced::Removal,
            Change::Keep => false,
        };
        match change {
            Change::Set(fresh) if !has_failed && !is_ended(fresh) => {
                headers.extend(shared.cookies.set(which, fresh.token.as_str(), fresh.until));
                if which == Which::User {
                    let (idle, end) = fresh.ends;
                    let text =
                        format!("{}.{}.{}", idle.as_secs(), end.as_secs(), fresh.now.as_secs());
                    headers.extend(shared.cookies.set_companion(&text, fresh.until));
                }
            }
            _ if goes && came(which) => {
                headers.extend(shared.cookies.remove(which));
                if which == Which::User {
                    headers.extend(shared.cookies.remove_companion());
                }
            }
            _ => {}
        }
    }
    headers
}

/// Renews a session that was used, if that is due and nothing else was written. A list that is too old
/// to renew by is no reason to fail: the token is still good.
fn renew<T: State>(slot: &Slot<T>) {
    let Some((session, which)) = slot.due() else {
        return;
    };
    let shared = slot.shared();
    let Ok(issuing) = shared.issuing() else {
        return;
    };
    let fingerprint = session.fingerprint();
    let renewer = issuing.renewer_of(which, session.profile());
    match renewer.go_on(session.into()) {
        // Longer by a digit or by the name of another key, it may not fit any more.
        Ok(minted) => match shared.weigh(which, &minted) {
            Ok(()) => {
                events::tell(Event::Renewed, fingerprint);
                *slot.desk().out.of(which) = Change::Set(shared.fresh(&minted));
            }
            Err(error) => events::refused(&error),
        },
        Err(fault) => events::refused(&fault.into()),
    }
}

/// Says that the answer depends on the cookie, once.
fn add_vary(answer: &mut Response) {
    let headers = answer.headers_mut();
    let mut known = headers.get_all(VARY).iter().filter_map(|value| value.to_str().ok());
    let has = known.any(|value| {
        value
            .split(',')
            .any(|name| matches!(name.trim(), "*") || name.trim().eq_ignore_ascii_case("cookie"))
    });
    if !has {
        headers.append(VARY, HeaderValue::from_static("Cookie"));
    }
}

impl<T> fmt::Debug for SessionsLayer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SessionsLayer").field(&self.0).finish()
    }
}

impl<T, S> fmt::Debug for SessionsService<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionsService").finish_non_exhaustive()
    }
}
