//! Four routes, and a plain answer to everything else. No path of a request ever names a file.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{self, Request};
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use waxseal::limits;
use waxseal::time::Span;

use super::metrics;
use super::snapshots::Snapshots;
use super::state::State;

/// Where verifiers look for a set (RFC 8615; OpenID Connect providers keep it there too).
pub(super) const JWKS: &str = "/.well-known/jwks.json";
/// Where verifiers look for a signed snapshot of the revocation list; 404 without one.
pub(super) const SNAPSHOT: &str = "/.well-known/revocations.jwt";
const HEALTH: &str = "/healthz";
const METRICS: &str = "/metrics";

/// RFC 7517 section 8.5.2.
const JWK_SET: &str = "application/jwk-set+json";
/// RFC 7519 section 10.3.1.
const JWT: &str = "application/jwt";
const TEXT: &str = "text/plain; charset=utf-8";

pub(super) fn router(state: Arc<State>) -> Router {
    Router::new()
        .route(JWKS, get(jwk_set))
        .route(SNAPSHOT, get(snapshot))
        .route(HEALTH, get(health))
        .route(METRICS, get(numbers))
        .fallback(async || nothing())
        .layer(from_fn_with_state(Arc::clone(&state), every))
        .with_state(state)
}

/// What holds of every answer.
async fn every(
    extract::State(state): extract::State<Arc<State>>,
    request: Request,
    next: Next,
) -> Response {
    let routes = [JWKS, SNAPSHOT, HEALTH, METRICS];
    let route = routes.into_iter().find(|route| *route == request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    state.count(route.unwrap_or("other"), response.status().as_u16());
    response
}

async fn jwk_set(
    extract::State(state): extract::State<Arc<State>>,
    headers: HeaderMap,
) -> Response {
    let (status, line) = verdict(state.set.health().age);
    if status != StatusCode::OK {
        // What was revoked since cannot be known: a verifier keeps what it has, for a day at most.
        return text(status, line);
    }
    let published = state.set.current();
    let cache = format!("public, max-age={}", state.set.max_age().as_secs());
    let about = [(ETAG, published.etag().to_owned()), (CACHE_CONTROL, cache)];
    if names(&headers, published.etag()) {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    let body = Bytes::copy_from_slice(published.body());
    (about, [(CONTENT_TYPE, JWK_SET)], Body::from(body)).into_response()
}

async fn snapshot(
    extract::State(state): extract::State<Arc<State>>,
    headers: HeaderMap,
) -> Response {
    let Some(snapshots) = &state.snapshots else {
        return nothing();
    };
    if let Some(line) = snapshots.fault() {
        return text(StatusCode::SERVICE_UNAVAILABLE, line);
    }
    let current = snapshots.current();
    let cache = format!("public, max-age={}", snapshots.max_age().as_secs());
    let about = [(ETAG, current.etag.clone()), (CACHE_CONTROL, cache)];
    if names(&headers, &current.etag) {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    (about, [(CONTENT_TYPE, JWT)], Body::from(current.body.clone())).into_response()
}

/// Whether If-None-Match holds `etag` (RFC 9110 section 13.1.2: weak comparison).
fn names(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

async fn health(extract::State(state): extract::State<Arc<State>>) -> Response {
    let (status, line) = verdict(state.set.health().age);
    match state.snapshots.as_ref().and_then(Snapshots::fault) {
        Some(line) if status == StatusCode::OK => text(StatusCode::SERVICE_UNAVAILABLE, line),
        _ => text(status, line),
    }
}

fn verdict(age: Duration) -> (StatusCode, String) {
    match age > limits::KEYS_AGE {
        false => (StatusCode::OK, "ok\n".into()),
        true => {
            let line = format!("the set was last read well {} ago\n", Span(age));
            (StatusCode::SERVICE_UNAVAILABLE, line)
        }
    }
}

async fn numbers(extract::State(state): extract::State<Arc<State>>) -> Response {
    ([(CONTENT_TYPE, metrics::CONTENT_TYPE)], metrics::text(&state)).into_response()
}

fn nothing() -> Response {
    text(StatusCode::NOT_FOUND, "not found\n".into())
}

fn text(status: StatusCode, line: String) -> Response {
    (status, [(CONTENT_TYPE, TEXT)], line).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_that_is_too_old_is_no_health() {
        assert_eq!(verdict(limits::KEYS_AGE), (StatusCode::OK, "ok\n".into()));
        let (status, line) = verdict(limits::KEYS_AGE + Duration::from_secs(3600));
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(line, "the set was last read well 1 d 1 h ago\n");
    }

    #[test]
    fn a_tag_is_found_in_any_list_and_no_part_of_one_is() {
        let named = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_static(value));
            names(&headers, "\"ab\"")
        };
        for value in ["\"ab\"", "W/\"ab\"", "\"x\", \"ab\"", "*"] {
            assert!(named(value), "{value}");
        }
        for value in ["ab", "\"abc\"", "\"x\"", "", "w/\"ab\""] {
            assert!(!named(value), "{value}");
        }
    }
}
