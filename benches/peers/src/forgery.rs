//! Tokens with one bit changed: still well formed, so that only the cryptography can refuse them.

use waxseal::base64url;

/// A JWS or JWE: its last part is the signature or the tag.
pub fn jose(token: &str) -> String {
    let (rest, tag) = token.rsplit_once('.').expect("parts");
    format!("{rest}.{}", last_bit(tag))
}

/// A PASETO: the third part ends with the signature or the tag; a footer may follow.
pub fn paseto(token: &str) -> String {
    let mut parts: Vec<String> = token.split('.').map(Into::into).collect();
    parts[2] = last_bit(&parts[2]);
    parts.join(".")
}

/// Base64 of either alphabet, with or without padding, with the last bit of what it says changed.
pub fn last_bit(text: &str) -> String {
    bit(text, |bytes| bytes.len() - 1)
}

/// As [`last_bit`], in the byte that `at` finds.
pub fn bit(text: &str, at: impl Fn(&[u8]) -> usize) -> String {
    let plain = text.trim_end_matches('=').replace('+', "-").replace('/', "_");
    let mut bytes = base64url::decode(&plain).expect("base64");
    let at = at(&bytes);
    bytes[at] ^= 1;
    let mut changed = base64url::encode(&bytes);
    if text.contains(['+', '/']) {
        changed = changed.replace('-', "+").replace('_', "/");
    }
    changed.push_str(&"=".repeat(text.len() - plain.len()));
    changed
}
