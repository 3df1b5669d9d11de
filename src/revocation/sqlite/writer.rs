//! The one thread that writes: what callers want while it commits goes into the next commit
//! together.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use crate::revocation::{Entry, StoreError};
use crate::time::Timestamp;

use super::ListFile;
use super::file::{Claim, Kept};

/// Most entries in one commit.
const MOST_AT_ONCE: usize = 4096;

/// A handle of the thread, which ends with it.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: Sender<Job>,
    place: String,
    process: u32,
}

enum Job {
    Add(Vec<Entry>, Answer<Kept>),
    /// Adds it if it is the first of its name.
    Once(Box<Entry>, Answer<Claim>),
    /// Drops some of what ended by then.
    Prune(Timestamp, Answer<usize>),
}

type Answer<T> = SyncSender<Result<T, StoreError>>;

impl Writer {
    pub(super) fn start(file: ListFile) -> Result<Self, StoreError> {
        let (jobs, waiting) = channel();
        let place = file.place().to_owned();
        let started = std::thread::Builder::new()
            .name("waxseal-revoked".into())
            .spawn(move || work(file, &waiting));
        match started {
            Ok(_) => Ok(Self { jobs, place, process: std::process::id() }),
            Err(fault) => Err(StoreError::Unreachable { place, why: fault.to_string() }),
        }
    }

    /// Adds `entries`; they are on the disk when this returns, with others of their commit.
    pub(super) fn record(&self, entries: Vec<Entry>) -> Result<Kept, StoreError> {
        self.ask(|answer| Job::Add(entries, answer))
    }

    /// Adds `entry` if it is the first of its name; it is on the disk when this returns.
    pub(super) fn record_once(&self, entry: Entry) -> Result<Claim, StoreError> {
        self.ask(|answer| Job::Once(Box::new(entry), answer))
    }

    /// Drops entries that ended by `horizon`, some at a time: whoever adds meanwhile waits for some
    /// only. Tells how many.
    pub(super) fn prune(&self, horizon: Timestamp) -> Result<usize, StoreError> {
        let mut dropped = 0;
        loop {
            match self.ask(|answer| Job::Prune(horizon, answer))? {
                0 => return Ok(dropped),
                some => dropped += some,
            }
        }
    }

    fn ask<T>(&self, job: impl FnOnce(Answer<T>) -> Job) -> Result<T, StoreError> {
        let gone =
            |why: &str| StoreError::Unreachable { place: self.place.clone(), why: why.into() };
        // A fork has no threads but its own: it would wait for ever.
        if std::process::id() != self.process {
            return Err(gone("this process was forked from the one that opened it: open it again"));
        }
        let ended = || gone("the thread that writes has ended");
        let (answer, answered) = sync_channel(1);
        self.jobs.send(job(answer)).map_err(|_| ended())?;
        answered.recv().map_err(|_| ended())?
    }
}

fn work(mut file: ListFile, waiting: &Receiver<Job>) {
    while let Ok(job) = waiting.recv() {
        let (mut entries, mut callers, mut prunes) = (Vec::new(), Vec::new(), Vec::new());
        let (mut once, mut claimants) = (Vec::new(), Vec::new());
        let mut next = Some(job);
        while let Some(job) = next {
            match job {
                Job::Add(mut some, answer) => {
                    entries.append(&mut some);
                    callers.push(answer);
                }
                Job::Once(entry, answer) => {
                    once.push(*entry);
                    claimants.push(answer);
                }
                Job::Prune(horizon, answer) => prunes.push((horizon, answer)),
            }
            let waits = entries.len() + once.len() < MOST_AT_ONCE;
            next = if waits { waiting.try_recv().ok() } else { None };
        }
        // Who no longer waits is not told.
        if !callers.is_empty() {
            let outcome = file.add(&entries);
            for caller in callers {
                let _ = caller.send(outcome.clone());
            }
        }
        if !claimants.is_empty() {
            answer_once(&mut file, &once, claimants);
        }
        for (horizon, caller) in prunes {
            let _ = caller.send(file.prune_some(horizon));
        }
    }
}

fn answer_once(file: &mut ListFile, entries: &[Entry], callers: Vec<Answer<Claim>>) {
    match file.add_once(entries) {
        Ok(claims) => {
            for (caller, claim) in callers.into_iter().zip(claims) {
                let _ = caller.send(Ok(claim));
            }
        }
        Err(fault) => {
            for caller in callers {
                let _ = caller.send(Err(fault.clone()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::revocation::RevocationPolicy;

    #[test]
    fn a_fork_is_told_instead_of_waiting_for_a_thread_that_it_has_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("revoked.db");
        ListFile::create(&path, RevocationPolicy::default()).expect("a new list");
        let writer = Writer::start(ListFile::open_to_write(&path).expect("a list"));
        let mut writer = writer.expect("a thread");
        assert!(writer.record(Vec::new()).is_ok());
        writer.process += 1;
        let fault = writer.record(Vec::new()).expect_err("another process").to_string();
        assert!(fault.contains("forked"), "{fault}");
    }
}
