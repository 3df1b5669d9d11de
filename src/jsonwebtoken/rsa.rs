//! RS256, RS384, RS512, PS256, PS384, PS512.

use jsonwebtoken::crypto::{JwtSigner, JwtVerifier};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::signature::{Error, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, EncodingKey};

use crate::crypto::{Hash, Padding, RsaFault, RsaPrivate, RsaPublic, Unauthentic};
use crate::key::{KeyError, parts};

use super::from_algorithm;

pub(super) struct RsaSigner {
    algorithm: Algorithm,
    padding: Padding,
    hash: Hash,
    key: RsaPrivate,
}

impl RsaSigner {
    pub(super) fn new(algorithm: Algorithm, key: &EncodingKey) -> Result<Self> {
        let (padding, hash) = scheme(algorithm)?;
        let (n, e, numbers) = parts::rsa_private(key.as_bytes()).map_err(invalid)?;
        let public = RsaPublic::new(&n, &e).map_err(unfit)?;
        let key = RsaPrivate::untried(public, numbers).map_err(unfit)?;
        Ok(Self { algorithm, padding, hash, key })
    }
}

impl Signer<Vec<u8>> for RsaSigner {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        self.key.sign(self.padding, self.hash, message).map_err(Error::from_source)
    }
}

impl JwtSigner for RsaSigner {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

pub(super) struct RsaVerifier {
    algorithm: Algorithm,
    padding: Padding,
    hash: Hash,
    key: RsaPublic,
}

impl RsaVerifier {
    pub(super) fn new(algorithm: Algorithm, key: &DecodingKey) -> Result<Self> {
        let (padding, hash) = scheme(algorithm)?;
        let key = match key.kind() {
            DecodingKeyKind::RsaModulusExponent { n, e } => RsaPublic::for_verifying(n, e),
            DecodingKeyKind::SecretOrDer(der) => {
                let (n, e) = parts::rsa_public(der).map_err(invalid)?;
                RsaPublic::for_verifying(&n, &e)
            }
        };
        Ok(Self { algorithm, padding, hash, key: key.map_err(unfit)? })
    }
}

impl Verifier<Vec<u8>> for RsaVerifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), Error> {
        let verified = self.key.verify(self.padding, self.hash, message, signature);
        verified.map_err(|Unauthentic| Error::new())
    }
}

impl JwtVerifier for RsaVerifier {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

fn scheme(algorithm: Algorithm) -> Result<(Padding, Hash)> {
    let scheme = from_algorithm(algorithm).and_then(|ours| ours.rsa());
    scheme.ok_or_else(|| ErrorKind::UnsupportedAlgorithm.into())
}

pub(super) fn invalid(fault: KeyError) -> ErrorKind {
    ErrorKind::InvalidRsaKey(fault.to_string())
}

fn unfit(fault: RsaFault) -> ErrorKind {
    ErrorKind::InvalidRsaKey(match fault {
        RsaFault::Modulus(bits) => {
            format!("the modulus has {bits} bits; 2048 to 8192 verify, 2048 to 4096 sign")
        }
        RsaFault::Exponent => "the exponent is even, too small or too large".into(),
        RsaFault::Unfit => "its numbers do not belong together".into(),
    })
}
