//! The list in memory: exact, sharded, the only one that a request asks. Entries merge by the later
//! end or cut, and leave only when every token that they can name has ended.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::claims::{AnyId, Handles};
use crate::limits;
use crate::spread::Spread;
use crate::time::Timestamp;

use super::record::{pack_end, unpack_end};
use super::{Kind, Record, Revoked};

type Name = [u8; 16];

/// The ids are spread over so many maps, that one which grows holds up few requests.
const SHARDS: usize = 64;

pub(super) struct Set {
    shards: Vec<RwLock<Ids>>,
    cuts: RwLock<Cuts>,
    /// Whether there is anything in `cuts`, and whether a single token was ever named: both are rare, and
    /// asked for by everyone.
    any_cuts: AtomicBool,
    any_tokens: AtomicBool,
    len: AtomicUsize,
    /// How often anything changed.
    changes: AtomicU64,
    cap: usize,
}

/// The ends of tokens and sessions in seconds, as [`pack_end`] gives them.
#[derive(Default)]
struct Ids {
    tokens: Ends,
    sessions: Ends,
}

type Ends = HashMap<Name, u32, Spread>;

#[derive(Default)]
struct Cuts {
    subjects: HashMap<Name, Vec<SubjectCut>>,
    scopes: HashMap<Name, Cut>,
    keys: HashMap<Name, Timestamp>,
    everything: Option<Cut>,
}

/// What began up to `cut` is dead; the entry may leave at `end`.
#[derive(Clone, Copy)]
struct Cut {
    cut: Timestamp,
    end: Timestamp,
}

struct SubjectCut {
    except: Option<Name>,
    cut: Cut,
}

/// The list has as many entries as it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full(pub(super) usize);

/// What became of an entry that was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Added {
    /// There was none of its name.
    New,
    /// It is one with that which was there.
    Merged,
}

/// What is asked about a token besides its claims.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Context<'a> {
    pub(super) key: Option<&'a str>,
    /// A scope that stands elsewhere than in the claims.
    pub(super) scope: Option<&'a str>,
}

impl Set {
    /// An empty set of at most `cap` entries; cut-offs have some room more, keys have their own, and
    /// there is always room for everything: whoever logs out often cannot keep an operator from it.
    pub(super) fn new(cap: usize) -> Self {
        let mut shards = Vec::new();
        shards.resize_with(SHARDS, RwLock::default);
        Self {
            shards,
            cuts: RwLock::default(),
            any_cuts: AtomicBool::new(false),
            any_tokens: AtomicBool::new(false),
            len: AtomicUsize::new(0),
            changes: AtomicU64::new(0),
            cap,
        }
    }

    /// Adds or merges `record`; of several who add one name at once, one is told that it is new.
    pub(super) fn insert(&self, record: &Record) -> Result<Added, Full> {
        let added = match record.kind() {
            Kind::Token | Kind::Session => {
                let mut shard = self.shard_to_write(record.name());
                let ids = shard.of(record.kind());
                let end = pack_end(record.end());
                match ids.get_mut(record.name()) {
                    Some(kept) => {
                        *kept = end.max(*kept);
                        false
                    }
                    None => {
                        self.room(self.cap)?;
                        ids.insert(*record.name(), end);
                        self.len.fetch_add(1, Ordering::Relaxed);
                        if record.kind() == Kind::Token {
                            self.any_tokens.store(true, Ordering::Release);
                        }
                        true
                    }
                }
            }
            _ => {
                let mut cuts = write(&self.cuts);
                let room = self.room_for_cut(record.kind(), cuts.keys.len());
                let added = cuts.insert(record, room)?;
                self.len.fetch_add(usize::from(added), Ordering::Relaxed);
                self.any_cuts.store(true, Ordering::Release);
                added
            }
        };
        self.changes.fetch_add(1, Ordering::Release);
        Ok(if added { Added::New } else { Added::Merged })
    }

    /// Goes up with every entry that is taken, and when some are dropped.
    pub(super) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// Whether `record` would be refused.
    pub(super) fn check_room(&self, record: &Record) -> Result<(), Full> {
        match record.kind() {
            kind @ (Kind::Token | Kind::Session) if self.has(kind, record.name()) => Ok(()),
            Kind::Token | Kind::Session => self.room(self.cap),
            kind => {
                let cuts = read(&self.cuts);
                if cuts.has(record) { Ok(()) } else { self.room_for_cut(kind, cuts.keys.len()) }
            }
        }
    }

    /// Whether one more session of the subject of `record` can be spared.
    pub(super) fn can_spare(&self, record: &Record) -> bool {
        let cuts = read(&self.cuts);
        let spared = |cuts: &Vec<SubjectCut>| cuts.iter().filter(|it| it.except.is_some()).count();
        let count = cuts.subjects.get(record.name()).map_or(0, spared);
        record.except().is_none() || count < limits::SPARED || cuts.has(record)
    }

    fn room_for_cut(&self, kind: Kind, keys: usize) -> Result<(), Full> {
        match kind {
            Kind::Everything => Ok(()),
            Kind::Key if keys < limits::REVOKED_SPARE => Ok(()),
            Kind::Key => Err(Full(limits::REVOKED_SPARE)),
            _ => self.room(self.cap.saturating_add(limits::REVOKED_SPARE)),
        }
    }

    /// Whether this very token or session is there.
    pub(super) fn has(&self, kind: Kind, name: &Name) -> bool {
        self.shard(name).ids(kind).contains_key(name)
    }

    fn room(&self, cap: usize) -> Result<(), Full> {
        if self.len() < cap { Ok(()) } else { Err(Full(cap)) }
    }

    /// The entry that names the token, if there is one.
    pub(super) fn judge(&self, handles: &Handles<'_>, context: Context<'_>) -> Option<Revoked> {
        let session = handles.session.map(|id| name_of(Kind::Session, id));
        if session.is_some_and(|name| self.shard(&name).sessions.contains_key(&name)) {
            return Some(Revoked::Session);
        }
        let token = handles.token.filter(|_| self.any_tokens.load(Ordering::Acquire));
        let token = token.map(|id| name_of(Kind::Token, id));
        if token.is_some_and(|name| self.shard(&name).tokens.contains_key(&name)) {
            return Some(Revoked::Token);
        }
        if !self.any_cuts.load(Ordering::Acquire) {
            return None;
        }
        read(&self.cuts).judge(handles, session, context)
    }

    /// The first moment at which a session of `subject` in `scope` is under no cut-off.
    pub(super) fn first_start(
        &self,
        subject: &str,
        scope: Option<&str>,
        now: Timestamp,
    ) -> Timestamp {
        let cuts = read(&self.cuts);
        let of_subject = cuts.subjects.get(&Kind::Subject.name_of(subject)).into_iter().flatten();
        let of_scope = scope.and_then(|scope| cuts.scopes.get(&Kind::Scope.name_of(scope)));
        of_subject
            .map(|it| &it.cut)
            .chain(of_scope)
            .chain(&cuts.everything)
            .map(|it| Timestamp::from_millis(it.cut.as_millis().saturating_add(1)))
            .fold(now, Timestamp::max)
    }

    /// Drops entries whose end has come by `horizon`; tells how many.
    pub(super) fn purge(&self, horizon: Timestamp) -> usize {
        let mut dropped = 0;
        // They leave the count before their lock is free, as they entered it: it is never below zero.
        let mut count = |before: usize, after: usize| {
            self.len.fetch_sub(before - after, Ordering::Relaxed);
            dropped += before - after;
        };
        for shard in &self.shards {
            let mut shard = write(shard);
            let before = shard.len();
            shard.retain_after(horizon);
            count(before, shard.len());
        }
        let mut cuts = write(&self.cuts);
        let before = cuts.len();
        cuts.retain_after(horizon);
        count(before, cuts.len());
        self.any_cuts.store(cuts.len() > 0, Ordering::Release);
        self.changes.fetch_add(u64::from(dropped > 0), Ordering::Release);
        dropped
    }

    /// Every entry.
    pub(super) fn records(&self) -> Vec<Record> {
        let mut records = Vec::with_capacity(self.len());
        for shard in &self.shards {
            let shard = read(shard);
            for (kind, ids) in [(Kind::Token, &shard.tokens), (Kind::Session, &shard.sessions)] {
                records.extend(
                    ids.iter().map(|(name, end)| Record::of(kind, *name, unpack_end(*end))),
                );
            }
        }
        read(&self.cuts).list(&mut records);
        records
    }

    pub(super) fn len(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }

    fn shard(&self, name: &Name) -> RwLockReadGuard<'_, Ids> {
        read(self.place(name))
    }

    fn shard_to_write(&self, name: &Name) -> RwLockWriteGuard<'_, Ids> {
        write(self.place(name))
    }

    #[expect(clippy::indexing_slicing, reason = "the remainder is below the number of shards")]
    fn place(&self, name: &Name) -> &RwLock<Ids> {
        let [first, ..] = name;
        &self.shards[usize::from(*first) % SHARDS]
    }
}

fn name_of(kind: Kind, id: AnyId<'_>) -> Name {
    match id {
        AnyId::Bytes(bytes) => bytes,
        AnyId::Text(text) => kind.name_of(text),
    }
}

impl Ids {
    fn ids(&self, kind: Kind) -> &Ends {
        if kind == Kind::Token { &self.tokens } else { &self.sessions }
    }

    fn of(&mut self, kind: Kind) -> &mut Ends {
        if kind == Kind::Token { &mut self.tokens } else { &mut self.sessions }
    }

    fn retain_after(&mut self, horizon: Timestamp) {
        for ids in [&mut self.tokens, &mut self.sessions] {
            ids.retain(|_, end| unpack_end(*end) > horizon);
            if ids.capacity() > 4 * ids.len().max(64) {
                ids.shrink_to_fit();
            }
        }
    }

    fn len(&self) -> usize {
        self.tokens.len() + self.sessions.len()
    }
}

impl Cuts {
    fn insert(&mut self, record: &Record, room: Result<(), Full>) -> Result<bool, Full> {
        let cut = Cut { cut: record.cut(), end: record.end() };
        let kept = match record.kind() {
            Kind::Token | Kind::Session => return Ok(false),
            Kind::Subject => {
                let cuts = self.subjects.get_mut(record.name());
                cuts.and_then(|cuts| {
                    cuts.iter_mut().find(|it| it.except.as_ref() == record.except())
                })
                .map(|it| &mut it.cut)
            }
            Kind::Scope => self.scopes.get_mut(record.name()),
            Kind::Key => {
                if let Some(end) = self.keys.get_mut(record.name()) {
                    *end = cut.end.max(*end);
                    return Ok(false);
                }
                None
            }
            Kind::Everything => self.everything.as_mut(),
        };
        if let Some(kept) = kept {
            *kept = Cut { cut: cut.cut.max(kept.cut), end: cut.end.max(kept.end) };
            return Ok(false);
        }
        room?;
        match record.kind() {
            Kind::Token | Kind::Session => {}
            Kind::Subject => {
                let except = record.except().copied();
                self.subjects.entry(*record.name()).or_default().push(SubjectCut { except, cut });
            }
            Kind::Scope => drop(self.scopes.insert(*record.name(), cut)),
            Kind::Key => drop(self.keys.insert(*record.name(), cut.end)),
            Kind::Everything => self.everything = Some(cut),
        }
        Ok(true)
    }

    /// Whether an entry of this very key is there.
    fn has(&self, record: &Record) -> bool {
        let name = record.name();
        match record.kind() {
            Kind::Token | Kind::Session => false,
            Kind::Subject => self
                .subjects
                .get(name)
                .is_some_and(|cuts| cuts.iter().any(|it| it.except.as_ref() == record.except())),
            Kind::Scope => self.scopes.contains_key(name),
            Kind::Key => self.keys.contains_key(name),
            Kind::Everything => self.everything.is_some(),
        }
    }

    /// All levels are asked: a token is dead if any of them says so.
    fn judge(
        &self,
        handles: &Handles<'_>,
        session: Option<Name>,
        context: Context<'_>,
    ) -> Option<Revoked> {
        // A token that does not say when it began began before any cut.
        let is_before = |cut: Timestamp| handles.started.is_none_or(|started| started <= cut);
        let key = context.key.filter(|_| !self.keys.is_empty());
        if key.is_some_and(|key| self.keys.contains_key(&Kind::Key.name_of(key))) {
            return Some(Revoked::Key);
        }
        if let Some(Cut { cut, .. }) = self.everything.filter(|it| is_before(it.cut)) {
            return Some(Revoked::Everything { cut });
        }
        if !self.scopes.is_empty() {
            let scope = context.scope.or(handles.scope);
            let found = scope.and_then(|scope| self.scopes.get(&Kind::Scope.name_of(scope)));
            if let Some(Cut { cut, .. }) = found.filter(|it| is_before(it.cut)) {
                return Some(Revoked::Scope { cut: *cut });
            }
        }
        let subject = handles.subject.filter(|_| !self.subjects.is_empty())?;
        let cuts = self.subjects.get(&Kind::Subject.name_of(subject))?;
        let meant = |it: &&SubjectCut| it.except.is_none() || it.except != session;
        let found = cuts.iter().filter(meant).find(|it| is_before(it.cut.cut))?;
        Some(Revoked::Subject { cut: found.cut.cut })
    }

    fn retain_after(&mut self, horizon: Timestamp) {
        self.subjects.retain(|_, cuts| {
            cuts.retain(|it| it.cut.end > horizon);
            !cuts.is_empty()
        });
        self.scopes.retain(|_, it| it.end > horizon);
        self.keys.retain(|_, end| *end > horizon);
        self.everything = self.everything.filter(|it| it.end > horizon);
    }

    fn list(&self, records: &mut Vec<Record>) {
        for (name, cuts) in &self.subjects {
            for SubjectCut { except, cut } in cuts {
                let record = Record::of(Kind::Subject, *name, cut.end).cut_at(cut.cut);
                records.push(except.map_or(record, |except| record.sparing(except.into())));
            }
        }
        let scopes = self.scopes.iter();
        records
            .extend(scopes.map(|(name, it)| Record::of(Kind::Scope, *name, it.end).cut_at(it.cut)));
        records.extend(self.keys.iter().map(|(name, end)| Record::of(Kind::Key, *name, *end)));
        records.extend(
            self.everything.map(|it| Record::new(Kind::Everything, "", it.end).cut_at(it.cut)),
        );
    }

    fn len(&self) -> usize {
        self.subjects.values().map(Vec::len).sum::<usize>()
            + self.scopes.len()
            + self.keys.len()
            + usize::from(self.everything.is_some())
    }
}

// A panic while a lock was held cannot leave an entry half-written.
fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
