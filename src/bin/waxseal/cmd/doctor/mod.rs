//! `waxseal doctor`: why a browser drops a cookie, or why logout does not clear it.

mod catalogue;
mod clearing;
mod date;
mod findings;
mod headers;
mod keeping;
mod received;
mod sent;
mod site;
mod suffix;

use serde_json::{Value, json};
use waxseal::time::{Clock, Timestamp};

use crate::cli::{Doctor, Shape};
use crate::exit::{Code, Failure};
use crate::output::{Output, escape_json};

use catalogue::{Level, RULES, TWO_COOKIES};
use findings::Findings;
use headers::Headers;
use received::Received;
use site::Site;

pub(crate) fn run(options: &Doctor, output: &mut Output) -> Result<Code, Failure> {
    let Some(url) = &options.url else {
        return rules(options.shape, output);
    };
    let site = Site::read(url)?;
    let headers = Headers::read(options)?;
    let now = options.at.unwrap_or_else(|| Clock::system().now());
    let (verdict, findings) = examine(&headers, &site, now);
    let code = match findings.worst() {
        Some(Level::Error) => Code::FALSE_LINE,
        _ => Code::DONE,
    };
    match options.shape {
        Shape { json: true, .. } => {
            let facts = json!({
                "schema": 1,
                "verdict": verdict.word(),
                "text": verdict.text(),
                "exit": code.number(),
                "findings": findings.json(),
            });
            output.line(&escape_json(&facts.to_string()))?;
        }
        Shape { plain: true, .. } => {
            output.lines(&format!("verdict\t{}\n{}", verdict.word(), findings.plain()))?;
        }
        Shape { .. } => {
            let said = match verdict.is_good() {
                true => output.good(verdict.text()),
                false => output.bad(verdict.text()),
            };
            output.lines(&format!("{said}\n{}", findings.text(output)))?;
        }
    }
    Ok(code)
}

/// The one thing that the caller wanted to know.
#[derive(Clone, Copy)]
enum Verdict {
    Dropped,
    NotCleared,
    Ambiguous,
    Kept,
    KeptAndCleared,
    Cleared,
    InOrder,
}

impl Verdict {
    fn text(self) -> &'static str {
        match self {
            Self::Dropped => "the browser drops it",
            Self::NotCleared => "logout does not clear it",
            Self::Ambiguous => "the server may not read what the browser sent",
            Self::Kept => "the browser keeps it",
            Self::KeptAndCleared => "the browser keeps it, and logout clears it",
            Self::Cleared => "logout clears it",
            Self::InOrder => "the Cookie header is in order",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Dropped => "dropped",
            Self::NotCleared => "not cleared",
            Self::Ambiguous => "ambiguous",
            Self::Kept => "kept",
            Self::KeptAndCleared => "kept and cleared",
            Self::Cleared => "cleared",
            Self::InOrder => "in order",
        }
    }

    fn is_good(self) -> bool {
        !matches!(self, Self::Dropped | Self::NotCleared | Self::Ambiguous)
    }
}

fn examine(headers: &Headers, site: &Site, now: Timestamp) -> (Verdict, Findings) {
    let mut findings = Findings::default();
    let set: Vec<Received> = headers.set.iter().map(|header| Received::read(header)).collect();
    let mut kept = Vec::new();
    for (i, cookie) in set.iter().enumerate() {
        let before = findings.errors();
        findings.about("Set-Cookie", &cookie.name);
        keeping::refusals(cookie, site, &mut findings);
        keeping::advice(cookie, site, now, &mut findings);
        let earlier = set.iter().take(i).filter(|other| other.name == cookie.name);
        if earlier.clone().any(|other| other.place(site) != cookie.place(site)) {
            findings.add(&TWO_COOKIES, "");
        }
        if findings.errors() == before {
            kept.push(cookie);
        }
    }
    let dropped = findings.errors() > 0;

    let before = findings.errors();
    for header in &headers.clear {
        let clear = Received::read(header);
        findings.about("logout's Set-Cookie", &clear.name);
        keeping::refusals(&clear, site, &mut findings);
        clearing::faults(&clear, &set, site, now, &mut findings);
    }
    let not_cleared = findings.errors() > before;

    let before = findings.errors();
    if let Some(header) = &headers.sent {
        findings.about("Cookie", "");
        sent::faults(header, &kept, site, &mut findings);
    }
    let ambiguous = findings.errors() > before;

    let verdict = match (set.is_empty(), headers.clear.is_empty()) {
        _ if dropped => Verdict::Dropped,
        _ if not_cleared => Verdict::NotCleared,
        _ if ambiguous => Verdict::Ambiguous,
        (false, true) => Verdict::Kept,
        (false, false) => Verdict::KeptAndCleared,
        (true, false) => Verdict::Cleared,
        (true, true) => Verdict::InOrder,
    };
    findings.sort();
    (verdict, findings)
}

/// The whole catalogue.
fn rules(shape: Shape, output: &mut Output) -> Result<Code, Failure> {
    let json_of = |rule: &catalogue::Rule| json!({ "id": rule.id, "level": rule.level.word(), "text": rule.what, "fix": rule.fix });
    if shape.json {
        let rules: Vec<Value> = RULES.iter().map(json_of).collect();
        output.line(&json!({ "schema": 1, "rules": rules }).to_string())?;
        return Ok(Code::DONE);
    }
    let row = |rule: &catalogue::Rule| match shape.plain {
        true => format!("{}\t{}\t{}\t{}\n", rule.id, rule.level.word(), rule.what, rule.fix),
        false => {
            let (id, level, what) = (rule.id, rule.level.word(), rule.what);
            format!("{id} {level:<5}  {what}\n            fix: {}\n", rule.fix)
        }
    };
    output.lines(&RULES.iter().map(row).collect::<String>())?;
    Ok(Code::DONE)
}
