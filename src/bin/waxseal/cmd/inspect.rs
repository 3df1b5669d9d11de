//! `waxseal inspect`: what a text says of itself. No key is used, and nothing is believed.

use serde_json::{Value, json};
use waxseal::time::Clock;

use crate::batch::{self, Answer, BadLine, Words};
use crate::cli::{Inspect, Shape};
use crate::exit::{Code, Failure};
use crate::input;
use crate::members::{compact, object_of, plain_rows, rows, times};
use crate::output::{Output, escape, escape_json};
use crate::untrusted::{Payload, Untrusted};

pub(crate) fn run(options: Inspect, output: &mut Output) -> Result<Code, Failure> {
    if options.batch.jsonl {
        let words = Words { good: "read", bad: "not read" };
        return batch::run(&options.tokens, options.batch, words, output, |token| {
            answer(token, output)
        });
    }
    let text = input::token(input::only(&options.tokens)?)?;
    let token = Untrusted::read(&text)?;
    match options.shape {
        Shape { json: true, .. } => output.line(&escape_json(&json(token, output).to_string()))?,
        Shape { plain: true, .. } => output.lines(&plain(&token))?,
        Shape { .. } => output.lines(&said(&token, output))?,
    }
    Ok(Code::DONE)
}

/// One line of a batch.
fn answer(token: Result<&str, BadLine>, output: &Output) -> Answer {
    match token.and_then(|text| Untrusted::read(text).map_err(BadLine::from)) {
        Ok(token) => {
            let kid = token.kid().map(str::to_owned);
            Answer { facts: json(token, output), kid, code: Code::DONE, fault: None }
        }
        Err(BadLine { fault, failure }) => {
            let facts = json!({
                "schema": 1,
                "error": failure.what,
                "code": fault,
                "exit": failure.code.number(),
            });
            Answer { facts, kid: None, code: failure.code, fault: Some(fault) }
        }
    }
}

fn said(token: &Untrusted, output: &Output) -> String {
    let title = output.strong(&title(token));
    let mut text = format!("UNVERIFIED: no key was used\n{title}  {} bytes\n", token.bytes);
    let now = Clock::system().now();
    if !token.header.is_empty() {
        text.push_str(&(output.faint("header") + "\n"));
        text.push_str(&rows(&token.header, now, output));
    }
    match &token.payload {
        Payload::Claims(claims) => {
            text.push_str(&(output.faint("claims") + "\n"));
            text.push_str(&rows(claims, now, output));
        }
        Payload::Other(bytes) => {
            let shown = escape(&String::from_utf8_lossy(bytes));
            text.push_str(&format!("payload (no claims set, {} bytes)\n  {shown}\n", bytes.len()));
        }
        Payload::Sealed => text.push_str("encrypted: claims need a key\n"),
        Payload::None => {}
    }
    if let Some(hint) = token.hint {
        text.push_str(&(output.faint(&format!("hint: {hint}")) + "\n"));
    }
    text
}

fn title(token: &Untrusted) -> String {
    let Some(alg) = &token.alg else {
        return token.form.to_string();
    };
    let kid = token.header.iter().find(|(name, _)| name == "kid");
    let kid = kid.map(|(_, kid)| format!("  kid {}", escape(&compact(kid))));
    format!("{}  {alg}{}", token.form, kid.unwrap_or_default())
}

fn plain(token: &Untrusted) -> String {
    let mut text = format!("verified\tfalse\nkind\t{}\nbytes\t{}\n", token.kind, token.bytes);
    text.push_str(&plain_rows("header", &token.header));
    match &token.payload {
        Payload::Claims(claims) => text.push_str(&plain_rows("claims", claims)),
        Payload::Other(bytes) => {
            let encoded = waxseal::base64url::encode(bytes);
            text.push_str(&format!("payload\t{encoded}\n"));
        }
        Payload::Sealed => text.push_str("encrypted\ttrue\n"),
        Payload::None => {}
    }
    text
}

/// Our own facts and the token's never share an object.
fn json(token: Untrusted, output: &Output) -> Value {
    let mut facts = json!({
        "schema": 1,
        "verified": false,
        "kind": token.kind,
        "bytes": token.bytes,
        "header": object_of(token.header),
    });
    let mut put = |name: &str, value: Value| facts[name] = value;
    match token.payload {
        Payload::Claims(claims) => {
            put("times", times(&claims, Clock::system().now(), output));
            put("claims", object_of(claims));
        }
        Payload::Other(bytes) => {
            put("payload", Value::from(waxseal::base64url::encode(&bytes)));
        }
        Payload::Sealed => put("encrypted", true.into()),
        Payload::None => {}
    }
    facts
}
