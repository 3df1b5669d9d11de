//! Many tokens in one run: order, numbers, bounds and the exit code.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::process::Stdio;
use std::thread;

use serde_json::Value;

use crate::tool::{FIXTURES, Run, VALID, fixture, pipe, program, run};

const INSPECT: [&str; 2] = ["inspect", "--jsonl"];
const VERIFY: [&str; 6] = ["verify", "--jsonl", "--key", "jwks.json", "--at", VALID];

/// Longest token that the program reads, and what may stand around it on its line.
const TOKEN: usize = 64 * 1024;
const LINE: usize = TOKEN + 1024;

/// The objects of a batch, each of which must be one.
#[track_caller]
fn objects(run: &Run) -> Vec<Value> {
    let read = |line: &str| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
    let objects: Vec<Value> = run.out.lines().map(read).collect();
    for object in &objects {
        assert_eq!(object["schema"], 1, "{object}");
        assert!(object["line"].is_u64() && object.get("kid").is_some(), "{object}");
    }
    objects
}

fn member<'a>(objects: &'a [Value], name: &str) -> Vec<&'a Value> {
    objects.iter().map(|object| &object[name]).collect()
}

fn lines(tokens: &[&str]) -> String {
    tokens.iter().map(|name| fixture(&format!("{name}.jwt")) + "\n").collect()
}

#[test]
fn every_line_has_its_object_in_the_order_of_the_input() {
    let input = lines(&["job", "tampered", "unknown-kid", "sealed", "none", "hs256"]);
    let inspected = pipe(&INSPECT, input.as_bytes()).ends(0);
    let inspected = objects(&inspected);
    assert_eq!(member(&inspected, "line"), [1, 2, 3, 4, 5, 6]);
    let kids: Vec<Value> =
        ["job", "job", "k9-gone"].map(Value::from).into_iter().chain([Value::Null]).collect();
    assert_eq!(member(&inspected, "kid")[..4], kids.iter().collect::<Vec<_>>());

    let verified = pipe(&VERIFY, input.as_bytes()).ends(11);
    let verified = objects(&verified);
    assert_eq!(member(&verified, "line"), [1, 2, 3, 4, 5, 6]);
    assert_eq!(member(&verified, "kid"), member(&inspected, "kid"));
    assert_eq!(member(&verified, "exit")[..3], [0, 11, 14]);
}

#[test]
fn an_object_is_the_one_of_json_with_its_line_and_kid() {
    for verb in [&INSPECT[..], &VERIFY] {
        for token in ["job", "sealed", "tampered", "hostile-claims", "no-claims-set"] {
            let file = format!("@{token}.jwt");
            let alone: Vec<&str> = verb
                .iter()
                .map(|arg| if *arg == "--jsonl" { "--json" } else { arg })
                .chain([file.as_str()])
                .collect();
            let mut alone = run(&alone).json();
            let batch = run(&[verb, &[&file]].concat());
            let mut objects = objects(&batch);
            let object = objects[0].as_object_mut().expect("an object");
            assert_eq!(object.remove("line"), Some(1.into()));
            assert!(object.remove("kid").is_some());
            // What is relative to now moves on between the two runs.
            for object in [object, alone.as_object_mut().expect("an object")] {
                object.remove("times");
            }
            assert_eq!(objects[0], alone, "{verb:?} {token}");
        }
    }
}

#[test]
fn a_bad_line_is_an_object_and_the_rest_goes_on() {
    let job = fixture("job.jwt");
    let mut input =
        format!("{job}\r\n\n  \t\nBearer {job}\nnot-a-token\n{job} {job}\n").into_bytes();
    input.extend(b"\xff\xfe\n\"");
    input.extend(job.as_bytes());
    // The last line needs no end.
    input.extend(b"\"");
    for verb in [&INSPECT[..], &VERIFY] {
        let run = pipe(verb, &input).ends(10);
        let objects = objects(&run);
        assert_eq!(member(&objects, "line"), [1, 4, 5, 6, 7, 8], "blank lines count, unanswered");
        for (object, is_bad) in objects.iter().zip([false, false, true, true, true, false]) {
            assert_eq!(object["exit"] == 10, is_bad, "{object}");
            assert_eq!(object["code"] == "malformed", is_bad, "{object}");
            assert_eq!(object["kid"] == "job", !is_bad, "{object}");
        }
        assert!(run.err.starts_with("6 lines: 3 "), "{}", run.err);
        assert!(run.err.contains("(3 malformed)"), "{}", run.err);
    }
}

#[test]
fn a_line_that_is_too_long_is_skipped_by_itself() {
    let job = fixture("job.jwt");
    for (bytes, code) in [
        (TOKEN, "malformed"),
        (TOKEN + 1, "too_long"),
        (LINE, "too_long"),
        (LINE + 1, "too_long"),
        (3 * LINE, "too_long"),
    ] {
        let input = format!("{job}\n{}\n{job}\n", "x".repeat(bytes));
        for verb in [&INSPECT[..], &VERIFY] {
            let run = pipe(verb, input.as_bytes()).ends(10);
            let objects = objects(&run);
            assert_eq!(member(&objects, "line"), [1, 2, 3], "{bytes}");
            assert_eq!(objects[1]["code"], code, "{bytes} {}", objects[1]);
            assert_eq!(objects[2]["kid"], "job");
            assert!(!run.out.contains("xxxxx") && run.err.lines().count() == 1);
        }
        // At the end of the input too.
        let run = pipe(&INSPECT, "x".repeat(bytes).as_bytes()).ends(10);
        assert_eq!(objects(&run)[0]["code"], code, "{bytes}");
    }
}

#[test]
fn tokens_come_from_several_arguments_files_and_standard_input() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("tokens.txt");
    std::fs::write(&file, lines(&["job", "none"])).expect("a file");
    let (file, hs256) = (format!("@{}", file.display()), fixture("hs256.jwt"));
    let args = [&INSPECT[..], &[&file, "-", &hs256]].concat();
    let run = pipe(&args, lines(&["sealed", "tampered"]).as_bytes()).ends(0);
    let objects = objects(&run);
    assert_eq!(member(&objects, "line"), [1, 2, 3, 4, 5]);
    let algs: Vec<&Value> = objects.iter().map(|object| &object["header"]["alg"]).collect();
    assert_eq!(algs, ["EdDSA", "none", "dir", "EdDSA", "HS256"]);
}

#[test]
fn a_file_that_is_not_there_is_told_before_the_first_answer() {
    let run = run(&["inspect", "--jsonl", "@job.jwt", "@no-such.jwt"]).ends(66);
    assert_eq!(run.out, "");
    assert!(run.err.contains("no-such.jwt"), "{}", run.err);
}

#[test]
fn input_without_a_token_is_no_success() {
    for input in ["", "\n \n\r\n"] {
        for verb in [&INSPECT[..], &VERIFY] {
            let run = pipe(verb, input.as_bytes()).ends(66);
            assert_eq!(run.out, "");
        }
    }
}

#[test]
fn the_exit_code_is_the_worst_lines() {
    let expired = "2026-11-21T02:45:00Z";
    let code = |at: &str, more: &[&str], tokens: &[&str]| {
        let args = [&["verify", "--jsonl", "--key", "jwks.json", "--at", at], more].concat();
        pipe(&args, lines(tokens).as_bytes()).code
    };
    // From the least to the worst, each beside the one before it, in both orders.
    let audience = ["--aud", "mail"];
    assert_eq!(code(VALID, &[], &["job", "two-audiences"]), 0);
    assert_eq!(code(expired, &[], &["job", "without-exp"]), 12);
    assert_eq!(code(expired, &audience, &["two-audiences", "job"]), 13, "12 and 13");
    let pairs: [(&[&str], [&str; 2], i32); 4] = [
        (&audience, ["job", "two-audiences"], 13),
        (&audience, ["job", "unknown-kid"], 14),
        (&[], ["unknown-kid", "none"], 10),
        (&[], ["none", "tampered"], 11),
    ];
    for (more, [one, other], worst) in pairs {
        assert_eq!(code(VALID, more, &[one, other]), worst, "{one} {other}");
        assert_eq!(code(VALID, more, &[other, one]), worst, "{other} {one}");
    }
    let typ = ["--typ", "session+jwt"];
    assert_eq!(code(VALID, &typ, &["session", "job"]), 16);
    assert_eq!(code(VALID, &typ, &["unknown-kid", "job"]), 14);
}

#[test]
fn keep_going_says_only_that_some_lines_failed() {
    let args = [&VERIFY[..], &["--keep-going"]].concat();
    pipe(&args, lines(&["job", "job"]).as_bytes()).ends(0);
    for bad in ["tampered", "none", "unknown-kid"] {
        pipe(&args, lines(&["job", bad]).as_bytes()).ends(17);
    }
    run(&["verify", "--keep-going", "--key", "jwks.json", "@job.jwt"]).ends(64);
}

#[test]
fn a_member_that_stands_twice_is_refused_among_few_and_among_many() {
    for (first, second) in
        [(0, 1), (0, 15), (14, 15), (0, 31), (30, 31), (0, 32), (31, 32), (32, 33), (3, 39)]
    {
        let name = |at| if at == second { first } else { at };
        let claims: Vec<String> = (0..40).map(|at| format!("\"c{}\":1", name(at))).collect();
        for (claims, code) in [(&claims[..], 10), (&claims[..second], 0)] {
            let claims = format!("{{{}}}", claims.join(","));
            let payload = waxseal::base64url::encode(claims.as_bytes());
            let run = run(&["inspect", &format!("eyJhbGciOiJFZERTQSJ9.{payload}.AAAA")]).ends(code);
            assert_eq!(run.err.contains("twice"), code == 10, "{first} {second}: {}", run.err);
        }
    }
}

#[test]
fn the_summary_counts_and_quiet_silences_it() {
    let input = lines(&["job", "tampered", "tampered", "unknown-kid"]);
    let loud = pipe(&VERIFY, input.as_bytes()).ends(11);
    assert_eq!(loud.err, "4 lines: 1 verified, 3 refused (2 bad_signature, 1 unknown_key)\n");
    let quiet = pipe(&[&VERIFY[..], &["--quiet"]].concat(), input.as_bytes()).ends(11);
    assert_eq!((quiet.out, quiet.err.as_str()), (loud.out, ""));
    let one = pipe(&INSPECT, lines(&["job"]).as_bytes()).ends(0);
    assert_eq!(one.err, "1 line: 1 read\n");
}

#[test]
fn raw_payloads_and_sessions_work_in_a_batch() {
    let raw = ["verify", "--jsonl", "--key", "jwks.json", "--payload", "raw"];
    let run = pipe(&raw, lines(&["job", "tampered"]).as_bytes()).ends(11);
    let found = objects(&run);
    assert!(found[0]["payload"].is_string() && found[0].get("claims").is_none(), "{}", found[0]);
    assert!(found[1].get("payload").is_none(), "{}", found[1]);

    let session = [&VERIFY[..], &["--session"]].concat();
    let run = pipe(&session, lines(&["session", "job"]).as_bytes()).ends(16);
    let found = objects(&run);
    assert_eq!(found[0]["claims"]["sub"], "ada");
    assert!(found[1].get("claims").is_none(), "{}", found[1]);
}

#[test]
fn keys_on_standard_input_leave_no_place_for_tokens() {
    let keys = fixture("jwks.json");
    let from = |tokens: &[&str]| {
        let args = [&["verify", "--jsonl", "--at", VALID, "--key", "-"], tokens].concat();
        pipe(&args, keys.as_bytes())
    };
    from(&["@job.jwt", "@tampered.jwt"]).ends(11);
    for tokens in [&[][..], &["-"], &["@job.jwt", "-"]] {
        let run = from(tokens).ends(64);
        assert!(run.err.contains("standard input holds the keys"), "{}", run.err);
    }
}

#[test]
fn without_jsonl_many_tokens_are_told_of_it() {
    let many = lines(&["job", "job"]);
    for verb in [&["inspect"][..], &["verify", "--key", "jwks.json"]] {
        let piped = pipe(verb, many.as_bytes()).ends(10);
        let named = run(&[verb, &["@job.jwt", "@none.jwt"]].concat()).ends(64);
        for run in [piped, named] {
            assert_eq!(run.out, "");
            assert!(
                run.err.ends_with("\nnext: many tokens, one a line: add --jsonl\n"),
                "{}",
                run.err
            );
        }
    }
    // Words on one line are no tokens one a line.
    let words = pipe(&["inspect"], many.replace('\n', " ").as_bytes()).ends(10);
    assert!(!words.err.contains("--jsonl"), "{}", words.err);
}

#[test]
fn hostile_characters_are_escaped_in_every_line() {
    let names = ["hostile-claims", "hostile-header", "hostile-kid", "hostile-audience"];
    for verb in [&INSPECT[..], &VERIFY] {
        let run = pipe(verb, lines(&names).as_bytes());
        let raw = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!run.out.contains(raw), "{:?}", run.out);
        assert!(run.out.contains("\\u202e"), "{:?}", run.out);
        assert_eq!(objects(&run).len(), names.len());
    }
}

#[test]
fn a_reader_that_leaves_ends_a_batch_quietly() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("tokens.txt");
    std::fs::write(&file, lines(&["job"]).repeat(2_000)).expect("a file");
    let mut child = program(FIXTURES)
        .args(["inspect", "--jsonl", &format!("@{}", file.display())])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdout = child.stdout.take().expect("a pipe");
    let mut first = [0; 10];
    stdout.read_exact(&mut first).expect("it writes");
    drop(stdout);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(&first, b"{\"line\":1,");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// Runs the program under a limit of `kilobytes` of memory, its input being what `write` writes.
#[cfg(target_os = "linux")]
fn limited(
    kilobytes: u32,
    args: &[&str],
    write: fn(&mut dyn std::io::Write) -> std::io::Result<()>,
) -> Run {
    let mut child = std::process::Command::new("sh")
        .args(["-c", "ulimit -v $1 && shift && exec \"$@\"", "sh", &kilobytes.to_string()])
        .arg(crate::tool::PROGRAM)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("sh starts");
    let mut stdin = std::io::BufWriter::new(child.stdin.take().expect("a pipe"));
    let writer = thread::spawn(move || write(&mut stdin).and_then(|()| stdin.flush()));
    let output = child.wait_with_output().expect("it ends");
    let _ = writer.join().expect("the writer ends");
    output.into()
}

/// 200,000 short lines, then three of 48 MB.
#[cfg(target_os = "linux")]
fn write_much(input: &mut dyn std::io::Write) -> std::io::Result<()> {
    for number in 0..200_000 {
        writeln!(input, "{number:x}")?;
    }
    let long = "A".repeat(1024 * 1024);
    for _ in 0..3 {
        for _ in 0..48 {
            input.write_all(long.as_bytes())?;
        }
        input.write_all(b"\n")?;
    }
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_input() {
    // One such line alone is more than the limit leaves.
    let run = limited(32 * 1024, &INSPECT, write_much);
    assert_eq!(run.code, 10, "{}", run.err);
    let mut faults: BTreeMap<bool, u64> = BTreeMap::new();
    for (line, number) in run.out.lines().zip(1_u64..) {
        assert!(line.contains(&format!("\"line\":{number},")), "{number}: {line}");
        *faults.entry(line.contains("\"too_long\"")).or_default() += 1;
    }
    assert_eq!(faults, BTreeMap::from([(false, 200_000), (true, 3)]));
    assert_eq!(run.err, "200003 lines: 0 read, 200003 not read (200000 malformed, 3 too_long)\n");
}
