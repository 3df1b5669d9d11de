//! The keys that a verifier trusts, and the one rule by which a token names one of them.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use serde::de::MapAccess;
use serde_json::value::RawValue;

use crate::follow::Traced;
use crate::json::{JsonFault, Members, Others, Value, read_object};
use crate::limits;
use crate::printable::shown;
use crate::time::{Clock, Span, Timestamp};

use super::{Algorithm, Key, KeyError, KeyId};

/// Where a verifier gets its keys from: a set that never changes, or one that follows a file.
pub trait KeySource: fmt::Debug + Send + Sync {
    /// The keys of this moment.
    fn key_set(&self) -> KeySet;

    /// How long ago the source last looked and succeeded; `None` for keys that never change.
    fn age(&self) -> Option<Duration> {
        None
    }

    /// Hears that a token named a key which the set does not have. A source that fetches may look
    /// again, at a rate of its own; it is not told the name, which anybody can make up.
    fn missed(&self) {}
}

/// An immutable set of keys. Cloning shares it.
///
/// A key without a `kid`, alone, is used whatever a token names. In any other set a token names its
/// key by `kid`, exactly; there is no fallback and no trying.
#[derive(Clone, Debug)]
pub struct KeySet(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    members: Vec<Member>,
    skipped: Vec<Skipped>,
    /// Keys that were here once: their names are known, and nothing is trusted.
    former: Vec<(KeyId, Standing)>,
}

/// A key of a set, and whether it is still trusted.
#[derive(Clone, Debug)]
pub struct Member {
    /// The key.
    pub key: Key,
    /// Whether it is trusted.
    pub standing: Standing,
}

/// Whether a key of a set is still trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// Trusted until further notice.
    Trusted,
    /// Its successor signs; trusted until this moment.
    TrustedUntil(Timestamp),
    /// Never trusted again, whatever a token's age.
    Revoked(Timestamp),
}

impl Standing {
    /// Whether it is trusted at `now`.
    #[must_use]
    pub fn is_trusted(&self, now: Timestamp) -> bool {
        match self {
            Self::Trusted => true,
            Self::TrustedUntil(until) => now < *until,
            Self::Revoked(_) => false,
        }
    }
}

impl KeySet {
    /// A set of one key.
    #[must_use]
    pub fn only(key: Key) -> Self {
        let member = Member { key, standing: Standing::Trusted };
        Self::of(vec![member], Vec::new())
    }

    /// A set of several keys, each with a `kid` of its own.
    ///
    /// # Errors
    /// [`SetError::NoKid`] and [`SetError::SameKid`].
    pub fn new(members: Vec<Member>) -> Result<Self, SetError> {
        check_ids(&members)?;
        Ok(Self::of(members, Vec::new()))
    }

    fn of(members: Vec<Member>, skipped: Vec<Skipped>) -> Self {
        Self(Arc::new(Shared { members, skipped, former: Vec::new() }))
    }

    /// The same, knowing what became of the keys `former`: a token that names one is told why it is
    /// refused.
    pub(crate) fn remembering(self, former: Vec<(KeyId, Standing)>) -> Self {
        let shared = &self.0;
        let (members, skipped) = (shared.members.clone(), shared.skipped.clone());
        Self(Arc::new(Shared { members, skipped, former }))
    }

    /// Reads a JWK Set (RFC 7517 section 5). A key that this build cannot use does not spoil the
    /// set: it is left out and listed in [`KeySet::skipped`].
    ///
    /// # Errors
    /// [`SetError`] if the text is no JWK Set, is too large, holds two keys of one `kid`, or none
    /// that can be used.
    pub fn from_jwk_set(jwk_set: &[u8]) -> Result<Self, SetError> {
        Self::from_jwk_set_among(jwk_set, &[])
    }

    /// Reads a JWK Set as [`KeySet::from_jwk_set`], for keys of one of the algorithms `allowed`.
    ///
    /// # Errors
    /// As [`KeySet::from_jwk_set`].
    pub fn from_jwk_set_among(jwk_set: &[u8], allowed: &[Algorithm]) -> Result<Self, SetError> {
        if jwk_set.len() > limits::JWK_SET_BYTES {
            let (has, most) = (jwk_set.len(), limits::JWK_SET_BYTES);
            return Err(SetError::TooLong { has, most });
        }
        let mut parts = Parts::default();
        read_object(jwk_set, limits::JWK_DEPTH, &mut parts)?;
        let jwks = parts.keys.ok_or(SetError::NoKeys)?;
        if jwks.len() > limits::JWK_SET_KEYS {
            return Err(SetError::TooMany { has: jwks.len(), most: limits::JWK_SET_KEYS });
        }
        let (mut members, mut skipped) = (Vec::new(), Vec::new());
        for (position, jwk) in jwks.iter().enumerate() {
            match Key::from_jwk_among(jwk.get().as_bytes(), allowed) {
                Ok(key) if key.id().is_some() => {
                    members.push(Member { key, standing: Standing::Trusted });
                }
                Ok(_) => skipped.push(Skipped { position, reason: KeyError::Missing("kid") }),
                Err(reason) => skipped.push(Skipped { position, reason }),
            }
        }
        if members.is_empty() {
            return Err(SetError::NoneUsable(skipped));
        }
        check_ids(&members)?;
        Ok(Self::of(members, skipped))
    }

    /// The keys, in the order of the set.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.0.members
    }

    /// The entries of the JWK Set that were left out.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.0.skipped
    }

    /// The public halves as a JWK Set, for everybody. Revoked keys, those whose time has passed and
    /// secrets are not in it.
    ///
    /// ```
    /// use waxseal::key::{Algorithm, Key, KeySet};
    /// let key = Key::generate(Algorithm::Hs256)?;
    /// assert_eq!(KeySet::only(key).to_public_jwk_set(), r#"{"keys":[]}"#);
    /// # Ok::<(), waxseal::key::KeyError>(())
    /// ```
    #[must_use]
    pub fn to_public_jwk_set(&self) -> String {
        self.to_public_jwk_set_at(Clock::system().now())
    }

    /// The JWK Set of [`KeySet::to_public_jwk_set`] as it is at `now`.
    #[must_use]
    pub fn to_public_jwk_set_at(&self, now: Timestamp) -> String {
        let trusted = self.members().iter().filter(|member| member.standing.is_trusted(now));
        let jwks: Vec<String> = trusted.filter_map(|member| member.key.to_public_jwk()).collect();
        format!("{{\"keys\":[{}]}}", jwks.join(","))
    }

    /// Where the key stands that a token naming `kid` is checked with at `now`.
    pub(crate) fn position(&self, kid: Option<&str>, now: Timestamp) -> Result<usize, NoKey> {
        let is_named = |member: &Member| match (member.key.id(), kid) {
            (Some(id), Some(kid)) => id.as_str() == kid,
            // Only a key that stands alone may be without an id.
            (None, _) => true,
            (Some(_), None) => false,
        };
        let mut members = self.0.members.iter().enumerate();
        let (position, member) = members
            .find(|(_, member)| is_named(member))
            .ok_or_else(|| kid.map_or(NoKey::NotNamed, |kid| self.not_here(kid)))?;
        member.check(now)?;
        Ok(position)
    }

    /// Why no key is named `kid`: it was never here, or not any more.
    fn not_here(&self, kid: &str) -> NoKey {
        let was = self.0.former.iter().find(|(id, _)| id.as_str() == kid);
        match was.map(|(_, standing)| standing) {
            Some(Standing::Revoked(at)) => NoKey::Revoked { kid: shown(kid), at: *at },
            Some(Standing::TrustedUntil(until)) => {
                NoKey::Retired { kid: shown(kid), until: *until }
            }
            Some(Standing::Trusted) | None => NoKey::Unknown(shown(kid)),
        }
    }
}

impl Traced for KeySet {
    type Trace = KeySetTrace;

    fn trace(&self) -> KeySetTrace {
        KeySetTrace(self.0.trace())
    }

    fn left(&self, trace: &KeySetTrace) -> bool {
        self.0.left(&trace.0)
    }
}

/// What is left of a set when its owners are gone: enough to tell that it is not another.
#[derive(Clone, Debug)]
pub(crate) struct KeySetTrace(Weak<Shared>);

impl KeySetTrace {
    /// Whether the set has no owner any more.
    pub(crate) fn is_gone(&self) -> bool {
        self.0.strong_count() == 0
    }
}

/// Every key has a `kid` of its own, and serves one format.
fn check_ids(members: &[Member]) -> Result<(), SetError> {
    for (i, member) in members.iter().enumerate() {
        let id = member.key.id().ok_or(SetError::NoKid)?;
        for other in members.iter().skip(i + 1) {
            if other.key.id() == Some(id) {
                return Err(SetError::SameKid(id.clone()));
            }
            let format = |key: &Key| key.algorithm().format();
            if format(&member.key) != format(&other.key)
                && member.key.shares_numbers_with(&other.key)
            {
                return Err(SetError::TwoFormats(id.clone()));
            }
        }
    }
    Ok(())
}

impl KeySource for KeySet {
    fn key_set(&self) -> KeySet {
        self.clone()
    }
}

impl Member {
    /// Whether the key may verify at `now`.
    pub(crate) fn check(&self, now: Timestamp) -> Result<(), NoKey> {
        let name = || self.key.id().map_or_else(String::new, |id| shown(id.as_str()));
        match self.standing {
            Standing::Revoked(at) => Err(NoKey::Revoked { kid: name(), at }),
            Standing::TrustedUntil(until) if now >= until => {
                Err(NoKey::Retired { kid: name(), until })
            }
            Standing::Trusted | Standing::TrustedUntil(_) if !self.key.can_verify() => {
                Err(NoKey::NotForVerifying(name()))
            }
            Standing::Trusted | Standing::TrustedUntil(_) => Ok(()),
        }
    }
}

/// Why no key fits a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoKey {
    /// The token names no key, and the set selects by `kid` only.
    #[error("the token names no key (no \"kid\"), and this set selects by kid only")]
    NotNamed,
    /// No key of that name.
    #[error("no key here is named \"{0}\"")]
    Unknown(String),
    /// Keys of two issuers have that name.
    #[error("two issuers have a key named \"{0}\"; neither is guessed at")]
    Ambiguous(String),
    /// The key was retired, and every token that it signed has ended.
    #[error("the key \"{kid}\" is retired: it verified until {until}")]
    Retired {
        /// Its name.
        kid: String,
        /// When it stopped verifying.
        until: Timestamp,
    },
    /// The key was revoked.
    #[error("the key \"{kid}\" was revoked at {at}")]
    Revoked {
        /// Its name.
        kid: String,
        /// When.
        at: Timestamp,
    },
    /// The keys were last read so long ago that a revocation may have been missed.
    #[error("the keys are {} old and cannot be read anew; at most {} is trusted", Span(*.age), Span(*.most))]
    Stale {
        /// How old they are.
        age: Duration,
        /// How old they may be.
        most: Duration,
    },
    /// It is for tests.
    #[error("the key \"{0}\" is for tests: only a verifier that was told to takes it")]
    ForTests(String),
    /// Its `key_ops` do not let it verify.
    #[error("the key \"{0}\" may not verify: its key_ops say so")]
    NotForVerifying(String),
}

/// Why keys do not make a set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetError {
    /// Too many bytes.
    #[error("the JWK Set has {has} bytes; at most {most} are read")]
    TooLong {
        /// Bytes given.
        has: usize,
        /// Bytes allowed.
        most: usize,
    },
    /// Too many keys.
    #[error("the JWK Set has {has} keys; at most {most} are read")]
    TooMany {
        /// Keys given.
        has: usize,
        /// Keys allowed.
        most: usize,
    },
    /// Not one strict JSON object.
    #[error("the JWK Set is not readable: {0}")]
    Json(#[from] JsonFault),
    /// No `keys` member.
    #[error("this is no JWK Set: it has no \"keys\"")]
    NoKeys,
    /// A key without a `kid` among several.
    #[error("a key without \"kid\" can only stand alone")]
    NoKid,
    /// Two keys of one name: a token would not say which it means.
    #[error("two keys are named {0:?}")]
    SameKid(KeyId),
    /// One key for two formats: what one of them signs could be read as the other.
    #[error("the key {0:?} serves two formats")]
    TwoFormats(KeyId),
    /// Nothing left to verify with.
    #[error("the JWK Set holds no usable key{}", .0.first().map_or(String::new(), |first| format!(": {first}")))]
    NoneUsable(Vec<Skipped>),
}

/// An entry of a JWK Set that was left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("keys[{position}]: {reason}")]
pub struct Skipped {
    /// Its place in `keys`, from 0.
    pub position: usize,
    /// Why.
    pub reason: KeyError,
}

#[derive(Default)]
struct Parts<'a> {
    keys: Option<Vec<&'a RawValue>>,
    others: Others,
}

impl<'de> Members<'de> for Parts<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: &mut Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "keys" => value.read_into("keys", &mut self.keys),
            _ => self.others.skip(name, value),
        }
    }
}
