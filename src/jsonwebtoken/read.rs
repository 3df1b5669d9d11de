//! From theirs to ours, by our own strict reading.

use jsonwebtoken::jwk::{Jwk, JwkSet};

use crate::key::{Algorithm, Key, KeyError, KeySet, SetError};
use crate::limits;
use crate::secret::SecretBytes;

/// The same algorithm here; `None` for one that a later jsonwebtoken adds.
#[must_use]
pub fn from_algorithm(algorithm: jsonwebtoken::Algorithm) -> Option<Algorithm> {
    use jsonwebtoken::Algorithm as Theirs;
    // The provider asks at every token: no search through names.
    match algorithm {
        Theirs::HS256 => Some(Algorithm::Hs256),
        Theirs::HS384 => Some(Algorithm::Hs384),
        Theirs::HS512 => Some(Algorithm::Hs512),
        Theirs::ES256 => Some(Algorithm::Es256),
        Theirs::ES384 => Some(Algorithm::Es384),
        Theirs::RS256 => Some(Algorithm::Rs256),
        Theirs::RS384 => Some(Algorithm::Rs384),
        Theirs::RS512 => Some(Algorithm::Rs512),
        Theirs::PS256 => Some(Algorithm::Ps256),
        Theirs::PS384 => Some(Algorithm::Ps384),
        Theirs::PS512 => Some(Algorithm::Ps512),
        Theirs::EdDSA => Some(Algorithm::EdDsa),
        _ => None,
    }
}

/// A key of ours from a [`Jwk`]: a public key or a secret, since a `Jwk` has no private halves. One
/// that does not say its algorithm gets the only one of `allowed` that fits; with none allowed, it
/// must say it.
///
/// # Errors
/// As [`Key::from_jwk_among`], which is stricter than jsonwebtoken: weak secrets, points off their
/// curve and contradicting members are refused here, not at the first token.
///
/// ```
/// use waxseal::key::{Algorithm, Key};
/// let key = Key::generate(Algorithm::Es384)?;
/// let jwk = waxseal::jsonwebtoken::jwk(&key).expect("a public half");
/// assert_eq!(Some(waxseal::jsonwebtoken::from_jwk(&jwk, &[])?), key.public_half());
/// # Ok::<(), waxseal::key::KeyError>(())
/// ```
pub fn from_jwk(jwk: &Jwk, allowed: &[Algorithm]) -> Result<Key, KeyError> {
    Key::from_jwk_among(json(jwk).expose_secret(), allowed)
}

/// A set of ours from a [`JwkSet`]. A key that cannot be used is left out and listed in
/// [`KeySet::skipped`].
///
/// # Errors
/// As [`KeySet::from_jwk_set_among`].
pub fn from_jwk_set(set: &JwkSet, allowed: &[Algorithm]) -> Result<KeySet, SetError> {
    KeySet::from_jwk_set_among(json(set).expose_secret(), allowed)
}

/// The JSON, which may hold a secret. What cannot be written as JSON reads as empty, and is refused.
fn json(value: &impl serde::Serialize) -> SecretBytes {
    // Room for any JWK from the start: a buffer that grows leaves copies behind.
    let mut text = Vec::with_capacity(limits::JWK_BYTES);
    if serde_json::to_writer(&mut text, value).is_err() {
        text.clear();
    }
    SecretBytes::new(text)
}
