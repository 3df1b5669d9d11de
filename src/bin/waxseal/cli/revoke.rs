//! `waxseal revoke`.

use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Command, Subcommand};
use waxseal::claims::SessionId;
use waxseal::revocation::RevocationPolicy;
use waxseal::time::Timestamp;

use super::revoke_export::{EXPORT_EXAMPLES, Export};
use super::{Batch, Common, Shape};
use crate::times;

pub(super) const REVOKE_EXAMPLES: &str = "\
Examples:
  waxseal revoke init
  waxseal revoke add --sub ada
  waxseal revoke list";

const INIT_EXAMPLES: &str = "\
Examples:
  waxseal revoke init
  waxseal revoke init --store /srv/revoked.db --budget 60s";

const ADD_EXAMPLES: &str = "\
Examples:
  waxseal revoke add --sub ada
  waxseal revoke add --sid H9Ez54OdIP9wrGqtzkhIZA --reason 'lost phone'
  waxseal revoke add --sub ada --except H9Ez54OdIP9wrGqtzkhIZA
  waxseal revoke add --scope acme --before 2026-11-21T01:40:00Z --dry-run
  waxseal revoke add --sub ada --store redis://cache.example --local /srv/revoked.db
  waxseal revoke add --key k1-mm4e9d --reason 'laptop stolen' --yes";

const LIST_EXAMPLES: &str = "\
Examples:
  waxseal revoke list
  waxseal revoke list --store /srv/revoked.db --json | jq -r '.entries[].name'";

const CHECK_EXAMPLES: &str = "\
Examples:
  waxseal revoke check @ada.jwt
  waxseal revoke check --jsonl --keep-going @tokens.txt > verdicts.jsonl";

const STATUS_EXAMPLES: &str = "\
Examples:
  waxseal revoke status
  waxseal revoke status --store https://id.example/revocations.jwt --feed-key feed.public.jwk
  waxseal revoke status --store /srv/revoked.db --json | jq .exposure_seconds";

const PRUNE_EXAMPLES: &str = "\
Examples:
  waxseal revoke prune --dry-run
  7 4 * * *  waxseal revoke prune --store /srv/revoked.db --quiet";

/// `waxseal revoke ...`.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum Revocations {
    /// Make an empty revocation list
    #[command(after_help = INIT_EXAMPLES)]
    Init(NewList),
    /// End a session, a token, or all that began up to a moment
    #[command(after_help = ADD_EXAMPLES)]
    Add(AddEntry),
    /// Show every entry
    #[command(after_help = LIST_EXAMPLES)]
    List(ListEntries),
    /// Tell whether an entry names a token; no key is needed, and nothing is verified
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckTokens),
    /// Tell how the list does, and what it promises
    #[command(after_help = STATUS_EXAMPLES)]
    Status(ListStatus),
    /// Drop entries that end nothing any more
    ///
    /// An entry goes if it ended before the newest two were recorded, or by this clock if that is
    /// earlier: neither this clock nor one entry of a clock that was ahead undoes a logout. An entry of a
    /// key stays for ever.
    #[command(after_help = PRUNE_EXAMPLES)]
    Prune(PruneList),
    /// Write the list as a signed snapshot, for verifiers on other hosts
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(Export),
}

// Which list.
#[derive(Debug, Args)]
pub(crate) struct Store {
    /// The list; WAXSEAL_STORE may hold its path, else it is revoked.db. Who only looks may give a file
    /// or URL of signed snapshots, or redis://..; @FILE has the place in its first line
    #[arg(long = "store", value_name = "PLACE", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) place: Option<String>,
}

// Which list is looked at, wherever it is.
#[derive(Debug, Args)]
pub(crate) struct LookAt {
    #[command(flatten)]
    pub(crate) store: Store,
    /// The public key that signs the snapshots at --store
    #[arg(long, value_name = "FILE")]
    pub(crate) feed_key: Option<String>,
}

// `waxseal revoke init`.
#[derive(Debug, Args)]
pub(crate) struct NewList {
    #[command(flatten)]
    pub(crate) store: Store,
    #[command(flatten)]
    pub(crate) policy: Policy,
    /// Say what would be made
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
}

// The numbers of a list.
#[derive(Debug, Args)]
#[command(next_help_heading = "Policy, fixed for the life of the list")]
pub(crate) struct Policy {
    /// B: how old a verifier's copy may be for a token that lives longer than that; with less, a dead
    /// feed answers 503 sooner
    #[arg(long, value_name = "TIME", default_value = "15m30s", value_parser = times::duration)]
    budget: Duration,
    /// B_mint: how old the copy of a login service may be when it renews
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = times::duration)]
    renewal_budget: Duration,
    /// L: the longest that a token may be accepted for any purpose, renewal too; entries are kept that
    /// much longer
    #[arg(long, value_name = "TIME", default_value = "8h", value_parser = times::duration)]
    life: Duration,
    /// S: the largest difference between the clocks of two hosts
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = times::duration)]
    skew: Duration,
}

impl From<Policy> for RevocationPolicy {
    fn from(options: Policy) -> Self {
        Self::default()
            .budget(options.budget)
            .renewal_budget(options.renewal_budget)
            .longest_life(options.life)
            .skew(options.skew)
    }
}

// `waxseal revoke add`.
#[derive(Debug, Args)]
pub(crate) struct AddEntry {
    #[command(flatten)]
    pub(crate) what: What,
    /// Spare what began after this time: RFC 3339, @SECONDS, now, now-5m; now + S by default
    #[arg(long, value_name = "TIME", value_parser = times::moment, conflicts_with_all = ["sid", "jti", "key"])]
    pub(crate) before: Option<Timestamp>,
    /// Spare one session of --sub: log out the others
    #[arg(long, value_name = "SID", value_parser = session_id, allow_hyphen_values = true, requires = "sub")]
    pub(crate) except: Option<SessionId>,
    /// Why, for whoever reads the list: at most 256 bytes
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) store: Store,
    /// With --store redis://..: this writer's own copy, made by init; revoked.db by default
    #[arg(long, value_name = "FILE", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) local: Option<String>,
    /// Say what would be recorded, and write nothing
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
    /// Do not ask, where --key or --all would
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

impl AddEntry {
    /// Whether `text` is exactly an option of this verb.
    pub(crate) fn has_option(text: &str) -> bool {
        let mut verb = Self::augment_args(Common::augment_args(Command::new("add")));
        verb.build();
        verb.get_arguments().any(|option| {
            let long = option.get_long().map(|long| format!("--{long}"));
            let short = option.get_short().map(|short| format!("-{short}"));
            [long, short].into_iter().flatten().any(|spelled| spelled == text)
        })
    }
}

// What ends.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct What {
    /// A session with all its tokens: a logout
    #[arg(long, value_name = "SID", value_parser = NonEmptyStringValueParser::new(), allow_hyphen_values = true)]
    pub(crate) sid: Option<String>,
    /// One token; its renewals live on
    #[arg(long, value_name = "JTI", value_parser = NonEmptyStringValueParser::new(), allow_hyphen_values = true)]
    pub(crate) jti: Option<String>,
    /// Every session of a subject, on all devices
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new(), allow_hyphen_values = true)]
    pub(crate) sub: Option<String>,
    /// Every session of a named scope, a tenant say
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new(), allow_hyphen_values = true)]
    pub(crate) scope: Option<String>,
    /// Every token of a key, whatever its times say
    #[arg(long, value_name = "KID", value_parser = NonEmptyStringValueParser::new(), allow_hyphen_values = true)]
    pub(crate) key: Option<String>,
    /// Every session of everybody
    #[arg(long)]
    pub(crate) all: bool,
}

fn session_id(text: &str) -> Result<SessionId, String> {
    text.parse().map_err(|_| format!("{text:?} is no session id of ours: 22 letters, digits, - _"))
}

// `waxseal revoke list`.
#[derive(Debug, Args)]
pub(crate) struct ListEntries {
    #[command(flatten)]
    pub(crate) look: LookAt,
    #[command(flatten)]
    pub(crate) shape: Shape,
}

// `waxseal revoke check`.
#[derive(Debug, Args)]
pub(crate) struct CheckTokens {
    #[command(flatten)]
    pub(crate) look: LookAt,
    /// The claim that holds the named scope of a token that is no session of ours
    #[arg(long, value_name = "CLAIM", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) scope_claim: Option<String>,
    #[command(flatten)]
    pub(crate) shape: Shape,
    #[command(flatten)]
    pub(crate) batch: Batch,
    /// The token, @FILE, or - for standard input; several with --jsonl
    #[arg(value_name = "TOKEN|@FILE|-")]
    pub(crate) tokens: Vec<String>,
}

// `waxseal revoke status`.
#[derive(Debug, Args)]
pub(crate) struct ListStatus {
    #[command(flatten)]
    pub(crate) look: LookAt,
    #[command(flatten)]
    pub(crate) shape: Shape,
}

// `waxseal revoke prune`.
#[derive(Debug, Args)]
pub(crate) struct PruneList {
    #[command(flatten)]
    pub(crate) store: Store,
    /// Say what would be dropped, and write nothing
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
