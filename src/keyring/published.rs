//! The published set of a ring, as a web server hands it out.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use crate::base64url;
use crate::crypto::{random_between, sha256};
use crate::durable;
use crate::follow::{Followed, Health};
use crate::key::KeySet;
use crate::limits;
use crate::time::Clock;

use super::KeyringError;
use super::file::{self, JWKS, RING, RingFile, VERSION};
use super::files::Files;
use super::public::{bytes_of, parse, parse_next};

/// A JWK Set file followed for those who ask for it over HTTP: `waxseal serve`, or a route of your
/// own.
///
/// It is read every second, and only the last good content is handed out. Cloning shares it.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let dir = dir.path().join("keys");
/// # waxseal::keyring::NewRing::new("https://id.example").create(&dir)?;
/// use waxseal::keyring::PublishedSet;
/// let set = PublishedSet::of_ring(&dir)?;
/// let published = set.current();
/// assert!(published.body().starts_with(b"{\"keys\":["));
/// assert!(published.etag().starts_with('"')); // for ETag and If-None-Match
/// assert!(set.max_age().as_secs() > 9 * 3600); // for Cache-Control
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Security
/// No file with a private half is ever opened, and a set with a private member is refused.
#[derive(Clone)]
pub struct PublishedSet {
    followed: Followed<Published>,
    cache: Duration,
    ring: Option<Arc<RingFacts>>,
}

/// A JWK Set of one moment, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    body: Arc<[u8]>,
    etag: String,
    keys: usize,
}

impl Published {
    /// Its bytes, as they stand in the file.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// A strong entity tag (RFC 9110 section 8.8.3), with its quotes: a hash of the bytes.
    #[must_use]
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// How many keys are in it that this build can verify with.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.keys
    }
}

/// What `ring.json` and the names in the folder say.
#[derive(Debug)]
struct RingFacts {
    name: String,
    serial: AtomicU64,
}

impl PublishedSet {
    /// Follows `jwks.json` of the ring in the folder `dir`. C is the ring's own.
    ///
    /// # Errors
    /// [`KeyringError`] if there is no ring, or its published set cannot be read, is no JWK Set,
    /// holds a private member or no key to verify with, as that of a sealed ring.
    pub fn of_ring(dir: impl AsRef<Path>) -> Result<Self, KeyringError> {
        let dir = dir.as_ref();
        let ring = read_ring(dir)?;
        let mut history = History { dir: dir.into(), seen: None };
        let facts = RingFacts { name: ring.name, serial: AtomicU64::new(0) };
        let facts = Arc::new(facts);
        history.look(&facts);
        let shared = Arc::clone(&facts);
        let followed = follow(&dir.join(JWKS), move || history.look(&shared))?;
        Ok(Self { followed, cache: ring.policy.verifier_cache, ring: Some(facts) })
    }

    /// Follows the JWK Set file `path`; no verifier keeps it for longer than `cache`, which is C.
    ///
    /// # Errors
    /// As [`PublishedSet::of_ring`].
    pub fn of_file(path: impl AsRef<Path>, cache: Duration) -> Result<Self, KeyringError> {
        Ok(Self { followed: follow(path.as_ref(), || {})?, cache, ring: None })
    }

    /// What is published at this moment.
    #[must_use]
    pub fn current(&self) -> Arc<Published> {
        self.followed.get()
    }

    /// For how long an answer may be kept, drawn anew for each: between 0.4 C and 0.5 C.
    ///
    /// A verifier whose copy ends so early has one more try before C is over, and a rotation counts
    /// on C. The draw keeps a fleet that began together from asking together.
    #[must_use]
    pub fn max_age(&self) -> Duration {
        let least = self.cache.saturating_mul(2) / 5;
        let seconds = random_between(least.as_secs(), (self.cache / 2).as_secs());
        // Without randomness nobody should keep it for longer than the least.
        Duration::from_secs(seconds.unwrap_or(least.as_secs()))
    }

    /// When the file was last read well, and what is wrong with it since.
    #[must_use]
    pub fn health(&self) -> Health {
        self.followed.health()
    }

    /// The name of the ring; `None` for a file.
    #[must_use]
    pub fn ring(&self) -> Option<&str> {
        self.ring.as_deref().map(|ring| ring.name.as_str())
    }

    /// The serial of the ring: its highest event. `None` for a file.
    #[must_use]
    pub fn serial(&self) -> Option<u64> {
        self.ring.as_deref().map(|ring| ring.serial.load(Ordering::Relaxed))
    }
}

impl fmt::Debug for PublishedSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("PublishedSet");
        shown.field("published", &self.current()).field("cache", &self.cache);
        shown.field("ring", &self.ring).finish()
    }
}

/// How often the file is read.
const POLL: Duration = Duration::from_secs(1);

/// Follows the set at `path`; `also` runs at each reading.
fn follow(
    path: &Path,
    mut also: impl FnMut() + Send + 'static,
) -> Result<Followed<Published>, KeyringError> {
    let bytes = bytes_of(path)?;
    let set = parse(&bytes, path)?;
    let first = publish(bytes, &set);
    let place = path.to_owned();
    let read = move |now: &Published| {
        also();
        let bytes = bytes_of(&place).map_err(|fault| fault.to_string())?;
        if *bytes == *now.body {
            return Ok(None);
        }
        let set = parse_next(&bytes, &place).map_err(|fault| fault.to_string())?;
        Ok(Some(publish(bytes, &set)))
    };
    let followed = Followed::new(first, Clock::system(), Box::new(read));
    followed.poll("waxseal-publish", || POLL).map_err(KeyringError::read(path))
}

fn publish(bytes: Vec<u8>, set: &KeySet) -> Published {
    let etag = format!("\"{}\"", base64url::encode(&sha256(&bytes)));
    Published { body: bytes.into(), etag, keys: set.members().len() }
}

fn read_ring(dir: &Path) -> Result<RingFile, KeyringError> {
    let path = dir.join(RING);
    let bytes = match durable::read_regular_at_most(&path, limits::JWK_BYTES) {
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {
            return Err(KeyringError::NoRing { dir: dir.into() });
        }
        read => read.map_err(KeyringError::read(&path))?,
    };
    let ring: RingFile = file::parse(&bytes).map_err(|fault| KeyringError::data(&path, fault))?;
    if ring.v != VERSION {
        let fault = format!("its format is version {}; this build reads {VERSION}", ring.v);
        return Err(KeyringError::data(&path, fault));
    }
    Ok(ring)
}

/// The names of a ring's events, listed again when the folder has changed.
struct History {
    dir: PathBuf,
    seen: Option<SystemTime>,
}

impl History {
    /// Notes the highest event; a folder that cannot be listed changes nothing.
    fn look(&mut self, facts: &RingFacts) {
        let changed = std::fs::metadata(&self.dir).and_then(|folder| folder.modified()).ok();
        if changed.is_some() && changed == self.seen {
            return;
        }
        let Ok(files) = Files::list(&self.dir) else {
            return;
        };
        facts.serial.store(files.serial(), Ordering::Relaxed);
        self.seen = changed;
    }
}
