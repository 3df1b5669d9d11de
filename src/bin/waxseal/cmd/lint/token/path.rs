//! Where a member stands. A path is written when it is shown and not before: it repeats every name
//! above it, and a token can have thousands of members.

use std::fmt;

/// So many findings of one rule in one part are told one by one.
pub(super) const MOST_TOLD: usize = 20;

/// A longer path, in characters, is told by its two ends.
const MOST_SHOWN: usize = 200;
const SHOWN_OF_HEAD: usize = 119;

/// A name, and what it stands in.
#[derive(Clone, Copy)]
pub(super) struct Path<'a> {
    above: Option<&'a Path<'a>>,
    name: &'a str,
}

impl<'a> Path<'a> {
    pub(super) const fn of(name: &'a str) -> Self {
        Self { above: None, name }
    }

    /// The member `name` of this one.
    pub(super) const fn member<'b>(&'b self, name: &'b str) -> Path<'b> {
        Path { above: Some(self), name }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = std::iter::successors(Some(self), |path| path.above).map(|path| path.name);
        let mut names: Vec<&str> = names.collect();
        names.reverse();
        let whole = names.join(".");
        let chars = whole.chars().count();
        if chars <= MOST_SHOWN {
            return f.write_str(&whole);
        }
        let head: String = whole.chars().take(SHOWN_OF_HEAD).collect();
        let tail: String = whole.chars().skip(chars - (MOST_SHOWN - SHOWN_OF_HEAD - 1)).collect();
        write!(f, "{head}…{tail}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_is_told_by_its_two_ends() {
        let (long, first) = ("é".repeat(300), Path::of("claims"));
        let second = first.member(&long);
        let path = second.member("pin").to_string();
        assert_eq!(path.chars().count(), MOST_SHOWN);
        assert!(path.starts_with("claims.éé") && path.ends_with("éé.pin"), "{path}");
        assert_eq!(first.member("pin").to_string(), "claims.pin");
    }
}
