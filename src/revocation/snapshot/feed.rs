//! Follows snapshots in a file or at a URL.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::crypto::random_between;
use crate::key::Key;
use crate::revocation::{
    Batch, Continuity, Cursor, Entry, RevocationFeed, RevocationList, Revocations, StoreError,
    events,
};
use crate::time::{Clock, Span, Timestamp};

use super::seen::Seen;
use super::source::Source;
use super::{Snapshot, SnapshotFault, is_feed_key};

/// Signed snapshots, followed: a file is looked at every second, a URL asked every 30 s, or twice in B
/// if that is sooner.
///
/// A snapshot is as old as it says, and not as its arrival: one that is served on and on without being
/// signed anew ages, and the list with it. One that is older than what was seen before is refused, and
/// so is one that has expired, cannot be read, or that another key signed. The list stays as it was
/// then, and ages.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let key = waxseal::key::Key::generate(waxseal::key::Algorithm::EdDsa)?;
/// # let list = waxseal::RevocationList::in_memory();
/// # let file = dir.path().join("revocations.jwt");
/// # waxseal::revocation::SnapshotWriter::new(&list, &key)?.write(&file)?;
/// # let place = file.to_str().expect("text");
/// # let seen = dir.path().join("seen");
/// # let feed_key = key.public_half().expect("EdDSA has one");
/// use waxseal::revocation::SnapshotFeed;
/// let revocations = SnapshotFeed::new(place, &feed_key)?.remember_in(seen)?.follow()?;
/// # let _ = revocations;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SnapshotFeed {
    source: Source,
    key: Key,
    clock: Clock,
    seen: Seen,
    /// What was last accepted, with its entries until they are handed over.
    accepted: Option<Snapshot>,
    aged: Option<Aged>,
    is_handed_over: bool,
    /// The longest pause, in milliseconds.
    pause: Arc<AtomicU64>,
}

/// How old the state of a moment was when it was accepted, and when that was by [`Clock::elapsed`]: a
/// wall clock that is set back makes it no younger.
#[derive(Clone, Copy)]
struct Aged {
    as_of: Timestamp,
    age: Duration,
    accepted: Duration,
}

impl SnapshotFeed {
    /// The snapshots at `place`, a path or a URL (feature `http-client`), that `feed_key` signs. Its
    /// public half is enough.
    ///
    /// # Errors
    /// [`StoreError::Unsupported`] for a key of another algorithm, or a URL that is not asked: http to
    /// another machine, or with a password in it.
    pub fn new(place: &str, feed_key: &Key) -> Result<Self, StoreError> {
        let source = Source::of(place)?;
        let unsupported = |why: String| StoreError::Unsupported { place: source.place(), why };
        is_feed_key(feed_key).map_err(|fault| unsupported(fault.to_string()))?;
        if !feed_key.can_verify() {
            return Err(unsupported("the feed key's key_ops do not let it verify".into()));
        }
        Ok(Self {
            key: feed_key.clone(),
            clock: Clock::system(),
            seen: Seen::nothing(),
            accepted: None,
            aged: None,
            is_handed_over: false,
            pause: Arc::new(AtomicU64::new(millis(source.pause(Duration::MAX)))),
            source,
        })
    }

    /// Keeps the last serial in the file `path`, so that an older snapshot is noticed after a restart
    /// too. Several who follow the same snapshots may share it.
    ///
    /// # Errors
    /// [`StoreError`] if it is there and cannot be read.
    pub fn remember_in(self, path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Ok(Self { seen: Seen::read(path.as_ref().into())?, ..self })
    }

    /// Takes the time from `clock`.
    #[must_use]
    pub fn clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// Reads the snapshot, and follows it from then on. The numbers are those of this first one.
    ///
    /// # Errors
    /// [`StoreError`] if there is none that may be gone by.
    pub fn follow(mut self) -> Result<Revocations, StoreError> {
        self.look()?;
        let policy = self.accepted.as_ref().map(Snapshot::policy).unwrap_or_default();
        let setup = RevocationList::setup().policy(policy).clock(self.clock.clone());
        Revocations::follow_feed(setup, self)
    }

    /// Beside the file: where [`Revocations::follow_snapshot`] keeps the serial.
    pub(in crate::revocation) fn remember_beside(self) -> Result<Self, StoreError> {
        let Some(path) = self.source.path() else {
            return Ok(self);
        };
        let mut name = path.as_os_str().to_owned();
        name.push(".seen");
        self.remember_in(PathBuf::from(name))
    }

    /// Reads what is there, unless it is what was accepted last.
    fn look(&mut self) -> Result<(), StoreError> {
        let Some(read) = self.source.read()? else {
            return self.check_time(self.accepted.as_ref());
        };
        let snapshot = self.open(&read.bytes)?;
        let (found, seen) = (snapshot.serial(), self.seen.serial());
        if found < seen {
            return Err(StoreError::WentBack { place: self.source.place(), found, seen });
        }
        self.check_time(Some(&snapshot))?;
        if let Err(fault) = self.seen.note(found) {
            let fault = StoreError::Unreachable {
                place: self.source.place(),
                why: format!("its serial could not be kept: {fault}"),
            };
            if self.accepted.is_none() {
                return Err(fault);
            }
            // Known in this process: no reason to do without what is new.
            events::fault(&fault);
        }
        self.pause
            .store(millis(self.source.pause(snapshot.policy().most_age())), Ordering::Relaxed);
        self.source.accept(read);
        let (as_of, age) = (snapshot.as_of(), self.age(&snapshot));
        if self.aged.is_none_or(|aged| aged.as_of != as_of) {
            self.aged = Some(Aged { as_of, age, accepted: self.clock.elapsed() });
        }
        (self.accepted, self.is_handed_over) = (Some(snapshot), false);
        Ok(())
    }

    /// How old it is: by the wall clock, or by the one that is never set if that says more.
    fn age(&self, snapshot: &Snapshot) -> Duration {
        let as_of = snapshot.as_of();
        let same = self.aged.filter(|aged| aged.as_of == as_of);
        let passed = same.map(|aged| {
            let since = self.clock.elapsed().saturating_sub(aged.accepted);
            aged.age.saturating_add(since)
        });
        self.clock.now().since(as_of).max(passed.unwrap_or_default())
    }

    fn open(&self, bytes: &[u8]) -> Result<Snapshot, StoreError> {
        let place = self.source.place();
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.trim_ascii_end(),
            Err(_) => return Err(StoreError::Corrupt { place, why: "it is not UTF-8".into() }),
        };
        Snapshot::open(text, &self.key).map_err(|fault| match fault {
            SnapshotFault::Version(found) => StoreError::Version {
                place,
                found: i64::try_from(found).unwrap_or(i64::MAX),
                reads: 1,
            },
            fault => StoreError::Corrupt { place, why: fault.to_string() },
        })
    }

    /// One that has expired is told, and so is one from the future: it would look young for too long.
    fn check_time(&self, snapshot: Option<&Snapshot>) -> Result<(), StoreError> {
        let Some(snapshot) = snapshot else {
            return Ok(());
        };
        let now = self.clock.now();
        let latest = now.max(snapshot.as_of().after(self.age(snapshot)));
        let why = if latest >= snapshot.expires() {
            format!(
                "the snapshot expired at {}, {} ago",
                snapshot.expires(),
                Span(latest.since(snapshot.expires()))
            )
        } else if snapshot.as_of() > now.after(snapshot.policy().clock_difference()) {
            format!(
                "the snapshot is of {}, {} ahead of this clock",
                snapshot.as_of(),
                Span(snapshot.as_of().since(now))
            )
        } else {
            return Ok(());
        };
        Err(StoreError::Unreachable { place: self.source.place(), why })
    }
}

impl RevocationFeed for SnapshotFeed {
    fn place(&self) -> String {
        self.source.place()
    }

    fn poll(&mut self, since: Option<&Cursor>) -> Result<Batch, StoreError> {
        self.look()?;
        let is_known = |it: &Snapshot| since == Some(&cursor(it));
        if self.is_handed_over && !self.accepted.as_ref().is_some_and(is_known) {
            // All of it is asked for again, and it was not kept twice.
            self.source.forget();
            self.look()?;
        }
        let age = self.accepted.as_ref().map(|it| self.age(it)).unwrap_or_default();
        let place = self.source.place();
        let nothing = || StoreError::Unreachable { place, why: "nothing was read yet".into() };
        let snapshot = self.accepted.as_mut().ok_or_else(nothing)?;
        let as_of = snapshot.as_of();
        // The entries are in the list from here on.
        let records = std::mem::take(&mut snapshot.records);
        self.is_handed_over = true;
        Ok(Batch {
            entries: records.into_iter().map(|record| Entry::new(record, as_of)).collect(),
            cursor: cursor(snapshot),
            incarnation: [0; 16],
            continuity: Continuity::Whole,
            as_of,
            age,
            retention: Duration::MAX,
        })
    }

    fn pause(&self) -> Box<dyn FnMut() -> Duration + Send> {
        let pause = Arc::clone(&self.pause);
        Box::new(move || drawn(pause.load(Ordering::Relaxed)))
    }
}

fn cursor(snapshot: &Snapshot) -> Cursor {
    Cursor(snapshot.serial().to_be_bytes().to_vec())
}

/// The last fifth is drawn, so that those who began together do not ask together.
fn drawn(most: u64) -> Duration {
    let least = most.saturating_mul(4) / 5;
    Duration::from_millis(random_between(least, most).unwrap_or(most))
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl fmt::Debug for SnapshotFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SnapshotFeed")
            .field("place", &self.source.place())
            .field("seen", &self.seen)
            .finish_non_exhaustive()
    }
}
