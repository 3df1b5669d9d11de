//! What a session may say besides who, how long and the caller's state. Most sessions have none of it.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Serialize, Serializer};

use crate::json::{Others, Value, fill, refuse};
use crate::limits;
use crate::time::Timestamp;

/// How somebody logged in, what they may do, and small values beside the state.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Details {
    /// `amr` (RFC 8176): `pwd`, `otp`.
    pub(crate) methods: Vec<Box<str>>,
    /// `acr` (OpenID Connect): how strong that was.
    pub(crate) level: Option<Box<str>>,
    /// `roles` (RFC 9068).
    pub(crate) roles: Vec<Box<str>>,
    /// `scope` (RFC 8693), words in one text.
    pub(crate) scopes: Vec<Box<str>>,
    /// `bnd`: the digest of what must not change while the session lives.
    pub(crate) binding: Option<Binding>,
    /// `cv`: the version of the rights above.
    pub(crate) version: u64,
    /// `tmp`: values that are read once, or end before the session does.
    pub(crate) values: Vec<TimedValue>,
}

/// The digest in `bnd`.
pub(crate) type Binding = [u8; 16];

/// A value with a name, and perhaps an end of its own.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TimedValue {
    pub(crate) name: Box<str>,
    pub(crate) value: serde_json::Value,
    /// `None` for a value that is read once.
    pub(crate) until: Option<Timestamp>,
}

impl Details {
    /// Whether no reader takes so many of something.
    pub(crate) fn is_too_much(&self) -> bool {
        let most = [self.methods.len(), self.roles.len(), self.values.len()].into_iter().max();
        most.is_some_and(|most| most > limits::DETAILS)
    }

    /// Boxed, if there is anything to keep.
    pub(crate) fn boxed(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }
}

/// The members of [`Details`] as they are read, in any order.
#[derive(Debug, Default)]
pub(super) struct DetailParts {
    pub(super) amr: Option<Words>,
    pub(super) acr: Option<Box<str>>,
    pub(super) roles: Option<Words>,
    pub(super) scope: Option<Box<str>>,
    pub(super) bnd: Option<Binding>,
    pub(super) cv: Option<u64>,
    tmp: Option<Values>,
}

impl DetailParts {
    /// Takes the member `name` if it is one of these, and tells whether it was.
    pub(super) fn take<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: &mut Value<'_, A>,
        others: &mut Others,
    ) -> Result<bool, A::Error> {
        match name {
            "amr" => value.read_into("amr", &mut self.amr)?,
            "acr" => fill("acr", &mut self.acr, value.text("acr")?.into())?,
            "roles" => value.read_into("roles", &mut self.roles)?,
            "scope" => fill("scope", &mut self.scope, value.text("scope")?.into())?,
            "bnd" => {
                let digest = crate::base64url::decode_array(&value.text("bnd")?);
                let digest = digest.map_err(|_| refuse("\"bnd\" is no digest of ours"))?;
                fill("bnd", &mut self.bnd, digest)?;
            }
            "cv" => value.read_into("cv", &mut self.cv)?,
            "tmp" => value.read_into("tmp", &mut self.tmp)?,
            _ => return Ok(false),
        }
        others.note(name)?;
        Ok(true)
    }

    pub(super) fn finish(self) -> Option<Box<Details>> {
        let words = |words: Option<Words>| words.map(|words| words.0).unwrap_or_default();
        let scopes = self.scope.iter().flat_map(|text| text.split(' '));
        Details {
            methods: words(self.amr),
            level: self.acr,
            roles: words(self.roles),
            scopes: scopes.filter(|word| !word.is_empty()).map(Into::into).collect(),
            binding: self.bnd,
            version: self.cv.unwrap_or(0),
            values: self.tmp.map(|values| values.0).unwrap_or_default(),
        }
        .boxed()
    }
}

/// An array of strings.
#[derive(Debug)]
pub(super) struct Words(pub(super) Vec<Box<str>>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        bounded(json, "an array of strings").map(Self)
    }
}

#[derive(Debug)]
struct Values(Vec<TimedValue>);

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        bounded(json, "an array of values").map(Self)
    }
}

/// An array of at most [`limits::DETAILS`] entries.
fn bounded<'de, D: Deserializer<'de>, E: Deserialize<'de>>(
    json: D,
    expected: &'static str,
) -> Result<Vec<E>, D::Error> {
    struct Bounded<E>(&'static str, std::marker::PhantomData<E>);
    impl<'de, E: Deserialize<'de>> Visitor<'de> for Bounded<E> {
        type Value = Vec<E>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<E>, A::Error> {
            let mut all = Vec::new();
            while let Some(one) = seq.next_element()? {
                if all.len() == limits::DETAILS {
                    return Err(refuse("an array of a session has too many entries"));
                }
                all.push(one);
            }
            Ok(all)
        }
    }
    json.deserialize_seq(Bounded(expected, std::marker::PhantomData))
}

/// On the wire `["name", value]`, or `["name", value, until]` in seconds.
impl Serialize for TimedValue {
    fn serialize<S: Serializer>(&self, json: S) -> Result<S::Ok, S::Error> {
        let mut tuple = json.serialize_tuple(if self.until.is_some() { 3 } else { 2 })?;
        tuple.serialize_element(&self.name)?;
        tuple.serialize_element(&self.value)?;
        if let Some(until) = self.until {
            tuple.serialize_element(&until.as_secs())?;
        }
        tuple.end()
    }
}

impl<'de> Deserialize<'de> for TimedValue {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct OneValue;
        impl<'de> Visitor<'de> for OneValue {
            type Value = TimedValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name, a value and perhaps a time")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<TimedValue, A::Error> {
                let missing = |at| de::Error::invalid_length(at, &self);
                let name = seq.next_element()?.ok_or_else(|| missing(0))?;
                let value = seq.next_element()?.ok_or_else(|| missing(1))?;
                let until = seq.next_element()?;
                if seq.next_element::<de::IgnoredAny>()?.is_some() {
                    return Err(refuse("a value of \"tmp\" has more than three parts"));
                }
                let until = until.map(Timestamp::from_secs);
                Ok(TimedValue { name, value, until })
            }
        }
        json.deserialize_seq(OneValue)
    }
}

/// The details of a session to be minted, as members in the order of the wire.
#[derive(Default, Serialize)]
pub(crate) struct DetailsWire<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    amr: &'a [Box<str>],
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    roles: &'a [Box<str>],
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bnd: Option<String>,
    #[serde(skip_serializing_if = "is_zero")]
    cv: u64,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tmp: &'a [TimedValue],
}

fn is_zero(version: &u64) -> bool {
    *version == 0
}

impl<'a> From<&'a Details> for DetailsWire<'a> {
    fn from(details: &'a Details) -> Self {
        Self {
            amr: &details.methods,
            acr: details.level.as_deref(),
            roles: &details.roles,
            scope: (!details.scopes.is_empty()).then(|| details.scopes.join(" ")),
            bnd: details.binding.map(|digest| crate::base64url::encode(&digest)),
            cv: details.version,
            tmp: &details.values,
        }
    }
}
