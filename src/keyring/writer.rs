//! The files of a ring, written in the order of trust: a key before the set that publishes it, that
//! before the history which says so, and a promotion only of what was there before.

use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::base64url;
use crate::crypto::random;
use crate::durable::{self, Readers};
use crate::key::{Key, KeyError, KeySet};
use crate::limits;
use crate::time::{Clock, Timestamp};

use super::KeyringError;
use super::file::{
    self, EventFile, HoldFile, KeyFile, PromotionFile, RING, RingFile, TombstoneFile, VERSION,
};
use super::files::{self, Files};
use super::history::hash;
use super::record::What;

/// Writes the files of one ring.
pub(super) struct Writer<'a> {
    pub(super) dir: &'a Path,
    pub(super) ring: &'a str,
    pub(super) by: &'a str,
    pub(super) clock: &'a Clock,
    /// The last moment in the history: time goes forwards in a ring, whatever a clock says.
    pub(super) latest: Timestamp,
}

/// Where a key comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// It was made for this ring.
    Made,
    /// It was made elsewhere.
    Imported,
}

/// A promotion holds the moment at which it was written; it takes effect when it has its name. If
/// these are further apart, whoever held us up may have changed the ring.
const PROMPT: Duration = Duration::from_secs(2);

impl Writer<'_> {
    fn now(&self) -> Timestamp {
        self.clock.now().max(self.latest).ceil_secs()
    }

    /// Writes the key file `seq` and gives the key with its `kid`.
    pub(super) fn add_key(
        &self,
        seq: u32,
        key: Key,
        origin: Origin,
        hold: Option<HoldFile>,
    ) -> Result<Key, KeyringError> {
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
            created: self.now().to_string(),
            by: self.by.into(),
            imported: origin == Origin::Imported,
            aux: Some(Zeroizing::new(base64url::encode(aux.as_slice()))),
            hold,
            scrubbed: None,
        };
        let path = self.dir.join(file::key_name(seq));
        let text = file::key_text(&key, &ours).map_err(|fault| KeyringError::data(&path, fault))?;
        self.create(&path, &text, Readers::Owner)?;
        Ok(key)
    }

    /// Lets the key `seq` sign from now on: the promotion `number`.
    pub(super) fn promote(&self, number: u32, seq: u32) -> Result<(), KeyringError> {
        let at = self.now();
        let (ring, by) = (self.ring.into(), self.by.into());
        let promotion = PromotionFile { v: VERSION, ring, seq, at: at.to_string(), by };
        let path = self.dir.join(file::promotion_name(number));
        let bytes = file::to_json(&promotion).map_err(|fault| KeyringError::data(&path, fault))?;
        bounded(&path, &bytes)?;
        let still = || self.clock.now() <= at.after(PROMPT);
        match durable::create_new_if(&path, &bytes, Readers::Owner, still) {
            Ok(true) => Ok(()),
            Ok(false) => Err(KeyringError::Busy { dir: self.dir.into() }),
            Err(fault) => Err(not_created(&path, fault)),
        }
    }

    /// Ends the key `seq`.
    pub(super) fn revoke(&self, seq: u32, reason: &str) -> Result<(), KeyringError> {
        let tombstone = TombstoneFile {
            v: VERSION,
            ring: Some(self.ring.into()),
            revoked_at: self.now().to_string(),
            reason: reason.into(),
            by: self.by.into(),
        };
        self.create_json(&file::tombstone_name(seq), &tombstone)
    }

    /// Replaces the file of `key` by one without its private half.
    pub(super) fn scrub(&self, seq: u32, key: &Key) -> Result<(), KeyringError> {
        let path = self.dir.join(file::key_name(seq));
        let data = |fault: String| KeyringError::data(&path, fault);
        let bytes = Zeroizing::new(files::bytes(&path)?);
        let ours: KeyFile = file::parse(&bytes).map_err(data)?;
        let ours = KeyFile { aux: None, scrubbed: Some(self.now().to_string()), ..ours };
        let text = file::scrubbed_text(key, &ours).map_err(data)?;
        bounded(&path, &text)?;
        durable::replace(&path, &text, Readers::Owner).map_err(KeyringError::write(&path))
    }

    /// Rebuilds the published set, in the ring's folder and `elsewhere`.
    pub(super) fn publish(&self, set: &KeySet, elsewhere: &[PathBuf]) -> Result<(), KeyringError> {
        let text = set.to_public_jwk_set_at(self.clock.now()) + "\n";
        let write = |path: &PathBuf| {
            durable::replace(path, text.as_bytes(), Readers::Everyone)
                .map_err(KeyringError::write(path))
        };
        // All of them, also when one fails: a revocation must reach whom it can.
        let places = files::published_places(self.dir, elsewhere);
        let written: Vec<_> = places.iter().map(write).collect();
        written.into_iter().collect()
    }

    /// Writes the first published set, over nothing.
    pub(super) fn publish_first(&self, set: &KeySet) -> Result<(), KeyringError> {
        let text = set.to_public_jwk_set_at(self.clock.now()) + "\n";
        self.create(&self.dir.join(file::JWKS), text.as_bytes(), Readers::Everyone)
    }

    /// Appends to the history; of two writers of one number, one goes on with the next.
    pub(super) fn note(&self, what: What, key: Option<(u32, &str)>) -> Result<(), KeyringError> {
        loop {
            let (last, prev) = self.last_event()?;
            let serial = last
                .checked_add(1)
                .ok_or_else(|| KeyringError::data(self.dir, "no event number is left"))?;
            let event = EventFile {
                v: VERSION,
                ring: self.ring.into(),
                serial,
                at: self.now().to_string(),
                by: self.by.into(),
                what,
                seq: key.map(|(seq, _)| seq),
                kid: key.map(|(_, kid)| kid.to_owned()),
                prev,
            };
            match self.create_json(&file::event_name(serial), &event) {
                Err(KeyringError::Exists { .. }) => {}
                done => return done,
            }
        }
    }

    fn last_event(&self) -> Result<(u64, String), KeyringError> {
        match Files::list(self.dir)?.events.last_key_value() {
            None => Ok((0, String::new())),
            Some((serial, path)) => Ok((*serial, hash(&files::bytes(path)?))),
        }
    }

    /// Writes `ring.json`, which makes the folder a ring.
    pub(super) fn ring_file(&self, ring: &RingFile) -> Result<(), KeyringError> {
        self.create_json(RING, ring)
    }

    fn create_json(&self, name: &str, value: &impl serde::Serialize) -> Result<(), KeyringError> {
        let path = self.dir.join(name);
        let bytes = file::to_json(value).map_err(|fault| KeyringError::data(&path, fault))?;
        self.create(&path, &bytes, Readers::Owner)
    }

    fn create(&self, path: &Path, bytes: &[u8], readers: Readers) -> Result<(), KeyringError> {
        bounded(path, bytes)?;
        durable::create_new(path, bytes, readers).map_err(|source| not_created(path, source))
    }
}

/// Refuses to write what would not be read again.
fn bounded(path: &Path, bytes: &[u8]) -> Result<(), KeyringError> {
    let (has, most) = (bytes.len(), limits::JWK_BYTES);
    match has <= most {
        true => Ok(()),
        false => Err(KeyringError::TooLong { path: path.into(), has, most }),
    }
}

fn not_created(path: &Path, source: std::io::Error) -> KeyringError {
    match source.kind() {
        std::io::ErrorKind::AlreadyExists => {
            KeyringError::Exists { path: path.into(), advice: "Another writer was first" }
        }
        _ => KeyringError::Write { path: path.into(), source },
    }
}
