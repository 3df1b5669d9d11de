//! Options of the verbs that take many tokens.

use std::num::NonZero;
use std::thread;

use clap::Args;

// Many tokens, one a line.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Batch {
    /// Read many tokens, one a line, and print one JSON object a line
    #[arg(long, conflicts_with_all = ["json", "plain"])]
    pub(crate) jsonl: bool,
    /// With --jsonl: exit 17 if any line failed, instead of the code of the worst
    #[arg(long, requires = "jsonl")]
    pub(crate) keep_going: bool,
    /// With --jsonl: print only the lines that failed
    #[arg(long, requires = "jsonl")]
    failed: bool,
    /// With --jsonl: work on so many cores, auto for all; the output is the same
    #[arg(long, requires = "jsonl", value_name = "N", default_value = "1", value_parser = jobs)]
    pub(crate) jobs: NonZero<usize>,
}

/// Which lines are printed; all are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Printed {
    All,
    Failed,
}

impl Batch {
    /// No batch: one token.
    pub(crate) const NONE: Self =
        Self { jsonl: false, keep_going: false, failed: false, jobs: NonZero::<usize>::MIN };

    pub(crate) fn printed(self) -> Printed {
        if self.failed { Printed::Failed } else { Printed::All }
    }
}

/// More threads than any machine has a use for here; each holds some buffers.
const MOST_JOBS: usize = 256;

fn jobs(text: &str) -> Result<NonZero<usize>, String> {
    if text == "auto" {
        let cores = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        return Ok(cores.min(NonZero::<usize>::MIN.saturating_add(MOST_JOBS - 1)));
    }
    match text.parse::<NonZero<usize>>() {
        Ok(jobs) if jobs.get() <= MOST_JOBS => Ok(jobs),
        _ => Err(format!("{text:?} is no number of jobs; write 1 to {MOST_JOBS}, or auto")),
    }
}
