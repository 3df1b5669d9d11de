//! `waxseal revoke add`: ends a session, a token, or all that began up to a moment.

use serde_json::json;
use waxseal::RevocationList;
use waxseal::claims::SessionId;
use waxseal::revocation::{
    Acknowledged, Kind, Record, RedisStore, Revocation, RevocationPolicy, SqliteStore, StoreError,
};
use waxseal::time::{Clock, Span, Timestamp};

use crate::cli::{AddEntry, What};
use crate::cmd::keys::ask;
use crate::exit::{Code, Failure};
use crate::lists::{is_engine, shown};
use crate::members::Time;
use crate::output::{Output, escape_json};

use super::{store, words};

pub(super) fn run(options: &AddEntry, output: &mut Output) -> Result<Code, Failure> {
    let (revocation, name) = revocation(options)?;
    note_foreign(&options.what, output);
    let (place, file) = places(options, output)?;
    let now = Clock::system().now();
    check_cut(options.before, now)?;
    // What no list records is refused before one is opened.
    RevocationPolicy::default().record(&revocation, now)?;
    if options.dry_run {
        let policy = SqliteStore::look(&file)?.policy;
        let record = policy.record(&revocation, now)?;
        let facts = Facts {
            record,
            name: &name,
            policy,
            acknowledged: None,
            now,
            place: &place,
            file: &file,
        };
        facts.print(options, output)?;
        return Ok(Code::DONE);
    }
    let (list, short) = open(&place, &file, output)?;
    let policy = list.policy();
    let planned = policy.record(&revocation, now)?;
    if matches!(planned.kind(), Kind::Key | Kind::Everything) {
        output.note(&format!("will end {}; no entry can be taken back", {
            words::ends(&planned, Some(&name), output)
        }));
        ask::consent("go on?", options.yes)?;
    }
    let level = list.revoke(&revocation)?;
    // Merged with what was there: the later cut and the later end.
    let merged = list.records().into_iter().find(|record| record.key() == planned.key());
    let record = merged.unwrap_or(planned);
    let facts = Facts {
        record,
        name: &name,
        policy,
        acknowledged: Some(level),
        now,
        place: &place,
        file: &file,
    };
    facts.print(options, output).map_err(|failure| match failure.what.as_str() {
        "" => failure,
        // Who reads of a failure alone would take the entry for lost.
        what => Failure::new(failure.code, format!("the entry IS recorded, but {what}")),
    })?;
    let is_short = is_engine(&place) && level < Acknowledged::Published;
    Ok(if is_short { short } else { Code::DONE })
}

/// The list, to write, and the code of an entry that the engine does not have. While an engine is away
/// a logout is kept on this disk at least.
fn open(place: &str, file: &str, output: &Output) -> Result<(RevocationList, Code), Failure> {
    if !is_engine(place) {
        return Ok((RevocationList::open(file)?, Code::DONE));
    }
    match RedisStore::open(place, file) {
        Ok(store) => Ok((RevocationList::with_store(store)?, Code::TRY_AGAIN)),
        // An engine that is away, or would lose what it is given: the entry is kept here at least.
        Err(fault @ (StoreError::Unreachable { .. } | StoreError::Unsafe { .. })) => {
            output.warn(&format!("waxseal: {fault}"));
            Ok((RevocationList::open(file)?, Failure::from(fault).code))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// The list, and the file of this host that a revocation is on before anything else: the list itself,
/// or a writer's own copy of what an engine shares.
fn places(options: &AddEntry, output: &Output) -> Result<(String, String), Failure> {
    let place = store::of(&options.store, output)?;
    match (is_engine(&place), &options.local) {
        (true, local) => {
            let file = local.clone().unwrap_or_else(|| store::DEFAULT.into());
            Ok((place, file))
        }
        (false, None) => Ok((place.clone(), place)),
        (false, Some(_)) => {
            let what = "--local is a writer's own copy of a list that an engine shares";
            Err(Failure::new(Code::USAGE, what).next("leave it out, or give --store redis://.."))
        }
    }
}

/// What is asked for, and its name in clear.
fn revocation(options: &AddEntry) -> Result<(Revocation, String), Failure> {
    let What { sid, jti, sub, scope, key, .. } = &options.what;
    let named = |option: &str, name: &String, revocation: fn(&str) -> Revocation| {
        check_name(option, name)?;
        Ok::<_, Failure>((revocation(name), name.clone()))
    };
    let (mut revocation, name) = match (sid, jti, sub, scope, key) {
        (Some(sid), ..) => named("--sid", sid, Revocation::foreign_session)?,
        (_, Some(jti), ..) => named("--jti", jti, Revocation::foreign_token)?,
        (_, _, Some(sub), ..) => named("--sub", sub, Revocation::subject)?,
        (_, _, _, Some(scope), _) => named("--scope", scope, Revocation::scope)?,
        (_, _, _, _, Some(key)) => named("--key", key, Revocation::key)?,
        _ => (Revocation::everything(), String::new()),
    };
    if options.except.is_some() && sub.is_none() {
        let what = "only of a subject can one session be spared";
        return Err(Failure::new(Code::USAGE, what).next("--sub NAME --except SID"));
    }
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

/// Refuses what is no name but a slip: no entry can be taken back.
fn check_name(option: &str, name: &str) -> Result<(), Failure> {
    if name.trim() != name {
        let what = format!("{option}: {name:?} begins or ends with white space");
        return Err(Failure::new(Code::USAGE, what).next("leave the white space out"));
    }
    // An id of ours may begin with `-`, so that clap takes any word for one.
    let joined = format!("{option}={name}");
    let is_meant = || std::env::args_os().any(|argument| argument == *joined);
    if AddEntry::has_option(name) && !is_meant() {
        let what = format!("{option} is followed by the option {name}, not by a name");
        return Err(Failure::new(Code::USAGE, what)
            .next(format!("if that is the name, write {option}={name}")));
    }
    Ok(())
}

/// Says that an id cannot be one of ours: it may be mistyped.
fn note_foreign(what: &What, output: &Output) {
    let ids = [("--sid", &what.sid), ("--jti", &what.jti)];
    for (option, id) in ids.into_iter().filter_map(|(option, id)| Some((option, id.as_ref()?))) {
        // Both kinds of id are written alike.
        if id.parse::<SessionId>().is_err() {
            output.note(&format!(
                "note: {option} {id:?} is taken as an id of another issuer: ours have 22 letters, digits, - _"
            ));
        }
    }
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
    /// Where it is on this host's disk.
    file: &'a str,
}

impl Facts<'_> {
    fn print(&self, options: &AddEntry, output: &mut Output) -> Result<(), Failure> {
        let Self { record, name, policy, acknowledged, now, place, file } = self;
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
                output.say(&format!("  recorded: {}", recorded(*level, place, file)))?;
            }
        }
        output.say(&format!("  {}", reach(place, file)))?;
        output.say(&format!("  {}", words::worst_case_of(record.kind(), policy)))?;
        if record.kind() == Kind::Key {
            output.warn(&format!(
                "note: revoke it in its ring too, or it goes on signing: \
                 waxseal keys revoke {name} --keys DIR --reason TEXT --promote SEQ --ring NAME; \
                 with --stop-signing instead if no key is to follow, with neither if it does not sign"
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
            "exposure_seconds": words::exposure(record.kind(), policy),
        })
    }
}

fn recorded(level: Acknowledged, place: &str, file: &str) -> String {
    match level {
        Acknowledged::Published => {
            format!("published: on this disk, in {file}, and with the engine at {}", shown(place))
        }
        Acknowledged::Local if is_engine(place) => format!(
            "local: on this disk, in {file}; NOT with the engine at {} yet: whoever opens both next sends it",
            shown(place)
        ),
        Acknowledged::Local => format!("local: on this disk, in {file}"),
        Acknowledged::InMemory => "in memory only".into(),
    }
}

/// Who refuses it soon.
fn reach(place: &str, file: &str) -> String {
    match is_engine(place) {
        true => format!("every process that follows {} refuses it once it is there", shown(place)),
        false => format!(
            "every process of this host that follows {file} refuses it within {}",
            Span(SqliteStore::SEEN_WITHIN)
        ),
    }
}
