//! `waxseal verify`: a judgement, check by check. No claim is shown before the whole verdict.

use serde_json::{Value, json};
use waxseal::jwt::{self, Check, Report, Verdict, explain_raw};
use waxseal::time::{Clock, ManualClock};
use waxseal::{Revocations, Verifier, VerifyError, limits};

use crate::cli::{Payload, Shape, Verify};
use crate::exit::{Code, Failure, of_refusal};
use crate::json::{Members, object};
use crate::keyfile::Trust;
use crate::members::{object_of, plain_rows, rows, times};
use crate::output::{Output, escape, escape_json};
use crate::recognise::Kind;
use crate::{input, recognise};

const NO_LIST: Revocations = Revocations::none_because("the program has no revocation list yet");

pub(crate) fn run(options: Verify, output: &mut Output) -> Result<Code, Failure> {
    if options.key.as_deref().or(options.keys.as_deref()) == Some("-")
        && matches!(options.token.as_deref(), None | Some("-"))
    {
        let what = "standard input holds the keys; give the token as an argument or @FILE";
        return Err(Failure::new(Code::USAGE, what));
    }
    if options.payload == Payload::Raw && asks_of_claims(&options) {
        let what = "--payload raw reads no claims: --iss, --aud, --typ, --require, --at and \
                    --leeway cannot be checked";
        return Err(Failure::new(Code::USAGE, what).next("drop them, or drop --payload raw"));
    }
    let trust = match (&options.key, &options.keys) {
        (Some(file), _) => Trust::of_file(file, &options.alg, output)?,
        (None, place) => Trust::of_place(place.clone(), &options.alg, output)?,
    };
    let text = input::token(options.token.as_deref())?;
    let judgement = judge(&options, &trust, &text)?;
    let code = judgement.code();
    match options.shape {
        Shape { json: true, .. } => output.line(&judgement.json(output))?,
        Shape { plain: true, .. } => output.lines(&judgement.plain())?,
        Shape { .. } => output.lines(&judgement.text(output))?,
    }
    Ok(code)
}

fn asks_of_claims(options: &Verify) -> bool {
    let named = [&options.iss, &options.aud, &options.typ];
    named.iter().any(|name| name.is_some())
        || !options.require.is_empty()
        || options.at.is_some()
        || options.leeway.is_some()
}

/// All that a verification found.
struct Judgement {
    report: Report,
    result: Result<Payloads, VerifyError>,
    clock: Clock,
}

/// What an accepted token holds.
enum Payloads {
    Claims(Members),
    Raw(Vec<u8>),
}

fn judge(options: &Verify, trust: &Trust, text: &str) -> Result<Judgement, Failure> {
    let other = match recognise::recognise(text) {
        Kind::Paseto { version, purpose, .. } => Some(format!("a PASETO {version}.{purpose}")),
        Kind::Paserk { version, kind } => Some(format!("a PASERK {version}.{kind}, a key")),
        Kind::Jose | Kind::NotAToken(_) => None,
    };
    if let Some(other) = other {
        let what = format!("{other}: this version verifies JWS and JWE only");
        return Err(Failure::new(Code::MALFORMED, what));
    }
    // One moment for the whole judgement: its parts must not see two.
    let at = options.at.unwrap_or_else(|| Clock::system().now());
    let clock = ManualClock::at(at).clock();
    let issuer = options.iss.as_deref().or(trust.issuer.as_deref());
    let (report, result) = match (options.payload, options.session) {
        (Payload::Raw, _) => {
            let (report, result) = explain_raw(&trust.set, text);
            (report, result.map(Payloads::Raw))
        }
        (Payload::Claims, true) => session(options, trust, issuer, &clock, text),
        (Payload::Claims, false) => claims(options, trust, issuer, &clock, text),
    };
    Ok(Judgement { report, result, clock })
}

/// A verifier of whatever the keys signed or sealed, to be told what to ask.
fn lax(options: &Verify, trust: &Trust, clock: &Clock) -> jwt::VerifierSetup<Value> {
    let setup = jwt::Verifier::setup(trust.set.clone())
        .clock(clock.clone())
        .token_bytes(limits::PROGRAM_TOKEN_BYTES)
        .allow_missing_expiry()
        .any_audience()
        .any_typ();
    match options.leeway {
        Some(leeway) => setup.leeway(leeway),
        None => setup,
    }
}

fn claims(
    options: &Verify,
    trust: &Trust,
    issuer: Option<&str>,
    clock: &Clock,
    text: &str,
) -> (Report, Result<Payloads, VerifyError>) {
    let mut setup = lax(options, trust, clock);
    if let Some(issuer) = issuer {
        setup = setup.issuer(issuer);
    }
    if let Some(audience) = &options.aud {
        setup = setup.audience(audience);
    }
    if let Some(typ) = &options.typ {
        setup = setup.typ(typ);
    }
    for claim in &options.require {
        setup = setup.require(claim);
    }
    let (report, result) = setup.revocations(NO_LIST).explain(text);
    (report, result.map(|claims| Payloads::Claims(members_of(text, claims.into_custom()))))
}

fn session(
    options: &Verify,
    trust: &Trust,
    issuer: Option<&str>,
    clock: &Clock,
    text: &str,
) -> (Report, Result<Payloads, VerifyError>) {
    let audience = options.aud.as_deref().unwrap_or_default();
    let mut setup = Verifier::new(trust.set.clone(), issuer.unwrap_or_default(), audience)
        .clock(clock.clone())
        .token_bytes(limits::PROGRAM_TOKEN_BYTES);
    if let Some(leeway) = options.leeway {
        setup = setup.leeway(leeway);
    }
    if issuer.is_none() {
        setup = setup.any_issuer();
    }
    if options.aud.is_none() {
        setup = setup.any_audience();
    }
    for claim in &options.require {
        setup = setup.require(claim);
    }
    let (report, result) = setup.revocations(NO_LIST).explain::<Value>(text);
    // The claims as they stand in the token: the very ones that were just accepted.
    let all = result.and_then(|_| lax(options, trust, clock).revocations(NO_LIST).verify(text));
    (report, all.map(|claims| Payloads::Claims(members_of(text, claims.into_custom()))))
}

/// The accepted claims, in the order of a signed token's text; a sealed one's text has none.
fn members_of(text: &str, claims: Value) -> Members {
    let in_order = waxseal::token::UntrustedToken::parse(text, limits::PROGRAM_TOKEN_BYTES)
        .and_then(|token| token.untrusted_payload())
        .ok()
        .flatten()
        .and_then(|bytes| object(&bytes).ok());
    match (in_order, claims) {
        (Some(members), _) => members,
        (None, Value::Object(members)) => members.into_iter().collect(),
        (None, _) => Vec::new(),
    }
}

impl Judgement {
    fn code(&self) -> Code {
        self.result.as_ref().err().map_or(Code::DONE, of_refusal)
    }

    fn text(&self, output: &Output) -> String {
        let mut text = match &self.result {
            Ok(_) => output.good("ACCEPTED") + "\n",
            Err(fault) => {
                let code = fault.code().replace('_', " ");
                format!("{}  {code}\n", output.bad("REJECTED"))
            }
        };
        for Check { stage, verdict, detail } in &self.report.checks {
            let sign = match verdict {
                Verdict::Passed => output.good("✓"),
                Verdict::Failed => output.bad("✗"),
                _ => output.faint("-"),
            };
            let said = escape(said(*verdict, detail));
            text.push_str(&format!("  {sign} {:<9}  {said}\n", stage.name()));
        }
        match &self.result {
            Ok(Payloads::Claims(claims)) => {
                text.push_str("claims\n");
                text.push_str(&rows(claims, self.clock.now(), output));
            }
            Ok(Payloads::Raw(bytes)) => {
                let shown = escape(&String::from_utf8_lossy(bytes));
                text.push_str(&format!("payload, {} bytes\n  {shown}\n", bytes.len()));
            }
            Err(fault) => {
                let next = output.faint(&format!("next: {}", next_step(fault)));
                text.push_str(&(next + "\n"));
            }
        }
        text
    }

    fn plain(&self) -> String {
        let verdict = if self.result.is_ok() { "accepted" } else { "rejected" };
        let mut text = format!("verdict\t{verdict}\n");
        if let Err(fault) = &self.result {
            text.push_str(&format!("code\t{}\n", fault.code()));
        }
        for Check { stage, verdict, detail } in &self.report.checks {
            let detail = escape(detail);
            text.push_str(&format!("check.{}\t{}\t{detail}\n", stage.name(), word(*verdict)));
        }
        match &self.result {
            Ok(Payloads::Claims(claims)) => text.push_str(&plain_rows("claims", claims)),
            Ok(Payloads::Raw(bytes)) => {
                text.push_str(&format!("payload\t{}\n", waxseal::base64url::encode(bytes)));
            }
            Err(_) => {}
        }
        text
    }

    fn json(&self, output: &Output) -> String {
        let checks: Vec<Value> = self
            .report
            .checks
            .iter()
            .map(|check| {
                json!({
                    "check": check.stage.name(),
                    "verdict": word(check.verdict),
                    "detail": check.detail,
                })
            })
            .collect();
        let mut facts = json!({
            "schema": 1,
            "verdict": if self.result.is_ok() { "accepted" } else { "rejected" },
            "exit": self.code().number(),
            "checks": checks,
        });
        let mut put = |name: &str, value: Value| facts[name] = value;
        match &self.result {
            Ok(Payloads::Claims(claims)) => {
                put("times", times(claims, self.clock.now(), output));
                put("claims", object_of(claims));
            }
            Ok(Payloads::Raw(bytes)) => put("payload", waxseal::base64url::encode(bytes).into()),
            Err(fault) => {
                put("code", fault.code().into());
                put("reason", fault.to_string().into());
                put("next", next_step(fault).into());
            }
        }
        escape_json(&facts.to_string())
    }
}

fn said(verdict: Verdict, detail: &str) -> &str {
    match verdict {
        Verdict::NotChecked => "not checked",
        Verdict::NotReached => "not reached",
        _ => detail,
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "passed",
        Verdict::Failed => "failed",
        Verdict::NotChecked => "not checked",
        _ => "not reached",
    }
}

/// What to do about a refusal.
fn next_step(fault: &VerifyError) -> &'static str {
    match fault.code() {
        "too_long" => "send less state; servers and proxies cut headers at 8 KB",
        "unsecured" => "never accept it; find out who sends unsigned tokens",
        "unknown_extension" | "nested" => "ask the issuer for a plain token",
        "malformed" => "check that the whole token was copied: waxseal inspect shows its parts",
        "no_kid" => "give the one key as a JWK without kid: --key FILE",
        "unknown_key" => {
            "check that this is the issuer's present key set; else the token is another issuer's"
        }
        "key_revoked" | "key_retired" => {
            "the holder must log in again; nothing is wrong with your keys"
        }
        "wrong_algorithm" => "do not trust it: the key decides the algorithm, not the token",
        "bad_signature" => "do not trust it: it was changed, or made with another key of that name",
        "bad_claims" | "missing_claim" => {
            "the issuer's fault: ask it to mint these claims properly"
        }
        "wrong_type" => "a token of another purpose: ask for the right kind, or give --typ",
        "wrong_issuer" => "check --iss; if it is right, the token is not meant for you",
        "wrong_audience" | "unexpected_audience" => {
            "check --aud; if it is right, the token is meant for another service"
        }
        "expired" => "the holder renews it, or logs in again; --at TIME judges another moment",
        "not_yet_valid" | "issued_in_future" => "compare the clocks of issuer and verifier",
        "wrong_state" => "the issuer mints another type of state: align the two",
        _ => "the holder must log in again",
    }
}
