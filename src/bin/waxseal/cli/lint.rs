//! `waxseal lint`.

use clap::{Args, ValueEnum};
use waxseal::keyring::lint::Level;
use waxseal::time::Timestamp;

use super::Shape;
use crate::times;

pub(super) const LINT_EXAMPLES: &str = "\
Examples:
  waxseal lint @token.txt
  waxseal lint --keys keys --fail-on warn < /dev/null
  waxseal lint --keys keys --json @token.txt | jq -r '.findings[].id'
  waxseal lint --key raw:secret.bin @token.txt
  waxseal lint --catalogue";

// `waxseal lint`.
#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// A JWK, JWK Set, PEM or PASERK, - for standard input; raw:FILE, hex:FILE or b64:FILE for a secret
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<String>,
    /// A key ring, or a file as --key takes; repeat to compare rings; WAXSEAL_KEYS may hold the path
    #[arg(long, value_name = "DIR")]
    pub(crate) keys: Vec<String>,
    /// Exit with 1 if a finding is at least this bad
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "LEVEL")]
    pub(crate) fail_on: FailOn,
    /// What to expect of tokens: a JSON file
    ///
    /// {"longest_life":"15m","skew":"30s","ignore":["T030"]}: each member may be left out.
    /// longest_life bounds exp - iat (T021), skew is forgiven to clocks (T022), 30s by default, and
    /// ignore names rules that are not wanted. With a key ring the first two are its L and S, where the
    /// file does not say otherwise.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<String>,
    /// Judge as if it were this time: RFC 3339, @SECONDS, now+20m
    #[arg(long, value_name = "TIME", value_parser = times::moment)]
    pub(crate) at: Option<Timestamp>,
    /// The ring's serial was this once; a lower one is an old ring put back
    #[arg(long, value_name = "N")]
    pub(crate) last_serial: Option<u64>,
    /// Print every rule with its level and meaning
    #[arg(long, conflicts_with_all = ["key", "keys", "policy", "at", "last_serial", "token"])]
    pub(crate) catalogue: bool,
    #[command(flatten)]
    pub(crate) shape: Shape,
    /// The token, @FILE, or - for standard input
    ///
    /// What no verifier can read, as claims that are no JSON object or a PASETO without room for its
    /// signature, has no id: after the findings the fault is told, with exit code 10.
    #[arg(value_name = "TOKEN|@FILE|-")]
    pub(crate) token: Option<String>,
}

/// How bad a finding must be to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warn,
    Note,
}

impl From<FailOn> for Level {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Error => Self::Error,
            FailOn::Warn => Self::Warn,
            FailOn::Note => Self::Note,
        }
    }
}
