//! EdDSA.

use jsonwebtoken::crypto::{JwtSigner, JwtVerifier};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::signature::{Error, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};

use crate::crypto::{PublicKey, SigningKey, Unauthentic};
use crate::key::parts;

pub(super) struct EdSigner(SigningKey);

impl EdSigner {
    pub(super) fn new(key: &EncodingKey) -> Result<Self> {
        private(key.as_bytes()).map(Self)
    }
}

impl Signer<Vec<u8>> for EdSigner {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        Ok(self.0.sign(message).to_vec())
    }
}

impl JwtSigner for EdSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

pub(super) struct EdVerifier(PublicKey);

impl EdVerifier {
    pub(super) fn new(key: &DecodingKey) -> Result<Self> {
        let bytes = key.try_get_as_bytes()?;
        let key = match <&[u8; 32]>::try_from(bytes) {
            Ok(point) => PublicKey::from_bytes(point),
            // A bare key is what jsonwebtoken holds; its aws-lc-rs back-end takes an SPKI too.
            Err(_) => {
                let inner = parts::ed25519_public(bytes).map_err(|_| ErrorKind::InvalidEddsaKey)?;
                let point = <[u8; 32]>::try_from(inner).map_err(|_| ErrorKind::InvalidEddsaKey)?;
                PublicKey::from_bytes(&point)
            }
        };
        key.map(Self).map_err(|Unauthentic| ErrorKind::InvalidEddsaKey.into())
    }
}

impl Verifier<Vec<u8>> for EdVerifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), Error> {
        self.0.verify(message, signature).map_err(|Unauthentic| Error::new())
    }
}

impl JwtVerifier for EdVerifier {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

/// The private key in a PKCS #8 document, of version 1 or 2.
pub(super) fn private(document: &[u8]) -> Result<SigningKey> {
    let (seed, said) = parts::ed25519_private(document).map_err(|_| ErrorKind::InvalidEddsaKey)?;
    let seed: &[u8; 32] =
        seed.expose_secret().try_into().map_err(|_| ErrorKind::InvalidEddsaKey)?;
    let key = SigningKey::from_seed(seed);
    // Signing beside another's public key would leak the secret where a library trusts it.
    if said.is_some_and(|said| said != key.public().as_bytes()) {
        return Err(ErrorKind::InvalidEddsaKey.into());
    }
    Ok(key)
}
