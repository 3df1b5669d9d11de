//! Key rings: the keys of one issuer, one of which signs, on disk and in memory.

mod error;
mod file;
pub mod lint;
mod policy;
mod public;
mod state;
mod store;
mod writer;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::crypto::HmacSha256;
use crate::key::{Algorithm, Key, KeySet, KeySource, Protection};

pub use crate::follow::Health;
pub use error::KeyringError;
pub use policy::RingPolicy;
pub use public::PublicKeys;
pub use state::KeyState;
pub use store::NewRing;

/// A key ring with its private halves: it can mint. Cloning shares it.
#[derive(Clone)]
pub struct Keys(Arc<Ring>);

/// An immutable picture of a ring.
pub(crate) struct Ring {
    pub(crate) name: String,
    /// `None` only in a ring made for development, which mints for any issuer.
    pub(crate) issuer: Option<String>,
    pub(crate) algorithm: Algorithm,
    pub(crate) policy: RingPolicy,
    pub(crate) keys: Vec<RingKey>,
    pub(crate) set: KeySet,
    /// The place in `keys` of the one that signs.
    pub(crate) signing: usize,
    pub(crate) serial: u64,
    pub(crate) warnings: Vec<String>,
}

/// A key of a ring.
pub(crate) struct RingKey {
    pub(crate) seq: u32,
    pub(crate) state: KeyState,
    pub(crate) key: Key,
    /// Derives the token ids of renewals, so that two of one session agree.
    pub(crate) renewal_ids: HmacSha256,
}

impl Keys {
    /// Opens the ring in the folder `dir`, made by `waxseal keys init`.
    ///
    /// # Errors
    /// [`KeyringError`] if there is no ring, it is damaged, or others can read its secrets.
    ///
    /// # Security
    /// It never creates one: a missing volume must not become a new ring that logs everyone out.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self, KeyringError> {
        store::load(dir.as_ref()).map(|ring| Self(Arc::new(ring)))
    }

    /// Opens the ring in `dir`, or makes one that mints for any issuer, and says so on standard
    /// error.
    ///
    /// # Errors
    /// As [`Keys::open`], and when the ring cannot be made.
    ///
    /// # Security
    /// For development. A production service that lost its keys must stop, not make new ones.
    pub fn for_development(dir: impl AsRef<Path>) -> Result<Self, KeyringError> {
        let dir = dir.as_ref();
        match Self::open(dir) {
            Err(KeyringError::NoRing { .. }) => {
                let keys = NewRing::for_development().create(dir)?;
                let shown = dir.display();
                eprintln!(
                    "waxseal: made a key ring for development in {shown}; not for production"
                );
                Ok(keys)
            }
            opened => opened,
        }
    }

    pub(crate) fn ring(&self) -> &Ring {
        &self.0
    }

    /// The ring's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The issuer that the ring mints for; `None` in a ring made for development.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.0.issuer.as_deref()
    }

    /// The algorithm of new keys.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.0.algorithm
    }

    /// Whether tokens are signed or sealed.
    #[must_use]
    pub fn protection(&self) -> Protection {
        self.0.algorithm.protection()
    }

    /// The lifetimes that the ring keeps its keys for.
    #[must_use]
    pub fn policy(&self) -> &RingPolicy {
        &self.0.policy
    }

    /// The number of the last event in the ring's history.
    #[must_use]
    pub fn serial(&self) -> u64 {
        self.0.serial
    }

    /// The keys with their sequence numbers and states, oldest first.
    pub fn keys(&self) -> impl Iterator<Item = (u32, &KeyState, &Key)> {
        self.0.keys.iter().map(|entry| (entry.seq, &entry.state, &entry.key))
    }

    /// What is not as it should be, though no reason to stop: files that a group can read.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.0.warnings
    }

    /// The public halves as a JWK Set, for other services.
    #[must_use]
    pub fn to_public_jwk_set(&self) -> String {
        self.0.set.to_public_jwk_set()
    }

    /// Whether `key` could be added to this ring by [`Keys::import`].
    ///
    /// # Errors
    /// What [`Keys::import`] would say.
    pub fn check_import(&self, key: &Key) -> Result<(), KeyringError> {
        store::check_import(&self.0, key)
    }

    /// Adds `key` as a staged key to the ring in the folder `dir`: it verifies, and does not sign
    /// yet. A key without a `kid` gets one.
    ///
    /// # Errors
    /// [`KeyringError`] if the ring holds that key or `kid` already, or cannot be written.
    pub fn import(dir: impl AsRef<Path>, key: Key, by: &str) -> Result<Key, KeyringError> {
        store::import(dir.as_ref(), key, by)
    }
}

impl KeySource for Keys {
    fn key_set(&self) -> KeySet {
        self.0.set.clone()
    }
}

impl Ring {
    /// The key that signs.
    pub(crate) fn signer(&self) -> Option<&RingKey> {
        self.keys.get(self.signing)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field("name", &self.0.name)
            .field("issuer", &self.0.issuer)
            .field("serial", &self.0.serial)
            .field("keys", &self.0.set.members().len())
            .finish()
    }
}
