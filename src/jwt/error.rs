//! Why a token is refused, and why one is not minted.

use std::time::Duration;

use crate::crypto::{Algorithm, RandomError};
use crate::json::JsonFault;
use crate::key::NoKey;
use crate::policy::ClaimFault;
use crate::revocation::{OutlivesList, Refused, Revoked, StaleList};
use crate::time::Span;
use crate::token::{FormFault, HeaderFault, MintFault, OpenFault};

/// Why a token is refused: for the operator's log, in full.
///
/// The client gets [`VerifyError::for_client`], which says the same for every cause. No variant
/// holds the token, a key, or a claim that was not authenticated first.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// No token: not the form of one, or a header that breaks a rule.
    #[error("malformed: {0}")]
    Form(#[from] FormFault),
    /// No key to check it with.
    #[error("no key: {0}")]
    Key(#[from] NoKey),
    /// The token claims another algorithm than its key has.
    #[error("wrong algorithm: the token says \"{token}\", the key is for {key}")]
    Algorithm {
        /// What the token says.
        token: String,
        /// What the key is for.
        key: Algorithm,
    },
    /// An implicit assertion was asked for, and a JWT has none.
    #[error("only a PASETO can prove an implicit assertion")]
    NoAssertion,
    /// The signature, tag or ciphertext is not authentic. There is no detail.
    #[error("bad signature: not made with this key, or changed since")]
    Signature,
    /// Authentic, but not acceptable.
    #[error("{0}")]
    Claims(#[from] ClaimFault),
    /// Authentic and acceptable, but ended before its time.
    #[error("revoked: {0}")]
    Revoked(#[from] Revoked),
    /// The revocation list is too old to vouch for it. The fault is ours and passes.
    #[error("{0}")]
    StaleList(#[from] StaleList),
    /// It lives longer than the revocation list can end it. The list is ours to mend.
    #[error("{0}")]
    OutlivesList(#[from] OutlivesList),
    /// For a renewal: past a limit of the session that no activity moves further.
    #[error("{0}")]
    Lapsed(#[from] crate::claims::Lapsed),
}

impl VerifyError {
    /// The stage that refused.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self {
            Self::Form(_) => Stage::Form,
            Self::Key(_) | Self::Algorithm { .. } => Stage::Key,
            Self::NoAssertion | Self::Signature => Stage::Signature,
            Self::Claims(fault) => match fault {
                ClaimFault::Type { .. } | ClaimFault::Footer | ClaimFault::NoFooter => Stage::Type,
                ClaimFault::Issuer { .. } => Stage::Issuer,
                ClaimFault::Audience { .. } | ClaimFault::UnexpectedAudience { .. } => {
                    Stage::Audience
                }
                ClaimFault::NoExpiry
                | ClaimFault::Expired { .. }
                | ClaimFault::NotYetValid { .. }
                | ClaimFault::IssuedInFuture { .. } => Stage::Time,
                ClaimFault::Missing(_) | ClaimFault::Json(_) | ClaimFault::State(_) => {
                    Stage::Claims
                }
            },
            Self::Lapsed(_) => Stage::Time,
            Self::Revoked(_) | Self::StaleList(_) | Self::OutlivesList(_) => Stage::Revocation,
        }
    }

    /// A stable word for the cause, for metrics and tests.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form(FormFault::TooLong { .. }) => "too_long",
            Self::Form(FormFault::Header(HeaderFault::Unsecured)) => "unsecured",
            Self::Form(FormFault::Header(HeaderFault::Extension(_))) => "unknown_extension",
            Self::Form(FormFault::Header(HeaderFault::Nested)) => "nested",
            Self::Form(_) => "malformed",
            Self::Key(NoKey::NotNamed) => "no_kid",
            Self::Key(NoKey::Revoked { .. }) => "key_revoked",
            Self::Key(NoKey::Retired { .. }) => "key_retired",
            Self::Key(NoKey::Stale { .. }) => "stale_keys",
            Self::Key(NoKey::ForTests(_)) => "test_key",
            Self::Key(_) => "unknown_key",
            Self::Algorithm { .. } => "wrong_algorithm",
            Self::NoAssertion => "no_assertion",
            Self::Signature => "bad_signature",
            Self::Claims(ClaimFault::Json(_)) => "bad_claims",
            Self::Claims(ClaimFault::Missing(_) | ClaimFault::NoExpiry) => "missing_claim",
            Self::Claims(ClaimFault::Type { .. }) => "wrong_type",
            Self::Claims(ClaimFault::Footer | ClaimFault::NoFooter) => "wrong_footer",
            Self::Claims(ClaimFault::Issuer { .. }) => "wrong_issuer",
            Self::Claims(ClaimFault::Audience { .. }) => "wrong_audience",
            Self::Claims(ClaimFault::UnexpectedAudience { .. }) => "unexpected_audience",
            Self::Claims(ClaimFault::Expired { .. }) => "expired",
            Self::Claims(ClaimFault::NotYetValid { .. }) => "not_yet_valid",
            Self::Claims(ClaimFault::IssuedInFuture { .. }) => "issued_in_future",
            Self::Claims(ClaimFault::State(_)) => "wrong_state",
            Self::Lapsed(lapsed) => lapsed.code(),
            Self::Revoked(revoked) => revoked.code(),
            Self::StaleList(_) => "stale_revocations",
            Self::OutlivesList(_) => "outlives_list",
        }
    }

    /// Whether the fault is on our side: answer 503 and not 401, and log nobody out.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        matches!(self, Self::Key(NoKey::Stale { .. }) | Self::StaleList(_) | Self::OutlivesList(_))
    }

    /// What the client may be told: the same for every cause (RFC 6750 section 3.1).
    #[must_use]
    pub fn for_client(&self) -> &'static str {
        "invalid_token"
    }
}

impl From<Refused> for VerifyError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Revoked(revoked) => Self::Revoked(revoked),
            Refused::Stale(stale) => Self::StaleList(stale),
            Refused::Outlives(outlives) => Self::OutlivesList(outlives),
        }
    }
}

impl From<OpenFault> for VerifyError {
    fn from(fault: OpenFault) -> Self {
        match fault {
            OpenFault::Form(fault) => Self::Form(fault),
            OpenFault::Algorithm { token, key } => Self::Algorithm { token, key },
            OpenFault::NoAssertion => Self::NoAssertion,
            OpenFault::Unauthentic => Self::Signature,
        }
    }
}

/// The stages of verification, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// The parts, their alphabet, the header.
    Form,
    /// The key that the token names, and its algorithm.
    Key,
    /// The signature, tag or ciphertext.
    Signature,
    /// `typ`, and the footer of a PASETO if one was asked for.
    Type,
    /// `iss`.
    Issuer,
    /// `aud`.
    Audience,
    /// `exp`, `nbf`, `iat`, and the limits of a session.
    Time,
    /// Required claims and the types of all.
    Claims,
    /// The revocation list.
    Revocation,
}

impl Stage {
    /// All stages.
    pub const ALL: &'static [Self] = &[
        Self::Form,
        Self::Key,
        Self::Signature,
        Self::Type,
        Self::Issuer,
        Self::Audience,
        Self::Time,
        Self::Claims,
        Self::Revocation,
    ];

    /// Its name in a report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Type => "type",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Time => "time",
            Self::Claims => "claims",
            Self::Revocation => "revoked",
        }
    }
}

/// Why no token was minted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MintError {
    /// The key only verifies.
    #[error("this key cannot mint: it holds no secret, or its key_ops forbid it")]
    NotForMinting,
    /// The claims are no JSON object that a strict verifier takes.
    #[error("the claims cannot be minted: {0}")]
    Claims(#[from] JsonFault),
    /// No `exp`: the token would live for ever.
    #[error("the claims have no \"exp\": the token would never expire")]
    NoExpiry,
    /// The caller's state does not serialize.
    #[error("the state does not serialize: {0}")]
    State(String),
    /// More roles, methods or values beside the state than a verifier reads.
    #[error("the session has more than {most} roles, methods, or values beside its state")]
    TooMany {
        /// How many are read.
        most: usize,
    },
    /// The subject is empty.
    #[error("the subject is empty")]
    NoSubject,
    /// The named scope is empty.
    #[error("the scope is empty")]
    NoScope,
    /// A JWT has no footer and no implicit assertion.
    #[error("only a PASETO carries a footer or an implicit assertion")]
    NotAPaseto,
    /// The claims of a PASETO say another kind of token than the issuer.
    #[error("the claims have a \"typ\" of their own: the issuer sets it (Issuer::typ, --typ)")]
    Kind,
    /// A footer that our own strict verifier would refuse.
    #[error("the footer {0}")]
    Footer(HeaderFault),
    /// Longer than any verifier reads.
    #[error("the token would have {has} bytes; at most {most} are read. Keep less state in it")]
    TooLong {
        /// Bytes it would have.
        has: usize,
        /// Bytes allowed.
        most: usize,
    },
    /// The ring has no signing key: it was revoked, and no other was promoted.
    #[error("no key of the ring signs; promote one: waxseal keys promote SEQ")]
    NoSigner,
    /// The ring was last read so long ago that its signing key may have been replaced since, and
    /// would not verify for as long as the token could be used.
    #[error("the ring was last read {} ago: a token of {} could outlive its key", Span(*.age), Span(*.life))]
    StaleRing {
        /// The age of what is known of the ring.
        age: Duration,
        /// How long the token could be used or renewed.
        life: Duration,
    },
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl MintError {
    /// A stable word for the cause.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotForMinting => "key_cannot_mint",
            Self::Claims(_) => "bad_claims",
            Self::NoExpiry => "no_expiry",
            Self::State(_) => "bad_state",
            Self::TooMany { .. } => "too_many",
            Self::NoSubject => "no_subject",
            Self::NoScope => "no_scope",
            Self::NotAPaseto => "not_a_paseto",
            Self::Kind => "wrong_type",
            Self::Footer(_) => "bad_footer",
            Self::TooLong { .. } => "too_long",
            Self::NoSigner => "no_signer",
            Self::StaleRing { .. } => "stale_ring",
            Self::Random(_) => "no_random_bytes",
        }
    }
}

impl From<MintFault> for MintError {
    fn from(fault: MintFault) -> Self {
        match fault {
            MintFault::NotForMinting => Self::NotForMinting,
            MintFault::NotAPaseto => Self::NotAPaseto,
            MintFault::Footer(fault) => Self::Footer(fault),
            MintFault::Random(fault) => Self::Random(fault),
            MintFault::TooLong { has, most } => Self::TooLong { has, most },
        }
    }
}
