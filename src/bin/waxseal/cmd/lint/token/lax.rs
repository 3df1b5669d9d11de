//! Readers that take what a strict one refuses, and tell what it was.

use std::collections::HashSet;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

use super::path::{MOST_TOLD, Path};
use crate::json::Members;

/// An object in the order of its text; a member that stands twice is in it twice.
#[derive(Default)]
pub(super) struct Object {
    pub(super) members: Members,
    pub(super) twice: Twice,
}

/// The members that stand twice, at any depth.
#[derive(Default)]
pub(super) struct Twice {
    /// The first of them, beginning with the name of the whole.
    pub(super) paths: Vec<String>,
    /// How many more there are.
    pub(super) more: usize,
}

impl Object {
    /// The member `name`; of two, the last, as most readers do.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.members.iter().rev().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }
}

/// Reads one JSON object, the `part` of a token.
pub(super) fn object(part: &str, bytes: &[u8]) -> Result<Object, String> {
    let text = String::from_utf8_lossy(bytes);
    match serde_json::from_str(&text).map_err(|fault| fault.to_string())? {
        Lax::Object(members) => {
            let mut twice = Twice::default();
            note_twice(&members, Path::of(part), &mut twice);
            let members = members.into_iter().map(|(name, value)| (name, value.into()));
            Ok(Object { members: members.collect(), twice })
        }
        _ => Err("not a JSON object".into()),
    }
}

/// Decodes base64url and base64, with or without padding; what is neither is skipped, and so are
/// bits that make no whole byte.
pub(in super::super) fn base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            _ => continue,
        };
        bits = (bits << 6 | u32::from(six)) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    bytes
}

fn note_twice(members: &[(String, Lax)], place: Path<'_>, twice: &mut Twice) {
    let mut seen = HashSet::new();
    for (name, value) in members {
        let path = place.member(name);
        if !seen.insert(name) {
            match twice.paths.len() < MOST_TOLD {
                true => twice.paths.push(path.to_string()),
                false => twice.more += 1,
            }
        }
        value.note_twice(path, twice);
    }
}

enum Lax {
    Object(Vec<(String, Lax)>),
    Array(Vec<Lax>),
    Other(Value),
}

impl Lax {
    fn note_twice(&self, path: Path<'_>, twice: &mut Twice) {
        match self {
            Self::Object(members) => note_twice(members, path, twice),
            Self::Array(items) => items.iter().for_each(|item| item.note_twice(path, twice)),
            Self::Other(_) => {}
        }
    }
}

impl From<Lax> for Value {
    fn from(lax: Lax) -> Self {
        match lax {
            Lax::Object(members) => Self::Object(
                members.into_iter().map(|(name, value)| (name, value.into())).collect(),
            ),
            Lax::Array(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            Lax::Other(value) => value,
        }
    }
}

impl<'de> Deserialize<'de> for Lax {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(LaxVisitor)
    }
}

struct LaxVisitor;

impl<'de> Visitor<'de> for LaxVisitor {
    type Value = Lax;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Lax, E> {
        Ok(Lax::Other(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Lax, E> {
        Ok(Lax::Other(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Lax, E> {
        Ok(Lax::Other(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Lax, E> {
        Ok(Lax::Other(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Lax, E> {
        Ok(Lax::Other(Number::from_f64(value).map_or(Value::Null, Value::Number)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Lax, E> {
        Ok(Lax::Other(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Lax, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Lax::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Lax, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Lax::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_in_every_spelling() {
        for text in ["-_8", "-_9", "+/8=", "- _\n8"] {
            assert_eq!(base64(text), [0xfb, 0xff], "{text}");
        }
        assert_eq!(base64("A"), [0; 0]);
    }

    #[test]
    fn members_that_stand_twice_are_told_at_any_depth() {
        let json = br#"{"a":1,"b":{"c":[{"d":1,"d":2}]},"a":3}"#;
        let object = object("claims", json).expect("an object");
        assert_eq!(object.twice.paths, ["claims.b.c.d", "claims.a"]);
        assert_eq!(object.twice.more, 0);
        assert_eq!(object.get("a"), Some(&Value::from(3)));
    }
}
