//! Options of the verbs that take many tokens.

use clap::Args;

/// Many tokens, one a line.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Batch {
    /// Read many tokens, one a line, and print one JSON object a line
    #[arg(long, conflicts_with_all = ["json", "plain"])]
    pub(crate) jsonl: bool,
    /// With --jsonl: exit 17 if any line failed, instead of the code of the worst
    #[arg(long, requires = "jsonl")]
    pub(crate) keep_going: bool,
}
