//! Permissions, pipes of the shell and the demo, where the system has them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use waxseal::key::{Algorithm, Protection};

use crate::tool::{FIXTURES, PROGRAM, Run, VALID, fixture, program, run_in};

fn mode(path: impl AsRef<Path>) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o7777
}

fn set_mode(path: impl AsRef<Path>, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
}

/// Runs the program in `dir` under `umask`.
fn run_under(umask: &str, dir: &Path, args: &[&str]) -> Run {
    let output = Command::new("sh")
        .args(["-c", "umask \"$1\"; shift; exec \"$@\"", "sh", umask, PROGRAM])
        .args(args)
        .current_dir(dir)
        .output();
    output.expect("sh runs").into()
}

#[test]
fn secrets_are_for_their_owner_whatever_the_umask() {
    for umask in ["000", "022", "077"] {
        let dir = tempfile::tempdir().expect("a folder");
        let dir = dir.path();
        let init = ["keys", "init", "--keys", "ring", "--issuer", "https://id.example"];
        run_under(umask, dir, &init).ends(0);
        run_under(umask, dir, &["keys", "new", "--alg", "HS256", "--out", "new.jwk"]).ends(0);
        let job = format!("{FIXTURES}/test-keys/job.jwk");
        run_under(umask, dir, &["keys", "import", &job, "--keys", "ring"]).ends(0);
        let export = ["keys", "export", "job", "--keys", "ring", "--ring", "id.example"];
        run_under(umask, dir, &[&export[..], &["--out", "job.jwk"]].concat()).ends(0);
        assert_eq!(mode(dir.join("ring")), 0o700, "umask {umask}");
        assert_eq!(mode(dir.join("new.jwk")), 0o600, "umask {umask}");
        assert_eq!(mode(dir.join("job.jwk")), 0o600, "umask {umask}");
        for entry in fs::read_dir(dir.join("ring")).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            // The public set is for everybody, and nobody else writes it.
            let wanted = if name == "jwks.json" { 0o644 } else { 0o600 };
            assert_eq!(mode(&path), wanted, "{name}, umask {umask}");
        }
    }
}

#[test]
fn a_key_that_everybody_can_read_is_refused_and_the_mend_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    let init = ["keys", "init", "--keys", "ring", "--issuer", "https://id.example"];
    run_in(&dir, &init).ends(0);
    let job = format!("{FIXTURES}/test-keys/job.jwk");
    let token = fixture("job.jwt");
    let acts: [&[&str]; 5] = [
        &["mint", "--keys", "ring", "--sub", "ada", "--aud", "shop"],
        &["verify", "--keys", "ring", &token],
        &["keys", "jwks", "--keys", "ring"],
        &["keys", "import", &job, "--keys", "ring"],
        &["keys", "export", "k1", "--keys", "ring", "--ring", "id.example", "--out", "-"],
    ];
    let key = dir.path().join("ring/key-0001.json");
    set_mode(&key, 0o604);
    for act in acts {
        let run = run_in(&dir, act).ends(77);
        assert_eq!(run.out, "");
        assert!(run.err.contains("chmod go= ring/key-0001.json"), "{}", run.err);
    }
    set_mode(&key, 0o600);
    run_in(&dir, acts[0]).ends(0);
}

#[test]
fn a_key_that_a_group_can_read_works_with_a_note() {
    let dir = tempfile::tempdir().expect("a folder");
    let init = ["keys", "init", "--keys", "ring", "--issuer", "https://id.example"];
    run_in(&dir, &init).ends(0);
    set_mode(dir.path().join("ring/key-0001.json"), 0o640);
    let mint = ["mint", "--keys", "ring", "--sub", "ada", "--aud", "shop"];
    let run = run_in(&dir, &mint).ends(0);
    assert!(run.err.starts_with("note: ring/key-0001.json"), "{}", run.err);
    assert_eq!(run.out.lines().count(), 1, "the note is not in the token's stream");
    let quiet = run_in(&dir, &[&mint[..], &["--quiet"]].concat()).ends(0);
    assert_eq!(quiet.err, "");
}

#[test]
fn a_dangling_link_is_not_followed_to_write_a_key() {
    let dir = tempfile::tempdir().expect("a folder");
    let target = dir.path().join("elsewhere");
    std::os::unix::fs::symlink(&target, dir.path().join("new.jwk")).expect("a link");
    run_in(&dir, &["keys", "new", "--alg", "EdDSA", "--out", "new.jwk"]).ends(73);
    assert!(!target.exists());
}

#[test]
fn a_pipeline_of_the_shell_ends_with_the_verdict() {
    let script = r#""$0" mint --key test-keys/job.jwk --sub ada --aud shop -t 5m |
        "$0" verify --key jwks.json --aud "$1" --quiet"#;
    for (audience, code) in [("shop", 0), ("mail", 13)] {
        let status = Command::new("sh")
            .args(["-c", script, PROGRAM, audience])
            .current_dir(FIXTURES)
            .output()
            .expect("sh runs")
            .status;
        assert_eq!(status.code(), Some(code), "{audience}");
    }
}

#[test]
fn keys_of_a_pipe_are_read_as_the_documented_command_pipes_them() {
    let script = format!(
        r#"cat jwks.json | "$0" verify --key - --iss https://id.example --at {VALID} @job.jwt"#
    );
    let output = Command::new("sh").args(["-c", &script, PROGRAM]).current_dir(FIXTURES).output();
    let run = Run::from(output.expect("sh runs")).ends(0);
    assert!(run.out.starts_with("ACCEPTED"), "{}", run.out);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has one");
    let output = program(FIXTURES).args(["inspect", "@job.jwt"]).stdout(full).output();
    let run = Run::from(output.expect("it runs")).ends(74);
    assert!(run.err.starts_with("waxseal: cannot write"), "{}", run.err);
}

#[test]
fn the_demo_holds_and_its_steps_run() {
    let dir = tempfile::tempdir().expect("a folder");
    let run = run_in(&dir, &["demo", "--dir", "demo"]).ends(0);
    assert_eq!(run.err, "");
    assert!(!run.out.contains("FALSE"), "{}", run.out);
    assert!(run.out.contains("Every line held."), "{}", run.out);
    assert!(run.out.contains("20 of 20 acknowledged still refused\n"), "{}", run.out);
    for code in [10, 11, 12, 13, 14, 15, 75, 76] {
        assert!(run.out.contains(&format!("REFUSED {code}\n")), "no {code}: {}", run.out);
    }
    assert_eq!(mode(dir.path().join("demo")), 0o700);
    assert_eq!(mode(dir.path().join("demo/keys")), 0o700);

    let steps = dir.path().join("demo/steps.sh");
    let output = Command::new("sh")
        .arg(&steps)
        .env("TMPDIR", dir.path())
        .env_remove("WAXSEAL_KEYS")
        .output();
    let steps = Run::from(output.expect("sh runs")).ends(0);
    assert!(steps.out.ends_with("Every line held.\n"), "{}", steps.out);
    assert!(!steps.out.contains("FALSE"), "{}", steps.out);
    for code in [0, 10, 11, 12, 13, 14, 15, 66, 76] {
        assert!(steps.out.contains(&format!("exit {code}\n")), "no {code}: {}", steps.out);
    }
}

#[test]
fn a_demo_whose_workers_cannot_write_ends_with_one_line() {
    let dir = tempfile::tempdir().expect("a folder");
    // No file grows beyond 50 KB: soon the login process can log nobody out.
    let script = r#"trap "" XFSZ; ulimit -f 100; exec "$0" demo --dir demo"#;
    let output = Command::new("sh").args(["-c", script, PROGRAM]).current_dir(&dir).output();
    let run = Run::from(output.expect("sh runs")).ends(74);
    assert!(run.err.starts_with("waxseal: the login process failed: "), "{}", run.err);
    assert!(run.err.contains("revoked.db") && !run.err.contains("Broken pipe"), "{}", run.err);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    assert!(!run.out.contains("FALSE"), "{}", run.out);
}

#[test]
fn the_demo_without_a_folder_makes_its_own_and_tells_where() {
    let dir = tempfile::tempdir().expect("a folder");
    let output = program(&dir).arg("demo").env("TMPDIR", dir.path()).output();
    let run = Run::from(output.expect("it runs")).ends(0);
    let told = run.out.lines().last().and_then(|line| line.split("sh ").last());
    let steps = Path::new(told.expect("the last line names it"));
    assert!(steps.starts_with(dir.path().canonicalize().expect("a folder")), "{steps:?}");
    assert!(steps.is_file(), "{steps:?}");
}

#[test]
fn the_demo_shows_every_format() {
    let dir = tempfile::tempdir().expect("a folder");
    let run = run_in(&dir, &["demo", "--formats", "--dir", "demo"]).ends(0);
    for algorithm in Algorithm::ALL {
        let is_named = |line: &&str| {
            line.split("  ")
                .next()
                .is_some_and(|names| names.split(' ').any(|name| name == algorithm.name()))
        };
        let line = run.out.lines().find(is_named);
        let line = line.unwrap_or_else(|| panic!("{algorithm} is missing: {}", run.out));
        assert_eq!(line.contains(": everyone"), algorithm.protection() == Protection::Signed);
    }
    let tokens = run.out.lines().filter_map(|line| line.strip_prefix("  token   "));
    let tokens: Vec<&str> = tokens.collect();
    let made = Algorithm::ALL.iter().filter(|algorithm| algorithm.can_be_generated()).count();
    assert_eq!(tokens.len(), made);
    for token in tokens {
        run_in(&dir, &["inspect", token]).ends(0);
    }
}

#[test]
fn a_fifo_in_a_ring_is_refused_and_not_waited_for() {
    for name in ["ring.json", "key-0002.json", "sign-0002.json", "event-000002.json", "jwks.json"] {
        let dir = tempfile::tempdir().expect("a folder");
        let init = ["keys", "init", "--keys", "ring", "--issuer", "https://id.example"];
        run_in(&dir, &init).ends(0);
        let path = dir.path().join("ring").join(name);
        let _ = fs::remove_file(&path);
        let made = Command::new("mkfifo").args(["-m", "600"]).arg(&path).status().expect("run");
        assert!(made.success());
        let refused = run_in(&dir, &["lint", "--keys", "ring"]);
        let said = format!("{}{}", refused.out, refused.err);
        assert_ne!(refused.code, 0, "{name}");
        assert!(said.contains(name) && said.contains("is no regular file"), "{name}: {said}");
        if !matches!(name, "jwks.json" | "event-000002.json") {
            let mint = run_in(&dir, &["mint", "--keys", "ring", "--aud", "shop"]).ends(66);
            assert!(mint.err.contains("is no regular file"), "{name}: {}", mint.err);
        }
    }
}

#[test]
fn a_fifo_that_is_named_as_a_key_is_read() {
    let dir = tempfile::tempdir().expect("a folder");
    let script = format!(
        r#"mkfifo "$1/fifo" && (cat jwks.json > "$1/fifo" & "$0" verify --key "$1/fifo" \
           --iss https://id.example --at {VALID} @job.jwt)"#
    );
    let output = Command::new("sh")
        .args(["-c", &script, PROGRAM])
        .arg(dir.path())
        .current_dir(FIXTURES)
        .output();
    Run::from(output.expect("sh runs")).ends(0);
}

#[test]
fn an_endless_file_is_bad_data_unless_it_is_the_token() {
    let zero = "/dev/zero";
    let cases: [(&[&str], i32); 11] = [
        (&["keys", "id", zero], 65),
        (&["verify", "--key", zero, "@job.jwt"], 65),
        (&["verify", "--key", "raw:/dev/zero", "--alg", "HS256", "@job.jwt"], 65),
        (&["mint", "--key", "test-keys/job.jwk", "@/dev/zero"], 65),
        (&["lint", "--policy", zero, "@job.jwt"], 65),
        (&["lint", "--key", zero, "@job.jwt"], 65),
        (&["doctor", "--url", "https://shop.example", "--set-cookie", "@/dev/zero"], 65),
        (&["inspect", "@/dev/zero"], 10),
        (&["verify", "--key", "jwks.json", "@/dev/zero"], 10),
        (&["lint", "@/dev/zero"], 10),
        (&["diff", "@/dev/zero", "@job.jwt"], 10),
    ];
    for (args, code) in cases {
        let run = run_in(FIXTURES, args);
        assert_eq!(run.code, code, "{args:?}: {}", run.err);
        assert!(run.err.contains("/dev/zero holds more than"), "{args:?}: {}", run.err);
    }
}

#[test]
fn lint_finds_a_private_key_file_that_everybody_can_read() {
    let dir = tempfile::tempdir().expect("a folder");
    run_in(&dir, &["keys", "new", "--alg", "EdDSA", "--kid", "a", "--out", "a"]).ends(0);
    run_in(&dir, &["keys", "new", "--alg", "v4.local", "--out", "sealed"]).ends(0);
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).expect("written");
    let jwk = fs::read_to_string(dir.path().join("a")).expect("a key");
    write("set", &format!("{{\"keys\":[{jwk}]}}"));
    write("public", &run_in(&dir, &["keys", "public", "a"]).ends(0).out);
    write("secret", "uG4p9T0vXz3LqRk7W1sYb8NfH5dJc2Ma");
    write(
        "local",
        &format!("k4.local.{}", waxseal::base64url::encode(b"uG4p9T0vXz3LqRk7W1sYb8NfH5dJc2Ma")),
    );
    for (place, path, is_private) in [
        ("a", "a", true),
        ("@a", "a", true),
        ("sealed", "sealed", true),
        ("set", "set", true),
        ("raw:secret", "secret", true),
        ("local", "local", true),
        ("public", "public", false),
    ] {
        let file = dir.path().join(path);
        set_mode(&file, 0o640);
        run_in(&dir, &["lint", "--key", place]).ends(0);
        set_mode(&file, 0o644);
        let run = run_in(&dir, &["lint", "--key", place, "--plain"]).ends(i32::from(is_private));
        let row =
            format!("error\tK007\t{path}\t{path} can be read by everyone\tchmod go= {path}\n");
        assert_eq!(run.out, if is_private { row } else { String::new() }, "{place}");
    }
}
