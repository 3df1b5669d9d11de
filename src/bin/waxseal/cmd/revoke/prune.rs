//! `waxseal revoke prune`: drops entries that end nothing any more.

use serde_json::json;
use waxseal::revocation::{RevocationStore as _, SqliteStore, Stored};
use waxseal::time::{Clock, Timestamp};

use crate::cli::PruneList;
use crate::exit::{Code, Failure};
use crate::members::Time;
use crate::output::{Output, escape_json};

use super::place;

pub(super) fn run(options: &PruneList, output: &mut Output) -> Result<Code, Failure> {
    let file = place::file(&options.store, "prune")?;
    let Stored { entries, policy, .. } = SqliteStore::look(&file)?;
    let now = Clock::system().now();
    // A clock that is years ahead would drop logouts that still matter: the list's own times vouch for
    // the moment. The file keeps ends in whole seconds.
    let mut times: Vec<Timestamp> = entries.iter().map(|entry| entry.recorded_at).collect();
    times.sort_unstable();
    let newest = times.pop();
    let horizon = newest.unwrap_or(Timestamp::EPOCH).min(now).floor_secs();
    let over = entries.iter().filter(|entry| entry.record.end() <= horizon).count();
    let alone = times.pop().filter(|before| before.after(policy.retention()) < horizon);
    if let (Some(before), 1.., false, false) = (alone, over, options.yes, options.dry_run) {
        return Err(one_clock(before, horizon, over, output));
    }
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
            "horizon": newest.map(|_| Time::of(horizon, now, output)),
        });
        output.line(&escape_json(&facts.to_string()))?;
        return Ok(Code::DONE);
    }
    let would = if options.dry_run { "would drop" } else { "dropped" };
    let by = match newest {
        Some(_) => format!(" that ended by {}", horizon.in_zone(output.zone)),
        None => String::new(),
    };
    output.say(&format!("{would} {dropped}{by}; {kept} stay"))?;
    if alone.is_some() && over > 0 && options.dry_run {
        output.note("note: one entry alone vouches for that time, so that this wants --yes");
    }
    if waiting > 0 {
        output.note(&format!(
            "note: {waiting} ended after the newest entry was recorded; they go once there is a newer one, since a clock alone may be wrong"
        ));
    }
    Ok(Code::DONE)
}

/// One entry of a clock that was ahead, and the same clock now, would drop all that came before it.
fn one_clock(before: Timestamp, horizon: Timestamp, over: usize, output: &Output) -> Failure {
    let (before, horizon) = (before.in_zone(output.zone), horizon.in_zone(output.zone));
    let what = format!(
        "one entry alone says that it is past {horizon}, and the one before it is of {before}, longer ago than an entry is kept: if a clock was ahead, {over} would go too soon; nothing was dropped"
    );
    Failure::new(Code::GUARD, what).next("if both times are right, add --yes")
}
