//! Cases run in turn, and the ratios between them.

use std::time::{Duration, Instant};

pub(crate) struct Case<'a> {
    name: &'static str,
    run: Box<dyn FnMut() -> bool + 'a>,
}

pub(crate) fn case<'a>(name: &'static str, run: impl FnMut() -> bool + 'a) -> Case<'a> {
    Case { name, run: Box::new(run) }
}

pub(crate) enum Bound {
    AtMost(f64),
    AtLeast(f64),
    None,
}

pub(crate) struct Table {
    rounds: usize,
    slice: Duration,
    missed: Vec<String>,
}

impl Table {
    /// A table of `rounds` rounds, each of `slice` for every case.
    pub(crate) fn new(rounds: usize, slice: Duration) -> Self {
        Self { rounds, slice, missed: Vec::new() }
    }

    /// The bounds that did not hold.
    pub(crate) fn missed(&self) -> &[String] {
        &self.missed
    }

    /// Runs `cases` and prints their times and `ratios`.
    pub(crate) fn run(
        &mut self,
        title: &str,
        mut cases: Vec<Case<'_>>,
        ratios: &[(&'static str, &'static str, Bound)],
    ) {
        let mut times: Vec<Vec<f64>> = vec![Vec::new(); cases.len()];
        for round in 0..=self.rounds {
            for turn in 0..cases.len() {
                let at = (turn + round) % cases.len();
                let nanos = per_call(&mut cases[at], self.slice);
                // The first round warms up.
                if round > 0 {
                    times[at].push(nanos);
                }
            }
        }
        println!("{title}");
        let position = |name| cases.iter().position(|case| case.name == name).expect("a case");
        for case in &cases {
            let nanos = median(times[position(case.name)].clone());
            println!("  {:<18} {nanos:>9.0} ns", case.name);
        }
        for (above, below, bound) in ratios {
            let (above_times, below_times) = (&times[position(above)], &times[position(below)]);
            let ratio = median(above_times.iter().zip(below_times).map(|(a, b)| a / b).collect());
            let (goal, held) = match bound {
                Bound::AtMost(most) => (format!("at most {most}"), ratio <= *most),
                Bound::AtLeast(least) => (format!("at least {least}"), ratio >= *least),
                Bound::None => (String::new(), true),
            };
            println!("  {above} / {below} = {ratio:.2}  {goal}");
            if !held {
                self.missed.push(format!("{title}: {above} / {below} = {ratio:.2}, {goal}"));
            }
        }
    }
}

/// Nanoseconds of one call, over a slice of time. Every result is checked.
fn per_call(case: &mut Case<'_>, slice: Duration) -> f64 {
    let mut calls = 0_u32;
    let start = Instant::now();
    loop {
        for _ in 0..8 {
            assert!((case.run)(), "{} failed", case.name);
        }
        calls += 8;
        let elapsed = start.elapsed();
        if elapsed >= slice {
            return elapsed.as_nanos() as f64 / f64::from(calls);
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
