//! Keys as jsonwebtoken holds them: DER, raw points and raw secrets. A key of another is read as it
//! is, and judged by whoever takes it: ours would be refused for less.

use pkcs1::{RsaPrivateKey, RsaPublicKey, UintRef};
use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::{self, Decode as _};
use pkcs8::spki::SubjectPublicKeyInfoRef;
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

use crate::crypto::{Curve, RsaNumbers};
use crate::secret::SecretBytes;

use super::{
    ID_EC, ID_ED25519, ID_RSA, Key, KeyError, Material, broken, curve_of, fault, private,
    unsupported,
};

impl Key {
    /// The raw secret of an HMAC key.
    pub(crate) fn hmac_secret(&self) -> Option<&SecretBytes> {
        match &*self.material {
            Material::Hmac { secret, .. } => Some(secret),
            _ => None,
        }
    }

    /// The whole private key as DER: PKCS #1 for RSA, PKCS #8 version 1 for the others.
    pub(crate) fn private_der(&self) -> Option<Zeroizing<Vec<u8>>> {
        let der = match &*self.material {
            Material::Rsa { private: Some(private), .. } => private::write_pkcs1(private),
            material => private::write(material)?,
        };
        der.ok()
    }
}

/// The seed in a PKCS #8 document. The public key beside it, if there is one, is not
/// compared.
pub(crate) fn ed25519_private(document: &[u8]) -> Result<(SecretBytes, Option<Vec<u8>>), KeyError> {
    let info = PrivateKeyInfoRef::from_der(document).map_err(broken)?;
    if info.algorithm.oid != ID_ED25519 {
        return Err(unsupported(info.algorithm.oid));
    }
    let seed = <&OctetStringRef>::from_der(info.private_key.as_bytes()).map_err(broken)?;
    let public = match info.public_key {
        Some(bits) => Some(bits.as_bytes().ok_or_else(odd_bits)?.to_vec()),
        None => None,
    };
    Ok((SecretBytes::new(seed.as_bytes().to_vec()), public))
}

/// Scalar and point of a PKCS #8 document. The scalar has the curve's width, also where its leading
/// zeros were left out.
pub(crate) fn ec_private(
    document: &[u8],
    curve: Curve,
) -> Result<(SecretBytes, Vec<u8>), KeyError> {
    let info = PrivateKeyInfoRef::from_der(document).map_err(broken)?;
    if info.algorithm.oid != ID_EC {
        return Err(unsupported(info.algorithm.oid));
    }
    let inner = EcPrivateKey::from_der(info.private_key.as_bytes()).map_err(broken)?;
    let around = info.algorithm.parameters_oid().map_err(|_| KeyError::Unfit)?;
    let inside = inner.parameters.and_then(|parameters| parameters.named_curve());
    if curve_of(around)? != curve || inside.is_some_and(|inside| inside != around) {
        return Err(fault("it is on another curve".into()));
    }
    let scalar = private::scalar(&inner, curve)?;
    Ok((scalar, inner.public_key.ok_or(KeyError::NoPoint)?.to_vec()))
}

/// The numbers of a PKCS #1 private key: modulus, public exponent, the private ones.
pub(crate) fn rsa_private(document: &[u8]) -> Result<(Vec<u8>, Vec<u8>, RsaNumbers), KeyError> {
    let key = RsaPrivateKey::<UintRef<'_>>::from_der(document).map_err(broken)?;
    let (n, e) = (key.modulus.as_bytes().to_vec(), key.public_exponent.as_bytes().to_vec());
    Ok((n, e, private::numbers(&key)?))
}

/// Modulus and exponent of a public key: PKCS #1, or in an SPKI.
pub(crate) fn rsa_public(document: &[u8]) -> Result<(Vec<u8>, Vec<u8>), KeyError> {
    let numbers = |document: &[u8]| -> der::Result<_> {
        let key = RsaPublicKey::<UintRef<'_>>::from_der(document)?;
        Ok((key.modulus.as_bytes().to_vec(), key.public_exponent.as_bytes().to_vec()))
    };
    numbers(document).or_else(|_| {
        let info = SubjectPublicKeyInfoRef::from_der(document).map_err(broken)?;
        if info.algorithm.oid != ID_RSA {
            return Err(unsupported(info.algorithm.oid));
        }
        numbers(info.subject_public_key.as_bytes().ok_or_else(odd_bits)?).map_err(broken)
    })
}

/// The point in an SPKI.
pub(crate) fn ec_public(document: &[u8], curve: Curve) -> Result<Vec<u8>, KeyError> {
    let info = SubjectPublicKeyInfoRef::from_der(document).map_err(broken)?;
    let named = info.algorithm.parameters_oid().map_err(|_| KeyError::Unfit)?;
    if info.algorithm.oid != ID_EC || curve_of(named)? != curve {
        return Err(fault("it is on another curve".into()));
    }
    Ok(info.subject_public_key.as_bytes().ok_or_else(odd_bits)?.to_vec())
}

/// The public key in an SPKI.
pub(crate) fn ed25519_public(document: &[u8]) -> Result<Vec<u8>, KeyError> {
    let info = SubjectPublicKeyInfoRef::from_der(document).map_err(broken)?;
    if info.algorithm.oid != ID_ED25519 {
        return Err(unsupported(info.algorithm.oid));
    }
    Ok(info.subject_public_key.as_bytes().ok_or_else(odd_bits)?.to_vec())
}

fn odd_bits() -> KeyError {
    fault("the public key has odd bits at its end".into())
}
