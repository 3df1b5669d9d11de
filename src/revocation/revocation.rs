//! What somebody wants to end.

use std::fmt;

use crate::claims::{SessionId, TokenId};
use crate::limits;
use crate::time::Timestamp;

use super::{Kind, RevokeError};

/// What is to end: one token, one session, or all that began up to a moment.
///
/// ```
/// use waxseal::RevocationList;
/// use waxseal::revocation::Revocation;
/// let list = RevocationList::in_memory();
/// list.revoke(&Revocation::subject("ada").because("password changed"))?;
/// list.revoke(&Revocation::scope("acme"))?;
/// assert_eq!(list.len(), 2);
/// # Ok::<(), waxseal::revocation::RevokeError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Revocation {
    pub(super) kind: Kind,
    pub(super) name: [u8; 16],
    pub(super) except: Option<SessionId>,
    pub(super) cut: Option<Timestamp>,
    pub(super) limit: Option<Timestamp>,
    /// A moment that is known to be past: a clock that says less is behind.
    pub(super) seen: Timestamp,
    pub(super) label: String,
    pub(super) reason: Option<String>,
}

impl Revocation {
    /// One token. Its renewals live on: to log out, end the session.
    #[must_use]
    pub fn token(id: TokenId) -> Self {
        Self::of(Kind::Token, &id.to_string())
    }

    /// The token of another issuer whose `jti` is `id`.
    #[must_use]
    pub fn foreign_token(id: &str) -> Self {
        Self::of(Kind::Token, id)
    }

    /// A session: all its tokens, the renewed ones too.
    #[must_use]
    pub fn session(id: SessionId) -> Self {
        Self::of(Kind::Session, &id.to_string())
    }

    /// The session of another issuer whose `sid` is `id`.
    #[must_use]
    pub fn foreign_session(id: &str) -> Self {
        Self::of(Kind::Session, id)
    }

    /// Every session of `subject` that has begun, on all devices.
    #[must_use]
    pub fn subject(subject: &str) -> Self {
        Self::of(Kind::Subject, subject)
    }

    /// Every session of `scope` that has begun: a tenant's, say
    /// ([`Issuer::mint_in`](crate::Issuer::mint_in)).
    #[must_use]
    pub fn scope(scope: &str) -> Self {
        Self::of(Kind::Scope, scope)
    }

    /// Every token of the key `kid`, whatever its times say: the key has leaked.
    ///
    /// Revoke it in its ring too, or it goes on signing tokens that die at once.
    #[must_use]
    pub fn key(kid: &str) -> Self {
        Self::of(Kind::Key, kid)
    }

    /// Every session that has begun.
    #[must_use]
    pub fn everything() -> Self {
        Self::of(Kind::Everything, "")
    }

    /// Spares one session: "log out my other devices". For a subject only.
    #[must_use]
    pub fn except(self, session: SessionId) -> Self {
        Self { except: Some(session), ..self }
    }

    /// Spares what began after `cut`, instead of after now + S. For subjects, scopes and everything.
    #[must_use]
    pub fn before(self, cut: impl Into<Timestamp>) -> Self {
        Self { cut: Some(cut.into()), ..self }
    }

    /// The entry need not stay longer than until a while after `limit`, from which on the token or
    /// session is over anyway: its absolute limit, or a token's `exp`.
    #[must_use]
    pub fn ends_by(self, limit: impl Into<Timestamp>) -> Self {
        Self { limit: Some(limit.into()), ..self }
    }

    /// Takes it as known that `moment` is past.
    pub(crate) fn seen_at(self, moment: Timestamp) -> Self {
        Self { seen: self.seen.max(moment), ..self }
    }

    /// Why, for whoever reads the list: at most 256 bytes.
    #[must_use]
    pub fn because(self, reason: &str) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }

    /// What kind of thing it ends.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    fn of(kind: Kind, text: &str) -> Self {
        Self {
            kind,
            name: kind.name_of(text),
            except: None,
            cut: None,
            limit: None,
            seen: Timestamp::EPOCH,
            label: beginning(text).into(),
            reason: None,
        }
    }

    pub(super) fn check_texts(&self) -> Result<(), RevokeError> {
        let named = matches!(self.kind, Kind::Subject | Kind::Scope | Kind::Key);
        if named && self.label.is_empty() {
            return Err(RevokeError::Empty(self.kind));
        }
        match &self.reason {
            Some(reason) if reason.len() > limits::REVOCATION_TEXT_BYTES => {
                Err(RevokeError::LongText { what: "reason", has: reason.len() })
            }
            _ => Ok(()),
        }
    }
}

/// What is shown of a name: whoever has a long one is revoked like others.
fn beginning(name: &str) -> &str {
    let ends = name.char_indices().map(|(at, character)| at + character.len_utf8());
    let end = ends.take_while(|end| *end <= limits::REVOCATION_TEXT_BYTES).last();
    name.get(..end.unwrap_or_default()).unwrap_or_default()
}

/// Shows the kind and the times, nobody's name.
impl fmt::Debug for Revocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revocation")
            .field("kind", &self.kind)
            .field("cut", &self.cut)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
