//! `verify --second-opinion`: what another library says of the same token under the same key.
//! jsonwebtoken judges a JWS, pasetors a PASETO. It is shown beside our verdict and never changes it.

mod jose;
mod paseto;

use std::time::Duration;

use serde_json::{Value, json};
use waxseal::VerifyError;
use waxseal::jwt::Stage;
use waxseal::key::{Format, Key, KeySet};
use waxseal::limits;
use waxseal::token::UntrustedToken;

use crate::cli::Payload;

/// What was asked of us, and is asked of the other.
pub(crate) struct Asked<'a> {
    pub(crate) keys: &'a KeySet,
    pub(crate) issuer: Option<&'a str>,
    pub(crate) audience: Option<&'a str>,
    pub(crate) leeway: Option<Duration>,
    pub(crate) moment: Moment,
    pub(crate) payload: Payload,
    pub(crate) footer: Option<&'a [u8]>,
    pub(crate) assertion: Option<&'a [u8]>,
}

/// The moment of the judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    Now,
    /// Another, which neither library can be told.
    Given,
}

const NO_TIMES: &str = "its clock cannot be set: with --at it judged no times";

impl Asked<'_> {
    /// The other's opinion of `token`, compared with `ours`.
    pub(crate) fn of(&self, token: &str, ours: Option<&VerifyError>) -> Opinion {
        let (judge, said) = heard(self, token);
        let (agrees, remark) = match (&said, ours) {
            (Said::Nothing(_), _) => (None, None),
            (Said::Accepted, Some(fault))
                if fault.stage() == Stage::Time && self.moment == Moment::Given =>
            {
                (None, Some(NO_TIMES))
            }
            (Said::Accepted, Some(fault)) => (Some(false), Some(why_only_we_refuse(judge, fault))),
            (Said::Refused(reason), None) => {
                (Some(false), Some(why_only_they_refuse(judge, reason)))
            }
            _ if self.moment == Moment::Given => (Some(true), Some(NO_TIMES)),
            _ => (Some(true), None),
        };
        Opinion { judge, said, agrees, remark }
    }

    /// Whether only the signature is in question.
    fn raw(&self) -> bool {
        self.payload == Payload::Raw
    }
}

/// Another library's verdict.
pub(crate) struct Opinion {
    judge: &'static str,
    said: Said,
    /// `None` where it has no opinion.
    agrees: Option<bool>,
    /// What both were not asked alike, or why they differ.
    remark: Option<&'static str>,
}

enum Said {
    Accepted,
    Refused(String),
    /// It has no opinion, for this reason.
    Nothing(&'static str),
}

impl Opinion {
    /// One or two lines for people.
    pub(crate) fn text(&self) -> String {
        let judge = self.judge;
        let verdict = match &self.said {
            Said::Accepted => format!("{judge} accepts it"),
            Said::Refused(reason) => format!("{judge} refuses it: {reason}"),
            Said::Nothing(reason) => format!("none: {reason}"),
        };
        let agreement = match self.agrees {
            Some(true) => ", as waxseal does",
            Some(false) => "  DISAGREEMENT",
            None => "",
        };
        let remark = self.remark.map(|remark| format!("\n  {remark}")).unwrap_or_default();
        format!("second opinion  {verdict}{agreement}{remark}")
    }

    /// Who agrees; `None` for a disagreement, or where there is no opinion.
    pub(crate) fn agreeing(&self) -> Option<&'static str> {
        (self.agrees == Some(true)).then_some(self.judge)
    }

    /// Name, verdict, reason and remark, for a line between tabs.
    pub(crate) fn plain(&self) -> String {
        let (verdict, reason) = self.words();
        let remark = self.remark.unwrap_or_default();
        format!("{}\t{verdict}\t{}\t{remark}", self.judge, reason.unwrap_or_default())
    }

    /// An object of its own: it shares none with the token's claims.
    pub(crate) fn json(&self) -> Value {
        let (verdict, reason) = self.words();
        json!({
            "judge": self.judge,
            "verdict": verdict,
            "reason": reason,
            "agrees": self.agrees,
            "remark": self.remark,
        })
    }

    fn words(&self) -> (&'static str, Option<&str>) {
        match &self.said {
            Said::Accepted => ("accepted", None),
            Said::Refused(reason) => ("rejected", Some(reason)),
            Said::Nothing(reason) => ("none", Some(reason)),
        }
    }
}

fn heard(asked: &Asked<'_>, text: &str) -> (&'static str, Said) {
    let Ok(token) = UntrustedToken::parse(text, limits::PROGRAM_TOKEN_BYTES) else {
        return ("none", Said::Nothing("the text has not the form of a token"));
    };
    match token.format() {
        Format::Jws => (jose::NAME, with_key(asked, &token, |key| jose::judge(asked, text, key))),
        Format::Paseto => {
            (paseto::NAME, with_key(asked, &token, |key| paseto::judge(asked, text, key)))
        }
        _ => (jose::NAME, Said::Nothing("jsonwebtoken reads no JWE")),
    }
}

/// Neither library chooses a key: it is given the one that we chose.
fn with_key(
    asked: &Asked<'_>,
    token: &UntrustedToken<'_>,
    judge: impl FnOnce(&Key) -> Said,
) -> Said {
    let header = token.untrusted_header();
    let kid = header.as_ref().ok().and_then(|header| header.untrusted_kid());
    let is_named = |key: &&Key| match (key.id(), kid) {
        (None, _) => true,
        (Some(id), Some(kid)) => id.as_str() == kid,
        (Some(_), None) => false,
    };
    let mut keys = asked.keys.members().iter().map(|member| &member.key);
    // A header that we refuse names no key; alone, a key is still the one that was meant.
    let only = asked.keys.members().len() == 1;
    let key = keys.clone().find(is_named).or_else(|| keys.next().filter(|_| only));
    match key {
        Some(key) => judge(key),
        None => Said::Nothing("no key here is the one that the token names"),
    }
}

fn why_only_we_refuse(judge: &'static str, fault: &VerifyError) -> &'static str {
    match (judge, fault.code()) {
        (_, "no_kid" | "unknown_key" | "key_retired" | "key_revoked") => {
            "it is given a key: kid, retirement and revocation of keys are nothing to it"
        }
        (
            _,
            "session_revoked" | "token_revoked" | "subject_revoked" | "scope_revoked"
            | "all_revoked" | "stale_revocations",
        ) => "it asks no revocation list",
        (jose::NAME, "no_assertion") => "a JWT holds none, so that it was not asked for one",
        (jose::NAME, "wrong_footer") => "a JWT has none, so that it was not asked for one",
        (jose::NAME, "unknown_extension") => "it ignores crit, b64 and zip; waxseal refuses them",
        (jose::NAME, "wrong_type") => "it does not compare typ: any kind of token passes",
        (jose::NAME, "issued_in_future") => "it does not look at iat",
        (_, "expired" | "not_yet_valid") => "its times were not asked the same way",
        (_, "missing_claim" | "bad_claims" | "wrong_state") => {
            "it asks for fewer claims; waxseal requires what was configured and the right types"
        }
        (_, "malformed" | "too_long") => "it reads forms more loosely",
        (_, "wrong_algorithm") => "it knows the family of a key, and not its one algorithm",
        (_, "wrong_footer") => "it was not asked for this footer",
        (paseto::NAME, "wrong_type") => "it does not compare typ: any kind of token passes",
        _ => "waxseal asks for more here than it does",
    }
}

fn why_only_they_refuse(judge: &'static str, reason: &str) -> &'static str {
    match judge {
        paseto::NAME if reason.contains("claim") => {
            "its rules want iat, nbf and exp, one string as aud, and forgive no clock difference"
        }
        jose::NAME if reason.contains("Signature") => "one of both is wrong: please report it",
        jose::NAME => "its rules for claims differ; the reason above is its own",
        _ => "one of both is wrong: please report it",
    }
}
