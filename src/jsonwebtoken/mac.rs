//! HS256, HS384, HS512.

use jsonwebtoken::Algorithm;
use jsonwebtoken::crypto::{JwtSigner, JwtVerifier};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::signature::{Error, Signer, Verifier};

use crate::crypto::{Hmac, Unauthentic};

use super::from_algorithm;

/// A secret, for both directions.
pub(super) struct Mac {
    algorithm: Algorithm,
    mac: Hmac,
}

impl Mac {
    pub(super) fn new(algorithm: Algorithm, secret: &[u8]) -> Result<Self> {
        let hash = from_algorithm(algorithm).and_then(|ours| ours.mac());
        let hash = hash.ok_or(ErrorKind::UnsupportedAlgorithm)?;
        if secret.is_empty() {
            // Everybody knows it.
            return Err(ErrorKind::InvalidKeyFormat.into());
        }
        Ok(Self { algorithm, mac: Hmac::new(hash, secret) })
    }
}

impl Signer<Vec<u8>> for Mac {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        Ok(self.mac.sign(message).as_ref().to_vec())
    }
}

impl Verifier<Vec<u8>> for Mac {
    fn verify(&self, message: &[u8], tag: &Vec<u8>) -> std::result::Result<(), Error> {
        self.mac.verify(message, tag).map_err(|Unauthentic| Error::new())
    }
}

impl JwtSigner for Mac {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

impl JwtVerifier for Mac {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}
