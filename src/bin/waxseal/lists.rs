//! Revocation lists for the program: a file, an engine that hosts share, or signed snapshots.

use std::io::Read as _;

use waxseal::Revocations;
use waxseal::revocation::SnapshotFeed;
pub(crate) use waxseal::revocation::without_password as shown;

use crate::exit::{Code, Failure};
use crate::keyfile;
use crate::output::Output;

/// How an SQLite file begins.
const DATABASE: &[u8] = b"SQLite format 3\0";

/// How a signed snapshot begins: it is a JWT.
const SIGNED: &[u8] = b"eyJ";

/// What kind of place a list is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A database of this host.
    File,
    /// What other hosts share, or a URL that nobody knows.
    Shared,
    /// A file or a URL with signed snapshots.
    Signed,
}

/// The kind of `place`, a file by its first bytes. What cannot be read is a database: whoever opens
/// it says why.
///
/// To be asked once, before the list is opened: to close a file that SQLite has open in this process
/// gives up SQLite's locks.
pub(crate) fn kind_of(place: &str) -> Kind {
    match scheme(place).as_deref() {
        Some("http" | "https") => return Kind::Signed,
        Some(_) => return Kind::Shared,
        None => {}
    }
    let mut begins = Vec::new();
    // Who opens a pipe waits for its writer.
    if std::fs::metadata(place).is_ok_and(|found| found.is_file())
        && let Ok(file) = std::fs::File::open(place)
    {
        let _ = file.take(DATABASE.len() as u64).read_to_end(&mut begins);
    }
    if begins.trim_ascii_start().starts_with(SIGNED) { Kind::Signed } else { Kind::File }
}

/// Reads the list at `place` whole, and follows it from then on. Nothing is written there.
pub(crate) fn follow(
    place: &str,
    feed_key: Option<&str>,
    output: &Output,
) -> Result<Revocations, Failure> {
    follow_as(kind_of(place), place, feed_key, output)
}

/// As [`follow`], at a place whose kind is known.
pub(crate) fn follow_as(
    kind: Kind,
    place: &str,
    feed_key: Option<&str>,
    output: &Output,
) -> Result<Revocations, Failure> {
    match (kind, feed_key) {
        (Kind::Signed, Some(file)) => {
            let key = keyfile::one_key(file, &[], output)?;
            // For one look no serial is remembered: nothing is written beside the file.
            Ok(SnapshotFeed::new(place, &key)?.follow()?)
        }
        (Kind::Signed, None) => {
            let place = shown(place);
            let what = format!("{place} holds signed snapshots: whose key signs them is not said");
            Err(Failure::new(Code::USAGE, what).next("add --feed-key FILE, its public half"))
        }
        (_, Some(_)) => {
            let place = shown(place);
            let what = format!("--feed-key is for signed snapshots, and {place} is none");
            Err(Failure::new(Code::USAGE, what).next("leave it out"))
        }
        (_, None) => Ok(Revocations::follow(place)?),
    }
}

/// Whether it is an engine that other hosts share.
pub(crate) fn is_engine(place: &str) -> bool {
    matches!(scheme(place).as_deref(), Some("redis" | "rediss"))
}

/// Whether it is a URL, and so no file of this host.
pub(crate) fn is_url(place: &str) -> bool {
    scheme(place).is_some()
}

fn scheme(place: &str) -> Option<String> {
    place.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase())
}
