//! Why a key is refused.

use crate::crypto::{Algorithm, RandomError};
use crate::json::JsonFault;

use super::NotAKeyId;

/// Why a key cannot be made or read. No variant holds key material.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Longer than any key of ours.
    #[error("the key has {has} bytes; at most {most} are read")]
    TooLong {
        /// Bytes given.
        has: usize,
        /// Bytes allowed.
        most: usize,
    },
    /// Not one strict JSON object.
    #[error("the JWK is not readable: {0}")]
    Json(#[from] JsonFault),
    /// A required member is absent.
    #[error("the JWK has no \"{0}\"")]
    Missing(&'static str),
    /// A member's value is not what the standard asks for.
    #[error("the JWK's \"{member}\" {fault}")]
    Member {
        /// Its name.
        member: &'static str,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// Two members say different things.
    #[error("the key contradicts itself: {0}")]
    Contradiction(&'static str),
    /// A kind of key that this build does not know.
    #[error("this kind of key is not supported: {0}")]
    Unsupported(String),
    /// The key does not say its algorithm.
    #[error("the key does not say its algorithm; say which of {fitting} it is for")]
    AlgorithmNeeded {
        /// The algorithms that fit.
        fitting: String,
    },
    /// The key is for an algorithm that was not asked for.
    #[error("the key is for {found}, but {allowed} was asked for")]
    NotAllowed {
        /// The key's algorithm.
        found: String,
        /// The ones asked for.
        allowed: String,
    },
    /// Not the length that the algorithm needs.
    #[error("a key for {algorithm} has {needs} bytes, this one {has}")]
    Length {
        /// The algorithm.
        algorithm: Algorithm,
        /// How many bytes it needs, in words.
        needs: &'static str,
        /// Bytes given.
        has: usize,
    },
    /// The secret can be guessed.
    #[error("the secret can be guessed: {0}; make one with `waxseal keys new`")]
    Weak(Weakness),
    /// The key is no point on its curve, one of small order, or its numbers do not belong together.
    #[error("the key is not fit for its algorithm")]
    Unfit,
    /// An RSA modulus of a size that is not safe, or not usable.
    #[error("the RSA modulus has {bits} bits; 2048 to 8192 verify, 2048 to 4096 sign")]
    Modulus {
        /// Its bits.
        bits: usize,
    },
    /// An RSA exponent that is not safe.
    #[error("the RSA exponent must be odd, at least 65537 and below 2^33")]
    Exponent,
    /// RSA keys are imported.
    #[error(
        "{0} keys are imported, never made here; make one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out key.pem"
    )]
    NotGenerated(Algorithm),
    /// A private key of this algorithm is more than a string of bytes.
    #[error("a {0} key is no bare secret; give it as a JWK or PEM")]
    NotASecret(Algorithm),
    /// Not a PEM key, with what to do.
    #[error("PEM: {0}")]
    Pem(String),
    /// Not a PASERK, or not one that holds a key.
    #[error("{0}")]
    Paserk(&'static str),
    /// An EC private key without its public point.
    #[error(
        "the private key lacks its public point; add it with: openssl ec -in key.pem -out whole.pem"
    )]
    NoPoint,
    /// The `kid` is not usable.
    #[error(transparent)]
    Id(#[from] NotAKeyId),
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl KeyError {
    /// A stable word for the cause.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "too_long",
            Self::Json(_) => "bad_json",
            Self::Missing(_) => "missing_member",
            Self::Member { .. } => "bad_member",
            Self::Contradiction(_) => "contradiction",
            Self::Unsupported(_) => "unsupported_key",
            Self::AlgorithmNeeded { .. } => "algorithm_needed",
            Self::NotAllowed { .. } => "algorithm_not_allowed",
            Self::Length { .. } => "wrong_length",
            Self::Weak(_) => "weak_secret",
            Self::Unfit | Self::Modulus { .. } | Self::Exponent => "unfit_key",
            Self::NotGenerated(_) => "not_generated",
            Self::NotASecret(_) => "not_a_secret",
            Self::NoPoint => "no_public_point",
            Self::Pem(_) => "bad_pem",
            Self::Paserk(_) => "bad_paserk",
            Self::Id(_) => "bad_kid",
            Self::Random(_) => "no_random_bytes",
        }
    }
}

/// Why a secret can be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Weakness {
    /// A short pattern, or very few different bytes.
    #[error("it repeats a short pattern")]
    Repeated,
    /// Words and digits that are in every word list.
    #[error("it is made of common words")]
    Dictionary,
    /// The text or the DER of a key, as a public one that everybody has.
    #[error("it is a key file, or a public key, and no bare secret")]
    PublicKey,
    /// A secret that is printed in a standard or a tool's example.
    #[error("it is printed in a published example")]
    Published,
}
