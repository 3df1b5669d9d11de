//! Octet key pairs (RFC 8037): Ed25519.

use zeroize::Zeroizing;

use crate::base64url;
use crate::crypto::{PublicKey, SigningKey, Unauthentic};
use crate::printable::short_name;
use crate::secret::SecretText;

use super::{Algorithm, Key, KeyError, Parts, need, secret_bytes};

const FITTING: &[Algorithm] = &[
    Algorithm::EdDsa,
    #[cfg(feature = "paseto")]
    Algorithm::V4Public,
];

pub(super) fn read(parts: &mut Parts<'_>, allowed: &[Algorithm]) -> Result<Key, KeyError> {
    parts.only(&["crv", "x", "d"])?;
    match parts.crv.as_deref() {
        Some("Ed25519") => {}
        Some(other) => {
            return Err(KeyError::Unsupported(format!(
                "crv \"{}\"; known is Ed25519",
                short_name(other)
            )));
        }
        None => return Err(KeyError::Missing("crv")),
    }
    let algorithm = parts.algorithm(FITTING, Some(Algorithm::EdDsa), allowed)?;
    let bytes = base64url::decode_array::<32>(need("x", &parts.x)?)
        .map_err(|_| KeyError::Member { member: "x", fault: "is not base64url of 32 bytes" })?;
    let public = PublicKey::from_bytes(&bytes).map_err(|Unauthentic| KeyError::Unfit)?;
    let public = Key::of(algorithm, public);
    let Some(d) = parts.d.as_deref() else {
        return Ok(public);
    };
    let key = Key::from_secret(algorithm, secret_bytes("d", d)?)?;
    match key.public_half() {
        Some(half) if half == public => Ok(key),
        _ => Err(KeyError::Contradiction("\"x\" is not the public half of \"d\"")),
    }
}

pub(super) fn write(private: Option<&SigningKey>, public: &PublicKey) -> SecretText {
    let x = base64url::encode(public.as_bytes());
    let d = private.map_or_else(Zeroizing::default, |private| {
        let seed = Zeroizing::new(base64url::encode(private.seed()));
        Zeroizing::new(format!(",\"d\":\"{}\"", *seed))
    });
    SecretText::new(format!("\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"{x}\"{}", *d))
}
