//! What the lines of a batch came to: the summary and the exit code.

use std::collections::BTreeMap;

use crate::cli::Batch;
use crate::exit::{Code, Failure, worse};
use crate::output::Output;

use super::{Mark, Words};

/// What some lines came to.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) lines: u64,
    faults: BTreeMap<&'static str, u64>,
    worst: Option<Code>,
}

impl Tally {
    pub(super) fn count(&mut self, mark: Mark) {
        self.lines += 1;
        if let Some(fault) = mark.fault {
            *self.faults.entry(fault).or_default() += 1;
        }
        self.worsen(mark.code);
    }

    /// Adds what later lines came to.
    pub(super) fn add(&mut self, later: Self) {
        self.lines += later.lines;
        for (fault, count) in later.faults {
            *self.faults.entry(fault).or_default() += count;
        }
        if let Some(code) = later.worst {
            self.worsen(code);
        }
    }

    pub(super) fn bad(&self) -> u64 {
        self.faults.values().sum()
    }

    fn worsen(&mut self, code: Code) {
        self.worst = Some(self.worst.map_or(code, |worst| worse(worst, code)));
    }

    /// The summary, and the exit code.
    pub(super) fn end(
        self,
        options: Batch,
        words: Words,
        output: &Output,
    ) -> Result<Code, Failure> {
        let Some(worst) = self.worst else {
            let what = "the input is empty; expected tokens, one a line";
            return Err(Failure::new(Code::NO_INPUT, what));
        };
        let bad = self.bad();
        let lines = if self.lines == 1 { "1 line".into() } else { format!("{} lines", self.lines) };
        let mut said = format!("{lines}: {} {}", self.lines - bad, words.good);
        if bad > 0 {
            let each: Vec<String> =
                self.faults.iter().map(|(name, count)| format!("{count} {name}")).collect();
            said.push_str(&format!(", {bad} {} ({})", words.bad, each.join(", ")));
        }
        output.note(&said);
        Ok(if bad > 0 && options.keep_going { Code::SOME_LINES } else { worst })
    }
}
