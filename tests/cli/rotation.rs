//! Rotation, from the first tick to the last key: what is done, what is refused, and when it is safe.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::second_opinion::rsa_jwk;
use crate::tool::{FIXTURES, ISSUER, Run, contents, fixture, pipe_in, ring, run_in};

/// `waxseal keys VERB --keys ring ...`.
#[track_caller]
fn keys(dir: &TempDir, verb: &[&str]) -> Run {
    run_in(dir, &[&["keys"], verb, &["--keys", "ring"]].concat())
}

#[track_caller]
fn keys_without_change(dir: &TempDir, verb: &[&str]) -> Run {
    let before = contents(dir.path());
    let run = keys(dir, verb);
    assert!(contents(dir.path()) == before, "{verb:?} changed something");
    run
}

fn mint(dir: &TempDir) -> Run {
    run_in(dir, &["mint", "--keys", "ring", "--sub", "ada", "--aud", "shop"])
}

fn token(dir: &TempDir) -> String {
    mint(dir).ends(0).out.trim_end().to_owned()
}

fn verify(dir: &TempDir, token: &str, more: &[&str]) -> Run {
    run_in(dir, &[&["verify", "--keys", "ring", "--aud", "shop", token], more].concat())
}

fn status(dir: &TempDir, more: &[&str]) -> Value {
    keys(dir, &[&["status", "--json"], more].concat()).ends(0).json()
}

/// `1 retired, 2 signing, 3 staged`.
fn states(dir: &TempDir, more: &[&str]) -> String {
    let facts = status(dir, more);
    let keys = facts["keys"].as_array().expect("keys");
    let word = |key: &Value| format!("{} {}", key["seq"], key["state"].as_str().expect("a word"));
    keys.iter().rev().map(word).collect::<Vec<_>>().join(", ")
}

fn kid(dir: &TempDir, seq: u64) -> String {
    let facts = status(dir, &[]);
    let keys = facts["keys"].as_array().expect("keys");
    let key = keys.iter().find(|key| key["seq"] == seq).expect("the key");
    key["kid"].as_str().expect("a kid").to_owned()
}

#[track_caller]
fn says(run: &Run, words: &[&str]) {
    for word in words {
        assert!(run.out.contains(word) || run.err.contains(word), "no {word:?}: {run:?}");
    }
}

#[test]
fn a_rotation_logs_nobody_out_and_leaves_no_key_behind() {
    let dir = ring(&[]);
    let old = token(&dir);
    let done = keys(&dir, &["tick", "--at", "now+31d"]).ends(0);
    says(&done, &["promoted 2 (k2-", "it signs now\n", "staged 3 (k3-", "may sign in 1 d"]);
    says(&done, &["note: a rehearsal at ", "use a copy of the ring"]);
    assert_eq!(done.err.lines().count(), 1, "{}", done.err);
    assert_eq!(states(&dir, &["--at", "now+31d"]), "1 retired, 2 signing, 3 staged");
    verify(&dir, &old, &[]).ends(0);
    let again = keys_without_change(&dir, &["tick", "--at", "now+31d"]).ends(0);
    assert!(again.out.starts_with("nothing is due; next: prune 1 in 8 h"), "{}", again.out);
    assert_eq!(again.err, "");
    let soon =
        keys_without_change(&dir, &["prune", "1", "--ring", "id.example", "--at", "now+31d"]);
    says(&soon.ends(76), &["key 1 is retired; its private half may go at 20"]);
    let pruned = keys(&dir, &["tick", "--at", "now+32d"]).ends(0);
    says(&pruned, &["pruned 1 (k1-", "its private half is gone"]);
    assert_eq!(states(&dir, &["--at", "now+32d"]), "1 pruned, 2 signing, 3 staged");
    let refused = verify(&dir, &old, &["--at", "now+32d"]).ends(14);
    says(&refused, &["is retired: it verified until"]);
    let log = keys(&dir, &["log"]).ends(0).out;
    let happened: Vec<&str> =
        log.lines().filter_map(|line| line.split_whitespace().nth(2)).collect();
    assert_eq!(
        happened,
        ["init", "stage", "promote", "stage", "promote", "stage", "prune"],
        "{log}"
    );
}

#[test]
fn a_new_ring_has_nothing_to_do() {
    let dir = ring(&[]);
    let told = keys_without_change(&dir, &["tick"]).ends(0);
    assert_eq!(told.out, "nothing is due; next: promote 2, stage 3 (EdDSA) in 30 d\n");
    assert_eq!(told.err, "");
    let plan = keys_without_change(&dir, &["plan", "--check"]).ends(0).out;
    assert!(plan.starts_with("nothing is due; next: promote 2, stage 3 (EdDSA) in 30 d\n"));
    assert!(plan.contains("   prune 1\n"), "{plan}");
    let due = keys_without_change(&dir, &["plan", "--check", "--at", "now+31d"]).ends(2).out;
    assert!(due.starts_with("now "), "{due}");
    assert!(due.contains("   promote 2, stage 3 (EdDSA)\n"), "{due}");
    keys_without_change(&dir, &["plan", "--at", "now+31d"]).ends(0);
    let would = keys_without_change(&dir, &["tick", "--dry-run", "--at", "now+31d"]).ends(0);
    assert_eq!(would.out, "would promote 2, stage 3 (EdDSA)\n");
    assert_eq!(would.err, "", "nothing was written: there is nothing to warn of");
}

#[test]
fn what_an_interrupted_act_left_is_mended_and_told_as_that() {
    let dir = ring(&[]);
    fs::write(dir.path().join("ring/jwks.json"), "{\"keys\":[]}").expect("a file");
    let told = keys(&dir, &["status"]).ends(0);
    says(&told, &["published set NOT ok", "K011"]);
    let plan = keys(&dir, &["plan"]).ends(0).out;
    assert!(plan.contains("   mend: publish the set, complete the history\n"), "{plan}");
    let refused = keys_without_change(&dir, &["promote", "2", "--yes", "--at", "now+9d"]);
    says(&refused.ends(76), &["key 2 is not in the published set", "waxseal keys tick"]);
    let mended = keys(&dir, &["tick"]).ends(0);
    assert_eq!(mended.out, "mended: published the set, completed the history\n");
    says(&keys(&dir, &["status"]).ends(0), &["published set ok (2 keys)"]);
    keys_without_change(&dir, &["tick"]).ends(0);
}

#[test]
fn a_key_that_verifiers_may_not_know_does_not_sign() {
    let dir = ring(&[]);
    let facts = status(&dir, &[]);
    let safe = facts["keys"][0]["may_sign_at"]["text"].as_str().expect("a time").to_owned();
    for more in [&["--yes"][..], &[], &["--dry-run"]] {
        let early = keys_without_change(&dir, &[&["promote", "2"], more].concat()).ends(76);
        says(&early, &["refused: key 2 has been visible for ", &format!("It is safe at {safe}")]);
        assert_eq!(early.out, "");
    }
    keys(&dir, &["stage", "--at", "now+25h"]).ends(0);
    let early = keys_without_change(&dir, &["promote", "3", "--yes", "--at", "now+25h"]).ends(76);
    says(&early, &["in a hurry? key 2 is warm: waxseal keys promote 2"]);
    let name = kid(&dir, 2);
    for key in ["2", &name] {
        let would = keys_without_change(&dir, &["promote", key, "--dry-run", "--at", "now+26h"]);
        let would = would.ends(0).out;
        assert!(would.starts_with(&format!("would promote 2 ({name}): warm for ")), "{would}");
        assert!(would.contains("would retire 1 (k1-"), "{would}");
    }
    let unasked = keys_without_change(&dir, &["promote", "2", "--at", "now+26h"]).ends(64);
    says(&unasked, &["next: add --yes"]);
    let done = keys(&dir, &["promote", "2", "--yes", "--at", "now+26h"]).ends(0);
    assert_eq!(done.out, format!("promoted 2 ({name}): it signs now\n"));
    let again = keys_without_change(&dir, &["promote", "2", "--yes", "--at", "now+26h"]).ends(0);
    says(&again, &["signs already; nothing was done"]);
    let none = keys_without_change(&dir, &["promote", "9", "--yes"]).ends(65);
    says(&none, &["the ring has no key 9", "it has 1 (k1-"]);
}

#[test]
fn proof_from_every_verifier_takes_the_place_of_time() {
    let dir = ring(&[]);
    let set = keys(&dir, &["jwks"]).ends(0).out;
    fs::write(dir.path().join("shop.json"), &set).expect("a file");
    fs::write(dir.path().join("mail.json"), fixture("jwks.json")).expect("a file");
    let seen = ["promote", "2", "--yes", "--seen", "shop.json", "--seen", "mail.json"];
    let refused = keys_without_change(&dir, &seen).ends(76);
    says(&refused, &["mail.json does not hold key 2"]);
    keys_without_change(&dir, &["promote", "2", "--yes", "--seen", "no.json"]).ends(66);
    let would = keys_without_change(&dir, &["promote", "2", "-n", "--seen", "shop.json"]).ends(0);
    says(&would, &["every set of the 1 given as seen holds it"]);
    keys(&dir, &["promote", "2", "--yes", "--seen", "shop.json"]).ends(0);
    assert_eq!(states(&dir, &[]), "1 retired, 2 signing");
}

#[test]
fn a_rotation_is_taken_back_while_the_old_key_is_known() {
    let dir = ring(&[]);
    let nothing = keys_without_change(&dir, &["rollback", "--yes"]).ends(76);
    says(&nothing, &["there is nothing to go back to"]);
    keys(&dir, &["tick", "--at", "now+31d"]).ends(0);
    keys_without_change(&dir, &["rollback", "--at", "now+31d"]).ends(64);
    let would = keys_without_change(&dir, &["rollback", "--dry-run", "--at", "now+31d"]).ends(0);
    says(&would, &["would promote 1 (k1-", "it retired "]);
    let late = keys_without_change(&dir, &["rollback", "--yes", "--at", "now+32d"]).ends(76);
    says(&late, &["key 1 is retired: it verifies until 20"]);
    keys(&dir, &["rollback", "--yes", "--at", "now+31d"]).ends(0);
    assert_eq!(states(&dir, &["--at", "now+31d"]), "1 signing, 2 retired, 3 staged");
}

#[test]
fn a_stolen_key_is_ended_and_another_signs_at_once() {
    let dir = ring(&["--name", "prod-auth"]);
    let stolen = token(&dir);
    let revoke = ["revoke", "1", "--reason", "laptop stolen"];
    let unsaid = keys_without_change(&dir, &[&revoke[..], &["--ring", "prod-auth"]].concat());
    says(&unsaid.ends(76), &["key 1 signs: say which key follows", "--stop-signing"]);
    let revoke = [&revoke[..], &["--promote", "2"]].concat();
    let wrong = keys_without_change(&dir, &[&revoke[..], &["--ring", "dev-auth"]].concat());
    says(&wrong.ends(76), &["this ring is \"prod-auth\", not \"dev-auth\"; nothing was done"]);
    let unnamed = keys_without_change(&dir, &revoke).ends(64);
    says(&unnamed, &["add --ring NAME"]);
    let would = keys_without_change(&dir, &[&revoke[..], &["--dry-run"]].concat()).ends(0);
    says(
        &would,
        &[
            "would promote 2 (k2-",
            "NOT warm: verifiers that cache may refuse its tokens until 20",
            "would revoke 1 (k1-",
            "up to 8 h",
            "C = 1 d from now",
        ],
    );
    let warm = [&revoke[..], &["--dry-run", "--at", "now+30d"]].concat();
    says(&keys_without_change(&dir, &warm).ends(0), &["warm for 28 d", "no verifier should miss"]);
    let done = keys(&dir, &[&revoke[..], &["--ring", "prod-auth"]].concat()).ends(0);
    says(&done, &["promoted 2 (k2-", "revoked 1 (k1-", "its tokens are refused now"]);
    verify(&dir, &stolen, &[]).ends(14);
    verify(&dir, &token(&dir), &[]).ends(0);
    let set = keys(&dir, &["jwks"]).ends(0).json();
    assert_eq!(set["keys"].as_array().map(Vec::len), Some(1), "{set}");
    let again = [&["revoke", "1", "--reason", "twice"][..], &["--ring", "prod-auth"]].concat();
    says(&keys_without_change(&dir, &again).ends(0), &["is revoked already"]);
    let dead = keys_without_change(&dir, &["promote", "1", "--yes", "--at", "now+9d"]).ends(76);
    says(&dead, &["key 1 was revoked at 20", "never signs again"]);
}

#[test]
fn signing_can_be_stopped_and_begun_again() {
    let dir = ring(&[]);
    let stop = ["revoke", "1", "--reason", "unclear", "--stop-signing", "--ring", "id.example"];
    let would = keys_without_change(&dir, &[&stop[..], &["-n"]].concat()).ends(0);
    says(&would, &["nobody can log in until: waxseal keys promote 2"]);
    keys(&dir, &stop).ends(0);
    assert_eq!(states(&dir, &[]), "1 revoked, 2 staged");
    let refused = mint(&dir);
    assert_ne!(refused.code, 0);
    assert_eq!(refused.out, "");
    says(&refused, &["waxseal keys promote"]);
    assert_eq!(refused.err.lines().filter(|line| line.starts_with("waxseal: ")).count(), 1);
    says(&keys(&dir, &["public"]).ends(65), &["no key of the ring signs"]);
    let tick = keys(&dir, &["tick"]).ends(0);
    says(&tick, &["needs: no key signs: waxseal keys promote 2"]);
    keys(&dir, &["promote", "2", "--yes", "--at", "now+2d"]).ends(0);
    verify(&dir, &token(&dir), &[]).ends(0);
}

#[test]
fn a_ring_moves_to_another_algorithm_without_a_logout() {
    for (from, to) in [("HS256", "EdDSA"), ("EdDSA", "v4.public"), ("EdDSA", "ES256")] {
        let dir = ring(&["--alg", from]);
        let old = token(&dir);
        let staged = keys(&dir, &["stage", "--alg", to]).ends(0);
        says(&staged, &["staged 3 (", &format!("), {to}: it verifies, and may sign in 1 d")]);
        let set = keys(&dir, &["jwks"]).ends(0).json();
        let algorithms: Vec<&str> = set["keys"]
            .as_array()
            .expect("keys")
            .iter()
            .filter_map(|key| key["alg"].as_str())
            .collect();
        assert!(algorithms.contains(&to), "{algorithms:?}");
        assert!(!algorithms.contains(&"HS256"), "{algorithms:?}");
        keys(&dir, &["promote", "3", "--yes", "--at", "now+2d"]).ends(0);
        let new = token(&dir);
        assert_eq!(new.starts_with("v4.public."), to == "v4.public", "{new}");
        for token in [&old, &new] {
            verify(&dir, token, &[]).ends(0);
        }
        // The next key is of the new kind, and never the old one that was passed by.
        let plan = keys(&dir, &["plan", "--check", "--at", "now+3d"]).ends(2).out;
        assert!(plan.contains(&format!("stage 4 ({to})")), "{plan}");
    }
    let dir = ring(&[]);
    let other = keys_without_change(&dir, &["stage", "--alg", "A256GCM"]).ends(65);
    says(&other, &["the ring is signed"]);
    let rsa = keys_without_change(&dir, &["stage", "--alg", "RS256"]).ends(76);
    says(&rsa, &["waxseal keys import"]);
    keys(&dir, &["stage"]).ends(0);
    keys(&dir, &["stage"]).ends(0);
    let full = keys_without_change(&dir, &["stage"]).ends(76);
    says(&full, &["4 keys verify, and the ring's cap is 4"]);
}

#[test]
fn a_held_key_goes_only_by_its_name() {
    let dir = ring(&[]);
    let hold = ["--hold-until", "now+90d", "--hold-why", "audit 12"];
    keys_without_change(&dir, &["stage", "--hold-until", "now+90d"]).ends(64);
    let job = format!("{FIXTURES}/test-keys/job.jwk");
    let imported = keys(&dir, &[&["import", &job][..], &hold, &["--yes"]].concat()).ends(0);
    says(&imported, &["imported 3 (job), EdDSA: it verifies, and may sign in 1 d"]);
    let end = ["revoke", "job", "--reason", "leaked", "--ring", "id.example"];
    keys(&dir, &end).ends(0);
    let facts = status(&dir, &[]);
    assert_eq!(facts["keys"][0]["held"], true);
    assert!(facts["keys"][0]["next"].as_str().is_some_and(|next| next.contains("held")));
    let prune = ["prune", "3", "--ring", "id.example"];
    let held = keys_without_change(&dir, &prune).ends(76);
    says(&held, &["key 3 is held until 20", "audit 12"]);
    let all = keys_without_change(&dir, &["prune", "--ring", "id.example"]).ends(0);
    says(&all, &["nothing was done"]);
    let wrong = [&prune[..], &["--release", "k3"]].concat();
    keys_without_change(&dir, &wrong).ends(76);
    let release = ["prune", "3", "--release", "job"];
    keys_without_change(&dir, &release).ends(64);
    keys_without_change(&dir, &[&release[..], &["--ring", "prod"]].concat()).ends(76);
    let would = keys_without_change(&dir, &[&release[..], &["-n"]].concat()).ends(0);
    assert_eq!(would.out, "would remove the private half of 3 (job), for ever\n");
    let done = keys(&dir, &[&release[..], &["--ring", "id.example"]].concat()).ends(0);
    assert_eq!(done.out, "pruned 3 (job): its private half is gone\n");
}

#[test]
fn a_key_in_use_is_not_pruned() {
    let dir = ring(&[]);
    let signing = "key 1 is signing; its private half may go once another key was promoted";
    for (seq, text) in [("1", signing), ("2", "key 2 is staged; it may sign one day")] {
        let refused = keys_without_change(&dir, &["prune", seq, "--ring", "id.example"]).ends(76);
        says(&refused, &[text]);
    }
}

#[test]
fn an_rsa_ring_says_what_it_needs() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("rsa.jwk"), rsa_jwk()).expect("a file");
    let init = ["keys", "init", "--keys", "ring", "--issuer", ISSUER, "--alg", "RS256"];
    run_in(&dir, &[&init[..], &["--first-key", "rsa.jwk"]].concat()).ends(0);
    let tick = keys_without_change(&dir, &["tick"]).ends(0);
    says(&tick, &["needs: no key is staged, and RS256 keys are made elsewhere"]);
    assert!(!tick.out.contains("needs"), "{}", tick.out);
}

#[test]
fn policies_are_chosen_at_the_start_and_must_fit() {
    let policy = ["--longest-life", "1h", "--cache", "10m", "--skew", "10s", "--reload", "5s"];
    let more = ["--period", "7d", "--cap", "5", "--mints-per-day", "1000"];
    let publish = ["--publish", "www/jwks.json", "--strict-permissions"];
    let dir = tempfile::tempdir().expect("a folder");
    fs::create_dir(dir.path().join("www")).expect("a folder");
    let init = ["keys", "init", "--keys", "ring", "--issuer", ISSUER];
    run_in(&dir, &[&init[..], &policy, &more, &publish].concat()).ends(0);
    let head = keys(&dir, &["status"]).ends(0).out;
    assert!(
        head.starts_with("ring id.example  serial 4  L 1h  C 10m  S 10s  R 5s  period 7d\n"),
        "{head}"
    );
    assert_eq!(status(&dir, &[])["policy"]["cap"], 5);
    let published = fs::read_to_string(dir.path().join("www/jwks.json")).expect("a set");
    assert_eq!(published, keys(&dir, &["jwks"]).ends(0).out);
    let served = keys(&dir, &["jwks", "--headers"]).ends(0).out;
    let (head, body) = served.split_once("\n\n").expect("a head and a body");
    assert_eq!(head, "Content-Type: application/jwk-set+json\nCache-Control: public, max-age=270");
    assert_eq!(body, published);
    let contradictions: [(&[&str], &[&str]); 3] = [
        (&["--period", "12h"], &["12 h", "1 d"]),
        (&["--cap", "2"], &["at most 2"]),
        (&["--purpose", "sealed", "--mints-per-day", "1000000000"], &["1000000000", "30 days"]),
    ];
    for (options, words) in contradictions {
        let dir = tempfile::tempdir().expect("a folder");
        let refused = run_in(&dir, &[&init[..], options].concat()).ends(64);
        assert_eq!(refused.err.lines().count(), 1, "{}", refused.err);
        says(&refused, words);
        assert!(contents(dir.path()).is_empty());
    }
}

#[test]
fn tokens_of_a_log_are_counted_by_key() {
    let dir = ring(&[]);
    let ours = token(&dir);
    let (stranger, hostile) = (fixture("unknown-kid.jwt"), fixture("hostile-kid.jwt"));
    let log = format!(
        "GET /cart {ours} 200\n\nno token here: 127.0.0.1 and v1.2.3\ntoken={stranger}; x\n\
         \"Bearer {ours}\"\n{stranger}\n{hostile}\n{ours}.\n"
    );
    let told = pipe_in(&dir, &["keys", "usage", "--keys", "ring"], log.as_bytes()).ends(0);
    let rows: Vec<Vec<&str>> =
        told.out.lines().map(|line| line.split_whitespace().collect()).collect();
    let one = kid(&dir, 1);
    let two = kid(&dir, 2);
    assert_eq!(rows[1], ["1", one.as_str(), "signing", "3"], "{}", told.out);
    assert_eq!(rows[2], ["2", two.as_str(), "staged", "0"], "{}", told.out);
    says(&told, &["unknown keys: 3 (kid \"k9-gone\", first at line 4)"]);
    says(&told, &["lines without a token: 2\n"]);
    says(&told, &[&format!("2 ({two}): 0 of 6 sampled tokens use it\n")]);
    assert!(!told.out.contains('\u{1b}') && !told.out.contains('\u{202e}'), "{}", told.out);
    assert!(!told.out.contains("ada"), "nothing but the name of a key is shown");
    fs::write(dir.path().join("access.log"), &log).expect("a file");
    let facts = keys(&dir, &["usage", "access.log", "--json"]).ends(0).json();
    assert_eq!(facts["schema"], 1);
    assert_eq!(facts["tokens"], 6);
    assert_eq!(facts["keys"][0]["tokens"], 3);
    assert_eq!(facts["unknown_tokens"], 3);
    assert_eq!(facts["unknown"][0]["first_line"], 4);
    keys(&dir, &["usage", "no-such.log"]).ends(66);
}

#[test]
fn a_flood_of_names_in_a_log_is_counted_in_bounded_memory() {
    let dir = ring(&[]);
    let encode = |text: &str| waxseal::base64url::encode(text.as_bytes());
    let line = |n: u32| {
        let header = encode(&format!("{{\"alg\":\"EdDSA\",\"kid\":\"flood-{n}\"}}"));
        format!("{header}.{}.{}\n", encode("{}"), encode(&"s".repeat(64)))
    };
    let log: String = (0..1_500).map(line).collect();
    let usage = ["keys", "usage", "--keys", "ring"];
    let facts = pipe_in(&dir, &[&usage[..], &["--json"]].concat(), log.as_bytes()).ends(0).json();
    assert_eq!(facts["unknown"].as_array().map(Vec::len), Some(1_000));
    assert_eq!((&facts["unknown_tokens"], &facts["more_unknown"]), (&1_500.into(), &true.into()));
    let told = pipe_in(&dir, &usage, log.as_bytes()).ends(0).out;
    assert!(told.lines().count() < 25, "{told}");
    assert!(told.contains("and at least 989 more kids"), "{told}");
}

#[test]
fn ten_hosts_tick_at_once_and_one_rotation_happens() {
    let dir = ring(&[]);
    let at = "now+31d";
    let ticks: Vec<Run> = std::thread::scope(|scope| {
        let tick = || keys(&dir, &["tick", "--at", at, "--quiet"]);
        let threads: Vec<_> = (0..10).map(|_| scope.spawn(tick)).collect();
        threads.into_iter().map(|thread| thread.join().expect("it ends")).collect()
    });
    let mut said = 0;
    for run in ticks {
        let run = run.ends(0);
        assert_eq!(run.err, "");
        said += run.out.lines().count();
    }
    assert_eq!(said, 2, "one promotes, one stages; whoever finds nothing due is silent");
    assert_eq!(states(&dir, &["--at", at]), "1 retired, 2 signing, 3 staged");
    assert!(keys(&dir, &["log"]).ends(0).out.lines().count() == 6);
}

#[test]
fn a_ring_is_checked_by_the_rules_of_lint_and_repaired() {
    let dir = ring(&[]);
    assert_eq!(keys_without_change(&dir, &["check"]).ends(0).out, "no findings\n");
    keys_without_change(&dir, &["check", "--last-serial", "9"]).ends(1);
    fs::write(dir.path().join("ring/jwks.json"), "{\"keys\":[]}").expect("a file");
    let found = keys_without_change(&dir, &["check", "--json"]).ends(1).json();
    let by_lint = run_in(&dir, &["lint", "--keys", "ring", "--json"]).ends(1).json();
    assert_eq!(found, by_lint);
    let mended = keys(&dir, &["check", "--repair"]).ends(0);
    assert_eq!(mended.out, "no findings\n");
    says(&mended, &["mended: published the set, completed the history"]);
    assert_eq!(keys_without_change(&dir, &["check", "--repair"]).ends(0).err, "");
    let left = dir.path().join("ring/.key-0009.json.tmp-1-0");
    let file = fs::File::create(&left).expect("a file");
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    file.set_modified(long_ago + std::time::Duration::from_secs(1_700_000_000)).expect("a time");
    says(&keys(&dir, &["check", "--repair"]).ends(0), &["removed .key-0009.json.tmp-1-0"]);
    assert!(!left.exists());
    keys(&dir, &["export", "2", "--ring", "id.example", "--out", "two.jwk"]).ends(0);
    keys_without_change(&dir, &["export", "2", "--out", "other.jwk"]).ends(64);
}

#[test]
fn a_broken_history_is_told_by_log_and_status() {
    let dir = ring(&[]);
    let whole = keys(&dir, &["log", "--json", "--limit", "1"]).ends(0).json();
    assert_eq!(whole["schema"], 1);
    assert_eq!((&whole["ok"], &whole["before"]), (&true.into(), &3.into()));
    assert_eq!(whole["entries"][0]["what"], "stage");
    assert_eq!(keys(&dir, &["log", "--limit", "2"]).ends(0).out.lines().count(), 2);
    fs::remove_file(dir.path().join("ring/event-000002.json")).expect("a file");
    let broken = keys(&dir, &["log"]).ends(65);
    assert_eq!(broken.out.lines().count(), 3);
    says(&broken, &["event 2 is missing"]);
    let told = keys(&dir, &["status"]).ends(0);
    says(&told, &["log NOT ok", "K012"]);
    assert_eq!(status(&dir, &[])["log"]["ok"], false);
}

#[test]
fn a_dry_run_or_a_look_writes_nothing() {
    let dir = ring(&[]);
    let job = format!("{FIXTURES}/test-keys/job.jwk");
    let looks: [&[&str]; 14] = [
        &["status"],
        &["status", "--plain"],
        &["status", "--json", "--at", "now+99d"],
        &["plan"],
        &["plan", "--json"],
        &["log"],
        &["check"],
        &["jwks", "--headers"],
        &["tick", "-n", "--at", "now+99d"],
        &["tick", "-n", "--json", "--at", "now+99d"],
        &["stage", "-n"],
        &["import", &job, "-n"],
        &["promote", "2", "-n", "--at", "now+2d"],
        &["revoke", "2", "-n", "--reason", "x"],
    ];
    for look in looks {
        let run = keys_without_change(&dir, look).ends(0);
        assert!(!run.out.is_empty(), "{look:?}");
        let quiet = keys_without_change(&dir, &[look, &["--quiet"]].concat()).ends(0);
        assert_eq!(quiet.err, "", "{look:?}");
    }
}

#[test]
fn names_from_outside_move_no_cursor() {
    let dir = ring(&["--name", "prod\u{202e}auth\u{1b}[2J"]);
    keys(&dir, &["stage", "--by", "eve\u{1b}[31m"]).ends(0);
    let wrong = ["revoke", "1", "--reason", "x", "--stop-signing", "--ring", "\u{1b}[2J"];
    keys_without_change(&dir, &wrong).ends(76);
    let looks: [&[&str]; 8] = [
        &["status"],
        &["status", "--json"],
        &["status", "--plain"],
        &["log"],
        &["log", "--json"],
        &["plan", "--json"],
        &wrong,
        &["promote", "k\u{202e}", "--yes"],
    ];
    for look in looks {
        let run = keys(&dir, look);
        for text in [&run.out, &run.err] {
            assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{look:?}: {text}");
        }
    }
}

#[test]
fn json_says_the_same_members_for_ever() {
    fn members(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                for (name, value) in object {
                    found.push(format!("{at}{name}"));
                    members(value, &format!("{at}{name}."), found);
                }
            }
            Value::Array(items) => {
                if let Some(first) = items.first() {
                    members(first, at, found);
                }
            }
            _ => {}
        }
    }
    let names = |value: &Value| -> String {
        let object = value.as_object().expect("an object");
        object.keys().map(String::as_str).collect::<Vec<_>>().join(" ")
    };
    let dir = ring(&[]);
    let of = |value: &Value| {
        let mut found = Vec::new();
        members(value, "", &mut found);
        found.join(" ")
    };
    let time = |name: &str| format!("{name} {name}.epoch {name}.relative {name}.text");
    let facts = status(&dir, &["--at", "now+31d"]);
    assert_eq!(
        names(&facts),
        "at due findings issuer keys log needs permissions policy published ring schema serial"
    );
    let key = of(&facts["keys"][0]);
    assert_eq!(
        key,
        format!(
            "alg held held_until kid {} next private_half safe_to_delete_at seq {} state \
             verifies_until {}",
            time("may_sign_at"),
            time("since"),
            time("visible_since")
        )
    );
    assert_eq!(of(&facts["policy"]), "C L R S cap max_mints_per_day period");
    assert_eq!(of(&facts["log"]), "entries fault ok");
    assert_eq!(of(&facts["published"]), "keys ok");
    let plan = keys(&dir, &["plan", "--json"]).ends(0).json();
    assert_eq!(plan["schema"], 1);
    assert_eq!(
        of(&plan),
        format!(
            "due later {} later.steps later.steps.seq later.steps.step needs ring schema",
            time("later.at")
        )
    );
    let tick = keys(&dir, &["tick", "--json", "-n"]).ends(0).json();
    assert_eq!(names(&tick), "dry_run later lost_a_race needs ring schema steps");
    assert_eq!(tick["schema"], 1);
}

#[test]
fn no_ring_is_made_by_the_way() {
    let dir = tempfile::tempdir().expect("a folder");
    let verbs: [&[&str]; 12] = [
        &["status"],
        &["plan"],
        &["tick"],
        &["stage"],
        &["promote", "1", "--yes"],
        &["rollback", "--yes"],
        &["revoke", "1", "--reason", "x", "--ring", "x"],
        &["prune", "--ring", "x"],
        &["usage"],
        &["check"],
        &["check", "--repair"],
        &["log"],
    ];
    for verb in verbs {
        let refused = keys(&dir, verb).ends(66);
        assert_eq!(refused.out, "", "{verb:?}");
        says(&refused, &["holds no key ring"]);
        assert!(contents(dir.path()).is_empty(), "{verb:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_ring_that_kubernetes_mounted_is_looked_at_and_changed_elsewhere() {
    use std::os::unix::fs::symlink;
    let dir = ring(&[]);
    let (ring, real) = (dir.path().join("ring"), dir.path().join("ring/..2026"));
    let names: Vec<_> = fs::read_dir(&ring)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    fs::create_dir(&real).expect("a folder");
    symlink("..2026", ring.join("..data")).expect("a link");
    for name in names {
        fs::rename(ring.join(&name), real.join(&name)).expect("moved");
        symlink(Path::new("..data").join(&name), ring.join(&name)).expect("a link");
    }
    for look in [&["status"][..], &["plan"], &["log"], &["tick", "-n", "--at", "now+31d"]] {
        keys_without_change(&dir, look).ends(0);
    }
    let changes: [&[&str]; 5] = [
        &["tick"],
        &["stage"],
        &["promote", "2", "--yes", "--at", "now+2d"],
        &["revoke", "2", "--reason", "x", "--ring", "id.example"],
        &["check", "--repair"],
    ];
    for change in changes {
        let refused = keys_without_change(&dir, change).ends(73);
        says(&refused, &["run it where the ring is writable"]);
    }
}

#[cfg(unix)]
#[test]
fn who_cannot_write_is_told_and_what_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
    };
    let dir = ring(&[]);
    let folder = dir.path().join("ring");
    mode(&folder, 0o555);
    if fs::write(folder.join("probe"), "").is_ok() {
        eprintln!("skipped: this account writes into every folder");
        fs::remove_file(folder.join("probe")).expect("a file");
    } else {
        keys_without_change(&dir, &["tick", "--at", "now+31d"]).ends(74);
        keys_without_change(&dir, &["status"]).ends(0);
    }
    mode(&folder, 0o700);
    mode(&folder.join("key-0001.json"), 0o644);
    for verb in [&["status"][..], &["tick"], &["promote", "2", "--yes"]] {
        keys_without_change(&dir, verb).ends(77);
    }
}

#[test]
fn help_tells_the_common_verbs_first() {
    let help = run_in(FIXTURES, &["keys", "--help"]).ends(0).out;
    let (often, rarely) = help.split_once("\nRarely:\n").expect("two parts");
    let names = |part: &str| -> Vec<String> {
        let lines = part.lines().take_while(|line| !line.is_empty());
        lines.filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect()
    };
    let often = often.split_once("Commands:\n").expect("verbs").1;
    assert_eq!(names(often), ["init", "status", "tick", "revoke", "jwks"]);
    let rarely = names(rarely);
    for verb in ["plan", "stage", "promote", "rollback", "prune", "import", "export", "public"] {
        assert!(rarely.iter().any(|name| name == verb), "{verb}");
    }
    assert!(help.contains("\nEverywhere:\n") && help.contains("\nExamples:\n"), "{help}");
}
