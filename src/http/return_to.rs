//! Where a login leads back to: a path of this site, and never another one.

use std::fmt;

use crate::limits;

/// A path of this site with its query, of at most 512 bytes.
///
/// ```
/// use waxseal::http::ReturnTo;
/// assert!(ReturnTo::parse("/checkout?step=2").is_some());
/// assert!(ReturnTo::parse("//evil.example").is_none());
/// assert!(ReturnTo::parse("https://evil.example").is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo(Box<str>);

impl ReturnTo {
    /// Takes `text` if it is such a path, decoded once by whoever read the form or query.
    ///
    /// # Security
    /// Whoever sends a link to the login page chooses the text. Browsers take `//host`, `/\host` and
    /// both with tabs and line ends in between for another site: all that is refused.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = text.bytes();
        let is_rooted = bytes.next() == Some(b'/') && !matches!(bytes.next(), Some(b'/' | b'\\'));
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        (is_rooted && is_plain && text.len() <= limits::RETURN_TO_BYTES).then(|| Self(text.into()))
    }

    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path as the value of a query's field.
    pub(super) fn encoded(&self) -> String {
        let mut out = String::with_capacity(self.0.len());
        for byte in self.0.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                    out.push(char::from(byte));
                }
                _ => out.push_str(&format!("%{byte:02X}")),
            }
        }
        out
    }
}

impl fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_led_back_to() {
        for path in ["/", "/a", "/a//b", "/a?b=//c", "/%2F%2Fevil.example", "/a#b", "/@evil"] {
            assert_eq!(ReturnTo::parse(path).expect(path).as_str(), path);
        }
        for other in [
            "",
            "a",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "\t//evil.example",
            "/\n/evil.example",
            " /a",
            "/a b",
            "/\u{e9}",
            "/a\\b",
            "/a\0",
        ] {
            assert!(ReturnTo::parse(other).is_none(), "{other:?}");
        }
        let longest = format!("/{}", "a".repeat(limits::RETURN_TO_BYTES - 1));
        assert!(ReturnTo::parse(&longest).is_some());
        assert!(ReturnTo::parse(&format!("{longest}a")).is_none());
    }

    #[test]
    fn a_path_survives_the_query() {
        let path = ReturnTo::parse("/a?b=c&d=%20+e").expect("a path");
        assert_eq!(path.encoded(), "/a%3Fb%3Dc%26d%3D%2520%2Be");
    }
}
