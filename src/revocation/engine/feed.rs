//! Follows the stream, and sees from the engine's own counters when it lost something.

use std::fmt;
use std::time::Duration;

use crate::limits;
use crate::revocation::{
    Batch, Continuity, Cursor, Entry, Origin, RevocationFeed, RevocationPolicy, StoreError,
};
use crate::time::Timestamp;

use super::address::Address;
use super::line::Line;
use super::look::{Look, Range, Stream, look};
use super::meta::Meta;
use super::reply::Id;
use super::wake::{ReadUpTo, waker};

/// Entries in one look.
const PAGE: usize = 2000;

/// Most entries in one reading: as many as a list holds.
const MOST: usize = limits::REVOKED + limits::REVOKED_SPARE;

/// Follows a list in Redis 7 or Valkey, as a service does that only verifies.
///
/// It asks the engine whenever that says that there may be something new, and twice a second. What
/// the engine lost is noticed: by its own count of what was ever added, by the entry that was read
/// last, by the incarnation of the list, and by the numbers that each writer gives its entries. Nothing that was read is given up
/// for it.
///
/// ```no_run
/// use waxseal::Revocations;
/// let revocations = Revocations::follow("redis://:password@10.0.0.7:6379/0?list=revoked")?;
/// # Ok::<(), waxseal::revocation::StoreError>(())
/// ```
///
/// # Security
/// The engine is trusted: whoever can write to it can revoke everything, and who can delete from it
/// can hide a revocation until the writer has sent it again, about a second later. Let it ask for a
/// password, give verifiers an account that may only read (`+xrange +xread +xinfo +get +time +info
/// +multi +exec`, keys `{waxseal:NAME}:*`), and let nobody listen: there is no TLS here.
///
/// # Errors
/// An entry that the engine lost, and that its writer never sends again because its host is gone, keeps
/// every list that follows from being trusted, and who begins from beginning:
/// [`StoreError::Incomplete`]. Nobody knows whom it logged out. It ends by itself when the stream need
/// not keep that entry any more, a little more than B and L after it was published. There are two ways to
/// end it sooner: open the gone host's SQLite file once more with [`RedisStore`](super::RedisStore),
/// which sends everything that is in it, or let all go over to a list of another name (`?list=NAME`),
/// to which every writer that opens it sends what it has: what only the gone one had is given up then,
/// so revoke everything that began before that ([`Revocation::everything`](crate::revocation::Revocation::everything)).
///
/// Only a primary is followed: a copy may lag behind, and would not say so. A primary that its
/// replicas have given up goes on answering; `min-replicas-to-write` ends that.
pub struct RedisFeed {
    line: Line,
    policy: RevocationPolicy,
    read: ReadUpTo,
}

impl RedisFeed {
    /// Finds the list at `url`: `redis://[user:password@]host:port/db?list=NAME`; without a name it
    /// is `revoked`.
    ///
    /// # Errors
    /// [`StoreError`]: the engine cannot be reached, or holds no such list. A
    /// [`RedisStore`](super::RedisStore) makes one.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        Self::at(Address::parse(url)?)
    }

    pub(super) fn at(address: Address) -> Result<Self, StoreError> {
        let mut line = Line::new(address);
        let seen = look(&mut line, &Range::Nothing, 1)?;
        let (_, Meta { policy, .. }) = list_of(&seen, line.address())?;
        Ok(Self { line, policy, read: ReadUpTo::default() })
    }

    /// The numbers that the list was made with.
    #[must_use]
    pub fn policy(&self) -> RevocationPolicy {
        self.policy
    }
}

impl RevocationFeed for RedisFeed {
    fn place(&self) -> String {
        self.line.address().place().to_owned()
    }

    fn poll(&mut self, since: Option<&Cursor>) -> Result<Batch, StoreError> {
        let from = since.and_then(Position::of);
        let mut entries: Vec<Entry> = Vec::new();
        let mut last = from.and_then(|from| from.last);
        let mut is_there = true;
        let mut first: Option<(u64, [u8; 16])> = None;
        loop {
            let range = last.map_or(Range::After(None), |last| Range::From(last.id));
            let seen = look(&mut self.line, &range, PAGE)?;
            let address = self.line.address();
            let (stream, meta) = list_of(&seen, address)?;
            // How many had been added before the first of those that are read here.
            let before = match from {
                Some(from) => from.added,
                None => stream.added.saturating_sub(stream.length),
            };
            let (before, incarnation) = *first.get_or_insert((before, meta.incarnation));
            if incarnation != meta.incarnation {
                return Err(address.unreachable("it was made anew while it was read"));
            }
            // Who begins reads all that the stream holds. Of the raw answers one page is held at most.
            let held = if from.is_none() { stream.length } else { 0 };
            if !has_room(held, entries.len()) {
                let place = address.place().to_owned();
                return Err(StoreError::Full { place, cap: MOST });
            }
            let is_last = seen.entries.len() < PAGE;
            // A clock that is behind may give what is new a place before the last that was read, as
            // many as were lost: that one must still be what it was, unless it had its time.
            let mut found = seen.entries.into_iter().peekable();
            let is_kept = |last: Place| {
                let is_it = |(id, entry): &(Id, Entry)| Place::of(*id, entry) == Some(last);
                found.next_if(is_it).is_some() || is_over(last.id, seen.time, meta.retention())
            };
            is_there &= last.is_none_or(is_kept);
            for (id, entry) in found {
                last = Place::of(id, &entry).or(last);
                entries.push(entry);
            }
            if !is_last {
                continue;
            }
            let is_whole =
                is_there && before.checked_add(entries.len() as u64) == Some(stream.added);
            let continuity = match (since, from) {
                (Some(_), None) => Continuity::Broken("the cursor is another feed's"),
                _ if is_whole => Continuity::Whole,
                (None, _) => return Err(address.unreachable("entries left it while it was read")),
                (Some(_), Some(_)) => Continuity::Broken("the engine lost entries"),
            };
            self.read.set(last.map(|last| last.id).unwrap_or_default());
            return Ok(Batch {
                entries,
                cursor: Position { last, added: stream.added }.cursor(),
                incarnation,
                continuity,
                as_of: seen.time,
                age: Duration::ZERO,
                retention: meta.retention(),
            });
        }
    }

    fn pause(&self) -> Box<dyn FnMut() -> Duration + Send> {
        Box::new(waker(self.line.address().clone(), self.read.clone()))
    }
}

/// What makes a list: a primary with a stream and a description of it. Of a list that lacks one of
/// them nobody knows what was in it.
fn list_of(seen: &Look, address: &Address) -> Result<(Stream, Meta), StoreError> {
    if !seen.is_primary {
        return Err(address.not_safe("it is a replica, which may lag behind: name the primary"));
    }
    seen.stream.zip(seen.meta).ok_or_else(|| address.missing())
}

/// Whether a reading may go on: what bounds its memory is the engine's own count before anything is
/// read, and what was read, should that be wrong.
fn has_room(held: u64, read: usize) -> bool {
    usize::try_from(held).is_ok_and(|held| held.max(read) <= MOST)
}

/// Whether the stream need not keep any more what was added as `id`.
fn is_over(id: Id, now: Timestamp, retention: Duration) -> bool {
    id.millis < u64::try_from(now.before(retention).as_millis()).unwrap_or(0)
}

/// A place in the stream, and which entry stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    id: Id,
    sequence: u64,
    writer: [u8; 16],
}

impl Place {
    fn of(id: Id, entry: &Entry) -> Option<Self> {
        entry.origin.map(|Origin { writer, sequence, .. }| Self { id, sequence, writer })
    }
}

/// How far the stream was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Position {
    last: Option<Place>,
    added: u64,
}

impl Position {
    fn of(Cursor(bytes): &Cursor) -> Option<Self> {
        let (added, rest) = number(bytes)?;
        if rest.is_empty() {
            return Some(Self { last: None, added });
        }
        let (millis, rest) = number(rest)?;
        let (count, rest) = number(rest)?;
        let (sequence, rest) = number(rest)?;
        let place = Place { id: Id { millis, count }, sequence, writer: rest.try_into().ok()? };
        Some(Self { last: Some(place), added })
    }

    fn cursor(self) -> Cursor {
        let mut bytes = self.added.to_be_bytes().to_vec();
        if let Some(Place { id: Id { millis, count }, sequence, writer }) = self.last {
            bytes.extend([millis, count, sequence].iter().flat_map(|number| number.to_be_bytes()));
            bytes.extend(writer);
        }
        Cursor(bytes)
    }
}

fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<8>()?;
    Some((u64::from_be_bytes(*number), rest))
}

impl fmt::Debug for RedisFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisFeed({})", self.line.address().place())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_read_as_it_was_written_and_nothing_else_is() {
        let id = Id { millis: 1_795_225_163_000, count: 4 };
        let place = Place { id, sequence: 9, writer: [7; 16] };
        for last in [None, Some(place)] {
            let position = Position { last, added: 12 };
            assert_eq!(Position::of(&position.cursor()), Some(position));
        }
        let Cursor(bytes) = Position { last: Some(place), added: 12 }.cursor();
        for length in (0..bytes.len()).filter(|length| *length != 8) {
            assert_eq!(Position::of(&Cursor(bytes[..length].to_vec())), None, "{length}");
        }
    }

    #[test]
    fn a_stream_that_no_list_has_room_for_is_not_read() {
        assert!(has_room(MOST as u64, MOST));
        assert!(!has_room(MOST as u64 + 1, 0) && !has_room(u64::MAX, 0));
        assert!(!has_room(0, MOST + 1), "the engine counts wrong");
    }

    #[test]
    fn what_had_its_time_may_be_gone() {
        let hour = Duration::from_secs(3600);
        let id = Id { millis: 10_000_000, count: 0 };
        assert!(!is_over(id, Timestamp::from_secs(13_600), hour));
        assert!(is_over(id, Timestamp::from_secs(13_601), hour));
        assert!(!is_over(id, Timestamp::EPOCH, hour));
    }
}
