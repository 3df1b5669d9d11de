//! The highest serial that was seen, kept on the disk: what is served after a restart must not be
//! older than what was served before it.

use std::io;
use std::path::PathBuf;

use crate::durable::{self, Readers};
use crate::revocation::StoreError;

/// Longest file of a serial, in bytes: twenty digits and a line's end.
const MOST: usize = 64;

/// The highest serial, in memory and perhaps in a file.
#[derive(Debug)]
pub(super) struct Seen {
    serial: u64,
    file: Option<PathBuf>,
}

impl Seen {
    /// In memory only.
    pub(super) const fn nothing() -> Self {
        Self { serial: 0, file: None }
    }

    /// What the file `path` says; nothing if it is not there.
    pub(super) fn read(path: PathBuf) -> Result<Self, StoreError> {
        let place = || path.display().to_string();
        let serial = match durable::read_regular_at_most(&path, MOST) {
            Ok(bytes) => std::str::from_utf8(&bytes)
                .ok()
                .and_then(|text| text.strip_suffix('\n'))
                .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|text| text.parse().ok())
                .ok_or_else(|| StoreError::Corrupt {
                    place: place(),
                    why: "the last serial that was seen is kept there, and this is no number"
                        .into(),
                })?,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => 0,
            Err(fault) => {
                return Err(StoreError::Unreachable { place: place(), why: fault.to_string() });
            }
        };
        Ok(Self { serial, file: Some(path) })
    }

    /// The highest one.
    pub(super) const fn serial(&self) -> u64 {
        self.serial
    }

    /// Takes note of `serial`. It is known from then on even if it could not be written.
    pub(super) fn note(&mut self, serial: u64) -> io::Result<()> {
        if serial <= self.serial {
            return Ok(());
        }
        self.serial = serial;
        let Some(file) = &self.file else {
            return Ok(());
        };
        // Somebody who shares it may be ahead.
        match Self::read(file.clone()) {
            Ok(there) if there.serial >= serial => Ok(()),
            _ => durable::replace(file, format!("{serial}\n").as_bytes(), Readers::Owner),
        }
    }
}
