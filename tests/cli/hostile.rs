//! Input that was made to hurt: what it costs, and what is said of it.

use serde_json::{Value, json};
use waxseal::base64url;

use crate::tool::{Run, VALID, run_in};

const HEADER: &str = r#"{"alg":"EdDSA","typ":"at+jwt","kid":"job"}"#;

/// A token of this payload, under a signature that nobody looks at.
fn token(payload: impl AsRef<[u8]>) -> String {
    let [header, payload] = [HEADER.as_bytes(), payload.as_ref()].map(base64url::encode);
    format!("{header}.{payload}.c2lnbmF0dXJl")
}

/// Runs the program with `tokens` in files of the names `0`, `1`.
fn run_with(tokens: &[&str], args: &[&str]) -> Run {
    let dir = tempfile::tempdir().expect("a folder");
    for (i, token) in tokens.iter().enumerate() {
        std::fs::write(dir.path().join(i.to_string()), token).expect("written");
    }
    run_in(&dir, args)
}

/// Claims that hold `inside` under 100 names of 235 characters.
fn deep(inside: &str) -> String {
    let name = "n".repeat(235);
    let open = format!("{{\"{name}\":").repeat(100);
    format!("{open}{inside}{}", "}".repeat(100))
}

fn lint(token: &str) -> Run {
    run_with(&[token], &["lint", "--at", VALID, "--json", "@0"])
}

fn of_rule(facts: &Value, id: &str) -> Vec<(String, String)> {
    let word = |found: &Value, name: &str| found[name].as_str().expect("a text").to_owned();
    let findings = facts["findings"].as_array().expect("findings").iter();
    let of_rule = findings.filter(|found| found["id"] == id);
    of_rule.map(|found| (word(found, "place"), word(found, "text"))).collect()
}

#[test]
fn lint_of_thousands_of_faults_in_a_token_is_a_page() {
    let twice = format!("{{{}}}", vec![r#""":0"#; 4_600].join(","));
    let readable = format!("[{}]", vec![r#"{"pin":0,"pwd":1}"#; 1_300].join(","));
    for (id, inside, last) in [
        ("T002", twice, "claims: 4579 more members stand twice"),
        ("T040", readable, "1280 more claims look so; everyone can read this token"),
    ] {
        let run = lint(&token(deep(&inside)));
        assert!(run.out.len() < 32 * 1024, "{id}: {} bytes", run.out.len());
        let found = of_rule(&run.json(), id);
        assert_eq!(found.len(), 21, "{id}");
        assert_eq!(found[20], ("claims".into(), last.into()));
        for (place, text) in &found {
            assert!(place.chars().count() <= 200 && text.chars().count() <= 300, "{text}");
        }
    }
}

#[test]
fn lint_tells_twenty_faults_of_a_kind_without_a_rest() {
    let twice = |count| format!("{{{}}}", vec![r#""a":0"#; count].join(","));
    for (members, findings) in [(21, 20), (22, 21)] {
        let found = of_rule(&lint(&token(twice(members))).json(), "T002");
        assert_eq!(found.len(), findings);
        assert_eq!(found[0], ("claims.a".into(), "claims: member a stands twice".into()));
    }
    let claims = json!({ "pwd": 1, "st": { "email": "ada@example.org" } }).to_string();
    assert_eq!(of_rule(&lint(&token(claims)).json(), "T040").len(), 2);
}

#[test]
fn one_long_name_does_not_widen_every_row() {
    let claims = |value: usize| {
        let short = (0..3_000).map(|i| format!("\"{i}\":{value}")).collect::<Vec<_>>().join(",");
        token(format!("{{\"{}\":{value},{short}}}", "n".repeat(20_000)))
    };
    let (one, other) = (claims(1), claims(2));
    for args in [&["inspect", "@0"][..], &["diff", "@0", "@1"]] {
        let run = run_with(&[&one, &other], args).ends(0);
        assert!(run.out.len() < 512 * 1024, "{args:?}: {} bytes", run.out.len());
        assert!(run.out.contains(&format!("  {:<60}  1", "2999")), "{args:?}");
    }
}

#[test]
fn what_no_verifier_can_read_is_told_after_the_findings_and_is_a_bad_token() {
    let deep = |depth: usize| {
        let (open, close) = (r#"{"a":"#.repeat(depth), "}".repeat(depth));
        format!(r#"{{"exp":1795226063,"st":{open}1{close}}}"#)
    };
    let paseto = |start: &str, bytes| format!("{start}.{}", base64url::encode(&vec![b'{'; bytes]));
    let claims = "the claims are not readable: ";
    let mut cases = vec![
        (token("not json"), claims),
        (token("[1]"), "the claims are not readable: not a JSON object"),
        (token(""), claims),
        (token(r#"{"exp":1"#), claims),
        (token(b"{\"sub\":\"\xff\"}"), "the claims are not readable: not UTF-8"),
        (token(deep(127)), claims),
        ("v4.public.AAAA".into(), "the PASETO is too short to hold a signature"),
        ("v4.local.".into(), "the PASETO is too short to hold a nonce and a tag"),
        ("v4.local.AAAA.AAAA".into(), "the PASETO is too short to hold a nonce and a tag"),
    ];
    for (start, least) in [("v1", 256), ("v2", 64), ("v3", 96), ("v4", 64)] {
        let short = "the PASETO is too short to hold a signature";
        cases.push((paseto(&format!("{start}.public"), least - 1), short));
        cases.push((paseto(&format!("{start}.public"), least + 1), claims));
    }
    for (start, least) in [("v1", 80), ("v2", 40), ("v3", 80), ("v4", 64)] {
        let short = "the PASETO is too short to hold a nonce and a tag";
        cases.push((paseto(&format!("{start}.local"), least - 1), short));
        lint(&paseto(&format!("{start}.local"), least)).ends(0);
    }
    for (token, said) in cases {
        let run = lint(&token).ends(10);
        assert!(run.err.starts_with(&format!("waxseal: {said}")), "{token}: {}", run.err);
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
        assert_eq!(run.json()["exit"], 10, "{token}");
    }
    let run = lint(&token(deep(126))).ends(0);
    assert_eq!(of_rule(&run.json(), "T030").len(), 1, "so deep, the claims are judged");
    let unsigned = lint(&token("[1]").replace(".c2lnbmF0dXJl", ".")).ends(10);
    assert_eq!(of_rule(&unsigned.json(), "T001").len(), 1);
}

#[test]
fn a_header_that_is_not_utf_8_is_told_after_the_findings() {
    let header = base64url::encode(b"{\"alg\":\"none\",\"kid\":\"\xff\"}");
    let run = lint(&format!("{header}.e30.")).ends(10);
    assert_eq!(run.err, "waxseal: the header is not readable: not UTF-8\n");
    assert_eq!(of_rule(&run.json(), "T001").len(), 1);
}
