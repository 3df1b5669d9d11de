//! Lists, entries and what the program says of them.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use waxseal::revocation::{Entry, Kind, Record, RevocationStore as _, SqliteStore};
use waxseal::time::Timestamp;

use crate::tool::{ISSUER, Run, contents, pipe_in, ring, run_in};

const SID: &str = "H9Ez54OdIP9wrGqtzkhIZA";

/// Three minutes less than this are over when a default list was made: 17 min.
const WORST: &str = "B + B_mint + S = 17 min";

/// A folder with a ring in `ring` and an empty list in `revoked.db`.
fn shop() -> TempDir {
    let dir = ring(&[]);
    run_in(&dir, &["revoke", "init"]).ends(0);
    dir
}

fn list_only() -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    run_in(&dir, &["revoke", "init"]).ends(0);
    dir
}

fn add(dir: &TempDir, more: &[&str]) -> Run {
    run_in(dir, &[&["revoke", "add"], more].concat())
}

/// A session of ada's, minted by the ring.
fn token(dir: &TempDir) -> String {
    let mint = ["mint", "--keys", "ring", "--sub", "ada", "--aud", "shop"];
    run_in(dir, &mint).ends(0).out.trim_end().to_owned()
}

/// A token of another kind: any claims, under the ring's key as it is.
fn foreign(dir: &TempDir, more: &[&str]) -> String {
    let jwk = dir.path().join("job.jwk");
    if !jwk.exists() {
        let new = ["keys", "new", "--alg", "HS256", "--kid", "job-1", "--out", "job.jwk"];
        run_in(dir, &new).ends(0);
    }
    let mint = ["mint", "--key", "job.jwk", "--iss", ISSUER, "--sub", "ada", "--aud", "api"];
    run_in(dir, &[&mint, more].concat()).ends(0).out.trim_end().to_owned()
}

fn verify(dir: &TempDir, token: &str, more: &[&str]) -> Run {
    let verify = ["verify", "--keys", "ring", "--aud", "shop", "--revoked", "revoked.db"];
    run_in(dir, &[&verify, more, &[token]].concat())
}

fn verify_foreign(dir: &TempDir, token: &str, more: &[&str]) -> Run {
    let verify = ["verify", "--key", "job.jwk", "--aud", "api", "--revoked", "revoked.db"];
    run_in(dir, &[&verify, more, &[token]].concat())
}

/// An id may begin with a hyphen: `--sid=-..`.
fn named(id: &str, token: &str) -> String {
    format!("--{id}={}", claim(token, id))
}

fn claim(token: &str, name: &str) -> String {
    let payload = token.split('.').nth(1).expect("three parts");
    let bytes = waxseal::base64url::decode(payload).expect("base64url");
    let claims: Value = serde_json::from_slice(&bytes).expect("JSON");
    claims[name].as_str().expect("a text").to_owned()
}

fn entries(dir: &TempDir) -> Vec<Value> {
    let facts = run_in(dir, &["revoke", "list", "--json"]).ends(0).json();
    assert_eq!(facts["schema"], 1);
    facts["entries"].as_array().expect("entries").clone()
}

#[track_caller]
fn says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "no {word:?}: {text}");
    }
}

/// Runs what must change no file.
#[track_caller]
fn without_change(dir: &TempDir, args: &[&str]) -> Run {
    let before = contents(dir.path());
    let run = run_in(dir, args);
    assert!(contents(dir.path()) == before, "{args:?} changed something");
    run
}

#[test]
fn a_list_is_made_on_purpose_and_once() {
    let dir = tempfile::tempdir().expect("a folder");
    for args in [
        &["revoke", "add", "--sub", "ada"][..],
        &["revoke", "list"],
        &["revoke", "status"],
        &["revoke", "prune"],
        &["revoke", "check", "a.b.c"],
        &["revoke", "add", "--sub", "ada", "--dry-run"],
    ] {
        let run = without_change(&dir, args).ends(66);
        says(&run.err, &["no revocation list at revoked.db", "waxseal revoke init --store"]);
        assert_eq!(run.out, "");
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    }
    let would = without_change(&dir, &["revoke", "init", "--dry-run"]).ends(0);
    assert!(would.out.starts_with("would make revoked.db (0600): B 15 min 30 s"), "{}", would.out);
    let made = run_in(&dir, &["revoke", "init"]).ends(0);
    says(&made.out, &["made revoked.db: B 15 min 30 s  B_mint 1 min  L 8 h  S 30 s", WORST]);
    for dry_run in [&["--dry-run"][..], &[]] {
        let again = without_change(&dir, &[&["revoke", "init"], dry_run].concat()).ends(73);
        says(&again.err, &["revoked.db exists already; a list is never replaced"]);
    }
}

#[test]
fn the_numbers_of_a_list_are_chosen_when_it_is_made() {
    let dir = tempfile::tempdir().expect("a folder");
    let strict = ["revoke", "init", "--store", "strict.db", "--budget", "60s"];
    run_in(&dir, &[&strict[..], &["--life", "30m", "--skew", "5s"]].concat()).ends(0);
    let facts =
        run_in(&dir, &["revoke", "status", "--store", "strict.db", "--json"]).ends(0).json();
    assert_eq!(facts["exposure_seconds"], 125);
    assert_eq!(facts["policy"]["life_seconds"], 1800);
    let wrong = ["revoke", "init", "--store", "wrong.db", "--budget", "10s"];
    let wrong = without_change(&dir, &wrong).ends(64);
    says(&wrong.err, &["B_mint (1 min) is longer than B (10 s)"]);
}

#[test]
fn every_entry_tells_what_ended_for_how_long_and_the_worst_case() {
    let dir = list_only();
    let ada = add(&dir, &["--sub", "ada", "--reason", "lost phone"]).ends(0);
    says(&ada.out, &["revoked every session of \"ada\" that began up to ", "kept until "]);
    says(&ada.out, &["recorded: local: on this disk, in revoked.db", "within 50 ms", WORST]);
    assert_eq!(ada.err, "");
    for (args, says_so) in [
        (&["--sid", SID][..], format!("revoked session {SID} with all its tokens; kept until")),
        (&["--jti", "job-17"], "revoked token job-17; its renewals live on; kept until".into()),
        (&["--scope", "acme"], "revoked every session of scope \"acme\" that began up to ".into()),
        (&["--key", "k1", "--yes"], "revoked every token of key \"k1\"; kept for ever".into()),
        (&["--all", "--yes"], "revoked every session that began up to ".into()),
    ] {
        let run = add(&dir, args).ends(0);
        let is_key = args.contains(&"--key");
        says(&run.out, &[&says_so, if is_key { "no worst case for a key" } else { WORST }]);
        assert_ne!(run.out.contains(WORST), is_key, "a thief's tokens outlive every bound");
        assert!(!run.out.contains("immediately") && !run.err.contains("immediately"));
    }
    let kinds: Vec<_> = entries(&dir).iter().map(|entry| entry["kind"].clone()).collect();
    assert_eq!(kinds, ["sub", "sid", "jti", "scope", "kid", "all"]);
    assert_eq!(entries(&dir)[0]["reason"], "lost phone");
    assert_eq!(entries(&dir)[0]["name"], "ada");
    assert_eq!(entries(&dir)[4]["kept_until"], Value::Null);
}

#[test]
fn the_facts_of_an_entry_are_one_object() {
    let dir = list_only();
    let args = ["--sub", "ada", "--except", SID, "--before", "now-1h", "--json"];
    for (dry_run, done) in [(&["--dry-run"][..], false), (&[], true)] {
        let facts = add(&dir, &[&args, dry_run].concat()).ends(0).json();
        assert_eq!(facts["schema"], 1);
        assert_eq!(facts["done"], done);
        assert_eq!((&facts["kind"], &facts["name"]), (&"sub".into(), &"ada".into()));
        assert_eq!(facts["except"], SID);
        assert_eq!(facts["cut"]["relative"], "1 h ago");
        assert_eq!(facts["exposure_seconds"], 1020);
        assert_eq!(facts["recorded"], if done { Value::from("local") } else { Value::Null });
        assert_eq!(entries(&dir).len(), usize::from(done));
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let dir = list_only();
    for args in [&["--sub", "ada"][..], &["--all"], &["--key", "k1"]] {
        let args = [&["revoke", "add", "--dry-run"], args].concat();
        let run = without_change(&dir, &args).ends(0);
        assert!(run.out.starts_with("would revoke every "), "{}", run.out);
        says(&run.out, &["worst case"]);
    }
    without_change(&dir, &["revoke", "prune", "--dry-run"]).ends(0);
    assert!(entries(&dir).is_empty());
}

#[test]
fn what_ends_everybody_or_a_key_is_asked_for_once_more() {
    let dir = list_only();
    for args in [&["--all"][..], &["--key", "k1"]] {
        let run = add(&dir, args).ends(64);
        says(&run.err, &["no entry can be taken back", "nothing was done", "next: add --yes"]);
        assert!(entries(&dir).is_empty());
    }
    let key = add(&dir, &["--key", "k1", "--yes"]).ends(0);
    says(
        &key.err,
        &[
            "revoke it in its ring too",
            "waxseal keys revoke k1 --keys DIR --reason TEXT --promote SEQ --ring NAME",
        ],
    );
    let facts = add(&dir, &["--key", "k1", "--yes", "--json"]).ends(0).json();
    assert_eq!(facts["exposure_seconds"], Value::Null);
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_written() {
    let dir = list_only();
    let long = "x".repeat(257);
    for (args, words) in [
        (&[][..], "required arguments were not provided"),
        (&["--sub", "ada", "--sid", SID], "cannot be used with"),
        (&["--sub", ""], "--sub"),
        (&["--except", SID, "--scope", "acme"], "only of a subject can one session be spared"),
        (&["--sub", "ada", "--except", "me"], "is no session id of ours"),
        (&["--sid", SID, "--before", "now"], "cannot be used with"),
        (&["--jti", "x", "--before", "now"], "cannot be used with"),
        (&["--key", "k1", "--before", "now"], "cannot be used with"),
        (&["--sub", "ada", "--before", "now+1h"], "is in the future: nobody could log in until"),
        (&["--sub", "ada", "--before", "yesterday"], "is no time; write 2026"),
        (&["--sub", "ada", "--reason", &long], "the reason has 257 bytes; at most 256 are kept"),
    ] {
        let args = [&["revoke", "add"], args].concat();
        let run = without_change(&dir, &args).ends(64);
        says(&run.err, &[words]);
        assert_eq!(run.out, "");
    }
    let unknown = without_change(&dir, &["revoke", "remove", "--sub", "ada"]).ends(64);
    says(&unknown.err, &["unrecognized subcommand"]);
}

#[test]
fn a_name_may_begin_with_a_hyphen_and_an_option_is_none() {
    let dir = list_only();
    let ours = "-9Ez54OdIP9wrGqtzkhIZA";
    for args in [
        &["--sid", ours][..],
        &["--jti", ours],
        &["--sub", "-x", "--except", ours],
        &["--scope", "-k"],
        &["--key", "-k", "--yes"],
        &["--sid=--json", "--dry-run"],
    ] {
        add(&dir, args).ends(0);
    }
    for (name, option) in [
        ("--sid", "--json"),
        ("--sub", "--yes"),
        ("--jti", "-h"),
        ("--key", "-q"),
        ("--scope", "--tz"),
    ] {
        let run = without_change(&dir, &["revoke", "add", name, option]).ends(64);
        says(&run.err, &["not by a name", &format!("write {name}={option}")]);
    }
}

#[test]
fn a_mistyped_id_is_remarked_on() {
    let dir = list_only();
    assert_eq!(add(&dir, &["--sid", SID]).ends(0).err, "");
    for (option, id) in [("--sid", &SID[1..]), ("--jti", "job 17")] {
        let run = add(&dir, &[option, id]).ends(0);
        says(&run.err, &[&format!("note: {option} {id:?} is taken as an id of another issuer")]);
    }
    for option in ["--sid", "--jti", "--sub", "--scope", "--key"] {
        for name in [" ada", "ada\n", "\u{a0}"] {
            let run = without_change(&dir, &["revoke", "add", option, name, "--yes"]).ends(64);
            says(&run.err, &[option, "begins or ends with white space"]);
        }
    }
}

#[test]
fn a_place_with_a_password_belongs_in_a_file() {
    let dir = list_only();
    let file = |name: &str, text: &str| fs::write(dir.path().join(name), text).expect("a file");
    file("place", " revoked.db \r\nthe rest\n");
    add(&dir, &["--sub", "ada", "--store", "@place"]).ends(0);
    run_in(&dir, &["revoke", "prune", "--store", "@place"]).ends(0);
    let from_environment = |value: &str| {
        let mut command = crate::tool::program(&dir);
        command.args(["revoke", "list", "--json"]).env("WAXSEAL_STORE", value);
        Run::from(command.output().expect("it runs"))
    };
    assert_eq!(from_environment("@place").ends(0).json()["entries"][0]["name"], "ada");
    file("empty", "\nrevoked.db\n");
    file("long", &"x".repeat(4097));
    for (place, code) in [("@none", 66), ("@empty", 65), ("@long", 65), ("@", 64)] {
        let run = run_in(&dir, &["revoke", "list", "--store", place]).ends(code);
        assert_eq!(run.out, "");
    }
    let note = "the place holds a password";
    let secret = "redis://:s3cret@localhost:1/0";
    file("secret", secret);
    let quiet = run_in(&dir, &["revoke", "list", "--store", "@secret"]).ends(75);
    let loud = run_in(&dir, &["revoke", "list", "--store", secret]).ends(75);
    assert!(!quiet.err.contains(note), "{}", quiet.err);
    says(&loud.err, &[note, "--store @FILE"]);
    says(&from_environment(secret).ends(75).err, &[note]);
    assert!(![quiet.err, loud.err].concat().contains("s3cret"));
}

#[test]
fn what_is_no_list_is_never_an_empty_one() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = |name: &str| dir.path().join(name);
    fs::write(file("garbage.db"), "no list at all, whatever its name says").expect("a file");
    fs::write(file("empty.db"), "").expect("a file");
    fs::create_dir(file("folder.db")).expect("a folder");
    run_in(&dir, &["revoke", "init", "--store", "cut.db"]).ends(0);
    let whole = fs::read(file("cut.db")).expect("a list");
    let mut versions = whole.clone();
    // The user's version of the database, at byte 60 of its header.
    versions[63] = 9;
    fs::write(file("version.db"), versions).expect("a file");
    let mut other = whole.clone();
    // Whose database it is, at byte 68.
    other[68..72].copy_from_slice(b"geod");
    fs::write(file("other.db"), other).expect("a file");
    fs::write(file("cut.db"), &whole[..whole.len() / 2]).expect("a file");
    for (name, words) in [
        ("garbage.db", "it is no SQLite database"),
        ("empty.db", "it is empty"),
        ("folder.db", "no file"),
        ("cut.db", "cannot be read as a revocation list"),
        ("version.db", "format version 9; this build reads version 1"),
        ("other.db", "it is another program's database"),
    ] {
        for verb in [&["add", "--sub", "ada"][..], &["list"], &["status"], &["prune"]] {
            let run = run_in(&dir, &[&["revoke"], verb, &["--store", name]].concat()).ends(65);
            says(&run.err, &[name, words]);
            assert_eq!(run.out, "", "{name} {verb:?}");
        }
        let run = run_in(&dir, &["revoke", "init", "--store", name]).ends(73);
        says(&run.err, &["exists already"]);
    }
}

#[test]
fn names_from_outside_cannot_move_a_cursor() {
    let dir = list_only();
    let hostile = "ada\u{1b}[2J\u{202e}\tx";
    let added = add(&dir, &["--sub", hostile, "--reason", "\u{7}ring"]).ends(0);
    for run in [
        added,
        run_in(&dir, &["revoke", "list"]).ends(0),
        run_in(&dir, &["revoke", "list", "--plain"]).ends(0),
        run_in(&dir, &["revoke", "list", "--json"]).ends(0),
    ] {
        let control = |c: char| c.is_control() && c != '\n' && c != '\t';
        assert!(!run.out.contains(control) && !run.out.contains('\u{202e}'), "{}", run.out);
    }
    assert_eq!(entries(&dir)[0]["name"], hostile);
    let plain = run_in(&dir, &["revoke", "list", "--plain"]).ends(0).out;
    assert_eq!(plain.trim_end_matches('\n').matches('\t').count(), 6, "{plain:?}");
}

#[test]
fn a_list_is_shown_for_people_and_for_scripts() {
    let dir = list_only();
    let nothing = run_in(&dir, &["revoke", "list"]).ends(0);
    assert_eq!((nothing.out.as_str(), nothing.err.as_str()), ("", "revoked.db has no entries\n"));
    add(&dir, &["--sub", "ada", "--except", SID, "--before", "2026-11-21T01:40:00Z"]).ends(0);
    add(&dir, &["--sid", SID, "--reason", "lost phone"]).ends(0);
    let table = run_in(&dir, &["revoke", "list"]).ends(0).out;
    says(&table, &["KIND  NAME", "BEGAN UP TO", "2026-11-21T01:40:00Z except H9Ez", "lost phone"]);
    says(&table, &["in 8 h 26 min"]);
    let plain = run_in(&dir, &["revoke", "list", "--plain"]).ends(0).out;
    let first: Vec<&str> = plain.lines().next().expect("a line").split('\t').collect();
    assert_eq!(first[..3], ["sub", "ada", "2026-11-21T01:40:00Z"]);
    assert_eq!((first[4], first[6]), (SID, ""));
    let entry = &entries(&dir)[1];
    assert_eq!((&entry["id"], &entry["cut"]), (&SID.into(), &Value::Null));
    assert_eq!(entry["is_over"], false);
}

#[test]
fn verify_refuses_what_an_entry_names_and_spares_the_rest() {
    let dir = shop();
    let (one, other) = (token(&dir), token(&dir));
    let accepted = verify(&dir, &one, &["--session"]).ends(0);
    says(&accepted.out, &["✓ revoked    not in the list, read "]);
    add(&dir, &[&named("sid", &one)]).ends(0);
    for more in [&["--session"][..], &[]] {
        let refused = verify(&dir, &one, more).ends(15);
        says(
            &refused.out,
            &["REJECTED  session revoked", "✗ revoked    revoked: this session was revoked"],
        );
        verify(&dir, &other, more).ends(0);
    }
    add(&dir, &["--sub", "ada", &format!("--except={}", claim(&other, "sid"))]).ends(0);
    let third = token(&dir);
    assert_eq!(
        verify(&dir, &third, &["--session", "--json"]).ends(15).json()["code"],
        "subject_revoked"
    );
    verify(&dir, &other, &["--session"]).ends(0);
    add(&dir, &["--all", "--yes"]).ends(0);
    assert_eq!(
        verify(&dir, &other, &["--session", "--json"]).ends(15).json()["code"],
        "all_revoked"
    );
}

#[test]
fn verify_refuses_by_every_kind_of_entry() {
    for (args, more, code) in [
        (&["--jti", "job-17"][..], &[][..], "token_revoked"),
        (&["--sub", "ada"], &[], "subject_revoked"),
        (&["--scope", "acme"], &["--scope-claim", "tenant"], "scope_revoked"),
        (&["--key", "job-1", "--yes"], &[], "key_revoked"),
        (&["--all", "--yes"], &[], "all_revoked"),
    ] {
        let dir = list_only();
        let token = foreign(&dir, &["-c", "jti=job-17", "-c", "tenant=acme"]);
        verify_foreign(&dir, &token, more).ends(0);
        add(&dir, args).ends(0);
        let refused = verify_foreign(&dir, &token, &[more, &["--json"]].concat()).ends(15).json();
        assert_eq!(refused["code"], code);
    }
}

#[test]
fn a_scope_that_a_session_was_minted_in_ends_it() {
    let dir = shop();
    let mint = ["mint", "--keys", "ring", "--aud", "shop", "--sub", "ada", "--scope"];
    let [acme, other] = ["acme", "other"]
        .map(|scope| run_in(&dir, &[&mint[..], &[scope]].concat()).ends(0).out.trim().to_owned());
    add(&dir, &["--scope", "acme"]).ends(0);
    verify(&dir, &acme, &["--session"]).ends(15);
    verify(&dir, &other, &["--session"]).ends(0);
    run_in(&dir, &[&mint[..], &[""]].concat()).ends(65);
}

#[test]
fn a_cut_off_spares_what_began_after_it() {
    let dir = shop();
    let token = token(&dir);
    add(&dir, &["--sub", "ada", "--before", "now-1h"]).ends(0);
    verify(&dir, &token, &["--session"]).ends(0);
    add(&dir, &["--sub", "ada", "--before", "now"]).ends(0);
    verify(&dir, &token, &["--session"]).ends(15);
}

#[test]
fn without_a_list_nothing_is_said_of_revocation() {
    let dir = shop();
    let token = token(&dir);
    add(&dir, &["--sub", "ada"]).ends(0);
    let run = run_in(&dir, &["verify", "--keys", "ring", "--aud", "shop", &token]).ends(0);
    says(&run.out, &["- revoked    not checked"]);
}

#[test]
fn a_list_that_verify_cannot_read_stops_it() {
    let dir = shop();
    let token = token(&dir);
    fs::write(dir.path().join("garbage.db"), "no list").expect("a file");
    let verify = |more: &[&str]| {
        run_in(&dir, &[&["verify", "--keys", "ring", "--aud", "shop", &token], more].concat())
    };
    fs::write(dir.path().join("place"), "revoked.db\n").expect("a file");
    fs::write(dir.path().join("secret"), "redis://:s3cret@localhost:1/0").expect("a file");
    verify(&["--revoked", "@place"]).ends(0);
    assert_eq!(verify(&["--revoked", "@none"]).ends(66).out, "");
    let quiet = verify(&["--revoked", "@secret"]).ends(75);
    let loud = verify(&["--revoked", "redis://:s3cret@localhost:1/0"]).ends(75);
    assert!(!quiet.err.contains("the place holds a password"), "{}", quiet.err);
    says(&loud.err, &["the place holds a password", "--revoked @FILE"]);
    assert!(![quiet.err, loud.err].concat().contains("s3cret"));
    assert_eq!(verify(&["--revoked", "none.db"]).ends(66).out, "");
    assert_eq!(verify(&["--revoked", "garbage.db"]).ends(65).out, "");
    assert_eq!(verify(&["--revoked", "."]).ends(65).out, "");
    says(&verify(&["--revoked", ""]).ends(64).err, &["--revoked"]);
    says(&verify(&["--feed-key", "job.jwk"]).ends(64).err, &["--revoked"]);
    let raw = verify(&["--revoked", "revoked.db", "--payload", "raw"]).ends(64);
    says(&raw.err, &["--payload raw reads no claims"]);
    let key = verify(&["--revoked", "revoked.db", "--feed-key", "job.jwk"]).ends(64);
    says(&key.err, &["--feed-key is for signed snapshots"]);
}

#[test]
fn a_batch_asks_the_list_line_by_line() {
    let dir = shop();
    let (one, other) = (token(&dir), token(&dir));
    add(&dir, &[&named("sid", &one)]).ends(0);
    let lines = format!("{one}\n{other}\nnonsense\n");
    let batch = ["verify", "--keys", "ring", "--aud", "shop", "--session", "--jsonl"];
    let args = [&batch[..], &["--revoked", "revoked.db"]].concat();
    let run = pipe_in(&dir, &args, lines.as_bytes()).ends(10);
    let codes: Vec<i64> = run.out.lines().map(exit).collect();
    assert_eq!(codes, [15, 0, 10]);
    let run = pipe_in(&dir, &[&args[..], &["--keep-going"]].concat(), lines.as_bytes()).ends(17);
    says(&run.err, &["1 session_revoked"]);
}

fn exit(line: &str) -> i64 {
    let facts: Value = serde_json::from_str(line).expect("JSON");
    facts["exit"].as_i64().expect("a number")
}

#[test]
fn another_library_does_not_know_of_the_list() {
    let dir = shop();
    let token = token(&dir);
    add(&dir, &["--all", "--yes"]).ends(0);
    let run = verify(&dir, &token, &["--session", "--second-opinion"]).ends(15);
    says(&run.out, &["it asks no revocation list"]);
}

#[test]
fn check_tells_that_a_token_is_revoked_and_never_that_it_is_good() {
    let dir = shop();
    let token = token(&dir);
    let check = |more: &[&str]| run_in(&dir, &[&["revoke", "check", &token], more].concat());
    let free = check(&[]).ends(0);
    says(&free.out, &["not named by any of 0 entries", "UNVERIFIED", "--revoked revoked.db"]);
    assert!(!free.out.contains("ACCEPTED") && !free.out.contains('✓'), "{}", free.out);
    let free = check(&["--json"]).ends(0).json();
    assert_eq!((&free["revoked"], &free["verified"]), (&false.into(), &false.into()));
    assert_eq!(check(&["--plain"]).ends(0).out, "verified\tfalse\nanswer\tnot named\n");
    add(&dir, &["--sub", "ada", "--reason", "lost phone"]).ends(0);
    add(&dir, &[&named("sid", &token)]).ends(0);
    let named = check(&[]).ends(15);
    says(
        &named.out,
        &["REVOKED   UNVERIFIED", "sub ada, all that began up to", "lost phone", "sid "],
    );
    let named = check(&["--json"]).ends(15).json();
    assert_eq!(named["entries"].as_array().expect("entries").len(), 2);
    assert_eq!(named["exit"], 15);
    assert_eq!(check(&["--plain"]).ends(15).out.lines().count(), 4);
    // A forger may write what he likes: it is told as unverified too.
    let forged = format!("{}AA", &token[..token.len() - 2]);
    says(&run_in(&dir, &["revoke", "check", &forged]).ends(15).out, &["UNVERIFIED"]);
}

#[test]
fn check_knows_every_kind_as_verify_does() {
    let dir = list_only();
    let token = foreign(&dir, &["-c", "jti=job-17", "-c", "tenant=acme"]);
    let check = |more: &[&str]| run_in(&dir, &[&["revoke", "check", &token], more].concat());
    add(&dir, &["--scope", "acme"]).ends(0);
    check(&[]).ends(0);
    check(&["--scope-claim", "tenant"]).ends(15);
    for (args, word) in [
        (&["--jti", "job-17"][..], "jti job-17"),
        (&["--key", "job-1", "--yes"], "kid job-1"),
        (&["--all", "--yes"], "  all that began up to"),
    ] {
        add(&dir, args).ends(0);
        says(&check(&[]).ends(15).out, &[word]);
    }
}

#[test]
fn check_does_not_read_what_verify_refuses() {
    let dir = list_only();
    let none = run_in(&dir, &["revoke", "check", &foreign(&dir, &[])]).ends(0);
    says(&none.out, &["not named by any of 0 entries"]);
    add(&dir, &["--sub", "bob"]).ends(0);
    let one = run_in(&dir, &["revoke", "check", &foreign(&dir, &[])]).ends(0);
    says(&one.out, &["not named by the one entry in revoked.db"]);
    // No key is used, so that any signature will do.
    let forge = |claims: &str| {
        let token = foreign(&dir, &[]);
        let parts: Vec<&str> = token.split('.').collect();
        format!("{}.{}.{}", parts[0], waxseal::base64url::encode(claims.as_bytes()), parts[2])
    };
    for name in ["jti", "sid", "sub"] {
        let forged = forge(&format!("{{\"{name}\":17}}"));
        let run = run_in(&dir, &["revoke", "check", &forged]).ends(10);
        says(&run.err, &[&format!("claim {name:?}"), "cannot be read"]);
    }
    for (claims, more, name) in [
        (&[][..], &["--scope-claim", "tenant"][..], "tenant"),
        (&["-c", "tenant:=1"], &["--scope-claim", "tenant"], "tenant"),
    ] {
        let token = foreign(&dir, claims);
        let run = run_in(&dir, &[&["revoke", "check", &token], more].concat()).ends(10);
        says(&run.err, &[&format!("claim {name:?}"), "cannot be read"]);
        verify_foreign(&dir, &token, more).ends(10);
    }
    let line = format!("{}\n", foreign(&dir, &[]));
    let rows = pipe_in(&dir, &["revoke", "check", "--jsonl"], line.as_bytes()).ends(0);
    assert_eq!(rows.json()["kid"], "job-1");
}

#[cfg(unix)]
#[test]
fn a_list_that_another_try_does_not_reach_is_told_apart() {
    let dir = list_only();
    std::os::unix::fs::symlink("loop.db", dir.path().join("loop.db")).expect("a link");
    for place in ["loop.db", "revoked.db/x"] {
        for verb in [&["add", "--sub", "ada"][..], &["list"], &["status"], &["prune"]] {
            let run = run_in(&dir, &[&["revoke"], verb, &["--store", place]].concat()).ends(66);
            says(&run.err, &[place]);
        }
        run_in(&dir, &["revoke", "init", "--store", place]).ends(73);
    }
    run_in(&dir, &["revoke", "init", "--store", "none/revoked.db"]).ends(73);
}

#[test]
fn check_reads_many_tokens_and_what_is_none() {
    let dir = shop();
    let token = token(&dir);
    add(&dir, &["--sub", "ada"]).ends(0);
    let lines = format!("{token}\nnonsense\n");
    let run = pipe_in(&dir, &["revoke", "check", "--jsonl", "--keep-going"], lines.as_bytes());
    let run = run.ends(17);
    assert_eq!(run.out.lines().map(exit).collect::<Vec<_>>(), [15, 10]);
    pipe_in(&dir, &["revoke", "check", "-"], token.as_bytes()).ends(15);
    fs::write(dir.path().join("ada.jwt"), &token).expect("a file");
    run_in(&dir, &["revoke", "check", "@ada.jwt"]).ends(15);
    run_in(&dir, &["revoke", "check", "nonsense"]).ends(10);
    run_in(&dir, &["revoke", "check", "@none.jwt"]).ends(66);
    run_in(&dir, &["revoke", "check", &token, &token]).ends(64);
}

#[test]
fn a_sealed_token_tells_its_key_alone() {
    let dir = ring(&["--purpose", "sealed"]);
    run_in(&dir, &["revoke", "init"]).ends(0);
    let token = token(&dir);
    add(&dir, &["--all", "--yes"]).ends(0);
    let run = run_in(&dir, &["revoke", "check", &token]).ends(65);
    says(
        &run.err,
        &["the token is sealed", "next: waxseal verify --keys DIR --revoked revoked.db"],
    );
    verify(&dir, &token, &["--session"]).ends(15);
}

#[test]
fn status_tells_what_is_promised() {
    let dir = list_only();
    let empty = run_in(&dir, &["revoke", "status"]).ends(0).out;
    says(&empty, &["list revoked.db  fresh, read ", "entries 0\n", WORST]);
    assert!(!empty.contains("published"), "a file does not know: {empty}");
    add(&dir, &["--sub", "ada"]).ends(0);
    add(&dir, &["--sub", "bob"]).ends(0);
    add(&dir, &["--sid", SID]).ends(0);
    let text = run_in(&dir, &["revoke", "status"]).ends(0).out;
    says(&text, &["entries 3: 1 sid, 2 sub\n", "newest ", ", oldest "]);
    let facts = run_in(&dir, &["revoke", "status", "--json"]).ends(0).json();
    assert_eq!((&facts["schema"], &facts["verdict"]), (&1.into(), &"fresh".into()));
    assert_eq!((&facts["kinds"]["sub"], &facts["entries"]), (&2.into(), &3.into()));
    assert_eq!((&facts["exposure_seconds"], &facts["unpublished"]), (&1020.into(), &Value::Null));
    assert!(facts["bytes"].as_u64() > Some(1000));
    let plain = run_in(&dir, &["revoke", "status", "--plain"]).ends(0).out;
    says(&plain, &["verdict\tfresh\n", "entries.sub\t2\n", "exposure_seconds\t1020\n"]);
}

#[test]
fn prune_goes_by_the_times_in_the_list() {
    let dir = list_only();
    let nothing = run_in(&dir, &["revoke", "prune"]).ends(0);
    assert_eq!(nothing.out, "dropped 0; 0 stay\n");
    add(&dir, &["--sub", "ada"]).ends(0);
    let kept = run_in(&dir, &["revoke", "prune", "--json"]).ends(0).json();
    assert_eq!(
        (&kept["dropped"], &kept["kept"], &kept["done"]),
        (&0.into(), &1.into(), &true.into())
    );
    assert_eq!(entries(&dir).len(), 1);
}

/// One logout that was recorded by a clock years ahead, and the same clock now.
#[test]
fn prune_does_not_take_one_clocks_word() {
    let dir = list_only();
    let file = dir.path().join("revoked.db");
    let store = SqliteStore::open(&file).expect("a list");
    let keep = |name: &str, recorded: i64| {
        let end = Timestamp::from_secs(recorded + 60);
        let record = Record::new(Kind::Session, name, end);
        let entry = Entry::new(record, Timestamp::from_secs(recorded));
        store.record(vec![entry]).expect("room");
    };
    const DAY: i64 = 24 * 3600;
    keep("s1", 1_000_000_000);
    keep("s2", 1_000_000_000 + 365 * DAY);
    let kept = run_in(&dir, &["revoke", "prune"]).ends(0);
    says(&kept.out, &["dropped 0"]);
    says(&kept.err, &["2 more have ended by this clock"]);
    // Another entry of about the same time is a second word.
    keep("s3", 1_000_000_000 + 365 * DAY + 30);
    let dropped = run_in(&dir, &["revoke", "prune"]).ends(0);
    says(&dropped.out, &["dropped 1"]);
    assert_eq!(entries(&dir).len(), 2);
}

#[test]
fn a_url_is_never_the_name_of_a_file() {
    let dir = list_only();
    let url = "valkey://ada:s3cret@localhost:1/0";
    for verb in [&["init"][..], &["add", "--sub", "ada"], &["list"], &["status"], &["prune"]] {
        let run = run_in(&dir, &[&["revoke"], verb, &["--store", url]].concat());
        assert_ne!(run.code, 0, "{verb:?}");
        assert!(!format!("{}{}", run.out, run.err).contains("s3cret"), "{}", run.err);
    }
    let upper = ["revoke", "list", "--store", "HTTPS://ada:s3cret@localhost:1/revoked.jwt"];
    says(&run_in(&dir, &upper).ends(64).err, &["--feed-key"]);
}

#[test]
fn the_place_comes_from_the_option_the_environment_or_the_folder() {
    let dir = list_only();
    run_in(&dir, &["revoke", "init", "--store", "other.db"]).ends(0);
    let with = |value: &str| {
        let mut command = crate::tool::program(&dir);
        command.args(["revoke", "add", "--sub", "ada", "--json"]).env("WAXSEAL_STORE", value);
        Run::from(command.output().expect("it runs"))
    };
    with("other.db").ends(0);
    assert!(entries(&dir).is_empty());
    with("").ends(0);
    assert_eq!(entries(&dir).len(), 1);
    with("none.db").ends(66);
    says(&run_in(&dir, &["revoke", "list", "--store", ""]).ends(64).err, &["--store"]);
}

#[test]
fn an_engine_needs_a_file_beside_it() {
    let dir = list_only();
    for verb in ["init", "prune"] {
        let args = ["revoke", verb, "--store", "redis://localhost:1/0"];
        says(&run_in(&dir, &args).ends(64).err, &["works on a file of this host"]);
    }
    let nobody = "redis://ada:s3cret@localhost:1/0";
    says(
        &add(&dir, &["--sub", "ada", "--local", "x.db"]).ends(64).err,
        &["--local is a writer's own"],
    );
    add(&dir, &["--sub", "ada", "--store", nobody, "--local", "none.db"]).ends(66);
    assert!(entries(&dir).is_empty());
    // It is kept here at least, and whoever opens both next sends it.
    let short = add(&dir, &["--sub", "ada", "--store", nobody]).ends(75);
    says(
        &short.out,
        &["recorded: local: on this disk, in revoked.db; NOT with the engine at redis://"],
    );
    assert_eq!(entries(&dir).len(), 1);
    let token = foreign(&dir, &[]);
    for args in [
        &["revoke", "list", "--store", nobody][..],
        &["revoke", "status", "--store", nobody],
        &["revoke", "check", &token, "--store", nobody],
        &["verify", "--key", "job.jwk", "--aud", "api", &token, "--revoked", nobody],
    ] {
        let run = run_in(&dir, args).ends(75);
        assert_eq!(run.out, "", "{args:?}");
        assert!(!run.err.contains("s3cret") && !short.err.contains("s3cret"), "{}", run.err);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_entry_that_could_not_be_told_is_recorded() {
    let dir = list_only();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device");
    let mut command = crate::tool::program(&dir);
    command.args(["revoke", "add", "--sub", "ada"]).stdout(full);
    let run = Run::from(command.output().expect("it runs")).ends(74);
    says(&run.err, &["the entry IS recorded, but cannot write the output"]);
    assert_eq!(entries(&dir).len(), 1);
}

#[cfg(unix)]
#[test]
fn a_list_that_only_root_may_write_is_told_apart() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = list_only();
    let file = dir.path().join("revoked.db");
    assert_eq!(mode(&file), 0o600, "nobody else reads who logged out");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).expect("its mode");
    // Root writes where it likes.
    if fs::OpenOptions::new().append(true).open(&file).is_err() {
        let run = add(&dir, &["--sub", "ada"]).ends(73);
        says(&run.err, &["it is read-only here"]);
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

/// A feed key, and a snapshot of the list in `revocations.jwt`.
fn export(dir: &TempDir) {
    if !dir.path().join("feed.jwk").exists() {
        let new = ["keys", "new", "--alg", "EdDSA", "--kid", "feed-1", "--out", "feed.jwk"];
        run_in(dir, &new).ends(0);
        let public = run_in(dir, &["keys", "public", "feed.jwk"]).ends(0).out;
        fs::write(dir.path().join("feed.pub.jwk"), public).expect("a file");
    }
    let export = ["revoke", "export", "--key", "feed.jwk", "--out", "revocations.jwt"];
    run_in(dir, &export).ends(0);
}

#[test]
fn a_signed_snapshot_is_asked_as_the_list_itself() {
    let dir = shop();
    let (one, other) = (token(&dir), token(&dir));
    add(&dir, &[&named("sid", &one)]).ends(0);
    export(&dir);
    let snapshot = ["--revoked", "revocations.jwt", "--feed-key", "feed.pub.jwk"];
    let verify = |token: &str, more: &[&str]| {
        let verify = ["verify", "--keys", "ring", "--aud", "shop", "--session", token];
        run_in(&dir, &[&verify, more].concat())
    };
    let before = contents(dir.path());
    verify(&one, &snapshot).ends(15);
    verify(&other, &snapshot).ends(0);
    let look = ["--store", "revocations.jwt", "--feed-key", "feed.pub.jwk"];
    let list = run_in(&dir, &[&["revoke", "list", "--json"], &look[..]].concat()).ends(0).json();
    assert_eq!(list["entries"][0]["id"], claim(&one, "sid"));
    assert_eq!(list["entries"][0]["name"], Value::Null, "a snapshot carries no names");
    let status =
        run_in(&dir, &[&["revoke", "status", "--json"], &look[..]].concat()).ends(0).json();
    assert_eq!((&status["entries"], &status["exposure_seconds"]), (&1.into(), &1020.into()));
    run_in(&dir, &[&["revoke", "check", &one], &look[..]].concat()).ends(15);
    run_in(&dir, &[&["revoke", "check", &other], &look[..]].concat()).ends(0);
    assert!(contents(dir.path()) == before, "who only looks writes nothing");
    says(&verify(&one, &snapshot[..2]).ends(64).err, &["next: add --feed-key FILE"]);
    says(
        &run_in(&dir, &["revoke", "list", "--store", "revocations.jwt"]).ends(64).err,
        &["--feed-key"],
    );
}

#[test]
fn a_key_that_signs_sessions_signs_no_snapshot() {
    let dir = shop();
    let first = fs::read_dir(dir.path().join("ring")).expect("a ring").flatten();
    let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("a name");
    let ours = first.map(name).find(|name| name == "key-0001.json").expect("a key");
    let ours = format!("ring/{ours}");
    let new = ["keys", "export", "1", "--keys", "ring", "--ring", "id.example", "--out", "own.jwk"];
    run_in(&dir, &new).ends(0);
    let export = |key: &str| {
        let mut command = crate::tool::program(&dir);
        command.args(["revoke", "export", "--key", key, "--out", "x.jwt"]);
        Run::from(command.env("WAXSEAL_KEYS", "ring").output().expect("it runs"))
    };
    for key in [&ours, "own.jwk"] {
        says(&export(key).ends(64).err, &["the feed key is a key of the ring ring"]);
        assert!(!dir.path().join("x.jwt").exists());
    }
    run_in(&dir, &["keys", "new", "--alg", "EdDSA", "--out", "feed.jwk"]).ends(0);
    let run = export("feed.jwk").ends(0);
    says(&run.err, &["0 entries as of"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert!(!run.err.contains("others can read"), "{}", run.err);
        let file = dir.path().join("feed.jwk");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("its mode");
        says(&export("feed.jwk").ends(0).err, &["others can read the private key in feed.jwk"]);
    }
}

#[test]
fn a_snapshot_of_another_key_is_no_list() {
    let dir = shop();
    let token = token(&dir);
    export(&dir);
    let new = ["keys", "new", "--alg", "EdDSA", "--kid", "feed-1", "--out", "thief.jwk"];
    run_in(&dir, &new).ends(0);
    let args = ["--revoked", "revocations.jwt", "--feed-key", "thief.jwk", &token];
    let run = run_in(&dir, &[&["verify", "--keys", "ring", "--aud", "shop"], &args[..]].concat());
    let run = run.ends(65);
    assert_eq!(run.out, "");
}
