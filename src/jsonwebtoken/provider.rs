//! The provider: which file signs and verifies what.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey};

use super::{ec, ed25519, mac, rsa, utils};

/// jsonwebtoken's cryptography on `ring`, and `ed25519-dalek` for Ed25519: every algorithm of
/// jsonwebtoken 11, and every function for its JWKs. The *application* installs it, once, with
/// [`CryptoProvider::install_default`].
///
/// An installed provider is used whatever features of jsonwebtoken are enabled. No input makes it
/// panic: a key of the wrong length or form is an error.
///
/// # Security
/// The keys are the caller's, and jsonwebtoken's to judge; none is refused because a
/// [`Key`](crate::key::Key) of ours would be. Short and guessable HMAC secrets are therefore
/// accepted, as jsonwebtoken's own providers accept them. These are refused, because anybody can
/// forge under them:
/// - an empty HMAC secret;
/// - an RSA modulus under 2048 bits (RFC 7518 section 3.3);
/// - an Ed25519 public key of small order, or written in a second way.
///
/// And these, because `ring` lacks them: RSA keys over 4096 bits or with an exponent under 65537 for
/// signing (for verifying: over 8192 bits, or under 3), EC private keys without their public point,
/// compressed EC points.
///
/// Ed25519 signatures are verified by the strict rules, RSA-PSS with a salt as long as the hash. An
/// HMAC tag is compared in constant time and must be whole.
///
/// ```
/// use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
/// use waxseal::jsonwebtoken::RING_PROVIDER;
///
/// // It works without being installed, too.
/// let signer = (RING_PROVIDER.signer_factory)(&Algorithm::HS256, &EncodingKey::from_secret(b"k"))?;
/// let verifier =
///     (RING_PROVIDER.verifier_factory)(&Algorithm::HS256, &DecodingKey::from_secret(b"k"))?;
/// assert!(verifier.verify(b"text", &signer.try_sign(b"text")?).is_ok());
/// # Ok::<(), jsonwebtoken::errors::Error>(())
/// ```
pub static RING_PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils {
        rsa_pub_components_from_private_key: utils::rsa_of_private,
        rsa_pub_components_from_public_key: utils::rsa_of_public,
        ec_pub_components_from_private_key: utils::ec_of_private,
        ed_pub_components_from_private_key: utils::ed25519_of_private,
        compute_digest: utils::digest_of,
    },
};

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    check_family(*algorithm, key.family())?;
    Ok(match key.family() {
        AlgorithmFamily::Hmac => Box::new(mac::Mac::new(*algorithm, key.as_bytes())?),
        AlgorithmFamily::Rsa => Box::new(rsa::RsaSigner::new(*algorithm, key)?),
        AlgorithmFamily::Ec => Box::new(ec::EcSigner::new(*algorithm, key)?),
        AlgorithmFamily::Ed => Box::new(ed25519::EdSigner::new(key)?),
    })
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    check_family(*algorithm, key.family())?;
    Ok(match key.family() {
        AlgorithmFamily::Hmac => Box::new(mac::Mac::new(*algorithm, key.try_get_as_bytes()?)?),
        AlgorithmFamily::Rsa => Box::new(rsa::RsaVerifier::new(*algorithm, key)?),
        AlgorithmFamily::Ec => Box::new(ec::EcVerifier::new(*algorithm, key)?),
        AlgorithmFamily::Ed => Box::new(ed25519::EdVerifier::new(key)?),
    })
}

fn check_family(algorithm: Algorithm, family: AlgorithmFamily) -> Result<()> {
    if algorithm.family() == family { Ok(()) } else { Err(ErrorKind::InvalidKeyFormat.into()) }
}
