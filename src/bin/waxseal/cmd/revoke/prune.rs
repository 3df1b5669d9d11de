//! `waxseal revoke prune`: drops entries that end nothing any more.

use serde_json::json;
use waxseal::revocation::{RevocationStore as _, SqliteStore, Stored};
use waxseal::time::{Clock, Timestamp};

use crate::cli::PruneList;
use crate::exit::{Code, Failure};
use crate::members::Time;
use crate::output::{Output, escape_json};

use super::store;

pub(super) fn run(options: &PruneList, output: &mut Output) -> Result<Code, Failure> {
    let file = store::file(&options.store, "prune")?;
    let Stored { entries, .. } = SqliteStore::look(&file)?;
    let now = Clock::system().now();
    // A clock that is years ahead would drop logouts that still matter: the list's own times vouch for
    // the moment, and one entry alone may be of such a clock. The file keeps ends in whole seconds.
    let mut times: Vec<Timestamp> = entries.iter().map(|entry| entry.recorded_at).collect();
    times.sort_unstable_by(|one, other| other.cmp(one));
    let vouched = times.get(1).copied();
    let horizon = vouched.unwrap_or(Timestamp::EPOCH).min(now).floor_secs();
    let over = entries.iter().filter(|entry| entry.record.end() <= horizon).count();
    let waiting = entries.iter().filter(|entry| entry.record.end() <= now).count() - over;
    let dropped = match options.dry_run {
        true => over,
        false => SqliteStore::open(&file)?.prune(horizon)?,
    };
    let kept = entries.len() - dropped.min(entries.len());
    if options.json {
        let facts = json!({
            "schema": 1,
            "done": !options.dry_run,
            "dropped": dropped,
            "kept": kept,
            "horizon": vouched.map(|_| Time::of(horizon, now, output)),
        });
        output.line(&escape_json(&facts.to_string()))?;
        return Ok(Code::DONE);
    }
    let would = if options.dry_run { "would drop" } else { "dropped" };
    let by = match vouched {
        Some(_) => format!(" that ended by {}", horizon.in_zone(output.zone)),
        None => String::new(),
    };
    output.say(&format!("{would} {dropped}{by}; {kept} stay"))?;
    if waiting > 0 {
        output.note(&format!(
            "note: {waiting} more have ended by this clock; they go once two newer entries say so too, since a clock alone may be wrong"
        ));
    }
    Ok(Code::DONE)
}
