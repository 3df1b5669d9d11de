//! The `kid` (RFC 7515 section 4.1.4).

use std::fmt;
use std::sync::Arc;

use crate::limits;

/// The name of a key: 1 to 256 bytes without control characters.
///
/// Equality is exact: no case folding, no normalisation.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(Arc<str>);

impl KeyId {
    /// Takes `text` as a key id.
    ///
    /// # Errors
    /// [`NotAKeyId`] if it is empty, longer than 256 bytes or holds a control character.
    pub fn new(text: &str) -> Result<Self, NotAKeyId> {
        if text.is_empty() || text.len() > limits::KID_BYTES || text.chars().any(char::is_control) {
            return Err(NotAKeyId);
        }
        Ok(Self(text.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({:?})", &*self.0)
    }
}

/// The text cannot name a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a kid has 1 to 256 bytes and no control characters")]
pub struct NotAKeyId;
