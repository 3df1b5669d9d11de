//! `waxseal revoke`: one file a verb.

mod add;
mod check;
mod entries;
mod export;
mod init;
mod picture;
mod prune;
mod status;
mod store;
mod words;

use crate::cli;
use crate::exit::{Code, Failure};
use crate::output::Output;

pub(crate) fn run(verb: cli::Revocations, output: &mut Output) -> Result<Code, Failure> {
    match verb {
        cli::Revocations::Init(options) => init::run(options, output),
        cli::Revocations::Add(options) => add::run(&options, output),
        cli::Revocations::List(options) => entries::run(options, output),
        cli::Revocations::Check(options) => check::run(options, output),
        cli::Revocations::Prune(options) => prune::run(&options, output),
        cli::Revocations::Status(options) => status::run(&options, output),
        cli::Revocations::Export(options) => export::run(&options, output),
    }
}
