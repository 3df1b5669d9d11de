//! What a verification takes in this very process, and what a second one takes when it is remembered.

use std::path::Path;

use waxseal::keyring::NewRing;
use waxseal::session::Undecoded;
use waxseal::time::Stopwatch;
use waxseal::{Issuer, RevocationList, Verifier};

use crate::exit::{Code, Failure};
use crate::output::Output;

use super::{AUDIENCE, Cart, ISSUER};

/// Enough that the clock's own steps do not matter, and so often that a busy machine does not either.
const TIMES: u32 = 400;
const ROUNDS: u32 = 7;

/// Tells it with a ring in `dir`; false if any line was.
pub(super) fn tell(dir: &Path, output: &mut Output) -> Result<bool, Failure> {
    let failed = |fault: &dyn std::fmt::Display| {
        Failure::new(Code::FALSE_LINE, format!("verifying again: {fault}"))
    };
    let keys = NewRing::new(ISSUER).create(dir)?;
    let list = RevocationList::in_memory();
    let issuer = Issuer::new(&keys, ISSUER, AUDIENCE).map_err(|fault| failed(&fault))?;
    let whole = Verifier::new(keys, ISSUER, AUDIENCE).revocations(&list);
    let cached = whole.clone().cached::<Cart>(1_000);
    let token = issuer.mint("ada", &Cart { items: vec![7] }).map_err(|fault| failed(&fault))?;
    let token = token.as_str();
    output.line("")?;
    output.line("The same token with request after request:")?;
    let mut held = true;
    let mut say = |holds: bool, who: &str, what: String| {
        held &= holds;
        let sign = if holds { output.good("✓") } else { output.bad("✗ FALSE:") };
        output.line(&format!("  {sign} {who:<7} {what}"))
    };
    let each = per_call(|| whole.verify::<Cart>(token).is_ok());
    say(each.is_some(), "whole", format!("EdDSA signature and claims: {}", micros(each)))?;
    let again = per_call(|| cached.verify(token).is_ok());
    let less = each.zip(again).map_or(0.0, |(each, again)| each / again);
    let what = format!("verified once, then remembered: {}, 1/{less:.0}", micros(again));
    say(less > 10.0 && cached.len() == 1, "cached", what)?;
    let session = cached.verify(token).map_err(|fault| failed(&fault))?;
    session.log_out(&list).map_err(|fault| failed(&fault))?;
    let ended = cached.verify(token).err().map(|fault| fault.code());
    let what = format!("the next request: {}", ended.unwrap_or("ACCEPTED"));
    say(ended == Some("session_revoked"), "log out", what)?;
    let token = issuer.mint("ada", &Cart { items: vec![9] }).map_err(|fault| failed(&fault))?;
    let session = whole.verify::<Undecoded>(&token).map_err(|fault| failed(&fault))?;
    let items = session.state().decode::<Cart>().map(|cart| cart.items);
    let holds = items == Ok(vec![9]);
    say(holds, "lazy", "who it is, with the state left undecoded until somebody asks".into())?;
    Ok(held)
}

/// Microseconds of one call, in the best round; `None` if any call failed.
fn per_call(mut call: impl FnMut() -> bool) -> Option<f64> {
    let mut least = f64::INFINITY;
    for _ in 0..ROUNDS {
        let watch = Stopwatch::start();
        if !(0..TIMES).all(|_| call()) {
            return None;
        }
        least = least.min(watch.elapsed().as_secs_f64() * 1e6 / f64::from(TIMES));
    }
    Some(least)
}

fn micros(time: Option<f64>) -> String {
    time.map_or_else(|| "FAILED".into(), |time| format!("{time:.1} us"))
}
