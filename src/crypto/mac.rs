//! HMAC (RFC 2104, RFC 7518 section 3.2).

use ring::hmac;

use super::{Hash, Unauthentic};

/// Bytes of an HMAC-SHA-256 tag.
pub(crate) const MAC_BYTES: usize = 32;

/// A secret, scheduled once.
#[derive(Clone)]
pub(crate) struct Hmac(hmac::Key);

impl Hmac {
    pub(crate) fn new(hash: Hash, secret: &[u8]) -> Self {
        let algorithm = match hash {
            Hash::Sha256 => hmac::HMAC_SHA256,
            Hash::Sha384 => hmac::HMAC_SHA384,
            Hash::Sha512 => hmac::HMAC_SHA512,
        };
        Self(hmac::Key::new(algorithm, secret))
    }

    /// The tag over `message`.
    pub(crate) fn sign(&self, message: &[u8]) -> impl AsRef<[u8]> + use<> {
        hmac::sign(&self.0, message)
    }

    /// Compares in constant time; a tag of another length is refused.
    pub(crate) fn verify(&self, message: &[u8], tag: &[u8]) -> Result<(), Unauthentic> {
        hmac::verify(&self.0, message, tag).map_err(|_| Unauthentic)
    }
}

/// HMAC-SHA-256 over several parts: ids and nonces are made of it.
#[derive(Clone)]
pub(crate) struct HmacSha256(hmac::Key);

impl HmacSha256 {
    pub(crate) fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// The tag over `parts`, one after the other.
    pub(crate) fn tag(&self, parts: &[&[u8]]) -> [u8; MAC_BYTES] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        let mut tag = [0; MAC_BYTES];
        tag.copy_from_slice(context.sign().as_ref());
        tag
    }
}
