//! Dates for a batch: its tokens are of few days, so that most of a date was written before.

use waxseal::time::{Timestamp, Zone};

const DAY: i64 = 86_400;

/// Writes moments as [`Timestamp::in_zone`] does.
pub(crate) struct Dates {
    zone: Zone,
    days: [Option<Day>; 4],
}

/// What all moments of a day have in common.
struct Day {
    /// Days since 1970, in the zone.
    number: i64,
    /// `2026-11-21T`
    before: String,
    /// `Z`, `+02:00`
    after: String,
}

impl Dates {
    pub(crate) fn new(zone: Zone) -> Self {
        Self { zone, days: [const { None }; 4] }
    }

    /// Appends `at`.
    pub(crate) fn write(&mut self, at: Timestamp, out: &mut Vec<u8>) {
        let east = match self.zone {
            Zone::Utc => 0,
            Zone::East(seconds) => i64::from(seconds),
            // Its days have not all the same length.
            Zone::Local => return out.extend_from_slice(at.in_zone(self.zone).as_bytes()),
        };
        let seconds = at.as_secs() + east;
        let (number, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let Some(day) = self.day(number, at) else {
            return out.extend_from_slice(at.in_zone(self.zone).as_bytes());
        };
        let two = |number: i64| [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        out.extend_from_slice(day.before.as_bytes());
        let [[h, o], [m, i], [s, e]] =
            [two(second / 3600), two(second / 60 % 60), two(second % 60)];
        out.extend_from_slice(&[h, o, b':', m, i, b':', s, e]);
        out.extend_from_slice(day.after.as_bytes());
    }

    /// The day `number`, on which `at` is.
    fn day(&mut self, number: i64, at: Timestamp) -> Option<&Day> {
        let place = self.days.get_mut(usize::try_from(number.rem_euclid(4)).ok()?)?;
        if place.as_ref().is_none_or(|known| known.number != number) {
            let text = at.in_zone(self.zone);
            let (date, time) = text.split_once('T')?;
            let after = time.get(8..)?.to_owned();
            *place = Some(Day { number, before: format!("{date}T"), after });
        }
        place.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_date_is_written_as_by_itself() {
        let zones = [0, 7_200, -12_600, 50_400, -86_340].map(Zone::East);
        for zone in zones.into_iter().chain([Zone::Utc, Zone::Local]) {
            let mut dates = Dates::new(zone);
            let ends = [0, 1, 86_399, 86_400, 253_402_300_799, 253_402_300_800];
            let spread = (0..5_000).map(|step| 1_795_225_163 + step * 7_919 * (step % 7));
            for seconds in ends.into_iter().chain(spread) {
                let at = Timestamp::from_secs(seconds);
                let mut out = Vec::new();
                dates.write(at, &mut out);
                assert_eq!(String::from_utf8(out).as_deref(), Ok(&*at.in_zone(zone)));
            }
        }
    }
}
