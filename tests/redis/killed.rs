//! Writers that are killed at any moment: between the engine and their own note of it too.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use waxseal::RevocationList;
use waxseal::revocation::{Acknowledged, RedisStore, Revocation};

use super::server::Server;
use super::{ENTRIES, Follower, Writer, eventually};

/// Names the list, the file and the part that this process plays until it is killed.
const WORKER: &str = "WAXSEAL_PUBLISHES";

const KILLS: usize = 40;

#[test]
fn what_a_writer_acknowledged_before_it_was_killed_is_with_the_engine() {
    if let Ok(work) = std::env::var(WORKER) {
        return play(&work);
    }
    let Some(server) = Server::start(&[]) else { return };
    let mut writer = Writer::on(&server.url());
    writer.list = None;
    let long = Follower::of(&server.url());
    let (mut acknowledged, mut published) = (Vec::new(), 0);
    for round in 0..KILLS {
        let mut worker = start(&server.url(), &writer.file(), round);
        let mut lines = BufReader::new(worker.stdout.take().expect("a pipe")).lines();
        let is_said = |line: &String| line.starts_with("ack ");
        // Every fourth is killed while it begins, and sends what the one before left.
        let first = (round % 4 != 3)
            .then(|| lines.by_ref().map_while(Result::ok).find(is_said).expect("a first one"));
        std::thread::sleep(Duration::from_millis((round as u64 * 7) % 61));
        worker.kill().expect("killed");
        worker.wait().expect("ended");
        // Half a line was not said.
        for line in first.into_iter().chain(lines.map_while(Result::ok)) {
            let said = line.strip_suffix('.').and_then(|line| line.strip_prefix("ack "));
            if let Some((session, how)) = said.and_then(|said| said.split_once(' ')) {
                published += usize::from(how == "published");
                acknowledged.push(session.to_owned());
            }
        }
    }
    let list = writer.open();
    eventually("nothing waits", || list.health().unpublished == 0);
    // As many as the file holds, which may be more than was said.
    let all = list.len();
    assert!(all >= acknowledged.len(), "{all}");
    let twice = server.number(&["XLEN", ENTRIES]) - all as i64;
    println!(
        "{KILLS} kills, {} acknowledged, {published} published, {twice} sent twice",
        acknowledged.len()
    );
    assert!(published > KILLS, "{published}: the moments miss the work");
    for follower in [Follower::of(&server.url()), long] {
        eventually("it has everything", || follower.is_fresh_with(all));
        assert_eq!(follower.health().holes, 0, "a killed writer makes no hole");
        follower.refuses_all(&acknowledged);
    }
}

fn start(url: &str, file: &Path, round: usize) -> Child {
    let test = "killed::what_a_writer_acknowledged_before_it_was_killed_is_with_the_engine";
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", test, "--nocapture"])
        .env(WORKER, format!("{round} {url} {}", file.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("started")
}

fn play(work: &str) {
    let mut words = work.splitn(3, ' ');
    let mut word = || words.next().expect("three words");
    let (round, url, file) = (word(), word(), word());
    let list = RevocationList::with_store(RedisStore::open(url, file).expect("a store"));
    let list = list.expect("a list");
    // Several threads of one writer share its commits.
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let list = &list;
            scope.spawn(move || {
                for number in 0.. {
                    let session = format!("{round}-{thread}-{number}");
                    let what = Revocation::foreign_session(&session);
                    let how = match list.revoke(&what).expect("recorded") {
                        Acknowledged::Published => "published",
                        _ => "local",
                    };
                    // One write, so that no line is torn by another thread.
                    let line = format!("ack {session} {how}.\n");
                    std::io::stdout().lock().write_all(line.as_bytes()).expect("a pipe");
                    std::io::stdout().lock().flush().expect("a pipe");
                }
            });
        }
    });
}
