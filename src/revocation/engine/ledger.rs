//! What a writer has sent, kept beside its entries in its own file: a process that was killed goes
//! on where it was, and the processes of one host take turns.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::base64url;
use crate::revocation::sqlite::{ListFile, Numbered};
use crate::revocation::{Entry, Origin, Previous, StoreError};
use crate::time::Timestamp;

use super::reply::Id;
use super::wire;

const NOTE: &str = "published";

/// How far the entries of a file have come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// The engine's list that they were sent to.
    pub(super) incarnation: Option<[u8; 16]>,
    /// Every entry up to this number was sent, or had ended.
    pub(super) through: u64,
    /// The last that was sent.
    pub(super) last: Option<Previous>,
    /// Where the stream has what was sent last, and its number.
    pub(super) last_place: Option<(Id, u64)>,
    /// When what outlives the stream was last sent again.
    pub(super) refreshed: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Form {
    incarnation: String,
    through: u64,
    last: Option<(u64, i64)>,
    last_place: Option<(String, u64)>,
    refreshed: i64,
}

/// An entry as it is sent, with its number.
pub(super) type Sent = (Previous, Vec<u8>);

#[derive(Debug)]
pub(super) struct Ledger(ListFile);

impl Ledger {
    pub(super) fn new(file: ListFile) -> Self {
        Self(file)
    }

    pub(super) fn writer(&self) -> [u8; 16] {
        self.0.incarnation()
    }

    /// The state that any process of this host has noted last. One that cannot be read is none: then
    /// everything is sent again.
    pub(super) fn state(&mut self) -> Result<State, StoreError> {
        let noted = self.0.noted(NOTE)?;
        Ok(noted.and_then(|noted| State::from_json(&noted)).unwrap_or_default())
    }

    pub(super) fn keep(&mut self, state: &State) -> Result<(), StoreError> {
        let Some(json) = state.to_json() else {
            return Ok(());
        };
        self.0.note(NOTE, json)
    }

    /// The entries after number `after`, and the highest number that was ever given.
    pub(super) fn since(&mut self, after: u64) -> Result<(Vec<Numbered>, u64), StoreError> {
        self.0.since(after)
    }
}

/// Nothing was sent anywhere.
impl Default for State {
    fn default() -> Self {
        Self {
            incarnation: None,
            through: 0,
            last: None,
            last_place: None,
            refreshed: Timestamp::EPOCH,
        }
    }
}

impl State {
    fn to_json(&self) -> Option<Vec<u8>> {
        let last = self.last.map(|last| (last.sequence, last.published_at.as_millis()));
        let form = Form {
            incarnation: base64url::encode(&self.incarnation?),
            through: self.through,
            last,
            last_place: self.last_place.map(|(id, number)| (id.to_string(), number)),
            refreshed: self.refreshed.as_millis(),
        };
        serde_json::to_vec(&form).ok()
    }

    fn from_json(json: &[u8]) -> Option<Self> {
        let Form { incarnation, through, last, last_place, refreshed } =
            serde_json::from_slice(json).ok()?;
        let previous =
            |(sequence, at)| Previous { sequence, published_at: Timestamp::from_millis(at) };
        Some(Self {
            incarnation: Some(base64url::decode_array(&incarnation).ok()?),
            through,
            last: last.map(previous),
            last_place: last_place.and_then(|(id, number)| Some((Id::parse(&id)?, number))),
            refreshed: Timestamp::from_millis(refreshed),
        })
    }

    /// Whether it is time to send again what outlives the stream.
    pub(super) fn is_due(&self, now: Timestamp, retention: Duration) -> bool {
        now >= self.refreshed.after(retention / 2)
    }
}

/// Entries in the order of their numbers, as they are sent: each names the one before it, the first
/// `before`. When one was published, `published` tells.
pub(super) fn chained(
    rows: &[Numbered],
    writer: [u8; 16],
    before: Option<Previous>,
    published: impl Fn(&Entry) -> Timestamp,
) -> impl Iterator<Item = Sent> {
    rows.iter().scan(before, move |previous, (sequence, entry)| {
        let origin = Origin { writer, sequence: *sequence, previous: *previous };
        let place = Previous { sequence: *sequence, published_at: published(entry) };
        *previous = Some(place);
        Some((place, wire::to_bytes(&entry.record, entry.recorded_at, &origin)))
    })
}

/// Of `rows`, what has not ended by `now`.
pub(super) fn living(rows: Vec<Numbered>, now: Timestamp) -> Vec<Numbered> {
    rows.into_iter().filter(|(_, entry)| entry.record.end() > now).collect()
}

/// Whether the stream would drop the entry before it ends.
pub(super) fn outlives(entry: &Entry, retention: Duration) -> bool {
    entry.record.end() > entry.recorded_at.after(retention)
}

/// When an entry was published at the earliest that is not sent again by `now`: soon after it was
/// recorded, by a clock that may be ahead of the engine's. Whoever begins would else miss it, for as
/// long as that is, when the stream has dropped it.
pub(super) fn sent_once(entry: &Entry, now: Timestamp, difference: Duration) -> Timestamp {
    entry.recorded_at.min(now).before(difference)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::revocation::{Kind, Record};

    const DAY: Duration = Duration::from_secs(86_400);

    fn row(number: u64, end: Timestamp) -> Numbered {
        let at = Timestamp::from_secs(1000 + number as i64);
        (number, Entry::new(Record::new(Kind::Session, "s", end), at))
    }

    #[test]
    fn a_state_is_read_as_it_was_kept() {
        let at = Timestamp::from_secs(1_795_225_163);
        let state = State {
            incarnation: Some([9; 16]),
            through: 12,
            last: Some(Previous { sequence: 11, published_at: at }),
            last_place: Id::parse("1795225163000-4").map(|id| (id, 11)),
            refreshed: at,
        };
        let json = state.to_json().expect("JSON");
        assert_eq!(State::from_json(&json), Some(state));
        assert_eq!(State::from_json(b"{}"), None);
        assert_eq!(State::default().to_json(), None, "nothing was sent anywhere");
    }

    #[test]
    fn each_entry_names_the_one_before_it() {
        let rows = [row(3, Timestamp::END), row(7, Timestamp::END)];
        let now = Timestamp::from_secs(5000);
        let sent: Vec<_> = chained(&rows, [1; 16], None, |_| now)
            .map(|(_, bytes)| wire::from_bytes(&bytes).and_then(|entry| entry.origin))
            .map(|origin| origin.map(|origin| (origin.sequence, origin.previous)))
            .collect();
        let before = Previous { sequence: 3, published_at: now };
        assert_eq!(sent, [Some((3, None)), Some((7, Some(before)))]);
    }

    #[test]
    fn what_never_ends_is_sent_again_every_half_retention() {
        let (ends, never) = (row(1, Timestamp::from_secs(2000)), row(2, Timestamp::END));
        assert!(!outlives(&ends.1, DAY) && outlives(&never.1, DAY));
        let state = State { refreshed: Timestamp::from_secs(1000), ..State::default() };
        let half = Timestamp::from_secs(1000 + 43_200);
        assert!(!state.is_due(half.before(Duration::from_secs(1)), DAY));
        assert!(state.is_due(half, DAY));
    }

    #[test]
    fn what_the_stream_has_dropped_is_named_as_no_younger_than_it_was() {
        let (_, entry) = row(1, Timestamp::from_secs(2000));
        let (minute, engine) = (Duration::from_secs(60), Timestamp::from_secs(1500));
        assert_eq!(sent_once(&entry, engine, minute), Timestamp::from_secs(941));
        // Recorded by a clock that was far ahead.
        let ahead = Entry { recorded_at: Timestamp::from_secs(9000), ..entry };
        assert_eq!(sent_once(&ahead, engine, minute), Timestamp::from_secs(1440));
    }

    #[test]
    fn what_has_ended_is_not_sent() {
        let rows = vec![row(1, Timestamp::from_secs(2000)), row(2, Timestamp::from_secs(3000))];
        let living = living(rows, Timestamp::from_secs(2000));
        assert_eq!(living.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2]);
    }
}
