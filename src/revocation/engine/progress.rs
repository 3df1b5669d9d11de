//! What those who record and the thread that publishes tell each other.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::revocation::Acknowledged;

/// How long who records waits for the engine.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(super) struct Progress {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// The highest number in the file.
    highest: u64,
    /// The highest that was sent.
    through: u64,
    /// How many that the engine lost are still to be sent again.
    lost: usize,
    /// Whether the engine did not answer when it was last asked.
    is_down: bool,
    is_over: bool,
}

impl Progress {
    /// Entry `number` is on the disk; waits a short time for it to be with the engine, and not at
    /// all for one that is down.
    pub(super) fn recorded(&self, number: u64) -> Acknowledged {
        let mut state = self.lock();
        state.highest = state.highest.max(number);
        self.changed.notify_all();
        let waits = |state: &mut State| state.through < number && !state.is_down && !state.is_over;
        let waited = self.changed.wait_timeout_while(state, PATIENCE, waits);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if state.through >= number { Acknowledged::Published } else { Acknowledged::Local }
    }

    /// Everything up to `through` is with the engine, and `highest` is the last in the file.
    pub(super) fn published(&self, through: u64, highest: u64) {
        let mut state = self.lock();
        state.through = state.through.max(through);
        state.highest = state.highest.max(highest);
        self.changed.notify_all();
    }

    /// So many are still to be sent again.
    pub(super) fn lost(&self, entries: usize) {
        self.lock().lost = entries;
    }

    pub(super) fn engine_is_down(&self, is_down: bool) {
        self.lock().is_down = is_down;
        self.changed.notify_all();
    }

    /// Whether the engine did not answer when it was last asked.
    pub(super) fn is_down(&self) -> bool {
        self.lock().is_down
    }

    /// How many entries other hosts cannot see.
    pub(super) fn unpublished(&self) -> usize {
        let state = self.lock();
        let waiting = state.highest.saturating_sub(state.through);
        usize::try_from(waiting).unwrap_or(usize::MAX).saturating_add(state.lost)
    }

    /// Waits for `time`, or for something to publish; false when there is no more to do.
    pub(super) fn wait_for_work(&self, time: Duration) -> bool {
        let idle = |state: &mut State| state.highest <= state.through && !state.is_over;
        let waited = self.changed.wait_timeout_while(self.lock(), time, idle);
        !waited.unwrap_or_else(PoisonError::into_inner).0.is_over
    }

    /// Waits for `time`, whatever there is to publish; false when there is no more to do.
    pub(super) fn wait(&self, time: Duration) -> bool {
        let waited = self.changed.wait_timeout_while(self.lock(), time, |state| !state.is_over);
        !waited.unwrap_or_else(PoisonError::into_inner).0.is_over
    }

    pub(super) fn end(&self) {
        self.lock().is_over = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while it was held leaves numbers that are right, or that the next round corrects.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
