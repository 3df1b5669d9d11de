//! `waxseal diff`.

use clap::Args;

use super::Shape;

pub(super) const DIFF_EXAMPLES: &str = "\
Examples:
  waxseal diff @before.jwt @after.jwt
  pbpaste | waxseal diff @before.jwt -
  waxseal diff --json @user.jwt @admin.jwt | jq '.changes[] | select(.privilege)'";

// `waxseal diff`.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    #[command(flatten)]
    pub(crate) shape: Shape,
    /// The token before, @FILE, or - for standard input
    #[arg(value_name = "BEFORE")]
    pub(crate) before: String,
    /// The token after, @FILE, or - for standard input
    #[arg(value_name = "AFTER")]
    pub(crate) after: String,
}
