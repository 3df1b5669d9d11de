//! A ring to be made.

use std::path::{Path, PathBuf};

use crate::durable::{self, Exposure, Readers, Right};
use crate::key::{Algorithm, Key, KeyError, KeySet, Member, Standing};
use crate::time::{Clock, Timestamp};

use super::file::{self, JWKS, Permissions, RingFile, VERSION};
use super::files;
use super::record::What;
use super::rotator::PATIENCE;
use super::writer::{Origin, Writer};
use super::{KeyringError, Keys, RingPolicy, public};

/// A ring to be made.
///
/// ```
/// use waxseal::keyring::NewRing;
/// let dir = tempfile::tempdir()?;
/// let keys = NewRing::new("https://id.example").create(dir.path().join("keys"))?;
/// assert_eq!(keys.keys().count(), 2); // one signs, one is staged
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct NewRing {
    name: String,
    issuer: Option<String>,
    algorithm: Algorithm,
    first: Option<Key>,
    policy: RingPolicy,
    publish: Vec<PathBuf>,
    permissions: Option<Permissions>,
    by: String,
    clock: Clock,
}

impl NewRing {
    /// A ring of Ed25519 keys that mints for `issuer`, a URL by custom.
    #[must_use]
    pub fn new(issuer: &str) -> Self {
        let host = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or(host);
        Self { issuer: Some(issuer.into()), name: host.into(), ..Self::for_development() }
    }

    pub(super) fn for_development() -> Self {
        Self {
            name: "development".into(),
            issuer: None,
            algorithm: Algorithm::EdDsa,
            first: None,
            policy: RingPolicy::default(),
            publish: Vec::new(),
            permissions: None,
            by: "waxseal".into(),
            clock: Clock::system(),
        }
    }

    /// Names the ring; the issuer's host by default.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// Makes keys of `algorithm`.
    #[must_use]
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Begins with `key`, which was made elsewhere, instead of a fresh one; its algorithm is the
    /// ring's. An RSA ring begins so, and has no staged key until one is imported. A `kid` that `key`
    /// has is kept.
    ///
    /// ```
    /// # let dir = tempfile::tempdir()?;
    /// # let dir = dir.path().join("keys");
    /// use waxseal::key::{Algorithm, Key, KeyId};
    /// use waxseal::keyring::{KeyState, NewRing};
    ///
    /// let old = Key::generate(Algorithm::Es256)?.with_id(KeyId::new("2026-07")?);
    /// let keys = NewRing::new("https://id.example").first_key(old.clone()).create(&dir)?;
    /// let (_, state, first) = keys.keys().next().expect("two keys");
    /// assert_eq!((state, first), (KeyState::Signing, old));
    /// assert_eq!(keys.algorithm(), Algorithm::Es256);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn first_key(mut self, key: Key) -> Self {
        self.algorithm = key.algorithm();
        self.first = Some(key);
        self
    }

    /// Keeps its keys by `policy`.
    #[must_use]
    pub fn policy(mut self, policy: RingPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Keeps the published set in the file `path` too, which is outside the ring's folder: where a
    /// web server or another host finds it. A relative path counts from the ring's folder.
    #[must_use]
    pub fn publish_to(mut self, path: impl Into<PathBuf>) -> Self {
        self.publish.push(path.into());
        self
    }

    /// Refuses key files that a group can read, and mounts whose modes let everyone read, where
    /// otherwise a warning is given.
    #[must_use]
    pub fn strict_permissions(mut self) -> Self {
        self.permissions = Some(Permissions::Strict);
        self
    }

    /// Says in the history who made it.
    #[must_use]
    pub fn by(mut self, by: &str) -> Self {
        self.by = by.into();
        self
    }

    /// Takes the time from `clock`.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Makes the ring in the folder `dir`: one key that signs, one staged. Files are 0600 and a
    /// new folder 0700, whatever the umask.
    ///
    /// # Errors
    /// [`KeyringError::Exists`] if `dir` holds a ring or the remains of one: nothing is ever
    /// overwritten. [`KeyringError::Policy`] if the lifetimes do not fit each other.
    pub fn create(self, dir: impl AsRef<Path>) -> Result<Keys, KeyringError> {
        let dir = dir.as_ref();
        self.check(dir)?;
        durable::create_folder(dir, Readers::Owner).map_err(KeyringError::write(dir))?;
        let _lock = durable::lock_folder(dir, PATIENCE)
            .map_err(|_| KeyringError::Busy { dir: dir.into() })?;
        // Whoever could put files into the folder could put a key there.
        if durable::exposure(dir, Right::Write).map_err(KeyringError::read(dir))? == Exposure::World
        {
            return Err(KeyringError::Exposed { path: dir.into() });
        }
        // Again, under the lock: another may have been first.
        self.check(dir)?;
        self.write(dir)?;
        Keys::open(dir)
    }

    fn write(&self, dir: &Path) -> Result<(), KeyringError> {
        let (clock, latest) = (&self.clock, Timestamp::EPOCH);
        let writer = Writer { dir, ring: &self.name, by: &self.by, clock, latest };
        let (first, origin, came) = match self.first.clone() {
            Some(key) => (key, Origin::Imported, What::Import),
            None => (Key::generate(self.algorithm)?, Origin::Made, What::Stage),
        };
        let first = writer.add_key(1, first, origin, None)?;
        let staged = match Key::generate(self.algorithm) {
            Ok(key) => Some(writer.add_key(2, key, Origin::Made, None)?),
            Err(KeyError::NotGenerated(_)) => None,
            Err(fault) => return Err(fault.into()),
        };
        writer.promote(1, 1)?;
        let trusted = |key| Member { key, standing: Standing::Trusted };
        let members = std::iter::once(&first).chain(&staged).cloned().map(trusted).collect();
        let set = KeySet::new(members).map_err(KeyringError::set(dir))?;
        writer.publish_first(&set)?;
        if !self.publish.is_empty() {
            writer.publish(&set, &self.publish)?;
        }
        writer.note(What::Init, None)?;
        let kid = |key: &Key| key.id().map(ToString::to_string).unwrap_or_default();
        writer.note(came, Some((1, &kid(&first))))?;
        writer.note(What::Promote, Some((1, &kid(&first))))?;
        if let Some(staged) = &staged {
            writer.note(What::Stage, Some((2, &kid(staged))))?;
        }
        writer.ring_file(&RingFile {
            v: VERSION,
            name: self.name.clone(),
            issuer: self.issuer.clone(),
            purpose: file::purpose_of(self.algorithm).into(),
            alg: self.algorithm.name().into(),
            created: self.clock.now().to_string(),
            publish: self.publish.clone(),
            permissions: self.permissions,
            policy: self.policy.clone(),
        })
    }
}

impl NewRing {
    /// Whether the ring could be made in the folder `dir`; nothing is written.
    ///
    /// # Errors
    /// What [`NewRing::create`] would say.
    pub fn check(&self, dir: impl AsRef<Path>) -> Result<(), KeyringError> {
        self.policy.check(self.algorithm.protection())?;
        match &self.first {
            Some(key) if !key.can_mint() || !key.can_verify() => {
                return Err(KeyringError::NotForMinting);
            }
            Some(key) if key.algorithm() != self.algorithm => {
                let (key, ring) = (key.algorithm(), self.algorithm);
                let fault = format!("the first key is for {key}, the ring for {ring}");
                return Err(KeyringError::Policy(fault));
            }
            None if !self.algorithm.can_be_generated() => {
                return Err(KeyError::NotGenerated(self.algorithm).into());
            }
            _ => {}
        }
        if self.name.is_empty() || self.issuer.as_deref().is_some_and(str::is_empty) {
            return Err(KeyringError::Policy("the issuer or the ring's name is empty".into()));
        }
        for path in &self.publish {
            check_place(&dir.as_ref().join(path), dir.as_ref())?;
        }
        files::refuse_remains(dir.as_ref())
    }
}

/// Refuses to publish where anything but a published set stands: every tick would replace it.
fn check_place(path: &Path, dir: &Path) -> Result<(), KeyringError> {
    let parent = path.parent().unwrap_or(dir);
    let parent = parent.canonicalize().map_err(KeyringError::write(path))?;
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_of_a_ring = name != JWKS && file::is_of_a_ring(name);
    let is_inside = dir.canonicalize().is_ok_and(|dir| dir == parent);
    let is_set = || {
        let read = files::published_set(path);
        read.is_ok_and(|bytes| public::parse_next(&bytes, path).is_ok())
    };
    if is_of_a_ring || is_inside || (path.symlink_metadata().is_ok() && !is_set()) {
        let advice = "It is no public JWK Set outside the ring; publish to another file";
        return Err(KeyringError::Exists { path: path.into(), advice });
    }
    Ok(())
}
