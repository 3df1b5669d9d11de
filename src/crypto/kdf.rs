//! HKDF-SHA-256 (RFC 5869): one secret, a key for every purpose.

use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use zeroize::Zeroizing;

struct Bytes32;

impl KeyType for Bytes32 {
    fn len(&self) -> usize {
        32
    }
}

/// The key for `purpose`; no two purposes share one.
pub(crate) fn derive(secret: &[u8; 32], purpose: &str) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    let extracted = Salt::new(HKDF_SHA256, &[]).extract(secret);
    let filled = extracted
        .expand(&[b"waxseal/v1/", purpose.as_bytes()], Bytes32)
        .and_then(|expanded| expanded.fill(key.as_mut_slice()));
    // Both steps fail only for lengths past 255 hashes; a zero key must not pass in silence.
    assert!(filled.is_ok(), "HKDF refuses 32 bytes");
    key
}
