//! Where a revocation list is, as it was told: the place itself, or `@FILE` with the place in it.

use std::path::Path;

use crate::exit::{Code, Failure};
use crate::input;
use crate::output::Output;

/// No place is longer, nor is the file that holds one.
const MOST: usize = 4096;

/// The place that `said` means. A password that other programs can read is remarked on; `option` is where
/// a file would be named instead.
pub(crate) fn of(said: &str, option: &str, output: &Output) -> Result<String, Failure> {
    if !said.starts_with('@') && has_password(said) {
        output.note(&format!(
            "note: the place holds a password, and other programs can read the arguments and \
             variables of this one; write it into a file of mode 0600: {option} @FILE",
        ));
    }
    meant(said)
}

/// The place itself, where a file holds it too.
pub(crate) fn meant(said: &str) -> Result<String, Failure> {
    match said.strip_prefix('@') {
        Some(file) => in_file(file),
        None => Ok(said.into()),
    }
}

/// The place in the first line of `file`. What is there may be a secret: it is not repeated.
fn in_file(file: &str) -> Result<String, Failure> {
    let bad =
        |why| Failure::new(Code::BAD_DATA, format!("{file} {why}; its first line is a place"));
    let bytes = input::file(Path::new(file), MOST)?;
    let text = String::from_utf8(bytes).map_err(|_| bad("is not text"))?;
    match text.lines().next().map(str::trim) {
        None | Some("") => Err(bad("has no place in it")),
        Some(place) => Ok(place.into()),
    }
}

/// Whether a URL has a password before its host.
fn has_password(place: &str) -> bool {
    let user = place.split_once("://").and_then(|(_, rest)| Some(rest.rsplit_once('@')?.0));
    user.is_some_and(|user| user.contains(':'))
}
