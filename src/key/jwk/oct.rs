//! Symmetric keys (RFC 7518 section 6.4).

use crate::base64url;
use crate::secret::{SecretBytes, SecretText};

use super::{Algorithm, Key, KeyError, Parts, secret_bytes};

const FITTING: &[Algorithm] = &[Algorithm::Hs256, Algorithm::A256Gcm];

pub(super) fn read(parts: &mut Parts<'_>, allowed: &[Algorithm]) -> Result<Key, KeyError> {
    if parts.d.is_some() || parts.x.is_some() || parts.crv.is_some() {
        return Err(KeyError::Contradiction("\"oct\" with members of another key type"));
    }
    let secret = secret_bytes("k", parts.k.as_deref().ok_or(KeyError::Missing("k"))?)?;
    let algorithm = parts.algorithm(FITTING, None, allowed)?;
    Key::from_secret(algorithm, secret)
}

pub(super) fn write(secret: &SecretBytes) -> SecretText {
    let k = SecretText::new(base64url::encode(secret.expose_secret()));
    SecretText::new(format!("\"kty\":\"oct\",\"k\":\"{}\"", k.expose_secret()))
}
