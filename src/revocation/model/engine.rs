//! An engine that loses things, and writers who notice: what a feed stands for, in a world whose
//! time is drawn.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use crate::revocation::{
    Batch, Continuity, Cursor, Entry, Origin, Previous, Record, RevocationFeed, StoreError,
};
use crate::time::{ManualClock, Timestamp};

/// What the engine holds. Every position is given once.
#[derive(Default)]
pub(super) struct Engine {
    pub(super) stream: Vec<(u64, Entry)>,
    pub(super) next: u64,
    /// How many were ever added, as the engine itself counts: a replica that lags counts less.
    pub(super) added: u64,
    /// `None` after it lost everything, until a writer looks.
    pub(super) incarnation: Option<u64>,
    pub(super) is_up: bool,
    /// How often it was made anew.
    pub(super) made: u64,
}

#[derive(Clone)]
pub(super) struct Shared(pub(super) Arc<Mutex<Engine>>);

impl Shared {
    pub(super) fn new() -> Self {
        let engine = Engine { incarnation: Some(1), is_up: true, next: 1, ..Engine::default() };
        Self(Arc::new(Mutex::new(engine)))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Engine> {
        self.0.lock().expect("no panic")
    }
}

impl Engine {
    /// Whether it holds that entry in that position, where another may have come.
    fn has(&self, at: u64, writer: [u8; 16], number: u64) -> bool {
        let is_it = |origin: Origin| (origin.writer, origin.sequence) == (writer, number);
        self.stream.iter().any(|(it, entry)| *it == at && entry.origin.is_some_and(is_it))
    }

    fn add(&mut self, entry: Entry) -> u64 {
        let at = self.next;
        self.next += 1;
        self.added += 1;
        self.stream.push((at, entry));
        at
    }

    /// It comes back empty; on a host whose clock is behind, if `is_behind`.
    pub(super) fn flush(&mut self, is_behind: bool) {
        self.stream.clear();
        if is_behind {
            self.next = 1;
        }
        self.added = 0;
        self.incarnation = None;
    }

    /// A replica that lagged by `lost` entries takes over; its clock is behind, if `is_behind`.
    pub(super) fn fail_over(&mut self, lost: usize, is_behind: bool) {
        let kept = self.stream.len().saturating_sub(lost);
        self.added -= (self.stream.len() - kept) as u64;
        self.stream.truncate(kept);
        if is_behind {
            self.next = self.stream.last().map_or(1, |(at, _)| at + 1);
        }
    }

    /// Somebody trims it from its head.
    pub(super) fn trim(&mut self, gone: usize) {
        self.stream.drain(..gone.min(self.stream.len()));
    }
}

/// How long the engine's followers may rely on it to keep an entry.
pub(super) const RETENTION: Duration = Duration::from_secs(3600);

/// How far a reader has come: the position, the count, and what stood there.
#[derive(Default)]
struct Seen {
    last: u64,
    counted: u64,
    writer: [u8; 16],
    number: u64,
}

impl Seen {
    fn of(Cursor(bytes): &Cursor) -> Self {
        let number = |at: usize| u64::from_be_bytes(bytes[at..at + 8].try_into().expect("8"));
        let writer = bytes[24..].try_into().expect("16 bytes");
        Self { last: number(0), counted: number(8), number: number(16), writer }
    }

    fn cursor(&self) -> Cursor {
        let numbers = [self.last, self.counted, self.number].map(u64::to_be_bytes);
        Cursor([numbers.concat(), self.writer.to_vec()].concat())
    }
}

/// One reader of the engine.
pub(super) struct Feed {
    pub(super) engine: Shared,
    pub(super) hand: ManualClock,
}

impl RevocationFeed for Feed {
    fn place(&self) -> String {
        "the engine".into()
    }

    fn poll(&mut self, since: Option<&Cursor>) -> Result<Batch, StoreError> {
        let engine = self.engine.lock();
        let unreachable =
            |why: &str| StoreError::Unreachable { place: "the engine".into(), why: why.into() };
        if !engine.is_up {
            return Err(unreachable("down"));
        }
        let incarnation = engine.incarnation.ok_or_else(|| unreachable("it lost its data"))?;
        let Seen { last: after, .. } = since.map_or(Seen::default(), Seen::of);
        let new: Vec<_> = engine.stream.iter().filter(|(at, _)| *at > after).collect();
        let is_whole = since.map(Seen::of).is_none_or(|seen| {
            let Seen { last, counted, writer, number } = seen;
            // A clock that is behind may give what is new a position before the cursor, as many as
            // were lost: the last that was read must still be what it was.
            let is_there = last == 0 || engine.has(last, writer, number);
            is_there && counted + new.len() as u64 == engine.added
        });
        let newest = engine.stream.last();
        let seen = Seen {
            last: newest.map_or(0, |(at, _)| *at),
            counted: engine.added,
            writer: newest.and_then(|(_, it)| it.origin).map_or([0; 16], |it| it.writer),
            number: newest.and_then(|(_, it)| it.origin).map_or(0, |it| it.sequence),
        };
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&incarnation.to_be_bytes());
        Ok(Batch {
            entries: new.into_iter().map(|(_, entry)| entry.clone()).collect(),
            cursor: seen.cursor(),
            incarnation: bytes,
            continuity: match is_whole {
                true => Continuity::Whole,
                false => Continuity::Broken("the counts differ"),
            },
            as_of: Timestamp::EPOCH.after(self.hand.clock().elapsed()),
            age: Duration::ZERO,
            retention: RETENTION,
        })
    }
}

/// One who revokes: what it acknowledged is on its disk, whatever becomes of the engine.
pub(super) struct Writer {
    id: [u8; 16],
    /// By number, with the time of recording.
    kept: BTreeMap<u64, (Record, Timestamp)>,
    /// What the engine took, and where it put it.
    published: BTreeMap<u64, (u64, Timestamp)>,
    incarnation: u64,
}

impl Writer {
    pub(super) fn new(id: u8) -> Self {
        Self { id: [id; 16], kept: BTreeMap::new(), published: BTreeMap::new(), incarnation: 1 }
    }

    /// Keeps `record` on its disk.
    pub(super) fn record(&mut self, record: Record, now: Timestamp) {
        let number = self.kept.len() as u64 + 1;
        self.kept.insert(number, (record, now));
    }

    /// Looks after the engine: gives it what it does not have. Stops after `most` entries, as a
    /// process does that is killed.
    pub(super) fn publish(
        &mut self,
        engine: &Shared,
        engine_time: Timestamp,
        now: Timestamp,
        most: usize,
    ) -> bool {
        let mut engine = engine.lock();
        if !engine.is_up {
            return false;
        }
        if engine.incarnation.is_none() {
            engine.made += 1;
            // Never one that was before: in truth it is drawn from 16 bytes.
            engine.incarnation = Some(engine.made + 1);
        }
        let incarnation = engine.incarnation.unwrap_or_default();
        // Who trims begins with the oldest, and who falls back loses the newest.
        let ends = [self.published.first_key_value(), self.published.last_key_value()];
        let has_ends =
            ends.into_iter().flatten().all(|(number, (at, _))| engine.has(*at, self.id, *number));
        let again = incarnation != self.incarnation || !has_ends;
        let from = self.published.last_key_value().map_or(0, |(number, _)| *number);
        let due: Vec<u64> = match again {
            true => {
                let live = self.kept.iter().filter(|(_, (record, _))| record.end() > now);
                live.map(|(number, _)| *number).collect()
            }
            false => self.kept.range(from + 1..).map(|(number, _)| *number).collect(),
        };
        let mut previous = match self.published.last_key_value() {
            Some((number, (_, at))) if !again => {
                Some(Previous { sequence: *number, published_at: *at })
            }
            _ => None,
        };
        let mut sent = BTreeMap::new();
        for (count, number) in due.iter().enumerate() {
            if count == most {
                return false;
            }
            let (record, at) = self.kept[number];
            let origin = Origin { writer: self.id, sequence: *number, previous };
            let position = engine.add(Entry::new(record, at).from_writer(origin));
            previous = Some(Previous { sequence: *number, published_at: engine_time });
            sent.insert(*number, (position, engine_time));
            if !again {
                self.published.insert(*number, (position, engine_time));
            }
        }
        if again {
            // Only the whole run is as good as what was lost.
            self.published = sent;
        }
        self.incarnation = incarnation;
        true
    }

    /// The sessions of its entries up to the highest number that `engine` holds of it.
    pub(super) fn told(&self, engine: &Engine) -> Vec<u8> {
        let origins = engine.stream.iter().filter_map(|(_, entry)| entry.origin);
        let own = origins.filter(|origin| origin.writer == self.id);
        let highest = own.map(|origin| origin.sequence).max().unwrap_or(0);
        self.kept.range(..=highest).map(|(_, (record, _))| record.name()[0]).collect()
    }
}
