//! The rules of rotation in a world of their own: a true clock, and hosts whose clocks are off.
//!
//! Rotators plan and act by the real functions, and are stopped between any two steps. Issuers read
//! the ring every R, or fail to. What a verifier may hold is not drawn: every copy that it could
//! hold is tried, the published sets of the last C and the rings of the last R.

mod draws;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::draws::{Draws, millis, number_in_the_environment, secs};
use crate::key::{Algorithm, Standing};
use crate::time::Timestamp;

use super::plan::{self, Step};
use super::record::Record;
use super::rotator::{Act, Successor, is_whole};
use super::{KeyState, RingPolicy, guard};

use draws::new_ring;

const SECOND: i64 = 1000;

/// A whole rotation has a dozen steps: more in one act do not end.
const MOST_STEPS: usize = 60;

#[test]
fn no_schedule_breaks_the_rules() {
    if let Some(seed) = number_in_the_environment("WAXSEAL_SEED") {
        return World::run(seed, true);
    }
    for seed in 0..number_in_the_environment("WAXSEAL_SCHEDULES").unwrap_or(500) {
        World::run(seed, false);
    }
}

/// What readers of the ring's folder see from one change to the next.
struct View {
    from: i64,
    to: i64,
    signer: Option<u32>,
    standings: BTreeMap<u32, Standing>,
}

struct Issuer {
    skew: i64,
    /// Which view it holds, and since when.
    view: usize,
    read: i64,
    next: i64,
}

/// The parts of an act.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Mend,
    Act,
}

struct World {
    seed: u64,
    is_told: bool,
    draws: Draws,
    /// The true time, in milliseconds.
    now: i64,
    policy: RingPolicy,
    /// What verifiers forgive: it makes up for clocks that differ. Who judges by the time at which a
    /// key ends grants all of it; a rotator whose clock is fast, and takes the key away, may not.
    leeway: i64,
    /// Whether nobody but the scheduler acts, and nothing breaks.
    is_calm: bool,
    /// How far the clocks of the rotators and of the verifiers are off.
    rotators: Vec<i64>,
    verifiers: Vec<i64>,
    issuers: Vec<Issuer>,
    record: Record,
    views: Vec<View>,
    /// The first view that a verifier may still hold.
    held: usize,
    born: BTreeMap<u32, i64>,
    /// Since when the published set holds a key without a break.
    visible: BTreeMap<u32, i64>,
    /// When the last token of a key ends, by the clock that minted it.
    ends: BTreeMap<u32, i64>,
    /// Keys that had to sign before everybody knew them, after a revocation.
    early: BTreeSet<u32>,
    is_stopped: bool,
    steps: usize,
}

impl World {
    fn run(seed: u64, is_told: bool) {
        let mut world = Self::new(seed, is_told);
        let acts = world.draws.between(10, 60);
        for _ in 0..acts {
            let to = world.next_moment();
            world.pass(to);
            match world.draws.between(0, 99) {
                0..12 if !world.is_calm => world.operate(),
                12..16 if !world.is_calm => world.tamper(),
                16..25 if !world.is_calm => {
                    let steps = world.draws.between(0, 6);
                    world.perform(&Act::Tick, usize::try_from(steps).ok());
                }
                _ => world.perform(&Act::Tick, None),
            }
        }
        world.rest();
    }

    fn new(seed: u64, is_told: bool) -> Self {
        let mut draws = Draws(seed);
        let is_calm = draws.chance(25);
        let policy = draws.policy();
        let skew = millis(policy.skew) / SECOND;
        let off = |draws: &mut Draws| match draws.between(0, 2) {
            0 => -skew * SECOND / 2,
            1 => skew * SECOND / 2,
            _ => draws.between(-skew * SECOND / 2, skew * SECOND / 2),
        };
        let rotators = 0..if is_calm { 1 } else { draws.between(1, 3) };
        let rotators: Vec<i64> = rotators.map(|_| off(&mut draws)).collect();
        let verifiers = (0..3).map(|_| off(&mut draws)).collect();
        let now = 1_800_000_000 * SECOND + draws.between(0, 999);
        let issuer = |draws: &mut Draws| Issuer { skew: off(draws), view: 0, read: now, next: now };
        let issuers = (0..3).map(|_| issuer(&mut draws)).collect();
        let leeway = if draws.chance(50) { skew } else { draws.between(0, skew) } * SECOND;
        let algorithm = if draws.chance(85) { Algorithm::EdDsa } else { Algorithm::Hs256 };
        let at = Timestamp::from_millis(now + rotators[0]);
        let record = new_ring(&policy, algorithm, at.ceil_secs());
        let visible = record.published.keys.iter().map(|seq| (*seq, now)).collect();
        let mut world = Self {
            seed,
            is_told,
            draws,
            now,
            policy,
            leeway,
            is_calm,
            rotators,
            verifiers,
            issuers,
            record,
            views: Vec::new(),
            held: 0,
            born: [(1, now), (2, now)].into(),
            visible,
            ends: BTreeMap::new(),
            // Nobody is told of a ring before it has its first key.
            early: [1].into(),
            is_stopped: false,
            steps: 0,
        };
        world.look();
        world.tell(format!("{:?} {:?} leeway {leeway}", world.policy, world.rotators));
        world
    }

    fn tell(&self, text: impl std::fmt::Display) {
        if self.is_told {
            eprintln!("{:>8} {text}", self.now - 1_800_000_000 * SECOND);
        }
    }

    #[track_caller]
    fn hold(&self, holds: bool, rule: &str, what: impl std::fmt::Debug) {
        assert!(holds, "schedule {} at step {}: {rule}: {what:?}", self.seed, self.steps);
    }

    fn reload(&self) -> i64 {
        millis(self.policy.reload)
    }

    /// The least that any verifier's clock can show at the true time `at`.
    fn slowest(&self, at: i64) -> i64 {
        at + self.verifiers.iter().min().expect("some")
    }

    /// Often a moment at which something becomes due by a rotator's clock, or just not.
    fn next_moment(&mut self) -> i64 {
        let rotators = self.rotators.clone();
        let skew = self.draws.pick(&rotators).expect("one");
        let policy = self.record.policy.clone();
        let mut moments: Vec<i64> = Vec::new();
        moments.extend(self.record.signs_since().map(|at| at.after(policy.period).as_millis()));
        for seq in self.record.keys.keys() {
            moments.extend(self.record.warm_at(*seq).map(Timestamp::as_millis));
            if let KeyState::Retired { until } = self.record.state(*seq) {
                let margin = policy.reload + policy.skew * 2;
                moments.extend([until, until.before(margin)].map(Timestamp::as_millis));
            }
        }
        moments.retain(|moment| *moment - skew > self.now);
        let longest = if self.is_calm { self.gap() } else { millis(policy.period) / 3 };
        match self.draws.pick(&moments) {
            Some(moment) if self.draws.chance(60) && !self.is_calm => {
                let beside = self.draws.pick(&[-1, 0, 0, 0, 1, 999]).expect("one");
                (moment - skew + beside).max(self.now)
            }
            _ => self.now + self.draws.between(0, longest),
        }
    }

    /// A scheduler that runs regularly runs at least so often.
    fn gap(&self) -> i64 {
        millis(self.policy.period) / 8
    }

    /// Lets the time pass: issuers mint by the ring that they hold, and read it again.
    fn pass(&mut self, to: i64) {
        let mut due: Vec<(i64, usize, bool)> = Vec::new();
        for (who, issuer) in self.issuers.iter().enumerate() {
            due.push((self.draws.between(self.now, to), who, false));
            if issuer.next <= to {
                due.push((issuer.next, who, true));
            }
        }
        due.sort_unstable();
        for (at, who, reads) in due {
            self.mint(who, at);
            if reads {
                let read = self.draws.between(at.max(to - self.reload()), to);
                self.read(who, read);
                // It may read more often than is of interest.
                self.issuers[who].next = to.max(self.issuers[who].next);
            }
        }
        self.now = to;
        self.settle(to);
    }

    fn read(&mut self, who: usize, at: i64) {
        let clock = Timestamp::from_millis(at + self.issuers[who].skew);
        let is_ahead = self.policy.is_ahead(self.record.latest(), clock);
        self.hold(!is_ahead, "a ring of the present is from the future", clock);
        let pause = match self.draws.between(0, 9) {
            0..6 => self.reload(),
            6..9 => self.draws.between(1, self.reload()),
            // It cannot read for a while.
            _ => self.reload() * self.draws.between(2, 8),
        };
        let issuer = &mut self.issuers[who];
        (issuer.view, issuer.read, issuer.next) = (self.views.len() - 1, at, at + pause);
    }

    fn mint(&mut self, who: usize, at: i64) {
        self.settle(at);
        let Issuer { skew, view, read, .. } = self.issuers[who];
        let view = &self.views[view];
        let Some(seq) = view.signer.filter(|seq| !self.record.revoked.contains_key(seq)) else {
            return;
        };
        let age = Duration::from_millis((at - read).unsigned_abs());
        let longest = self.policy.longest_life;
        let life = match self.draws.between(0, 3) {
            0 => secs(self.draws.between(1, millis(longest) / SECOND)),
            _ => longest,
        };
        // Who holds an old ring may still mint short lives.
        let short = (self.policy.reload + longest).saturating_sub(age);
        let short = Duration::from_secs(short.as_secs()).min(longest);
        let may = |life: &Duration| !life.is_zero() && self.policy.may_mint(age, *life);
        let Some(life) = [life, short].into_iter().find(may) else {
            return;
        };
        let is_late = at > view.to.saturating_add(self.reload());
        let in_time = !is_late || age > self.policy.reload;
        self.hold(in_time, "a key signs later than R after it was retired", seq);
        if self.record.algorithm.has_public_half() {
            let cache = millis(self.policy.verifier_cache);
            let is_known = self.visible.get(&seq).is_some_and(|since| since + cache <= at);
            let is_early = self.early.contains(&seq) && self.visible.contains_key(&seq);
            self.hold(is_known || is_early, "a key signs before every cache has it", seq);
        }
        let minted = Timestamp::from_millis(at + skew).floor_secs();
        let end = minted.after(life).as_millis();
        let last = self.ends.entry(seq).or_insert(end);
        *last = end.max(*last);
    }

    /// Judges the views that no verifier holds any more at `at`.
    fn settle(&mut self, at: i64) {
        while let Some(view) = self.views.get(self.held) {
            let held = view.to.saturating_add(self.reload());
            if held >= at {
                return;
            }
            for (seq, end) in &self.ends {
                let (from, told) = (self.slowest(view.from), "a valid token is refused by a ring");
                match view.standings.get(seq) {
                    Some(Standing::Trusted | Standing::Revoked(_)) => {}
                    Some(Standing::TrustedUntil(until)) => {
                        let until = until.as_millis();
                        let refuses = |off: &i64| {
                            let end = *end + self.leeway;
                            until.max(view.from + off) < end.min(held.saturating_add(*off))
                        };
                        self.hold(!self.verifiers.iter().any(refuses), told, (seq, until, end));
                    }
                    None => {
                        let unknown = self.early.contains(seq) && view.to <= self.born[seq];
                        self.hold(unknown || *end <= from, told, (seq, view.from, end));
                    }
                }
            }
            self.held += 1;
        }
    }

    /// The next view begins.
    fn look(&mut self) {
        if let Some(last) = self.views.last_mut() {
            last.to = self.now;
        }
        let keys = self.record.keys.iter().filter(|(_, key)| key.private);
        let standings = keys.map(|(seq, _)| (*seq, self.record.state(*seq).standing())).collect();
        let (from, signer) = (self.now, self.record.signer());
        self.views.push(View { from, to: i64::MAX, signer, standings });
    }

    fn take(&mut self, step: &Step, skew: i64, is_revoking: bool) {
        self.steps += 1;
        let clock = Timestamp::from_millis(self.now + skew);
        self.tell(format!("{skew:+} {step}"));
        if matches!(step, Step::Promote { .. } | Step::Revoke { .. }) {
            for who in 0..self.issuers.len() {
                // Who reads right before a change knows it last.
                if self.issuers[who].next <= self.now + self.reload() && self.draws.chance(50) {
                    self.read(who, self.now);
                }
            }
        }
        let was_warm = |seq| self.record.warm_at(seq).is_some_and(|warm| warm <= clock);
        if let Step::Promote { seq } = step
            && is_revoking
            && self.record.state(*seq) == KeyState::Staged
            && !was_warm(*seq)
        {
            self.early.insert(*seq);
        }
        let was_public = self.record.published.keys.clone();
        plan::apply(&mut self.record, step, clock);
        match step {
            Step::Stage { seq, .. } | Step::Import { seq, .. } => {
                self.born.insert(*seq, self.now);
                let live = self.record.live(clock);
                self.hold(live <= self.policy.max_live_keys, "more keys live than may", live);
            }
            Step::Publish => self.publish(&was_public),
            Step::Promote { .. } => self.is_stopped = false,
            Step::Revoke { seq } => drop(self.ends.remove(seq)),
            Step::Prune { seq } => {
                let is_over = self.ends.get(seq).is_none_or(|end| *end <= self.slowest(self.now));
                self.hold(is_over, "a key is pruned while its tokens are valid", seq);
            }
            Step::Note { .. } => {}
        }
        if step.is_a_change() {
            self.look();
        }
        let signs = self.record.signer().is_some() || self.is_stopped;
        self.hold(signs, "no key signs", step);
        let pause = self.draws.pick(&[0, 0, 0, 1, 700, 1_500]).expect("one");
        self.pass(self.now + pause);
    }

    fn publish(&mut self, was: &BTreeSet<u32>) {
        let is = self.record.published.keys.clone();
        for gone in was.difference(&is) {
            let end = self.ends.get(gone);
            let is_over = end.is_none_or(|end| *end <= self.slowest(self.now));
            self.hold(is_over, "a key is unpublished while its tokens are valid", (gone, end));
            self.visible.remove(gone);
        }
        for new in is.difference(was) {
            let is_whole = self.record.keys.get(new).is_some_and(|key| key.private);
            self.hold(is_whole, "a pruned key is published again", new);
            self.visible.insert(*new, self.now);
        }
    }

    /// What [`Rotator::perform`](super::Rotator::perform) does, stopped after `stop` steps.
    fn perform(&mut self, act: &Act, stop: Option<usize>) {
        let rotators = self.rotators.clone();
        let skew = self.draws.pick(&rotators).expect("one");
        if self.is_calm {
            self.expect_a_warm_key(skew);
        }
        let is_revoking = matches!(act, Act::Revoke { .. });
        let mut phases = [Phase::Mend, Phase::Act, Phase::Mend].into_iter();
        let (mut taken, mut phase) = (0, phases.next());
        while let Some(current) = phase.filter(|_| stop != Some(taken)) {
            let now = Timestamp::from_millis(self.now + skew);
            self.hold(taken < MOST_STEPS, "an act does not end", act);
            let step = match (current, act) {
                (Phase::Mend, _) => plan::mend(&self.record, now),
                // The first that is due is the first of the plan.
                (Phase::Act, Act::Tick) => plan::due(&self.record, now),
                (Phase::Act, act) => {
                    let steps = guard::steps(&self.record, act, now).ok();
                    steps.and_then(|steps| steps.first().cloned())
                }
            };
            let Some(step) = step else {
                phase = phases.next();
                continue;
            };
            if let (Step::Revoke { seq }, Act::Revoke { successor, .. }) = (&step, act) {
                self.is_stopped |=
                    *successor == Successor::StopSigning && self.record.signer() == Some(*seq);
            }
            self.take(&step, skew, is_revoking);
            taken += 1;
            if current == Phase::Act && is_whole(act, &step) {
                phase = phases.next();
            }
        }
    }

    /// A scheduler that runs regularly always has a key that can sign in an emergency.
    fn expect_a_warm_key(&self, skew: i64) {
        let now = Timestamp::from_millis(self.now + skew);
        let since = self.record.signs_since().expect("promoted").as_millis();
        let known = millis(self.policy.verifier_cache.max(self.policy.reload) + self.policy.skew);
        let slack = 2 * self.gap() + millis(self.policy.skew) + 20 * SECOND;
        let is_due = now.as_millis() > since + known + slack;
        let is_warm = plan::warm(&self.record, now).is_some();
        self.hold(!is_due || is_warm, "no key is ready to follow", now);
    }

    fn operate(&mut self) {
        let keys: Vec<u32> = self.record.keys.keys().copied().collect();
        let act = self.draws.act(&keys, self.record.previous_signer());
        let stop = self.draws.chance(30).then(|| self.draws.between(0, 4));
        self.tell(format!("{act:?}"));
        self.perform(&act, stop.and_then(|stop| usize::try_from(stop).ok()));
    }

    /// Somebody edits the published set. Who removes a key that signed has broken it already.
    fn tamper(&mut self) {
        let keys = self.record.published.keys.iter().copied();
        let staged: Vec<u32> =
            keys.filter(|seq| self.record.state(*seq) == KeyState::Staged).collect();
        match self.draws.pick(&staged) {
            Some(seq) => {
                self.tell(format!("remove {seq}"));
                self.record.published.keys.remove(&seq);
                self.visible.remove(&seq);
            }
            None => self.record.published.is_strange = true,
        }
    }

    /// When nobody interferes, one act leaves nothing to do, and in the end every token was good.
    fn rest(&mut self) {
        self.rotators.truncate(1);
        self.perform(&Act::Tick, None);
        let due = plan::due(&self.record, Timestamp::from_millis(self.now + self.rotators[0]));
        self.hold(due.is_none(), "something is due right after a tick", &due);
        let long = (self.policy.period + self.policy.retention()) * 3;
        self.pass(self.now + millis(long));
        self.look();
        self.settle(i64::MAX);
    }
}
