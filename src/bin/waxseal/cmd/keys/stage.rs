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
    let operator = Operator::to_change(&options.change)?;
    let act = Act::Stage { algorithm: options.alg, hold: promise(options.hold) };
    add(&operator, &act, options.change.dry_run, output)
}

pub(super) fn import(
    file: &str,
    change: &Change,
    alg: Option<Algorithm>,
    hold: Hold,
    output: &mut Output,
) -> Result<Code, Failure> {
    let operator = Operator::to_change(change)?;
    let allowed: Vec<_> = alg.into_iter().collect();
    let key = Box::new(keyfile::one_key(file, &allowed, output)?);
    add(&operator, &Act::Import { key, hold: promise(hold) }, change.dry_run, output)
}

fn promise(hold: Hold) -> Option<NewHold> {
    let (until, why) = hold.hold_until.zip(hold.hold_why)?;
    Some(NewHold { until, why })
}

fn add(
    operator: &Operator,
    act: &Act,
    dry_run: bool,
    output: &mut Output,
) -> Result<Code, Failure> {
    let ring = operator.ring(output)?;
    let planned = operator.rotator.check(act)?;
    if dry_run {
        let name = ring.name();
        output.say(&format!("would {} in ring {name}", steps::in_words(&planned)))?;
        return Ok(Code::DONE);
    }
    operator.perform(act, output)?;
    Ok(Code::DONE)
}
