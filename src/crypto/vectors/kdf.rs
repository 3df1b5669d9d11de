//! HKDF-SHA-256.

use super::super::derive;
use super::hex;

/// RFC 5869 prints no vector for our labels. These were computed from its definition with Python's
/// `hmac`: no salt, the secret 00 01 .. 1f, the label as `info`, 32 bytes.
#[test]
fn hkdf_derives_what_its_definition_says() {
    let secret = std::array::from_fn(|i| i as u8);
    for (purpose, key) in [
        ("nonce", "63203dd837389a18c45a4f4c831285b8cd7fc1211c48ba640cb83d7f351de845"),
        ("csrf", "9e9db186c71efa2f59ddaa191d6b3652fce057136d232897c9b3112825dee257"),
    ] {
        assert_eq!(derive(&secret, purpose).as_slice(), hex(&key.into()), "{purpose:?}");
    }
}
