//! How many instructions a call takes, exactly, by valgrind: no noise of a machine is in it.
//!
//! `CARGO_PROFILE_BENCH_LTO=off cargo bench --all-features --bench counts`
//! compares with `recorded.txt` and exits with 1 if a case takes more or less by over a tenth of what is
//! ours in it: all of it, or what stands above the raw HMAC. With `-- --record` it prints what to record,
//! but for the allocations, which `tests/counts.rs` tells. With `-- --test` every case runs once, without
//! valgrind.
//!
//! Each case is run a few times and more often; the difference leaves out what is done once. Valgrind
//! shows programs a processor of its own, so the counts hold for others as long as the compiler is the
//! same.

#![allow(missing_docs, clippy::disallowed_methods)]

mod cases;
mod recorded;

use std::process::{Command, ExitCode};

/// Calls of a run that are not counted.
const UNCOUNTED: u64 = 20;
/// Calls that are counted: for so many instructions in all. What is done once differs by some thousand
/// from run to run, since keys and ids are random.
const IN_ALL: u64 = 50_000_000;
const CALLS: std::ops::RangeInclusive<u64> = 100..=10_000;
/// A new compiler moves every count a little.
const MOST_CHANGE: f64 = 0.1;
/// The primitive of the cases that have ring's HMAC in them, and what these are called.
const FLOOR: &str = "raw-hmac";
const ABOVE_FLOOR: [&str; 4] =
    ["verify-HS256", "verify-HS256-undecoded", "verify-HS256-forged", "mint-HS256"];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [_, name, calls] = arguments.as_slice()
        && let Some(case) = cases::by_name(name)
    {
        let calls: u64 = calls.parse().expect("a number of calls");
        (0..calls).for_each(|_| (case.run)());
        return ExitCode::SUCCESS;
    }
    if arguments.iter().any(|argument| argument == "--test") {
        cases::ALL.iter().for_each(|(_, make)| make()());
        return ExitCode::SUCCESS;
    }
    let records = arguments.iter().any(|argument| argument == "--record");
    let mut held = true;
    for (name, _) in cases::ALL {
        let Some(counted) = instructions(name) else {
            println!("valgrind is needed to count instructions: install it, or run with -- --test");
            return ExitCode::FAILURE;
        };
        let (allocations, known) = recorded::of(name).unwrap_or_default();
        let floor = recorded::of(FLOOR).filter(|_| ABOVE_FLOOR.contains(name));
        let ours = known.saturating_sub(floor.unwrap_or_default().1);
        let change = (counted as f64 - known as f64) / ours.max(1) as f64;
        let verdict = match change.abs() <= MOST_CHANGE {
            true => "ok".into(),
            false => format!("MISSED, {:+.0} % of what is ours", 100.0 * change),
        };
        match records {
            true => println!("{name:<24} {allocations:>4} {counted:>9}"),
            false => println!("{name:<24} {counted:>9}, recorded {known:>9}: {verdict}"),
        }
        held &= records || change.abs() <= MOST_CHANGE;
    }
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What one call of the case takes; `None` without valgrind.
fn instructions(case: &str) -> Option<u64> {
    let uncounted = of_calls(case, UNCOUNTED)?;
    let of = |calls| Some(of_calls(case, UNCOUNTED + calls)?.saturating_sub(uncounted) / calls);
    let (least, most) = CALLS.into_inner();
    let roughly = of(least)?;
    match (IN_ALL / roughly.max(1)).clamp(least, most) {
        calls if calls > least => of(calls),
        _ => Some(roughly),
    }
}

fn of_calls(case: &str, calls: u64) -> Option<u64> {
    let program = std::env::current_exe().expect("a path");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["--run", case, &calls.to_string()])
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let counted = said.lines().find_map(|line| line.split_once("Collected :")).expect(&said).1;
    Some(counted.trim().parse().expect(counted))
}
