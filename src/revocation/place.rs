//! Where a list is, as a person writes it.

use std::path::PathBuf;

#[cfg(feature = "redis")]
use super::RedisFeed;
use super::sqlite::{SqliteFeed, SqliteStore};
use super::{ListSetup, RevocationList, StoreError};

enum Place {
    File(PathBuf),
    Engine,
}

impl Place {
    fn of(text: &str) -> Self {
        let is_engine = ["redis://", "rediss://"].iter().any(|scheme| text.starts_with(scheme));
        if is_engine { Self::Engine } else { Self::File(text.into()) }
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
                let feed = RedisFeed::open(place)?;
                self.policy(feed.policy()).follow(Box::new(feed))
            }
            #[cfg(not(feature = "redis"))]
            Place::Engine => Err(unsupported(place, "this build has no feature redis")),
        }
    }
}

fn unsupported(place: &str, why: &str) -> StoreError {
    StoreError::Unsupported { place: shown(place), why: why.into() }
}

/// The text of a URL without user, password and options, however odd it is.
pub(super) fn shown(url: &str) -> String {
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
            assert_eq!(shown(url), seen);
        }
        for url in ["redis://:s3cret@host", "rediss://:s3cret@host"] {
            let fault = RevocationList::open(url).expect_err("no writer").to_string();
            assert!(!fault.contains("s3cret"), "{fault}");
        }
    }
}
