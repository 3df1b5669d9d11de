//! Waits until the engine may have something new. A hint: what counts is the next look.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redis::{Pipeline, Value};

use crate::crypto::random_between;

use super::address::Address;
use super::line::Line;
use super::reply::Id;

/// How long the engine is asked to wait. Whoever drops a feed waits this long at most for its
/// thread to end, and a quiet list is never older.
const BLOCKS: Duration = Duration::from_millis(500);

/// Up to where the stream was read.
#[derive(Clone, Debug, Default)]
pub(super) struct ReadUpTo(Arc<Mutex<Id>>);

impl ReadUpTo {
    pub(super) fn set(&self, id: Id) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = id;
    }

    fn get(&self) -> Id {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits on a connection of its own; gives the time to wait after that.
pub(super) fn waker(address: Address, read: ReadUpTo) -> impl FnMut() -> Duration + Send {
    let key = address.entries();
    let mut line = Line::blocking(address, BLOCKS);
    let mut woken_at = None;
    move || {
        let from = read.get();
        let mut question = Pipeline::new();
        let command = question.cmd("XREAD").arg("COUNT").arg(1);
        command.arg("BLOCK").arg(BLOCKS.as_millis() as u64);
        command.arg("STREAMS").arg(&key).arg(from.to_string());
        match line.tell(&question) {
            Ok(answers) if matches!(answers.as_slice(), [Value::Nil]) => Duration::ZERO,
            // Woken for the same entry again: the look after it failed.
            Ok(_) if woken_at == Some(from) => jittered(),
            Ok(_) => {
                woken_at = Some(from);
                Duration::ZERO
            }
            Err(_) => jittered(),
        }
    }
}

/// A pause after a fault; many who lost one engine are not to come back at one moment.
pub(super) fn jittered() -> Duration {
    Duration::from_millis(random_between(100, 400).unwrap_or(250))
}
