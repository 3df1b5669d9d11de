//! How far moments are from now, for a batch: the same few lengths of time come again and again.

use std::cmp::Ordering;
use std::time::Duration;

use waxseal::time::{Span, Timestamp};

/// Lengths that are kept.
const KEPT: usize = 1024;

/// Writes what [`relative`](super::relative) says.
pub(crate) struct Distances(Vec<Option<(u64, String)>>);

impl Distances {
    pub(crate) fn new() -> Self {
        Self(vec![None; KEPT])
    }

    /// Appends the distance of `at` from `now`.
    pub(crate) fn write(&mut self, at: Timestamp, now: Timestamp, out: &mut Vec<u8>) {
        let distance = at.as_secs().abs_diff(now.as_secs());
        match at.as_secs().cmp(&now.as_secs()) {
            Ordering::Equal => out.extend_from_slice(b"now"),
            Ordering::Greater => {
                out.extend_from_slice(b"in ");
                out.extend_from_slice(self.span(distance).as_bytes());
            }
            Ordering::Less => {
                out.extend_from_slice(self.span(distance).as_bytes());
                out.extend_from_slice(b" ago");
            }
        }
    }

    fn span(&mut self, seconds: u64) -> &str {
        // Two units are shown: what is less than the second of them changes nothing.
        let least = match seconds {
            0..3_600 => 1,
            3_600..86_400 => 60,
            _ => 3_600,
        };
        let shown = seconds - seconds % least;
        let place = usize::try_from(shown / least).unwrap_or_default() % KEPT;
        let Some(kept) = self.0.get_mut(place) else { return "" };
        if kept.as_ref().is_some_and(|(known, _)| *known != shown) {
            *kept = None;
        }
        let text = || (shown, Span(Duration::from_secs(shown)).to_string());
        &kept.get_or_insert_with(text).1
    }
}

#[cfg(test)]
mod tests {
    use super::super::relative;
    use super::*;

    #[test]
    fn every_distance_is_said_as_by_itself() {
        let now = Timestamp::from_millis(1_795_225_163_400);
        let mut distances = Distances::new();
        let mut same = |at: Timestamp| {
            let mut out = Vec::new();
            distances.write(at, now, &mut out);
            assert_eq!(String::from_utf8(out).as_deref(), Ok(&*relative(at, now)));
        };
        for seconds in (0..200_000).step_by(7).chain(86_000..90_000).chain(3_000..4_000) {
            same(now.after(Duration::from_secs(seconds)));
            same(now.before(Duration::from_secs(seconds * 311)));
            same(now.before(Duration::from_millis(seconds)));
        }
        same(Timestamp::EPOCH);
        same(Timestamp::END);
    }
}
