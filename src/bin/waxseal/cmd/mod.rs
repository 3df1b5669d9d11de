//! One file a verb.

pub(crate) mod demo;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod inspect;
pub(crate) mod keys;
pub(crate) mod lint;
pub(crate) mod man;
pub(crate) mod mint;
pub(crate) mod revoke;
pub(crate) mod serve;
pub(crate) mod verify;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::exit::{Code, Failure};
use crate::output::Output;

/// Prints the version.
pub(crate) fn version(json: bool, output: &mut Output) -> Result<Code, Failure> {
    let version = env!("CARGO_PKG_VERSION");
    if json {
        let facts = serde_json::json!({ "schema": 1, "name": "waxseal", "version": version });
        output.line(&facts.to_string())?;
    } else {
        output.line(&format!("waxseal {version}"))?;
    }
    Ok(Code::DONE)
}

/// Prints a completion script.
pub(crate) fn completions(shell: Shell, output: &mut Output) -> Result<Code, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "waxseal", &mut script);
    output.line(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Code::DONE)
}
