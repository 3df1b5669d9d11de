//! Where a list is, as a person writes it.

use std::path::PathBuf;

#[cfg(feature = "redis")]
use super::RedisFeed;
use super::sqlite::{SqliteFeed, SqliteStore};
use super::{ListSetup, RevocationList, StoreError};

enum Place {
    File(PathBuf),
    Engine,
    Snapshot,
    Unknown,
}

impl Place {
    /// A URL is never the name of a file: what it says of a password would be told.
    fn of(text: &str) -> Self {
        let Some((scheme, _)) = text.split_once("://") else {
            return Self::File(text.into());
        };
        match scheme.to_ascii_lowercase().as_str() {
            "redis" | "rediss" => Self::Engine,
            "http" | "https" => Self::Snapshot,
            _ => Self::Unknown,
        }
    }
}

impl ListSetup {
    /// The list in the file `place`, to write and to follow; the policy is the file's.
    ///
    /// # Errors
    /// As [`RevocationList::open`].
    pub fn open(self, place: &str) -> Result<RevocationList, StoreError> {
        match Place::of(place) {
            Place::File(path) => self.with_store(SqliteStore::open(path)?),
            Place::Engine => {
                Err(unsupported(place, "a writer keeps a durable copy: RedisStore::open"))
            }
            Place::Snapshot => Err(unsupported(place, "nobody writes to a signed snapshot")),
            Place::Unknown => Err(unsupported(place, UNKNOWN)),
        }
    }

    /// The list at `place`, to follow; the policy is the list's.
    ///
    /// # Errors
    /// As [`RevocationList::open`].
    pub(super) fn follow_place(self, place: &str) -> Result<RevocationList, StoreError> {
        match Place::of(place) {
            Place::File(path) => {
                let feed = SqliteFeed::open(&path)?;
                self.policy(feed.policy()).follow(Box::new(feed))
            }
            #[cfg(feature = "redis")]
            Place::Engine => {
                let feed = RedisFeed::open(&in_small(place))?;
                self.policy(feed.policy()).follow(Box::new(feed))
            }
            #[cfg(not(feature = "redis"))]
            Place::Engine => Err(unsupported(place, "this build has no feature redis")),
            Place::Snapshot => Err(unsupported(
                place,
                "a signed snapshot needs the feed key: Revocations::follow_snapshot",
            )),
            Place::Unknown => Err(unsupported(place, UNKNOWN)),
        }
    }
}

/// The URL with its scheme in small letters, as whoever reads it on wants it.
#[cfg(feature = "redis")]
fn in_small(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => format!("{}://{rest}", scheme.to_ascii_lowercase()),
        None => url.into(),
    }
}

const UNKNOWN: &str = "neither the path of a file nor redis://..";

fn unsupported(place: &str, why: &str) -> StoreError {
    StoreError::Unsupported { place: without_password(place), why: why.into() }
}

/// The place of a list as it may be shown: a URL without user, password and options, however odd it
/// is; a path as it stands.
///
/// ```
/// use waxseal::revocation::without_password;
/// assert_eq!(without_password("redis://ada:s3cret@host/0?list=shop"), "redis://host/0");
/// ```
#[must_use]
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.into();
    };
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    let place = place.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}://{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        for (url, seen) in [
            ("redis://host:1/0?list=a", "redis://host:1/0"),
            ("redis://ada:s3cret@host/0", "redis://host/0"),
            ("rediss://:s3/cr@t@host?password=s3cret", "rediss://host"),
        ] {
            assert_eq!(without_password(url), seen);
        }
        for url in [
            "redis://:s3cret@host",
            "rediss://:s3cret@host",
            "REDISS://ada:s3cret@host",
            "https://ada:s3cret@host/revoked.jwt",
            "HTTP://ada:s3cret@host/revoked.jwt",
            "valkey://ada:s3cret@host",
            "://ada:s3cret@host",
        ] {
            let fault = RevocationList::open(url).expect_err("no writer");
            assert!(!fault.to_string().contains("s3cret"), "{fault}");
            assert_eq!(fault.code(), "list_unsupported", "{fault}");
        }
    }

    #[test]
    fn what_is_no_file_is_not_followed_as_one() {
        for (url, word) in [
            ("https://ada:s3cret@host/revoked.jwt", "follow_snapshot"),
            ("HTTPS://ada:s3cret@host/revoked.jwt", "follow_snapshot"),
            ("rediss://ada:s3cret@host", ""),
            ("REDISS://ada:s3cret@host", ""),
            ("valkey://ada:s3cret@host", "redis://"),
        ] {
            let fault = RevocationList::setup().follow_place(url).expect_err("no list");
            assert_eq!(fault.code(), "list_unsupported", "{fault}");
            let text = fault.to_string();
            assert!(text.contains(word) && !text.contains("s3cret"), "{text}");
        }
    }
}
