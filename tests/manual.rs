//! What the manual promises by name must exist: every row that it counts, and every test that it names.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What people expect, in the manual's own numbering.
const EXPECTATIONS: usize = 75;

/// Expectations that a reason may answer instead of a test: web storage, and a store in memory.
const BY_REASON: &[usize] = &[27, 60];

/// Requirements of the standards, in the manual's own numbering.
const REQUIREMENTS: usize = 111;

/// How a row without a test must begin to say so.
const WITHOUT_TEST: &[&str] = &["not met", "partly", "the application's", "a document"];

/// The cells of the table rows that begin with `letter` and a number.
fn rows(page: &str, letter: char) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/manual").join(page);
    let text = fs::read_to_string(path).expect("a page");
    let lines = text.lines().filter_map(|line| line.strip_prefix("//! | "));
    let rows = lines.map(|line| {
        let line = line.trim_end().trim_end_matches('|');
        line.split(" | ").map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()
    });
    rows.filter(|cells| {
        let rest = cells.first().and_then(|first| first.strip_prefix(letter));
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    })
    .collect()
}

/// The numbers of a first cell: `S7`, `R1, R2`, `R43-R49`.
fn numbers(cell: &str, letter: char) -> Vec<usize> {
    let number = |text: &str| -> usize {
        let digits = text.trim().strip_prefix(letter).expect("a numbered row");
        digits.parse().expect("a number")
    };
    let parts = cell.split(',').map(|part| match part.split_once('-') {
        Some((from, to)) => (number(from)..=number(to)).collect(),
        None => vec![number(part)],
    });
    parts.flat_map(|numbers: Vec<usize>| numbers).collect()
}

/// What stands in a cell between backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The fault of a name `web/life::a_test`, if there is no such test.
fn fault_of(name: &str) -> Option<String> {
    let Some((file, test)) = name.split_once("::") else {
        return Some(format!("{name}: not FILE::TEST"));
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = match file.starts_with("src/") {
        true => root.join(format!("{file}.rs")),
        false => root.join(format!("tests/{file}.rs")),
    };
    let Ok(text) = fs::read_to_string(&path) else {
        return Some(format!("{name}: no file {}", path.display()));
    };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let is_it = |line: &str| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        line.strip_prefix("fn ").and_then(|rest| rest.split(['(', '<']).next()) == Some(test)
    };
    let Some(at) = lines.iter().position(|line| is_it(line)) else {
        return Some(format!("{name}: no such function"));
    };
    let mut above = lines[..at].iter().rev().take_while(|line| line.starts_with("#["));
    let is_test =
        above.any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"));
    // Inside `proptest!` a test may be marked one line further up, by a comment in between.
    (!is_test).then(|| format!("{name}: a function, and no test"))
}

fn count(page: &str, letter: char, most: usize, faults: &mut Vec<String>) {
    let mut seen = BTreeMap::<usize, usize>::new();
    for row in rows(page, letter) {
        for number in numbers(&row[0], letter) {
            *seen.entry(number).or_default() += 1;
        }
    }
    for number in 1..=most {
        match seen.remove(&number) {
            Some(1) => {}
            Some(times) => faults.push(format!("{page}: {letter}{number} stands {times} times")),
            None => faults.push(format!("{page}: {letter}{number} is missing")),
        }
    }
    faults.extend(seen.keys().map(|number| format!("{page}: {letter}{number} is none")));
}

fn report(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_expectation_is_answered_once_and_held_by_a_test() {
    let mut faults = Vec::new();
    count("expected.rs", 'S', EXPECTATIONS, &mut faults);
    for row in rows("expected.rs", 'S') {
        let (number, last) = (numbers(&row[0], 'S')[0], row.last().expect("a cell"));
        let is_reason = last.starts_with("a reason:");
        if row.len() != 4 {
            faults.push(format!("S{number}: {} cells", row.len()));
        }
        if is_reason != BY_REASON.contains(&number) {
            faults.push(format!("S{number}: a test, or a reason where there may be one"));
        }
        if !is_reason {
            let names = quoted(last);
            if names.is_empty() {
                faults.push(format!("S{number}: no test"));
            }
            faults.extend(names.into_iter().filter_map(fault_of));
        }
    }
    report(&faults);
}

#[test]
fn every_requirement_stands_once_and_is_held_by_a_test_or_says_that_it_is_not() {
    let mut faults = Vec::new();
    count("conformance.rs", 'R', REQUIREMENTS, &mut faults);
    for row in rows("conformance.rs", 'R') {
        let (first, last) = (&row[0], row.last().expect("a cell"));
        let names = quoted(last);
        if names.is_empty() && !WITHOUT_TEST.iter().any(|word| last.starts_with(word)) {
            faults.push(format!("{first}: neither a test nor a word why there is none"));
        }
        faults.extend(names.into_iter().filter_map(fault_of));
    }
    report(&faults);
}

#[test]
fn every_platform_has_all_idioms() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/manual/frameworks.rs");
    let text = fs::read_to_string(page).expect("a page");
    for platform in ["PHP", "Flask", "Rails", "Servlet", "Express", "Spring Session", "Django"] {
        let heading = format!("//! # {platform}");
        let (_, section) = text.split_once(&*heading).unwrap_or_else(|| panic!("no {platform}"));
        let section = section.split("//! # ").next().unwrap_or_default();
        for idiom in [
            "start",
            "read",
            "write",
            "remove a key",
            "clear",
            "new id",
            "destroy",
            "flash",
            "timeout",
            "remember me",
            "log out everywhere",
        ] {
            assert!(section.contains(&format!("//! | {idiom} |")), "{platform}: {idiom}");
        }
    }
}

#[test]
fn a_name_that_is_no_test_is_found() {
    assert_eq!(fault_of("manual::a_name_that_is_no_test_is_found"), None);
    assert!(fault_of("manual::fault_of").is_some_and(|fault| fault.contains("no test")));
    assert!(fault_of("manual::gone").is_some_and(|fault| fault.contains("no such function")));
    assert!(fault_of("gone::gone").is_some_and(|fault| fault.contains("no file")));
    assert!(fault_of("gone").is_some());
    assert_eq!(numbers("R1, R3-R5", 'R'), [1, 3, 4, 5]);
}
