//! The one thread that writes: what callers want while it commits goes into the next commit
//! together.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use crate::revocation::{Entry, StoreError};

use super::ListFile;
use super::file::Kept;

/// Most entries in one commit.
const MOST_AT_ONCE: usize = 4096;

/// A handle of the thread, which ends with it.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: Sender<Job>,
    place: String,
}

struct Job {
    entries: Vec<Entry>,
    done: SyncSender<Result<Kept, StoreError>>,
}

impl Writer {
    pub(super) fn start(file: ListFile) -> Result<Self, StoreError> {
        let (jobs, waiting) = channel();
        let place = file.place().to_owned();
        let started = std::thread::Builder::new()
            .name("waxseal-revoked".into())
            .spawn(move || work(file, &waiting));
        match started {
            Ok(_) => Ok(Self { jobs, place }),
            Err(fault) => Err(StoreError::Unreachable { place, why: fault.to_string() }),
        }
    }

    /// Adds `entries`; they are on the disk when this returns, with others of their commit.
    pub(super) fn record(&self, entries: Vec<Entry>) -> Result<Kept, StoreError> {
        let (done, answer) = sync_channel(1);
        let gone = || StoreError::Unreachable {
            place: self.place.clone(),
            why: "the thread that writes has ended".into(),
        };
        self.jobs.send(Job { entries, done }).map_err(|_| gone())?;
        answer.recv().map_err(|_| gone())?
    }
}

fn work(mut file: ListFile, waiting: &Receiver<Job>) {
    while let Ok(Job { mut entries, done }) = waiting.recv() {
        let mut callers = vec![done];
        while entries.len() < MOST_AT_ONCE {
            let Ok(mut job) = waiting.try_recv() else {
                break;
            };
            entries.append(&mut job.entries);
            callers.push(job.done);
        }
        let outcome = file.add(&entries);
        for caller in callers {
            // Who no longer waits is not told.
            let _ = caller.send(outcome.clone());
        }
    }
}
