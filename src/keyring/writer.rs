//! The files of a ring, written in the order of trust.

use std::path::Path;

use zeroize::Zeroizing;

use crate::base64url;
use crate::crypto::{random, sha256};
use crate::durable::{self, Readers};
use crate::key::{Key, KeyError, KeySet};
use crate::limits;
use crate::time::Timestamp;

use super::KeyringError;
use super::file::{self, EventFile, JWKS, KeyFile, PromotionFile, RING, RingFile, VERSION};
use super::store::Files;

/// Writes the files of one ring.
pub(super) struct Writer<'a> {
    pub(super) dir: &'a Path,
    pub(super) ring: &'a str,
    pub(super) by: &'a str,
    pub(super) now: Timestamp,
}

impl Writer<'_> {
    /// Writes the key file `seq` and gives the key with its `kid`.
    pub(super) fn add_key(&self, seq: u32, key: Key) -> Result<Key, KeyringError> {
        let key = match key.id() {
            Some(_) => key,
            None => {
                let id = file::kid_for(seq, &key, random().map_err(KeyError::from)?);
                key.with_id(id.map_err(KeyError::from)?)
            }
        };
        let aux = Zeroizing::new(random::<32>().map_err(KeyError::from)?);
        let ours = KeyFile {
            v: VERSION,
            ring: self.ring.into(),
            seq,
            purpose: file::purpose_of(key.algorithm()).into(),
            created: self.now.to_string(),
            by: self.by.into(),
            aux: Zeroizing::new(base64url::encode(aux.as_slice())),
        };
        let path = self.dir.join(file::key_name(seq));
        let text = file::key_text(&key, &ours).map_err(|fault| KeyringError::data(&path, fault))?;
        self.create(&path, &text, Readers::Owner)?;
        Ok(key)
    }

    pub(super) fn promote(&self, number: u32, seq: u32) -> Result<(), KeyringError> {
        let (ring, by, at) = (self.ring.into(), self.by.into(), self.now.to_string());
        let promotion = PromotionFile { v: VERSION, ring, seq, at, by };
        self.create_json(&file::promotion_name(number), &promotion)
    }

    /// Rebuilds the published set.
    pub(super) fn publish(&self, set: &KeySet) -> Result<(), KeyringError> {
        let path = self.dir.join(JWKS);
        let text = set.to_public_jwk_set() + "\n";
        durable::replace(&path, text.as_bytes(), Readers::Everyone)
            .map_err(KeyringError::write(&path))
    }

    /// Appends to the history; of two writers of one number, one goes on with the next.
    pub(super) fn history(
        &self,
        events: &[(&str, Option<(u32, &Key)>)],
    ) -> Result<(), KeyringError> {
        for (what, key) in events {
            loop {
                let (last, prev) = self.last_event()?;
                let serial = last
                    .checked_add(1)
                    .ok_or_else(|| KeyringError::data(self.dir, "no event number is left"))?;
                let event = EventFile {
                    v: VERSION,
                    ring: self.ring.into(),
                    serial,
                    at: self.now.to_string(),
                    by: self.by.into(),
                    what: (*what).into(),
                    seq: key.map(|(seq, _)| seq),
                    kid: key.and_then(|(_, key)| key.id().map(ToString::to_string)),
                    prev,
                };
                match self.create_json(&file::event_name(serial), &event) {
                    Err(KeyringError::Exists { .. }) => {}
                    done => break done?,
                }
            }
        }
        Ok(())
    }

    fn last_event(&self) -> Result<(u64, String), KeyringError> {
        match Files::list(self.dir)?.events.last_key_value() {
            None => Ok((0, String::new())),
            Some((serial, path)) => {
                let bytes = durable::read_regular_at_most(path, limits::JWK_BYTES)
                    .map_err(KeyringError::read(path))?;
                Ok((*serial, base64url::encode(&sha256(&bytes))))
            }
        }
    }

    /// Writes `ring.json`, which makes the folder a ring.
    pub(super) fn ring_file(&self, ring: &RingFile) -> Result<(), KeyringError> {
        self.create_json(RING, ring)
    }

    /// Writes the first published set.
    pub(super) fn publish_first(&self, set: &KeySet) -> Result<(), KeyringError> {
        let text = set.to_public_jwk_set() + "\n";
        self.create(&self.dir.join(JWKS), text.as_bytes(), Readers::Everyone)
    }

    fn create_json(&self, name: &str, value: &impl serde::Serialize) -> Result<(), KeyringError> {
        let path = self.dir.join(name);
        let bytes = file::to_json(value).map_err(|fault| KeyringError::data(&path, fault))?;
        self.create(&path, &bytes, Readers::Owner)
    }

    fn create(&self, path: &Path, bytes: &[u8], readers: Readers) -> Result<(), KeyringError> {
        durable::create_new(path, bytes, readers).map_err(|source| match source.kind() {
            std::io::ErrorKind::AlreadyExists => {
                KeyringError::Exists { path: path.into(), advice: "Another writer was first" }
            }
            _ => KeyringError::Write { path: path.into(), source },
        })
    }
}
