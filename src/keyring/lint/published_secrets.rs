//! HMAC secrets that are printed in examples: everybody can make tokens with them.

use crate::base64url;
use crate::crypto::{Algorithm, Hmac};
use crate::key::PUBLISHED_TEXT;

/// Whether `secret` is printed in an example, with or without white space around it.
#[must_use]
pub fn is_published_secret(secret: &[u8]) -> bool {
    PUBLISHED_TEXT.iter().any(|printed| printed.as_bytes() == secret.trim_ascii())
}

/// Whether the JWS `token` of the HMAC `algorithm` was made with a secret that is printed in an
/// example: no key is needed to tell.
///
/// ```
/// use waxseal::key::Algorithm;
/// use waxseal::keyring::lint::is_made_with_published_secret;
/// // The default of jwt.io for many years.
/// let token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gR\
///              G9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
/// assert!(is_made_with_published_secret(Algorithm::Hs256, token));
/// ```
#[must_use]
pub fn is_made_with_published_secret(algorithm: Algorithm, token: &str) -> bool {
    let (Some(hash), Some((input, tag))) = (algorithm.mac(), token.rsplit_once('.')) else {
        return false;
    };
    let Ok(tag) = base64url::decode(tag) else {
        return false;
    };
    PUBLISHED_TEXT
        .iter()
        .any(|printed| Hmac::new(hash, printed.as_bytes()).verify(input.as_bytes(), &tag).is_ok())
}
