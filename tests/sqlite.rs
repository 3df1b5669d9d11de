//! A list in an SQLite file: what was acknowledged is there for every process, and nothing that is
//! wrong with the file makes an empty list of it.

#![allow(missing_docs, clippy::disallowed_methods)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use waxseal::revocation::{
    Acknowledged, Revocation, RevocationPolicy, RevokeError, SqliteStore, StoreError, conformance,
};
use waxseal::time::Stopwatch;
use waxseal::{RevocationList, Revocations};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// A folder with an empty list.
    fn with_list() -> Self {
        let folder = Self::new();
        SqliteStore::create(folder.file(), RevocationPolicy::default()).expect("a new list");
        folder
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("revoked.db")
    }

    fn open(&self) -> RevocationList {
        RevocationList::open(&text(&self.file())).expect("a list")
    }

    fn refusal(&self) -> StoreError {
        RevocationList::open(&text(&self.file())).expect_err("no list")
    }
}

fn text(path: &Path) -> String {
    path.to_str().expect("a text").to_owned()
}

fn eventually(what: impl Fn() -> bool) -> Duration {
    let begun = Stopwatch::start();
    while !what() {
        assert!(begun.elapsed() < Duration::from_secs(5), "it never came");
        std::thread::sleep(Duration::from_millis(1));
    }
    begun.elapsed()
}

#[test]
fn what_was_acknowledged_is_there_after_a_restart() {
    let folder = Folder::with_list();
    let list = folder.open();
    assert_eq!(list.revoke(&Revocation::subject("ada")), Ok(Acknowledged::Local));
    assert_eq!(list.revoke(&Revocation::key("k1")), Ok(Acknowledged::Local));
    let before: std::collections::BTreeSet<_> = list.records().into_iter().collect();
    drop(list);
    assert_eq!(
        folder.open().records().into_iter().collect::<std::collections::BTreeSet<_>>(),
        before
    );
}

#[test]
fn who_follows_the_file_knows_soon() {
    let folder = Folder::with_list();
    let (writer, reader) = (folder.open(), folder.open());
    let follower = Revocations::follow(&text(&folder.file())).expect("a list");
    writer.revoke(&Revocation::scope("acme")).expect("room");
    let entries = || follower.health().expect("a list").entries;
    let time = eventually(|| reader.len() == 1 && entries() == 1);
    println!("{time:?}");
}

#[test]
fn a_missing_list_is_no_empty_one() {
    let folder = Folder::new();
    assert!(matches!(folder.refusal(), StoreError::Missing { .. }));
    assert!(!folder.file().exists(), "looking makes nothing");
}

#[test]
fn a_list_is_never_replaced() {
    let folder = Folder::with_list();
    folder.open().revoke(&Revocation::everything()).expect("room");
    let again = SqliteStore::create(folder.file(), RevocationPolicy::default());
    assert!(matches!(again, Err(RevokeError::Store(StoreError::Exists { .. }))), "{again:?}");
    assert_eq!(folder.open().len(), 1);
}

#[test]
fn a_file_is_a_store_that_keeps_the_rules() {
    let folder = Folder::with_list();
    conformance::check_store(|| SqliteStore::open(folder.file())).expect("conformant");
}

// ---- What is wrong with a file ---------------------------------------------

/// One line that names the place.
fn is_one_clear_line(fault: &impl std::fmt::Display, place: &Path) {
    let line = fault.to_string();
    assert!(!line.contains('\n') && line.contains(&text(place)), "{line}");
}

#[test]
fn a_file_that_is_no_list_is_refused_and_left_as_it_is() {
    for (content, code) in [
        (&b""[..], "list_corrupt"),
        (b"a text of somebody", "list_corrupt"),
        (b"SQLite format 3\0 and then nothing of the kind", "list_corrupt"),
    ] {
        let folder = Folder::new();
        std::fs::write(folder.file(), content).expect("written");
        let fault = folder.refusal();
        assert_eq!(fault.code(), code, "{fault}");
        is_one_clear_line(&fault, &folder.file());
        assert_eq!(std::fs::read(folder.file()).expect("there"), content);
    }
    let folder = Folder::new();
    std::fs::create_dir(folder.file()).expect("a folder");
    assert_eq!(folder.refusal().code(), "list_corrupt");
}

/// The header of a database file has two numbers for its program: 68 names it, 60 is its version.
#[test]
fn a_list_of_another_program_or_version_is_refused() {
    for (at, code) in [(71, "list_corrupt"), (63, "list_version")] {
        let folder = Folder::with_list();
        let mut bytes = std::fs::read(folder.file()).expect("there");
        bytes[at] ^= 2;
        std::fs::write(folder.file(), bytes).expect("written");
        let fault = folder.refusal();
        assert_eq!(fault.code(), code, "{fault}");
        is_one_clear_line(&fault, &folder.file());
    }
}

/// Whatever page is damaged, the list is whole or it is refused: it never has fewer entries.
#[test]
fn a_damaged_file_never_makes_a_shorter_list() {
    let folder = Folder::with_list();
    let list = folder.open();
    let sessions: Vec<Revocation> =
        (0..400).map(|number| Revocation::foreign_session(&format!("s{number}"))).collect();
    list.revoke_all(&sessions).expect("room");
    drop(list);
    // The last connection folds the log back into the file.
    let log = folder.0.path().join("revoked.db-wal");
    eventually(|| std::fs::metadata(&log).map_or(true, |found| found.len() == 0));
    let whole = std::fs::read(folder.file()).expect("there");
    let (mut refused, mut unharmed) = (0, 0);
    for at in (100..whole.len()).step_by(whole.len() / 60) {
        let damaged = Folder::new();
        let mut bytes = whole.clone();
        bytes[at..(at + 16).min(whole.len())].fill(0xa5);
        std::fs::write(damaged.file(), bytes).expect("written");
        match RevocationList::open(&text(&damaged.file())) {
            Ok(list) => {
                assert_eq!(list.len(), 400, "damage at {at}");
                unharmed += 1;
            }
            Err(fault) => {
                is_one_clear_line(&fault, &damaged.file());
                refused += 1;
            }
        }
    }
    println!("{refused} refused, {unharmed} unharmed");
    assert!(refused > 0);
}

#[test]
fn a_list_that_is_cut_short_is_refused() {
    let folder = Folder::with_list();
    let whole = std::fs::read(folder.file()).expect("there");
    for length in [1, 16, 100, 512, whole.len() / 2, whole.len() - 4096] {
        std::fs::write(folder.file(), &whole[..length]).expect("written");
        assert_eq!(folder.refusal().code(), "list_corrupt", "{length} bytes");
    }
}

#[test]
fn a_list_that_goes_away_is_noticed_and_what_was_known_stays() {
    let folder = Folder::with_list();
    let list = folder.open();
    list.revoke(&Revocation::subject("ada")).expect("room");
    let follower = Revocations::follow(&text(&folder.file())).expect("a list");
    std::fs::rename(folder.file(), folder.0.path().join("away")).expect("moved");
    eventually(|| follower.health().is_some_and(|it| it.fault.is_some()));
    let health = follower.health().expect("a list");
    assert!(health.fault.expect("a fault").contains("nothing is there"));
    assert_eq!(health.entries, 1);
    // Another list comes into its place: both are known from then on.
    SqliteStore::create(folder.file(), RevocationPolicy::default()).expect("a new list");
    folder.open().revoke(&Revocation::subject("grace")).expect("room");
    eventually(|| follower.health().is_some_and(|it| it.entries == 2 && it.fault.is_none()));
    assert!(follower.health().expect("a list").reloads > 0);
}

#[test]
fn an_older_copy_of_the_file_takes_nothing_back() {
    let folder = Folder::with_list();
    let backup = std::fs::read(folder.file()).expect("there");
    let list = folder.open();
    list.revoke(&Revocation::subject("ada")).expect("room");
    let follower = Revocations::follow(&text(&folder.file())).expect("a list");
    drop(list);
    let restored = folder.0.path().join("restored");
    std::fs::write(&restored, backup).expect("written");
    for log in ["revoked.db-wal", "revoked.db-shm"] {
        let _ = std::fs::remove_file(folder.0.path().join(log));
    }
    std::fs::rename(&restored, folder.file()).expect("moved");
    eventually(|| follower.health().is_some_and(|it| it.reloads > 0 && it.fault.is_none()));
    assert_eq!(follower.health().expect("a list").entries, 1);
}

/// A small file system of its own. Only root can make one.
#[cfg(target_os = "linux")]
struct Disk(tempfile::TempDir);

#[cfg(target_os = "linux")]
impl Disk {
    fn of(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(folder.path())
            .output();
        match mounted {
            Ok(done) if done.status.success() => Some(Self(folder)),
            _ => {
                assert!(std::env::var_os("CI").is_none(), "CI must be able to mount a tmpfs");
                eprintln!("skipped: mounting a tmpfs needs root");
                None
            }
        }
    }

    fn remount(&self, how: &str) {
        let done = std::process::Command::new("mount")
            .args(["-o", &format!("remount,{how}")])
            .arg(self.0.path())
            .status();
        assert!(done.expect("mount").success());
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("revoked.db")
    }
}

#[cfg(target_os = "linux")]
impl Drop for Disk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_loses_nothing_that_was_acknowledged() {
    let Some(disk) = Disk::of("1m") else { return };
    SqliteStore::create(disk.file(), RevocationPolicy::default()).expect("room");
    let list = RevocationList::open(&text(&disk.file())).expect("a list");
    let mut acknowledged = 0;
    let fault = loop {
        let sessions: Vec<Revocation> = (0..50)
            .map(|number| Revocation::foreign_session(&format!("s {acknowledged} {number}")))
            .collect();
        match list.revoke_all(&sessions) {
            Ok(_) => acknowledged += sessions.len(),
            Err(fault) => break fault,
        }
        assert!(acknowledged < 100_000, "the disk is never full");
    };
    assert_eq!(fault.code(), "disk_full", "{fault}");
    is_one_clear_line(&fault, &disk.file());
    // What was not acknowledged is in force here all the same.
    assert_eq!(list.len(), acknowledged + 50);
    drop(list);
    disk.remount("size=8m");
    let list = RevocationList::open(&text(&disk.file())).expect("a list");
    assert!(list.len() >= acknowledged, "{} of {acknowledged}", list.len());
    assert_eq!(list.revoke(&Revocation::subject("ada")), Ok(Acknowledged::Local));
}

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_disk_refuses_writers_and_not_an_empty_list() {
    let Some(disk) = Disk::of("4m") else { return };
    SqliteStore::create(disk.file(), RevocationPolicy::default()).expect("room");
    let list = RevocationList::open(&text(&disk.file())).expect("a list");
    list.revoke(&Revocation::subject("ada")).expect("room");
    drop(list);
    disk.remount("ro");
    let fault = RevocationList::open(&text(&disk.file())).expect_err("read-only");
    assert_eq!(fault.code(), "list_read_only", "{fault}");
    is_one_clear_line(&fault, &disk.file());
    match Revocations::follow(&text(&disk.file())) {
        Ok(known) => assert_eq!(known.health().expect("a list").entries, 1),
        Err(fault) => is_one_clear_line(&fault, &disk.file()),
    }
    let made = SqliteStore::create(disk.0.path().join("other.db"), RevocationPolicy::default());
    assert_eq!(made.expect_err("read-only").code(), "list_read_only");
}
