//! `waxseal inspect`: what a text says of itself. No key is used, and nothing is believed.

mod many;

use serde::Serialize;
use serde_json::json;
use waxseal::time::{Clock, Timestamp};

use crate::batch::{self, Words};
use crate::cli::{Inspect, Shape};
use crate::exit::{Code, Failure};
use crate::input;
use crate::members::{Object, Times, compact, plain_rows, rows};
use crate::output::{Output, escape, escape_json};
use crate::untrusted::{Payload, Untrusted};

use many::Many;

pub(crate) fn run(options: Inspect, output: &mut Output) -> Result<Code, Failure> {
    if options.batch.jsonl {
        let words = Words { good: "read", bad: "not read" };
        return batch::run_by(&options.tokens, options.batch, words, output, || Many::new(output));
    }
    let text = input::token(input::only(&options.tokens)?)?;
    let token = Untrusted::read(&text)?;
    match options.shape {
        Shape { json: true, .. } => {
            let facts = Facts::of(token, Clock::system().now(), output);
            output.line(&escape_json(&json!(facts).to_string()))?
        }
        Shape { plain: true, .. } => output.lines(&plain(&token))?,
        Shape { .. } => output.lines(&said(&token, output))?,
    }
    Ok(Code::DONE)
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
#[derive(Serialize)]
#[serde(untagged)]
enum Facts {
    Read {
        schema: u8,
        verified: bool,
        kind: &'static str,
        bytes: usize,
        header: Object,
        #[serde(flatten)]
        payload: Shown,
    },
    Unread {
        schema: u8,
        error: String,
        code: &'static str,
        exit: u8,
    },
}

#[derive(Serialize)]
#[serde(untagged)]
enum Shown {
    Claims { claims: Object, times: Times },
    Other { payload: String },
    Sealed { encrypted: bool },
    None {},
}

impl Facts {
    fn of(token: Untrusted, now: Timestamp, output: &Output) -> Self {
        let payload = match token.payload {
            Payload::Claims(claims) => {
                let times = Times::of(&claims, now, output);
                Shown::Claims { claims: Object(claims), times }
            }
            Payload::Other(bytes) => Shown::Other { payload: waxseal::base64url::encode(&bytes) },
            Payload::Sealed => Shown::Sealed { encrypted: true },
            Payload::None => Shown::None {},
        };
        Self::Read {
            schema: 1,
            verified: false,
            kind: token.kind,
            bytes: token.bytes,
            header: Object(token.header),
            payload,
        }
    }
}
