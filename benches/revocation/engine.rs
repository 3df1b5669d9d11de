//! A list in Redis: how soon another host knows, and whether verification minds that the engine is
//! gone. Starts a server of its own; without one it says so.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use waxseal::keyring::NewRing;
use waxseal::revocation::{RedisStore, Revocation, RevocationPolicy, SqliteStore};
use waxseal::time::Stopwatch;
use waxseal::{Issuer, RevocationList, Revocations, Verifier};

use super::measure::median;
use super::{Line, Size, id, millis, percentile_99};

/// For an engine on one network.
const MOST_MILLISECONDS: f64 = 1000.0;

/// With the engine down, of the throughput with it up.
const LEAST_SHARE: f64 = 0.98;

/// A server that ends with this value.
struct Server {
    child: Child,
    url: String,
    folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.port();
        let folder = tempfile::tempdir().expect("a folder");
        let child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .ok()?;
        Some(Self { child, url: format!("redis://127.0.0.1:{port}/0"), folder })
    }

    fn list(&self) -> RevocationList {
        let file = self.folder.path().join("revoked.db");
        SqliteStore::create(&file, RevocationPolicy::default()).expect("a list");
        let watch = Stopwatch::start();
        loop {
            match RedisStore::open(&self.url, &file).and_then(RevocationList::with_store) {
                Ok(list) => return list,
                Err(fault) if watch.elapsed() > Duration::from_secs(5) => panic!("{fault}"),
                Err(_) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    fn signal(&self, name: &str) {
        let told = Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(told.expect("kill").success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.signal("-CONT");
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(super) fn run(size: Size) -> Vec<Line> {
    let Some(server) = Server::start() else {
        return vec![Line::told("skipped: no redis-server, so nothing of an engine".into())];
    };
    let list = server.list();
    let known = Revocations::follow(&server.url).expect("an engine");
    vec![propagation(size, &list, &known), with_the_engine_down(size, &server, &known)]
}

fn propagation(size: Size, list: &RevocationList, known: &Revocations) -> Line {
    let times = if size == Size::Whole { 400 } else { 5 };
    let entries = || known.health().map_or(0, |health| health.entries);
    let mut figures = Vec::new();
    for number in 0..times {
        let watch = Stopwatch::start();
        list.revoke(&Revocation::session(id(number))).expect("room");
        while entries() <= number {
            std::thread::sleep(Duration::from_micros(100));
        }
        figures.push(millis(watch.elapsed()));
    }
    let worst = percentile_99(&mut figures);
    let text = format!("a logout known through Redis after {:.1} ms; 99 %", median(&mut figures));
    Line::bounded(size, &text, worst, "ms", MOST_MILLISECONDS)
}

/// Rounds with the engine up and stopped, in turn.
fn with_the_engine_down(size: Size, server: &Server, known: &Revocations) -> Line {
    let (rounds, calls) = if size == Size::Whole { (21, 4_000) } else { (2, 10) };
    let folder = tempfile::tempdir().expect("a folder");
    let keys = NewRing::new("https://id.example").create(folder.path().join("keys"));
    let keys = keys.expect("a ring");
    let token = Issuer::new(&keys, "https://id.example", "shop").expect("sound");
    let token = token.mint("ada", &7_u32).expect("minted");
    let verifier = Verifier::new(keys, "https://id.example", "shop").revocations(known.clone());
    let round = || {
        let watch = Stopwatch::start();
        for _ in 0..calls {
            assert!(verifier.verify::<u32>(&token).is_ok());
        }
        watch.elapsed().as_secs_f64()
    };
    let mut shares = Vec::new();
    for at in 0..rounds {
        // Which comes first alternates, so that a drift of the machine meets both.
        let timed = |is_up: bool| {
            server.signal(if is_up { "-CONT" } else { "-STOP" });
            std::thread::sleep(Duration::from_millis(20));
            round()
        };
        let (up, down) = match at % 2 {
            0 => (timed(true), timed(false)),
            _ => {
                let down = timed(false);
                (timed(true), down)
            }
        };
        shares.push(up / down);
    }
    server.signal("-CONT");
    let share = median(&mut shares);
    let holds = share >= LEAST_SHARE || size == Size::Little;
    let verdict = if holds { "ok" } else { "MISSED" };
    Line {
        text: format!(
            "verification with the engine down: {share:.3} of the throughput with it up, at least {LEAST_SHARE}: {verdict}"
        ),
        holds,
    }
}
