//! `waxseal serve`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::times;

pub(super) const SERVE_EXAMPLES: &str = "\
Examples:
  waxseal serve --keys keys
  waxseal serve --jwks jwks.json --cache 24h --bind 127.0.0.1:9000
  waxseal serve --keys keys --revoked revoked.db --feed-key feed.jwk
  curl -i http://127.0.0.1:8080/.well-known/jwks.json
  curl -s http://127.0.0.1:8080/metrics";

/// Serve the public keys over HTTP, for verifiers on other hosts
///
/// GET /.well-known/jwks.json answers with the set, /healthz with ok (or 503 once the set could not be
/// read anew for a day), /metrics with OpenMetrics. The files are read again every second; one that
/// turns bad changes nothing. No private key but the feed key is ever read.
///
/// With --revoked, /.well-known/revocations.jwt answers with the revocation list, signed by the feed key
/// whenever an entry has come and every 10 s; 503 once the list is older than its B, and /healthz then
/// says so too. Verifiers in any language follow it: see the manual, page revocation_snapshot.
///
/// Each set may be cached for 0.4 C to 0.5 C, drawn anew: a copy is renewed well before C is over,
/// even when one try fails, and a fleet does not ask all at once.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The key ring whose jwks.json is served; WAXSEAL_KEYS may hold its path
    #[arg(long, value_name = "DIR", conflicts_with = "jwks")]
    pub(crate) keys: Option<String>,
    /// The JWK Set file to serve
    #[arg(long, value_name = "FILE")]
    pub(crate) jwks: Option<PathBuf>,
    /// With --jwks: C, the longest that a verifier may keep a copy; a ring has its own
    #[arg(long, value_name = "DURATION", value_parser = times::duration, default_value = "24h", conflicts_with = "keys")]
    pub(crate) cache: Duration,
    /// The revocation list to serve as a signed snapshot: a file, or redis://..; @FILE has the place in
    /// its first line
    #[arg(long, value_name = "PLACE", requires = "feed_key")]
    pub(crate) revoked: Option<String>,
    /// The key that signs it: an EdDSA key that signs nothing else (keys new --alg EdDSA)
    #[arg(long, value_name = "FILE", requires = "revoked")]
    pub(crate) feed_key: Option<String>,
    /// The address and port to listen on; port 0 takes a free one
    ///
    /// It speaks plain HTTP: put a proxy with TLS before it, and let it listen on this machine only.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) bind: SocketAddr,
}
