//! RSA keys (RFC 7518 section 6.3), with two primes.

use zeroize::Zeroizing;

use crate::base64url;
use crate::crypto::{RsaNumbers, RsaPrivate, RsaPublic};
use crate::secret::SecretText;

use super::{Algorithm, Key, KeyError, Parts, need, secret_bytes};

const FITTING: &[Algorithm] = &[
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
];

pub(super) fn read(parts: &mut Parts<'_>, allowed: &[Algorithm]) -> Result<Key, KeyError> {
    parts.only(&["n", "e", "d", "p", "q", "dp", "dq", "qi"])?;
    if parts.others.has("oth") {
        return Err(KeyError::Unsupported("RSA with more than two primes (\"oth\")".into()));
    }
    let algorithm = parts.algorithm(FITTING, None, allowed)?;
    let number = |member, text| {
        base64url::decode(need(member, text)?)
            .map_err(|_| KeyError::Member { member, fault: "is not canonical unpadded base64url" })
    };
    let (n, e) = (number("n", &parts.n)?, number("e", &parts.e)?);
    for (member, number) in [("n", &n), ("e", &e)] {
        if number.first() == Some(&0) {
            let fault = "begins with a zero byte (RFC 7518 section 2)";
            return Err(KeyError::Member { member, fault });
        }
    }
    let public = RsaPublic::new(&n, &e)?;
    if parts.d.is_none() {
        // Primes without "d" would be half a secret.
        parts.only(&["n", "e"])?;
        return Ok(Key::of(algorithm, public));
    }
    let secret = |member, text| secret_bytes(member, need(member, text)?);
    let numbers = RsaNumbers {
        d: secret("d", &parts.d)?,
        p: secret("p", &parts.p)?,
        q: secret("q", &parts.q)?,
        dp: secret("dp", &parts.dp)?,
        dq: secret("dq", &parts.dq)?,
        qi: secret("qi", &parts.qi)?,
    };
    Ok(Key::of(algorithm, RsaPrivate::new(public, numbers)?))
}

pub(super) fn write(private: Option<&RsaPrivate>, public: &RsaPublic) -> SecretText {
    let (n, e) = (base64url::encode(public.n()), base64url::encode(public.e()));
    let mut members = Zeroizing::new(String::with_capacity(4096));
    members.push_str(&format!("\"kty\":\"RSA\",\"n\":\"{n}\",\"e\":\"{e}\""));
    if let Some(RsaNumbers { d, p, q, dp, dq, qi }) = private.map(RsaPrivate::numbers) {
        let numbers = [("d", d), ("p", p), ("q", q), ("dp", dp), ("dq", dq), ("qi", qi)];
        for (name, number) in numbers {
            let number = Zeroizing::new(base64url::encode(number.expose_secret()));
            members.push_str(&Zeroizing::new(format!(",\"{name}\":\"{}\"", *number)));
        }
    }
    SecretText::new(std::mem::take(&mut *members))
}
