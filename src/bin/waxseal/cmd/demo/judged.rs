//! The same session in every format, judged by us and by another library; and what lint says of a
//! token that everybody can forge.

use std::path::Path;

use waxseal::key::{Algorithm, Format, KeySource as _};
use waxseal::keyring::NewRing;
use waxseal::{Issuer, Revocations, Verifier};

use crate::cli::Payload;
use crate::cmd::lint;
use crate::exit::Failure;
use crate::output::Output;
use crate::second_opinion::{Asked, Moment};

use super::{AUDIENCE, Cart, ISSUER};

/// Tells it with rings in `dir`; false if any line was.
pub(super) fn tell(dir: &Path, output: &mut Output) -> Result<bool, Failure> {
    let mut all_true = true;
    output.line("")?;
    output.line("The same session in other formats, judged by another library too:")?;
    for algorithm in Algorithm::ALL.iter().filter(|algorithm| algorithm.can_be_generated()) {
        let (held, what) = judged(*algorithm, &dir.join(algorithm.name()));
        all_true &= held;
        say(held, &format!("{:<9} {what}", algorithm.name()), output)?;
    }
    output.line("")?;
    output.line("lint, on a token that a website shows as its example:")?;
    let ids = lint::ids(EXAMPLE)?;
    let held = ids.contains(&"T050") && ids.contains(&"T020");
    let what = format!("T050 its secret is public, T020 it never ends; {} in all", ids.len());
    say(held, &what, output)?;
    Ok(all_true & held)
}

/// Whether a session of `algorithm` is accepted here, and by another library if one reads it.
fn judged(algorithm: Algorithm, dir: &Path) -> (bool, String) {
    let session = || -> Result<_, Box<dyn std::error::Error>> {
        let keys = NewRing::new(ISSUER).algorithm(algorithm).create(dir)?;
        let token = Issuer::new(&keys, ISSUER, AUDIENCE)?.mint("ada", &Cart { items: vec![7] })?;
        let none = Revocations::none_because("the demo compares readings");
        let verifier = Verifier::new(keys.clone(), ISSUER, AUDIENCE).revocations(none);
        verifier.verify::<Cart>(&token)?;
        Ok((keys.key_set(), token))
    };
    let (keys, token) = match session() {
        Ok(session) => session,
        Err(fault) => return (false, fault.to_string()),
    };
    let asked = Asked {
        keys: &keys,
        issuer: Some(ISSUER),
        audience: Some(AUDIENCE),
        leeway: None,
        moment: Moment::Now,
        payload: Payload::Claims,
        footer: None,
        assertion: None,
    };
    let opinion = asked.of(&token, None);
    let is_read_elsewhere = algorithm.format() != Format::Jwe;
    let bytes = token.as_str().len();
    match (opinion.agreeing(), is_read_elsewhere) {
        (Some(judge), true) => (true, format!("{bytes} bytes; {judge} accepts it too")),
        (None, false) => (true, format!("{bytes} bytes; no other library here reads it")),
        _ => (false, opinion.text()),
    }
}

fn say(held: bool, what: &str, output: &mut Output) -> Result<(), Failure> {
    let sign = if held { output.good("✓") } else { output.bad("✗ FALSE:") };
    output.line(&format!("  {sign} {what}"))
}

/// jwt.io's token of many years.
const EXAMPLE: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.\
                       eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.\
                       SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
