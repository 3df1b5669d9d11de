//! base64url without padding (RFC 7515 section 2), strict and canonical: one text for one byte
//! string, so that a changed character is always a changed value.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod engine {
    use base64::engine::{GeneralPurposeConfig, Simd};

    pub(super) type Fastest = Simd;

    pub(super) fn fastest(config: GeneralPurposeConfig) -> Fastest {
        Simd::url_safe(config)
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod engine {
    use base64::alphabet::URL_SAFE;
    use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

    pub(super) type Fastest = GeneralPurpose;

    pub(super) fn fastest(config: GeneralPurposeConfig) -> Fastest {
        GeneralPurpose::new(&URL_SAFE, config)
    }
}

const STRICT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_encode_padding(false)
    .with_decode_padding_mode(DecodePaddingMode::RequireNone)
    .with_decode_allow_trailing_bits(false);

static ENGINE: LazyLock<engine::Fastest> = LazyLock::new(|| engine::fastest(STRICT));

/// For a few bytes: a vector engine would only pass them on.
const SHORT: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, STRICT);

/// The text is no canonical unpadded base64url, or not of the length asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not canonical unpadded base64url")]
pub struct NotBase64url;

/// Encodes `bytes`.
///
/// ```
/// assert_eq!(waxseal::base64url::encode(&[0xfb, 0xff]), "-_8");
/// ```
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    ENGINE.encode(bytes)
}

/// Encodes `bytes` into an array, which must be of the length of the encoding.
pub(crate) fn encode_array<const N: usize, const M: usize>(bytes: &[u8; N]) -> [u8; M] {
    const { assert!(M == (N * 4).div_ceil(3), "the length of the encoding") };
    let mut text = [b'A'; M];
    // The one fault there is, too little room, was excluded when this was compiled.
    let _ = SHORT.encode_slice(bytes, &mut text);
    text
}

/// Appends the encoding of `bytes` to `text`.
pub(crate) fn encode_onto(text: &mut String, bytes: &[u8]) {
    ENGINE.encode_string(bytes, text);
}

/// Decodes `text`.
///
/// # Errors
/// [`NotBase64url`] for padding, white space, a foreign character, or trailing bits that are not
/// zero.
///
/// ```
/// use waxseal::base64url::{NotBase64url, decode};
/// assert_eq!(decode("-_8"), Ok(vec![0xfb, 0xff]));
/// assert_eq!(decode("-_9"), Err(NotBase64url)); // the same bytes under a lax decoder
/// ```
pub fn decode(text: &str) -> Result<Vec<u8>, NotBase64url> {
    ENGINE.decode(text).map_err(|_| NotBase64url)
}

/// Appends the decoding of `text` to `bytes`.
pub(crate) fn decode_onto(bytes: &mut Vec<u8>, text: &str) -> Result<(), NotBase64url> {
    ENGINE.decode_vec(text, bytes).map_err(|_| NotBase64url)
}

/// Decodes `text` into the front of `buffer`; a text too long for it is refused.
pub(crate) fn decode_into<'b>(buffer: &'b mut [u8], text: &str) -> Result<&'b [u8], NotBase64url> {
    if text.len() > (buffer.len() * 4).div_ceil(3) {
        return Err(NotBase64url);
    }
    let written = ENGINE.decode_slice(text, buffer).map_err(|_| NotBase64url)?;
    buffer.get(..written).ok_or(NotBase64url)
}

/// Decodes exactly `N` bytes.
///
/// # Errors
/// [`NotBase64url`] as [`decode`], and for any other length.
pub fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], NotBase64url> {
    // The length is settled before any work is done on the input.
    if text.len() != (N * 4).div_ceil(3) {
        return Err(NotBase64url);
    }
    let mut bytes = [0; N];
    let written = SHORT.decode_slice(text, &mut bytes).map_err(|_| NotBase64url)?;
    if written == N { Ok(bytes) } else { Err(NotBase64url) }
}
