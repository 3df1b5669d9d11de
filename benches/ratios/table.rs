//! Cases run in turn, and the ratios between them.

use std::time::{Duration, Instant};

pub(crate) struct Case<'a> {
    name: &'static str,
    run: Box<dyn FnMut() -> bool + 'a>,
}

pub(crate) fn case<'a>(name: &'static str, run: impl FnMut() -> bool + 'a) -> Case<'a> {
    Case { name, run: Box::new(run) }
}

/// The goal of a ratio.
pub(crate) enum Bound {
    AtMost(f64),
    AtLeast(f64),
    None,
}

/// By how much a goal may be missed: machines differ, and share their processors.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slack {
    /// A tenth.
    ByHand,
    /// A quarter, and six tenths of "so many times as fast as a rival", which differs most from processor
    /// to processor: what a machine for tests, busy with other things, must still keep. A goal that this
    /// leaves far away is kept by `benches/counts`.
    Wide,
    /// Nothing is asked for.
    Everything,
}

impl Slack {
    fn factor(self, bound: &Bound) -> f64 {
        match (self, bound) {
            (Self::ByHand, _) => 1.1,
            (Self::Wide, Bound::AtLeast(_)) => 1.6,
            (Self::Wide, _) => 1.25,
            (Self::Everything, _) => f64::INFINITY,
        }
    }
}

pub(crate) struct Table {
    rounds: usize,
    slice: Duration,
    slack: Slack,
    rows: Vec<String>,
    missed: Vec<String>,
}

impl Table {
    /// A table of `rounds` rounds, each of `slice` for every case.
    pub(crate) fn new(rounds: usize, slice: Duration, slack: Slack) -> Self {
        Self { rounds, slice, slack, rows: Vec::new(), missed: Vec::new() }
    }

    /// What did not hold, by more than is forgiven.
    pub(crate) fn missed(&self) -> &[String] {
        &self.missed
    }

    /// Every ratio that has a goal, as Markdown.
    pub(crate) fn goals(&self) -> String {
        let head = "| | ratio | goal | |\n|---|---|---|---|\n";
        head.to_owned() + &self.rows.concat()
    }

    /// Takes a figure into the table.
    pub(crate) fn judge(&mut self, what: &str, figure: f64, bound: &Bound) {
        let factor = self.slack.factor(bound);
        let (goal, met, forgiven) = match *bound {
            Bound::None => return,
            Bound::AtMost(most) => {
                (format!("at most {most}"), figure <= most, figure <= most * factor)
            }
            Bound::AtLeast(least) => {
                (format!("at least {least}"), figure >= least, figure >= least / factor)
            }
        };
        let verdict = match (met, forgiven) {
            (true, _) => "met",
            (false, true) => "missed, within what is forgiven",
            (false, false) => "MISSED",
        };
        self.rows.push(format!("| {what} | {figure:.2} | {goal} | {verdict} |\n"));
        if !forgiven {
            self.missed.push(format!("{what} = {figure:.2}, {goal}"));
        }
    }

    /// Runs `cases` and prints their times and `ratios`. Gives the time of the first in nanoseconds.
    pub(crate) fn run(
        &mut self,
        title: &str,
        mut cases: Vec<Case<'_>>,
        ratios: &[(&'static str, &'static str, Bound)],
    ) -> f64 {
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
            println!("  {above} / {below} = {ratio:.2}");
            self.judge(&format!("{title}: {above} / {below}"), ratio, bound);
        }
        median(times.swap_remove(0))
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
