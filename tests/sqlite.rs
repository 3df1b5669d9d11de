//! A list in an SQLite file: what was acknowledged is there for every process, and nothing that is
//! wrong with the file makes an empty list of it.

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
