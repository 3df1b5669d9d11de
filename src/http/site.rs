//! The site that a layer serves: its origin, and whether it is real.

use std::fmt;

use http::Uri;
use http::uri::Scheme;

use super::SetupFault;

/// An origin (RFC 6454): scheme, host and port, as browsers write them.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Site {
    origin: Box<str>,
    stage: Stage,
}

/// What a site is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// `https`, for everybody.
    Production,
    /// Plain `http` on a loopback host and this port, for its developer.
    Development { port: u16 },
}

impl Site {
    /// A site for everybody: `https://shop.example`.
    pub(super) fn production(url: &str) -> Result<Self, SetupFault> {
        let uri = bare_origin(url)?;
        if uri.scheme() != Some(&Scheme::HTTPS) {
            return Err(SetupFault::NotHttps(url.into()));
        }
        Ok(Self { origin: origin_of(&uri, 443), stage: Stage::Production })
    }

    /// A developer's: `http://localhost:3000`.
    pub(super) fn development(url: &str) -> Result<Self, SetupFault> {
        let uri = bare_origin(url)?;
        if uri.scheme() != Some(&Scheme::HTTP) || !uri.host().is_some_and(is_loopback) {
            return Err(SetupFault::NotLoopback(url.into()));
        }
        let port = uri.port_u16().unwrap_or(80);
        Ok(Self { origin: origin_of(&uri, 80), stage: Stage::Development { port } })
    }

    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// The host without the port.
    pub(super) fn host(&self) -> &str {
        let authority = self.origin.split("://").nth(1).unwrap_or_default();
        match authority.find(']') {
            Some(end) => authority.get(..=end).unwrap_or_default(),
            None => authority.split(':').next().unwrap_or_default(),
        }
    }

    pub(super) fn stage(&self) -> Stage {
        self.stage
    }
}

/// An `http` or `https` URL with a host, and nothing behind it.
fn bare_origin(url: &str) -> Result<Uri, SetupFault> {
    let fault = || SetupFault::NotAnOrigin(url.into());
    let uri: Uri = url.parse().map_err(|_| fault())?;
    let has_scheme = matches!(uri.scheme_str(), Some("http" | "https"));
    let has_more = !matches!(uri.path(), "" | "/") || uri.query().is_some();
    let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(fault)?;
    let authority = uri.authority().ok_or_else(fault)?;
    // A user name in front, or a port that is none.
    let is_plain = authority.as_str() == host || uri.port_u16().is_some();
    if !has_scheme || has_more || !is_plain || authority.as_str().contains('@') {
        return Err(fault());
    }
    Ok(uri)
}

/// As a browser writes it: in lower case, without the scheme's own port.
fn origin_of(uri: &Uri, own_port: u16) -> Box<str> {
    let (scheme, host) = (uri.scheme_str().unwrap_or_default(), uri.host().unwrap_or_default());
    let host = host.to_ascii_lowercase();
    match uri.port_u16().filter(|port| *port != own_port) {
        Some(port) => format!("{scheme}://{host}:{port}").into(),
        None => format!("{scheme}://{host}").into(),
    }
}

/// An origin as it is configured, in the form of browsers.
pub(super) fn any_origin(url: &str) -> Result<Box<str>, SetupFault> {
    let uri = bare_origin(url)?;
    let own_port = if uri.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
    Ok(origin_of(&uri, own_port))
}

/// Whether the host of a URL, or of a `Host` header with or without its port, is this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_address = name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    is_address || name == "localhost" || name.ends_with(".localhost")
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_do() {
        for (url, origin) in [
            ("https://Shop.Example", "https://shop.example"),
            ("https://shop.example:443/", "https://shop.example"),
            ("https://shop.example:8443", "https://shop.example:8443"),
            ("https://[::1]:8443", "https://[::1]:8443"),
        ] {
            assert_eq!(Site::production(url).expect("an origin").origin(), origin);
        }
        for (url, host) in [
            ("https://shop.example:8443", "shop.example"),
            ("https://shop.example", "shop.example"),
            ("https://[::1]:8443", "[::1]"),
            ("https://[::1]", "[::1]"),
        ] {
            assert_eq!(Site::production(url).expect("an origin").host(), host);
        }
        for url in [
            "shop.example",
            "http://shop.example",
            "https://",
            "https://shop.example/app",
            "https://shop.example?x",
            "https://ada@shop.example",
            "ftp://shop.example",
            "https://shop.example:99999",
        ] {
            assert!(Site::production(url).is_err(), "{url}");
        }
    }

    #[test]
    fn development_is_for_this_machine() {
        for url in ["http://localhost:3000", "http://127.0.0.1", "http://[::1]:3000"] {
            assert!(Site::development(url).is_ok(), "{url}");
        }
        for url in [
            "https://localhost",
            "http://shop.example",
            "http://10.0.0.1",
            "http://localhost.example",
        ] {
            assert!(Site::development(url).is_err(), "{url}");
        }
        for host in ["localhost", "localhost:3000", "127.0.0.1:1", "[::1]:3000", "app.localhost:1"]
        {
            assert!(is_loopback(host), "{host}");
        }
        for host in
            ["", "shop.example", "127.0.0.1.example", "[::2]", "0.0.0.0", "localhost.evil:1"]
        {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
