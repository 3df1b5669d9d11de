//! A feed of revocations that a test writes to, and cuts off.

#![allow(dead_code, unreachable_pub)]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use waxseal::revocation::{Batch, Continuity, Cursor, Entry, Record, RevocationFeed, StoreError};
use waxseal::time::Timestamp;

const NOW: i64 = 1_795_225_163;
const HOUR: Duration = Duration::from_secs(3600);

/// A feed of entries that can be made to fail.
#[derive(Clone, Default)]
pub struct Wire(pub Arc<WireState>);

#[derive(Default)]
pub struct WireState {
    entries: Mutex<Vec<Entry>>,
    dead: AtomicBool,
    pub polls: AtomicU64,
}

impl Wire {
    pub fn send(&self, record: Record) {
        let entry = Entry::new(record, Timestamp::from_secs(NOW));
        self.0.entries.lock().expect("no panic").push(entry);
    }

    pub fn is_dead(&self, dead: bool) {
        self.0.dead.store(dead, Ordering::SeqCst);
    }
}

impl RevocationFeed for Wire {
    fn place(&self) -> String {
        "the wire".into()
    }

    fn poll(&mut self, since: Option<&Cursor>) -> Result<Batch, StoreError> {
        self.0.polls.fetch_add(1, Ordering::SeqCst);
        if self.0.dead.load(Ordering::SeqCst) {
            return Err(StoreError::Unreachable { place: self.place(), why: "cut".into() });
        }
        let entries = self.0.entries.lock().expect("no panic");
        let from = since.map_or(0, |Cursor(at)| usize::from(at[0]));
        Ok(Batch {
            entries: entries[from..].to_vec(),
            cursor: Cursor(vec![u8::try_from(entries.len()).expect("few")]),
            incarnation: [1; 16],
            continuity: Continuity::Whole,
            as_of: Timestamp::from_secs(NOW),
            age: Duration::ZERO,
            retention: Duration::MAX,
        })
    }

    /// The tests ask for every reading themselves.
    fn pause(&self) -> Box<dyn FnMut() -> Duration + Send> {
        Box::new(|| HOUR)
    }
}
