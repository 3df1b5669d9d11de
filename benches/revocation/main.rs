//! The revocation list: look-ups beside a deny list as one writes it at home, loading, memory, how
//! soon a logout is known elsewhere, and how many a disk takes.
//!
//! `cargo bench --all-features --bench revocation`; it exits with 1 when a bound is missed. With
//! `-- --test` everything is done once, on little.

#![allow(missing_docs, clippy::disallowed_methods)]

mod disk;
mod lookup;

use std::process::ExitCode;

/// How much is done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Size {
    Whole,
    /// To see that it works.
    Little,
}

/// What was measured, and whether it is within its bound.
struct Line {
    text: String,
    holds: bool,
}

impl Line {
    fn told(text: String) -> Self {
        Self { text, holds: true }
    }

    /// A figure that must not be over `most`; on little, nothing is meant by it.
    fn bounded(size: Size, what: &str, figure: f64, unit: &str, most: f64) -> Self {
        let holds = figure <= most || size == Size::Little;
        let verdict = if holds { "ok" } else { "MISSED" };
        Self {
            text: format!("{what}: {figure:.1} {unit}, at most {most} {unit}: {verdict}"),
            holds,
        }
    }
}

fn main() -> ExitCode {
    let little = std::env::args().any(|argument| argument == "--test");
    let size = if little { Size::Little } else { Size::Whole };
    let mut all_hold = true;
    for part in [lookup::run, disk::load, disk::propagation, disk::group_commit] {
        for line in part(size) {
            println!("{}", line.text);
            all_hold &= line.holds;
        }
    }
    if all_hold { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The figure in the middle.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
