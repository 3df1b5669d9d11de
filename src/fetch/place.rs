//! Where we ask: https, or http to this machine.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use ureq::http::Uri;
use ureq::http::uri::Authority;

/// A URL that may be asked. Displayed without its query, which may hold what is no log's business.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Place {
    uri: Uri,
    secure: bool,
}

/// Why a URL is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PlaceFault {
    /// Not a URL of the web.
    #[error("this is no http or https URL")]
    NoUrl,
    /// A name or password in it.
    #[error("the URL holds a user name or password, which ends in logs; keys are public")]
    Credentials,
    /// Keys that anybody on the way could exchange.
    #[error("http is for this machine only (localhost, 127.0.0.0/8, [::1]); use https")]
    Insecure,
}

impl Place {
    pub(crate) fn parse(text: &str) -> Result<Self, PlaceFault> {
        let uri: Uri = text.parse().map_err(|_| PlaceFault::NoUrl)?;
        let authority = uri.authority().ok_or(PlaceFault::NoUrl)?;
        if authority.as_str().contains('@') {
            return Err(PlaceFault::Credentials);
        }
        let host = authority.host();
        // http::Uri takes any text for a port.
        if host.is_empty() || host != authority.as_str() && authority.port_u16().is_none() {
            return Err(PlaceFault::NoUrl);
        }
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if is_this_machine(authority) => false,
            Some("http") => return Err(PlaceFault::Insecure),
            _ => return Err(PlaceFault::NoUrl),
        };
        Ok(Self { uri, secure })
    }

    /// The place that a `Location` here means: never http, not even on this machine.
    pub(super) fn redirected(&self, location: &str) -> Result<Self, PlaceFault> {
        let authority = self.uri.authority().map_or("", Authority::as_str);
        let scheme = self.uri.scheme_str().unwrap_or("https");
        let text = if location.starts_with("//") {
            format!("{scheme}:{location}")
        } else if location.starts_with('/') {
            format!("{scheme}://{authority}{location}")
        } else {
            // A relative path is no absolute URL, and is refused as none.
            location.to_owned()
        };
        let place = Self::parse(&text)?;
        if place.secure { Ok(place) } else { Err(PlaceFault::Insecure) }
    }

    pub(super) fn uri(&self) -> Uri {
        self.uri.clone()
    }

    pub(super) fn is_secure(&self) -> bool {
        self.secure
    }
}

fn is_this_machine(authority: &Authority) -> bool {
    let host = authority.host();
    let six = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || six.is_some_and(|host| host.parse::<Ipv6Addr>().is_ok_and(|six| six.is_loopback()))
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.uri.scheme_str().unwrap_or_default();
        let authority = self.uri.authority().map_or("", Authority::as_str);
        let query = if self.uri.query().is_some() { "?.." } else { "" };
        write!(f, "{scheme}://{authority}{}{query}", self.uri.path())
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_for_this_machine_only() {
        for url in [
            "https://id.example/keys",
            "HTTPS://id.example/",
            "https://id.example:8443/k?tenant=1",
            "http://localhost:8080/k",
            "http://LOCALHOST/",
            "http://127.0.0.1/",
            "http://127.9.9.9:1/",
            "http://[::1]:80/",
        ] {
            assert!(Place::parse(url).is_ok(), "{url}");
        }
        for url in [
            "http://id.example/",
            "http://localhost.example/",
            "http://127.0.0.1.example/",
            "http://0.0.0.0/",
            "http://[::]/",
            "http://10.0.0.1/",
            "http://[::ffff:10.0.0.1]/",
        ] {
            assert_eq!(Place::parse(url), Err(PlaceFault::Insecure), "{url}");
        }
    }

    #[test]
    fn what_is_no_url_of_the_web_is_refused() {
        for url in [
            "",
            "https:",
            "https:///k",
            "https://",
            "ftp://id.example/",
            "https://id.example:port/",
            "https://id.example:99999/",
            "/k",
            "id.example",
            "https://id example/",
            "https://id.example/\n",
            "file:///etc/passwd",
        ] {
            assert_eq!(Place::parse(url), Err(PlaceFault::NoUrl), "{url}");
        }
        for url in [
            "https://ada@id.example/",
            "https://ada:pass@id.example/",
            "http://@localhost/",
            "http://localhost@id.example/",
        ] {
            assert_eq!(Place::parse(url), Err(PlaceFault::Credentials), "{url}");
        }
    }

    #[test]
    fn a_redirect_stays_with_https() {
        let from = Place::parse("https://id.example/a/b").expect("a place");
        let to = |location: &str| from.redirected(location).map(|place| place.to_string());
        assert_eq!(to("/c"), Ok("https://id.example/c".into()));
        assert_eq!(to("//other.example/c"), Ok("https://other.example/c".into()));
        assert_eq!(to("https://other.example/c"), Ok("https://other.example/c".into()));
        for location in ["http://id.example/a/b", "http://localhost/", "http://127.0.0.1:80/"] {
            assert_eq!(to(location), Err(PlaceFault::Insecure), "{location}");
        }
        assert_eq!(to("https://ada:pass@id.example/"), Err(PlaceFault::Credentials));
        assert_eq!(to("c"), Err(PlaceFault::NoUrl));
        let here = Place::parse("http://localhost:1/a").expect("a place");
        assert_eq!(here.redirected("/b"), Err(PlaceFault::Insecure));
        assert!(here.redirected("https://id.example/").is_ok());
    }

    #[test]
    fn a_query_is_not_shown() {
        let place = Place::parse("https://id.example/keys?token=abc").expect("a place");
        assert_eq!(
            format!("{place} {place:?}"),
            "https://id.example/keys?.. https://id.example/keys?.."
        );
    }
}
