//! Which entry names a token: for an operator who looks at one of them, without a key.

use crate::time::Timestamp;

use super::{Kind, Record};

/// What a token says of itself, as far as a list asks. Nobody has verified it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said<'a> {
    /// Its `jti`.
    pub token: Option<&'a str>,
    /// Its `sid`.
    pub session: Option<&'a str>,
    /// Its `sub`.
    pub subject: Option<&'a str>,
    /// Its named scope.
    pub scope: Option<&'a str>,
    /// Its `kid`.
    pub key: Option<&'a str>,
    /// When it began: a session's `sst`, the `iat` of another token.
    pub started: Option<Timestamp>,
}

impl Record {
    /// Whether the entry names a token that says `said`: the rule by which a verifier asks the list,
    /// of one entry.
    ///
    /// # Security
    /// A token that was not verified says what it likes. Nothing may be allowed by this.
    ///
    /// ```
    /// use waxseal::revocation::{Kind, Record, Said};
    /// use waxseal::time::Timestamp;
    /// let (cut, end) = (Timestamp::from_secs(1_000), Timestamp::from_secs(9_000));
    /// let entry = Record::new(Kind::Subject, "ada", end).cut_at(cut);
    /// let said = Said { subject: Some("ada"), started: Some(cut), ..Said::default() };
    /// assert!(entry.names(&said));
    /// let later = Said { started: Some(Timestamp::from_secs(1_001)), ..said };
    /// assert!(!entry.names(&later));
    /// ```
    #[must_use]
    pub fn names(&self, said: &Said<'_>) -> bool {
        let text = match self.kind() {
            Kind::Token => said.token,
            Kind::Session => said.session,
            Kind::Subject => said.subject,
            Kind::Scope => said.scope,
            Kind::Key => said.key,
            Kind::Everything => Some(""),
        };
        let is_named = text.is_some_and(|text| self.kind().name_of(text) == *self.name());
        // A token that does not say when it began began before any cut.
        let is_before = said.started.is_none_or(|started| started <= self.cut());
        let session = said.session.map(|id| Kind::Session.name_of(id));
        let is_spared = self.except().is_some() && self.except() == session.as_ref();
        is_named && !is_spared && (is_before || !self.kind().has_cut())
    }
}

#[cfg(test)]
mod tests {
    use crate::claims::{AnyId, Handles, SessionId};
    use crate::revocation::set::{Context, Set};

    use super::*;

    const IDS: [Option<&str>; 3] = [None, Some("H9Ez54OdIP9wrGqtzkhIZA"), Some("foreign")];
    const NAMES: [Option<&str>; 3] = [None, Some("ada"), Some("bob")];
    const SPARED: [Option<&str>; 2] = [None, Some("H9Ez54OdIP9wrGqtzkhIZA")];

    fn entries() -> Vec<Record> {
        let (cut, end) = (Timestamp::from_secs(1_000), Timestamp::from_secs(9_000));
        let names = IDS.into_iter().chain(NAMES).flatten().chain([""]);
        let mut entries = Vec::new();
        for (name, kind) in names.flat_map(|name| Kind::ALL.map(|kind| (name, kind))) {
            for spared in SPARED {
                let entry = Record::new(kind, name, end).cut_at(cut);
                let id = spared.and_then(|id| id.parse::<SessionId>().ok());
                entries.push(id.map_or(entry, |id| entry.sparing(id)));
            }
        }
        entries
    }

    #[test]
    fn an_entry_names_what_a_list_of_it_alone_refuses() {
        let starts = [None, Some(999), Some(1_000), Some(1_001)];
        let mut refused = 0;
        for entry in entries() {
            let set = Set::new(10);
            set.insert(&entry).expect("room");
            for (session, token, subject, at) in IDS
                .into_iter()
                .flat_map(|session| IDS.map(|token| (session, token)))
                .flat_map(|(session, token)| NAMES.map(|name| (session, token, name)))
                .flat_map(|(session, token, name)| starts.map(|at| (session, token, name, at)))
            {
                let started = at.map(Timestamp::from_secs);
                let said = Said { token, session, subject, scope: subject, key: subject, started };
                let handles = Handles {
                    token: token.map(AnyId::of),
                    session: session.map(AnyId::of),
                    subject,
                    scope: subject,
                    started,
                    issued: None,
                    expires: None,
                };
                let judged = set.judge(&handles, Context { key: subject, scope: None });
                assert_eq!(entry.names(&said), judged.is_some(), "{entry:?} {said:?}");
                refused += usize::from(judged.is_some());
            }
        }
        assert!(refused > 100, "{refused}");
    }
}
