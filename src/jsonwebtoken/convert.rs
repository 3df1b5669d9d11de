//! From ours to theirs.

use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{DecodingKey, EncodingKey, Validation};

use crate::key::{Algorithm, Key, KeySource};
use crate::limits;
use crate::time::Clock;

use super::ConvertError;

/// The key that [`jsonwebtoken::decode`] takes: the public half, or the secret of an HMAC key.
///
/// # Errors
/// [`ConvertError::NotJws`] for a sealed or PASETO key, [`ConvertError::NotForVerifying`] when its
/// `key_ops` forbid it.
///
/// # Security
/// A `DecodingKey` knows a family of algorithms and no more. Decode with the [`validation`] of the
/// same key, which names its one algorithm.
///
/// ```
/// use waxseal::key::{Algorithm, Key};
/// let key = Key::generate(Algorithm::Es256)?;
/// assert!(waxseal::jsonwebtoken::decoding_key(&key).is_ok());
/// let sealed = Key::generate(Algorithm::A256Gcm)?;
/// assert_eq!(waxseal::jsonwebtoken::decoding_key(&sealed).unwrap_err().code(), "not_jws");
/// # Ok::<(), waxseal::key::KeyError>(())
/// ```
pub fn decoding_key(key: &Key) -> Result<DecodingKey, ConvertError> {
    named(key.algorithm())?;
    if !key.can_verify() {
        return Err(ConvertError::NotForVerifying);
    }
    match key.hmac_secret() {
        Some(secret) => Ok(DecodingKey::from_secret(secret.expose_secret())),
        None => Ok(DecodingKey::from_jwk(&jwk(key)?)?),
    }
}

/// The key that [`jsonwebtoken::encode`] takes.
///
/// # Errors
/// [`ConvertError::NotJws`] for a sealed or PASETO key, [`ConvertError::NotForSigning`] for a public
/// key, or when its `key_ops` forbid it.
///
/// # Security
/// It holds the private key, and is wiped on drop. It knows a family of algorithms and no more: the
/// header must name the algorithm of the key, and its `kid` if it has one.
///
/// ```
/// use waxseal::jsonwebtoken as convert;
/// use waxseal::key::{Algorithm, Key};
/// let key = Key::generate(Algorithm::EdDsa)?;
/// let algorithm = convert::algorithm(key.algorithm()).expect("a JWS algorithm");
/// let header = jsonwebtoken::Header::new(algorithm);
/// let claims = serde_json::json!({ "sub": "ada" });
/// assert!(jsonwebtoken::encode(&header, &claims, &convert::encoding_key(&key)?).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encoding_key(key: &Key) -> Result<EncodingKey, ConvertError> {
    let algorithm = named(key.algorithm())?;
    if !key.can_mint() {
        return Err(ConvertError::NotForSigning);
    }
    if let Some(secret) = key.hmac_secret() {
        return Ok(EncodingKey::from_secret(secret.expose_secret()));
    }
    let der = key.private_der().ok_or(ConvertError::NotForSigning)?;
    match algorithm.family() {
        jsonwebtoken::AlgorithmFamily::Rsa => Ok(EncodingKey::from_rsa_der(&der)),
        jsonwebtoken::AlgorithmFamily::Ec => Ok(EncodingKey::from_ec_der(&der)),
        _ => Ok(EncodingKey::from_ed_der(&der)),
    }
}

/// The public half as a JWK, with `alg`, `use` and `kid`.
///
/// # Errors
/// [`ConvertError::NotJws`] for a sealed or PASETO key, [`ConvertError::NoPublicHalf`] for an HMAC
/// secret: a JWK of it would be the secret, and its `Debug` prints it.
///
/// ```
/// use waxseal::key::{Algorithm, Key};
/// let key = Key::generate(Algorithm::EdDsa)?;
/// let jwk = waxseal::jsonwebtoken::jwk(&key).expect("a public half");
/// assert_eq!(jwk.common.key_algorithm, Some(jsonwebtoken::jwk::KeyAlgorithm::EdDSA));
/// # Ok::<(), waxseal::key::KeyError>(())
/// ```
pub fn jwk(key: &Key) -> Result<Jwk, ConvertError> {
    let algorithm = key.algorithm();
    named(algorithm)?;
    let text = key.to_public_jwk().ok_or(ConvertError::NoPublicHalf(algorithm))?;
    serde_json::from_str(&text).map_err(|error| ConvertError::Refused(error.into()))
}

/// The public halves that a ring, or any other source of keys, trusts at this moment, for
/// [`JwkSet::find`] and [`DecodingKey::from_jwk`]. Revoked keys, those whose time has passed, secrets,
/// sealed and PASETO keys are not in it.
///
/// A set is a picture. Of a source that rotates take it anew for each token, or at least when a `kid` is
/// not found: [`Keys`](crate::Keys) and [`PublicKeys`](crate::PublicKeys) follow what they read.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let dir = dir.path().join("keys");
/// use waxseal::jsonwebtoken::{jwk_set, validation};
/// use waxseal::{Issuer, keyring::NewRing};
///
/// # let _ = waxseal::jsonwebtoken::RING_PROVIDER.install_default();
/// let keys = NewRing::new("https://id.example").create(&dir)?;
/// let token = Issuer::new(&keys, "https://id.example", "shop")?.mint("ada", &[7])?;
///
/// let kid = jsonwebtoken::decode_header(&*token)?.kid.expect("a ring names its keys");
/// let set = jwk_set(&keys);
/// let key = jsonwebtoken::DecodingKey::from_jwk(set.find(&kid).expect("a key of the ring"))?;
/// let checks = validation(keys.algorithm(), "https://id.example", "shop")?;
/// let read = jsonwebtoken::decode::<serde_json::Value>(&*token, &key, &checks)?;
/// assert_eq!(read.claims["sub"], "ada");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn jwk_set(source: &(impl KeySource + ?Sized)) -> JwkSet {
    let (set, now) = (source.key_set(), Clock::system().now());
    let trusted = set.members().iter().filter(|member| member.standing.is_trusted(now));
    JwkSet { keys: trusted.filter_map(|member| jwk(&member.key).ok()).collect() }
}

/// The same algorithm there; `None` for one that is no JWS.
#[must_use]
pub fn algorithm(algorithm: Algorithm) -> Option<jsonwebtoken::Algorithm> {
    algorithm.name().parse().ok()
}

/// Checks as strict as a verifier of ours has by default, where jsonwebtoken knows them: one
/// algorithm, `iss` and `aud` required and compared, `exp` required, `nbf` checked when there, 30 s
/// of leeway.
///
/// # Errors
/// [`ConvertError::NotJws`] for an algorithm that jsonwebtoken lacks.
///
/// # Security
/// jsonwebtoken looks at neither `typ` nor `crit` nor `iat`, and asks no revocation list: a session
/// that was logged out stays good until its `exp`.
pub fn validation(
    algorithm: Algorithm,
    issuer: &str,
    audience: &str,
) -> Result<Validation, ConvertError> {
    let mut validation = Validation::new(named(algorithm)?);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    // What is configured but not required is accepted when it is absent.
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.validate_nbf = true;
    validation.leeway = limits::DEFAULT_LEEWAY.as_secs();
    Ok(validation)
}

fn named(ours: Algorithm) -> Result<jsonwebtoken::Algorithm, ConvertError> {
    algorithm(ours).ok_or(ConvertError::NotJws(ours))
}
