//! What grows with the number of threads, of live sessions and of logouts: time and memory.
//!
//! `cargo run --release` prints the tables of `../README.md` and draws its plots into `../plots`. With
//! `-- --test` everything is done once, on little, and nothing is drawn.

#![allow(clippy::disallowed_methods)]

mod cache;
mod list;
mod measure;
mod plot;
mod threads;

use std::path::Path;
use std::process::ExitCode;

/// How much is done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Whole,
    /// To see that it works.
    Little,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--cache", count] => return one(count, cache::at),
        ["--list", count] => return one(count, list::at),
        _ => {}
    }
    let little = arguments.iter().any(|argument| argument == "--test");
    let size = if little { Size::Little } else { Size::Whole };
    let plots = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plots");
    let plots = (size == Size::Whole).then_some(plots.as_path());
    let scales = threads::run(size);
    if arguments.iter().any(|argument| argument == "--threads") {
        return if scales { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    cache::run(size, plots);
    list::run(size, plots);
    if scales || little { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One size, in a process of its own: memory that was given back would be missed in the next one.
fn one(count: &str, measure: fn(usize) -> Vec<f64>) -> ExitCode {
    let figures = measure(count.parse().expect("a count"));
    let figures: Vec<String> = figures.iter().map(f64::to_string).collect();
    println!("{}", figures.join(" "));
    ExitCode::SUCCESS
}

/// What such a process says.
pub fn alone(what: &str, count: usize) -> Vec<f64> {
    let program = std::env::current_exe().expect("a path");
    let output = std::process::Command::new(program).args([what, &count.to_string()]).output();
    let output = output.expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    text.split_whitespace().map(|figure| figure.parse().expect("a figure")).collect()
}
