//! One object copied from JSON to JSON without a tree between: as [`json::object`](crate::json::object)
//! reads it and serde_json writes it, for the many tokens of a batch.
//!
//! It may give up on anything; then the tree is made, and what is wrong is told from there.

mod name;
mod times;

use std::fmt;
use std::ops::Range;

use serde::Serialize;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use waxseal::time::{Timestamp, Zone};

use crate::members::{moment, of_time};

use name::{Name, Names};
use times::TimesWriter;

/// The order of the members of the outermost object, and of what is said of its times.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    OfText,
    ByName,
}

/// Copies objects, one after the other.
pub(crate) struct Copier {
    order: Order,
    copied: Copied,
    writer: TimesWriter,
}

impl Copier {
    pub(crate) fn new(order: Order, zone: Zone) -> Self {
        Self { order, copied: Copied::default(), writer: TimesWriter::new(zone) }
    }

    /// Appends the object `text` to `out`, or gives up somewhere.
    pub(crate) fn copy(&mut self, text: &str, out: &mut Vec<u8>) -> Option<()> {
        let Self { order, copied, .. } = self;
        copied.clear();
        let mut json = serde_json::Deserializer::from_str(text);
        json.deserialize_map(Outermost { order: *order, copied, out }).ok()?;
        json.end().ok()
    }

    /// Appends an object with what is to be said of the times of the object that was copied last.
    pub(crate) fn copy_times(&mut self, now: Timestamp, out: &mut Vec<u8>) -> Option<()> {
        let Self { order, copied, writer } = self;
        if *order == Order::ByName {
            copied.times.sort_unstable_by_key(|(name, _)| *name);
        }
        writer.write(&copied.times, *order, now, out)
    }
}

/// What is known of a copied object. To be used again: it keeps its memory.
#[derive(Default)]
struct Copied {
    names: Names,
    /// The claims that hold a time.
    times: Vec<(&'static str, Timestamp)>,
    /// Members that are sorted at the end of their object.
    members: Vec<Member>,
    sorted: Vec<u8>,
}

/// Where a member was written, and in it its name.
struct Member {
    all: Range<usize>,
    name: Range<usize>,
}

impl Copied {
    fn clear(&mut self) {
        self.names.clear();
        self.times.clear();
        self.members.clear();
    }

    /// Ends an object whose members from `first` on stand in `out`: puts them into the order of their
    /// names, as a tree has them. `None` if a name stands twice.
    fn sort(&mut self, first: usize, out: &mut Vec<u8>) -> Option<()> {
        let members = self.members.get_mut(first..)?;
        let name = |member: &Member| out.get(member.name.clone()).unwrap_or_default();
        if !members.is_sorted_by(|one, other| name(one) < name(other)) {
            let start = members.first()?.all.start;
            members.sort_unstable_by(|one, other| name(one).cmp(name(other)));
            if !members.is_sorted_by(|one, other| name(one) < name(other)) {
                return None;
            }
            self.sorted.clear();
            for member in members {
                if !self.sorted.is_empty() {
                    self.sorted.push(b',');
                }
                self.sorted.extend_from_slice(out.get(member.all.clone())?);
            }
            out.truncate(start);
            out.extend_from_slice(&self.sorted);
        }
        self.members.truncate(first);
        Some(())
    }
}

/// The error is never shown.
fn give_up<E: de::Error>() -> E {
    E::custom("left to the tree")
}

fn write<E: de::Error>(value: &(impl Serialize + ?Sized), out: &mut Vec<u8>) -> Result<(), E> {
    serde_json::to_writer(out, value).map_err(|_| give_up())
}

/// Text that stands in JSON without an escape needs none. Gives the place between the quotes.
fn quote(text: &str, out: &mut Vec<u8>) -> Range<usize> {
    out.push(b'"');
    let start = out.len();
    out.extend_from_slice(text.as_bytes());
    let place = start..out.len();
    out.push(b'"');
    place
}

/// The value that was written, unless it has values inside.
fn scalar(written: &[u8]) -> Value {
    match written {
        [] | [b'{' | b'[', ..] => Value::Null,
        _ => serde_json::from_slice(written).unwrap_or_default(),
    }
}

/// Copies the outermost object.
struct Outermost<'c> {
    order: Order,
    copied: &'c mut Copied,
    out: &'c mut Vec<u8>,
}

impl<'de> Visitor<'de> for Outermost<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { order, copied, out } = self;
        out.push(b'{');
        let mut after: &[u8] = b"";
        while let Some(Name(name)) = map.next_key()? {
            out.extend_from_slice(after);
            after = b",";
            let place = quote(name, out);
            map.next_value_seed(Inner { copied, out, after: b":" })?;
            if let Some(name) = of_time(name) {
                let value = scalar(out.get(place.end + 2..).unwrap_or_default());
                copied.times.extend(moment(name, &value).map(|at| (name, at)));
            }
            match order {
                Order::OfText => copied.names.note(name).ok_or_else(give_up)?,
                Order::ByName => {
                    copied.members.push(Member { all: place.start - 1..out.len(), name: place });
                }
            }
        }
        if order == Order::ByName {
            copied.sort(0, out).ok_or_else(give_up)?;
        }
        out.push(b'}');
        Ok(())
    }
}

/// Copies one value behind `after`.
struct Inner<'c> {
    copied: &'c mut Copied,
    out: &'c mut Vec<u8>,
    after: &'static [u8],
}

impl<'de> DeserializeSeed<'de> for Inner<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        self.out.extend_from_slice(self.after);
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Inner<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        write(&value, self.out)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        write(&value, self.out)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        // serde_json writes what is no number as null.
        if !value.is_finite() {
            return Err(give_up());
        }
        write(&value, self.out)
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<(), E> {
        quote(value, self.out);
        Ok(())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<(), E> {
        write(value, self.out)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Self { copied, out, .. } = self;
        out.push(b'[');
        let mut after: &[u8] = b"";
        while seq.next_element_seed(Inner { copied, out, after })?.is_some() {
            after = b",";
        }
        out.push(b']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { copied, out, .. } = self;
        let first = copied.members.len();
        out.push(b'{');
        while let Some(Name(name)) = map.next_key()? {
            if copied.members.len() > first {
                out.push(b',');
            }
            let name = quote(name, out);
            map.next_value_seed(Inner { copied, out, after: b":" })?;
            copied.members.push(Member { all: name.start - 1..out.len(), name });
        }
        copied.sort(first, out).ok_or_else(give_up)?;
        out.push(b'}');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(text: &str, order: Order) -> Option<String> {
        let now = Timestamp::from_secs(1_795_225_163);
        let (mut copier, mut out) = (Copier::new(order, Zone::Utc), Vec::new());
        copier.copy(text, &mut out)?;
        copier.copy_times(now, &mut out)?;
        String::from_utf8(out).ok()
    }

    const SESSION: &str = r#"{"sub":"ada","exp":1795225223,"st":{"b":1,"a":{}}}"#;
    const PASETO: &str = r#"{"iat":"2026-11-21T01:39:23Z","a":[]}"#;

    #[test]
    fn what_most_tokens_hold_is_copied_and_not_left_to_a_tree() {
        let of_text = copied(SESSION, Order::OfText).expect("copied");
        let by_name = copied(SESSION, Order::ByName).expect("copied");
        let date = r#""text":"2026-11-21T01:40:23Z""#;
        let exp = format!(r#"{{"exp":{{"epoch":1795225223,{date},"relative":"in 1 min"}}}}"#);
        assert_eq!(
            of_text,
            format!(r#"{{"sub":"ada","exp":1795225223,"st":{{"a":{{}},"b":1}}}}{exp}"#)
        );
        let exp = format!(r#"{{"exp":{{"epoch":1795225223,"relative":"in 1 min",{date}}}}}"#);
        assert_eq!(
            by_name,
            format!(r#"{{"exp":1795225223,"st":{{"a":{{}},"b":1}},"sub":"ada"}}{exp}"#)
        );
        let paseto = copied(PASETO, Order::ByName).expect("copied");
        assert!(
            paseto
                .starts_with(r#"{"a":[],"iat":"2026-11-21T01:39:23Z"}{"iat":{"epoch":1795225163,"#)
        );
    }

    #[test]
    fn what_stands_twice_is_left_to_the_tree() {
        for text in [r#"{"a":1,"b":2,"a":1}"#, r#"{"a":{"c":1,"b":2,"c":1}}"#, "[]", "{} {}", ""] {
            for order in [Order::OfText, Order::ByName] {
                assert_eq!(copied(text, order), None, "{text}");
            }
        }
    }
}
