//! ECDSA over P-256 and P-384 (FIPS 186-5, RFC 7518 section 3.4): signatures are R and S, each of
//! the curve's width.

use std::sync::Arc;

use ring::agreement::{self, EphemeralPrivateKey};
use ring::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, UnparsedPublicKey,
};

use crate::secret::SecretBytes;

use super::random::system;
use super::{RandomError, Unauthentic};

/// The curve, and with it the hash: nobody mixes them in JOSE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    /// P-256 with SHA-256.
    P256,
    /// P-384 with SHA-384.
    P384,
}

impl Curve {
    /// Bytes of a coordinate and of a private scalar.
    pub(crate) const fn width(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
        }
    }

    /// The name of the curve in JOSE.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
        }
    }

    fn verification(self) -> &'static EcdsaVerificationAlgorithm {
        match self {
            Self::P256 => &signature::ECDSA_P256_SHA256_FIXED,
            Self::P384 => &signature::ECDSA_P384_SHA384_FIXED,
        }
    }

    fn signing(self) -> &'static EcdsaSigningAlgorithm {
        match self {
            Self::P256 => &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
            Self::P384 => &signature::ECDSA_P384_SHA384_FIXED_SIGNING,
        }
    }

    fn agreement(self) -> &'static agreement::Algorithm {
        match self {
            Self::P256 => &agreement::ECDH_P256,
            Self::P384 => &agreement::ECDH_P384,
        }
    }
}

/// A point on a curve.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct EcPublic {
    curve: Curve,
    /// The byte 4, then both coordinates (SEC 1 section 2.3.3).
    key: Point,
}

#[derive(Clone, PartialEq, Eq)]
struct Point(Box<[u8]>);

impl AsRef<[u8]> for Point {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl EcPublic {
    /// Takes an uncompressed point that lies on the curve.
    pub(crate) fn from_point(curve: Curve, point: &[u8]) -> Result<Self, Unauthentic> {
        let public = Self::untried(curve, point)?;
        is_on_curve(curve, point)?;
        Ok(public)
    }

    /// Takes an uncompressed point, for one use: off the curve it verifies nothing, and no scalar
    /// belongs to it.
    pub(crate) fn untried(curve: Curve, point: &[u8]) -> Result<Self, Unauthentic> {
        if point.len() != 1 + 2 * curve.width() || point.first() != Some(&4) {
            return Err(Unauthentic);
        }
        Ok(Self { curve, key: Point(point.into()) })
    }

    /// Takes both coordinates of a point that lies on the curve.
    pub(crate) fn from_coordinates(curve: Curve, x: &[u8], y: &[u8]) -> Result<Self, Unauthentic> {
        if x.len() != curve.width() || y.len() != curve.width() {
            return Err(Unauthentic);
        }
        Self::from_point(curve, &[&[4], x, y].concat())
    }

    pub(crate) fn curve(&self) -> Curve {
        self.curve
    }

    pub(crate) fn point(&self) -> &[u8] {
        self.key.as_ref()
    }

    /// The compressed point (SEC 1 section 2.3.3): the sign of y, then x.
    #[cfg(feature = "paseto-v3")]
    pub(crate) fn compressed(&self) -> Vec<u8> {
        let (x, y) = self.coordinates();
        let sign = 2 + y.last().map_or(0, |byte| byte & 1);
        [&[sign], x].concat()
    }

    /// Both coordinates.
    pub(crate) fn coordinates(&self) -> (&[u8], &[u8]) {
        self.point().get(1..).unwrap_or_default().split_at(self.curve.width())
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Unauthentic> {
        UnparsedPublicKey::new(self.curve.verification(), self.point())
            .verify(message, signature)
            .map_err(|_| Unauthentic)
    }
}

/// Key agreement is what refuses a point off the curve: a signature check would only fail.
fn is_on_curve(curve: Curve, point: &[u8]) -> Result<(), Unauthentic> {
    let ours = EphemeralPrivateKey::generate(curve.agreement(), system());
    let theirs = agreement::UnparsedPublicKey::new(curve.agreement(), point);
    let agreed = ours.map(|ours| agreement::agree_ephemeral(ours, &theirs, |_| ()));
    agreed.and_then(|agreed| agreed).map_err(|_| Unauthentic)
}

/// A private scalar with its point: each was checked against the other.
#[derive(Clone)]
pub(crate) struct EcPrivate {
    pair: Arc<EcdsaKeyPair>,
    scalar: SecretBytes,
    public: EcPublic,
}

impl EcPrivate {
    /// Takes a scalar of the curve's width and the point that belongs to it.
    pub(crate) fn new(scalar: SecretBytes, public: EcPublic) -> Result<Self, Unauthentic> {
        let (signing, point) = (public.curve.signing(), public.point());
        let bytes = scalar.expose_secret();
        let pair = EcdsaKeyPair::from_private_key_and_public_key(signing, bytes, point, system());
        let pair = pair.map_err(|_| Unauthentic)?;
        Ok(Self { pair: Arc::new(pair), scalar, public })
    }

    pub(crate) fn generate(curve: Curve) -> Result<Self, RandomError> {
        let document = EcdsaKeyPair::generate_pkcs8(curve.signing(), system());
        let document = SecretBytes::new(document.map_err(|_| RandomError)?.as_ref().to_vec());
        let (scalar, point) = parts_of_pkcs8(curve, document.expose_secret()).ok_or(RandomError)?;
        let public = EcPublic { curve, key: Point(point.into()) };
        // The pair is refused unless scalar and point belong together: a wrong cut cannot pass.
        Self::new(SecretBytes::new(scalar.to_vec()), public).map_err(|Unauthentic| RandomError)
    }

    pub(crate) fn scalar(&self) -> &SecretBytes {
        &self.scalar
    }

    pub(crate) fn public(&self) -> &EcPublic {
        &self.public
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<impl AsRef<[u8]> + use<>, RandomError> {
        self.pair.sign(system(), message).map_err(|_| RandomError)
    }
}

/// Scalar and point in the fixed layout that ring writes: the point is last, the scalar stands
/// before the five bytes that announce it (`a1 44 03 42 00` for P-256).
fn parts_of_pkcs8(curve: Curve, document: &[u8]) -> Option<(&[u8], &[u8])> {
    let point = document.len().checked_sub(1 + 2 * curve.width())?;
    let announced = point.checked_sub(5)?;
    let scalar = announced.checked_sub(curve.width())?;
    Some((document.get(scalar..announced)?, document.get(point..)?))
}
