//! Which list is meant.

use std::path::Path;

use crate::cli::Store;
use crate::exit::{Code, Failure};
use crate::input;
use crate::lists::{is_url, shown};
use crate::output::Output;

/// The list of whoever said nothing.
pub(super) const DEFAULT: &str = "revoked.db";

/// No place is longer, nor is the file that holds one.
const MOST: usize = 4096;

/// `--store`, the place in `WAXSEAL_STORE`, or the default.
pub(super) fn of(store: &Store, output: &Output) -> Result<String, Failure> {
    let said = said(store);
    if !said.starts_with('@') && has_password(&said) {
        output.note(
            "note: the place holds a password, and other programs can read the arguments and \
             variables of this one; write it into a file of mode 0600: --store @FILE",
        );
    }
    meant(said)
}

fn said(store: &Store) -> String {
    let from_environment = || std::env::var("WAXSEAL_STORE").ok().filter(|place| !place.is_empty());
    store.place.clone().or_else(from_environment).unwrap_or_else(|| DEFAULT.into())
}

/// The place itself, where a file holds it too.
fn meant(said: String) -> Result<String, Failure> {
    match said.strip_prefix('@') {
        Some(file) => in_file(file),
        None => Ok(said),
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

/// A place that must be a file of this host.
pub(super) fn file(store: &Store, verb: &str) -> Result<String, Failure> {
    let place = meant(said(store))?;
    match is_url(&place) {
        false => Ok(place),
        true => {
            let place = shown(&place);
            let what = format!("{verb} works on a file of this host, and {place} is none");
            Err(Failure::new(Code::USAGE, what).next("give --store FILE"))
        }
    }
}
