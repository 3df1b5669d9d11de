//! `waxseal inspect`: what a text says of itself. No key is used, and nothing is believed.

use serde_json::{Value, json};
use waxseal::jwt::VerifyError;
use waxseal::key::Protection;
use waxseal::limits;
use waxseal::time::Clock;
use waxseal::token::UntrustedToken;

use crate::cli::{Inspect, Shape};
use crate::exit::{Code, Failure, of_refusal};
use crate::input;
use crate::json::{Members, object};
use crate::members::{compact, object_of, plain_rows, rows, times};
use crate::output::{Output, escape, escape_json};
use crate::recognise::{Kind, recognise};

pub(crate) fn run(options: Inspect, output: &mut Output) -> Result<Code, Failure> {
    let text = input::token(options.token.as_deref())?;
    let view = View::of(&text)?;
    match options.shape {
        Shape { json: true, .. } => output.line(&view.json(output))?,
        Shape { plain: true, .. } => output.lines(&view.plain())?,
        Shape { .. } => output.lines(&view.text(output))?,
    }
    Ok(Code::DONE)
}

/// What can be said of a text without a key.
struct View {
    kind: &'static str,
    title: String,
    bytes: usize,
    header: Members,
    payload: Payload,
    hint: Option<&'static str>,
}

enum Payload {
    Claims(Members),
    /// A signed payload that is no Claims Set.
    Other(Vec<u8>),
    Sealed,
    /// A key or key id: there is no payload.
    None,
}

impl View {
    fn of(text: &str) -> Result<Self, Failure> {
        if text.len() > limits::PROGRAM_TOKEN_BYTES {
            let (has, most) = (text.len(), limits::PROGRAM_TOKEN_BYTES);
            let what = format!("the input has {has} bytes; at most {most} are read");
            return Err(Failure::new(Code::MALFORMED, what));
        }
        match recognise(text) {
            Kind::Jose => jose(text),
            Kind::Paseto { version, purpose, body, footer } => {
                paseto(text, version, purpose, body, footer)
            }
            Kind::Paserk { version, kind } => Ok(paserk(text, version, kind)),
            Kind::NotAToken(looks) => {
                Err(Failure::new(Code::MALFORMED, format!("not a token I know: {looks}")))
            }
        }
    }

    fn text(&self, output: &Output) -> String {
        let title = output.strong(&self.title);
        let mut text = format!("UNVERIFIED: no key was used\n{title}  {} bytes\n", self.bytes);
        let now = Clock::system().now();
        if !self.header.is_empty() {
            text.push_str(&(output.faint("header") + "\n"));
            text.push_str(&rows(&self.header, now, output));
        }
        match &self.payload {
            Payload::Claims(claims) => {
                text.push_str(&(output.faint("claims") + "\n"));
                text.push_str(&rows(claims, now, output));
            }
            Payload::Other(bytes) => {
                let shown = escape(&String::from_utf8_lossy(bytes));
                text.push_str(&format!(
                    "payload (no claims set, {} bytes)\n  {shown}\n",
                    bytes.len()
                ));
            }
            Payload::Sealed => text.push_str("encrypted: claims need a key\n"),
            Payload::None => {}
        }
        if let Some(hint) = self.hint {
            text.push_str(&(output.faint(&format!("hint: {hint}")) + "\n"));
        }
        text
    }

    fn plain(&self) -> String {
        let mut text = format!("verified\tfalse\nkind\t{}\nbytes\t{}\n", self.kind, self.bytes);
        text.push_str(&plain_rows("header", &self.header));
        match &self.payload {
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
    fn json(&self, output: &Output) -> String {
        let now = Clock::system().now();
        let mut facts = json!({
            "schema": 1,
            "verified": false,
            "kind": self.kind,
            "bytes": self.bytes,
            "header": object_of(&self.header),
        });
        let mut put = |name: &str, value: Value| facts[name] = value;
        match &self.payload {
            Payload::Claims(claims) => {
                put("claims", object_of(claims));
                put("times", times(claims, now, output));
            }
            Payload::Other(bytes) => {
                put("payload", Value::from(waxseal::base64url::encode(bytes)));
            }
            Payload::Sealed => put("encrypted", true.into()),
            Payload::None => {}
        }
        escape_json(&facts.to_string())
    }
}

fn jose(text: &str) -> Result<View, Failure> {
    let refused = |fault| {
        let fault = VerifyError::from(fault);
        Failure::new(of_refusal(&fault), fault.to_string())
    };
    let token = UntrustedToken::parse(text, limits::PROGRAM_TOKEN_BYTES).map_err(refused)?;
    let bytes = token.untrusted_header_bytes().map_err(refused)?;
    let header = object(&bytes).map_err(|fault| {
        Failure::new(Code::MALFORMED, format!("the header is not readable: {fault}"))
    })?;
    let payload = match token.untrusted_payload().map_err(refused)? {
        None => Payload::Sealed,
        Some(bytes) if bytes.trim_ascii_start().starts_with(b"{") => {
            Payload::Claims(object(&bytes).map_err(|fault| {
                Failure::new(Code::MALFORMED, format!("the claims are not readable: {fault}"))
            })?)
        }
        Some(bytes) => Payload::Other(bytes),
    };
    let word = |name: &str| {
        let value = header.iter().find(|(found, _)| found == name).map(|(_, value)| value);
        value.map(|value| escape(&value.as_str().map_or_else(|| compact(value), str::to_owned)))
    };
    let alg = word("alg").unwrap_or_else(|| "no alg".into());
    let kid = word("kid").map(|kid| format!("  kid {kid}")).unwrap_or_default();
    let (kind, form, alg) = match token.protection() {
        Protection::Sealed => (
            "jwe",
            "JWE (5 parts)",
            match word("enc") {
                Some(enc) => format!("{alg} + {enc}"),
                None => alg,
            },
        ),
        _ => ("jws", "JWT (JWS compact)", alg),
    };
    let hint = match &payload {
        _ if alg.eq_ignore_ascii_case("none") => {
            "alg is none: nothing protects this token, anybody can have made it"
        }
        _ if token.untrusted_signature().is_err() => {
            "the last part is not canonical base64url: no verifier should accept this token"
        }
        Payload::Sealed if alg == "dir + A256GCM" => "waxseal verify --keys keys opens it",
        Payload::Sealed => "waxseal opens dir + A256GCM only",
        _ => "waxseal verify --key jwks.json --aud NAME judges it",
    };
    let title = format!("{form}  {alg}{kid}");
    Ok(View { kind, title, bytes: text.len(), header, payload, hint: Some(hint) })
}

fn paseto(
    text: &str,
    version: &str,
    purpose: &str,
    body: &str,
    footer: Option<&str>,
) -> Result<View, Failure> {
    let part = |name: &str, text: &str| {
        waxseal::base64url::decode(text).map_err(|fault| {
            Failure::new(Code::MALFORMED, format!("the PASETO's {name} is {fault}"))
        })
    };
    let body = part("body", body)?;
    let header = match footer.map(|footer| part("footer", footer)).transpose()? {
        None => Vec::new(),
        Some(footer) if footer.starts_with(b"{") => object(&footer).map_err(|fault| {
            Failure::new(Code::MALFORMED, format!("the footer is not readable: {fault}"))
        })?,
        Some(footer) => {
            vec![("footer".into(), Value::from(String::from_utf8_lossy(&footer).into_owned()))]
        }
    };
    let payload = match (purpose, signature_bytes(version)) {
        ("public", Some(length)) => {
            let claims = body.len().checked_sub(length).and_then(|end| body.get(..end));
            let claims = claims.ok_or_else(|| {
                Failure::new(Code::MALFORMED, "the PASETO is too short to hold a signature")
            })?;
            Payload::Claims(object(claims).map_err(|fault| {
                Failure::new(Code::MALFORMED, format!("the claims are not readable: {fault}"))
            })?)
        }
        _ => Payload::Sealed,
    };
    let title = format!("PASETO {version}.{purpose}");
    Ok(View { kind: "paseto", title, bytes: text.len(), header, payload, hint: None })
}

/// How many bytes of a public token's body are its signature.
fn signature_bytes(version: &str) -> Option<usize> {
    match version {
        "v1" => Some(256),
        "v2" | "v4" => Some(64),
        "v3" => Some(96),
        _ => None,
    }
}

fn paserk(text: &str, version: &str, kind: &str) -> View {
    let (what, hint) = match kind {
        "lid" | "sid" | "pid" => ("a key id", "it names a key and is no secret"),
        "public" => ("a public key", "it may be given to everybody"),
        "local" | "secret" => ("a SECRET KEY in the clear", "whoever reads it can mint tokens"),
        "local-wrap" | "secret-wrap" | "local-pw" | "secret-pw" | "seal" => {
            ("a wrapped key", "it opens with another key or a password")
        }
        _ => ("of a kind I do not know", "its type is none of the PASERK specification"),
    };
    View {
        kind: "paserk",
        title: format!("PASERK {version}.{}: {what}", escape(kind)),
        bytes: text.len(),
        header: Vec::new(),
        payload: Payload::None,
        hint: Some(hint),
    }
}
