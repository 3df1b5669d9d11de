//! Killed at any moment, the program leaves a whole ring or none.

#![allow(missing_docs, clippy::disallowed_methods)]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use waxseal::Keys;
use waxseal::keyring::{KeyringError, NewRing};

#[test]
fn an_init_that_is_killed_leaves_a_whole_ring_or_none() {
    let (mut whole, mut none) = (0, 0);
    let dir = tempfile::tempdir().expect("a folder");
    let start = Instant::now();
    init(&dir.path().join("keys")).wait().expect("ended");
    // Sixty moments, spread over what an undisturbed init takes and as long again.
    let step = start.elapsed() / 30;
    for moment in 0..60 {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("keys");
        let mut init = init(&path);
        std::thread::sleep(step * moment);
        init.kill().expect("killed");
        init.wait().expect("ended");
        match Keys::open(&path) {
            Ok(keys) => {
                whole += 1;
                assert_eq!(keys.keys().count(), 2);
                assert_eq!(keys.serial(), 4);
            }
            Err(KeyringError::NoRing { .. }) => {
                none += 1;
                // What is left never becomes a ring by accident, and is never overwritten.
                match NewRing::new("https://id.example").create(&path) {
                    Ok(keys) => assert_eq!(keys.keys().count(), 2),
                    Err(fault) => assert!(fault.to_string().contains("interrupted"), "{fault}"),
                }
            }
            Err(fault) => panic!("half a ring after {moment} steps: {fault}"),
        }
    }
    assert!(whole > 0 && none > 0, "{whole} whole, {none} none: the moments miss the work");
}

fn init(path: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_waxseal"))
        .args(["keys", "init", "--issuer", "https://id.example", "--keys"])
        .arg(path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started")
}
