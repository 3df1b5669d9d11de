//! T020 to T023: when the token begins and ends.

use serde_json::Value;
use waxseal::keyring::lint::Finding;
use waxseal::time::{Span, Timestamp};

use super::super::catalogue::{LONG_LIFE, MILLISECONDS, NO_EXPIRY, WRONG_ORDER};
use super::Context;
use super::lax::Object;
use super::raw::Raw;

/// The year 5138 in seconds, 1973 in milliseconds: nobody mints for the first or in the second.
const MILLIS_FROM: f64 = 1e11;

pub(super) fn check(
    claims: &Object,
    raw: &Raw<'_>,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) {
    if !raw.is_paseto() {
        for name in ["exp", "nbf", "iat", "auth_time", "updated_at"] {
            if claims.get(name).and_then(Value::as_f64).is_some_and(|number| number >= MILLIS_FROM)
            {
                let text = format!("{name} is in milliseconds; a NumericDate counts seconds");
                findings.push(MILLISECONDS.found(format!("claims.{name}"), text));
            }
        }
    }
    match (claims.get("exp"), raw.is_paseto()) {
        (None, _) => findings.push(NO_EXPIRY.found("claims.exp", "no exp: this token never ends")),
        (Some(Value::Number(_)), false) | (Some(Value::String(_)), true) => {}
        (Some(_), _) => {
            let text = "exp is of the wrong type: whoever skips it takes a token that never ends";
            findings.push(NO_EXPIRY.found("claims.exp", text));
        }
    }
    let (exp, iat) = (moment(claims, "exp"), moment(claims, "iat"));
    if let (Some(exp), Some(longest)) = (exp, context.policy.longest_life())
        && let Some(begin) = iat.or_else(|| moment(claims, "nbf"))
        && exp.since(begin) > longest
    {
        let text = format!("lives {}; the policy is {}", Span(exp.since(begin)), Span(longest));
        findings.push(LONG_LIFE.found("claims.exp", text));
    }
    if let Some(iat) = iat {
        if iat > context.now.after(context.policy.skew()) {
            let ahead = Span(iat.floor_secs().since(context.now.floor_secs()));
            let text = format!("iat is {ahead} in the future: {iat}");
            findings.push(WRONG_ORDER.found("claims.iat", text));
        }
        if let Some(exp) = exp.filter(|exp| *exp < iat) {
            let text = format!("exp {exp} is before iat {iat}");
            findings.push(WRONG_ORDER.found("claims.exp", text));
        }
    }
}

/// The moment of a claim: a NumericDate, or RFC 3339 in a PASETO. One in milliseconds is none: it has
/// its own finding.
fn moment(claims: &Object, name: &str) -> Option<Timestamp> {
    match claims.get(name)? {
        Value::String(text) => Timestamp::parse_rfc3339(text),
        number => {
            let seconds = number.as_f64().filter(|seconds| (0.0..MILLIS_FROM).contains(seconds))?;
            Some(Timestamp::from_secs(seconds.floor() as i64))
        }
    }
}
