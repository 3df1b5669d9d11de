//! Help, man pages and completions say what the program does.

use std::fs;

use crate::tool::{FIXTURES, run, run_in};

/// Every verb that a person can call, by the names of the man pages.
fn verbs() -> Vec<Vec<String>> {
    let dir = tempfile::tempdir().expect("a folder");
    let named = run_in(&dir, &["man", "pages"]).ends(0).out;
    let verbs: Vec<Vec<String>> = named
        .lines()
        .map(|line| {
            let name = line.trim_start_matches("pages/").trim_start_matches("pages\\");
            let name = name.strip_suffix(".1").expect("section 1");
            name.split('-').skip(1).map(str::to_owned).collect()
        })
        .collect();
    for verb in [
        "mint",
        "inspect",
        "verify",
        "lint",
        "diff",
        "doctor",
        "keys",
        "revoke",
        "serve",
        "demo",
        "completions",
        "man",
    ] {
        assert!(verbs.iter().any(|words| words == &[verb]), "{verb} has no page");
    }
    verbs
}

fn help(verb: &[String]) -> String {
    let words: Vec<&str> = verb.iter().map(String::as_str).chain(["--help"]).collect();
    run(&words).ends(0).out
}

/// The program itself: its verbs have the examples.
const WITHOUT_EXAMPLES: [&str; 1] = [""];

#[test]
fn help_shows_examples_that_begin_with_the_verb() {
    for verb in verbs() {
        let name = verb.join(" ");
        if WITHOUT_EXAMPLES.contains(&name.as_str()) {
            continue;
        }
        let help = help(&verb);
        let examples = help.split("\nExamples:\n").nth(1).unwrap_or_default();
        assert!(examples.contains(&format!("waxseal {name}")), "{name}:\n{help}");
    }
}

#[test]
fn help_goes_to_standard_output_with_either_flag() {
    for verb in verbs() {
        let words: Vec<&str> = verb.iter().map(String::as_str).chain(["-h"]).collect();
        let short = run(&words).ends(0);
        assert_eq!(short.err, "");
        let help = help(&verb);
        let usage =
            |text: &str| text.lines().find(|line| line.starts_with("Usage:")).map(str::to_owned);
        assert!(usage(&short.out).is_some(), "{verb:?}");
        assert_eq!(usage(&short.out), usage(&help));
    }
}

#[test]
fn a_man_page_has_exit_status_and_examples() {
    let dir = tempfile::tempdir().expect("a folder");
    run_in(&dir, &["man", "pages"]).ends(0);
    let codes = [
        "0", "1", "2", "10", "11", "12", "13", "14", "15", "16", "17", "64", "65", "66", "70",
        "73", "74", "75", "76", "77",
    ];
    let mut pages = 0;
    for entry in fs::read_dir(dir.path().join("pages")).expect("the folder of pages") {
        let path = entry.expect("an entry").path();
        let page = fs::read_to_string(&path).expect("a page");
        let section = |name: &str| {
            let after = page.split(&format!(".SH {name}\n")).nth(1);
            let after = after.unwrap_or_else(|| panic!("{} lacks {name}", path.display()));
            after.split("\n.SH ").next().unwrap_or_default().to_owned()
        };
        let status = section("\"EXIT STATUS\"");
        for code in codes {
            assert!(status.contains(&format!(".TP\n{code}\n")), "{}: no {code}", path.display());
        }
        let examples = section("EXAMPLES");
        assert!(examples.contains("waxseal "), "{}: {examples:?}", path.display());
        pages += 1;
    }
    assert!(pages > 10, "{pages}");
}

#[test]
fn the_main_man_page_is_the_one_that_is_printed() {
    let dir = tempfile::tempdir().expect("a folder");
    run_in(&dir, &["man", "pages"]).ends(0);
    let written = fs::read_to_string(dir.path().join("pages/waxseal.1")).expect("a page");
    let printed = run(&["man"]).ends(0).out;
    assert_eq!(printed.trim_end(), written.trim_end());
}

#[test]
fn completions_know_the_verbs() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(&["completions", shell]).ends(0).out;
        for word in ["inspect", "verify", "mint", "keys", "leeway", "payload", "tick", "rollback"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
}

#[test]
fn no_flag_takes_secret_bytes() {
    let mut flags = 0;
    for verb in verbs() {
        for line in help(&verb).lines() {
            let Some(flag) = line.split_whitespace().find(|word| word.starts_with("--")) else {
                continue;
            };
            if !line.trim_start().starts_with('-') {
                continue;
            }
            flags += 1;
            let value = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
            let value = value.map_or("", |(value, _)| value);
            let about_secrets = ["key", "secret", "pass", "private", "seed", "token"]
                .iter()
                .any(|word| flag.to_lowercase().contains(word));
            assert!(
                // KID: the name of a key, which everybody reads in its tokens.
                !about_secrets || ["FILE", "DIR", "KID"].contains(&value),
                "{verb:?}: {flag} <{value}> would hold a secret for every process list"
            );
        }
    }
    assert!(flags > 60, "{flags}");
}

#[test]
fn a_secret_in_place_of_a_file_is_a_file_that_is_not_there() {
    let secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA";
    for form in [secret.to_owned(), format!("raw:{secret}"), format!("b64:{secret}")] {
        let mint = ["mint", "--key", &form, "--alg", "HS256", "--sub", "ada"];
        let run = run_in(FIXTURES, &mint).ends(66);
        assert_eq!(run.out, "");
    }
}
