//! The algorithms: each names the token format and the primitive.

use std::fmt;
use std::str::FromStr;

use super::{Curve, Hash, Padding};

/// What a key does, fixed when the key is made. It names the token format and the primitive; a
/// token cannot choose it (RFC 8725 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC with SHA-256 (RFC 7518 section 3.2): one secret makes and checks the tag.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
    /// Ed25519 (RFC 8037): a private key signs, a public key verifies.
    EdDsa,
    /// ECDSA over P-256 with SHA-256 (RFC 7518 section 3.4).
    Es256,
    /// ECDSA over P-384 with SHA-384.
    Es384,
    /// RSA with PKCS #1 v1.5 padding and SHA-256 (RFC 7518 section 3.3).
    Rs256,
    /// RSA with PKCS #1 v1.5 padding and SHA-384.
    Rs384,
    /// RSA with PKCS #1 v1.5 padding and SHA-512.
    Rs512,
    /// RSA with PSS padding and SHA-256 (RFC 7518 section 3.5).
    Ps256,
    /// RSA with PSS padding and SHA-384.
    Ps384,
    /// RSA with PSS padding and SHA-512.
    Ps512,
    /// AES-256-GCM, used directly (`alg: dir`; RFC 7518 sections 4.5 and 5.3): one secret seals
    /// and opens, and nobody else can read.
    A256Gcm,
    /// PASETO version 4, public: Ed25519.
    #[cfg(feature = "paseto")]
    V4Public,
    /// PASETO version 4, local: XChaCha20 with keyed BLAKE2b; one secret seals and opens.
    #[cfg(feature = "paseto")]
    V4Local,
    /// PASETO version 3, public: ECDSA over P-384 with SHA-384.
    #[cfg(feature = "paseto-v3")]
    V3Public,
}

impl Algorithm {
    /// All algorithms of this build.
    pub const ALL: &'static [Self] = &[
        Self::Hs256,
        Self::Hs384,
        Self::Hs512,
        Self::EdDsa,
        Self::Es256,
        Self::Es384,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::A256Gcm,
        #[cfg(feature = "paseto")]
        Self::V4Public,
        #[cfg(feature = "paseto")]
        Self::V4Local,
        #[cfg(feature = "paseto-v3")]
        Self::V3Public,
    ];

    /// The registered name: `HS256`, `EdDSA`, `A256GCM`, `v4.public`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::A256Gcm => "A256GCM",
            #[cfg(feature = "paseto")]
            Self::V4Public => "v4.public",
            #[cfg(feature = "paseto")]
            Self::V4Local => "v4.local",
            #[cfg(feature = "paseto-v3")]
            Self::V3Public => "v3.public",
        }
    }

    /// The form of its tokens.
    #[must_use]
    pub const fn format(self) -> Format {
        match self {
            Self::A256Gcm => Format::Jwe,
            #[cfg(feature = "paseto")]
            Self::V4Public | Self::V4Local => Format::Paseto,
            #[cfg(feature = "paseto-v3")]
            Self::V3Public => Format::Paseto,
            _ => Format::Jws,
        }
    }

    /// What others can do with a token of this algorithm.
    #[must_use]
    pub const fn protection(self) -> Protection {
        match self {
            Self::A256Gcm => Protection::Sealed,
            #[cfg(feature = "paseto")]
            Self::V4Local => Protection::Sealed,
            _ => Protection::Signed,
        }
    }

    /// Whether a public half exists, so that verifiers need no secret.
    #[must_use]
    pub const fn has_public_half(self) -> bool {
        match self {
            Self::Hs256 | Self::Hs384 | Self::Hs512 => false,
            _ => matches!(self.protection(), Protection::Signed),
        }
    }

    /// Whether two renewals of one session in one window give the same bytes. They do where signing
    /// draws no random bytes, and for the keys of a sealed `A256GCM` ring, which make their nonces
    /// from what they seal.
    #[must_use]
    pub const fn renewals_converge(self) -> bool {
        match self {
            Self::Es256 | Self::Es384 | Self::Ps256 | Self::Ps384 | Self::Ps512 => false,
            #[cfg(feature = "paseto")]
            Self::V4Local => false,
            #[cfg(feature = "paseto-v3")]
            Self::V3Public => false,
            _ => true,
        }
    }

    /// Whether keys for it are made here; RSA keys are imported.
    #[must_use]
    pub const fn can_be_generated(self) -> bool {
        self.rsa().is_none()
    }

    /// The hash of an HMAC algorithm.
    pub(crate) const fn mac(self) -> Option<Hash> {
        match self {
            Self::Hs256 => Some(Hash::Sha256),
            Self::Hs384 => Some(Hash::Sha384),
            Self::Hs512 => Some(Hash::Sha512),
            _ => None,
        }
    }

    /// Padding and hash of an RSA algorithm.
    pub(crate) const fn rsa(self) -> Option<(Padding, Hash)> {
        match self {
            Self::Rs256 => Some((Padding::Pkcs1, Hash::Sha256)),
            Self::Rs384 => Some((Padding::Pkcs1, Hash::Sha384)),
            Self::Rs512 => Some((Padding::Pkcs1, Hash::Sha512)),
            Self::Ps256 => Some((Padding::Pss, Hash::Sha256)),
            Self::Ps384 => Some((Padding::Pss, Hash::Sha384)),
            Self::Ps512 => Some((Padding::Pss, Hash::Sha512)),
            _ => None,
        }
    }

    /// The curve of an ECDSA algorithm.
    pub(crate) const fn curve(self) -> Option<Curve> {
        match self {
            Self::Es256 => Some(Curve::P256),
            Self::Es384 => Some(Curve::P384),
            #[cfg(feature = "paseto-v3")]
            Self::V3Public => Some(Curve::P384),
            _ => None,
        }
    }

    /// Whether it signs with Ed25519.
    pub(crate) const fn is_ed25519(self) -> bool {
        match self {
            Self::EdDsa => true,
            #[cfg(feature = "paseto")]
            Self::V4Public => true,
            _ => false,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    /// Reads a registered name, exactly as registered; RFC 9864's `Ed25519` is `EdDSA` too.
    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        match name {
            "Ed25519" => Ok(Self::EdDsa),
            _ => Self::ALL
                .iter()
                .copied()
                .find(|algorithm| algorithm.name() == name)
                .ok_or(UnknownAlgorithm),
        }
    }
}

/// The names of `algorithms`, for an error's text.
pub(crate) fn names(algorithms: &[Algorithm]) -> String {
    let names: Vec<_> = algorithms.iter().map(|algorithm| algorithm.name()).collect();
    names.join(", ")
}

/// The name is no algorithm of this build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownAlgorithm;

impl fmt::Display for UnknownAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown algorithm; known are {}", names(Algorithm::ALL))
    }
}

impl std::error::Error for UnknownAlgorithm {}

/// The form of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// JWS Compact Serialization (RFC 7515): three parts, signed.
    Jws,
    /// JWE Compact Serialization (RFC 7516): five parts, sealed.
    Jwe,
    /// PASETO: `v4.public.` and its kin.
    Paseto,
}

/// What the bearer of a token can read of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protection {
    /// Everybody can read the claims; only a key holder can make them.
    Signed,
    /// Only a key holder can read or make the claims.
    Sealed,
}
