//! `waxseal revoke list`: every entry.

use serde_json::{Value, json};
use waxseal::base64url;
use waxseal::time::{Clock, Timestamp};

use crate::cli::{ListEntries, Shape};
use crate::exit::{Code, Failure};
use crate::lists::shown;
use crate::output::{Output, escape, escape_json};
use crate::times::relative;

use super::picture::{Row, rows};
use super::store;

pub(super) fn run(options: ListEntries, output: &mut Output) -> Result<Code, Failure> {
    let place = store::of(&options.look.store, output)?;
    let entries = rows(&place, options.look.feed_key.as_deref(), output)?;
    let now = Clock::system().now();
    match options.shape {
        Shape { json: true, .. } => {
            let entries: Value = entries.iter().map(|entry| entry.json(now, output)).collect();
            let facts = json!({ "schema": 1, "entries": entries });
            output.line(&escape_json(&facts.to_string()))?;
        }
        _ if entries.is_empty() => output.note(&format!("{} has no entries", shown(&place))),
        Shape { plain: true, .. } => {
            let text: String = entries.iter().map(|entry| plain(entry, output)).collect();
            output.lines(&text)?;
        }
        Shape { .. } => output.lines(&table(&entries, now, output))?,
    }
    Ok(Code::DONE)
}

const HEADS: [&str; 6] = ["KIND", "NAME", "BEGAN UP TO", "KEPT", "RECORDED", "REASON"];

fn table(entries: &[Row], now: Timestamp, output: &Output) -> String {
    let mut rows = vec![HEADS.map(str::to_owned)];
    rows.extend(entries.iter().map(|entry| cells(entry, now, output)));
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

fn cells(entry: &Row, now: Timestamp, output: &Output) -> [String; 6] {
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
        _ if entry.is_over(now) => "ended".into(),
        end => relative(end, now),
    };
    [
        record.kind().word().into(),
        escape(&entry.name()),
        cut,
        kept,
        entry.recorded_at.map_or("-".into(), |at| relative(at, now)),
        escape(entry.reason.as_deref().unwrap_or("-")),
    ]
}

/// Kind, name, cut, end, spared session, time of recording, reason; empty where there is none.
fn plain(entry: &Row, output: &Output) -> String {
    let record = &entry.record;
    let time = |at: Timestamp| at.in_zone(output.zone);
    let cells = [
        record.kind().word().into(),
        escape(&entry.name()),
        if record.kind().has_cut() { time(record.cut()) } else { String::new() },
        if record.end() < Timestamp::END { time(record.end()) } else { String::new() },
        record.except().map(|id| base64url::encode(id)).unwrap_or_default(),
        entry.recorded_at.map(time).unwrap_or_default(),
        escape(entry.reason.as_deref().unwrap_or_default()),
    ];
    cells.join("\t") + "\n"
}
