//! `waxseal inspect`.

use clap::Args;

use super::{Batch, Shape};

pub(super) const INSPECT_EXAMPLES: &str = "\
Examples:
  pbpaste | waxseal inspect
  waxseal inspect @token.txt
  waxseal inspect --json @token.txt | jq .claims.exp
  cut -f7 access.log | waxseal inspect --jsonl | jq -r .kid | sort | uniq -c";

// `waxseal inspect`.
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    #[command(flatten)]
    pub(crate) shape: Shape,
    #[command(flatten)]
    pub(crate) batch: Batch,
    /// The token, @FILE, or - for standard input; several with --jsonl
    #[arg(value_name = "TOKEN|@FILE|-")]
    pub(crate) tokens: Vec<String>,
}

impl Inspect {
    /// Inspects what is piped in.
    pub(crate) fn of_stdin(json: bool) -> Self {
        Self { shape: Shape { json, plain: false }, batch: Batch::NONE, tokens: Vec::new() }
    }
}
