//! A `Set-Cookie` header as a browser reads it.

use cookie::Cookie;
use waxseal::time::Timestamp;

use super::date;
use super::site::Site;

/// Longest attribute that is read, in bytes.
const ATTRIBUTE_BYTES: usize = 1024;

/// What a browser takes from the header.
pub(super) struct Received {
    pub(super) name: String,
    pub(super) value: String,
    /// In small letters, without a leading dot; an empty one is none.
    pub(super) domain: Option<String>,
    /// Only one that begins with a slash counts.
    pub(super) path: Option<String>,
    pub(super) secure: bool,
    pub(super) http_only: bool,
    pub(super) partitioned: bool,
    pub(super) same_site: SameSite,
    pub(super) max_age: Attribute<i64>,
    pub(super) expires: Attribute<Timestamp>,
    /// Attributes that are too long to be read.
    pub(super) ignored: Vec<String>,
    pub(super) has_control: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SameSite {
    Missing,
    Unknown(String),
    Strict,
    Lax,
    None,
}

/// An attribute with a value of its own kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Attribute<T> {
    Missing,
    Unreadable(String),
    Is(T),
}

/// What tells two cookies apart besides the name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// `None`: sent to the very host only.
    pub(super) domain: Option<String>,
    pub(super) path: String,
}

impl Received {
    pub(super) fn read(header: &str) -> Self {
        let (pair, attributes) = header.split_once(';').unwrap_or((header, ""));
        let (read, ignored): (Vec<&str>, Vec<&str>) =
            attributes.split(';').partition(|part| value_of(part).len() <= ATTRIBUTE_BYTES);
        // The crate refuses a pair without a name, which browsers keep.
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let (name, value) = (name.trim(), value.trim());
        let named = if name.is_empty() { "nameless" } else { name };
        let text = format!("{named}={value};{}", read.join(";"));
        let cookie = Cookie::parse(text).unwrap_or_else(|_| Cookie::new(named, value));
        let raw = |wanted: &str| {
            let mut parts = read.iter().rev().map(|part| (name_of(part), value_of(part)));
            parts.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
        };
        let same_site = match (raw("samesite"), cookie.same_site()) {
            (None, _) => SameSite::Missing,
            (Some(value), _) if value.eq_ignore_ascii_case("strict") => SameSite::Strict,
            (Some(value), _) if value.eq_ignore_ascii_case("lax") => SameSite::Lax,
            (Some(value), _) if value.eq_ignore_ascii_case("none") => SameSite::None,
            (Some(value), _) => SameSite::Unknown(value.to_owned()),
        };
        let max_age = match (raw("max-age"), cookie.max_age()) {
            (None, _) => Attribute::Missing,
            (Some(text), Some(age)) if !text.is_empty() => Attribute::Is(age.whole_seconds()),
            (Some(text), _) => Attribute::Unreadable(text.to_owned()),
        };
        // The crate knows four forms of a date, browsers know any order of its words.
        let expires = match raw("expires") {
            None => Attribute::Missing,
            Some(text) => match date::read(text) {
                Some(at) => Attribute::Is(at),
                None => Attribute::Unreadable(text.to_owned()),
            },
        };
        let is_control = |byte: u8| byte.is_ascii_control() && byte != b'\t';
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            domain: cookie.domain().filter(|domain| !domain.is_empty()).map(str::to_lowercase),
            path: cookie.path().filter(|path| path.starts_with('/')).map(str::to_owned),
            secure: cookie.secure() == Some(true),
            http_only: cookie.http_only() == Some(true),
            partitioned: cookie.partitioned() == Some(true),
            same_site,
            max_age,
            expires,
            ignored: ignored.into_iter().map(|part| name_of(part).to_owned()).collect(),
            has_control: header.bytes().any(is_control),
        }
    }

    /// When it ends, or `None` for one that ends with the browser. Max-Age comes first.
    pub(super) fn end(&self, now: Timestamp) -> Option<Timestamp> {
        match (&self.max_age, &self.expires) {
            (Attribute::Is(seconds), _) => {
                Some(Timestamp::from_secs(now.as_secs().saturating_add(*seconds)))
            }
            (_, Attribute::Is(at)) => Some(*at),
            _ => None,
        }
    }

    /// Whether a browser deletes it instead of keeping it.
    pub(super) fn ends_at_once(&self, now: Timestamp) -> bool {
        self.end(now).is_some_and(|end| end <= now)
    }

    pub(super) fn place(&self, site: &Site) -> Place {
        let path = self.path.clone().unwrap_or_else(|| site.default_path().to_owned());
        Place { domain: self.domain.clone(), path }
    }
}

fn name_of(part: &str) -> &str {
    part.split_once('=').map_or(part, |(name, _)| name).trim()
}

fn value_of(part: &str) -> &str {
    part.split_once('=').map_or("", |(_, value)| value).trim()
}
