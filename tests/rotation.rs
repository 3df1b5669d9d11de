//! Rotations on a real disk: many at once, what is refused, what is damaged, who follows.

// These tests damage files on purpose.
#![allow(missing_docs, clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use waxseal::key::{Algorithm, Key, KeySet, KeySource as _};
use waxseal::keyring::{
    Act, History, KeyState, KeyringError, NewHold, NewRing, RingPolicy, Rotator, Successor, What,
};
use waxseal::session::Renewal;
use waxseal::time::{ManualClock, Timestamp};
use waxseal::{Issuer, Keys, PublicKeys, RevocationList, Revocations, Verifier};

const ISSUER: &str = "https://id.example";
const START: i64 = 1_800_000_000;

/// A ring whose clock is moved by hand.
struct Bench {
    _folder: tempfile::TempDir,
    dir: PathBuf,
    hand: ManualClock,
    policy: RingPolicy,
}

impl Bench {
    fn new() -> Self {
        Self::of(Algorithm::EdDsa, RingPolicy::default())
    }

    fn of(algorithm: Algorithm, policy: RingPolicy) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().join("keys");
        let hand = ManualClock::at(Timestamp::from_secs(START));
        let ring = NewRing::new(ISSUER).algorithm(algorithm).policy(policy.clone());
        ring.clock(hand.clock()).create(&dir).expect("a ring");
        Self { _folder: folder, dir, hand, policy }
    }

    fn rotator(&self) -> Rotator {
        Rotator::new(&self.dir).by("test").clock(self.hand.clock())
    }

    fn act(&self, act: &Act) -> Vec<String> {
        let done = self.rotator().perform(act).expect("done");
        done.steps.iter().map(ToString::to_string).collect()
    }

    fn tick(&self) -> Vec<String> {
        self.act(&Act::Tick)
    }

    fn now(&self) -> Timestamp {
        self.hand.clock().now()
    }

    /// Lets a period pass and rotates.
    fn rotate(&self) {
        self.hand.advance(self.policy.period);
        assert!(self.tick().iter().any(|step| step.starts_with("promote")));
    }

    fn states(&self) -> Vec<(u32, &'static str)> {
        let now = self.now();
        let status = self.rotator().status().expect("a ring");
        status.iter().map(|key| (key.seq, key.state.name(now))).collect()
    }

    /// The refusal of `act`, which left every byte as it was.
    #[track_caller]
    fn refuses(&self, act: &Act) -> KeyringError {
        let before = bytes(&self.dir);
        let checked = self.rotator().check(act).expect_err("refused");
        let fault = self.rotator().perform(act).expect_err("refused");
        assert_eq!(fault.to_string(), checked.to_string());
        assert!(before == bytes(&self.dir), "{fault}: something was written");
        fault
    }

    #[track_caller]
    fn refuses_with(&self, act: &Act, code: &str, says: &str) {
        let fault = self.refuses(act);
        assert_eq!(fault.code(), code, "{fault}");
        assert!(fault.to_string().contains(says), "{fault} lacks {says}");
    }
}

fn bytes(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entry = |entry: fs::DirEntry| {
        let bytes = fs::read(entry.path()).unwrap_or_default();
        (entry.file_name().into_string().expect("text"), bytes)
    };
    fs::read_dir(dir).expect("a folder").map(|found| entry(found.expect("an entry"))).collect()
}

fn promote(seq: u32) -> Act {
    Act::Promote { seq, seen: None }
}

fn revoke(seq: u32, successor: Successor) -> Act {
    Act::Revoke { seq, reason: "a test".into(), successor }
}

const fn prune(seq: u32) -> Act {
    Act::Prune { seq: Some(seq), release: None }
}

const STAGE: Act = Act::Stage { algorithm: None, hold: None };

fn rounds() -> u32 {
    std::env::var("WAXSEAL_ROUNDS").map_or(20, |text| text.parse().expect("a number"))
}

/// A ring keeps every file: each of these rings lives for two years of months.
const ROUNDS: u32 = 25;

#[test]
fn of_sixteen_rotators_one_stages_and_one_promotes_each_key() {
    for done in (0..rounds()).step_by(ROUNDS as usize) {
        sixteen_rotators((rounds() - done).min(ROUNDS));
    }
}

fn sixteen_rotators(rounds: u32) {
    let bench = Bench::new();
    for round in 1..=rounds {
        bench.hand.advance(bench.policy.period + Duration::from_secs(1));
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| bench.tick());
            }
        });
        let signs = |(seq, state): &(u32, &str)| (*state == "signing").then_some(*seq);
        let signing: Vec<u32> = bench.states().iter().filter_map(signs).collect();
        assert_eq!(signing, [round + 1]);
        assert!(bench.rotator().plan().expect("a plan").is_idle());
    }
    let last = rounds + 2;
    let history = History::read(&bench.dir).expect("a history");
    assert_eq!(history.fault, None);
    for seq in 2..=last {
        let count = |what| {
            let entries = history.entries.iter();
            entries.filter(|entry| entry.what == what && entry.seq == Some(seq)).count()
        };
        assert_eq!((count(What::Stage), count(What::Promote)), (1, usize::from(seq < last)));
    }
    let names: Vec<String> = bytes(&bench.dir).into_keys().collect();
    let count = |prefix| names.iter().filter(|name| name.starts_with(prefix)).count();
    assert_eq!((count("key-"), count("sign-")), (last as usize, last as usize - 1));
    assert_eq!(count("."), 0, "{names:?}");
    let set = PublicKeys::open(bench.dir.join("jwks.json")).expect("a set").key_set();
    assert_eq!(set.members().len(), 3, "retired, signing and staged");
}

#[test]
fn a_rehearsal_leaves_what_the_real_ring_publishes_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (dir, copy) = (folder.path().join("keys"), folder.path().join("copy"));
    let place = folder.path().join("jwks.json");
    NewRing::new(ISSUER).publish_to(&place).create(&dir).expect("a ring");
    let published = fs::read(&place).expect("published");
    fs::create_dir(&copy).expect("made");
    for (name, bytes) in bytes(&dir) {
        fs::write(copy.join(&name), bytes).expect("written");
        #[cfg(unix)]
        fs::set_permissions(copy.join(&name), std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .expect("changed");
    }
    let hand = ManualClock::at(waxseal::time::Clock::system().now());
    let rehearsal = Rotator::new(&copy).clock(hand.clock());
    for _ in 0..3 {
        hand.advance(Duration::from_secs(31 * 86_400));
        assert!(!rehearsal.perform(&Act::Tick).expect("rotated").steps.is_empty());
    }
    assert!(fs::read(&place).expect("published") == published, "the real ring's");
    // The real ring finds it as it was, and mends it when it is not.
    let real = Rotator::new(&dir);
    assert!(real.perform(&Act::Tick).expect("nothing").steps.is_empty());
    fs::write(&place, "{}").expect("written");
    assert!(!real.perform(&Act::Tick).expect("mended").steps.is_empty());
    let keys = |path: &Path| PublicKeys::open(path).expect("a set").key_set().members().len();
    assert_eq!((keys(&place), keys(&dir.join("jwks.json"))), (2, 2));
}

#[test]
fn a_place_to_publish_that_is_gone_keeps_no_stolen_key_alive() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("keys");
    let place = folder.path().join("www/jwks.json");
    fs::create_dir(folder.path().join("www")).expect("made");
    NewRing::new(ISSUER).publish_to(&place).create(&dir).expect("a ring");
    fs::remove_dir_all(folder.path().join("www")).expect("removed");
    let rotator = Rotator::new(&dir);
    let told = rotator.perform(&revoke(1, Successor::Promote(2))).expect_err("not published");
    assert_eq!(told.code(), "cannot_write", "{told}");
    let states: Vec<_> =
        Keys::read(&dir).expect("a ring").keys().map(|(_, state, _)| state).collect();
    assert!(matches!(states[0], KeyState::Revoked { .. }), "{states:?}");
    assert_eq!(states[1], KeyState::Signing);
    let set = PublicKeys::open(dir.join("jwks.json")).expect("a set").key_set();
    assert_eq!(set.members().len(), 1, "where it can be published it is");
}

#[test]
fn a_text_that_would_make_a_file_unreadable_is_refused() {
    let bench = Bench::new();
    let long = "x".repeat(20_000);
    let rotator = bench.rotator().by(&long);
    let before = bytes(&bench.dir);
    let reason = Act::Revoke { seq: 2, reason: long, successor: Successor::Unneeded };
    for fault in [rotator.perform(&STAGE), bench.rotator().perform(&reason)] {
        assert_eq!(fault.expect_err("too long").code(), "too_long");
    }
    assert!(before == bytes(&bench.dir));
}

#[test]
fn a_secret_that_a_killed_writer_left_goes_with_the_next_act() {
    let bench = Bench::new();
    let left = bench.dir.join(".key-0001.json.tmp-77-0");
    fs::hard_link(bench.dir.join("key-0001.json"), &left).expect("linked");
    let old = std::time::SystemTime::now() - Duration::from_secs(120);
    fs::File::options().write(true).open(&left).expect("a file").set_modified(old).expect("dated");
    bench.tick();
    assert!(!left.exists());
    assert!(Keys::read(&bench.dir).is_ok());
}

#[test]
fn a_retired_key_that_the_published_set_lost_waits_like_a_new_one() {
    let bench = Bench::new();
    bench.rotate();
    let set = fs::read_to_string(bench.dir.join("jwks.json")).expect("a set");
    let set: serde_json::Value = serde_json::from_str(&set).expect("JSON");
    let without_the_first = serde_json::json!({ "keys": [set["keys"][1], set["keys"][2]] });
    fs::write(bench.dir.join("jwks.json"), without_the_first.to_string()).expect("written");
    bench.tick();
    let safe = bench.now().after(bench.policy.staging());
    bench.refuses_with(&Act::Rollback, "too_early", &format!("It is safe at {safe}"));
}

#[test]
fn revoking_a_third_key_lets_no_early_key_sign() {
    let bench = Bench::new();
    bench.act(&STAGE);
    bench.refuses_with(&revoke(2, Successor::Promote(3)), "too_early", "It is safe at");
    bench.refuses_with(&revoke(2, Successor::StopSigning), "key_does_not_sign", "does not sign");
    assert_eq!(bench.act(&revoke(2, Successor::Unneeded))[0], "revoke 2");
}

#[test]
fn a_ring_publishes_over_nothing_but_a_published_set() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = folder.path().join("other");
    NewRing::new(ISSUER).create(&other).expect("a ring");
    fs::write(folder.path().join("mine.txt"), "mine").expect("written");
    let before = bytes(&other);
    for place in ["other/key-0002.json", "other/ring.json", "mine.txt", "keys/sign-0002.json"] {
        let ring = NewRing::new(ISSUER).publish_to(folder.path().join(place));
        assert!(ring.create(folder.path().join("keys")).is_err(), "{place}");
        assert!(!folder.path().join("keys").exists(), "{place}: nothing was made");
    }
    assert!(before == bytes(&other));
    let ring = NewRing::new(ISSUER).publish_to(other.join("jwks.json"));
    assert!(ring.create(folder.path().join("keys")).is_ok(), "a published set may be replaced");
}

#[test]
fn a_promotion_or_tombstone_of_another_ring_is_refused() {
    for (name, text) in [
        (
            "sign-0002.json",
            r#"{"v":1,"ring":"other","seq":2,"at":"2027-01-15T08:00:00Z","by":"x"}"#,
        ),
        ("revoked-0001.json", r#"{"v":1,"ring":"other","revoked_at":"2027-01-15T08:00:00Z"}"#),
    ] {
        let bench = Bench::new();
        fs::write(bench.dir.join(name), text).expect("written");
        let fault = Keys::read(&bench.dir).expect_err(name).to_string();
        assert!(fault.contains(name) && fault.contains("belongs to ring \"other\""), "{fault}");
    }
}

#[test]
fn what_would_cause_an_outage_is_refused_with_the_safe_time() {
    let bench = Bench::new();
    let warm = bench.now().after(bench.policy.staging());
    bench.hand.advance(Duration::from_secs(1200));
    bench.refuses_with(&promote(2), "too_early", &format!("It is safe at {warm}"));
    bench.refuses_with(&promote(9), "no_such_key", "the ring has no key 9; it has 1, 2");
    bench.refuses_with(&Act::Rollback, "no_previous_key", "nothing to go back to");
    bench.refuses_with(&revoke(1, Successor::Unneeded), "key_signs", "say which key follows");
    bench.refuses_with(&revoke(1, Successor::Promote(1)), "key_signs", "say which key follows");
    bench.refuses_with(&prune(1), "key_in_use", "once another key was promoted");
    bench.refuses_with(&prune(2), "key_in_use", "is staged");
    let rsa = Act::Stage { algorithm: Some(Algorithm::Rs256), hold: None };
    bench.refuses_with(&rsa, "not_generated", "waxseal keys import");
    let seals = Act::Stage { algorithm: Some(Algorithm::A256Gcm), hold: None };
    bench.refuses_with(&seals, "other_purpose", "the ring is signed");
    let again = Keys::read(&bench.dir).expect("a ring").keys().nth(1).expect("a key").2;
    let import = Act::Import { key: Box::new(again), hold: None };
    bench.refuses_with(&import, "known_key", "already");

    bench.hand.set(warm.before(Duration::from_millis(1)));
    bench.refuses_with(&promote(2), "too_early", &warm.to_string());
    bench.hand.set(warm);
    assert_eq!(bench.act(&promote(2)), ["promote 2", "note promote 2"]);
    let until = warm.after(bench.policy.retention());
    bench.refuses_with(&prune(1), "key_in_use", &format!("its private half may go at {until}"));
    bench.act(&Act::Rollback);
    assert_eq!(bench.states(), [(1, "signing"), (2, "retired")]);
    bench.act(&promote(2));
    let until = bench.now().after(bench.policy.retention());
    let margin = bench.policy.reload + bench.policy.skew * 2;
    bench.hand.set(until.before(margin));
    bench.refuses_with(&Act::Rollback, "too_late", &format!("verifies until {until}"));
    bench.refuses_with(&promote(1), "too_late", &format!("verifies until {until}"));

    for _ in 0..2 {
        bench.act(&STAGE);
    }
    bench.refuses_with(&STAGE, "too_many_keys", "4 keys verify, and the ring's cap is 4");
    bench.act(&revoke(3, Successor::Unneeded));
    bench.refuses_with(&promote(3), "key_revoked", "never signs again");
}

#[test]
fn a_key_that_is_not_seen_everywhere_or_not_published_does_not_sign() {
    let bench = Bench::new();
    let published = fs::read(bench.dir.join("jwks.json")).expect("a set");
    let with = KeySet::from_jwk_set(&published).expect("a set");
    let other = Bench::new();
    let without = fs::read(other.dir.join("jwks.json")).expect("a set");
    let without = KeySet::from_jwk_set(&without).expect("a set");
    let seen = |sets: Vec<KeySet>| Act::Promote { seq: 2, seen: Some(sets) };
    bench.refuses_with(&seen(vec![with.clone(), without]), "not_seen", "set 2 of those given");
    assert_eq!(bench.act(&seen(vec![with])), ["promote 2", "note promote 2"]);
}

#[test]
fn a_set_that_lost_a_key_is_mended_and_the_wait_begins_anew() {
    let bench = Bench::new();
    bench.hand.advance(bench.policy.staging());
    assert_eq!(bench.tick(), [""; 0]);
    fs::write(bench.dir.join("jwks.json"), r#"{"keys":[]}"#).expect("written");
    // Looking tells it; only acting mends it.
    let fault = bench.rotator().check(&promote(2)).expect_err("refused");
    assert_eq!(fault.code(), "not_published");
    let fault = bench.rotator().perform(&promote(2)).expect_err("refused");
    assert_eq!(fault.code(), "too_early", "{fault}");
    let safe = bench.now().after(bench.policy.staging());
    assert!(fault.to_string().contains(&safe.to_string()), "{fault}");
    let history = History::read(&bench.dir).expect("a history").entries;
    let told: Vec<_> = history.iter().rev().take(4).map(|entry| entry.what).collect();
    assert_eq!(told, [What::Publish, What::Publish, What::Withdraw, What::Withdraw]);
    fs::remove_file(bench.dir.join("jwks.json")).expect("removed");
    assert!(bench.tick().contains(&"publish".into()));
    assert_eq!(bench.tick(), [""; 0]);
}

#[test]
fn what_is_held_stays_until_it_is_released_by_name() {
    let bench = Bench::new();
    let until = bench.now().after(bench.policy.period * 9);
    let hold = NewHold { until, why: "an audit".into() };
    bench.act(&Act::Stage { algorithm: None, hold: Some(hold) });
    bench.hand.advance(bench.policy.staging());
    bench.act(&promote(3));
    bench.act(&STAGE);
    bench.hand.advance(bench.policy.staging());
    bench.act(&promote(4));
    bench.hand.advance(bench.policy.retention());
    let held = format!("key 3 is held until {until}: an audit");
    bench.tick();
    bench.refuses_with(&prune(3), "key_held", &held);
    let private = |seq| {
        let status = bench.rotator().status().expect("a ring");
        status.iter().any(|key| key.seq == seq && key.has_private_half)
    };
    assert!(private(3) && !private(1));
    let kid = bench.rotator().status().expect("a ring")[2].kid.clone();
    let wrong = Act::Prune { seq: Some(3), release: Some("k1-other".into()) };
    bench.refuses_with(&wrong, "key_held", &held);
    bench.act(&Act::Prune { seq: Some(3), release: Some(kid) });
    assert!(!private(3));
}

#[test]
fn a_pruned_key_leaves_no_secret_and_a_true_story() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Hs256, Algorithm::A256Gcm] {
        let bench = Bench::of(algorithm, RingPolicy::default());
        let keys = Keys::read(&bench.dir).expect("a ring");
        let issuer = Issuer::new(&keys, ISSUER, "shop").expect("sound").clock(bench.hand.clock());
        let file = fs::read(bench.dir.join("key-0001.json")).expect("a file");
        let file: serde_json::Value = serde_json::from_slice(&file).expect("JSON");
        let member = if algorithm == Algorithm::EdDsa { "d" } else { "k" };
        let secrets = ["aux", member].map(|name| file[name].as_str().expect(name).to_owned());
        bench.rotate();
        bench.hand.advance(bench.policy.retention());
        // By the ring as it was, right before its end; forgiven far more than it should be.
        let token = issuer.mint("ada", &7).expect("minted");
        assert!(bench.tick().contains(&"prune 1".into()));
        for (name, content) in bytes(&bench.dir) {
            let content = String::from_utf8_lossy(&content).into_owned();
            assert!(!secrets.iter().any(|secret| content.contains(secret)), "{name}");
        }
        assert!(History::read(&bench.dir).expect("a history").fault.is_none());
        let keys = Keys::read(&bench.dir).expect("a ring");
        let verifier = Verifier::new(keys, ISSUER, "shop").clock(bench.hand.clock());
        let verifier = verifier.revocations(Revocations::none_because("a test"));
        assert_eq!(verifier.verify::<u32>(&token).expect_err("old").code(), "key_retired");
    }
}

#[test]
fn a_ring_goes_from_one_format_to_another_without_logging_anyone_out() {
    let steps = [(Algorithm::Hs256, Algorithm::EdDsa), (Algorithm::EdDsa, Algorithm::V4Public)];
    for (from, to) in steps {
        let bench = Bench::of(from, RingPolicy::default());
        let mint = || {
            let keys = Keys::read(&bench.dir).expect("a ring");
            Issuer::new(&keys, ISSUER, "shop").expect("sound").clock(bench.hand.clock())
        };
        let verify = || {
            let keys = Keys::read(&bench.dir).expect("a ring");
            let verifier = Verifier::new(keys, ISSUER, "shop").clock(bench.hand.clock());
            verifier.revocations(Revocations::none_because("a test"))
        };
        bench.act(&Act::Stage { algorithm: Some(to), hold: None });
        bench.hand.advance(bench.policy.staging());
        let old = mint().mint("ada", &7).expect("minted");
        bench.act(&promote(3));
        assert_eq!(Keys::read(&bench.dir).expect("a ring").algorithm(), to);
        bench.hand.advance(Duration::from_secs(600));
        let session = verify().verify::<u32>(&old).expect("still good");
        let renewer = mint().renewing(RevocationList::in_memory()).expect("a list");
        let Ok(Renewal::Renewed(renewed)) = renewer.renew(&session.into()) else {
            panic!("it is time to renew");
        };
        assert_ne!(old.as_str().split('.').next(), renewed.as_str().split('.').next());
        assert_eq!(renewed.as_str().starts_with("v4.public."), to == Algorithm::V4Public);
        assert_eq!(verify().verify::<u32>(&renewed).expect("good").subject(), "ada");
        bench.hand.advance(bench.policy.retention());
        assert_eq!(verify().verify::<u32>(&old).expect_err("over").code(), "key_retired");
        bench.tick();
        assert_eq!(verify().verify::<u32>(&old).expect_err("over").code(), "key_retired");
        let staged = Keys::read(&bench.dir).expect("a ring").keys().last().expect("a key");
        assert_eq!((staged.1, staged.2.algorithm()), (KeyState::Staged, to), "it goes on with it");
    }
}

#[test]
fn a_damaged_file_is_named_and_the_last_good_ring_stays() {
    let bench = Bench::new();
    bench.rotate();
    bench.act(&revoke(1, Successor::Unneeded));
    let keys = Keys::open(&bench.dir).expect("a ring");
    let serial = keys.serial();
    let kinds = ["ring.json", "key-0002.json", "sign-0002.json", "revoked-0001.json"];
    let torn = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let wrong = |bytes: &[u8]| {
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        text.replace("\"v\": 1", "\"v\": 7").replace("\"v\":1", "\"v\":7").into_bytes()
    };
    for name in kinds {
        let path = bench.dir.join(name);
        let good = fs::read(&path).expect("a file");
        let damages = [torn(&good), Vec::new(), b"\x00\xff".to_vec(), b"[]".to_vec(), wrong(&good)];
        for (number, damage) in damages.into_iter().enumerate() {
            fs::write(&path, damage).expect("written");
            let fault = Keys::read(&bench.dir).expect_err(name).to_string();
            assert!(fault.contains(name), "{name} {number}: {fault}");
            assert!(bench.rotator().perform(&Act::Tick).is_err(), "{name} {number}");
            assert!(keys.reload().is_err());
            assert_eq!(keys.serial(), serial);
            assert!(keys.health().fault.is_some_and(|fault| fault.contains(name)));
        }
        fs::write(&path, good).expect("written");
        keys.reload().expect("good again");
        assert_eq!(keys.health().fault, None);
    }
    // History and the published set stop nobody; the one is told, the other mended.
    fs::write(bench.dir.join("event-000002.json"), "{").expect("written");
    assert!(!Keys::read(&bench.dir).expect("a ring").warnings().is_empty());
    for damage in ["", "{", "[]", "{\"keys\":[7]}"] {
        fs::write(bench.dir.join("jwks.json"), damage).expect("written");
        assert!(bench.tick().contains(&"publish".into()), "{damage}");
    }
}

#[test]
fn a_ring_that_is_half_there_is_refused() {
    for gone in ["ring.json", "key-0001.json", "sign-0001.json"] {
        let bench = Bench::new();
        fs::remove_file(bench.dir.join(gone)).expect("removed");
        assert!(Keys::open(&bench.dir).is_err(), "{gone}");
        assert!(bench.rotator().perform(&Act::Tick).is_err(), "{gone}");
    }
    let empty = tempfile::tempdir().expect("a folder");
    assert_eq!(Keys::open(empty.path()).expect_err("empty").code(), "no_ring");
    let bench = Bench::new();
    let public = Key::from_jwk(&fs::read(bench.dir.join("key-0001.json")).expect("a file"));
    let public = public.expect("a key").to_public_jwk().expect("public");
    let rest = r#","v":1,"ring":"id.example","seq":1,"purpose":"signed","created":"2027-01-15T08:00:00Z","by":"x""#;
    let scrubbed =
        format!("{}{rest},\"scrubbed\":\"2027-01-15T08:00:00Z\"}}", &public[..public.len() - 1]);
    fs::write(bench.dir.join("key-0001.json"), scrubbed).expect("written");
    let fault = Keys::open(&bench.dir).expect_err("the signer is scrubbed").to_string();
    assert!(fault.contains("has lost its private half, and is signing"), "{fault}");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_and_waited_for_by_nobody() {
    use std::os::unix::fs::PermissionsExt as _;
    type Put = fn(&Path);
    let folder: Put = |path| fs::create_dir(path).expect("made");
    let itself: Put = |path| std::os::unix::fs::symlink(path, path).expect("linked");
    let fifo: Put = |path| {
        let made = std::process::Command::new("mkfifo").arg(path).status().expect("run");
        assert!(made.success());
    };
    for put in [folder, itself, fifo] {
        let bench = Bench::new();
        let path = bench.dir.join("key-0003.json");
        put(&path);
        // What links to itself has no mode.
        let _ = fs::set_permissions(&path, fs::Permissions::from_mode(0o700));
        assert_eq!(Keys::open(&bench.dir).expect_err("no file").code(), "cannot_read");
        assert!(bench.rotator().perform(&Act::Tick).is_err());
    }
}

#[cfg(unix)]
#[test]
fn strict_permissions_refuse_a_group() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("keys");
    NewRing::new(ISSUER).strict_permissions().create(&dir).expect("a ring");
    let mode = fs::Permissions::from_mode(0o640);
    fs::set_permissions(dir.join("key-0001.json"), mode).expect("changed");
    assert_eq!(Keys::open(&dir).expect_err("open to a group").code(), "exposed");
}

#[test]
fn a_ring_that_another_holds_is_busy() {
    let bench = Bench::new();
    let folder = fs::File::open(&bench.dir).expect("a folder");
    folder.lock().expect("held");
    let before = bytes(&bench.dir);
    assert_eq!(bench.rotator().perform(&Act::Tick).expect_err("held").code(), "busy");
    assert!(before == bytes(&bench.dir), "something was written");
    drop(folder);
    assert_eq!(bench.tick(), [""; 0]);
}

#[cfg(unix)]
mod mounted {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    /// A copy of `ring` as Kubernetes mounts a Secret: files of mode 0644 behind links.
    fn project(ring: &Path, mount: &Path, version: &str) {
        let real = mount.join(version);
        fs::create_dir_all(&real).expect("made");
        for (name, content) in bytes(ring) {
            let path = real.join(&name);
            fs::write(&path, content).expect("written");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("changed");
            let link = mount.join(&name);
            if link.symlink_metadata().is_err() {
                symlink(Path::new("..data").join(&name), link).expect("linked");
            }
        }
    }

    fn swap(mount: &Path, version: &str) {
        symlink(version, mount.join("..data_tmp")).expect("linked");
        fs::rename(mount.join("..data_tmp"), mount.join("..data")).expect("swapped");
    }

    #[test]
    fn a_secret_is_followed_forwards_only_and_never_written() {
        let bench = Bench::new();
        let folder = tempfile::tempdir().expect("a folder");
        let mount = folder.path();
        project(&bench.dir, mount, "..v1");
        swap(mount, "..v1");
        let keys = Keys::read(mount).expect("a ring");
        assert_eq!(keys.warnings().len(), 2, "{:?}", keys.warnings());
        let fault = Rotator::new(mount).clock(bench.hand.clock()).perform(&Act::Tick);
        assert_eq!(fault.expect_err("mounted").code(), "read_only");

        bench.act(&STAGE);
        project(&bench.dir, mount, "..v2");
        keys.reload().expect("nothing has changed");
        assert_eq!(keys.keys().count(), 2);
        swap(mount, "..v2");
        keys.reload().expect("the new version");
        assert_eq!(keys.keys().count(), 3);

        swap(mount, "..v1");
        let fault = keys.reload().expect_err("an older copy").to_string();
        assert!(fault.contains("its serial went back from 5 to 4"), "{fault}");
        assert_eq!(keys.keys().count(), 3);
        swap(mount, "..gone");
        assert!(keys.reload().is_err());
        assert_eq!(keys.keys().count(), 3);
        swap(mount, "..v2");
        keys.reload().expect("back");
        assert_eq!(keys.health().fault, None);
        assert_eq!(keys.health().failures, 2);
    }
}

/// A ring of the present, read again every half a second.
fn followed() -> (tempfile::TempDir, PathBuf, RingPolicy) {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("keys");
    let policy = RingPolicy {
        reload: Duration::from_secs(1),
        verifier_cache: Duration::ZERO,
        skew: Duration::ZERO,
        ..RingPolicy::default()
    };
    NewRing::new(ISSUER).policy(policy.clone()).create(&dir).expect("a ring");
    (folder, dir, policy)
}

#[test]
fn a_promotion_reaches_issuers_and_verifiers_that_run() {
    let (_folder, dir, policy) = followed();
    let keys = Keys::open(&dir).expect("a ring");
    let public = PublicKeys::follow(dir.join("jwks.json")).expect("a set");
    let issuer = Issuer::new(&keys, ISSUER, "shop").expect("sound");
    let none = || Revocations::none_because("a test");
    let own = Verifier::new(keys.clone(), ISSUER, "shop").revocations(none());
    let other = Verifier::new(public, ISSUER, "shop").revocations(none());
    let old = issuer.mint("ada", &1).expect("minted");
    std::thread::sleep(policy.staging() + Duration::from_secs(1));
    Rotator::new(&dir).perform(&promote(2)).expect("promoted");
    let mut new = issuer.mint("ada", &1).expect("minted");
    for _ in 0..50 {
        if own.verify::<u32>(&new).is_ok() && keys.serial() > 4 {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
        new = issuer.mint("ada", &1).expect("minted");
    }
    new = issuer.mint("ada", &1).expect("minted");
    let header = |token: &waxseal::Token| token.as_str().split('.').next().map(str::to_owned);
    assert_ne!(header(&old), header(&new), "another kid");
    for token in [&old, &new] {
        assert!(own.verify::<u32>(token).is_ok() && other.verify::<u32>(token).is_ok());
    }
}

#[test]
fn a_ring_of_the_future_is_not_followed() {
    let (_folder, dir, _) = followed();
    let keys = Keys::read(&dir).expect("a ring");
    let ahead = ManualClock::at(Timestamp::from_secs(4_000_000_000));
    Rotator::new(&dir).clock(ahead.clock()).perform(&Act::Tick).expect("a rehearsal gone wrong");
    let fault = keys.reload().expect_err("the future").to_string();
    assert!(fault.contains("ahead of this clock"), "{fault}");
    assert_eq!(keys.keys().count(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn who_stops_using_keys_stops_the_threads_that_follow_them() {
    let (_folder, dir, _) = followed();
    let followers = || {
        let tasks = fs::read_dir("/proc/self/task").expect("tasks");
        let name = |task: fs::DirEntry| fs::read_to_string(task.path().join("comm"));
        let names = tasks.filter_map(|task| name(task.ok()?).ok());
        names.filter(|name| name.starts_with("waxseal-ring")).count()
    };
    let open: Vec<Keys> = (0..50).map(|_| Keys::open(&dir).expect("a ring")).collect();
    // A thread names itself; and other tests have followers of their own.
    let comes_true = |what: fn(usize) -> bool| {
        let mut waits = 0..100;
        while !what(followers()) {
            waits.next().unwrap_or_else(|| panic!("{} threads", followers()));
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    comes_true(|count| count >= 50);
    drop(open);
    comes_true(|count| count < 25);
}
