//! An immutable picture of a ring: what signs, what verifies, and until when.

use std::fmt;

use crate::crypto::HmacSha256;
use crate::key::{Algorithm, Key, KeyId, KeySet, Protection, Standing};
use crate::time::Timestamp;

use super::{KeyState, KeyringError, RingPolicy};

/// A ring as it was read: nothing in it changes. [`Keys::ring`](super::Keys::ring) gives the one of
/// the moment.
pub struct Ring {
    pub(super) name: String,
    /// `None` only in a ring made for development, which mints for any issuer.
    pub(super) issuer: Option<String>,
    /// The algorithm that it goes on with.
    pub(super) algorithm: Algorithm,
    pub(super) policy: RingPolicy,
    pub(super) keys: Vec<RingKey>,
    pub(super) former: Vec<FormerKey>,
    pub(super) set: KeySet,
    /// The place in `keys` of the one that signs; `None` when it was revoked and no other promoted.
    pub(super) signing: Option<usize>,
    pub(super) serial: u64,
    /// When the key began to sign that signs, or signed last.
    pub(super) promoted: Timestamp,
    pub(super) warnings: Vec<String>,
}

/// A key of a ring.
pub(crate) struct RingKey {
    pub(super) seq: u32,
    pub(super) state: KeyState,
    pub(crate) key: Key,
    /// Derives the token ids of renewals, so that two of one session agree.
    pub(crate) renewal_ids: HmacSha256,
    /// Binds the forms of a page to a session.
    #[cfg(feature = "axum")]
    pub(crate) csrf: HmacSha256,
    /// Makes the tokens of operations that are confirmed once.
    pub(crate) one_time: HmacSha256,
}

/// A key of a ring whose private half is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FormerKey {
    /// Its number.
    pub seq: u32,
    /// Its name.
    pub kid: KeyId,
    /// What it was for.
    pub algorithm: Algorithm,
    /// Retired long ago, or revoked.
    pub state: KeyState,
    /// When its private half was removed.
    pub scrubbed: Timestamp,
}

impl Ring {
    /// The ring's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The issuer that the ring mints for; `None` in a ring made for development.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The algorithm of new keys: that of the key that signs, or signed last.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether tokens are signed or sealed.
    #[must_use]
    pub fn protection(&self) -> Protection {
        self.algorithm.protection()
    }

    /// The lifetimes that the ring keeps its keys for.
    #[must_use]
    pub fn policy(&self) -> &RingPolicy {
        &self.policy
    }

    /// The number of the last event in the ring's history.
    #[must_use]
    pub fn serial(&self) -> u64 {
        self.serial
    }

    /// The keys with their sequence numbers and states, oldest first.
    pub fn keys(&self) -> impl Iterator<Item = (u32, &KeyState, &Key)> {
        self.keys.iter().map(|entry| (entry.seq, &entry.state, &entry.key))
    }

    /// The keys whose private halves are gone, oldest first.
    #[must_use]
    pub fn former_keys(&self) -> &[FormerKey] {
        &self.former
    }

    /// The key that signs; `None` if it was revoked and no other was promoted.
    #[must_use]
    pub fn signing_key(&self) -> Option<&Key> {
        self.signer().map(|signer| &signer.key)
    }

    /// What is not as it should be, though no reason to stop: files that a group can read.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The public halves of the keys that verify at `now`, as a JWK Set for other services.
    #[must_use]
    pub fn to_public_jwk_set(&self, now: Timestamp) -> String {
        self.set.to_public_jwk_set_at(now)
    }

    /// Whether `key` could be added to this ring.
    ///
    /// # Errors
    /// [`KeyringError`] for a key that does not both mint and verify, one of another purpose, and
    /// one whose numbers or `kid` are in the ring already, for whatever algorithm.
    pub fn check_import(&self, key: &Key) -> Result<(), KeyringError> {
        if !key.can_mint() || !key.can_verify() {
            return Err(KeyringError::NotForMinting);
        }
        if key.algorithm().protection() != self.protection() {
            return Err(KeyringError::other_purpose(self.algorithm, key.algorithm()));
        }
        let known = |name: &KeyId| Err(KeyringError::Known(name.to_string()));
        for entry in &self.keys {
            let same_name = key.id().is_some() && entry.key.id() == key.id();
            if let Some(name) = entry.key.id()
                && (same_name || entry.key.shares_numbers_with(key))
            {
                return known(name);
            }
        }
        match self.former.iter().find(|former| Some(&former.kid) == key.id()) {
            Some(former) => known(&former.kid),
            None => Ok(()),
        }
    }

    /// How many keys were revoked.
    pub(super) fn revoked(&self) -> usize {
        let states = self.keys.iter().map(|key| key.state);
        let states = states.chain(self.former.iter().map(|key| key.state));
        states.filter(|state| matches!(state, KeyState::Revoked { .. })).count()
    }

    /// The keys that are trusted at `now`; one for tests only in a ring that signs by one.
    pub(crate) fn trusted(&self, now: Timestamp) -> impl Iterator<Item = &RingKey> {
        let is_for_tests = self.signing_key().is_some_and(Key::is_for_tests);
        self.keys.iter().filter(move |entry| {
            entry.state.standing().is_trusted(now) && (is_for_tests || !entry.key.is_for_tests())
        })
    }

    pub(crate) fn signer(&self) -> Option<&RingKey> {
        self.signing.and_then(|at| self.keys.get(at))
    }
}

impl KeyState {
    pub(super) fn standing(self) -> Standing {
        match self {
            Self::Staged | Self::Signing => Standing::Trusted,
            Self::Retired { until } => Standing::TrustedUntil(until),
            Self::Revoked { at } => Standing::Revoked(at),
        }
    }
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring")
            .field("name", &self.name)
            .field("issuer", &self.issuer)
            .field("serial", &self.serial)
            .field("keys", &self.set.members().len())
            .finish_non_exhaustive()
    }
}
