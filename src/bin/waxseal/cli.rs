//! The command line, as clap reads it. Help, completions and man pages are made from it.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use waxseal::key::Algorithm;
use waxseal::time::{Timestamp, Zone};

use crate::times;

/// Stateless sessions: mint, inspect, verify and explain tokens; keep the keys.
///
/// Without a verb a piped token is inspected: `pbpaste | waxseal`.
#[derive(Debug, Parser)]
#[command(
    name = "waxseal",
    disable_version_flag = true,
    after_help = "Exit status: 0 done or verified; 10-16 the token is refused; 64-66 usage or input; \
                  73-77 files and guards. `waxseal man` lists them all.",
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Print the version
    #[arg(short = 'V', long)]
    pub(crate) version: bool,
    /// With --version, or a piped token: print JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

impl Cli {
    pub(crate) fn help() -> String {
        Self::command().render_help().to_string()
    }
}

/// Options of every verb.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// When to use colours; NO_COLOR and TERM=dumb turn them off
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN", help_heading = EVERYWHERE)]
    pub(crate) color: Color,
    /// Say nothing on standard error but failures
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = EVERYWHERE)]
    pub(crate) quiet: bool,
    /// Say on standard error what was read
    #[arg(short, long, global = true, help_heading = EVERYWHERE)]
    pub(crate) verbose: bool,
    /// Show times in this zone: utc, local or +02:00
    #[arg(long, global = true, value_parser = times::zone, default_value = "utc", value_name = "ZONE", allow_hyphen_values = true, help_heading = EVERYWHERE)]
    pub(crate) tz: Zone,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Tell one session's life, from login to refused theft, with real processes
    #[command(after_help = DEMO_EXAMPLES)]
    Demo(Demo),
    /// Mint a token: a session of a ring, or any claims under a key
    #[command(visible_alias = "sign", after_help = MINT_EXAMPLES)]
    Mint(Mint),
    /// Show what a token says; no key is needed, and nothing is verified
    #[command(visible_alias = "decode", after_help = INSPECT_EXAMPLES)]
    Inspect(Inspect),
    /// Judge a token: every check with its verdict, and what to do next
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(Verify),
    /// Make, show, import and export keys
    #[command(subcommand, after_help = KEYS_EXAMPLES)]
    Keys(Keys),
    /// Print a completion script
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the man page, or write all pages into a folder
    #[command(after_help = MAN_EXAMPLES)]
    Man {
        /// Where to write waxseal.1, waxseal-mint.1 and so on
        dir: Option<PathBuf>,
    },
    /// A login process of the demo, on its standard streams
    #[command(hide = true)]
    DemoLogin {
        /// The ring
        keys: PathBuf,
    },
    /// A verifying process of the demo, on its standard streams
    #[command(hide = true)]
    DemoVerifier {
        /// The JWK Set
        keys: PathBuf,
    },
}

const EVERYWHERE: &str = "Everywhere";

const DEMO_EXAMPLES: &str = "\
Examples:
  waxseal demo
  waxseal demo --dir story && sh story/steps.sh
  waxseal demo --formats";

const KEYS_EXAMPLES: &str = "\
Examples:
  waxseal keys init --keys keys --issuer https://id.example
  waxseal keys jwks --keys keys --out jwks.json
  waxseal keys new --alg EdDSA --out job.jwk";

const MINT_EXAMPLES: &str = "\
Examples:
  waxseal mint --keys keys --sub ada --aud shop --ttl 15m -c cart:='[7]'
  waxseal mint --keys keys --sub ada --aud shop '{\"cart\":[7]}' | waxseal inspect
  waxseal mint --key job.jwk --iss https://ci.example --sub job --aud api --ttl 5m";

const INSPECT_EXAMPLES: &str = "\
Examples:
  pbpaste | waxseal inspect
  waxseal inspect @token.txt
  waxseal inspect --json @token.txt | jq .claims.exp";

const VERIFY_EXAMPLES: &str = "\
Examples:
  waxseal verify --keys keys --aud shop @token.txt
  waxseal verify --key jwks.json --iss https://id.example --aud shop --session @token.txt
  curl -s https://id.example/jwks.json | waxseal verify --key - @token.txt
  waxseal verify --keys keys --aud shop --at now+20m @token.txt";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  waxseal completions bash > ~/.local/share/bash-completion/completions/waxseal";

const MAN_EXAMPLES: &str = "\
Examples:
  waxseal man | man -l -
  waxseal man ~/.local/share/man/man1";

const KEYS_INIT_EXAMPLES: &str = "\
Examples:
  waxseal keys init --keys keys --issuer https://id.example
  waxseal keys init --keys keys --issuer https://id.example --purpose sealed";

const KEYS_NEW_EXAMPLES: &str = "\
Examples:
  waxseal keys new --alg EdDSA --out job.jwk";

const KEYS_PUBLIC_EXAMPLES: &str = "\
Examples:
  waxseal keys public job.jwk > job.pub.jwk
  waxseal keys public --keys keys";

const KEYS_JWKS_EXAMPLES: &str = "\
Examples:
  waxseal keys jwks --keys keys --out jwks.json";

const KEYS_IMPORT_EXAMPLES: &str = "\
Examples:
  waxseal keys import old.jwk --keys keys
  waxseal keys import raw:secret.bin --alg HS256 --keys hs256-keys";

const KEYS_EXPORT_EXAMPLES: &str = "\
Examples:
  waxseal keys export k1-mm4e9d --keys keys --ring id.example --out backup.jwk";

/// `waxseal demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Show one session in every format instead
    #[arg(long)]
    pub(crate) formats: bool,
    /// Where to leave the ring, the tokens and steps.sh; a new temporary folder by default
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

/// `waxseal mint`.
#[derive(Debug, Args)]
pub(crate) struct Mint {
    /// The ring that mints a session; WAXSEAL_KEYS may hold its path
    #[arg(long, value_name = "DIR", conflicts_with = "key")]
    pub(crate) keys: Option<String>,
    /// A private JWK that mints any claims; raw:FILE, hex:FILE or b64:FILE for a bare secret
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
    /// How long the token lives: 90s, 15m, 2h30m; 15m by default
    #[arg(long, short, value_name = "TIME", value_parser = times::duration)]
    pub(crate) ttl: Option<Duration>,
    /// The header's typ, with --key; JWT by default
    #[arg(long, value_name = "TYP", conflicts_with = "keys")]
    pub(crate) typ: Option<String>,
    /// A member of the state (a session) or a claim (--key): NAME=TEXT or NAME:=JSON
    #[arg(long = "claim", short = 'c', value_name = "NAME=TEXT")]
    pub(crate) claims: Vec<String>,
    /// The state or the claims as one JSON object, @FILE, or - for standard input
    #[arg(value_name = "JSON|@FILE|-")]
    pub(crate) json: Option<String>,
}

/// How to print.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Shape {
    /// Print one JSON object
    #[arg(long, conflicts_with = "plain")]
    pub(crate) json: bool,
    /// Print lines of name, tab, value
    #[arg(long)]
    pub(crate) plain: bool,
}

/// `waxseal inspect`.
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    #[command(flatten)]
    pub(crate) shape: Shape,
    /// The token, @FILE, or - for standard input
    #[arg(value_name = "TOKEN|@FILE|-")]
    pub(crate) token: Option<String>,
}

impl Inspect {
    /// Inspects what is piped in.
    pub(crate) fn of_stdin(json: bool) -> Self {
        Self { shape: Shape { json, plain: false }, token: None }
    }
}

/// `waxseal verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// A JWK or JWK Set, - for standard input; raw:FILE, hex:FILE or b64:FILE for a bare secret
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
    /// Require this typ in the header
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
    /// What the payload is: claims, or raw bytes that are not read
    #[arg(long, value_enum, default_value_t = Payload::Claims, value_name = "KIND")]
    pub(crate) payload: Payload,
    /// Ask for a session of ours, with all its claims
    #[arg(long, conflicts_with_all = ["typ", "payload"])]
    pub(crate) session: bool,
    #[command(flatten)]
    pub(crate) shape: Shape,
    /// The token, @FILE, or - for standard input
    #[arg(value_name = "TOKEN|@FILE|-")]
    pub(crate) token: Option<String>,
}

/// What a payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Payload {
    Claims,
    Raw,
}

/// What a new ring is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Purpose {
    /// Others verify with public keys; everyone can read (Ed25519)
    Signed,
    /// Only the issuer reads and verifies (AES-256-GCM)
    Sealed,
}

/// `waxseal keys ...`.
#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Make a key ring: one key that signs, one staged
    #[command(after_help = KEYS_INIT_EXAMPLES)]
    Init {
        /// The folder; WAXSEAL_KEYS may hold its path
        #[arg(long, value_name = "DIR")]
        keys: Option<String>,
        /// Who mints: a URL, the `iss` of every token
        #[arg(long, value_name = "URL")]
        issuer: String,
        /// The algorithm of its keys
        #[arg(long, value_name = "NAME", conflicts_with = "purpose")]
        alg: Option<Algorithm>,
        /// Or what the ring is for, which chooses it; signed by default
        #[arg(long, value_enum, value_name = "KIND")]
        purpose: Option<Purpose>,
        /// Its name, asked for before a secret leaves it; the issuer's host by default
        #[arg(long)]
        name: Option<String>,
        /// The longest that a session may go unused and still be renewed: the ring keeps its keys
        /// that much longer
        #[arg(long, value_name = "TIME", default_value = "8h", value_parser = times::duration)]
        longest_life: Duration,
        /// Say what would be made
        #[arg(short = 'n', long)]
        dry_run: bool,
    },
    /// Make one private key in a file of its own
    #[command(after_help = KEYS_NEW_EXAMPLES)]
    New {
        /// The algorithm
        #[arg(long, value_name = "NAME")]
        alg: Algorithm,
        /// Its kid
        #[arg(long, value_name = "NAME")]
        kid: Option<String>,
        /// The file, made 0600 and never overwritten; - for standard output
        #[arg(long, value_name = "FILE")]
        out: String,
        /// Say what would be made
        #[arg(short = 'n', long)]
        dry_run: bool,
    },
    /// Print the public half of a key
    #[command(after_help = KEYS_PUBLIC_EXAMPLES)]
    Public {
        /// A JWK file, or - for standard input
        #[arg(value_name = "FILE|-", conflicts_with = "keys")]
        file: Option<String>,
        /// A key ring: the key that signs, or the one that --kid names
        #[arg(long, value_name = "DIR")]
        keys: Option<String>,
        /// The key's kid, in a ring
        #[arg(long, value_name = "KID", conflicts_with = "file")]
        kid: Option<String>,
    },
    /// Print the public halves of a ring as a JWK Set
    #[command(after_help = KEYS_JWKS_EXAMPLES)]
    Jwks {
        /// The key ring; WAXSEAL_KEYS may hold its path
        #[arg(long, value_name = "DIR")]
        keys: Option<String>,
        /// Write this file instead, whole or not at all
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Add a private key to a ring, staged: it verifies, and does not sign yet
    #[command(after_help = KEYS_IMPORT_EXAMPLES)]
    Import {
        /// A JWK file; raw:FILE, hex:FILE or b64:FILE for a bare secret
        file: String,
        /// The key ring; WAXSEAL_KEYS may hold its path
        #[arg(long, value_name = "DIR")]
        keys: Option<String>,
        /// The algorithm of a key that does not say its own
        #[arg(long, value_name = "NAME")]
        alg: Option<Algorithm>,
        /// Say what would be done
        #[arg(short = 'n', long)]
        dry_run: bool,
    },
    /// Write a private key of a ring to a file
    #[command(after_help = KEYS_EXPORT_EXAMPLES)]
    Export {
        /// The key's kid
        kid: String,
        /// The key ring; WAXSEAL_KEYS may hold its path
        #[arg(long, value_name = "DIR")]
        keys: Option<String>,
        /// The ring's name: a secret leaves only when you say whose it is
        #[arg(long, value_name = "NAME")]
        ring: String,
        /// The file, made 0600 and never overwritten; - for standard output
        #[arg(long, value_name = "FILE")]
        out: String,
        /// Say what would be done
        #[arg(short = 'n', long)]
        dry_run: bool,
    },
}
