//! A list in an SQLite file: how long a big one takes to load, how soon another process knows, and
//! how many logouts a disk takes when several callers want one at once.

use std::time::Duration;

use waxseal::RevocationList;
use waxseal::revocation::{Revocation, RevocationPolicy, SqliteStore};
use waxseal::time::Stopwatch;

use super::measure::median;
use super::{Line, Size, id, millis, percentile_99};

/// Every process follows the others.
const MOST_MILLISECONDS: f64 = 100.0;

struct OnDisk(tempfile::TempDir);

impl OnDisk {
    fn new() -> Self {
        let list = Self(tempfile::tempdir().expect("a folder"));
        SqliteStore::create(list.path(), RevocationPolicy::default()).expect("a list");
        list
    }

    fn path(&self) -> String {
        self.0.path().join("revoked.db").display().to_string()
    }

    fn open(&self) -> RevocationList {
        RevocationList::open(&self.path()).expect("a list")
    }
}

pub(super) fn load(size: Size) -> Vec<Line> {
    let entries: usize = if size == Size::Whole { 1_000_000 } else { 1_000 };
    let disk = OnDisk::new();
    let list = disk.open();
    let numbers: Vec<usize> = (0..entries).collect();
    for some in numbers.chunks(10_000) {
        let some: Vec<Revocation> = some.iter().map(|number| of(*number)).collect();
        list.revoke_all(&some).expect("room");
    }
    drop(list);
    let watch = Stopwatch::start();
    let list = disk.open();
    let time = watch.elapsed();
    assert_eq!(list.len(), entries);
    let bytes = std::fs::metadata(disk.path()).map_or(0, |found| found.len());
    vec![Line::told(format!(
        "load of {entries} from the disk, checked page by page: {:.2} s, {} MB",
        time.as_secs_f64(),
        bytes / 1_000_000
    ))]
}

pub(super) fn propagation(size: Size) -> Vec<Line> {
    let times = if size == Size::Whole { 400 } else { 5 };
    let disk = OnDisk::new();
    let (writer, follower) = (disk.open(), disk.open());
    let (mut durable, mut known) = (Vec::new(), Vec::new());
    for number in 0..times {
        let session = id(number);
        let watch = Stopwatch::start();
        writer.revoke(&Revocation::session(session)).expect("room");
        durable.push(millis(watch.elapsed()));
        while !follower.has_session(session) {
            std::thread::sleep(Duration::from_micros(200));
        }
        known.push(millis(watch.elapsed()));
    }
    let worst = percentile_99(&mut known);
    let text = format!(
        "a logout on the disk after {:.1} ms; with another reader of the file after {:.1} ms; 99 %",
        median(&mut durable),
        median(&mut known),
    );
    vec![Line::bounded(size, &text, worst, "ms", MOST_MILLISECONDS)]
}

pub(super) fn group_commit(size: Size) -> Vec<Line> {
    let time = if size == Size::Whole { Duration::from_secs(3) } else { Duration::from_millis(50) };
    let rates = [1, 4, 16, 64].map(|callers| (callers, rate(callers, time)));
    let alone = rates[0].1;
    let texts = rates.map(|(callers, rate)| {
        format!("{callers} callers {rate:.0}/s ({:.1} times)", rate / alone)
    });
    vec![Line::told(format!("logouts on one disk: {}", texts.join(", ")))]
}

fn rate(callers: usize, time: Duration) -> f64 {
    let disk = OnDisk::new();
    let list = disk.open();
    let watch = Stopwatch::start();
    let done: usize = std::thread::scope(|scope| {
        let work = |caller: usize| {
            let mut done = 0;
            while watch.elapsed() < time {
                list.revoke(&of(caller * 10_000_000 + done)).expect("room");
                done += 1;
            }
            done
        };
        let threads: Vec<_> =
            (0..callers).map(|caller| scope.spawn(move || work(caller))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    });
    done as f64 / watch.elapsed().as_secs_f64()
}

fn of(number: usize) -> Revocation {
    Revocation::session(id(number))
}
