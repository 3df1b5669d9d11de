//! Elliptic curve keys (RFC 7518 section 6.2): P-256 and P-384.

use zeroize::Zeroizing;

use crate::base64url;
use crate::crypto::{Curve, EcPrivate, EcPublic, Unauthentic};
use crate::printable::short_name;
use crate::secret::SecretText;

use super::super::weak;
use super::{Algorithm, Key, KeyError, Parts, need, secret_bytes};

const ON_P256: &[Algorithm] = &[Algorithm::Es256];
const ON_P384: &[Algorithm] = &[
    Algorithm::Es384,
    #[cfg(feature = "paseto-v3")]
    Algorithm::V3Public,
];

pub(super) fn read(parts: &mut Parts<'_>, allowed: &[Algorithm]) -> Result<Key, KeyError> {
    parts.only(&["crv", "x", "y", "d"])?;
    let (curve, fitting, implied) = match need("crv", &parts.crv)? {
        "P-256" => (Curve::P256, ON_P256, Algorithm::Es256),
        "P-384" => (Curve::P384, ON_P384, Algorithm::Es384),
        other => {
            let what = format!("crv \"{}\"; known are P-256 and P-384", short_name(other));
            return Err(KeyError::Unsupported(what));
        }
    };
    let algorithm = parts.algorithm(fitting, Some(implied), allowed)?;
    let coordinate = |member, text| {
        let bytes = base64url::decode(need(member, text)?).ok();
        bytes.filter(|bytes| bytes.len() == curve.width()).ok_or(KeyError::Member {
            member,
            fault: "is not base64url of the curve's width (32 bytes for P-256, 48 for P-384)",
        })
    };
    let (x, y) = (coordinate("x", &parts.x)?, coordinate("y", &parts.y)?);
    let public = EcPublic::from_coordinates(curve, &x, &y);
    let public = public.map_err(|Unauthentic| KeyError::Unfit)?;
    let Some(d) = parts.d.as_deref() else {
        return Ok(Key::of(algorithm, public));
    };
    let scalar = secret_bytes("d", d)?;
    if scalar.expose_secret().len() != curve.width() {
        return Err(KeyError::Member { member: "d", fault: "has not the curve's width" });
    }
    weak::check(&scalar)?;
    match EcPrivate::new(scalar, public) {
        Ok(private) => Ok(Key::of(algorithm, private)),
        Err(Unauthentic) => {
            Err(KeyError::Contradiction("\"x\" and \"y\" are not the public half of \"d\""))
        }
    }
}

pub(super) fn write(private: Option<&EcPrivate>, public: &EcPublic) -> SecretText {
    let (x, y) = public.coordinates();
    let (crv, x, y) = (public.curve().name(), base64url::encode(x), base64url::encode(y));
    let d = private.map_or_else(Zeroizing::default, |private| {
        let d = Zeroizing::new(base64url::encode(private.scalar().expose_secret()));
        Zeroizing::new(format!(",\"d\":\"{}\"", *d))
    });
    let members = format!("\"kty\":\"EC\",\"crv\":\"{crv}\",\"x\":\"{x}\",\"y\":\"{y}\"{}", *d);
    SecretText::new(members)
}
