//! A list in Redis, for real: each test has a server of its own and does to it what happens to
//! servers. What was acknowledged stays revoked, every hole is noticed, no list is trusted longer
//! than B, and what the engine lost comes back from the writer.

mod killed;
mod server;

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::{Value, json};
use server::{Link, Server};
use waxseal::key::{Algorithm, Key, KeySet};
use waxseal::revocation::{
    Acknowledged, Entry, Kind, Record, Recorded, RedisFeed, RedisStore, Revocation,
    RevocationFeed as _, RevocationHealth, RevocationPolicy, RevocationStore as _, RevokeError,
    SqliteStore, StoreError, Verdict, conformance,
};
use waxseal::time::{Clock, Stopwatch};
use waxseal::{RevocationList, Revocations, jwt};

const B: Duration = Duration::from_secs(2);
const HOUR: Duration = Duration::from_secs(3600);
const ENTRIES: &str = "{waxseal:revoked}:entries";

static KEY: LazyLock<Key> = LazyLock::new(|| Key::generate(Algorithm::Hs256).expect("a key"));

fn policy() -> RevocationPolicy {
    let second = Duration::from_secs(1);
    RevocationPolicy::default().budget(B).renewal_budget(second).skew(second)
}

#[track_caller]
fn eventually(what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let begun = Stopwatch::start();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "never: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
    begun.elapsed()
}

/// A host that logs people out: its file, and the list while it runs.
struct Writer {
    folder: tempfile::TempDir,
    url: String,
    list: Option<RevocationList>,
}

impl Writer {
    fn on(url: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        SqliteStore::create(folder.path().join("revoked.db"), policy()).expect("a new file");
        let mut writer = Self { folder, url: url.into(), list: None };
        writer.list = Some(writer.open());
        writer
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("revoked.db")
    }

    fn open(&self) -> RevocationList {
        let store = RedisStore::open(&self.url, self.file()).expect("a store");
        RevocationList::with_store(store).expect("a list")
    }

    fn list(&self) -> &RevocationList {
        self.list.as_ref().expect("a list")
    }

    fn revoke(&self, session: &str) -> Acknowledged {
        self.list().revoke(&Revocation::foreign_session(session)).expect("recorded")
    }

    fn revoke_each(&self, sessions: &[String]) {
        for session in sessions {
            assert_eq!(self.revoke(session), Acknowledged::Published);
        }
    }
}

fn names(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{prefix}-{number}")).collect()
}

/// A service that verifies.
struct Follower {
    revocations: Revocations,
    verifier: jwt::Verifier<Value>,
}

impl Follower {
    fn of(url: &str) -> Self {
        let revocations = Revocations::follow(url).expect("a list");
        let verifier = jwt::Verifier::setup(KeySet::only(KEY.clone()))
            .leeway(Duration::ZERO)
            .revocations(revocations.clone());
        Self { revocations, verifier }
    }

    /// What becomes of a token of `session` that lives so long.
    fn code(&self, session: &str, life: Duration) -> &'static str {
        let token = token(session, life);
        self.verifier.verify(&token).map_or_else(|fault| fault.code(), |_| "valid")
    }

    fn long(&self, session: &str) -> &'static str {
        self.code(session, Duration::from_secs(3600))
    }

    fn short(&self, session: &str) -> &'static str {
        self.code(session, B)
    }

    #[track_caller]
    fn refuses_all(&self, sessions: &[String]) {
        for session in sessions {
            assert_eq!(self.short(session), "session_revoked", "{session}");
        }
    }

    fn health(&self) -> RevocationHealth {
        self.revocations.health().expect("a list")
    }

    fn is_fresh_with(&self, entries: usize) -> bool {
        let health = self.health();
        health.verdict == Verdict::Fresh && health.entries == entries
    }
}

fn token(session: &str, life: Duration) -> String {
    let now = Clock::system().now().as_secs();
    let claims = json!({ "sid": session, "iat": now, "exp": now + life.as_secs() as i64 });
    let issuer = jwt::Issuer::new(KEY.clone()).expect("an issuer");
    issuer.mint(&claims).expect("a token").to_string()
}

/// Who begins now sees the same: the engine has everything.
#[track_caller]
fn is_refilled(url: &str, sessions: &[String]) {
    let time = eventually("the engine has everything again", || {
        let begun = Revocations::follow(url).ok().and_then(|list| list.health());
        begun.is_some_and(|health| health.entries == sessions.len())
    });
    println!("refilled after {time:?}");
    Follower::of(url).refuses_all(sessions);
}

#[test]
fn it_is_a_store_like_any_other() {
    let Some(server) = Server::start(&[]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("revoked.db");
    SqliteStore::create(&file, policy()).expect("a new file");
    conformance::check_store(|| RedisStore::open(&server.url(), &file)).expect("conformant");
}

#[test]
fn what_one_host_revokes_every_host_refuses() {
    let Some(server) = Server::start(&[]) else { return };
    let (one, other) = (Writer::on(&server.url()), Writer::on(&server.url()));
    let follower = Follower::of(&server.url());
    assert_eq!(follower.long("s"), "valid");
    assert_eq!(one.revoke("s"), Acknowledged::Published);
    let time = eventually("it is refused", || follower.long("s") == "session_revoked");
    println!("refused elsewhere after {time:?}");
    assert_eq!(other.revoke("t"), Acknowledged::Published);
    eventually("all have both", || {
        follower.is_fresh_with(2) && one.list().len() == 2 && other.list().len() == 2
    });
    let health = follower.health();
    assert_eq!((health.writers, health.holes, health.reloads), (2, 0, 0), "{health:?}");
    assert_eq!(one.list().health().unpublished, 0);
}

#[test]
fn two_hosts_that_write_at_once_lose_nothing() {
    let Some(server) = Server::start(&[]) else { return };
    let writers = [Writer::on(&server.url()), Writer::on(&server.url())];
    let follower = Follower::of(&server.url());
    std::thread::scope(|scope| {
        for (host, writer) in writers.iter().enumerate() {
            for caller in 0..4 {
                scope.spawn(move || writer.revoke_each(&names(&format!("{host}-{caller}"), 25)));
            }
        }
    });
    eventually("all are there", || follower.is_fresh_with(200));
    assert_eq!(follower.health().holes, 0);
}

fn once(writer: &Writer, name: &str) -> Result<Recorded, RevokeError> {
    writer.list().revoke_once(&Revocation::foreign_token(name))
}

#[test]
fn of_all_callers_on_two_hosts_one_is_the_first() {
    let Some(server) = Server::start(&[]) else { return };
    let mut writers = [Writer::on(&server.url()), Writer::on(&server.url())];
    let names = names("t", 25);
    let told: Vec<Vec<Recorded>> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..8)
            .map(|caller| {
                let (writer, names) = (&writers[caller % 2], &names);
                scope.spawn(move || {
                    names.iter().map(|name| once(writer, name).expect("recorded")).collect()
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().expect("no panic")).collect()
    });
    for (at, name) in names.iter().enumerate() {
        let firsts: Vec<_> = told.iter().filter(|it| it[at] != Recorded::Before).collect();
        assert_eq!(firsts.len(), 1, "{name}");
        assert_eq!(firsts[0][at], Recorded::First(Acknowledged::Published));
    }
    // Each name is kept as long as the list keeps it, and no longer than for ever.
    let key = "{waxseal:revoked}:once:jti:*";
    assert_eq!(server.number(&["EVAL", "return #redis.call('KEYS', ARGV[1])", "0", key]), 25);
    let least = "local least = 1e15; for _, k in ipairs(redis.call('KEYS', ARGV[1])) do \
                 least = math.min(least, redis.call('PTTL', k)) end; return least";
    let kept = policy().retention().as_millis() as i64;
    assert!(server.number(&["EVAL", least, "0", key]) > kept);

    for writer in &mut writers {
        writer.list = None;
        writer.list = Some(writer.open());
        for name in &names {
            assert_eq!(once(writer, name), Ok(Recorded::Before));
        }
    }
}

#[test]
fn an_engine_that_is_away_makes_nobody_the_first_and_uses_nothing_up() {
    let Some(server) = Server::start(&[]) else { return };
    let link = Link::to(server.port);
    let (one, other) = (Writer::on(&link.url()), Writer::on(&server.url()));
    link.cut();
    let fault = once(&one, "t").expect_err("cut off");
    assert_eq!(fault.code(), "list_unreachable", "{fault}");
    assert!(one.list().is_empty());
    assert_eq!(once(&other, "t"), Ok(Recorded::First(Acknowledged::Published)));
    link.heal();
    eventually("the engine answers again", || once(&one, "t") == Ok(Recorded::Before));
}

#[test]
fn an_engine_that_lost_everything_makes_nobody_the_first_of_what_was() {
    let Some(mut server) = Server::start(&[]) else { return };
    let (one, other) = (Writer::on(&server.url()), Writer::on(&server.url()));
    let names = names("t", 5);
    for name in &names {
        assert_eq!(once(&one, name), Ok(Recorded::First(Acknowledged::Published)));
    }
    server.kill();
    server.run();
    // Until it has what was lost it makes nobody the first of anything.
    eventually("it is trusted again", || {
        for name in &names {
            assert!(!matches!(once(&other, name), Ok(Recorded::First(_))), "{name}");
        }
        once(&other, "new").is_ok()
    });
    for name in &names {
        assert_eq!(once(&other, name), Ok(Recorded::Before), "{name}");
    }
    eventually("the other host trusts it too", || once(&one, "new") == Ok(Recorded::Before));
}

#[test]
fn an_engine_that_starts_anew_makes_nobody_the_first_for_a_while_whoever_asks() {
    let Some(mut server) = Server::start(&[]) else { return };
    let (folder, elsewhere) = (tempfile::tempdir(), tempfile::tempdir());
    let (folder, elsewhere) = (folder.expect("a folder"), elsewhere.expect("a folder"));
    let url = server.url();
    let open =
        |folder: &tempfile::TempDir| RedisStore::open(&url, folder.path().join("revoked.db"));
    for folder in [&folder, &elsewhere] {
        SqliteStore::create(folder.path().join("revoked.db"), policy()).expect("a new file");
    }
    let now = Clock::system().now();
    let entry = Entry::new(Record::new(Kind::Token, "t", now.after(HOUR)), now);
    // Stores, and not lists, which would know the name.
    let one = open(&folder).expect("a store");
    let (stays, goes) = (open(&elsewhere).expect("a store"), open(&elsewhere).expect("a store"));
    assert!(matches!(one.record_once(entry.clone()), Ok(Recorded::First(_))));
    drop((one, goes));
    server.kill();
    server.run();
    let mut comes = None;
    eventually("it is back", || open(&elsewhere).map(|store| comes = Some(store)).is_ok());
    let comes = comes.expect("a store");
    let begun = Stopwatch::start();
    while begun.elapsed() < Duration::from_secs(3) {
        for store in [&stays, &comes] {
            let fault = store.record_once(entry.clone()).expect_err("it may have forgotten");
            assert_eq!(fault.code(), "list_unreachable", "{fault}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let keys = server.number(&["EVAL", "return #redis.call('KEYS', ARGV[1])", "0", "*:once:*"]);
    assert_eq!(keys, 0, "nothing was used up");
}

#[test]
fn an_engine_that_was_killed_and_starts_empty_is_filled_again() {
    let Some(mut server) = Server::start(&[]) else { return };
    let writer = Writer::on(&server.url());
    let follower = Follower::of(&server.url());
    let sessions = names("s", 20);
    writer.revoke_each(&sessions);
    eventually("all are there", || follower.is_fresh_with(20));
    server.kill();
    eventually("it is told", || follower.health().fault.is_some());
    follower.refuses_all(&sessions);
    assert_eq!(writer.revoke("late"), Acknowledged::Local);
    assert_eq!(writer.list().health().unpublished, 1);
    server.run();
    let all = [sessions, vec!["late".into()]].concat();
    is_refilled(&server.url(), &all);
    eventually("the follower has it", || follower.is_fresh_with(21));
    follower.refuses_all(&all);
    let health = follower.health();
    assert!(health.holes >= 1 && health.reloads >= 1, "{health:?}");
    eventually("nothing waits", || writer.list().health().unpublished == 0);
}

#[test]
fn an_engine_that_was_killed_and_kept_its_file_goes_on() {
    let Some(mut server) = Server::start(&["--appendonly", "yes", "--appendfsync", "always"])
    else {
        return;
    };
    let writer = Writer::on(&server.url());
    let follower = Follower::of(&server.url());
    let sessions = names("s", 20);
    writer.revoke_each(&sessions);
    eventually("all are there", || follower.is_fresh_with(20));
    server.kill();
    server.run();
    eventually("it is read again", || follower.is_fresh_with(20));
    assert_eq!(follower.health().holes, 0);
    writer.revoke("more");
    eventually("it is written again", || writer.list().health().unpublished == 0);
    assert_eq!(server.number(&["XLEN", ENTRIES]), 21, "nothing was sent twice");
}

#[test]
fn while_the_engine_stands_still_b_is_honoured_and_revoking_goes_on() {
    let Some(server) = Server::start(&[]) else { return };
    let writer = Writer::on(&server.url());
    let follower = Follower::of(&server.url());
    writer.revoke_each(&names("s", 3));
    eventually("all are there", || follower.is_fresh_with(3));
    server.stop();
    let stopped = Stopwatch::start();
    assert_eq!(writer.revoke("late"), Acknowledged::Local);
    assert!(stopped.elapsed() < Duration::from_millis(1500), "{:?}", stopped.elapsed());
    assert_eq!(follower.short("other"), "valid");
    let time = eventually("the list is too old", || follower.long("other") == "stale_revocations");
    println!("too old after {:?} ({time:?})", stopped.elapsed());
    assert!(stopped.elapsed() <= B + Duration::from_millis(250), "{:?}", stopped.elapsed());
    assert_eq!(follower.short("other"), "valid", "what lives shorter than B needs no list");
    assert_eq!(follower.long("s-0"), "session_revoked", "what is known is known");
    eventually("it is told", || follower.health().fault.is_some());
    assert!(stopped.elapsed() < Duration::from_secs(7), "no question waits long for its answer");
    assert_eq!(follower.health().verdict, Verdict::OverBudget);
    let waited = Stopwatch::start();
    assert_eq!(writer.revoke("later"), Acknowledged::Local);
    assert!(waited.elapsed() < Duration::from_millis(500), "{:?}", waited.elapsed());
    server.go_on();
    eventually("all are there", || follower.is_fresh_with(5));
    assert_eq!(follower.long("other"), "valid");
    assert_eq!(follower.health().holes, 0);
    eventually("nothing waits", || writer.list().health().unpublished == 0);
}

#[test]
fn who_is_cut_off_honours_b_and_catches_up() {
    let Some(server) = Server::start(&[]) else { return };
    let link = Link::to(server.port);
    let writer = Writer::on(&server.url());
    let follower = Follower::of(&link.url());
    link.cut();
    let cut = Stopwatch::start();
    let sessions = names("s", 5);
    writer.revoke_each(&sessions);
    eventually("the list is too old", || follower.long("s-0") == "stale_revocations");
    assert!(cut.elapsed() <= B + Duration::from_millis(250), "{:?}", cut.elapsed());
    link.heal();
    eventually("it has caught up", || follower.is_fresh_with(5));
    follower.refuses_all(&sessions);
    assert_eq!(follower.health().holes, 0, "it went on where it was");
}

#[test]
fn a_writer_that_is_cut_off_publishes_later() {
    let Some(server) = Server::start(&[]) else { return };
    let link = Link::to(server.port);
    let writer = Writer::on(&link.url());
    let follower = Follower::of(&server.url());
    link.cut();
    assert_eq!(writer.revoke("s"), Acknowledged::Local);
    assert_eq!(follower.long("s"), "valid", "the bound counts from publication");
    link.heal();
    eventually("it is published", || follower.long("s") == "session_revoked");
    eventually("nothing waits", || writer.list().health().unpublished == 0);
}

#[test]
fn what_was_trimmed_before_it_was_read_is_noticed_and_sent_again() {
    let Some(server) = Server::start(&[]) else { return };
    let link = Link::to(server.port);
    let writer = Writer::on(&server.url());
    let follower = Follower::of(&link.url());
    let sessions = names("s", 40);
    writer.revoke_each(&sessions[..10]);
    eventually("some are there", || follower.is_fresh_with(10));
    link.cut();
    writer.revoke_each(&sessions[10..]);
    server.ask(&["XTRIM", ENTRIES, "MAXLEN", "5"]);
    link.heal();
    eventually("all are there", || follower.is_fresh_with(40));
    let health = follower.health();
    assert!(health.holes >= 1 && health.reloads >= 1, "{health:?}");
    follower.refuses_all(&sessions);
    is_refilled(&server.url(), &sessions);
}

#[test]
fn an_entry_that_somebody_deleted_is_sent_again() {
    let Some(server) = Server::start(&[]) else { return };
    let writer = Writer::on(&server.url());
    let sessions = names("s", 9);
    writer.revoke_each(&sessions);
    let found = server.ask(&["XRANGE", ENTRIES, "-", "+", "COUNT", "5"]);
    let found: Vec<(String, Vec<Vec<u8>>)> = redis::from_redis_value(found).expect("entries");
    server.ask(&["XDEL", ENTRIES, &found[4].0]);
    is_refilled(&server.url(), &sessions);
}

#[test]
fn an_engine_that_was_flushed_is_filled_again() {
    let Some(server) = Server::start(&[]) else { return };
    let (one, other) = (Writer::on(&server.url()), Writer::on(&server.url()));
    let follower = Follower::of(&server.url());
    let sessions = names("s", 20);
    one.revoke_each(&sessions[..10]);
    other.revoke_each(&sessions[10..]);
    eventually("all are there", || follower.is_fresh_with(20));
    server.ask(&["FLUSHALL"]);
    let flushed = Stopwatch::start();
    follower.refuses_all(&sessions);
    is_refilled(&server.url(), &sessions);
    assert!(flushed.elapsed() < Duration::from_secs(10), "{:?}", flushed.elapsed());
    eventually("the hole is noticed", || follower.health().reloads >= 1);
    eventually("the follower trusts it", || follower.is_fresh_with(20));
    follower.refuses_all(&sessions);
}

#[test]
fn a_list_that_lost_its_stream_or_its_description_is_no_empty_one() {
    let Some(server) = Server::start(&[]) else { return };
    for key in [ENTRIES, "{waxseal:revoked}:list"] {
        let writer = Writer::on(&server.url());
        writer.revoke_each(&names("s", 2));
        drop(writer);
        // The writer's thread may be in the middle of a last look.
        eventually("it is gone", || {
            server.ask(&["DEL", key]);
            std::thread::sleep(Duration::from_millis(100));
            server.number(&["EXISTS", key]) == 0
        });
        let fault = Revocations::follow(&server.url()).expect_err("no list");
        assert!(matches!(fault, StoreError::Missing { .. }), "{fault}");
    }
}

#[test]
fn a_failover_to_a_stale_replica_loses_nothing() {
    let options = ["--repl-diskless-sync-delay", "0"];
    let Some(mut primary) = Server::start(&options) else { return };
    let replica = Server::start(&options).expect("a server");
    let replication = Link::to(primary.port);
    replica.ask(&["REPLICAOF", "127.0.0.1", &replication.port.to_string()]);
    let link = Link::to(primary.port);
    let writer = Writer::on(&link.url());
    let follower = Follower::of(&link.url());
    let sessions = names("s", 30);
    writer.revoke_each(&sessions[..10]);
    eventually("the replica has them", || replica.number(&["XLEN", ENTRIES]) == 10);
    let fault = RedisFeed::open(&replica.url()).expect_err("a replica");
    assert!(matches!(fault, StoreError::Unsafe { .. }), "{fault}");
    replication.cut();
    writer.revoke_each(&sessions[10..]);
    eventually("the follower has them", || follower.is_fresh_with(30));
    link.cut();
    primary.kill();
    replica.ask(&["REPLICAOF", "NO", "ONE"]);
    assert_eq!(replica.number(&["XLEN", ENTRIES]), 10, "the replica is behind");
    link.lead_to(replica.port);
    link.heal();
    follower.refuses_all(&sessions);
    eventually("the hole is noticed", || follower.health().holes >= 1);
    is_refilled(&replica.url(), &sessions);
    eventually("the follower trusts it", || follower.is_fresh_with(30));
    follower.refuses_all(&sessions);
}

/// What the stream `key` holds: each entry's id and bytes.
fn stream(server: &Server, key: &str) -> Vec<(String, Vec<u8>)> {
    type Found = Vec<(String, Vec<(String, Vec<u8>)>)>;
    let found = server.ask(&["XRANGE", key, "-", "+"]);
    let found: Found = redis::from_redis_value(found).expect("entries");
    found.into_iter().map(|(id, mut members)| (id, members.remove(0).1)).collect()
}

#[test]
fn as_many_new_ones_before_the_cursor_as_were_lost_are_noticed() {
    let Some(server) = Server::start(&[]) else { return };
    let mut writer = Writer::on(&server.url());
    writer.revoke_each(&names("s", 3));
    writer.list = None;
    let redis::Value::BulkString(stale) = server.ask(&["DUMP", ENTRIES]) else {
        panic!("no dump");
    };
    let (last, _) = stream(&server, ENTRIES).pop().expect("three entries");
    std::thread::sleep(Duration::from_millis(5));
    let again = writer.open();
    for session in ["lost-0", "lost-1"] {
        again.revoke(&Revocation::foreign_session(session)).expect("recorded");
    }
    eventually("they are there", || server.number(&["XLEN", ENTRIES]) == 5);
    let follower = Follower::of(&server.url());
    assert!(follower.is_fresh_with(5));
    // What another host adds to the replica that takes over, whose clock is behind.
    let elsewhere = Writer::on(&format!("{}?list=other", server.url()));
    elsewhere.revoke_each(&names("new", 2));
    let new = stream(&server, "{waxseal:other}:entries");
    let (millis, count) = last.split_once('-').expect("an id");
    let count: u64 = count.parse().expect("a number");
    let mut failover = redis::pipe();
    failover.atomic();
    failover.cmd("RESTORE").arg(ENTRIES).arg(0).arg(stale).arg("REPLACE");
    for (more, (_, bytes)) in new.iter().enumerate() {
        let id = format!("{millis}-{}", count + 1 + more as u64);
        failover.cmd("XADD").arg(ENTRIES).arg(id).arg("e").arg(bytes);
    }
    server.ask_all(&failover);
    eventually("the hole is noticed", || follower.health().holes >= 1);
    eventually("all are known", || follower.is_fresh_with(7));
    follower.refuses_all(&names("new", 2));
    follower.refuses_all(&names("lost", 2));
    // The first writer sends again what was lost.
    let all = [names("s", 3), names("lost", 2), names("new", 2)].concat();
    is_refilled(&server.url(), &all);
    eventually("it is read once", || follower.is_fresh_with(7));
}

#[test]
fn what_a_killed_writer_had_on_its_disk_is_published_by_the_next() {
    let Some(server) = Server::start(&[]) else { return };
    let mut writer = Writer::on(&server.url());
    writer.revoke_each(&names("s", 3));
    writer.list = None;
    let local = SqliteStore::open(writer.file()).expect("a store");
    let local = RevocationList::with_store(local).expect("a list");
    let late = Revocation::foreign_session("late");
    assert_eq!(local.revoke(&late), Ok(Acknowledged::Local));
    drop(local);
    let follower = Follower::of(&server.url());
    assert_eq!(follower.long("late"), "valid");
    let list = writer.open();
    assert_eq!(list.len(), 4, "what is on the disk is in force at once");
    eventually("it is published", || follower.long("late") == "session_revoked");
    assert_eq!(server.number(&["XLEN", ENTRIES]), 4, "nothing was sent twice");
    assert_eq!(follower.health().holes, 0);
}

#[test]
fn processes_of_one_host_hear_of_each_other_while_the_engine_is_away() {
    let Some(mut server) = Server::start(&[]) else { return };
    let writer = Writer::on(&server.url());
    let other = writer.open();
    server.kill();
    eventually("both know", || {
        other.health().fault.is_some() && writer.list().health().fault.is_some()
    });
    assert_eq!(writer.revoke("s"), Acknowledged::Local);
    eventually("the other has it", || other.len() == 1);
    eventually("and says that the engine is away", || other.health().fault.is_some());
    assert!(other.age() > Duration::ZERO);
    server.run();
    is_refilled(&server.url(), &["s".to_owned()]);
}

#[test]
fn an_engine_that_would_forget_is_refused() {
    let options = ["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"];
    let Some(server) = Server::start(&options) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("revoked.db");
    SqliteStore::create(&file, policy()).expect("a new file");
    let fault = RedisStore::open(&server.url(), &file).expect_err("it forgets");
    assert!(matches!(fault, StoreError::Unsafe { .. }), "{fault}");
    assert!(fault.to_string().contains("noeviction"), "{fault}");
    server.ask(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]);
    RedisStore::open(&server.url(), &file).expect("it keeps what it has");
}

#[test]
fn a_list_of_other_numbers_is_refused() {
    let Some(server) = Server::start(&[]) else { return };
    let _writer = Writer::on(&server.url());
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("revoked.db");
    SqliteStore::create(&file, RevocationPolicy::default()).expect("a new file");
    let fault = RedisStore::open(&server.url(), &file).expect_err("other numbers");
    assert!(matches!(fault, StoreError::Unsafe { .. }), "{fault}");
    let named = format!("{}?list=other", server.url());
    let store = RedisStore::open(&named, &file).expect("another list");
    drop(store);
    assert_eq!(RedisFeed::open(&named).expect("a list").policy(), RevocationPolicy::default());
}

#[test]
fn a_list_that_nobody_made_is_no_empty_one() {
    let Some(mut server) = Server::start(&[]) else { return };
    let fault = Revocations::follow(&server.url()).expect_err("no list");
    assert!(matches!(fault, StoreError::Missing { .. }), "{fault}");
    server.kill();
    let fault = Revocations::follow(&server.url()).expect_err("no engine");
    assert!(matches!(fault, StoreError::Unreachable { .. }), "{fault}");
}

#[test]
fn the_password_is_used_and_not_shown() {
    let Some(server) = Server::start(&["--requirepass", "s3cret"]) else { return };
    let place = server.url().replace("redis://", "");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("revoked.db");
    SqliteStore::create(&file, policy()).expect("a new file");
    let wrong = RedisStore::open(&format!("redis://:wr0ng@{place}"), &file).expect_err("wrong");
    assert!(!wrong.to_string().contains("wr0ng") && !format!("{wrong:?}").contains("wr0ng"));
    let url = format!("redis://:s3cret@{place}");
    let store = RedisStore::open(&url, &file).expect("a store");
    let feed = RedisFeed::open(&url).expect("a feed");
    let shown = [format!("{store:?}"), format!("{feed:?}"), feed.place()];
    let list = RevocationList::with_store(store).expect("a list");
    drop(server);
    eventually("it is told", || list.health().fault.is_some());
    let fault = list.health().fault.unwrap_or_default();
    for text in shown.iter().chain([&fault, &format!("{list:?}")]) {
        assert!(!text.contains("s3cret"), "{text}");
    }
    assert!(fault.contains("127.0.0.1"), "{fault}");
}

#[test]
fn who_only_verifies_needs_no_right_to_write() {
    let Some(server) = Server::start(&[]) else { return };
    let writer = Writer::on(&server.url());
    let rights = "+xrange +xread +xinfo +get +time +info +multi +exec";
    let user: Vec<&str> = ["ACL", "SETUSER", "verifier", "on", ">s3cret", "~{waxseal:revoked}:*"]
        .into_iter()
        .chain(rights.split(' '))
        .collect();
    server.ask(&user);
    let follower = Follower::of(&server.url().replace("://", "://verifier:s3cret@"));
    // One that is not woken looks twice a second: of several, one is sooner on any machine.
    let delays = names("s", 8).into_iter().map(|session| {
        writer.revoke(&session);
        eventually("it is refused", || follower.long(&session) == "session_revoked")
    });
    let best = delays.min().expect("some");
    assert!(best < Duration::from_millis(400), "it is woken: {best:?}");
    assert_eq!(follower.health().failures, 0);
}

#[test]
fn a_list_of_many_pages_is_read_whole_and_sent_whole() {
    let Some(server) = Server::start(&[]) else { return };
    let writer = Writer::on(&server.url());
    let follower = Follower::of(&server.url());
    let all: Vec<Revocation> =
        names("s", 5000).iter().map(|session| Revocation::foreign_session(session)).collect();
    writer.list().revoke_all(&all).expect("recorded");
    eventually("all are there", || follower.is_fresh_with(5000));
    let begun = Stopwatch::start();
    assert!(Follower::of(&server.url()).is_fresh_with(5000));
    println!("5000 entries read in {:?}", begun.elapsed());
    server.ask(&["FLUSHALL"]);
    eventually("they are sent again", || {
        let begun = Revocations::follow(&server.url()).ok().and_then(|list| list.health());
        // The description comes last: nobody takes a part for the whole.
        begun.is_some_and(|health| {
            assert_eq!(health.entries, 5000);
            true
        })
    });
    eventually("the follower trusts it", || follower.is_fresh_with(5000));
}

#[test]
fn keys_stay_revoked_and_are_sent_again_with_the_rest() {
    let Some(server) = Server::start(&[]) else { return };
    let writer = Writer::on(&server.url());
    let key = Revocation::key("k1");
    assert_eq!(writer.list().revoke(&key), Ok(Acknowledged::Published));
    server.ask(&["FLUSHALL"]);
    eventually("it is back", || {
        Revocations::follow(&server.url())
            .is_ok_and(|it| it.health().is_some_and(|it| it.entries == 1))
    });
}

#[test]
fn a_key_is_sent_again_when_half_the_time_is_over_that_the_stream_keeps_it() {
    let Some(server) = Server::start(&[]) else { return };
    let mut writer = Writer::on(&server.url());
    let ends = Clock::system().now().after(Duration::from_secs(60));
    let session = |name: &str| Revocation::foreign_session(name).ends_by(ends);
    for what in [session("s"), Revocation::key("k1"), session("t")] {
        assert_eq!(writer.list().revoke(&what), Ok(Acknowledged::Published));
    }
    let follower = Follower::of(&server.url());
    writer.list = None;
    // As if everything had been sent long ago.
    let file = rusqlite::Connection::open(writer.file()).expect("a file");
    let noted = || {
        let noted = "SELECT value FROM meta WHERE name = 'published'";
        let noted: Vec<u8> = file.query_row(noted, [], |row| row.get(0)).expect("a note");
        serde_json::from_slice::<Value>(&noted).expect("JSON")
    };
    eventually("it is noted", || {
        let mut noted = noted();
        noted["refreshed"] = 0.into();
        let aged = serde_json::to_vec(&noted).expect("JSON");
        let age = "UPDATE meta SET value = ? WHERE name = 'published'";
        noted["through"] == 3 && file.execute(age, [aged]).is_ok()
    });
    let list = writer.open();
    eventually("the key is there twice", || server.number(&["XLEN", ENTRIES]) == 4);
    assert_eq!(list.len(), 3);
    eventually("it is not due again", || noted()["refreshed"] != 0);
    assert_eq!(list.revoke(&session("u")), Ok(Acknowledged::Published));
    assert_eq!(server.number(&["XLEN", ENTRIES]), 5, "once is enough");
    eventually("nothing is missed", || follower.is_fresh_with(4));
    assert_eq!(follower.health().holes, 0);
}

#[test]
fn a_stream_with_something_else_in_it_is_not_trusted() {
    let Some(server) = Server::start(&[]) else { return };
    let writer = Writer::on(&server.url());
    let follower = Follower::of(&server.url());
    writer.revoke("s");
    eventually("it is there", || follower.is_fresh_with(1));
    let id: String =
        redis::from_redis_value(server.ask(&["XADD", ENTRIES, "*", "e", "?"])).expect("an id");
    eventually("it is told", || follower.health().verdict == Verdict::Corrupt);
    assert!(follower.health().fault.is_some_and(|fault| fault.contains(&id)));
    follower.refuses_all(&["s".to_owned()]);
    server.ask(&["XDEL", ENTRIES, &id]);
    eventually("it is trusted again", || follower.is_fresh_with(1));
    assert_eq!(writer.revoke("t"), Acknowledged::Published);
    eventually("it goes on", || follower.is_fresh_with(2));
}

#[test]
fn what_is_dropped_leaves_the_engine_alone() {
    let Some(server) = Server::start(&[]) else { return };
    let writer = Writer::on(&server.url());
    let follower = Follower::of(&server.url());
    let clients = || {
        let info: String = redis::from_redis_value(server.ask(&["INFO", "clients"])).expect("text");
        let line = info.lines().find_map(|line| line.strip_prefix("connected_clients:"));
        line.and_then(|count| count.parse::<u64>().ok()).expect("a number")
    };
    eventually("they are there", || clients() >= 6);
    drop((writer, follower));
    let time = eventually("only this test is there", || clients() == 1);
    println!("gone after {time:?}");
}

/// Smoke: that it takes no lock which a question to the engine holds. No measure of its speed.
#[test]
fn smoke_verification_never_waits_for_the_engine() {
    let Some(server) = Server::start(&[]) else { return };
    let writer = Writer::on(&server.url());
    writer.revoke_each(&names("s", 10));
    let follower = Follower::of(&server.url());
    let token = token("other", Duration::from_secs(3600));
    let (mut best, mut longest) = ([Duration::MAX; 2], Duration::ZERO);
    for round in 0..40 {
        let is_down = round % 2 == 1;
        if is_down {
            server.stop()
        } else {
            server.go_on()
        }
        let all = Stopwatch::start();
        for _ in 0..150 {
            let one = Stopwatch::start();
            // Valid, or refused for the age of the list: the last stage either way.
            let _ = follower.verifier.verify(&token);
            longest = longest.max(one.elapsed());
        }
        let kept = &mut best[usize::from(is_down)];
        *kept = all.elapsed().min(*kept);
    }
    server.go_on();
    let [up, down] = best;
    let ratio = up.as_secs_f64() / down.as_secs_f64();
    println!("throughput down : up = {ratio:.3}, longest {longest:?}");
    assert!(longest < Duration::from_millis(500), "{longest:?}: less than any wait for an engine");
    assert!(ratio > 0.5, "{ratio:.3}");
}
