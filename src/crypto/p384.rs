//! What ring does not do on P-384: the whole point of a compressed one, and the point of a scalar.
//! PASERK has keys in these forms only.

use p384::elliptic_curve::sec1::ToSec1Point as _;
use p384::{PublicKey, SecretKey};

use crate::secret::SecretBytes;

use super::{Curve, EcPrivate, EcPublic, Unauthentic};

/// The point of which `compressed` is the compressed form.
pub(crate) fn decompress(compressed: &[u8; 49]) -> Result<EcPublic, Unauthentic> {
    // The p384 crate reads compact points (05) too: one key would have two texts.
    if !matches!(compressed.first(), Some(2 | 3)) {
        return Err(Unauthentic);
    }
    whole(&PublicKey::from_sec1_bytes(compressed).map_err(|_| Unauthentic)?)
}

/// The private key whose scalar is `scalar`, of 48 bytes.
pub(crate) fn private_of(scalar: SecretBytes) -> Result<EcPrivate, Unauthentic> {
    let secret = SecretKey::from_slice(scalar.expose_secret()).map_err(|_| Unauthentic)?;
    EcPrivate::new(scalar, whole(&secret.public_key())?)
}

fn whole(key: &PublicKey) -> Result<EcPublic, Unauthentic> {
    EcPublic::from_point(Curve::P384, key.to_sec1_point(false).as_bytes())
}
