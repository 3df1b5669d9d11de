//! RSA signatures (RFC 8017, RFC 7518 sections 3.3 and 3.5): PKCS #1 v1.5 and PSS. Moduli of 2048
//! to 8192 bits verify, 2048 to 4096 sign.

use std::sync::Arc;

use ring::rsa::{KeyPair, KeyPairComponents, PublicKeyComponents};
use ring::signature::{self, RsaEncoding, RsaParameters};

use crate::secret::SecretBytes;

use super::random::system;
use super::{Hash, RandomError, Unauthentic};

/// How a hash is padded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Padding {
    Pkcs1,
    Pss,
}

/// Modulus bits that are too few to be safe, and too many to be checked in reasonable time.
pub(crate) const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// Most modulus bits that sign.
pub(crate) const SIGNING_BITS: usize = 4096;

/// The smallest public exponent that is accepted.
const LEAST_EXPONENT: u64 = 65_537;

/// Modulus and exponent: big-endian, without leading zeros.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RsaPublic {
    n: Box<[u8]>,
    e: Box<[u8]>,
}

/// Why numbers are no RSA key of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RsaFault {
    /// The modulus has so many bits.
    Modulus(usize),
    /// The exponent is even, under 65537 or over 2^33.
    Exponent,
    /// The numbers do not belong together.
    Unfit,
}

impl RsaPublic {
    pub(crate) fn new(n: &[u8], e: &[u8]) -> Result<Self, RsaFault> {
        Self::with_exponent_from(LEAST_EXPONENT, n, e)
    }

    /// Takes what ring verifies with, other people's small exponents too, and leading zeros.
    #[cfg(feature = "jsonwebtoken")]
    pub(crate) fn for_verifying(n: &[u8], e: &[u8]) -> Result<Self, RsaFault> {
        Self::with_exponent_from(3, trimmed(n), trimmed(e))
    }

    fn with_exponent_from(least: u64, n: &[u8], e: &[u8]) -> Result<Self, RsaFault> {
        let bits = bits_of(n);
        if !MODULUS_BITS.contains(&bits) {
            return Err(RsaFault::Modulus(bits));
        }
        let exponent =
            (e.len() <= 5).then(|| e.iter().fold(0, |e, byte| e << 8 | u64::from(*byte)));
        let fits = |e: &u64| (least..1 << 33).contains(e) && e % 2 == 1;
        exponent.filter(fits).ok_or(RsaFault::Exponent)?;
        let is_odd = n.last().is_some_and(|byte| byte % 2 == 1);
        // A leading zero would give one key two texts.
        if n.first() == Some(&0) || e.first() == Some(&0) || !is_odd {
            return Err(RsaFault::Unfit);
        }
        Ok(Self { n: n.into(), e: e.into() })
    }

    pub(crate) fn n(&self) -> &[u8] {
        &self.n
    }

    pub(crate) fn e(&self) -> &[u8] {
        &self.e
    }

    pub(crate) fn verify(
        &self,
        padding: Padding,
        hash: Hash,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Unauthentic> {
        let parameters: &RsaParameters = match (padding, hash) {
            (Padding::Pkcs1, Hash::Sha256) => &signature::RSA_PKCS1_2048_8192_SHA256,
            (Padding::Pkcs1, Hash::Sha384) => &signature::RSA_PKCS1_2048_8192_SHA384,
            (Padding::Pkcs1, Hash::Sha512) => &signature::RSA_PKCS1_2048_8192_SHA512,
            (Padding::Pss, Hash::Sha256) => &signature::RSA_PSS_2048_8192_SHA256,
            (Padding::Pss, Hash::Sha384) => &signature::RSA_PSS_2048_8192_SHA384,
            (Padding::Pss, Hash::Sha512) => &signature::RSA_PSS_2048_8192_SHA512,
        };
        PublicKeyComponents { n: &self.n, e: &self.e }
            .verify(parameters, message, signature)
            .map_err(|_| Unauthentic)
    }
}

/// Bits of a big-endian number.
fn bits_of(number: &[u8]) -> usize {
    let number = trimmed(number);
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

/// A big-endian number without leading zeros.
fn trimmed(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// The private numbers, as a JWK and PKCS #1 have them.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RsaNumbers {
    pub(crate) d: SecretBytes,
    pub(crate) p: SecretBytes,
    pub(crate) q: SecretBytes,
    pub(crate) dp: SecretBytes,
    pub(crate) dq: SecretBytes,
    pub(crate) qi: SecretBytes,
}

/// A private key.
#[derive(Clone)]
pub(crate) struct RsaPrivate {
    pair: Arc<KeyPair>,
    public: RsaPublic,
    numbers: RsaNumbers,
}

impl RsaPrivate {
    pub(crate) fn new(public: RsaPublic, numbers: RsaNumbers) -> Result<Self, RsaFault> {
        let key = Self::untried(public, numbers)?;
        // ring compares the private numbers with the modulus only when it signs.
        match key.sign(Padding::Pkcs1, Hash::Sha256, b"") {
            Ok(_) => Ok(key),
            Err(RandomError) => Err(RsaFault::Unfit),
        }
    }

    /// Takes numbers that need not belong together, for one signature: it fails if they do not.
    pub(crate) fn untried(public: RsaPublic, numbers: RsaNumbers) -> Result<Self, RsaFault> {
        let bits = bits_of(public.n());
        if bits > SIGNING_BITS {
            return Err(RsaFault::Modulus(bits));
        }
        let pair = KeyPair::from_components(&KeyPairComponents {
            public_key: PublicKeyComponents { n: public.n(), e: public.e() },
            d: numbers.d.expose_secret(),
            p: numbers.p.expose_secret(),
            q: numbers.q.expose_secret(),
            dP: numbers.dp.expose_secret(),
            dQ: numbers.dq.expose_secret(),
            qInv: numbers.qi.expose_secret(),
        });
        let pair = Arc::new(pair.map_err(|_| RsaFault::Unfit)?);
        Ok(Self { pair, public, numbers })
    }

    pub(crate) fn public(&self) -> &RsaPublic {
        &self.public
    }

    pub(crate) fn numbers(&self) -> &RsaNumbers {
        &self.numbers
    }

    pub(crate) fn sign(
        &self,
        padding: Padding,
        hash: Hash,
        message: &[u8],
    ) -> Result<Vec<u8>, RandomError> {
        let encoding: &dyn RsaEncoding = match (padding, hash) {
            (Padding::Pkcs1, Hash::Sha256) => &signature::RSA_PKCS1_SHA256,
            (Padding::Pkcs1, Hash::Sha384) => &signature::RSA_PKCS1_SHA384,
            (Padding::Pkcs1, Hash::Sha512) => &signature::RSA_PKCS1_SHA512,
            (Padding::Pss, Hash::Sha256) => &signature::RSA_PSS_SHA256,
            (Padding::Pss, Hash::Sha384) => &signature::RSA_PSS_SHA384,
            (Padding::Pss, Hash::Sha512) => &signature::RSA_PSS_SHA512,
        };
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair.sign(encoding, system(), message, &mut signature).map_err(|_| RandomError)?;
        Ok(signature)
    }
}
