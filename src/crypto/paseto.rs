//! The PASETO primitives that ring has not: v4.local (XChaCha20 with keyed BLAKE2b) and the hash of
//! version 4 key ids.

use pasetors::keys::{AsymmetricPublicKey, AsymmetricSecretKey, SymmetricKey};
use pasetors::paserk::{FormatAsPaserk as _, Id};
use pasetors::token::UntrustedToken;
use pasetors::version4::{LocalToken, V4};
use pasetors::{Local, errors::Error};

use super::{RandomError, Unauthentic};

/// A key for v4.local; wiped on drop.
pub(crate) struct V4Local(SymmetricKey<V4>);

impl V4Local {
    pub(crate) fn new(secret: &[u8; 32]) -> Result<Self, Unauthentic> {
        SymmetricKey::from(secret).map(Self).map_err(|_| Unauthentic)
    }

    /// The whole token over `message`, under a nonce from the operating system.
    pub(crate) fn encrypt(
        &self,
        message: &[u8],
        footer: &[u8],
        assertion: &[u8],
    ) -> Result<String, RandomError> {
        LocalToken::encrypt(&self.0, message, Some(footer), Some(assertion))
            .map_err(|_| RandomError)
    }

    /// The message of a whole `token`.
    pub(crate) fn decrypt(&self, token: &str, assertion: &[u8]) -> Result<Vec<u8>, Unauthentic> {
        let refused = |_: Error| Unauthentic;
        let token = UntrustedToken::<Local, V4>::try_from(token).map_err(refused)?;
        let opened =
            LocalToken::decrypt(&self.0, &token, None, Some(assertion)).map_err(refused)?;
        Ok(opened.payload().as_bytes().to_vec())
    }
}

/// The id of a version 4 key, as `k4.pid.` and 44 characters.
pub(crate) enum K4<'a> {
    Local(&'a [u8]),
    Public(&'a [u8]),
    /// Seed and public key, which belong together.
    Secret(&'a [u8]),
}

impl K4<'_> {
    pub(crate) fn id(&self) -> Result<String, Unauthentic> {
        let id = match self {
            Self::Local(key) => SymmetricKey::<V4>::from(key).map(|key| Id::from(&key)),
            Self::Public(key) => AsymmetricPublicKey::<V4>::from(key).map(|key| Id::from(&key)),
            Self::Secret(key) => AsymmetricSecretKey::<V4>::from(key).map(|key| Id::from(&key)),
        };
        let mut text = String::new();
        let written = id.map_err(|_| Unauthentic)?.fmt(&mut text);
        written.map(|()| text).map_err(|_| Unauthentic)
    }
}
