//! Ids: 128 random bits, written as 22 characters of base64url.

use std::fmt;
use std::str::FromStr;

use crate::base64url;
use crate::crypto::{RandomError, random};

/// The text is no id: 22 characters of canonical base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is 22 characters of base64url")]
pub struct NotAnId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// `Display` writes base64url; it is no secret, and fit for logs.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The 16 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl From<[u8; 16]> for $name {
            fn from(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                base64url::decode_array(text).map(Self).map_err(|_| NotAnId)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&base64url::encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }
    };
}

id! {
    /// The id of a session (`sid`), kept by every renewal. Revoke this.
    SessionId
}
id! {
    /// The id of one token (`jti`).
    TokenId
}

impl TokenId {
    pub(crate) const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

/// A fresh session id and the id of its first token.
pub(crate) fn draw() -> Result<(SessionId, TokenId), RandomError> {
    // One call to the operating system serves both.
    let bytes = random::<32>()?;
    let (mut session, mut token) = ([0; 16], [0; 16]);
    let (front, back) = bytes.split_at(16);
    session.copy_from_slice(front);
    token.copy_from_slice(back);
    Ok((SessionId(session), TokenId(token)))
}
