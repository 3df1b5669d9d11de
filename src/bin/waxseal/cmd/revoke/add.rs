//! `waxseal revoke add`: ends a session, a token, or all that began up to a moment.

use serde_json::json;
use waxseal::RevocationList;
use waxseal::revocation::{Acknowledged, Kind, Record, Revocation, RevocationPolicy, SqliteStore};
use waxseal::time::{Clock, Span, Timestamp};

use crate::cli::{AddEntry, What};
use crate::cmd::keys::ask;
use crate::exit::{Code, Failure};
use crate::members::Time;
use crate::output::{Output, escape_json};

use super::{place, words};

pub(super) fn run(options: &AddEntry, output: &mut Output) -> Result<Code, Failure> {
    let (revocation, name) = revocation(options)?;
    let place = place::of(&options.store);
    let now = Clock::system().now();
    check_cut(options.before, now)?;
    // What no list records is refused before one is opened.
    RevocationPolicy::default().record(&revocation, now)?;
    if options.dry_run {
        let policy = SqliteStore::look(&place)?.policy;
        let record = policy.record(&revocation, now)?;
        let facts = Facts { record, name: &name, policy, acknowledged: None, now, place: &place };
        facts.print(options, output)?;
        return Ok(Code::DONE);
    }
    let list = RevocationList::open(&place)?;
    let policy = list.policy();
    let planned = policy.record(&revocation, now)?;
    if matches!(planned.kind(), Kind::Key | Kind::Everything) {
        output.note(&format!("will end {}; no entry can be taken back", {
            words::ends(&planned, Some(&name), output)
        }));
        ask::consent("go on?", options.yes)?;
    }
    let acknowledged = Some(list.revoke(&revocation)?);
    // Merged with what was there: the later cut and the later end.
    let merged = list.records().into_iter().find(|record| record.key() == planned.key());
    let record = merged.unwrap_or(planned);
    let facts = Facts { record, name: &name, policy, acknowledged, now, place: &place };
    facts.print(options, output)?;
    Ok(Code::DONE)
}

/// What is asked for, and its name in clear.
fn revocation(options: &AddEntry) -> Result<(Revocation, String), Failure> {
    let What { sid, jti, sub, scope, key, .. } = &options.what;
    let named =
        |name: &String, revocation: fn(&str) -> Revocation| (revocation(name), name.clone());
    let (mut revocation, name) = match (sid, jti, sub, scope, key) {
        (Some(sid), ..) => named(sid, Revocation::foreign_session),
        (_, Some(jti), ..) => named(jti, Revocation::foreign_token),
        (_, _, Some(sub), ..) => named(sub, Revocation::subject),
        (_, _, _, Some(scope), _) => named(scope, Revocation::scope),
        (_, _, _, _, Some(key)) => named(key, Revocation::key),
        _ => (Revocation::everything(), String::new()),
    };
    if let Some(cut) = options.before {
        revocation = revocation.before(cut);
    }
    if let Some(session) = options.except {
        revocation = revocation.except(session);
    }
    if let Some(reason) = &options.reason {
        revocation = revocation.because(reason);
    }
    Ok((revocation, name))
}

/// No entry can be taken back: one that ends the sessions of tomorrow would keep people out till then.
fn check_cut(cut: Option<Timestamp>, now: Timestamp) -> Result<(), Failure> {
    match cut {
        Some(cut) if cut > now => {
            let what = format!("--before {cut} is in the future: nobody could log in until then");
            Err(Failure::new(Code::USAGE, what).next("leave --before out: it is now then"))
        }
        _ => Ok(()),
    }
}

/// What is told of an entry.
struct Facts<'a> {
    record: Record,
    name: &'a str,
    policy: RevocationPolicy,
    /// `None` if nothing was done.
    acknowledged: Option<Acknowledged>,
    now: Timestamp,
    place: &'a str,
}

impl Facts<'_> {
    fn print(&self, options: &AddEntry, output: &mut Output) -> Result<(), Failure> {
        let Self { record, name, policy, acknowledged, now, place } = self;
        if options.json {
            let facts = self.json(options, output).to_string();
            return output.line(&escape_json(&facts));
        }
        let what = words::ends(record, Some(name), output);
        let kept = words::kept(record, *now, output);
        match acknowledged {
            None => output.say(&format!("would revoke {what}; kept {kept}"))?,
            Some(level) => {
                output.say(&format!("revoked {what}; kept {kept}"))?;
                output.say(&format!("  recorded: {}", recorded(*level, place)))?;
            }
        }
        output.say(&format!("  {}", reach(place)))?;
        output.say(&format!("  {}", words::worst_case(policy)))?;
        if record.kind() == Kind::Key {
            output.warn(&format!(
                "note: revoke it in its ring too, or it goes on signing: waxseal keys revoke {name} --keys DIR --reason TEXT"
            ));
        }
        Ok(())
    }

    fn json(&self, options: &AddEntry, output: &Output) -> serde_json::Value {
        let Self { record, name, policy, acknowledged, now, .. } = self;
        let cut = record.kind().has_cut().then(|| Time::of(record.cut(), *now, output));
        let end = (record.end() < Timestamp::END).then(|| Time::of(record.end(), *now, output));
        json!({
            "schema": 1,
            "done": acknowledged.is_some(),
            "kind": record.kind().word(),
            "name": (record.kind() != Kind::Everything).then_some(name),
            "except": record.except().map(|id| waxseal::base64url::encode(id)),
            "cut": cut,
            "kept_until": end,
            "reason": options.reason,
            "recorded": acknowledged.map(Acknowledged::word),
            "exposure_seconds": policy.exposure().as_secs(),
        })
    }
}

fn recorded(level: Acknowledged, place: &str) -> String {
    match level {
        Acknowledged::Published => {
            format!("published: on this disk, and with the engine at {place}")
        }
        Acknowledged::Local => format!("local: on this disk, in {place}"),
        Acknowledged::InMemory => "in memory only".into(),
    }
}

fn reach(place: &str) -> String {
    format!(
        "every process of this host that follows {place} refuses it within {}",
        Span(SqliteStore::SEEN_WITHIN)
    )
}
