//! Where a snapshot is read: a file, or a URL. Nothing is parsed here, and nothing larger than a
//! snapshot may be is taken in.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::durable;
#[cfg(feature = "http-client")]
use crate::fetch::{Answer, Bounds, Fetcher, Place, Validators};
use crate::limits;
use crate::revocation::StoreError;

/// How often a file is looked at.
const FILE: Duration = Duration::from_secs(1);

/// How often a URL is asked.
#[cfg(feature = "http-client")]
const URL: Duration = Duration::from_secs(30);

/// The shortest pause, however small B is.
const LEAST: Duration = Duration::from_millis(100);

/// What one request may cost.
#[cfg(feature = "http-client")]
const BOUNDS: Bounds = Bounds {
    connect: Duration::from_secs(5),
    overall: Duration::from_secs(30),
    most: limits::SNAPSHOT_BYTES,
};

/// A place, and what is known of the content that was last accepted from it.
pub(super) enum Source {
    File {
        path: PathBuf,
        accepted: Option<Look>,
    },
    #[cfg(feature = "http-client")]
    Url {
        fetcher: Box<Fetcher>,
        /// Of what was accepted: one of a bad answer would have it confirmed for ever.
        accepted: Validators,
    },
}

/// What tells one content of a file from the next without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    changed: Option<SystemTime>,
    length: u64,
    inode: u64,
}

/// A content that was not yet accepted.
pub(super) struct Read {
    pub(super) bytes: Vec<u8>,
    about: About,
}

enum About {
    File(Look),
    #[cfg(feature = "http-client")]
    Url(Validators),
}

impl Source {
    pub(super) fn of(place: &str) -> Result<Self, StoreError> {
        if !["https://", "http://"].iter().any(|scheme| place.starts_with(scheme)) {
            return Ok(Self::File { path: place.into(), accepted: None });
        }
        Self::of_url(place)
    }

    #[cfg(feature = "http-client")]
    fn of_url(url: &str) -> Result<Self, StoreError> {
        let unsupported = |why: String| {
            // The text may hold a password, which is why it may be refused.
            StoreError::Unsupported { place: "the URL of the snapshot".into(), why }
        };
        let place = Place::parse(url).map_err(|fault| unsupported(fault.to_string()))?;
        let fetcher = Box::new(Fetcher::new(place, BOUNDS));
        Ok(Self::Url { fetcher, accepted: Validators::default() })
    }

    #[cfg(not(feature = "http-client"))]
    fn of_url(_: &str) -> Result<Self, StoreError> {
        Err(StoreError::Unsupported {
            place: "the URL of the snapshot".into(),
            why: "this build has no feature http-client".into(),
        })
    }

    /// The path of a file.
    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Self::File { path, .. } => Some(path),
            #[cfg(feature = "http-client")]
            Self::Url { .. } => None,
        }
    }

    pub(super) fn place(&self) -> String {
        match self {
            Self::File { path, .. } => path.display().to_string(),
            #[cfg(feature = "http-client")]
            Self::Url { fetcher, .. } => fetcher.place().to_string(),
        }
    }

    /// What is there; `None` if it is what was last accepted.
    pub(super) fn read(&mut self) -> Result<Option<Read>, StoreError> {
        match self {
            Self::File { path, accepted } => {
                let at = |fault: io::Error| at(path, &fault);
                // Before the reading: what replaces it meanwhile looks different next time.
                let look = Look::at(path).map_err(at)?;
                if *accepted == Some(look) {
                    return Ok(None);
                }
                let bytes =
                    durable::read_regular_at_most(path, limits::SNAPSHOT_BYTES).map_err(at)?;
                Ok(Some(Read { bytes, about: About::File(look) }))
            }
            #[cfg(feature = "http-client")]
            Self::Url { fetcher, accepted } => match fetcher.get(accepted) {
                Ok(Answer::Same(_)) => Ok(None),
                Ok(Answer::New { body, validators, .. }) => {
                    Ok(Some(Read { bytes: body, about: About::Url(validators) }))
                }
                Err(fault) => Err(StoreError::Unreachable {
                    place: fetcher.place().to_string(),
                    why: fault.to_string(),
                }),
            },
        }
    }

    /// Takes note that `read` was accepted.
    pub(super) fn accept(&mut self, read: Read) {
        match (self, read.about) {
            (Self::File { accepted, .. }, About::File(look)) => *accepted = Some(look),
            #[cfg(feature = "http-client")]
            (Self::Url { accepted, .. }, About::Url(validators)) => *accepted = validators,
            #[cfg(feature = "http-client")]
            _ => {}
        }
    }

    /// Has it read again whatever was accepted.
    pub(super) fn forget(&mut self) {
        match self {
            Self::File { accepted, .. } => *accepted = None,
            #[cfg(feature = "http-client")]
            Self::Url { accepted, .. } => *accepted = Validators::default(),
        }
    }

    /// The longest pause between two readings where the list may be `budget` old.
    pub(super) fn pause(&self, budget: Duration) -> Duration {
        let usual = match self {
            Self::File { .. } => FILE,
            #[cfg(feature = "http-client")]
            Self::Url { .. } => URL,
        };
        usual.min(budget / 2).max(LEAST)
    }
}

impl Look {
    fn at(path: &Path) -> io::Result<Self> {
        let found = std::fs::metadata(path)?;
        Ok(Self { changed: found.modified().ok(), length: found.len(), inode: inode(&found) })
    }
}

#[cfg(unix)]
fn inode(found: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(found)
}

#[cfg(not(unix))]
fn inode(_: &std::fs::Metadata) -> u64 {
    0
}

fn at(path: &Path, fault: &io::Error) -> StoreError {
    let place = path.display().to_string();
    match fault.kind() {
        // A place of that name has no snapshot, and how one comes there is another question than
        // how a list is made.
        io::ErrorKind::NotFound => StoreError::Unreachable {
            place,
            why: "there is no snapshot; a missing one is no empty list".into(),
        },
        io::ErrorKind::FileTooLarge => StoreError::Corrupt { place, why: fault.to_string() },
        _ => StoreError::Unreachable { place, why: fault.to_string() },
    }
}
