//! Revocation lists for the program: a file, an engine that hosts share, or signed snapshots.

use std::io::Read as _;

use waxseal::Revocations;

use crate::exit::{Code, Failure};

/// How an SQLite file begins.
const DATABASE: &[u8] = b"SQLite format 3\0";

/// How a signed snapshot begins: it is a JWT.
const SIGNED: &[u8] = b"eyJ";

/// Reads the list at `place` whole, and follows it from then on. Nothing is written there.
pub(crate) fn follow(place: &str, feed_key: Option<&str>) -> Result<Revocations, Failure> {
    if is_signed(place) {
        let what = format!("{place}: this build reads no signed snapshots");
        return Err(Failure::new(Code::USAGE, what));
    }
    if feed_key.is_some() {
        let what = format!("--feed-key is for signed snapshots, and {place} is none");
        return Err(Failure::new(Code::USAGE, what).next("leave it out"));
    }
    Ok(Revocations::follow(place)?)
}

/// Whether it is an engine that other hosts share.
pub(crate) fn is_engine(place: &str) -> bool {
    ["redis://", "rediss://"].iter().any(|scheme| place.starts_with(scheme))
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
