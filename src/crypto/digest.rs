//! SHA-2 (FIPS 180-4).

use ring::digest;

#[cfg(feature = "jsonwebtoken")]
use super::Hash;

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

/// The output of `hash` over `bytes`.
#[cfg(feature = "jsonwebtoken")]
pub(crate) fn digest(hash: Hash, bytes: &[u8]) -> Vec<u8> {
    let algorithm = match hash {
        Hash::Sha256 => &digest::SHA256,
        Hash::Sha384 => &digest::SHA384,
        Hash::Sha512 => &digest::SHA512,
    };
    digest::digest(algorithm, bytes).as_ref().to_vec()
}

/// The first 33 bytes of SHA-384, which version 3 key ids are made of.
#[cfg(feature = "paseto-v3")]
pub(crate) fn sha384_33(bytes: &[u8]) -> [u8; 33] {
    let mut hash = [0; 33];
    hash.copy_from_slice(digest::digest(&digest::SHA384, bytes).as_ref().split_at(33).0);
    hash
}
