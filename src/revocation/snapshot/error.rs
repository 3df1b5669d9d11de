//! Why there is no snapshot, and why a text is none.

use crate::key::Algorithm;
use crate::printable::shown;
use crate::revocation::StaleList;
use crate::token::FormFault;

/// Why no snapshot was signed or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The key is of another algorithm.
    #[error(
        "a snapshot is signed by an EdDSA key of its own, and this one is for {0}: waxseal keys new --alg EdDSA"
    )]
    Algorithm(Algorithm),
    /// The key cannot sign.
    #[error("the feed key cannot sign: it is public, or its key_ops forbid it")]
    NotForSigning,
    /// There is no list.
    #[error("there is no list to be signed, only a reason why there is none")]
    NoList,
    /// The list itself is too old: who follows would refuse it.
    #[error("nothing is signed: {0}")]
    Stale(#[from] StaleList),
    /// The list has more entries than a snapshot can hold.
    #[error(
        "the snapshot would have {has} bytes; at most {most} are read. End a scope or everything instead of each session"
    )]
    TooLong {
        /// Its bytes.
        has: usize,
        /// Bytes allowed.
        most: usize,
    },
    /// The serials are used up: one that was far ahead stands in the file.
    #[error(
        "serial {last} is the last there is: move that snapshot away, and give its followers a new feed key"
    )]
    Serial {
        /// The serial before.
        last: u64,
    },
    /// The file is something else.
    #[error(
        "{place} is there, and no snapshot signed by this key ({why}): it is not replaced. Name another file, or move that one away"
    )]
    NotOurs {
        /// Where.
        place: String,
        /// Why it is none.
        why: String,
    },
    /// The file cannot be read or written.
    #[error("{place}: {why}")]
    Place {
        /// Where.
        place: String,
        /// What the system says.
        why: String,
    },
}

impl SnapshotError {
    /// A stable word for the cause.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Algorithm(_) => "feed_key_algorithm",
            Self::NotForSigning => "feed_key_public",
            Self::NoList => "no_list",
            Self::Stale(_) => "list_stale",
            Self::TooLong { .. } => "snapshot_too_long",
            Self::Serial { .. } => "serials_used_up",
            Self::NotOurs { .. } => "not_a_snapshot",
            Self::Place { .. } => "cannot_write",
        }
    }
}

/// Why a text is no snapshot that the key signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotFault {
    /// Too long, or no JWS.
    #[error("{0}")]
    Form(#[from] FormFault),
    /// Another key, or another algorithm.
    #[error("it says \"{}\", and the feed key is {key}", shown(.found))]
    Key {
        /// What it names.
        found: String,
        /// What the key is.
        key: String,
    },
    /// The signature is not the key's.
    #[error("the feed key did not sign it")]
    Unauthentic,
    /// It is signed, and something else.
    #[error("its typ is {}, and that of a snapshot revocations+jwt", match .0 { Some(typ) => format!("\"{}\"", shown(typ)), None => "absent".into() })]
    Type(Option<String>),
    /// Another version wrote it.
    #[error("it has format version {0}; this build reads version 1")]
    Version(u64),
    /// It is signed, and cannot be read.
    #[error("it is signed, and cannot be read: {0}")]
    Content(String),
}
