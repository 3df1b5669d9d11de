//! The files of a ring. All but `ring.json` and `jwks.json` are numbered, and never rewritten.

use std::path::PathBuf;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::base64url;
use crate::key::{Algorithm, Key, KeyId};
use crate::time::Timestamp;

use super::RingPolicy;
use super::record::What;

/// The version of the format; a file of another is refused, not guessed at.
pub(super) const VERSION: u32 = 1;

pub(super) const RING: &str = "ring.json";
pub(super) const JWKS: &str = "jwks.json";

pub(super) fn key_name(seq: u32) -> String {
    format!("key-{seq:04}.json")
}

pub(super) fn promotion_name(number: u32) -> String {
    format!("sign-{number:04}.json")
}

pub(super) fn tombstone_name(seq: u32) -> String {
    format!("revoked-{seq:04}.json")
}

pub(super) fn event_name(serial: u64) -> String {
    format!("event-{serial:06}.json")
}

/// Whether a file of this name belongs to a ring.
pub(super) fn is_of_a_ring(name: &str) -> bool {
    let numbered = ["key-", "sign-", "revoked-", "event-"];
    name == RING || name == JWKS || numbered.iter().any(|prefix| name.starts_with(prefix))
}

/// The number in a file name `PREFIX-NNNN.json`, padded to `width` digits: one number, one name.
pub(super) fn number_in<N: FromStr>(name: &str, prefix: &str, width: usize) -> Option<N> {
    let digits = name.strip_prefix(prefix)?.strip_prefix('-')?.strip_suffix(".json")?;
    let padded = digits.len() == width || digits.len() > width && !digits.starts_with('0');
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| padded && plain)
}

/// `ring.json`: what the ring is for. It never changes.
#[derive(Serialize, Deserialize)]
pub(super) struct RingFile {
    pub(super) v: u32,
    pub(super) name: String,
    /// Absent in a ring made for development.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) issuer: Option<String>,
    /// `signed` or `sealed`: for people; the algorithm decides.
    pub(super) purpose: String,
    pub(super) alg: String,
    pub(super) created: String,
    /// Files outside the ring's folder that hold the published set too.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(super) publish: Vec<PathBuf>,
    /// Who may read the secrets; graded unless it says strict.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) permissions: Option<Permissions>,
    #[serde(flatten)]
    pub(super) policy: RingPolicy,
}

/// How files are judged that a group can read, or that lie on a mount where modes say little.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Permissions {
    /// They are reported.
    Graded,
    /// They are refused.
    Strict,
}

/// What stands beside the JWK in `key-NNNN.json`.
#[derive(Serialize, Deserialize)]
pub(super) struct KeyFile {
    pub(super) v: u32,
    pub(super) ring: String,
    pub(super) seq: u32,
    pub(super) purpose: String,
    pub(super) created: String,
    pub(super) by: String,
    /// Whether it was made elsewhere.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(super) imported: bool,
    /// 32 random bytes, base64url, of which the keys for renewals, nonces, refresh and CSRF are
    /// derived. It goes with the private half.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) aux: Option<Zeroizing<String>>,
    /// A promise not to prune the key.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) hold: Option<HoldFile>,
    /// When the private half was removed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) scrubbed: Option<String>,
}

/// The `hold` of a key file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct HoldFile {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) until: Option<String>,
    #[serde(default)]
    pub(super) why: String,
}

/// What a key file without its private half says of the key.
#[derive(Deserialize)]
pub(super) struct ScrubbedKey {
    pub(super) kid: String,
    pub(super) alg: String,
}

/// `sign-NNNN.json`: a promotion.
#[derive(Serialize, Deserialize)]
pub(super) struct PromotionFile {
    pub(super) v: u32,
    pub(super) ring: String,
    pub(super) seq: u32,
    pub(super) at: String,
    pub(super) by: String,
}

/// `revoked-NNNN.json`: a tombstone.
#[derive(Serialize, Deserialize)]
pub(super) struct TombstoneFile {
    pub(super) v: u32,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) ring: Option<String>,
    pub(super) revoked_at: String,
    #[serde(default)]
    pub(super) reason: String,
    #[serde(default)]
    pub(super) by: String,
}

/// `event-NNNNNN.json`: one line of history, chained to the one before by its hash.
#[derive(Serialize, Deserialize)]
pub(super) struct EventFile {
    pub(super) v: u32,
    pub(super) ring: String,
    pub(super) serial: u64,
    pub(super) at: String,
    pub(super) by: String,
    pub(super) what: What,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) seq: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) kid: Option<String>,
    /// base64url of SHA-256 of the event before; empty in the first.
    pub(super) prev: String,
}

/// Reads one of our files: UTF-8, an object, every member of its type and none twice.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    if !bytes.starts_with(b"{") {
        return Err("not a JSON object".into());
    }
    serde_json::from_slice(bytes).map_err(|fault| crate::json::without_values(&fault))
}

pub(super) fn parse_time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse_rfc3339(text).ok_or_else(|| "a time is not RFC 3339".into())
}

pub(super) fn to_json(value: &impl Serialize) -> Result<Vec<u8>, String> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|fault| fault.to_string())?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The text of a key file: the JWK's members, then ours.
pub(super) fn key_text(key: &Key, ours: &KeyFile) -> Result<Zeroizing<Vec<u8>>, String> {
    let jwk = key.export_secret_jwk().ok_or("a ring holds private keys only")?;
    both(jwk.expose_secret(), ours)
}

/// The text of a key file that was pruned: the public half if there is one, and the history.
pub(super) fn scrubbed_text(key: &Key, ours: &KeyFile) -> Result<Zeroizing<Vec<u8>>, String> {
    let jwk = key.to_public_jwk().unwrap_or_else(|| {
        let kid = key.id().map(ToString::to_string).unwrap_or_default();
        serde_json::json!({ "kty": "oct", "alg": key.algorithm().name(), "kid": kid }).to_string()
    });
    both(&jwk, ours)
}

/// Both are objects: one text with the members of both.
fn both(jwk: &str, ours: &KeyFile) -> Result<Zeroizing<Vec<u8>>, String> {
    let ours = Zeroizing::new(serde_json::to_string(ours).map_err(|fault| fault.to_string())?);
    let jwk = jwk.trim_end_matches('}');
    Ok(Zeroizing::new(format!("{jwk},{}\n", ours.trim_start_matches('{')).into_bytes()))
}

/// A `kid` for the key `seq`. Of a PASETO key it is its PASERK id, by the standard. Any other is
/// short, since it travels in every token: the number makes it unique, the rest tells rings apart.
/// A symmetric key gets random characters: a thumbprint of its secret could be tested against
/// guesses.
pub(super) fn kid_for(
    seq: u32,
    key: &Key,
    random: [u8; 6],
) -> Result<KeyId, crate::key::NotAKeyId> {
    if let Some(id) = key.token_kid() {
        return KeyId::new(&id);
    }
    let tail = key.thumbprint().unwrap_or_else(|| base64url::encode(&random));
    // Letters and digits only: a kid that begins with "-" reads badly on a command line.
    let tail: String = tail.chars().filter(char::is_ascii_alphanumeric).take(6).collect();
    KeyId::new(&format!("k{seq}-{tail}"))
}

pub(super) fn purpose_of(algorithm: Algorithm) -> &'static str {
    match algorithm.protection() {
        crate::key::Protection::Signed => "signed",
        crate::key::Protection::Sealed => "sealed",
    }
}
