//! The members of a header or a Claims Set, as people and scripts read them.

use serde::{Serialize, Serializer};
use serde_json::Value;
use waxseal::time::Timestamp;

use crate::json::Members;
use crate::output::{Output, escape};
use crate::times::relative;

/// A longer name pushes its own value aside, not every other one: a token has room for thousands.
pub(crate) const WIDEST_NAME: usize = 60;

/// Aligned lines, times with their distance from `now`.
pub(crate) fn rows(members: &Members, now: Timestamp, output: &Output) -> String {
    let names: Vec<String> = members.iter().map(|(name, _)| escape(name)).collect();
    let widest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let width = widest.min(WIDEST_NAME);
    let row = |((raw, value), name): (&(String, Value), String)| {
        let shown = match moment(raw, value) {
            Some(at) => format!("{}  ({})", at.in_zone(output.zone), relative(at, now)),
            None => escape(&compact(value)),
        };
        format!("  {name:<width$}  {shown}\n")
    };
    members.iter().zip(names).map(row).collect()
}

/// Lines of `PREFIX.NAME`, tab, value.
pub(crate) fn plain_rows(prefix: &str, members: &Members) -> String {
    let row = |(name, value): &(String, Value)| {
        format!("{prefix}.{}\t{}\n", escape(name), escape(&compact(value)))
    };
    members.iter().map(row).collect()
}

/// One JSON object, its members in the order of the text.
pub(crate) struct Object(pub(crate) Members);

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, json: S) -> Result<S::Ok, S::Error> {
        json.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Text as it is, anything else as JSON on one line.
pub(crate) fn compact(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The claims that may hold a moment.
const OF_TIME: [&str; 9] =
    ["exp", "nbf", "iat", "auth_time", "updated_at", "idl", "abs", "rnw", "sst"];

/// `name`, if the claim of that name may hold a moment.
pub(crate) fn of_time(name: &str) -> Option<&'static str> {
    OF_TIME.into_iter().find(|known| *known == name)
}

/// The moment that the claim `name` holds, if it is one that does.
pub(crate) fn moment(name: &str, value: &Value) -> Option<Timestamp> {
    match name {
        "sst" => value.as_i64().filter(|millis| *millis >= 0).map(Timestamp::from_millis),
        name if of_time(name).is_some() => match value {
            Value::String(text) => Timestamp::parse_rfc3339(text),
            number => {
                let seconds =
                    number.as_f64().filter(|seconds| (0.0..253_402_300_800.0).contains(seconds))?;
                Some(Timestamp::from_secs(seconds.floor() as i64))
            }
        },
        _ => None,
    }
}

/// The time claims as epoch seconds and as text.
pub(crate) struct Times(Vec<(String, Time)>);

/// A time in JSON, for programs and for people.
#[derive(Serialize)]
pub(crate) struct Time {
    epoch: i64,
    text: String,
    relative: String,
}

impl Time {
    pub(crate) fn of(at: Timestamp, now: Timestamp, output: &Output) -> Self {
        Self { epoch: at.as_secs(), text: at.in_zone(output.zone), relative: relative(at, now) }
    }
}

impl Times {
    /// Of `claims`, in their order.
    pub(crate) fn of(claims: &Members, now: Timestamp, output: &Output) -> Self {
        let time = |at: Timestamp| Time::of(at, now, output);
        let times = claims
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), time(moment(name, value)?))));
        Self(times.collect())
    }
}

impl Serialize for Times {
    fn serialize<S: Serializer>(&self, json: S) -> Result<S::Ok, S::Error> {
        json.collect_map(self.0.iter().map(|(name, time)| (name, time)))
    }
}

/// The same, what is said of each by name too.
pub(crate) struct TimesByName(pub(crate) Times);

impl Serialize for TimesByName {
    fn serialize<S: Serializer>(&self, json: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct ByName<'a> {
            epoch: i64,
            relative: &'a str,
            text: &'a str,
        }
        json.collect_map(self.0.0.iter().map(|(name, Time { epoch, text, relative })| {
            (name, ByName { epoch: *epoch, relative, text })
        }))
    }
}
