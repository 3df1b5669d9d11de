//! JWS Compact Serialization (RFC 7515 section 7.1): `header.payload.signature`.

use crate::base64url;
use crate::key::Key;
use crate::limits;

use super::{FormFault, MintFault, OpenFault, decoded};

/// Room for every signature that is no RSA signature, decoded or not.
const SHORT: usize = 128;

#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    /// `header.payload`, the very bytes that are signed.
    pub(super) signing_input: &'a str,
    pub(super) payload: &'a str,
    pub(super) signature: &'a str,
}

/// The payload, decoded only after the signature over its text is right.
pub(super) fn open(parts: &Parts<'_>, key: &Key) -> Result<Vec<u8>, OpenFault> {
    // All but RSA signatures are short; clearing room for the longest would cost as much as a MAC.
    let (mut short, mut long) = ([0; SHORT], Vec::new());
    let room = match parts.signature.len() <= SHORT {
        true => short.as_mut_slice(),
        false => {
            long.resize(limits::SIGNATURE_BYTES, 0);
            long.as_mut_slice()
        }
    };
    let signature = base64url::decode_into(room, parts.signature)
        .map_err(|_| FormFault::Base64url("signature"))?;
    key.verify(parts.signing_input.as_bytes(), signature).map_err(|_| OpenFault::Unauthentic)?;
    Ok(decoded("payload", parts.payload)?)
}

pub(super) fn mint(key: &Key, header: &str, payload: &[u8]) -> Result<String, MintFault> {
    let encoded = (payload.len() * 4).div_ceil(3);
    let mut text = String::with_capacity(header.len() + encoded + 90);
    text.push_str(header);
    text.push('.');
    base64url::encode_onto(&mut text, payload);
    let signature = key.sign(text.as_bytes()).ok_or(MintFault::NotForMinting)??;
    text.push('.');
    base64url::encode_onto(&mut text, signature.as_ref());
    Ok(text)
}
