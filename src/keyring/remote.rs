//! Keys from a URL: asked for again when the server says, and not by all at once.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::crypto::random_between;
use crate::fetch::{Answer, Bounds, Fetcher, Freshness, Place, Validators};
use crate::follow::Followed;
use crate::key::KeySet;
use crate::limits;
use crate::time::Clock;

use super::KeyringError;
use super::public::{parse, parse_next};

/// How soon again at the soonest, when tokens name keys that are not there. Anybody can make such
/// tokens, and the server is not ours to burden.
pub(super) const LEAST: Duration = Duration::from_secs(30);

/// What one request may cost.
const BOUNDS: Bounds = Bounds {
    connect: Duration::from_secs(5),
    overall: Duration::from_secs(10),
    most: limits::JWK_SET_BYTES,
};

/// The pause after an answer: what the server says, within these, or the middle one.
const SHORTEST: Duration = Duration::from_secs(40);
const USUAL: Duration = Duration::from_secs(300);
const LONGEST: Duration = Duration::from_secs(3600);

/// The pause after a failure: doubled each time, from the first to the last.
const FIRST_RETRY: Duration = Duration::from_secs(10);
const LAST_RETRY: Duration = Duration::from_secs(300);

/// Fetches the JWK Set at `url`, and follows it.
pub(super) fn follow(url: &str) -> Result<Followed<KeySet>, KeyringError> {
    let place = Place::parse(url).map_err(|fault| KeyringError::Url(fault.to_string()))?;
    let mut source = Source::new(Fetcher::new(place, BOUNDS));
    let first = source.read()?.ok_or_else(|| source.fault("the answer is empty"))?;
    let (next, shown) = (Arc::clone(&source.next), source.shown.clone());
    let read = move |_: &KeySet| source.read().map_err(|fault| fault.to_string());
    let followed = Followed::new(first, Clock::system(), Box::new(read));
    followed
        .poll("waxseal-keys", move || Duration::from_millis(next.load(Ordering::Relaxed)))
        .map_err(KeyringError::read(Path::new(&shown)))
}

/// A URL, and what was last accepted from it.
struct Source {
    fetcher: Fetcher,
    shown: String,
    seen: Vec<u8>,
    /// Of what was accepted: one of a bad answer would have it confirmed for ever.
    validators: Validators,
    failures: u32,
    /// The pause until the next reading, in milliseconds.
    next: Arc<AtomicU64>,
}

impl Source {
    fn new(fetcher: Fetcher) -> Self {
        Self {
            shown: fetcher.place().to_string(),
            fetcher,
            seen: Vec::new(),
            validators: Validators::default(),
            failures: 0,
            next: Arc::default(),
        }
    }

    /// The set, if it is another than last time.
    fn read(&mut self) -> Result<Option<KeySet>, KeyringError> {
        let read = self.ask();
        let pause = match &read {
            Ok((_, freshness)) => {
                self.failures = 0;
                after_success(*freshness)
            }
            Err(_) => {
                self.failures = self.failures.saturating_add(1);
                after_failure(self.failures)
            }
        };
        self.next.store(drawn(pause), Ordering::Relaxed);
        read.map(|(set, _)| set)
    }

    fn ask(&mut self) -> Result<(Option<KeySet>, Freshness), KeyringError> {
        let answer = self.fetcher.get(&self.validators).map_err(|fault| self.fault(fault))?;
        let (body, validators, freshness) = match answer {
            Answer::Same(freshness) => return Ok((None, freshness)),
            Answer::New { body, validators, freshness } => (body, validators, freshness),
        };
        if body == self.seen {
            self.validators = validators;
            return Ok((None, freshness));
        }
        let path = Path::new(&self.shown);
        let set = match self.seen.is_empty() {
            true => parse(&body, path)?,
            false => parse_next(&body, path)?,
        };
        (self.seen, self.validators) = (body, validators);
        Ok((Some(set), freshness))
    }

    fn fault(&self, fault: impl std::fmt::Display) -> KeyringError {
        KeyringError::Fetch { place: self.shown.clone(), fault: fault.to_string() }
    }
}

/// A pause, from its least to its most.
type Pause = (Duration, Duration);

/// The last fifth is drawn, so that verifiers which began together do not ask together.
fn after_success(freshness: Freshness) -> Pause {
    let most = freshness.unwrap_or(USUAL).clamp(SHORTEST, LONGEST);
    (most.saturating_mul(4) / 5, most)
}

/// The last half is drawn: a server that comes back is not knocked over.
fn after_failure(failures: u32) -> Pause {
    let doubled = 1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX);
    let most = FIRST_RETRY.saturating_mul(doubled).min(LAST_RETRY);
    (most / 2, most)
}

fn drawn((least, most): Pause) -> u64 {
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    // Without randomness the server is spared.
    random_between(millis(least), millis(most)).unwrap_or_else(|_| millis(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(pause: Pause) -> (u64, u64) {
        (pause.0.as_secs(), pause.1.as_secs())
    }

    #[test]
    fn the_pause_follows_the_server_within_half_a_minute_and_an_hour() {
        let after = |said: Option<u64>| secs(after_success(said.map(Duration::from_secs)));
        assert_eq!(after(None), (240, 300));
        assert_eq!(after(Some(0)), (32, 40));
        assert_eq!(after(Some(600)), (480, 600));
        assert_eq!(after(Some(36_000)), (2_880, 3_600));
        assert_eq!(after(Some(u64::MAX)), (2_880, 3_600));
        assert!(LONGEST < limits::KEYS_AGE);
    }

    #[test]
    fn failures_lengthen_the_pause_from_five_seconds_to_five_minutes() {
        let pauses: Vec<_> = (1..=7).map(|failures| secs(after_failure(failures))).collect();
        let wanted = [(5, 10), (10, 20), (20, 40), (40, 80), (80, 160), (150, 300), (150, 300)];
        assert_eq!(pauses, wanted);
        assert_eq!(secs(after_failure(u32::MAX)), (150, 300));
    }

    #[test]
    fn a_pause_is_drawn_from_the_whole_of_its_range() {
        let pause = (Duration::from_secs(5), Duration::from_secs(10));
        let draws: Vec<u64> = (0..200).map(|_| drawn(pause)).collect();
        assert!(draws.iter().all(|draw| (5_000..=10_000).contains(draw)));
        // 200 draws miss a fifth of the range once in 10^19.
        assert!(draws.iter().any(|draw| *draw < 6_000));
        assert!(draws.iter().any(|draw| *draw > 9_000));
    }
}
