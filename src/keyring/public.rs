//! Public keys alone: enough to verify, never to mint.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use crate::durable;
use crate::follow::{Followed, Health};
use crate::key::{KeySet, KeySource};
use crate::limits;
use crate::time::Clock;

use super::KeyringError;

/// The public halves of a ring, from its JWK Set.
///
/// A holder can verify and cannot mint: there is no private half to mint with, and no function that
/// would take these keys.
///
/// ```compile_fail
/// # fn example(keys: waxseal::PublicKeys) {
/// let issuer = waxseal::Issuer::new(&keys, "https://id.example", "shop"); // expects `Keys`
/// # }
/// ```
#[derive(Clone)]
pub struct PublicKeys(Followed<KeySet>);

impl PublicKeys {
    /// Reads the JWK Set file `path`, made by `waxseal keys jwks`, once.
    ///
    /// # Errors
    /// [`KeyringError`] if it cannot be read, is no JWK Set, or holds a secret.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, KeyringError> {
        let path = path.as_ref();
        Self::read(&bytes_of(path)?, path)
    }

    /// Reads the JWK Set file `path`, and again every 30 seconds for as long as a clone of this is
    /// in use: its keys rotate under running verifiers. A file that cannot be read, or is no JWK Set
    /// any more, leaves the last good keys in use, for [`limits::KEYS_AGE`] at most.
    ///
    /// # Errors
    /// As [`PublicKeys::open`], the first time; later see [`PublicKeys::health`].
    pub fn follow(path: impl AsRef<Path>) -> Result<Self, KeyringError> {
        let path = path.as_ref().to_owned();
        let mut seen = bytes_of(&path)?;
        let set = parse(&seen, &path)?;
        let started = path.clone();
        let followed = Followed::new(
            set,
            Clock::system(),
            Box::new(move |_| {
                let bytes = bytes_of(&path).map_err(|fault| fault.to_string())?;
                if bytes == seen {
                    return Ok(None);
                }
                let set = parse(&bytes, &path).map_err(|fault| fault.to_string())?;
                seen = bytes;
                Ok(Some(set))
            }),
        );
        let polled = followed.poll("waxseal-keys", || POLL);
        polled.map(Self).map_err(KeyringError::read(&started))
    }

    /// Reads the source again at once, as on a signal.
    ///
    /// # Errors
    /// What is wrong with it; the last good keys stay in use.
    pub fn reload(&self) -> Result<(), KeyringError> {
        self.0.reload().map_err(KeyringError::Reload)
    }

    /// When the source was last read well, and what is wrong with it since.
    #[must_use]
    pub fn health(&self) -> Health {
        self.0.health()
    }

    /// Reads the text of a JWK Set.
    ///
    /// # Errors
    /// [`KeyringError::Data`] if it is no JWK Set, or holds a secret.
    pub fn from_jwk_set(text: &str) -> Result<Self, KeyringError> {
        Self::read(text.as_bytes(), Path::new("the JWK Set"))
    }

    fn read(bytes: &[u8], path: &Path) -> Result<Self, KeyringError> {
        let set = parse(bytes, path)?;
        Ok(Self(Followed::new(set, Clock::system(), Box::new(|_| Ok(None)))))
    }
}

/// How often a followed file is read.
const POLL: Duration = Duration::from_secs(30);

/// And how soon again at the soonest, whatever keys tokens name.
const LEAST: Duration = Duration::from_secs(1);

fn bytes_of(path: &Path) -> Result<Vec<u8>, KeyringError> {
    durable::read_at_most(path, limits::JWK_SET_BYTES).map_err(KeyringError::read(path))
}

fn parse(bytes: &[u8], path: &Path) -> Result<KeySet, KeyringError> {
    let set = KeySet::from_jwk_set(bytes).map_err(KeyringError::set(path))?;
    match secret_in(bytes) {
        None => Ok(set),
        Some(position) => {
            let fault = format!("keys[{position}] holds a secret; a published set never does");
            Err(KeyringError::data(path, fault))
        }
    }
}

/// The place of the first key with a private member, usable here or not.
pub(super) fn secret_in(jwk_set: &[u8]) -> Option<usize> {
    const PRIVATE: &[&str] = &["d", "k", "p", "q", "dp", "dq", "qi", "oth", "priv"];
    let set: serde_json::Value = serde_json::from_slice(jwk_set).ok()?;
    let keys = set.get("keys")?.as_array()?;
    keys.iter().position(|jwk| PRIVATE.iter().any(|name| jwk.get(name).is_some()))
}

impl KeySource for PublicKeys {
    fn key_set(&self) -> KeySet {
        KeySet::clone(&self.0.get())
    }

    fn age(&self) -> Option<Duration> {
        self.0.age()
    }

    fn missed(&self) {
        self.0.wake(LEAST);
    }
}

impl fmt::Debug for PublicKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PublicKeys").field(&self.0.get()).finish()
    }
}
