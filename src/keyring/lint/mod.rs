//! Lint for key rings: reads a folder leniently and tells everything that is not as it should be.
//!
//! A ring that [`Keys::open`](super::Keys::open) refuses is read too: whoever mends it wants to see
//! all faults at once. Nothing here is used to verify or to mint.

mod catalogue;
mod files;
mod finding;
mod folder;
mod history;
mod jwk_set;
mod material;
mod published;
mod published_keys;
mod published_secrets;
mod rotation;

use std::path::Path;

use crate::time::Timestamp;

use super::KeyringError;
use folder::Folder;

pub use catalogue::CATALOGUE;
pub use files::lint_key_file;
pub use finding::{Finding, Level, Rule};
pub use jwk_set::lint_jwk_set;
pub use published_keys::is_published;
pub use published_secrets::{is_made_with_published_secret, is_published_secret};

/// Reads the rings in the folders `dirs` and tells what is not as it should be: each ring by itself,
/// and each beside the others.
///
/// # Errors
/// [`KeyringError`] if a folder holds no ring, or cannot be listed. What cannot be read inside a
/// ring is in [`Report::unread`].
///
/// ```
/// use waxseal::keyring::{NewRing, lint::{Setting, lint}};
/// use waxseal::time::Clock;
/// let dir = tempfile::tempdir()?;
/// let ring = dir.path().join("keys");
/// NewRing::new("https://id.example").create(&ring)?;
/// let report = lint(&[&ring], &Setting::at(Clock::system().now()))?;
/// assert!(report.findings.is_empty() && report.unread.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn lint(dirs: &[impl AsRef<Path>], setting: &Setting) -> Result<Report, KeyringError> {
    let read = |dir: &_| Folder::read(AsRef::<Path>::as_ref(dir));
    let mut folders = dirs.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let mut findings = Vec::new();
    for folder in &folders {
        rotation::check(folder, setting.now, &mut findings);
        files::check(folder, setting.now, &mut findings);
        material::check(folder, &mut findings);
        published::check(folder, setting.now, &mut findings);
        history::check(folder, setting.last_serial, &mut findings);
    }
    material::check_across(&folders, &mut findings);
    let unread = folders.iter_mut().flat_map(|folder| std::mem::take(&mut folder.unread));
    Ok(Report { unread: unread.collect(), findings })
}

/// What a ring is judged by that does not stand in it.
#[derive(Clone, Debug)]
pub struct Setting {
    now: Timestamp,
    last_serial: Option<u64>,
}

impl Setting {
    /// Judges at the moment `now`.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self { now, last_serial: None }
    }

    /// Expects every ring to have reached the serial `last` already: it was seen there before.
    #[must_use]
    pub const fn last_serial(self, last: u64) -> Self {
        Self { last_serial: Some(last), ..self }
    }
}

/// What lint found.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// What is not as it should be.
    pub findings: Vec<Finding>,
    /// The files that could not be judged, and why.
    pub unread: Vec<KeyringError>,
}
