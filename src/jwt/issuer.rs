//! The issuer of any claims type.

use serde::Serialize;
use serde::de::IgnoredAny;

use crate::claims::{Claims, ReadClaims};
use crate::key::Key;
use crate::token::{PreparedHeader, Token, mint};

use super::MintError;

/// Mints tokens of any claims under one key. The key, not the caller, sets `alg` and `kid`.
#[derive(Clone, Debug)]
pub struct Issuer {
    key: Key,
    header: PreparedHeader,
}

impl Issuer {
    /// An issuer under `key`, whose tokens say `typ: JWT`.
    ///
    /// # Errors
    /// [`MintError::NotForMinting`] for a public key, or one whose `key_ops` do not let it sign.
    pub fn new(key: Key) -> Result<Self, MintError> {
        if !key.can_mint() {
            return Err(MintError::NotForMinting);
        }
        let header = PreparedHeader::new(&key, "JWT");
        Ok(Self { key, header })
    }

    /// Says another `typ`, as `at+jwt` (RFC 8725 section 3.11).
    #[must_use]
    pub fn typ(self, typ: &str) -> Self {
        let header = PreparedHeader::new(&self.key, typ);
        Self { header, ..self }
    }

    /// Mints `claims`, which serialize to an object with an `exp`.
    ///
    /// # Errors
    /// [`MintError`] for claims that our own strict verifier would refuse: a registered claim of
    /// the wrong type, a member twice, no `exp`; and for a token longer than verifiers read.
    ///
    /// # Security
    /// A signed token is readable by everyone who holds it. Seal what they must not see.
    pub fn mint<C: Serialize + ?Sized>(&self, claims: &C) -> Result<Token, MintError> {
        let payload =
            serde_json::to_vec(claims).map_err(|fault| MintError::State(fault.to_string()))?;
        let (registered, _) = Claims::<IgnoredAny>::read(&payload)?;
        if registered.exp.is_none() {
            return Err(MintError::NoExpiry);
        }
        Ok(mint(&self.key, &self.header, payload)?)
    }
}
