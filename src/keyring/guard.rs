//! What a ring refuses: the acts that log people out, or let a thief stay in.

use std::time::Duration;

use crate::key::Algorithm;
use crate::time::{Span, Timestamp};

use super::KeyState;
use super::plan::{Step, warm};
use super::record::{Record, What};
use super::rotator::{Act, Successor};

/// Why an act is refused. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Verifiers may not know the key yet: they would refuse what it signs.
    #[error(
        "key {seq} has been visible for {}; caches may live {}. It is safe at {safe_at}",
        Span(*.visible), Span(*.cache)
    )]
    TooEarly {
        /// The key's number.
        seq: u32,
        /// How long the published set has held it.
        visible: Duration,
        /// C + S.
        cache: Duration,
        /// When all verifiers know it.
        safe_at: Timestamp,
        /// A key that they know already.
        warm: Option<u32>,
    },
    /// The published set does not hold the key.
    #[error(
        "key {seq} is not in the published set; no verifier knows it. waxseal keys tick mends that"
    )]
    NotPublished {
        /// The key's number.
        seq: u32,
    },
    /// The key was revoked.
    #[error("key {seq} was revoked at {at}; a revoked key never signs again")]
    Revoked {
        /// The key's number.
        seq: u32,
        /// When.
        at: Timestamp,
    },
    /// Verifiers have dropped the key, or are about to.
    #[error("key {seq} is retired: it verifies until {until}, too short to sign again")]
    TooLate {
        /// The key's number.
        seq: u32,
        /// Until when it verifies.
        until: Timestamp,
    },
    /// The private half is gone.
    #[error("key {seq} has no private half any more")]
    NoPrivateHalf {
        /// The key's number.
        seq: u32,
    },
    /// No key signed before the one that does.
    #[error("no key signed before the one that signs now: there is nothing to go back to")]
    NoPrevious,
    /// Revoking the key that signs, without saying what follows.
    #[error("key {seq} signs: say which key follows, or that none does")]
    Signs {
        /// The key's number.
        seq: u32,
        /// A key that all verifiers know.
        warm: Option<u32>,
    },
    /// To stop signing by revoking a key that does not sign.
    #[error("key {seq} does not sign: revoking it stops nobody from signing")]
    DoesNotSign {
        /// The key's number.
        seq: u32,
    },
    /// Tokens of the key may still be valid.
    #[error("key {seq} is {state}; {}", when(state, *.until))]
    InUse {
        /// The key's number.
        seq: u32,
        /// What it does.
        state: &'static str,
        /// When its tokens have ended, if that is known.
        until: Option<Timestamp>,
    },
    /// Somebody asked to keep the key.
    #[error("key {seq} is held {}: {why}", held(*.until))]
    Held {
        /// The key's number.
        seq: u32,
        /// Until when.
        until: Option<Timestamp>,
        /// Why.
        why: String,
    },
    /// As many keys live as the ring's policy lets.
    #[error(
        "{live} keys verify, and the ring's cap is {cap}; revoke a staged one, or wait for a retired one to end"
    )]
    TooMany {
        /// Keys that verify.
        live: usize,
        /// The policy's bound.
        cap: usize,
    },
    /// This library makes no keys of that algorithm.
    #[error("{0} keys are made elsewhere: waxseal keys import")]
    NotGenerated(Algorithm),
}

fn when(state: &str, until: Option<Timestamp>) -> String {
    match (until, state) {
        (Some(until), _) => format!("its private half may go at {until}"),
        (None, "signing") => {
            "its private half may go once another key was promoted and its tokens have ended".into()
        }
        (None, _) => "it may sign one day; to end it, revoke it".into(),
    }
}

fn held(until: Option<Timestamp>) -> String {
    until.map_or("without a date".into(), |until| format!("until {until}"))
}

impl Refusal {
    /// A stable word for the cause.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooEarly { .. } => "too_early",
            Self::NotPublished { .. } => "not_published",
            Self::Revoked { .. } => "key_revoked",
            Self::TooLate { .. } => "too_late",
            Self::NoPrivateHalf { .. } => "no_private_half",
            Self::NoPrevious => "no_previous_key",
            Self::Signs { .. } => "key_signs",
            Self::DoesNotSign { .. } => "key_does_not_sign",
            Self::InUse { .. } => "key_in_use",
            Self::Held { .. } => "key_held",
            Self::TooMany { .. } => "too_many_keys",
            Self::NotGenerated(_) => "not_generated",
        }
    }
}

/// Why an act cannot be planned.
pub(super) enum Fault {
    Refused(Refusal),
    /// There is no key of that number.
    NoSuchKey(u32),
    /// The highest number is taken.
    NoNumber,
    OtherPurpose(Algorithm),
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The steps of `act` on `record` at `now`; none if it was done already.
pub(super) fn steps(record: &Record, act: &Act, now: Timestamp) -> Result<Vec<Step>, Fault> {
    match act {
        Act::Tick => Ok(super::plan::plan(record, now).due),
        Act::Stage { algorithm, .. } => stage(record, *algorithm, now),
        Act::Import { key, .. } => {
            let algorithm = key.algorithm();
            room(record, algorithm, now)?;
            let seq = record.next_seq().ok_or(Fault::NoNumber)?;
            Ok(vec![Step::Import { seq, algorithm }])
        }
        Act::Promote { seq, seen } => promote(record, *seq, seen.is_some(), now),
        Act::Rollback => {
            let previous = record.previous_signer().ok_or(Refusal::NoPrevious)?;
            promote(record, previous, false, now)
        }
        Act::Revoke { seq, successor, .. } => revoke(record, *seq, *successor, now),
        Act::Prune { seq: Some(seq), release } => prune(record, *seq, release.as_deref(), now),
        Act::Prune { seq: None, .. } => {
            let may = |seq: &&u32| prune(record, **seq, None, now).is_ok();
            let private = record.keys.iter().filter(|(_, key)| key.private).map(|(seq, _)| seq);
            Ok(private.filter(may).map(|seq| Step::Prune { seq: *seq }).collect())
        }
    }
}

fn stage(
    record: &Record,
    algorithm: Option<Algorithm>,
    now: Timestamp,
) -> Result<Vec<Step>, Fault> {
    let algorithm = algorithm.unwrap_or(record.current_algorithm());
    if !algorithm.can_be_generated() {
        return Err(Refusal::NotGenerated(algorithm).into());
    }
    room(record, algorithm, now)?;
    let seq = record.next_seq().ok_or(Fault::NoNumber)?;
    Ok(vec![Step::Stage { seq, algorithm }])
}

/// Whether another key has a place.
fn room(record: &Record, algorithm: Algorithm, now: Timestamp) -> Result<(), Fault> {
    if algorithm.protection() != record.algorithm.protection() {
        return Err(Fault::OtherPurpose(algorithm));
    }
    let (live, cap) = (record.live(now), record.policy.max_live_keys);
    if live >= cap {
        return Err(Refusal::TooMany { live, cap }.into());
    }
    Ok(())
}

fn promote(record: &Record, seq: u32, seen: bool, now: Timestamp) -> Result<Vec<Step>, Fault> {
    match can_sign(record, seq, now)? {
        KeyState::Signing => return Ok(Vec::new()),
        _ if !seen && !has_been_known(record, seq) => {
            let cache = record.policy.staging();
            let since = record.visible_since(seq).ok_or(Refusal::NotPublished { seq })?;
            let safe_at = since.after(cache);
            if now < safe_at {
                let (visible, warm) = (now.since(since), warm(record, now));
                return Err(Refusal::TooEarly { seq, visible, cache, safe_at, warm }.into());
            }
        }
        _ => {}
    }
    Ok(vec![Step::Promote { seq }])
}

/// Whether all verifiers have known the key since it signed before: the published set never lost it.
fn has_been_known(record: &Record, seq: u32) -> bool {
    let sighting = record.last_sighting(seq).map(|event| event.what);
    let was_lost = !matches!(sighting, Some(What::Stage | What::Import));
    matches!(record.state(seq), KeyState::Retired { .. }) && !was_lost
}

/// The state of a key that could sign, whether all verifiers know it or not.
fn can_sign(record: &Record, seq: u32, now: Timestamp) -> Result<KeyState, Fault> {
    let key = record.keys.get(&seq).ok_or(Fault::NoSuchKey(seq))?;
    let state = record.state(seq);
    match state {
        KeyState::Revoked { at } => return Err(Refusal::Revoked { seq, at }.into()),
        KeyState::Retired { until } => {
            // Hosts that have not read the ring again yet must still take it for live.
            let policy = &record.policy;
            let margin = policy.reload.saturating_add(policy.skew.saturating_mul(2));
            if now.after(margin) >= until {
                return Err(Refusal::TooLate { seq, until }.into());
            }
        }
        KeyState::Staged | KeyState::Signing => {}
    }
    match key.private {
        true => Ok(state),
        false => Err(Refusal::NoPrivateHalf { seq }.into()),
    }
}

fn revoke(
    record: &Record,
    seq: u32,
    successor: Successor,
    now: Timestamp,
) -> Result<Vec<Step>, Fault> {
    if !record.keys.contains_key(&seq) {
        return Err(Fault::NoSuchKey(seq));
    }
    if successor == Successor::Promote(seq) {
        return Err(Refusal::Signs { seq, warm: warm(record, now) }.into());
    }
    let mut steps = Vec::new();
    if let Successor::Promote(next) = successor
        && record.signer() != Some(next)
    {
        match record.signer() {
            // Another key signs, and is well: there is no hurry.
            Some(signer) if signer != seq => drop(promote(record, next, false, now)?),
            // Early or not: no key at all is worse, and the caller was told.
            _ => drop(can_sign(record, next, now)?),
        }
        steps.push(Step::Promote { seq: next });
    }
    let is_done = record.revoked.contains_key(&seq);
    let other_signs = record.signer().is_some_and(|signer| signer != seq);
    if successor == Successor::StopSigning && other_signs && !is_done {
        return Err(Refusal::DoesNotSign { seq }.into());
    }
    if record.signer() == Some(seq) && successor == Successor::Unneeded {
        return Err(Refusal::Signs { seq, warm: warm(record, now) }.into());
    }
    if !is_done {
        steps.push(Step::Revoke { seq });
    }
    Ok(steps)
}

fn prune(
    record: &Record,
    seq: u32,
    release: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Step>, Fault> {
    let key = record.keys.get(&seq).ok_or(Fault::NoSuchKey(seq))?;
    if !key.private {
        return Ok(Vec::new());
    }
    if !record.is_done(seq, now) {
        let state = record.state(seq);
        let until = match state {
            KeyState::Retired { until } => Some(until),
            _ => None,
        };
        return Err(Refusal::InUse { seq, state: state.name(now), until }.into());
    }
    match key.held(now) {
        Some(hold) if release != Some(key.kid.as_str()) => {
            Err(Refusal::Held { seq, until: hold.until, why: hold.why.clone() }.into())
        }
        _ => Ok(vec![Step::Prune { seq }]),
    }
}
