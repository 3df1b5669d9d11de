//! Reads a ring from the disk: everything, before anything is used.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::base64url;
use crate::crypto::{HmacSha256, derive as derive_key};
use crate::durable::{self, Exposure, Right};
use crate::key::{Algorithm, Key, KeyId, KeySet, Member};
use crate::time::Timestamp;

use super::file::{
    self, KeyFile, Permissions, PromotionFile, RING, RingFile, ScrubbedKey, TombstoneFile, VERSION,
};
use super::files::{self, Files, Fingerprint, Place};
use super::history::Chain;
use super::record::{Hold, KeyRecord, Published, Record};
use super::snapshot::{FormerKey, Ring, RingKey};
use super::state::{self, KeyState, Promotion};
use super::{KeyringError, RingPolicy};

/// A ring, read.
pub(super) struct Loaded {
    pub(super) ring: Ring,
    pub(super) record: Record,
    /// Where else its published set is kept.
    pub(super) publish: Vec<PathBuf>,
    pub(super) fingerprint: Fingerprint,
}

/// A folder that changes under the reader is read again, so often.
const ATTEMPTS: usize = 10;

/// Reads the ring in `dir`, whole: files that come and go meanwhile do not mix two states of it.
pub(super) fn load(dir: &Path) -> Result<Loaded, KeyringError> {
    load_with(dir, Elsewhere::Counts)
}

/// Whether the published sets outside the ring's folder count, and are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Elsewhere {
    Counts,
    /// In a rehearsal on a copy of the ring: they are the real ring's.
    IsLeftAlone,
}

/// Reads the ring in `dir` as [`load`] does.
pub(super) fn load_with(dir: &Path, elsewhere: Elsewhere) -> Result<Loaded, KeyringError> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let loaded = Place::of(dir).and_then(|place| {
            let before = place.fingerprint()?;
            let read = read(&place, &before, elsewhere);
            let is_same = Place::of(dir)?.fingerprint()? == before;
            Ok((read, is_same))
        });
        match loaded {
            Ok((read, true)) => return read,
            Ok((read, false)) if attempts == ATTEMPTS => return read,
            Err(fault) if attempts == ATTEMPTS || !is_passing(&fault) => return Err(fault),
            Ok(_) | Err(_) => {}
        }
    }
}

/// Whether a file was there when it was listed and is gone now.
fn is_passing(fault: &KeyringError) -> bool {
    matches!(fault, KeyringError::Read { source, .. } if source.kind() == std::io::ErrorKind::NotFound)
}

fn read(
    place: &Place,
    fingerprint: &Fingerprint,
    elsewhere: Elsewhere,
) -> Result<Loaded, KeyringError> {
    let dir = &place.dir;
    let ring_path = place.root.join(RING);
    // What cannot be looked at is not absent.
    if !ring_path.try_exists().map_err(KeyringError::read(&ring_path))? {
        return Err(KeyringError::NoRing { dir: dir.into() });
    }
    let ring: RingFile = files::parsed(&ring_path)?;
    check_version(&ring_path, ring.v)?;
    let algorithm: Algorithm =
        ring.alg.parse().map_err(|fault| KeyringError::data(&ring_path, fault))?;
    ring.policy.check(algorithm.protection())?;
    let files = Files::list(&place.root)?;
    let promotions = promotions(&files, &ring.name)?;
    let revoked = tombstones(&files, &ring.name)?;
    if promotions.is_empty() {
        return Err(KeyringError::data(dir, "no key of the ring signs (no sign-NNNN.json)"));
    }
    let mut judge = Judge::new(place, ring.permissions);
    judge.folder()?;
    let mut reader = Reader::new(&ring, promotions, revoked);
    for (seq, path) in &files.keys {
        judge.secret(path)?;
        reader.read(*seq, path)?;
    }
    let chain = Chain::read(&files);
    if let Some((_, fault)) = chain.first_break() {
        judge.warnings.push(format!("{}: {fault}", dir.display()));
    }
    let publish = match elsewhere {
        Elsewhere::Counts => ring.publish.clone(),
        Elsewhere::IsLeftAlone => Vec::new(),
    };
    let published = published(dir, &publish, &reader.keys);
    let Reader { keys, former, records, promotions, revoked, .. } = reader;
    let record = Record {
        policy: ring.policy.clone(),
        algorithm,
        keys: records,
        promotions,
        revoked,
        published,
        events: chain.events(),
    };
    let member =
        |entry: &RingKey| Member { key: entry.key.clone(), standing: entry.state.standing() };
    let set = KeySet::new(keys.iter().map(member).collect()).map_err(KeyringError::set(dir))?;
    let remembered = former.iter().map(|key| (key.kid.clone(), key.state.standing()));
    let ring_view = Ring {
        name: ring.name,
        issuer: ring.issuer,
        algorithm: record.current_algorithm(),
        policy: ring.policy,
        set: set.remembering(remembered.collect()),
        signing: keys.iter().position(|entry| entry.state == KeyState::Signing),
        keys,
        former,
        serial: files.serial(),
        promoted: record.signs_since().unwrap_or(Timestamp::EPOCH),
        warnings: judge.warnings,
    };
    let fingerprint = fingerprint.clone();
    Ok(Loaded { ring: ring_view, record, publish, fingerprint })
}

fn promotions(files: &Files, ring: &str) -> Result<BTreeMap<u32, Promotion>, KeyringError> {
    let read_one = |(number, path): (&u32, &PathBuf)| {
        let promotion: PromotionFile = files::parsed(path)?;
        check_version(path, promotion.v)?;
        check_ring(path, &promotion.ring, ring)?;
        if !files.keys.contains_key(&promotion.seq) {
            let fault = format!("names key {}, which is not there", promotion.seq);
            return Err(KeyringError::data(path, fault));
        }
        Ok((*number, Promotion { seq: promotion.seq, at: time(path, &promotion.at)? }))
    };
    files.promotions.iter().map(read_one).collect()
}

fn tombstones(files: &Files, ring: &str) -> Result<BTreeMap<u32, Timestamp>, KeyringError> {
    let read_one = |(seq, path): (&u32, &PathBuf)| {
        let tombstone: TombstoneFile = files::parsed(path)?;
        check_version(path, tombstone.v)?;
        // One that does not say whose it is ends a key all the same.
        check_ring(path, tombstone.ring.as_deref().unwrap_or(ring), ring)?;
        Ok((*seq, time(path, &tombstone.revoked_at)?))
    };
    files.tombstones.iter().map(read_one).collect()
}

fn time(path: &Path, text: &str) -> Result<Timestamp, KeyringError> {
    file::parse_time(text).map_err(|fault| KeyringError::data(path, fault))
}

fn check_ring(path: &Path, found: &str, ring: &str) -> Result<(), KeyringError> {
    match found == ring {
        true => Ok(()),
        false => Err(KeyringError::data(path, format!("belongs to ring {found:?}, not {ring:?}"))),
    }
}

fn check_version(path: &Path, found: u32) -> Result<(), KeyringError> {
    if found == VERSION {
        return Ok(());
    }
    Err(KeyringError::data(path, format!("format version {found}; this build reads {VERSION}")))
}

/// Judges who else can read and write: strict about what we made, graded about what was mounted.
struct Judge<'a> {
    place: &'a Place,
    permissions: Permissions,
    mounted: Option<bool>,
    warnings: Vec<String>,
}

impl<'a> Judge<'a> {
    fn new(place: &'a Place, permissions: Option<Permissions>) -> Self {
        let permissions = permissions.unwrap_or(Permissions::Graded);
        Self { place, permissions, mounted: None, warnings: Vec::new() }
    }

    fn folder(&mut self) -> Result<(), KeyringError> {
        let dir = &self.place.dir;
        let writers = durable::exposure(dir, Right::Write).map_err(KeyringError::read(dir))?;
        if writers == Exposure::Owner || self.is_mounted() {
            return Ok(());
        }
        let shown = dir.display();
        let text = format!("{shown} can be written by others; mend it with: chmod go= {shown}");
        self.report(dir, text)
    }

    fn secret(&mut self, path: &Path) -> Result<(), KeyringError> {
        let readers = durable::exposure(path, Right::Read).map_err(KeyringError::read(path))?;
        let who = match readers {
            Exposure::Owner => return Ok(()),
            Exposure::Group => "its group",
            Exposure::World if self.is_mounted() => "everyone",
            Exposure::World => return Err(KeyringError::Exposed { path: path.into() }),
        };
        self.report(path, format!("{} can be read by {who}", path.display()))
    }

    fn report(&mut self, path: &Path, text: String) -> Result<(), KeyringError> {
        match self.permissions {
            Permissions::Strict => Err(KeyringError::Exposed { path: path.into() }),
            Permissions::Graded => {
                self.warnings.push(text);
                Ok(())
            }
        }
    }

    fn is_mounted(&mut self) -> bool {
        *self.mounted.get_or_insert_with(|| self.place.is_mounted())
    }
}

/// Reads the key files one by one.
struct Reader<'a> {
    ring: &'a str,
    policy: &'a RingPolicy,
    promotions: BTreeMap<u32, Promotion>,
    revoked: BTreeMap<u32, Timestamp>,
    keys: Vec<RingKey>,
    former: Vec<FormerKey>,
    records: BTreeMap<u32, KeyRecord>,
}

impl<'a> Reader<'a> {
    fn new(
        ring: &'a RingFile,
        promotions: BTreeMap<u32, Promotion>,
        revoked: BTreeMap<u32, Timestamp>,
    ) -> Self {
        let (keys, former, records) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { ring: &ring.name, policy: &ring.policy, promotions, revoked, keys, former, records }
    }

    fn read(&mut self, seq: u32, path: &Path) -> Result<(), KeyringError> {
        let bytes = files::bytes(path).map(Zeroizing::new)?;
        let data = |fault: String| KeyringError::data(path, fault);
        let ours: KeyFile = file::parse(&bytes).map_err(data)?;
        check_version(path, ours.v)?;
        if ours.seq != seq || ours.ring != self.ring {
            return Err(data(format!("belongs to ring {:?} as key {}", ours.ring, ours.seq)));
        }
        let state = state::derive(seq, &self.promotions, &self.revoked, self.policy);
        let record = match &ours.scrubbed {
            Some(at) => self.former(seq, path, &bytes, (state, time(path, at)?))?,
            None => self.key(seq, path, &bytes, (state, &ours))?,
        };
        let hold = match &ours.hold {
            None => None,
            Some(hold) => Some(Hold {
                until: hold.until.as_deref().map(|until| time(path, until)).transpose()?,
                why: hold.why.clone(),
            }),
        };
        self.records.insert(seq, KeyRecord { hold, ..record });
        Ok(())
    }

    fn key(
        &mut self,
        seq: u32,
        path: &Path,
        bytes: &[u8],
        (state, ours): (KeyState, &KeyFile),
    ) -> Result<KeyRecord, KeyringError> {
        let data = |fault: String| KeyringError::data(path, fault);
        let key = Key::from_jwk(bytes).map_err(|fault| data(fault.to_string()))?;
        if !key.can_mint() {
            return Err(data("has no private half, and does not say when it was removed".into()));
        }
        let kid = key.id().ok_or_else(|| data("the JWK has no \"kid\"".into()))?.to_string();
        let aux = ours.aux.as_ref().and_then(|aux| base64url::decode_array::<32>(aux).ok());
        let aux = aux.map(Zeroizing::new);
        let aux = aux.ok_or_else(|| data("\"aux\" is not base64url of 32 bytes".into()))?;
        let record = KeyRecord {
            kid,
            algorithm: key.algorithm(),
            private: key.can_mint(),
            imported: ours.imported,
            hold: None,
        };
        self.keys.push(RingKey {
            seq,
            state,
            renewal_ids: HmacSha256::new(derive_key(&aux, "renewal").as_slice()),
            #[cfg(feature = "axum")]
            csrf: HmacSha256::new(derive_key(&aux, "csrf").as_slice()),
            one_time: HmacSha256::new(derive_key(&aux, "one-time").as_slice()),
            key: key.with_synthetic_nonces(&aux)?,
        });
        Ok(record)
    }

    fn former(
        &mut self,
        seq: u32,
        path: &Path,
        bytes: &[u8],
        (state, scrubbed): (KeyState, Timestamp),
    ) -> Result<KeyRecord, KeyringError> {
        let data = |fault: String| KeyringError::data(path, fault);
        if matches!(state, KeyState::Staged | KeyState::Signing) {
            return Err(data(format!(
                "has lost its private half, and is {}",
                state.name(scrubbed)
            )));
        }
        let key: ScrubbedKey = file::parse(bytes).map_err(data)?;
        let algorithm: Algorithm =
            key.alg.parse().map_err(|fault| KeyringError::data(path, fault))?;
        let kid = KeyId::new(&key.kid).map_err(|fault| KeyringError::data(path, fault))?;
        self.former.push(FormerKey { seq, kid, algorithm, state, scrubbed });
        let (kid, private, imported) = (key.kid, false, false);
        Ok(KeyRecord { kid, algorithm, private, imported, hold: None })
    }
}

/// Which keys all published sets hold, exactly as we write them.
fn published(dir: &Path, elsewhere: &[PathBuf], keys: &[RingKey]) -> Published {
    let ours: BTreeMap<String, u32> =
        keys.iter().filter_map(|entry| Some((entry.key.to_public_jwk()?, entry.seq))).collect();
    let places = files::published_places(dir, elsewhere);
    let sets: Vec<Published> = places.iter().map(|path| published_at(path, &ours)).collect();
    let in_all = |seq: &u32| sets.iter().all(|set| set.keys.contains(seq));
    Published {
        keys: ours.into_values().filter(in_all).collect(),
        is_strange: sets.iter().any(|set| set.is_strange)
            || sets.windows(2).any(|pair| matches!(pair, [a, b] if a.keys != b.keys)),
    }
}

#[derive(Deserialize)]
struct Set<'a> {
    #[serde(borrow)]
    keys: Vec<&'a RawValue>,
}

fn published_at(path: &Path, ours: &BTreeMap<String, u32>) -> Published {
    let strange = Published { keys: BTreeSet::new(), is_strange: true };
    let Ok(bytes) = files::published_set(path) else {
        return strange;
    };
    let Ok(set) = serde_json::from_slice::<Set<'_>>(&bytes) else {
        return strange;
    };
    let keys: Vec<Option<u32>> = set.keys.iter().map(|jwk| ours.get(jwk.get()).copied()).collect();
    let known: BTreeSet<u32> = keys.iter().flatten().copied().collect();
    Published { is_strange: known.len() != keys.len(), keys: known }
}
