//! The history: events in a chain, none lost, none changed, none taken back.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base64url;
use crate::crypto::sha256;
use crate::time::Timestamp;

use super::KeyringError;
use super::file::{self, EventFile};
use super::files::{self, Files, Place};
use super::record::{Event, What};

/// What happened to a ring, in order, and whether the record of it is whole.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let dir = dir.path().join("keys");
/// use waxseal::keyring::{History, NewRing, What};
/// NewRing::new("https://id.example").by("ada").create(&dir)?;
/// let history = History::read(&dir)?;
/// assert_eq!(history.entries[0].what, What::Init);
/// assert_eq!(history.fault, None); // every event holds the hash of the one before
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct History {
    /// The events that can be read, oldest first.
    pub entries: Vec<Entry>,
    /// The first break of the chain; all after it is in doubt.
    pub fault: Option<String>,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Its number; the last one is the ring's serial.
    pub serial: u64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub what: What,
    /// The number of the key that it happened to.
    pub seq: Option<u32>,
    /// That key's `kid`.
    pub kid: Option<String>,
    /// Who did it.
    pub by: String,
}

impl History {
    /// Reads the history of the ring in the folder `dir`, without any key.
    ///
    /// # Errors
    /// [`KeyringError`] if there is no ring, or its folder cannot be read. An event that cannot be
    /// read is [`History::fault`].
    pub fn read(dir: impl AsRef<Path>) -> Result<Self, KeyringError> {
        let place = Place::of(dir.as_ref())?;
        let chain = Chain::read(&Files::list(&place.root)?);
        Ok(Self { entries: chain.entries(), fault: chain.first_break().map(|(_, fault)| fault) })
    }
}

/// The events by number: their bytes, and what they say if that can be read.
pub(super) struct Chain {
    pub(super) events: BTreeMap<u64, (Vec<u8>, Option<EventFile>)>,
    /// Why some are missing.
    pub(super) unread: Vec<KeyringError>,
}

impl Chain {
    pub(super) fn read(files: &Files) -> Self {
        let (mut events, mut unread) = (BTreeMap::new(), Vec::new());
        for (serial, path) in &files.events {
            match files::bytes(path) {
                Ok(bytes) => {
                    let event = file::parse(&bytes).ok();
                    events.insert(*serial, (bytes, event));
                }
                Err(fault) => unread.push(fault),
            }
        }
        Self { events, unread }
    }

    fn entries(&self) -> Vec<Entry> {
        let entry = |(serial, (_, event)): (&u64, &(Vec<u8>, Option<EventFile>))| {
            let event = event.as_ref()?;
            Some(Entry {
                serial: *serial,
                at: file::parse_time(&event.at).ok()?,
                what: event.what,
                seq: event.seq,
                kid: event.kid.clone(),
                by: event.by.clone(),
            })
        };
        self.events.iter().filter_map(entry).collect()
    }

    pub(super) fn events(&self) -> Vec<Event> {
        let event = |entry: Entry| Event { at: entry.at, what: entry.what, seq: entry.seq };
        self.entries().into_iter().map(event).collect()
    }

    /// The first event that does not follow from the one before.
    pub(super) fn first_break(&self) -> Option<(u64, String)> {
        if let Some(fault) = self.unread.first() {
            return Some((1, fault.to_string()));
        }
        if self.events.is_empty() {
            return Some((1, "the ring has no history".into()));
        }
        let mut prev = String::new();
        for (wanted, (serial, (bytes, event))) in (1_u64..).zip(&self.events) {
            if *serial != wanted {
                return Some((wanted, format!("event {wanted} is missing; {serial} is there")));
            }
            let Some(event) = event else {
                return Some((wanted, format!("event {wanted} cannot be read")));
            };
            if event.serial != wanted {
                return Some((wanted, format!("event {wanted} says that it is {}", event.serial)));
            }
            if event.prev != prev {
                return Some((wanted, format!("event {wanted} does not follow the one before it")));
            }
            prev = hash(bytes);
        }
        None
    }
}

/// How an event names the one before it.
pub(super) fn hash(event: &[u8]) -> String {
    base64url::encode(&sha256(event))
}
