//! Who is the first to record a name, of all hosts: the engine says. Nobody else can, so that an
//! engine that is away, or may have lost what it said, makes no one the first.

use std::time::Duration;

use redis::{Pipeline, Value};

use crate::base64url;
use crate::revocation::sqlite::ListFile;
use crate::revocation::{Entry, StoreError};
use crate::time::{Clock, Timestamp};

use super::line::Line;
use super::meta::{Meta, millis, retention};
use super::reply;

/// How long nobody is the first after the engine became another: writers look once a second, and
/// send again what it lost.
const SETTLES: Duration = Duration::from_secs(5);

/// What the engine says of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    First,
    Before,
}

/// Another value says that the engine may have lost something: it was started, it was a replica, or
/// its list was made anew.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Life(String);

/// Where the file of the host has the life that was trusted last: the engine may become another
/// while nobody looks.
const NOTE: &str = "engine";

pub(super) struct Once {
    line: Line,
    file: ListFile,
    retention: Duration,
    settling: Settling,
    clock: Clock,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    Settled,
    /// It may lack what writers have not sent again yet.
    New,
}

/// The engine's life that is trusted, and one that is new, with when it was first seen.
#[derive(Debug, Default)]
struct Settling {
    known: Option<Life>,
    new: Option<(Life, Duration)>,
}

impl Once {
    /// Looks at the engine for the first time, so that a later life is known for another.
    pub(super) fn begin(line: Line, mut file: ListFile) -> Result<Self, StoreError> {
        let noted = file.noted(NOTE)?;
        let known = noted.and_then(|noted| String::from_utf8(noted).ok()).map(Life);
        let (retention, clock) = (retention(&file.policy()), Clock::system());
        let settling = Settling { known, new: None };
        let mut once = Self { line, file, retention, settling, clock };
        let life = once.ask()?;
        once.trusts(life)?;
        Ok(once)
    }

    /// Takes the name of `entry`, if nobody has.
    pub(super) fn take(&mut self, entry: &Entry) -> Result<Turn, StoreError> {
        // A name must not be used up at an engine that makes nobody the first.
        let life = self.ask()?;
        self.settle(life)?;
        let mut commands = Pipeline::new();
        commands.atomic();
        let set = commands.cmd("SET").arg(self.key(entry)).arg(entry.recorded_at.as_millis());
        set.arg("NX");
        if let Some(kept) = self.kept(entry) {
            set.arg("PX").arg(millis(kept));
        }
        self.ask_life(&mut commands);
        let answers = self.line.tell(&commands)?;
        let odd = || self.line.address().unreachable("its answer is not understood");
        let (said, told) = answers.split_first().ok_or_else(odd)?;
        let turn = match said {
            Value::Okay => Turn::First,
            Value::Nil => Turn::Before,
            _ => return Err(odd()),
        };
        let life = self.life(told)?;
        self.settle(life)?;
        Ok(turn)
    }

    fn ask(&mut self) -> Result<Life, StoreError> {
        let mut questions = Pipeline::new();
        self.ask_life(questions.atomic());
        let answers = self.line.tell(&questions)?;
        self.life(&answers)
    }

    fn ask_life(&self, questions: &mut Pipeline) {
        questions.cmd("GET").arg(self.line.address().list());
        questions.cmd("INFO").arg("server");
        questions.cmd("INFO").arg("replication");
    }

    fn life(&self, answers: &[Value]) -> Result<Life, StoreError> {
        let address = self.line.address();
        let odd = || address.unreachable("its answer is not understood");
        let [meta, server, replication] = answers else {
            return Err(odd());
        };
        if *meta == Value::Nil {
            return Err(address.missing());
        }
        let info = reply::text(replication).ok_or_else(odd)?;
        if reply::line(info, "role") != Some("master") {
            return Err(address.not_safe("it is a replica: name the primary"));
        }
        let word = |text, name| reply::line(text, name).ok_or_else(odd);
        let run = word(reply::text(server).ok_or_else(odd)?, "run_id")?;
        let replication = word(info, "master_replid")?;
        let list = Meta::from_json(reply::bytes(meta).ok_or_else(odd)?, address)?.incarnation;
        Ok(Life(format!("{run} {replication} {}", base64url::encode(&list))))
    }

    fn settle(&mut self, life: Life) -> Result<(), StoreError> {
        match self.trusts(life)? {
            Trust::Settled => Ok(()),
            Trust::New => Err(self.line.address().unreachable(
                "it was started anew or replaced, and may have forgotten what was recorded: nobody is the first for 5 s",
            )),
        }
    }

    /// Whether that life is trusted; notes one that is for the first time.
    fn trusts(&mut self, life: Life) -> Result<Trust, StoreError> {
        let known = self.settling.known.clone();
        let trust = self.settling.trusts(life, self.clock.elapsed());
        if let Some(Life(now)) = &self.settling.known
            && self.settling.known != known
        {
            self.file.note(NOTE, now.clone().into_bytes())?;
        }
        Ok(trust)
    }

    /// How long the engine keeps the name: as long as any list keeps the entry, and longer.
    fn kept(&self, entry: &Entry) -> Option<Duration> {
        let end = entry.record.end();
        (end < Timestamp::END).then(|| self.retention.max(end.since(entry.recorded_at)))
    }

    fn key(&self, entry: &Entry) -> String {
        let (kind, name, _) = entry.record.key();
        self.line.address().once(kind.word(), &base64url::encode(&name))
    }
}

impl Settling {
    /// Whether the engine has lived that life for long enough. A host that never saw another takes the
    /// first that it sees.
    fn trusts(&mut self, life: Life, now: Duration) -> Trust {
        if self.known.as_ref().is_none_or(|known| *known == life) {
            *self = Self { known: Some(life), new: None };
            return Trust::Settled;
        }
        match &self.new {
            Some((new, since)) if *new == life => {
                if now.saturating_sub(*since) < SETTLES {
                    return Trust::New;
                }
                *self = Self { known: Some(life), new: None };
                Trust::Settled
            }
            _ => {
                self.new = Some((life, now));
                Trust::New
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_engine_is_trusted_after_a_while_and_each_other_one_anew() {
        let mut settling = Settling::default();
        let mut trusts =
            |life: &str, millis| settling.trusts(Life(life.into()), Duration::from_millis(millis));
        assert_eq!(trusts("a", 0), Trust::Settled);
        assert_eq!(trusts("b", 100_000), Trust::New);
        assert_eq!(trusts("c", 101_000), Trust::New);
        assert_eq!(trusts("c", 105_999), Trust::New);
        assert_eq!(trusts("c", 106_000), Trust::Settled);
        assert_eq!(trusts("c", 106_001), Trust::Settled);
        assert_eq!(trusts("a", 106_002), Trust::New);
        assert_eq!(trusts("c", 106_003), Trust::Settled, "it never was another");
    }
}
