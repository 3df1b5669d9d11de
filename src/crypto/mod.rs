//! Primitives: what is signed, sealed, derived and drawn. Keys come in as bytes, and a failure says
//! nothing but that it failed.

mod aead;
mod algorithm;
mod digest;
mod ecdsa;
mod eddsa;
mod kdf;
mod mac;
#[cfg(feature = "paseto-v3")]
mod p384;
#[cfg(feature = "paseto")]
mod paseto;
mod random;
mod rsa;
#[cfg(test)]
mod vectors;

pub(crate) use aead::{NONCE_BYTES, Seal, SealingKey, TAG_BYTES};
pub(crate) use algorithm::names;
pub use algorithm::{Algorithm, Format, Protection, UnknownAlgorithm};
#[cfg(feature = "jsonwebtoken")]
pub(crate) use digest::digest;
pub(crate) use digest::sha256;
#[cfg(feature = "paseto-v3")]
pub(crate) use digest::sha384_33;
pub(crate) use ecdsa::{Curve, EcPrivate, EcPublic};
pub(crate) use eddsa::{PublicKey, SigningKey};
pub(crate) use kdf::derive;
pub(crate) use mac::{Hmac, HmacSha256};
#[cfg(feature = "paseto-v3")]
pub(crate) use p384::{decompress, private_of};
#[cfg(feature = "paseto")]
pub(crate) use paseto::{K4, V4Local};
pub use random::RandomError;
pub(crate) use random::{Drawn, random, random_between};
pub(crate) use rsa::{Padding, RsaFault, RsaNumbers, RsaPrivate, RsaPublic};

/// The hash inside a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// Bytes of its output.
    pub(crate) const fn bytes(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// A signature, tag or ciphertext is not authentic. There is no detail, on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unauthentic;
