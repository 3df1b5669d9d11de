//! HMAC secrets that are printed in examples, and tokens made with one.

use waxseal::jwt::RawVerifier;
use waxseal::key::{Algorithm, Key, KeySet};
use waxseal::limits;
use waxseal::secret::SecretBytes;

/// Whether `secret` is printed in an example. The library knows the longer ones too.
pub(super) fn is_published(secret: &[u8]) -> bool {
    PRINTED.iter().any(|printed| printed.as_bytes() == secret.trim_ascii())
}

/// Whether the token `text` of the HMAC `algorithm` was made with a secret that is printed in an
/// example.
pub(super) fn made(algorithm: Algorithm, text: &str) -> bool {
    PRINTED.iter().filter_map(|printed| filled(algorithm, printed)).any(|key| {
        let verifier = RawVerifier::new(KeySet::only(key)).token_bytes(limits::PROGRAM_TOKEN_BYTES);
        verifier.verify(text).is_ok()
    })
}

/// The key as HMAC itself fills it, with zeros to the hash's block (RFC 2104 section 2); `Key` refuses
/// the printed text, for a good reason.
fn filled(algorithm: Algorithm, printed: &str) -> Option<Key> {
    let block = if algorithm == Algorithm::Hs256 { 64 } else { 128 };
    let mut bytes = printed.as_bytes().to_vec();
    if bytes.len() >= block {
        return None;
    }
    bytes.resize(block, 0);
    Key::from_secret(algorithm, SecretBytes::new(bytes)).ok()
}

/// The defaults of jwt.io, past and present, and of examples that were copied often.
const PRINTED: &[&str] = &[
    "a-string-secret-at-least-256-bits-long",
    "a-valid-string-secret-that-is-at-least-384-bits-long",
    "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
    "your-256-bit-secret",
    "your-384-bit-secret",
    "your-512-bit-secret",
    "your-256-bit-secret-your-256-bit-secret",
    "your-384-bit-secret-your-384-bit-secret-your-384-bit-secret",
    "qwertyuiopasdfghjklzxcvbnm123456",
    "abcdefghijklmnopqrstuvwxyz123456",
    "ThisIsMySuperSecretKeyForJwtTokenGeneration",
    "0123456789abcdef0123456789abcdef",
    "12345678901234567890123456789012",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_of_every_algorithm_make_keys_to_try() {
        for (algorithm, bits) in
            [(Algorithm::Hs256, "256"), (Algorithm::Hs384, "384"), (Algorithm::Hs512, "512")]
        {
            let defaults = PRINTED.iter().filter(|printed| printed.contains(bits));
            let usable = defaults.filter(|printed| filled(algorithm, printed).is_some());
            assert!(usable.count() >= 2, "{algorithm}");
        }
    }
}
