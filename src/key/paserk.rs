//! PASERK: PASETO keys and their ids as text, `k4.public.` and its kin.

use std::fmt;

use crate::base64url;
use crate::crypto::{K4, PublicKey, SigningKey, Unauthentic, names};
#[cfg(feature = "paseto-v3")]
use crate::crypto::{decompress, sha384_33};
use crate::limits;
use crate::printable::short_name;
use crate::secret::{SecretBytes, SecretText};

use super::{Algorithm, Key, KeyError, Material, Weakness};

/// What a PASERK holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaserkKind {
    /// A key that seals and opens.
    Local,
    /// A public key.
    Public,
    /// A private key.
    Secret,
    /// The id of a local key.
    Lid,
    /// The id of a public key.
    Pid,
    /// The id of a private key.
    Sid,
}

impl PaserkKind {
    const ALL: [Self; 6] =
        [Self::Local, Self::Public, Self::Secret, Self::Lid, Self::Pid, Self::Sid];

    /// Its name in the text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Public => "public",
            Self::Secret => "secret",
            Self::Lid => "lid",
            Self::Pid => "pid",
            Self::Sid => "sid",
        }
    }

    const fn bytes(self, version: u8) -> usize {
        match (self, version) {
            (Self::Local, _) | (Self::Public, 4) => 32,
            (Self::Public, _) => 49,
            (Self::Secret, 4) => 64,
            (Self::Secret, _) => 48,
            (Self::Lid | Self::Pid | Self::Sid, _) => 33,
        }
    }
}

/// A PASERK of version 3 or 4, read and not judged: its bytes have the right length, and whether
/// they are fit for a key is asked by [`Key::from_paserk`].
///
/// ```
/// use waxseal::key::Paserk;
/// let text = "k4.pid.S_XQqoRKFdTMv3b1HnDlPjT5Sr7oLmvPDZx-bLTmzPBf";
/// let paserk = Paserk::parse(text)?;
/// assert_eq!((paserk.version(), paserk.kind().name()), (4, "pid"));
/// assert_eq!(paserk.to_text().expose_secret(), text);
/// # Ok::<(), waxseal::key::KeyError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Paserk {
    version: u8,
    kind: PaserkKind,
    bytes: SecretBytes,
}

impl Paserk {
    /// Reads `text`.
    ///
    /// # Errors
    /// [`KeyError::Paserk`] if it is none; [`KeyError::Unsupported`] names a wrapped key, an older
    /// version, an unknown kind.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        if text.len() > limits::JWK_BYTES {
            return Err(KeyError::TooLong { has: text.len(), most: limits::JWK_BYTES });
        }
        let mut parts = text.splitn(3, '.');
        let (Some(version), Some(name), Some(data)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(KeyError::Paserk("a PASERK has three parts: k4, its kind, its data"));
        };
        let version = match version {
            "k3" => 3,
            "k4" => 4,
            "k1" | "k2" => return Err(unsupported(version, name, "known are versions 3 and 4")),
            _ => return Err(KeyError::Paserk("a PASERK begins with k3. or k4.")),
        };
        let kind = PaserkKind::ALL.into_iter().find(|kind| kind.name() == name);
        let kind = kind.ok_or_else(|| match name {
            "local-wrap" | "secret-wrap" => {
                unsupported(text, name, "a key wrapped by another; unwrap it where it was wrapped")
            }
            "local-pw" | "secret-pw" => {
                unsupported(text, name, "a key under a password; unwrap it where it was wrapped")
            }
            "seal" => unsupported(text, name, "a key sealed for a public key; unseal it there"),
            _ => unsupported(text, name, "a kind that no specification has"),
        })?;
        let bytes = base64url::decode(data).map(SecretBytes::new);
        let bytes =
            bytes.map_err(|_| KeyError::Paserk("the PASERK's data is not canonical base64url"))?;
        if bytes.expose_secret().len() != kind.bytes(version) {
            return Err(KeyError::Paserk("the PASERK's data has the wrong length for its kind"));
        }
        Ok(Self { version, kind, bytes })
    }

    /// The version of PASETO: 3 or 4.
    #[must_use]
    pub fn version(&self) -> u8 {
        self.version
    }

    /// What it holds.
    #[must_use]
    pub fn kind(&self) -> PaserkKind {
        self.kind
    }

    /// The text again. Of a local or secret key it is as secret as the key.
    #[must_use]
    pub fn to_text(&self) -> SecretText {
        let data = SecretText::new(base64url::encode(self.bytes.expose_secret()));
        let (version, kind) = (self.version, self.kind.name());
        SecretText::new(format!("k{version}.{kind}.{}", data.expose_secret()))
    }

    /// The id of a key: `lid`, `pid` or `sid`; an id is its own.
    ///
    /// # Errors
    /// [`KeyError::Contradiction`] for a secret key of two halves, [`KeyError::Weak`] for one of
    /// zeros, [`KeyError::Unsupported`] for version 3 in a build without feature `paseto-v3`.
    pub fn id(&self) -> Result<String, KeyError> {
        let bytes = self.bytes.expose_secret();
        let key = match (self.version, self.kind) {
            (_, PaserkKind::Lid | PaserkKind::Pid | PaserkKind::Sid) => {
                return Ok(self.to_text().expose_secret().to_owned());
            }
            (4, PaserkKind::Local) => K4::Local(bytes),
            (4, PaserkKind::Public) => K4::Public(bytes),
            (4, PaserkKind::Secret) => {
                if self.seed()?.expose_secret().iter().all(|byte| *byte == 0) {
                    // pasetors hashes no key of zeros, and nobody should have one.
                    return Err(KeyError::Weak(Weakness::Repeated));
                }
                K4::Secret(bytes)
            }
            _ => return self.id_of_version_3(),
        };
        key.id().map_err(|Unauthentic| KeyError::Unfit)
    }

    #[cfg(feature = "paseto-v3")]
    fn id_of_version_3(&self) -> Result<String, KeyError> {
        let prefix = match self.kind {
            PaserkKind::Local => "k3.lid.",
            PaserkKind::Public => "k3.pid.",
            _ => "k3.sid.",
        };
        let text = self.to_text();
        let hashed = SecretText::new([prefix, text.expose_secret()].concat());
        let hash = sha384_33(hashed.expose_secret().as_bytes());
        Ok(prefix.to_owned() + &base64url::encode(&hash))
    }

    #[cfg(not(feature = "paseto-v3"))]
    fn id_of_version_3(&self) -> Result<String, KeyError> {
        Err(unsupported("k3", self.kind.name(), "this build lacks feature paseto-v3"))
    }

    /// The seed of a version 4 secret key, whose second half must be its public key.
    fn seed(&self) -> Result<SecretBytes, KeyError> {
        let (seed, point) = self.bytes.expose_secret().split_at(32);
        let bytes: &[u8; 32] = seed.try_into().map_err(|_| KeyError::Unfit)?;
        match SigningKey::from_seed(bytes).public().as_bytes() == point {
            true => Ok(SecretBytes::new(seed.to_vec())),
            false => Err(KeyError::Contradiction("its public half is not that of its secret half")),
        }
    }

    fn key(&self) -> Result<Key, KeyError> {
        let bytes = self.bytes.expose_secret();
        match (self.version, self.kind) {
            (4, PaserkKind::Local) => Key::from_secret(Algorithm::V4Local, self.bytes.clone()),
            (4, PaserkKind::Secret) => Key::from_secret(Algorithm::V4Public, self.seed()?),
            (4, PaserkKind::Public) => {
                let point: &[u8; 32] = bytes.try_into().map_err(|_| KeyError::Unfit)?;
                let public = PublicKey::from_bytes(point).map_err(|Unauthentic| KeyError::Unfit)?;
                Ok(Key::of(Algorithm::V4Public, public))
            }
            #[cfg(feature = "paseto-v3")]
            (3, PaserkKind::Secret) => Key::from_secret(Algorithm::V3Public, self.bytes.clone()),
            #[cfg(feature = "paseto-v3")]
            (3, PaserkKind::Public) => {
                let point: &[u8; 49] = bytes.try_into().map_err(|_| KeyError::Unfit)?;
                let public = decompress(point).map_err(|Unauthentic| KeyError::Unfit)?;
                Ok(Key::of(Algorithm::V3Public, public))
            }
            (3, PaserkKind::Local) => Err(unsupported("k3", "local", "v3.local is not offered")),
            #[cfg(not(feature = "paseto-v3"))]
            (3, PaserkKind::Secret | PaserkKind::Public) => {
                Err(unsupported("k3", self.kind.name(), "this build lacks feature paseto-v3"))
            }
            _ => Err(KeyError::Paserk("this PASERK is the id of a key, and no key")),
        }
    }
}

/// Shows version and kind, never the bytes.
impl fmt::Debug for Paserk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Paserk(k{}.{}, [redacted])", self.version, self.kind.name())
    }
}

impl Key {
    /// Reads a PASERK key: local, public or secret, of version 4, or of version 3 with feature
    /// `paseto-v3`. It has no `kid` of its own; tokens name it by its PASERK id.
    ///
    /// # Errors
    /// As [`Paserk::parse`]; [`KeyError::Paserk`] for the id of a key; [`KeyError::Unfit`],
    /// [`KeyError::Weak`] and [`KeyError::Contradiction`] for bytes that are no good key.
    ///
    /// ```
    /// use waxseal::key::{Algorithm, Key};
    /// let text = "k4.public.s0Px45tmKB5sHCxXtNupIVklQ1iGI3xo9HHehg4QNHc";
    /// let key = Key::from_paserk(text)?;
    /// assert_eq!((key.algorithm(), key.can_mint()), (Algorithm::V4Public, false));
    /// assert_eq!(key.to_public_paserk().as_deref(), Some(text));
    ///
    /// let id = "k4.pid.VKhYF3xGnkzrCXnuMHKEFlGhjHX48ZE3fmUl_H8S4jbJ"; // what a footer names it by
    /// assert_eq!(key.paserk_id().as_deref(), Some(id));
    /// assert_eq!(Key::from_paserk(id).unwrap_err().code(), "bad_paserk"); // a name is no key
    /// # Ok::<(), waxseal::key::KeyError>(())
    /// ```
    pub fn from_paserk(text: &str) -> Result<Self, KeyError> {
        Paserk::parse(text)?.key()
    }

    /// Reads a PASERK key as [`Key::from_paserk`], for one of `allowed`; none allows all.
    ///
    /// # Errors
    /// As [`Key::from_paserk`]; [`KeyError::NotAllowed`] for another algorithm.
    pub fn from_paserk_among(text: &str, allowed: &[Algorithm]) -> Result<Self, KeyError> {
        let key = Self::from_paserk(text)?;
        if allowed.is_empty() || allowed.contains(&key.algorithm()) {
            return Ok(key);
        }
        Err(KeyError::NotAllowed { found: key.algorithm().to_string(), allowed: names(allowed) })
    }

    /// The public half as a PASERK; `None` for a key of another format.
    #[must_use]
    pub fn to_public_paserk(&self) -> Option<String> {
        let half = Self { material: self.material.public_half()?.into(), ..self.clone() };
        half.paserk().map(|paserk| paserk.to_text().expose_secret().to_owned())
    }

    /// The whole key as a PASERK, local or secret; `None` for a public key, or one of another
    /// format.
    ///
    /// # Security
    /// Whoever reads the text can mint tokens. It leaves it only through
    /// [`SecretText::expose_secret`].
    #[must_use]
    pub fn export_secret_paserk(&self) -> Option<SecretText> {
        // PASERK cannot say that a key may only mint or only verify.
        let paserk = self.paserk().filter(|_| self.holds_secret() && self.has_all_rights());
        paserk.map(|paserk| paserk.to_text())
    }

    /// The PASERK id that tokens name the key by: the `lid` of a local key, the `pid` of a public
    /// or private one. `None` for a key of another format.
    #[must_use]
    pub fn paserk_id(&self) -> Option<String> {
        let named = match self.material.public_half() {
            Some(half) => Self { material: half.into(), ..self.clone() },
            None => self.clone(),
        };
        named.paserk().and_then(|paserk| paserk.id().ok())
    }

    /// The PASERK id of the private key itself, its `sid`; `None` for any other key.
    #[must_use]
    pub fn paserk_secret_id(&self) -> Option<String> {
        let is_secret = |paserk: &Paserk| paserk.kind == PaserkKind::Secret;
        self.paserk().filter(is_secret).and_then(|paserk| paserk.id().ok())
    }

    fn paserk(&self) -> Option<Paserk> {
        let (version, kind, bytes) = match (&*self.material, self.algorithm) {
            (Material::V4Local { secret, .. }, _) => {
                (4, PaserkKind::Local, secret.expose_secret().to_vec())
            }
            (Material::Ed25519 { private, public }, Algorithm::V4Public) => match private {
                Some(private) => {
                    let pair = [private.seed().as_slice(), public.as_bytes()].concat();
                    (4, PaserkKind::Secret, pair)
                }
                None => (4, PaserkKind::Public, public.as_bytes().to_vec()),
            },
            #[cfg(feature = "paseto-v3")]
            (Material::Ec { private, public }, Algorithm::V3Public) => match private {
                Some(private) => (3, PaserkKind::Secret, private.scalar().expose_secret().to_vec()),
                None => (3, PaserkKind::Public, public.compressed()),
            },
            _ => return None,
        };
        Some(Paserk { version, kind, bytes: SecretBytes::new(bytes) })
    }
}

fn unsupported(version: &str, kind: &str, why: &str) -> KeyError {
    let version = version.get(..2).unwrap_or_default();
    KeyError::Unsupported(format!("PASERK {version}.{}: {why}", short_name(kind)))
}
