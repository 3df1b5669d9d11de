//! A store that lives as long as the process: the shortest that keeps the rules, for tests and for
//! whoever writes another.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::crypto::random;
use crate::time::{Clock, Timestamp};

use super::{
    Acknowledged, Batch, Continuity, Cursor, Entry, Recorded, RevocationFeed, RevocationPolicy,
    RevocationStore, StoreError,
};

/// A store that several lists of one process share. Cloning shares it.
///
/// ```
/// use waxseal::RevocationList;
/// use waxseal::revocation::{MemoryStore, Revocation, RevocationPolicy};
/// let store = MemoryStore::new(RevocationPolicy::default())?;
/// let login = RevocationList::with_store(store.clone())?;
/// let shop = RevocationList::with_store(store)?;
/// login.revoke(&Revocation::subject("ada"))?;
/// shop.reload()?; // its thread would see it soon
/// assert_eq!(shop.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct MemoryStore {
    kept: Arc<Mutex<Kept>>,
    policy: RevocationPolicy,
    incarnation: [u8; 16],
}

#[derive(Debug, Default)]
struct Kept {
    /// Each with its number; the numbers only go up.
    entries: Vec<(u64, Entry)>,
    highest: u64,
}

impl Kept {
    fn add(&mut self, entry: Entry) {
        self.highest += 1;
        self.entries.push((self.highest, entry));
    }
}

impl MemoryStore {
    /// An empty store.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] when the operating system gives no random bytes.
    pub fn new(policy: RevocationPolicy) -> Result<Self, StoreError> {
        let incarnation = random().map_err(|fault| StoreError::Unreachable {
            place: PLACE.into(),
            why: fault.to_string(),
        })?;
        Ok(Self { kept: Arc::default(), policy, incarnation })
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const PLACE: &str = "the list in memory";

impl RevocationStore for MemoryStore {
    fn record(&self, entries: Vec<Entry>) -> Result<Acknowledged, StoreError> {
        let mut kept = self.kept();
        for entry in entries {
            kept.add(entry);
        }
        Ok(Acknowledged::InMemory)
    }

    fn record_once(&self, entry: Entry) -> Result<Recorded, StoreError> {
        let mut kept = self.kept();
        if kept.entries.iter().any(|(_, it)| it.record.key() == entry.record.key()) {
            return Ok(Recorded::Before);
        }
        kept.add(entry);
        Ok(Recorded::First(Acknowledged::InMemory))
    }

    fn feed(&self) -> Result<Box<dyn RevocationFeed>, StoreError> {
        Ok(Box::new(self.clone()))
    }

    fn policy(&self) -> RevocationPolicy {
        self.policy
    }

    fn prune(&self, horizon: Timestamp) -> Result<usize, StoreError> {
        let mut kept = self.kept();
        let before = kept.entries.len();
        kept.entries.retain(|(_, entry)| entry.record.end() > horizon);
        Ok(before - kept.entries.len())
    }
}

impl RevocationFeed for MemoryStore {
    fn place(&self) -> String {
        PLACE.into()
    }

    fn poll(&mut self, since: Option<&Cursor>) -> Result<Batch, StoreError> {
        let kept = self.kept();
        let after = match since.map(|Cursor(bytes)| bytes.as_slice().try_into()) {
            None => Some(0),
            Some(bytes) => bytes.ok().map(u64::from_be_bytes).filter(|at| *at <= kept.highest),
        };
        let continuity = match after {
            Some(_) => Continuity::Whole,
            None => Continuity::Broken("the cursor is another feed's"),
        };
        let after = after.unwrap_or(kept.highest);
        let new = kept.entries.iter().filter(|(number, _)| *number > after);
        Ok(Batch {
            entries: new.map(|(_, entry)| entry.clone()).collect(),
            cursor: Cursor(kept.highest.to_be_bytes().to_vec()),
            incarnation: self.incarnation,
            continuity,
            as_of: Clock::system().now(),
            age: Duration::ZERO,
            retention: Duration::MAX,
        })
    }
}
