//! `waxseal keys log`: what happened to a ring, and whether the record of it is whole.

use serde_json::{Value, json};
use waxseal::keyring::{Entry, History};
use waxseal::time::Clock;

use crate::cli::Log;
use crate::exit::{Code, Failure};
use crate::keyfile;
use crate::members::Time;
use crate::output::{Output, escape, escape_json};

pub(super) fn run(options: Log, output: &mut Output) -> Result<Code, Failure> {
    let dir = keyfile::ring_place(options.keys)?;
    let History { entries, fault, .. } = History::read(&dir)?;
    let all = entries.len();
    let shown = options.limit.map_or(0, |limit| all.saturating_sub(limit));
    let entries: Vec<Entry> = entries.into_iter().skip(shown).collect();
    if options.json {
        let facts = json!({
            "schema": 1,
            "entries": entries.iter().map(|entry| json_of(entry, output)).collect::<Value>(),
            "before": shown,
            "ok": fault.is_none(),
            "fault": fault,
        });
        output.line(&escape_json(&facts.to_string()))?;
    } else if !entries.is_empty() {
        let text: String = entries.iter().map(|entry| line(entry, output)).collect();
        output.lines(&text)?;
    }
    match fault {
        None => Ok(Code::DONE),
        Some(fault) => {
            let what = format!("the history is broken: {fault}; all after it is in doubt");
            Err(Failure::new(Code::BAD_DATA, what).next("compare the ring with a backup"))
        }
    }
}

fn line(entry: &Entry, output: &Output) -> String {
    let seq = entry.seq.map(|seq| seq.to_string()).unwrap_or_default();
    let kid = entry.kid.as_deref().map(escape).unwrap_or_default();
    let (at, by) = (entry.at.in_zone(output.zone), escape(&entry.by));
    let (serial, what) = (entry.serial, entry.what.name());
    format!("{serial:>4}  {at}  {what:<8}  {seq:>3}  {kid:<10}  by {by}\n")
}

fn json_of(entry: &Entry, output: &Output) -> Value {
    json!({
        "serial": entry.serial,
        "at": Time::of(entry.at, Clock::system().now(), output),
        "what": entry.what.name(),
        "seq": entry.seq,
        "kid": entry.kid,
        "by": entry.by,
    })
}
