//! Whether the engine still has what it was sent.

use std::collections::HashSet;
use std::time::Duration;

use crate::revocation::{Origin, StoreError};
use crate::time::Timestamp;

use super::ledger::State;
use super::line::Line;
use super::look::{Look, Range, Stream, look};
use super::meta::millis;
use super::reply::Id;

/// Entries in one look.
const PAGE: usize = 2000;

/// What a look says of the entries that were sent before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// Nothing was lost.
    Whole,
    /// Something left the stream that age alone does not explain, or nobody has counted yet: read
    /// it, and see.
    Doubtful,
    /// Send everything again.
    Lost(&'static str),
}

/// Compares a look with what was sent, and with the stream as it was `before`.
pub(super) fn judge(
    seen: &Look,
    state: &State,
    writer: [u8; 16],
    before: Option<Stream>,
    oldest: Timestamp,
) -> Finding {
    let (Some(stream), Some(meta)) = (seen.stream, seen.meta) else {
        return Finding::Lost("the engine has no list");
    };
    if state.incarnation != Some(meta.incarnation) {
        return Finding::Lost("the engine has another list");
    }
    let is_old = |id: Id| id.millis < u64::try_from(oldest.as_millis()).unwrap_or(0);
    // Where one was lost, a clock that is behind may have put another.
    let has = |id: Id, number: u64| {
        let is_it = |it: Origin| (it.writer, it.sequence) == (writer, number);
        seen.entries.iter().any(|(at, entry)| *at == id && entry.origin.is_some_and(is_it))
    };
    if state.last_place.is_some_and(|(id, number)| !is_old(id) && !has(id, number)) {
        return Finding::Lost("the engine lost what it had taken");
    }
    match before {
        None => Finding::Doubtful,
        Some(before) if gone_by_age(stream, before, is_old) => Finding::Whole,
        Some(_) => Finding::Doubtful,
    }
}

/// Whether nothing left the stream, or nothing that is younger than it keeps.
fn gone_by_age(stream: Stream, before: Stream, is_old: impl Fn(Id) -> bool) -> bool {
    let Some(added) = stream.added.checked_sub(before.added) else {
        return false;
    };
    let none_left = before.length.checked_add(added) == Some(stream.length);
    // Trimming takes from the old end: what is older than the first that is left.
    let trimmed_by_age = stream.deleted == before.deleted && stream.first.is_some_and(is_old);
    none_left || trimmed_by_age
}

/// The oldest time of which entries must still be there. Both clocks have to agree that something
/// is old.
pub(super) fn oldest(engine: Timestamp, here: Timestamp, retention: Duration) -> Timestamp {
    Timestamp::from_millis(
        engine
            .min(here)
            .as_millis()
            .saturating_sub(i64::try_from(millis(retention)).unwrap_or(i64::MAX)),
    )
}

/// The numbers of the entries of `writer` that the stream holds.
pub(super) fn held(line: &mut Line, writer: [u8; 16]) -> Result<HashSet<u64>, StoreError> {
    let (mut held, mut read) = (HashSet::new(), None);
    loop {
        let seen = look(line, &Range::After(read), PAGE)?;
        let is_last = seen.entries.len() < PAGE;
        for (id, entry) in seen.entries {
            read = Some(id);
            if let Some(origin) = entry.origin.filter(|origin| origin.writer == writer) {
                held.insert(origin.sequence);
            }
        }
        if is_last {
            return Ok(held);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::revocation::engine::meta::Meta;
    use crate::revocation::{Entry, Kind, Record, RevocationPolicy};

    fn stream(length: u64, added: u64, first: u64) -> Stream {
        let first = Some(Id { millis: first, count: 0 });
        Stream { length, added, first, deleted: None }
    }

    const LAST: Id = Id { millis: 150, count: 0 };

    /// A look that finds that number of that writer where the last entry was, or nothing, and what
    /// it says of a stream that nothing left.
    fn finding(incarnation: Option<[u8; 16]>, last: Option<(u8, u64)>, oldest: i64) -> Finding {
        let record = Record::new(Kind::Session, "s", Timestamp::END);
        let entry = |(writer, sequence)| {
            let origin = Origin { writer: [writer; 16], sequence, previous: None };
            (LAST, Entry::new(record, Timestamp::EPOCH).from_writer(origin))
        };
        let meta = |incarnation| Meta { incarnation, policy: RevocationPolicy::default() };
        let seen = Look {
            entries: last.map(entry).into_iter().collect(),
            stream: Some(stream(5, 9, 50)),
            meta: incarnation.map(meta),
            time: Timestamp::EPOCH,
            is_primary: true,
        };
        let last_place = Some((LAST, 5));
        let state = State { incarnation: Some([1; 16]), last_place, ..State::default() };
        judge(&seen, &state, [3; 16], seen.stream, Timestamp::from_millis(oldest))
    }

    #[test]
    fn an_engine_that_lacks_what_it_had_is_sent_everything_again() {
        let last = Some((3, 5));
        assert_eq!(finding(Some([1; 16]), last, 100), Finding::Whole);
        assert!(matches!(finding(None, last, 100), Finding::Lost(_)));
        assert!(matches!(finding(Some([2; 16]), last, 100), Finding::Lost(_)));
        // As many were added by others as were lost: the count alone would not tell.
        for other in [None, Some((4, 5)), Some((3, 4))] {
            assert!(matches!(finding(Some([1; 16]), other, 100), Finding::Lost(_)), "{other:?}");
        }
        assert_eq!(finding(Some([1; 16]), None, 200), Finding::Whole, "it had its time");
    }

    #[test]
    fn what_left_by_age_is_no_loss_and_what_left_otherwise_is_one() {
        let explained = |before, now| gone_by_age(now, before, |id: Id| id.millis < 100);
        assert!(explained(stream(5, 9, 50), stream(5, 9, 50)), "nothing happened");
        assert!(explained(stream(5, 9, 150), stream(7, 11, 150)), "two were added");
        assert!(explained(stream(5, 9, 50), stream(4, 10, 90)), "two old ones were trimmed");
        assert!(!explained(stream(5, 9, 50), stream(4, 10, 150)), "younger ones were trimmed");
        assert!(!explained(stream(5, 9, 50), stream(3, 7, 50)), "the engine went back");
        let deleted = Stream { deleted: Some(Id { millis: 120, count: 0 }), ..stream(4, 9, 50) };
        assert!(!explained(stream(5, 9, 50), deleted), "one was deleted");
    }

    #[test]
    fn a_clock_that_jumps_ahead_makes_nothing_old() {
        let (now, later) = (Timestamp::from_secs(10_000), Timestamp::from_secs(900_000));
        let hour = Duration::from_secs(3600);
        assert_eq!(oldest(later, now, hour), Timestamp::from_secs(6400));
        assert_eq!(oldest(now, later, hour), Timestamp::from_secs(6400));
    }
}
