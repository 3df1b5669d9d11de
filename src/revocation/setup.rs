//! How a list is opened.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use crate::follow::{Followed, Turns};
use crate::limits;
use crate::time::Clock;

use super::follower::{Gauges, follow};
use super::list::{Inner, PRUNE_EVERY};
use super::set::Set;
use super::{RevocationFeed, RevocationList, RevocationPolicy, RevocationStore, StoreError};

/// A list to be opened.
#[derive(Clone, Debug)]
pub struct ListSetup {
    policy: RevocationPolicy,
    clock: Clock,
    cap: usize,
}

impl Default for ListSetup {
    fn default() -> Self {
        Self { policy: RevocationPolicy::default(), clock: Clock::system(), cap: limits::REVOKED }
    }
}

impl ListSetup {
    /// The numbers of a list in memory; a store brings its own.
    #[must_use]
    pub fn policy(self, policy: RevocationPolicy) -> Self {
        Self { policy, ..self }
    }

    /// Takes the time from `clock`.
    #[must_use]
    pub fn clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// Holds `cap` tokens and sessions at most, instead of [`limits::REVOKED`]; more are refused, and
    /// none is dropped for another.
    #[must_use]
    pub fn cap(self, cap: usize) -> Self {
        Self { cap, ..self }
    }

    /// An empty list that lives as long as the process.
    #[must_use]
    pub fn in_memory(self) -> RevocationList {
        RevocationList(Arc::new(self.empty()))
    }

    /// The list of `store`.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read whole.
    pub fn with_store(
        self,
        store: impl RevocationStore + 'static,
    ) -> Result<RevocationList, StoreError> {
        let mut inner = self.policy(store.policy()).empty();
        inner.followed = Some(inner.follow(store.feed()?)?);
        inner.store = Some(Box::new(store));
        Ok(RevocationList(Arc::new(inner)))
    }

    /// What `feed` tells, to be asked and not to be written.
    pub(super) fn follow(
        self,
        feed: Box<dyn RevocationFeed>,
    ) -> Result<RevocationList, StoreError> {
        let mut inner = self.empty();
        inner.followed = Some(inner.follow(feed)?);
        Ok(RevocationList(Arc::new(inner)))
    }

    /// As [`ListSetup::follow`], read only when somebody asks for it.
    #[cfg(test)]
    pub(super) fn read_by_hand(
        self,
        feed: Box<dyn RevocationFeed>,
    ) -> Result<RevocationList, StoreError> {
        let mut inner = self.empty();
        let (set, gauges) = (Arc::clone(&inner.set), Arc::clone(&inner.gauges));
        inner.followed = Some(super::follower::read(feed, set, gauges, &inner.clock)?);
        Ok(RevocationList(Arc::new(inner)))
    }

    fn empty(self) -> Inner {
        Inner {
            set: Arc::new(Set::new(self.cap)),
            policy: self.policy,
            gauges: Arc::new(Gauges::default()),
            // Who writes once and ends need not clean up.
            prunes: Turns::from(self.clock.elapsed().saturating_add(PRUNE_EVERY)),
            full: Turns::default(),
            purge_at: AtomicUsize::new(0),
            clock: self.clock,
            store: None,
            followed: None,
        }
    }
}

impl Inner {
    fn follow(&self, feed: Box<dyn RevocationFeed>) -> Result<Followed<Duration>, StoreError> {
        follow(feed, Arc::clone(&self.set), Arc::clone(&self.gauges), &self.clock)
    }
}
