//! Which list is meant.

use crate::cli::Store;
use crate::exit::{Code, Failure};

/// The list of whoever said nothing.
const DEFAULT: &str = "revoked.db";

/// `--store`, the place in `WAXSEAL_STORE`, or the default.
pub(super) fn of(store: &Store) -> String {
    let from_environment = || std::env::var("WAXSEAL_STORE").ok().filter(|place| !place.is_empty());
    store.place.clone().or_else(from_environment).unwrap_or_else(|| DEFAULT.into())
}

/// Whether it is an engine that other hosts share.
pub(super) fn is_engine(place: &str) -> bool {
    ["redis://", "rediss://"].iter().any(|scheme| place.starts_with(scheme))
}

/// A place that must be a file of this host.
pub(super) fn file(store: &Store, what: &str) -> Result<String, Failure> {
    let place = of(store);
    match is_engine(&place) {
        false => Ok(place),
        true => {
            Err(Failure::new(Code::USAGE, format!("{what} is done with a file, not an engine"))
                .next("give --store FILE"))
        }
    }
}
