//! Changing a ring: every act is guarded, whole, and finished by the next if it was interrupted.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::durable::{self, FolderLock};
use crate::key::{Algorithm, Key, KeySet};
use crate::limits;
use crate::time::{Clock, Timestamp};

use super::file::HoldFile;
use super::files::{self, Place};
use super::guard::{self, Fault};
use super::plan::{self, MOST_STEPS, Plan, Step};
use super::record::{KeyRecord, Record};
use super::store::{self, Elsewhere, Loaded};
use super::writer::{Origin, Writer};
use super::{KeyState, KeyringError};

/// Plans and changes the ring in a folder: what `waxseal keys` does, for programs.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let dir = dir.path().join("keys");
/// use std::time::Duration;
/// use waxseal::keyring::{Act, NewRing, Rotator};
/// use waxseal::time::{ManualClock, Timestamp};
///
/// let hand = ManualClock::at(Timestamp::from_secs(1_795_225_163));
/// NewRing::new("https://id.example").clock(hand.clock()).create(&dir)?;
/// let rotator = Rotator::new(&dir).by("cron").clock(hand.clock());
/// assert!(rotator.perform(&Act::Tick)?.steps.is_empty()); // nothing is due
///
/// let early = rotator.perform(&Act::Promote { seq: 2, seen: None }).unwrap_err();
/// assert_eq!(early.code(), "too_early"); // and the text names the safe time
///
/// hand.advance(Duration::from_secs(31 * 86_400));
/// let done = rotator.perform(&Act::Tick)?; // key 2 signs, key 3 is staged
/// assert!(done.steps.iter().any(|step| step.to_string() == "promote 2"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rotator {
    dir: PathBuf,
    by: String,
    clock: Clock,
}

/// A change to a ring.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Act {
    /// Every step that is due; often none.
    Tick,
    /// Make another key: it verifies, and does not sign yet.
    Stage {
        /// What it is for; as the key that signs if it does not say.
        algorithm: Option<Algorithm>,
        /// A promise not to prune it.
        hold: Option<NewHold>,
    },
    /// Add a key made elsewhere: it verifies, and does not sign yet.
    Import {
        /// The private key.
        key: Box<Key>,
        /// A promise not to prune it.
        hold: Option<NewHold>,
    },
    /// Let a key sign, once every verifier knows it.
    Promote {
        /// Its number.
        seq: u32,
        /// Proof instead of patience: the sets that the verifiers hold at this moment. If each has
        /// the key, no time needs to pass. Vouching for *all* verifiers is the caller's word.
        seen: Option<Vec<KeySet>>,
    },
    /// Let the key sign again that did before.
    Rollback,
    /// End a key and every token that it signed.
    Revoke {
        /// Its number.
        seq: u32,
        /// Why, for the history.
        reason: String,
        /// Which key signs from then on.
        successor: Successor,
    },
    /// Remove the private halves of keys whose tokens have ended.
    Prune {
        /// One key; all that may be pruned if it does not say.
        seq: Option<u32>,
        /// The `kid` of a held key that is pruned all the same.
        release: Option<String>,
    },
}

/// What follows the revocation of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Successor {
    /// The key does not sign.
    Unneeded,
    /// This key signs, at once: verifiers that do not know it yet refuse its tokens until they do.
    Promote(u32),
    /// None signs until one is promoted: nobody can log in.
    StopSigning,
}

/// A promise not to prune a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewHold {
    /// Until when.
    pub until: Timestamp,
    /// Why, for whoever wants to.
    pub why: String,
}

/// What an act came to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Done {
    /// The steps that were taken; none if there was nothing to do.
    pub steps: Vec<Step>,
    /// Whether another process took a step that this one was about to take.
    pub lost_a_race: bool,
}

/// What is known of one key, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyStatus {
    /// Its number.
    pub seq: u32,
    /// Its name.
    pub kid: String,
    /// What it is for.
    pub algorithm: Algorithm,
    /// What it does.
    pub state: KeyState,
    /// Since when, if the history tells.
    pub since: Option<Timestamp>,
    /// Since when the published set holds it.
    pub visible_since: Option<Timestamp>,
    /// From when on every verifier knows it.
    pub warm_at: Option<Timestamp>,
    /// Whether its private half is still there.
    pub has_private_half: bool,
    /// Until when it must not be pruned; without a date `None` inside.
    pub held: Option<Option<Timestamp>>,
}

/// Who changes the same ring is waited for so long.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Races that one act loses before it gives way: others are at work, or a name is taken for good.
const MOST_LOSSES: u32 = 1000;

/// A writer needs milliseconds between making a temporary file and naming it.
const LEFT_OVER: Duration = Duration::from_secs(60);

impl Rotator {
    /// Changes the ring in the folder `dir`, by the system's clock.
    #[must_use]
    pub fn new(dir: impl AsRef<Path>) -> Self {
        Self { dir: dir.as_ref().into(), by: "waxseal".into(), clock: Clock::system() }
    }

    /// Says in the history who acts.
    #[must_use]
    pub fn by(self, by: &str) -> Self {
        Self { by: by.into(), ..self }
    }

    /// Takes the time from `clock`: for rehearsals, on a copy of a ring. The files outside the folder
    /// that hold the published set are left alone then: they are the real ring's.
    #[must_use]
    pub fn clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// What [`Act::Tick`] would do, now and later. Nothing is written.
    ///
    /// # Errors
    /// [`KeyringError`] if the ring cannot be read.
    pub fn plan(&self) -> Result<Plan, KeyringError> {
        Ok(plan::plan(&self.load()?.record, self.clock.now()))
    }

    /// Every key and where it stands, oldest first.
    ///
    /// # Errors
    /// [`KeyringError`] if the ring cannot be read.
    pub fn status(&self) -> Result<Vec<KeyStatus>, KeyringError> {
        let (record, now) = (self.load()?.record, self.clock.now());
        let status = |(seq, key): (&u32, &KeyRecord)| KeyStatus {
            seq: *seq,
            kid: key.kid.clone(),
            algorithm: key.algorithm,
            state: record.state(*seq),
            since: record.since(*seq, now),
            visible_since: record.visible_since(*seq),
            warm_at: record.warm_at(*seq),
            has_private_half: key.private,
            held: key.hold.as_ref().map(|hold| hold.until),
        };
        Ok(record.keys.iter().map(status).collect())
    }

    /// The steps that [`Rotator::perform`] would take for `act` itself. Nothing is written.
    ///
    /// # Errors
    /// What [`Rotator::perform`] would say.
    pub fn check(&self, act: &Act) -> Result<Vec<Step>, KeyringError> {
        let loaded = self.load()?;
        refuse_unfit(&loaded, act)?;
        self.steps(&loaded.record, act)
    }

    /// Does `act`, and finishes what an interrupted one left.
    ///
    /// Any number may act on one ring at once: each step has one winner, and losing is no error.
    ///
    /// # Errors
    /// [`KeyringError::Refused`] when a guard refuses: it names the safe time. [`KeyringError::Busy`]
    /// when another holds the ring for too long. Else what is wrong with the ring or the disk. What
    /// was done until then stays done, and leaves a ring that loads.
    pub fn perform(&self, act: &Act) -> Result<Done, KeyringError> {
        if matches!(act, Act::Rollback) {
            // Which key is meant is settled before another's rollback can turn it around.
            let back = self.check(act)?.first().and_then(Step::seq);
            return match back {
                Some(seq) => self.perform(&Act::Promote { seq, seen: None }),
                None => Ok(Done { steps: Vec::new(), lost_a_race: false }),
            };
        }
        let _lock = self.lock()?;
        self.act(act)
    }

    /// What [`Rotator::perform`] does under its lock, and could do without: the lock saves work.
    fn act(&self, act: &Act) -> Result<Done, KeyringError> {
        let mut done = Done { steps: Vec::new(), lost_a_race: false };
        let mut known = match self.make_ready(&mut done) {
            Ok(loaded) => Some(loaded),
            // Nothing that is wrong around a ring keeps a stolen key alive.
            Err(_) if matches!(act, Act::Revoke { .. }) => None,
            Err(fault) => return Err(fault),
        };
        let mut losses = 0;
        while done.steps.len() < MOST_STEPS {
            let loaded = self.load_again(known.take())?;
            refuse_unfit(&loaded, act)?;
            let next = match act {
                // The first of the plan, without the rest of it.
                Act::Tick => plan::due(&loaded.record, self.clock.now()),
                _ => self.steps(&loaded.record, act)?.into_iter().next(),
            };
            let Some(step) = next else {
                known = Some(loaded);
                break;
            };
            let won = self.take(&loaded, &step, act, &mut done)?;
            losses += u32::from(!won);
            if losses > MOST_LOSSES {
                return Err(KeyringError::Busy { dir: self.dir.clone() });
            }
            if won && is_whole(act, &step) {
                break;
            }
        }
        self.finish(known, &mut done)?;
        Ok(done)
    }

    /// Clears away what an interrupted act left, and finishes it.
    fn make_ready(&self, done: &mut Done) -> Result<Loaded, KeyringError> {
        // It may hold a private half that a later step removes from its file.
        self.sweep()?;
        let (has, most) = (files::list(&self.dir)?.len(), limits::RING_FILES);
        if has.saturating_add(limits::RING_FILES_SPARE) > most {
            return Err(KeyringError::Full { dir: self.dir.clone(), has, most });
        }
        self.finish(None, done)
    }

    /// Only finishes what an interrupted act left: the published set and the history. No key changes
    /// what it does.
    ///
    /// # Errors
    /// As [`Rotator::perform`].
    pub fn mend(&self) -> Result<Done, KeyringError> {
        let _lock = self.lock()?;
        let mut done = Done { steps: Vec::new(), lost_a_race: false };
        self.make_ready(&mut done)?;
        Ok(done)
    }

    /// Removes the temporary files of writers that were interrupted, and gives their names.
    ///
    /// # Errors
    /// [`KeyringError`] if the folder cannot be read or written.
    pub fn sweep(&self) -> Result<Vec<String>, KeyringError> {
        let mut swept = Vec::new();
        for name in files::list(&self.dir)? {
            let path = self.dir.join(&name);
            // A file's date is the system's, also in a rehearsal.
            if files::is_left_over(&path, Clock::system().now(), LEFT_OVER) {
                durable::remove_left_over(&path).map_err(KeyringError::write(&path))?;
                swept.push(name);
            }
        }
        Ok(swept)
    }

    /// What was loaded before, if no file has changed since; else the ring, read again.
    fn load_again(&self, loaded: Option<Loaded>) -> Result<Loaded, KeyringError> {
        match loaded {
            Some(loaded) if Place::of(&self.dir)?.fingerprint()? == loaded.fingerprint => {
                Ok(loaded)
            }
            _ => self.load(),
        }
    }

    fn load(&self) -> Result<Loaded, KeyringError> {
        let elsewhere = match self.clock.is_system() {
            true => Elsewhere::Counts,
            false => Elsewhere::IsLeftAlone,
        };
        store::load_with(&self.dir, elsewhere)
    }

    fn lock(&self) -> Result<FolderLock, KeyringError> {
        if Place::of(&self.dir)?.is_mounted() {
            return Err(KeyringError::ReadOnly { dir: self.dir.clone() });
        }
        durable::lock_folder(&self.dir, PATIENCE)
            .map_err(|_| KeyringError::Busy { dir: self.dir.clone() })
    }

    fn steps(&self, record: &Record, act: &Act) -> Result<Vec<Step>, KeyringError> {
        guard::steps(record, act, self.clock.now()).map_err(|fault| match fault {
            Fault::Refused(refusal) => KeyringError::Refused(refusal),
            Fault::NoNumber => KeyringError::data(&self.dir, "no number is left for a key"),
            Fault::NoSuchKey(seq) => {
                let has =
                    record.keys.keys().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                KeyringError::NoSuchKey { seq, has }
            }
            Fault::OtherPurpose(algorithm) => {
                KeyringError::other_purpose(record.algorithm, algorithm)
            }
        })
    }

    /// Brings the published set and the history up to date, and gives the ring as it is then.
    fn finish(&self, known: Option<Loaded>, done: &mut Done) -> Result<Loaded, KeyringError> {
        let mut loaded = self.load_again(known)?;
        let mut taken = None;
        for _ in 0..MOST_STEPS {
            let Some(step) = plan::mend(&loaded.record, self.clock.now()) else {
                break;
            };
            if taken.as_ref() == Some(&step) {
                let fault = format!("the step {step} was taken and is due again");
                return Err(KeyringError::data(&self.dir, fault));
            }
            if self.take(&loaded, &step, &Act::Tick, done)? {
                taken = Some(step);
            }
            loaded = self.load()?;
        }
        Ok(loaded)
    }

    /// Takes one step; false if another was first.
    fn take(
        &self,
        loaded: &Loaded,
        step: &Step,
        act: &Act,
        done: &mut Done,
    ) -> Result<bool, KeyringError> {
        match self.write(loaded, step, act) {
            Ok(()) => {
                done.steps.push(step.clone());
                Ok(true)
            }
            Err(KeyringError::Exists { .. }) => {
                done.lost_a_race = true;
                Ok(false)
            }
            Err(fault) => Err(fault),
        }
    }

    fn write(&self, loaded: &Loaded, step: &Step, act: &Act) -> Result<(), KeyringError> {
        let Loaded { ring, record, publish, .. } = loaded;
        let (dir, clock) = (&self.dir, &self.clock);
        let writer = Writer { dir, ring: &ring.name, by: &self.by, clock, latest: record.latest() };
        let kid = |seq: &u32| record.keys.get(seq).map(|key| key.kid.as_str());
        match (step, act) {
            (Step::Stage { seq, algorithm }, act) => {
                let hold = match act {
                    Act::Stage { hold, .. } => hold.as_ref(),
                    _ => None,
                };
                writer
                    .add_key(*seq, Key::generate(*algorithm)?, Origin::Made, hold.map(held))
                    .map(drop)
            }
            (Step::Import { seq, .. }, Act::Import { key, hold }) => {
                let (key, hold) = (Key::clone(key), hold.as_ref().map(held));
                writer.add_key(*seq, key, Origin::Imported, hold).map(drop)
            }
            (Step::Promote { seq }, _) => {
                let last = record.promotions.last_key_value().map_or(0, |(number, _)| *number);
                let number = last.checked_add(1);
                let number = number.ok_or_else(|| KeyringError::data(dir, "no number is left"))?;
                writer.promote(number, *seq)
            }
            (Step::Revoke { seq }, Act::Revoke { reason, .. }) => writer.revoke(*seq, reason),
            (Step::Prune { seq }, _) => {
                let entry = ring.keys.iter().find(|entry| entry.seq == *seq);
                entry.map_or(Ok(()), |entry| writer.scrub(*seq, &entry.key))
            }
            (Step::Publish, _) => writer.publish(&ring.set, publish),
            (Step::Note { what, seq }, _) => {
                writer.note(*what, Some((*seq, kid(seq).unwrap_or_default())))
            }
            (Step::Import { .. } | Step::Revoke { .. }, _) => Ok(()),
        }
    }
}

/// Whether `step` was all of `act`: the others are planned anew after each.
pub(super) fn is_whole(act: &Act, step: &Step) -> bool {
    matches!(
        (act, step),
        (Act::Stage { .. }, Step::Stage { .. })
            | (Act::Import { .. }, Step::Import { .. })
            | (Act::Promote { .. }, Step::Promote { .. })
    )
}

/// Refuses what a record does not show: a key that is there already, or that a verifier lacks.
fn refuse_unfit(loaded: &Loaded, act: &Act) -> Result<(), KeyringError> {
    match act {
        Act::Import { key, .. } => loaded.ring.check_import(key),
        Act::Promote { seq, seen: Some(sets) } => {
            let key = loaded.ring.keys.iter().find(|entry| entry.seq == *seq);
            let key = key.map(|entry| &entry.key);
            let holds = |set: &KeySet| {
                set.members().iter().any(|member| {
                    let same = |ours: &&Key| {
                        member.key.id() == ours.id() && member.key.thumbprint() == ours.thumbprint()
                    };
                    key.filter(same).is_some_and(|key| key.thumbprint().is_some())
                })
            };
            match sets.iter().position(|set| !holds(set)) {
                Some(position) => Err(KeyringError::NotSeen { seq: *seq, position }),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn held(hold: &NewHold) -> HoldFile {
    HoldFile { until: Some(hold.until.to_string()), why: hold.why.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::{History, NewRing, RingPolicy};
    use crate::time::ManualClock;

    const ROTATORS: usize = 8;

    fn new_ring(algorithm: Algorithm) -> (tempfile::TempDir, PathBuf, ManualClock) {
        let hand = ManualClock::at(Timestamp::from_millis(1_800_000_000_123));
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().join("keys");
        let ring = NewRing::new("https://id.example").algorithm(algorithm).clock(hand.clock());
        ring.create(&dir).expect("a ring");
        (folder, dir, hand)
    }

    /// A drawn number below `end`.
    fn draw(end: u64) -> u64 {
        u64::from_le_bytes(crate::crypto::random().expect("random")) % end
    }

    #[test]
    fn every_step_does_on_the_disk_what_the_plan_takes_it_to_do() {
        for round in 0..16 {
            let algorithm = [Algorithm::EdDsa, Algorithm::A256Gcm][round % 2];
            let (_folder, dir, hand) = new_ring(algorithm);
            let rotator = Rotator::new(&dir).clock(hand.clock());
            let period = RingPolicy::default().period.as_secs();
            let mut acts = Vec::new();
            for _ in 0..8 {
                hand.advance(Duration::from_millis(draw(period * 2_000)));
                // A clock that is put right.
                hand.set(hand.clock().now().before(Duration::from_secs(draw(2) * 60)));
                let seq = u32::try_from(draw(4) + 1).expect("small");
                let act = match draw(8) {
                    0..4 => Act::Tick,
                    4 => Act::Rollback,
                    5 => Act::Stage { algorithm: None, hold: None },
                    6 => Act::Promote { seq, seen: None },
                    _ => {
                        let successor = Successor::Promote(seq + 1);
                        Act::Revoke { seq, reason: "a test".into(), successor }
                    }
                };
                acts.push(format!("{act:?} at {}", hand.clock().now()));
                follow(&rotator, &act, &acts);
            }
        }
    }

    /// Takes the steps of `act` one by one, and compares the ring after each with the plan.
    fn follow(rotator: &Rotator, act: &Act, acts: &[String]) {
        for _ in 0..100 {
            let now = rotator.clock.now();
            let before = rotator.load().expect("a ring");
            let mended = plan::mend(&before.record, now);
            let planned = rotator.steps(&before.record, act).ok();
            let Some(step) = mended.or_else(|| planned?.first().cloned()) else {
                return;
            };
            let mut done = Done { steps: Vec::new(), lost_a_race: false };
            assert!(rotator.take(&before, &step, act, &mut done).expect("taken"));
            let mut expected = before.record;
            plan::apply(&mut expected, &step, now);
            let mut found = rotator.load().expect("a ring").record;
            for key in expected.keys.values_mut().chain(found.keys.values_mut()) {
                key.kid.clear();
            }
            assert_eq!(expected, found, "{step} in {acts:#?}");
            let is_back = matches!((act, &step), (Act::Rollback, Step::Promote { .. }));
            if is_back || is_whole(act, &step) {
                return;
            }
        }
        panic!("it does not end: {acts:#?}");
    }

    #[test]
    fn names_that_count_hold_the_line_without_a_lock() {
        let (_folder, dir, hand) = new_ring(Algorithm::EdDsa);
        let rotator = Rotator::new(&dir).clock(hand.clock());
        for round in 1..=6 {
            hand.advance(RingPolicy::default().period + Duration::from_secs(1));
            std::thread::scope(|scope| {
                let tick = || {
                    // A loser may find the ring changed under it, and be told.
                    let _ = rotator.act(&Act::Tick);
                };
                (0..ROTATORS).for_each(|_| drop(scope.spawn(tick)));
            });
            rotator.perform(&Act::Tick).expect("mended");
            let record = rotator.load().expect("a ring").record;
            let signers: Vec<u32> = record.promotions.values().map(|one| one.seq).collect();
            assert_eq!(signers, (1..=round + 1).collect::<Vec<u32>>(), "round {round}");
            assert!(record.live(hand.clock().now()) <= record.policy.max_live_keys);
            assert_eq!(plan::due(&record, hand.clock().now()), None);
            assert_eq!(History::read(&dir).expect("a history").fault, None);
        }
    }
}
