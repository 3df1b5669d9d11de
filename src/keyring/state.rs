//! Key states: derived from what is on the disk, never stored, so that nothing can disagree.

use std::collections::BTreeMap;

use crate::time::Timestamp;

use super::RingPolicy;

/// What a key of a ring does at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyState {
    /// Published, so that verifiers know it; it has never signed.
    Staged,
    /// It signs.
    Signing,
    /// Its successor signs; it verifies until this moment.
    Retired {
        /// When every token that it signed has ended.
        until: Timestamp,
    },
    /// Never trusted again.
    Revoked {
        /// Since when.
        at: Timestamp,
    },
}

impl KeyState {
    /// Its name: `staged`, `signing`, `retired`, `prunable`, `revoked`.
    #[must_use]
    pub fn name(&self, now: Timestamp) -> &'static str {
        match self {
            Self::Staged => "staged",
            Self::Signing => "signing",
            Self::Retired { until } if now < *until => "retired",
            Self::Retired { .. } => "prunable",
            Self::Revoked { .. } => "revoked",
        }
    }
}

/// One promotion: from `at` on, the key `seq` signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Promotion {
    pub(super) seq: u32,
    pub(super) at: Timestamp,
}

/// The highest number of a key that ever signed: a staged key below it was passed over.
pub(super) fn newest(promotions: &BTreeMap<u32, Promotion>) -> Option<u32> {
    promotions.values().map(|promotion| promotion.seq).max()
}

/// The state of the key `seq`: a tombstone wins, the highest promotion names the signer, and who
/// was only named before is retired.
pub(super) fn derive(
    seq: u32,
    promotions: &BTreeMap<u32, Promotion>,
    revoked: &BTreeMap<u32, Timestamp>,
    policy: &RingPolicy,
) -> KeyState {
    if let Some(at) = revoked.get(&seq) {
        return KeyState::Revoked { at: *at };
    }
    let in_order: Vec<&Promotion> = promotions.values().collect();
    match in_order.iter().rposition(|promotion| promotion.seq == seq) {
        None => KeyState::Staged,
        Some(last) => match in_order.get(last + 1) {
            None => KeyState::Signing,
            Some(successor) => KeyState::Retired { until: successor.at.after(policy.retention()) },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    fn state(seq: u32, promoted: &[(u32, i64)], revoked: &[u32]) -> KeyState {
        let promotions = (1..)
            .zip(promoted)
            .map(|(number, (seq, secs))| (number, Promotion { seq: *seq, at: at(*secs) }))
            .collect();
        let revoked = revoked.iter().map(|seq| (*seq, at(9))).collect();
        derive(seq, &promotions, &revoked, &RingPolicy::default())
    }

    #[test]
    fn the_highest_promotion_names_the_signer_and_the_others_retire() {
        let promoted = [(1, 100), (2, 1_000)];
        let until = at(1_000).after(RingPolicy::default().retention());
        assert_eq!(state(1, &promoted, &[]), KeyState::Retired { until });
        assert_eq!(state(2, &promoted, &[]), KeyState::Signing);
        assert_eq!(state(3, &promoted, &[]), KeyState::Staged);
    }

    #[test]
    fn a_rollback_is_one_more_promotion() {
        let promoted = [(1, 100), (2, 1_000), (1, 1_100)];
        let until = at(1_100).after(RingPolicy::default().retention());
        assert_eq!(state(1, &promoted, &[]), KeyState::Signing);
        assert_eq!(state(2, &promoted, &[]), KeyState::Retired { until });
    }

    #[test]
    fn a_tombstone_wins_over_every_state() {
        for seq in [1, 2, 3] {
            let state = state(seq, &[(1, 100), (2, 1_000)], &[1, 2, 3]);
            assert_eq!(state, KeyState::Revoked { at: at(9) });
        }
    }
}
