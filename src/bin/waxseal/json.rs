//! JSON from outside: in the order of its text, and no member twice.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The members of an object, in the order of its text.
pub(crate) type Members = Vec<(String, Value)>;

/// Reads one object; a member that stands twice, at any depth, is refused.
pub(crate) fn object(bytes: &[u8]) -> Result<Members, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8")?;
    if !text.trim_start().starts_with('{') {
        return Err("not a JSON object".into());
    }
    match serde_json::from_str(text).map_err(|fault| fault.to_string())? {
        Strict::Object(members) => {
            Ok(members.into_iter().map(|(name, value)| (name, value.into())).collect())
        }
        Strict::Other(_) => Err("not a JSON object".into()),
    }
}

/// Reads any JSON value by the same rule.
pub(crate) fn value(text: &str) -> Result<Value, String> {
    serde_json::from_str::<Strict>(text).map(Value::from).map_err(|fault| fault.to_string())
}

enum Strict {
    Object(Vec<(String, Strict)>),
    Other(Value),
}

impl From<Strict> for Value {
    fn from(strict: Strict) -> Self {
        match strict {
            Strict::Other(value) => value,
            Strict::Object(members) => {
                let members = members.into_iter().map(|(name, value)| (name, value.into()));
                Self::Object(members.collect::<Map<_, _>>())
            }
        }
    }
}

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(StrictVisitor)
    }
}

/// Members of an object up to which every two are compared: a session has 17.
const FEW: usize = 32;

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict::Other(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Strict, E> {
        Ok(Strict::Other(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Strict, E> {
        Ok(Strict::Other(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Strict, E> {
        Ok(Strict::Other(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Strict, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("not a finite number"))?;
        Ok(Strict::Other(number.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Strict, E> {
        Ok(Strict::Other(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Strict, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<Strict>()? {
            items.push(Value::from(item));
        }
        Ok(Strict::Other(items.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Strict, A::Error> {
        let mut members: Vec<(String, Strict)> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        while let Some((name, value)) = map.next_entry::<String, Strict>()? {
            // A few names are compared faster than hashed.
            let is_known = match members.len() {
                0..FEW => members.iter().any(|(known, _)| *known == name),
                FEW => {
                    seen.extend(members.iter().map(|(known, _)| known.clone()));
                    !seen.insert(name.clone())
                }
                _ => !seen.insert(name.clone()),
            };
            if is_known {
                return Err(de::Error::custom(format_args!("member {name:?} stands twice")));
            }
            members.push((name, value));
        }
        Ok(Strict::Object(members))
    }
}
