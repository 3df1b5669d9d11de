//! Dates in cookies, read as forgivingly as browsers read them (RFC 6265, section 5.1.1).

use waxseal::time::Timestamp;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The moment that `text` names; one before 1970 is 1970.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let is_delimiter = |c: char| matches!(c, '\t' | ' '..='/' | ';'..='@' | '['..='`' | '{'..='~');
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for word in text.split(is_delimiter).filter(|word| !word.is_empty()) {
        if time.is_none()
            && let Some(found) = clock(word)
        {
            time = Some(found);
        } else if day.is_none()
            && let Some(found) = number(word, 1..=2)
        {
            day = Some(found);
        } else if month.is_none()
            && let Some(found) = month_of(word)
        {
            month = Some(found);
        } else if year.is_none()
            && let Some(found) = number(word, 2..=4)
        {
            year = Some(found);
        }
    }
    let ((hour, minute, second), day, month) = (time?, day?, month?);
    let year = match year? {
        short @ 0..=69 => short + 2000,
        short @ 70..=99 => short + 1900,
        whole => whole,
    };
    if year < 1601 || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // The calendar is the same every 400 years: a day before 1970 is checked in a later one.
    let checked = if year < 1970 { year + 400 } else { year };
    let rfc3339 = format!("{checked:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
    let at = Timestamp::parse_rfc3339(&rfc3339)?;
    Some(if year < 1970 { Timestamp::EPOCH } else { at })
}

/// The number at the start of `word`, of so many digits and no more.
fn number(word: &str, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let end = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    digits.contains(&end).then(|| word.get(..end)?.parse().ok())?
}

fn clock(word: &str) -> Option<(u32, u32, u32)> {
    let mut parts = word.splitn(3, ':');
    let mut next = || parts.next().and_then(|part| number(part, 1..=2));
    Some((next()?, next()?, next()?))
}

fn month_of(word: &str) -> Option<usize> {
    let start = word.get(..3)?.to_ascii_lowercase();
    MONTHS.iter().position(|month| *month == start).map(|at| at + 1)
}
