//! Strict JSON objects: UTF-8, an object and nothing else, every member name seen by its reader.
//!
//! A derived struct would take a positional array for an object, skip bad UTF-8 in members it does
//! not know, and let the second of two members win somewhere below. Security decisions hang on
//! headers, claims and keys, so each is read member by member.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer as _, MapAccess, SeqAccess, Visitor};

/// Takes the members of one object, in the order of the text.
pub(crate) trait Members<'de> {
    /// Takes the value of the member `name`, exactly once, from `value`.
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: &mut Value<'_, A>,
    ) -> Result<(), A::Error>;
}

/// Why a text is no object that the reader takes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonFault {
    /// Not UTF-8 (RFC 8725 section 3.7).
    #[error("not UTF-8")]
    NotUtf8,
    /// Not an object.
    #[error("not a JSON object")]
    NotAnObject,
    /// Broken JSON, or a member that its reader refused.
    #[error("{0}")]
    Member(String),
}

/// Reads `bytes` as one object into `members`; `depth` bounds the nesting of ignored members.
pub(crate) fn read_object<'de, M: Members<'de>>(
    bytes: &'de [u8],
    depth: usize,
    members: &mut M,
) -> Result<(), JsonFault> {
    let text = std::str::from_utf8(bytes).map_err(|_| JsonFault::NotUtf8)?;
    if !text.starts_with('{') {
        return Err(JsonFault::NotAnObject);
    }
    let mut json = serde_json::Deserializer::from_str(text);
    json.deserialize_map(ObjectVisitor { depth, members })
        .and_then(|()| json.end())
        .map_err(|fault| JsonFault::Member(without_values(&fault)))
}

/// The text of the member `name` of one object, if it is there; the others must only be readable, and
/// none may stand twice.
pub(crate) fn text_member<'de>(
    bytes: &'de [u8],
    depth: usize,
    name: &str,
) -> Result<Option<Cow<'de, str>>, JsonFault> {
    let mut only = OneText { name, text: None, others: Others::default() };
    read_object(bytes, depth, &mut only)?;
    Ok(only.text)
}

struct OneText<'a, 'n> {
    name: &'n str,
    text: Option<Cow<'a, str>>,
    others: Others,
}

impl<'de> Members<'de> for OneText<'de, '_> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: &mut Value<'_, A>,
    ) -> Result<(), A::Error> {
        if name != self.name {
            return self.others.skip(name, value);
        }
        self.others.note(name)?;
        self.text = Some(value.text(name)?);
        Ok(())
    }
}

/// What serde_json found, without the values it quotes: an error text ends in logs.
pub(crate) fn without_values(fault: &serde_json::Error) -> String {
    let text = fault.to_string();
    let place = match fault.line() {
        0 => String::new(),
        line => format!(" at line {line} column {}", fault.column()),
    };
    let said = text.strip_suffix(&place).unwrap_or(&text);
    // "invalid type: string "ada", expected u64": keep the kinds, drop what stands between.
    for quoting in ["invalid type: ", "invalid value: ", "invalid length "] {
        if let Some(rest) = said.strip_prefix(quoting) {
            let kind = rest.split([' ', ',']).next().unwrap_or("value");
            let wanted = rest.rfind(", expected ").and_then(|at| rest.get(at..)).unwrap_or("");
            return format!("{quoting}{kind}{wanted}{place}");
        }
    }
    // The caller's own type may say anything, a value too; what derived types say is known.
    let known = said.starts_with(OURS) || is_missing_field(said);
    match fault.classify() {
        serde_json::error::Category::Data if !known => format!("a value does not fit{place}"),
        _ => said.trim_start_matches(OURS).to_owned() + &place,
    }
}

/// ``missing field `items` ``, whose name is the type's and not the token's.
fn is_missing_field(said: &str) -> bool {
    let name = said.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
    let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    name.is_some_and(|name| name.len() <= 64 && is_name(name))
}

/// Marks our own messages, which quote no value, so that [`without_values`] lets them through.
const OURS: &str = "\u{1}";

/// A refusal with a message of ours. It must quote no value.
pub(crate) fn refuse<E: de::Error>(message: impl fmt::Display) -> E {
    E::custom(format_args!("{OURS}{message}"))
}

/// The value of the member in hand.
pub(crate) struct Value<'a, A> {
    map: &'a mut A,
    depth: usize,
}

impl<'de, A: MapAccess<'de>> Value<'_, A> {
    /// Reads the value as a `T`.
    pub(crate) fn read<T: de::Deserialize<'de>>(&mut self) -> Result<T, A::Error> {
        self.map.next_value()
    }

    /// Reads the value as text, borrowed where it has no escapes.
    pub(crate) fn text(&mut self, name: &str) -> Result<Cow<'de, str>, A::Error> {
        self.map.next_value_seed(TextSeed { name })
    }

    /// Reads past a value that nobody asked for.
    pub(crate) fn ignore(&mut self) -> Result<(), A::Error> {
        self.map.next_value_seed(Ignored { depth: self.depth })
    }

    /// Puts text into an empty `slot`; a second member of that name is refused.
    pub(crate) fn text_into(
        &mut self,
        name: &'static str,
        slot: &mut Option<Cow<'de, str>>,
    ) -> Result<(), A::Error> {
        let value = self.text(name)?;
        fill(name, slot, value)
    }

    /// Puts a `T` into an empty `slot`; a second member of that name is refused.
    pub(crate) fn read_into<T: de::Deserialize<'de>>(
        &mut self,
        name: &'static str,
        slot: &mut Option<T>,
    ) -> Result<(), A::Error> {
        let value = self.read()?;
        fill(name, slot, value)
    }
}

/// Fills an empty slot; a second member of that name is refused.
pub(crate) fn fill<T, E: de::Error>(
    name: &'static str,
    slot: &mut Option<T>,
    value: T,
) -> Result<(), E> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(refuse(format_args!("member \"{name}\" stands twice"))),
    }
}

/// The names of members that a reader has no place for: none may stand twice.
#[derive(Debug, Default)]
pub(crate) struct Others {
    /// Compared one by one, which is faster than a tree while there are few.
    few: Vec<Box<str>>,
    many: BTreeSet<Box<str>>,
}

impl Others {
    const FEW: usize = 24;

    /// Reads past the member `name`, seen for the first time.
    pub(crate) fn skip<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: &mut Value<'_, A>,
    ) -> Result<(), A::Error> {
        self.note(name)?;
        value.ignore()
    }

    /// Keeps `name`, which is known to be new.
    pub(crate) fn know(&mut self, name: &str) {
        match self.few.len() < Self::FEW {
            true => self.few.push(name.into()),
            false => drop(self.many.insert(name.into())),
        }
    }

    /// Keeps `name`, which must be new.
    pub(crate) fn note<E: de::Error>(&mut self, name: &str) -> Result<(), E> {
        if self.has(name) {
            return Err(refuse("a member stands twice"));
        }
        self.know(name);
        Ok(())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.few.iter().any(|known| **known == *name) || self.many.contains(name)
    }
}

struct ObjectVisitor<'m, M> {
    depth: usize,
    members: &'m mut M,
}

impl<'de, M: Members<'de>> Visitor<'de> for ObjectVisitor<'_, M> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(TextSeed { name: "member name" })? {
            let depth = self.depth.saturating_sub(1);
            self.members.member(&name, &mut Value { map: &mut map, depth })?;
        }
        Ok(())
    }
}

struct TextSeed<'n> {
    name: &'n str,
}

impl<'de> DeserializeSeed<'de> for TextSeed<'_> {
    type Value = Cow<'de, str>;

    fn deserialize<D: de::Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for TextSeed<'_> {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" to be a string", self.name)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// Reads past any value, refusing one that nests deeper than `depth`.
#[derive(Clone, Copy)]
struct Ignored {
    depth: usize,
}

impl Ignored {
    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth }),
            None => Err(refuse("nested too deeply")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Ignored {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Ignored {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        while seq.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        while map.next_key::<de::IgnoredAny>()?.is_some() {
            map.next_value_seed(inner)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_stands_twice_is_refused_among_few_and_among_many() {
        for count in [1, Others::FEW, Others::FEW + 1, 200] {
            let members: Vec<String> =
                (0..count).map(|number| format!("\"m{number}\":1")).collect();
            let once = format!("{{{}}}", members.join(","));
            assert_eq!(text_member(once.as_bytes(), 4, "none"), Ok(None));
            for twice in [0, count - 1] {
                let text = format!("{{{},\"m{twice}\":2}}", members.join(","));
                let fault = text_member(text.as_bytes(), 4, "none").expect_err("twice");
                assert!(fault.to_string().contains("stands twice"), "{fault}");
            }
        }
    }
}
