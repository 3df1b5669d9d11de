//! A list in an SQLite file: what was acknowledged is there for every process, and nothing that is
//! wrong with the file makes an empty list of it.

#![allow(missing_docs, clippy::disallowed_methods)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use waxseal::revocation::{
    Acknowledged, Entry, Kind, Record, Recorded, Revocation, RevocationPolicy,
    RevocationStore as _, RevokeError, SqliteStore, StoreError, conformance,
};
use waxseal::time::{Stopwatch, Timestamp};
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

    /// Removes what SQLite keeps beside the file.
    fn remove_logs(&self) {
        for log in ["revoked.db-wal", "revoked.db-shm"] {
            let _ = std::fs::remove_file(self.0.path().join(log));
        }
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
    let before: BTreeSet<_> = list.records().into_iter().collect();
    drop(list);
    assert_eq!(folder.open().records().into_iter().collect::<BTreeSet<_>>(), before);
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

/// How often each of `names` is the first, of 16 threads that record all of them.
fn firsts(lists: &[&RevocationList; 2], names: &[String]) -> Vec<usize> {
    let start = std::sync::Barrier::new(16);
    let told: Vec<Vec<bool>> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..16)
            .map(|caller| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    let once = |name: &String| {
                        let what = Revocation::foreign_token(name);
                        lists[caller % 2].revoke_once(&what).expect("room") != Recorded::Before
                    };
                    names.iter().map(once).collect()
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().expect("no panic")).collect()
    });
    (0..names.len()).map(|at| told.iter().filter(|it| it[at]).count()).collect()
}

#[test]
fn of_all_callers_at_two_handles_one_is_the_first_and_none_after_a_restart() {
    let folder = Folder::with_list();
    let names: Vec<String> = (0..40).map(|number| format!("t{number}")).collect();
    let (one, other) = (folder.open(), folder.open());
    assert_eq!(firsts(&[&one, &other], &names), [1; 40]);
    let stored = SqliteStore::look(folder.file()).expect("a list").entries;
    assert_eq!(stored.len(), 40, "nothing is recorded twice");
    drop((one, other));
    let again = folder.open();
    assert_eq!(firsts(&[&again, &again], &names), [0; 40]);
}

#[test]
fn what_another_handle_recorded_is_not_the_first_before_anybody_has_read_it() {
    let folder = Folder::with_list();
    let open = || SqliteStore::open(folder.file()).expect("a list");
    let (one, other) = (open(), open());
    let entry = |name, end| {
        let record = Record::new(Kind::Token, name, Timestamp::from_secs(end));
        Entry::new(record, Timestamp::from_secs(1))
    };
    one.record(vec![entry("a", 2_000_000_000)]).expect("room");
    assert_eq!(other.record_once(entry("a", 2_100_000_000)), Ok(Recorded::Before));
    let first = Ok(Recorded::First(Acknowledged::Local));
    assert_eq!(other.record_once(entry("b", 2_000_000_000)), first);
    assert_eq!(one.record_once(entry("b", 2_000_000_000)), Ok(Recorded::Before));
    // A session of that name is something else, and so is what has ended and was dropped.
    let session = Record::new(Kind::Session, "b", Timestamp::from_secs(2_000_000_000));
    assert_eq!(one.record_once(Entry::new(session, Timestamp::from_secs(1))), first);
    assert_eq!(one.prune(Timestamp::from_secs(2_000_000_001)), Ok(3));
    assert_eq!(one.record_once(entry("b", 2_000_000_000)), first);
}

#[cfg(unix)]
#[test]
fn a_file_in_the_place_of_another_makes_nobody_the_first() {
    let folder = Folder::with_list();
    let store = SqliteStore::open(folder.file()).expect("a list");
    let record = Record::new(Kind::Token, "t", Timestamp::from_secs(2_000_000_000));
    let entry = Entry::new(record, Timestamp::from_secs(1));
    let first = Ok(Recorded::First(Acknowledged::Local));
    assert_eq!(store.record_once(entry.clone()), first);
    std::fs::remove_file(folder.file()).expect("a file");
    folder.remove_logs();
    SqliteStore::create(folder.file(), RevocationPolicy::default()).expect("a new list");
    for _ in 0..2 {
        let fault = store.record_once(entry.clone()).expect_err("another file").to_string();
        assert!(fault.contains("replaced"), "{fault}");
    }
}

/// Sessions that ended long ago, recorded in one commit.
fn ended(count: u64) -> Vec<Entry> {
    let record =
        |number| Record::new(Kind::Session, &format!("s{number}"), Timestamp::from_secs(9));
    (0..count).map(|number| Entry::new(record(number), Timestamp::from_secs(1))).collect()
}

#[test]
fn what_has_ended_is_dropped_and_nothing_else() {
    let folder = Folder::with_list();
    let store = SqliteStore::open(folder.file()).expect("a list");
    store.record(ended(1_700)).expect("room");
    let ends = |end| Record::new(Kind::Session, "later", end);
    for end in [Timestamp::from_secs(10), Timestamp::END] {
        store.record(vec![Entry::new(ends(end), Timestamp::from_secs(1))]).expect("room");
    }
    assert_eq!(store.prune(Timestamp::from_secs(8)), Ok(0));
    assert_eq!(store.prune(Timestamp::from_secs(9)), Ok(1_700));
    assert_eq!(store.prune(Timestamp::END), Ok(1), "for ever is for ever");
    let stored = SqliteStore::look(folder.file()).expect("a list").entries;
    assert!(stored.len() == 1 && stored[0].record == ends(Timestamp::END));
}

#[test]
fn who_drops_does_not_hold_up_who_records() {
    let folder = Folder::with_list();
    let store = SqliteStore::open(folder.file()).expect("a list");
    store.record(ended(10_000)).expect("room");
    let stored = || SqliteStore::look(folder.file()).expect("a list").entries.len();
    let left = std::thread::scope(|scope| {
        let dropping = scope.spawn(|| store.prune(Timestamp::from_secs(9)));
        eventually(|| stored() < 10_000);
        let record = Record::new(Kind::Subject, "ada", Timestamp::END);
        store.record(vec![Entry::new(record, Timestamp::from_secs(1))]).expect("room");
        let left = stored();
        assert_eq!(dropping.join().expect("it ends"), Ok(10_000));
        left
    });
    assert!(left > 1, "it waited until all were dropped");
    assert_eq!(stored(), 1);
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

/// Whatever is damaged, sixteen bytes or one bit, the list is whole or it is refused: it never names
/// fewer.
#[test]
fn a_damaged_file_never_makes_a_shorter_list() {
    let folder = Folder::with_list();
    let list = folder.open();
    let sessions: Vec<Revocation> =
        (0..400).map(|number| Revocation::foreign_session(&format!("s{number}"))).collect();
    list.revoke_all(&sessions).expect("room");
    let named = |list: &RevocationList| list.records().into_iter().collect::<BTreeSet<_>>();
    let all = named(&list);
    drop(list);
    // The last connection folds the log back into the file, unless two are the last.
    let log = folder.0.path().join("revoked.db-wal");
    eventually(|| SqliteStore::look(folder.file()).is_ok() && !log.exists());
    let whole = std::fs::read(folder.file()).expect("there");
    let (mut refused, mut unharmed) = (0, 0);
    let mut damage = |at: usize, how: &dyn Fn(&mut [u8])| {
        let damaged = Folder::new();
        let mut bytes = whole.clone();
        how(&mut bytes[at..(at + 16).min(whole.len())]);
        std::fs::write(damaged.file(), bytes).expect("written");
        match RevocationList::open(&text(&damaged.file())) {
            Ok(list) => {
                assert!(named(&list) == all, "damage at {at}");
                assert_eq!(list.policy(), RevocationPolicy::default(), "damage at {at}");
                unharmed += 1;
            }
            Err(fault) => {
                is_one_clear_line(&fault, &damaged.file());
                refused += 1;
            }
        }
    };
    for at in (100..whole.len()).step_by(whole.len() / 60) {
        damage(at, &|bytes| bytes.fill(0xa5));
    }
    for at in (100..whole.len()).step_by(whole.len() / 211) {
        damage(at, &|bytes| bytes[0] ^= 1 << (at % 8));
    }
    // A bit of each part of one entry.
    let name = *Record::new(Kind::Session, "s200", Timestamp::END).name();
    let name = whole.windows(16).position(|window| window == name).expect("stored");
    for at in name - 1..name + 16 + 16 + 8 + 4 + 6 + 4 + 8 {
        damage(at, &|bytes| bytes[0] ^= 1);
    }
    println!("{refused} refused, {unharmed} unharmed");
    assert!(refused > 57, "{refused}");
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
    folder.remove_logs();
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
    folder.remove_logs();
    std::fs::rename(&restored, folder.file()).expect("moved");
    eventually(|| follower.health().is_some_and(|it| it.reloads > 0 && it.fault.is_none()));
    assert_eq!(follower.health().expect("a list").entries, 1);
}

/// Whether whoever opens the list now finds it.
fn is_kept(folder: &Folder, subject: &str) -> bool {
    let record = Record::new(Kind::Subject, subject, Timestamp::END);
    folder.open().records().iter().any(|kept| kept.name() == record.name())
}

#[test]
fn what_goes_into_a_deleted_file_is_never_acknowledged() {
    let folder = Folder::with_list();
    let list = folder.open();
    list.revoke(&Revocation::subject("ada")).expect("room");
    std::fs::remove_file(folder.file()).expect("there");
    folder.remove_logs();
    for subject in ["grace", "linus"] {
        let fault = list.revoke(&Revocation::subject(subject)).expect_err("no file");
        assert_eq!(fault.code(), "list_missing", "{fault}");
    }
    assert!(matches!(folder.refusal(), StoreError::Missing { .. }));
    // It goes on by itself once there is a list.
    SqliteStore::create(folder.file(), RevocationPolicy::default()).expect("a new list");
    assert_eq!(list.revoke(&Revocation::subject("grace")), Ok(Acknowledged::Local));
    assert!(is_kept(&folder, "grace"));
}

#[test]
fn what_is_acknowledged_is_in_the_list_that_replaced_another() {
    let folder = Folder::with_list();
    let list = folder.open();
    list.revoke(&Revocation::subject("ada")).expect("room");
    let other = Folder::with_list();
    folder.remove_logs();
    std::fs::rename(other.file(), folder.file()).expect("moved");
    assert_eq!(list.revoke(&Revocation::subject("grace")), Ok(Acknowledged::Local));
    assert!(is_kept(&folder, "grace"));
    // The ends of its entries follow from its numbers.
    let numbers = RevocationPolicy::default().longest_life(Duration::from_secs(24 * 3600));
    let longer = Folder::new();
    SqliteStore::create(longer.file(), numbers).expect("a new list");
    folder.remove_logs();
    std::fs::rename(longer.file(), folder.file()).expect("moved");
    let fault = list.revoke(&Revocation::subject("linus")).expect_err("another list");
    assert!(fault.to_string().contains("other numbers"), "{fault}");
    assert!(!is_kept(&folder, "linus"));
}

#[test]
fn what_goes_into_a_moved_file_is_never_acknowledged() {
    let folder = Folder::with_list();
    let list = folder.open();
    let away = folder.0.path().join("away");
    std::fs::rename(folder.file(), &away).expect("moved");
    let fault = list.revoke(&Revocation::subject("ada")).expect_err("no file");
    assert_eq!(fault.code(), "list_missing", "{fault}");
    std::fs::rename(&away, folder.file()).expect("moved back");
    assert_eq!(list.revoke(&Revocation::subject("ada")), Ok(Acknowledged::Local));
    assert!(is_kept(&folder, "ada"));
}

#[cfg(unix)]
#[test]
fn what_goes_into_a_deleted_log_is_never_acknowledged() {
    let folder = Folder::with_list();
    let list = folder.open();
    list.revoke(&Revocation::subject("ada")).expect("room");
    folder.remove_logs();
    let again = list.revoke(&Revocation::subject("grace"));
    assert!(again.is_err() || is_kept(&folder, "grace"), "{again:?}");
}

#[test]
fn a_new_list_is_not_made_beside_what_another_left() {
    for left in ["revoked.db-wal", "revoked.db-shm", "revoked.db-journal"] {
        let folder = Folder::new();
        std::fs::write(folder.0.path().join(left), "a log").expect("written");
        let made = SqliteStore::create(folder.file(), RevocationPolicy::default());
        let fault = made.expect_err("something is there");
        assert_eq!(fault.code(), "list_exists");
        is_one_clear_line(&fault, &folder.0.path().join(left));
        assert!(!folder.file().exists());
    }
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
                // What is printed is shown for tests that fail only.
                let line = b"skipped: mounting a tmpfs needs root\n";
                let _ = std::io::Write::write_all(&mut std::io::stderr(), line);
                None
            }
        }
    }

    fn remount(&self, how: &str) {
        // A list that was dropped is closed by its threads, a moment later.
        eventually(|| {
            let done = std::process::Command::new("mount")
                .args(["-o", &format!("remount,{how}")])
                .arg(self.0.path())
                .stderr(std::process::Stdio::null())
                .status();
            done.expect("mount").success()
        });
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

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_is_mounted_alone_is_refused() {
    let Some(disk) = Disk::of("4m") else { return };
    SqliteStore::create(disk.file(), RevocationPolicy::default()).expect("room");
    let alone = disk.0.path().join("alone.db");
    std::fs::write(&alone, b"").expect("written");
    let mount = |args: &[&std::ffi::OsStr]| {
        let done = std::process::Command::new(args[0]).args(&args[1..]).status();
        assert!(done.expect("a program").success());
    };
    let (file, bind) = (disk.file(), std::ffi::OsStr::new("--bind"));
    mount(&["mount".as_ref(), bind, file.as_os_str(), alone.as_os_str()]);
    let fault = RevocationList::open(&text(&alone)).expect_err("alone");
    mount(&["umount".as_ref(), alone.as_os_str()]);
    assert_eq!(fault.code(), "list_unsafe", "{fault}");
    is_one_clear_line(&fault, &alone);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_the_same_list() {
    let folder = Folder::with_list();
    let link = folder.0.path().join("link.db");
    std::os::unix::fs::symlink(folder.file(), &link).expect("linked");
    let by_link = RevocationList::open(&text(&link)).expect("the same list");
    by_link.revoke(&Revocation::subject("ada")).expect("room");
    assert_eq!(folder.open().len(), 1);
}

#[test]
fn what_is_copied_over_a_list_in_use_is_noticed() {
    for content in [&b"garbage of some length, over the head of the file"[..], b"x"] {
        let folder = Folder::with_list();
        folder.open().revoke(&Revocation::subject("ada")).expect("room");
        let follower = Revocations::follow(&text(&folder.file())).expect("a list");
        let mut whole = std::fs::read(folder.file()).expect("there");
        whole[..content.len()].copy_from_slice(content);
        std::fs::write(folder.file(), whole).expect("written");
        eventually(|| follower.health().is_some_and(|it| it.fault.is_some()));
        assert_eq!(follower.health().expect("a list").entries, 1);
    }
}
