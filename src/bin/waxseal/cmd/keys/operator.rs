//! A ring under an operator's hand: which folder, whose hand, and by which clock.

use std::sync::Arc;

use waxseal::Keys;
use waxseal::keyring::{Act, Done, KeyStatus, Ring, Rotator};
use waxseal::time::{Clock, ManualClock, Timestamp};

use crate::cli::{Change, Look};
use crate::exit::Failure;
use crate::keyfile;
use crate::output::Output;

use super::steps;

/// A ring, and who looks at it or changes it at which moment.
pub(super) struct Operator {
    pub(super) dir: String,
    pub(super) rotator: Rotator,
    pub(super) now: Timestamp,
    /// Whether that moment is not the present one.
    is_rehearsal: bool,
}

impl Operator {
    pub(super) fn to_look(options: Look) -> Result<Self, Failure> {
        Self::new(options.keys, options.at, None)
    }

    pub(super) fn to_change(options: &Change) -> Result<Self, Failure> {
        Self::new(options.keys.clone(), options.at, options.by.as_deref())
    }

    fn new(
        place: Option<String>,
        at: Option<Timestamp>,
        by: Option<&str>,
    ) -> Result<Self, Failure> {
        let dir = keyfile::ring_place(place)?;
        let present = Clock::system().now();
        let rotator = Rotator::new(&dir).by(by.unwrap_or(&author()));
        let (now, rotator) = match at {
            Some(at) => (at, rotator.clock(ManualClock::at(at).clock())),
            None => (present, rotator),
        };
        let is_rehearsal = now.floor_secs() != present.floor_secs();
        Ok(Self { dir, rotator, now, is_rehearsal })
    }

    /// The ring; what is not as it should be in it is passed on.
    pub(super) fn ring(&self, output: &Output) -> Result<Arc<Ring>, Failure> {
        Ok(keyfile::ring(Some(self.dir.clone()), output)?.ring())
    }

    /// The ring, whatever is not as it should be in it.
    pub(super) fn quiet_ring(&self) -> Result<Arc<Ring>, Failure> {
        Ok(Keys::read(&self.dir)?.ring())
    }

    pub(super) fn keys(&self) -> Result<Vec<KeyStatus>, Failure> {
        Ok(self.rotator.status()?)
    }

    /// Does `act`, and says what was done, a line for every change.
    pub(super) fn perform(&self, act: &Act, output: &mut Output) -> Result<(), Failure> {
        let done = self.rotator.perform(act)?;
        for line in steps::done(&done.steps, &self.keys()?, self.now) {
            output.say(&line)?;
        }
        self.notes(&done, output);
        Ok(())
    }

    /// What has to be said after `done`, if anything.
    pub(super) fn notes(&self, done: &Done, output: &Output) {
        if done.lost_a_race {
            output.note("note: another process was first with a step; nothing is lost");
        }
        if !done.steps.is_empty() {
            self.say_if_rehearsal(output);
        }
    }

    /// After something was written: the one note that a rehearsal owes.
    fn say_if_rehearsal(&self, output: &Output) {
        if self.is_rehearsal {
            let (at, dir) = (self.now, &self.dir);
            output.note(&format!(
                "note: a rehearsal at {at}: {dir} now has that moment in its history; use a copy of the ring"
            ));
        }
    }
}

/// Who acts, for the history: the account, without its machine.
pub(super) fn author() -> String {
    let account = |name| std::env::var(name).ok().filter(|name| !name.is_empty());
    account("USER").or_else(|| account("LOGNAME")).unwrap_or_else(|| "waxseal".into())
}
