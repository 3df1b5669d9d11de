//! Many tokens on several cores, and the lines that failed alone: nothing else may change.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, Stdio};
use std::thread;

use crate::tool::{FIXTURES, PROGRAM, Run, VALID, fixture, pipe, program, run};

const INSPECT: [&str; 2] = ["inspect", "--jsonl"];
const VERIFY: [&str; 6] = ["verify", "--jsonl", "--key", "jwks.json", "--at", VALID];

/// Good tokens, bad ones, blank lines and lines that are too long, over several chunks; the last line
/// has no end.
fn many() -> Vec<u8> {
    let names = ["job", "session", "tampered", "sealed", "none", "hs256", "unknown-kid"];
    let odd = ["hostile-claims", "hostile-header", "no-claims-set", "two-audiences", "without-exp"];
    let tokens: Vec<String> =
        names.iter().chain(&odd).map(|name| fixture(&format!("{name}.jwt"))).collect();
    let mut input = Vec::new();
    for round in 0..240 {
        for (at, token) in tokens.iter().enumerate() {
            input.extend_from_slice(token.as_bytes());
            input.extend_from_slice(if at % 5 == 0 { b"\r\n" } else { b"\n" });
        }
        match round % 60 {
            7 => input.extend_from_slice(b"\n  \n\xff\xfe\nBearer x y\n"),
            23 => input.extend_from_slice(&[b'A'; 70_000]),
            41 => input.extend_from_slice(&[b'\n'; 9]),
            59 => input.extend_from_slice(&[b'A'; 300_000]),
            _ => {}
        }
    }
    input.extend_from_slice(tokens[0].as_bytes());
    input
}

/// What is relative to now moves on between two runs.
fn without_now(out: &str) -> String {
    let mut parts = out.split("\"relative\":\"");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        rest.push_str(part.split_once('"').map_or(part, |(_, after)| after));
    }
    rest
}

fn verbs() -> [Vec<&'static str>; 4] {
    [
        INSPECT.to_vec(),
        VERIFY.to_vec(),
        [&VERIFY[..], &["--session"]].concat(),
        vec!["verify", "--jsonl", "--key", "jwks.json", "--payload", "raw"],
    ]
}

#[test]
fn jobs_change_nothing_but_the_time() {
    let input = many();
    for verb in verbs() {
        let alone = pipe(&verb, &input);
        assert!(alone.out.lines().count() > 2_500, "{}", alone.err);
        for jobs in ["1", "2", "4", "auto"] {
            let several = pipe(&[&verb[..], &["--jobs", jobs]].concat(), &input);
            assert_eq!((several.code, &several.err), (alone.code, &alone.err), "{verb:?} {jobs}");
            let same = without_now(&several.out) == without_now(&alone.out);
            assert!(same, "{verb:?} {jobs}: other rows");
        }
    }
}

#[test]
fn failed_prints_the_lines_that_failed_and_judges_all() {
    let input = many();
    for verb in verbs() {
        let all = pipe(&verb, &input);
        let failed = pipe(&[&verb[..], &["--failed"]].concat(), &input);
        assert_eq!((failed.code, &failed.err), (all.code, &all.err), "{verb:?}");
        let is_bad = |line: &&str| {
            let row: serde_json::Value = serde_json::from_str(line).expect("an object");
            row["exit"].as_u64().is_some_and(|exit| exit != 0)
        };
        let bad: Vec<&str> = all.out.lines().filter(is_bad).collect();
        assert!(!bad.is_empty() && bad.len() < all.out.lines().count());
        assert_eq!(failed.out.lines().collect::<Vec<_>>(), bad, "{verb:?}");
        let several = pipe(&[&verb[..], &["--failed", "--jobs", "3"]].concat(), &input);
        assert_eq!((several.out, several.err), (failed.out, failed.err), "{verb:?}");
    }
}

#[test]
fn sources_keep_their_order_and_numbers_over_all_jobs() {
    let dir = tempfile::tempdir().expect("a folder");
    let job = fixture("job.jwt");
    let mut args: Vec<String> = ["inspect", "--jsonl", "--jobs", "3"].map(Into::into).to_vec();
    for number in 0..5 {
        let file = dir.path().join(number.to_string());
        // The last line of a file needs no end, and ends there.
        std::fs::write(&file, format!("{job}\n\n{job}")).expect("a file");
        args.push(format!("@{}", file.display()));
        args.push("7f3c".into());
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let run = run(&args).ends(10);
    let line = |row: &str| {
        let row: serde_json::Value = serde_json::from_str(row).expect("an object");
        row["line"].as_u64().expect("a number")
    };
    let lines: Vec<u64> = run.out.lines().map(line).collect();
    assert_eq!(lines, [1, 3, 4, 5, 7, 8, 9, 11, 12, 13, 15, 16, 17, 19, 20]);
    assert_eq!(run.err, "15 lines: 10 read, 5 not read (5 malformed)\n");
}

#[test]
fn jobs_are_a_number_or_auto_and_of_a_batch() {
    for jobs in ["0", "-1", "257", "x", ""] {
        run(&["inspect", "--jsonl", &format!("--jobs={jobs}"), "@job.jwt"]).ends(64);
    }
    run(&["inspect", "--jsonl", "--jobs", "256", "@job.jwt"]).ends(0);
    for option in [&["--jobs", "2"][..], &["--failed"]] {
        run(&[&["inspect", "@job.jwt"], option].concat()).ends(64);
    }
}

#[test]
fn a_reader_that_leaves_ends_all_jobs_quietly() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("tokens.txt");
    std::fs::write(&file, (fixture("job.jwt") + "\n").repeat(20_000)).expect("a file");
    let mut child = program(FIXTURES)
        .args(["inspect", "--jsonl", "--jobs", "4", &format!("@{}", file.display())])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdout = child.stdout.take().expect("a pipe");
    stdout.read_exact(&mut [0; 10]).expect("it writes");
    drop(stdout);
    let run = Run::from(child.wait_with_output().expect("it ends"));
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

/// The most memory that the process ever had, in kB.
#[cfg(target_os = "linux")]
fn most_memory(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its memory");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[test]
fn a_reader_that_leaves_ends_jobs_that_wait_for_input() {
    let mut child = program(FIXTURES)
        .args(["inspect", "--jsonl", "--jobs", "2"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(&b"7f3c\n".repeat(40_000)).or_else(left).expect("written, or it has left");
    // The pipe stays open, and nothing more comes.
    for _ in 0..200 {
        if child.try_wait().expect("a child").is_some() {
            return;
        }
        thread::sleep(std::time::Duration::from_millis(50));
    }
    child.kill().expect("a child");
    panic!("it waits for input that nobody will read about");
}

fn left(fault: std::io::Error) -> std::io::Result<()> {
    if fault.kind() == std::io::ErrorKind::BrokenPipe { Ok(()) } else { Err(fault) }
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_input_on_any_number_of_cores() {
    for jobs in ["1", "4"] {
        let mut child = program(FIXTURES)
            .args(["inspect", "--jsonl", "--jobs", jobs])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let rows = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let rows = thread::spawn(|| rows.count());
        let mut stdin = child.stdin.take().expect("a pipe");
        let short = "7f3c\n".repeat(10_000);
        let write = |rounds, stdin: &mut ChildStdin| {
            (0..rounds).for_each(|_| stdin.write_all(short.as_bytes()).expect("it reads"));
        };
        // 50 kB of short lines become 1.7 MB of rows, and they are read as soon as they are written.
        write(4, &mut stdin);
        let early = most_memory(&child);
        write(8, &mut stdin);
        let late = most_memory(&child);
        drop(stdin);
        assert_eq!(rows.join().expect("they are read"), 120_000);
        child.wait().expect("it ends");
        assert!(late < early + 6_000, "{jobs} jobs: {early} kB, then {late} kB");
        assert!(late < 48_000, "{jobs} jobs: {late} kB");
    }
}

/// What a terminal is shown by `command`, if there is a program that makes one.
#[cfg(target_os = "linux")]
fn on_a_terminal(command: &str) -> Option<String> {
    let output = std::process::Command::new("script")
        .args(["-qec", command, "/dev/null"])
        .current_dir(FIXTURES)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_is_shown_how_far_a_long_batch_is() {
    // A pause makes it long.
    let input = "(cat job.jwt tampered.jwt; sleep 2; echo x)";
    let shown = |more: &str| {
        on_a_terminal(&format!("{input} | {PROGRAM} inspect --jsonl {more} > /dev/null"))
    };
    let Some(alone) = shown("") else {
        assert!(std::env::var_os("CI").is_none(), "script(1) is not here");
        println!("skipped: there is no script(1) to make a terminal");
        return;
    };
    let several = shown("--jobs 2").expect("a terminal");
    for said in [alone, several] {
        assert!(said.contains("\r3 lines, ") && said.contains("/s, 1 not read"), "{said:?}");
        let end = said.trim_end().rsplit('\r').next();
        assert_eq!(end, Some("3 lines: 2 read, 1 not read (1 malformed)"), "{said:?}");
    }
    assert!(!shown("--quiet").expect("a terminal").contains("lines"));
    // Rows on the terminal are progress enough.
    let rows = on_a_terminal(&format!("{input} | {PROGRAM} inspect --jsonl")).expect("a terminal");
    assert!(!rows.contains("/s, "), "{rows:?}");
}
