//! Look-ups at 10 thousand, 1 million and 10 million entries, half of them hits, in an order that no
//! cache knows. Beside them: a set of texts behind a lock, as a deny list is written at home.

use std::collections::HashSet;
use std::hint::black_box;
use std::sync::RwLock;

use waxseal::RevocationList;
use waxseal::claims::SessionId;
use waxseal::revocation::Revocation;
use waxseal::time::Stopwatch;

use super::{Line, Size, median};

/// DESIGN: at 1 million entries.
const MOST_NANOSECONDS: f64 = 130.0;
const MOST_MEGABYTES: f64 = 48.0;

const LOOKUPS: usize = 200_000;

pub(super) fn run(size: Size) -> Vec<Line> {
    let sizes: &[usize] = match size {
        Size::Little => &[1_000],
        Size::Whole => &[10_000, 1_000_000, 10_000_000],
    };
    sizes.iter().flat_map(|entries| at(*entries, size)).collect()
}

fn at(entries: usize, size: Size) -> Vec<Line> {
    let is_bound = entries == 1_000_000;
    let before = resident_megabytes();
    let list = RevocationList::setup().cap(usize::MAX / 2).in_memory();
    for number in 0..entries {
        list.revoke(&Revocation::session(session(number))).expect("room");
    }
    let megabytes = resident_megabytes() - before;
    let hits: Vec<SessionId> = scattered(entries).map(session).collect();
    let misses: Vec<SessionId> = scattered(entries).map(|at| session(entries + at)).collect();
    let (mut of_hits, mut of_misses) = (Vec::new(), Vec::new());
    for _ in 0..7 {
        of_hits.push(time(&hits, |id| list.has_session(*id)));
        of_misses.push(time(&misses, |id| list.has_session(*id)));
    }
    let (hit, miss) = (median(of_hits), median(of_misses));
    let mean = (hit + miss) / 2.0;
    let what = format!("look-up at {entries}: hit {hit:.0} ns, miss {miss:.0} ns; mean");
    let mut lines = vec![match is_bound {
        true => Line::bounded(size, &what, mean, "ns", MOST_NANOSECONDS),
        false => Line::told(format!("{what} {mean:.1} ns")),
    }];
    let what = format!("memory at {entries}");
    lines.push(match is_bound {
        true => Line::bounded(size, &what, megabytes, "MB", MOST_MEGABYTES),
        false => Line::told(format!("{what}: {megabytes:.1} MB")),
    });
    if entries <= 1_000_000 {
        lines.push(beside_home_made(entries, &hits, &misses, mean));
    }
    lines
}

/// A set of texts behind a lock.
fn beside_home_made(entries: usize, hits: &[SessionId], misses: &[SessionId], ours: f64) -> Line {
    let texts: HashSet<String> = (0..entries).map(|number| session(number).to_string()).collect();
    let texts = RwLock::new(texts);
    let asked: Vec<String> = hits.iter().chain(misses).map(SessionId::to_string).collect();
    let mut figures = Vec::new();
    for _ in 0..7 {
        figures.push(time(&asked, |id| texts.read().expect("no panic").contains(id.as_str())));
    }
    let theirs = median(figures);
    Line::told(format!(
        "  beside a set of texts behind one lock: {theirs:.0} ns, {:.1} times ours",
        theirs / ours
    ))
}

fn time<T>(asked: &[T], look_up: impl Fn(&T) -> bool) -> f64 {
    let watch = Stopwatch::start();
    for id in asked {
        black_box(look_up(black_box(id)));
    }
    watch.elapsed().as_nanos() as f64 / asked.len() as f64
}

/// As an id that was drawn: every bit of it is spread (SplitMix64).
fn session(number: usize) -> SessionId {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&mixed(number as u64 * 2).to_be_bytes());
    bytes[8..].copy_from_slice(&mixed(number as u64 * 2 + 1).to_be_bytes());
    SessionId::from(bytes)
}

fn scattered(below: usize) -> impl Iterator<Item = usize> {
    (0..LOOKUPS.min(below)).map(move |at| (mixed(at as u64) % below as u64) as usize)
}

fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// What the process has in memory (proc(5), statm, in pages of 4 KB).
fn resident_megabytes() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: f64 = statm.split(' ').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0.0);
    pages * 4096.0 / 1e6
}
