//! How long the keys of a ring sign and verify.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::key::Protection;
use crate::time::{Span, Timestamp};

use super::KeyringError;

/// Seals under one AES-GCM key before its nonces wear out, with a wide margin (NIST SP 800-38D
/// allows 2^32 random ones).
const MOST_SEALS: u64 = 1 << 31;

/// The lifetimes of a ring, in seconds in `ring.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RingPolicy {
    /// L: the longest time that a token may be accepted for any purpose, renewal too.
    #[serde(rename = "L", with = "seconds")]
    pub longest_life: Duration,
    /// C: the longest that a verifier may keep a copy of the public keys.
    #[serde(rename = "C", with = "seconds")]
    pub verifier_cache: Duration,
    /// S: the largest clock difference between hosts.
    #[serde(rename = "S", with = "seconds")]
    pub skew: Duration,
    /// R: how often a host re-reads the ring.
    #[serde(rename = "R", with = "seconds")]
    pub reload: Duration,
    /// How long one key signs.
    #[serde(with = "seconds")]
    pub period: Duration,
    /// Most tokens minted in a day; bounds the use of a sealing key.
    pub max_mints_per_day: u64,
    /// Most keys that verify at once: one that signs, one staged, one retired, and one more for an
    /// emergency or a migration.
    #[serde(rename = "cap", default = "default_cap")]
    pub max_live_keys: usize,
}

const fn default_cap() -> usize {
    4
}

impl Default for RingPolicy {
    fn default() -> Self {
        Self {
            longest_life: Duration::from_secs(8 * 3600),
            verifier_cache: Duration::from_secs(24 * 3600),
            skew: Duration::from_secs(30),
            reload: Duration::from_secs(30),
            period: Duration::from_secs(30 * 86_400),
            max_mints_per_day: 10_000_000,
            max_live_keys: default_cap(),
        }
    }
}

impl RingPolicy {
    /// How long a key verifies after its successor began to sign: R + L + 2S.
    #[must_use]
    pub fn retention(&self) -> Duration {
        self.reload.saturating_add(self.longest_life).saturating_add(self.skew.saturating_mul(2))
    }

    /// How long a key must be visible before it may sign: C + S. A verifier that reads the ring
    /// itself is a cache of R: should C be shorter, R counts.
    #[must_use]
    pub fn staging(&self) -> Duration {
        self.verifier_cache.max(self.reload).saturating_add(self.skew)
    }

    /// Whether a token of `life` may be minted by a ring that was read `age` ago: as far as that
    /// ring knows, another key may have been promoted right after.
    pub(crate) fn may_mint(&self, age: Duration, life: Duration) -> bool {
        age.saturating_add(life) <= self.reload.saturating_add(self.longest_life)
    }

    /// Whether a history that ends at `latest` is ahead of a clock that says `now`: times in a ring
    /// are whole seconds, rounded up.
    pub(super) fn is_ahead(&self, latest: Timestamp, now: Timestamp) -> bool {
        latest > now.after(self.skew).after(Duration::from_secs(1))
    }

    pub(super) fn check(&self, protection: Protection) -> Result<(), KeyringError> {
        let least = self.staging().max(self.retention());
        if self.period < least {
            return Err(KeyringError::Policy(format!(
                "a period of {} is shorter than max(C + S, R + L + 2S) = {}",
                Span(self.period),
                Span(least),
            )));
        }
        if self.max_live_keys < 3 {
            return Err(KeyringError::Policy(format!(
                "at most {} live keys are too few: one signs, one is staged, one is retired",
                self.max_live_keys
            )));
        }
        let days = self.period.as_secs().div_ceil(86_400);
        if protection == Protection::Sealed
            && days.saturating_mul(self.max_mints_per_day) > MOST_SEALS
        {
            return Err(KeyringError::Policy(format!(
                "{} seals a day for {days} days pass 2^31 under one key; shorten the period",
                self.max_mints_per_day,
            )));
        }
        Ok(())
    }
}

mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(span: &Duration, json: S) -> Result<S::Ok, S::Error> {
        json.serialize_u64(span.as_secs())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(json: D) -> Result<Duration, D::Error> {
        u64::deserialize(json).map(Duration::from_secs)
    }
}
