//! JSON Web Keys (RFC 7517), read strictly and written plainly. One file a key type.

mod ec;
mod oct;
mod okp;
mod rsa;

use std::borrow::Cow;

use serde::de::MapAccess;
use zeroize::Zeroize as _;

use crate::base64url;
use crate::crypto::names;
use crate::json::{Members, Others, Value, read_object};
use crate::limits;
use crate::printable::short_name;
use crate::secret::{SecretBytes, SecretText};

use super::{Algorithm, Key, KeyError, KeyId, Material, Permits, Protection};

/// Reads one JWK for one of `allowed`; none means that the JWK itself must say or imply it.
pub(super) fn read(jwk: &[u8], allowed: &[Algorithm]) -> Result<Key, KeyError> {
    if jwk.len() > limits::JWK_BYTES {
        return Err(KeyError::TooLong { has: jwk.len(), most: limits::JWK_BYTES });
    }
    let mut parts = Parts::default();
    read_object(jwk, limits::JWK_DEPTH, &mut parts)?;
    let key = match parts.kty.as_deref() {
        Some("oct") => oct::read(&mut parts, allowed)?,
        Some("OKP") => okp::read(&mut parts, allowed)?,
        Some("EC") => ec::read(&mut parts, allowed)?,
        Some("RSA") => rsa::read(&mut parts, allowed)?,
        Some(other) => {
            return Err(KeyError::Unsupported(format!(
                "kty {:?}; known are EC, OKP, RSA and oct",
                short_name(other)
            )));
        }
        None => return Err(KeyError::Missing("kty")),
    };
    let key = Key { permits: parts.permits(&key)?, ..key };
    match &parts.kid {
        Some(kid) => Ok(key.with_id(KeyId::new(kid)?)),
        None => Ok(key),
    }
}

/// The JWK of `key`, its secret included if it has one.
pub(super) fn write(key: &Key) -> SecretText {
    let members = match &*key.material {
        Material::Ed25519 { private, public } => okp::write(private.as_deref(), public),
        Material::Ec { private, public } => ec::write(private.as_deref(), public),
        Material::Rsa { private, public } => rsa::write(private.as_deref(), public),
        Material::Hmac { secret, .. } | Material::AesGcm { secret, .. } => oct::write(secret),
        #[cfg(feature = "paseto")]
        Material::V4Local { secret, .. } => oct::write(secret),
    };
    let algorithm = key.algorithm();
    let (usage, [mint, verify]) = words(algorithm);
    // A key that was read with fewer rights than its kind has is written with as few.
    let rights = match (key.permits, key.holds_secret()) {
        (Permits::MintAndVerify, _) | (Permits::VerifyOnly, false) => {
            format!("\"use\":\"{usage}\"")
        }
        (Permits::MintOnly, _) => format!("\"key_ops\":[\"{mint}\"]"),
        (Permits::VerifyOnly, true) => format!("\"key_ops\":[\"{verify}\"]"),
    };
    // A KeyId is a JSON string's content but for quotes and backslashes, which serde_json escapes.
    let kid = key
        .id()
        .map_or(String::new(), |id| format!(",\"kid\":{}", serde_json::Value::from(id.as_str())));
    let members = members.expose_secret();
    SecretText::new(format!("{{{members},\"alg\":\"{algorithm}\",{rights}{kid}}}"))
}

/// What `use` and `key_ops` say of a key for `algorithm`.
fn words(algorithm: Algorithm) -> (&'static str, [&'static str; 2]) {
    match algorithm.protection() {
        Protection::Signed => ("sig", ["sign", "verify"]),
        Protection::Sealed => ("enc", ["encrypt", "decrypt"]),
    }
}

/// The members that we know, as they stand in the text.
#[derive(Default)]
struct Parts<'a> {
    kty: Option<Cow<'a, str>>,
    alg: Option<Cow<'a, str>>,
    usage: Option<Cow<'a, str>>,
    key_ops: Option<Vec<Cow<'a, str>>>,
    kid: Option<Cow<'a, str>>,
    crv: Option<Cow<'a, str>>,
    x: Option<Cow<'a, str>>,
    y: Option<Cow<'a, str>>,
    n: Option<Cow<'a, str>>,
    e: Option<Cow<'a, str>>,
    d: Option<Cow<'a, str>>,
    p: Option<Cow<'a, str>>,
    q: Option<Cow<'a, str>>,
    dp: Option<Cow<'a, str>>,
    dq: Option<Cow<'a, str>>,
    qi: Option<Cow<'a, str>>,
    k: Option<Cow<'a, str>>,
    others: Others,
}

impl<'de> Members<'de> for Parts<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: &mut Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "kty" => value.text_into("kty", &mut self.kty),
            "alg" => value.text_into("alg", &mut self.alg),
            "use" => value.text_into("use", &mut self.usage),
            "key_ops" => value.read_into("key_ops", &mut self.key_ops),
            "kid" => value.text_into("kid", &mut self.kid),
            "crv" => value.text_into("crv", &mut self.crv),
            "x" => value.text_into("x", &mut self.x),
            "y" => value.text_into("y", &mut self.y),
            "n" => value.text_into("n", &mut self.n),
            "e" => value.text_into("e", &mut self.e),
            "p" => value.text_into("p", &mut self.p),
            "q" => value.text_into("q", &mut self.q),
            "dp" => value.text_into("dp", &mut self.dp),
            "dq" => value.text_into("dq", &mut self.dq),
            "qi" => value.text_into("qi", &mut self.qi),
            "d" => value.text_into("d", &mut self.d),
            "k" => value.text_into("k", &mut self.k),
            _ => self.others.skip(name, value),
        }
    }
}

impl Drop for Parts<'_> {
    fn drop(&mut self) {
        // Text with escapes was copied out of the caller's buffer.
        let Self { d, p, q, dp, dq, qi, k, .. } = self;
        for secret in [d, p, q, dp, dq, qi, k] {
            if let Some(Cow::Owned(text)) = secret {
                text.zeroize();
            }
        }
    }
}

impl Parts<'_> {
    /// Refuses members that another key type has: two keys in one text would be one too many.
    fn only(&self, known: &[&str]) -> Result<(), KeyError> {
        let members = [
            ("crv", &self.crv),
            ("x", &self.x),
            ("y", &self.y),
            ("n", &self.n),
            ("e", &self.e),
            ("d", &self.d),
            ("p", &self.p),
            ("q", &self.q),
            ("dp", &self.dp),
            ("dq", &self.dq),
            ("qi", &self.qi),
            ("k", &self.k),
        ];
        let stranger =
            |(name, member): &(&str, &Option<_>)| member.is_some() && !known.contains(name);
        match members.iter().find(|entry| stranger(entry)) {
            None => Ok(()),
            Some(_) => Err(KeyError::Contradiction("it has members of another key type")),
        }
    }

    /// The algorithm: what `alg` says, or the only one of `allowed` that fits, or the only one
    /// that this kind of key can have (`implied`).
    fn algorithm(
        &self,
        fitting: &[Algorithm],
        implied: Option<Algorithm>,
        allowed: &[Algorithm],
    ) -> Result<Algorithm, KeyError> {
        let candidates: Vec<_> =
            fitting.iter().copied().filter(|fits| allowed.contains(fits)).collect();
        let algorithm = match (self.alg.as_deref(), implied, candidates.as_slice()) {
            (Some("dir"), _, _) if fitting.contains(&Algorithm::A256Gcm) => Algorithm::A256Gcm,
            (Some(name), _, _) => match name.parse::<Algorithm>() {
                Ok(algorithm) if fitting.contains(&algorithm) => algorithm,
                Ok(_) => return Err(KeyError::Contradiction("\"alg\" does not fit \"kty\"")),
                Err(_) => {
                    return Err(KeyError::Unsupported(format!("alg \"{}\"", short_name(name))));
                }
            },
            (None, Some(implied), _) => implied,
            (None, None, [only]) => *only,
            (None, None, _) => {
                return Err(KeyError::AlgorithmNeeded { fitting: names(fitting) });
            }
        };
        if allowed.is_empty() || allowed.contains(&algorithm) {
            Ok(algorithm)
        } else {
            let found = algorithm.to_string();
            Err(KeyError::NotAllowed { found, allowed: names(allowed) })
        }
    }

    /// What `use` and `key_ops` leave, which must agree with each other and with the algorithm.
    fn permits(&self, key: &Key) -> Result<Permits, KeyError> {
        let (usage, [mint, verify]) = words(key.algorithm());
        if self.usage.as_deref().is_some_and(|found| found != usage) {
            return Err(KeyError::Contradiction("\"use\" is not for this algorithm"));
        }
        let Some(operations) = &self.key_ops else {
            return Ok(key.permits);
        };
        let repeated = operations
            .iter()
            .enumerate()
            .any(|(i, operation)| operations.iter().skip(i + 1).any(|other| other == operation));
        if repeated {
            return Err(KeyError::Member { member: "key_ops", fault: "names one twice" });
        }
        if operations.iter().any(|operation| operation != mint && operation != verify) {
            return Err(KeyError::Contradiction("\"key_ops\" name what this algorithm cannot do"));
        }
        let has = |operation: &str| operations.iter().any(|other| other == operation);
        match (has(mint) && key.can_mint(), has(verify)) {
            (true, true) => Ok(Permits::MintAndVerify),
            (true, false) => Ok(Permits::MintOnly),
            (false, true) => Ok(Permits::VerifyOnly),
            (false, false) => {
                Err(KeyError::Contradiction("\"key_ops\" allow nothing of this algorithm"))
            }
        }
    }
}

/// The base64url text of a member that must be there.
fn need<'p>(member: &'static str, text: &'p Option<Cow<'_, str>>) -> Result<&'p str, KeyError> {
    text.as_deref().ok_or(KeyError::Missing(member))
}

/// The bytes of a base64url member.
fn secret_bytes(member: &'static str, text: &str) -> Result<SecretBytes, KeyError> {
    base64url::decode(text)
        .map(SecretBytes::new)
        .map_err(|_| KeyError::Member { member, fault: "is not canonical unpadded base64url" })
}
