//! Why a token is dead, a list too old, a revocation not recorded, or a store not read.

use std::time::Duration;

use crate::limits;
use crate::time::{Span, Timestamp};

use super::Kind;

/// Which entry of the list names the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Revoked {
    /// This one token (`jti`).
    #[error("this token was revoked")]
    Token,
    /// The session that it belongs to (`sid`): a logout.
    #[error("this session was revoked")]
    Session,
    /// Every session of its subject that began up to a moment.
    #[error("every session of this subject that began up to {cut} was revoked")]
    Subject {
        /// That moment.
        cut: Timestamp,
    },
    /// Every session of its named scope that began up to a moment.
    #[error("every session of this scope that began up to {cut} was revoked")]
    Scope {
        /// That moment.
        cut: Timestamp,
    },
    /// Every token of its key.
    #[error("every token of this key was revoked")]
    Key,
    /// Every session that began up to a moment.
    #[error("every session that began up to {cut} was revoked")]
    Everything {
        /// That moment.
        cut: Timestamp,
    },
}

impl Revoked {
    /// A stable word for it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Token => "token_revoked",
            Self::Session => "session_revoked",
            Self::Subject { .. } => "subject_revoked",
            Self::Scope { .. } => "scope_revoked",
            Self::Key => "key_revoked",
            Self::Everything { .. } => "all_revoked",
        }
    }
}

/// The list was last read too long ago: a revocation may have been missed.
///
/// The fault is on our side and passes. Answer 503, never 401: nobody is to be logged out by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the revocation list is {} old, and may be {} at most here", Span(*.age), Span(*.most))]
pub struct StaleList {
    /// How old it is.
    pub age: Duration,
    /// How old it may be.
    pub most: Duration,
}

/// The token lives longer than the list keeps what ends it: it would come back to life.
///
/// The fault is on our side: the list was made for shorter lives (L).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the token lives {}, and the revocation list forgets after {}: make the list with a longer L",
    Span(*.lives),
    Span(*.most)
)]
pub struct OutlivesList {
    /// From its `iat` to its `exp`; without an `exp` for ever.
    pub lives: Duration,
    /// L.
    pub most: Duration,
}

/// Why a token does not pass the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Revoked(Revoked),
    Stale(StaleList),
    Outlives(OutlivesList),
}

/// Why nothing was revoked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevokeError {
    /// No name.
    #[error("the {0} to be revoked is empty")]
    Empty(Kind),
    /// A text is too long.
    #[error("the {what} has {has} bytes; at most {} are kept", limits::REVOCATION_TEXT_BYTES)]
    LongText {
        /// Which.
        what: &'static str,
        /// Its length.
        has: usize,
    },
    /// Only a cut-off has a moment.
    #[error("a {0} is revoked whole: only a subject, a scope or everything has a cut")]
    NoCut(Kind),
    /// Only a subject's sessions can be spared.
    #[error("only of a subject can one session be spared, not of a {0}")]
    NoExcept(Kind),
    /// Only what ends whole has a first entry: a later cut-off of one name ends more.
    #[error("a {0} is not recorded once: only a token or a session is")]
    NotOnce(Kind),
    /// The list has as many entries as it may.
    #[error(
        "the list is full: {cap} entries, none of which has ended. Revoke a subject, a scope or everything"
    )]
    Full {
        /// How many it may have.
        cap: usize,
    },
    /// Too many sessions of one subject are spared one by one.
    #[error(
        "{most} sessions of this subject are spared by entries of their own. Revoke the subject without an exception"
    )]
    TooManySpared {
        /// How many may be.
        most: usize,
    },
    /// This clock is behind an entry of the list, or whoever recorded that one was ahead: a cut-off by
    /// the wrong clock would spare what it means, or keep people out for years.
    #[error(
        "this clock says {now}, and an entry was recorded at {newest}: one clock is wrong. Say from when: Revocation::before, --before"
    )]
    ClockBehind {
        /// This clock.
        now: Timestamp,
        /// The entry's.
        newest: Timestamp,
    },
    /// The numbers of a list contradict each other.
    #[error("{0}")]
    Policy(String),
    /// In force in this process, and nowhere else: the store did not take it. Try again.
    #[error("not recorded: {0}")]
    Store(#[from] StoreError),
}

impl RevokeError {
    /// A stable word for the cause.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty(_) => "empty_name",
            Self::LongText { .. } => "text_too_long",
            Self::NoCut(_) => "no_cut",
            Self::NoExcept(_) => "no_except",
            Self::NotOnce(_) => "not_once",
            Self::Full { .. } => "list_full",
            Self::TooManySpared { .. } => "too_many_spared",
            Self::ClockBehind { .. } => "clock_behind",
            Self::Policy(_) => "limits_contradict",
            Self::Store(fault) => fault.code(),
        }
    }
}

/// Why a store or a feed cannot be used. Never a reason to take the list for empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Nothing is there.
    #[error(
        "no revocation list at {place}: nothing is there. If none was ever made: waxseal revoke init --store {place}"
    )]
    Missing {
        /// Where.
        place: String,
    },
    /// Something is there already.
    #[error("{place} exists already; a list is never replaced")]
    Exists {
        /// Where.
        place: String,
    },
    /// It is none of ours, or damaged.
    #[error("{place} cannot be read as a revocation list: {why}")]
    Corrupt {
        /// Where.
        place: String,
        /// What is wrong.
        why: String,
    },
    /// Another version wrote it.
    #[error("{place} has format version {found}; this build reads version {reads}")]
    Version {
        /// Where.
        place: String,
        /// What it says.
        found: i64,
        /// What this build reads.
        reads: i64,
    },
    /// It may not be written.
    #[error("{place} cannot be written: it is read-only here")]
    ReadOnly {
        /// Where.
        place: String,
    },
    /// The disk is full.
    #[error("{place} cannot be written: the disk is full")]
    DiskFull {
        /// Where.
        place: String,
    },
    /// It lies on a network file system, whose locks cannot be trusted.
    #[error(
        "{place} lies on {file_system}, a network file system: its locks cannot be trusted. Keep the list on a disk of this host, and use Redis or a snapshot between hosts"
    )]
    NetworkFileSystem {
        /// Where.
        place: String,
        /// Its kind.
        file_system: String,
    },
    /// It cannot be reached, or does not answer.
    #[error("{place}: {why}")]
    Unreachable {
        /// Where.
        place: String,
        /// What the system says.
        why: String,
    },
    /// It is set up so that it would lose entries.
    #[error("{place} would lose revocations: {why}")]
    Unsafe {
        /// Where.
        place: String,
        /// What to change.
        why: String,
    },
    /// Entries are missing, and the writer has not sent them again yet.
    #[error("{missing} entries of {place} are missing, and were not sent again yet")]
    Incomplete {
        /// Where.
        place: String,
        /// How many are known to be.
        missing: usize,
    },
    /// It goes back behind what was seen of it.
    #[error("{place} has serial {found}, older than {seen}, which was seen before")]
    WentBack {
        /// Where.
        place: String,
        /// What it says now.
        found: u64,
        /// What was seen.
        seen: u64,
    },
    /// It holds more than this process keeps.
    #[error("{place} has more than {cap} entries, more than are kept here")]
    Full {
        /// Where.
        place: String,
        /// How many are kept.
        cap: usize,
    },
    /// This build has no reader for such a place.
    #[error("{place}: {why}")]
    Unsupported {
        /// Where.
        place: String,
        /// What is missing.
        why: String,
    },
}

impl StoreError {
    /// A stable word for the cause.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "list_missing",
            Self::Exists { .. } => "list_exists",
            Self::Corrupt { .. } => "list_corrupt",
            Self::Version { .. } => "list_version",
            Self::ReadOnly { .. } => "list_read_only",
            Self::DiskFull { .. } => "disk_full",
            Self::NetworkFileSystem { .. } => "network_file_system",
            Self::Unreachable { .. } => "list_unreachable",
            Self::Unsafe { .. } => "list_unsafe",
            Self::Incomplete { .. } => "list_incomplete",
            Self::WentBack { .. } => "list_went_back",
            Self::Full { .. } => "list_full",
            Self::Unsupported { .. } => "list_unsupported",
        }
    }
}
