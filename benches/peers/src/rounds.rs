//! Interleaved timing. A round visits every case once, each for one slice of time; within a group the
//! order turns by one from round to round, so that a drift of the machine meets all alike.

use std::time::{Duration, Instant};

use crate::cases::{Case, Group};

/// Nanoseconds of a call of one case, one figure a round.
pub type Times = Vec<f64>;

/// The times of every case of every group, in their order.
pub fn run(groups: &[Group], rounds: usize, slice: Duration) -> Vec<Vec<Times>> {
    let mut times: Vec<Vec<Times>> =
        groups.iter().map(|group| vec![Times::new(); group.cases.len()]).collect();
    for round in 0..=rounds {
        for (group, times) in groups.iter().zip(&mut times) {
            let count = group.cases.len();
            for turn in 0..count {
                let at = (turn + round) % count;
                let nanos = per_call(&group.cases[at], slice);
                // The first round warms up.
                if round > 0 {
                    times[at].push(nanos);
                }
            }
        }
    }
    times
}

/// The median over the rounds of one case's time by another's in the same round.
pub fn ratio(above: &Times, below: &Times) -> f64 {
    median(above.iter().zip(below).map(|(above, below)| above / below).collect())
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn per_call(case: &Case, slice: Duration) -> f64 {
    let mut calls = 0_u32;
    let start = Instant::now();
    loop {
        for _ in 0..8 {
            (case.run)();
        }
        calls += 8;
        let elapsed = start.elapsed();
        if elapsed >= slice {
            return elapsed.as_nanos() as f64 / f64::from(calls);
        }
    }
}
