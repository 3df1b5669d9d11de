//! What is said of the times of a copied object.

use std::io::Write as _;
use std::ops::Range;

use waxseal::time::{Timestamp, Zone};

use crate::times::{Dates, Distances};

use super::Order;

/// Writes what [`Times`](crate::members::Times) says, and
/// [`TimesByName`](crate::members::TimesByName) by name.
pub(super) struct TimesWriter {
    dates: Dates,
    distances: Distances,
    /// The seconds of this object, and where they were written.
    seconds: Vec<(i64, Range<usize>)>,
}

impl TimesWriter {
    pub(super) fn new(zone: Zone) -> Self {
        Self { dates: Dates::new(zone), distances: Distances::new(), seconds: Vec::new() }
    }

    /// Appends an object with a member for each of `times`.
    pub(super) fn write(
        &mut self,
        times: &[(&str, Timestamp)],
        order: Order,
        now: Timestamp,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        self.seconds.clear();
        out.push(b'{');
        for (at, (name, moment)) in times.iter().enumerate() {
            out.extend_from_slice(if at == 0 { b"\"" } else { b",\"" });
            out.extend_from_slice(name.as_bytes());
            let second = moment.as_secs();
            // A token begins, and was minted, in one second.
            if let Some((_, same)) = self.seconds.iter().find(|(known, _)| *known == second) {
                out.extend_from_within(same.clone());
                continue;
            }
            let start = out.len();
            out.extend_from_slice(b"\":{\"epoch\":");
            write!(out, "{second}").ok()?;
            if order == Order::OfText {
                self.write_date(*moment, out);
            }
            out.extend_from_slice(b",\"relative\":\"");
            self.distances.write(*moment, now, out);
            out.push(b'"');
            if order == Order::ByName {
                self.write_date(*moment, out);
            }
            out.push(b'}');
            self.seconds.push((second, start..out.len()));
        }
        out.push(b'}');
        Some(())
    }

    fn write_date(&mut self, moment: Timestamp, out: &mut Vec<u8>) {
        out.extend_from_slice(b",\"text\":\"");
        self.dates.write(moment, out);
        out.push(b'"');
    }
}
