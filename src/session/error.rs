//! Why sessions cannot be set up, one cannot be renewed, or an operation not confirmed.

use std::time::Duration;

use crate::jwt::{MintError, VerifyError};
use crate::revocation::RevokeError;
use crate::time::{Span, Timestamp};

/// A set-up that cannot work or is not safe; refused before the first token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// A name is empty.
    #[error("the {0} is empty")]
    Empty(&'static str),
    /// The ring is another issuer's.
    #[error("the ring mints for {ring:?}, not for {asked:?}")]
    OtherIssuer {
        /// The ring's issuer.
        ring: String,
        /// The one asked for.
        asked: String,
    },
    /// The ring's signing key cannot mint.
    #[error("the ring's signing key cannot mint")]
    CannotMint,
    /// One time must not be longer than another.
    #[error("{shorter} ({}) is longer than {longer} ({}): {why}", Span(*.has), Span(*.most))]
    TooLong {
        /// The time that is too long.
        shorter: &'static str,
        /// What it is.
        has: Duration,
        /// The time that bounds it.
        longer: &'static str,
        /// What that is.
        most: Duration,
        /// What would happen.
        why: &'static str,
    },
    /// A time is zero, or not a whole number of seconds.
    #[error("{0} must be a whole number of seconds, at least 1")]
    NotSeconds(&'static str),
    /// Renewal needs to know who was logged out.
    #[error("renewal without a revocation list would renew sessions after logout")]
    NoRevocations,
}

impl SetupError {
    /// A stable word for the cause.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty(_) => "empty_name",
            Self::OtherIssuer { .. } => "other_issuer",
            Self::CannotMint => "key_cannot_mint",
            Self::TooLong { .. } => "limits_contradict",
            Self::NotSeconds(_) => "not_seconds",
            Self::NoRevocations => "no_revocations",
        }
    }
}

/// Why a session is not renewed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenewError {
    /// The session has ended: past a limit, or revoked meanwhile.
    #[error(transparent)]
    Ended(#[from] VerifyError),
    /// The session's verifier did not ask for this issuer and audience.
    #[error("the session was not verified to be from this issuer and for this audience")]
    OtherOrigin,
    /// The session was made under the limits of another profile.
    #[error("the session has profile {found:?}; this issuer renews {ours:?}")]
    OtherProfile {
        /// The session's profile.
        found: String,
        /// The issuer's.
        ours: String,
    },
    /// The new token could not be minted.
    #[error(transparent)]
    Mint(#[from] MintError),
}

impl RenewError {
    /// A stable word for the cause.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ended(fault) => fault.code(),
            Self::OtherOrigin => "other_origin",
            Self::OtherProfile { .. } => "other_profile",
            Self::Mint(fault) => fault.code(),
        }
    }
}

/// Why a one-time token is not minted, or does not redeem its operation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OperationError {
    /// No key of the ring made it for this session, this operation and these details. Which of them
    /// differs, nobody can tell.
    #[error("the token is none of ours, or was made for another session, operation or detail")]
    NotOurs,
    /// Its time is over.
    #[error("the token expired at {at}; it is {now}")]
    Expired {
        /// When it ended.
        at: Timestamp,
        /// The moment by our clock.
        now: Timestamp,
    },
    /// It was used before.
    #[error("the token was used before")]
    UsedBefore,
    /// The list did not take it, or does not say that it did: it may be used up. Mint another.
    #[error("the use of the token was not recorded, and it may be used up: {0}")]
    NotRecorded(#[from] RevokeError),
    /// The ring was last read so long ago that a revocation of its keys may have been missed.
    #[error("the ring was last read {} ago; at most {} is trusted", Span(*.age), Span(*.most))]
    StaleKeys {
        /// The age of what is known of the ring.
        age: Duration,
        /// How old it may be.
        most: Duration,
    },
    /// It would live, or lives, longer than its use is remembered or its key kept.
    #[error("the token lives {}; here at most {} is allowed", Span(*.has), Span(*.most))]
    TooLong {
        /// How long it would, or does.
        has: Duration,
        /// How long it may.
        most: Duration,
    },
    /// The life is zero, or not a whole number of seconds.
    #[error("the life must be a whole number of seconds, at least 1")]
    NotSeconds,
    /// No key of the ring signs, or another may do so by now.
    #[error(transparent)]
    Mint(#[from] MintError),
}

impl OperationError {
    /// A stable word for the cause.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotOurs => "not_ours",
            Self::Expired { .. } => "expired",
            Self::UsedBefore => "used_before",
            Self::NotRecorded(_) => "not_recorded",
            Self::StaleKeys { .. } => "stale_keys",
            Self::TooLong { .. } => "life_too_long",
            Self::NotSeconds => "not_seconds",
            Self::Mint(fault) => fault.code(),
        }
    }

    /// Whether the fault is on our side and the token may be good: answer 503, not 403.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        !matches!(self, Self::NotOurs | Self::Expired { .. } | Self::UsedBefore)
    }
}
