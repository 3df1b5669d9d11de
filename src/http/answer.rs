//! What the client is told: little, and in the form that it can use.

use axum_core::body::Body;
use axum_core::response::{IntoResponse, Response};
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, LAST_MODIFIED, LOCATION, RETRY_AFTER,
    TRANSFER_ENCODING, WWW_AUTHENTICATE,
};
use http::{HeaderValue, StatusCode};

use crate::jwt::{MintError, VerifyError};
use crate::session::{Denied, OperationError, RenewError};

use super::facts::{Caller, Facts};
use super::{Assembly, SessionError, events};

/// An error that waits in an answer's extensions for the layer, which knows who asked.
#[derive(Clone)]
pub(super) struct Waiting(pub(super) SessionError);

/// For a route without a layer; the layer makes a fitting answer of it.
impl IntoResponse for SessionError {
    fn into_response(self) -> Response {
        if let Self::Assembly(Assembly::NoLayer) = self {
            // There is no layer that would tell it.
            events::refused(&self);
        }
        let mut answer = plain(&self, Audience::Public);
        answer.extensions_mut().insert(Waiting(self));
        answer
    }
}

/// Who may read the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// Everybody: a generic sentence.
    Public,
    /// The developer, on this machine: the whole line.
    Developer,
}

/// The answer to `error` for who asked: a page or a redirect for a person, else a status and a word.
pub(super) fn fitting(
    error: &SessionError,
    facts: &Facts,
    login_page: Option<&str>,
    audience: Audience,
) -> Response {
    if facts.caller == Caller::Api {
        return plain(error, audience);
    }
    match login_page.filter(|_| wants_login(error)) {
        Some(login) => redirect(login, facts),
        None => page(error, audience),
    }
}

/// Whether another login would help.
fn wants_login(error: &SessionError) -> bool {
    status(error) == StatusCode::UNAUTHORIZED
}

/// The `fitting` answer, with what layers further in have said on the plain one: a request id, say.
pub(super) fn in_place_of(plain: Response, mut fitting: Response) -> Response {
    let (parts, _) = plain.into_parts();
    let headers = fitting.headers_mut();
    // Of the body that goes, and of what the fitting answer says itself.
    let body = [
        ACCEPT_RANGES,
        CONTENT_ENCODING,
        CONTENT_LENGTH,
        CONTENT_RANGE,
        CONTENT_TYPE,
        ETAG,
        LAST_MODIFIED,
        TRANSFER_ENCODING,
        WWW_AUTHENTICATE,
    ];
    for name in parts.headers.keys() {
        if !headers.contains_key(name) && !body.contains(name) {
            for value in parts.headers.get_all(name) {
                headers.append(name, value.clone());
            }
        }
    }
    *fitting.extensions_mut() = parts.extensions;
    fitting
}

/// 303, so that a form that was sent is not sent again.
fn redirect(login: &str, facts: &Facts) -> Response {
    let separator = if login.contains('?') { '&' } else { '?' };
    let place = match &facts.place {
        Some(place) => format!("{login}{separator}return_to={}", place.encoded()),
        None => login.to_owned(),
    };
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(place) = HeaderValue::try_from(place) {
        answer.headers_mut().insert(LOCATION, place);
    }
    no_store(answer)
}

/// How an application is put together names types and nobody's data, and is seen the first time that
/// the route is called.
fn is_told_in_full(error: &SessionError, audience: Audience) -> bool {
    let is_assembly = matches!(error, SessionError::Assembly(_)) && is_ours(error);
    is_assembly || audience == Audience::Developer
}

fn plain(error: &SessionError, audience: Audience) -> Response {
    let text = match is_told_in_full(error, audience) {
        true => error.to_string(),
        false => sentence(error).to_owned(),
    };
    answer(error, "text/plain; charset=utf-8", text + "\n")
}

/// Of a page for a person.
const STYLE: &str =
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem}";

/// Nothing but that style, by its hash: an application that sets a policy of its own keeps this one.
const POLICY: &str = "default-src 'none'; style-src 'sha256-Vx0Cz0nWtyo2ic15MNITSr5ZtcenQPM6e/186BgM8dU='; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

fn page(error: &SessionError, audience: Audience) -> Response {
    let (title, sentence) = (title(error), sentence(error));
    let detail = match is_told_in_full(error, audience) {
        true => {
            format!("<p><strong>For the developer:</strong> {}</p>\n", escaped(&error.to_string()))
        }
        false => String::new(),
    };
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{sentence}</p>\n\
         {detail}</main>\n</body>\n</html>\n"
    );
    let mut answer = answer(error, "text/html; charset=utf-8", page);
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    answer
}

fn answer(error: &SessionError, kind: &'static str, text: String) -> Response {
    let mut answer = Response::new(Body::from(text));
    *answer.status_mut() = status(error);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Some(challenge) = challenge(error) {
        headers.insert(WWW_AUTHENTICATE, challenge);
    }
    if status(error) == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    no_store(answer)
}

fn no_store(mut answer: Response) -> Response {
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// RFC 6750 section 3, RFC 9470 section 3: the same for every token that is refused.
fn challenge(error: &SessionError) -> Option<HeaderValue> {
    let text = match error {
        SessionError::NoSession
        | SessionError::Assembly(Assembly::NobodyIsLoggedIn | Assembly::NoSession) => {
            "Bearer realm=\"session\"".to_owned()
        }
        SessionError::Denied(Denied::NotFresh { most, .. }) => format!(
            "Bearer error=\"insufficient_user_authentication\", max_age=\"{}\"",
            most.as_secs()
        ),
        SessionError::Denied(Denied::Level(level)) => format!(
            "Bearer error=\"insufficient_user_authentication\", acr_values=\"{}\"",
            quotable(level)
        ),
        SessionError::Denied(Denied::Permission(scope)) => {
            format!("Bearer error=\"insufficient_scope\", scope=\"{}\"", quotable(scope))
        }
        SessionError::Denied(Denied::NeedsRefresh { .. }) => {
            "Bearer error=\"insufficient_scope\", error_description=\"needs_refresh\"".to_owned()
        }
        SessionError::TwoCarriers(_) => "Bearer error=\"invalid_request\"".to_owned(),
        _ if status(error) == StatusCode::UNAUTHORIZED => {
            "Bearer error=\"invalid_token\"".to_owned()
        }
        _ => return None,
    };
    HeaderValue::try_from(text).ok()
}

/// The characters of a `scope` and an `acr` that RFC 6750 allows between quotes.
fn quotable(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')).collect()
}

/// Whether the fault is on our side.
pub(super) fn is_ours(error: &SessionError) -> bool {
    status(error).is_server_error()
}

/// Whether nobody may be taken for a guest, or for nobody: the fault is ours, or two speak at once.
pub(super) fn is_hard(error: &SessionError) -> bool {
    is_ours(error) || matches!(error, SessionError::TwoCarriers(_))
}

/// What the fault is to HTTP.
pub(super) fn status(error: &SessionError) -> StatusCode {
    match error {
        SessionError::NoSession | SessionError::Moved { .. } => StatusCode::UNAUTHORIZED,
        // The client's doing, and no fault of who put the application together.
        SessionError::Assembly(Assembly::NobodyIsLoggedIn | Assembly::NoSession) => {
            StatusCode::UNAUTHORIZED
        }
        SessionError::Assembly(Assembly::Bearer) => StatusCode::FORBIDDEN,
        SessionError::Refused(fault) => of_verify(fault),
        SessionError::TwoCarriers(_) => StatusCode::BAD_REQUEST,
        SessionError::Denied(denied) => match denied {
            Denied::Role(_) | Denied::Permission(_) | Denied::NeedsRefresh { .. } => {
                StatusCode::FORBIDDEN
            }
            _ => StatusCode::UNAUTHORIZED,
        },
        SessionError::Forged(_) => StatusCode::FORBIDDEN,
        SessionError::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        SessionError::Operation(fault) => of_operation(fault),
        SessionError::NotRenewed(RenewError::Ended(fault)) => of_verify(fault),
        SessionError::NotRenewed(RenewError::Mint(fault)) | SessionError::NotMinted(fault) => {
            of_mint(fault)
        }
        // The application has other limits since: a new login has them.
        SessionError::NotRenewed(RenewError::OtherProfile { .. }) => StatusCode::UNAUTHORIZED,
        SessionError::NotRenewed(_)
        | SessionError::NotRecorded(_)
        | SessionError::Value { .. }
        | SessionError::Assembly(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn of_verify(fault: &VerifyError) -> StatusCode {
    match fault.is_ours() {
        true => StatusCode::SERVICE_UNAVAILABLE,
        false => StatusCode::UNAUTHORIZED,
    }
}

fn of_mint(fault: &MintError) -> StatusCode {
    match fault {
        MintError::NoSigner | MintError::StaleRing { .. } => StatusCode::SERVICE_UNAVAILABLE,
        MintError::TooLong { .. } | MintError::TooMany { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn of_operation(fault: &OperationError) -> StatusCode {
    match fault {
        OperationError::UsedBefore => StatusCode::CONFLICT,
        OperationError::Mint(fault) => of_mint(fault),
        OperationError::NotRecorded(_) | OperationError::StaleKeys { .. } => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        fault if fault.is_ours() => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::FORBIDDEN,
    }
}

fn title(error: &SessionError) -> &'static str {
    if let SessionError::Denied(Denied::NeedsRefresh { .. }) = error {
        return "Your rights have changed";
    }
    match status(error) {
        StatusCode::UNAUTHORIZED => "Please log in",
        StatusCode::FORBIDDEN => "Not allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "Too much to remember",
        StatusCode::SERVICE_UNAVAILABLE => "Back in a moment",
        StatusCode::CONFLICT => "Done already",
        StatusCode::BAD_REQUEST => "That request is unclear",
        _ => "Something went wrong",
    }
}

/// The same for every reason that an attacker could learn from.
fn sentence(error: &SessionError) -> &'static str {
    match (error, status(error)) {
        (SessionError::Denied(Denied::NotFresh { .. } | Denied::Level(_)), _) => {
            "This needs a fresh login. Please log in again."
        }
        (SessionError::Denied(Denied::NeedsRefresh { .. }), _) => {
            "What your account may do has changed. You are still logged in: please go back to the \
             start page and try again."
        }
        (SessionError::Forged(_), _) => {
            "The form is from an old page or from another site. Go back, load the page again, and \
             send it once more."
        }
        (SessionError::Operation(_), StatusCode::FORBIDDEN) => {
            "The page is too old, or something in it has changed. Go back and begin that step again."
        }
        (SessionError::Operation(_), StatusCode::CONFLICT) => {
            "This was sent before, and is done once only."
        }
        (_, StatusCode::UNAUTHORIZED) => "You are not logged in, or your session has ended.",
        (_, StatusCode::FORBIDDEN) => "Your account may not do this.",
        (_, StatusCode::PAYLOAD_TOO_LARGE) => {
            "This is more than we can keep for you in one session, so nothing was changed. Remove \
             something, or make it shorter, and try again."
        }
        (_, StatusCode::SERVICE_UNAVAILABLE) => {
            "We cannot check your session at the moment. You are not logged out: please try again."
        }
        (_, StatusCode::BAD_REQUEST) => {
            "The request carries more than one session. Close the browser, open it, and try again."
        }
        (SessionError::NotRecorded(_), _) => {
            "We could not put that on record. Please try again; if it was a logout, this browser is \
             logged out, and a copy of the session elsewhere may not be."
        }
        _ => "The fault is ours, and it was noted.",
    }
}

/// For HTML text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn the_policy_of_a_page_allows_its_style() {
        let hash = STANDARD.encode(crate::crypto::sha256(STYLE.as_bytes()));
        assert!(POLICY.contains(&format!("'sha256-{hash}'")), "{hash}");
    }
}
