//! What every store and every feed must do, as a suite that yours can run.
//!
//! ```
//! use waxseal::revocation::conformance;
//! use waxseal::revocation::{MemoryStore, RevocationPolicy};
//! let store = MemoryStore::new(RevocationPolicy::default())?;
//! conformance::check_store(|| Ok(store.clone()))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;
use std::time::Duration;

use crate::claims::SessionId;
use crate::time::Timestamp;

use super::{
    Acknowledged, Batch, Continuity, Cursor, Entry, Kind, Record, RecordKey, Recorded,
    RevocationFeed, RevocationStore, StoreError,
};

/// A rule that was broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{rule}: {found}")]
pub struct Violation {
    /// The rule.
    pub rule: &'static str,
    /// What was found instead.
    pub found: String,
}

/// Moments in the far future, so that no store drops an entry of the suite for its age.
const FAR: i64 = 4_000_000_000;

/// Holds a store to the rules; of [`RevocationStore::record_once`] one that refuses it as
/// [`StoreError::Unsupported`] is let off. `open` opens it again and again, as other processes would; it must
/// be empty at first.
///
/// # Errors
/// The first rule that it breaks.
pub fn check_store<S: RevocationStore>(
    mut open: impl FnMut() -> Result<S, StoreError>,
) -> Result<(), Violation> {
    let rule = "a store opens, writes and is followed";
    let store = open().map_err(|fault| broken(rule, &fault))?;
    let mut feed = store.feed().map_err(|fault| broken(rule, &fault))?;
    check_feed(&mut *feed, |entries| store.record(entries).map(drop))?;
    keeps_what_it_acknowledged(&store, &mut open)?;
    keeps_what_many_write_at_once(&store)?;
    tells_one_caller_that_it_was_the_first(&store, &mut open)?;
    drops_only_what_has_ended(&store)?;
    let again = open().map_err(|fault| broken(rule, &fault))?;
    match again.policy() == store.policy() {
        true => Ok(()),
        false => Err(broken("the policy stays as it was made", &again.policy())),
    }
}

/// Holds a feed to the rules. `write` makes it tell the entries that it is given, and returns when
/// the next poll can see them; it must be empty at first.
///
/// # Errors
/// The first rule that it breaks.
pub fn check_feed(
    feed: &mut dyn RevocationFeed,
    mut write: impl FnMut(Vec<Entry>) -> Result<(), StoreError>,
) -> Result<(), Violation> {
    let mut write = |entries: &[Entry]| {
        write(entries.to_vec()).map_err(|fault| broken("what is written is taken", &fault))
    };
    let mut told = BTreeMap::new();

    let first = every_kind(0);
    write(&first)?;
    let whole = poll(feed, None)?;
    keep(&mut told, &whole);
    covers("the first poll tells everything, of every kind", &told, &first)?;

    let again = poll(feed, Some(&whole.cursor))?;
    let rule = "a poll with nothing new is whole, and of the same list";
    if again.continuity != Continuity::Whole || again.incarnation != whole.incarnation {
        return Err(broken(rule, &again));
    }

    let second = every_kind(1);
    write(&second)?;
    let next = poll(feed, Some(&again.cursor))?;
    keep(&mut told, &next);
    if next.continuity != Continuity::Whole {
        return Err(broken("what is added is told without a break", &next));
    }
    covers("a poll tells what came after its cursor", &told, &second)?;

    // The same once more, and shorter: neither may take anything away.
    let shorter: Vec<Entry> = first.iter().map(|entry| sooner(entry, 1_000)).collect();
    write(&shorter)?;
    let mut anew = BTreeMap::new();
    keep(&mut anew, &poll(feed, None)?);
    covers("a later, shorter entry takes nothing back", &anew, &first)?;
    covers("the feed can always be read from its beginning", &anew, &second)?;

    let mut since_first = BTreeMap::new();
    keep(&mut since_first, &poll(feed, Some(&whole.cursor))?);
    covers("an old cursor is still good, or the break is told", &since_first, &second)?;

    let alien = Cursor(b"another feed's".to_vec());
    match feed.poll(Some(&alien)) {
        Err(_) => Ok(()),
        Ok(Batch { continuity: Continuity::Broken(_), .. }) => Ok(()),
        Ok(batch) => {
            let mut told = BTreeMap::new();
            keep(&mut told, &batch);
            covers("a cursor of another feed never hides an entry", &told, &second)
        }
    }
}

fn keeps_what_it_acknowledged<S: RevocationStore>(
    store: &S,
    open: &mut impl FnMut() -> Result<S, StoreError>,
) -> Result<(), Violation> {
    let rule = "what was acknowledged as durable is there when the store is opened again";
    let entries = every_kind(2);
    let acknowledged = store.record(entries.clone()).map_err(|fault| broken(rule, &fault))?;
    if acknowledged == Acknowledged::InMemory {
        return Ok(());
    }
    let other = open().map_err(|fault| broken(rule, &fault))?;
    covers(rule, &all_of(&other)?, &entries)
}

fn keeps_what_many_write_at_once(store: &impl RevocationStore) -> Result<(), Violation> {
    const WRITERS: usize = 8;
    const EACH: usize = 16;
    let rule = "what several threads write at once is all kept";
    let entries: Vec<Vec<Entry>> = (0..WRITERS)
        .map(|writer| (0..EACH).map(|at| numbered(1_000 + writer * EACH + at)).collect())
        .collect();
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let writers: Vec<_> = entries
            .iter()
            .map(|own| {
                scope.spawn(|| {
                    own.iter().try_for_each(|it| store.record(vec![it.clone()]).map(drop))
                })
            })
            .collect();
        writers.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    for outcome in outcomes {
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => return Err(broken(rule, &fault)),
            Err(_) => return Err(broken(rule, &"a writer panicked")),
        }
    }
    covers(rule, &all_of(store)?, &entries.concat())
}

fn tells_one_caller_that_it_was_the_first<S: RevocationStore>(
    store: &S,
    open: &mut impl FnMut() -> Result<S, StoreError>,
) -> Result<(), Violation> {
    const CALLERS: usize = 8;
    const NAMES: usize = 16;
    let rule = "of all who record a name once, one is told that it was the first";
    let fails = |fault: StoreError| broken(rule, &fault);
    match store.record_once(numbered(2_000)) {
        Err(StoreError::Unsupported { .. }) => return Ok(()),
        Err(fault) => return Err(fails(fault)),
        Ok(Recorded::Before) => return Err(broken(rule, &"nobody was told")),
        Ok(Recorded::First(_)) => {}
    }
    let entries: Vec<Entry> = (0..NAMES).map(|at| numbered(2_001 + at)).collect();
    let other = open().map_err(fails)?;
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let entries = &entries;
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let store = if caller % 2 == 0 { store } else { &other };
                scope.spawn(move || firsts(store, entries))
            })
            .collect();
        callers.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    let mut told = vec![0; NAMES];
    for outcome in outcomes {
        let firsts = outcome.map_err(|_| broken(rule, &"a caller panicked"))?.map_err(fails)?;
        for (count, recorded) in told.iter_mut().zip(firsts) {
            *count += usize::from(recorded != Recorded::Before);
        }
    }
    if told.iter().any(|count| *count != 1) {
        return Err(broken(rule, &told));
    }
    covers(rule, &all_of(store)?, &entries)?;

    let rule = "who opens the store again is not the first";
    let again = open().map_err(|fault| broken(rule, &fault))?;
    let firsts = firsts(&again, &entries).map_err(|fault| broken(rule, &fault))?;
    if firsts.iter().any(|recorded| *recorded != Recorded::Before) {
        return Err(broken(rule, &firsts));
    }

    let rule = "who records once what was recorded is not the first";
    let plain = numbered(2_100);
    store.record(vec![plain.clone()]).map_err(|fault| broken(rule, &fault))?;
    match other.record_once(plain) {
        Ok(Recorded::Before) => Ok(()),
        otherwise => Err(broken(rule, &otherwise)),
    }
}

fn firsts(store: &impl RevocationStore, entries: &[Entry]) -> Result<Vec<Recorded>, StoreError> {
    entries.iter().map(|entry| store.record_once(entry.clone())).collect()
}

fn drops_only_what_has_ended(store: &impl RevocationStore) -> Result<(), Violation> {
    let rule = "pruning drops what has ended, and nothing that has not";
    let at = |seconds| Timestamp::from_secs(seconds);
    let horizon = FAR + 5_000;
    let ended = Record::new(Kind::Session, "over by then", at(horizon - 1));
    let live = Record::new(Kind::Session, "not over by then", at(horizon + 1));
    let never = Record::new(Kind::Key, "never over", Timestamp::END);
    let entries: Vec<Entry> =
        [ended, live, never].iter().map(|record| Entry::new(*record, at(FAR))).collect();
    store.record(entries.clone()).map_err(|fault| broken(rule, &fault))?;
    let dropped = store.prune(at(horizon)).map_err(|fault| broken(rule, &fault))?;
    if dropped == 0 {
        return Err(broken(rule, &"nothing was dropped"));
    }
    let mut kept = entries;
    kept.remove(0);
    let whole = whole_of(store)?;
    let mut left = BTreeMap::new();
    keep(&mut left, &whole);
    covers(rule, &left, &kept)?;
    // An engine that drops entries by their age alone may go on telling what has ended.
    let by_age = whole.retention < Duration::MAX;
    match left.contains_key(&ended.key()) && !by_age {
        true => Err(broken(rule, &"an entry that has ended is still there")),
        false => Ok(()),
    }
}

fn all_of(store: &impl RevocationStore) -> Result<BTreeMap<RecordKey, Record>, Violation> {
    let mut told = BTreeMap::new();
    keep(&mut told, &whole_of(store)?);
    Ok(told)
}

fn whole_of(store: &impl RevocationStore) -> Result<Batch, Violation> {
    let mut feed =
        store.feed().map_err(|fault| broken("a store can always be followed", &fault))?;
    poll(&mut *feed, None)
}

fn poll(feed: &mut dyn RevocationFeed, since: Option<&Cursor>) -> Result<Batch, Violation> {
    feed.poll(since).map_err(|fault| broken("a feed that is there can be read", &fault))
}

fn keep(told: &mut BTreeMap<RecordKey, Record>, batch: &Batch) {
    for Entry { record, .. } in &batch.entries {
        let merged = told.get(&record.key()).and_then(|kept| kept.merge(record));
        told.insert(record.key(), merged.unwrap_or(*record));
    }
}

/// Whether `told` kills at least what `wanted` kills, for at least as long.
fn covers(
    rule: &'static str,
    told: &BTreeMap<RecordKey, Record>,
    wanted: &[Entry],
) -> Result<(), Violation> {
    for Entry { record, .. } in wanted {
        let found = told.get(&record.key());
        if !found.is_some_and(|it| it.cut() >= record.cut() && it.end() >= record.end()) {
            return Err(broken(rule, &format!("{record:?} is wanted, {found:?} was told")));
        }
    }
    Ok(())
}

/// One entry of every kind, and one that spares a session.
fn every_kind(round: i64) -> Vec<Entry> {
    let (end, cut) = (Timestamp::from_secs(FAR + round), Timestamp::from_secs(FAR - 100 + round));
    let mut records: Vec<Record> = Kind::ALL
        .into_iter()
        .map(|kind| Record::new(kind, &name(kind, round), end).cut_at(cut))
        .collect();
    let spared = Record::new(Kind::Subject, "suite of all", end).cut_at(cut);
    records.push(spared.sparing(SessionId::from([7; 16])));
    let recorded_at = Timestamp::from_secs(FAR - 200 + round);
    records.into_iter().map(|record| Entry::new(record, recorded_at)).collect()
}

fn name(kind: Kind, round: i64) -> String {
    if kind == Kind::Everything { String::new() } else { format!("suite {round}") }
}

fn numbered(number: usize) -> Entry {
    let end = Timestamp::from_secs(FAR);
    Entry::new(Record::new(Kind::Session, &format!("suite {number}"), end), end)
}

fn sooner(entry: &Entry, seconds: i64) -> Entry {
    let record = &entry.record;
    let before = |time: Timestamp| Timestamp::from_secs(time.as_secs() - seconds);
    let end = before(record.end());
    let again = Record::of(record.kind(), *record.name(), end).cut_at(before(record.cut()));
    let again = record.except().map_or(again, |session| again.sparing((*session).into()));
    Entry::new(again, entry.recorded_at)
}

fn broken(rule: &'static str, found: &impl std::fmt::Debug) -> Violation {
    Violation { rule, found: format!("{found:?}") }
}
