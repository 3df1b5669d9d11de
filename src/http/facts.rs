//! What a request says of itself, as far as a session is concerned.

use http::header::{ACCEPT, AUTHORIZATION, COOKIE, HOST, ORIGIN};
use http::{HeaderMap, HeaderValue, Method, Request, Uri};

use super::return_to::ReturnTo;

/// The parts of one request that outlive it.
#[derive(Clone)]
pub(super) struct Facts {
    pub(super) cookies: Vec<HeaderValue>,
    pub(super) authorization: Vec<HeaderValue>,
    pub(super) csrf_header: Option<HeaderValue>,
    pub(super) origin: Option<HeaderValue>,
    pub(super) fetch_site: Option<HeaderValue>,
    pub(super) host: Option<HeaderValue>,
    pub(super) effect: Effect,
    pub(super) caller: Caller,
    /// Where a login may lead back to.
    pub(super) place: Option<ReturnTo>,
}

/// What the method promises (RFC 9110 section 9.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing changes.
    Safe,
    /// Something may.
    Unsafe,
}

/// Who reads the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// A person, in a browser that shows what comes.
    Navigation,
    /// A program.
    Api,
}

/// The header in which scripts send the CSRF token.
pub(super) const CSRF_HEADER: &str = "x-csrf-token";

impl Facts {
    pub(super) fn of<B>(request: &Request<B>) -> Self {
        let headers = request.headers();
        let one = |name: &str| headers.get(name).cloned();
        let is = |name: &str, word: &str| {
            headers
                .get(name)
                .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(word.as_bytes()))
        };
        let effect = match *request.method() {
            // A socket's handshake is a GET, and what goes over it then may do anything.
            _ if is("upgrade", "websocket") || is("sec-fetch-mode", "websocket") => Effect::Unsafe,
            Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE => Effect::Safe,
            _ => Effect::Unsafe,
        };
        let path = request.uri().path_and_query().map(http::uri::PathAndQuery::as_str);
        let place = path.filter(|_| *request.method() == Method::GET).and_then(ReturnTo::parse);
        Self {
            cookies: headers.get_all(COOKIE).iter().cloned().collect(),
            authorization: headers.get_all(AUTHORIZATION).iter().cloned().collect(),
            csrf_header: one(CSRF_HEADER),
            origin: headers.get(ORIGIN).cloned(),
            fetch_site: one("sec-fetch-site"),
            host: headers.get(HOST).cloned().or_else(|| authority(request.uri())),
            effect,
            caller: caller(headers, request.method()),
            place,
        }
    }

    /// Whether a bearer token is sent along, which no browser does by itself. Basic credentials it
    /// does.
    pub(super) fn has_bearer(&self) -> bool {
        self.authorization.iter().any(|value| bearer_of(value).is_some())
    }
}

/// The token of an `Authorization: Bearer` header (RFC 6750 section 2.1).
pub(super) fn bearer_of(header: &HeaderValue) -> Option<&str> {
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_matches(' '))
}

/// The host that HTTP/2 names in the place of the header.
fn authority(uri: &Uri) -> Option<HeaderValue> {
    HeaderValue::try_from(uri.authority()?.as_str()).ok()
}

/// Browsers say that they navigate; older ones ask for HTML.
fn caller(headers: &HeaderMap, method: &Method) -> Caller {
    let is = |name: &str, value: &str| headers.get(name).is_some_and(|found| found == value);
    let says_mode = headers.contains_key("sec-fetch-mode");
    let accepts = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let asks_for_a_page = accepts.contains("text/html") && *method != Method::OPTIONS;
    match is("sec-fetch-mode", "navigate") || (!says_mode && asks_for_a_page) {
        true => Caller::Navigation,
        false => Caller::Api,
    }
}
