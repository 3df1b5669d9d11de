//! Why sessions of a web application cannot be set up.

use crate::session::SetupError;

/// A set-up that cannot work or is not safe.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupFault {
    /// Issuer, audience, ring and limits do not fit.
    #[error(transparent)]
    Session(#[from] SetupError),
    /// The URL is no origin.
    #[error("{0:?} is no origin: scheme, host and perhaps a port, as https://shop.example")]
    NotAnOrigin(String),
    /// Not `https`.
    #[error(
        "{0:?} is not https: cookies would be sent in clear (Sessions::dev is for this machine)"
    )]
    NotHttps(String),
    /// Not this machine.
    #[error("{0:?} is not http on a loopback host: development sessions are for this machine")]
    NotLoopback(String),
    /// The name of the cookie has other characters than letters, digits, `-`, `_` and `.`.
    #[error("{0:?} is no name for a cookie: 1 to 64 letters, digits, '-', '_' and '.'")]
    CookieName(String),
    /// The prefix follows from the other choices.
    #[error("{0:?}: the prefix is added, __Host- or, with a domain, __Secure-; leave it out")]
    CookiePrefix(String),
    /// Browsers drop it.
    #[error("SameSite=None needs Secure, and development has plain http: browsers drop the cookie")]
    NoneWithoutSecure,
    /// Not the site's domain.
    #[error("the cookie's domain {domain:?} is not {origin:?} or a parent of it")]
    Domain {
        /// The domain.
        domain: String,
        /// The site.
        origin: String,
    },
    /// Browsers do not send the other site's cookies here.
    #[error(
        "browsers do not send the cookies of {url:?} to {origin:?}: the hosts differ, and there is no domain"
    )]
    CookiesOf {
        /// The other site.
        url: String,
        /// This one.
        origin: String,
    },
    /// No path of this site, and no `https` URL.
    #[error("the login page {0:?} is no path of this site (/login), and no https URL")]
    LoginPage(String),
    /// The limits have the name of others.
    #[error("limits named {0:?}: guests and remembered logins have that name; choose another")]
    ProfileName(String),
    /// A signed ring where nobody else reads.
    #[error(
        "the ring signs, so whoever holds a cookie can read it: make a sealed one \
         (waxseal keys init --purpose sealed), or say readable_by_other_services()"
    )]
    Readable,
    /// A ring that was made for tests.
    #[error("the ring's key is for tests: a production set-up does not start with it")]
    TestKeys,
    /// A field of the state sounds like a credential.
    #[error(
        "the state has a field {0:?}: credentials do not belong in a session (allow_state_key if it is none)"
    )]
    Credential(String),
}
