//! Why a key has no counterpart in jsonwebtoken.

use jsonwebtoken::errors::Error;

use crate::key::Algorithm;

/// Why a key of ours cannot be given to jsonwebtoken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConvertError {
    /// A sealed or PASETO key.
    #[error("jsonwebtoken has no {0}; it reads and writes JWS only (HS, RS, PS, ES, EdDSA)")]
    NotJws(Algorithm),
    /// A public key, or one whose `key_ops` do not allow signing.
    #[error("the key cannot sign: it has no private half, or its \"key_ops\" forbid it")]
    NotForSigning,
    /// A key whose `key_ops` do not allow verifying.
    #[error("the key cannot verify: its \"key_ops\" forbid it")]
    NotForVerifying,
    /// A secret, which has no half to give away.
    #[error("a {0} secret has no public half; give it as an encoding or decoding key")]
    NoPublicHalf(Algorithm),
    /// jsonwebtoken refuses it.
    #[error("jsonwebtoken refuses the key: {0}")]
    Refused(#[from] Error),
}

impl ConvertError {
    /// A stable word for the cause.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotJws(_) => "not_jws",
            Self::NotForSigning => "not_for_signing",
            Self::NotForVerifying => "not_for_verifying",
            Self::NoPublicHalf(_) => "no_public_half",
            Self::Refused(_) => "refused",
        }
    }
}
