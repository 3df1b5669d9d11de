//! The issuer of any claims type.

use serde::Serialize;
use serde::de::IgnoredAny;

use crate::claims::{Claims, Dialect, ReadClaims, Shortcuts};
use crate::key::{Format, Key};
use crate::secret::SecretBytes;
use crate::token::{PreparedHeader, Token, is_media_type, mint};

use super::MintError;

/// Mints tokens of any claims under one key. The key, not the caller, sets the format, `alg` and
/// `kid`.
#[derive(Clone, Debug)]
pub struct Issuer {
    key: Key,
    header: PreparedHeader,
    /// What a PASETO says of its kind in its claims.
    typ: Option<Box<str>>,
    assertion: SecretBytes,
}

impl Issuer {
    /// An issuer under `key`, whose tokens say `typ: JWT`, or nothing in a PASETO.
    ///
    /// # Errors
    /// [`MintError::NotForMinting`] for a public key, or one whose `key_ops` do not let it sign.
    pub fn new(key: Key) -> Result<Self, MintError> {
        if !key.can_mint() {
            return Err(MintError::NotForMinting);
        }
        let header = PreparedHeader::new(&key, "JWT");
        Ok(Self { key, header, typ: None, assertion: SecretBytes::default() })
    }

    /// Says another `typ`, as `at+jwt` (RFC 8725 section 3.11): in the header, or in the claims of a
    /// PASETO.
    #[must_use]
    pub fn typ(self, typ: &str) -> Self {
        let (header, typ) = match self.key.algorithm().format() {
            Format::Paseto => (self.header, Some(typ.into())),
            Format::Jws | Format::Jwe => (PreparedHeader::new(&self.key, typ), None),
        };
        Self { header, typ, ..self }
    }

    /// Gives PASETOs this footer instead of one that names the key. Everybody can read it, in a
    /// sealed token too. A verifier with several keys then needs a `kid` in it, as JSON.
    ///
    /// # Errors
    /// [`MintError::NotAPaseto`] for a key of another format; [`MintError::Footer`] for a footer that
    /// a strict verifier would refuse.
    pub fn footer(self, footer: &[u8]) -> Result<Self, MintError> {
        let header = self.header.with_footer(footer)?;
        Ok(Self { header, ..self })
    }

    /// Binds PASETOs to this implicit assertion: a verifier must know it too. It is part of what is
    /// signed or sealed, and no token holds it.
    ///
    /// # Errors
    /// [`MintError::NotAPaseto`] for a key of another format.
    ///
    /// ```
    /// # #[cfg(feature = "paseto")] {
    /// use waxseal::key::{Algorithm, Key, KeySet};
    /// use waxseal::{Revocations, jwt};
    ///
    /// let key = Key::generate(Algorithm::V4Local)?;
    /// let claims = serde_json::json!({ "sub": "ada", "exp": "2099-12-31T00:00:00Z" });
    /// let token = jwt::Issuer::new(key.clone())?.implicit_assertion(b"tenant-7")?.mint(&claims)?;
    ///
    /// let setup = jwt::Verifier::<serde_json::Value>::setup(KeySet::only(key));
    /// let verifier = setup
    ///     .implicit_assertion(b"tenant-8")
    ///     .revocations(Revocations::none_because("an example"));
    /// assert_eq!(verifier.verify(&token).unwrap_err().code(), "bad_signature");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn implicit_assertion(self, assertion: &[u8]) -> Result<Self, MintError> {
        match self.key.algorithm().format() {
            Format::Paseto => Ok(Self { assertion: SecretBytes::new(assertion.to_vec()), ..self }),
            Format::Jws | Format::Jwe => Err(MintError::NotAPaseto),
        }
    }

    /// Mints `claims`, which serialize to an object with an `exp`: seconds since the epoch in a
    /// JWT, RFC 3339 text in a PASETO.
    ///
    /// # Errors
    /// [`MintError`] for claims that our own strict verifier would refuse: a registered claim of
    /// the wrong type, a member twice, no `exp`; and for a token longer than verifiers read.
    ///
    /// # Security
    /// A signed token is readable by everyone who holds it. Seal what they must not see.
    pub fn mint<C: Serialize + ?Sized>(&self, claims: &C) -> Result<Token, MintError> {
        let mut payload =
            serde_json::to_vec(claims).map_err(|fault| MintError::State(fault.to_string()))?;
        let dialect = Dialect::of(self.key.algorithm().format());
        let (registered, _) = Claims::<IgnoredAny>::read(&payload, dialect, Shortcuts::Left)?;
        if registered.exp.is_none() {
            return Err(MintError::NoExpiry);
        }
        if dialect == Dialect::Paseto {
            let claimed = registered.typ.map(|typ| typ.into_owned());
            self.say_kind(claimed.as_deref(), &mut payload)?;
        }
        Ok(mint(&self.key, &self.header, payload, self.assertion.expose_secret())?)
    }

    /// Writes the kind of a PASETO into its claims. The caller's claims never choose it: data that
    /// found its way into them could make a session of any token.
    fn say_kind(&self, claimed: Option<&str>, payload: &mut Vec<u8>) -> Result<(), MintError> {
        match (self.typ.as_deref(), claimed) {
            (None, None) => Ok(()),
            (None, Some(claimed)) if is_media_type(claimed, "JWT") => Ok(()),
            (Some(typ), Some(claimed)) if typ == claimed => Ok(()),
            (Some(typ), None) => {
                let typ = serde_json::Value::from(typ);
                payload.splice(..1, format!("{{\"typ\":{typ},").into_bytes());
                Ok(())
            }
            (_, Some(_)) => Err(MintError::Kind),
        }
    }
}
