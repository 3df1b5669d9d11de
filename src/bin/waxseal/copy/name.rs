//! The names of members: plain ones only, and none twice.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};

/// A name without an escape, as it stands in the text. Another is an error.
pub(super) struct Name<'de>(pub(super) &'de str);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_str(Plain)
    }
}

struct Plain;

impl<'de> Visitor<'de> for Plain {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name without an escape")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Name<'de>, E> {
        Ok(Name(text))
    }
}

/// The names seen so far.
#[derive(Default)]
pub(super) struct Names {
    /// Each as one number: they are compared many times.
    short: Vec<u128>,
    long: Vec<String>,
}

/// Names up to which every two are compared. No token has more, as good as.
const MOST: usize = 64;

impl Names {
    pub(super) fn clear(&mut self) {
        self.short.clear();
        self.long.clear();
    }

    /// Keeps `name`; `None` if it was seen, or is one too many.
    pub(super) fn note(&mut self, name: &str) -> Option<()> {
        let is_known = match packed(name) {
            Some(short) => {
                let is_known = self.short.contains(&short);
                self.short.push(short);
                is_known
            }
            None => {
                let is_known = self.long.iter().any(|known| known == name);
                self.long.push(name.to_owned());
                is_known
            }
        };
        let is_one_too_many = self.short.len() + self.long.len() > MOST;
        (!is_known && !is_one_too_many).then_some(())
    }
}

/// A name of at most 15 bytes and its length, as one number.
fn packed(name: &str) -> Option<u128> {
    let mut packed = [0; 16];
    let (length, text) = packed.split_first_mut()?;
    *length = u8::try_from(name.len()).ok()?;
    text.get_mut(..name.len())?.copy_from_slice(name.as_bytes());
    Some(u128::from_ne_bytes(packed))
}
