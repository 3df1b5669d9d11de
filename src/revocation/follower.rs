//! Follows a feed into the list in memory: asks it again and again, keeps what it gave, and notices
//! what it lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use crate::follow::Followed;
use crate::time::{Clock, Timestamp};

use super::continuity::Chains;
use super::set::{Full, Set};
use super::{Batch, Continuity, Cursor, RevocationFeed, StoreError, events};

/// How often what has ended is dropped.
const PURGE_EVERY: Duration = Duration::from_secs(60);

/// How often a feed with a hole is read again from its beginning.
const RELOAD_EVERY: Duration = Duration::from_secs(10);

/// How old the picture was when it was read.
type AgeAtReading = Duration;

/// What an operator wants to see of a list.
#[derive(Debug, Default)]
pub(super) struct Gauges {
    pub(super) reloads: AtomicU64,
    pub(super) stale_accepts: AtomicU64,
    pub(super) stale_refusals: AtomicU64,
    pub(super) corrupt: AtomicU64,
    /// Whether the last reading found it corrupt.
    pub(super) is_corrupt: AtomicBool,
    pub(super) writers: AtomicU64,
    /// Milliseconds: the latest moment at which any entry was recorded.
    pub(super) newest: AtomicI64,
    horizon: Horizon,
}

/// The time up to which ended entries may be dropped.
///
/// It begins with the latest entry of the first reading and goes with a clock that cannot jump: a wall clock that jumps
/// ten years ahead drops nothing, and neither does one that goes back.
#[derive(Debug, Default)]
struct Horizon {
    /// Milliseconds, 0 for not begun.
    began: AtomicI64,
    /// Milliseconds by [`Clock::elapsed`].
    since: AtomicU64,
}

impl Gauges {
    /// Takes note of when entries were recorded.
    pub(super) fn recorded(&self, times: impl Iterator<Item = Timestamp> + Clone, clock: &Clock) {
        let Some(newest) = times.clone().max() else {
            return;
        };
        self.newest.fetch_max(newest.as_millis(), Ordering::Relaxed);
        if self.horizon.began.load(Ordering::Acquire) != 0 {
            return;
        }
        // One that is ahead of this clock tells nothing of the time.
        let now = clock.now();
        let began = times.clone().filter(|at| *at <= now).max().or(times.min()).unwrap_or(newest);
        let since = u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.horizon.since.store(since, Ordering::Release);
        self.horizon.began.store(began.as_millis().max(1), Ordering::Release);
    }

    /// Up to when entries may be dropped that ended: `None` before the first.
    pub(super) fn horizon(&self, clock: &Clock) -> Option<Timestamp> {
        let began = self.horizon.began.load(Ordering::Acquire);
        let since = Duration::from_millis(self.horizon.since.load(Ordering::Acquire));
        let passed = clock.elapsed().saturating_sub(since);
        (began > 0).then(|| Timestamp::from_millis(began).after(passed).min(clock.now()))
    }

    /// The latest time that is known: no clock may go back behind it.
    pub(super) fn now(&self, clock: &Clock) -> Timestamp {
        clock.now().max(Timestamp::from_millis(self.newest.load(Ordering::Relaxed)))
    }
}

/// Reads `feed` whole, and follows it from then on.
pub(super) fn follow(
    feed: Box<dyn RevocationFeed>,
    set: Arc<Set>,
    gauges: Arc<Gauges>,
    clock: &Clock,
) -> Result<Followed<AgeAtReading>, StoreError> {
    let (pause, place) = (feed.pause(), feed.place());
    let no_thread = |_| StoreError::Unreachable { place, why: "no thread can be started".into() };
    read(feed, set, gauges, clock)?.poll("waxseal-revocations", pause).map_err(no_thread)
}

/// Reads `feed` whole; whoever wants more of it asks for it.
pub(super) fn read(
    feed: Box<dyn RevocationFeed>,
    set: Arc<Set>,
    gauges: Arc<Gauges>,
    clock: &Clock,
) -> Result<Followed<AgeAtReading>, StoreError> {
    let mut follower = Follower::new(feed, set, gauges, clock.clone());
    let begun = clock.elapsed();
    let age = follower.step()?;
    // The first picture was taken when reading began.
    let age = age + clock.elapsed().saturating_sub(begun);
    // A feed is asked many times a second: what is wrong with it is told once.
    let mut told: Option<StoreError> = None;
    let read = Box::new(move |last: &AgeAtReading| match follower.step() {
        Ok(age) => {
            if told.take().is_some() {
                events::recovered();
            }
            Ok((age != *last).then_some(age))
        }
        Err(fault) => {
            if told.as_ref() != Some(&fault) {
                events::fault(&fault);
            }
            let text = fault.to_string();
            told = Some(fault);
            Err(text)
        }
    });
    Ok(Followed::new(age, clock.clone(), read))
}

/// One who follows.
pub(super) struct Follower {
    feed: Box<dyn RevocationFeed>,
    set: Arc<Set>,
    gauges: Arc<Gauges>,
    clock: Clock,
    cursor: Option<Cursor>,
    incarnation: Option<[u8; 16]>,
    chains: Chains,
    last_purge: Duration,
    last_reload: Option<Duration>,
}

impl Follower {
    pub(super) fn new(
        feed: Box<dyn RevocationFeed>,
        set: Arc<Set>,
        gauges: Arc<Gauges>,
        clock: Clock,
    ) -> Self {
        let last_purge = clock.elapsed();
        Self {
            feed,
            set,
            gauges,
            clock,
            cursor: None,
            incarnation: None,
            chains: Chains::default(),
            last_purge,
            last_reload: None,
        }
    }

    /// Asks the feed once. What it gives is kept whatever else happens; it counts as the state of
    /// affairs only when nothing is known to be missing.
    pub(super) fn step(&mut self) -> Result<AgeAtReading, StoreError> {
        let mut batch = self.poll(self.cursor.clone())?;
        if let Some(why) = self.broken(&batch) {
            self.take(&batch)?;
            batch = self.reload(why)?;
        }
        self.take(&batch)?;
        if self.missing(&batch) > 0 && self.may_reload() {
            batch = self.reload("an entry is missing")?;
            self.take(&batch)?;
        }
        self.purge();
        match self.missing(&batch) {
            0 => Ok(batch.age),
            missing => Err(StoreError::Incomplete { place: self.feed.place(), missing }),
        }
    }

    fn poll(&mut self, since: Option<Cursor>) -> Result<Batch, StoreError> {
        let polled = self.feed.poll(since.as_ref());
        let is_corrupt = matches!(polled, Err(StoreError::Corrupt { .. }));
        self.gauges.corrupt.fetch_add(u64::from(is_corrupt), Ordering::Relaxed);
        self.gauges.is_corrupt.store(is_corrupt, Ordering::Relaxed);
        polled
    }

    /// Why what was read before cannot be gone on from.
    fn broken(&self, batch: &Batch) -> Option<&'static str> {
        match batch.continuity {
            Continuity::Broken(why) => Some(why),
            Continuity::Whole => self
                .incarnation
                .is_some_and(|known| known != batch.incarnation)
                .then_some("it is another list, or the engine lost its data"),
        }
    }

    /// Reads everything again. Nothing that is held is given up for it.
    fn reload(&mut self, why: &'static str) -> Result<Batch, StoreError> {
        self.gauges.reloads.fetch_add(1, Ordering::Relaxed);
        self.last_reload = Some(self.clock.elapsed());
        events::reload(why);
        // From here on nothing read before is gone on from.
        self.cursor = None;
        self.poll(None)
    }

    fn may_reload(&self) -> bool {
        self.last_reload
            .is_none_or(|last| self.clock.elapsed().saturating_sub(last) >= RELOAD_EVERY)
    }

    /// Keeps what `batch` holds: the list in memory becomes the union of both.
    fn take(&mut self, batch: &Batch) -> Result<(), StoreError> {
        // What has no room must not keep out a cut-off that comes after it.
        let mut full = None;
        for entry in &batch.entries {
            if let Err(Full(cap)) = self.set.insert(&entry.record) {
                full = Some(cap);
            }
            if let Some(origin) = entry.origin {
                self.chains.note(origin);
            }
        }
        self.gauges.recorded(batch.entries.iter().map(|entry| entry.recorded_at), &self.clock);
        self.gauges.writers.store(self.chains.writers() as u64, Ordering::Relaxed);
        if let Some(cap) = full {
            return Err(StoreError::Full { place: self.feed.place(), cap });
        }
        self.incarnation = Some(batch.incarnation);
        self.cursor = Some(batch.cursor.clone());
        Ok(())
    }

    fn missing(&mut self, batch: &Batch) -> usize {
        self.chains.missing(batch.as_of, batch.retention)
    }

    fn purge(&mut self) {
        let now = self.clock.elapsed();
        if now.saturating_sub(self.last_purge) < PURGE_EVERY {
            return;
        }
        self.last_purge = now;
        if let Some(horizon) = self.gauges.horizon(&self.clock) {
            self.set.purge(horizon);
        }
    }
}
