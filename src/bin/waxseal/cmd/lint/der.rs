//! The numbers of an RSA key in PEM, without checking anything else of it.

use super::token::lax;

/// The modulus and exponent of the RSA key in `pem`, or `None` if it holds no RSA key in the clear.
/// Of every form (PKCS#1, SPKI, PKCS#8) they are the first two numbers of which one is long.
pub(super) fn rsa_numbers(pem: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let (_, block) = pem.split_once("-----BEGIN ")?;
    let body = block.split("-----").nth(1)?;
    let der = lax::base64(&body.split_whitespace().collect::<String>());
    let mut numbers = Vec::new();
    collect(&der, &mut numbers, 8);
    let modulus = numbers.iter().position(|number| number.len() > 32)?;
    Some((numbers.get(modulus)?.clone(), numbers.get(modulus + 1)?.clone()))
}

/// Adds every INTEGER of `der`, also inside sequences and strings that hold DER.
fn collect(der: &[u8], numbers: &mut Vec<Vec<u8>>, depth: usize) {
    let mut rest = der;
    while let Some((tag, value, after)) = element(rest) {
        match tag {
            0x02 => {
                let zeros = value.iter().take_while(|byte| **byte == 0).count();
                numbers.push(value.get(zeros..).unwrap_or_default().to_vec());
            }
            0x30 | 0x04 if depth > 0 => collect(value, numbers, depth - 1),
            // Its first byte says how many bits are unused.
            0x03 if depth > 0 => collect(value.get(1..).unwrap_or_default(), numbers, depth - 1),
            _ => {}
        }
        rest = after;
    }
}

/// The first element of `der`: its tag, its value, and what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, length, rest) = match der {
        [tag, short @ 0..=0x7f, rest @ ..] => (*tag, usize::from(*short), rest),
        [tag, 0x81, length, rest @ ..] => (*tag, usize::from(*length), rest),
        [tag, 0x82, high, low, rest @ ..] => {
            (*tag, usize::from(u16::from_be_bytes([*high, *low])), rest)
        }
        _ => return None,
    };
    Some((tag, rest.get(..length)?, rest.get(length..)?))
}
