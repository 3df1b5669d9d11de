//! `waxseal diff`: how two tokens differ. No key is used, and neither is believed.

mod change;

use serde_json::{Value, json};
use waxseal::time::Span;

use crate::cli::{Diff, Shape};
use crate::exit::{Code, Failure};
use crate::input;
use crate::json::Members;
use crate::members::{WIDEST_NAME, compact};
use crate::output::{Output, escape, escape_json};
use crate::untrusted::{Payload, Untrusted};

use change::{Change, Kind, Place, Shift, compare, life};

pub(crate) fn run(options: &Diff, output: &mut Output) -> Result<Code, Failure> {
    if options.before == "-" && options.after == "-" {
        let what = "both tokens are -, and standard input holds one";
        return Err(Failure::new(Code::USAGE, what).next("give the other one as @FILE"));
    }
    let before = token("first", &options.before)?;
    let after = token("second", &options.after)?;
    let difference = Difference::between(&before, &after);
    match options.shape {
        Shape { json: true, .. } => output.line(&difference.json())?,
        Shape { plain: true, .. } => output.lines(&difference.plain())?,
        Shape { .. } => output.lines(&difference.text(output))?,
    }
    Ok(Code::DONE)
}

fn token(which: &str, argument: &str) -> Result<Untrusted, Failure> {
    let token = input::token(Some(argument)).and_then(|text| Untrusted::read(&text));
    token.map_err(|failure| Failure {
        what: format!("the {which} token: {}", failure.what),
        ..failure
    })
}

/// All that differs, and what does not.
struct Difference<'a> {
    forms: (&'a str, &'a str),
    changes: Vec<Change>,
    same: Vec<(Place, String)>,
    payload: Payloads<'a>,
}

/// How far the payloads could be compared.
enum Payloads<'a> {
    Claims(&'a Members, &'a Members),
    /// Bytes that are no Claims Set, in at least one.
    Bytes {
        equal: bool,
    },
    Sealed(Sealed),
    /// Keys and key ids have none.
    None,
}

#[derive(Clone, Copy)]
enum Sealed {
    Both,
    First,
    Second,
}

impl<'a> Difference<'a> {
    fn between(before: &'a Untrusted, after: &'a Untrusted) -> Self {
        let (mut changes, same) = compare(Place::Header, &before.header, &after.header);
        let mut same: Vec<_> = same.into_iter().map(|name| (Place::Header, name)).collect();
        let payload = Payloads::of(&before.payload, &after.payload);
        if let Payloads::Claims(old, new) = payload {
            let (of_claims, same_claims) = compare(Place::Claims, old, new);
            changes.extend(of_claims);
            same.extend(same_claims.into_iter().map(|name| (Place::Claims, name)));
        }
        Self { forms: (&before.form, &after.form), changes, same, payload }
    }

    fn text(&self, output: &Output) -> String {
        let mut rows: Vec<(String, String, &str)> = Vec::new();
        if self.forms.0 != self.forms.1 {
            rows.push(("form".into(), format!("{} → {}", self.forms.0, self.forms.1), ""));
        }
        for change in &self.changes {
            let mark = match change.is_of_privilege() {
                true => "! privilege-like claim changed",
                false => "",
            };
            rows.push((shown_name(change.place, &change.name), self.said(change), mark));
        }
        if let Payloads::Bytes { equal: false } = self.payload {
            rows.push(("payload".into(), "other bytes, and no Claims Set in both".into(), ""));
        }
        let widest = |column: fn(&(String, String, &'static str)) -> usize| {
            rows.iter().map(column).max().unwrap_or(0)
        };
        let name_width = widest(|(name, _, _)| name.chars().count()).min(WIDEST_NAME);
        // A long value pushes its own mark aside, not every other one.
        let value_width = widest(|(_, value, _)| value.chars().count()).min(40);
        let mut text = String::new();
        for (name, value, mark) in &rows {
            let mark = output.bad(mark);
            let row = format!("  {name:<name_width$}  {value:<value_width$}  {mark}");
            text.push_str(&format!("{}\n", row.trim_end()));
        }
        if let Payloads::Sealed(sealed) = self.payload {
            text.push_str(&format!("  {}\n", sealed.said()));
        }
        if rows.is_empty() && !matches!(self.payload, Payloads::Sealed(_)) {
            text.push_str("  no difference in what they say\n");
        }
        let same: Vec<String> =
            self.same.iter().map(|(place, name)| shown_name(*place, name)).collect();
        let same = if same.is_empty() { "nothing".into() } else { same.join(" ") };
        text + &output.faint(&format!("  same: {same}.  neither was verified")) + "\n"
    }

    fn said(&self, change: &Change) -> String {
        let show = |value: &Option<Value>| {
            value.as_ref().map(|value| escape(&value.to_string())).unwrap_or_default()
        };
        match &change.kind {
            Kind::Added => format!("added {}", show(&change.after)),
            Kind::Removed => format!("removed {}", show(&change.before)),
            Kind::Changed => format!("{} → {}", show(&change.before), show(&change.after)),
            Kind::Moved(shift) => shift.said() + &self.lives(change).unwrap_or_default(),
            Kind::Set { gained, lost } => {
                let each = |sign: char, names: &[String]| -> Vec<String> {
                    let name = |name: &String| escape(&Value::from(name.as_str()).to_string());
                    names.iter().map(|text| format!("{sign} {}", name(text))).collect()
                };
                [each('+', gained), each('-', lost)].concat().join("  ")
            }
        }
    }

    /// Beside a moved `exp`: what that does to the token's life.
    fn lives(&self, change: &Change) -> Option<String> {
        let Payloads::Claims(old, new) = self.payload else {
            return None;
        };
        let (before, after) = (life(old)?, life(new)?);
        match change.name == "exp" {
            true if before == after => Some(format!(" (life {}, as before)", Span(before))),
            true => Some(format!(" (life {} → {})", Span(before), Span(after))),
            false => None,
        }
    }

    fn plain(&self) -> String {
        let mut text = String::from("verified\tfalse\n");
        text.push_str(&format!("form\t{}\t{}\n", self.forms.0, self.forms.1));
        for change in &self.changes {
            let show = |value: &Option<Value>| {
                value.as_ref().map(|value| escape(&compact(value))).unwrap_or_default()
            };
            let mark = if change.is_of_privilege() { "privilege" } else { "" };
            let name = escape(&change.name);
            let (place, word) = (change.place.name(), change.kind.word());
            let (before, after) = (show(&change.before), show(&change.after));
            text.push_str(&format!("{word}\t{place}.{name}\t{before}\t{after}\t{mark}\n"));
        }
        for (place, name) in &self.same {
            text.push_str(&format!("same\t{}.{}\n", place.name(), escape(name)));
        }
        text.push_str(&format!("payload\t{}\n", self.payload.word()));
        text
    }

    /// A name of the token's is a value here, never a member of ours.
    fn json(&self) -> String {
        let changes: Vec<Value> = self.changes.iter().map(json_of).collect();
        let same: Vec<Value> = self
            .same
            .iter()
            .map(|(place, name)| json!({ "in": place.name(), "name": name }))
            .collect();
        let facts = json!({
            "schema": 1,
            "verified": false,
            "forms": [self.forms.0, self.forms.1],
            "payload": self.payload.word(),
            "changes": changes,
            "same": same,
        });
        escape_json(&facts.to_string()).into_owned()
    }
}

fn json_of(change: &Change) -> Value {
    let mut facts = json!({
        "in": change.place.name(),
        "name": change.name,
        "change": change.kind.word(),
        "privilege": change.is_of_privilege(),
    });
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            facts[name] = value;
        }
    };
    put("before", change.before.clone());
    put("after", change.after.clone());
    match &change.kind {
        Kind::Moved(shift) => put("seconds", Some(shift.seconds().into())),
        Kind::Set { gained, lost } => {
            put("gained", Some(gained.clone().into()));
            put("lost", Some(lost.clone().into()));
        }
        Kind::Added | Kind::Removed | Kind::Changed => {}
    }
    facts
}

/// Claims by their name alone: they are what one looks for.
fn shown_name(place: Place, name: &str) -> String {
    match place {
        Place::Header => format!("header.{}", escape(name)),
        Place::Claims => escape(name),
    }
}

impl Place {
    fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Claims => "claims",
        }
    }
}

impl Kind {
    fn word(&self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed | Self::Moved(_) | Self::Set { .. } => "changed",
        }
    }
}

impl Shift {
    fn said(self) -> String {
        match self {
            Self::Later(by) => format!("+{}", Span(by)),
            Self::Earlier(by) => format!("-{}", Span(by)),
        }
    }

    fn seconds(self) -> f64 {
        match self {
            Self::Later(by) => by.as_secs_f64(),
            Self::Earlier(by) => -by.as_secs_f64(),
        }
    }
}

impl<'a> Payloads<'a> {
    fn of(before: &'a Payload, after: &'a Payload) -> Self {
        match (before, after) {
            (Payload::Claims(old), Payload::Claims(new)) => Self::Claims(old, new),
            (Payload::Sealed, Payload::Sealed) => Self::Sealed(Sealed::Both),
            (Payload::Sealed, _) => Self::Sealed(Sealed::First),
            (_, Payload::Sealed) => Self::Sealed(Sealed::Second),
            (Payload::None, Payload::None) => Self::None,
            (Payload::Other(old), Payload::Other(new)) => Self::Bytes { equal: old == new },
            _ => Self::Bytes { equal: false },
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Claims(..) => "claims",
            Self::Bytes { equal: true } => "same bytes",
            Self::Bytes { equal: false } => "other bytes",
            Self::Sealed(Sealed::Both) => "encrypted",
            Self::Sealed(Sealed::First) => "first encrypted",
            Self::Sealed(Sealed::Second) => "second encrypted",
            Self::None => "none",
        }
    }
}

impl Sealed {
    fn said(self) -> &'static str {
        match self {
            Self::Both => "the claims of both are encrypted: they need a key to be compared",
            Self::First => "the claims of the first are encrypted: they need a key to be compared",
            Self::Second => {
                "the claims of the second are encrypted: they need a key to be compared"
            }
        }
    }
}
