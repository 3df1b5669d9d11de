//! A list in an SQLite file: durable, and shared by the processes of one host.

mod feed;
mod file;
mod writer;

use std::path::{Path, PathBuf};

use crate::time::Timestamp;

use super::{
    Acknowledged, Entry, RevocationFeed, RevocationPolicy, RevocationStore, RevokeError, StoreError,
};

pub(super) use feed::SqliteFeed;
pub(super) use file::ListFile;
use writer::Writer;

/// A list in an SQLite file.
///
/// Every process of the host may open the same file, to write and to follow. What was acknowledged
/// is on the disk; a thread of its own commits what several callers want in one transaction.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// use waxseal::RevocationList;
/// use waxseal::revocation::{Acknowledged, Revocation, RevocationPolicy, SqliteStore};
/// let file = dir.path().join("revoked.db");
/// SqliteStore::create(&file, RevocationPolicy::default())?; // once, at set-up
///
/// let list = RevocationList::with_store(SqliteStore::open(&file)?)?;
/// assert_eq!(list.revoke(&Revocation::subject("ada"))?, Acknowledged::Local);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    policy: RevocationPolicy,
    writer: Writer,
}

impl SqliteStore {
    /// Makes an empty list in the file `path`, which must not exist.
    ///
    /// # Errors
    /// [`RevokeError::Policy`] for numbers that contradict each other, [`RevokeError::Store`] with
    /// what is wrong with the place.
    pub fn create(path: impl AsRef<Path>, policy: RevocationPolicy) -> Result<(), RevokeError> {
        policy.check()?;
        Ok(ListFile::create(path.as_ref(), policy)?)
    }

    /// Opens the list in the file `path`, which must exist: a missing volume must not become an
    /// empty list.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref().to_path_buf();
        let file = ListFile::open_to_write(&path)?;
        Ok(Self { policy: file.policy(), writer: Writer::start(file)?, path })
    }
}

impl RevocationStore for SqliteStore {
    fn record(&self, entries: Vec<Entry>) -> Result<Acknowledged, StoreError> {
        self.writer.record(entries).map(|_| Acknowledged::Local)
    }

    fn feed(&self) -> Result<Box<dyn RevocationFeed>, StoreError> {
        Ok(Box::new(SqliteFeed::open(&self.path)?))
    }

    fn policy(&self) -> RevocationPolicy {
        self.policy
    }

    fn prune(&self, horizon: Timestamp) -> Result<usize, StoreError> {
        ListFile::open_to_write(&self.path)?.prune(horizon)
    }
}
