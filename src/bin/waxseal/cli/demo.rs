//! `waxseal demo`.

use std::path::PathBuf;

use clap::Args;

pub(super) const DEMO_EXAMPLES: &str = "\
Examples:
  waxseal demo
  waxseal demo --dir story && sh story/steps.sh
  waxseal demo --formats";

// `waxseal demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Show one session in every format instead
    #[arg(long)]
    pub(crate) formats: bool,
    /// Where to leave the ring, the tokens and steps.sh; a new temporary folder by default
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}
