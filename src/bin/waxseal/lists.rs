//! Revocation lists for the program: a file, an engine that hosts share, or signed snapshots.

use std::io::Read as _;

use waxseal::Revocations;
use waxseal::revocation::SnapshotFeed;

use crate::exit::{Code, Failure};
use crate::keyfile;
use crate::output::Output;

/// How an SQLite file begins.
const DATABASE: &[u8] = b"SQLite format 3\0";

/// How a signed snapshot begins: it is a JWT.
const SIGNED: &[u8] = b"eyJ";

/// Reads the list at `place` whole, and follows it from then on. Nothing is written there.
pub(crate) fn follow(
    place: &str,
    feed_key: Option<&str>,
    output: &Output,
) -> Result<Revocations, Failure> {
    match (is_signed(place), feed_key) {
        (true, Some(file)) => {
            let key = keyfile::one_key(file, &[], output)?;
            // For one look no serial is remembered: nothing is written beside the file.
            Ok(SnapshotFeed::new(place, &key)?.follow()?)
        }
        (true, None) => {
            let place = shown(place);
            let what = format!("{place} holds signed snapshots: whose key signs them is not said");
            Err(Failure::new(Code::USAGE, what).next("add --feed-key FILE, its public half"))
        }
        (false, Some(_)) => {
            let place = shown(place);
            let what = format!("--feed-key is for signed snapshots, and {place} is none");
            Err(Failure::new(Code::USAGE, what).next("leave it out"))
        }
        (false, None) => Ok(Revocations::follow(place)?),
    }
}

/// Whether it is an engine that other hosts share.
pub(crate) fn is_engine(place: &str) -> bool {
    ["redis://", "rediss://"].iter().any(|scheme| place.starts_with(scheme))
}

/// `place` without user, password and options, which are nobody's business on a screen.
pub(crate) fn shown(place: &str) -> String {
    let Some((scheme, rest)) = place.split_once("://") else {
        return place.into();
    };
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    format!("{scheme}://{}", rest.split(['?', '#']).next().unwrap_or_default())
}

/// Whether what is at `place` is a signed snapshot, by its first bytes. What cannot be read is none:
/// whoever opens it says why.
pub(crate) fn is_signed(place: &str) -> bool {
    if ["http://", "https://"].iter().any(|scheme| place.starts_with(scheme)) {
        return true;
    }
    let mut begins = Vec::new();
    if let Ok(file) = std::fs::File::open(place) {
        let _ = file.take(DATABASE.len() as u64).read_to_end(&mut begins);
    }
    begins.trim_ascii_start().starts_with(SIGNED)
}
