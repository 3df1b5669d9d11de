//! Primitives: what is signed, sealed, derived and drawn. Keys come in as bytes, and a failure says
//! nothing but that it failed.

mod aead;
mod digest;
mod eddsa;
mod kdf;
mod mac;
mod random;
#[cfg(test)]
mod vectors;

use std::fmt;
use std::str::FromStr;

pub(crate) use aead::{NONCE_BYTES, Seal, SealingKey, TAG_BYTES};
pub(crate) use digest::sha256;
pub(crate) use eddsa::{PublicKey, SIGNATURE_BYTES, SigningKey};
pub(crate) use kdf::derive;
pub(crate) use mac::{HmacSha256, MAC_BYTES};
pub use random::RandomError;
pub(crate) use random::random;

/// What a key does, fixed when the key is made. It names the token format and the primitive; a
/// token cannot choose it (RFC 8725 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC with SHA-256 (RFC 7518 section 3.2): one secret makes and checks the tag.
    Hs256,
    /// Ed25519 (RFC 8037): a private key signs, a public key verifies.
    EdDsa,
    /// AES-256-GCM, used directly (`alg: dir`; RFC 7518 sections 4.5 and 5.3): one secret seals
    /// and opens, and nobody else can read.
    A256Gcm,
}

impl Algorithm {
    /// All algorithms.
    pub const ALL: &'static [Self] = &[Self::Hs256, Self::EdDsa, Self::A256Gcm];

    /// The registered name: `HS256`, `EdDSA`, `A256GCM`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::EdDsa => "EdDSA",
            Self::A256Gcm => "A256GCM",
        }
    }

    /// What others can do with a token of this algorithm.
    #[must_use]
    pub const fn protection(self) -> Protection {
        match self {
            Self::Hs256 | Self::EdDsa => Protection::Signed,
            Self::A256Gcm => Protection::Sealed,
        }
    }

    /// Whether a public half exists, so that verifiers need no secret.
    #[must_use]
    pub const fn has_public_half(self) -> bool {
        matches!(self, Self::EdDsa)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    /// Reads a registered name, exactly as registered; RFC 9864's `Ed25519` is `EdDSA` too.
    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        match name {
            "Ed25519" => Ok(Self::EdDsa),
            _ => Self::ALL
                .iter()
                .copied()
                .find(|algorithm| algorithm.name() == name)
                .ok_or(UnknownAlgorithm),
        }
    }
}

/// The name is no algorithm of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown algorithm; known are HS256, EdDSA, A256GCM")]
pub struct UnknownAlgorithm;

/// What the bearer of a token can read of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protection {
    /// Everybody can read the claims; only a key holder can make them.
    Signed,
    /// Only a key holder can read or make the claims.
    Sealed,
}

/// A signature, tag or ciphertext is not authentic. There is no detail, on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unauthentic;
