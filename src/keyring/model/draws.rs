//! What a schedule is drawn from.

use std::collections::{BTreeMap, BTreeSet};

use crate::draws::{Draws, secs};
use crate::key::{Algorithm, Protection};
use crate::keyring::RingPolicy;
use crate::keyring::record::{Event, KeyRecord, Published, Record, What};
use crate::keyring::rotator::{Act, Successor};
use crate::keyring::state::Promotion;
use crate::time::Timestamp;

impl Draws {
    /// What an operator does to a ring that holds `keys`; `previous` is the one to go back to.
    pub(super) fn act(&mut self, keys: &[u32], previous: Option<u32>) -> Act {
        let any = self.pick(keys).expect("a key");
        let other = self.pick(keys).expect("a key");
        match self.between(0, 9) {
            0..3 => Act::Promote { seq: any, seen: None },
            3..6 => Act::Promote { seq: previous.unwrap_or(any), seen: None },
            6..8 => Act::Stage { algorithm: None, hold: None },
            8 => Act::Prune { seq: self.chance(50).then_some(any), release: None },
            _ => {
                let successor = match self.between(0, 9) {
                    0..6 => Successor::Promote(other),
                    6..9 => Successor::Unneeded,
                    _ => Successor::StopSigning,
                };
                let seq = if self.chance(50) { any } else { keys[0] };
                Act::Revoke { seq, reason: String::new(), successor }
            }
        }
    }

    /// Short times, and often the shortest period that they allow.
    pub(super) fn policy(&mut self) -> RingPolicy {
        let mut policy = RingPolicy {
            longest_life: secs(self.between(1, 60)),
            verifier_cache: secs(self.between(0, 60)),
            skew: secs(self.between(0, 10)),
            reload: secs(self.between(1, 20)),
            max_live_keys: usize::try_from(self.between(3, 5)).expect("few"),
            ..RingPolicy::default()
        };
        let spare = if self.chance(50) { 0 } else { self.between(0, 100) };
        policy.period = policy.staging().max(policy.retention()) + secs(spare);
        policy.check(Protection::Signed).expect("a policy that holds");
        policy
    }
}

/// The record of a ring that was made just now.
pub(super) fn new_ring(policy: &RingPolicy, algorithm: Algorithm, at: Timestamp) -> Record {
    let key =
        || KeyRecord { kid: String::new(), algorithm, private: true, imported: false, hold: None };
    let event = |what, seq| Event { at, what, seq };
    let published = if algorithm.has_public_half() { [1, 2].into() } else { BTreeSet::new() };
    Record {
        policy: policy.clone(),
        algorithm,
        keys: [(1, key()), (2, key())].into(),
        promotions: [(1, Promotion { seq: 1, at })].into(),
        revoked: BTreeMap::new(),
        published: Published { keys: published, is_strange: false },
        events: vec![
            event(What::Init, None),
            event(What::Stage, Some(1)),
            event(What::Promote, Some(1)),
            event(What::Stage, Some(2)),
        ],
    }
}
