//! `waxseal revoke status`: how a list does, and what it promises.

use serde_json::{Value, json};
use waxseal::revocation::{Kind, Verdict};
use waxseal::time::{Clock, Span, Timestamp};

use crate::cli::{ListStatus, Shape};
use crate::exit::{Code, Failure};
use crate::lists::{is_engine, shown};
use crate::members::Time;
use crate::output::{Output, escape, escape_json};
use crate::times::relative;

use super::picture::{Picture, Row};
use super::{store, words};

pub(super) fn run(options: &ListStatus, output: &mut Output) -> Result<Code, Failure> {
    let place = store::of(&options.look.store, output)?;
    let picture = Picture::take(&place, options.look.feed_key.as_deref(), output)?;
    let now = Clock::system().now();
    let status = Status { bytes: bytes(&place), place: shown(&place), picture, now };
    match options.shape {
        Shape { json: true, .. } => {
            output.line(&escape_json(&status.json(output).to_string()))?;
        }
        Shape { plain: true, .. } => output.lines(&status.plain(output))?,
        Shape { .. } => output.lines(&status.text(output))?,
    }
    Ok(match status.picture.health.verdict {
        Verdict::Fresh | Verdict::WithinBudget => Code::DONE,
        Verdict::OverBudget => Code::TRY_AGAIN,
        Verdict::Corrupt => Code::BAD_DATA,
    })
}

/// What the list takes on the disk, its journal too; `None` if it is no file.
fn bytes(place: &str) -> Option<u64> {
    let journal = std::fs::metadata(format!("{place}-wal")).map_or(0, |file| file.len());
    std::fs::metadata(place).ok().map(|file| file.len() + journal)
}

struct Status {
    place: String,
    picture: Picture,
    bytes: Option<u64>,
    now: Timestamp,
}

impl Status {
    fn text(&self, output: &Output) -> String {
        let Picture { policy, rows, health } = &self.picture;
        let verdict = match health.verdict {
            Verdict::Fresh | Verdict::WithinBudget => output.good(health.verdict.word()),
            Verdict::OverBudget | Verdict::Corrupt => output.bad(health.verdict.word()),
        };
        let title = output.strong(&format!("list {}", escape(&self.place)));
        let mut text = format!("{title}  {verdict}, read {} ago\n", Span(health.age));
        if let Some(fault) = &health.fault {
            text.push_str(&format!("fault: {}\n", escape(fault)));
        }
        let over = match rows.iter().filter(|row| row.is_over(self.now)).count() {
            0 => String::new(),
            over => format!("; {over} ended: waxseal revoke prune"),
        };
        text.push_str(&format!("entries {}{}{over}\n", rows.len(), self.by_kind()));
        if let Some((oldest, newest)) = span(rows) {
            let (oldest, newest) = (relative(oldest, self.now), relative(newest, self.now));
            text.push_str(&format!("newest {newest}, oldest {oldest}\n"));
        }
        let size = self.bytes.map(|bytes| format!("{bytes} bytes"));
        let waiting = self.unpublished().map(|count| format!("{count} not published yet"));
        let facts: Vec<String> = size.into_iter().chain(waiting).collect();
        if !facts.is_empty() {
            text.push_str(&format!("{}\n", facts.join(", ")));
        }
        text.push_str(&format!("policy {}\n", words::numbers(policy)));
        text.push_str(&words::worst_case(policy));
        text + "\n"
    }

    /// What an engine does not have yet; a file alone does not tell whether it is to be published.
    fn unpublished(&self) -> Option<usize> {
        is_engine(&self.place).then_some(self.picture.health.unpublished)
    }

    /// `: 2 sid, 1 sub`.
    fn by_kind(&self) -> String {
        let kinds = self.kinds().filter(|(_, count)| *count > 0);
        let kinds: Vec<String> =
            kinds.map(|(kind, count)| format!("{count} {}", kind.word())).collect();
        if kinds.is_empty() { String::new() } else { format!(": {}", kinds.join(", ")) }
    }

    fn kinds(&self) -> impl Iterator<Item = (Kind, usize)> {
        let rows = &self.picture.rows;
        let count = |kind| rows.iter().filter(|row| row.record.kind() == kind).count();
        Kind::ALL.into_iter().map(move |kind| (kind, count(kind)))
    }

    fn plain(&self, output: &Output) -> String {
        let Picture { policy, rows, health } = &self.picture;
        let mut text = format!("verdict\t{}\n", health.verdict);
        let mut put = |name: &str, value: String| text.push_str(&format!("{name}\t{value}\n"));
        put("age_seconds", health.age.as_secs().to_string());
        put("entries", rows.len().to_string());
        for (kind, count) in self.kinds() {
            put(&format!("entries.{}", kind.word()), count.to_string());
        }
        if let Some((oldest, newest)) = span(rows) {
            put("newest", newest.in_zone(output.zone));
            put("oldest", oldest.in_zone(output.zone));
        }
        if let Some(bytes) = self.bytes {
            put("bytes", bytes.to_string());
        }
        if let Some(count) = self.unpublished() {
            put("unpublished", count.to_string());
        }
        put("exposure_seconds", policy.exposure().as_secs().to_string());
        text
    }

    fn json(&self, output: &Output) -> Value {
        let Picture { policy, rows, health } = &self.picture;
        let time = |at: Timestamp| Time::of(at, self.now, output);
        let kinds: serde_json::Map<String, Value> =
            self.kinds().map(|(kind, count)| (kind.word().into(), count.into())).collect();
        let over = rows.iter().filter(|row| row.is_over(self.now)).count();
        let span = span(rows);
        json!({
            "schema": 1,
            "store": self.place,
            "verdict": health.verdict.word(),
            "age_seconds": health.age.as_secs_f64(),
            "fault": health.fault,
            "entries": rows.len(),
            "kinds": kinds,
            "ended": over,
            "newest": span.map(|(_, newest)| time(newest)),
            "oldest": span.map(|(oldest, _)| time(oldest)),
            "bytes": self.bytes,
            "unpublished": self.unpublished(),
            "policy": {
                "budget_seconds": policy.most_age().as_secs(),
                "renewal_budget_seconds": policy.most_age_to_renew().as_secs(),
                "life_seconds": policy.life().as_secs(),
                "skew_seconds": policy.clock_difference().as_secs(),
            },
            "exposure_seconds": policy.exposure().as_secs(),
        })
    }
}

/// When the oldest and the newest entry were recorded.
fn span(rows: &[Row]) -> Option<(Timestamp, Timestamp)> {
    let times = || rows.iter().filter_map(|row| row.recorded_at);
    Some((times().min()?, times().max()?))
}
