//! ES256, ES384.

use jsonwebtoken::crypto::{JwtSigner, JwtVerifier};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::signature::{Error, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};

use crate::crypto::{Curve, EcPrivate, EcPublic, Unauthentic};
use crate::key::{KeyError, parts};

use super::from_algorithm;

pub(super) struct EcSigner {
    algorithm: Algorithm,
    key: EcPrivate,
}

impl EcSigner {
    pub(super) fn new(algorithm: Algorithm, key: &EncodingKey) -> Result<Self> {
        let key = private(algorithm, key.as_bytes())?;
        Ok(Self { algorithm, key })
    }
}

impl Signer<Vec<u8>> for EcSigner {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        let signature = self.key.sign(message).map_err(Error::from_source)?;
        Ok(signature.as_ref().to_vec())
    }
}

impl JwtSigner for EcSigner {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

pub(super) struct EcVerifier {
    algorithm: Algorithm,
    key: EcPublic,
}

impl EcVerifier {
    pub(super) fn new(algorithm: Algorithm, key: &DecodingKey) -> Result<Self> {
        let curve = curve(algorithm)?;
        let bytes = key.try_get_as_bytes()?;
        // A bare point is what jsonwebtoken holds; its aws-lc-rs back-end takes an SPKI too.
        let key = EcPublic::untried(curve, bytes).or_else(|Unauthentic| {
            let point = parts::ec_public(bytes, curve).map_err(|_| Unauthentic)?;
            EcPublic::untried(curve, &point)
        });
        let key = key.map_err(|Unauthentic| ErrorKind::InvalidEcdsaKey)?;
        Ok(Self { algorithm, key })
    }
}

impl Verifier<Vec<u8>> for EcVerifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), Error> {
        self.key.verify(message, signature).map_err(|Unauthentic| Error::new())
    }
}

impl JwtVerifier for EcVerifier {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

/// The private key in a PKCS #8 document.
pub(super) fn private(algorithm: Algorithm, document: &[u8]) -> Result<EcPrivate> {
    let curve = curve(algorithm)?;
    let (scalar, point) = parts::ec_private(document, curve).map_err(|fault| match fault {
        // The key is whole for other back-ends; say what to do.
        KeyError::NoPoint => ErrorKind::Provider(fault.to_string()),
        _ => ErrorKind::InvalidEcdsaKey,
    })?;
    let key = EcPublic::untried(curve, &point).and_then(|public| EcPrivate::new(scalar, public));
    key.map_err(|Unauthentic| ErrorKind::InvalidEcdsaKey.into())
}

pub(super) fn curve(algorithm: Algorithm) -> Result<Curve> {
    let curve = from_algorithm(algorithm).and_then(|ours| ours.curve());
    curve.ok_or_else(|| ErrorKind::InvalidEcdsaKey.into())
}
