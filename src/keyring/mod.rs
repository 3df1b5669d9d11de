//! Key rings: the keys of one issuer, one of which signs, on disk and in memory.

mod error;
mod file;
mod files;
mod guard;
mod history;
pub mod lint;
#[cfg(test)]
mod model;
mod mount;
mod new_ring;
mod plan;
mod policy;
mod public;
mod published;
mod record;
#[cfg(feature = "http-client")]
mod remote;
mod rotator;
mod snapshot;
mod state;
mod store;
mod writer;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::follow::Followed;
use crate::key::{Algorithm, Key, KeySet, KeySource, Protection};
use crate::time::Clock;

pub use crate::follow::Health;
pub use error::KeyringError;
pub use guard::Refusal;
pub use history::{Entry, History};
pub use new_ring::NewRing;
pub use plan::{Plan, Step};
pub use policy::RingPolicy;
pub use public::PublicKeys;
pub use published::{Published, PublishedSet};
pub use record::What;
pub use rotator::{Act, Done, KeyStatus, NewHold, Rotator, Successor};
pub use snapshot::{FormerKey, Ring};
pub use state::KeyState;

/// A key ring with its private halves: it can mint. Cloning shares it.
#[derive(Clone)]
pub struct Keys(Followed<Ring>);

impl Keys {
    /// Opens the ring in the folder `dir`, made by `waxseal keys init`, and follows it: whoever
    /// holds a clone mints and verifies by the ring on the disk, which is read again twice in every
    /// R of its policy. A ring that cannot be read, or is older than the one before, leaves the last
    /// good one in use, and [`Keys::health`] tells.
    ///
    /// # Errors
    /// [`KeyringError`] if there is no ring, it is damaged, or others can read its secrets.
    ///
    /// # Security
    /// It never creates one: a missing volume must not become a new ring that logs everyone out.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self, KeyringError> {
        Self::open_by(dir.as_ref(), Clock::system())
    }

    /// Opens and follows the ring in `dir`; how old it is, `clock` says.
    pub(crate) fn open_by(dir: &Path, clock: Clock) -> Result<Self, KeyringError> {
        let keys = Self::read_by(dir, clock)?;
        let pause = keys.ring().policy.reload / 2;
        let followed = keys.0.poll("waxseal-ring", move || pause.max(SHORTEST_PAUSE));
        followed.map(Self).map_err(KeyringError::read(dir))
    }

    /// Reads the ring in the folder `dir` once, for a program that is done soon.
    ///
    /// # Errors
    /// As [`Keys::open`].
    pub fn read(dir: impl AsRef<Path>) -> Result<Self, KeyringError> {
        Self::read_by(dir, Clock::system())
    }

    /// Reads the ring in the folder `dir` once, taking the time from `clock`: for tests and
    /// rehearsals that rotate a ring in a moment. [`Keys::reload`] reads it again.
    ///
    /// # Errors
    /// As [`Keys::open`].
    pub fn read_by(dir: impl AsRef<Path>, clock: Clock) -> Result<Self, KeyringError> {
        let loaded = store::load(dir.as_ref())?;
        let (dir, mut seen) = (dir.as_ref().to_owned(), loaded.fingerprint);
        let by = clock.clone();
        let read_again = move |ring: &Ring| {
            let changed = changed(&dir, ring, &seen, &by).map_err(|fault| fault.to_string())?;
            Ok(changed.map(|loaded| {
                seen = loaded.fingerprint;
                loaded.ring
            }))
        };
        Ok(Self(Followed::new(loaded.ring, clock, Box::new(read_again))))
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

    /// The ring of this moment: a picture that does not change.
    #[must_use]
    pub fn ring(&self) -> Arc<Ring> {
        self.0.get()
    }

    /// Reads the ring again at once, as on a signal.
    ///
    /// # Errors
    /// What is wrong with it; the last good ring stays in use.
    pub fn reload(&self) -> Result<(), KeyringError> {
        self.0.reload().map_err(KeyringError::Reload)
    }

    /// When the ring was last read well, and what is wrong with it since.
    #[must_use]
    pub fn health(&self) -> Health {
        self.0.health()
    }

    /// The ring's name.
    #[must_use]
    pub fn name(&self) -> String {
        self.ring().name.clone()
    }

    /// The issuer that the ring mints for; `None` in a ring made for development.
    #[must_use]
    pub fn issuer(&self) -> Option<String> {
        self.ring().issuer.clone()
    }

    /// The algorithm of new keys.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.ring().algorithm
    }

    /// Whether tokens are signed or sealed.
    #[must_use]
    pub fn protection(&self) -> Protection {
        self.ring().protection()
    }

    /// The lifetimes that the ring keeps its keys for.
    #[must_use]
    pub fn policy(&self) -> RingPolicy {
        self.ring().policy.clone()
    }

    /// The number of the last event in the ring's history.
    #[must_use]
    pub fn serial(&self) -> u64 {
        self.ring().serial
    }

    /// The keys with their sequence numbers and states, oldest first.
    pub fn keys(&self) -> impl Iterator<Item = (u32, KeyState, Key)> {
        let ring = self.ring();
        let keys: Vec<_> =
            ring.keys().map(|(seq, state, key)| (seq, *state, key.clone())).collect();
        keys.into_iter()
    }

    /// What is not as it should be, though no reason to stop: files that a group can read.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        self.ring().warnings.clone()
    }

    /// The public halves of the keys that verify now, as a JWK Set for other services.
    #[must_use]
    pub fn to_public_jwk_set(&self) -> String {
        self.ring().set.to_public_jwk_set()
    }

    /// Adds `key` as a staged key to the ring in the folder `dir`, as [`Act::Import`] does, and
    /// gives it with the `kid` that it has there.
    ///
    /// # Errors
    /// [`KeyringError`] if the ring holds that key or `kid` already, or cannot be written.
    pub fn import(dir: impl AsRef<Path>, key: Key, by: &str) -> Result<Key, KeyringError> {
        let act = Act::Import { key: Box::new(key.clone()), hold: None };
        Rotator::new(&dir).by(by).perform(&act)?;
        let ring = Self::read(&dir)?.ring();
        let added =
            ring.keys().map(|(_, _, ours)| ours).find(|ours| ours.shares_numbers_with(&key));
        Ok(added.unwrap_or(&key).clone())
    }

    /// How long ago the ring was read well; `None` if it is not followed.
    pub(crate) fn age(&self) -> Option<Duration> {
        self.0.age()
    }
}

/// A ring whose R is short is not read more often than this.
const SHORTEST_PAUSE: Duration = Duration::from_millis(500);

/// And how soon again at the soonest, whatever keys tokens name.
const LEAST: Duration = Duration::from_secs(1);

/// The ring in `dir`, if its files are not as `seen`, and it is a later state of `ring`.
fn changed(
    dir: &Path,
    ring: &Ring,
    seen: &files::Fingerprint,
    clock: &Clock,
) -> Result<Option<store::Loaded>, KeyringError> {
    if files::Place::of(dir)?.fingerprint()? == *seen {
        return Ok(None);
    }
    let loaded = store::load(dir)?;
    let back = |fault| Err(KeyringError::WentBack { dir: dir.into(), fault });
    let (was, is) = (ring, &loaded.ring);
    if is.name != was.name {
        return back(format!("is ring {:?} now, and was {:?}", is.name, was.name));
    }
    if is.serial < was.serial {
        return back(format!("its serial went back from {} to {}", was.serial, is.serial));
    }
    // A rotator whose clock is ahead, or a rehearsal in the wrong place: the key would sign too early.
    // But a revocation is taken over, from whatever clock: a stolen key is worse than an early one.
    let now = clock.now();
    let signer = |ring: &Ring| ring.signer().map(|signer| signer.seq);
    let is_early = signer(is) != signer(was) && is.policy.is_ahead(is.promoted, now);
    if is_early && is.revoked() <= was.revoked() {
        let at = is.promoted;
        return back(format!("its key is promoted at {at}, ahead of this clock: it is {now}"));
    }
    Ok(Some(loaded))
}

impl KeySource for Keys {
    fn key_set(&self) -> KeySet {
        self.0.look(|ring| ring.set.clone())
    }

    fn age(&self) -> Option<Duration> {
        self.0.age()
    }

    fn missed(&self) {
        self.0.wake(LEAST);
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keys").field(&self.ring()).finish()
    }
}
