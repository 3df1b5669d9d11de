//! One look at the engine, at one moment of it: entries, counters, the list's description and the
//! engine's time, in one transaction.

use redis::{Pipeline, Value};

use crate::revocation::{Entry, StoreError};
use crate::time::Timestamp;

use super::address::Address;
use super::line::Line;
use super::meta::Meta;
use super::reply::{self, Id};
use super::wire;

/// What was seen.
pub(super) struct Look {
    pub(super) entries: Vec<(Id, Entry)>,
    /// `None` when there is no stream.
    pub(super) stream: Option<Stream>,
    /// `None` when there is no list.
    pub(super) meta: Option<Meta>,
    pub(super) time: Timestamp,
    /// Whether it is the one that is written to, and no copy that may lag behind.
    pub(super) is_primary: bool,
}

/// The counters of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stream {
    pub(super) length: u64,
    /// How many entries were ever added. The client's own reading of this reply leaves it out.
    pub(super) added: u64,
    pub(super) first: Option<Id>,
    /// The highest that was deleted one by one; trimming does not show here.
    pub(super) deleted: Option<Id>,
}

/// Which entries to look at.
pub(super) enum Range {
    After(Option<Id>),
    From(Id),
    Only(Id),
    Nothing,
}

/// Looks, at `most` entries.
pub(super) fn look(line: &mut Line, range: &Range, most: usize) -> Result<Look, StoreError> {
    let (from, to, most) = match range {
        Range::After(None) => ("-".to_owned(), "+".to_owned(), most),
        Range::After(Some(id)) => (format!("({id}"), "+".to_owned(), most),
        Range::From(id) => (id.to_string(), "+".to_owned(), most),
        Range::Only(id) => (id.to_string(), id.to_string(), 1),
        Range::Nothing => ("-".to_owned(), "-".to_owned(), 1),
    };
    let (entries, list) = (line.address().entries(), line.address().list());
    let mut questions = Pipeline::new();
    questions.atomic();
    questions.cmd("XRANGE").arg(&entries).arg(from).arg(to).arg("COUNT").arg(most);
    questions.cmd("XINFO").arg("STREAM").arg(&entries);
    questions.cmd("GET").arg(&list);
    questions.cmd("TIME");
    questions.cmd("INFO").arg("replication");
    let answers = line.ask(&questions)?;
    let address = line.address();
    let odd = || address.unreachable("its answer is not understood");
    let [range, stream, meta, time, info] = answers.as_slice() else {
        return Err(odd());
    };
    for answer in [range, meta, time, info] {
        if let Value::ServerError(fault) = answer {
            return Err(line.refusal(fault));
        }
    }
    let stream = match stream {
        // The key is missing: alone among the answers this one fails then.
        Value::ServerError(fault) if fault.details().is_some_and(|it| it == "no such key") => None,
        Value::ServerError(fault) => return Err(line.refusal(fault)),
        found => Some(counters(found).ok_or_else(odd)?),
    };
    let meta = match meta {
        Value::Nil => None,
        found => Some(Meta::from_json(reply::bytes(found).ok_or_else(odd)?, address)?),
    };
    let info = reply::text(info).ok_or_else(odd)?;
    Ok(Look {
        entries: read(reply::items(range).ok_or_else(odd)?, address)?,
        stream,
        meta,
        time: engine_time(time).ok_or_else(odd)?,
        is_primary: reply::line(info, "role") == Some("master"),
    })
}

fn read(found: &[Value], address: &Address) -> Result<Vec<(Id, Entry)>, StoreError> {
    let read_one = |found: &Value| {
        let [id, members] = reply::items(found)? else {
            return None;
        };
        let id = reply::id(id)?;
        let entry = match reply::items(members)? {
            [name, value] if reply::text(name) == Some(wire::MEMBER) => {
                reply::bytes(value).and_then(wire::from_bytes)
            }
            _ => None,
        };
        Some((id, entry))
    };
    let mut entries = Vec::with_capacity(found.len());
    for one in found {
        match read_one(one) {
            Some((id, Some(entry))) => entries.push((id, entry)),
            Some((id, None)) => {
                return Err(address.corrupt(format!("entry {id} of its stream is none of ours")));
            }
            None => return Err(address.unreachable("its answer is not understood")),
        }
    }
    Ok(entries)
}

fn counters(found: &Value) -> Option<Stream> {
    let pairs = reply::items(found)?;
    let first = reply::member(pairs, "first-entry").and_then(reply::items);
    Some(Stream {
        length: reply::number(reply::member(pairs, "length")?)?,
        added: reply::number(reply::member(pairs, "entries-added")?)?,
        first: first.and_then(<[Value]>::first).and_then(reply::id),
        deleted: reply::member(pairs, "max-deleted-entry-id").and_then(reply::id),
    })
}

fn engine_time(found: &Value) -> Option<Timestamp> {
    let [seconds, micros] = reply::items(found)? else {
        return None;
    };
    let millis = reply::number(seconds)?.checked_mul(1000)? + reply::number(micros)? / 1000;
    Some(Timestamp::from_millis(i64::try_from(millis).ok()?))
}
