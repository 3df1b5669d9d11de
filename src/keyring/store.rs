//! A ring on the disk: immutable numbered files, each whole or absent.
//!
//! The order of writing is the order of trust: a key's file, then a promotion that names it, then
//! the published set, then the history. `ring.json` comes last when a ring is made: without it there
//! is no ring.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::base64url;
use crate::crypto::{HmacSha256, derive as derive_key};
use crate::durable::{self, Exposure, Readers, Right};
use crate::key::{Algorithm, Key, KeyError, KeySet, Member};
use crate::limits;
use crate::time::{Clock, Timestamp};

use super::file::{self, KeyFile, PromotionFile, RING, RingFile, TombstoneFile, VERSION};
use super::state::{self, Promotion};
use super::writer::Writer;
use super::{KeyringError, Keys, Ring, RingKey, RingPolicy};

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
    /// assert_eq!((state, first), (&KeyState::Signing, &old));
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
        let _lock = durable::lock_folder(dir);
        // Whoever can put files into the folder could put a key there.
        if durable::exposure(dir, Right::Write).map_err(KeyringError::read(dir))? == Exposure::World
        {
            return Err(KeyringError::Exposed { path: dir.into() });
        }
        // Again, under the lock: another may have been first.
        self.check(dir)?;
        let writer = Writer { dir, ring: &self.name, by: &self.by, now: self.clock.now() };
        let (first, came) = match self.first.clone() {
            Some(key) => (key, "import"),
            None => (Key::generate(self.algorithm)?, "stage"),
        };
        let first = writer.add_key(1, first)?;
        let staged = match Key::generate(self.algorithm) {
            Ok(key) => Some(writer.add_key(2, key)?),
            Err(KeyError::NotGenerated(_)) => None,
            Err(fault) => return Err(fault.into()),
        };
        writer.promote(1, 1)?;
        let members = std::iter::once(&first).chain(&staged).cloned().map(trusted).collect();
        writer.publish_first(&KeySet::new(members).map_err(KeyringError::set(dir))?)?;
        writer.history(&[
            ("init", None),
            (came, Some((1, &first))),
            ("promote", Some((1, &first))),
        ])?;
        if let Some(staged) = &staged {
            writer.history(&[("stage", Some((2, staged)))])?;
        }
        writer.ring_file(&RingFile {
            v: VERSION,
            name: self.name.clone(),
            issuer: self.issuer.clone(),
            purpose: file::purpose_of(self.algorithm).into(),
            alg: self.algorithm.name().into(),
            created: writer.now.to_string(),
            policy: self.policy.clone(),
        })?;
        Keys::open(dir)
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
        refuse_remains(dir.as_ref())
    }
}

fn trusted(key: Key) -> Member {
    Member { key, standing: crate::key::Standing::Trusted }
}

fn refuse_remains(dir: &Path) -> Result<(), KeyringError> {
    let names = match list(dir) {
        Err(KeyringError::NoRing { .. }) => return Ok(()),
        names => names?,
    };
    if names.iter().any(|name| name == RING) {
        let advice = "This folder holds a ring; open it, or choose another folder";
        return Err(KeyringError::Exists { path: dir.join(RING), advice });
    }
    match names.iter().find(|name| file::is_of_a_ring(name)) {
        Some(name) => {
            let advice = "There is no ring.json beside it: an init was interrupted, or ring.json is \
                          lost. Look, then move these files away";
            Err(KeyringError::Exists { path: dir.join(name), advice })
        }
        None => Ok(()),
    }
}

/// Refuses a key that has no place in `ring`.
pub(super) fn check_import(ring: &Ring, key: &Key) -> Result<(), KeyringError> {
    if !key.can_mint() || !key.can_verify() {
        return Err(KeyringError::NotForMinting);
    }
    if key.algorithm().protection() != ring.algorithm.protection() {
        let purpose = file::purpose_of(ring.algorithm);
        return Err(KeyringError::OtherPurpose { purpose, algorithm: key.algorithm() });
    }
    for entry in &ring.keys {
        if entry.key.shares_numbers_with(key) || (key.id().is_some() && entry.key.id() == key.id())
        {
            let name = entry.key.id().map(ToString::to_string).unwrap_or_default();
            return Err(KeyringError::Known(name));
        }
    }
    Ok(())
}

/// Adds `key` to the ring in `dir`, staged.
pub(super) fn import(dir: &Path, key: Key, by: &str) -> Result<Key, KeyringError> {
    let _lock = durable::lock_folder(dir);
    let ring = load(dir)?;
    let writer = Writer { dir, ring: &ring.name, by, now: Clock::system().now() };
    match check_import(&ring, &key) {
        // An import that was interrupted before it published is finished by its repetition.
        Err(known @ KeyringError::Known(_)) => {
            writer.publish(&ring.set)?;
            return Err(known);
        }
        checked => checked?,
    }
    let last = ring.keys.iter().map(|entry| entry.seq).max().unwrap_or(0);
    let next = last.checked_add(1).ok_or_else(|| KeyringError::data(dir, "no number is left"))?;
    let key = writer.add_key(next, key)?;
    writer.publish(&load(dir)?.set)?;
    writer.history(&[("import", Some((next, &key)))])?;
    Ok(key)
}

/// Reads the ring in `dir`: everything, before anything is used.
pub(super) fn load(dir: &Path) -> Result<Ring, KeyringError> {
    let ring_path = dir.join(RING);
    // What cannot be looked at is not absent.
    if !ring_path.try_exists().map_err(KeyringError::read(&ring_path))? {
        return Err(KeyringError::NoRing { dir: dir.into() });
    }
    let ring: RingFile = read(&ring_path)?;
    check_version(&ring_path, ring.v)?;
    let algorithm: Algorithm =
        ring.alg.parse().map_err(|fault| KeyringError::data(&ring_path, fault))?;
    ring.policy.check(algorithm.protection())?;
    let files = Files::list(dir)?;
    let (promotions, revoked) = (files.promotions()?, files.tombstones()?);
    let mut warnings = Vec::new();
    if durable::exposure(dir, Right::Write).map_err(KeyringError::read(dir))? != Exposure::Owner {
        warnings.push(format!(
            "{} can be written by others; mend it with: chmod go= {}",
            dir.display(),
            dir.display()
        ));
    }
    let mut keys = Vec::new();
    for (seq, path) in &files.keys {
        let (key, aux) = read_key(path, *seq, &ring.name, &mut warnings)?;
        keys.push(RingKey {
            seq: *seq,
            state: state::derive(*seq, &promotions, &revoked, &ring.policy),
            renewal_ids: HmacSha256::new(derive_key(&aux, "renewal").as_slice()),
            key: key.with_synthetic_nonces(&aux)?,
        });
    }
    let signer = keys.iter().position(|entry| entry.state == state::KeyState::Signing);
    let signing = signer.ok_or_else(|| KeyringError::data(dir, "no key of the ring signs"))?;
    let members = keys
        .iter()
        .map(|entry| Member { key: entry.key.clone(), standing: entry.state.standing() })
        .collect();
    Ok(Ring {
        name: ring.name,
        issuer: ring.issuer,
        algorithm,
        policy: ring.policy,
        set: KeySet::new(members).map_err(KeyringError::set(dir))?,
        keys,
        signing,
        serial: files.events.last_key_value().map_or(0, |(serial, _)| *serial),
        warnings,
    })
}

/// The files of a ring by kind and number.
#[derive(Default)]
pub(super) struct Files {
    keys: BTreeMap<u32, PathBuf>,
    promotions: BTreeMap<u32, PathBuf>,
    tombstones: BTreeMap<u32, PathBuf>,
    pub(super) events: BTreeMap<u64, PathBuf>,
}

impl Files {
    pub(super) fn list(dir: &Path) -> Result<Self, KeyringError> {
        let mut files = Self::default();
        for name in list(dir)? {
            let path = dir.join(&name);
            let number = |prefix| file::number_in::<u32>(&name, prefix, 4);
            if let Some(seq) = number("key") {
                files.keys.insert(seq, path);
            } else if let Some(promotion) = number("sign") {
                files.promotions.insert(promotion, path);
            } else if let Some(seq) = number("revoked") {
                files.tombstones.insert(seq, path);
            } else if let Some(serial) = file::number_in(&name, "event", 6) {
                files.events.insert(serial, path);
            }
        }
        Ok(files)
    }

    fn promotions(&self) -> Result<BTreeMap<u32, Promotion>, KeyringError> {
        let read_one = |(number, path): (&u32, &PathBuf)| {
            let promotion: PromotionFile = read(path)?;
            check_version(path, promotion.v)?;
            if !self.keys.contains_key(&promotion.seq) {
                let fault = format!("names key {}, which is not there", promotion.seq);
                return Err(KeyringError::data(path, fault));
            }
            let at =
                file::parse_time(&promotion.at).map_err(|fault| KeyringError::data(path, fault))?;
            Ok((*number, Promotion { seq: promotion.seq, at }))
        };
        self.promotions.iter().map(read_one).collect()
    }

    fn tombstones(&self) -> Result<BTreeMap<u32, Timestamp>, KeyringError> {
        let read_one = |(seq, path): (&u32, &PathBuf)| {
            let tombstone: TombstoneFile = read(path)?;
            check_version(path, tombstone.v)?;
            let at = file::parse_time(&tombstone.revoked_at)
                .map_err(|fault| KeyringError::data(path, fault))?;
            Ok((*seq, at))
        };
        self.tombstones.iter().map(read_one).collect()
    }
}

pub(super) fn list(dir: &Path) -> Result<Vec<String>, KeyringError> {
    let entries = match std::fs::read_dir(dir) {
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {
            return Err(KeyringError::NoRing { dir: dir.into() });
        }
        entries => entries.map_err(KeyringError::read(dir))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        if names.len() == limits::RING_FILES {
            return Err(KeyringError::data(dir, "holds too many files to be a ring"));
        }
        let entry = entry.map_err(KeyringError::read(dir))?;
        names.extend(entry.file_name().into_string());
    }
    Ok(names)
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, KeyringError> {
    let bytes =
        durable::read_regular_at_most(path, limits::JWK_BYTES).map_err(KeyringError::read(path))?;
    file::parse(&bytes).map_err(|fault| KeyringError::data(path, fault))
}

fn check_version(path: &Path, found: u32) -> Result<(), KeyringError> {
    if found == VERSION {
        return Ok(());
    }
    Err(KeyringError::data(path, format!("format version {found}; this build reads {VERSION}")))
}

fn read_key(
    path: &Path,
    seq: u32,
    ring: &str,
    warnings: &mut Vec<String>,
) -> Result<(Key, Zeroizing<[u8; 32]>), KeyringError> {
    match durable::exposure(path, Right::Read).map_err(KeyringError::read(path))? {
        Exposure::World => return Err(KeyringError::Exposed { path: path.into() }),
        Exposure::Group => warnings.push(format!("{} can be read by its group", path.display())),
        Exposure::Owner => {}
    }
    let bytes = durable::read_regular_at_most(path, limits::JWK_BYTES)
        .map(Zeroizing::new)
        .map_err(KeyringError::read(path))?;
    let data = |fault: String| KeyringError::data(path, fault);
    let ours: KeyFile = file::parse(&bytes).map_err(data)?;
    check_version(path, ours.v)?;
    if ours.seq != seq || ours.ring != ring {
        return Err(data(format!("belongs to ring {:?} as key {}", ours.ring, ours.seq)));
    }
    let key = Key::from_jwk(&bytes).map_err(|fault| data(fault.to_string()))?;
    if key.id().is_none() {
        return Err(data("the JWK has no \"kid\"".into()));
    }
    let aux = base64url::decode_array(&ours.aux).map(Zeroizing::new);
    Ok((key, aux.map_err(|_| data("\"aux\" is not base64url of 32 bytes".into()))?))
}
