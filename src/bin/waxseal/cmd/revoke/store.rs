//! Which list is meant.

use crate::cli::Store;
use crate::exit::{Code, Failure};
use crate::lists::{is_url, shown};
use crate::output::Output;
use crate::place;

/// The list of whoever said nothing.
pub(super) const DEFAULT: &str = "revoked.db";

/// `--store`, the place in `WAXSEAL_STORE`, or the default.
pub(super) fn of(store: &Store, output: &Output) -> Result<String, Failure> {
    place::of(&said(store), "--store", output)
}

/// A place that must be a file of this host.
pub(super) fn file(store: &Store, verb: &str) -> Result<String, Failure> {
    let place = place::meant(&said(store))?;
    match is_url(&place) {
        false => Ok(place),
        true => {
            let place = shown(&place);
            let what = format!("{verb} works on a file of this host, and {place} is none");
            Err(Failure::new(Code::USAGE, what).next("give --store FILE"))
        }
    }
}

fn said(store: &Store) -> String {
    let from_environment = || std::env::var("WAXSEAL_STORE").ok().filter(|place| !place.is_empty());
    store.place.clone().or_else(from_environment).unwrap_or_else(|| DEFAULT.into())
}
