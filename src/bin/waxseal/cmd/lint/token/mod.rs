//! Tokens, good or bad: what a strict verifier refuses at its first fault is told whole.

mod claims;
mod content;
mod form;
mod keys;
pub(super) mod lax;
mod path;
mod raw;
mod times;

use waxseal::jwt::RawVerifier;
use waxseal::key::KeySet;
use waxseal::keyring::lint::{Finding, Level};
use waxseal::limits;
use waxseal::time::Timestamp;

use super::catalogue::LONG;
use super::given::GivenKeys;
use super::policy::Policy;
use crate::exit::{Code, Failure};
use raw::Raw;

/// What a token is judged by that does not stand in it.
pub(super) struct Context<'a> {
    pub(super) now: Timestamp,
    pub(super) policy: &'a Policy,
    pub(super) keys: &'a GivenKeys,
}

/// Adds what is wrong with the token `text`, and with the keys that it is judged by. Gives why it
/// could not be judged whole, if so: what no verifier can read has no rule.
pub(super) fn check(
    text: &str,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Option<Failure>, Failure> {
    let mut raw = Raw::read(text)?;
    if !raw.is_readable()
        && let Some(claims) = opened(text, context.keys)
    {
        raw.open(&claims);
    }
    form::check(&raw, findings);
    claims::check_type(&raw, findings);
    keys::check(Some(&raw), context.keys, findings);
    if let Some(claims) = &raw.claims {
        times::check(claims, &raw, context, findings);
        claims::check(claims, findings);
        if raw.is_readable() {
            content::check(claims, findings);
        }
    }
    size(text.len(), findings);
    Ok(raw.unread.map(|fault| Failure::new(Code::MALFORMED, fault)))
}

/// Adds what is wrong with the keys alone.
pub(super) fn check_keys(context: &Context<'_>, findings: &mut Vec<Finding>) {
    keys::check(None, context.keys, findings);
}

/// The claims of a sealed token, if a key opens it.
fn opened(text: &str, keys: &GivenKeys) -> Option<Vec<u8>> {
    let open = |set: &KeySet| {
        let verifier = RawVerifier::new(set.clone()).token_bytes(limits::PROGRAM_TOKEN_BYTES);
        verifier.verify(text).ok()
    };
    keys.sets.iter().find_map(open)
}

fn size(bytes: usize, findings: &mut Vec<Finding>) {
    let (limit, level) = match bytes {
        8193.. => ("8 KB that servers take in headers", Level::Warn),
        4097.. => ("4 KB cookie limit", Level::Note),
        _ => return,
    };
    // Rounded up: what is over a limit must not read as if it were at it.
    let tenths = (bytes * 10).div_ceil(1024);
    let text = format!("{}.{} KB: over the {limit}", tenths / 10, tenths % 10);
    findings.push(LONG.found("token", text).at_level(level));
}
