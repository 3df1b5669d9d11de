//! waxseal and its peers in one run, as Markdown: `cargo run --release`. `--rounds N` for another
//! number of rounds, `--slice MS` for another time of each case in one; `--test` for one short round,
//! which only shows that everything works.

use std::process::ExitCode;
use std::time::Duration;

use waxseal_bench_peers::{cases, machine, report, rounds};

fn main() -> ExitCode {
    let (count, slice) = match plan(std::env::args().skip(1)) {
        Ok(plan) => plan,
        Err(argument) => {
            eprintln!("unknown: {argument}\nusage: peers [--test] [--rounds N] [--slice MS]");
            return ExitCode::from(2);
        }
    };
    let (groups, lengths) = cases::all();
    let times = rounds::run(&groups, count, slice);
    println!("{}", report::markdown(&groups, &times, &lengths));
    println!("{}", machine::describe(count, slice));
    ExitCode::SUCCESS
}

/// How many rounds, and how long each case runs in one.
fn plan(mut arguments: impl Iterator<Item = String>) -> Result<(usize, Duration), String> {
    let (mut rounds, mut slice) = (61, Duration::from_millis(5));
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--test" => (rounds, slice) = (1, Duration::from_millis(1)),
            "--rounds" => {
                rounds = usize::try_from(positive(&argument, arguments.next())?).expect("64 bits");
            }
            "--slice" => slice = Duration::from_millis(positive(&argument, arguments.next())?),
            _ => return Err(argument),
        }
    }
    Ok((rounds, slice))
}

fn positive(option: &str, number: Option<String>) -> Result<u64, String> {
    let number = number.and_then(|number| number.parse().ok()).filter(|number| *number > 0);
    number.ok_or_else(|| option.into())
}
