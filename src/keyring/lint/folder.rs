//! A ring's folder as it is, good or bad: whatever can be read is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use crate::key::Key;
use crate::time::Timestamp;

use super::super::file::{self, PromotionFile, RING, RingFile, TombstoneFile};
use super::super::files::{self, Files};
use super::super::history::Chain;
use super::super::state::{self, Promotion};
use super::super::{KeyState, KeyringError};

/// What stands in a ring's folder.
pub(super) struct Folder {
    pub(super) dir: PathBuf,
    pub(super) names: Vec<String>,
    pub(super) ring: RingFile,
    /// `serial`, where `ring.json` has one.
    pub(super) extras: Extras,
    pub(super) keys: Vec<Entry>,
    /// By number; the highest names the signer.
    pub(super) promotions: BTreeMap<u32, Promotion>,
    /// The files of each promotion's number, in whatever spelling.
    pub(super) promotion_names: BTreeMap<u32, Vec<String>>,
    pub(super) chain: Chain,
    pub(super) unread: Vec<KeyringError>,
}

/// Members of `ring.json` that the loader does not need.
#[derive(Deserialize)]
pub(super) struct Extras {
    pub(super) serial: Option<u64>,
}

/// A key of the folder.
pub(super) struct Entry {
    pub(super) seq: u32,
    pub(super) place: String,
    pub(super) facts: KeyFacts,
    /// `None` if it is no key that this build can use.
    pub(super) key: Option<Key>,
    pub(super) state: KeyState,
}

/// What a key file says beside its material, which is not copied.
#[derive(Deserialize)]
pub(super) struct KeyFacts {
    pub(super) kid: Option<String>,
    pub(super) created: Option<String>,
    pub(super) hold: Option<Hold>,
    scrubbed: Option<IgnoredAny>,
    d: Option<IgnoredAny>,
    k: Option<IgnoredAny>,
}

impl KeyFacts {
    pub(super) fn has_private_member(&self) -> bool {
        self.d.is_some() || self.k.is_some()
    }
}

/// A promise not to prune a key. It should say until when; anything else is one without a date.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Hold {
    Dated { until: String },
    Other(IgnoredAny),
}

impl Folder {
    pub(super) fn read(dir: &Path) -> Result<Self, KeyringError> {
        let names = files::list(dir)?;
        let ring_path = dir.join(RING);
        if !ring_path.try_exists().map_err(KeyringError::read(&ring_path))? {
            return Err(KeyringError::NoRing { dir: dir.into() });
        }
        let mut folder = Self {
            dir: dir.into(),
            ring: files::parsed(&ring_path)?,
            extras: files::parsed(&ring_path)?,
            names,
            keys: Vec::new(),
            promotions: BTreeMap::new(),
            promotion_names: BTreeMap::new(),
            chain: Chain::read(&Files::list(dir)?),
            unread: Vec::new(),
        };
        folder.read_promotions();
        folder.read_keys();
        folder.unread.append(&mut folder.chain.unread);
        Ok(folder)
    }

    /// The path of the file `name`, for people.
    pub(super) fn place(&self, name: &str) -> String {
        self.dir.join(name).display().to_string()
    }

    /// The highest event's number.
    pub(super) fn serial(&self) -> u64 {
        self.chain.events.last_key_value().map_or(0, |(serial, _)| *serial)
    }

    fn read_promotions(&mut self) {
        let mut found = BTreeMap::new();
        for name in &self.names {
            if let Some(number) = any_number_in(name, "sign") {
                self.promotion_names.entry(number).or_default().push(name.clone());
            }
            let Some(number) = file::number_in::<u32>(name, "sign", 4) else {
                continue;
            };
            let path = self.dir.join(name);
            let read = files::parsed::<PromotionFile>(&path)
                .and_then(|promotion| Ok((promotion.seq, time(&path, &promotion.at)?)));
            match read {
                Ok((seq, at)) => drop(found.insert(number, Promotion { seq, at })),
                Err(fault) => self.unread.push(fault),
            }
        }
        self.promotions = found;
    }

    fn read_keys(&mut self) {
        let revoked = self.tombstones();
        let mut numbers: Vec<u32> =
            self.names.iter().filter_map(|name| file::number_in(name, "key", 4)).collect();
        numbers.sort_unstable();
        for seq in numbers {
            let path = self.dir.join(file::key_name(seq));
            let state = state::derive(seq, &self.promotions, &revoked, &self.ring.policy);
            let read = files::bytes(&path).map(Zeroizing::new).and_then(|bytes| {
                let facts: KeyFacts =
                    file::parse(&bytes).map_err(|fault| KeyringError::data(&path, fault))?;
                let key = Key::from_jwk(&bytes);
                // Without its private half a symmetric key is a name.
                let is_pruned = facts.scrubbed.is_some() && key.is_err();
                Ok((facts, if is_pruned { Ok(None) } else { key.map(Some) }))
            });
            match read {
                Err(fault) => self.unread.push(fault),
                Ok((facts, key)) => {
                    let key = key.map_err(|fault| KeyringError::data(&path, fault));
                    let key = key.map_err(|fault| self.unread.push(fault)).ok().flatten();
                    let place = path.display().to_string();
                    self.keys.push(Entry { seq, place, facts, key, state });
                }
            }
        }
    }

    fn tombstones(&mut self) -> BTreeMap<u32, Timestamp> {
        let mut revoked = BTreeMap::new();
        for name in &self.names {
            if let Some(seq) = file::number_in::<u32>(name, "revoked", 4) {
                let path = self.dir.join(name);
                let read = files::parsed::<TombstoneFile>(&path)
                    .and_then(|tombstone| time(&path, &tombstone.revoked_at));
                match read {
                    Ok(at) => drop(revoked.insert(seq, at)),
                    Err(fault) => {
                        // A tombstone that cannot be read is still one.
                        revoked.insert(seq, Timestamp::EPOCH);
                        self.unread.push(fault);
                    }
                }
            }
        }
        revoked
    }
}

impl Entry {
    /// What people call the key.
    pub(super) fn name(&self) -> String {
        self.facts.kid.clone().unwrap_or_else(|| format!("key {}", self.seq))
    }

    /// Whether it verifies at `now`: staged, signing, or retired and not yet prunable.
    pub(super) fn is_live(&self, now: Timestamp) -> bool {
        match self.state {
            KeyState::Staged | KeyState::Signing => true,
            KeyState::Retired { until } => now < until,
            KeyState::Revoked { .. } => false,
        }
    }
}

/// The number in `PREFIX-NNN.json`, padded in whatever way.
fn any_number_in(name: &str, prefix: &str) -> Option<u32> {
    let digits = name.strip_prefix(prefix)?.strip_prefix('-')?.strip_suffix(".json")?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| plain)
}

fn time(path: &Path, text: &str) -> Result<Timestamp, KeyringError> {
    file::parse_time(text).map_err(|fault| KeyringError::data(path, fault))
}
