//! `waxseal keys revoke`: ends a key and every token that it signed.

use waxseal::keyring::{Act, KeyState, KeyStatus, Ring, Step, Successor};
use waxseal::time::{Span, Timestamp};

use crate::cli::Revoke;
use crate::exit::{Code, Failure};
use crate::output::Output;

use super::ask;
use super::named::{find, full_name, of_number, warmth};
use super::operator::Operator;

pub(super) fn run(options: &Revoke, output: &mut Output) -> Result<Code, Failure> {
    let operator = Operator::to_change(&options.change)?;
    let ring = operator.ring(output)?;
    let dry_run = options.change.dry_run;
    if let Some(given) = &options.ring {
        ask::name(ring.name(), Some(given), "nothing was done")?;
    }
    let keys = operator.keys()?;
    let key = find(&keys, &options.key)?;
    let successor = match (&options.promote, options.stop_signing) {
        (Some(next), _) => Successor::Promote(find(&keys, next)?.seq),
        (None, true) => Successor::StopSigning,
        (None, false) => Successor::Unneeded,
    };
    let act = Act::Revoke { seq: key.seq, reason: options.reason.clone(), successor };
    let planned = operator.rotator.check(&act)?;
    if planned.is_empty() {
        output.say(&format!("{} is revoked already; nothing was done", full_name(key)))?;
        return Ok(Code::DONE);
    }
    let lines = announcement(&planned, key, &keys, &ring, operator.now);
    for line in lines {
        match dry_run {
            true => output.say(&format!("would {line}"))?,
            false => output.note(&format!("will {line}")),
        }
    }
    if dry_run {
        return Ok(Code::DONE);
    }
    ask::name(ring.name(), options.ring.as_deref(), "nothing was done")?;
    operator.perform(&act, output)?;
    Ok(Code::DONE)
}

fn announcement(
    planned: &[Step],
    key: &KeyStatus,
    keys: &[KeyStatus],
    ring: &Ring,
    now: Timestamp,
) -> Vec<String> {
    let mut lines = Vec::new();
    for step in planned {
        match step {
            Step::Promote { seq } => {
                let next = of_number(keys, *seq).map(|next| {
                    format!("promote {}: {}", full_name(next), warmth(next, ring, now))
                });
                lines.extend(next);
            }
            Step::Revoke { .. } => {
                lines.push(format!("revoke {}: {}", full_name(key), dying(key, ring, now)));
                if key.state == KeyState::Signing && planned.len() == 1 {
                    lines.push(stopped(key, keys));
                }
                lines.push(reach(key, ring, now));
            }
            _ => {}
        }
    }
    lines
}

/// Which tokens end with the key.
fn dying(key: &KeyStatus, ring: &Ring, now: Timestamp) -> String {
    match key.state {
        KeyState::Staged => "it never signed, so that no session ends".into(),
        KeyState::Signing => {
            let life = Span(ring.policy().longest_life);
            format!("every token of it dies, of sessions that had up to {life} to go")
        }
        KeyState::Retired { until } if now < until => {
            let rest = Span(until.since(now).min(ring.policy().longest_life));
            format!("every token of it dies, of sessions that had up to {rest} to go")
        }
        _ => "its tokens have ended already".into(),
    }
}

fn stopped(key: &KeyStatus, keys: &[KeyStatus]) -> String {
    let staged = keys.iter().find(|next| next.state == KeyState::Staged && next.seq > key.seq);
    let next = staged.map_or("SEQ".into(), |next| next.seq.to_string());
    format!("stop signing: nobody can log in until: waxseal keys promote {next}")
}

/// Who trusts the key for how long all the same.
fn reach(key: &KeyStatus, ring: &Ring, now: Timestamp) -> String {
    let policy = ring.policy();
    let follows = format!("reach services that follow the ring in R = {}", Span(policy.reload));
    if !key.algorithm.has_public_half() {
        return follows;
    }
    let (cache, until) = (Span(policy.verifier_cache), now.after(policy.verifier_cache));
    let until = until.ceil_secs();
    format!(
        "{follows}; verifiers that only cache the JWK Set may trust the key until {until}, C = {cache} from now"
    )
}
