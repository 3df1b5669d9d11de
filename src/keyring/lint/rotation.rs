//! Who signs, who is next, and when: the rules about states, policy and time.

use crate::time::{Span, Timestamp};

use super::super::{KeyState, What, state};
use super::catalogue::{
    KEPT_PRIVATE_HALF, NO_NEXT_KEY, NO_SIGNER, OVERDUE, SHORT_PERIOD, TOO_MANY_KEYS, TWO_SIGNERS,
};
use super::folder::{Entry, Folder};
use super::{Finding, Level};

pub(super) fn check(folder: &Folder, now: Timestamp, findings: &mut Vec<Finding>) {
    let due = signer(folder, findings)
        .and(folder.promotions.last_key_value())
        .map(|(_, promotion)| promotion.at.after(folder.ring.policy.period));
    period(folder, findings);
    // Without a signer nothing is due, and nothing is next.
    if let Some(due) = due {
        overdue(folder, due, now, findings);
        next_key(folder, due.max(now), findings);
    }
    cap(folder, now, findings);
    private_halves(folder, now, findings);
}

/// The one key that signs, if there is exactly one.
fn signer<'f>(folder: &'f Folder, findings: &mut Vec<Finding>) -> Option<&'f Entry> {
    if let Some((number, names)) = folder.promotion_names.last_key_value()
        && names.len() > 1
    {
        let text = format!("promotion {number} stands in {}", names.join(" and "));
        findings.push(TWO_SIGNERS.found(folder.dir.display().to_string(), text));
    }
    let signer = folder.keys.iter().find(|entry| entry.state == KeyState::Signing);
    let fault = match (signer, folder.promotions.last_key_value()) {
        (Some(entry), _) if entry.facts.has_private_member() => return signer,
        (Some(entry), _) => format!("{} should sign and has no private half", entry.name()),
        (None, Some((number, promotion))) => {
            let is_named = |entry: &&Entry| entry.seq == promotion.seq;
            let why = match folder.keys.iter().find(is_named) {
                Some(_) => "is revoked",
                None => "is not there",
            };
            format!("promotion {number} names key {}, which {why}", promotion.seq)
        }
        (None, None) => "no promotion (sign-NNNN.json) names a key".into(),
    };
    findings.push(NO_SIGNER.found(folder.dir.display().to_string(), fault));
    None
}

fn period(folder: &Folder, findings: &mut Vec<Finding>) {
    let policy = &folder.ring.policy;
    let least = policy.staging().max(policy.retention());
    if policy.period < least {
        let text = format!(
            "period {} is shorter than max(C + S, R + L + 2S) = {}",
            Span(policy.period),
            Span(least)
        );
        findings.push(SHORT_PERIOD.found(folder.place("ring.json"), text));
    }
}

fn overdue(folder: &Folder, due: Timestamp, now: Timestamp, findings: &mut Vec<Finding>) {
    if now <= due {
        return;
    }
    let period = folder.ring.policy.period;
    let level = if now > due.after(period) { Level::Error } else { OVERDUE.level };
    let text = format!(
        "rotation was due at {due}, {} ago; one key signs for {}",
        Span(now.floor_secs().since(due.floor_secs())),
        Span(period)
    );
    findings.push(OVERDUE.found(folder.dir.display().to_string(), text).at_level(level));
}

/// A staged key must be in every verifier's cache when its turn comes.
fn next_key(folder: &Folder, needed: Timestamp, findings: &mut Vec<Finding>) {
    // A key that a later one was promoted past is not next any more.
    let newest = state::newest(&folder.promotions);
    let is_next = |entry: &&Entry| entry.state == KeyState::Staged && Some(entry.seq) > newest;
    let staged = folder.keys.iter().filter(is_next);
    let warm = staged
        .map(|entry| (entry, visible_since(folder, entry).after(folder.ring.policy.staging())))
        .min_by_key(|(_, warm)| *warm);
    let text = match warm {
        Some((_, warm)) if warm <= needed => return,
        Some((entry, warm)) if warm == Timestamp::END => {
            format!("{} is needed at {needed}, and no verifier is told of it", entry.name())
        }
        Some((entry, warm)) => {
            format!("{} is needed at {needed}; all verifiers know it at {warm}", entry.name())
        }
        None => "no key is staged".into(),
    };
    findings.push(NO_NEXT_KEY.found(folder.dir.display().to_string(), text));
}

/// Since when the published set holds the key: its last event that says so, else its own word.
fn visible_since(folder: &Folder, entry: &Entry) -> Timestamp {
    let events = folder.chain.events.values().rev().filter_map(|(_, event)| event.as_ref());
    let mut sightings =
        events.filter(|event| event.seq == Some(entry.seq) && event.what.is_a_sighting());
    let at = match sightings.next() {
        Some(event) if event.what == What::Withdraw => None,
        Some(event) => Some(event.at.as_str()),
        None => entry.facts.created.as_deref(),
    };
    at.and_then(Timestamp::parse_rfc3339).unwrap_or(Timestamp::END)
}

fn cap(folder: &Folder, now: Timestamp, findings: &mut Vec<Finding>) {
    let live = folder.keys.iter().filter(|entry| entry.is_live(now)).count();
    let cap = folder.ring.policy.max_live_keys;
    if live > cap {
        let text = format!("{live} keys are live; the cap is {cap}");
        findings.push(TOO_MANY_KEYS.found(folder.dir.display().to_string(), text));
    }
}

fn private_halves(folder: &Folder, now: Timestamp, findings: &mut Vec<Finding>) {
    for entry in &folder.keys {
        if let KeyState::Retired { until } = entry.state
            && until <= now
            && entry.facts.has_private_member()
        {
            let text = format!(
                "{} has its private half; its tokens ended {} ago",
                entry.name(),
                Span(now.floor_secs().since(until.floor_secs()))
            );
            findings.push(KEPT_PRIVATE_HALF.found(&entry.place, text));
        }
    }
}
