//! The cookies of a session: names, attributes, and their exact removal (RFC 6265, its successor).

use cookie::Cookie;
use cookie::time::Duration;
use http::HeaderValue;

use crate::limits;
use crate::time::Timestamp;

use super::SetupFault;
use super::site::{Site, Stage};

/// Longest that browsers keep a cookie.
const LONGEST: Duration = Duration::days(400);

/// When a browser sends the cookie along with a request that another site caused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SameSite {
    /// With navigations by link only: the default.
    #[default]
    Lax,
    /// Never; a visitor who follows a link from elsewhere looks logged out on that first page.
    Strict,
    /// Always, for a page inside the frame of another site. Every form then hangs on the CSRF check.
    None,
}

/// Names and attributes of all cookies of one layer.
#[derive(Clone, Debug)]
pub(super) struct Cookies {
    pub(super) user: Box<str>,
    pub(super) guest: Box<str>,
    /// What a script of the page may read: when the session ends.
    pub(super) companion: Option<Box<str>>,
    same_site: SameSite,
    domain: Option<Box<str>>,
    stage: Stage,
}

/// What an application may choose of its cookies.
#[derive(Clone, Debug, Default)]
pub(super) struct Choice {
    pub(super) name: Option<String>,
    pub(super) same_site: SameSite,
    pub(super) domain: Option<String>,
    pub(super) has_companion: Companion,
    /// The site that sets the cookies, if it is another one.
    pub(super) of: Option<String>,
}

/// Whether a cookie beside the session tells scripts when it ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Companion {
    #[default]
    None,
    Readable,
}

/// One of the two cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    User,
    Guest,
}

impl Cookies {
    pub(super) fn new(site: &Site, choice: &Choice) -> Result<Self, SetupFault> {
        let word = choice.name.as_deref().unwrap_or("session");
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if word.is_empty() || word.len() > limits::COOKIE_NAME_BYTES || !word.bytes().all(is_token)
        {
            return Err(SetupFault::CookieName(word.into()));
        }
        if word.starts_with("__") {
            // The prefix follows from the other attributes: nobody can get it wrong.
            return Err(SetupFault::CookiePrefix(word.into()));
        }
        if let (Stage::Development { .. }, SameSite::None) = (site.stage(), choice.same_site) {
            return Err(SetupFault::NoneWithoutSecure);
        }
        let owner = match &choice.of {
            Some(url) => owner(site, url, choice.domain.is_some())?,
            None => site.clone(),
        };
        let named = |what: &str| -> Box<str> {
            match (owner.stage(), &choice.domain) {
                // Ports share cookies: two applications of one developer must not log each other out.
                (Stage::Development { port }, _) => format!("dev-{what}-{port}").into(),
                (Stage::Production, None) => format!("__Host-{what}").into(),
                (Stage::Production, Some(_)) => format!("__Secure-{what}").into(),
            }
        };
        if let Some(domain) = &choice.domain {
            check_domain(site, domain)?;
        }
        Ok(Self {
            user: named(word),
            guest: named(&format!("{word}-guest")),
            companion: match choice.has_companion {
                Companion::None => None,
                Companion::Readable => Some(named(&format!("{word}-ends"))),
            },
            same_site: choice.same_site,
            domain: choice.domain.as_deref().map(Into::into),
            stage: site.stage(),
        })
    }

    pub(super) fn name(&self, which: Which) -> &str {
        match which {
            Which::User => &self.user,
            Which::Guest => &self.guest,
        }
    }

    /// Whether a browser can hold two cookies of one of these names: not if it begins with `__Host-`.
    pub(super) fn may_be_doubled(&self) -> bool {
        !self.user.starts_with("__Host-")
    }

    /// What counts against [`limits::COOKIE_BYTES`]: name and value, without the sign between them.
    pub(super) fn bytes(&self, which: Which, value: &str) -> usize {
        self.name(which).len() + value.len()
    }

    /// Sets a session's cookie; for longer than the browser is open if `until` is given.
    pub(super) fn set(
        &self,
        which: Which,
        value: &str,
        until: Option<(Timestamp, Timestamp)>,
    ) -> Option<HeaderValue> {
        let mut cookie = self.bare(self.name(which), value);
        cookie.set_http_only(true);
        cookie.set_max_age(until.map(age));
        header(&cookie)
    }

    /// Removes a session's cookie: the same name, domain and path, or the browser keeps it.
    pub(super) fn remove(&self, which: Which) -> Option<HeaderValue> {
        let mut cookie = self.bare(self.name(which), "");
        cookie.set_http_only(true);
        cookie.set_max_age(Duration::ZERO);
        header(&cookie)
    }

    /// Sets what scripts may read, for as long as the session's cookie; nothing if the application did
    /// not ask for it.
    pub(super) fn set_companion(
        &self,
        value: &str,
        until: Option<(Timestamp, Timestamp)>,
    ) -> Option<HeaderValue> {
        let mut cookie = self.bare(self.companion.as_deref()?, value);
        cookie.set_max_age(until.map(age));
        header(&cookie)
    }

    /// Removes what scripts may read.
    pub(super) fn remove_companion(&self) -> Option<HeaderValue> {
        let mut cookie = self.bare(self.companion.as_deref()?, "");
        cookie.set_max_age(Duration::ZERO);
        header(&cookie)
    }

    fn bare<'c>(&'c self, name: &'c str, value: &'c str) -> Cookie<'c> {
        let mut cookie = Cookie::new(name, value);
        cookie.set_path("/");
        cookie.set_secure(self.stage == Stage::Production);
        cookie.set_same_site(match self.same_site {
            SameSite::Lax => cookie::SameSite::Lax,
            SameSite::Strict => cookie::SameSite::Strict,
            SameSite::None => cookie::SameSite::None,
        });
        if let Some(domain) = &self.domain {
            cookie.set_domain(&**domain);
        }
        cookie
    }
}

/// How long a browser shall keep a cookie.
fn age((now, until): (Timestamp, Timestamp)) -> Duration {
    let seconds = i64::try_from(until.since(now).as_secs()).unwrap_or(i64::MAX);
    Duration::seconds(seconds).min(LONGEST)
}

/// The site at `url`, whose cookies browsers send to `site` too: ports share them, hosts by a domain.
fn owner(site: &Site, url: &str, has_domain: bool) -> Result<Site, SetupFault> {
    let owner = match site.stage() {
        Stage::Production => Site::production(url)?,
        Stage::Development { .. } => Site::development(url)?,
    };
    if !has_domain && owner.host() != site.host() {
        return Err(SetupFault::CookiesOf { url: url.into(), origin: site.origin().into() });
    }
    Ok(owner)
}

/// A parent of the site's host, or that host.
fn check_domain(site: &Site, domain: &str) -> Result<(), SetupFault> {
    let fault = || SetupFault::Domain { domain: domain.into(), origin: site.origin().into() };
    let host = site.host();
    let is_parent =
        host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let is_name = domain.contains('.') && !domain.starts_with('.') && domain.is_ascii();
    if is_parent && is_name && site.stage() == Stage::Production { Ok(()) } else { Err(fault()) }
}

fn header(cookie: &Cookie<'_>) -> Option<HeaderValue> {
    // A token and our names are of base64url and dots: they always fit a header.
    HeaderValue::try_from(cookie.to_string()).ok()
}

/// The values of the cookie `name` in the raw `Cookie` headers, in order: a jar would hide a second
/// one. What other cookies hold is of no matter, be it text or not. Only spaces and tabs are trimmed,
/// as browsers do: by Unicode's rules another name would pass for ours.
pub(super) fn values<'h>(headers: &'h [HeaderValue], name: &str) -> Vec<&'h str> {
    let pairs = headers.iter().flat_map(|header| header.as_bytes().split(|byte| *byte == b';'));
    let named = pairs.filter_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=')?;
        let (known, value) = pair.split_at(at);
        (trimmed(known) == name.as_bytes()).then(|| trimmed(value.split_at(1).1))
    });
    // Bytes that are no text are no token either, and count as a value all the same.
    named.map(|value| std::str::from_utf8(value).unwrap_or_default()).collect()
}

fn trimmed(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the header says, told as plainly as can be: text by text.
    fn plainly(headers: &[Vec<u8>], name: &str) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        let is_space = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
        let trim = |mut text: Vec<u8>| {
            while is_space(text.last()) {
                text.pop();
            }
            while is_space(text.first()) {
                text.remove(0);
            }
            text
        };
        for header in headers {
            let mut pairs = vec![Vec::new()];
            for byte in header {
                match (byte, pairs.last_mut()) {
                    (b';', _) => pairs.push(Vec::new()),
                    (byte, Some(pair)) => pair.push(*byte),
                    (_, None) => {}
                }
            }
            for pair in pairs {
                let Some(at) = pair.iter().position(|byte| *byte == b'=') else { continue };
                if trim(pair.split_at(at).0.to_vec()) == name.as_bytes() {
                    let value = trim(pair.split_at(at + 1).1.to_vec());
                    found.push(if std::str::from_utf8(&value).is_ok() {
                        value
                    } else {
                        Vec::new()
                    });
                }
            }
        }
        found
    }

    fn hostile() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            4 => Just(b"__Host-a".to_vec()),
            4 => Just(b"=".to_vec()),
            3 => Just(b";".to_vec()),
            2 => Just(b" ".to_vec()),
            1 => Just(b"\t".to_vec()),
            1 => Just(b"\"".to_vec()),
            1 => Just(b",".to_vec()),
            1 => Just("\u{2000}".as_bytes().to_vec()),
            1 => Just("\u{85}".as_bytes().to_vec()),
            1 => Just(b"__host-a".to_vec()),
            2 => proptest::collection::vec(any::<u8>(), 0..4),
        ];
        let pieces = proptest::collection::vec(piece, 0..12);
        pieces.prop_map(|pieces| {
            let bytes = pieces.concat().into_iter();
            bytes.filter(|byte| HeaderValue::from_bytes(&[*byte]).is_ok()).collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5_000, ..ProptestConfig::default() })]

        #[test]
        fn every_value_of_our_name_is_found_and_no_other(
            raw in proptest::collection::vec(hostile(), 0..3),
        ) {
            let headers: Result<Vec<_>, _> =
                raw.iter().map(|bytes| HeaderValue::from_bytes(bytes)).collect();
            let headers = headers.expect("a header");
            let found = values(&headers, "__Host-a");
            let found: Vec<Vec<u8>> = found.into_iter().map(|v| v.as_bytes().to_vec()).collect();
            prop_assert_eq!(found, plainly(&raw, "__Host-a"));
        }
    }
}
