//! A list in an SQLite file: durable, and shared by the processes of one host.

mod feed;
mod file;
mod writer;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::time::Timestamp;

use super::{
    Acknowledged, Entry, Recorded, RevocationFeed, RevocationPolicy, RevocationStore, RevokeError,
    StoreError,
};

pub(super) use feed::SqliteFeed;
use file::Claim;
#[cfg(feature = "redis")]
use file::Kept;
pub(super) use file::ListFile;
#[cfg(feature = "redis")]
pub(super) use file::Numbered;
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
    /// How soon an entry is in force in every process of this host that follows the file.
    pub const SEEN_WITHIN: Duration = feed::EVERY.saturating_mul(2);

    /// Makes an empty list in the file `path`, which must not exist.
    ///
    /// # Errors
    /// [`RevokeError::Policy`] for numbers that contradict each other, [`RevokeError::Store`] with
    /// what is wrong with the place.
    pub fn create(path: impl AsRef<Path>, policy: RevocationPolicy) -> Result<(), RevokeError> {
        policy.check()?;
        Ok(ListFile::create(path.as_ref(), policy)?)
    }

    /// What the file `path` holds, with names and reasons in clear: for an operator's eyes. It need not
    /// be writable.
    ///
    /// # Errors
    /// [`StoreError`].
    ///
    /// ```
    /// # let dir = tempfile::tempdir()?;
    /// # let file = dir.path().join("revoked.db");
    /// use waxseal::RevocationList;
    /// use waxseal::revocation::{Revocation, RevocationPolicy, SqliteStore};
    /// SqliteStore::create(&file, RevocationPolicy::default())?;
    /// let list = RevocationList::with_store(SqliteStore::open(&file)?)?;
    /// list.revoke(&Revocation::subject("ada").because("password changed"))?;
    ///
    /// let stored = SqliteStore::look(&file)?;
    /// assert_eq!(stored.entries[0].label.as_deref(), Some("ada"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn look(path: impl AsRef<Path>) -> Result<Stored, StoreError> {
        let mut file = ListFile::open_to_read(path.as_ref())?;
        let (entries, _) = file.since(0)?;
        let entries = entries.into_iter().map(|(_, entry)| entry).collect();
        Ok(Stored { policy: file.policy(), entries })
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

    /// Keeps `entry` if it is the first of its name; tells its number then.
    #[cfg(feature = "redis")]
    pub(super) fn claim_numbered(&self, entry: Entry) -> Result<Option<u64>, StoreError> {
        match self.writer.record_once(entry)? {
            Claim::First(number) => Ok(Some(number)),
            Claim::Before => Ok(None),
        }
    }

    /// Keeps `entries`; tells the number of the last of their commit.
    #[cfg(feature = "redis")]
    pub(super) fn record_numbered(&self, entries: Vec<Entry>) -> Result<u64, StoreError> {
        match self.writer.record(entries)? {
            Kept { last, goes_on: true } => Ok(last),
            // They are kept, and nobody in this process can tell whether they were sent.
            Kept { .. } => Err(StoreError::Unreachable {
                place: self.path.display().to_string(),
                why: "the file was replaced by another: open the list again".into(),
            }),
        }
    }
}

/// What the file of a list holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stored {
    /// The numbers that the list was made with.
    pub policy: RevocationPolicy,
    /// Every entry, in the order in which they were recorded. Those of one name are not merged.
    pub entries: Vec<Entry>,
}

impl RevocationStore for SqliteStore {
    fn record(&self, entries: Vec<Entry>) -> Result<Acknowledged, StoreError> {
        self.writer.record(entries).map(|_| Acknowledged::Local)
    }

    fn record_once(&self, entry: Entry) -> Result<Recorded, StoreError> {
        Ok(match self.writer.record_once(entry)? {
            Claim::First(_) => Recorded::First(Acknowledged::Local),
            Claim::Before => Recorded::Before,
        })
    }

    fn feed(&self) -> Result<Box<dyn RevocationFeed>, StoreError> {
        Ok(Box::new(SqliteFeed::open(&self.path)?))
    }

    fn policy(&self) -> RevocationPolicy {
        self.policy
    }

    fn prune(&self, horizon: Timestamp) -> Result<usize, StoreError> {
        self.writer.prune(horizon)
    }
}
