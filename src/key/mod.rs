//! Keys: each bound to one algorithm, each named by at most one `kid`.

mod error;
mod id;
mod jwk;
mod set;
mod thumbprint;
mod weak;

use std::fmt;
use std::sync::Arc;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

pub use crate::crypto::{Algorithm, Protection, RandomError, UnknownAlgorithm};
use crate::crypto::{
    HmacSha256, NONCE_BYTES, PublicKey, Seal, SealingKey, SigningKey, Unauthentic, derive, random,
};
use crate::secret::{SecretBytes, SecretText};

pub use error::{KeyError, Weakness};
pub use id::{KeyId, NotAKeyId};
pub use set::{KeySet, KeySource, Member, NoKey, SetError, Skipped, Standing};

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
    material: Arc<Material>,
}

enum Material {
    Hs256 { mac: HmacSha256, secret: SecretBytes },
    EdDsa { private: Option<Box<SigningKey>>, public: Box<PublicKey> },
    A256Gcm { sealing: Box<SealingKey>, secret: SecretBytes },
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
    /// [`KeyError::Random`] when the operating system gives no random bytes.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        let secret = SecretBytes::new(Zeroizing::new(random::<32>()?).to_vec());
        Self::from_secret(algorithm, secret)
    }

    /// Takes the raw secret of a key: an HMAC secret of 32 bytes or more, the 32 bytes of an
    /// AES-256 key, or the 32-byte seed of an Ed25519 private key.
    ///
    /// # Errors
    /// [`KeyError::Length`] for another length, [`KeyError::Weak`] for a secret that can be
    /// guessed: repeated, made of common words, or printed in a published example.
    pub fn from_secret(algorithm: Algorithm, secret: SecretBytes) -> Result<Self, KeyError> {
        let material = match algorithm {
            Algorithm::Hs256 => {
                weak::check_hmac_secret(&secret, 32)?;
                Material::Hs256 { mac: HmacSha256::new(secret.expose_secret()), secret }
            }
            Algorithm::A256Gcm => {
                let bytes = exactly_32(algorithm, &secret)?;
                weak::check(&secret)?;
                let sealing = SealingKey::new(bytes).map_err(|Unauthentic| KeyError::Unfit)?;
                Material::A256Gcm { sealing: Box::new(sealing), secret }
            }
            Algorithm::EdDsa => {
                let private = SigningKey::from_seed(exactly_32(algorithm, &secret)?);
                weak::check(&secret)?;
                Material::EdDsa {
                    public: Box::new(private.public()),
                    private: Some(Box::new(private)),
                }
            }
        };
        Ok(Self::of(material, Permits::MintAndVerify))
    }

    fn from_public(public: PublicKey) -> Self {
        Self::of(Material::EdDsa { private: None, public: Box::new(public) }, Permits::VerifyOnly)
    }

    fn of(material: Material, permits: Permits) -> Self {
        Self { id: None, permits, material: Arc::new(material) }
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

    /// Reads one JWK as [`Key::from_jwk`], for one of `allowed`. A JWK that does not say its
    /// algorithm gets the only one that fits.
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

    /// The algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match &*self.material {
            Material::Hs256 { .. } => Algorithm::Hs256,
            Material::EdDsa { .. } => Algorithm::EdDsa,
            Material::A256Gcm { .. } => Algorithm::A256Gcm,
        }
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
        !matches!(&*self.material, Material::EdDsa { private: None, .. })
    }

    /// The half that verifies, to be given to everybody; `None` when there is only a secret.
    #[must_use]
    pub fn public_half(&self) -> Option<Self> {
        match &*self.material {
            Material::EdDsa { public, .. } => {
                Some(Self { id: self.id.clone(), ..Self::from_public(PublicKey::clone(public)) })
            }
            Material::Hs256 { .. } | Material::A256Gcm { .. } => None,
        }
    }

    /// The RFC 7638 thumbprint, base64url of SHA-256. `None` without a public half: whoever has
    /// the thumbprint of a weak secret can guess the secret.
    #[must_use]
    pub fn thumbprint(&self) -> Option<String> {
        match &*self.material {
            Material::EdDsa { public, .. } => Some(thumbprint::of_ed25519(public.as_bytes())),
            Material::Hs256 { .. } | Material::A256Gcm { .. } => None,
        }
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

    /// Makes sealing deterministic, so that two renewals of one session give the same bytes; other
    /// algorithms are that already. The nonce key is derived from `aux`.
    pub(crate) fn with_synthetic_nonces(self, aux: &[u8; 32]) -> Result<Self, KeyError> {
        let Material::A256Gcm { secret, .. } = &*self.material else {
            return Ok(self);
        };
        let nonce_key = derive(aux, "nonce");
        let sealing = SealingKey::new(exactly_32(Algorithm::A256Gcm, secret)?)
            .map_err(|Unauthentic| KeyError::Unfit)?
            .with_synthetic_nonces(&nonce_key);
        let (sealing, secret) = (Box::new(sealing), secret.clone());
        let material = Material::A256Gcm { sealing, secret };
        Ok(Self { material: Arc::new(material), ..self })
    }

    /// Whether both are the same key, whatever their ids; secrets are compared in constant time.
    pub(crate) fn has_material_of(&self, other: &Self) -> bool {
        match (&*self.material, &*other.material) {
            (Material::Hs256 { secret: a, .. }, Material::Hs256 { secret: b, .. })
            | (Material::A256Gcm { secret: a, .. }, Material::A256Gcm { secret: b, .. }) => a == b,
            (
                Material::EdDsa { private: a, public: public_a },
                Material::EdDsa { private: b, public: public_b },
            ) => {
                let same_private = match (a, b) {
                    (Some(a), Some(b)) => a.seed().ct_eq(b.seed()).into(),
                    (None, None) => true,
                    _ => false,
                };
                same_private && public_a.as_bytes() == public_b.as_bytes()
            }
            _ => false,
        }
    }

    /// The signature or tag over `input`; `None` if this key cannot sign.
    pub(crate) fn sign(&self, input: &[u8]) -> Option<Signature> {
        match &*self.material {
            _ if !self.can_mint() => None,
            Material::Hs256 { mac, .. } => Some(Signature::Mac(mac.tag(&[input]))),
            Material::EdDsa { private, .. } => {
                private.as_ref().map(|private| Signature::EdDsa(private.sign(input)))
            }
            Material::A256Gcm { .. } => None,
        }
    }

    /// Checks `signature` over `input`.
    pub(crate) fn verify(&self, input: &[u8], signature: &[u8]) -> Result<(), Unauthentic> {
        match &*self.material {
            _ if !self.can_verify() => Err(Unauthentic),
            Material::Hs256 { mac, .. } => mac.verify(input, signature),
            Material::EdDsa { public, .. } => public.verify(input, signature),
            Material::A256Gcm { .. } => Err(Unauthentic),
        }
    }

    /// Seals `text` in place; `None` if this key cannot seal.
    pub(crate) fn seal(&self, aad: &[u8], text: &mut [u8]) -> Option<Result<Seal, RandomError>> {
        match &*self.material {
            Material::A256Gcm { sealing, .. } if self.can_mint() => Some(sealing.seal(aad, text)),
            _ => None,
        }
    }

    /// Opens `sealed`, ciphertext and tag, in place.
    pub(crate) fn open(
        &self,
        aad: &[u8],
        nonce: [u8; NONCE_BYTES],
        sealed: &mut Vec<u8>,
    ) -> Result<(), Unauthentic> {
        match &*self.material {
            Material::A256Gcm { sealing, .. } if self.can_verify() => {
                sealing.open(aad, nonce, sealed)
            }
            _ => Err(Unauthentic),
        }
    }
}

fn exactly_32(algorithm: Algorithm, secret: &SecretBytes) -> Result<&[u8; 32], KeyError> {
    let bytes = secret.expose_secret();
    bytes.try_into().map_err(|_| KeyError::Length {
        algorithm,
        needs: "exactly 32",
        has: bytes.len(),
    })
}

/// The bytes of a signature, sized by its algorithm.
pub(crate) enum Signature {
    Mac([u8; crate::crypto::MAC_BYTES]),
    EdDsa([u8; crate::crypto::SIGNATURE_BYTES]),
}

impl AsRef<[u8]> for Signature {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Mac(bytes) => bytes,
            Self::EdDsa(bytes) => bytes,
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
            .field("algorithm", &self.algorithm())
            .field("id", &self.id)
            .field("material", &"[redacted]")
            .finish()
    }
}
