//! Where a list is, as a person writes it.

use std::path::PathBuf;

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
            Place::Engine => Err(unsupported(place, "this build has no feature redis")),
        }
    }
}

fn unsupported(place: &str, why: &str) -> StoreError {
    StoreError::Unsupported { place: place.into(), why: why.into() }
}
