//! The folder of a ring: where its files are read, which there are, and whether they have changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::durable;
use crate::limits;
use crate::time::Timestamp;

use super::file::{self, JWKS, RING};
use super::{KeyringError, mount};

/// A ring's folder at one moment.
pub(super) struct Place {
    /// The folder that was named.
    pub(super) dir: PathBuf,
    /// Where its files are: Kubernetes swaps the link `..data` to replace all files at once, and
    /// what is read through it could be half of either.
    pub(super) root: PathBuf,
}

impl Place {
    pub(super) fn of(dir: &Path) -> Result<Self, KeyringError> {
        let data = dir.join("..data");
        let root = match data.symlink_metadata() {
            Ok(found) if found.is_symlink() => {
                data.canonicalize().map_err(KeyringError::read(&data))?
            }
            _ => dir.to_owned(),
        };
        Ok(Self { dir: dir.to_owned(), root })
    }

    /// Whether somebody else writes these files, and their modes say little about who reads them.
    pub(super) fn is_mounted(&self) -> bool {
        self.root != self.dir || mount::is_read_only(&self.dir)
    }

    /// What changes when a file does. Nothing is read for it.
    pub(super) fn fingerprint(&self) -> Result<Fingerprint, KeyringError> {
        let mut files = Vec::new();
        for name in list(&self.root)? {
            if file::is_of_a_ring(&name) {
                let path = self.root.join(&name);
                // A link to nothing is a fault of the file that it stands for, not of the folder.
                let found = path.metadata().or_else(|_| path.symlink_metadata());
                let found = found.map_err(KeyringError::read(&path))?;
                files.push((name, found.modified().ok(), found.len(), identity(&found)));
            }
        }
        files.sort();
        Ok(Fingerprint { root: self.root.clone(), files })
    }
}

/// The names, dates, sizes, inodes and modes of a ring's files.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Fingerprint {
    root: PathBuf,
    files: Vec<Print>,
}

/// Name, date, size, inode and mode of one file.
type Print = (String, Option<SystemTime>, u64, (u64, u32));

#[cfg(unix)]
fn identity(found: &std::fs::Metadata) -> (u64, u32) {
    use std::os::unix::fs::MetadataExt as _;
    (found.ino(), found.mode())
}

#[cfg(not(unix))]
fn identity(_: &std::fs::Metadata) -> (u64, u32) {
    (0, 0)
}

/// The files of a ring by kind and number.
#[derive(Default)]
pub(super) struct Files {
    pub(super) keys: BTreeMap<u32, PathBuf>,
    pub(super) promotions: BTreeMap<u32, PathBuf>,
    pub(super) tombstones: BTreeMap<u32, PathBuf>,
    pub(super) events: BTreeMap<u64, PathBuf>,
}

impl Files {
    pub(super) fn list(root: &Path) -> Result<Self, KeyringError> {
        let mut files = Self::default();
        for name in list(root)? {
            let path = root.join(&name);
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

    /// The highest event's number.
    pub(super) fn serial(&self) -> u64 {
        self.events.last_key_value().map_or(0, |(serial, _)| *serial)
    }
}

/// The names in the folder `dir` that belong to a ring, and those of temporary files.
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
        let name = entry.file_name().into_string().ok();
        names.extend(name.filter(|name| file::is_of_a_ring(name) || is_temporary(name)));
    }
    Ok(names)
}

/// Refuses a folder that is a ring, or holds parts of one.
pub(super) fn refuse_remains(dir: &Path) -> Result<(), KeyringError> {
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

/// Whether a writer left the file `path` behind when it was interrupted, `age` ago or longer.
pub(super) fn is_left_over(path: &Path, now: Timestamp, age: Duration) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    is_temporary(name) && changed_at(path).is_some_and(|changed| now.since(changed) >= age)
}

/// Whether a writer calls a file so before it has its name.
fn is_temporary(name: &str) -> bool {
    name.starts_with('.') && name.contains(".tmp-")
}

/// When the file `path` was last changed.
pub(super) fn changed_at(path: &Path) -> Option<Timestamp> {
    let changed = path.metadata().ok()?.modified().ok()?;
    Some(Timestamp::EPOCH.after(changed.duration_since(SystemTime::UNIX_EPOCH).ok()?))
}

/// Reads the small file `path`.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, KeyringError> {
    durable::read_regular_at_most(path, limits::JWK_BYTES).map_err(KeyringError::read(path))
}

/// Reads the JSON file `path`.
pub(super) fn parsed<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, KeyringError> {
    file::parse(&bytes(path)?).map_err(|fault| KeyringError::data(path, fault))
}

/// Reads the published set at `path`.
pub(super) fn published_set(path: &Path) -> Result<Vec<u8>, KeyringError> {
    durable::read_regular_at_most(path, limits::JWK_SET_BYTES).map_err(KeyringError::read(path))
}

/// The published sets of a ring in `dir`: its own, and those that `ring.json` names elsewhere. A
/// link is followed: what readers of its target see counts.
pub(super) fn published_places(dir: &Path, elsewhere: &[PathBuf]) -> Vec<PathBuf> {
    let elsewhere = elsewhere.iter().map(|path| dir.join(path));
    let target = |path: PathBuf| match path.is_symlink() {
        true => path.canonicalize().unwrap_or(path),
        false => path,
    };
    std::iter::once(dir.join(JWKS)).chain(elsewhere.map(target)).collect()
}
