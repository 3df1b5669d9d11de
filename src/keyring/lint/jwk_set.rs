//! A private JWK Set in place of a ring: its `key_ops` say who signs (RFC 7517 section 4.3).

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::Finding;
use super::catalogue::TWO_SIGNERS;

/// Tells if two private keys of the JWK Set `text` say that they sign. `place` is its name. What is
/// no JWK Set has no findings.
#[must_use]
pub fn lint_jwk_set(text: &[u8], place: &str) -> Vec<Finding> {
    let Ok(set) = serde_json::from_slice::<Set>(text) else {
        return Vec::new();
    };
    let signs = |jwk: &&Jwk| {
        let may = |op: &String| op == "sign" || op == "encrypt";
        (jwk.d.is_some() || jwk.k.is_some()) && jwk.key_ops.iter().any(may)
    };
    let signers: Vec<&Jwk> = set.keys.iter().filter(signs).collect();
    if signers.len() < 2 {
        return Vec::new();
    }
    let name = |jwk: &&Jwk| jwk.kid.clone().unwrap_or_else(|| "a key without kid".into());
    let names: Vec<String> = signers.iter().map(name).collect();
    let text = format!("key_ops let {} keys sign: {}", signers.len(), names.join(", "));
    vec![TWO_SIGNERS.found(place, text)]
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kid: Option<String>,
    #[serde(default)]
    key_ops: Vec<String>,
    d: Option<IgnoredAny>,
    k: Option<IgnoredAny>,
}
