//! The events: none lost, none changed, none taken back.

use crate::base64url;
use crate::crypto::sha256;

use super::super::file::{self, RING};
use super::Finding;
use super::catalogue::{BROKEN_CHAIN, SERIAL_WENT_BACK};
use super::folder::Folder;

pub(super) fn check(folder: &Folder, last_serial: Option<u64>, findings: &mut Vec<Finding>) {
    if let Some((serial, fault)) = break_of_chain(folder) {
        findings.push(BROKEN_CHAIN.found(folder.place(&file::event_name(serial)), fault));
    }
    let serial = folder.serial();
    let seen = [("--last-serial".into(), last_serial), (folder.place(RING), folder.extras.serial)];
    for (where_seen, seen) in seen {
        if let Some(seen) = seen.filter(|seen| *seen > serial) {
            let text = format!("the serial is {serial}; it was {seen} already ({where_seen})");
            findings.push(SERIAL_WENT_BACK.found(folder.dir.display().to_string(), text));
        }
    }
}

/// The first event that does not follow from the one before; all after it are in doubt.
fn break_of_chain(folder: &Folder) -> Option<(u64, String)> {
    if folder.events.is_empty() {
        return Some((1, "the ring has no history".into()));
    }
    let mut prev = String::new();
    for (wanted, (serial, (bytes, event))) in (1..).zip(&folder.events) {
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
        prev = base64url::encode(&sha256(bytes));
    }
    None
}
