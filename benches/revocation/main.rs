//! The revocation list: look-ups beside a deny list as one writes it at home, loading, memory, how
//! soon a logout is known elsewhere, and how many a disk takes.
//!
//! `cargo bench --all-features --bench revocation`; it exits with 1 when a bound is missed. With
//! `-- --test` everything is done once, on little.

#![allow(missing_docs, clippy::disallowed_methods)]

mod disk;
#[cfg(feature = "redis")]
mod engine;
mod lookup;
#[path = "../scale/src/measure.rs"]
mod measure;

use std::process::ExitCode;
use std::time::Duration;

use waxseal::claims::SessionId;

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
    let parts: &[fn(Size) -> Vec<Line>] = &[
        lookup::run,
        disk::load,
        disk::propagation,
        disk::group_commit,
        #[cfg(feature = "redis")]
        engine::run,
    ];
    for part in parts {
        for line in part(size) {
            println!("{}", line.text);
            all_hold &= line.holds;
        }
    }
    if all_hold { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn id(number: usize) -> SessionId {
    let mut bytes = [0x5a; 16];
    bytes[..8].copy_from_slice(&(number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    SessionId::from(bytes)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn percentile_99(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() * 99 / 100]
}
