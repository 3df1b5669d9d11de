//! `waxseal keys status`: what every key does, and what comes next.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use waxseal::keyring::lint::{Finding, Level, Setting, lint};
use waxseal::keyring::{History, KeyState, KeyStatus, Plan, Ring, RingPolicy, Step};
use waxseal::time::{Span, Timestamp};

use crate::cli::{Shape, Status};
use crate::cmd::lint::finding_json;
use crate::exit::{Code, Failure};
use crate::members::Time;
use crate::output::{Output, escape, escape_json};
use crate::times::relative;

use super::operator::Operator;
use super::steps;

pub(super) fn run(options: Status, output: &mut Output) -> Result<Code, Failure> {
    let operator = Operator::to_look(options.look)?;
    let picture = Picture::take(&operator)?;
    match options.shape {
        Shape { json: true, .. } => {
            output.line(&escape_json(&picture.json(output).to_string()))?;
        }
        Shape { plain: true, .. } => output.lines(&picture.plain(output))?,
        Shape { .. } => {
            let text = picture.text(output);
            output.lines(&text)?;
        }
    }
    Ok(Code::DONE)
}

/// All that is told of a ring.
struct Picture {
    ring: Arc<Ring>,
    keys: Vec<KeyStatus>,
    plan: Plan,
    history: History,
    /// What lint finds; notes are for lint alone.
    findings: Vec<Finding>,
    now: Timestamp,
}

impl Picture {
    fn take(operator: &Operator) -> Result<Self, Failure> {
        let now = operator.now;
        let mut findings = lint(&[&operator.dir], &Setting::at(now))?.findings;
        findings.retain(|finding| finding.level > Level::Note);
        findings.sort_by(|a, b| b.level.cmp(&a.level).then(a.id.cmp(b.id)));
        let mut keys = operator.keys()?;
        // The newest first: what is at hand and what is next.
        keys.reverse();
        Ok(Self {
            ring: operator.quiet_ring()?,
            keys,
            plan: operator.rotator.plan()?,
            history: History::read(&operator.dir)?,
            findings,
            now,
        })
    }

    fn text(&self, output: &Output) -> String {
        let mut rows = vec![["SEQ", "KID", "ALG", "STATE", "SINCE", "NEXT"].map(str::to_owned)];
        rows.extend(self.keys.iter().map(|key| {
            // A ring holds whole seconds, rounded up: what was done just now is not in the future.
            let since =
                key.since.map(|at| if at.since(self.now) < SECOND { at.min(self.now) } else { at });
            let since = since.map_or("-".into(), |at| relative(at, self.now));
            let seq = format!("{:>3}", key.seq);
            let alg = key.algorithm.to_string();
            [seq, escape(&key.kid), alg, self.state(key).into(), since, self.next(key)]
        }));
        let width =
            |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: [usize; 6] = std::array::from_fn(width);
        let mut text = self.header(output) + "\n";
        for (at, row) in rows.iter().enumerate() {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
            let line = cells.collect::<Vec<_>>().join("  ").trim_end().to_owned();
            text.push_str(&if at == 0 { output.faint(&line) } else { line });
            text.push('\n');
        }
        text.push_str(&(self.health() + "\n"));
        for found in &self.findings {
            let level = format!("{:<5}", found.level);
            let level = match found.level {
                Level::Error => output.bad(&level),
                _ => output.strong(&level),
            };
            let (what, fix) = (escape(&found.text), escape(&found.fix));
            text.push_str(&format!("{level} {}  {what}  fix: {fix}\n", found.id));
        }
        for need in &self.plan.needs {
            text.push_str(&format!("needs: {}\n", escape(need)));
        }
        text
    }

    fn header(&self, output: &Output) -> String {
        let RingPolicy { longest_life, verifier_cache, skew, reload, period, .. } =
            self.ring.policy();
        let title = output.strong(&format!("ring {}", escape(self.ring.name())));
        let spans = [("L", longest_life), ("C", verifier_cache), ("S", skew), ("R", reload)];
        let spans = spans.map(|(name, span)| format!("{name} {}", short(*span))).join("  ");
        format!("{title}  serial {}  {spans}  period {}", self.ring.serial(), short(*period))
    }

    /// `log ok (4 entries)   published set ok (2 keys)   permissions ok`, or what is not.
    fn health(&self) -> String {
        let word = |ok, good: String, bad: String| if ok { good } else { bad };
        let entries = self.history.entries.len();
        let log = word(
            self.is_well(LOG),
            format!("log ok ({entries} {})", plural(entries, "entry", "entries")),
            "log NOT ok".into(),
        );
        let keys = self.published();
        let published = match (self.is_well(PUBLISHED), keys) {
            (true, 0) => "nothing published: only holders of the ring verify".into(),
            (ok, keys) => word(
                ok,
                format!("published set ok ({keys} {})", plural(keys, "key", "keys")),
                "published set NOT ok".into(),
            ),
        };
        let modes = self.is_well(PERMISSIONS);
        let modes = word(modes, "permissions ok".into(), "permissions NOT ok".into());
        format!("{log}   {published}   {modes}")
    }

    fn is_well(&self, rules: &[&str]) -> bool {
        !self.findings.iter().any(|finding| rules.contains(&finding.id))
    }

    /// How many keys the ring publishes.
    fn published(&self) -> usize {
        let set = self.ring.to_public_jwk_set(self.now);
        let set: Option<Value> = serde_json::from_str(&set).ok();
        set.and_then(|set| set["keys"].as_array().map(Vec::len)).unwrap_or(0)
    }

    fn state(&self, key: &KeyStatus) -> &'static str {
        state(key, self.now)
    }

    /// What may happen to the key, and when that is safe.
    fn next(&self, key: &KeyStatus) -> String {
        let when = |at| relative(at, self.now);
        match (key.state, self.state(key)) {
            (KeyState::Staged, _) => match (key.warm_at, self.promoted_at(key.seq)) {
                (None, _) => "not in the published set: tick puts it there".into(),
                (Some(warm), _) if warm > self.now => format!("may sign {}", when(warm)),
                (_, None) => "warm: may sign now".into(),
                (_, Some(at)) => format!("warm; tick promotes it {}", when(at)),
            },
            (KeyState::Signing, _) => {
                format!("then verifies {} more", Span(self.ring.policy().retention()))
            }
            (_, "pruned") => "its private half is gone".into(),
            (KeyState::Revoked { .. }, _) if !key.has_private_half => {
                "its tokens are refused; its private half is gone".into()
            }
            (_, state) => {
                let refused = if state == "revoked" { "its tokens are refused; " } else { "" };
                match (deletable_at(key), key.held) {
                    (None, _) => format!("{refused}held without a date"),
                    (Some(at), _) if at <= self.now => format!("{refused}safe to delete"),
                    (Some(at), Some(_)) => {
                        format!("{refused}held: its private half may go {}", when(at))
                    }
                    (Some(at), None) => format!("{refused}its private half may go {}", when(at)),
                }
            }
        }
    }

    /// When tick lets the key sign.
    fn promoted_at(&self, seq: u32) -> Option<Timestamp> {
        let promotes = |steps: &[Step]| steps.contains(&Step::Promote { seq });
        if promotes(&self.plan.due) {
            return Some(self.now);
        }
        self.plan.later.iter().find(|(_, steps)| promotes(steps)).map(|(at, _)| *at)
    }

    fn plain(&self, output: &Output) -> String {
        let row = |key: &KeyStatus| {
            let since = key.since.map(|at| at.in_zone(output.zone)).unwrap_or_default();
            let (kid, alg) = (escape(&key.kid), key.algorithm);
            let (state, next) = (self.state(key), self.next(key));
            format!("{}\t{kid}\t{alg}\t{state}\t{since}\t{next}\n", key.seq)
        };
        self.keys.iter().map(row).collect()
    }

    fn json(&self, output: &Output) -> Value {
        let policy = self.ring.policy();
        json!({
            "schema": 1,
            "ring": self.ring.name(),
            "issuer": self.ring.issuer(),
            "serial": self.ring.serial(),
            "at": Time::of(self.now, self.now, output),
            "policy": {
                "L": policy.longest_life.as_secs(),
                "C": policy.verifier_cache.as_secs(),
                "S": policy.skew.as_secs(),
                "R": policy.reload.as_secs(),
                "period": policy.period.as_secs(),
                "max_mints_per_day": policy.max_mints_per_day,
                "cap": policy.max_live_keys,
            },
            "keys": self.keys.iter().map(|key| self.key_json(key, output)).collect::<Value>(),
            "due": steps::json(&self.plan.due),
            "needs": self.plan.needs,
            "log": {
                "ok": self.is_well(LOG),
                "entries": self.history.entries.len(),
                "fault": self.history.fault,
            },
            "published": { "ok": self.is_well(PUBLISHED), "keys": self.published() },
            "permissions": { "ok": self.is_well(PERMISSIONS) },
            "findings": self.findings.iter().map(finding_json).collect::<Value>(),
        })
    }

    fn key_json(&self, key: &KeyStatus, output: &Output) -> Value {
        let time = |at: Option<Timestamp>| at.map(|at| Time::of(at, self.now, output));
        let staged = Some(key).filter(|key| key.state == KeyState::Staged);
        let until = match key.state {
            KeyState::Retired { until } => Some(until),
            _ => None,
        };
        json!({
            "seq": key.seq,
            "kid": key.kid,
            "alg": key.algorithm.name(),
            "state": self.state(key),
            "since": time(key.since),
            "visible_since": time(key.visible_since),
            "may_sign_at": time(staged.and_then(|key| key.warm_at)),
            "verifies_until": time(until),
            "safe_to_delete_at": time(deletable_at(key).filter(|_| key.has_private_half)),
            "private_half": key.has_private_half,
            "held": key.held.is_some(),
            "held_until": time(key.held.flatten()),
            "next": self.next(key),
        })
    }
}

const SECOND: Duration = Duration::from_secs(1);

/// The rules of lint behind each word of the last line.
const LOG: &[&str] = &["K012", "K014"];
const PUBLISHED: &[&str] = &["K011"];
const PERMISSIONS: &[&str] = &["K007"];

/// The word for what the key does.
pub(super) fn state(key: &KeyStatus, now: Timestamp) -> &'static str {
    match (key.state, key.has_private_half) {
        (KeyState::Retired { .. }, false) => "pruned",
        (state, _) => state.name(now),
    }
}

/// When the private half may go; `None` while that is not known.
fn deletable_at(key: &KeyStatus) -> Option<Timestamp> {
    let ended = match key.state {
        KeyState::Retired { until } => until,
        KeyState::Revoked { at } => at,
        _ => return None,
    };
    match key.held {
        Some(held) => held.map(|held| held.max(ended)),
        None => Some(ended),
    }
}

/// `24h`, `30d`, `1h30m`: as it is written on a command line.
fn short(span: Duration) -> String {
    let mut rest = span.as_secs();
    // A single day is better known by its hours.
    let days = if rest > 86_400 && rest.is_multiple_of(86_400) { rest / 86_400 } else { 0 };
    rest -= days * 86_400;
    let parts = [(days, "d"), (rest / 3_600, "h"), (rest / 60 % 60, "m"), (rest % 60, "s")];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let text: String = parts.map(|(count, unit)| format!("{count}{unit}")).collect();
    if text.is_empty() { "0s".into() } else { text }
}

fn plural(count: usize, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}
