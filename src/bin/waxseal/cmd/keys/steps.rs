//! The steps of a rotation in words: what will be done, what was done.

use serde_json::{Value, json};
use waxseal::keyring::{KeyStatus, Plan, Step};
use waxseal::time::Timestamp;

use crate::members::Time;
use crate::output::Output;
use crate::times::relative;

use super::named::{full_name, of_number};

/// Steps in one line. The files that follow a change are part of it; alone they are a repair.
pub(super) fn in_words(steps: &[Step]) -> String {
    let changes: Vec<String> =
        steps.iter().filter(|step| step.is_a_change()).map(ToString::to_string).collect();
    match changes.is_empty() {
        false => changes.join(", "),
        true => format!("mend: {}", repairs(steps, "publish", "complete").join(", ")),
    }
}

/// What was repaired or has to be, by the verbs of the moment.
fn repairs(steps: &[Step], publish: &str, complete: &str) -> Vec<String> {
    let mut repairs = Vec::new();
    if steps.contains(&Step::Publish) {
        repairs.push(format!("{publish} the set"));
    }
    if steps.iter().any(|step| matches!(step, Step::Note { .. })) {
        repairs.push(format!("{complete} the history"));
    }
    repairs
}

/// A line for every change that was made; for repairs alone, one.
pub(super) fn done(steps: &[Step], keys: &[KeyStatus], now: Timestamp) -> Vec<String> {
    if steps.is_empty() {
        return Vec::new();
    }
    let changes: Vec<String> = steps.iter().filter_map(|step| change(step, keys, now)).collect();
    match changes.is_empty() {
        false => changes,
        true => vec![format!("mended: {}", repairs(steps, "published", "completed").join(", "))],
    }
}

fn change(step: &Step, keys: &[KeyStatus], now: Timestamp) -> Option<String> {
    let key = of_number(keys, step.seq()?)?;
    let name = full_name(key);
    let signs = || match key.warm_at {
        Some(at) if at > now => format!("and may sign {}", relative(at, now)),
        _ => "and does not sign yet".into(),
    };
    let algorithm = key.algorithm;
    match step {
        Step::Stage { .. } => Some(format!("staged {name}, {algorithm}: it verifies, {}", signs())),
        Step::Import { .. } => {
            Some(format!("imported {name}, {algorithm}: it verifies, {}", signs()))
        }
        Step::Promote { .. } => Some(format!("promoted {name}: it signs now")),
        Step::Revoke { .. } => Some(format!("revoked {name}: its tokens are refused now")),
        Step::Prune { .. } => Some(format!("pruned {name}: its private half is gone")),
        _ => None,
    }
}

/// `nothing is due; next: promote 2, stage 3 (EdDSA) in 29 d`.
pub(super) fn idle(plan: &Plan, now: Timestamp) -> String {
    match plan.later.first() {
        None => "nothing is due".into(),
        Some((at, steps)) => {
            format!("nothing is due; next: {} {}", in_words(steps), relative(*at, now))
        }
    }
}

pub(super) fn json(steps: &[Step]) -> Value {
    steps.iter().map(step_json).collect()
}

fn step_json(step: &Step) -> Value {
    let mut facts = json!({ "step": step.name(), "seq": step.seq() });
    match step {
        Step::Stage { algorithm, .. } | Step::Import { algorithm, .. } => {
            facts["alg"] = algorithm.name().into();
        }
        Step::Note { what, .. } => facts["what"] = what.name().into(),
        _ => {}
    }
    facts
}

/// What follows, moment by moment.
pub(super) fn later_json(plan: &Plan, now: Timestamp, output: &Output) -> Value {
    let moment = |(at, steps): &(Timestamp, Vec<Step>)| json!({ "at": Time::of(*at, now, output), "steps": json(steps) });
    plan.later.iter().map(moment).collect()
}
