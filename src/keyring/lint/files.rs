//! Permissions, links, dates and left-overs: the rules about files.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::durable::{Exposure, Right, exposure};
use crate::time::Timestamp;

use super::super::files::{changed_at, is_left_over};
use super::super::{file, mount};
use super::catalogue::{FUTURE, IN_A_WORK_TREE, OPEN_TO_OTHERS, STALE_FILE};
use super::folder::Folder;
use super::{Finding, Level};

/// A writer needs milliseconds between making a temporary file and linking it.
const STALE: Duration = Duration::from_secs(60);

pub(super) fn check(folder: &Folder, now: Timestamp, findings: &mut Vec<Finding>) {
    open_to_others(folder, findings);
    future(folder, now, findings);
    left_overs(folder, now, findings);
    work_tree(folder, findings);
}

/// Tells if everyone can read the file `path`, which holds a private key or a secret and is no ring's.
/// What is no regular file, as a pipe, has no finding.
#[must_use]
pub fn lint_key_file(path: &Path) -> Option<Finding> {
    let is_file = fs::metadata(path).is_ok_and(|found| found.is_file());
    let is_exposed = is_file && has(path, Right::Read) == Exposure::World;
    is_exposed.then(|| opened(path, READABLE, level_on(path)))
}

fn open_to_others(folder: &Folder, findings: &mut Vec<Finding>) {
    let level = level_on(&folder.dir);
    let mut found = |path: &Path, what: &str| findings.push(opened(path, what, level));
    if has(&folder.dir, Right::Write) != Exposure::Owner {
        found(&folder.dir, WRITABLE);
    }
    for name in folder.names.iter().filter(|name| file::is_of_a_ring(name)) {
        let path = folder.dir.join(name);
        if name.starts_with("key-") && has(&path, Right::Read) == Exposure::World {
            found(&path, READABLE);
        }
        if has(&path, Right::Write) != Exposure::Owner {
            found(&path, WRITABLE);
        }
        if leads_out(&path, &folder.dir) {
            found(&path, LINK);
        }
    }
}

fn has(path: &Path, right: Right) -> Exposure {
    exposure(path, right).unwrap_or(Exposure::Owner)
}

/// Nobody can write on a read-only mount, and the mount decides who reads: an operator's choice.
fn level_on(path: &Path) -> Level {
    match mount::is_read_only(path) {
        true => Level::Warn,
        false => OPEN_TO_OTHERS.level,
    }
}

fn opened(path: &Path, what: &str, level: Level) -> Finding {
    let fix = match what {
        LINK => "copy the file in place of the link".into(),
        _ => format!("chmod go= {}", path.display()),
    };
    let place = path.display().to_string();
    let text = format!("{place} {what}");
    OPEN_TO_OTHERS.found(place, text).mended_by(fix).at_level(level)
}

const READABLE: &str = "can be read by everyone";
const WRITABLE: &str = "can be written by others";
const LINK: &str = "is a link out of the ring's folder";

/// Kubernetes links every file to `..data` beside it, which stays inside.
fn leads_out(path: &Path, dir: &Path) -> bool {
    let is_link = path.symlink_metadata().is_ok_and(|found| found.is_symlink());
    is_link
        && match (path.canonicalize(), dir.canonicalize()) {
            (Ok(target), Ok(dir)) => !target.starts_with(dir),
            _ => true,
        }
}

/// One finding for all files: a wrong clock makes many.
fn future(folder: &Folder, now: Timestamp, findings: &mut Vec<Finding>) {
    let latest = now.after(folder.ring.policy.skew);
    let changed = folder.names.iter().filter(|name| file::is_of_a_ring(name)).filter_map(|name| {
        let path = folder.dir.join(name);
        Some((path.display().to_string(), "was changed", changed_at(&path)?))
    });
    let promoted = folder.promotions.iter().map(|(number, promotion)| {
        (folder.place(&file::promotion_name(*number)), "happened", promotion.at)
    });
    let created = folder.keys.iter().filter_map(|entry| {
        let at = Timestamp::parse_rfc3339(entry.facts.created.as_deref()?)?;
        Some((entry.place.clone(), "was made", at))
    });
    let recorded = folder.chain.events.iter().filter_map(|(serial, (_, event))| {
        let at = Timestamp::parse_rfc3339(&event.as_ref()?.at)?;
        Some((folder.place(&file::event_name(*serial)), "happened", at))
    });
    let all = changed.chain(promoted).chain(created).chain(recorded);
    if let Some((place, did, at)) = all.filter(|(.., at)| *at > latest).max_by_key(|(.., at)| *at) {
        let text = format!("{place} {did} at {at}; it is {now}");
        findings.push(FUTURE.found(place, text));
    }
}

fn left_overs(folder: &Folder, now: Timestamp, findings: &mut Vec<Finding>) {
    for name in &folder.names {
        if is_left_over(&folder.dir.join(name), now, STALE) {
            let text = format!("{name} is left from a writer that was interrupted");
            findings.push(STALE_FILE.found(folder.place(name), text));
        }
    }
}

fn work_tree(folder: &Folder, findings: &mut Vec<Finding>) {
    if !folder.keys.iter().any(|entry| entry.facts.has_private_member()) {
        return;
    }
    let Ok(dir) = folder.dir.canonicalize() else {
        return;
    };
    if let Some(tree) = dir.ancestors().find(|above| above.join(".git").exists()) {
        let text = format!("private keys lie in the git work tree {}", tree.display());
        findings.push(IN_A_WORK_TREE.found(folder.dir.display().to_string(), text));
    }
}
