//! Public keys alone: enough to verify, never to mint.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use crate::durable;
use crate::follow::{Followed, Health};
use crate::key::{KeySet, KeySource, SetError};
use crate::limits;
use crate::time::Clock;

use super::KeyringError;
#[cfg(feature = "http-client")]
use super::remote;

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
pub struct PublicKeys {
    followed: Followed<KeySet>,
    /// How soon a miss may read the source again after the one before.
    least: Duration,
}

impl PublicKeys {
    /// Reads the JWK Set file `path`, made by `waxseal keys jwks`, once.
    ///
    /// # Errors
    /// [`KeyringError`] if it cannot be read, is no JWK Set, or holds a secret.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, KeyringError> {
        let path = path.as_ref();
        Self::read(&bytes_of(path)?, path)
    }

    /// Reads the JWK Set at `place`, a path or a URL, and again for as long as a clone of this is in
    /// use: its keys rotate under running verifiers. What cannot be read, is no JWK Set any more or
    /// has keys of which none is usable leaves the last good keys in use, for [`limits::KEYS_AGE`] at
    /// most. A set without keys is one: everything was revoked, and nothing verifies.
    ///
    /// A path is read every 30 seconds. A URL (feature `http-client`) is asked whether the set has
    /// changed when its `max-age` is over, every half minute at most and every hour at least; after a
    /// failure sooner, in 5 seconds first and in 5 minutes at last. All pauses are drawn, so that a
    /// fleet does not ask at one moment. A token that names an unknown key makes it look at once, for
    /// a URL every 30 seconds at most; that token is refused, and the next may pass.
    ///
    /// ```no_run
    /// # fn example() -> Result<(), waxseal::keyring::KeyringError> {
    /// let keys = waxseal::PublicKeys::follow("https://id.example/.well-known/jwks.json")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`PublicKeys::open`], the first time; later see [`PublicKeys::health`].
    /// [`KeyringError::Url`] for a URL that is not asked, and [`KeyringError::Fetch`] for one that
    /// gives no answer.
    ///
    /// # Security
    /// Whoever can change what is read can mint. A URL is https, checked against the roots that the
    /// machine trusts, or http to this machine; it holds no credentials, and is never redirected to
    /// http. A reading is one answer and the three redirects before it at most; each of these takes 10
    /// seconds at most, and the set has [`limits::JWK_SET_BYTES`] at most. Nothing of a token is sent.
    pub fn follow(place: impl AsRef<Path>) -> Result<Self, KeyringError> {
        let place = place.as_ref();
        match place.to_str().filter(|place| is_url(place)) {
            Some(url) => Self::follow_url(url),
            None => Self::follow_file(place),
        }
    }

    #[cfg(feature = "http-client")]
    fn follow_url(url: &str) -> Result<Self, KeyringError> {
        Ok(Self { followed: remote::follow(url)?, least: remote::LEAST })
    }

    #[cfg(not(feature = "http-client"))]
    fn follow_url(_: &str) -> Result<Self, KeyringError> {
        let fault = "this build reads files only; URLs need waxseal's feature \"http-client\"";
        Err(KeyringError::Url(fault.into()))
    }

    fn follow_file(path: &Path) -> Result<Self, KeyringError> {
        let path = path.to_owned();
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
                let set = parse_next(&bytes, &path).map_err(|fault| fault.to_string())?;
                seen = bytes;
                Ok(Some(set))
            }),
        );
        let polled = followed.poll("waxseal-keys", || POLL);
        let followed = polled.map_err(KeyringError::read(&started))?;
        Ok(Self { followed, least: LEAST })
    }

    /// Reads the source again at once, as on a signal.
    ///
    /// # Errors
    /// What is wrong with it; the last good keys stay in use.
    pub fn reload(&self) -> Result<(), KeyringError> {
        self.followed.reload().map_err(KeyringError::Reload)
    }

    /// When the source was last read well, and what is wrong with it since.
    #[must_use]
    pub fn health(&self) -> Health {
        self.followed.health()
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
        let followed = Followed::new(set, Clock::system(), Box::new(|_| Ok(None)));
        Ok(Self { followed, least: LEAST })
    }
}

/// Whether `place` is meant as a URL of the web, a good one or not.
fn is_url(place: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        place.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// How often a followed file is read.
const POLL: Duration = Duration::from_secs(30);

/// And how soon again at the soonest, whatever keys tokens name.
const LEAST: Duration = Duration::from_secs(1);

pub(super) fn bytes_of(path: &Path) -> Result<Vec<u8>, KeyringError> {
    durable::read_regular_at_most(path, limits::JWK_SET_BYTES).map_err(KeyringError::read(path))
}

pub(super) fn parse(bytes: &[u8], path: &Path) -> Result<KeySet, KeyringError> {
    let set = KeySet::from_jwk_set(bytes).map_err(KeyringError::set(path))?;
    match secret_in(bytes) {
        None => Ok(set),
        Some(position) => {
            let fault = format!("keys[{position}] holds a secret; a published set never does");
            Err(KeyringError::data(path, fault))
        }
    }
}

/// Reads a set that follows another. One without keys says that none is trusted any more, all were
/// revoked; one of which no key can be used is a fault.
pub(super) fn parse_next(bytes: &[u8], path: &Path) -> Result<KeySet, KeyringError> {
    match KeySet::from_jwk_set(bytes) {
        Err(SetError::NoneUsable(skipped)) if skipped.is_empty() => {
            KeySet::new(Vec::new()).map_err(KeyringError::set(path))
        }
        _ => parse(bytes, path),
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
        self.followed.look(KeySet::clone)
    }

    fn age(&self) -> Option<Duration> {
        self.followed.age()
    }

    fn missed(&self) {
        self.followed.wake(self.least);
    }
}

impl fmt::Debug for PublicKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PublicKeys").field(&self.followed.get()).finish()
    }
}
