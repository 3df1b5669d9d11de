//! `waxseal keys`.

mod init;
mod rotation;

use std::path::PathBuf;

use clap::{Command, Subcommand, ValueEnum};
use waxseal::key::Algorithm;

pub(crate) use init::{Init, Purpose};
pub(crate) use rotation::{
    Change, Check, Hold, Log, Look, Plan, Promote, Prune, Revoke, Rollback, Stage, Status, Tick,
    Usage,
};

pub(super) const KEYS_EXAMPLES: &str = "\
Examples:
  waxseal keys init --keys keys --issuer https://id.example
  waxseal keys status --keys keys
  waxseal keys tick --keys keys
  waxseal keys jwks --keys keys --out jwks.json
  waxseal keys new --alg EdDSA --out job.jwk
  waxseal keys new --alg ES256 --form pem --out job.pem
  waxseal keys new --alg v4.local --form paserk --out job.paserk";

const KEYS_NEW_EXAMPLES: &str = "\
Examples:
  waxseal keys new --alg EdDSA --out job.jwk
  waxseal keys new --alg ES256 --form pem --out job.pem
  waxseal keys new --alg v4.local --form paserk --out job.paserk";

const KEYS_CONVERT_EXAMPLES: &str = "\
Examples:
  waxseal keys convert key.pem --alg RS256 --form jwk --out key.jwk
  waxseal keys convert job.jwk --form pem --out -";

const KEYS_ID_EXAMPLES: &str = "\
Examples:
  waxseal keys id job.jwk
  waxseal keys id v4.paserk --json";

const KEYS_PUBLIC_EXAMPLES: &str = "\
Examples:
  waxseal keys public job.jwk > job.pub.jwk
  waxseal keys public key.pem --alg ES256 --form pem
  waxseal keys public --keys keys";

const KEYS_JWKS_EXAMPLES: &str = "\
Examples:
  waxseal keys jwks --keys keys --out jwks.json
  waxseal keys jwks --keys keys --headers";

const KEYS_IMPORT_EXAMPLES: &str = "\
Examples:
  waxseal keys import old.jwk --keys keys
  waxseal keys import raw:secret.bin --alg HS256 --keys hs256-keys";

const KEYS_EXPORT_EXAMPLES: &str = "\
Examples:
  waxseal keys export k1-mm4e9d --keys keys --ring id.example --out backup.jwk";

/// How a key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// JSON Web Key
    Jwk,
    /// PKCS #8, or SPKI for a public key
    Pem,
    /// PASERK, for PASETO keys
    Paserk,
}

impl Form {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Jwk => "JWK",
            Self::Pem => "PEM",
            Self::Paserk => "PASERK",
        }
    }
}

/// `waxseal keys ...`.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum Keys {
    /// Make a key ring: one key that signs, one staged
    #[command(after_help = init::INIT_EXAMPLES)]
    Init(Init),
    /// Tell what every key of a ring does, and what comes next
    #[command(after_help = rotation::STATUS_EXAMPLES)]
    Status(Status),
    /// Do every step of the rotation that is due: the verb for cron
    #[command(after_help = rotation::TICK_EXAMPLES)]
    Tick(Tick),
    /// End a key and every token that it signed: for services that follow the ring within R, for every
    /// verifier within C
    #[command(after_help = rotation::REVOKE_EXAMPLES)]
    Revoke(Revoke),
    /// Print the public halves of a ring as a JWK Set
    #[command(after_help = KEYS_JWKS_EXAMPLES)]
    Jwks {
        /// The key ring; WAXSEAL_KEYS may hold its path
        #[arg(long, value_name = "DIR")]
        keys: Option<String>,
        /// Write this file instead, whole or not at all
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Print a Content-Type, a Cache-Control that C allows and an empty line first, as the head of
        /// an HTTP response
        #[arg(long, conflicts_with = "out")]
        headers: bool,
    },
    /// Tell what tick would do, now and later
    #[command(after_help = rotation::PLAN_EXAMPLES)]
    Plan(Plan),
    /// Make another key in a ring: it verifies, and does not sign yet
    #[command(after_help = rotation::STAGE_EXAMPLES)]
    Stage(Stage),
    /// Let a staged key sign, once every verifier knows it
    #[command(after_help = rotation::PROMOTE_EXAMPLES)]
    Promote(Promote),
    /// Let the key sign again that did before
    #[command(after_help = rotation::ROLLBACK_EXAMPLES)]
    Rollback(Rollback),
    /// Remove the private halves of keys whose tokens have ended
    #[command(after_help = rotation::PRUNE_EXAMPLES)]
    Prune(Prune),
    /// Add a private key to a ring, staged: it verifies, and does not sign yet
    #[command(after_help = KEYS_IMPORT_EXAMPLES)]
    Import {
        /// A key file in any form; raw:FILE, hex:FILE or b64:FILE for a bare secret
        file: String,
        #[command(flatten)]
        change: Change,
        /// The algorithm of a key that does not say its own
        #[arg(long, value_name = "NAME")]
        alg: Option<Algorithm>,
        #[command(flatten)]
        hold: Hold,
    },
    /// Count which keys the tokens of a log name
    #[command(after_help = rotation::USAGE_EXAMPLES)]
    Usage(Usage),
    /// Tell everything that is wrong with a ring, and mend what can be mended
    #[command(after_help = rotation::CHECK_EXAMPLES)]
    Check(Check),
    /// Tell what happened to a ring, and whether that record is whole
    #[command(after_help = rotation::LOG_EXAMPLES)]
    Log(Log),
    /// Make one private key in a file of its own
    #[command(after_help = KEYS_NEW_EXAMPLES)]
    New {
        /// The algorithm
        #[arg(long, value_name = "NAME")]
        alg: Algorithm,
        /// Its kid
        #[arg(long, value_name = "NAME")]
        kid: Option<String>,
        /// How it is written
        #[arg(long, value_enum, default_value_t = Form::Jwk, value_name = "FORM")]
        form: Form,
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
        /// A key file in any form, or - for standard input
        #[arg(value_name = "FILE|-", conflicts_with = "keys")]
        file: Option<String>,
        /// A key ring: the key that signs, or the one that --kid names
        #[arg(long, value_name = "DIR")]
        keys: Option<String>,
        /// The key's kid or number, in a ring
        #[arg(long, value_name = "KID", conflicts_with = "file")]
        kid: Option<String>,
        /// The algorithm of a key that does not say its own
        #[arg(long, value_name = "NAME", conflicts_with = "keys")]
        alg: Option<Algorithm>,
        /// How it is written
        #[arg(long, value_enum, default_value_t = Form::Jwk, value_name = "FORM")]
        form: Form,
    },
    /// Write a key in another form
    #[command(after_help = KEYS_CONVERT_EXAMPLES)]
    Convert {
        /// A key file in any form, private or public, or - for standard input
        #[arg(value_name = "FILE|-")]
        file: String,
        /// The algorithm of a key that does not say its own
        #[arg(long, value_name = "NAME")]
        alg: Option<Algorithm>,
        /// How it is written
        #[arg(long, value_enum, value_name = "FORM")]
        form: Form,
        /// The file, never overwritten, 0600 for a private key; - for standard output
        #[arg(long, value_name = "FILE")]
        out: String,
        /// Say what would be done
        #[arg(short = 'n', long)]
        dry_run: bool,
    },
    /// Print the names of a key: algorithm, kid, thumbprint, PASERK id
    #[command(after_help = KEYS_ID_EXAMPLES)]
    Id {
        /// A key file in any form, or - for standard input
        #[arg(value_name = "FILE|-")]
        file: String,
        /// The algorithm of a key that does not say its own
        #[arg(long, value_name = "NAME")]
        alg: Option<Algorithm>,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Write a private key of a ring to a file
    #[command(after_help = KEYS_EXPORT_EXAMPLES)]
    Export {
        /// The key, by its number or kid
        #[arg(value_name = "SEQ")]
        kid: String,
        /// The key ring; WAXSEAL_KEYS may hold its path
        #[arg(long, value_name = "DIR")]
        keys: Option<String>,
        /// The ring's name, where no terminal can ask for it: a secret leaves only when you say whose
        /// it is
        #[arg(long, value_name = "NAME")]
        ring: Option<String>,
        /// How it is written
        #[arg(long, value_enum, default_value_t = Form::Jwk, value_name = "FORM")]
        form: Form,
        /// The file, made 0600 and never overwritten; - for standard output
        #[arg(long, value_name = "FILE")]
        out: String,
        /// Say what would be done
        #[arg(short = 'n', long)]
        dry_run: bool,
    },
}

/// The verbs that come first in [`Keys`] are an operator's; the others are rarely needed.
const OFTEN: usize = 5;

/// Help in two parts, from the verbs themselves: clap has no headings for them.
pub(super) fn in_two_parts(keys: Command) -> Command {
    let style = keys.get_styles().get_header();
    let heading = |text: &str| format!("{style}{text}{style:#}\n");
    let verbs: Vec<&Command> = keys.get_subcommands().filter(|verb| !verb.is_hide_set()).collect();
    let width = verbs.iter().map(|verb| verb.get_name().len()).max().unwrap_or(0);
    let literal = keys.get_styles().get_literal();
    let row = |verb: &&Command| {
        let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
        format!("  {literal}{:<width$}{literal:#}  {about}\n", verb.get_name())
    };
    let rows = |verbs: &[&Command]| verbs.iter().map(row).collect::<String>();
    let (often, rarely) = verbs.split_at(OFTEN.min(verbs.len()));
    let commands =
        format!("{}{}\n{}{}", heading("Commands:"), rows(often), heading("Rarely:"), rows(rarely));
    let options = heading("Everywhere:");
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{commands}\n{options}{{options}}{{after-help}}"
    );
    keys.help_template(template)
}
