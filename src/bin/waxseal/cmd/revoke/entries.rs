//! `waxseal revoke list`: every entry.

use serde_json::{Value, json};
use waxseal::base64url;
use waxseal::revocation::{Entry, SqliteStore};
use waxseal::time::{Clock, Timestamp};

use crate::cli::{ListEntries, Shape};
use crate::exit::{Code, Failure};
use crate::members::Time;
use crate::output::{Output, escape, escape_json};
use crate::times::relative;

use super::{place, words};

pub(super) fn run(options: ListEntries, output: &mut Output) -> Result<Code, Failure> {
    let place = place::of(&options.store);
    let entries = SqliteStore::look(&place)?.entries;
    let now = Clock::system().now();
    match options.shape {
        Shape { json: true, .. } => {
            let entries: Value = entries.iter().map(|entry| json_of(entry, now, output)).collect();
            let facts = json!({ "schema": 1, "entries": entries });
            output.line(&escape_json(&facts.to_string()))?;
        }
        _ if entries.is_empty() => output.note(&format!("{place} has no entries")),
        Shape { plain: true, .. } => {
            let text: String = entries.iter().map(|entry| plain(entry, output)).collect();
            output.lines(&text)?;
        }
        Shape { .. } => output.lines(&table(&entries, now, output))?,
    }
    Ok(Code::DONE)
}

fn is_over(entry: &Entry, now: Timestamp) -> bool {
    entry.record.end() <= now
}

fn table(entries: &[Entry], now: Timestamp, output: &Output) -> String {
    let mut rows =
        vec![["KIND", "NAME", "BEGAN UP TO", "KEPT", "RECORDED", "REASON"].map(str::to_owned)];
    rows.extend(entries.iter().map(|entry| row(entry, now, output)));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: [usize; 6] = std::array::from_fn(|column| width(column).unwrap_or(0));
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        let line = cells.collect::<Vec<_>>().join("  ").trim_end().to_owned();
        text.push_str(&if at == 0 { output.faint(&line) } else { line });
        text.push('\n');
    }
    text
}

fn row(entry: &Entry, now: Timestamp, output: &Output) -> [String; 6] {
    let record = &entry.record;
    let cut = match (record.kind().has_cut(), record.except()) {
        (false, _) => "-".into(),
        (true, None) => record.cut().in_zone(output.zone),
        (true, Some(id)) => {
            format!("{} except {}", record.cut().in_zone(output.zone), base64url::encode(id))
        }
    };
    let kept = match record.end() {
        Timestamp::END => "for ever".into(),
        _ if is_over(entry, now) => "ended".into(),
        end => relative(end, now),
    };
    [
        record.kind().word().into(),
        escape(&words::name(record, entry.label.as_deref())),
        cut,
        kept,
        relative(entry.recorded_at, now),
        escape(entry.reason.as_deref().unwrap_or("-")),
    ]
}

/// Kind, name, cut, end, spared session, time of recording, reason; empty where there is none.
fn plain(entry: &Entry, output: &Output) -> String {
    let record = &entry.record;
    let time = |at: Timestamp| at.in_zone(output.zone);
    let cells = [
        record.kind().word().into(),
        escape(&words::name(record, entry.label.as_deref())),
        if record.kind().has_cut() { time(record.cut()) } else { String::new() },
        if record.end() < Timestamp::END { time(record.end()) } else { String::new() },
        record.except().map(|id| base64url::encode(id)).unwrap_or_default(),
        time(entry.recorded_at),
        escape(entry.reason.as_deref().unwrap_or_default()),
    ];
    cells.join("\t") + "\n"
}

fn json_of(entry: &Entry, now: Timestamp, output: &Output) -> Value {
    let record = &entry.record;
    let time = |at: Timestamp| Time::of(at, now, output);
    json!({
        "kind": record.kind().word(),
        "name": entry.label,
        "id": base64url::encode(record.name()),
        "except": record.except().map(|id| base64url::encode(id)),
        "cut": record.kind().has_cut().then(|| time(record.cut())),
        "kept_until": (record.end() < Timestamp::END).then(|| time(record.end())),
        "is_over": is_over(entry, now),
        "recorded_at": time(entry.recorded_at),
        "reason": entry.reason,
    })
}
