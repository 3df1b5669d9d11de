//! Look-ups at 10 thousand, 1 million and 10 million entries, half of them hits, in an order that no
//! cache knows. Beside them: a set of texts behind a lock, as a deny list is written at home.

use std::collections::HashSet;
use std::sync::RwLock;

use waxseal::RevocationList;
use waxseal::revocation::Revocation;

use super::measure::{id, per_call, resident_bytes};
use super::{Line, Size};

/// At 1 million entries.
const MOST_NANOSECONDS: f64 = 130.0;
const MOST_MEGABYTES: f64 = 48.0;

const LOOKUPS: u64 = 200_000;

pub(super) fn run(size: Size) -> Vec<Line> {
    let sizes: &[usize] = match size {
        Size::Little => &[1_000],
        // What is bounded comes first: a list that is gone leaves memory to the next one. `benches/scale` has
        // the memory of each size.
        Size::Whole => &[1_000_000, 10_000, 10_000_000],
    };
    sizes.iter().flat_map(|entries| at(*entries, size)).collect()
}

fn at(entries: usize, size: Size) -> Vec<Line> {
    let is_bound = entries == 1_000_000;
    let before = resident_bytes();
    let list = RevocationList::setup().cap(usize::MAX / 2).in_memory();
    for number in 0..entries {
        list.revoke(&Revocation::session(id(number))).expect("room");
    }
    let megabytes = (resident_bytes() - before) / 1e6;
    let below = |number: u64| (number % entries as u64) as usize;
    let hit = per_call(LOOKUPS, |at| id(below(at)), |id| list.has_session(*id));
    let miss = per_call(LOOKUPS, |at| id(entries + below(at)), |id| !list.has_session(*id));
    let mean = (hit + miss) / 2.0;
    let what = format!("look-up at {entries}: hit {hit:.0} ns, miss {miss:.0} ns; mean");
    let mut lines = vec![match is_bound {
        true => Line::bounded(size, &what, mean, "ns", MOST_NANOSECONDS),
        false => Line::told(format!("{what} {mean:.1} ns")),
    }];
    if is_bound {
        let what = format!("memory at {entries}");
        lines.push(Line::bounded(size, &what, megabytes, "MB", MOST_MEGABYTES));
    }
    if entries <= 1_000_000 {
        lines.push(beside_home_made(entries, mean));
    }
    lines
}

/// A set of texts behind a lock.
fn beside_home_made(entries: usize, ours: f64) -> Line {
    let texts: HashSet<String> = (0..entries).map(|number| id(number).to_string()).collect();
    let texts = RwLock::new(texts);
    // The first half is there.
    let text = |at: u64| {
        let number = (at % (2 * entries as u64)) as usize;
        (id(number).to_string(), number < entries)
    };
    let theirs = per_call(LOOKUPS, text, |(id, is_there)| {
        texts.read().expect("no panic").contains(id.as_str()) == *is_there
    });
    Line::told(format!(
        "  beside a set of texts behind one lock: {theirs:.0} ns, {:.1} times ours",
        theirs / ours
    ))
}
