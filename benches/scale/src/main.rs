//! What grows with the number of threads, of live sessions and of logouts: time and memory.
//!
//! `cargo run --release` prints the tables of `../README.md` and draws its plots into `../plots`. With
//! `-- --test` everything is done once, on little, and nothing is drawn.

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
    let little = std::env::args().any(|argument| argument == "--test");
    let size = if little { Size::Little } else { Size::Whole };
    let plots = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plots");
    let plots = (size == Size::Whole).then_some(plots.as_path());
    let scales = threads::run(size);
    cache::run(size, plots);
    list::run(size, plots);
    if scales || little { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
