//! Whether another site caused a request: `Sec-Fetch-Site`, else `Origin`, else nobody knows.

use super::facts::{Effect, Facts};

/// When a request that may change something must prove that our own page sent it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CsrfPolicy {
    /// By the headers that browsers send, else by a token: the default.
    #[default]
    HeadersOrToken,
    /// By a token, whatever the headers say; and the headers must not say otherwise.
    Token,
}

/// Why a request is refused: it may be forged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Forgery {
    /// Another site sent it.
    #[error("another site caused the request (Sec-Fetch-Site, Origin)")]
    OtherSite,
    /// Nothing says who sent it, and there is no token.
    #[error("no CSRF token, in the header X-CSRF-Token or checked by SessionMut::check_csrf")]
    NoToken,
    /// The token is none of this session.
    #[error("the CSRF token is none of this session: a page from before the login, or forged")]
    WrongToken,
}

impl Forgery {
    /// A stable word for the cause.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OtherSite => "other_site",
            Self::NoToken => "csrf_token_missing",
            Self::WrongToken => "csrf_token_wrong",
        }
    }
}

/// Who sent a request, as far as its headers tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    /// A page of this site, or the person themselves.
    Us,
    /// A page of another site.
    Others,
    /// No browser, or an old one.
    Unknown,
}

/// Who sent the request; `trusted` are the origins that may.
pub(super) fn sender(facts: &Facts, own: &str, trusted: &[Box<str>]) -> Sender {
    let origin = facts.origin.as_ref().map(|origin| origin.to_str().unwrap_or("null"));
    if origin.is_some_and(|origin| trusted.iter().any(|known| **known == *origin)) {
        return Sender::Us;
    }
    let site = facts.fetch_site.as_ref().map(|site| site.to_str().unwrap_or_default());
    match (site, origin) {
        // Not `same-site`: a neighbour under the same domain is another application.
        (Some("same-origin" | "none"), None) => Sender::Us,
        (Some("same-origin" | "none") | None, Some(origin)) if origin == own => Sender::Us,
        // A form of our own page with `Referrer-Policy: no-referrer` says so little of itself.
        (Some("same-origin"), Some("null")) => Sender::Us,
        (Some(_), _) | (None, Some(_)) => Sender::Others,
        (None, None) => Sender::Unknown,
    }
}

/// Whether the request must still prove itself by a token.
pub(super) fn is_unproved(facts: &Facts, policy: CsrfPolicy, sender: Sender) -> bool {
    facts.effect == Effect::Unsafe && (policy == CsrfPolicy::Token || sender != Sender::Us)
}
