//! PASETO versions 3 and 4: `v4.public.` and its kin, a body, and a footer that everybody can read.
//! What is signed is the pre-authentication encoding of all parts (PAE), so that none can be moved.

use crate::base64url;
use crate::crypto::Algorithm;
use crate::key::Key;

use super::{FormFault, MintFault, OpenFault, decoded};

#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    text: &'a str,
    /// Version and purpose, as `v4.public`.
    pub(super) name: &'a str,
    body: &'a str,
    /// base64url; empty where there is none.
    pub(super) footer: &'a str,
}

/// The parts of `text` if it begins as a PASETO does.
///
/// A JOSE header is the encoding of an object and never begins with a `v`.
pub(super) fn split(text: &str) -> Option<Result<Parts<'_>, FormFault>> {
    let (version, rest) = text.split_once('.')?;
    let digit = version.strip_prefix('v')?;
    if digit.len() != 1 || !digit.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let purpose = ["public", "local"]
        .into_iter()
        .find(|purpose| rest.strip_prefix(purpose).is_some_and(|rest| rest.starts_with('.')))?;
    let (name, rest) = text.split_at(version.len() + 1 + purpose.len());
    let rest = rest.strip_prefix('.').unwrap_or_default();
    let (body, footer) = match rest.split_once('.') {
        None => (rest, ""),
        // One token, one text: an absent footer has no dot, and nothing follows a footer.
        Some((_, footer)) if footer.is_empty() || footer.contains('.') => {
            return Some(Err(FormFault::Base64url("footer")));
        }
        Some(parts) => parts,
    };
    Some(Ok(Parts { text, name, body, footer }))
}

/// A message and the signature over it.
type Signed = (Vec<u8>, Vec<u8>);

impl Parts<'_> {
    pub(super) fn is_public(&self) -> bool {
        self.name.ends_with("public")
    }

    /// The footer's bytes.
    pub(super) fn footer_bytes(&self) -> Result<Vec<u8>, FormFault> {
        decoded("footer", self.footer)
    }

    /// The signed message and the signature; `None` for a sealed token.
    pub(super) fn message(&self) -> Result<Option<Signed>, FormFault> {
        if !self.is_public() {
            return Ok(None);
        }
        let signature_bytes = match self.name {
            "v1.public" => 256,
            "v3.public" => 96,
            _ => 64,
        };
        let mut message = decoded("body", self.body)?;
        let end = message.len().checked_sub(signature_bytes);
        let signature = message.split_off(end.ok_or(FormFault::Base64url("body"))?);
        Ok(Some((message, signature)))
    }
}

/// The payload and the footer, after the signature over both is right.
pub(super) fn open(
    parts: &Parts<'_>,
    key: &Key,
    assertion: &[u8],
) -> Result<(Vec<u8>, Vec<u8>), OpenFault> {
    let footer = parts.footer_bytes()?;
    if key.algorithm() == Algorithm::V4Local {
        decoded("body", parts.body)?;
        let message = key.decrypt(parts.text, assertion).map_err(|_| OpenFault::Unauthentic)?;
        return Ok((message, footer));
    }
    let (message, signature) = parts.message()?.ok_or(OpenFault::Unauthentic)?;
    let signed = signing_input(key, &message, &footer, assertion);
    key.verify(&signed, &signature).map_err(|_| OpenFault::Unauthentic)?;
    Ok((message, footer))
}

/// `footer` is given as its bytes and as its text.
pub(super) fn mint(
    key: &Key,
    payload: Vec<u8>,
    (footer, encoded_footer): (&[u8], &str),
    assertion: &[u8],
) -> Result<String, MintFault> {
    if key.algorithm() == Algorithm::V4Local {
        let token = key.encrypt(&payload, footer, assertion).ok_or(MintFault::NotForMinting)?;
        return Ok(token?);
    }
    let signed = signing_input(key, &payload, footer, assertion);
    let signature = key.sign(&signed).ok_or(MintFault::NotForMinting)??;
    let mut body = payload;
    body.extend_from_slice(signature.as_ref());
    let name = key.algorithm().name();
    let length = name.len() + (body.len() * 4).div_ceil(3) + encoded_footer.len() + 2;
    let mut text = String::with_capacity(length);
    text.push_str(name);
    text.push('.');
    base64url::encode_onto(&mut text, &body);
    if !encoded_footer.is_empty() {
        text.push('.');
        text.push_str(encoded_footer);
    }
    Ok(text)
}

/// What a public token signs: version 3 binds the public key too.
fn signing_input(key: &Key, message: &[u8], footer: &[u8], assertion: &[u8]) -> Vec<u8> {
    let header = [key.algorithm().name().as_bytes(), b"."].concat();
    let rest = [&header, message, footer, assertion];
    match key.compressed_point() {
        Some(point) => pre_authentication_encoding(&[&[point.as_slice()], &rest[..]].concat()),
        None => pre_authentication_encoding(&rest),
    }
}

/// PAE: the number of parts, then each with its length, as 64-bit little-endian numbers whose top
/// bit is never set.
fn pre_authentication_encoding(parts: &[&[u8]]) -> Vec<u8> {
    let number =
        |length: usize| (u64::try_from(length).unwrap_or(0) & (u64::MAX >> 1)).to_le_bytes();
    let length = parts.iter().map(|part| part.len() + 8).sum::<usize>() + 8;
    let mut encoded = Vec::with_capacity(length);
    encoded.extend_from_slice(&number(parts.len()));
    for part in parts {
        encoded.extend_from_slice(&number(part.len()));
        encoded.extend_from_slice(part);
    }
    encoded
}
