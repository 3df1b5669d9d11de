//! Symmetric keys (RFC 7518 section 6.4).

use crate::base64url;
use crate::secret::{SecretBytes, SecretText};

use super::{Algorithm, Key, KeyError, Parts, need, secret_bytes};

const FITTING: &[Algorithm] = &[
    Algorithm::Hs256,
    Algorithm::Hs384,
    Algorithm::Hs512,
    Algorithm::A256Gcm,
    #[cfg(feature = "paseto")]
    Algorithm::V4Local,
];

pub(super) fn read(parts: &mut Parts<'_>, allowed: &[Algorithm]) -> Result<Key, KeyError> {
    parts.only(&["k"])?;
    let secret = secret_bytes("k", need("k", &parts.k)?)?;
    let algorithm = parts.algorithm(FITTING, None, allowed)?;
    Key::from_secret(algorithm, secret)
}

pub(super) fn write(secret: &SecretBytes) -> SecretText {
    let k = SecretText::new(base64url::encode(secret.expose_secret()));
    SecretText::new(format!("\"kty\":\"oct\",\"k\":\"{}\"", k.expose_secret()))
}
