//! How long something takes and how much memory the process has, and what is asked for in no order.

#![allow(unreachable_pub)]

use std::hint::black_box;
use std::time::Instant;

use waxseal::claims::SessionId;

/// Nanoseconds of one call that must be true, the median of seven times. Each time `calls` of what `asked`
/// makes of numbers that were never given before, in no order: no processor's cache knows them.
pub fn per_call<T>(calls: u64, asked: impl Fn(u64) -> T, mut call: impl FnMut(&T) -> bool) -> f64 {
    let mut times: Vec<f64> = (0..7)
        .map(|time| {
            let asked: Vec<T> = (0..calls).map(|at| asked(mixed(time * calls + at))).collect();
            let start = Instant::now();
            for one in &asked {
                assert!(black_box(call(black_box(one))), "another answer");
            }
            start.elapsed().as_nanos() as f64 / calls as f64
        })
        .collect();
    median(&mut times)
}

/// The figure in the middle.
pub fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// What the process has in memory, in bytes (proc(5), statm, in pages of 4 KB).
pub fn resident_bytes() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: f64 = statm.split(' ').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0.0);
    pages * 4096.0
}

/// Numbers that follow no order (SplitMix64).
pub fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// As an id that was drawn: every bit of it is spread.
pub fn id(number: usize) -> SessionId {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&mixed(number as u64 * 2).to_be_bytes());
    bytes[8..].copy_from_slice(&mixed(number as u64 * 2 + 1).to_be_bytes());
    SessionId::from(bytes)
}
