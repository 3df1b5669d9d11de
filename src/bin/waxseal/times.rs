//! Times and durations as people write and read them.

mod dates;
mod distances;

use std::time::Duration;

use waxseal::time::{Clock, Span, Timestamp, Zone};

pub(crate) use dates::Dates;
pub(crate) use distances::Distances;

/// Reads `15m`, `2h30m`, `7d`, `90s`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no duration; write 90s, 15m, 2h30m or 7d");
    let mut total = 0_u64;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, tail) = rest.split_at(digits);
        let letters = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            "w" => 7 * 86_400,
            "M" | "mo" | "month" | "months" | "y" | "year" | "years" => {
                return Err(format!("{text:?}: how long is a month or a year? Write days: 30d"));
            }
            _ => return Err(wrong()),
        };
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let part = number.checked_mul(seconds).ok_or_else(wrong)?;
        total = total.checked_add(part).ok_or_else(wrong)?;
        rest = tail;
    }
    if text.is_empty() { Err(wrong()) } else { Ok(Duration::from_secs(total)) }
}

/// Reads RFC 3339, `@1795225163`, `now`, `now+1h`, `now-5m`.
pub(crate) fn moment(text: &str) -> Result<Timestamp, String> {
    match any_moment(text)? {
        at if at < Timestamp::END => Ok(at),
        _ => Err(format!("{text:?} is after the year 9999")),
    }
}

fn any_moment(text: &str) -> Result<Timestamp, String> {
    let now = || Clock::system().now();
    let wrong = || {
        format!("{text:?} is no time; write 2026-11-21T01:40:52Z, @1795225163, now+1h or now-5m")
    };
    if let Some(seconds) = text.strip_prefix('@') {
        let seconds: i64 = seconds.parse().map_err(|_| wrong())?;
        let at = Timestamp::from_secs(seconds);
        return if at.as_secs() == seconds { Ok(at) } else { Err(wrong()) };
    }
    match text.strip_prefix("now") {
        Some("") => Ok(now()),
        Some(rest) => match (rest.strip_prefix('+'), rest.strip_prefix('-')) {
            (Some(later), _) => Ok(now().after(duration(later)?)),
            (_, Some(earlier)) => Ok(now().before(duration(earlier)?)),
            _ => Err(wrong()),
        },
        None => Timestamp::parse_rfc3339(text).ok_or_else(wrong),
    }
}

/// Reads `utc`, `local`, `+02:00`.
pub(crate) fn zone(text: &str) -> Result<Zone, String> {
    let wrong = || format!("{text:?} is no zone; write utc, local or +02:00");
    match text {
        "utc" | "UTC" | "Z" => return Ok(Zone::Utc),
        "local" => return Ok(Zone::Local),
        _ => {}
    }
    let (sign, rest) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(rest), _) => (1, rest),
        (_, Some(rest)) => (-1, rest),
        _ => return Err(wrong()),
    };
    let (hours, minutes) = rest.split_once(':').ok_or_else(wrong)?;
    let number = |text: &str, most: i32| {
        text.parse::<i32>().ok().filter(|n| (0..=most).contains(n) && text.len() == 2)
    };
    match (number(hours, 23), number(minutes, 59)) {
        (Some(hours), Some(minutes)) => Ok(Zone::East(sign * (hours * 3600 + minutes * 60))),
        _ => Err(wrong()),
    }
}

/// `in 14 min`, `4 min ago`, `now`.
pub(crate) fn relative(at: Timestamp, now: Timestamp) -> String {
    // Milliseconds are noise in a sentence.
    let (at, now) = (at.floor_secs(), now.floor_secs());
    match at.cmp(&now) {
        std::cmp::Ordering::Equal => "now".into(),
        std::cmp::Ordering::Greater => format!("in {}", Span(at.since(now))),
        std::cmp::Ordering::Less => format!("{} ago", Span(now.since(at))),
    }
}

/// A duration that a verifier may forgive.
pub(crate) fn leeway(text: &str) -> Result<Duration, String> {
    let leeway = duration(text)?;
    if leeway > waxseal::limits::LEEWAY {
        return Err(format!("{text}: more than 10m is a broken clock, not skew"));
    }
    Ok(leeway)
}
