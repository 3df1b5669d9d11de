//! Counts by kid, in bounded memory, whatever the lines hold.

use std::collections::BTreeMap;

use crate::untrusted::{Payload, Untrusted};

/// More names than any number of real rings have: beyond are those of a mischief-maker.
const MOST_UNKNOWN: usize = 1_000;

/// What was counted.
pub(super) struct Tally<'k> {
    known: BTreeMap<&'k str, u64>,
    unknown: BTreeMap<String, Unknown>,
    /// Tokens of names beyond the bound.
    more: u64,
    pub(super) nameless: u64,
    pub(super) without_token: u64,
    line: u64,
}

/// A name that no key of the ring has.
pub(super) struct Unknown {
    pub(super) count: u64,
    /// Where it was first seen.
    pub(super) line: u64,
}

impl<'k> Tally<'k> {
    /// Nothing counted yet, for a ring of `kids`.
    pub(super) fn of(kids: impl Iterator<Item = &'k str>) -> Self {
        Self {
            known: kids.map(|kid| (kid, 0)).collect(),
            unknown: BTreeMap::new(),
            more: 0,
            nameless: 0,
            without_token: 0,
            line: 0,
        }
    }

    /// Counts one line.
    pub(super) fn count(&mut self, line: &str) {
        self.line += 1;
        let Some(token) = first_token(line) else {
            self.without_token += 1;
            return;
        };
        let Some(kid) = token.kid() else {
            self.nameless += 1;
            return;
        };
        if let Some(count) = self.known.get_mut(kid) {
            *count += 1;
        } else if let Some(unknown) = self.unknown.get_mut(kid) {
            unknown.count += 1;
        } else if self.unknown.len() < MOST_UNKNOWN {
            self.unknown.insert(kid.to_owned(), Unknown { count: 1, line: self.line });
        } else {
            self.more += 1;
        }
    }

    pub(super) fn of_kid(&self, kid: &str) -> u64 {
        self.known.get(kid).copied().unwrap_or(0)
    }

    /// The unknown names, the most frequent first.
    pub(super) fn unknown(&self) -> Vec<(&str, &Unknown)> {
        let mut unknown: Vec<_> =
            self.unknown.iter().map(|(kid, unknown)| (kid.as_str(), unknown)).collect();
        unknown.sort_by_key(|(_, unknown)| (std::cmp::Reverse(unknown.count), unknown.line));
        unknown
    }

    pub(super) fn first_unknown(&self) -> Option<(&str, &Unknown)> {
        self.unknown().first().copied()
    }

    /// Whether there were more names than are kept.
    pub(super) fn has_more(&self) -> bool {
        self.more > 0
    }

    pub(super) fn unknown_tokens(&self) -> u64 {
        self.unknown.values().map(|unknown| unknown.count).sum::<u64>() + self.more
    }

    pub(super) fn tokens(&self) -> u64 {
        self.known.values().sum::<u64>() + self.unknown_tokens() + self.nameless
    }
}

/// The first thing in the line that reads as a token; a log has other fields beside it.
fn first_token(line: &str) -> Option<Untrusted> {
    let is_of_tokens = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let words = line.split(|c| !is_of_tokens(c)).map(|word| word.trim_matches('.'));
    // The shortest has three parts; most of a log's other words are out here.
    let candidates = words.filter(|word| word.matches('.').count() >= 2);
    candidates
        .filter_map(|word| Untrusted::read(word).ok())
        .find(|token| !matches!(token.payload, Payload::None))
}
