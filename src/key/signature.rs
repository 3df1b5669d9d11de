//! The bytes of a signature.

/// Longest signature that is no RSA signature: ECDSA over P-384.
const SHORT: usize = 96;

/// A signature or tag, in place where it is short.
pub(crate) enum Signature {
    Short([u8; SHORT], usize),
    Long(Vec<u8>),
}

impl Signature {
    /// Copies a signature that is no RSA signature.
    pub(super) fn short(bytes: &[u8]) -> Self {
        let mut short = [0; SHORT];
        match short.get_mut(..bytes.len()) {
            Some(front) => {
                front.copy_from_slice(bytes);
                Self::Short(short, bytes.len())
            }
            None => Self::Long(bytes.to_vec()),
        }
    }
}

impl AsRef<[u8]> for Signature {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Short(bytes, length) => bytes.get(..*length).unwrap_or_default(),
            Self::Long(bytes) => bytes,
        }
    }
}
