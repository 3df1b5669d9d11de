//! The URL of a request, as far as cookies look at it.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::exit::{Code, Failure};

/// Scheme, host and path; a cookie knows no port.
pub(super) struct Site {
    pub(super) scheme: Scheme,
    /// In small letters, an IPv6 address in brackets.
    pub(super) host: String,
    pub(super) path: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Http,
    Https,
}

impl Site {
    /// Reads an absolute http or https URL.
    pub(super) fn read(url: &str) -> Result<Self, Failure> {
        let wrong = |what: &str| {
            Failure::new(Code::USAGE, format!("{url:?}: {what}"))
                .next("give it as the browser shows it: --url https://shop.example/login")
        };
        let (scheme, rest) = url.split_once("://").ok_or_else(|| wrong("no URL"))?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return Err(wrong("neither http nor https")),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if authority.contains('@') {
            return Err(wrong("it names a user"));
        }
        let host = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, _)) => format!("[{address}]"),
            None => authority.split(':').next().unwrap_or_default().to_ascii_lowercase(),
        };
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
        if host.is_empty() || !host.chars().all(is_plain) {
            return Err(wrong("no host in ASCII"));
        }
        let path = path.split(['?', '#']).next().filter(|path| !path.is_empty()).unwrap_or("/");
        Ok(Self { scheme, host, path: path.to_owned() })
    }

    /// Whether it is this machine, which browsers trust in different ways.
    pub(super) fn is_loopback(&self) -> bool {
        let v4 = self.host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback());
        self.host == "localhost"
            || self.host.ends_with(".localhost")
            || v4
            || self.v6().is_some_and(|address| address.is_loopback())
    }

    pub(super) fn is_ip(&self) -> bool {
        self.host.parse::<Ipv4Addr>().is_ok() || self.v6().is_some()
    }

    fn v6(&self) -> Option<Ipv6Addr> {
        self.host.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
    }

    /// Where a cookie without a Path goes: the URL's folder.
    pub(super) fn default_path(&self) -> &str {
        match self.path.rfind('/') {
            None | Some(0) => "/",
            Some(end) => self.path.get(..end).unwrap_or("/"),
        }
    }

    /// Whether a cookie of `path` is sent to this URL.
    pub(super) fn is_below(&self, path: &str) -> bool {
        match self.path.strip_prefix(path) {
            Some(rest) => path.ends_with('/') || rest.is_empty() || rest.starts_with('/'),
            None => false,
        }
    }

    /// Whether the host is `domain` or a part of it.
    pub(super) fn is_within(&self, domain: &str) -> bool {
        let below = || self.host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
        self.host == domain || (!self.is_ip() && below())
    }
}
