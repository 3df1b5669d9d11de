//! The command line, as clap reads it. Help, completions and man pages are made from it.

mod batch;
mod demo;
mod diff;
mod doctor;
mod inspect;
mod keys;
mod lint;
mod mint;
mod revoke;
mod revoke_export;
mod serve;
mod verify;

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use waxseal::time::Zone;

use crate::times;

pub(crate) use batch::{Batch, Printed};
use demo::DEMO_EXAMPLES;
pub(crate) use demo::Demo;
use diff::DIFF_EXAMPLES;
pub(crate) use diff::Diff;
use doctor::DOCTOR_EXAMPLES;
pub(crate) use doctor::Doctor;
use inspect::INSPECT_EXAMPLES;
pub(crate) use inspect::Inspect;
use keys::KEYS_EXAMPLES;
pub(crate) use keys::{
    Change, Check, Form, Hold, Init, Keys, Log, Look, Plan, Promote, Prune, Purpose, Revoke,
    Rollback, Stage, Status, Tick, Usage,
};
use lint::LINT_EXAMPLES;
pub(crate) use lint::{FailOn, Lint};
use mint::MINT_EXAMPLES;
pub(crate) use mint::Mint;
use revoke::REVOKE_EXAMPLES;
pub(crate) use revoke::{
    AddEntry, CheckTokens, ListEntries, ListStatus, NewList, PruneList, Revocations, Store, What,
};
pub(crate) use revoke_export::Export;
use serve::SERVE_EXAMPLES;
pub(crate) use serve::Serve;
use verify::VERIFY_EXAMPLES;
pub(crate) use verify::{Payload, Verify};

/// Stateless sessions: mint, inspect, verify and explain tokens; keep the keys.
///
/// Without a verb a piped token is inspected: `pbpaste | waxseal`.
#[derive(Debug, Parser)]
#[command(
    name = "waxseal",
    disable_version_flag = true,
    after_help = "Exit status: 0 done or verified; 1 a fault was found; 10-17 a token is refused; 64-66 usage or input; \
                  73-77 files and guards. `waxseal man` lists them all.",
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Print the version
    #[arg(short = 'V', long)]
    pub(crate) version: bool,
    /// With --version, or a piped token: print JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

impl Cli {
    /// Reads the arguments of this process.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        let mut command = Self::command().mut_subcommand("keys", keys::in_two_parts);
        let matches = command.try_get_matches_from_mut(std::env::args_os())?;
        Self::from_arg_matches(&matches).map_err(|fault| fault.format(&mut command))
    }

    pub(crate) fn help() -> String {
        Self::command().render_help().to_string()
    }
}

// Options of every verb.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// When to use colours; NO_COLOR and TERM=dumb turn them off
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN", help_heading = EVERYWHERE)]
    pub(crate) color: Color,
    /// Say nothing on standard error but failures
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = EVERYWHERE)]
    pub(crate) quiet: bool,
    /// Say on standard error what was read
    #[arg(short, long, global = true, help_heading = EVERYWHERE)]
    pub(crate) verbose: bool,
    /// Show times in this zone: utc, local or +02:00
    #[arg(long, global = true, value_parser = times::zone, default_value = "utc", value_name = "ZONE", allow_hyphen_values = true, help_heading = EVERYWHERE)]
    pub(crate) tz: Zone,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// The verbs. The arguments of one are made when it is asked for: all of them were a fifth of a start.
/// A doc comment on the struct of its arguments is then its help, and takes the place of the one here.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum Verb {
    /// Tell one session's life, from login to refused theft, with real processes
    #[command(after_help = DEMO_EXAMPLES)]
    Demo(Demo),
    /// Mint a token: a session of a ring, or any claims under a key
    #[command(visible_alias = "sign", after_help = MINT_EXAMPLES)]
    Mint(Mint),
    /// Show what a token says; no key is needed, and nothing is verified
    #[command(visible_alias = "decode", after_help = INSPECT_EXAMPLES)]
    Inspect(Inspect),
    /// Judge a token: every check with its verdict, and what to do next
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(Verify),
    /// Show how two tokens differ; no key is needed, and nothing is verified
    #[command(after_help = DIFF_EXAMPLES)]
    Diff(Diff),
    /// Say why a browser drops a cookie, or why logout does not clear it
    #[command(after_help = DOCTOR_EXAMPLES)]
    Doctor(Doctor),
    /// Tell everything that is wrong with a token or a key ring, all at once
    #[command(after_help = LINT_EXAMPLES)]
    Lint(Lint),
    /// Make and rotate key rings; make, show, import and export keys
    #[command(subcommand, after_help = KEYS_EXAMPLES)]
    Keys(Keys),
    /// End sessions and tokens before their time: keep a revocation list
    #[command(subcommand, after_help = REVOKE_EXAMPLES)]
    Revoke(Revocations),
    /// Serve the public keys over HTTP, for verifiers on other hosts
    #[command(after_help = SERVE_EXAMPLES)]
    Serve(Serve),
    /// Print a completion script
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the man page, or write all pages into a folder
    #[command(after_help = MAN_EXAMPLES)]
    Man {
        /// Where to write waxseal.1, waxseal-mint.1 and so on
        dir: Option<PathBuf>,
    },
    /// A login process of the demo, on its standard streams
    #[command(hide = true)]
    DemoLogin {
        /// The ring
        keys: PathBuf,
        /// The revocation list
        list: String,
    },
    /// A verifying process of the demo, on its standard streams
    #[command(hide = true)]
    DemoVerifier {
        /// The JWK Set
        keys: PathBuf,
        /// The revocation list
        list: String,
    },
}

// How to print.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Shape {
    /// Print one JSON object
    #[arg(long, conflicts_with = "plain")]
    pub(crate) json: bool,
    /// Print lines of words with tabs between them
    #[arg(long)]
    pub(crate) plain: bool,
}

const EVERYWHERE: &str = "Everywhere";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  waxseal completions bash > ~/.local/share/bash-completion/completions/waxseal";

const MAN_EXAMPLES: &str = "\
Examples:
  waxseal man | man -l -
  waxseal man ~/.local/share/man/man1";
