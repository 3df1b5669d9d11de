//! What the routes share: the set, and what was asked for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use waxseal::keyring::PublishedSet;

/// The set and the counts of requests.
pub(super) struct State {
    pub(super) set: PublishedSet,
    /// By route and status, both of a handful of values, whatever clients ask for.
    requests: Mutex<BTreeMap<(&'static str, u16), u64>>,
}

impl State {
    pub(super) fn new(set: PublishedSet) -> Arc<Self> {
        Arc::new(Self { set, requests: Mutex::default() })
    }

    pub(super) fn count(&self, route: &'static str, status: u16) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        *requests.entry((route, status)).or_default() += 1;
    }

    pub(super) fn requests(&self) -> BTreeMap<(&'static str, u16), u64> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
