//! Several threads answer one batch: each takes every nth chunk, and what they wrote is put back into
//! the order of the input by asking them in turn. All queues are bounded, so that memory is too.

use std::io;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, Scope};

use crate::cli::Printed;
use crate::exit::{Code, Failure};
use crate::lines::{Chunk, Chunks};

use super::tally::Tally;
use super::{Clerk, Part, answer_chunk};

/// What waits before and behind each thread.
const QUEUED: usize = 1;

/// A chunk, and the number of the line before its first.
type Job = (Chunk, u64);

/// What a thread wrote: parts, the last of each chunk with its tally.
type Answered = Result<Part, Failure>;

/// Answers the lines of `chunks` by so many threads, and gives what they wrote to `write`.
pub(super) fn run<C: Clerk>(
    chunks: Chunks<'_>,
    jobs: NonZero<usize>,
    hire: impl Fn() -> C + Sync,
    printed: Printed,
    mut write: impl FnMut(Part) -> Result<(), Failure>,
) -> Result<(), Failure> {
    thread::scope(|scope| {
        let mut to = Vec::with_capacity(jobs.get());
        let mut from = Vec::with_capacity(jobs.get());
        for _ in 0..jobs.get() {
            let (to_clerk, given) = sync_channel::<Job>(QUEUED);
            let (answer, answers) = sync_channel::<Answered>(QUEUED);
            let hire = &hire;
            start(scope, "waxseal-clerk", move || {
                let clerk = hire();
                work(clerk, &given, &answer, printed);
            })?;
            to.push(to_clerk);
            from.push(answers);
        }
        let reader = start(scope, "waxseal-reader", move || read(chunks, &to))?;
        let written = collect(from, &mut write);
        // The hook for panics ends the program before a thread could be found dead.
        let read = reader.join().unwrap_or_else(|_| Err(Failure::new(Code::BUG, "a thread died")));
        written.and(read)
    })
}

fn start<'s, T: Send + 's>(
    scope: &'s Scope<'s, '_>,
    name: &str,
    task: impl FnOnce() -> T + Send + 's,
) -> Result<thread::ScopedJoinHandle<'s, T>, Failure> {
    thread::Builder::new().name(name.into()).spawn_scoped(scope, task).map_err(|fault| {
        Failure::new(Code::TRY_AGAIN, format!("cannot start a thread: {fault}"))
            .next("give fewer --jobs")
    })
}

/// Deals chunks out in turn; ends early when nobody takes them.
fn read(mut chunks: Chunks<'_>, to: &[SyncSender<Job>]) -> Result<(), Failure> {
    let mut before = 0;
    for clerk in to.iter().cycle() {
        let mut chunk = Chunk::default();
        if !chunks.next(&mut chunk)? {
            break;
        }
        let count = chunk.count();
        if clerk.send((chunk, before)).is_err() {
            break;
        }
        before += count;
    }
    Ok(())
}

/// Answers chunks until there are no more, or nobody listens.
fn work<C: Clerk>(
    mut clerk: C,
    given: &Receiver<Job>,
    answer: &SyncSender<Answered>,
    printed: Printed,
) {
    let gone = |_| Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
    for (chunk, mut line) in given {
        let mut text = Vec::new();
        let mut tally = Tally::default();
        let done =
            answer_chunk(&mut clerk, &chunk, &mut line, printed, &mut text, &mut tally, |text| {
                answer.send(Ok(Part { text, end: None })).map_err(gone)
            });
        let answered = done.map(|()| Part { text, end: Some((tally, chunk.read)) });
        let failed = answered.is_err();
        if answer.send(answered).is_err() || failed {
            break;
        }
    }
}

/// Takes a whole chunk's answers from each thread in turn.
fn collect(
    from: Vec<Receiver<Answered>>,
    write: &mut impl FnMut(Part) -> Result<(), Failure>,
) -> Result<(), Failure> {
    for clerk in from.iter().cycle() {
        loop {
            // Chunks are dealt out in turn: where the next one does not come, none will.
            let Ok(answered) = clerk.recv() else {
                return Ok(());
            };
            let part = answered?;
            let ends = part.end.is_some();
            write(part)?;
            if ends {
                break;
            }
        }
    }
    Ok(())
}
