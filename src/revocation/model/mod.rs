//! The promises about staleness in a world of their own: an engine that dies, forgets, goes back and
//! is trimmed; writers that are killed while they publish; followers that look or do not.
//!
//! What is held at every moment: nothing that a follower once knew is forgotten while it matters; a
//! token is accepted for no longer than B, and renewed for no longer than B_mint, after its
//! revocation came to the engine to stay; nobody is refused for what was not revoked; and when the
//! faults end, everything is whole again.

mod engine;

use std::time::Duration;

use crate::claims::{AnyId, Handles};
use crate::draws::{Draws, number_in_the_environment, secs};
use crate::time::{ManualClock, Timestamp};

use super::list::RevocationList;
use super::{Demand, Kind, Record, Refused, RevocationPolicy, Revocations, Situation};
use crate::claims::Revocable;

use engine::{Feed, Shared, Writer};

const BEGIN: i64 = 1_800_000_000;

/// Few, so that one is revoked twice now and then.
const SESSIONS: u8 = 12;

#[test]
fn no_schedule_of_faults_breaks_the_budget() {
    if let Some(seed) = number_in_the_environment("WAXSEAL_SEED") {
        return World::run(seed);
    }
    for seed in 0..number_in_the_environment("WAXSEAL_SCHEDULES").unwrap_or(500) {
        World::run(seed);
    }
}

/// One session, by its number.
#[derive(Clone, Copy)]
struct Bearer {
    session: u8,
    life: Duration,
    issued: Timestamp,
}

impl Revocable for Bearer {
    fn handles(&self) -> Handles<'_> {
        Handles {
            token: None,
            session: Some(AnyId::Bytes([self.session; 16])),
            subject: None,
            scope: None,
            started: Some(self.issued),
            issued: Some(self.issued),
            expires: Some(self.issued.after(self.life)),
        }
    }
}

struct Follower {
    known: Revocations,
    /// Sessions that it has refused as revoked.
    refused: Vec<u8>,
}

/// What is true of one session.
#[derive(Clone, Copy, Default)]
struct Truth {
    revoked: bool,
    /// Since when the engine has held its entry without a break, in milliseconds.
    present_since: Option<i64>,
}

struct World {
    seed: u64,
    draws: Draws,
    hand: ManualClock,
    policy: RevocationPolicy,
    engine: Shared,
    writers: Vec<Writer>,
    followers: Vec<Follower>,
    truth: [Truth; SESSIONS as usize],
}

impl World {
    fn run(seed: u64) {
        let mut world = Self::new(seed);
        for _ in 0..world.draws.between(10, 60) {
            world.happen();
            world.look();
        }
        world.recover();
    }

    fn new(seed: u64) -> Self {
        let mut draws = Draws(seed);
        let hand = ManualClock::at(Timestamp::from_secs(BEGIN));
        let budget = secs(draws.between(1, 60));
        let policy = RevocationPolicy::default()
            .longest_life(secs(86_400))
            .budget(budget)
            .renewal_budget(secs(draws.between(0, 60)).min(budget));
        let engine = Shared::new();
        let mut followers = Vec::new();
        for _ in 0..draws.between(1, 3) {
            followers.push(Self::follower(&engine, &hand, policy));
        }
        let writers = (0..draws.between(1, 2)).map(|id| Writer::new(id as u8 + 1)).collect();
        let truth = [Truth::default(); SESSIONS as usize];
        Self { seed, draws, hand, policy, engine, writers, followers, truth }
    }

    fn follower(engine: &Shared, hand: &ManualClock, policy: RevocationPolicy) -> Follower {
        let feed = Feed { engine: engine.clone(), hand: hand.clone() };
        let setup = RevocationList::setup().clock(hand.clock()).policy(policy);
        let list = setup.read_by_hand(Box::new(feed)).expect("an engine that is up");
        Follower { known: Revocations::from(list), refused: Vec::new() }
    }

    fn happen(&mut self) {
        let now = self.hand.clock().now();
        match self.draws.between(0, 99) {
            0..22 => self.hand.advance(Duration::from_millis(
                u64::try_from(self.draws.between(1, 20_000)).expect("positive"),
            )),
            22..34 => self.revoke(now),
            34..56 => self.publish(now),
            56..78 => self.follow(),
            78..82 => self.engine.lock().is_up = false,
            82..87 => self.engine.lock().is_up = true,
            87..90 => {
                let is_behind = self.draws.chance(50);
                self.engine.lock().flush(is_behind);
            }
            90..93 => {
                let lost = self.draws.between(1, 4) as usize;
                let is_behind = self.draws.chance(50);
                self.engine.lock().fail_over(lost, is_behind);
            }
            93..96 => {
                let gone = self.draws.between(1, 4) as usize;
                self.engine.lock().trim(gone);
            }
            96 => {
                // Somebody sets the clock, ten years off at the most.
                let years = self.draws.between(-10, 10);
                let at = Timestamp::from_secs(BEGIN + years * 31_557_600);
                self.hand.jump(at);
                self.restamp(now, at);
            }
            _ => {
                // A process starts anew; without an engine it does not start at all.
                if self.engine.lock().is_up && self.engine.lock().incarnation.is_some() {
                    self.restart();
                }
            }
        }
        self.observe();
    }

    /// Entries have been there for as long as before, whatever the wall clock says.
    fn restamp(&mut self, before: Timestamp, after: Timestamp) {
        for truth in &mut self.truth {
            if let Some(since) = &mut truth.present_since {
                *since += after.as_millis() - before.as_millis();
            }
        }
    }

    /// A fresh process knows what the engine has. What the engine lost, and no writer has sent again,
    /// it cannot know.
    fn restart(&mut self) {
        let which = self.draws.between(0, self.followers.len() as i64 - 1) as usize;
        let feed = Feed { engine: self.engine.clone(), hand: self.hand.clone() };
        let setup = RevocationList::setup().clock(self.hand.clock()).policy(self.policy);
        // It refuses to start while entries are known to be missing.
        if let Ok(list) = setup.read_by_hand(Box::new(feed)) {
            self.followers[which] =
                Follower { known: Revocations::from(list), refused: Vec::new() };
        }
    }

    fn revoke(&mut self, now: Timestamp) {
        let session = self.draws.between(0, i64::from(SESSIONS) - 1) as u8;
        let record = Self::record(session);
        let which = self.draws.between(0, self.writers.len() as i64 - 1) as usize;
        self.writers[which].record(record, now);
        self.truth[usize::from(session)].revoked = true;
    }

    fn record(session: u8) -> Record {
        Record::of(Kind::Session, [session; 16], Timestamp::END)
    }

    fn publish(&mut self, now: Timestamp) {
        let which = self.draws.between(0, self.writers.len() as i64 - 1) as usize;
        let most = match self.draws.chance(25) {
            true => self.draws.between(0, 3) as usize,
            false => usize::MAX,
        };
        let engine_time = self.engine_time();
        self.writers[which].publish(&self.engine, engine_time, now, most);
    }

    /// The engine is another host: its clock does not jump.
    fn engine_time(&self) -> Timestamp {
        Timestamp::EPOCH.after(self.hand.clock().elapsed())
    }

    fn follow(&mut self) {
        let which = self.draws.between(0, self.followers.len() as i64 - 1) as usize;
        if self.followers[which].known.reload().is_err() {
            return;
        }
        // It says that it misses nothing: then it has all that came before the last that it can see.
        let now = self.hand.clock().now();
        for session in self.writers.iter().flat_map(|it| it.told(&self.engine.lock())) {
            let bearer = Bearer { session, life: secs(86_400), issued: now };
            let verdict = self.ask(which, bearer, Demand::Use(None));
            let is_known = matches!(verdict, Err(Refused::Revoked(_)));
            assert!(is_known, "seed {}: {which} does not miss session {session}", self.seed);
        }
    }

    /// Keeps account of what the engine holds.
    fn observe(&mut self) {
        let now = self.hand.clock().now().as_millis();
        let engine = self.engine.lock();
        for (session, truth) in self.truth.iter_mut().enumerate() {
            let record = Self::record(session as u8);
            let is_there = engine.stream.iter().any(|(_, entry)| entry.record == record);
            truth.present_since = match (is_there, truth.present_since) {
                (true, since) => since.or(Some(now)),
                (false, _) => None,
            };
        }
    }

    /// Every follower is asked about every session, with a token that lives long and one that does
    /// not.
    fn look(&mut self) {
        let now = self.hand.clock().now();
        for at in 0..self.followers.len() {
            for session in 0..SESSIONS {
                let long = Bearer { session, life: secs(86_400), issued: now };
                let used = self.ask(at, long, Demand::Use(None));
                let renewed = self.ask(at, long, Demand::Renewal);
                self.judge(at, session, used.as_ref().err(), self.policy.most_age());
                self.judge(at, session, renewed.as_ref().err(), self.policy.most_age_to_renew());
                let short = Bearer { life: secs(1).min(self.policy.most_age()), ..long };
                let short = self.ask(at, short, Demand::Use(None));
                let is_stale = matches!(short, Err(Refused::Stale(_)));
                assert!(!is_stale, "seed {}: a dead feed took a short token down", self.seed);
                if let Err(Refused::Revoked(_)) = used {
                    let refused = &mut self.followers[at].refused;
                    if !refused.contains(&session) {
                        refused.push(session);
                    }
                }
            }
        }
    }

    fn ask(&self, at: usize, bearer: Bearer, demand: Demand) -> Result<(), Refused> {
        let situation = Situation { key: None, scope: None, leeway: Duration::ZERO, demand };
        self.followers[at].known.check(bearer, situation).map(drop)
    }

    fn judge(&self, at: usize, session: u8, refused: Option<&Refused>, budget: Duration) {
        let seed = self.seed;
        let truth = self.truth[usize::from(session)];
        let known = self.followers[at].refused.contains(&session);
        match refused {
            Some(Refused::Revoked(_)) => {
                assert!(truth.revoked, "seed {seed}: session {session} was never revoked");
            }
            Some(Refused::Outlives(_)) => panic!("seed {seed}: a day is not longer than L"),
            Some(Refused::Stale(_)) => assert!(!known, "seed {seed}: {session} was forgotten"),
            None => {
                assert!(!known, "seed {seed}: session {session} was forgotten by {at}");
                let now = self.hand.clock().now().as_millis();
                let present = truth.present_since.map_or(0, |since| now - since);
                let budget = i64::try_from(budget.as_millis()).expect("short");
                assert!(
                    present <= budget,
                    "seed {seed}: {at} accepts session {session}, revoked in plain sight for {present} ms"
                );
            }
        }
    }

    /// The faults end: the writers look after the engine, the followers look, and all is well.
    fn recover(&mut self) {
        self.engine.lock().is_up = true;
        let (now, engine_time) = (self.hand.clock().now(), self.engine_time());
        for writer in &mut self.writers {
            assert!(writer.publish(&self.engine, engine_time, now, usize::MAX));
        }
        for at in 0..self.followers.len() {
            // A feed with a hole is read again after a while.
            self.hand.advance(secs(11));
            let seed = self.seed;
            let followed = self.followers[at].known.reload();
            assert_eq!(followed, Ok(()), "seed {seed}: follower {at} did not recover");
            for session in 0..SESSIONS {
                let bearer = Bearer { session, life: secs(86_400), issued: now };
                let verdict = self.ask(at, bearer, Demand::Use(None));
                let revoked = self.truth[usize::from(session)].revoked;
                assert_eq!(verdict.is_err(), revoked, "seed {seed}: {at}, {session}");
            }
        }
    }
}
