//! Ids: 128 random bits, written as 22 characters of base64url.

use std::cell::RefCell;
use std::fmt;
use std::str::FromStr;

use crate::base64url;
use crate::crypto::{Drawn, RandomError};
use crate::time::Timestamp;

/// The text is no id: 22 characters of canonical base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is 22 characters of base64url")]
pub struct NotAnId;

/// An id as it is written.
#[derive(Clone, Copy)]
pub(crate) struct IdText([u8; 22]);

impl IdText {
    pub(crate) fn as_str(&self) -> &str {
        // base64url is ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

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

        impl $name {
            /// Its 22 characters.
            pub(crate) fn text(&self) -> IdText {
                IdText(base64url::encode_array(&self.0))
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
                f.write_str(self.text().as_str())
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

/// A fresh session id and the id of its first token, for a session that begins at `now`.
pub(crate) fn draw(now: Timestamp) -> Result<(SessionId, TokenId), RandomError> {
    thread_local! {
        static DRAWN: RefCell<Drawn> = const { RefCell::new(Drawn::none()) };
    }
    let bytes = DRAWN.with_borrow_mut(|drawn| drawn.take::<32>(now))?;
    let (mut session, mut token) = ([0; 16], [0; 16]);
    let (front, back) = bytes.split_at(16);
    session.copy_from_slice(front);
    token.copy_from_slice(back);
    Ok((SessionId(session), TokenId(token)))
}
