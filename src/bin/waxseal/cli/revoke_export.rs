//! `waxseal revoke export`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::revoke::Store;

pub(super) const EXPORT_EXAMPLES: &str = "\
Examples:
  waxseal keys new --alg EdDSA --kid feed-1 --out feed.jwk
  waxseal keys public feed.jwk > feed.public.jwk
  waxseal revoke export --key feed.jwk --out revocations.jwt
  * * * * *  waxseal revoke export --store /srv/revoked.db --key /srv/feed.jwk --out /srv/www/revocations.jwt";

/// Write the list as a signed snapshot, for verifiers on other hosts
///
/// The snapshot expires after B: write it anew well within that, from cron, or let `waxseal serve
/// --revoked` do both. The file is replaced whole; a file that is no snapshot of this key is not
/// replaced.
///
/// Names in it are hashes, which can be guessed: who has the file can test whether a name is in it.
#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) store: Store,
    /// The feed key: an EdDSA key that signs nothing else
    #[arg(long, value_name = "FILE")]
    pub(crate) key: String,
    /// Where to write it; - for standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Say whose list it is, as iss
    #[arg(long, value_name = "ISSUER", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) iss: Option<String>,
}
