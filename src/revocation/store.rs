//! What a store and a feed of revocations owe, whatever they are made of. The suite in
//! [`conformance`](super::conformance) holds an implementation to it.

use std::fmt;
use std::time::Duration;

use crate::time::Timestamp;

use super::{Kind, Record, RevocationPolicy, StoreError};

/// An entry of the list with what is known of its making.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// What ends.
    pub record: Record,
    /// When it was recorded, by the clock of whoever did.
    pub recorded_at: Timestamp,
    /// The name in clear, where the store keeps it: `ada`.
    pub label: Option<String>,
    /// Why, where the store keeps it.
    pub reason: Option<String>,
    /// Its place among the entries of its writer, in a feed that can lose some.
    pub origin: Option<Origin>,
}

impl Entry {
    /// An entry that nothing more is known of.
    #[must_use]
    pub const fn new(record: Record, recorded_at: Timestamp) -> Self {
        Self { record, recorded_at, label: None, reason: None, origin: None }
    }

    /// The same entry, whose writer gave it a place.
    #[must_use]
    pub fn from_writer(self, origin: Origin) -> Self {
        Self { origin: Some(origin), ..self }
    }
}

/// Shows what it is, and nobody's name.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("record", &self.record)
            .field("recorded_at", &self.recorded_at)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

/// The place of an entry among those of its writer. Whoever follows sees from it that one is
/// missing, whatever the engine says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Who wrote it: 16 random bytes, chosen once.
    pub writer: [u8; 16],
    /// Its number, from 1.
    pub sequence: u64,
    /// The entry of the same writer that precedes it; `None` when what came before is of no matter
    /// any more.
    pub previous: Option<Previous>,
}

/// An entry that another one names as its predecessor. Whatever its writer made between the two has
/// ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Previous {
    /// Its number.
    pub sequence: u64,
    /// When it was published, by the engine's clock: past the feed's retention nobody misses it.
    pub published_at: Timestamp,
}

/// How far an acknowledged revocation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Acknowledged {
    /// It is in force in this process, and ends with it.
    InMemory,
    /// It is on this host's disk, and in force in every process that follows the store.
    Local,
    /// It is on this host's disk, and with the engine that other hosts follow.
    Published,
}

impl Acknowledged {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::InMemory => "in memory",
            Self::Local => "local",
            Self::Published => "published",
        }
    }
}

impl fmt::Display for Acknowledged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Whether an entry was the first of its name. Of all who ask, one at most is told so.
#[must_use = "whoever was not the first must not go on"]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recorded {
    /// It was; and it is as safe as this says.
    First(Acknowledged),
    /// One of its name was there, and nothing was recorded.
    Before,
}

/// Where revocations are kept. What [`RevocationStore::record`] has acknowledged as
/// [`Acknowledged::Local`] survives the loss of the process and of power.
pub trait RevocationStore: Send + Sync {
    /// Keeps `entries`, all or none, and returns when they are as safe as it says.
    ///
    /// # Errors
    /// [`StoreError`]; whether they were kept is unknown then, and recording them again is harmless.
    fn record(&self, entries: Vec<Entry>) -> Result<Acknowledged, StoreError>;

    /// Keeps `entry` if it is the first of its [`Record::key`], and tells whether it was. Of all who
    /// ask, in any thread and any process and on any host that shares the list, at most one is told
    /// [`Recorded::First`], and not before the entry is as safe as [`RevocationStore::record`] would
    /// make it. That holds until an entry of that name was dropped for having ended.
    ///
    /// A store that does not say otherwise cannot tell, and refuses.
    ///
    /// # Errors
    /// [`StoreError`]; the name may be used up then, and nobody will be told that he was the first.
    fn record_once(&self, entry: Entry) -> Result<Recorded, StoreError> {
        Err(cannot_tell(entry.record.kind()))
    }

    /// A feed of what the store holds and will hold.
    ///
    /// # Errors
    /// [`StoreError`].
    fn feed(&self) -> Result<Box<dyn RevocationFeed>, StoreError>;

    /// The numbers that the list was made with.
    fn policy(&self) -> RevocationPolicy;

    /// Drops entries that ended by `horizon`; tells how many.
    ///
    /// # Errors
    /// [`StoreError`].
    fn prune(&self, horizon: Timestamp) -> Result<usize, StoreError>;

    /// How many acknowledged entries other hosts cannot see yet.
    fn unpublished(&self) -> usize {
        0
    }
}

fn cannot_tell(kind: Kind) -> StoreError {
    StoreError::Unsupported {
        place: "this store".into(),
        why: format!("it cannot tell who was the first to record a {kind}"),
    }
}

/// Tells what was revoked. It is asked again and again, by a thread of its own.
pub trait RevocationFeed: Send {
    /// Where it is, for an error text.
    fn place(&self) -> String;

    /// What came after `since`, or all of it for `None`, in order.
    ///
    /// # Errors
    /// [`StoreError`]. A feed that cannot be read whole is an error, and never an empty list.
    fn poll(&mut self, since: Option<&Cursor>) -> Result<Batch, StoreError>;

    /// What to do between two polls: it may block for up to a second until there may be something
    /// new, and gives the time to wait after that. A hint only: polls are what counts.
    fn pause(&self) -> Box<dyn FnMut() -> Duration + Send> {
        Box::new(|| Duration::from_millis(50))
    }
}

/// A place in a feed, of whatever form the feed likes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(pub Vec<u8>);

/// What one poll found.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The entries after the cursor that was asked for.
    pub entries: Vec<Entry>,
    /// Where to go on.
    pub cursor: Cursor,
    /// Another value says that this is another list, or that the engine lost its data.
    pub incarnation: [u8; 16],
    /// Whether nothing was lost between the cursor and what follows it.
    pub continuity: Continuity,
    /// The engine's time.
    pub as_of: Timestamp,
    /// How old the picture was when it was read; zero for a feed that answers from the engine itself.
    pub age: Duration,
    /// How long the feed keeps an entry.
    pub retention: Duration,
}

/// Whether a feed can vouch that it left nothing out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuity {
    /// Nothing is missing.
    Whole,
    /// Something may be missing: read it all again.
    Broken(&'static str),
}
