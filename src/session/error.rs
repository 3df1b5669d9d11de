//! Why sessions cannot be set up, or one cannot be renewed.

use std::time::Duration;

use crate::jwt::{MintError, VerifyError};
use crate::time::Span;

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
