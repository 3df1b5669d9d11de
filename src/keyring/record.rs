//! What stands on the disk of a ring, without its secrets: all that a rotation is planned from. What
//! a key does is derived from it, and nothing else is stored.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::key::Algorithm;
use crate::time::Timestamp;

use super::state::{self, Promotion};
use super::{KeyState, RingPolicy};

/// A ring's files, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) policy: RingPolicy,
    /// The algorithm that the ring was made for.
    pub(super) algorithm: Algorithm,
    pub(super) keys: BTreeMap<u32, KeyRecord>,
    pub(super) promotions: BTreeMap<u32, Promotion>,
    pub(super) revoked: BTreeMap<u32, Timestamp>,
    pub(super) published: Published,
    pub(super) events: Vec<Event>,
}

/// A key file, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyRecord {
    pub(super) kid: String,
    pub(super) algorithm: Algorithm,
    /// Whether its private half is still there.
    pub(super) private: bool,
    /// Whether it was made elsewhere.
    pub(super) imported: bool,
    pub(super) hold: Option<Hold>,
}

/// A promise not to prune a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hold {
    /// `None` for one without a date.
    pub(super) until: Option<Timestamp>,
    pub(super) why: String,
}

/// The published set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Published {
    /// The keys of the ring that it holds as they are.
    pub(super) keys: BTreeSet<u32>,
    /// Whether it holds anything else, or cannot be read.
    pub(super) is_strange: bool,
}

/// One line of history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) at: Timestamp,
    pub(super) what: What,
    pub(super) seq: Option<u32>,
}

/// What happened to a ring or a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum What {
    /// The ring was made.
    Init,
    /// A key was made, and is in the published set.
    Stage,
    /// A key made elsewhere was added, and is in the published set.
    Import,
    /// A key is in the published set again.
    Publish,
    /// A key was missing from the published set.
    Withdraw,
    /// A key began to sign.
    Promote,
    /// A key was revoked.
    Revoke,
    /// The private half of a key was removed.
    Prune,
}

impl What {
    /// Whether it says that the published set holds a key, or does not.
    pub(super) const fn is_a_sighting(self) -> bool {
        matches!(self, Self::Stage | Self::Import | Self::Publish | Self::Withdraw)
    }

    /// Its word in the history.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Stage => "stage",
            Self::Import => "import",
            Self::Publish => "publish",
            Self::Withdraw => "withdraw",
            Self::Promote => "promote",
            Self::Revoke => "revoke",
            Self::Prune => "prune",
        }
    }
}

impl Record {
    pub(super) fn state(&self, seq: u32) -> KeyState {
        state::derive(seq, &self.promotions, &self.revoked, &self.policy)
    }

    /// The number of the key that signs, unless it was revoked.
    pub(super) fn signer(&self) -> Option<u32> {
        let (_, last) = self.promotions.last_key_value()?;
        (self.state(last.seq) == KeyState::Signing).then_some(last.seq)
    }

    /// Since when the key signs.
    pub(super) fn signs_since(&self) -> Option<Timestamp> {
        self.promotions.last_key_value().map(|(_, promotion)| promotion.at)
    }

    /// Since when the key does what it does at `now`.
    pub(super) fn since(&self, seq: u32, now: Timestamp) -> Option<Timestamp> {
        let last = |wanted: &[What]| {
            let is_it = |e: &&Event| e.seq == Some(seq) && wanted.contains(&e.what);
            self.events.iter().rev().find(is_it).map(|event| event.at)
        };
        match self.state(seq) {
            KeyState::Staged => last(&[What::Stage, What::Import]),
            KeyState::Signing => self.signs_since(),
            KeyState::Retired { until } if now < until => {
                Some(until.before(self.policy.retention()))
            }
            KeyState::Retired { until } => match self.keys.get(&seq) {
                Some(key) if !key.private => last(&[What::Prune]),
                _ => Some(until),
            },
            KeyState::Revoked { at } => Some(at),
        }
    }

    /// The number of the key that signed before the one that does.
    pub(super) fn previous_signer(&self) -> Option<u32> {
        let mut latest = self.promotions.values().rev();
        let last = latest.next()?.seq;
        latest.map(|promotion| promotion.seq).find(|seq| *seq != last)
    }

    /// Whether verifiers accept tokens of the key at `now`. One that was pruned is over, even for a
    /// clock that is behind that of whoever did it.
    pub(super) fn is_live(&self, seq: u32, now: Timestamp) -> bool {
        if self.keys.get(&seq).is_some_and(|key| !key.private) {
            return false;
        }
        match self.state(seq) {
            KeyState::Staged | KeyState::Signing => true,
            KeyState::Retired { until } => now < until,
            KeyState::Revoked { .. } => false,
        }
    }

    pub(super) fn live(&self, now: Timestamp) -> usize {
        self.keys.keys().filter(|seq| self.is_live(**seq, now)).count()
    }

    /// Whether no token of the key can be valid any more, so that its private half may go.
    pub(super) fn is_done(&self, seq: u32, now: Timestamp) -> bool {
        self.keys.contains_key(&seq) && !self.is_live(seq, now)
    }

    /// The keys that the published set has to hold at `now`.
    pub(super) fn to_publish(&self, now: Timestamp) -> BTreeSet<u32> {
        let live = self.keys.iter().filter(|(seq, _)| self.is_live(**seq, now));
        live.filter(|(_, key)| key.algorithm.has_public_half()).map(|(seq, _)| *seq).collect()
    }

    /// Since when verifiers can know the key: the moment after which the published set held it
    /// without a break. `None` while it does not, or while that is not in the history.
    pub(super) fn visible_since(&self, seq: u32) -> Option<Timestamp> {
        let key = self.keys.get(&seq)?;
        if key.algorithm.has_public_half() && !self.published.keys.contains(&seq) {
            return None;
        }
        match self.last_sighting(seq)? {
            Event { what: What::Withdraw, .. } => None,
            Event { at, .. } => Some(*at),
        }
    }

    /// From when on every verifier knows the key: visible + C + S.
    pub(super) fn warm_at(&self, seq: u32) -> Option<Timestamp> {
        self.visible_since(seq).map(|at| at.after(self.policy.staging()))
    }

    /// The last event that says whether the published set holds the key.
    pub(super) fn last_sighting(&self, seq: u32) -> Option<&Event> {
        self.events.iter().rev().find(|event| event.seq == Some(seq) && event.what.is_a_sighting())
    }

    /// How often `what` happened to the key.
    pub(super) fn count(&self, what: What, seq: u32) -> usize {
        self.events.iter().filter(|event| event.what == what && event.seq == Some(seq)).count()
    }

    pub(super) fn next_seq(&self) -> Option<u32> {
        let keys = self.keys.last_key_value().map_or(0, |(seq, _)| *seq);
        let revoked = self.revoked.last_key_value().map_or(0, |(seq, _)| *seq);
        keys.max(revoked).checked_add(1)
    }

    /// The algorithm that the ring goes on with: that of the key that signs, or signed last.
    pub(super) fn current_algorithm(&self) -> Algorithm {
        let last = self.promotions.last_key_value().and_then(|(_, last)| self.keys.get(&last.seq));
        last.map_or(self.algorithm, |key| key.algorithm)
    }

    /// The staged keys that may be next, oldest first. One that a later key was promoted past is
    /// not: after a migration it would lead back.
    pub(super) fn staged(&self) -> impl Iterator<Item = u32> {
        let newest = state::newest(&self.promotions);
        let can = move |(seq, key): &(&u32, &KeyRecord)| {
            key.private && Some(**seq) > newest && self.state(**seq) == KeyState::Staged
        };
        self.keys.iter().filter(can).map(|(seq, _)| *seq)
    }

    /// Staged keys that a later key was promoted past.
    pub(super) fn passed_over(&self) -> impl Iterator<Item = u32> {
        let newest = state::newest(&self.promotions);
        let is_past = move |seq: &u32| Some(*seq) < newest;
        let staged = |seq: &u32| self.state(*seq) == KeyState::Staged;
        self.keys.keys().copied().filter(is_past).filter(staged)
    }

    /// The last moment in the history: no new one is before it.
    pub(super) fn latest(&self) -> Timestamp {
        let events = self.events.iter().map(|event| event.at);
        let promotions = self.promotions.values().map(|promotion| promotion.at);
        events.chain(promotions).max().unwrap_or(Timestamp::EPOCH)
    }
}

impl KeyRecord {
    /// Whether a hold forbids to prune it at `now`.
    pub(super) fn held(&self, now: Timestamp) -> Option<&Hold> {
        self.hold.as_ref().filter(|hold| hold.until.is_none_or(|until| now < until))
    }
}
