//! The revocation list by how many entries it has: how long a look-up takes, what an entry weighs, how
//! long it takes to take them in.

use std::path::Path;
use std::time::Instant;

use waxseal::RevocationList;
use waxseal::revocation::Revocation;

use crate::measure::{id, per_call, resident_bytes};
use crate::plot::{Line, draw};
use crate::{Size, alone};

pub fn run(size: Size, plots: Option<&Path>) {
    let sizes: &[usize] = match size {
        Size::Whole => &[1_000, 10_000, 100_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000],
        Size::Little => &[1_000],
    };
    println!("| entries | hit | miss | bytes an entry | all | taken in |");
    println!("|---|---|---|---|---|---|");
    let (mut hits, mut misses, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for entries in sizes {
        let figures = alone("--list", *entries);
        let [hit, miss, bytes, taken] = figures.as_slice() else { panic!("four figures") };
        let weight = bytes / *entries as f64;
        let megabytes = bytes / 1e6;
        println!(
            "| {entries} | {hit:.0} ns | {miss:.0} ns | {weight:.0} | {megabytes:.1} MB | {taken:.2} s |"
        );
        let entries = *entries as f64;
        hits.push((entries, *hit));
        misses.push((entries, *miss));
        weights.push((entries, megabytes));
    }
    println!();
    if let Some(plots) = plots {
        let lines = [Line::new("revoked", hits), Line::new("not revoked", misses)];
        draw(&plots.join("look-up.svg"), "A look-up in the list", "entries", "ns", &lines);
        let lines = [Line::new("memory", weights)];
        draw(&plots.join("memory.svg"), "The list in memory", "entries", "MB", &lines);
    }
}

/// Nanoseconds of a look-up that finds and of one that does not, bytes of all, seconds of taking them in.
pub fn at(entries: usize) -> Vec<f64> {
    let before = resident_bytes();
    let list = RevocationList::setup().cap(usize::MAX / 2).in_memory();
    let start = Instant::now();
    for number in 0..entries {
        list.revoke(&Revocation::session(id(number))).expect("room");
    }
    let taken = start.elapsed().as_secs_f64();
    let bytes = resident_bytes() - before;
    let one = |number: u64| (number % entries as u64) as usize;
    let hit = per_call(200_000, |at| id(one(at)), |id| list.has_session(*id));
    let miss = per_call(200_000, |at| id(entries + one(at)), |id| !list.has_session(*id));
    vec![hit, miss, bytes, taken]
}
