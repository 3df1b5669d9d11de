//! Secrets that can be guessed (RFC 8725 section 3.5): a token made with one is everybody's to forge.

use crate::crypto::Algorithm;
use crate::limits;
use crate::secret::SecretBytes;

use super::{KeyError, Weakness};

/// Checks an HMAC secret: at least `least` bytes, the digest's size (RFC 7518 section 3.2), and
/// not to be guessed.
pub(super) fn check_hmac_secret(
    algorithm: Algorithm,
    secret: &SecretBytes,
    least: usize,
) -> Result<(), KeyError> {
    let has = secret.expose_secret().len();
    if has < least || has > limits::HMAC_SECRET_BYTES {
        let needs = match least {
            32 => "32 to 1024",
            48 => "48 to 1024",
            _ => "64 to 1024",
        };
        return Err(KeyError::Length { algorithm, needs, has });
    }
    // HMAC fills a secret with zeros to its block (RFC 2104 section 2): zeros at the end add nothing.
    let bytes = secret.expose_secret();
    let zeros = bytes.iter().rev().take_while(|byte| **byte == 0).count();
    check_bytes(bytes.split_at(bytes.len() - zeros).0)
}

/// Checks that a secret is not to be guessed.
pub(super) fn check(secret: &SecretBytes) -> Result<(), KeyError> {
    check_bytes(secret.expose_secret())
}

fn check_bytes(bytes: &[u8]) -> Result<(), KeyError> {
    let weakness = if is_published(bytes) {
        Weakness::Published
    } else if is_repeated(bytes) {
        Weakness::Repeated
    } else if is_dictionary(bytes) {
        Weakness::Dictionary
    } else {
        return Ok(());
    };
    Err(KeyError::Weak(weakness))
}

/// A pattern that fills the secret twice or more, or fewer than 8 different bytes. 32 random bytes
/// have about 30 different ones.
fn is_repeated(bytes: &[u8]) -> bool {
    let mut seen = [false; 256];
    for byte in bytes {
        if let Some(slot) = seen.get_mut(usize::from(*byte)) {
            *slot = true;
        }
    }
    let different = seen.iter().filter(|seen| **seen).count();
    let steps = |step: u8| {
        bytes.windows(2).all(|pair| matches!(pair, [a, b] if a.wrapping_add(step) == *b))
    };
    let has_period = |period: usize| {
        bytes.chunks(period).skip(1).all(|chunk| bytes.get(..chunk.len()) == Some(chunk))
    };
    different < 8 || steps(1) || steps(255) || (1..=bytes.len() / 2).any(has_period)
}

fn is_published(bytes: &[u8]) -> bool {
    let trimmed = bytes.trim_ascii();
    PUBLISHED_TEXT.iter().any(|text| text.as_bytes() == trimmed)
        || PUBLISHED_BASE64URL.iter().any(|text| {
            crate::base64url::decode(text).is_ok_and(|published| published == bytes)
                || text.as_bytes() == trimmed
        })
}

/// Whether the secret is common words, with digits and signs between them.
fn is_dictionary(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let letters: String =
        text.to_ascii_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    let mut rest = letters.clone();
    for word in WORDS.split_ascii_whitespace() {
        rest = rest.replace(word, "");
    }
    // A few letters between the words add nothing; mostly digits, as in hex, is another matter.
    rest.len() <= 4 && 2 * (letters.len() - rest.len()) >= bytes.len()
}

/// Printed as text: jwt.io's and others' defaults, with those too short for any key left out.
const PUBLISHED_TEXT: &[&str] = &[
    "a-string-secret-at-least-256-bits-long",
    "a-valid-string-secret-that-is-at-least-384-bits-long",
    "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
    "your-256-bit-secret-your-256-bit-secret",
    "your-384-bit-secret-your-384-bit-secret-your-384-bit-secret",
    "404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970",
    "ThisIsMySuperSecretKeyForJwtTokenGeneration",
    "0123456789abcdef0123456789abcdef",
    "abcdefghijklmnopqrstuvwxyz123456",
    "12345678901234567890123456789012",
];

/// Printed as base64url: RFC 7515 A.1, RFC 7517 A.3, RFC 7520 3.5 and 3.6, RFC 7516 A.1 and B.
const PUBLISHED_BASE64URL: &[&str] = &[
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    "hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg",
    "AAPapAv4LbFbiVawEjagUBluYqN5rhna-8nuldDvOx8",
    "saH0gFSP4XM_tAP_a5rU9ooHbltwLiJpL4LLLnrqQPw",
    "BNMfxVSd_P4LZJ36wVUPQw4t6hAYOInx-T_o8LQv1-8",
    "cHFyc3R1dnd4eXp7fH1-f4CBgoOEhYaHiImKi4yNjo8",
];

/// The words that secrets typed by hand are made of, longer ones first.
const WORDS: &str = "
    authentication authorization configuration development environment application production
    generation passphrase characters encryption changethis superuser jsonwebtoken something
    signature algorithm sensitive anything password passwort security insecure changeit minimum
    default example private session testing signing website working qwertyuiop asdfghjkl zxcvbnm
    qwerty asdf change please secret server client random really should public string simple
    secure access refresh length longer strong enough always never super token hello world admin
    login local value least bytes other using which there thing nobody knows everyone anyone
    guess cookie test this that with your jwts keys user pass more must long very have from only
    demo temp when what will than some dont make here need not key jwt the for and you can has
    are bit dev abc xyz app web api my is to at it in of be an on or so do no we
";

#[cfg(test)]
mod tests {
    use super::*;

    fn weakness(text: &str) -> Option<Weakness> {
        match check(&SecretBytes::new(text.as_bytes().to_vec())) {
            Err(KeyError::Weak(weakness)) => Some(weakness),
            _ => None,
        }
    }

    #[test]
    fn guessable_secrets_are_refused_with_their_reason() {
        for (text, reason) in [
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", Weakness::Repeated),
            ("abcdefg8abcdefg8abcdefg8abcdefg8", Weakness::Repeated),
            ("!\"#$%&'()*+,-./0123456789:;<=>?@", Weakness::Repeated),
            ("a-string-secret-at-least-256-bits-long", Weakness::Published),
            ("my-super-secret-jwt-signing-key-please-change", Weakness::Dictionary),
            ("supersecretkeythatnobodyknows123456", Weakness::Dictionary),
        ] {
            assert_eq!(weakness(text), Some(reason), "{text}");
        }
    }

    #[test]
    fn zeros_that_hmac_would_add_itself_strengthen_nothing() {
        let mut secret = b"a-string-secret-at-least-256-bits-long".to_vec();
        secret.resize(64, 0);
        let checked = check_hmac_secret(Algorithm::Hs256, &SecretBytes::new(secret), 32);
        assert_eq!(checked, Err(KeyError::Weak(Weakness::Published)));
        let zeros = check_hmac_secret(Algorithm::Hs256, &SecretBytes::new(vec![0; 64]), 32);
        assert_eq!(zeros, Err(KeyError::Weak(Weakness::Repeated)));
    }

    #[test]
    fn random_and_unusual_secrets_pass() {
        for text in [
            "uG4p9T0vXz3LqRk7W1sYb8NfH5dJc2Ma",
            "correct horse battery staple flamingo",
            "8204915736028174639502817463950271", // digits alone: 110 bits
            "0123984c7715260981264b8899103e77",
        ] {
            assert_eq!(weakness(text), None, "{text}");
        }
    }
}
