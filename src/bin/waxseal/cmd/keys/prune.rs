//! `waxseal keys prune`: removes private halves whose work is done.

use waxseal::keyring::Act;

use crate::cli::Prune;
use crate::exit::{Code, Failure};
use crate::output::Output;

use super::ask;
use super::named::{find, full_name, of_number};
use super::operator::Operator;

pub(super) fn run(options: &Prune, output: &mut Output) -> Result<Code, Failure> {
    let operator = Operator::to_change(&options.change)?;
    let ring = operator.ring(output)?;
    if let Some(given) = &options.ring {
        ask::name(ring.name(), Some(given), "nothing was done")?;
    }
    let keys = operator.keys()?;
    let key = options.key.as_deref().map(|name| find(&keys, name)).transpose()?;
    let act = Act::Prune { seq: key.map(|key| key.seq), release: options.release.clone() };
    let planned = operator.rotator.check(&act)?;
    if planned.is_empty() {
        let what = match key {
            Some(key) => format!("{} has no private half any more", full_name(key)),
            None => "no key may be pruned now".into(),
        };
        output.say(&format!("{what}; nothing was done"))?;
        return Ok(Code::DONE);
    }
    for name in planned.iter().filter_map(|step| of_number(&keys, step.seq()?)).map(full_name) {
        let line = format!("remove the private half of {name}, for ever");
        match options.change.dry_run {
            true => output.say(&format!("would {line}"))?,
            false => output.note(&format!("will {line}")),
        }
    }
    if options.change.dry_run {
        return Ok(Code::DONE);
    }
    ask::name(ring.name(), options.ring.as_deref(), "nothing was done")?;
    operator.perform(&act, output)?;
    Ok(Code::DONE)
}
