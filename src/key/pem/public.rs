//! Public keys: SPKI (RFC 5280 section 4.1.2.7, RFC 5480, RFC 8410) and PKCS #1.

use pkcs1::{RsaPublicKey, UintRef};
use pkcs8::der::asn1::{AnyRef, BitStringRef, Null};
use pkcs8::der::{self, Decode as _, Encode as _, oid::ObjectIdentifier};
use pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use crate::crypto::{Curve, EcPublic, PublicKey, RsaPublic, Unauthentic};

use super::{
    Algorithm, ID_EC, ID_ED25519, ID_RSA, Key, KeyError, Material, broken, choose, curve_of, fault,
    of_ed25519, of_rsa, on_curve, unsupported,
};

pub(super) fn spki(der: &[u8], allowed: &[Algorithm]) -> Result<Key, KeyError> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(broken)?;
    let odd = || fault("the public key has odd bits at its end".into());
    let bytes = info.subject_public_key.as_bytes().ok_or_else(odd)?;
    let unfit = |Unauthentic| KeyError::Unfit;
    match info.algorithm.oid {
        ID_ED25519 => {
            no_parameters(&info.algorithm)?;
            let algorithm = choose(&of_ed25519(), Some(Algorithm::EdDsa), allowed)?;
            let point: &[u8; 32] = bytes.try_into().map_err(|_| KeyError::Unfit)?;
            Ok(Key::of(algorithm, PublicKey::from_bytes(point).map_err(unfit)?))
        }
        ID_EC => {
            let named = info.algorithm.parameters_oid();
            let curve = curve_of(named.map_err(|_| {
                let what =
                    "a curve given by its numbers; name it: openssl ec -param_enc named_curve";
                KeyError::Unsupported(what.into())
            })?)?;
            let (fitting, implied) = on_curve(curve);
            let algorithm = choose(&fitting, implied, allowed)?;
            Ok(Key::of(algorithm, EcPublic::from_point(curve, bytes).map_err(unfit)?))
        }
        ID_RSA => {
            null_parameters(&info.algorithm)?;
            pkcs1(bytes, allowed)
        }
        other => Err(unsupported(other)),
    }
}

pub(super) fn pkcs1(der: &[u8], allowed: &[Algorithm]) -> Result<Key, KeyError> {
    let key = RsaPublicKey::<UintRef<'_>>::from_der(der).map_err(broken)?;
    let algorithm = choose(&of_rsa(), None, allowed)?;
    let public = RsaPublic::new(key.modulus.as_bytes(), key.public_exponent.as_bytes())?;
    Ok(Key::of(algorithm, public))
}

/// The SPKI document of the public `material`.
pub(super) fn write(material: &Material) -> der::Result<Vec<u8>> {
    let (oid, curve, bytes) = match material {
        Material::Ed25519 { public, .. } => (ID_ED25519, None, public.as_bytes().to_vec()),
        Material::Ec { public, .. } => (ID_EC, Some(public.curve()), public.point().to_vec()),
        Material::Rsa { public, .. } => (ID_RSA, None, pkcs1_der(public)?),
        _ => return Err(der::ErrorKind::Failed.into()),
    };
    let parameters = parameters(oid, curve);
    let subject_public_key = BitStringRef::from_bytes(&bytes)?;
    let algorithm = identifier(oid, &parameters);
    SubjectPublicKeyInfoRef { algorithm, subject_public_key }.to_der()
}

/// The PKCS #1 document of a public key.
pub(super) fn pkcs1_der(public: &RsaPublic) -> der::Result<Vec<u8>> {
    let (modulus, exponent) = (UintRef::new(public.n())?, UintRef::new(public.e())?);
    RsaPublicKey { modulus, public_exponent: exponent }.to_der()
}

/// RFC 8410 section 3: nothing stands beside the name of Ed25519.
pub(super) fn no_parameters(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<(), KeyError> {
    match algorithm.parameters {
        None => Ok(()),
        Some(_) => Err(fault("an Ed25519 key with parameters, which it never has".into())),
    }
}

/// RFC 3279 section 2.3.1: a null stands beside the name of RSA. Some leave it out.
pub(super) fn null_parameters(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<(), KeyError> {
    match algorithm.parameters {
        Some(found) if !found.is_null() => {
            Err(fault("an RSA key with parameters other than null".into()))
        }
        _ => Ok(()),
    }
}

/// What stands beside the algorithm's name.
pub(super) enum Parameters {
    Absent,
    Null,
    Curve(ObjectIdentifier),
}

pub(super) fn parameters(oid: ObjectIdentifier, curve: Option<Curve>) -> Parameters {
    match (oid, curve) {
        (_, Some(Curve::P256)) => {
            Parameters::Curve(ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"))
        }
        (_, Some(Curve::P384)) => Parameters::Curve(ObjectIdentifier::new_unwrap("1.3.132.0.34")),
        (ID_RSA, None) => Parameters::Null,
        _ => Parameters::Absent,
    }
}

pub(super) fn identifier(
    oid: ObjectIdentifier,
    parameters: &Parameters,
) -> AlgorithmIdentifierRef<'_> {
    let parameters = match parameters {
        Parameters::Absent => None,
        Parameters::Null => Some(AnyRef::from(Null)),
        Parameters::Curve(oid) => Some(AnyRef::from(oid)),
    };
    AlgorithmIdentifierRef { oid, parameters }
}
