//! Public keys alone: enough to verify, never to mint.

use std::path::Path;

use crate::durable;
use crate::key::{KeySet, KeySource};
use crate::limits;

use super::KeyringError;

/// The public halves of a ring, from its JWK Set.
///
/// A holder can verify and cannot mint: there is no private half to mint with, and no function that
/// would take these keys.
///
/// ```compile_fail
/// # fn example(keys: waxseal::PublicKeys) {
/// let issuer = waxseal::Issuer::new(&keys, "https://id.example", "shop"); // expects `Keys`
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct PublicKeys(KeySet);

impl PublicKeys {
    /// Reads the JWK Set file `path`, made by `waxseal keys jwks`.
    ///
    /// # Errors
    /// [`KeyringError`] if it cannot be read, is no JWK Set, or holds a secret.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, KeyringError> {
        let path = path.as_ref();
        let bytes =
            durable::read_at_most(path, limits::JWK_SET_BYTES).map_err(KeyringError::read(path))?;
        Self::read(&bytes, path)
    }

    /// Reads the text of a JWK Set.
    ///
    /// # Errors
    /// [`KeyringError::Data`] if it is no JWK Set, or holds a secret.
    pub fn from_jwk_set(text: &str) -> Result<Self, KeyringError> {
        Self::read(text.as_bytes(), Path::new("the JWK Set"))
    }

    fn read(bytes: &[u8], path: &Path) -> Result<Self, KeyringError> {
        let set = KeySet::from_jwk_set(bytes).map_err(KeyringError::set(path))?;
        match secret_in(bytes) {
            None => Ok(Self(set)),
            Some(position) => {
                let fault = format!("keys[{position}] holds a secret; a published set never does");
                Err(KeyringError::data(path, fault))
            }
        }
    }
}

/// The place of the first key with a private member, usable here or not.
pub(super) fn secret_in(jwk_set: &[u8]) -> Option<usize> {
    const PRIVATE: &[&str] = &["d", "k", "p", "q", "dp", "dq", "qi", "oth", "priv"];
    let set: serde_json::Value = serde_json::from_slice(jwk_set).ok()?;
    let keys = set.get("keys")?.as_array()?;
    keys.iter().position(|jwk| PRIVATE.iter().any(|name| jwk.get(name).is_some()))
}

impl KeySource for PublicKeys {
    fn key_set(&self) -> KeySet {
        self.0.clone()
    }
}
