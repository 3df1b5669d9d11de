//! Secrets that can be guessed (RFC 8725 section 3.5): a token made with one is everybody's to forge.

use std::sync::LazyLock;

use zeroize::Zeroizing;

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
    if is_public_key(secret.expose_secret()) {
        return Err(KeyError::Weak(Weakness::PublicKey));
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

/// A key's text or DER: what everybody may have is no secret (CVE-2015-9235 and its kin), and a
/// whole private key file is a mistake.
fn is_public_key(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii_start();
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    // The names of rsaEncryption, ecPublicKey and Ed25519 in DER.
    let oids: [&[u8]; 3] = [
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01],
        &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01],
        &[0x06, 0x03, 0x2b, 0x65, 0x70],
    ];
    text.starts_with(b"-----BEGIN")
        || text.starts_with(b"ssh-")
        || (text.starts_with(b"{") && holds(b"\"kty\""))
        || (bytes.starts_with(&[0x30]) && oids.into_iter().any(holds))
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
    let lower = Zeroizing::new(text.to_ascii_lowercase());
    let letters: Zeroizing<String> =
        Zeroizing::new(lower.chars().filter(char::is_ascii_alphabetic).collect());
    let mut rest = letters.clone();
    for word in WORDS.iter().filter(|word| letters.contains(**word)) {
        rest = Zeroizing::new(rest.replace(word, ""));
    }
    // A few letters between the words add nothing; mostly digits, as in hex, is another matter.
    rest.len() <= 4 && 2 * (letters.len() - rest.len()) >= bytes.len()
}

/// Printed as text: the defaults of jwt.io, past and present, and of examples that were copied often.
pub(crate) const PUBLISHED_TEXT: &[&str] = &[
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
    "your-256-bit-secret",
    "your-384-bit-secret",
    "your-512-bit-secret",
    "qwertyuiopasdfghjklzxcvbnm123456",
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

/// The words that secrets typed by hand are made of: of passwords, and of examples. Longer ones come
/// first, so that none is cut in two.
static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let common = include_str!("words.txt").lines().filter(|line| !line.starts_with('#'));
    let mut words: Vec<&str> = common.chain(OF_EXAMPLES.split_ascii_whitespace()).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
});

const OF_EXAMPLES: &str = "
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
            ("letmein dragon monkey master shadow", Weakness::Dictionary),
            ("football baseball superman batman 1", Weakness::Dictionary),
            ("Iloveyou.iloveyou!iloveyou-iloveyou2", Weakness::Dictionary),
        ] {
            assert_eq!(weakness(text), Some(reason), "{text}");
        }
    }

    #[test]
    fn a_key_file_is_no_secret() {
        let spki = [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00][..]]
            .concat();
        let spki = [spki, (0..32).map(|i| i * 7).collect()].concat();
        for text in [
            b"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQ".to_vec(),
            b"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hc\"}".to_vec(),
            b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG9ubHkgYW4gZXhhbXBsZQ".to_vec(),
            spki,
        ] {
            let checked = check_hmac_secret(Algorithm::Hs256, &SecretBytes::new(text), 32);
            assert_eq!(checked, Err(KeyError::Weak(Weakness::PublicKey)));
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
