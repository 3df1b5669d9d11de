//! The verbs of `waxseal keys` that look at a ring and rotate its keys.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use waxseal::key::Algorithm;
use waxseal::time::Timestamp;

use crate::cli::{FailOn, Shape};
use crate::times;

pub(super) const STATUS_EXAMPLES: &str = "\
Examples:
  waxseal keys status --keys keys
  waxseal keys status --keys keys --at now+30d
  waxseal keys status --keys keys --json | jq -r '.keys[] | select(.state == \"signing\").kid'";

pub(super) const PLAN_EXAMPLES: &str = "\
Examples:
  waxseal keys plan --keys keys
  waxseal keys plan --keys keys --check || echo 'cron has not run'";

pub(super) const TICK_EXAMPLES: &str = "\
Examples:
  waxseal keys tick --keys keys
  waxseal keys tick --keys keys --dry-run
  17 * * * *  waxseal keys tick --keys /srv/keys --by cron --quiet
  cp -a keys rehearsal && waxseal keys tick --keys rehearsal --at now+31d";

pub(super) const STAGE_EXAMPLES: &str = "\
Examples:
  waxseal keys stage --keys keys
  waxseal keys stage --keys keys --alg ES256
  waxseal keys stage --keys keys --hold-until 2027-06-30T00:00:00Z --hold-why 'audit 12'";

pub(super) const PROMOTE_EXAMPLES: &str = "\
Examples:
  waxseal keys promote 2 --keys keys
  waxseal keys promote 2 --keys keys --dry-run
  waxseal keys promote 2 --keys keys --seen shop.json --seen mail.json --yes";

pub(super) const ROLLBACK_EXAMPLES: &str = "\
Examples:
  waxseal keys rollback --keys keys --yes";

pub(super) const REVOKE_EXAMPLES: &str = "\
Examples:
  waxseal keys revoke 1 --keys keys --reason 'laptop stolen' --promote 2 --dry-run
  waxseal keys revoke 1 --keys keys --reason 'laptop stolen' --promote 2 --ring id.example
  waxseal keys revoke 1 --keys keys --reason 'laptop stolen' --stop-signing --ring id.example";

pub(super) const PRUNE_EXAMPLES: &str = "\
Examples:
  waxseal keys prune --keys keys --ring id.example
  waxseal keys prune 1 --keys keys --release k1-mm4e9d --ring id.example";

pub(super) const USAGE_EXAMPLES: &str = "\
Examples:
  cut -f7 access.log | waxseal keys usage --keys keys
  waxseal keys usage access.log --keys keys --json | jq .unknown";

pub(super) const CHECK_EXAMPLES: &str = "\
Examples:
  waxseal keys check --keys keys
  waxseal keys check --keys keys --repair
  waxseal keys check --keys keys --fail-on warn --last-serial 31";

pub(super) const LOG_EXAMPLES: &str = "\
Examples:
  waxseal keys log --keys keys
  waxseal keys log --keys keys --json | jq -r '.entries[] | select(.what == \"promote\").at.text'";

// Which ring is looked at, and when.
#[derive(Debug, Args)]
pub(crate) struct Look {
    /// The key ring; WAXSEAL_KEYS may hold its path
    #[arg(long, value_name = "DIR")]
    pub(crate) keys: Option<String>,
    /// Look as if it were this time: RFC 3339, @SECONDS, now+20m
    #[arg(long, value_name = "TIME", value_parser = times::moment)]
    pub(crate) at: Option<Timestamp>,
}

// Which ring is changed, by whom, and when.
#[derive(Debug, Args)]
pub(crate) struct Change {
    /// The key ring; WAXSEAL_KEYS may hold its path
    #[arg(long, value_name = "DIR")]
    pub(crate) keys: Option<String>,
    /// Say what would be done, and write nothing
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
    /// Who acts, for the history; the account by default
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) by: Option<String>,
    /// Rehearse: act as if it were this time, on a copy of the ring
    ///
    /// What is done is written with that time. Running services do not follow a promotion that is
    /// ahead of their clocks, so that a rehearsal in the wrong folder makes none of them sign early.
    #[arg(long, value_name = "TIME", value_parser = times::moment)]
    pub(crate) at: Option<Timestamp>,
}

// A promise not to prune a key.
#[derive(Debug, Args)]
pub(crate) struct Hold {
    /// Do not prune the key before this time, even when its tokens have ended
    #[arg(long, value_name = "TIME", value_parser = times::moment, requires = "hold_why")]
    pub(crate) hold_until: Option<Timestamp>,
    /// Why, for whoever wants to
    #[arg(long, value_name = "TEXT", requires = "hold_until", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) hold_why: Option<String>,
    /// Nothing is asked; for scripts that say it everywhere
    #[arg(long, hide = true)]
    pub(crate) yes: bool,
}

// `waxseal keys status`.
#[derive(Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) look: Look,
    #[command(flatten)]
    pub(crate) shape: Shape,
}

// `waxseal keys plan`.
#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) look: Look,
    /// Exit with 2 if anything is due now
    #[arg(long)]
    pub(crate) check: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

// `waxseal keys tick`.
#[derive(Debug, Args)]
pub(crate) struct Tick {
    #[command(flatten)]
    pub(crate) change: Change,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

// `waxseal keys stage`.
#[derive(Debug, Args)]
pub(crate) struct Stage {
    #[command(flatten)]
    pub(crate) change: Change,
    /// The algorithm; that of the key which signs by default
    #[arg(long, value_name = "NAME")]
    pub(crate) alg: Option<Algorithm>,
    #[command(flatten)]
    pub(crate) hold: Hold,
}

// `waxseal keys promote`.
#[derive(Debug, Args)]
pub(crate) struct Promote {
    /// The key, by its number or kid
    #[arg(value_name = "SEQ")]
    pub(crate) key: String,
    #[command(flatten)]
    pub(crate) change: Change,
    /// Do not ask
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// The JWK Set as one verifier serves or holds it now; repeat for every verifier
    ///
    /// If each of them holds the key, no time needs to pass. That these are all verifiers is your
    /// word.
    #[arg(long, value_name = "FILE")]
    pub(crate) seen: Vec<String>,
}

// `waxseal keys rollback`.
#[derive(Debug, Args)]
pub(crate) struct Rollback {
    #[command(flatten)]
    pub(crate) change: Change,
    /// Do not ask
    #[arg(short, long)]
    pub(crate) yes: bool,
}

// `waxseal keys revoke`.
#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// The key, by its number or kid
    #[arg(value_name = "SEQ")]
    pub(crate) key: String,
    #[command(flatten)]
    pub(crate) change: Change,
    /// Why, for the history
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) reason: String,
    /// The key that signs from then on, by its number or kid
    #[arg(long, value_name = "SEQ", conflicts_with = "stop_signing")]
    pub(crate) promote: Option<String>,
    /// No key signs until one is promoted: nobody can log in
    #[arg(long)]
    pub(crate) stop_signing: bool,
    /// The ring's name, where no terminal can ask for it
    #[arg(long, value_name = "NAME")]
    pub(crate) ring: Option<String>,
}

// `waxseal keys prune`.
#[derive(Debug, Args)]
pub(crate) struct Prune {
    /// The key, by its number or kid; every key whose tokens have ended by default
    #[arg(value_name = "SEQ")]
    pub(crate) key: Option<String>,
    #[command(flatten)]
    pub(crate) change: Change,
    /// Prune the key of this kid although it is held
    #[arg(long, value_name = "KID", requires = "key")]
    pub(crate) release: Option<String>,
    /// The ring's name, where no terminal can ask for it
    #[arg(long, value_name = "NAME")]
    pub(crate) ring: Option<String>,
}

// `waxseal keys usage`.
#[derive(Debug, Args)]
pub(crate) struct Usage {
    /// Lines with a token in each, as of an access log; standard input by default
    #[arg(value_name = "FILE|-")]
    pub(crate) file: Option<String>,
    #[command(flatten)]
    pub(crate) look: Look,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

// `waxseal keys check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) look: Look,
    /// First remove temporary files, write the published set anew and complete the history
    #[arg(long, conflicts_with = "at")]
    pub(crate) repair: bool,
    /// Exit with 1 if a finding is at least this bad
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "LEVEL")]
    pub(crate) fail_on: FailOn,
    /// The ring's serial was this once; a lower one is an old ring put back
    #[arg(long, value_name = "N")]
    pub(crate) last_serial: Option<u64>,
    #[command(flatten)]
    pub(crate) shape: Shape,
}

// `waxseal keys log`.
#[derive(Debug, Args)]
pub(crate) struct Log {
    /// The key ring; WAXSEAL_KEYS may hold its path
    #[arg(long, value_name = "DIR")]
    pub(crate) keys: Option<String>,
    /// The newest events only
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
