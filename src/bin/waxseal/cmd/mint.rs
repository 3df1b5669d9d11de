//! `waxseal mint`.

use std::time::Duration;

use serde_json::{Map, Value};
use waxseal::jwt::{self, MintError};
use waxseal::key::{Format, Key};
use waxseal::session::{Lifetimes, SetupError};
use waxseal::time::{Clock, Span, Timestamp};
use waxseal::{Issuer, Keys, Token};

use crate::cli::Mint;
use crate::exit::{Code, Failure};
use crate::output::Output;
use crate::{input, json, keyfile};

/// How long a token lives when nobody says.
const TTL: Duration = Duration::from_secs(15 * 60);

pub(crate) fn run(options: Mint, output: &mut Output) -> Result<Code, Failure> {
    let members = members(options.json.as_deref(), &options.claims)?;
    let token = match &options.key {
        Some(key) => foreign(&options, key, members, output)?,
        None => session(&options, members, output)?,
    };
    output.line(token.as_str())?;
    Ok(Code::DONE)
}

/// A session of a ring; `members` are its state.
fn session(options: &Mint, members: Map<String, Value>, output: &Output) -> Result<Token, Failure> {
    if options.alg.is_some() || options.typ.is_some() {
        return Err(usage("--alg and --typ go with --key; a ring decides both"));
    }
    let keys = keyfile::ring(options.keys.clone(), output)?;
    let need = |name: &str, value: &Option<String>| {
        value.clone().ok_or_else(|| usage(format!("a session needs --{name}")))
    };
    let subject = need("sub", &options.sub)?;
    let audience = need("aud", &options.aud)?;
    let issuer = match (&options.iss, keys.issuer()) {
        (Some(issuer), _) => issuer.clone(),
        (None, Some(issuer)) => issuer.to_owned(),
        (None, None) => return Err(usage("this ring was made for development: give --iss")),
    };
    if keys.ring().signing_key().is_none() {
        let what = format!("no key of ring {} signs: the one that did was revoked", keys.name());
        return Err(Failure::new(Code::BAD_DATA, what)
            .next("waxseal keys status, then: waxseal keys promote SEQ"));
    }
    output.detail(&format!("ring {} ({}), audience {audience}", keys.name(), keys.algorithm()));
    let issuer = issuer_for(&keys, &issuer, &audience, options.ttl.unwrap_or(TTL))?;
    let state = Value::from(members);
    let token = match &options.scope {
        Some(scope) => issuer.mint_in(scope, &subject, &state),
        None => issuer.mint(&subject, &state),
    };
    token.map_err(unminted)
}

fn issuer_for(keys: &Keys, issuer: &str, audience: &str, ttl: Duration) -> Result<Issuer, Failure> {
    let defaults = Lifetimes::default().token(ttl);
    // A long token stretches the limits that must not be shorter than it.
    let hours_8 = Duration::from_secs(8 * 3600);
    let lifetimes = defaults.idle(ttl.max(hours_8 / 16)).absolute(ttl.max(hours_8));
    Issuer::with_lifetimes(keys, issuer, audience, lifetimes).map_err(|fault| {
        let longest = Span(keys.policy().longest_life);
        match &fault {
            SetupError::OtherIssuer { .. } => Failure::new(Code::GUARD, fault.to_string()),
            SetupError::CannotMint => Failure::new(Code::BAD_DATA, fault.to_string()),
            SetupError::TooLong { longer: "the ring's L", .. } => {
                let what =
                    format!("--ttl {} is longer than this ring mints ({longest})", Span(ttl));
                Failure::new(Code::USAGE, what)
                    .next("a ring keeps its keys as long: waxseal keys init --longest-life TIME")
            }
            SetupError::TooLong { shorter: "the leeway", .. } => {
                let what =
                    format!("--ttl {} is shorter than a verifier's leeway (30 s)", Span(ttl));
                Failure::new(Code::USAGE, what)
            }
            SetupError::NotSeconds(_) => Failure::new(Code::USAGE, "--ttl must be 1s or more"),
            _ => Failure::new(Code::USAGE, fault.to_string()),
        }
    })
}

/// Any claims under one key.
fn foreign(
    options: &Mint,
    key: &str,
    mut claims: Map<String, Value>,
    output: &Output,
) -> Result<Token, Failure> {
    let allowed: Vec<_> = options.alg.into_iter().collect();
    let key = keyfile::one_key(key, &allowed, output)?;
    let now = Clock::system().now();
    let named = [("iss", &options.iss), ("sub", &options.sub), ("aud", &options.aud)];
    for (name, value) in named {
        if let Some(value) = value {
            put(&mut claims, name, Value::from(value.as_str()))?;
        }
    }
    let format = key.algorithm().format();
    let written = |at: Timestamp| match format {
        Format::Paseto => Value::from(at.to_string()),
        _ => Value::from(at.as_secs()),
    };
    claims.entry("iat").or_insert_with(|| written(now));
    if format == Format::Paseto {
        // Other libraries ask for it by default.
        claims.entry("nbf").or_insert_with(|| written(now));
    }
    match (options.ttl, claims.get("exp").map(moment)) {
        (Some(_), Some(_)) => return Err(usage("\"exp\" is given twice: by --ttl and as a claim")),
        // A dead token is a fine thing to test with, if it is meant.
        (None, Some(Some(exp))) if exp <= now => {
            output.note("note: \"exp\" is past; every verifier refuses this token");
        }
        (None, Some(_)) => {}
        (ttl, None) => {
            let ttl = ttl.unwrap_or(TTL);
            if ttl.is_zero() {
                return Err(usage("--ttl must be 1s or more"));
            }
            claims.insert("exp".into(), written(now.after(ttl)));
        }
    }
    issuer_of(options, key)?.mint(&Value::from(claims)).map_err(unminted)
}

fn issuer_of(options: &Mint, key: Key) -> Result<jwt::Issuer, Failure> {
    let mut issuer = jwt::Issuer::new(key).map_err(unminted)?;
    if let Some(typ) = &options.typ {
        issuer = issuer.typ(typ);
    }
    if let Some(footer) = &options.footer {
        issuer = issuer.footer(footer.as_bytes()).map_err(unminted)?;
    }
    if let Some(assertion) = &options.implicit_assertion {
        issuer = issuer.implicit_assertion(assertion.as_bytes()).map_err(unminted)?;
    }
    Ok(issuer)
}

/// The moment that a claim names in either format's way.
fn moment(claim: &Value) -> Option<Timestamp> {
    match claim {
        Value::String(text) => Timestamp::parse_rfc3339(text),
        number => number.as_f64().map(|seconds| Timestamp::from_secs(seconds as i64)),
    }
}

/// The members of the JSON argument and of every `-c`.
fn members(json: Option<&str>, pairs: &[String]) -> Result<Map<String, Value>, Failure> {
    let mut members = Map::new();
    if let Some(argument) = json {
        let text = input::claims(argument)?;
        let object = json::object(&text).map_err(|fault| {
            Failure::new(Code::BAD_DATA, format!("the claims: {fault}"))
                .next("give one JSON object, as '{\"cart\":[7]}', @FILE or -")
        })?;
        members.extend(object);
    }
    for pair in pairs {
        let (name, value) = self::pair(pair)?;
        put(&mut members, name, value)?;
    }
    Ok(members)
}

/// `NAME=TEXT` or `NAME:=JSON`.
fn pair(pair: &str) -> Result<(&str, Value), Failure> {
    let wrong = || usage(format!("{pair:?}: write NAME=TEXT or NAME:=JSON"));
    let (name, text) = pair.split_once('=').ok_or_else(wrong)?;
    let (name, value) = match name.strip_suffix(':') {
        None => (name, Value::from(text)),
        Some(name) => {
            let value = json::value(text).map_err(|fault| {
                Failure::new(Code::BAD_DATA, format!("{pair:?}: {fault}"))
                    .next(format!("for text write {name}={text}"))
            })?;
            (name, value)
        }
    };
    if name.is_empty() { Err(wrong()) } else { Ok((name, value)) }
}

fn put(members: &mut Map<String, Value>, name: &str, value: Value) -> Result<(), Failure> {
    match members.insert(name.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(usage(format!("{name:?} is given twice"))),
    }
}

fn unminted(fault: MintError) -> Failure {
    let code = match &fault {
        MintError::NoSubject | MintError::NoExpiry | MintError::NotAPaseto => Code::USAGE,
        _ => Code::BAD_DATA,
    };
    Failure::new(code, fault.to_string())
}

fn usage(what: impl Into<String>) -> Failure {
    Failure::new(Code::USAGE, what).next("waxseal mint --help")
}
