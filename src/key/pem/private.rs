//! Private keys: PKCS #8 (RFC 5958), SEC1 (RFC 5915), PKCS #1 (RFC 8017).

use pkcs1::{RsaPrivateKey, UintRef};
use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::{self, Decode as _, Encode as _, oid::ObjectIdentifier};
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

use crate::crypto::{Curve, EcPrivate, EcPublic, RsaNumbers, RsaPrivate, RsaPublic, Unauthentic};
use crate::secret::SecretBytes;

use super::super::weak;
use super::public::{identifier, no_parameters, null_parameters};
use super::{
    Algorithm, ID_EC, ID_ED25519, ID_RSA, Key, KeyError, Material, broken, choose, curve_of, fault,
    of_ed25519, of_rsa, on_curve, unsupported,
};

pub(super) fn pkcs8(der: &[u8], allowed: &[Algorithm]) -> Result<Key, KeyError> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(broken)?;
    let inner = info.private_key.as_bytes();
    let key = match info.algorithm.oid {
        ID_ED25519 => {
            no_parameters(&info.algorithm)?;
            let algorithm = choose(&of_ed25519(), Some(Algorithm::EdDsa), allowed)?;
            let seed = <&OctetStringRef>::from_der(inner).map_err(broken)?.as_bytes();
            Key::from_secret(algorithm, SecretBytes::new(seed.to_vec()))?
        }
        ID_EC => {
            let curve = info.algorithm.parameters_oid().map_err(|_| not_named())?;
            sec1(inner, Some(curve_of(curve)?), allowed)?
        }
        ID_RSA => {
            null_parameters(&info.algorithm)?;
            pkcs1(inner, allowed)?
        }
        other => return Err(unsupported(other)),
    };
    // Version 2 has room for a public key (RFC 5958): there is only one that belongs there.
    match info.public_key {
        Some(said) if said.as_bytes() != point_of(&key).as_deref() => {
            Err(fault("the public key beside the private one is another's".into()))
        }
        _ => Ok(key),
    }
}

/// The public half as version 2 of PKCS #8 holds it.
fn point_of(key: &Key) -> Option<Vec<u8>> {
    match &*key.material {
        Material::Ed25519 { public, .. } => Some(public.as_bytes().to_vec()),
        Material::Ec { public, .. } => Some(public.point().to_vec()),
        Material::Rsa { public, .. } => super::public::pkcs1_der(public).ok(),
        _ => None,
    }
}

fn not_named() -> KeyError {
    KeyError::Unsupported(
        "a curve given by its numbers; name it: openssl ec -param_enc named_curve".into(),
    )
}

/// `curve` is what stands around the key, and must agree with what stands in it.
pub(super) fn sec1(
    der: &[u8],
    curve: Option<Curve>,
    allowed: &[Algorithm],
) -> Result<Key, KeyError> {
    let key = EcPrivateKey::from_der(der).map_err(broken)?;
    let named = key.parameters.and_then(|parameters| parameters.named_curve());
    let curve = match (named.map(curve_of).transpose()?, curve) {
        (Some(inside), Some(outside)) if inside != outside => {
            return Err(fault("two curves are named for one key".into()));
        }
        (Some(curve), _) | (None, Some(curve)) => curve,
        (None, None) => return Err(not_named()),
    };
    let (fitting, implied) = on_curve(curve);
    let algorithm = choose(&fitting, implied, allowed)?;
    let point = key.public_key.ok_or(KeyError::NoPoint)?;
    let public = EcPublic::from_point(curve, point).map_err(|Unauthentic| KeyError::Unfit)?;
    let scalar = scalar(&key, curve)?;
    weak::check(&scalar)?;
    let private = EcPrivate::new(scalar, public);
    private.map(|private| Key::of(algorithm, private)).map_err(|Unauthentic| KeyError::Unfit)
}

/// The scalar in the curve's width, also where an encoder left its leading zeros out.
pub(super) fn scalar(key: &EcPrivateKey<'_>, curve: Curve) -> Result<SecretBytes, KeyError> {
    let missing = curve.width().checked_sub(key.private_key.len()).ok_or(KeyError::Unfit)?;
    let mut scalar = Vec::with_capacity(curve.width());
    scalar.resize(missing, 0);
    scalar.extend_from_slice(key.private_key);
    Ok(SecretBytes::new(scalar))
}

pub(super) fn pkcs1(der: &[u8], allowed: &[Algorithm]) -> Result<Key, KeyError> {
    let key = RsaPrivateKey::<UintRef<'_>>::from_der(der).map_err(broken)?;
    let numbers = numbers(&key)?;
    let algorithm = choose(&of_rsa(), None, allowed)?;
    let public = RsaPublic::new(key.modulus.as_bytes(), key.public_exponent.as_bytes())?;
    Ok(Key::of(algorithm, RsaPrivate::new(public, numbers)?))
}

pub(super) fn numbers(key: &RsaPrivateKey<UintRef<'_>>) -> Result<RsaNumbers, KeyError> {
    if key.other_prime_infos.is_some() {
        return Err(KeyError::Unsupported("RSA with more than two primes".into()));
    }
    let secret = |number: UintRef<'_>| SecretBytes::new(number.as_bytes().to_vec());
    Ok(RsaNumbers {
        d: secret(key.private_exponent),
        p: secret(key.prime1),
        q: secret(key.prime2),
        dp: secret(key.exponent1),
        dq: secret(key.exponent2),
        qi: secret(key.coefficient),
    })
}

/// The PKCS #8 version 1 document of `material`; `None` if it has no private half.
pub(super) fn write(material: &Material) -> Option<der::Result<Zeroizing<Vec<u8>>>> {
    match material {
        Material::Ed25519 { private: Some(private), .. } => Some(ed25519(private.seed())),
        Material::Ec { private: Some(private), .. } => Some(ec(private)),
        Material::Rsa { private: Some(private), .. } => Some(rsa(private)),
        _ => None,
    }
}

fn ed25519(seed: &[u8; 32]) -> der::Result<Zeroizing<Vec<u8>>> {
    wrap(ID_ED25519, None, &Zeroizing::new(OctetStringRef::new(seed)?.to_der()?))
}

fn ec(private: &EcPrivate) -> der::Result<Zeroizing<Vec<u8>>> {
    let inner = EcPrivateKey {
        private_key: private.scalar().expose_secret(),
        parameters: None,
        public_key: Some(private.public().point()),
    };
    wrap(ID_EC, Some(private.public().curve()), &Zeroizing::new(inner.to_der()?))
}

fn rsa(private: &RsaPrivate) -> der::Result<Zeroizing<Vec<u8>>> {
    wrap(ID_RSA, None, &write_pkcs1(private)?)
}

pub(super) fn write_pkcs1(private: &RsaPrivate) -> der::Result<Zeroizing<Vec<u8>>> {
    let (public, numbers) = (private.public(), private.numbers());
    let inner = RsaPrivateKey::<UintRef<'_>> {
        modulus: UintRef::new(public.n())?,
        public_exponent: UintRef::new(public.e())?,
        private_exponent: UintRef::new(numbers.d.expose_secret())?,
        prime1: UintRef::new(numbers.p.expose_secret())?,
        prime2: UintRef::new(numbers.q.expose_secret())?,
        exponent1: UintRef::new(numbers.dp.expose_secret())?,
        exponent2: UintRef::new(numbers.dq.expose_secret())?,
        coefficient: UintRef::new(numbers.qi.expose_secret())?,
        other_prime_infos: None,
    };
    inner.to_der().map(Zeroizing::new)
}

fn wrap(
    oid: ObjectIdentifier,
    curve: Option<Curve>,
    inner: &[u8],
) -> der::Result<Zeroizing<Vec<u8>>> {
    let parameters = super::public::parameters(oid, curve);
    let algorithm = identifier(oid, &parameters);
    let info = PrivateKeyInfoRef::new(algorithm, OctetStringRef::new(inner)?);
    info.to_der().map(Zeroizing::new)
}
