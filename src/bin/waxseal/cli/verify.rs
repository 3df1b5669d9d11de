//! `waxseal verify`.

use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};
use waxseal::key::Algorithm;
use waxseal::time::Timestamp;

use super::{Batch, Shape};
use crate::times;

pub(super) const VERIFY_EXAMPLES: &str = "\
Examples:
  waxseal verify --keys keys --aud shop @token.txt
  waxseal verify --key jwks.json --iss https://id.example --aud shop --session @token.txt
  curl -s https://id.example/jwks.json | waxseal verify --key - @token.txt
  waxseal verify --keys keys --aud shop --at now+20m @token.txt
  waxseal verify --keys keys --aud shop --session --revoked revoked.db @token.txt
  waxseal verify --key partner.pem --alg RS256 --aud shop --second-opinion @token.txt
  waxseal verify --key job.paserk --aud api --implicit-assertion tenant-7 @token.txt
  waxseal verify --keys keys --aud shop --jsonl --keep-going @tokens.txt > verdicts.jsonl";

// `waxseal verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// A JWK, JWK Set, PEM or PASERK, - for standard input; raw:FILE, hex:FILE or b64:FILE for a
    /// bare secret
    #[arg(long, value_name = "FILE", conflicts_with = "keys")]
    pub(crate) key: Option<String>,
    /// A key ring, or a file as --key takes; WAXSEAL_KEYS may hold the path
    #[arg(long, value_name = "DIR")]
    pub(crate) keys: Option<String>,
    /// Allow only keys of this algorithm; repeat for several
    #[arg(long, value_name = "NAME")]
    pub(crate) alg: Vec<Algorithm>,
    /// Require this issuer; a ring knows its own
    #[arg(long, short, value_name = "URL")]
    pub(crate) iss: Option<String>,
    /// Require this audience
    #[arg(long, short, value_name = "NAME")]
    pub(crate) aud: Option<String>,
    /// Require this typ, in the header or in a PASETO's claims
    #[arg(long, value_name = "TYP")]
    pub(crate) typ: Option<String>,
    /// Require this claim; repeat for several
    #[arg(long, value_name = "CLAIM")]
    pub(crate) require: Vec<String>,
    /// Judge as if it were this time: RFC 3339, @SECONDS, now+20m
    #[arg(long, value_name = "TIME", value_parser = times::moment)]
    pub(crate) at: Option<Timestamp>,
    /// Forgive this clock difference, at most 10m; 30s by default
    #[arg(long, value_name = "TIME", value_parser = times::leeway)]
    pub(crate) leeway: Option<Duration>,
    /// Ask this revocation list: the file that waxseal revoke init made, a file or URL of signed
    /// snapshots, or redis://..; @FILE has the place in its first line
    #[arg(long, value_name = "PLACE", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) revoked: Option<String>,
    /// The public key that signs the snapshots of --revoked
    #[arg(long, value_name = "FILE", requires = "revoked")]
    pub(crate) feed_key: Option<String>,
    /// With --revoked: the claim that holds a token's named scope; a session's is known
    #[arg(long, value_name = "CLAIM", requires = "revoked", conflicts_with = "session", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) scope_claim: Option<String>,
    /// What the payload is: claims, or raw bytes that are not read
    #[arg(long, value_enum, default_value_t = Payload::Claims, value_name = "KIND")]
    pub(crate) payload: Payload,
    /// Require a PASETO with exactly this footer
    #[arg(long, value_name = "TEXT")]
    pub(crate) footer: Option<String>,
    /// Require a PASETO that was minted with this implicit assertion
    #[arg(long, value_name = "TEXT")]
    pub(crate) implicit_assertion: Option<String>,
    /// Ask for a session of ours, with all its claims
    #[arg(long, conflicts_with_all = ["typ", "payload", "footer", "implicit_assertion"])]
    pub(crate) session: bool,
    /// Show what another library says too: jsonwebtoken of a JWS, pasetors of a PASETO
    #[arg(long)]
    pub(crate) second_opinion: bool,
    #[command(flatten)]
    pub(crate) shape: Shape,
    #[command(flatten)]
    pub(crate) batch: Batch,
    /// The token, @FILE, or - for standard input; several with --jsonl
    #[arg(value_name = "TOKEN|@FILE|-")]
    pub(crate) tokens: Vec<String>,
}

/// What a payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Payload {
    Claims,
    Raw,
}
