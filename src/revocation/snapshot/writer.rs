//! Signs a list again and again, each time under a higher serial.

use std::fmt;
use std::io;
use std::path::Path;

use crate::durable::{self, Readers};
use crate::key::Key;
use crate::limits;
use crate::revocation::{RevocationList, Revocations, StaleList};
use crate::time::Timestamp;

use super::content::MOST;
use super::{Snapshot, SnapshotError, is_feed_key};

/// Signs snapshots of a list, for a file or for a server.
///
/// Serials are milliseconds of the moment that a snapshot tells, or one more than the last: a writer
/// that starts anew goes on above what it signed before, as long as its clock does not go back.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// use waxseal::RevocationList;
/// use waxseal::key::{Algorithm, Key};
/// use waxseal::revocation::{Revocation, SnapshotWriter};
/// let feed_key = Key::generate(Algorithm::EdDsa)?;
/// let list = RevocationList::in_memory();
/// let mut writer = SnapshotWriter::new(&list, &feed_key)?.issuer("https://id.example");
/// let first = writer.write(dir.path().join("revocations.jwt"))?; // from a timer, well within B
///
/// list.revoke(&Revocation::scope("acme"))?;
/// assert!(writer.has_changed());
/// let second = writer.write(dir.path().join("revocations.jwt"))?;
/// assert!(second.snapshot().serial() > first.snapshot().serial());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Security
/// Names in a snapshot are hashes, and hashes of names can be guessed: whoever has the snapshot can
/// test whether `ada`, or the tenant `acme`, is in it. Ids of sessions and tokens are in it as they
/// are, and are of no use to anybody: what they named is ended. Serve it where the tokens' verifiers
/// are, and to nobody else if that matters to you.
pub struct SnapshotWriter {
    list: RevocationList,
    key: Key,
    issuer: Option<String>,
    last: u64,
    /// How often the list had changed when it was last signed.
    changes: Option<u64>,
}

impl SnapshotWriter {
    /// Signs `list` with `feed_key`: an EdDSA key that signs nothing else.
    ///
    /// # Errors
    /// [`SnapshotError::Algorithm`], [`SnapshotError::NotForSigning`] or [`SnapshotError::NoList`].
    pub fn new(list: impl Into<Revocations>, feed_key: &Key) -> Result<Self, SnapshotError> {
        is_feed_key(feed_key)?;
        if !feed_key.can_mint() {
            return Err(SnapshotError::NotForSigning);
        }
        let list = list.into().into_list().ok_or(SnapshotError::NoList)?;
        Ok(Self { list, key: feed_key.clone(), issuer: None, last: 0, changes: None })
    }

    /// Says whose list it is, as `iss`.
    #[must_use]
    pub fn issuer(self, issuer: &str) -> Self {
        Self { issuer: Some(issuer.into()), ..self }
    }

    /// Whether an entry has come, gone or changed since it was last signed, or it never was.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.changes != Some(self.list.changes())
    }

    /// Signs the list as it is now.
    ///
    /// # Errors
    /// [`SnapshotError::Stale`] for a list older than its B, [`SnapshotError::TooLong`].
    pub fn sign(&mut self) -> Result<SignedSnapshot, SnapshotError> {
        self.sign_after(self.last)
    }

    /// Signs the list and replaces the file `path`, or makes it: a reader sees the old one or the new.
    /// A snapshot that is there gets a later one.
    ///
    /// # Errors
    /// As [`SnapshotWriter::sign`]; [`SnapshotError::NotOurs`] for a file that is something else, which
    /// stays; [`SnapshotError::Place`].
    pub fn write(&mut self, path: impl AsRef<Path>) -> Result<SignedSnapshot, SnapshotError> {
        let path = path.as_ref();
        let signed = self.sign_after(self.last.max(self.serial_of(path)?))?;
        durable::replace(path, signed.text.as_bytes(), Readers::Everyone)
            .map_err(|fault| at(path, &fault))?;
        Ok(signed)
    }

    fn sign_after(&mut self, last: u64) -> Result<SignedSnapshot, SnapshotError> {
        // Before the entries: what comes while they are read belongs to the next one.
        let (now, changes) = (self.list.now(), self.list.changes());
        let (age, policy) = (self.list.age(), self.list.policy());
        if age > policy.most_age() {
            return Err(StaleList { age, most: policy.most_age() }.into());
        }
        let as_of = now.before(age);
        let mut records = self.list.records();
        records.sort_unstable();
        let snapshot = Snapshot {
            issuer: self.issuer.clone(),
            serial: last.saturating_add(1).max(as_of.as_millis().unsigned_abs()),
            issued_at: now.floor_secs(),
            as_of,
            // Rounded down: who goes by this alone keeps to B.
            expires: as_of.after(policy.most_age()).floor_secs(),
            policy,
            records,
        };
        if snapshot.serial > MOST {
            return Err(SnapshotError::Serial { last });
        }
        let text = snapshot.sign(&self.key)?;
        (self.last, self.changes) = (snapshot.serial, Some(changes));
        Ok(SignedSnapshot { snapshot, text })
    }

    /// The serial of the snapshot in the file `path`; 0 if there is no file.
    fn serial_of(&self, path: &Path) -> Result<u64, SnapshotError> {
        let not_ours =
            |why: String| SnapshotError::NotOurs { place: path.display().to_string(), why };
        let bytes = match durable::read_regular_at_most(path, limits::SNAPSHOT_BYTES) {
            Ok(bytes) => bytes,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(fault) if fault.kind() == io::ErrorKind::FileTooLarge => {
                return Err(not_ours(fault.to_string()));
            }
            Err(fault) => return Err(at(path, &fault)),
        };
        let text = std::str::from_utf8(&bytes).map_err(|fault| not_ours(fault.to_string()))?;
        let there = Snapshot::open(text.trim_ascii_end(), &self.key);
        there.map(|there| there.serial).map_err(|fault| not_ours(fault.to_string()))
    }
}

fn at(path: &Path, fault: &io::Error) -> SnapshotError {
    SnapshotError::Place { place: path.display().to_string(), why: fault.to_string() }
}

impl fmt::Debug for SnapshotWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SnapshotWriter")
            .field("list", &self.list)
            .field("key", &self.key)
            .field("last", &self.last)
            .finish_non_exhaustive()
    }
}

/// A snapshot and its text, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedSnapshot {
    snapshot: Snapshot,
    text: String,
}

impl SignedSnapshot {
    /// What it says.
    #[must_use]
    pub const fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The JWS in its Compact Serialization.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A strong entity tag (RFC 9110 section 8.8.3), with its quotes: the signature.
    #[must_use]
    pub fn etag(&self) -> String {
        let signature = self.text.rsplit('.').next().unwrap_or_default();
        format!("\"{signature}\"")
    }

    /// Whether it may still be gone by at `now`.
    #[must_use]
    pub fn is_good_at(&self, now: impl Into<Timestamp>) -> bool {
        now.into() < self.snapshot.expires
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Algorithm;

    #[test]
    fn no_serial_is_written_that_nobody_reads() {
        let key = Key::generate(Algorithm::EdDsa).expect("a key");
        let mut writer = SnapshotWriter::new(RevocationList::in_memory(), &key).expect("sound");
        assert!(writer.sign_after(MOST - 1).is_ok());
        assert_eq!(writer.sign_after(MOST).expect_err("the last").code(), "serials_used_up");
    }
}
