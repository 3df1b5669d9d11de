//! How one member differs between two tokens.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use serde_json::Value;
use waxseal::time::Timestamp;

use crate::json::Members;
use crate::members::moment;

/// Claims that say who somebody is, what he may do and where.
const PRIVILEGES: &[&str] = &[
    "acr",
    "act",
    "admin",
    "amr",
    "aud",
    "azp",
    "client_id",
    "entitlements",
    "groups",
    "is_admin",
    "iss",
    "may_act",
    "permissions",
    "role",
    "roles",
    "scope",
    "scp",
    "sub",
    "tenant",
    "tid",
];

/// Strings that hold a set, its members apart by spaces (RFC 8693, section 4.2).
const SPACED: &[&str] = &["scope", "scp"];

/// Where a member stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Header,
    Claims,
}

/// One member that is not the same in both.
pub(super) struct Change {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
}

/// What became of it.
pub(super) enum Kind {
    Added,
    Removed,
    Changed,
    /// Later or earlier by so much.
    Moved(Shift),
    /// A set of strings that gained and lost members.
    Set {
        gained: Vec<String>,
        lost: Vec<String>,
    },
}

/// A distance between two moments.
#[derive(Clone, Copy)]
pub(super) enum Shift {
    Later(Duration),
    Earlier(Duration),
}

impl Change {
    pub(super) fn is_of_privilege(&self) -> bool {
        self.place == Place::Claims && PRIVILEGES.contains(&self.name.as_str())
    }
}

/// Every member of either that differs, in the order of the texts, and the names that do not.
pub(super) fn compare(
    place: Place,
    before: &Members,
    after: &Members,
) -> (Vec<Change>, Vec<String>) {
    // One look at each: a token has room for thousands of members.
    let (of_before, of_after) = (by_name(before), by_name(after));
    let (mut changes, mut same) = (Vec::new(), Vec::new());
    for (name, old) in before {
        match of_after.get(name.as_str()).copied() {
            Some(new) if new == old => same.push(name.clone()),
            new => changes.push(change(place, name, Some(old), new)),
        }
    }
    let added = after.iter().filter(|(name, _)| !of_before.contains_key(name.as_str()));
    changes.extend(added.map(|(name, new)| change(place, name, None, Some(new))));
    (changes, same)
}

fn by_name(members: &Members) -> HashMap<&str, &Value> {
    members.iter().map(|(name, value)| (name.as_str(), value)).collect()
}

fn find<'a>(members: &'a Members, name: &str) -> Option<&'a Value> {
    members.iter().find(|(found, _)| found == name).map(|(_, value)| value)
}

fn change(place: Place, name: &str, old: Option<&Value>, new: Option<&Value>) -> Change {
    let kind = match (old, new) {
        (None, _) => Kind::Added,
        (_, None) => Kind::Removed,
        (Some(old), Some(new)) => {
            let moved = (place == Place::Claims).then(|| shift(name, old, new)).flatten();
            let set = || gained_and_lost(name, old, new);
            moved.map(Kind::Moved).or_else(set).unwrap_or(Kind::Changed)
        }
    };
    Change { place, name: name.to_owned(), kind, before: old.cloned(), after: new.cloned() }
}

fn shift(name: &str, old: &Value, new: &Value) -> Option<Shift> {
    let (old, new) = (moment(name, old)?, moment(name, new)?);
    match () {
        () if new > old => Some(Shift::Later(new.since(old))),
        () if new < old => Some(Shift::Earlier(old.since(new))),
        // One moment in two forms, `1` and `1.0`.
        () => None,
    }
}

/// What a set of strings gained and lost; `None` if either is none, or only its form differs.
fn gained_and_lost(name: &str, old: &Value, new: &Value) -> Option<Kind> {
    // Two single audiences are one that changed, not a set that lost one.
    let two_texts = name == "aud" && old.is_string() && new.is_string();
    let (old, new) = (set(name, old)?, set(name, new)?);
    let only_in = |one: &BTreeSet<String>, other: &BTreeSet<String>| -> Vec<String> {
        one.difference(other).cloned().collect()
    };
    let (gained, lost) = (only_in(&new, &old), only_in(&old, &new));
    let differs = !(gained.is_empty() && lost.is_empty());
    (differs && !two_texts).then_some(Kind::Set { gained, lost })
}

fn set(name: &str, value: &Value) -> Option<BTreeSet<String>> {
    match value {
        Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        Value::String(text) if SPACED.contains(&name) => {
            Some(text.split_whitespace().map(str::to_owned).collect())
        }
        // One audience may stand without its array (RFC 7519, section 4.1.3).
        Value::String(text) if name == "aud" => Some(BTreeSet::from([text.clone()])),
        _ => None,
    }
}

/// How long a token of these claims lives: from `iat`, or `nbf`, to `exp`.
pub(super) fn life(claims: &Members) -> Option<Duration> {
    let at = |name: &str| -> Option<Timestamp> { moment(name, find(claims, name)?) };
    let (start, end) = (at("iat").or_else(|| at("nbf"))?, at("exp")?);
    (end >= start).then(|| end.since(start))
}
