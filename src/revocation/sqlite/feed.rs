//! Follows a list's file: a look at a counter in memory, and the new rows when it has moved.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::revocation::{Batch, Continuity, Cursor, RevocationFeed, StoreError};
use crate::time::Clock;

use super::ListFile;

/// What other processes of the host wrote is in force here after twice this time at the latest.
pub(super) const EVERY: Duration = Duration::from_millis(25);

/// How often the file is opened anew, to see whether it is still what it was.
const GLANCE_EVERY: Duration = Duration::from_secs(1);

pub(in crate::revocation) struct SqliteFeed {
    path: PathBuf,
    file: ListFile,
    /// The counter when the rows were last read, and the number of the last.
    read_to: Option<(i64, u64)>,
    /// By [`Clock::elapsed`].
    glanced_at: Duration,
}

impl SqliteFeed {
    pub(in crate::revocation) fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            file: ListFile::open_to_read(path)?,
            path: path.into(),
            read_to: None,
            glanced_at: Clock::system().elapsed(),
        })
    }

    /// The numbers that the list was made with.
    pub(in crate::revocation) fn policy(&self) -> crate::revocation::RevocationPolicy {
        self.file.policy()
    }

    /// A connection that is open does not see what became of the file under it: somebody may have
    /// copied another one over it.
    fn glance(&mut self) -> Result<(), StoreError> {
        let now = Clock::system().elapsed();
        if now.saturating_sub(self.glanced_at) >= GLANCE_EVERY {
            let found = ListFile::glance(&self.path)?;
            if found.incarnation() != self.file.incarnation() {
                *self = Self::open(&self.path)?;
            }
            self.glanced_at = now;
        }
        Ok(())
    }

    fn batch(&self, since: u64, continuity: Continuity) -> Batch {
        Batch {
            entries: Vec::new(),
            cursor: cursor(since),
            incarnation: self.file.incarnation(),
            continuity,
            as_of: Clock::system().now(),
            age: Duration::ZERO,
            retention: Duration::MAX,
        }
    }
}

impl RevocationFeed for SqliteFeed {
    fn place(&self) -> String {
        self.path.display().to_string()
    }

    fn poll(&mut self, since: Option<&Cursor>) -> Result<Batch, StoreError> {
        if !self.file.is_in_place() {
            // A connection would go on reading the file that is gone.
            *self = Self::open(&self.path)?;
            return Ok(self.batch(0, Continuity::Broken("the file was replaced")));
        }
        self.glance()?;
        let (after, version) = (since.map_or(Some(0), number), self.file.data_version()?);
        let Some(after) = after else {
            return Ok(self.batch(0, Continuity::Broken("the cursor is another feed's")));
        };
        if since.is_some() && self.read_to == Some((version, after)) {
            return Ok(self.batch(after, Continuity::Whole));
        }
        let (entries, highest) = self.file.since(after)?;
        if highest < after {
            return Ok(self.batch(0, Continuity::Broken("the file went back")));
        }
        self.read_to = Some((version, highest));
        let entries = entries.into_iter().map(|(_, entry)| entry).collect();
        Ok(Batch { entries, ..self.batch(highest, Continuity::Whole) })
    }

    fn pause(&self) -> Box<dyn FnMut() -> Duration + Send> {
        Box::new(|| EVERY)
    }
}

fn cursor(sequence: u64) -> Cursor {
    Cursor(sequence.to_be_bytes().to_vec())
}

fn number(Cursor(bytes): &Cursor) -> Option<u64> {
    bytes.as_slice().try_into().ok().map(u64::from_be_bytes)
}
