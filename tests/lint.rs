//! Lint for key rings: every rule of the catalogue with a ring that breaks it, and one that nearly
//! does.

// These tests damage files on purpose.
#![allow(clippy::disallowed_methods)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use waxseal::Keys;
use waxseal::key::{Algorithm, Key};
use waxseal::keyring::lint::{CATALOGUE, Level, Report, Setting, lint, lint_jwk_set};
use waxseal::keyring::{KeyringError, NewRing};
use waxseal::time::{Clock, Timestamp};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A ring that was made a moment ago, and how it is to be judged.
struct Bench {
    _dir: tempfile::TempDir,
    rings: Vec<PathBuf>,
    made: Timestamp,
    at: Timestamp,
    last_serial: Option<u64>,
}

impl Bench {
    fn new() -> Self {
        Self::of(Algorithm::EdDsa)
    }

    fn of(algorithm: Algorithm) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let ring = dir.path().join("keys");
        NewRing::new("https://id.example").algorithm(algorithm).create(&ring).expect("a ring");
        let made = Clock::system().now();
        Self { _dir: dir, rings: vec![ring], made, at: made, last_serial: None }
    }

    fn ring(&self) -> &Path {
        &self.rings[0]
    }

    fn after(&mut self, seconds: u64) {
        self.at = self.made.after(Duration::from_secs(seconds));
    }

    fn before(&mut self, seconds: u64) {
        self.at = self.made.before(Duration::from_secs(seconds));
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.ring().join(name)).expect("a file")
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.ring().join(name), text).expect("written");
    }

    #[track_caller]
    fn change(&self, name: &str, from: &str, to: &str) {
        let text = self.text(name);
        assert!(text.contains(from), "{name} lacks {from}: {text}");
        self.write(name, &text.replace(from, to));
    }

    /// Names key `seq` as the signer, as promotion `number`, so many seconds after the ring was made.
    fn promote(&self, number: u32, seq: u32, seconds: u64) {
        let at = self.made.after(Duration::from_secs(seconds));
        let promotion =
            format!(r#"{{"v":1,"ring":"id.example","seq":{seq},"at":"{at}","by":"test"}}"#);
        self.write(&format!("sign-{number:04}.json"), &promotion);
    }

    fn import(&self, key: Key) {
        Keys::import(self.ring(), key, "test").expect("imported");
    }

    fn stage(&self) {
        self.import(Key::generate(Algorithm::EdDsa).expect("a key"));
    }

    fn kid(&self, seq: u32) -> String {
        let keys = Keys::open(self.ring()).expect("a ring");
        let found = keys.keys().find(|(found, ..)| *found == seq);
        found.and_then(|(.., key)| key.id().map(ToString::to_string)).expect("a kid")
    }

    /// A second ring beside the first.
    fn second(&mut self) -> PathBuf {
        let path = self.ring().with_file_name("other");
        NewRing::new("https://other.example").create(&path).expect("a ring");
        self.rings.push(path.clone());
        path
    }

    #[cfg(unix)]
    fn chmod(&self, name: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt as _;
        let file = self.ring().join(name);
        fs::set_permissions(file, fs::Permissions::from_mode(mode)).expect("changed");
    }

    fn lint(&self) -> Report {
        let setting = Setting::at(self.at);
        let setting = match self.last_serial {
            Some(last) => setting.last_serial(last),
            None => setting,
        };
        lint(&self.rings, &setting).expect("rings")
    }

    /// The ids that were found, each once.
    #[track_caller]
    fn ids(&self) -> Vec<&'static str> {
        let report = self.lint();
        assert!(report.unread.is_empty(), "{:?}", report.unread);
        let mut ids: Vec<_> = report.findings.iter().map(|finding| finding.id).collect();
        ids.dedup();
        ids
    }
}

type Act = fn(&mut Bench);

/// A rule, a ring that breaks it and no other, and one that comes close and breaks none.
const SAMPLES: &[(&str, Act, Act)] = &[
    (
        "K001",
        |bench| fs::remove_file(bench.ring().join("sign-0001.json")).expect("removed"),
        |bench| bench.promote(2, 1, 0), // promoted again: the same signer
    ),
    (
        "K002",
        |bench| bench.write("sign-00001.json", &bench.text("sign-0001.json")),
        |bench| bench.promote(2, 1, 0),
    ),
    (
        "K003",
        |bench| bench.change("ring.json", "\"L\": 28800", "\"L\": 2591911"),
        |bench| bench.change("ring.json", "\"L\": 28800", "\"L\": 2591910"), // R + L + 2S = period
    ),
    ("K004", |bench| bench.after(30 * DAY + 2), |bench| bench.after(30 * DAY - 2)),
    (
        "K005",
        |bench| bench.promote(2, 2, 0), // nothing is left to be next
        |bench| {
            bench.promote(2, 2, 0);
            bench.stage();
        },
    ),
    (
        "K006",
        |bench| {
            bench.stage();
            bench.stage();
            bench.change("ring.json", "\"cap\": 4", "\"cap\": 3");
        },
        |bench| {
            bench.stage();
            bench.stage();
        },
    ),
    #[cfg(unix)]
    ("K007", |bench| bench.chmod("key-0002.json", 0o604), |bench| bench.chmod("ring.json", 0o644)),
    ("K008", |bench| bench.before(HOUR), |bench| bench.before(10)), // S is 30 s
    (
        "K009",
        |bench| {
            retire_the_first_key(bench);
            bench.after(8 * HOUR + 3 * MINUTE);
        },
        |bench| {
            retire_the_first_key(bench);
            bench.after(8 * HOUR);
        },
    ),
    (
        "K010",
        |bench| {
            let kid = bench.kid(2);
            let other = kid.replacen("k2-", "k7-", 1);
            for file in ["key-0002.json", "jwks.json"] {
                bench.change(file, &kid, &other);
            }
        },
        |bench| {
            let kid = bench.kid(2);
            for file in ["key-0002.json", "jwks.json"] {
                bench.change(file, &kid, "imported-2019"); // a name from elsewhere
            }
        },
    ),
    (
        "K011",
        |bench| bench.write("jwks.json", r#"{"keys":[]}"#),
        |bench| {
            let set: serde_json::Value =
                serde_json::from_str(&bench.text("jwks.json")).expect("JSON");
            let turned = serde_json::json!({ "keys": [set["keys"][1], set["keys"][0]] });
            bench.write("jwks.json", &turned.to_string());
        },
    ),
    (
        "K012",
        |bench| bench.write("event-000002.json", &(bench.text("event-000002.json") + "\n")),
        |bench| bench.stage(), // one more event
    ),
    (
        "K013",
        |bench| {
            bench.write(".key-0003.json.tmp-1-0", "{");
            bench.after(2 * MINUTE);
        },
        |bench| bench.write(".key-0003.json.tmp-1-0", "{"), // its writer may be at work
    ),
    ("K014", |bench| bench.last_serial = Some(5), |bench| bench.last_serial = Some(4)),
    (
        "K015",
        |bench| bench.change("key-0002.json", "\"v\":1", r#""hold":{"why":"audit"},"v":1"#),
        |bench| {
            let hold = r#""hold":{"why":"audit","until":"2030-01-01T00:00:00Z"},"v":1"#;
            bench.change("key-0002.json", "\"v\":1", hold);
        },
    ),
    (
        "K016",
        |bench| {
            let other = bench.second();
            let jwk = fs::read_to_string(other.join("key-0002.json")).expect("a file");
            let jwk = jwk.replace("\"kid\":", "\"was\":");
            bench.import(Key::from_jwk(jwk.as_bytes()).expect("a key"));
        },
        |bench| {
            bench.second();
            bench.rings.push(bench.ring().join(".")); // the same folder is no other ring
        },
    ),
    (
        "K017",
        |bench| fs::create_dir(bench.ring().with_file_name(".git")).expect("made"),
        |bench| fs::create_dir(bench.ring().with_file_name("git")).expect("made"),
    ),
];

/// The second key signs since a minute after the ring was made; a third is staged.
fn retire_the_first_key(bench: &mut Bench) {
    bench.promote(2, 2, MINUTE);
    bench.stage();
}

#[test]
fn every_rule_has_a_ring_that_breaks_it_alone_and_one_that_does_not() {
    for (id, broken, clean) in SAMPLES {
        let mut bench = Bench::new();
        broken(&mut bench);
        assert_eq!(bench.ids(), [*id], "{:#?}", bench.lint());
        let mut bench = Bench::new();
        clean(&mut bench);
        assert_eq!(bench.ids(), [""; 0], "the clean ring of {id}: {:#?}", bench.lint());
    }
}

#[test]
fn the_catalogue_holds_no_rule_without_samples() {
    let sampled: Vec<_> = SAMPLES.iter().map(|(id, ..)| *id).collect();
    let ids: Vec<_> = CATALOGUE.iter().map(|rule| rule.id).collect();
    #[cfg(not(unix))]
    let ids: Vec<_> = ids.into_iter().filter(|id| *id != "K007").collect();
    assert_eq!(sampled, ids);
    for rule in CATALOGUE {
        assert!(!rule.meaning.is_empty() && !rule.fix.is_empty(), "{}", rule.id);
    }
}

#[test]
fn a_finding_has_the_level_of_its_rule_and_says_where() {
    for (id, broken, _) in SAMPLES {
        let mut bench = Bench::new();
        broken(&mut bench);
        let rule = CATALOGUE.iter().find(|rule| rule.id == *id).expect("a rule");
        for finding in bench.lint().findings {
            assert_eq!(finding.level, rule.level, "{id}");
            assert!(finding.place.contains("keys"), "{finding:?}");
        }
    }
}

#[test]
fn a_rotation_that_is_late_by_a_period_more_is_an_error() {
    let mut bench = Bench::new();
    for (days, level) in [(59, Level::Warn), (61, Level::Error)] {
        bench.after(days * DAY);
        let findings = bench.lint().findings;
        assert_eq!(findings.iter().map(|found| found.level).collect::<Vec<_>>(), [level]);
    }
}

#[cfg(unix)]
#[test]
fn everything_that_opens_a_ring_to_others_is_found() {
    type Open = fn(&Bench);
    let cases: [(&str, Open); 5] = [
        ("key-0001.json", |bench| bench.chmod("key-0001.json", 0o644)),
        ("key-0001.json", |bench| bench.chmod("key-0001.json", 0o620)),
        ("jwks.json", |bench| bench.chmod("jwks.json", 0o664)),
        ("keys", |bench| bench.chmod(".", 0o770)),
        ("key-0002.json", |bench| {
            let (file, outside) =
                (bench.ring().join("key-0002.json"), bench.ring().with_file_name("away.json"));
            fs::rename(&file, &outside).expect("moved");
            std::os::unix::fs::symlink(&outside, &file).expect("linked");
        }),
    ];
    for (place, open) in cases {
        let bench = Bench::new();
        open(&bench);
        let findings = bench.lint().findings;
        let found: Vec<_> = findings.iter().map(|finding| finding.id).collect();
        assert_eq!(found, ["K007"], "{place}");
        assert!(Path::new(&findings[0].place).ends_with(place), "{findings:?}");
    }
}

#[cfg(unix)]
#[test]
fn links_inside_the_folder_are_how_kubernetes_mounts_a_secret() {
    let bench = Bench::new();
    let data = bench.ring().join("..2026");
    fs::create_dir(&data).expect("made");
    fs::rename(bench.ring().join("key-0002.json"), data.join("key-0002.json")).expect("moved");
    std::os::unix::fs::symlink("..2026", bench.ring().join("..data")).expect("linked");
    let link = bench.ring().join("key-0002.json");
    std::os::unix::fs::symlink("..data/key-0002.json", link).expect("linked");
    assert_eq!(bench.ids(), [""; 0]);
}

#[test]
fn a_kid_of_another_key_is_found_by_its_thumbprint() {
    let bench = Bench::new();
    let kid = bench.kid(2);
    for file in ["key-0002.json", "jwks.json"] {
        bench.change(file, &kid, "k2-AAAAAA");
    }
    assert_eq!(bench.ids(), ["K010"]);
}

#[cfg(feature = "paseto")]
#[test]
fn a_paserk_id_of_another_key_is_found() {
    let bench = Bench::of(Algorithm::V4Public);
    let (first, second) = (bench.kid(1), bench.kid(2));
    assert!(second.starts_with("k4.pid."), "{second}");
    for file in ["key-0002.json", "jwks.json"] {
        bench.change(file, &second, &first.replacen("k4.pid.", "k4.pid.A", 1));
    }
    assert_eq!(bench.ids(), ["K010"]);
}

#[test]
fn a_new_ring_of_any_algorithm_is_clean() {
    let mut rings = 0;
    for algorithm in Algorithm::ALL.iter().filter(|algorithm| algorithm.can_be_generated()) {
        assert_eq!(Bench::of(*algorithm).ids(), [""; 0], "{algorithm}");
        rings += 1;
    }
    assert!(rings > 5, "{rings}");
}

#[test]
fn every_way_to_publish_the_wrong_set_is_found() {
    let secret = |bench: &Bench| {
        bench.write("jwks.json", &format!("{{\"keys\":[{}]}}", bench.text("key-0001.json")));
    };
    let other = |bench: &Bench| {
        let key = Key::generate(Algorithm::EdDsa).expect("a key").to_public_jwk().expect("public");
        let set = bench.text("jwks.json");
        let key = key.replacen('{', "{\"kid\":\"stranger\",", 1);
        bench.write("jwks.json", &set.replacen("{\"keys\":[", &format!("{{\"keys\":[{key},"), 1));
    };
    type Damage = fn(&Bench);
    let exchanged = |bench: &Bench| {
        let (first, second) = (bench.kid(1), bench.kid(2));
        let set = bench.text("jwks.json").replace(&first, "x").replace(&second, &first);
        bench.write(
            "jwks.json",
            &set.replace("\"x\",", &format!("\"{second}\","))
                .replace("\"kid\":\"x\"", &format!("\"kid\":\"{second}\"")),
        );
    };
    let cases: [(&str, Damage); 6] = [
        ("publishes another key", exchanged),
        ("publishes a secret", secret),
        ("no key of the ring", other),
        ("lacks", |bench| bench.write("jwks.json", r#"{"keys":[]}"#)),
        ("no JWK Set", |bench| bench.write("jwks.json", "[]")),
        ("cannot be read", |bench| {
            fs::remove_file(bench.ring().join("jwks.json")).expect("removed");
        }),
    ];
    for (said, damage) in cases {
        let bench = Bench::new();
        damage(&bench);
        let findings = bench.lint().findings;
        assert!(findings.iter().all(|finding| finding.id == "K011"), "{findings:#?}");
        assert!(
            findings.iter().any(|finding| finding.text.contains(said)),
            "{said}: {findings:#?}"
        );
        for finding in findings {
            assert!(!finding.text.contains("\"d\""), "{finding:?}");
        }
    }
}

#[cfg(feature = "paseto")]
#[test]
fn a_key_that_is_published_for_another_algorithm_is_found() {
    let bench = Bench::new();
    bench.change("key-0002.json", r#""alg":"EdDSA""#, r#""alg":"v4.public""#);
    let said = format!("{} for EdDSA; the key file says v4.public", bench.kid(2));
    let findings = bench.lint().findings;
    assert!(findings.iter().any(|found| found.id == "K011" && found.text.ends_with(&said)));
}

#[test]
fn a_revoked_key_that_is_still_published_is_found() {
    let bench = Bench::new();
    bench.write("revoked-0002.json", r#"{"v":1,"revoked_at":"2026-01-01T00:00:00Z"}"#);
    let ids = bench.ids();
    assert_eq!(ids, ["K005", "K011"]);
}

#[test]
fn a_gap_and_a_lost_beginning_break_the_history() {
    for lost in ["event-000001.json", "event-000003.json"] {
        let bench = Bench::new();
        fs::remove_file(bench.ring().join(lost)).expect("removed");
        assert_eq!(bench.ids(), ["K012"], "{lost}");
    }
}

#[test]
fn an_event_under_another_number_breaks_the_history() {
    let bench = Bench::new();
    bench.change("event-000004.json", "\"serial\": 4", "\"serial\": 3");
    assert_eq!(bench.ids(), ["K012"]);
}

#[test]
fn a_ring_file_that_knows_a_later_serial_is_found() {
    let bench = Bench::new();
    bench.change("ring.json", "\"L\"", "\"serial\": 9, \"L\"");
    assert_eq!(bench.ids(), ["K014"]);
}

#[test]
fn a_signer_without_its_private_half_does_not_sign() {
    let bench = Bench::new();
    let text = bench.text("key-0001.json");
    let (before, rest) = text.split_once("\"d\":\"").expect("a private half");
    let (_, after) = rest.split_once("\",").expect("more members");
    bench.write("key-0001.json", &format!("{before}{after}"));
    assert_eq!(bench.ids(), ["K001"]);
}

#[test]
fn two_signers_of_a_jwk_set_are_found_and_one_is_not() {
    let key = |kid: &str, ops: &str| {
        format!(
            r#"{{"kty":"OKP","crv":"Ed25519","kid":"{kid}","d":"x","x":"y","key_ops":[{ops}]}}"#
        )
    };
    let set = |second: &str| format!("{{\"keys\":[{},{second}]}}", key("a", "\"sign\""));
    let two = lint_jwk_set(set(&key("b", "\"sign\",\"verify\"")).as_bytes(), "set.json");
    assert_eq!(
        two.iter().map(|found| (found.id, found.place.as_str())).collect::<Vec<_>>(),
        [("K002", "set.json")]
    );
    assert_eq!(lint_jwk_set(set(&key("b", "\"verify\"")).as_bytes(), "set.json"), []);
    assert_eq!(lint_jwk_set(b"no set", "set.json"), []);
}

#[test]
fn all_faults_are_told_at_once_although_the_ring_does_not_open() {
    let bench = Bench::new();
    fs::remove_file(bench.ring().join("sign-0001.json")).expect("removed");
    bench.write("jwks.json", "{}");
    bench.write("key-0002.json", "{");
    assert!(Keys::open(bench.ring()).is_err());
    let report = bench.lint();
    let ids: Vec<_> = report.findings.iter().map(|finding| finding.id).collect();
    assert_eq!(ids, ["K001", "K011"]);
    let [KeyringError::Data { path, .. }] = report.unread.as_slice() else {
        panic!("{:?}", report.unread);
    };
    assert!(path.ends_with("key-0002.json"));
}

#[test]
fn a_folder_without_a_ring_is_an_error() {
    let dir = tempfile::tempdir().expect("a folder");
    let setting = Setting::at(Timestamp::EPOCH);
    for place in [dir.path().to_path_buf(), dir.path().join("absent")] {
        assert!(matches!(lint(&[place], &setting), Err(KeyringError::NoRing { .. })));
    }
}

#[test]
fn lint_changes_nothing() {
    let bench = Bench::new();
    let names = || {
        let mut names: Vec<_> = fs::read_dir(bench.ring())
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        names.sort();
        names
    };
    let before = names();
    bench.lint();
    assert_eq!(names(), before);
}
