//! What the routes share: the set, the revocation list, and what was asked for them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use waxseal::keyring::PublishedSet;

use super::snapshots::Snapshots;

/// The set, the revocation list if there is one, and the counts of requests.
pub(super) struct State {
    pub(super) set: PublishedSet,
    pub(super) snapshots: Option<Snapshots>,
    /// By route and status, both of a handful of values, whatever clients ask for.
    requests: Mutex<BTreeMap<(&'static str, u16), u64>>,
}

impl State {
    pub(super) fn new(set: PublishedSet, snapshots: Option<Snapshots>) -> Arc<Self> {
        Arc::new(Self { set, snapshots, requests: Mutex::default() })
    }

    pub(super) fn count(&self, route: &'static str, status: u16) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        *requests.entry((route, status)).or_default() += 1;
    }

    pub(super) fn requests(&self) -> BTreeMap<(&'static str, u16), u64> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
