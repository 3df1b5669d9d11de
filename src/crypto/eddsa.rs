//! Ed25519 (RFC 8032, RFC 8037), by the strict rules: small-order keys and points and
//! non-canonical encodings are refused.

use ed25519_dalek::{Signature, Signer as _, SigningKey as DalekSigning, VerifyingKey};

use super::Unauthentic;

/// Bytes of a signature.
pub(crate) const SIGNATURE_BYTES: usize = 64;

/// A private key. It holds its own public half: signing under another's would leak the secret.
#[derive(Clone)]
pub(crate) struct SigningKey(DalekSigning);

impl SigningKey {
    pub(crate) fn from_seed(seed: &[u8; 32]) -> Self {
        Self(DalekSigning::from_bytes(seed))
    }

    pub(crate) fn seed(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    pub(crate) fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        self.0.sign(message).to_bytes()
    }
}

/// A public key, decompressed once.
#[derive(Clone)]
pub(crate) struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Takes a canonical point of large order.
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Unauthentic> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| Unauthentic)?;
        let canonical = key.to_edwards().compress().to_bytes() == *bytes;
        if canonical && !key.is_weak() { Ok(Self(key)) } else { Err(Unauthentic) }
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Unauthentic> {
        let signature: &[u8; SIGNATURE_BYTES] = signature.try_into().map_err(|_| Unauthentic)?;
        self.0.verify_strict(message, &Signature::from_bytes(signature)).map_err(|_| Unauthentic)
    }
}
