//! `waxseal mint`.

use std::time::Duration;

use clap::Args;
use waxseal::key::Algorithm;

use crate::times;

pub(super) const MINT_EXAMPLES: &str = "\
Examples:
  waxseal mint --keys keys --sub ada --aud shop --ttl 15m -c cart:='[7]'
  waxseal mint --keys keys --sub ada --aud shop '{\"cart\":[7]}' | waxseal inspect
  waxseal mint --key job.jwk --iss https://ci.example --sub job --aud api --ttl 5m
  waxseal mint --key job.pem --alg RS256 --sub job --aud api -c scope=read
  waxseal mint --key job.paserk --sub job --aud api --implicit-assertion tenant-7";

// `waxseal mint`.
#[derive(Debug, Args)]
pub(crate) struct Mint {
    /// The ring that mints a session; WAXSEAL_KEYS may hold its path
    #[arg(long, value_name = "DIR", conflicts_with = "key")]
    pub(crate) keys: Option<String>,
    /// A private key (JWK, PEM, PASERK) that mints any claims; raw:FILE, hex:FILE or b64:FILE for a
    /// bare secret
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<String>,
    /// The algorithm of a key that does not say its own
    #[arg(long, value_name = "NAME", conflicts_with = "keys")]
    pub(crate) alg: Option<Algorithm>,
    /// The subject: who logged in
    #[arg(long, short, value_name = "NAME")]
    pub(crate) sub: Option<String>,
    /// The audience: which service it is for
    #[arg(long, short, value_name = "NAME")]
    pub(crate) aud: Option<String>,
    /// The issuer; a ring knows its own
    #[arg(long, short, value_name = "URL")]
    pub(crate) iss: Option<String>,
    /// The named scope that can end the session, with --keys: a tenant, say
    #[arg(long, value_name = "NAME", conflicts_with = "key")]
    pub(crate) scope: Option<String>,
    /// How long the token lives: 90s, 15m, 2h30m; 15m by default
    #[arg(long, short, value_name = "TIME", value_parser = times::duration)]
    pub(crate) ttl: Option<Duration>,
    /// The typ, with --key: in the header, where it is JWT by default, or in a PASETO's claims
    #[arg(long, value_name = "TYP", conflicts_with = "keys")]
    pub(crate) typ: Option<String>,
    /// The footer of a PASETO, with --key; by default it names the key
    #[arg(long, value_name = "TEXT", conflicts_with = "keys")]
    pub(crate) footer: Option<String>,
    /// What a PASETO is bound to and does not hold, with --key
    #[arg(long, value_name = "TEXT", conflicts_with = "keys")]
    pub(crate) implicit_assertion: Option<String>,
    /// A member of the state (a session) or a claim (--key): NAME=TEXT or NAME:=JSON
    #[arg(long = "claim", short = 'c', value_name = "NAME=TEXT")]
    pub(crate) claims: Vec<String>,
    /// The state or the claims as one JSON object, @FILE, or - for standard input
    #[arg(value_name = "JSON|@FILE|-")]
    pub(crate) json: Option<String>,
}
