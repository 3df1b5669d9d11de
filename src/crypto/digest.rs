//! SHA-2 (FIPS 180-4).

use ring::digest;

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

/// The first 33 bytes of SHA-384, which version 3 key ids are made of.
#[cfg(feature = "paseto-v3")]
pub(crate) fn sha384_33(bytes: &[u8]) -> [u8; 33] {
    let mut hash = [0; 33];
    hash.copy_from_slice(digest::digest(&digest::SHA384, bytes).as_ref().split_at(33).0);
    hash
}
