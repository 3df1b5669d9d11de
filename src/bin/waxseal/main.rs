//! The `waxseal` program: mints, inspects, verifies and explains tokens, and keeps keys.
//!
//! It is a client of the library's public API, like any other program.

mod batch;
mod cli;
mod cmd;
mod copy;
mod exit;
mod input;
mod json;
mod keyfile;
mod lines;
mod lists;
mod members;
mod output;
mod place;
mod recognise;
mod second_opinion;
mod times;
mod untrusted;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::cli::{Cli, Verb};
use crate::exit::{Code, Failure};
use crate::output::Output;

fn main() -> ExitCode {
    report_bugs();
    let cli = match Cli::read() {
        Ok(cli) => cli,
        Err(stop) => return said_by_clap(&stop),
    };
    let mut output = Output::new(&cli.common);
    match run(cli, &mut output) {
        Ok(code) => code.into(),
        Err(failure) => {
            output.failure(&failure);
            failure.code.into()
        }
    }
}

fn run(cli: Cli, output: &mut Output) -> Result<Code, Failure> {
    if cli.json && cli.verb.is_some() {
        let what = "--json stands before the verb";
        return Err(Failure::new(Code::USAGE, what).next("write it after: waxseal VERB --json"));
    }
    if cli.version {
        return cmd::version(cli.json, output);
    }
    match cli.verb {
        Some(verb) => run_verb(verb, output),
        // `some-command | waxseal` reads a token; a bare `waxseal` at a terminal wants help.
        None if std::io::stdin().is_terminal() => {
            eprint!("{}", Cli::help());
            Ok(Code::USAGE)
        }
        None => cmd::inspect::run(cli::Inspect::of_stdin(cli.json), output),
    }
}

fn run_verb(verb: Verb, output: &mut Output) -> Result<Code, Failure> {
    match verb {
        Verb::Demo(options) => cmd::demo::run(&options, output),
        Verb::Mint(options) => cmd::mint::run(options, output),
        Verb::Inspect(options) => cmd::inspect::run(options, output),
        Verb::Verify(options) => cmd::verify::run(options, output),
        Verb::Diff(options) => cmd::diff::run(&options, output),
        Verb::Doctor(options) => cmd::doctor::run(&options, output),
        Verb::Lint(options) => cmd::lint::run(&options, output),
        Verb::Keys(verb) => cmd::keys::run(verb, output),
        Verb::Revoke(verb) => cmd::revoke::run(verb, output),
        Verb::Serve(options) => cmd::serve::run(options, output),
        Verb::Completions { shell } => cmd::completions(shell, output),
        Verb::Man { dir } => cmd::man::run(dir.as_deref(), output),
        Verb::DemoLogin { keys, list } => cmd::demo::login::run(&keys, &list),
        Verb::DemoVerifier { keys, list } => cmd::demo::verifier::run(&keys, &list),
    }
}

/// clap's help and version go to standard output; its complaints become one line of ours.
fn said_by_clap(stop: &clap::Error) -> ExitCode {
    if !stop.use_stderr() {
        let _ = write!(std::io::stdout(), "{}", stop.render());
        return Code::DONE.into();
    }
    let text = stop.render().to_string();
    if stop.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        eprint!("{text}");
        return Code::USAGE.into();
    }
    let said = ["\n\nUsage:", "\n\nFor more"]
        .iter()
        .fold(text.as_str(), |said, tail| said.split(tail).next().unwrap_or(said));
    let words: Vec<&str> = said.split_whitespace().collect();
    let line = words.join(" ");
    eprintln!("waxseal: {}", output::escape(line.trim_start_matches("error: ")));
    eprintln!("next: waxseal --help, or waxseal VERB --help");
    Code::USAGE.into()
}

/// A panic is a bug of ours: one line and an exit code of its own.
fn report_bugs() {
    std::panic::set_hook(Box::new(|bug| {
        let place = bug.location().map(ToString::to_string).unwrap_or_default();
        eprintln!("waxseal: a bug at {place}; please report it with the command that you ran");
        std::process::exit(Code::BUG.number().into());
    }));
}
