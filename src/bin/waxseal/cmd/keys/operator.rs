//! A ring under an operator's hand: which folder, whose hand, and by which clock.

use std::sync::Arc;

use waxseal::Keys;
use waxseal::keyring::{KeyStatus, Ring, Rotator};
use waxseal::time::{Clock, ManualClock, Span, Timestamp};

use crate::cli::{Change, Look};
use crate::exit::{Code, Failure};
use crate::keyfile;
use crate::output::Output;

/// A ring, and who looks at it or changes it at which moment.
pub(super) struct Operator {
    pub(super) dir: String,
    pub(super) rotator: Rotator,
    pub(super) now: Timestamp,
    /// Whether that moment is not the present one.
    is_rehearsal: bool,
}

impl Operator {
    pub(super) fn to_look(options: Look) -> Result<Self, Failure> {
        Self::new(options.keys, options.at, None)
    }

    pub(super) fn to_change(options: &Change) -> Result<Self, Failure> {
        Self::new(options.keys.clone(), options.at, options.by.as_deref())
    }

    fn new(
        place: Option<String>,
        at: Option<Timestamp>,
        by: Option<&str>,
    ) -> Result<Self, Failure> {
        let dir = keyfile::ring_place(place)?;
        let present = Clock::system().now();
        let rotator = Rotator::new(&dir).by(by.unwrap_or(&author()));
        let (now, rotator) = match at {
            Some(at) => (at, rotator.clock(ManualClock::at(at).clock())),
            None => (present, rotator),
        };
        let is_rehearsal = now.floor_secs() != present.floor_secs();
        Ok(Self { dir, rotator, now, is_rehearsal })
    }

    /// The ring; what is not as it should be in it is passed on.
    pub(super) fn ring(&self, output: &Output) -> Result<Arc<Ring>, Failure> {
        Ok(keyfile::ring(Some(self.dir.clone()), output)?.ring())
    }

    /// The ring, whatever is not as it should be in it.
    pub(super) fn quiet_ring(&self) -> Result<Arc<Ring>, Failure> {
        Ok(Keys::read(&self.dir)?.ring())
    }

    pub(super) fn keys(&self) -> Result<Vec<KeyStatus>, Failure> {
        Ok(self.rotator.status()?)
    }

    /// After something was written: the one note that a rehearsal owes.
    pub(super) fn say_if_rehearsal(&self, output: &Output) {
        if self.is_rehearsal {
            let (at, dir) = (self.now, &self.dir);
            output.note(&format!(
                "note: a rehearsal at {at}: {dir} now has that moment in its history; use a copy of the ring"
            ));
        }
    }
}

/// The key that `name` names: its number, or its kid.
pub(super) fn find<'k>(keys: &'k [KeyStatus], name: &str) -> Result<&'k KeyStatus, Failure> {
    let number = name.parse::<u32>().ok();
    let by_number = keys.iter().find(|key| Some(key.seq) == number);
    by_number.or_else(|| keys.iter().find(|key| key.kid == name)).ok_or_else(|| {
        let has: Vec<String> = keys.iter().map(full_name).collect();
        let what = match number {
            Some(number) => format!("the ring has no key {number}"),
            None => format!("the ring has no key {name:?}"),
        };
        Failure::new(Code::BAD_DATA, what).next(format!("it has {}", has.join(", ")))
    })
}

/// The key of the number `seq`.
pub(super) fn of_number(keys: &[KeyStatus], seq: u32) -> Option<&KeyStatus> {
    keys.iter().find(|key| key.seq == seq)
}

/// `2 (k2-Xb3q)`.
pub(super) fn full_name(key: &KeyStatus) -> String {
    format!("{} ({})", key.seq, key.kid)
}

/// How well verifiers know the key at `now`.
pub(super) fn warmth(key: &KeyStatus, ring: &Ring, now: Timestamp) -> String {
    match (key.visible_since, key.warm_at) {
        (_, Some(warm)) if warm <= now => {
            format!("warm for {}, no verifier should miss it", Span(now.since(warm)))
        }
        (Some(_), Some(warm)) => {
            format!("NOT warm: verifiers that cache may refuse its tokens until {warm}")
        }
        _ => format!(
            "NOT published: verifiers that cache may refuse its tokens for C = {} from now",
            Span(ring.policy().verifier_cache)
        ),
    }
}

/// Who acts, for the history: the account, without its machine.
pub(super) fn author() -> String {
    let account = |name| std::env::var(name).ok().filter(|name| !name.is_empty());
    account("USER").or_else(|| account("LOGNAME")).unwrap_or_else(|| "waxseal".into())
}
