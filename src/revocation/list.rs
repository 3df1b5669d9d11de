//! The list in memory: exact, the only one that a request asks. Entries merge by the later end or
//! cut, and leave only when every token that they can name has ended; there is no un-revoke.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::claims::{AnyId, Handles, SessionId, TokenId};
use crate::time::Timestamp;

use super::Revoked;

/// Revoked tokens, sessions and subjects. Cloning shares the list.
///
/// It lives as long as the process: a restart forgets it.
///
/// ```
/// use waxseal::RevocationList;
/// use waxseal::time::Timestamp;
/// let list = RevocationList::in_memory();
/// list.revoke_subject("ada", Timestamp::from_secs(1_795_225_163), Timestamp::END);
/// assert_eq!(list.len(), 1);
/// ```
#[derive(Clone, Default)]
pub struct RevocationList(Arc<RwLock<Entries>>);

#[derive(Default)]
struct Entries {
    tokens: Ids,
    sessions: Ids,
    subjects: HashMap<Box<str>, Cut>,
}

/// Every session of a subject that began up to `cut` is dead; the entry may leave at `end`.
struct Cut {
    cut: Timestamp,
    end: Timestamp,
}

/// Ids and the moment at which each entry may leave.
#[derive(Default)]
struct Ids {
    bytes: HashMap<[u8; 16], Timestamp>,
    /// Foreign ids: any text. Skipped in a look-up while it is empty.
    texts: HashMap<Box<str>, Timestamp>,
}

impl RevocationList {
    /// An empty list.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::default()
    }

    /// Ends one token. The entry may leave the list at `end`, when the token has expired for
    /// every verifier and every renewal.
    pub fn revoke_token(&self, token: TokenId, end: impl Into<Timestamp>) {
        self.write().tokens.insert(AnyId::Bytes(*token.as_bytes()), end.into());
    }

    /// Ends a session: all its tokens, the renewed ones too. The entry may leave the list at
    /// `end`, after the session's absolute limit.
    pub fn revoke_session(&self, session: SessionId, end: impl Into<Timestamp>) {
        self.write().sessions.insert(AnyId::Bytes(*session.as_bytes()), end.into());
    }

    /// Ends the foreign token whose `jti` is `token`.
    pub fn revoke_foreign_token(&self, token: &str, end: impl Into<Timestamp>) {
        self.write().tokens.insert(AnyId::of(token), end.into());
    }

    /// Ends the foreign session whose `sid` is `session`.
    pub fn revoke_foreign_session(&self, session: &str, end: impl Into<Timestamp>) {
        self.write().sessions.insert(AnyId::of(session), end.into());
    }

    /// Ends every session of `subject` that began at `cut` or before, on all devices. The entry
    /// may leave the list at `end`, after the absolute limit of the youngest of them.
    pub fn revoke_subject(
        &self,
        subject: &str,
        cut: impl Into<Timestamp>,
        end: impl Into<Timestamp>,
    ) {
        let (cut, end) = (cut.into(), end.into());
        let mut entries = self.write();
        match entries.subjects.get_mut(subject) {
            Some(entry) => {
                entry.cut = entry.cut.max(cut);
                entry.end = entry.end.max(end);
            }
            None => {
                entries.subjects.insert(subject.into(), Cut { cut, end });
            }
        }
    }

    /// Drops entries whose end has come.
    pub fn purge(&self, now: impl Into<Timestamp>) {
        let now = now.into();
        let mut entries = self.write();
        entries.tokens.retain_after(now);
        entries.sessions.retain_after(now);
        entries.subjects.retain(|_, entry| entry.end > now);
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        let entries = self.read();
        entries.tokens.len() + entries.sessions.len() + entries.subjects.len()
    }

    /// Whether nothing is revoked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entry that names the token, if there is one.
    pub(super) fn judge(&self, handles: &Handles<'_>) -> Option<Revoked> {
        let entries = self.read();
        if handles.session.is_some_and(|id| entries.sessions.contains(id)) {
            return Some(Revoked::Session);
        }
        if handles.token.is_some_and(|id| entries.tokens.contains(id)) {
            return Some(Revoked::Token);
        }
        if entries.subjects.is_empty() {
            return None;
        }
        let cut = entries.subjects.get(handles.subject?)?.cut;
        // A token that does not say when it began began before any cut.
        (handles.started.is_none_or(|started| started <= cut)).then_some(Revoked::Subject { cut })
    }

    pub(super) fn first_start(&self, subject: &str, now: Timestamp) -> Timestamp {
        let entries = self.read();
        let after = |entry: &Cut| Timestamp::from_millis(entry.cut.as_millis().saturating_add(1));
        entries.subjects.get(subject).map_or(now, |entry| now.max(after(entry)))
    }

    // A panic while the lock was held cannot leave an entry half-written.
    fn read(&self) -> RwLockReadGuard<'_, Entries> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Entries> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ids {
    fn insert(&mut self, id: AnyId<'_>, end: Timestamp) {
        match id {
            AnyId::Bytes(bytes) => keep_later(&mut self.bytes, bytes, end),
            AnyId::Text(text) => keep_later(&mut self.texts, text.into(), end),
        }
    }

    fn contains(&self, id: AnyId<'_>) -> bool {
        match id {
            AnyId::Bytes(bytes) => !self.bytes.is_empty() && self.bytes.contains_key(&bytes),
            AnyId::Text(text) => !self.texts.is_empty() && self.texts.contains_key(text),
        }
    }

    fn retain_after(&mut self, now: Timestamp) {
        self.bytes.retain(|_, end| *end > now);
        self.texts.retain(|_, end| *end > now);
    }

    fn len(&self) -> usize {
        self.bytes.len() + self.texts.len()
    }
}

fn keep_later<K: Eq + Hash>(ends: &mut HashMap<K, Timestamp>, id: K, end: Timestamp) {
    ends.entry(id).and_modify(|kept| *kept = end.max(*kept)).or_insert(end);
}

impl fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RevocationList({} entries)", self.len())
    }
}
