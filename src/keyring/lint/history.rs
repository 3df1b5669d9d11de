//! The events: none lost, none changed, none taken back.

use super::super::file::{self, RING};
use super::Finding;
use super::catalogue::{BROKEN_CHAIN, SERIAL_WENT_BACK};
use super::folder::Folder;

pub(super) fn check(folder: &Folder, last_serial: Option<u64>, findings: &mut Vec<Finding>) {
    if let Some((serial, fault)) = folder.chain.first_break() {
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
