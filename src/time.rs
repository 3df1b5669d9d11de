//! One timestamp, one clock. `chrono` at the public face, an integer inside.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::SecondsFormat;
pub use chrono::{DateTime, Utc};

/// A moment: whole milliseconds since 1970-01-01T00:00:00Z.
///
/// ```
/// use waxseal::time::Timestamp;
/// let t = Timestamp::from_secs(1_795_225_163);
/// assert_eq!(t.to_string(), "2026-11-21T01:39:23Z");
/// assert_eq!(Timestamp::parse_rfc3339("2026-11-21T02:39:23+01:00"), Some(t));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The first moment that no NumericDate may reach: 10000-01-01T00:00:00Z.
    pub const END: Self = Self(253_402_300_800_000);
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// From whole seconds since the epoch; values past [`Timestamp::END`] stop there.
    #[must_use]
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1000)).bounded()
    }

    /// From milliseconds since the epoch; values past [`Timestamp::END`] stop there.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis).bounded()
    }

    /// Reads an RFC 3339 date-time, `2026-11-21T01:39:23Z`.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        // chrono takes more than the grammar has: a space for the T, another minus, a leap second at
        // any minute.
        let grammatical = text.is_ascii() && matches!(text.as_bytes().get(10), Some(b'T' | b't'));
        let leaps = text.get(16..19) == Some(":60") && text.get(11..16) != Some("23:59");
        if !grammatical || leaps {
            return None;
        }
        let parsed = DateTime::parse_from_rfc3339(text).ok()?.timestamp_millis();
        (0..Self::END.0).contains(&parsed).then_some(Self(parsed))
    }

    /// Reads `2026-11-21T01:39:23Z`, exactly as [`Display`](fmt::Display) writes it: the form of our
    /// own tokens, read without a parser.
    pub(crate) fn parse_utc(text: &str) -> Option<Self> {
        let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
        let mut odd = false;
        let mut number = |digits: &[u8]| {
            digits.iter().fold(0_u32, |number, byte| {
                let digit = byte.wrapping_sub(b'0');
                odd |= digit > 9;
                number.wrapping_mul(10).wrapping_add(u32::from(digit))
            })
        };
        let [y1, y2, y3, y4, b'-', o1, o2, b'-', d1, d2, b'T', rest @ ..] = bytes else {
            return None;
        };
        let [h1, h2, b':', m1, m2, b':', s1, s2, b'Z'] = rest else {
            return None;
        };
        let (year, month, day) =
            (number(&[*y1, *y2, *y3, *y4]), number(&[*o1, *o2]), number(&[*d1, *d2]));
        let (hour, minute, second) =
            (number(&[*h1, *h2]), number(&[*m1, *m2]), number(&[*s1, *s2]));
        if odd || year < 1970 {
            return None;
        }
        let date = chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
        let time = date.and_hms_opt(hour, minute, second)?;
        Some(Self::from_secs(time.and_utc().timestamp()))
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// This moment, or the next whole second.
    #[must_use]
    pub const fn ceil_secs(self) -> Self {
        Self::from_secs(self.0.saturating_add(999).div_euclid(1000))
    }

    /// This moment with the part below one second dropped.
    #[must_use]
    pub const fn floor_secs(self) -> Self {
        Self::from_secs(self.as_secs())
    }

    /// Later by `by`, at most [`Timestamp::END`].
    #[must_use]
    pub fn after(self, by: Duration) -> Self {
        Self(self.0.saturating_add(millis(by))).bounded()
    }

    /// Earlier by `by`, at least [`Timestamp::EPOCH`].
    #[must_use]
    pub fn before(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(millis(by))).bounded()
    }

    /// How long ago `earlier` was; zero if it is not in the past.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    const fn bounded(self) -> Self {
        if self.0 < 0 {
            Self::EPOCH
        } else if self.0 > Self::END.0 {
            Self::END
        } else {
            self
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(at: DateTime<Utc>) -> Self {
        Self::from_millis(at.timestamp_millis())
    }
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(at: Timestamp) -> Self {
        Self::from_timestamp_millis(at.0).unwrap_or(Self::MAX_UTC)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = DateTime::<Utc>::from(*self);
        f.write_str(&at.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}+{}ms", self.0.rem_euclid(1000))
    }
}

/// Where a time is shown; it is always stored and compared in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zone {
    /// UTC, written `Z`.
    #[default]
    Utc,
    /// The machine's own zone.
    Local,
    /// So many seconds east of UTC.
    East(i32),
}

impl Timestamp {
    /// RFC 3339 in `zone`, to the second.
    ///
    /// ```
    /// use waxseal::time::{Timestamp, Zone};
    /// let t = Timestamp::from_secs(1_795_225_163);
    /// assert_eq!(t.in_zone(Zone::East(7200)), "2026-11-21T03:39:23+02:00");
    /// ```
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> String {
        let at = DateTime::<Utc>::from(self);
        let whole = SecondsFormat::Secs;
        match zone {
            Zone::Utc => self.to_string(),
            Zone::Local => at.with_timezone(&chrono::Local).to_rfc3339_opts(whole, false),
            Zone::East(seconds) => match chrono::FixedOffset::east_opt(seconds) {
                Some(offset) => at.with_timezone(&offset).to_rfc3339_opts(whole, false),
                None => self.to_string(),
            },
        }
    }
}

/// A length of time as people read it: `16 min 30 s`, `8 h`, `30 d`.
///
/// ```
/// use std::time::Duration;
/// use waxseal::time::Span;
/// assert_eq!(Span(Duration::from_secs(990)).to_string(), "16 min 30 s");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secs = self.0.as_secs();
        if self.0.is_zero() {
            return f.write_str("0 s");
        }
        let units = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
        // Two units at most: "2 d 3 h" says enough, "2 d 3 h 4 min 5 s" hides it.
        let Some(first) = units.iter().position(|(size, _)| secs >= *size) else {
            return write!(f, "{} ms", self.0.as_millis());
        };
        let mut rest = secs;
        for (i, (size, name)) in units.iter().enumerate().skip(first).take(2) {
            let count = rest / size;
            rest %= size;
            if i == first {
                write!(f, "{count} {name}")?;
            } else if count > 0 {
                write!(f, " {count} {name}")?;
            }
        }
        Ok(())
    }
}

/// Where "now" comes from. Nothing else in the crate asks the system for the time.
///
/// ```
/// use waxseal::time::{Clock, ManualClock, Timestamp};
/// let hand = ManualClock::at(Timestamp::from_secs(1_000));
/// let clock: Clock = hand.clock();
/// hand.advance(std::time::Duration::from_secs(5));
/// assert_eq!(clock.now(), Timestamp::from_secs(1_005));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Clock(Source);

#[derive(Clone, Debug, Default)]
enum Source {
    #[default]
    System,
    Manual(Arc<Hand>),
}

impl Clock {
    /// The system's wall clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// The time since some moment before this program began: it never goes back, and counts while
    /// the machine sleeps.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        match &self.0 {
            Source::System => system_elapsed(),
            Source::Manual(hand) => hand.elapsed(),
        }
    }

    /// Whether it is the system's, and not a hand that somebody moves.
    pub(crate) fn is_system(&self) -> bool {
        matches!(self.0, Source::System)
    }

    /// The current moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => system_now(),
            Source::Manual(hand) => Timestamp::from_millis(hand.wall.load(Ordering::Relaxed)),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
fn system_now() -> Timestamp {
    let since_epoch =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(millis(since_epoch))
}

#[cfg(target_os = "linux")]
fn system_elapsed() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Duration::new(time.tv_sec.try_into().unwrap_or(0), time.tv_nsec.try_into().unwrap_or(0))
}

/// Elsewhere sleep may not count, which makes ages shorter than they are.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
fn system_elapsed() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

/// Measures how long something took; for reports, never for decisions.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts measuring.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    #[must_use]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// The time since [`Stopwatch::start`].
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The hand of a clock that stands still until moved: for tests, rehearsals and `--at`.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Hand>);

/// Both in milliseconds.
#[derive(Debug)]
struct Hand {
    wall: AtomicI64,
    /// How far the wall clock jumped, which elapsed time does not.
    jumped: AtomicI64,
}

impl Hand {
    fn elapsed(&self) -> Duration {
        let (wall, jumped) =
            (self.wall.load(Ordering::Relaxed), self.jumped.load(Ordering::Relaxed));
        Duration::from_millis(wall.saturating_sub(jumped).try_into().unwrap_or(0))
    }
}

impl ManualClock {
    /// A clock that stands at `at`.
    #[must_use]
    pub fn at(at: impl Into<Timestamp>) -> Self {
        let wall = AtomicI64::new(at.into().as_millis());
        Self(Arc::new(Hand { wall, jumped: AtomicI64::new(0) }))
    }

    /// Moves every clock made from this hand forward.
    pub fn advance(&self, by: Duration) {
        let later = |at| Some(Timestamp::from_millis(at).after(by).as_millis());
        // The closure always gives a value, so the update cannot fail.
        let _ = self.0.wall.fetch_update(Ordering::Relaxed, Ordering::Relaxed, later);
    }

    /// Sets every clock made from this hand, backwards too.
    pub fn set(&self, at: impl Into<Timestamp>) {
        self.0.wall.store(at.into().as_millis(), Ordering::Relaxed);
    }

    /// Moves the wall clock to `at` while no time passes: as when somebody sets a clock that was
    /// wrong.
    pub fn jump(&self, at: impl Into<Timestamp>) {
        let at = at.into().as_millis();
        let before = self.0.wall.swap(at, Ordering::Relaxed);
        self.0.jumped.fetch_add(at.saturating_sub(before), Ordering::Relaxed);
    }

    /// A clock that this hand moves.
    #[must_use]
    pub fn clock(&self) -> Clock {
        Clock(Source::Manual(Arc::clone(&self.0)))
    }
}
