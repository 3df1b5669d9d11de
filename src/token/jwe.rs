//! JWE Compact Serialization (RFC 7516 section 7.1), direct encryption with AES-256-GCM only:
//! `header..iv.ciphertext.tag`. The encoded header is the associated data.

use crate::base64url;
use crate::crypto::{NONCE_BYTES, TAG_BYTES};
use crate::key::Key;

use super::{FormFault, MintFault, OpenFault};

#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    pub(super) header: &'a str,
    pub(super) encrypted_key: &'a str,
    pub(super) iv: &'a str,
    pub(super) ciphertext: &'a str,
    pub(super) tag: &'a str,
}

pub(super) fn open(parts: &Parts<'_>, key: &Key) -> Result<Vec<u8>, OpenFault> {
    // Direct encryption has no encrypted key (RFC 7516 section 5.2 step 10).
    if !parts.encrypted_key.is_empty() {
        return Err(FormFault::Base64url("encrypted key").into());
    }
    let nonce = base64url::decode_array::<NONCE_BYTES>(parts.iv)
        .map_err(|_| FormFault::Base64url("initialization vector"))?;
    let tag = base64url::decode_array::<TAG_BYTES>(parts.tag)
        .map_err(|_| FormFault::Base64url("authentication tag"))?;
    let mut sealed = Vec::with_capacity(parts.ciphertext.len() + TAG_BYTES);
    base64url::decode_onto(&mut sealed, parts.ciphertext)
        .map_err(|_| FormFault::Base64url("ciphertext"))?;
    sealed.extend_from_slice(&tag);
    key.open(parts.header.as_bytes(), nonce, &mut sealed).map_err(|_| OpenFault::Unauthentic)?;
    Ok(sealed)
}

pub(super) fn mint(key: &Key, header: &str, mut payload: Vec<u8>) -> Result<String, MintFault> {
    let seal = key.seal(header.as_bytes(), &mut payload).ok_or(MintFault::NotForMinting)??;
    let encoded = (payload.len() * 4).div_ceil(3);
    let mut text = String::with_capacity(header.len() + encoded + 48);
    text.push_str(header);
    text.push_str("..");
    base64url::encode_onto(&mut text, &seal.nonce);
    text.push('.');
    base64url::encode_onto(&mut text, &payload);
    text.push('.');
    base64url::encode_onto(&mut text, &seal.tag);
    Ok(text)
}
