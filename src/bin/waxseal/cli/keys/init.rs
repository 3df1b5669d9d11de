//! `waxseal keys init`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use waxseal::key::Algorithm;
use waxseal::keyring::RingPolicy;

use crate::times;

pub(super) const INIT_EXAMPLES: &str = "\
Examples:
  waxseal keys init --keys keys --issuer https://id.example
  waxseal keys init --keys keys --issuer https://id.example --purpose sealed
  waxseal keys init --keys keys --issuer https://id.example --publish /srv/www/jwks.json --cache 1h
  waxseal keys init --keys keys --issuer https://id.example --alg RS256 --first-key rsa.pem";

/// What a new ring is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Purpose {
    /// Others verify with public keys; everyone can read (Ed25519)
    Signed,
    /// Only the issuer reads and verifies (AES-256-GCM)
    Sealed,
}

// `waxseal keys init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder; WAXSEAL_KEYS may hold its path
    #[arg(long, value_name = "DIR")]
    pub(crate) keys: Option<String>,
    /// Who mints: a URL, the `iss` of every token
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: String,
    /// The algorithm of its keys
    #[arg(long, value_name = "NAME", conflicts_with = "purpose")]
    pub(crate) alg: Option<Algorithm>,
    /// Or what the ring is for, which chooses it; signed by default
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) purpose: Option<Purpose>,
    /// A private key made elsewhere that signs first: an RSA ring begins so
    #[arg(long, value_name = "FILE", conflicts_with = "purpose")]
    pub(crate) first_key: Option<String>,
    /// Its name, asked for before a secret leaves it; the issuer's host by default
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Keep the published set in this file too, outside the folder; repeat for more
    #[arg(long, value_name = "FILE")]
    pub(crate) publish: Vec<PathBuf>,
    /// Refuse key files that a group can read, where otherwise a warning is given
    #[arg(long)]
    pub(crate) strict_permissions: bool,
    #[command(flatten)]
    pub(crate) policy: Policy,
    /// Say what would be made
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
}

// The lifetimes that a ring keeps its keys for.
#[derive(Debug, Args)]
#[command(next_help_heading = "Policy, fixed for the life of the ring")]
pub(crate) struct Policy {
    /// L: the longest that a session may go unused and still be renewed: the ring keeps its keys
    /// that much longer
    #[arg(long, value_name = "TIME", default_value = "8h", value_parser = times::duration)]
    longest_life: Duration,
    /// C: the longest that a verifier may keep a copy of the public keys: no key signs before it was
    /// published for so long
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = times::duration)]
    cache: Duration,
    /// S: the largest difference between the clocks of two hosts
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = times::duration)]
    skew: Duration,
    /// R: how soon a service that follows the ring sees a change
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = times::duration)]
    reload: Duration,
    /// How long one key signs
    #[arg(long, value_name = "TIME", default_value = "30d", value_parser = times::duration)]
    period: Duration,
    /// The most keys that verify at once
    #[arg(long, value_name = "N", default_value_t = RingPolicy::default().max_live_keys)]
    cap: usize,
    /// The most tokens minted in a day; bounds the use of one sealing key
    #[arg(long, value_name = "N", default_value_t = RingPolicy::default().max_mints_per_day)]
    mints_per_day: u64,
}

impl From<Policy> for RingPolicy {
    fn from(options: Policy) -> Self {
        Self {
            longest_life: options.longest_life,
            verifier_cache: options.cache,
            skew: options.skew,
            reload: options.reload,
            period: options.period,
            max_mints_per_day: options.mints_per_day,
            max_live_keys: options.cap,
        }
    }
}
