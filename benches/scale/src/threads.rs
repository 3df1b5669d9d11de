//! One thread and two: each verifies by itself, and shares the keys, the list and the cache.

use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use ring::hmac;
use waxseal::claims::SessionId;
use waxseal::key::{Algorithm, Key, KeySet};
use waxseal::revocation::Revocation;
use waxseal::{RevocationList, Verifier};

use crate::Size;
use crate::cache::{AUDIENCE, ISSUER, State, tokens};
use crate::measure::{id, median};

/// Two threads do at least so many times the work of one, where the machine's own two do twice the
/// hashing; virtual processors are often halves of one, and then it is less.
const LEAST: f64 = 1.9;

/// Something that two threads do at once.
struct Case<'a> {
    name: &'static str,
    call: &'a (dyn Fn(usize) -> bool + Sync),
    asked: Asked,
}

/// What is asked of a case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    ToScale,
    /// Nothing: two threads on one entry is what no service does, and a look-up alone is little more than
    /// its lock, which goes from processor to processor.
    Nothing,
}

/// Tells whether every case scales.
pub fn run(size: Size) -> bool {
    let (rounds, slice, count) = match size {
        Size::Whole => (15, Duration::from_millis(300), 10_000),
        Size::Little => (1, Duration::from_millis(1), 100),
    };
    let list = RevocationList::in_memory();
    for number in 0..1_000 {
        list.revoke(&Revocation::session(id(number))).expect("room");
    }
    let by = |algorithm| {
        let (key, tokens) = tokens(Key::generate(algorithm).expect("a key"), count);
        let verifier = Verifier::new(KeySet::only(key), ISSUER, AUDIENCE).revocations(&list);
        (verifier, tokens)
    };
    let ((hmac, of_hmac), (eddsa, of_eddsa)) = (by(Algorithm::Hs256), by(Algorithm::EdDsa));
    let cached = hmac.clone().cached::<State>(2 * count);
    of_hmac.iter().for_each(|token| drop(cached.verify(token).expect("good")));
    let one = &of_hmac[0];
    let ids: Vec<SessionId> = (0..count).map(id).collect();
    let raw = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
    // What the machine can do: nothing is shared.
    let machine: &(dyn Fn(usize) -> bool + Sync) =
        &|at| hmac::verify(&raw, of_hmac[at % count].as_bytes(), &[0; 32]).is_err();
    let cases = [
        Case { name: "the raw HMAC, nothing shared", call: machine, asked: Asked::Nothing },
        Case {
            name: "verify, HS256",
            call: &|at| hmac.verify::<State>(&of_hmac[at % count]).is_ok(),
            asked: Asked::ToScale,
        },
        Case {
            name: "verify, EdDSA",
            call: &|at| eddsa.verify::<State>(&of_eddsa[at % count]).is_ok(),
            asked: Asked::ToScale,
        },
        Case {
            name: "verify again, 10,000 tokens",
            call: &|at| cached.verify(&of_hmac[at % count]).is_ok(),
            asked: Asked::ToScale,
        },
        Case {
            name: "verify again, one token",
            call: &|_| cached.verify(one).is_ok(),
            asked: Asked::Nothing,
        },
        Case {
            name: "look up in the list",
            call: &|at| list.has_session(ids[at % count]) == (at % count < 1_000),
            asked: Asked::Nothing,
        },
    ];
    println!("| | 1 thread, a second | 2 threads | times | the raw HMAC's in the same rounds |");
    println!("|---|---|---|---|---|");
    let mut all_scale = true;
    for Case { name, call, asked } in cases {
        let mut figures: [Vec<f64>; 4] = Default::default();
        for _ in 0..rounds {
            let (one, two) = (throughput(1, slice, call), throughput(2, slice, call));
            let raw = throughput(2, slice, machine) / throughput(1, slice, machine);
            for (all, figure) in figures.iter_mut().zip([one, two, two / one, raw]) {
                all.push(figure);
            }
        }
        let [alone, both, times, raw] = figures.map(|mut all| median(&mut all));
        let holds = asked == Asked::Nothing || times >= LEAST / 2.0 * raw;
        let verdict = if holds { "" } else { " MISSED" };
        all_scale &= holds;
        println!("| {name} | {alone:.0} | {both:.0} | {times:.2}{verdict} | {raw:.2} |");
    }
    println!();
    all_scale
}

/// Calls a second, by so many threads at once.
fn throughput(threads: usize, slice: Duration, call: &(dyn Fn(usize) -> bool + Sync)) -> f64 {
    let barrier = Barrier::new(threads);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|thread| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    let (start, mut calls) = (Instant::now(), 0_usize);
                    loop {
                        for _ in 0..16 {
                            calls += 1;
                            // Each goes through them in an order of its own.
                            let at = calls.wrapping_mul(7_919).wrapping_add(thread * 3_571);
                            assert!(black_box(call(at)));
                        }
                        let elapsed = start.elapsed();
                        if elapsed >= slice {
                            return calls as f64 / elapsed.as_secs_f64();
                        }
                    }
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("no panic")).sum()
    })
}
