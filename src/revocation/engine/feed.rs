//! Follows the stream, and sees from the engine's own counters when it lost something.

use std::fmt;

use crate::limits;
use crate::revocation::{
    Batch, Continuity, Cursor, Entry, RevocationFeed, RevocationPolicy, StoreError,
};

use super::address::Address;
use super::line::Line;
use super::look::{Look, Range, Stream, look};
use super::meta::Meta;
use super::reply::Id;
use super::wake::{ReadUpTo, waker};

/// Entries in one look.
const PAGE: usize = 2000;

/// Follows a list in Redis 7 or Valkey, as a service does that only verifies.
///
/// It asks the engine whenever that says that there may be something new, and twice a second. What
/// the engine lost is noticed: by its own count of what was ever added, by the incarnation of the
/// list, and by the numbers that each writer gives its entries. Nothing that was read is given up
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
        let mut read = from.map(|from| from.id);
        let mut first: Option<(u64, [u8; 16])> = None;
        loop {
            let seen = look(&mut self.line, &Range::After(read), PAGE)?;
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
            let is_last = seen.entries.len() < PAGE;
            read = seen.entries.last().map(|(id, _)| *id).or(read);
            entries.extend(seen.entries.into_iter().map(|(_, entry)| entry));
            if entries.len() > limits::REVOKED {
                let place = address.place().to_owned();
                return Err(StoreError::Full { place, cap: limits::REVOKED });
            }
            if !is_last {
                continue;
            }
            let is_whole = before.checked_add(entries.len() as u64) == Some(stream.added);
            let continuity = match (since, from) {
                (Some(_), None) => Continuity::Broken("the cursor is another feed's"),
                _ if is_whole => Continuity::Whole,
                (None, _) => return Err(address.unreachable("entries left it while it was read")),
                (Some(_), Some(_)) => Continuity::Broken("the engine lost entries"),
            };
            let id = read.unwrap_or_default();
            self.read.set(id);
            return Ok(Batch {
                entries,
                cursor: Position { id, added: stream.added }.cursor(),
                incarnation,
                continuity,
                as_of: seen.time,
                age: std::time::Duration::ZERO,
                retention: meta.retention(),
            });
        }
    }

    fn pause(&self) -> Box<dyn FnMut() -> std::time::Duration + Send> {
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

/// A place in the stream.
#[derive(Clone, Copy)]
struct Position {
    id: Id,
    added: u64,
}

impl Position {
    fn of(Cursor(bytes): &Cursor) -> Option<Self> {
        let (millis, rest) = bytes.split_first_chunk::<8>()?;
        let (count, rest) = rest.split_first_chunk::<8>()?;
        let added = rest.try_into().ok().map(u64::from_be_bytes)?;
        let id = Id { millis: u64::from_be_bytes(*millis), count: u64::from_be_bytes(*count) };
        Some(Self { id, added })
    }

    fn cursor(self) -> Cursor {
        let Self { id: Id { millis, count }, added } = self;
        Cursor([millis, count, added].iter().flat_map(|number| number.to_be_bytes()).collect())
    }
}

impl fmt::Debug for RedisFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisFeed({})", self.line.address().place())
    }
}
