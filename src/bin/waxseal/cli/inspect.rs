//! `waxseal inspect`.

use clap::Args;

use super::Shape;

pub(super) const INSPECT_EXAMPLES: &str = "\
Examples:
  pbpaste | waxseal inspect
  waxseal inspect @token.txt
  waxseal inspect --json @token.txt | jq .claims.exp";

/// `waxseal inspect`.
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    #[command(flatten)]
    pub(crate) shape: Shape,
    /// The token, @FILE, or - for standard input
    #[arg(value_name = "TOKEN|@FILE|-")]
    pub(crate) token: Option<String>,
}

impl Inspect {
    /// Inspects what is piped in.
    pub(crate) fn of_stdin(json: bool) -> Self {
        Self { shape: Shape { json, plain: false }, token: None }
    }
}
