//! What a list holds, wherever it is.

use serde_json::{Value, json};
use waxseal::Revocations;
use waxseal::base64url;
use waxseal::revocation::{Entry, Record, RevocationHealth, RevocationPolicy, SqliteStore};
use waxseal::time::Timestamp;

use crate::exit::{Code, Failure};
use crate::lists::{self, Kind};
use crate::members::Time;
use crate::output::Output;

use super::words;

/// A list at one moment.
pub(super) struct Picture {
    pub(super) policy: RevocationPolicy,
    pub(super) rows: Vec<Row>,
    pub(super) health: RevocationHealth,
}

impl Picture {
    pub(super) fn take(
        place: &str,
        feed_key: Option<&str>,
        output: &Output,
    ) -> Result<Self, Failure> {
        let kind = lists::kind_of(place);
        let list = lists::follow_as(kind, place, feed_key, output)?;
        let rows = rows_of(&list, kind, place)?;
        let (Some(policy), Some(health)) = (list.policy(), list.health()) else {
            return Err(Failure::new(
                Code::BUG,
                format!("{} is followed and is no list", lists::shown(place)),
            ));
        };
        Ok(Self { policy, rows, health })
    }
}

/// One entry. A feed carries hashes, so that its names and reasons are known to the writer alone.
pub(super) struct Row {
    pub(super) record: Record,
    pub(super) recorded_at: Option<Timestamp>,
    pub(super) label: Option<String>,
    pub(super) reason: Option<String>,
}

/// The entries of the list at `place`.
pub(super) fn rows(
    place: &str,
    feed_key: Option<&str>,
    output: &Output,
) -> Result<Vec<Row>, Failure> {
    match (lists::kind_of(place), feed_key) {
        (Kind::File, None) => stored(place),
        (kind, _) => rows_of(&lists::follow_as(kind, place, feed_key, output)?, kind, place),
    }
}

fn rows_of(list: &Revocations, kind: Kind, place: &str) -> Result<Vec<Row>, Failure> {
    match kind {
        Kind::File => stored(place),
        Kind::Shared | Kind::Signed => Ok(list.records().into_iter().map(Row::from).collect()),
    }
}

fn stored(place: &str) -> Result<Vec<Row>, Failure> {
    Ok(SqliteStore::look(place)?.entries.into_iter().map(Row::from).collect())
}

impl From<Entry> for Row {
    fn from(entry: Entry) -> Self {
        let Entry { record, recorded_at, label, reason, .. } = entry;
        Self { record, recorded_at: Some(recorded_at), label, reason }
    }
}

impl From<Record> for Row {
    fn from(record: Record) -> Self {
        Self { record, recorded_at: None, label: None, reason: None }
    }
}

impl Row {
    /// Whether no token that it names can be accepted any more.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.record.end() <= now
    }

    pub(super) fn name(&self) -> String {
        words::name(&self.record, self.label.as_deref())
    }

    pub(super) fn json(&self, now: Timestamp, output: &Output) -> Value {
        let Self { record, recorded_at, label, reason } = self;
        let time = |at: Timestamp| Time::of(at, now, output);
        json!({
            "kind": record.kind().word(),
            "name": label,
            "id": base64url::encode(record.name()),
            "except": record.except().map(|id| base64url::encode(id)),
            "cut": record.kind().has_cut().then(|| time(record.cut())),
            "kept_until": (record.end() < Timestamp::END).then(|| time(record.end())),
            "is_over": self.is_over(now),
            "recorded_at": recorded_at.map(time),
            "reason": reason,
        })
    }
}
