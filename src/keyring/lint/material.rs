//! Keys and their names: the rules about what a key file holds.

use crate::key::Key;
use crate::time::Timestamp;

use super::Finding;
use super::catalogue::{ENDLESS_HOLD, FOREIGN_KID, SHARED_KEY};
use super::folder::{Entry, Folder, Hold};

pub(super) fn check(folder: &Folder, findings: &mut Vec<Finding>) {
    for entry in &folder.keys {
        if let Some(fault) = kid_fault(entry) {
            findings.push(FOREIGN_KID.found(&entry.place, fault));
        }
        let is_dated = |hold: &Hold| match hold {
            Hold::Dated { until } => Timestamp::parse_rfc3339(until).is_some(),
            Hold::Other(_) => false,
        };
        if entry.facts.hold.as_ref().is_some_and(|hold| !is_dated(hold)) {
            let text = format!("{} is held without a date", entry.name());
            findings.push(ENDLESS_HOLD.found(&entry.place, text));
        }
    }
}

/// Judges kids of our own form and PASERK ids alone; an imported key keeps the name that it came
/// with.
fn kid_fault(entry: &Entry) -> Option<String> {
    let kid = entry.facts.kid.as_deref()?;
    if let Some(id) = paserk_id(entry).filter(|_| is_paserk_id(kid)) {
        return (id != kid).then(|| format!("{kid} is not the key's PASERK id, {id}"));
    }
    let (number, tail) = kid.strip_prefix('k')?.split_once('-')?;
    let number: u32 = number.parse().ok()?;
    if number != entry.seq {
        return Some(format!("{kid} says key {number}; the file is key {}", entry.seq));
    }
    let thumbprint = entry.key.as_ref().and_then(Key::thumbprint)?;
    let wanted = thumbprint.chars().filter(char::is_ascii_alphanumeric);
    let fits = tail.chars().eq(wanted.take(tail.chars().count()));
    (!fits).then(|| format!("{kid} is not made of the key's thumbprint, {thumbprint}"))
}

#[cfg(feature = "paseto")]
fn paserk_id(entry: &Entry) -> Option<String> {
    entry.key.as_ref()?.paserk_id()
}

#[cfg(not(feature = "paseto"))]
fn paserk_id(_: &Entry) -> Option<String> {
    None
}

fn is_paserk_id(kid: &str) -> bool {
    [".pid.", ".lid.", ".sid."].iter().any(|kind| kid.get(2..7) == Some(*kind))
}

/// Compares the keys of every two rings.
pub(super) fn check_across(folders: &[Folder], findings: &mut Vec<Finding>) {
    for (i, folder) in folders.iter().enumerate() {
        for other in folders.iter().skip(i + 1).filter(|other| !is_same_folder(folder, other)) {
            for (ours, theirs) in shared(folder, other) {
                let text = format!("{} holds the same key as {}", ours.place, theirs.place);
                findings.push(SHARED_KEY.found(&ours.place, text));
            }
        }
    }
}

fn is_same_folder(folder: &Folder, other: &Folder) -> bool {
    match (folder.dir.canonicalize(), other.dir.canonicalize()) {
        (Ok(folder), Ok(other)) => folder == other,
        _ => false,
    }
}

fn shared<'f>(folder: &'f Folder, other: &'f Folder) -> Vec<(&'f Entry, &'f Entry)> {
    let pairs =
        folder.keys.iter().flat_map(|ours| other.keys.iter().map(move |theirs| (ours, theirs)));
    pairs
        .filter(|(ours, theirs)| match (&ours.key, &theirs.key) {
            (Some(ours), Some(theirs)) => {
                // A scrubbed key has lost its private half, and is still the same key.
                let same_public = ours.thumbprint().is_some_and(|thumbprint| {
                    theirs.thumbprint().is_some_and(|other| other == thumbprint)
                });
                same_public || ours.has_material_of(theirs)
            }
            _ => false,
        })
        .collect()
}
