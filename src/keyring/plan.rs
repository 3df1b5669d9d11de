//! What is due: a pure function of the record and the time. Every step leaves a ring that loads, so
//! whoever is interrupted is finished by the next.

use std::fmt;

use crate::key::Algorithm;
use crate::time::Timestamp;

use super::KeyState;
use super::record::{Event, KeyRecord, Record, What};
use super::state::Promotion;

/// One step of a rotation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Make a key; it verifies, and does not sign yet.
    Stage {
        /// Its number.
        seq: u32,
        /// What it is for.
        algorithm: Algorithm,
    },
    /// Add a key made elsewhere; it verifies, and does not sign yet.
    Import {
        /// Its number.
        seq: u32,
        /// What it is for.
        algorithm: Algorithm,
    },
    /// Let a key sign.
    Promote {
        /// Its number.
        seq: u32,
    },
    /// End a key, whatever tokens it signed.
    Revoke {
        /// Its number.
        seq: u32,
    },
    /// Remove the private half of a key whose tokens have all ended.
    Prune {
        /// Its number.
        seq: u32,
    },
    /// Write the published set anew.
    Publish,
    /// Write down what happened: the line of history that follows a file, or was lost.
    Note {
        /// What happened.
        what: What,
        /// To which key.
        seq: u32,
    },
}

impl Step {
    /// Its word in JSON.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Stage { .. } => "stage",
            Self::Import { .. } => "import",
            Self::Promote { .. } => "promote",
            Self::Revoke { .. } => "revoke",
            Self::Prune { .. } => "prune",
            Self::Publish => "publish",
            Self::Note { .. } => "note",
        }
    }

    /// The number of the key that it is about.
    #[must_use]
    pub const fn seq(&self) -> Option<u32> {
        match self {
            Self::Stage { seq, .. }
            | Self::Import { seq, .. }
            | Self::Promote { seq }
            | Self::Revoke { seq }
            | Self::Prune { seq }
            | Self::Note { seq, .. } => Some(*seq),
            Self::Publish => None,
        }
    }

    /// Whether it changes what a key does; the others only bring files up to date with that.
    #[must_use]
    pub const fn is_a_change(&self) -> bool {
        !matches!(self, Self::Publish | Self::Note { .. })
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stage { seq, algorithm } => write!(f, "stage {seq} ({algorithm})"),
            Self::Import { seq, algorithm } => write!(f, "import {seq} ({algorithm})"),
            Self::Promote { seq } => write!(f, "promote {seq}"),
            Self::Revoke { seq } => write!(f, "revoke {seq}"),
            Self::Prune { seq } => write!(f, "prune {seq}"),
            Self::Publish => f.write_str("publish"),
            Self::Note { what, seq } => write!(f, "note {} {seq}", what.name()),
        }
    }
}

/// What `waxseal keys tick` would do, now and later.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// The steps that are due.
    pub due: Vec<Step>,
    /// The steps that follow, if every one is done when it is due.
    pub later: Vec<(Timestamp, Vec<Step>)>,
    /// What only a person can do, in words.
    pub needs: Vec<String>,
}

/// Moments that a plan looks ahead: a whole rotation and the end of the key before.
const MOMENTS: usize = 3;

/// More steps at one moment than any ring has: what does not end is a fault of ours.
pub(super) const MOST_STEPS: usize = 10_000;

/// Plans from the moment `now` on.
pub(super) fn plan(record: &Record, now: Timestamp) -> Plan {
    let mut record = record.clone();
    let due = run(&mut record, now);
    let needs = needs(&record, now);
    let mut later = Vec::new();
    let mut at = now;
    while later.len() < MOMENTS {
        let Some(next) = next_moment(&record, at) else {
            break;
        };
        at = next;
        let steps = run(&mut record, at);
        if !steps.is_empty() {
            later.push((at, steps));
        }
    }
    Plan { due, later, needs }
}

/// Does every due step to `record`.
fn run(record: &mut Record, now: Timestamp) -> Vec<Step> {
    let mut steps = Vec::new();
    while let Some(step) = due(record, now).filter(|_| steps.len() < MOST_STEPS) {
        apply(record, &step, now);
        steps.push(step);
    }
    steps
}

/// The first step that is due at `now`: an interrupted one is finished before anything new begins.
pub(super) fn due(record: &Record, now: Timestamp) -> Option<Step> {
    mend(record, now)
        .or_else(|| prune(record, now))
        .or_else(|| promote(record, now))
        .or_else(|| stage(record, now))
}

/// The first step that brings the published set and the history up to date with the ring.
pub(super) fn mend(record: &Record, now: Timestamp) -> Option<Step> {
    let wanted = record.to_publish(now);
    let missing = wanted.difference(&record.published.keys);
    let is_known = |seq: &&u32| {
        let sighting = record.last_sighting(**seq);
        sighting.is_some_and(|event| event.what != What::Withdraw)
    };
    // Before it is written again: else a crash would leave it looking as if it was never gone.
    if let Some(seq) = missing.clone().find(is_known) {
        return Some(Step::Note { what: What::Withdraw, seq: *seq });
    }
    if record.published.is_strange || record.published.keys != wanted {
        return Some(Step::Publish);
    }
    unnoted(record, now)
}

/// The first event that the history lacks, in the order in which such things happen.
fn unnoted(record: &Record, now: Timestamp) -> Option<Step> {
    let seqs = || record.keys.keys().copied();
    let note = |what, seq| Step::Note { what, seq };
    let seen = || seqs().find_map(|seq| unseen(record, seq, now).map(|what| note(what, seq)));
    let is_promoted = |seq: &u32| {
        let count = record.promotions.values().filter(|promotion| promotion.seq == *seq).count();
        count > record.count(What::Promote, *seq)
    };
    let is_revoked =
        |seq: &u32| record.revoked.contains_key(seq) && record.count(What::Revoke, *seq) == 0;
    let is_pruned = |seq: &u32| {
        let is_public = record.keys.get(seq).is_some_and(|key| !key.private);
        is_public && record.count(What::Prune, *seq) == 0
    };
    seen()
        .or_else(|| seqs().find(is_promoted).map(|seq| note(What::Promote, seq)))
        .or_else(|| seqs().find(is_revoked).map(|seq| note(What::Revoke, seq)))
        .or_else(|| seqs().find(is_pruned).map(|seq| note(What::Prune, seq)))
}

/// What the history lacks about a key that the published set holds.
fn unseen(record: &Record, seq: u32, now: Timestamp) -> Option<What> {
    if !record.is_live(seq, now) {
        return None;
    }
    match record.last_sighting(seq) {
        None if record.keys.get(&seq).is_some_and(|key| key.imported) => Some(What::Import),
        None => Some(What::Stage),
        Some(event) if event.what == What::Withdraw => Some(What::Publish),
        Some(_) => None,
    }
}

fn prune(record: &Record, now: Timestamp) -> Option<Step> {
    let may = |(seq, key): &(&u32, &KeyRecord)| {
        key.private && record.is_done(**seq, now) && key.held(now).is_none()
    };
    record.keys.iter().find(may).map(|(seq, _)| Step::Prune { seq: *seq })
}

fn promote(record: &Record, now: Timestamp) -> Option<Step> {
    // Who stopped signing on purpose is not started again by a clock.
    record.signer()?;
    let due = record.signs_since()?.after(record.policy.period);
    (due <= now && due < Timestamp::END)
        .then(|| warm(record, now))
        .flatten()
        .map(|seq| Step::Promote { seq })
}

/// The oldest staged key that every verifier knows at `now`: the one rule that picks the next.
pub(super) fn warm(record: &Record, now: Timestamp) -> Option<u32> {
    record.staged().find(|seq| record.warm_at(*seq).is_some_and(|warm| warm <= now))
}

fn stage(record: &Record, now: Timestamp) -> Option<Step> {
    let algorithm = record.current_algorithm();
    let needed = record.staged().next().is_none() && algorithm.can_be_generated();
    let fits = record.live(now) < record.policy.max_live_keys;
    let seq = record.next_seq()?;
    (needed && fits).then_some(Step::Stage { seq, algorithm })
}

/// What stands in the way and has to be done by hand.
fn needs(record: &Record, now: Timestamp) -> Vec<String> {
    let mut needs = Vec::new();
    let latest = record.latest();
    if record.policy.is_ahead(latest, now) {
        needs.push(format!(
            "the history reaches to {latest}, and it is {now}: nothing is due before. Compare the \
             clocks; after a rehearsal on the wrong ring: waxseal keys rollback"
        ));
    }
    if record.signer().is_none() {
        let next = record.staged().next().map_or("SEQ".into(), |seq| seq.to_string());
        needs.push(format!("no key signs: waxseal keys promote {next}"));
    }
    needs.extend(record.passed_over().map(|seq| {
        format!("key {seq} was passed over and still verifies: waxseal keys revoke {seq}")
    }));
    if record.staged().next().is_none() {
        let algorithm = record.current_algorithm();
        needs.push(match algorithm.can_be_generated() {
            false => format!(
                "no key is staged, and {algorithm} keys are made elsewhere: waxseal keys import"
            ),
            true => format!(
                "no key is staged, and {} verify, as many as may: revoke one that is passed over, or \
                 wait for a retired one to end",
                record.live(now)
            ),
        });
    }
    needs
}

/// The next moment after `now` at which something can become due.
fn next_moment(record: &Record, now: Timestamp) -> Option<Timestamp> {
    let ends = record.keys.iter().filter(|(_, key)| key.private).filter_map(|(seq, key)| {
        let KeyState::Retired { until } = record.state(*seq) else {
            return None;
        };
        let held = key.hold.as_ref().map(|hold| hold.until.unwrap_or(Timestamp::END));
        Some(held.map_or(until, |held| until.max(held)))
    });
    let warm = record.staged().filter_map(|seq| record.warm_at(seq)).min();
    let rotates =
        record.signer().and(record.signs_since()).map(|at| at.after(record.policy.period));
    let rotation = rotates.zip(warm).map(|(due, warm)| due.max(warm));
    ends.chain(rotation).filter(|at| *at > now && *at < Timestamp::END).min()
}

/// What `step` makes of `record`, done at `now`.
pub(super) fn apply(record: &mut Record, step: &Step, now: Timestamp) {
    // Time goes forwards in a ring, whatever a clock says.
    let at = now.max(record.latest()).ceil_secs();
    match *step {
        Step::Stage { seq, algorithm } | Step::Import { seq, algorithm } => {
            let (kid, imported) = (String::new(), matches!(step, Step::Import { .. }));
            let key = KeyRecord { kid, algorithm, private: true, imported, hold: None };
            record.keys.insert(seq, key);
        }
        Step::Promote { seq } => {
            let number = record.promotions.last_key_value().map_or(0, |(number, _)| *number);
            record.promotions.insert(number.saturating_add(1), Promotion { seq, at });
        }
        Step::Revoke { seq } => drop(record.revoked.insert(seq, at)),
        Step::Prune { seq } => {
            if let Some(key) = record.keys.get_mut(&seq) {
                key.private = false;
            }
        }
        Step::Publish => {
            record.published.keys = record.to_publish(now);
            record.published.is_strange = false;
        }
        Step::Note { what, seq } => record.events.push(Event { at, what, seq: Some(seq) }),
    }
}

impl Plan {
    /// Whether nothing is due.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.due.is_empty()
    }
}
