//! `waxseal revoke check`: whether an entry names a token. Nothing is verified: only "revoked" is an
//! answer, and "not named" is none.

use serde_json::{Value, json};
use waxseal::revocation::{Kind, Said};
use waxseal::time::{Clock, Timestamp};

use crate::batch::{self, Answer, BadLine, Words};
use crate::cli::{CheckTokens, Shape};
use crate::exit::{Code, Failure};
use crate::input;
use crate::json::Members;
use crate::lists::shown;
use crate::members::moment;
use crate::output::{Output, escape, escape_json};
use crate::times::relative;
use crate::untrusted::{Payload, Untrusted};

use super::picture::{Row, rows};
use super::store;

/// The media type of a session's token.
const SESSION: &str = "session+jwt";

pub(super) fn run(options: CheckTokens, output: &mut Output) -> Result<Code, Failure> {
    if !options.batch.jsonl {
        input::only(&options.tokens)?;
    }
    let place = store::of(&options.look.store, output)?;
    let rows = rows(&place, options.look.feed_key.as_deref(), output)?;
    let list = List { rows, place: shown(&place), scope_claim: options.scope_claim };
    if options.batch.jsonl {
        let words = Words { good: "not named", bad: "revoked or unreadable" };
        return batch::run(&options.tokens, options.batch, words, output, |token| {
            list.answer(token, output)
        });
    }
    let text = input::token(input::only(&options.tokens)?)?;
    let found = list.of(&text)?;
    match options.shape {
        Shape { json: true, .. } => {
            output.line(&escape_json(&found.json(output).to_string()))?;
        }
        Shape { plain: true, .. } => output.lines(&found.plain())?,
        Shape { .. } => output.lines(&found.text(&list.place, output))?,
    }
    Ok(found.code())
}

struct List {
    place: String,
    rows: Vec<Row>,
    scope_claim: Option<String>,
}

impl List {
    fn of(&self, text: &str) -> Result<Found<'_>, Failure> {
        let token = Untrusted::read(text)?;
        let none = Vec::new();
        let (claims, is_sealed) = match &token.payload {
            Payload::Claims(claims) => (claims, false),
            Payload::Sealed => (&none, true),
            Payload::Other(_) => {
                let what = "the payload is no Claims Set: only its key could be named";
                return Err(Failure::new(Code::MALFORMED, what));
            }
            Payload::None => {
                return Err(Failure::new(Code::MALFORMED, "a PASERK is a key, not a token"));
            }
        };
        let said = self.said(&token, claims, is_sealed)?;
        let rows: Vec<&Row> = self.rows.iter().filter(|row| row.record.names(&said)).collect();
        // A sealed token does not say when it began: an entry that ends everything may spare it.
        let rows = if is_sealed { of_keys(rows) } else { rows };
        if is_sealed && rows.is_empty() {
            let what = "the token is sealed: what an entry names is encrypted, all but its key";
            let next = format!("waxseal verify --keys DIR --revoked {}", self.place);
            return Err(Failure::new(Code::BAD_DATA, what).next(next));
        }
        Ok(Found { rows, now: Clock::system().now(), all: self.rows.len() })
    }

    /// What the list is asked about the token; what `verify` would not read is an error here too.
    fn said<'t>(
        &self,
        token: &'t Untrusted,
        claims: &'t Members,
        is_sealed: bool,
    ) -> Result<Said<'t>, Failure> {
        let word = |members: &'t Members, name: &str| text(members, name);
        let typ = word(&token.header, "typ").or_else(|| word(claims, "typ"));
        let is_session = typ.is_some_and(|typ| typ.eq_ignore_ascii_case(SESSION));
        let scope_claim = match is_session {
            true => Some("rsc"),
            false => self.scope_claim.as_deref(),
        };
        let scope = match scope_claim {
            Some(claim) => claimed(claims, claim)?,
            None => None,
        };
        // The claim was asked for, so it must be there.
        if let (false, false, None, Some(claim)) = (is_session, is_sealed, scope, scope_claim) {
            let what = format!("the token has no claim {claim:?}: its scope cannot be read");
            return Err(Failure::new(Code::MALFORMED, what));
        }
        Ok(Said {
            token: claimed(claims, "jti")?,
            session: claimed(claims, "sid")?,
            subject: claimed(claims, "sub")?,
            scope,
            key: token.kid(),
            started: time(claims, if is_session { "sst" } else { "iat" }),
        })
    }

    fn answer(&self, token: Result<&str, BadLine>, output: &Output) -> Answer<Value> {
        let text = token.as_ref().ok();
        let kid = text.and_then(|text| Untrusted::read(text).ok()?.kid().map(str::to_owned));
        match token.and_then(|text| self.of(text).map_err(BadLine::from)) {
            Ok(found) => Answer {
                facts: found.json(output),
                kid,
                code: found.code(),
                fault: (!found.rows.is_empty()).then_some("revoked"),
            },
            Err(BadLine { fault, failure }) => {
                let code = failure.code;
                let facts = json!({
                    "schema": 1,
                    "verified": false,
                    "code": fault,
                    "reason": failure.what,
                    "exit": code.number(),
                });
                Answer { facts, kid, code, fault: Some(fault) }
            }
        }
    }
}

fn of_keys(rows: Vec<&Row>) -> Vec<&Row> {
    let is_of_key = |row: &&Row| row.record.kind() == Kind::Key;
    rows.into_iter().filter(is_of_key).collect()
}

fn text<'m>(members: &'m Members, name: &str) -> Option<&'m str> {
    members.iter().find(|(found, _)| found == name).and_then(|(_, value)| value.as_str())
}

/// A claim that an entry may name.
fn claimed<'m>(claims: &'m Members, name: &str) -> Result<Option<&'m str>, Failure> {
    match claims.iter().find(|(found, _)| found == name) {
        None => Ok(None),
        Some((_, Value::String(text))) => Ok(Some(text)),
        Some(_) => {
            let what = format!("the claim {name:?} is no text: what an entry names cannot be read");
            Err(Failure::new(Code::MALFORMED, what))
        }
    }
}

fn time(members: &Members, name: &str) -> Option<Timestamp> {
    members.iter().find(|(found, _)| found == name).and_then(|(_, value)| moment(name, value))
}

/// The entries that name a token.
struct Found<'a> {
    rows: Vec<&'a Row>,
    /// How many there are in the list.
    all: usize,
    now: Timestamp,
}

impl Found<'_> {
    fn code(&self) -> Code {
        if self.rows.is_empty() { Code::DONE } else { Code::REVOKED }
    }

    fn text(&self, place: &str, output: &Output) -> String {
        let place = escape(place);
        if self.rows.is_empty() {
            let next = output.faint(&format!("next: waxseal verify --keys DIR --revoked {place}"));
            let of = match self.all {
                1 => "the one entry".into(),
                all => format!("any of {all} entries"),
            };
            return format!(
                "not named by {of} in {place}   UNVERIFIED: this does not say that the token is good\n{next}\n"
            );
        }
        let mut text = format!("{}   UNVERIFIED: no key was used\n", output.bad("REVOKED"));
        for row in &self.rows {
            let what = match row.record.kind() {
                Kind::Everything => String::new(),
                kind => format!("{} {}", kind.word(), escape(&row.name())),
            };
            let at = row.recorded_at.map(|at| format!(", recorded {}", relative(at, self.now)));
            let why = row.reason.as_deref().map(|why| format!(": {}", escape(why)));
            let cut = match row.record.kind().has_cut() {
                true => format!("all that began up to {}", row.record.cut().in_zone(output.zone)),
                false => String::new(),
            };
            let comma = if what.is_empty() || cut.is_empty() { "" } else { ", " };
            let (at, why) = (at.unwrap_or_default(), why.unwrap_or_default());
            text.push_str(&format!("  {what}{comma}{cut}{at}{why}\n"));
        }
        text
    }

    /// `revoked` or `not named`, then a line for each entry: kind and name.
    fn plain(&self) -> String {
        let word = if self.rows.is_empty() { "not named" } else { "revoked" };
        let row =
            |row: &&Row| format!("entry\t{}\t{}\n", row.record.kind().word(), escape(&row.name()));
        format!(
            "verified\tfalse\nanswer\t{word}\n{}",
            self.rows.iter().map(row).collect::<String>()
        )
    }

    fn json(&self, output: &Output) -> Value {
        json!({
            "schema": 1,
            "verified": false,
            "revoked": !self.rows.is_empty(),
            "entries": self.rows.iter().map(|row| row.json(self.now, output)).collect::<Value>(),
            "exit": self.code().number(),
        })
    }
}
