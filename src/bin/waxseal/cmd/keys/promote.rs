//! `waxseal keys promote` and `waxseal keys rollback`: another key signs.

use waxseal::keyring::{Act, KeyState, KeyStatus, KeyringError, Ring, Step};
use waxseal::time::Span;

use crate::cli::{Change, Promote, Rollback};
use crate::exit::{Code, Failure};
use crate::keyfile::Trust;
use crate::output::Output;
use crate::times::relative;

use super::ask;
use super::named::{find, full_name, of_number, warmth};
use super::operator::Operator;

pub(super) fn promote(options: &Promote, output: &mut Output) -> Result<Code, Failure> {
    let operator = Operator::to_change(&options.change)?;
    let keys = operator.keys()?;
    let seq = find(&keys, &options.key)?.seq;
    let read = |file: &String| Ok(Trust::of_file(file, &[], output)?.set);
    let sets = options.seen.iter().map(read).collect::<Result<Vec<_>, Failure>>()?;
    let seen = (!sets.is_empty()).then_some(sets);
    let act = Act::Promote { seq, seen };
    sign(&operator, &act, &options.change, options.yes, output).map_err(|fault| match fault {
        Stop::Keyring(KeyringError::NotSeen { seq, position }) => {
            let file = options.seen.get(position).map_or("", String::as_str);
            let what =
                format!("refused: {file} does not hold key {seq}: a verifier does not know it");
            Failure::new(Code::GUARD, what)
        }
        Stop::Keyring(fault) => fault.into(),
        Stop::Failure(failure) => failure,
    })
}

pub(super) fn rollback(options: &Rollback, output: &mut Output) -> Result<Code, Failure> {
    let operator = Operator::to_change(&options.change)?;
    sign(&operator, &Act::Rollback, &options.change, options.yes, output).map_err(Failure::from)
}

/// Why nothing signs anew.
enum Stop {
    Keyring(KeyringError),
    Failure(Failure),
}

impl From<KeyringError> for Stop {
    fn from(fault: KeyringError) -> Self {
        Self::Keyring(fault)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Keyring(fault) => fault.into(),
            Stop::Failure(failure) => failure,
        }
    }
}

/// Checks, tells, asks, and then does it.
fn sign(
    operator: &Operator,
    act: &Act,
    change: &Change,
    yes: bool,
    output: &mut Output,
) -> Result<Code, Stop> {
    let ring = operator.ring(output)?;
    let planned = operator.rotator.check(act)?;
    let keys = operator.keys()?;
    let Some(Step::Promote { seq }) = planned.first() else {
        let signer = keys.iter().find(|key| key.state == KeyState::Signing);
        let name = signer.map(full_name).unwrap_or_default();
        output.say(&format!("{name} signs already; nothing was done"))?;
        return Ok(Code::DONE);
    };
    for line in announcement(operator, act, *seq, &keys, &ring) {
        match change.dry_run {
            true => output.say(&format!("would {line}"))?,
            false => output.note(&format!("will {line}")),
        }
    }
    if change.dry_run {
        return Ok(Code::DONE);
    }
    ask::consent(&format!("promote key {seq} of ring {}?", ring.name()), yes)?;
    operator.perform(act, output)?;
    Ok(Code::DONE)
}

fn announcement(
    operator: &Operator,
    act: &Act,
    seq: u32,
    keys: &[KeyStatus],
    ring: &Ring,
) -> Vec<String> {
    let now = operator.now;
    let Some(next) = of_number(keys, seq) else {
        return Vec::new();
    };
    let known = match (act, next.state) {
        (Act::Promote { seen: Some(sets), .. }, _) => {
            format!("every set of the {} given as seen holds it", sets.len())
        }
        (_, KeyState::Retired { .. }) => {
            let since = next.since.map(|at| relative(at, now)).unwrap_or_default();
            format!("it retired {since}, and every verifier knows it")
        }
        _ => warmth(next, ring, now),
    };
    let mut lines = vec![format!("promote {}: {known}", full_name(next))];
    if let Some(signer) = keys.iter().find(|key| key.state == KeyState::Signing) {
        let retention = Span(ring.policy().retention());
        lines.push(format!("retire {}: it verifies {retention} more", full_name(signer)));
    }
    lines
}
