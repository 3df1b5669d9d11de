//! What goes to which stream, in which bytes.

use std::collections::BTreeSet;
use std::process::Stdio;

use crate::tool::{FIXTURES, VALID, fixture, pipe, program, run};

/// `verify` with the key set of the fixtures at a moment when their tokens are valid.
const VERIFY: [&str; 5] = ["verify", "--key", "jwks.json", "--at", VALID];

const SHAPES: [&[&str]; 3] = [&[], &["--plain"], &["--json"]];

/// Of a type that is said: crates that compare with `char` make it hard to guess.
const NONE: [char; 0] = [];

/// Controls, bidirectional controls and what has no width, line ends and tabs excepted.
fn hostile_characters(text: &str) -> Vec<char> {
    let is_hostile = |c: &char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(
                c,
                '\u{200b}'..='\u{200f}'
                    | '\u{202a}'..='\u{202e}'
                    | '\u{2060}'..='\u{2069}'
                    | '\u{feff}'
            )
    };
    text.chars().filter(is_hostile).collect()
}

#[test]
fn hostile_characters_of_a_token_reach_neither_stream_raw() {
    let judged: [&[&str]; 5] = [
        &["inspect"],
        &VERIFY,
        &["verify", "--key", "jwks.json", "--aud", "mail", "--iss", "x", "--at", VALID],
        &["verify", "--key", "test-keys/other.pub.jwk", "--at", VALID],
        &["verify", "--key", "jwks.json", "--at", "2026-11-21T02:00:00Z"],
    ];
    let mut shown = 0;
    for token in ["hostile-claims", "hostile-header", "hostile-kid", "hostile-audience"] {
        let token = format!("@{token}.jwt");
        for args in judged {
            for shape in SHAPES {
                let args = [args, shape, &[token.as_str()]].concat();
                let run = run(&args);
                for text in [&run.out, &run.err] {
                    assert_eq!(hostile_characters(text), NONE, "{args:?}: {text:?}");
                }
                shown += usize::from(run.out.contains("u{202e}") || run.out.contains("\\u202e"));
            }
        }
    }
    assert!(shown > 12, "the characters were left out, not escaped: {shown}");
}

#[test]
fn hostile_characters_of_arguments_and_input_reach_neither_stream_raw() {
    let hostile = "a\u{1b}[31m\u{202e}\u{200b}b";
    let file = format!("@{hostile}");
    let pair = format!("{hostile}:=x");
    let flag = format!("--{hostile}");
    let json = format!("{{\"{hostile}\":1,\"{hostile}\":2}}");
    let calls: [&[&str]; 14] = [
        &["inspect", hostile],
        &["inspect", &file],
        &["inspect", "--tz", hostile],
        &[hostile],
        &[&flag],
        &["verify", "--key", hostile, "@job.jwt"],
        &["verify", "--keys", hostile, "@job.jwt"],
        &["verify", "--key", "jwks.json", "--at", hostile, "@job.jwt"],
        &["verify", "--key", "jwks.json", "--aud", hostile, "--at", VALID, "@job.jwt"],
        &["verify", "--key", "jwks.json", "--require", hostile, "--at", VALID, "@job.jwt"],
        &["mint", "--key", "test-keys/job.jwk", "-c", &pair],
        &["mint", "--key", "test-keys/job.jwk", &json],
        &["mint", "--key", hostile],
        &["keys", "new", "--alg", hostile, "--out", "-"],
    ];
    for args in calls {
        let run = run(args);
        assert_ne!(run.code, 0, "{args:?}");
        for text in [&run.out, &run.err] {
            assert_eq!(hostile_characters(text), NONE, "{args:?}: {text:?}");
        }
    }
    let run = pipe(&["inspect"], hostile.as_bytes()).ends(10);
    assert_eq!(hostile_characters(&run.err), NONE);
}

#[test]
fn hostile_characters_of_a_key_set_reach_neither_stream_raw() {
    let set = fixture("jwks.json").replace(
        "{\"keys\":[",
        r#"{"keys":[{"kty":"A\u001b[31m\u202e"},{"kty":"RSA","kid":"\u001b\u202e"},"#,
    );
    let run = pipe(&["verify", "--key", "-", "--at", VALID, "@job.jwt"], set.as_bytes()).ends(0);
    assert!(run.err.contains("left out"), "{}", run.err);
    assert_eq!(hostile_characters(&run.err), NONE, "{:?}", run.err);
    assert_eq!(hostile_characters(&run.out), NONE, "{:?}", run.out);
}

#[test]
fn no_byte_of_a_claim_leaves_a_refused_verification() {
    let claims = r#"{"iat":1795225163,"exp":1795226063,"iss":"https://id.example","aud":"shop",
        "sub":"marker-subject","jti":"marker-jti","marker-name":["marker-text",{"a":"marker-deep"}]}"#;
    let token = run(&["mint", "--key", "test-keys/job.jwk", claims]).ends(0).out;
    let token = token.trim_end();
    let accepted = pipe(&VERIFY, token.as_bytes()).ends(0);
    assert!(accepted.out.contains("marker-deep"), "nothing to look for: {}", accepted.out);

    let (signed, signature) = token.rsplit_once('.').expect("three parts");
    let other = if signature.starts_with('A') { "B" } else { "A" };
    let tampered = format!("{signed}.{other}{}", &signature[1..]);
    let refusals: [(&[&str], &str, i32); 8] = [
        (&VERIFY, &tampered, 11),
        (&["verify", "--key", "jwks-without-job.json", "--at", VALID], token, 14),
        (&["verify", "--key", "test-keys/other.pub.jwk", "--at", VALID], token, 11),
        (&["verify", "--key", "jwks.json", "--at", "2026-11-21T02:45:00Z"], token, 12),
        (&["verify", "--key", "jwks.json", "--aud", "mail", "--at", VALID], token, 13),
        (&["verify", "--key", "jwks.json", "--iss", "https://x", "--at", VALID], token, 16),
        (&["verify", "--key", "jwks.json", "--typ", "at+jwt", "--at", VALID], token, 16),
        (&["verify", "--key", "jwks.json", "--require", "nonce", "--at", VALID], token, 10),
    ];
    for (args, token, code) in refusals {
        for shape in SHAPES {
            let args = [args, shape].concat();
            let refused = pipe(&args, token.as_bytes()).ends(code);
            let both = refused.out + &refused.err;
            assert!(!both.contains("marker"), "{args:?}: {both}");
        }
    }
}

#[test]
fn a_failure_is_one_line_and_a_next_step_on_standard_error() {
    let failures: [(&[&str], i32); 10] = [
        (&["frobnicate"], 64),
        (&["keys", "new"], 64),
        (&["mint", "--sub", "ada"], 64),
        (&["verify", "--key", "jwks.json", "--leeway", "1h", "@job.jwt"], 64),
        (&["mint", "--key", "jwks.json"], 65),
        (&["mint", "--key", "test-keys/job.jwk", "[]"], 65),
        (&["verify", "--key", "test-keys/secret.raw", "@job.jwt"], 65),
        (&["verify", "--key", "no-such.jwk", "@job.jwt"], 66),
        (&["verify", "--keys", "no-such-ring", "@job.jwt"], 66),
        (&["inspect", "7f3c"], 10),
    ];
    for (args, code) in failures {
        let run = run(args).ends(code);
        assert_eq!(run.out, "", "{args:?}");
        let lines: Vec<&str> = run.err.lines().collect();
        match lines.as_slice() {
            [what] => assert!(what.starts_with("waxseal: "), "{what}"),
            [what, next] => {
                assert!(what.starts_with("waxseal: "), "{what}");
                assert!(next.starts_with("next: "), "{next}");
            }
            _ => panic!("{args:?}: {}", run.err),
        }
    }
}

#[test]
fn a_verdict_is_data_on_standard_output() {
    for args in [["@job.jwt", "0"], ["@tampered.jwt", "11"]] {
        let [token, code] = args;
        let run = run(&[&VERIFY[..], &[token]].concat()).ends(code.parse().expect("a number"));
        assert!(run.out.contains("signature"), "{}", run.out);
        assert_eq!(run.err, "");
    }
}

#[test]
fn json_is_one_object_of_schema_1_and_of_our_own_members() {
    let calls: [&[&str]; 8] = [
        &["inspect", "--json", "@forged-facts.jwt"],
        &["inspect", "--json", "@sealed.jwt"],
        &["inspect", "--json", "@no-claims-set.jwt"],
        &["inspect", "--json", "@paseto-public.txt"],
        &["verify", "--key", "jwks.json", "--at", VALID, "--json", "@forged-facts.jwt"],
        &["verify", "--key", "jwks.json", "--at", VALID, "--json", "@tampered.jwt"],
        &["verify", "--key", "test-keys/secret.jwk", "--payload", "raw", "--json", "@hs256.jwt"],
        &["--version", "--json"],
    ];
    let ours = BTreeSet::from([
        "bytes",
        "checks",
        "claims",
        "code",
        "encrypted",
        "exit",
        "header",
        "kind",
        "name",
        "next",
        "payload",
        "reason",
        "schema",
        "times",
        "verdict",
        "verified",
        "version",
    ]);
    for args in calls {
        let found = run(args);
        assert_eq!(found.out.lines().count(), 1, "{args:?}");
        let facts = found.json();
        assert_eq!(facts["schema"], 1, "{args:?}");
        let names = facts.as_object().expect("an object").keys();
        let foreign: Vec<_> = names.filter(|name| !ours.contains(name.as_str())).collect();
        assert!(foreign.is_empty(), "{args:?}: {foreign:?}");
    }
}

#[test]
fn the_exit_code_in_json_is_the_exit_code() {
    for token in ["job", "none", "tampered", "unknown-kid", "duplicate-sub"] {
        let token = format!("@{token}.jwt");
        let run = run(&[&VERIFY[..], &["--json", &token]].concat());
        assert_eq!(run.json()["exit"], run.code, "{token}");
    }
}

#[test]
fn colours_are_off_in_a_pipe_and_on_when_they_are_asked_for() {
    let verbs: [&[&str]; 3] = [
        &["inspect", "@sealed.jwt"],
        &["verify", "--key", "jwks.json", "--at", VALID, "@job.jwt"],
        &["verify", "--key", "jwks.json", "--at", VALID, "@tampered.jwt"],
    ];
    for args in verbs {
        let plain = run(args).out;
        assert!(!plain.contains('\u{1b}'), "{plain:?}");
        let never = run(&[args, &["--color", "never"]].concat()).out;
        assert_eq!(never, plain);
        let colored = run(&[args, &["--color", "always"]].concat()).out;
        assert!(colored.contains("\u{1b}["), "{colored:?}");
        assert_eq!(without_colors(&colored).trim_end(), plain.trim_end(), "a colour says more");
        for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb"), ("TERM", "xterm-256color")] {
            let out = program(FIXTURES).args(args).env(name, value).output().expect("it runs");
            assert_eq!(String::from_utf8_lossy(&out.stdout), plain, "{name}={value}");
        }
    }
}

/// `text` without `ESC [ ... m`.
fn without_colors(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (color, after) = part.split_once('m').expect("a colour ends with m");
        assert!(color.chars().all(|c| c.is_ascii_digit() || c == ';'), "{color:?}");
        rest.push_str(after);
    }
    rest
}

#[test]
fn quiet_takes_the_notes_and_leaves_data_and_failures() {
    let raw = "raw:test-keys/secret-and-newline.raw";
    let mint = ["mint", "--key", raw, "--alg", "HS256", r#"{"iat":1,"exp":2}"#];
    let loud = run(&mint).ends(0);
    assert!(loud.err.contains("line end"), "{}", loud.err);
    let quiet = run(&[&mint[..], &["--quiet"]].concat()).ends(0);
    assert_eq!((quiet.out, quiet.err.as_str()), (loud.out, ""));

    let failure = run(&["--quiet", "inspect", "7f3c"]).ends(10);
    assert!(failure.err.starts_with("waxseal: not a token"), "{}", failure.err);
}

#[test]
fn without_a_verb_a_piped_token_is_inspected() {
    let token = fixture("sealed.jwt");
    let inspected = pipe(&["inspect"], token.as_bytes()).ends(0);
    let bare = pipe(&[], token.as_bytes()).ends(0);
    assert_eq!(bare.out, inspected.out);
    assert!(bare.out.starts_with("UNVERIFIED"), "{}", bare.out);
    let json = pipe(&["--json"], token.as_bytes()).ends(0).json();
    assert_eq!((&json["kind"], &json["verified"]), (&"jwe".into(), &false.into()));
    pipe(&[], b"").ends(66);
}

#[test]
fn a_dash_is_standard_input() {
    let token = fixture("job.jwt");
    let piped = pipe(&[&VERIFY[..], &["-"]].concat(), token.as_bytes()).ends(0);
    let named = run(&[&VERIFY[..], &["@job.jwt"]].concat()).ends(0);
    assert_eq!(piped.out, named.out);
}

#[test]
fn keys_come_from_standard_input_and_the_token_from_elsewhere() {
    let named = run(&[&VERIFY[..], &["@job.jwt"]].concat()).ends(0);
    let token = fixture("job.jwt");
    for keys in ["jwks.json", "test-keys/job.pub.jwk"] {
        for token in ["@job.jwt", &token] {
            let args = ["verify", "--key", "-", "--at", VALID, token];
            let piped = pipe(&args, fixture(keys).as_bytes()).ends(0);
            assert_eq!(piped.out, named.out, "{keys}");
        }
    }
    let pem = b"-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n";
    let refused = pipe(&["verify", "--key", "-", "--at", VALID, "@job.jwt"], pem).ends(65);
    assert!(refused.err.contains("PEM"), "{}", refused.err);
}

#[test]
fn claims_are_the_same_from_an_argument_a_file_and_standard_input() {
    let dir = tempfile::tempdir().expect("a folder");
    let claims = r#"{"sub":"ada","iat":1795225163,"exp":1795226063}"#;
    let file = dir.path().join("claims.json");
    std::fs::write(&file, claims).expect("a file");
    let at_file = format!("@{}", file.display());
    let mint = |source: &str| {
        pipe(&["mint", "--key", "test-keys/job.jwk", source], claims.as_bytes()).ends(0).out
    };
    let from_argument = mint(claims);
    assert_eq!(from_argument.trim_end().split('.').count(), 3);
    assert_eq!(mint(&at_file), from_argument);
    assert_eq!(mint("-"), from_argument);
}

#[test]
fn mint_pipes_into_verify() {
    let mut mint = program(FIXTURES)
        .args(["mint", "--key", "test-keys/job.jwk", "--sub", "ada", "--aud", "shop", "-t", "5m"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("mint starts");
    let token = mint.stdout.take().expect("its output is a pipe");
    let verify = program(FIXTURES)
        .args(["verify", "--key", "jwks.json", "--aud", "shop", "--plain"])
        .stdin(token)
        .output()
        .expect("verify runs");
    assert!(mint.wait().expect("mint ends").success());
    assert!(verify.status.success(), "{verify:?}");
    assert!(String::from_utf8_lossy(&verify.stdout).contains("claims.sub\tada\n"));
}

#[test]
fn a_minted_token_lives_as_long_as_it_was_told() {
    for (ttl, seconds) in [("90s", 90), ("15m", 900), ("2h30m", 9_000), ("7d", 604_800)] {
        let args = ["mint", "--key", "test-keys/job.jwk", "--ttl", ttl];
        let token = run(&args).ends(0).out;
        let claims = &pipe(&["inspect", "--json"], token.as_bytes()).ends(0).json()["claims"];
        let time = |name: &str| claims[name].as_i64().expect("a time");
        assert_eq!(time("exp") - time("iat"), seconds, "{ttl}");
    }
}

/// A JWS of exactly `bytes` bytes, in the form of one only.
fn token_of(bytes: usize) -> String {
    let start = "eyJhbGciOiJFZERTQSJ9.e30.";
    // A signature of 4n + 1 characters is no base64url.
    let token = format!("{start}{}", "A".repeat(bytes - start.len()));
    assert_eq!(token.len(), bytes);
    token
}

#[test]
fn inspect_reads_64_kb_and_no_byte_more() {
    for bytes in [60 * 1024, 64 * 1024] {
        let run = pipe(&["inspect", "--plain"], token_of(bytes).as_bytes()).ends(0);
        assert!(run.out.contains(&format!("bytes\t{bytes}\n")), "{}", run.out);
    }
    for (bytes, code) in [(64 * 1024 + 3, 10), (64 * 1024 + 1000, 10), (1024 * 1024, 10)] {
        let run = pipe(&["inspect", "--plain"], token_of(bytes).as_bytes()).ends(code);
        assert_eq!(run.out, "");
    }
}

#[test]
fn verify_says_that_a_token_is_too_long() {
    let run = pipe(&[&VERIFY[..], &["--json"]].concat(), token_of(64 * 1024 + 3).as_bytes());
    let run = run.ends(10);
    assert_eq!(run.json()["code"], "too_long");
}

#[test]
fn a_token_that_no_verifier_would_read_is_not_minted() {
    let big = format!("big={}", "a".repeat(9_000));
    let run = run(&["mint", "--key", "test-keys/job.jwk", "-c", &big]).ends(65);
    assert_eq!(run.out, "");
    assert!(run.err.contains("8192"), "{}", run.err);
    assert!(!run.err.contains("aaaa"), "the state is in the failure: {}", run.err);
}

#[test]
fn a_closed_pipe_ends_every_verb_quietly() {
    let verbs: [&[&str]; 11] = [
        &["inspect", "@job.jwt"],
        &["inspect", "--json", "@job.jwt"],
        &["inspect", "--plain", "@job.jwt"],
        &["verify", "--key", "jwks.json", "--at", VALID, "@job.jwt"],
        &["mint", "--key", "test-keys/job.jwk", "--sub", "ada"],
        &["keys", "public", "test-keys/job.jwk"],
        &["completions", "bash"],
        &["man"],
        &["--help"],
        &["--version"],
        &["--version", "--json"],
    ];
    for args in verbs {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = program(FIXTURES).args(args).stdout(writer).output().expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
    }
}

#[test]
fn a_reader_that_leaves_half_way_is_no_failure() {
    // The output is longer than a pipe holds, so that the program is still writing.
    let claims = format!(r#"{{"iat":1,"exp":2,"long":"{}"}}"#, "\u{202e}".repeat(30_000));
    let payload = base64_url(claims.as_bytes());
    let token = format!("eyJhbGciOiJFZERTQSJ9.{}.AAAA", &payload[..60_000]);
    let whole = pipe(&["inspect"], token.as_bytes());
    assert_eq!(whole.code, 10, "cut JSON is refused");

    let claims = format!(r#"{{"iat":1,"exp":2,"long":"{}"}}"#, "\u{202e}".repeat(14_000));
    let token = format!("eyJhbGciOiJFZERTQSJ9.{}.AAAA", base64_url(claims.as_bytes()));
    let whole = pipe(&["inspect"], token.as_bytes()).ends(0);
    assert!(whole.out.len() > 80_000, "{}", whole.out.len());

    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("long.jwt");
    std::fs::write(&file, token).expect("a file");
    let mut child = program(FIXTURES)
        .args(["inspect", &format!("@{}", file.display())])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut first = [0; 10];
    let mut stdout = child.stdout.take().expect("a pipe");
    std::io::Read::read_exact(&mut stdout, &mut first).expect("it writes");
    drop(stdout);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(&first, b"UNVERIFIED");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

fn base64_url(bytes: &[u8]) -> String {
    waxseal::base64url::encode(bytes)
}
