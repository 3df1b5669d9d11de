//! Killed at any moment, the program leaves a whole ring or none.

#![allow(missing_docs, clippy::disallowed_methods)]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use waxseal::Keys;
use waxseal::keyring::{
    Act, History, KeyState, KeyringError, NewRing, RingPolicy, Rotator, Successor, What,
};
use waxseal::time::{ManualClock, Timestamp};

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

const START: i64 = 1_800_000_000;

/// Names the ring that this process rotates until it is killed, and the second of its clock.
const WORKER: &str = "WAXSEAL_ROTATES";

#[test]
fn a_rotation_that_is_killed_is_finished_by_the_next() {
    if let Ok(work) = std::env::var(WORKER) {
        return rotate_for_ever(&work);
    }
    let kills = std::env::var("WAXSEAL_KILLS").map_or(100, |text| text.parse().expect("a number"));
    let folder = tempfile::tempdir().expect("a folder");
    let (mut dir, mut at) = (folder.path().join("0"), START);
    let (mut moment, mut mended) = (1_u64, 0);
    for kill in 0..kills {
        if kill % 20 == 0 {
            dir = folder.path().join(kill.to_string());
            at = START;
            let hand = ManualClock::at(Timestamp::from_secs(at));
            NewRing::new("https://id.example").clock(hand.clock()).create(&dir).expect("a ring");
        }
        let mut worker = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "a_rotation_that_is_killed_is_finished_by_the_next", "--nocapture"])
            .env(WORKER, format!("{at} {}", dir.display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        // Its first word says that it is at work; an act takes some milliseconds.
        wait_for_work(&mut worker);
        moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(kill);
        std::thread::sleep(Duration::from_micros((moment >> 32) % 25_000));
        worker.kill().expect("killed");
        worker.wait().expect("ended");
        let latest = look_at(&dir);
        at = latest.max(at) + 1;
        mended += usize::from(mend(&dir, at));
    }
    assert!(mended > 0, "no kill of {kills} hit the work");
}

fn wait_for_work(worker: &mut Child) {
    use std::io::{BufRead as _, BufReader};
    let output = worker.stdout.as_mut().expect("piped");
    let mut lines = BufReader::new(output).lines();
    assert!(lines.any(|line| line.is_ok_and(|line| line.contains("at work"))));
}

/// Rotates, goes back, stages and revokes, period by period, until it is killed.
fn rotate_for_ever(work: &str) {
    let (at, dir) = work.split_once(' ').expect("a time and a folder");
    let hand = ManualClock::at(Timestamp::from_secs(at.parse().expect("seconds")));
    let rotator = Rotator::new(dir).by("worker").clock(hand.clock());
    println!("at work");
    loop {
        hand.advance(RingPolicy::default().period);
        let status = rotator.status().expect("a ring");
        let numbers = |wanted: fn(&KeyState) -> bool| {
            let fitting = status.iter().filter(move |key| wanted(&key.state));
            fitting.map(|key| key.seq).max()
        };
        let staged = numbers(|state| *state == KeyState::Staged);
        let signing = numbers(|state| *state == KeyState::Signing);
        // A guard may refuse, for instance when there is no room.
        if let Some(seq) = staged {
            let _ = rotator.perform(&Act::Promote { seq, seen: None });
        }
        let _ = rotator.perform(&Act::Rollback);
        // A successor that not everybody knows may sign after a revocation: that is not looked for here.
        let is_warm = |next: &u32| rotator.check(&Act::Promote { seq: *next, seen: None }).is_ok();
        let staged = staged.filter(is_warm);
        if let Some((old, next)) = signing.zip(staged).filter(|(old, _)| old % 3 == 0) {
            let (reason, successor) = ("a test".into(), Successor::Promote(next));
            let _ = rotator.perform(&Act::Revoke { seq: old, reason, successor });
        }
        rotator.perform(&Act::Tick).expect("a tick");
    }
}

/// The ring as the killed one left it: whole, with one signer that was known; when it was left.
fn look_at(dir: &Path) -> i64 {
    let keys = Keys::read(dir).expect("the ring loads");
    assert!(keys.warnings().is_empty(), "{:?}", keys.warnings());
    let signing = keys.keys().filter(|(_, state, _)| *state == KeyState::Signing);
    assert_eq!(signing.count(), 1);
    let history = History::read(dir).expect("a history");
    assert_eq!(history.fault, None);
    let staging = RingPolicy::default().staging();
    let entries = history.entries;
    for (place, entry) in entries.iter().enumerate().filter(|(_, e)| e.what == What::Promote) {
        let seen = [What::Stage, What::Publish, What::Withdraw];
        let mut earlier = entries.iter().take(place);
        let sighting = earlier.rfind(|e| e.seq == entry.seq && seen.contains(&e.what));
        let sighting = sighting.expect("published");
        let is_first = entry.seq == Some(1);
        assert!(is_first || sighting.at.after(staging) <= entry.at, "{entry:?} after {sighting:?}");
        assert_ne!(sighting.what, What::Withdraw);
    }
    entries.iter().map(|entry| entry.at.as_secs()).max().expect("some")
}

/// Finishes what was interrupted; tells whether there was something.
fn mend(dir: &Path, at: i64) -> bool {
    let hand = ManualClock::at(Timestamp::from_secs(at));
    let rotator = Rotator::new(dir).clock(hand.clock());
    let steps = rotator.perform(&Act::Tick).expect("a tick").steps;
    assert!(rotator.plan().expect("a plan").is_idle());
    look_at(dir);
    !steps.is_empty()
}
