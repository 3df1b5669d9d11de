//! What a key is made of: one variant a family of primitives, each prepared once.

use std::sync::Arc;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

#[cfg(feature = "paseto")]
use crate::crypto::V4Local;
use crate::crypto::{
    Algorithm, EcPrivate, EcPublic, Hmac, NONCE_BYTES, PublicKey, RandomError, RsaFault,
    RsaPrivate, RsaPublic, Seal, SealingKey, SigningKey, Unauthentic, derive, random,
};
use crate::secret::SecretBytes;

use super::signature::Signature;
use super::{KeyError, weak};

/// The material of a key, secret or public.
pub(super) enum Material {
    Hmac {
        mac: Hmac,
        secret: SecretBytes,
    },
    AesGcm {
        sealing: Box<SealingKey>,
        secret: SecretBytes,
    },
    Ed25519 {
        private: Option<Box<SigningKey>>,
        public: Box<PublicKey>,
    },
    Ec {
        private: Option<Box<EcPrivate>>,
        public: Box<EcPublic>,
    },
    Rsa {
        private: Option<Box<RsaPrivate>>,
        public: Box<RsaPublic>,
    },
    #[cfg(feature = "paseto")]
    V4Local {
        key: Box<V4Local>,
        secret: SecretBytes,
    },
}

impl Material {
    /// Fresh material for `algorithm`.
    pub(super) fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        if !algorithm.can_be_generated() {
            return Err(KeyError::NotGenerated(algorithm));
        }
        if let Some(curve) = algorithm.curve() {
            return Ok(EcPrivate::generate(curve)?.into());
        }
        let bytes = algorithm.mac().map_or(32, |hash| hash.bytes());
        let drawn = Zeroizing::new(random::<64>()?);
        Self::of_secret(algorithm, SecretBytes::new(drawn.split_at(bytes).0.to_vec()))
    }

    /// The material whose raw secret is `secret`.
    pub(super) fn of_secret(algorithm: Algorithm, secret: SecretBytes) -> Result<Self, KeyError> {
        if let Some(hash) = algorithm.mac() {
            weak::check_hmac_secret(algorithm, &secret, hash.bytes())?;
            let mac = Hmac::new(hash, secret.expose_secret());
            return Ok(Self::Hmac { mac, secret });
        }
        if algorithm.is_ed25519() {
            let private = SigningKey::from_seed(exactly_32(algorithm, &secret)?);
            weak::check(&secret)?;
            return Ok(private.into());
        }
        match algorithm {
            Algorithm::A256Gcm => {
                let bytes = exactly_32(algorithm, &secret)?;
                weak::check(&secret)?;
                let sealing = SealingKey::new(bytes).map_err(|Unauthentic| KeyError::Unfit)?;
                Ok(Self::AesGcm { sealing: Box::new(sealing), secret })
            }
            #[cfg(feature = "paseto")]
            Algorithm::V4Local => {
                let bytes = exactly_32(algorithm, &secret)?;
                weak::check(&secret)?;
                let key = V4Local::new(bytes).map_err(|Unauthentic| KeyError::Unfit)?;
                Ok(Self::V4Local { key: Box::new(key), secret })
            }
            #[cfg(feature = "paseto-v3")]
            Algorithm::V3Public => {
                let has = secret.expose_secret().len();
                if has != 48 {
                    return Err(KeyError::Length { algorithm, needs: "exactly 48", has });
                }
                weak::check(&secret)?;
                let private = crate::crypto::private_of(secret);
                Ok(private.map_err(|Unauthentic| KeyError::Unfit)?.into())
            }
            _ => Err(KeyError::NotASecret(algorithm)),
        }
    }

    /// Whether it fits `algorithm`.
    pub(super) fn fits(&self, algorithm: Algorithm) -> bool {
        match self {
            Self::Hmac { .. } => algorithm.mac().is_some(),
            Self::AesGcm { .. } => algorithm == Algorithm::A256Gcm,
            Self::Ed25519 { .. } => algorithm.is_ed25519(),
            Self::Ec { public, .. } => algorithm.curve() == Some(public.curve()),
            Self::Rsa { .. } => algorithm.rsa().is_some(),
            #[cfg(feature = "paseto")]
            Self::V4Local { .. } => algorithm == Algorithm::V4Local,
        }
    }

    pub(super) fn holds_secret(&self) -> bool {
        !matches!(
            self,
            Self::Ed25519 { private: None, .. }
                | Self::Ec { private: None, .. }
                | Self::Rsa { private: None, .. }
        )
    }

    pub(super) fn public_half(&self) -> Option<Self> {
        match self {
            Self::Ed25519 { public, .. } => Some(PublicKey::clone(public).into()),
            Self::Ec { public, .. } => Some(EcPublic::clone(public).into()),
            Self::Rsa { public, .. } => Some(RsaPublic::clone(public).into()),
            _ => None,
        }
    }

    /// Whether both are the same; secrets are compared in constant time.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Hmac { secret: a, .. }, Self::Hmac { secret: b, .. })
            | (Self::AesGcm { secret: a, .. }, Self::AesGcm { secret: b, .. }) => a == b,
            #[cfg(feature = "paseto")]
            (Self::V4Local { secret: a, .. }, Self::V4Local { secret: b, .. }) => a == b,
            (
                Self::Ed25519 { private: a, public: public_a },
                Self::Ed25519 { private: b, public: public_b },
            ) => {
                public_a.as_bytes() == public_b.as_bytes()
                    && both(a, b, |a, b| a.seed().ct_eq(b.seed()).into())
            }
            (
                Self::Ec { private: a, public: public_a },
                Self::Ec { private: b, public: public_b },
            ) => public_a == public_b && both(a, b, |a, b| a.scalar() == b.scalar()),
            (
                Self::Rsa { private: a, public: public_a },
                Self::Rsa { private: b, public: public_b },
            ) => public_a == public_b && both(a, b, |a, b| a.numbers() == b.numbers()),
            _ => false,
        }
    }

    /// Whether both are made of the same numbers, whatever they serve; secrets are compared in
    /// constant time.
    pub(super) fn shares_numbers_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Ed25519 { public: a, .. }, Self::Ed25519 { public: b, .. }) => {
                a.as_bytes() == b.as_bytes()
            }
            (Self::Ec { public: a, .. }, Self::Ec { public: b, .. }) => a == b,
            (Self::Rsa { public: a, .. }, Self::Rsa { public: b, .. }) => a == b,
            _ => match (self.symmetric(), other.symmetric()) {
                (Some(a), Some(b)) => a == b,
                _ => false,
            },
        }
    }

    fn symmetric(&self) -> Option<&SecretBytes> {
        match self {
            Self::Hmac { secret, .. } | Self::AesGcm { secret, .. } => Some(secret),
            #[cfg(feature = "paseto")]
            Self::V4Local { secret, .. } => Some(secret),
            Self::Ed25519 { .. } | Self::Ec { .. } | Self::Rsa { .. } => None,
        }
    }

    /// The signature or tag over `input`; `None` if this material cannot sign.
    pub(super) fn sign(
        &self,
        algorithm: Algorithm,
        input: &[u8],
    ) -> Option<Result<Signature, RandomError>> {
        match self {
            Self::Hmac { mac, .. } => Some(Ok(Signature::short(mac.sign(input).as_ref()))),
            Self::Ed25519 { private: Some(private), .. } => {
                Some(Ok(Signature::short(&private.sign(input))))
            }
            Self::Ec { private: Some(private), .. } => {
                Some(private.sign(input).map(|signature| Signature::short(signature.as_ref())))
            }
            Self::Rsa { private: Some(private), .. } => {
                let (padding, hash) = algorithm.rsa()?;
                Some(private.sign(padding, hash, input).map(Signature::Long))
            }
            _ => None,
        }
    }

    /// Checks `signature` over `input`.
    pub(super) fn verify(
        &self,
        algorithm: Algorithm,
        input: &[u8],
        signature: &[u8],
    ) -> Result<(), Unauthentic> {
        match self {
            Self::Hmac { mac, .. } => mac.verify(input, signature),
            Self::Ed25519 { public, .. } => public.verify(input, signature),
            Self::Ec { public, .. } => public.verify(input, signature),
            Self::Rsa { public, .. } => {
                let (padding, hash) = algorithm.rsa().ok_or(Unauthentic)?;
                public.verify(padding, hash, input, signature)
            }
            _ => Err(Unauthentic),
        }
    }

    /// Seals `text` in place; `None` if this material cannot seal.
    pub(super) fn seal(&self, aad: &[u8], text: &mut [u8]) -> Option<Result<Seal, RandomError>> {
        match self {
            Self::AesGcm { sealing, .. } => Some(sealing.seal(aad, text)),
            _ => None,
        }
    }

    /// Opens `sealed`, ciphertext and tag, in place.
    pub(super) fn open(
        &self,
        aad: &[u8],
        nonce: [u8; NONCE_BYTES],
        sealed: &mut Vec<u8>,
    ) -> Result<(), Unauthentic> {
        match self {
            Self::AesGcm { sealing, .. } => sealing.open(aad, nonce, sealed),
            _ => Err(Unauthentic),
        }
    }

    /// The same material, sealing with nonces made from `aux` and the content; `None` where there
    /// is nothing to change.
    pub(super) fn with_synthetic_nonces(
        &self,
        aux: &[u8; 32],
    ) -> Result<Option<Arc<Self>>, KeyError> {
        let Self::AesGcm { secret, .. } = self else {
            return Ok(None);
        };
        let sealing = SealingKey::new(exactly_32(Algorithm::A256Gcm, secret)?)
            .map_err(|Unauthentic| KeyError::Unfit)?
            .with_synthetic_nonces(&derive(aux, "nonce"));
        Ok(Some(Arc::new(Self::AesGcm { sealing: Box::new(sealing), secret: secret.clone() })))
    }
}

fn both<T>(a: &Option<Box<T>>, b: &Option<Box<T>>, same: impl FnOnce(&T, &T) -> bool) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same(a, b),
        (None, None) => true,
        _ => false,
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

impl From<SigningKey> for Material {
    fn from(private: SigningKey) -> Self {
        let public = Box::new(private.public());
        Self::Ed25519 { private: Some(Box::new(private)), public }
    }
}

impl From<PublicKey> for Material {
    fn from(public: PublicKey) -> Self {
        Self::Ed25519 { private: None, public: Box::new(public) }
    }
}

impl From<EcPrivate> for Material {
    fn from(private: EcPrivate) -> Self {
        let public = Box::new(private.public().clone());
        Self::Ec { private: Some(Box::new(private)), public }
    }
}

impl From<EcPublic> for Material {
    fn from(public: EcPublic) -> Self {
        Self::Ec { private: None, public: Box::new(public) }
    }
}

impl From<RsaPrivate> for Material {
    fn from(private: RsaPrivate) -> Self {
        let public = Box::new(private.public().clone());
        Self::Rsa { private: Some(Box::new(private)), public }
    }
}

impl From<RsaPublic> for Material {
    fn from(public: RsaPublic) -> Self {
        Self::Rsa { private: None, public: Box::new(public) }
    }
}

impl From<RsaFault> for KeyError {
    fn from(fault: RsaFault) -> Self {
        match fault {
            RsaFault::Modulus(bits) => Self::Modulus { bits },
            RsaFault::Exponent => Self::Exponent,
            RsaFault::Unfit => Self::Unfit,
        }
    }
}
