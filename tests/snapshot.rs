//! Signed snapshots: what was revoked survives them, what is wrong with them is refused, and nothing
//! that goes wrong makes an empty list.

#![expect(clippy::disallowed_methods, reason = "tests write what a follower reads")]

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use proptest::prelude::*;
use waxseal::claims::SessionId;
use waxseal::key::{Algorithm, Key, KeyId, KeySet};
use waxseal::keyring::NewRing;
use waxseal::revocation::{
    Kind, MemoryStore, Record, Revocation, RevocationPolicy, RevocationStore as _, Snapshot,
    SnapshotError, SnapshotFault, SnapshotFeed, SnapshotWriter, StoreError, conformance,
};
use waxseal::time::{Clock, ManualClock, Timestamp};
use waxseal::{Issuer, RevocationList, Revocations, Verifier, base64url, limits};

const NOW: i64 = 1_795_225_163;
const B: Duration = Duration::from_secs(300);

fn feed_key() -> Key {
    Key::generate(Algorithm::EdDsa).expect("a key").with_id(KeyId::new("feed-1").expect("a kid"))
}

fn hand() -> ManualClock {
    ManualClock::at(Timestamp::from_secs(NOW))
}

fn list(clock: &Clock) -> RevocationList {
    let policy = RevocationPolicy::default().budget(B);
    RevocationList::setup().policy(policy).clock(clock.clone()).in_memory()
}

fn session(byte: u8) -> SessionId {
    SessionId::from([byte; 16])
}

/// One entry of every kind, with and without a spared session.
fn of_every_kind() -> Vec<Revocation> {
    vec![
        Revocation::session(session(1)),
        Revocation::foreign_session("their session"),
        Revocation::foreign_token("their token"),
        Revocation::subject("ada"),
        Revocation::subject("bob").except(session(2)),
        Revocation::subject("bob").except(session(3)),
        Revocation::scope("acme").before(Timestamp::from_millis(NOW * 1000 - 1)),
        Revocation::key("k1"),
        Revocation::everything().before(Timestamp::from_secs(NOW - 86_400)),
    ]
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("revocations.jwt")
    }

    fn place(&self) -> String {
        self.file().to_str().expect("text").to_owned()
    }

    fn feed(&self, key: &Key, clock: &Clock) -> SnapshotFeed {
        SnapshotFeed::new(&self.place(), key).expect("a feed").clock(clock.clone())
    }

    fn remembering(&self, key: &Key, clock: &Clock) -> Result<Revocations, StoreError> {
        self.feed(key, clock).remember_in(self.0.path().join("seen"))?.follow()
    }
}

fn entries(revocations: &Revocations) -> usize {
    revocations.health().expect("a list").entries
}

/// The text with `change` made to its payload, signed again by `key` under the header of `text`.
fn resigned(text: &str, key: &Key, change: impl Fn(&str) -> String) -> String {
    let [header, payload, _] = text.split('.').collect::<Vec<_>>()[..] else { panic!("a JWS") };
    let payload = String::from_utf8(base64url::decode(payload).expect("base64url")).expect("text");
    signed(header, change(&payload).as_bytes(), key)
}

fn signed(header: &str, payload: &[u8], key: &Key) -> String {
    use jsonwebtoken::crypto::sign;
    let input = format!("{header}.{}", base64url::encode(payload));
    let jwk = key.export_secret_jwk().expect("a private key");
    let jwk: serde_json::Value = serde_json::from_str(jwk.expose_secret()).expect("JSON");
    let seed = base64url::decode(jwk["d"].as_str().expect("d")).expect("base64url");
    let mut der = vec![48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
    der.extend(seed);
    let theirs = jsonwebtoken::EncodingKey::from_ed_der(&der);
    let signature = sign(input.as_bytes(), &theirs, jsonwebtoken::Algorithm::EdDSA);
    format!("{input}.{}", signature.expect("signed"))
}

// ---- What is written is read ---------------------------------------------------

#[test]
fn every_kind_survives() {
    let (hand, key) = (hand(), feed_key());
    let list = list(&hand.clock());
    list.revoke_all(&of_every_kind()).expect("room");
    let mut writer =
        SnapshotWriter::new(&list, &key).expect("a writer").issuer("https://id.example");
    let signed = writer.sign().expect("signed");
    let public = key.public_half().expect("EdDSA has one");
    let snapshot = Snapshot::open(signed.text(), &public).expect("ours");
    assert_eq!(&snapshot, signed.snapshot());
    let mut records = list.records();
    records.sort();
    assert_eq!(snapshot.records(), records);
    assert_eq!(records.len(), 9);
    assert_eq!(snapshot.issuer(), Some("https://id.example"));
    assert_eq!(snapshot.as_of(), Timestamp::from_secs(NOW));
    assert_eq!(snapshot.issued_at(), Timestamp::from_secs(NOW));
    assert_eq!(snapshot.expires(), Timestamp::from_secs(NOW).after(B));
    assert_eq!(snapshot.serial(), 1000 * NOW as u64);
    assert_eq!(snapshot.policy(), list.policy());
}

#[test]
fn equal_lists_give_equal_bytes_in_whatever_order_they_grew() {
    let (hand, key) = (hand(), feed_key());
    let (one, other) = (list(&hand.clock()), list(&hand.clock()));
    for revocation in of_every_kind() {
        one.revoke(&revocation).expect("room");
    }
    for revocation in of_every_kind().iter().rev() {
        other.revoke(revocation).expect("room");
    }
    let text = |list: &RevocationList| {
        let mut writer = SnapshotWriter::new(list, &key).expect("a writer");
        writer.sign().expect("signed").text().to_owned()
    };
    assert_eq!(text(&one), text(&other));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_list_survives(
        names in proptest::collection::vec((0..6_usize, "[a-z]{1,3}", 0..NOW * 1000, 0..NOW * 2), 0..60),
    ) {
        let (hand, key) = (hand(), feed_key());
        let list = list(&hand.clock());
        for (kind, name, cut, limit) in names {
            let cut = Timestamp::from_millis(cut);
            let revocation = match Kind::ALL[kind] {
                Kind::Token => Revocation::foreign_token(&name),
                Kind::Session => Revocation::foreign_session(&name),
                Kind::Subject if cut.as_secs() % 2 == 0 => Revocation::subject(&name).before(cut),
                Kind::Subject => Revocation::subject(&name).before(cut).except(session(9)),
                Kind::Scope => Revocation::scope(&name).before(cut),
                Kind::Key => Revocation::key(&name),
                Kind::Everything => Revocation::everything().before(cut),
            };
            list.revoke(&revocation.ends_by(Timestamp::from_secs(limit))).expect("room");
        }
        let signed = SnapshotWriter::new(&list, &key).expect("a writer").sign().expect("signed");
        let mut records: Vec<Record> = list.records();
        records.sort();
        let read = Snapshot::open(signed.text(), &key).expect("ours");
        prop_assert_eq!(read.records(), records);
    }
}

#[test]
fn serials_only_go_up() {
    let (hand, key) = (hand(), feed_key());
    let list = list(&hand.clock());
    let mut writer = SnapshotWriter::new(&list, &key).expect("a writer");
    let mut serial = || writer.sign().expect("signed").snapshot().serial();
    let first = serial();
    assert_eq!(serial(), first + 1, "in the same millisecond");
    hand.set(Timestamp::from_secs(NOW - 60));
    assert_eq!(serial(), first + 2, "with a clock that went back");
    hand.set(Timestamp::from_secs(NOW + 60));
    assert_eq!(serial(), first + 60_000);
}

#[test]
fn a_writer_tells_whether_there_is_anything_new() {
    let (hand, key) = (hand(), feed_key());
    let list = list(&hand.clock());
    let mut writer = SnapshotWriter::new(&list, &key).expect("a writer");
    assert!(writer.has_changed(), "it never signed");
    writer.sign().expect("signed");
    assert!(!writer.has_changed());
    list.revoke(&Revocation::subject("ada")).expect("room");
    assert!(writer.has_changed());
    writer.sign().expect("signed");
    assert!(!writer.has_changed());
    list.purge(Timestamp::END);
    assert!(writer.has_changed());
}

// ---- What is refused -----------------------------------------------------------

#[test]
fn one_changed_character_is_refused_wherever_it_is() {
    let (hand, key) = (hand(), feed_key());
    let list = list(&hand.clock());
    list.revoke_all(&of_every_kind()).expect("room");
    let signed = SnapshotWriter::new(&list, &key).expect("a writer").sign().expect("signed");
    let text = signed.text();
    assert!(Snapshot::open(text, &key).is_ok());
    for (at, found) in text.char_indices() {
        let other = if found == 'A' { 'B' } else { 'A' };
        let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
        assert!(Snapshot::open(&changed, &key).is_err(), "at {at} of {}", text.len());
        assert!(Snapshot::open(&text[..at], &key).is_err(), "cut at {at}");
    }
}

#[test]
fn only_an_eddsa_key_signs_and_only_its_own_snapshots_are_read() {
    let (hand, key) = (hand(), feed_key());
    let list = list(&hand.clock());
    for algorithm in [Algorithm::Es256, Algorithm::Hs256, Algorithm::A256Gcm] {
        let other = Key::generate(algorithm).expect("a key");
        let refused = SnapshotWriter::new(&list, &other).expect_err("no feed key");
        assert_eq!(refused, SnapshotError::Algorithm(algorithm));
        let refused = SnapshotFeed::new("revocations.jwt", &other).expect_err("no feed key");
        assert!(matches!(refused, StoreError::Unsupported { .. }), "{refused}");
        assert!(refused.to_string().contains("EdDSA"), "{refused}");
    }
    let public = key.public_half().expect("EdDSA has one");
    let refused = SnapshotWriter::new(&list, &public).expect_err("no private key");
    assert_eq!(refused, SnapshotError::NotForSigning);
    let none = Revocations::none_because("a test");
    assert_eq!(SnapshotWriter::new(none, &key).expect_err("no list"), SnapshotError::NoList);

    let signed = SnapshotWriter::new(&list, &key).expect("a writer").sign().expect("signed");
    let stranger = Key::generate(Algorithm::EdDsa).expect("a key");
    assert_eq!(Snapshot::open(signed.text(), &stranger), Err(SnapshotFault::Unauthentic));
    let renamed = key.clone().with_id(KeyId::new("feed-2").expect("a kid"));
    let refused = Snapshot::open(signed.text(), &renamed);
    assert!(matches!(refused, Err(SnapshotFault::Key { .. })), "{refused:?}");
}

#[test]
fn no_session_is_a_snapshot_and_no_snapshot_a_session() {
    let folder = Folder::new();
    let keys =
        NewRing::new("https://id.example").create(folder.0.path().join("keys")).expect("a ring");
    let issuer = Issuer::new(&keys, "https://id.example", "shop").expect("an issuer");
    let token = issuer.mint("ada", &()).expect("minted");
    let signing = keys.ring().signing_key().expect("one signs").clone();
    let refused = Snapshot::open(&token, &signing);
    assert_eq!(refused, Err(SnapshotFault::Type(Some("session+jwt".into()))));

    // Even if somebody gave one key both duties.
    let list = RevocationList::in_memory();
    let mut writer =
        SnapshotWriter::new(&list, &signing).expect("a writer").issuer("https://id.example");
    let snapshot = writer.sign().expect("signed");
    let verifier =
        Verifier::new(KeySet::only(signing), "https://id.example", "shop").revocations(&list);
    assert!(verifier.verify::<()>(&token).is_ok());
    let refused = verifier.verify::<()>(snapshot.text()).expect_err("no session");
    assert_eq!(refused.code(), "wrong_type", "{refused}");
}

#[test]
fn signed_nonsense_is_refused() {
    let (hand, key) = (hand(), feed_key());
    let list = list(&hand.clock());
    list.revoke_all(&of_every_kind()).expect("room");
    let signed = SnapshotWriter::new(&list, &key).expect("a writer").sign().expect("signed");
    let text = signed.text();
    assert!(Snapshot::open(&resigned(text, &key, str::to_owned), &key).is_ok());
    let said = |change: &dyn Fn(&str) -> String| {
        let refused = Snapshot::open(&resigned(text, &key, change), &key).expect_err("nonsense");
        refused.to_string()
    };
    let replaced = |from: &'static str, to: &'static str| {
        move |payload: &str| {
            assert!(payload.contains(from), "{from} in {payload}");
            payload.replacen(from, to, 1)
        }
    };
    for (from, to, wanted) in [
        ("\"ver\":1", "\"ver\":2", "format version 2"),
        ("\"ver\":1,", "", "\"ver\" is missing"),
        ("\"ver\":1,", "\"ver\":1,\"ver\":1,", "stands twice"),
        ("\"sid\":", "\"sid\":\"\",\"sid\":", "stands twice"),
        ("\"sid\":", "\"dev\":", "not known"),
        ("\"sid\":\"", "\"sid\":\"AAAA", "does not fit"),
        ("\"all\":\"", "\"all\":\"!", "does not fit"),
        ("\"revoked\":{", "\"revoked\":[{", "cannot be read"),
        ("\"ser\":", "\"ser\":-", "cannot be read"),
        ("\"ser\":", "\"ser\":99999", "too large"),
        ("\"as_of\":", "\"as_off\":", "\"as_of\" is missing"),
        ("\"exp\":", "\"ex\":", "\"exp\" is missing"),
        ("\"B\":300000", "\"B\":1", "B_mint"),
        ("{\"iat\"", "[{\"iat\"", "not a JSON object"),
    ] {
        let said = said(&replaced(from, to));
        assert!(said.contains(wanted), "{from} {to}: {said}");
    }
    // Members that nobody knows say nothing.
    let more = resigned(text, &key, replaced("\"ver\":1", "\"ver\":1,\"more\":[{}]"));
    assert!(Snapshot::open(&more, &key).is_ok());

    // The same content under another type.
    let header = base64url::encode(br#"{"alg":"EdDSA","kid":"feed-1","typ":"JWT"}"#);
    let payload = text.split('.').nth(1).expect("a payload");
    let payload = String::from_utf8(base64url::decode(payload).expect("base64url")).expect("text");
    let refused = Snapshot::open(&self::signed(&header, payload.as_bytes(), &key), &key);
    assert_eq!(refused, Err(SnapshotFault::Type(Some("JWT".into()))));
}

proptest! {
    #[test]
    fn whatever_is_signed_is_read_or_refused(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..4),
    ) {
        let (hand, key) = (hand(), feed_key());
        let list = list(&hand.clock());
        list.revoke_all(&of_every_kind()).expect("room");
        let signed = SnapshotWriter::new(&list, &key).expect("a writer").sign().expect("signed");
        let [header, payload, _] = signed.text().split('.').collect::<Vec<_>>()[..] else {
            panic!("a JWS")
        };
        let mut payload = base64url::decode(payload).expect("base64url");
        for (at, byte, how) in changes {
            let at = at.index(payload.len());
            match how {
                0 => payload[at] = byte,
                1 => payload.insert(at, byte),
                _ => drop(payload.remove(at)),
            }
        }
        let text = self::signed(header, &payload, &key);
        if let Ok(read) = Snapshot::open(&text, &key) {
            // Nothing was lost on the way: as many entries as their lengths say.
            let json: serde_json::Value = serde_json::from_slice(&payload).expect("JSON");
            let lengths = [("sid", 20), ("jti", 20), ("sub", 44), ("scope", 28), ("kid", 20), ("all", 12)];
            let count = |(kind, length): (&str, usize)| {
                let packed = json["revoked"][kind].as_str().unwrap_or_default();
                base64url::decode(packed).expect("base64url").len() / length
            };
            prop_assert_eq!(read.records().len(), lengths.map(count).iter().sum::<usize>());
        }
    }
}

// ---- Followed ------------------------------------------------------------------

#[test]
fn it_keeps_the_rules_of_every_feed() {
    let (folder, key) = (Folder::new(), feed_key());
    let store = MemoryStore::new(RevocationPolicy::default()).expect("a store");
    let list = RevocationList::with_store(store.clone()).expect("a list");
    let mut writer = SnapshotWriter::new(&list, &key).expect("a writer");
    let mut feed = SnapshotFeed::new(&folder.place(), &key).expect("a feed");
    let write = |entries| {
        store.record(entries)?;
        list.reload().expect("a store");
        writer.write(folder.file()).expect("written");
        Ok(())
    };
    assert_eq!(conformance::check_feed(&mut feed, write), Ok(()));
}

#[test]
fn a_file_is_followed() {
    let (folder, hand, key) = (Folder::new(), hand(), feed_key());
    let list = list(&hand.clock());
    let mut writer = SnapshotWriter::new(&list, &key).expect("a writer");
    writer.write(folder.file()).expect("written");
    let public = key.public_half().expect("EdDSA has one");
    let follower = folder.feed(&public, &hand.clock()).follow().expect("a snapshot");
    assert_eq!(entries(&follower), 0);

    list.revoke_all(&of_every_kind()).expect("room");
    writer.write(folder.file()).expect("written");
    follower.reload().expect("a snapshot");
    assert_eq!(entries(&follower), 9);
    let left: Vec<_> = fs::read_dir(folder.0.path()).expect("a folder").collect();
    assert_eq!(left.len(), 1, "nothing is left beside it: {left:?}");
}

#[test]
fn what_a_snapshot_says_ends_sessions() {
    let folder = Folder::new();
    let key = feed_key();
    let keys =
        NewRing::new("https://id.example").create(folder.0.path().join("keys")).expect("a ring");
    let issuer = Issuer::new(&keys, "https://id.example", "shop").expect("an issuer");
    let (ada, bob) =
        (issuer.mint("ada", &()).expect("minted"), issuer.mint("bob", &()).expect("minted"));
    let list = RevocationList::in_memory();
    let mut writer = SnapshotWriter::new(&list, &key).expect("a writer");
    writer.write(folder.file()).expect("written");
    let follower = Revocations::follow_snapshot(&folder.place(), &key).expect("a snapshot");
    let verifier = Verifier::new(keys, "https://id.example", "shop").revocations(follower.clone());
    assert!(verifier.verify::<()>(&ada).is_ok());
    list.revoke(&Revocation::subject("ada")).expect("room");
    writer.write(folder.file()).expect("written");
    follower.reload().expect("a snapshot");
    assert_eq!(verifier.verify::<()>(&ada).expect_err("revoked").code(), "subject_revoked");
    assert!(verifier.verify::<()>(&bob).is_ok());
}

#[test]
fn a_snapshot_that_is_not_signed_anew_ages_and_expires() {
    let (folder, hand, key) = (Folder::new(), hand(), feed_key());
    let list = list(&hand.clock());
    list.revoke(&Revocation::subject("ada")).expect("room");
    SnapshotWriter::new(&list, &key).expect("a writer").write(folder.file()).expect("written");
    let follower = folder.feed(&key, &hand.clock()).follow().expect("a snapshot");
    let age = || follower.health().expect("a list").age;
    assert_eq!(age(), Duration::ZERO);
    hand.advance(Duration::from_secs(100));
    follower.reload().expect("the same");
    assert_eq!(age(), Duration::from_secs(100), "read just now, and as old as it says");
    hand.advance(Duration::from_secs(200));
    let said = follower.reload().expect_err("expired");
    assert!(said.contains("expired"), "{said}");
    assert_eq!(entries(&follower), 1, "the list is kept");
    assert!(age() >= B);
    let refused = folder.feed(&key, &hand.clock()).follow().expect_err("expired");
    assert!(matches!(refused, StoreError::Unreachable { .. }), "{refused}");
}

#[test]
fn a_clock_that_is_set_back_makes_no_snapshot_younger() {
    let (folder, hand, key) = (Folder::new(), hand(), feed_key());
    let list = list(&hand.clock());
    let mut writer = SnapshotWriter::new(&list, &key).expect("a writer");
    writer.write(folder.file()).expect("written");
    hand.advance(Duration::from_secs(10));
    let follower = folder.feed(&key, &hand.clock()).follow().expect("a snapshot");
    let age = || follower.health().expect("a list").age;
    let step = Duration::from_secs(50);
    for steps in 1..=5 {
        hand.advance(step);
        hand.jump(Timestamp::from_secs(NOW + 10));
        follower.reload().expect("the same");
        assert_eq!(age(), Duration::from_secs(10) + step * steps);
    }
    // All of it is read again: no reason to look younger.
    std::fs::copy(folder.file(), folder.0.path().join("copy")).expect("copied");
    std::fs::rename(folder.0.path().join("copy"), folder.file()).expect("moved");
    follower.reload().expect("the same");
    assert_eq!(age(), Duration::from_secs(260));
    hand.advance(step);
    hand.jump(Timestamp::from_secs(NOW + 10));
    let said = follower.reload().expect_err("expired");
    assert!(said.contains("expired"), "{said}");
    // One that was signed anew is as old as it says.
    hand.advance(step);
    list.revoke(&Revocation::subject("ada")).expect("room");
    writer.write(folder.file()).expect("written");
    follower.reload().expect("a new one");
    assert_eq!(age(), Duration::ZERO);
}

#[test]
fn a_snapshot_from_the_future_is_refused() {
    let (folder, hand, key) = (Folder::new(), hand(), feed_key());
    let list = list(&hand.clock());
    SnapshotWriter::new(&list, &key).expect("a writer").write(folder.file()).expect("written");
    let behind = |secs| ManualClock::at(Timestamp::from_secs(NOW - secs)).clock();
    assert!(folder.feed(&key, &behind(30)).follow().is_ok(), "hosts may differ by S");
    let refused = folder.feed(&key, &behind(31)).follow().expect_err("too far ahead");
    assert!(refused.to_string().contains("ahead of this clock"), "{refused}");
}

#[test]
fn an_older_snapshot_is_noticed_after_a_restart_too() {
    let (folder, hand, key) = (Folder::new(), hand(), feed_key());
    let list = list(&hand.clock());
    let mut writer = SnapshotWriter::new(&list, &key).expect("a writer");
    writer.write(folder.file()).expect("written");
    let old = fs::read(folder.file()).expect("a file");
    list.revoke(&Revocation::subject("ada")).expect("room");
    writer.write(folder.file()).expect("written");
    let new = fs::read(folder.file()).expect("a file");

    let follower = folder.remembering(&key, &hand.clock()).expect("a snapshot");
    fs::write(folder.file(), &old).expect("written");
    let said = follower.reload().expect_err("older");
    assert!(said.contains("older than"), "{said}");
    let health = follower.health().expect("a list");
    assert_eq!(health.entries, 1, "kept");
    assert!(health.failures > 0, "and told");

    drop(follower);
    let refused = folder.remembering(&key, &hand.clock()).expect_err("older");
    let (found, seen) = (1000 * NOW as u64, 1000 * NOW as u64 + 1);
    assert_eq!(refused, StoreError::WentBack { place: folder.place(), found, seen });
    assert!(folder.feed(&key, &hand.clock()).follow().is_ok(), "nobody remembers");

    fs::write(folder.file(), &new).expect("written");
    assert!(folder.remembering(&key, &hand.clock()).is_ok());
    fs::write(folder.0.path().join("seen"), "many\n").expect("written");
    let refused = folder.remembering(&key, &hand.clock()).expect_err("no number");
    assert!(matches!(refused, StoreError::Corrupt { .. }), "{refused}");
}

#[test]
fn what_goes_wrong_leaves_the_list_as_it_was() {
    let (folder, hand, key) = (Folder::new(), hand(), feed_key());
    let refused = folder.feed(&key, &hand.clock()).follow().expect_err("nothing is there");
    assert!(matches!(refused, StoreError::Unreachable { .. }), "{refused}");
    let list = list(&hand.clock());
    list.revoke_all(&of_every_kind()).expect("room");
    let mut writer = SnapshotWriter::new(&list, &key).expect("a writer");
    writer.write(folder.file()).expect("written");
    let good = fs::read_to_string(folder.file()).expect("a file");
    let follower = folder.feed(&key, &hand.clock()).follow().expect("a snapshot");

    let stranger = Key::generate(Algorithm::EdDsa).expect("a key");
    let theirs = SnapshotWriter::new(&list, &stranger).expect("a writer").sign().expect("signed");
    for bad in ["", "garbage", &good[..good.len() - 1], &format!("x{good}"), theirs.text()] {
        fs::write(folder.file(), bad).expect("written");
        follower.reload().expect_err("bad");
        let health = follower.health().expect("a list");
        assert!(health.entries == 9 && health.failures > 0, "{health}");
        assert_eq!(health.verdict.word(), "corrupt");
        folder.feed(&key, &hand.clock()).follow().expect_err("bad");
    }
    fs::remove_file(folder.file()).expect("it was there");
    follower.reload().expect_err("missing");
    assert_eq!(entries(&follower), 9);
    fs::write(folder.file(), format!("{good}\n")).expect("written");
    follower.reload().expect("good again");
    assert_eq!(follower.health().expect("a list").fault, None);
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let (folder, hand, key) = (Folder::new(), hand(), feed_key());
    let file = fs::File::create(folder.file()).expect("a file");
    file.set_len(limits::SNAPSHOT_BYTES as u64 + 1).expect("a hole");
    let refused = folder.feed(&key, &hand.clock()).follow().expect_err("too large");
    assert!(refused.to_string().contains("more than 67108864 bytes"), "{refused}");
}

#[test]
fn no_other_file_is_replaced() {
    let (folder, hand, key) = (Folder::new(), hand(), feed_key());
    let list = list(&hand.clock());
    let mut writer = SnapshotWriter::new(&list, &key).expect("a writer");
    fs::write(folder.file(), "dear diary").expect("written");
    let refused = writer.write(folder.file()).expect_err("a diary");
    assert!(matches!(refused, SnapshotError::NotOurs { .. }), "{refused}");
    assert_eq!(fs::read_to_string(folder.file()).expect("a file"), "dear diary");
    fs::remove_file(folder.file()).expect("it was there");
    let first = writer.write(folder.file()).expect("written").snapshot().serial();
    // Another process, whose clock is behind.
    hand.set(Timestamp::from_secs(NOW - 100));
    let mut other = SnapshotWriter::new(&list, &key).expect("a writer");
    assert_eq!(other.write(folder.file()).expect("written").snapshot().serial(), first + 1);
}

#[test]
fn a_list_that_is_itself_too_old_is_not_signed() {
    let (folder, hand, key) = (Folder::new(), hand(), feed_key());
    let list = list(&hand.clock());
    SnapshotWriter::new(&list, &key).expect("a writer").write(folder.file()).expect("written");
    let follower = folder.feed(&key, &hand.clock()).follow().expect("a snapshot");
    let mut second_hand = SnapshotWriter::new(follower.clone(), &key).expect("a writer");
    hand.advance(Duration::from_secs(100));
    let signed = second_hand.sign().expect("signed");
    assert_eq!(signed.snapshot().as_of(), Timestamp::from_secs(NOW), "no younger than its source");
    hand.advance(Duration::from_secs(201));
    assert!(matches!(second_hand.sign(), Err(SnapshotError::Stale(_))));
}
