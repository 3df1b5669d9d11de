//! Rings and key files: what is made, what is kept, what is refused.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::tool::{FIXTURES, ISSUER, Run, contents, fixture, pipe_in, program, ring, run_in};

fn mint(dir: &TempDir) -> String {
    let args = ["mint", "--keys", "ring", "--sub", "ada", "--aud", "shop", "-c", "items:=[7]"];
    run_in(dir, &args).ends(0).out.trim_end().to_owned()
}

/// The kid of the key that signs.
fn signing_kid(dir: &TempDir) -> String {
    let token = mint(dir);
    let header = run_in(dir, &["inspect", "--json", &token]).ends(0).json();
    header["header"]["kid"].as_str().expect("a kid").to_owned()
}

/// Runs the program and ends the test if it changed anything.
#[track_caller]
fn run_without_change(dir: &TempDir, args: &[&str]) -> Run {
    let before = contents(dir.path());
    let run = run_in(dir, args);
    assert_eq!(contents(dir.path()), before, "{args:?} changed something");
    run
}

#[test]
fn a_session_is_verified_by_its_ring_and_by_the_public_set() {
    let dir = ring(&[]);
    fs::write(dir.path().join("ada.jwt"), mint(&dir)).expect("a file");
    run_in(&dir, &["keys", "jwks", "--keys", "ring", "--out", "jwks.json"]).ends(0);
    let sources: [&[&str]; 3] =
        [&["--keys", "ring"], &["--key", "jwks.json"], &["--key", "ring/jwks.json"]];
    for keys in sources {
        let judge = ["verify", "--iss", ISSUER, "--aud", "shop", "--session", "--json", "@ada.jwt"];
        let facts = run_in(&dir, &[&judge, keys].concat()).ends(0).json();
        assert_eq!(facts["verdict"], "accepted");
        assert_eq!(facts["claims"]["sub"], "ada");
        assert_eq!(facts["claims"]["st"]["items"], serde_json::json!([7]));
    }
    let late = ["verify", "--keys", "ring", "--session", "--at", "now+31m", "@ada.jwt"];
    run_in(&dir, &late).ends(12);
    let other = ["verify", "--keys", "ring", "--session", "--aud", "mail", "@ada.jwt"];
    run_in(&dir, &other).ends(13);
}

#[test]
fn a_ring_requires_its_own_issuer_without_being_asked() {
    let dir = ring(&[]);
    let kid = signing_kid(&dir);
    let export = ["keys", "export", &kid, "--keys", "ring", "--ring", "id.example"];
    run_in(&dir, &[&export[..], &["--out", "stolen.jwk"]].concat()).ends(0);
    let args = ["mint", "--key", "stolen.jwk", "--iss", "https://evil.example", "--sub", "ada"];
    let token = run_in(&dir, &args).ends(0).out;
    run_in(&dir, &["verify", "--keys", "ring", token.trim_end()]).ends(16);
    run_in(&dir, &["verify", "--key", "ring/jwks.json", token.trim_end()]).ends(0);
}

#[test]
fn a_sealed_ring_seals_and_publishes_nothing() {
    for (options, name) in [(["--purpose", "sealed"], "A256GCM"), (["--alg", "HS256"], "HS256")] {
        let dir = ring(&options);
        let token = mint(&dir);
        let verify = ["verify", "--keys", "ring", "--aud", "shop", "--session", &token];
        run_in(&dir, &verify).ends(0);
        let seen = run_in(&dir, &["inspect", &token]).ends(0).out;
        assert_eq!(seen.contains("encrypted"), name == "A256GCM", "{seen}");
        for verb in ["jwks", "public"] {
            let refused = run_in(&dir, &["keys", verb, "--keys", "ring"]).ends(65);
            assert_eq!(refused.out, "");
            assert!(refused.err.contains(name), "{}", refused.err);
        }
    }
}

#[test]
fn a_published_set_holds_no_private_member() {
    let dir = ring(&[]);
    let printed = run_in(&dir, &["keys", "jwks", "--keys", "ring"]).ends(0);
    let keys = printed.json()["keys"].as_array().expect("a set").clone();
    assert_eq!(keys.len(), 2, "one that signs, one staged");
    let own = run_in(&dir, &["keys", "public", "--keys", "ring"]).ends(0).json();
    for key in keys.iter().chain([&own]) {
        for private in ["d", "k", "p", "q", "dp", "dq", "qi", "oth"] {
            assert_eq!(key.get(private), None, "{private} is published");
        }
        assert_eq!(key["alg"], "EdDSA");
    }
    assert!(keys.contains(&own), "the key that signs is in the set");
    let run = run_in(&dir, &["keys", "jwks", "--keys", "ring", "--out", "set.json"]).ends(0);
    assert_eq!(run.out, "");
    assert_eq!(fs::read_to_string(dir.path().join("set.json")).expect("a file"), printed.out);
}

#[test]
fn waxseal_keys_is_the_ring_when_none_is_named() {
    let dir = ring(&[]);
    let with_ring = |args: &[&str]| -> Run {
        let output = program(&dir).args(args).env("WAXSEAL_KEYS", "ring").output();
        output.expect("it runs").into()
    };
    let token = with_ring(&["mint", "--sub", "ada", "--aud", "shop"]).ends(0).out;
    with_ring(&["verify", "--aud", "shop", "--session", token.trim_end()]).ends(0);
    with_ring(&["keys", "jwks"]).ends(0);
    // What is named wins.
    with_ring(&["keys", "jwks", "--keys", "no-such-ring"]).ends(66);
    let other = format!("{FIXTURES}/jwks.json");
    with_ring(&["verify", "--key", &other, token.trim_end()]).ends(14);
    let by_key = format!("{FIXTURES}/test-keys/job.jwk");
    let token = with_ring(&["mint", "--key", &by_key, "--sub", "ada"]).ends(0).out;
    with_ring(&["verify", "--key", &other, token.trim_end()]).ends(0);
}

#[test]
fn a_second_init_changes_nothing() {
    let dir = ring(&[]);
    let again = ["keys", "init", "--keys", "ring", "--issuer", "https://other.example"];
    for more in [&[][..], &["--dry-run"], &["--purpose", "sealed"], &["--name", "id.example"]] {
        let refused = run_without_change(&dir, &[&again, more].concat()).ends(73);
        assert_eq!(refused.out, "");
    }
}

#[test]
fn a_key_file_is_never_overwritten() {
    let dir = ring(&[]);
    fs::write(dir.path().join("precious"), "precious").expect("a file");
    let kid = signing_kid(&dir);
    let export = ["keys", "export", &kid, "--keys", "ring", "--ring", "id.example"];
    for more in [&[][..], &["--dry-run"]] {
        let new = ["keys", "new", "--alg", "EdDSA", "--out", "precious"];
        run_without_change(&dir, &[&new, more].concat()).ends(73);
        let export = [&export[..], &["--out", "precious"]].concat();
        run_without_change(&dir, &[&export, more].concat()).ends(73);
    }
    run_without_change(&dir, &["keys", "new", "--alg", "EdDSA", "--out", "ring"]).ends(73);
    run_without_change(&dir, &["demo", "--dir", "."]).ends(73);
}

#[test]
fn a_dry_run_writes_nothing() {
    let dir = ring(&[]);
    let kid = signing_kid(&dir);
    let job = format!("{FIXTURES}/test-keys/job.jwk");
    let acts: [&[&str]; 4] = [
        &["keys", "init", "--keys", "other", "--issuer", ISSUER],
        &["keys", "new", "--alg", "EdDSA", "--out", "new.jwk"],
        &["keys", "import", &job, "--keys", "ring"],
        &["keys", "export", &kid, "--keys", "ring", "--ring", "id.example", "--out", "new.jwk"],
    ];
    for act in acts {
        for flag in ["--dry-run", "-n"] {
            let run = run_without_change(&dir, &[act, &[flag]].concat()).ends(0);
            assert!(run.out.starts_with("would "), "{act:?}: {}", run.out);
        }
        let before = contents(dir.path());
        run_in(&dir, act).ends(0);
        assert_ne!(contents(dir.path()), before, "{act:?} does nothing without --dry-run either");
        let _ = fs::remove_file(dir.path().join("new.jwk"));
    }
}

#[test]
fn a_secret_leaves_a_ring_only_under_the_rings_name() {
    let dir = ring(&["--name", "prod-auth"]);
    let kid = signing_kid(&dir);
    for name in ["staging-auth", "PROD-AUTH", "id.example", ""] {
        for out in ["-", "stolen.jwk"] {
            let export = ["keys", "export", &kid, "--keys", "ring", "--ring", name, "--out", out];
            let refused = run_without_change(&dir, &export).ends(76);
            assert_eq!(refused.out, "");
            assert!(refused.err.contains("prod-auth"), "{}", refused.err);
        }
    }
    let unknown = ["keys", "export", "k9", "--keys", "ring", "--ring", "prod-auth", "--out", "-"];
    let refused = run_without_change(&dir, &unknown).ends(65);
    assert_eq!(refused.out, "");
}

#[test]
fn an_exported_key_is_the_key_of_the_ring() {
    let dir = ring(&[]);
    let kid = signing_kid(&dir);
    let export = ["keys", "export", &kid, "--keys", "ring", "--ring", "id.example", "--out"];
    let run = run_in(&dir, &[&export[..], &["key.jwk"]].concat()).ends(0);
    assert_eq!(run.out, "", "the secret goes to the file alone");
    let printed = run_in(&dir, &[&export[..], &["-"]].concat()).ends(0).json();
    let written = fs::read(dir.path().join("key.jwk")).expect("a file");
    let written: Value = serde_json::from_slice(&written).expect("a JWK");
    assert_eq!(written, printed);
    assert_eq!(written["kid"], kid);
    assert!(!run.err.contains(written["d"].as_str().expect("a private member")));
    let args = ["mint", "--key", "key.jwk", "--iss", ISSUER, "--sub", "ada", "--aud", "shop"];
    let token = run_in(&dir, &args).ends(0).out;
    run_in(&dir, &["verify", "--keys", "ring", "--aud", "shop", token.trim_end()]).ends(0);
}

#[test]
fn a_ring_mints_for_its_own_issuer_only() {
    let dir = ring(&[]);
    let args = ["mint", "--keys", "ring", "--sub", "ada", "--aud", "shop", "--iss"];
    run_in(&dir, &[&args[..], &[ISSUER]].concat()).ends(0);
    let refused = run_in(&dir, &[&args[..], &["https://other.example"]].concat()).ends(76);
    assert_eq!(refused.out, "");
    assert!(refused.err.contains("https://other.example"), "{}", refused.err);
}

#[test]
fn an_imported_key_verifies_and_does_not_sign() {
    let dir = ring(&[]);
    let before = signing_kid(&dir);
    let job = format!("{FIXTURES}/test-keys/job.jwk");
    let args = ["mint", "--key", &job, "--iss", ISSUER, "--sub", "ada"];
    let token = run_in(&dir, &args).ends(0).out;
    run_in(&dir, &["verify", "--keys", "ring", token.trim_end()]).ends(14);
    let run = run_in(&dir, &["keys", "import", &job, "--keys", "ring"]).ends(0);
    assert!(run.out.contains("imported 3 (job)"), "{}", run.out);
    run_in(&dir, &["verify", "--keys", "ring", token.trim_end()]).ends(0);
    assert_eq!(signing_kid(&dir), before);
    let keys = run_in(&dir, &["keys", "jwks", "--keys", "ring"]).ends(0).json();
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(3));
}

#[test]
fn a_key_is_imported_once_and_only_whole() {
    let dir = ring(&[]);
    let file = |name: &str| format!("{FIXTURES}/{name}");
    run_in(&dir, &["keys", "import", &file("test-keys/job.jwk"), "--keys", "ring"]).ends(0);
    let refused = [
        ("test-keys/job.jwk", 65),
        ("test-keys/other.pub.jwk", 65),
        ("jwks.json", 65),
        ("job.jwt", 65),
        ("no-such.jwk", 66),
    ];
    for (name, code) in refused {
        run_without_change(&dir, &["keys", "import", &file(name), "--keys", "ring"]).ends(code);
    }
}

#[test]
fn a_new_key_mints_and_its_public_half_verifies() {
    let dir = tempfile::tempdir().expect("a folder");
    let run = run_in(&dir, &["keys", "new", "--alg", "EdDSA", "--kid", "ci", "--out", "ci.jwk"]);
    let run = run.ends(0);
    assert_eq!(run.out, "");
    let lines: Vec<&str> = run.err.lines().collect();
    let [secret, public] = lines.as_slice() else { panic!("{}", run.err) };
    assert!(secret.starts_with("secret: ci.jwk"), "{secret}");
    assert!(public.starts_with("public: "), "{public}");
    let public = run_in(&dir, &["keys", "public", "ci.jwk"]).ends(0).out;
    fs::write(dir.path().join("ci.pub.jwk"), &public).expect("a file");
    let token = run_in(&dir, &["mint", "--key", "ci.jwk", "--sub", "job"]).ends(0).out;
    run_in(&dir, &["verify", "--key", "ci.pub.jwk", token.trim_end()]).ends(0);
    run_in(&dir, &["mint", "--key", "ci.pub.jwk", "--sub", "job"]).ends(65);
    let piped = pipe_in(
        &dir,
        &["keys", "public", "-"],
        &fs::read(dir.path().join("ci.jwk")).expect("a file"),
    );
    assert_eq!(piped.ends(0).out, public);
}

#[test]
fn two_new_keys_differ() {
    for algorithm in ["EdDSA", "HS256", "A256GCM"] {
        let new = || run_in(FIXTURES, &["keys", "new", "--alg", algorithm, "--out", "-"]).ends(0);
        let (first, second) = (new().json(), new().json());
        assert_eq!(first["alg"], algorithm);
        let member = if algorithm == "EdDSA" { "d" } else { "k" };
        assert_eq!(first[member].as_str().map(str::len), Some(43), "32 bytes");
        assert_ne!(first[member], second[member]);
    }
}

#[test]
fn a_ring_that_is_not_there_is_not_made_by_the_way() {
    let dir = tempfile::tempdir().expect("a folder");
    let job = format!("{FIXTURES}/test-keys/job.jwk");
    let token = fixture("job.jwt");
    let acts: [&[&str]; 6] = [
        &["mint", "--keys", "ring", "--sub", "ada", "--aud", "shop"],
        &["verify", "--keys", "ring", &token],
        &["keys", "jwks", "--keys", "ring"],
        &["keys", "public", "--keys", "ring"],
        &["keys", "import", &job, "--keys", "ring"],
        &["keys", "export", "k1", "--keys", "ring", "--ring", "x", "--out", "key.jwk"],
    ];
    for act in acts {
        run_without_change(&dir, act).ends(66);
    }
}

#[test]
fn a_ring_with_a_broken_file_is_refused_by_the_files_name() {
    for file in ["ring.json", "key-0001.json", "sign-0001.json"] {
        let dir = ring(&[]);
        let path = dir.path().join("ring").join(file);
        let whole = fs::read(&path).expect("a file");
        fs::write(&path, &whole[..whole.len() / 2]).expect("half a file");
        for verb in [&["mint", "--sub", "ada", "--aud", "shop"][..], &["keys", "jwks"]] {
            let run = run_in(&dir, &[verb, &["--keys", "ring"]].concat()).ends(65);
            assert_eq!(run.out, "");
            assert!(run.err.contains(file), "{}", run.err);
        }
    }
}

#[test]
fn nothing_half_written_stays_where_writing_fails() {
    let dir = ring(&[]);
    fs::write(dir.path().join("file"), "a file").expect("a file");
    let acts: [(&[&str], i32); 7] = [
        (&["keys", "jwks", "--keys", "ring", "--out", "no-such-folder/jwks.json"], 74),
        (&["keys", "jwks", "--keys", "ring", "--out", "ring"], 73),
        (&["keys", "jwks", "--keys", "ring", "--out", "file/jwks.json"], 74),
        (&["keys", "new", "--alg", "EdDSA", "--out", "no-such-folder/new.jwk"], 73),
        (&["keys", "new", "--alg", "EdDSA", "--out", "file/new.jwk"], 73),
        (&["man", "file"], 74),
        (&["demo", "--dir", "file/demo"], 73),
    ];
    for (act, code) in acts {
        let run = run_without_change(&dir, act).ends(code);
        assert_eq!(run.out, "", "{act:?}");
    }
}
