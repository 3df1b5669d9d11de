//! `waxseal keys export`: a private key leaves its ring, when it is said whose it is.

use waxseal::Keys;
use waxseal::key::Key;

use crate::exit::{Code, Failure};
use crate::keyfile;
use crate::output::Output;

use super::ask;
use super::material::{Destination, write_secret};

pub(super) fn run(
    name: &str,
    keys: Option<String>,
    ring: Option<&str>,
    to: &Destination<'_>,
    output: &mut Output,
) -> Result<Code, Failure> {
    let opened = keyfile::ring(keys, output)?;
    ask::name(&opened.name(), ring, "no secret left it")?;
    write_secret(&in_ring(&opened, name)?, to, output)
}

/// The key of the ring that `kid` names, by its number or kid.
pub(super) fn in_ring(ring: &Keys, kid: &str) -> Result<Key, Failure> {
    let number = kid.parse::<u32>().ok();
    let by_kid = |key: &Key| key.id().is_some_and(|id| id.as_str() == kid);
    let by_number = ring.keys().find(|(seq, _, _)| Some(*seq) == number);
    let found = by_number.or_else(|| ring.keys().find(|(_, _, key)| by_kid(key)));
    found.map(|(_, _, key)| key).ok_or_else(|| no_such_key(ring, kid))
}

fn no_such_key(ring: &Keys, kid: &str) -> Failure {
    let kids: Vec<String> =
        ring.keys().filter_map(|(_, _, key)| key.id().map(ToString::to_string)).collect();
    Failure::new(Code::BAD_DATA, format!("the ring has no key {kid:?}"))
        .next(format!("it has {}", kids.join(", ")))
}
