//! `waxseal keys tick`: every step that is due, by any number of hosts at once.

use serde_json::json;
use waxseal::keyring::Act;

use crate::cli::Tick;
use crate::exit::{Code, Failure};
use crate::output::{Output, escape_json};

use super::operator::Operator;
use super::steps;

pub(super) fn run(options: &Tick, output: &mut Output) -> Result<Code, Failure> {
    let operator = Operator::to_change(&options.change)?;
    let now = operator.now;
    let name = operator.ring(output)?.name().to_owned();
    let dry_run = options.change.dry_run;
    let done = match dry_run {
        true => None,
        false => Some(operator.rotator.perform(&Act::Tick)?),
    };
    let plan = operator.rotator.plan()?;
    let taken = done.as_ref().map_or(&plan.due, |done| &done.steps);
    if options.json {
        let facts = json!({
            "schema": 1,
            "ring": name,
            "dry_run": dry_run,
            "steps": steps::json(taken),
            "lost_a_race": done.as_ref().is_some_and(|done| done.lost_a_race),
            "later": steps::later_json(&plan, now, output),
            "needs": plan.needs,
        });
        output.line(&escape_json(&facts.to_string()))?;
    } else if taken.is_empty() {
        // A mail from cron for every time that nothing happened would soon go unread.
        if !output.is_quiet() {
            output.say(&steps::idle(&plan, now))?;
        }
    } else if dry_run {
        output.say(&format!("would {}", steps::in_words(taken)))?;
    } else {
        for line in steps::done(taken, &operator.keys()?, now) {
            output.say(&line)?;
        }
    }
    for need in &plan.needs {
        output.warn(&format!("needs: {need}"));
    }
    if let Some(done) = &done {
        operator.notes(done, output);
    }
    Ok(Code::DONE)
}
