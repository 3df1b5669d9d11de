//! CSRF tokens: bound to a session, made from its id and a key of the ring. Nothing is stored.

use std::fmt;

use subtle::ConstantTimeEq;

use crate::base64url;
use crate::claims::SessionId;
use crate::crypto::{RandomError, random};
use crate::keyring::Keys;
use crate::time::Timestamp;

/// Bytes of the random part, which makes the token of every page another text: what a compressed
/// answer leaks of it (BREACH) is of no use.
const SALT_BYTES: usize = 16;
const TAG_BYTES: usize = 32;

/// A token for the forms of one session: 64 characters of base64url.
///
/// It holds for every renewal of the session and over rotations of the key, and for no other session:
/// a login makes those of the guest worthless.
#[derive(Clone)]
pub struct CsrfToken(String);

impl CsrfToken {
    pub(crate) fn mint(keys: &Keys, session: SessionId) -> Result<Option<Self>, RandomError> {
        let ring = keys.ring();
        let Some(signer) = ring.signer() else {
            return Ok(None);
        };
        let salt = random::<SALT_BYTES>()?;
        let tag = signer.csrf.tag(&[session.as_bytes(), &salt]);
        let mut bytes = [0; SALT_BYTES + TAG_BYTES];
        let (front, back) = bytes.split_at_mut(SALT_BYTES);
        front.copy_from_slice(&salt);
        back.copy_from_slice(&tag);
        Ok(Some(Self(base64url::encode(&bytes))))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether `text` is a token of `session`, by any key of the ring that is trusted at `now`.
pub(crate) fn is_of(keys: &Keys, session: SessionId, text: &str, now: Timestamp) -> bool {
    let Ok(bytes) = base64url::decode_array::<{ SALT_BYTES + TAG_BYTES }>(text) else {
        return false;
    };
    let (salt, theirs) = bytes.split_at(SALT_BYTES);
    let ring = keys.ring();
    let mut found = subtle::Choice::from(0);
    for key in ring.trusted(now) {
        found |= key.csrf.tag(&[session.as_bytes(), salt]).ct_eq(theirs);
    }
    found.into()
}

/// To be written into a form.
impl fmt::Display for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfToken([redacted])")
    }
}
