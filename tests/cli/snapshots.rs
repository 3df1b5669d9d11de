//! A revocation list as a signed file.

use std::fs;

use tempfile::TempDir;
use waxseal::key::Key;
use waxseal::revocation::Snapshot;

use crate::tool::{Run, run_in};

fn bench() -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for words in [
        &["revoke", "init"][..],
        &["keys", "new", "--alg", "EdDSA", "--kid", "feed-1", "--out", "feed.jwk"],
        &["revoke", "add", "--sub", "ada"],
    ] {
        run_in(&dir, words).ends(0);
    }
    dir
}

fn export(dir: &TempDir, more: &[&str]) -> Run {
    run_in(dir, &[&["revoke", "export"], more].concat())
}

fn open(dir: &TempDir, text: &str) -> Snapshot {
    let public = run_in(dir, &["keys", "public", "feed.jwk"]).ends(0).out;
    let key = Key::from_jwk(public.trim().as_bytes()).expect("a public key");
    Snapshot::open(text.trim_end(), &key).expect("a snapshot")
}

#[test]
fn a_list_is_exported_again_and_again_and_its_serial_goes_up() {
    let dir = bench();
    let file = dir.path().join("revocations.jwt");
    let mut last = 0;
    for round in 1..=3 {
        let more = ["--key", "feed.jwk", "--out", "revocations.jwt", "--iss", "https://id.example"];
        let run = export(&dir, &more).ends(0);
        assert_eq!(run.out, "");
        let snapshot = open(&dir, &fs::read_to_string(&file).expect("a file"));
        assert_eq!(snapshot.records().len(), round);
        assert_eq!(snapshot.issuer(), Some("https://id.example"));
        assert!(snapshot.serial() > last);
        last = snapshot.serial();
        let entries = if round == 1 { "1 entry".into() } else { format!("{round} entries") };
        assert!(run.err.contains(&format!("serial {last}, {entries} as of ")), "{run:?}");
        run_in(&dir, &["revoke", "add", "--sub", &format!("bob{round}")]).ends(0);
    }
    let run = export(&dir, &["--key", "feed.jwk", "--out", "-"]).ends(0);
    assert_eq!(open(&dir, &run.out).records().len(), 4);
}

#[test]
fn what_is_no_snapshot_is_not_replaced() {
    let dir = bench();
    let refused = export(&dir, &["--key", "feed.jwk", "--out", "revoked.db"]).ends(73);
    assert!(refused.err.contains("it is not replaced"), "{refused:?}");
    run_in(&dir, &["revoke", "list"]).ends(0);
    // One of another key is somebody else's.
    export(&dir, &["--key", "feed.jwk", "--out", "a.jwt"]).ends(0);
    run_in(&dir, &["keys", "new", "--alg", "EdDSA", "--out", "other.jwk"]).ends(0);
    export(&dir, &["--key", "other.jwk", "--out", "a.jwt"]).ends(73);
}

#[test]
fn a_key_or_a_list_that_does_not_fit_is_refused() {
    let dir = bench();
    run_in(&dir, &["keys", "new", "--alg", "ES256", "--out", "other.jwk"]).ends(0);
    let refused = export(&dir, &["--key", "other.jwk", "--out", "a.jwt"]).ends(65);
    assert!(refused.err.contains("EdDSA"), "{refused:?}");
    export(&dir, &["--key", "feed.jwk", "--out", "a.jwt", "--store", "none.db"]).ends(66);
    export(&dir, &["--key", "feed.jwk", "--out", "none/a.jwt"]).ends(74);
    assert!(!dir.path().join("a.jwt").exists());
}
