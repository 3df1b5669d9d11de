//! What jsonwebtoken makes JWKs and thumbprints of.

use jsonwebtoken::Algorithm;
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::jwk::{EllipticCurve, ThumbprintHash};

use crate::crypto::{Curve, Hash, digest};
use crate::key::parts;

use super::{ec, ed25519, rsa};

/// Modulus and exponent of a PKCS #1 private key. They are read, not judged.
pub(super) fn rsa_of_private(document: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
    let (n, e, _) = parts::rsa_private(document).map_err(rsa::invalid)?;
    Ok((n, e))
}

/// Modulus and exponent of a public key.
pub(super) fn rsa_of_public(document: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
    Ok(parts::rsa_public(document).map_err(rsa::invalid)?)
}

/// Curve and coordinates of the public point, which was checked to be the private key's.
pub(super) fn ec_of_private(
    document: &[u8],
    algorithm: Algorithm,
) -> Result<(EllipticCurve, Vec<u8>, Vec<u8>)> {
    let curve = match ec::curve(algorithm)? {
        Curve::P256 => EllipticCurve::P256,
        Curve::P384 => EllipticCurve::P384,
    };
    let key = ec::private(algorithm, document)?;
    let (x, y) = key.public().coordinates();
    Ok((curve, x.to_vec(), y.to_vec()))
}

/// The public key of a seed.
pub(super) fn ed25519_of_private(document: &[u8], curve: &EllipticCurve) -> Result<Vec<u8>> {
    match curve {
        EllipticCurve::Ed25519 => Ok(ed25519::private(document)?.public().as_bytes().to_vec()),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

pub(super) fn digest_of(data: &[u8], hash: ThumbprintHash) -> Result<Vec<u8>> {
    let hash = match hash {
        ThumbprintHash::SHA256 => Hash::Sha256,
        ThumbprintHash::SHA384 => Hash::Sha384,
        ThumbprintHash::SHA512 => Hash::Sha512,
        _ => return Err(ErrorKind::UnsupportedAlgorithm.into()),
    };
    Ok(digest(hash, data))
}
