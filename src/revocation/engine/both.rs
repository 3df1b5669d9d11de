//! What a writer's own list follows: the engine, and the file of its host. While the engine is away
//! the processes of one host still hear of each other.

use std::time::Duration;

use crate::revocation::sqlite::SqliteFeed;
use crate::revocation::{Batch, Continuity, Cursor, RevocationFeed, StoreError};
use crate::time::{Clock, Timestamp};

use super::RedisFeed;

pub(super) struct Both {
    file: SqliteFeed,
    engine: RedisFeed,
    last: Option<Last>,
}

/// What the engine said when it last answered.
#[derive(Clone, Copy)]
struct Last {
    heard: Duration,
    incarnation: [u8; 16],
    as_of: Timestamp,
    retention: Duration,
}

impl Both {
    pub(super) fn new(file: SqliteFeed, engine: RedisFeed) -> Self {
        Self { file, engine, last: None }
    }
}

impl RevocationFeed for Both {
    fn place(&self) -> String {
        self.engine.place()
    }

    fn poll(&mut self, since: Option<&Cursor>) -> Result<Batch, StoreError> {
        let since = since.and_then(split);
        let (of_file, of_engine) = since.unzip();
        let mut file = self.file.poll(of_file.as_ref())?;
        let begun = Clock::system().elapsed();
        match (self.engine.poll(of_engine.as_ref()), of_engine, self.last) {
            (Ok(engine), ..) => {
                let Batch { incarnation, as_of, retention, .. } = engine;
                self.last = Some(Last { heard: begun, incarnation, as_of, retention });
                file.entries.extend(engine.entries);
                let continuity = match file.continuity {
                    Continuity::Whole => engine.continuity,
                    broken @ Continuity::Broken(_) => broken,
                };
                let cursor = join(&file.cursor, &engine.cursor);
                Ok(Batch { entries: file.entries, cursor, continuity, ..engine })
            }
            // In force here now; the list is as old as what is known of the others.
            (Err(_), Some(of_engine), Some(last)) if !file.entries.is_empty() => Ok(Batch {
                cursor: join(&file.cursor, &of_engine),
                incarnation: last.incarnation,
                as_of: last.as_of,
                age: begun.saturating_sub(last.heard),
                retention: last.retention,
                ..file
            }),
            (Err(fault), ..) => Err(fault),
        }
    }

    fn pause(&self) -> Box<dyn FnMut() -> Duration + Send> {
        self.engine.pause()
    }
}

/// The file's part is a number of eight bytes.
fn join(Cursor(file): &Cursor, Cursor(engine): &Cursor) -> Cursor {
    Cursor([file.as_slice(), engine].concat())
}

fn split(Cursor(bytes): &Cursor) -> Option<(Cursor, Cursor)> {
    let (file, engine) = bytes.split_at_checked(8)?;
    Some((Cursor(file.to_vec()), Cursor(engine.to_vec())))
}
