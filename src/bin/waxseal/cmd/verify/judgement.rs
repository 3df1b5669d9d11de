//! What a verification found, for people and for scripts.

use serde::{Serialize, Serializer};
use serde_json::Value;
use waxseal::VerifyError;
use waxseal::jwt::{Check, Report, Verdict};
use waxseal::key::Protection;
use waxseal::time::Timestamp;

use crate::exit::{Code, of_refusal};
use crate::json::{Members, object};
use crate::members::{Times, TimesByName, plain_rows, rows};
use crate::output::{Output, escape};
use crate::second_opinion::Opinion;

/// All that a verification found.
pub(super) struct Judgement {
    pub(super) report: Report,
    pub(super) result: Result<Payloads, VerifyError>,
    pub(super) now: Timestamp,
    /// Another library's, if it was asked for; it changes nothing here.
    pub(super) opinion: Option<Opinion>,
}

/// What an accepted token holds.
pub(super) enum Payloads {
    Claims(AcceptedClaims),
    Raw(Vec<u8>),
}

/// The claims of an accepted token, as they stand in it.
pub(super) struct AcceptedClaims {
    pub(super) text: String,
    pub(super) protection: Protection,
}

impl AcceptedClaims {
    /// The members: of a signed token in the order of its text, of a sealed one, whose text nobody
    /// sees, by name. Where an object inside has a member twice, the last one is shown.
    fn members(&self) -> Members {
        let mut members =
            object(self.text.as_bytes()).unwrap_or_else(|_| {
                match serde_json::from_str(&self.text) {
                    Ok(Value::Object(members)) => members.into_iter().collect(),
                    _ => Members::new(),
                }
            });
        if self.protection == Protection::Sealed {
            members.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        }
        members
    }
}

impl Judgement {
    pub(super) fn code(&self) -> Code {
        self.result.as_ref().err().map_or(Code::DONE, of_refusal)
    }

    pub(super) fn text(&self, output: &Output) -> String {
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
                text.push_str(&rows(&claims.members(), self.now, output));
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
        if let Some(opinion) = &self.opinion {
            text.push_str(&format!("{}\n", opinion.text()));
        }
        text
    }

    pub(super) fn plain(&self) -> String {
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
            Ok(Payloads::Claims(claims)) => {
                text.push_str(&plain_rows("claims", &claims.members()));
            }
            Ok(Payloads::Raw(bytes)) => {
                text.push_str(&format!("payload\t{}\n", waxseal::base64url::encode(bytes)));
            }
            Err(_) => {}
        }
        if let Some(opinion) = &self.opinion {
            text.push_str(&format!("second_opinion\t{}\n", opinion.plain()));
        }
        text
    }

    /// What `--json` prints.
    pub(super) fn facts<'a>(&'a self, output: &Output) -> Facts<'a> {
        let accepted = self.result.as_ref().ok();
        let claims = match accepted {
            Some(Payloads::Claims(claims)) => Some(Sorted::of(claims.members())),
            _ => None,
        };
        let payload = match accepted {
            Some(Payloads::Raw(bytes)) => Some(waxseal::base64url::encode(bytes)),
            _ => None,
        };
        let fault = self.result.as_ref().err();
        Facts {
            checks: Checks(&self.report.checks),
            times: claims
                .as_ref()
                .map(|claims| TimesByName(Times::of(&claims.0, self.now, output))),
            claims,
            code: fault.map(VerifyError::code),
            exit: self.code().number(),
            next: fault.map(next_step),
            payload,
            reason: fault.map(ToString::to_string),
            schema: 1,
            second_opinion: self.opinion.as_ref().map(Opinion::json),
            verdict: if fault.is_none() { "accepted" } else { "rejected" },
        }
    }
}

/// A judgement for scripts, by name as all our facts are.
#[derive(Serialize)]
pub(super) struct Facts<'a> {
    checks: Checks<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<Sorted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    exit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    schema: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_opinion: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<TimesByName>,
    verdict: &'static str,
}

pub(super) struct Checks<'a>(pub(super) &'a [Check]);

impl Serialize for Checks<'_> {
    fn serialize<S: Serializer>(&self, json: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            check: &'static str,
            detail: &'a str,
            verdict: &'static str,
        }
        json.collect_seq(self.0.iter().map(|Check { stage, verdict, detail }| Shown {
            check: stage.name(),
            detail,
            verdict: word(*verdict),
        }))
    }
}

/// Members by name.
struct Sorted(Members);

impl Sorted {
    fn of(mut members: Members) -> Self {
        members.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        Self(members)
    }
}

impl Serialize for Sorted {
    fn serialize<S: Serializer>(&self, json: S) -> Result<S::Ok, S::Error> {
        json.collect_map(self.0.iter().map(|(name, value)| (name, value)))
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
        "stale_revocations" => {
            "the fault is here, and passes: see what feeds the list, then try again"
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
        "wrong_footer" => "check --footer; everybody can read the token's own: waxseal inspect",
        "no_assertion" => "drop --implicit-assertion; a JWT is bound to its typ, iss and aud",
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
