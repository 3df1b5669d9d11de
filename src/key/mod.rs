//! Keys: each bound to one algorithm, each named by at most one `kid`.

mod error;
mod id;
mod jwk;
mod material;
#[cfg(feature = "paseto")]
mod paserk;
#[cfg(feature = "pem")]
mod pem;
mod set;
mod signature;
mod thumbprint;
mod weak;

use crate::limits;
use std::fmt;
use std::sync::Arc;

pub use crate::crypto::{Algorithm, Format, Protection, RandomError, UnknownAlgorithm};
use crate::crypto::{NONCE_BYTES, Seal, Unauthentic};
use crate::secret::{SecretBytes, SecretText};

pub use error::{KeyError, Weakness};
pub use id::{KeyId, NotAKeyId};
use material::Material;
#[cfg(feature = "paseto")]
pub use paserk::{Paserk, PaserkKind};
#[cfg(feature = "jsonwebtoken")]
pub(crate) use pem::parts;
pub(crate) use set::KeySetTrace;
pub use set::{KeySet, KeySource, Member, NoKey, SetError, Skipped, Standing};
use signature::Signature;
pub(crate) use weak::PUBLISHED_TEXT;

/// A key and the one algorithm that it serves.
///
/// Cloning shares the prepared key. `Debug` shows the algorithm and the `kid`, never the material;
/// `==` compares secrets in constant time.
///
/// ```
/// use waxseal::key::{Algorithm, Key};
/// let key = Key::generate(Algorithm::EdDsa)?;
/// let public = key.public_half().expect("EdDSA has one");
/// assert!(key.can_mint() && !public.can_mint());
/// # Ok::<(), waxseal::key::KeyError>(())
/// ```
#[derive(Clone)]
pub struct Key {
    id: Option<KeyId>,
    permits: Permits,
    algorithm: Algorithm,
    material: Arc<Material>,
}

/// What `use` and `key_ops` leave (RFC 7517 sections 4.2 and 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Permits {
    MintAndVerify,
    MintOnly,
    VerifyOnly,
}

impl Key {
    /// Makes a fresh key, without a `kid`.
    ///
    /// # Errors
    /// [`KeyError::Random`] when the operating system gives no random bytes;
    /// [`KeyError::NotGenerated`] for RSA, whose keys are imported.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        Material::generate(algorithm).map(|material| Self::of(algorithm, material))
    }

    /// Takes the raw secret of a key: an HMAC secret at least as long as its hash, the 32 bytes of
    /// an AES-256 or v4.local key, the 32-byte seed of an Ed25519 private key.
    ///
    /// # Errors
    /// [`KeyError::Length`] for another length, [`KeyError::Weak`] for a secret that can be
    /// guessed: repeated, made of common words, or printed in a published example.
    /// [`KeyError::NotASecret`] for an algorithm whose private keys are more than a secret.
    pub fn from_secret(algorithm: Algorithm, secret: SecretBytes) -> Result<Self, KeyError> {
        Material::of_secret(algorithm, secret).map(|material| Self::of(algorithm, material))
    }

    fn of(algorithm: Algorithm, material: impl Into<Material>) -> Self {
        let material = material.into();
        debug_assert!(material.fits(algorithm));
        let permits = match material.holds_secret() {
            true => Permits::MintAndVerify,
            false => Permits::VerifyOnly,
        };
        Self { id: None, permits, algorithm, material: Arc::new(material) }
    }

    /// Reads one JWK (RFC 7517), private or public, that says what it is for.
    ///
    /// # Errors
    /// A [`KeyError`] that names the member: duplicate or contradicting members, an `alg`, `use`
    /// or `key_ops` that does not fit, a key of the wrong length or strength.
    ///
    /// ```
    /// use waxseal::key::Key;
    /// let jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    /// assert_eq!(Key::from_jwk(jwk.as_bytes())?.algorithm().name(), "EdDSA");
    /// # Ok::<(), waxseal::key::KeyError>(())
    /// ```
    pub fn from_jwk(jwk: &[u8]) -> Result<Self, KeyError> {
        jwk::read(jwk, &[])
    }

    /// Reads one JWK as [`Key::from_jwk`], for one of `allowed`. An `RSA` or `oct` JWK that does not
    /// say its algorithm gets the only one of `allowed` that fits; an `OKP` or `EC` one implies its
    /// JOSE algorithm.
    ///
    /// # Errors
    /// As [`Key::from_jwk`]; [`KeyError::NotAllowed`] for another algorithm.
    pub fn from_jwk_among(jwk: &[u8], allowed: &[Algorithm]) -> Result<Self, KeyError> {
        jwk::read(jwk, allowed)
    }

    /// The `kid` that tokens name this key by.
    #[must_use]
    pub fn id(&self) -> Option<&KeyId> {
        self.id.as_ref()
    }

    /// The same key under the `kid` `id`.
    #[must_use]
    pub fn with_id(self, id: KeyId) -> Self {
        Self { id: Some(id), ..self }
    }

    /// Whether it is for tests, by its name ([`limits::TEST_KEY_PREFIX`]): no verifier takes it that
    /// was not told to.
    #[must_use]
    pub fn is_for_tests(&self) -> bool {
        self.id().is_some_and(|id| id.as_str().starts_with(limits::TEST_KEY_PREFIX))
    }

    /// The algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether it can sign or seal: it holds a secret, and its `key_ops` allow it.
    #[must_use]
    pub fn can_mint(&self) -> bool {
        self.holds_secret() && self.permits != Permits::VerifyOnly
    }

    /// Whether it can verify or open.
    #[must_use]
    pub fn can_verify(&self) -> bool {
        self.permits != Permits::MintOnly
    }

    /// Whether it holds anything that must stay private.
    #[must_use]
    pub fn holds_secret(&self) -> bool {
        self.material.holds_secret()
    }

    /// The half that verifies, to be given to everybody; `None` when there is only a secret.
    #[must_use]
    pub fn public_half(&self) -> Option<Self> {
        let half = Self::of(self.algorithm, self.material.public_half()?);
        Some(Self { id: self.id.clone(), ..half })
    }

    /// The RFC 7638 thumbprint, base64url of SHA-256. `None` without a public half: whoever has
    /// the thumbprint of a weak secret can guess the secret.
    #[must_use]
    pub fn thumbprint(&self) -> Option<String> {
        thumbprint::of(&self.material)
    }

    /// The public half as a JWK.
    #[must_use]
    pub fn to_public_jwk(&self) -> Option<String> {
        self.public_half().map(|half| jwk::write(&half).expose_secret().to_owned())
    }

    /// The whole key as a JWK, its secret included; `None` for a public key.
    ///
    /// # Security
    /// Whoever reads the text can mint tokens. It leaves it only through
    /// [`SecretText::expose_secret`].
    #[must_use]
    pub fn export_secret_jwk(&self) -> Option<SecretText> {
        self.holds_secret().then(|| jwk::write(self))
    }

    /// Whether its `key_ops` take nothing away from what it can do.
    #[must_use]
    pub fn has_all_rights(&self) -> bool {
        match self.holds_secret() {
            true => self.permits == Permits::MintAndVerify,
            false => true,
        }
    }

    /// Makes sealing with AES-GCM deterministic, so that two renewals of one session give the same
    /// bytes. The nonce key is derived from `aux`.
    pub(crate) fn with_synthetic_nonces(self, aux: &[u8; 32]) -> Result<Self, KeyError> {
        match self.material.with_synthetic_nonces(aux)? {
            Some(material) => Ok(Self { material, ..self }),
            None => Ok(self),
        }
    }

    /// Whether both are the same key, whatever their ids; secrets are compared in constant time.
    pub(crate) fn has_material_of(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.material.is_same_as(&other.material)
    }

    /// Whether both are made of the same numbers, for the same algorithm or another.
    pub(crate) fn shares_numbers_with(&self, other: &Self) -> bool {
        self.material.shares_numbers_with(&other.material)
    }

    /// The signature or tag over `input`; `None` if this key cannot sign.
    pub(crate) fn sign(&self, input: &[u8]) -> Option<Result<Signature, RandomError>> {
        if self.can_mint() { self.material.sign(self.algorithm, input) } else { None }
    }

    /// Checks `signature` over `input`.
    pub(crate) fn verify(&self, input: &[u8], signature: &[u8]) -> Result<(), Unauthentic> {
        match self.can_verify() {
            true => self.material.verify(self.algorithm, input, signature),
            false => Err(Unauthentic),
        }
    }

    /// How tokens name it: by its `kid`, or a PASETO by its PASERK id.
    pub(crate) fn token_kid(&self) -> Option<String> {
        let id = self.id.as_ref().map(ToString::to_string);
        #[cfg(feature = "paseto")]
        let id = id.or_else(|| self.paserk_id());
        id
    }

    /// The compressed public point that version 3 of PASETO binds.
    #[cfg(feature = "paseto")]
    pub(crate) fn compressed_point(&self) -> Option<Vec<u8>> {
        match (&*self.material, self.algorithm) {
            #[cfg(feature = "paseto-v3")]
            (Material::Ec { public, .. }, Algorithm::V3Public) => Some(public.compressed()),
            _ => None,
        }
    }

    /// The v4.local token over `message`; `None` if this key makes none.
    #[cfg(feature = "paseto")]
    pub(crate) fn encrypt(
        &self,
        message: &[u8],
        footer: &[u8],
        assertion: &[u8],
    ) -> Option<Result<String, RandomError>> {
        match &*self.material {
            Material::V4Local { key, .. } if self.can_mint() => {
                Some(key.encrypt(message, footer, assertion))
            }
            _ => None,
        }
    }

    /// The message of the v4.local `token`.
    #[cfg(feature = "paseto")]
    pub(crate) fn decrypt(&self, token: &str, assertion: &[u8]) -> Result<Vec<u8>, Unauthentic> {
        match &*self.material {
            Material::V4Local { key, .. } if self.can_verify() => key.decrypt(token, assertion),
            _ => Err(Unauthentic),
        }
    }

    /// Seals `text` in place; `None` if this key cannot seal.
    pub(crate) fn seal(&self, aad: &[u8], text: &mut [u8]) -> Option<Result<Seal, RandomError>> {
        if self.can_mint() { self.material.seal(aad, text) } else { None }
    }

    /// Opens `sealed`, ciphertext and tag, in place.
    pub(crate) fn open(
        &self,
        aad: &[u8],
        nonce: [u8; NONCE_BYTES],
        sealed: &mut Vec<u8>,
    ) -> Result<(), Unauthentic> {
        match self.can_verify() {
            true => self.material.open(aad, nonce, sealed),
            false => Err(Unauthentic),
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.has_material_of(other) && self.id == other.id && self.permits == other.permits
    }
}

impl Eq for Key {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("algorithm", &self.algorithm)
            .field("id", &self.id)
            .field("material", &"[redacted]")
            .finish()
    }
}
