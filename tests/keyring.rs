//! A ring on the disk: made whole or not at all, read strictly, its states derived.

// These tests damage files on purpose.
#![allow(clippy::disallowed_methods)]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use waxseal::key::{Algorithm, Key, KeySet, KeySource as _};
use waxseal::keyring::{KeyState, KeyringError, NewRing, RingPolicy};
use waxseal::time::{ManualClock, Timestamp};
use waxseal::{Issuer, Keys, PublicKeys, Revocations, Verifier, base64url};

const ISSUER: &str = "https://id.example";

fn made(algorithm: Algorithm) -> (tempfile::TempDir, PathBuf, Keys) {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("keys");
    let keys = NewRing::new(ISSUER).algorithm(algorithm).create(&path).expect("a ring");
    (dir, path, keys)
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON")
}

fn write(path: &Path, value: &Value) {
    fs::write(path, value.to_string()).expect("written");
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("text"))
        .collect();
    names.sort();
    names
}

#[test]
fn a_new_ring_has_one_signer_one_staged_key_and_a_history() {
    let (_dir, path, keys) = made(Algorithm::EdDsa);
    let wanted = [
        "event-000001.json",
        "event-000002.json",
        "event-000003.json",
        "event-000004.json",
        "jwks.json",
        "key-0001.json",
        "key-0002.json",
        "ring.json",
        "sign-0001.json",
    ];
    assert_eq!(names(&path), wanted);
    let states: Vec<_> = keys.keys().map(|(seq, state, _)| (seq, state)).collect();
    assert_eq!(states, [(1, KeyState::Signing), (2, KeyState::Staged)]);
    assert_eq!(
        (keys.serial(), keys.name(), keys.issuer()),
        (4, "id.example".into(), Some(ISSUER.into()))
    );
}

#[cfg(unix)]
#[test]
fn secrets_can_be_read_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_dir, path, _) = made(Algorithm::Hs256);
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    for name in names(&path).iter().filter(|name| *name != "jwks.json") {
        assert_eq!(mode(&path.join(name)), 0o600, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_key_that_everyone_can_read_is_refused_and_a_group_is_reported() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_dir, path, keys) = made(Algorithm::EdDsa);
    assert!(keys.warnings().is_empty());
    let chmod = |mode| {
        let file = path.join("key-0002.json");
        fs::set_permissions(file, fs::Permissions::from_mode(mode)).expect("changed");
    };
    chmod(0o640);
    assert_eq!(Keys::open(&path).expect("still usable").warnings().len(), 1);
    chmod(0o604);
    assert!(matches!(Keys::open(&path), Err(KeyringError::Exposed { .. })));
}

#[test]
fn each_event_holds_the_hash_of_the_one_before() {
    let (_dir, path, _) = made(Algorithm::EdDsa);
    let mut before = String::new();
    for serial in 1..=4 {
        let bytes = fs::read(path.join(format!("event-{serial:06}.json"))).expect("an event");
        let event: Value = serde_json::from_slice(&bytes).expect("JSON");
        assert_eq!(event["prev"], before.as_str());
        assert_eq!(event["serial"], serial);
        before = base64url::encode(ring::digest::digest(&ring::digest::SHA256, &bytes).as_ref());
    }
}

#[test]
fn every_key_file_is_a_jwk_with_an_aux_of_its_own() {
    for algorithm in [Algorithm::Hs256, Algorithm::EdDsa, Algorithm::A256Gcm] {
        let (_dir, path, keys) = made(algorithm);
        let mut seen = Vec::new();
        for (seq, _, key) in keys.keys() {
            let file = path.join(format!("key-{seq:04}.json"));
            assert_eq!(Key::from_jwk(&fs::read(&file).expect("a file")).expect("a JWK"), key);
            let file = json(&file);
            assert_eq!(
                (&file["v"], &file["seq"], &file["ring"]),
                (&1.into(), &seq.into(), &"id.example".into())
            );
            let aux = file["aux"].as_str().expect("aux").to_owned();
            assert_eq!(base64url::decode(&aux).map(|aux| aux.len()), Ok(32));
            assert!(!seen.contains(&aux));
            seen.push(aux);
            let kid = file["kid"].as_str().expect("a kid");
            assert!(kid.starts_with(&format!("k{seq}-")), "{kid}");
        }
    }
}

#[test]
fn the_published_set_holds_public_halves_only() {
    let (_dir, path, keys) = made(Algorithm::EdDsa);
    let set = json(&path.join("jwks.json"));
    let published = set["keys"].as_array().expect("keys");
    assert_eq!(published.len(), 2);
    for jwk in published {
        assert!(jwk.get("d").is_none() && jwk.get("aux").is_none(), "{jwk}");
        assert_eq!(jwk["alg"], "EdDSA");
    }
    assert_eq!(
        set.to_string(),
        serde_json::from_str::<Value>(&keys.to_public_jwk_set()).expect("JSON").to_string()
    );
    let (_dir, path, _) = made(Algorithm::Hs256);
    assert_eq!(json(&path.join("jwks.json")), serde_json::json!({"keys": []}));
}

#[test]
fn nothing_is_ever_overwritten() {
    let (_dir, path, _) = made(Algorithm::EdDsa);
    let before: Vec<_> =
        names(&path).iter().map(|name| fs::read(path.join(name)).expect("a file")).collect();
    assert!(matches!(NewRing::new(ISSUER).create(&path), Err(KeyringError::Exists { .. })));
    fs::remove_file(path.join("ring.json")).expect("removed");
    let fault = NewRing::new(ISSUER).create(&path).expect_err("remains");
    assert!(fault.to_string().contains("interrupted"), "{fault}");
    assert!(matches!(Keys::open(&path), Err(KeyringError::NoRing { .. })));
    let after: Vec<_> =
        names(&path).iter().map(|name| fs::read(path.join(name)).expect("a file")).collect();
    assert_eq!(before.len() - 1, after.len());
    assert!(after.iter().all(|file| before.contains(file)));
}

#[test]
fn a_folder_with_other_files_becomes_a_ring_and_keeps_them() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("README.md"), "mine").expect("written");
    NewRing::new(ISSUER).create(dir.path()).expect("a ring");
    assert_eq!(fs::read(dir.path().join("README.md")).expect("still there"), b"mine");
}

#[test]
fn of_many_who_make_one_ring_at_once_exactly_one_succeeds() {
    for _ in 0..10 {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("keys");
        let makers: Vec<_> = (0..8)
            .map(|_| {
                let path = path.clone();
                std::thread::spawn(move || NewRing::new(ISSUER).create(path).is_ok())
            })
            .collect();
        let won =
            makers.into_iter().filter_map(|maker| maker.join().ok()).filter(|won| *won).count();
        assert_eq!(won, 1);
        assert_eq!(Keys::open(&path).expect("a whole ring").keys().count(), 2);
        assert!(names(&path).iter().all(|name| !name.contains(".tmp-")), "{:?}", names(&path));
    }
}

#[test]
fn opening_never_creates() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("keys");
    let fault = Keys::open(&path).expect_err("no ring");
    assert!(fault.to_string().contains("waxseal keys init"), "{fault}");
    assert!(!path.exists());
}

#[test]
fn a_ring_for_development_is_made_once_and_mints_for_any_issuer() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("keys");
    let first = Keys::for_development(&path).expect("made");
    let again = Keys::for_development(&path).expect("opened");
    assert_eq!(first.to_public_jwk_set(), again.to_public_jwk_set());
    assert_eq!(again.issuer(), None);
    assert!(Issuer::new(&again, "http://localhost:3000", "shop").is_ok());
}

#[test]
fn a_damaged_ring_is_refused_with_the_file_that_is_damaged() {
    type Damage = (&'static str, &'static str, fn(&mut Value));
    let damages: [Damage; 9] = [
        ("ring.json", "format version", |file| file["v"] = 2.into()),
        ("ring.json", "missing field", |file| {
            drop(file.as_object_mut().map(|file| file.remove("L")))
        }),
        ("key-0001.json", "format version", |file| file["v"] = 9.into()),
        ("key-0001.json", "belongs to ring", |file| file["ring"] = "other".into()),
        ("key-0002.json", "belongs to ring", |file| file["seq"] = 7.into()),
        ("key-0001.json", "aux", |file| file["aux"] = "short".into()),
        ("key-0001.json", "contradicts", |file| file["x"] = base64url::encode(&[9; 32]).into()),
        ("sign-0001.json", "names key 9", |file| file["seq"] = 9.into()),
        ("sign-0001.json", "RFC 3339", |file| file["at"] = "yesterday".into()),
    ];
    for (name, says, damage) in damages {
        let (_dir, path, _) = made(Algorithm::EdDsa);
        let mut file = json(&path.join(name));
        damage(&mut file);
        write(&path.join(name), &file);
        let fault = Keys::open(&path).expect_err(name).to_string();
        let unfit = name == "key-0001.json" && fault.contains("not fit");
        assert!(fault.contains(name) && (fault.contains(says) || unfit), "{name}: {fault}");
        assert!(!fault.contains('\n'), "one line: {fault}");
    }
    for (name, content) in
        [("key-0001.json", ""), ("key-0002.json", "{\"v\":1"), ("ring.json", "[]")]
    {
        let (_dir, path, _) = made(Algorithm::EdDsa);
        fs::write(path.join(name), content).expect("written");
        assert!(Keys::open(&path).expect_err(name).to_string().contains(name));
    }
    let (_dir, path, _) = made(Algorithm::EdDsa);
    fs::remove_file(path.join("sign-0001.json")).expect("removed");
    assert!(
        Keys::open(&path).expect_err("no signer").to_string().contains("no key of the ring signs")
    );
}

/// Promotes key 2 at `secs`, as a later version of the program will.
fn promote_second(path: &Path, secs: i64) {
    let mut promotion = json(&path.join("sign-0001.json"));
    promotion["seq"] = 2.into();
    promotion["at"] = Timestamp::from_secs(secs).to_string().into();
    write(&path.join("sign-0002.json"), &promotion);
}

#[test]
fn after_a_promotion_the_old_key_verifies_until_its_tokens_have_ended() {
    let (_dir, path, keys) = made(Algorithm::EdDsa);
    let hand = ManualClock::at(Timestamp::from_secs(1_800_000_000));
    let issuer = Issuer::new(&keys, ISSUER, "shop").expect("sound").clock(hand.clock());
    let old = issuer.mint("ada", &7).expect("minted");
    promote_second(&path, 1_800_000_000);
    let keys = Keys::open(&path).expect("a ring");
    let until = Timestamp::from_secs(1_800_000_000).after(keys.policy().retention());
    let states: Vec<_> = keys.keys().map(|(_, state, _)| state).collect();
    assert_eq!(states, [KeyState::Retired { until }, KeyState::Signing]);

    let issuer = Issuer::new(&keys, ISSUER, "shop").expect("sound").clock(hand.clock());
    let new = issuer.mint("ada", &7).expect("minted");
    let none = Revocations::none_because("a test");
    let verifier = Verifier::new(keys, ISSUER, "shop").clock(hand.clock()).revocations(none);
    assert!(verifier.verify::<u32>(&old).is_ok() && verifier.verify::<u32>(&new).is_ok());
    hand.set(until);
    assert_eq!(verifier.verify::<u32>(&old).expect_err("too old").code(), "key_retired");
    assert_eq!(verifier.verify::<u32>(&new).expect_err("expired").code(), "expired");
}

#[test]
fn a_tombstone_ends_a_key_at_once_and_takes_it_out_of_the_published_set() {
    let (_dir, path, keys) = made(Algorithm::EdDsa);
    let token = Issuer::new(&keys, ISSUER, "shop").expect("sound").mint("ada", &7).expect("minted");
    promote_second(&path, 1_700_000_000);
    let tombstone =
        serde_json::json!({"v": 1, "revoked_at": "2026-11-21T01:00:00Z", "reason": "test"});
    write(&path.join("revoked-0001.json"), &tombstone);
    let keys = Keys::open(&path).expect("a ring");
    assert!(!keys.to_public_jwk_set().contains("k1-"));
    let none = Revocations::none_because("a test");
    let verifier = Verifier::new(keys, ISSUER, "shop").revocations(none);
    assert_eq!(verifier.verify::<u32>(&token).expect_err("revoked").code(), "key_revoked");
}

#[test]
fn an_imported_key_verifies_and_does_not_sign_yet() {
    let (_dir, path, before) = made(Algorithm::EdDsa);
    let key = Key::generate(Algorithm::Hs256).expect("a key");
    let staged = Keys::import(&path, key.clone(), "ada").expect("imported");
    assert!(staged.id().is_some_and(|id| id.as_str().starts_with("k3-")));
    let keys = Keys::open(&path).expect("a ring");
    assert_eq!(keys.keys().nth(2).map(|(seq, state, _)| (seq, state)), Some((3, KeyState::Staged)));
    assert_eq!(keys.serial(), before.serial() + 1);
    assert!(matches!(Keys::import(&path, key, "ada"), Err(KeyringError::Known(_))));
    let (_, _, first) = before.keys().next().expect("a key");
    assert!(matches!(Keys::import(&path, first.clone(), "ada"), Err(KeyringError::Known(_))));
    let public = first.public_half().expect("a public half");
    assert!(matches!(Keys::import(&path, public, "ada"), Err(KeyringError::NotForMinting)));
}

#[test]
fn public_keys_refuse_a_set_that_holds_a_secret() {
    let (_dir, path, keys) = made(Algorithm::EdDsa);
    assert_eq!(
        PublicKeys::open(path.join("jwks.json")).expect("public").key_set().members().len(),
        2
    );
    let (_, _, key) = keys.keys().next().expect("a key");
    let secret = key.export_secret_jwk().expect("a secret");
    let set = format!("{{\"keys\":[{}]}}", secret.expose_secret());
    let fault = PublicKeys::from_jwk_set(&set).expect_err("a secret");
    assert!(fault.to_string().contains("holds a secret"), "{fault}");
    assert!(KeySet::from_jwk_set(set.as_bytes()).is_ok());
}

#[test]
fn public_keys_refuse_a_secret_that_this_build_cannot_use() {
    let public = Key::generate(Algorithm::EdDsa).expect("a key").to_public_jwk().expect("public");
    let public = public.replacen('{', "{\"kid\":\"a\",", 1);
    for secret in
        [r#"{"kty":"RSA","kid":"b","n":"AQ","e":"AQAB","d":"AQ"}"#, r#"{"kty":"oct","k":"AAAA"}"#]
    {
        let set = format!("{{\"keys\":[{public},{secret}]}}");
        let fault = PublicKeys::from_jwk_set(&set).expect_err("a secret");
        assert!(fault.to_string().contains("keys[1] holds a secret"), "{fault}");
    }
}

#[test]
fn what_looks_like_part_of_a_ring_is_never_built_upon() {
    for name in ["jwks.json", "sign-0001.json", "revoked-0001.json", "event-000001.json"] {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join(name), "mine").expect("written");
        let made = NewRing::new(ISSUER).create(dir.path());
        assert!(matches!(made, Err(KeyringError::Exists { .. })), "{name}");
        assert_eq!(names(dir.path()), [name], "nothing was written");
    }
}

#[test]
fn imports_at_once_all_arrive_and_are_all_published() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("keys");
    let policy = RingPolicy { max_live_keys: 14, ..RingPolicy::default() };
    NewRing::new(ISSUER).policy(policy).create(&path).expect("a ring");
    let importers: Vec<_> = (0..12)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || {
                let key = Key::generate(Algorithm::EdDsa).expect("a key");
                Keys::import(&path, key, "ada").map(|key| key.id().cloned())
            })
        })
        .collect();
    for importer in importers {
        importer.join().expect("no panic").expect("imported");
    }
    let keys = Keys::open(&path).expect("a ring");
    assert_eq!((keys.keys().count(), keys.serial()), (14, 16));
    let set = PublicKeys::open(path.join("jwks.json")).expect("public");
    assert_eq!(set.key_set().members().len(), 14);
}

#[cfg(unix)]
#[test]
fn a_folder_that_everyone_can_write_is_refused_and_one_that_cannot_be_read_is_not_absent() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().expect("a folder");
    let chmod = |mode| {
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(mode)).expect("changed");
    };
    chmod(0o777);
    assert!(matches!(NewRing::new(ISSUER).create(dir.path()), Err(KeyringError::Exposed { .. })));
    chmod(0o700);
    // A ring.json that is a link to itself can be looked at by nobody, root neither.
    std::os::unix::fs::symlink("ring.json", dir.path().join("ring.json")).expect("linked");
    assert!(matches!(Keys::open(dir.path()), Err(KeyringError::Read { .. })));
}

#[test]
fn a_ring_takes_no_key_that_it_holds_for_another_algorithm() {
    let dir = tempfile::tempdir().expect("a folder");
    let dir = dir.path().join("keys");
    let ring = NewRing::new(ISSUER).algorithm(Algorithm::Es384).create(&dir).expect("a ring");
    let (_, _, key) = ring.keys().next().expect("a key");
    let pem = key.export_secret_pem().expect("a secret");
    let again = Key::from_pem(pem.expose_secret()).expect("the key without its kid");
    assert!(matches!(ring.ring().check_import(&again), Err(KeyringError::Known(_))));
    #[cfg(feature = "paseto-v3")]
    {
        let other = Key::from_pem_among(pem.expose_secret(), &[Algorithm::V3Public]);
        let known = ring.ring().check_import(&other.expect("a key"));
        assert!(matches!(known, Err(KeyringError::Known(_))), "{known:?}");
    }
}

#[test]
fn a_ring_that_signs_takes_no_key_that_seals() {
    let dir = tempfile::tempdir().expect("a folder");
    let [signed, sealed] = [("signed", Algorithm::EdDsa), ("sealed", Algorithm::A256Gcm)];
    for ((purpose, algorithm), (_, other)) in [(signed, sealed), (sealed, signed)] {
        let ring = NewRing::new(ISSUER).algorithm(algorithm).create(dir.path().join(purpose));
        let refused =
            ring.expect("a ring").ring().check_import(&Key::generate(other).expect("a key"));
        assert!(matches!(refused, Err(KeyringError::OtherPurpose { .. })), "{refused:?}");
    }
}

#[test]
fn a_first_key_is_of_the_rings_algorithm_and_does_both() {
    let dir = tempfile::tempdir().expect("a folder");
    let es256 = Key::generate(Algorithm::Es256).expect("a key");
    let mixed = NewRing::new(ISSUER).first_key(es256.clone()).algorithm(Algorithm::A256Gcm);
    assert!(matches!(mixed.create(dir.path().join("a")), Err(KeyringError::Policy(_))));
    let jwk = es256.export_secret_jwk().expect("a secret");
    let signs_only = jwk.expose_secret().replace("\"use\":\"sig\"", "\"key_ops\":[\"sign\"]");
    let signs_only = Key::from_jwk(signs_only.as_bytes()).expect("a key that only signs");
    let ring = NewRing::new(ISSUER).first_key(signs_only);
    assert!(matches!(ring.create(dir.path().join("b")), Err(KeyringError::NotForMinting)));
    assert!(!dir.path().join("a").exists() && !dir.path().join("b").exists());
}

#[cfg(not(feature = "http-client"))]
#[test]
fn a_url_names_the_feature_that_it_needs() {
    let fault = PublicKeys::follow("https://id.example/jwks.json").expect_err("it is refused");
    assert_eq!(fault.code(), "bad_url");
    assert!(fault.to_string().contains("\"http-client\""), "{fault}");
}
