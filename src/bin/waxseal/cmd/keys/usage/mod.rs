//! `waxseal keys usage`: which keys the tokens of a log name. Nothing of a token is shown but that
//! name, and nothing is believed: whoever wrote the token wrote the name.

mod tally;

use std::fs::File;
use std::io::{self, IsTerminal as _};

use serde_json::{Value, json};
use waxseal::keyring::KeyStatus;
use waxseal::time::Timestamp;

use crate::cli::Usage;
use crate::exit::{Code, Failure};
use crate::input::unread;
use crate::lines::{Line, Source};
use crate::output::{Output, escape, escape_json, grouped};

use super::operator::Operator;
use super::status::state;
use tally::{Tally, Unknown};

pub(super) fn run(options: Usage, output: &mut Output) -> Result<Code, Failure> {
    let source = source(options.file.as_deref())?;
    let operator = Operator::to_look(options.look)?;
    let name = operator.ring(output)?.name().to_owned();
    let keys = operator.keys()?;
    let mut tally = Tally::of(keys.iter().map(|key| key.kid.as_str()));
    let mut lines = source.lines();
    while let Some(line) = lines.next()? {
        match line {
            Line::Whole(line) => tally.count(&String::from_utf8_lossy(line)),
            Line::TooLong => tally.count(""),
        }
    }
    match options.json {
        true => {
            let facts = json(&name, &keys, &tally, operator.now);
            output.line(&escape_json(&facts.to_string()))?;
        }
        false => output.lines(&text(&keys, &tally, operator.now))?,
    }
    Ok(Code::DONE)
}

fn source(file: Option<&str>) -> Result<Source<'_>, Failure> {
    match file {
        None if io::stdin().is_terminal() => {
            let what = "nothing to count: name a file, or pipe lines with tokens in";
            Err(Failure::new(Code::USAGE, what).next("waxseal keys usage --help"))
        }
        None | Some("-") => Ok(Source::Stdin),
        Some(path) => {
            let path = path.strip_prefix('@').unwrap_or(path);
            let file = File::open(path).map_err(|fault| unread(path, &fault, Code::BAD_DATA))?;
            Ok(Source::File(path, file))
        }
    }
}

fn text(keys: &[KeyStatus], tally: &Tally<'_>, now: Timestamp) -> String {
    let kids: Vec<String> = keys.iter().map(|key| escape(&key.kid)).collect();
    let width = kids.iter().map(|kid| kid.chars().count()).max().unwrap_or(0).max(3);
    let mut text = format!("SEQ  {:<width$}  {:<8}  {:>10}\n", "KID", "STATE", "TOKENS");
    for (key, kid) in keys.iter().zip(&kids) {
        let (seq, state, count) = (key.seq, state(key, now), grouped(tally.of_kid(&key.kid)));
        text.push_str(&format!("{seq:>3}  {kid:<width$}  {state:<8}  {count:>10}\n"));
    }
    let unknown = grouped(tally.unknown_tokens());
    text.push_str(&match tally.first_unknown() {
        None => "unknown keys: 0\n".into(),
        Some((kid, Unknown { line, .. })) => {
            format!("unknown keys: {unknown} (kid {}, first at line {line})\n", quoted(kid))
        }
    });
    for (kid, Unknown { count, line }) in tally.unknown().iter().skip(1).take(SHOWN) {
        let count = grouped(*count);
        text.push_str(&format!("  and {count} of kid {}, first at line {line}\n", quoted(kid)));
    }
    let more = tally.unknown().len().saturating_sub(SHOWN + 1);
    if more > 0 || tally.has_more() {
        let at_least = if tally.has_more() { "at least " } else { "" };
        text.push_str(&format!("  and {at_least}{more} more kids: --json tells\n"));
    }
    let (nameless, without) =
        (grouped(tally.nameless), crate::output::grouped(tally.without_token));
    text.push_str(&format!("tokens without a kid: {nameless}\nlines without a token: {without}\n"));
    if tally.tokens() > 0 {
        for (key, kid) in keys.iter().zip(&kids).filter(|(key, _)| tally.of_kid(&key.kid) == 0) {
            let (seq, sample) = (key.seq, grouped(tally.tokens()));
            text.push_str(&format!("{seq} ({kid}): 0 of {sample} sampled tokens use it\n"));
        }
    }
    text
}

/// More names of strangers than this are noise.
const SHOWN: usize = 10;

fn json(ring: &str, keys: &[KeyStatus], tally: &Tally<'_>, now: Timestamp) -> Value {
    let known = |key: &KeyStatus| {
        let tokens = tally.of_kid(&key.kid);
        json!({ "seq": key.seq, "kid": key.kid, "state": state(key, now), "tokens": tokens })
    };
    let unknown = |(kid, Unknown { count, line }): &(&str, &Unknown)| json!({ "kid": kid, "tokens": count, "first_line": line });
    json!({
        "schema": 1,
        "ring": ring,
        "tokens": tally.tokens(),
        "keys": keys.iter().map(known).collect::<Value>(),
        "unknown": tally.unknown().iter().map(unknown).collect::<Value>(),
        "unknown_tokens": tally.unknown_tokens(),
        "more_unknown": tally.has_more(),
        "without_kid": tally.nameless,
        "lines_without_token": tally.without_token,
    })
}

/// A stranger's text, so that it cannot pass for ours.
fn quoted(kid: &str) -> String {
    let short: String = kid.chars().take(60).collect();
    let more = if short.len() < kid.len() { "…" } else { "" };
    format!("\"{}\"{more}", escape(&short))
}
