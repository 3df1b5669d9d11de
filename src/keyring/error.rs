//! Why a ring is not opened, made or changed: what, where, what to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::key::{Algorithm, KeyError, SetError};

use super::file;
use super::guard::Refusal;

/// Why a ring is not opened, made or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyringError {
    /// There is no ring.
    #[error("{} holds no key ring (no ring.json); make one with: waxseal keys init --keys {} --issuer URL", .dir.display(), .dir.display())]
    NoRing {
        /// The folder.
        dir: PathBuf,
    },
    /// The folder holds a ring, or the remains of one.
    #[error("{} exists already; nothing was written. {advice}", .path.display())]
    Exists {
        /// The file in the way.
        path: PathBuf,
        /// What to do.
        advice: &'static str,
    },
    /// A file cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The URL of a set is not asked.
    #[error("the URL of the keys is refused: {0}")]
    Url(String),
    /// A URL gives no set.
    #[error("cannot fetch {place}: {fault}")]
    Fetch {
        /// The URL, without its query.
        place: String,
        /// What is wrong.
        fault: String,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file's content is not what it should be.
    #[error("{}: {fault}", .path.display())]
    Data {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: String,
    },
    /// Others on the machine can read a secret, or put files beside it.
    #[error("{} is open to others on this machine; mend it with: chmod go= {}", .path.display(), .path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// The lifetimes do not fit each other.
    #[error("the ring's policy cannot hold: {0}")]
    Policy(String),
    /// The ring holds the key already, or another of that name.
    #[error("the ring holds this key, or one of its name, already: {0}")]
    Known(String),
    /// A key that only verifies, or only mints, has no place in a ring.
    #[error("a ring holds keys that mint and verify; this one does only one of both")]
    NotForMinting,
    /// A key that seals in a ring that signs, or the other way round.
    #[error("the ring is {purpose}, and a key for {algorithm} is not")]
    OtherPurpose {
        /// What the ring is for.
        purpose: &'static str,
        /// What the key is for.
        algorithm: Algorithm,
    },
    /// The ring has no key of that number.
    #[error("the ring has no key {seq}; it has {has}")]
    NoSuchKey {
        /// The number.
        seq: u32,
        /// The numbers that there are.
        has: String,
    },
    /// A guard refuses the act.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// One of the sets that were given as proof lacks the key.
    #[error("set {} of those given as seen does not hold key {seq}: a verifier does not know it", .position + 1)]
    NotSeen {
        /// The key's number.
        seq: u32,
        /// Which of the sets, from 0.
        position: usize,
    },
    /// A file would be longer than what is read: a name, a reason or another text is too long.
    #[error("{} would have {has} bytes, and at most {most} are read; nothing was written to it", .path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Bytes that it would have.
        has: usize,
        /// Bytes that are read.
        most: usize,
    },
    /// The ring has too many files to grow; its keys can still be revoked.
    #[error("{} has {has} files, and at most {most} are read; begin a new ring", .dir.display())]
    Full {
        /// The folder.
        dir: PathBuf,
        /// Files that it has.
        has: usize,
        /// Files that are read.
        most: usize,
    },
    /// Another process holds the ring, or held this one up.
    #[error("another process is at work on {}; try again", .dir.display())]
    Busy {
        /// The folder.
        dir: PathBuf,
    },
    /// Nobody can write here.
    #[error("{} is mounted read-only or by Kubernetes; run it where the ring is writable", .dir.display())]
    ReadOnly {
        /// The folder.
        dir: PathBuf,
    },
    /// What stands on the disk is older than what was read before, or is another ring.
    #[error("{}: {fault}; the ring that was read before stays in use", .dir.display())]
    WentBack {
        /// The folder.
        dir: PathBuf,
        /// In what way.
        fault: String,
    },
    /// A followed source cannot be read anew; what was last read stays in use.
    #[error("{0}")]
    Reload(String),
    /// A key cannot be made or does not fit.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl KeyringError {
    /// A stable word for the cause.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoRing { .. } => "no_ring",
            Self::Exists { .. } => "exists",
            Self::Read { .. } => "cannot_read",
            Self::Url(_) => "bad_url",
            Self::Fetch { .. } => "cannot_fetch",
            Self::Write { .. } => "cannot_write",
            Self::Data { .. } => "bad_data",
            Self::Exposed { .. } => "exposed",
            Self::Policy(_) => "bad_policy",
            Self::Known(_) => "known_key",
            Self::NotForMinting => "key_cannot_mint",
            Self::OtherPurpose { .. } => "other_purpose",
            Self::NoSuchKey { .. } => "no_such_key",
            Self::Refused(refusal) => refusal.code(),
            Self::NotSeen { .. } => "not_seen",
            Self::TooLong { .. } => "too_long",
            Self::Full { .. } => "full",
            Self::Busy { .. } => "busy",
            Self::ReadOnly { .. } => "read_only",
            Self::WentBack { .. } => "went_back",
            Self::Reload(_) => "cannot_reload",
            Self::Key(fault) => fault.code(),
        }
    }

    pub(super) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Read { path: path.into(), source }
    }

    pub(super) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Write { path: path.into(), source }
    }

    pub(super) fn data(path: &Path, fault: impl fmt::Display) -> Self {
        Self::Data { path: path.into(), fault: fault.to_string() }
    }

    pub(super) fn other_purpose(ring: Algorithm, algorithm: Algorithm) -> Self {
        Self::OtherPurpose { purpose: file::purpose_of(ring), algorithm }
    }

    pub(super) fn set(path: &Path) -> impl FnOnce(SetError) -> Self {
        move |fault| Self::data(path, fault)
    }
}
