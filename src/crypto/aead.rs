//! AES-256-GCM (NIST SP 800-38D, RFC 7518 section 5.3).

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use super::{HmacSha256, RandomError, Unauthentic, random};

/// Bytes of a nonce.
pub(crate) const NONCE_BYTES: usize = 12;

/// Bytes of a tag; a shorter one is never accepted.
pub(crate) const TAG_BYTES: usize = 16;

/// What sealing adds to the ciphertext.
pub(crate) struct Seal {
    pub(crate) nonce: [u8; NONCE_BYTES],
    pub(crate) tag: [u8; TAG_BYTES],
}

/// A secret, scheduled once.
pub(crate) struct SealingKey {
    key: LessSafeKey,
    nonces: Nonces,
}

/// Where nonces come from.
enum Nonces {
    Random,
    /// HMAC over all that is sealed: equal tokens get equal bytes, others never share a nonce
    /// but by a collision of 96 bits.
    Synthetic(HmacSha256),
}

impl SealingKey {
    pub(crate) fn new(secret: &[u8; 32]) -> Result<Self, Unauthentic> {
        let key = UnboundKey::new(&AES_256_GCM, secret).map_err(|_| Unauthentic)?;
        Ok(Self { key: LessSafeKey::new(key), nonces: Nonces::Random })
    }

    /// Makes sealing deterministic, under a key that serves nothing else.
    pub(crate) fn with_synthetic_nonces(self, nonce_key: &[u8; 32]) -> Self {
        Self { key: self.key, nonces: Nonces::Synthetic(HmacSha256::new(nonce_key)) }
    }

    /// Encrypts `text` in place.
    pub(crate) fn seal(&self, aad: &[u8], text: &mut [u8]) -> Result<Seal, RandomError> {
        let nonce = self.nonce(aad, text)?;
        let sealed = self
            .key
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), text)
            .map_err(|_| RandomError)?;
        let mut tag = [0; TAG_BYTES];
        tag.copy_from_slice(sealed.as_ref());
        Ok(Seal { nonce, tag })
    }

    /// Decrypts `sealed`, ciphertext and tag, in place. On failure the bytes are worthless.
    pub(crate) fn open(
        &self,
        aad: &[u8],
        nonce: [u8; NONCE_BYTES],
        sealed: &mut Vec<u8>,
    ) -> Result<(), Unauthentic> {
        let length = self
            .key
            .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(aad), sealed)
            .map_err(|_| Unauthentic)?
            .len();
        sealed.truncate(length);
        Ok(())
    }

    fn nonce(&self, aad: &[u8], text: &[u8]) -> Result<[u8; NONCE_BYTES], RandomError> {
        match &self.nonces {
            Nonces::Random => random(),
            Nonces::Synthetic(key) => {
                // The length parts header from text: no two pairs give one input.
                let length = u64::try_from(aad.len()).unwrap_or(u64::MAX).to_be_bytes();
                let tag = key.tag(&[&length, aad, text]);
                let mut nonce = [0; NONCE_BYTES];
                nonce.copy_from_slice(tag.split_at(NONCE_BYTES).0);
                Ok(nonce)
            }
        }
    }
}
