//! `waxseal verify`: a judgement, check by check. No claim is shown before the whole verdict.

mod judgement;
mod many;
mod unread;

use std::io;

use serde_json::Value;
use serde_json::value::RawValue;
use waxseal::jwt::{self, RawVerifier};
use waxseal::key::Protection;
use waxseal::session::VerifierSetup;
use waxseal::time::{Clock, ManualClock, Timestamp};
use waxseal::token::UntrustedToken;
use waxseal::{Revocations, Verifier, limits};

use crate::batch::{self, Words};
use crate::cli::{Payload, Shape, Verify};
use crate::exit::{Code, Failure};
use crate::keyfile::Trust;
use crate::output::{Output, escape_json};
use crate::recognise::Kind;
use crate::second_opinion::{Asked, Moment};
use crate::{input, lists, place, recognise};

use judgement::{AcceptedClaims, Judgement, Payloads};
use many::Many;
use unread::Unread;

const NO_LIST: Revocations = Revocations::none_because("none was given");

pub(crate) fn run(options: Verify, output: &mut Output) -> Result<Code, Failure> {
    if options.key.as_deref().or(options.keys.as_deref()) == Some("-")
        && (options.tokens.is_empty() || options.tokens.iter().any(|token| token == "-"))
    {
        let what = "standard input holds the keys; give the token as an argument or @FILE";
        return Err(Failure::new(Code::USAGE, what));
    }
    if options.payload == Payload::Raw && asks_of_claims(&options) {
        let what = "--payload raw reads no claims: --iss, --aud, --typ, --require, --at, --leeway and \
                    --revoked cannot be checked";
        return Err(Failure::new(Code::USAGE, what).next("drop them, or drop --payload raw"));
    }
    if !options.batch.jsonl {
        input::only(&options.tokens)?;
    }
    let trust = match (&options.key, &options.keys) {
        (Some(file), _) => Trust::of_file(file, &options.alg, output)?,
        (None, place) => Trust::of_place(place.clone(), &options.alg, output)?,
    };
    let revocations = match &options.revoked {
        Some(said) => {
            let place = place::of(said, "--revoked", output)?;
            lists::follow(&place, options.feed_key.as_deref(), output)?
        }
        None => NO_LIST,
    };
    let hire = || Judge::new(&options, &trust, revocations.clone());
    if options.batch.jsonl {
        let words = Words { good: "verified", bad: "refused" };
        let printed = options.batch.printed();
        return batch::run_by(&options.tokens, options.batch, words, output, || {
            Many::new(hire(), printed, output)
        });
    }
    let text = input::token(input::only(&options.tokens)?)?;
    let mut judge = hire();
    judge.begin();
    let judgement = judge.of(&text)?;
    let code = judgement.code();
    match options.shape {
        Shape { json: true, .. } => {
            let facts = serde_json::to_string(&judgement.facts(output)).map_err(io::Error::from)?;
            output.line(&escape_json(&facts))?;
        }
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
        || options.revoked.is_some()
}

/// The checks that were asked for, made ready once for any number of tokens.
struct Judge<'a> {
    checks: Checks,
    /// Every part of one judgement sees this one moment.
    hand: ManualClock,
    now: Timestamp,
    at: Option<Timestamp>,
    /// What another library is asked too.
    second: Option<Asked<'a>>,
}

enum Checks {
    Raw(RawVerifier),
    Claims(jwt::Verifier<Box<RawValue>>),
    Session(Box<OfSessions>),
}

struct OfSessions {
    verifier: Verifier,
    /// Reads the claims of a sealed token as they stand in it.
    all: jwt::Verifier<Box<RawValue>>,
}

impl<'a> Judge<'a> {
    fn new(options: &'a Verify, trust: &'a Trust, revocations: Revocations) -> Self {
        let hand = ManualClock::at(Timestamp::EPOCH);
        let clock = hand.clock();
        let issuer = options.iss.as_deref().or(trust.issuer.as_deref());
        let checks = match (options.payload, options.session) {
            (Payload::Raw, _) => Checks::Raw(raw(options, trust)),
            (Payload::Claims, true) => Checks::Session(Box::new(OfSessions {
                verifier: session(options, trust, issuer, &clock).revocations(revocations),
                all: lax(options, trust, &clock).revocations(NO_LIST),
            })),
            (Payload::Claims, false) => {
                Checks::Claims(claims(options, trust, issuer, &clock).revocations(revocations))
            }
        };
        let second = options.second_opinion.then(|| asked(options, trust, issuer));
        Self { checks, hand, now: Timestamp::EPOCH, at: options.at, second }
    }

    /// Reads the clock, for the judgements that follow.
    fn begin(&mut self) {
        self.now = self.at.unwrap_or_else(|| Clock::system().now());
        self.hand.set(self.now);
    }

    /// Whether [`Judge::of`] would accept it. Whatever this refuses may still be accepted there.
    fn accepts(&self, text: &str) -> bool {
        match &self.checks {
            Checks::Raw(_) => false,
            Checks::Claims(verifier) => verifier.verify(text).is_ok(),
            Checks::Session(both) => both.verifier.verify::<Unread>(text).is_ok(),
        }
    }

    fn of(&self, text: &str) -> Result<Judgement, Failure> {
        if text.starts_with('k')
            && let Kind::Paserk { version, kind } = recognise::recognise(text)
        {
            let what =
                format!("a PASERK {version}.{kind} is a key or the name of one, not a token");
            return Err(Failure::new(Code::MALFORMED, what));
        }
        let (report, result) = match &self.checks {
            Checks::Raw(verifier) => {
                let (report, result) = verifier.explain(text);
                (report, result.map(Payloads::Raw))
            }
            Checks::Claims(verifier) => {
                let (report, result) = verifier.explain(text);
                (report, result.map(|claims| accepted(text, &claims.into_custom())))
            }
            Checks::Session(both) => {
                let OfSessions { verifier, all } = &**both;
                let (report, result) = match verifier.explain::<Unread>(text) {
                    // The tree takes some states that are refused unread.
                    (_, Err(fault)) if fault.code() == "wrong_state" => {
                        let (report, result) = verifier.explain::<Value>(text);
                        (report, result.map(drop))
                    }
                    (report, result) => (report, result.map(drop)),
                };
                // The claims as they stand in the token: the very ones that were just accepted.
                let result = result.and_then(|()| match signed(text) {
                    Some(claims) => Ok(claims),
                    None => all.verify(text).map(|claims| accepted(text, claims.custom())),
                });
                (report, result)
            }
        };
        let second = self.second.as_ref();
        let opinion = second.map(|asked| asked.of(text, result.as_ref().err()));
        Ok(Judgement { report, result, now: self.now, opinion })
    }
}

/// What another library is asked too: the same.
fn asked<'a>(options: &'a Verify, trust: &'a Trust, issuer: Option<&'a str>) -> Asked<'a> {
    Asked {
        keys: &trust.set,
        issuer,
        audience: options.aud.as_deref(),
        leeway: options.leeway,
        moment: options.at.map_or(Moment::Now, |_| Moment::Given),
        payload: options.payload,
        footer: options.footer.as_deref().map(str::as_bytes),
        assertion: options.implicit_assertion.as_deref().map(str::as_bytes),
    }
}

/// A verifier of whatever the keys signed or sealed, to be told what to ask.
fn lax(options: &Verify, trust: &Trust, clock: &Clock) -> jwt::VerifierSetup<Box<RawValue>> {
    let setup = jwt::Verifier::setup(trust.set.clone())
        .clock(clock.clone())
        .token_bytes(limits::PROGRAM_TOKEN_BYTES)
        .allow_missing_expiry()
        .any_audience()
        .any_typ();
    let setup = match options.leeway {
        Some(leeway) => setup.leeway(leeway),
        None => setup,
    };
    let setup = setup.implicit_assertion(assertion(options));
    match &options.footer {
        Some(footer) => setup.footer(footer.as_bytes()),
        None => setup,
    }
}

fn assertion(options: &Verify) -> &[u8] {
    options.implicit_assertion.as_deref().unwrap_or_default().as_bytes()
}

fn raw(options: &Verify, trust: &Trust) -> RawVerifier {
    let verifier = RawVerifier::new(trust.set.clone())
        .token_bytes(limits::PROGRAM_TOKEN_BYTES)
        .implicit_assertion(assertion(options));
    match &options.footer {
        Some(footer) => verifier.footer(footer.as_bytes()),
        None => verifier,
    }
}

fn claims(
    options: &Verify,
    trust: &Trust,
    issuer: Option<&str>,
    clock: &Clock,
) -> jwt::VerifierSetup<Box<RawValue>> {
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
    match &options.scope_claim {
        Some(claim) => setup.scope_claim(claim),
        None => setup,
    }
}

fn session(options: &Verify, trust: &Trust, issuer: Option<&str>, clock: &Clock) -> VerifierSetup {
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
    setup
}

/// The accepted `claims` of `text`.
fn accepted(text: &str, claims: &RawValue) -> Payloads {
    let token = UntrustedToken::parse(text, limits::PROGRAM_TOKEN_BYTES);
    let protection = token.map_or(Protection::Signed, |token| token.protection());
    Payloads::Claims(AcceptedClaims { text: claims.get().to_owned(), protection })
}

/// The payload of an accepted token, whose claims are UTF-8; `None` if it is sealed.
fn signed(text: &str) -> Option<Payloads> {
    let token = UntrustedToken::parse(text, limits::PROGRAM_TOKEN_BYTES).ok()?;
    let text = String::from_utf8(token.untrusted_payload().ok()??).ok()?;
    Some(Payloads::Claims(AcceptedClaims { text, protection: Protection::Signed }))
}
