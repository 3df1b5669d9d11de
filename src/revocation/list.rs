//! The list that a service holds: in memory, and, if it was given a store, on a disk and with every
//! other process that follows the store.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::claims::SessionId;
use crate::follow::{Followed, Turns};
use crate::limits;
use crate::time::{Clock, Timestamp};

use super::events;
use super::follower::Gauges;
use super::health::{RevocationHealth, Verdict};
use super::set::{Added, Full, Set};
use super::{
    Acknowledged, Entry, Kind, ListSetup, Record, Recorded, Revocation, RevocationPolicy,
    RevocationStore, RevokeError, StoreError,
};

/// What was revoked. Cloning shares the list.
///
/// ```
/// use waxseal::RevocationList;
/// use waxseal::revocation::{Acknowledged, Revocation};
/// let list = RevocationList::in_memory(); // ends with the process; `open` keeps it on a disk
/// assert_eq!(list.revoke(&Revocation::subject("ada"))?, Acknowledged::InMemory);
/// assert_eq!(list.len(), 1);
/// # Ok::<(), waxseal::revocation::RevokeError>(())
/// ```
#[derive(Clone)]
pub struct RevocationList(pub(super) Arc<Inner>);

/// How often a store is rid of what has ended.
pub(super) const PRUNE_EVERY: Duration = Duration::from_secs(3600);

/// How often a full list is looked through for what has ended.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

pub(super) struct Inner {
    pub(super) set: Arc<Set>,
    pub(super) policy: RevocationPolicy,
    pub(super) gauges: Arc<Gauges>,
    pub(super) clock: Clock,
    pub(super) store: Option<Box<dyn RevocationStore>>,
    pub(super) prunes: Turns,
    /// When a full list may be looked through for what has ended.
    pub(super) full: Turns,
    /// How many entries there are when it is purged next.
    pub(super) purge_at: AtomicUsize,
    pub(super) followed: Option<Followed<Duration>>,
}

impl RevocationList {
    /// An empty list with [`RevocationPolicy::default`] that lives as long as the process.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::setup().in_memory()
    }

    /// The list at `place`, which must be there: the path of a file made by `waxseal revoke init`, or
    /// `redis://..` (feature `redis`). It is loaded whole, and followed from then on.
    ///
    /// # Errors
    /// [`StoreError`]; a list that is missing or unreadable is never taken for an empty one.
    #[cfg(feature = "sqlite")]
    pub fn open(place: &str) -> Result<Self, StoreError> {
        Self::setup().open(place)
    }

    /// A list with a store of your own.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read whole.
    pub fn with_store(store: impl RevocationStore + 'static) -> Result<Self, StoreError> {
        Self::setup().with_store(store)
    }

    /// A list with other numbers, another clock, another cap.
    #[must_use]
    pub fn setup() -> ListSetup {
        ListSetup::default()
    }

    /// Ends what `revocation` names: here at once, and, as far as the answer says, for good.
    ///
    /// # Errors
    /// [`RevokeError`]. After [`RevokeError::Store`] it is in force in this process and nowhere else:
    /// try again.
    pub fn revoke(&self, revocation: &Revocation) -> Result<Acknowledged, RevokeError> {
        self.revoke_all(std::slice::from_ref(revocation))
    }

    /// Ends several things in one write.
    ///
    /// # Errors
    /// As [`RevocationList::revoke`].
    pub fn revoke_all(&self, revocations: &[Revocation]) -> Result<Acknowledged, RevokeError> {
        let Inner { gauges, clock, store, .. } = &*self.0;
        let entries: Vec<Entry> =
            revocations.iter().map(|it| self.entry(it)).collect::<Result<_, RevokeError>>()?;
        for entry in &entries {
            self.with_room(|set| set.insert(&entry.record))?;
        }
        gauges.recorded(entries.iter().map(|entry| entry.recorded_at), clock);
        match store {
            None => {
                self.purge_sometimes();
                Ok(Acknowledged::InMemory)
            }
            Some(store) => {
                let acknowledged = store.record(entries)?;
                self.prune_sometimes(&**store);
                Ok(acknowledged)
            }
        }
    }

    /// Ends the one token or session that `revocation` names, and tells whether this was the first to
    /// do so: what may happen once is done by whoever is told [`Recorded::First`], and by nobody else.
    ///
    /// Of any number of callers at once at most one is told so: in this process, in others that write
    /// the same file, and on other hosts that share one Redis. With a file or Redis the answer comes
    /// after the entry is on the disk, so that neither a crash nor a restart makes a second first. A
    /// call takes as long as that: about a millisecond, and with Redis two round trips more.
    ///
    /// ```
    /// use waxseal::RevocationList;
    /// use waxseal::revocation::{Acknowledged, Recorded, Revocation};
    /// let (list, id) = (RevocationList::in_memory(), waxseal::claims::TokenId::from([7; 16]));
    /// let first = list.revoke_once(&Revocation::token(id))?;
    /// assert_eq!(first, Recorded::First(Acknowledged::InMemory));
    /// assert_eq!(list.revoke_once(&Revocation::token(id))?, Recorded::Before);
    /// # Ok::<(), waxseal::revocation::RevokeError>(())
    /// ```
    ///
    /// # Errors
    /// [`RevokeError::NotOnce`] for other kinds than a token and a session; else as
    /// [`RevocationList::revoke`]. After [`RevokeError::Store`] nobody knows whether it was recorded:
    /// try again, and expect [`Recorded::Before`].
    ///
    /// # Security
    /// Closed when in doubt: a caller that crashed, or was given an error, may have used the name up.
    /// The list forgets an entry that has ended, so refuse by its own time what is older than
    /// [`Revocation::ends_by`]. A list in memory forgets with its process.
    pub fn revoke_once(&self, revocation: &Revocation) -> Result<Recorded, RevokeError> {
        let Inner { set, gauges, clock, store, .. } = &*self.0;
        if !matches!(revocation.kind, Kind::Token | Kind::Session) {
            return Err(RevokeError::NotOnce(revocation.kind));
        }
        let entry = self.entry(revocation)?;
        if set.has(revocation.kind, &revocation.name) {
            return Ok(Recorded::Before);
        }
        let (record, recorded_at) = (entry.record, entry.recorded_at);
        let recorded = match store {
            // What the set says decides, and nothing that was asked before.
            None => match self.with_room(|set| set.insert(&record))? {
                Added::New => Recorded::First(Acknowledged::InMemory),
                Added::Merged => Recorded::Before,
            },
            Some(store) => store.record_once(entry)?,
        };
        if let Recorded::First(_) = recorded {
            set.insert(&record)?;
            gauges.recorded(std::iter::once(recorded_at), clock);
            match store {
                None => self.purge_sometimes(),
                Some(store) => self.prune_sometimes(&**store),
            }
        }
        Ok(recorded)
    }

    /// Drops entries that ended by `horizon`; tells how many. A list that follows a store, and one
    /// that grows, do so by themselves.
    ///
    /// # Security
    /// The caller vouches that no token ended by `horizon` is accepted by anybody any more. A clock
    /// that is ahead would undo logouts.
    pub fn purge(&self, horizon: impl Into<Timestamp>) -> usize {
        self.0.set.purge(horizon.into())
    }

    /// Whether this very session is in the list; cut-offs are another question.
    ///
    /// ```
    /// use waxseal::RevocationList;
    /// use waxseal::claims::SessionId;
    /// use waxseal::revocation::Revocation;
    /// let (list, session) = (RevocationList::in_memory(), SessionId::from([7; 16]));
    /// list.revoke(&Revocation::session(session))?;
    /// assert!(list.has_session(session));
    /// # Ok::<(), waxseal::revocation::RevokeError>(())
    /// ```
    #[must_use]
    pub fn has_session(&self, session: SessionId) -> bool {
        self.0.set.has(Kind::Session, session.as_bytes())
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.set.len()
    }

    /// Whether nothing is revoked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every entry, in no order.
    #[must_use]
    pub fn records(&self) -> Vec<Record> {
        self.0.set.records()
    }

    /// The numbers that it was made with.
    #[must_use]
    pub fn policy(&self) -> RevocationPolicy {
        self.0.policy
    }

    /// How old it is: the time since its store was last read whole. Zero for one in memory only.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.0.age()
    }

    /// Reads the store again at once.
    ///
    /// # Errors
    /// What is wrong, in words; the list stays as it was.
    pub fn reload(&self) -> Result<(), String> {
        self.0.followed.as_ref().map_or(Ok(()), Followed::reload)
    }

    /// How it does, for a dashboard and a health check.
    #[must_use]
    pub fn health(&self) -> RevocationHealth {
        self.0.health()
    }

    /// Goes up whenever an entry comes, changes or goes.
    pub(super) fn changes(&self) -> u64 {
        self.0.set.changes()
    }

    /// The moment by its clock.
    pub(super) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The entry that ends what `revocation` names, if there is room for it.
    fn entry(&self, revocation: &Revocation) -> Result<Entry, RevokeError> {
        let Inner { set, policy, gauges, clock, .. } = &*self.0;
        let now = gauges.now(clock).max(revocation.seen);
        self.check_clock(revocation)?;
        let record = policy.record(revocation, now)?;
        self.with_room(|set| set.check_room(&record))?;
        if !set.can_spare(&record) {
            return Err(RevokeError::TooManySpared { most: limits::SPARED });
        }
        Ok(Entry {
            label: Some(revocation.label.clone()).filter(|label| !label.is_empty()),
            reason: revocation.reason.clone(),
            ..Entry::new(record, now)
        })
    }

    /// A cut-off without a moment is made by this clock, which must not be behind the list.
    fn check_clock(&self, revocation: &Revocation) -> Result<(), RevokeError> {
        let Inner { gauges, clock, policy, .. } = &*self.0;
        let (now, newest) = (clock.now(), gauges.now(clock));
        let is_by_clock = revocation.kind.has_cut() && revocation.cut.is_none();
        // Times of entries are those of several hosts.
        let differ = policy.clock_difference().saturating_mul(2);
        match is_by_clock && newest > now.after(differ) {
            true => Err(RevokeError::ClockBehind { now, newest }),
            false => Ok(()),
        }
    }

    /// A store grows by writing, so whoever writes drops what has ended, once an hour.
    fn prune_sometimes(&self, store: &dyn RevocationStore) {
        let Inner { gauges, clock, prunes, .. } = &*self.0;
        if prunes.take(clock.elapsed(), PRUNE_EVERY)
            && let Some(horizon) = gauges.horizon(clock)
            && let Err(fault) = store.prune(horizon)
        {
            // What was to be recorded is recorded; that too much is kept hurts nobody.
            events::fault(&fault);
        }
    }

    /// Nobody may have to call `purge`: it is done as the list grows, each time by half, so that all the
    /// purging costs no more than a few looks at each entry; and once an hour, so that a list which was
    /// long once does not stay so.
    fn purge_sometimes(&self) {
        const LEAST: usize = 4096;
        let Inner { set, clock, prunes, purge_at, .. } = &*self.0;
        let has_grown = set.len() >= purge_at.load(Ordering::Relaxed).max(LEAST);
        if has_grown || prunes.take(clock.elapsed(), PRUNE_EVERY) {
            self.purge_ended();
            let left = set.len();
            purge_at.store(left.saturating_add((left / 2).max(LEAST)), Ordering::Relaxed);
        }
    }

    fn purge_ended(&self) {
        let Inner { set, gauges, clock, .. } = &*self.0;
        if let Some(horizon) = gauges.horizon(clock) {
            set.purge(horizon);
        }
    }

    /// What `act` says; in a full list, what it says once that was rid of what has ended. Not every
    /// refusal may look at every entry, so that is done now and then.
    fn with_room<R>(&self, act: impl Fn(&Set) -> Result<R, Full>) -> Result<R, Full> {
        let Inner { set, clock, full, .. } = &*self.0;
        match act(set) {
            Err(_) if full.take(clock.elapsed(), LOOK_AGAIN) => {
                self.purge_ended();
                act(set)
            }
            said => said,
        }
    }
}

impl Inner {
    pub(super) fn age(&self) -> Duration {
        let Some(followed) = &self.followed else {
            return Duration::ZERO;
        };
        followed.since_read().saturating_add(followed.look(|age| *age))
    }

    fn health(&self) -> RevocationHealth {
        let Inner { set, policy, gauges, store, followed, .. } = self;
        let age = self.age();
        let reloads = gauges.reloads.load(Ordering::Relaxed);
        let reading = followed.as_ref().map(Followed::health);
        let fault = reading.as_ref().and_then(|reading| reading.fault.clone());
        let verdict = match age {
            _ if gauges.is_corrupt.load(Ordering::Relaxed) => Verdict::Corrupt,
            _ if age > policy.most_age() => Verdict::OverBudget,
            _ if age > policy.most_age_to_renew() || fault.is_some() => Verdict::WithinBudget,
            _ => Verdict::Fresh,
        };
        RevocationHealth {
            verdict,
            age,
            fault,
            entries: set.len(),
            unpublished: store.as_ref().map_or(0, |store| store.unpublished()),
            writers: gauges.writers.load(Ordering::Relaxed),
            failures: reading.map_or(0, |reading| reading.failures),
            // Every hole that is found is read over.
            holes: reloads,
            reloads,
            stale_accepts: gauges.stale_accepts.load(Ordering::Relaxed),
            stale_refusals: gauges.stale_refusals.load(Ordering::Relaxed),
            corrupt: gauges.corrupt.load(Ordering::Relaxed),
        }
    }
}

impl From<Full> for RevokeError {
    fn from(full: Full) -> Self {
        Self::Full { cap: full.0 }
    }
}

impl fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RevocationList({} entries)", self.len())
    }
}
