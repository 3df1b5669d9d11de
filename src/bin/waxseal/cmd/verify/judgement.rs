//! What a verification found, for people and for scripts.

use serde_json::{Value, json};
use waxseal::VerifyError;
use waxseal::jwt::{Check, Report, Verdict};
use waxseal::time::Timestamp;

use crate::exit::{Code, of_refusal};
use crate::json::Members;
use crate::members::{Object, Times, plain_rows, rows};
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
    Claims(Members),
    Raw(Vec<u8>),
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
                text.push_str(&rows(claims, self.now, output));
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
            Ok(Payloads::Claims(claims)) => text.push_str(&plain_rows("claims", claims)),
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

    pub(super) fn json(&self, output: &Output) -> Value {
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
                put("times", json!(Times::of(claims, self.now, output)));
                put("claims", json!(Object(claims.clone())));
            }
            Ok(Payloads::Raw(bytes)) => put("payload", waxseal::base64url::encode(bytes).into()),
            Err(fault) => {
                put("code", fault.code().into());
                put("reason", fault.to_string().into());
                put("next", next_step(fault).into());
            }
        }
        if let Some(opinion) = &self.opinion {
            put("second_opinion", opinion.json());
        }
        facts
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
