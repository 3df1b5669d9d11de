//! Writers and followers of one list, killed at any moment: what was acknowledged is never lost.

#![allow(missing_docs, clippy::disallowed_methods)]

use std::cmp::Ordering;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use waxseal::revocation::{Kind, Record, Recorded, Revocation, RevocationPolicy, SqliteStore};
use waxseal::time::Timestamp;
use waxseal::{RevocationList, Revocations};

/// Names the list and the part that this process plays until it is killed.
const WORKER: &str = "WAXSEAL_REVOKES";

/// Writers and followers that run at once.
const WRITERS: usize = 3;
const FOLLOWERS: usize = 1;

/// Rounds on one list; then comes another, so that both young and grown ones are met.
const ROUNDS: usize = 25;

#[test]
fn what_a_killed_writer_acknowledged_is_never_lost() {
    if let Ok(work) = std::env::var(WORKER) {
        return play(&work);
    }
    let kills = std::env::var("WAXSEAL_KILLS").map_or(200, |text| text.parse().expect("a number"));
    let folder = tempfile::tempdir().expect("a folder");
    let (mut killed, mut acknowledged, mut round) = (0_usize, 0, 0_usize);
    let mut file = folder.path().join("0.db");
    let mut wanted: Vec<String> = Vec::new();
    let mut most_seen = 0;
    while killed < kills {
        if round.is_multiple_of(ROUNDS) {
            file = folder.path().join(format!("{round}.db"));
            SqliteStore::create(&file, RevocationPolicy::default()).expect("a list");
            wanted.clear();
        }
        let mut workers: Vec<Child> = Vec::new();
        workers.extend((0..WRITERS).map(|at| start(&file, &format!("w{round}-{at}"))));
        workers.extend((0..FOLLOWERS).map(|_| start(&file, "follow")));
        // From the first moments of a process to the middle of its work.
        std::thread::sleep(Duration::from_millis((round as u64 * 7) % 61));
        for worker in &mut workers {
            worker.kill().expect("killed");
        }
        let mut seen = Vec::new();
        for mut worker in workers {
            let lines = BufReader::new(worker.stdout.take().expect("a pipe")).lines();
            let said: Vec<String> = lines.map_while(Result::ok).collect();
            worker.wait().expect("ended");
            // Half a line was not said.
            let said: Vec<&str> = said.iter().filter_map(|line| line.strip_suffix('.')).collect();
            let words = |what| said.iter().filter_map(move |line| line.strip_prefix(what));
            assert_eq!(words("fewer ").next(), None, "round {round}: a follower lost entries");
            seen.extend(words("saw ").map(|count| count.parse::<usize>().expect("a number")));
            let before = wanted.len();
            wanted.extend(words("ack ").map(str::to_owned));
            acknowledged += wanted.len() - before;
            killed += 1;
        }
        has_all(&file, &wanted, round);
        let seen = seen.into_iter().max().unwrap_or(0);
        let known = entries(&follow(&file));
        assert!(known >= seen, "round {round}: {known} entries, and a follower saw {seen}");
        most_seen = most_seen.max(seen);
        round += 1;
    }
    println!("{killed} kills, {acknowledged} acknowledged, none lost; {most_seen} seen");
    assert!(most_seen > 0, "no follower lived long enough to see an entry");
    assert!(acknowledged > kills / 4, "{acknowledged} acknowledged: the moments miss the work");
}

/// How often writers are killed that race for one name after the other.
const RACES: usize = 40;

#[test]
fn no_kill_makes_a_second_first() {
    if let Ok(file) = std::env::var(WORKER) {
        let list = RevocationList::open(&file).expect("a list");
        for number in 0.. {
            let what = Revocation::foreign_token(&number.to_string());
            if list.revoke_once(&what).expect("recorded") != Recorded::Before {
                say(&format!("first {number}"));
            }
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("revoked.db");
    SqliteStore::create(&file, RevocationPolicy::default()).expect("a list");
    let mut firsts: Vec<u64> = Vec::new();
    for round in 0..RACES {
        let start = || spawn("no_kill_makes_a_second_first", &file.display().to_string());
        let mut workers: Vec<Child> = (0..WRITERS).map(|_| start()).collect();
        std::thread::sleep(Duration::from_millis(40 + (round as u64 * 7) % 61));
        for worker in &mut workers {
            worker.kill().expect("killed");
        }
        for mut worker in workers {
            let lines = BufReader::new(worker.stdout.take().expect("a pipe")).lines();
            let said: Vec<String> = lines.map_while(Result::ok).collect();
            worker.wait().expect("ended");
            let said = said.iter().filter_map(|line| line.strip_suffix('.'));
            let names = said.filter_map(|line| line.strip_prefix("first "));
            firsts.extend(names.map(|name| name.parse::<u64>().expect("a number")));
        }
    }
    let told = firsts.len();
    firsts.sort_unstable();
    firsts.dedup();
    assert_eq!(firsts.len(), told, "a name had two firsts");
    assert!(told > RACES, "{told} firsts: the moments miss the work");
    let known = RevocationList::open(file.to_str().expect("a text")).expect("a list");
    assert!(known.len() >= told, "{} entries for {told} firsts", known.len());
}

/// The list opens, for writing too, and knows everything that was acknowledged.
fn has_all(file: &Path, wanted: &[String], round: usize) {
    let list = RevocationList::open(file.to_str().expect("a text"))
        .unwrap_or_else(|fault| panic!("round {round}: {fault}"));
    let known: std::collections::BTreeSet<[u8; 16]> =
        list.records().iter().map(|record| *record.name()).collect();
    for session in wanted {
        let record = Record::new(Kind::Session, session, Timestamp::END);
        assert!(known.contains(record.name()), "round {round}: {session} was lost");
    }
}

fn follow(file: &Path) -> Revocations {
    Revocations::follow(file.to_str().expect("a text")).expect("a list")
}

fn entries(known: &Revocations) -> usize {
    known.health().expect("a list").entries
}

/// One write, so that no line is torn by another thread.
fn say(line: &str) {
    std::io::stdout().lock().write_all(format!("{line}.\n").as_bytes()).expect("a pipe");
    std::io::stdout().lock().flush().expect("a pipe");
}

fn start(file: &Path, part: &str) -> Child {
    let test = "what_a_killed_writer_acknowledged_is_never_lost";
    spawn(test, &format!("{part} {}", file.display()))
}

fn spawn(test: &str, work: &str) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", test, "--nocapture"])
        .env(WORKER, work)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started")
}

fn play(work: &str) {
    let (part, file) = work.split_once(' ').expect("two words");
    if part == "follow" {
        let known = follow(Path::new(file));
        let mut before = 0;
        loop {
            let now = entries(&known);
            match now.cmp(&before) {
                Ordering::Greater => say(&format!("saw {now}")),
                Ordering::Less => say(&format!("fewer {now} than {before}")),
                Ordering::Equal => {}
            }
            before = now;
            known.reload().expect("a list");
        }
    }
    let list = RevocationList::open(file).expect("a list");
    // Several threads of one writer share its commits.
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let list = &list;
            scope.spawn(move || {
                for number in 0.. {
                    let session = format!("{part}-{thread}-{number}");
                    list.revoke(&Revocation::foreign_session(&session)).expect("acknowledged");
                    say(&format!("ack {session}"));
                }
            });
        }
    });
}
