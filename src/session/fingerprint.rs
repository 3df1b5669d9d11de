//! What a log may say of a session.

use std::fmt;

use crate::claims::SessionId;
use crate::crypto::sha256;

use super::Session;

/// Names a session in a log or a limiter, and nowhere else: 12 characters of base64url, the same for
/// all its tokens. Nothing can be revoked, minted or looked up by it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 9]);

impl From<SessionId> for Fingerprint {
    fn from(id: SessionId) -> Self {
        let mut input = *b"waxseal/v1/fingerprint\0................";
        let (_, end) = input.split_at_mut(23);
        end.copy_from_slice(id.as_bytes());
        let mut short = [0; 9];
        short.copy_from_slice(sha256(&input).split_at(9).0);
        Self(short)
    }
}

impl<T> Session<T> {
    /// The session's name in logs, and the key of a rate limit.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.id().into()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::base64url::encode(&self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}
