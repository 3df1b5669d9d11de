//! The registered claims on the wire: every one of the right JSON type, none twice.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};

use crate::json::{Value, fill, refuse};
use crate::limits;
use crate::time::Timestamp;

use super::{Audience, Dialect, Registered};

impl<'de> Registered<'de> {
    /// Takes the member `name` if it is a registered claim, and tells whether it was.
    pub(super) fn take<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: &mut Value<'_, A>,
    ) -> Result<bool, A::Error> {
        match name {
            "iss" => value.text_into("iss", &mut self.iss)?,
            "sub" => value.text_into("sub", &mut self.sub)?,
            "jti" => value.text_into("jti", &mut self.jti)?,
            "sid" => value.text_into("sid", &mut self.sid)?,
            "aud" => value.read_into("aud", &mut self.aud)?,
            "exp" => registered_date_into("exp", self.dialect, value, &mut self.exp)?,
            "nbf" => registered_date_into("nbf", self.dialect, value, &mut self.nbf)?,
            "iat" => registered_date_into("iat", self.dialect, value, &mut self.iat)?,
            "typ" if self.dialect == Dialect::Paseto => value.text_into("typ", &mut self.typ)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Puts a registered time into an empty slot.
fn registered_date_into<'de, A: MapAccess<'de>>(
    name: &'static str,
    dialect: Dialect,
    value: &mut Value<'_, A>,
    slot: &mut Option<Timestamp>,
) -> Result<(), A::Error> {
    if dialect == Dialect::Jwt {
        return date_into(name, value, slot);
    }
    let text = value.text(name)?;
    match Timestamp::parse_rfc3339(&text) {
        Some(date) => fill(name, slot, date),
        None => Err(refuse(format_args!("\"{name}\" is no RFC 3339 time"))),
    }
}

/// Puts a NumericDate into an empty slot.
pub(super) fn date_into<'de, A: MapAccess<'de>>(
    name: &'static str,
    value: &mut Value<'_, A>,
    slot: &mut Option<Timestamp>,
) -> Result<(), A::Error> {
    let NumericDate(date) = value.read()?;
    fill(name, slot, date)
}

/// Seconds since the epoch, from 0 until the year 10000, fractions allowed (RFC 7519 section 2).
pub(super) struct NumericDate(pub(super) Timestamp);

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_f64(DateVisitor { per_second: 1000 }).map(Self)
    }
}

/// A registered time to be minted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Date(pub(crate) Timestamp, pub(crate) Dialect);

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, json: S) -> Result<S::Ok, S::Error> {
        match self.1 {
            Dialect::Jwt => json.serialize_i64(self.0.as_secs()),
            Dialect::Paseto => json.collect_str(&self.0),
        }
    }
}

/// Milliseconds since the epoch, in the same range.
pub(super) struct Millis(pub(super) Timestamp);

impl<'de> Deserialize<'de> for Millis {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_u64(DateVisitor { per_second: 1 }).map(Self)
    }
}

struct DateVisitor {
    /// Milliseconds in one unit of the number.
    per_second: i64,
}

impl Visitor<'_> for DateVisitor {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Timestamp, E> {
        i64::try_from(number)
            .ok()
            .and_then(|number| number.checked_mul(self.per_second))
            .filter(|millis| *millis < Timestamp::END.as_millis())
            .map(Timestamp::from_millis)
            .ok_or_else(|| refuse("a time is past the year 9999; milliseconds for seconds?"))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Timestamp, E> {
        match u64::try_from(number) {
            Ok(number) => self.visit_u64(number),
            Err(_) => Err(refuse("a time is before 1970")),
        }
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Timestamp, E> {
        let millis = number * self.per_second as f64;
        if (0.0..Timestamp::END.as_millis() as f64).contains(&millis) {
            Ok(Timestamp::from_millis(millis.floor() as i64))
        } else {
            Err(refuse("a time is before 1970 or past the year 9999"))
        }
    }
}

impl<'de> Deserialize<'de> for Audience<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(AudienceVisitor)
    }
}

struct AudienceVisitor;

impl<'de> Visitor<'de> for AudienceVisitor {
    type Value = Audience<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"aud\" to be a string or an array of strings")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Audience::One(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Audience::One(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut many = Vec::new();
        while let Some(Text(one)) = seq.next_element()? {
            if many.len() == limits::AUDIENCES {
                return Err(refuse("\"aud\" names too many"));
            }
            many.push(one);
        }
        Ok(Audience::Many(many))
    }
}

struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        match json.deserialize_str(AudienceVisitor)? {
            Audience::One(text) => Ok(Self(text)),
            Audience::Many(_) => Err(refuse("\"aud\" holds an array")),
        }
    }
}
