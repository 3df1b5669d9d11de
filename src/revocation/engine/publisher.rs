//! The thread that sends what is in the file to the engine, and sends it again when the engine has
//! lost it.

use std::sync::Arc;
use std::time::Duration;

use redis::{Pipeline, Value};

use crate::crypto::random;
use crate::revocation::sqlite::{ListFile, Numbered};
use crate::revocation::{Entry, Previous, RevocationPolicy, StoreError, events};
use crate::time::{Clock, Timestamp};

use super::audit::{Finding, held, judge, oldest};
use super::ledger::{Ledger, Sent, State, chained, living, outlives, sent_once};
use super::line::Line;
use super::look::{Look, Range, Stream, look};
use super::meta::{Meta, retention};
use super::progress::Progress;
use super::reply::{self, Id};
use super::wake::jittered;
use super::wire;

/// How often the engine is asked what it has.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Most entries in one transaction of the engine.
const AT_ONCE: usize = 1000;

pub(super) struct Publisher {
    line: Line,
    ledger: Ledger,
    policy: RevocationPolicy,
    progress: Arc<Progress>,
    clock: Clock,
    /// The stream when it was last looked at, and nothing was missing.
    before: Option<Stream>,
    looked: Option<Duration>,
    /// The engine's time of the last look.
    engine: Timestamp,
}

impl Publisher {
    pub(super) fn new(line: Line, file: ListFile, progress: Arc<Progress>) -> Self {
        Self {
            line,
            policy: file.policy(),
            ledger: Ledger::new(file),
            progress,
            clock: Clock::system(),
            before: None,
            looked: None,
            engine: Timestamp::EPOCH,
        }
    }

    /// Works on a thread of its own until `progress` is over.
    pub(super) fn start(mut self) -> std::io::Result<()> {
        let work = move || {
            let mut goes_on = true;
            while goes_on {
                goes_on = match self.round() {
                    Ok(()) => self.progress.wait_for_work(LOOK_EVERY),
                    Err(fault) => {
                        events::not_published(&fault, self.progress.unpublished());
                        self.progress.wait(jittered())
                    }
                };
            }
        };
        std::thread::Builder::new().name("waxseal-publish".into()).spawn(work).map(drop)
    }

    /// Looks if it is time to, and sends what was not sent.
    pub(super) fn round(&mut self) -> Result<(), StoreError> {
        let done = self.look_and_send();
        self.progress.engine_is_down(done.is_err());
        if done.is_err() {
            self.looked = None;
        }
        done
    }

    fn look_and_send(&mut self) -> Result<(), StoreError> {
        let mut state = self.ledger.state()?;
        let now = self.clock.elapsed();
        if self.looked.is_none_or(|last| now.saturating_sub(last) >= LOOK_EVERY) {
            self.look(&mut state)?;
            self.looked = Some(now);
        }
        let (rows, highest) = self.ledger.since(state.through)?;
        self.progress.published(state.through, highest);
        if highest > state.through {
            let before = state.last;
            self.send(&rows, before, &mut state)?;
            state.through = highest;
            self.ledger.keep(&state)?;
            self.progress.published(highest, highest);
        }
        Ok(())
    }

    /// Looks whether the engine has what it was sent, and mends it.
    fn look(&mut self, state: &mut State) -> Result<(), StoreError> {
        let range = state.last_place.map_or(Range::Nothing, |(id, _)| Range::Only(id));
        let seen = look(&mut self.line, &range, 1)?;
        self.engine = seen.time;
        match judge(&seen, state, self.ledger.writer(), self.before, self.oldest()) {
            Finding::Lost(why) => self.send_all(state, &seen, why)?,
            Finding::Doubtful if self.lacks_any(state)? => {
                self.send_all(state, &seen, "entries left the engine too soon")?;
            }
            Finding::Whole | Finding::Doubtful => self.before = seen.stream,
        }
        if state.is_due(self.now(), self.retention()) {
            self.refresh(state)?;
        }
        Ok(())
    }

    /// Whether any entry that was sent, and has not ended, is not in the stream.
    fn lacks_any(&mut self, state: &State) -> Result<bool, StoreError> {
        let held = held(&mut self.line, self.ledger.writer())?;
        let rows = living(self.ledger.since(0)?.0, self.now());
        let lacks = |number: &u64| *number <= state.through && !held.contains(number);
        Ok(rows.iter().any(|(number, _)| lacks(number)))
    }

    /// Sends again everything that has not ended. The description of the list comes last, so that
    /// nobody takes a part for the whole.
    fn send_all(&mut self, state: &mut State, seen: &Look, why: &str) -> Result<(), StoreError> {
        let (rows, highest) = self.ledger.since(0)?;
        let rows = living(rows, self.now());
        self.before = None;
        self.progress.lost(rows.len());
        let mut sent = State { refreshed: self.now(), ..State::default() };
        self.send(&rows, None, &mut sent)?;
        sent.through = highest;
        sent.incarnation = Some(self.describe(seen)?);
        if state.incarnation.is_some() {
            events::published_again(rows.len(), why);
        }
        *state = sent;
        self.ledger.keep(state)?;
        self.progress.lost(0);
        self.progress.published(highest, highest);
        Ok(())
    }

    /// Makes the stream and the description of the list where there is none; tells the incarnation.
    fn describe(&mut self, seen: &Look) -> Result<[u8; 16], StoreError> {
        let address = self.line.address();
        let (entries, list) = (address.entries(), address.list());
        let no_random = |fault: crate::crypto::RandomError| address.unreachable(fault.to_string());
        let incarnation = random::<16>().map_err(no_random)?;
        let meta = Meta { incarnation, policy: self.policy };
        let json = meta.to_json().map_err(|fault| address.unreachable(fault.to_string()))?;
        let mut commands = Pipeline::new();
        commands.atomic();
        if seen.stream.is_none() {
            // A group is the one way to make a stream without an entry.
            let group = "waxseal";
            let create = commands.cmd("XGROUP").arg("CREATE").arg(&entries).arg(group);
            create.arg("$").arg("MKSTREAM");
            commands.cmd("XGROUP").arg("DESTROY").arg(&entries).arg(group);
        }
        commands.cmd("SET").arg(&list).arg(json).arg("NX");
        commands.cmd("GET").arg(&list);
        let answers = self.line.ask(&commands)?;
        let address = self.line.address();
        match answers.last() {
            Some(Value::BulkString(json)) => Ok(Meta::from_json(json, address)?.incarnation),
            Some(Value::ServerError(fault)) => Err(self.line.refusal(fault)),
            _ => Err(address.unreachable("it did not keep the description of the list")),
        }
    }

    /// Sends again what outlives the stream. Each names its true predecessor, so that nothing between
    /// two of them is taken for ended.
    fn refresh(&mut self, state: &mut State) -> Result<(), StoreError> {
        let (rows, _) = self.ledger.since(0)?;
        let (rows, retention) = (living(rows, self.now()), self.retention());
        let (through, now) = (state.through, self.engine);
        let difference = self.policy.clock_difference();
        let published = |entry: &Entry| match outlives(entry, retention) {
            true => now,
            false => sent_once(entry, now, difference),
        };
        let lasting: Vec<Sent> = chained(&rows, self.ledger.writer(), None, published)
            .zip(&rows)
            .filter(|(_, (number, entry))| *number <= through && outlives(entry, retention))
            .map(|(sent, _)| sent)
            .collect();
        for some in lasting.chunks(AT_ONCE) {
            state.last_place = self.add(some)?.or(state.last_place);
        }
        state.refreshed = self.now();
        self.ledger.keep(state)
    }

    /// Sends `rows`, the first of which follows `before`, and notes in `state` how far it came.
    fn send(
        &mut self,
        rows: &[Numbered],
        mut before: Option<Previous>,
        state: &mut State,
    ) -> Result<(), StoreError> {
        let now = self.engine;
        for some in rows.chunks(AT_ONCE) {
            let sent: Vec<Sent> = chained(some, self.ledger.writer(), before, |_| now).collect();
            state.last_place = self.add(&sent)?.or(state.last_place);
            before = sent.last().map(|(place, _)| *place).or(before);
            state.last = before;
        }
        Ok(())
    }

    /// Adds entries to the stream, all or none; tells where the last one is, and its
    /// number.
    fn add(&mut self, entries: &[Sent]) -> Result<Option<(Id, u64)>, StoreError> {
        let key = self.line.address().entries();
        let oldest = self.oldest().as_millis();
        let mut commands = Pipeline::new();
        commands.atomic();
        for (_, bytes) in entries {
            let add = commands.cmd("XADD").arg(&key).arg("MINID").arg("~").arg(oldest);
            add.arg("*").arg(wire::MEMBER).arg(bytes.as_slice());
        }
        let Some((Previous { sequence, .. }, _)) = entries.last() else {
            return Ok(None);
        };
        let answers = self.line.tell(&commands)?;
        let last = answers.last().and_then(reply::id);
        last.map(|id| Some((id, *sequence)))
            .ok_or_else(|| self.line.address().unreachable("its answer is not understood"))
    }

    /// The time that both clocks agree has come.
    fn now(&self) -> Timestamp {
        self.clock.now().min(self.engine)
    }

    fn oldest(&self) -> Timestamp {
        oldest(self.engine, self.clock.now(), self.retention())
    }

    fn retention(&self) -> Duration {
        retention(&self.policy)
    }
}
