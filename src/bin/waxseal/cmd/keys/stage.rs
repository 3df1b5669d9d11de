//! `waxseal keys stage` and `waxseal keys import`: one more key, which does not sign yet. Both only
//! add, and ask nothing.

use waxseal::key::Algorithm;
use waxseal::keyring::{Act, NewHold};

use crate::cli::{Change, Hold, Stage};
use crate::exit::{Code, Failure};
use crate::keyfile;
use crate::output::Output;

use super::operator::Operator;
use super::steps;

pub(super) fn stage(options: Stage, output: &mut Output) -> Result<Code, Failure> {
    let act = Act::Stage { algorithm: options.alg, hold: promise(options.hold) };
    add(&act, &options.change, output)
}

pub(super) fn import(
    file: &str,
    change: &Change,
    alg: Option<Algorithm>,
    hold: Hold,
    output: &mut Output,
) -> Result<Code, Failure> {
    // A ring that is not there comes before whatever is wrong with the file.
    keyfile::ring_place(change.keys.clone())?;
    let allowed: Vec<_> = alg.into_iter().collect();
    let key = Box::new(keyfile::one_key(file, &allowed, output)?);
    add(&Act::Import { key, hold: promise(hold) }, change, output)
}

fn promise(hold: Hold) -> Option<NewHold> {
    let (until, why) = hold.hold_until.zip(hold.hold_why)?;
    Some(NewHold { until, why })
}

fn add(act: &Act, change: &Change, output: &mut Output) -> Result<Code, Failure> {
    let operator = Operator::to_change(change)?;
    let ring = operator.ring(output)?;
    let planned = operator.rotator.check(act)?;
    if change.dry_run {
        let name = ring.name();
        output.say(&format!("would {} in ring {name}", steps::in_words(&planned)))?;
        return Ok(Code::DONE);
    }
    let done = operator.rotator.perform(act)?;
    for line in steps::done(&done.steps, &operator.keys()?, operator.now) {
        output.say(&line)?;
    }
    operator.say_if_rehearsal(output);
    Ok(Code::DONE)
}
