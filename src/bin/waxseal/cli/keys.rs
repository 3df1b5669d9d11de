//! `waxseal keys`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Subcommand, ValueEnum};
use waxseal::key::Algorithm;

use crate::times;

pub(super) const KEYS_EXAMPLES: &str = "\
Examples:
  waxseal keys init --keys keys --issuer https://id.example
  waxseal keys jwks --keys keys --out jwks.json
  waxseal keys new --alg EdDSA --out job.jwk
  waxseal keys new --alg ES256 --form pem --out job.pem
  waxseal keys new --alg v4.local --form paserk --out job.paserk";

const KEYS_INIT_EXAMPLES: &str = "\
Examples:
  waxseal keys init --keys keys --issuer https://id.example
  waxseal keys init --keys keys --issuer https://id.example --purpose sealed
  waxseal keys init --keys keys --issuer https://id.example --alg RS256 --first-key rsa.pem";

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
  waxseal keys jwks --keys keys --out jwks.json";

const KEYS_IMPORT_EXAMPLES: &str = "\
Examples:
  waxseal keys import old.jwk --keys keys
  waxseal keys import raw:secret.bin --alg HS256 --keys hs256-keys";

const KEYS_EXPORT_EXAMPLES: &str = "\
Examples:
  waxseal keys export k1-mm4e9d --keys keys --ring id.example --out backup.jwk";

/// What a new ring is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Purpose {
    /// Others verify with public keys; everyone can read (Ed25519)
    Signed,
    /// Only the issuer reads and verifies (AES-256-GCM)
    Sealed,
}

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
        /// A private key made elsewhere that signs first: an RSA ring begins so
        #[arg(long, value_name = "FILE", conflicts_with = "purpose")]
        first_key: Option<String>,
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
        /// The key's kid, in a ring
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
        /// A key file in any form; raw:FILE, hex:FILE or b64:FILE for a bare secret
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
