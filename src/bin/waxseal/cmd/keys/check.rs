//! `waxseal keys check`: the rules of `waxseal lint` for one ring, after mending what can be mended.

use crate::cli::Check;
use crate::cmd::lint;
use crate::exit::{Code, Failure};
use crate::output::Output;

use super::operator::Operator;
use super::steps;

pub(super) fn run(options: Check, output: &mut Output) -> Result<Code, Failure> {
    let operator = Operator::to_look(options.look)?;
    if options.repair {
        repair(&operator, output)?;
    }
    let Operator { dir, now, .. } = operator;
    lint::ring(&dir, now, options.last_serial, options.fail_on, options.shape, output)
}

/// What was done is told on standard error: the findings that are left are the answer.
fn repair(operator: &Operator, output: &Output) -> Result<(), Failure> {
    // Mending sweeps too, and does not tell.
    for name in operator.rotator.sweep()? {
        output.note(&format!("removed {name}, which a writer left"));
    }
    let mended = operator.rotator.mend()?.steps;
    for line in steps::done(&mended, &operator.keys()?, operator.now) {
        output.note(&line);
    }
    Ok(())
}
