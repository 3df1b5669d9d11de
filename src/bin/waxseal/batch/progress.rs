//! How far a batch is: one line on a terminal, drawn over itself, gone when the batch ends.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use waxseal::time::Stopwatch;

use crate::output::{Output, grouped};

use super::tally::Tally;

/// Shorter runs show nothing.
const FIRST: Duration = Duration::from_secs(1);
const EACH: Duration = Duration::from_millis(150);

/// What is shown of a batch under way.
pub(super) struct Progress {
    /// None where nobody would see it.
    watch: Option<Stopwatch>,
    next: Duration,
    /// Bytes of all input, if that is known.
    size: Option<u64>,
    read: u64,
    bad: &'static str,
    /// Characters on the terminal now.
    shown: usize,
}

impl Progress {
    /// Of `size` bytes of input; `bad` is the word for lines that failed.
    pub(super) fn new(size: Option<u64>, bad: &'static str, output: &Output) -> Self {
        let viewers = Viewers {
            stderr: io::stderr().is_terminal(),
            stdout: io::stdout().is_terminal(),
            quiet: output.is_quiet(),
        };
        let watch = viewers.want_it().then(Stopwatch::start);
        Self { watch, next: FIRST, size, read: 0, bad, shown: 0 }
    }

    /// Draws it if it is time; `read` bytes of input went into `tally` since the last call.
    pub(super) fn draw(&mut self, tally: &Tally, read: u64) {
        self.read += read;
        let Some(elapsed) = self.watch.map(|watch| watch.elapsed()) else { return };
        if elapsed < self.next {
            return;
        }
        self.next = elapsed + EACH;
        let percent = self.size.and_then(|size| self.read.saturating_mul(100).checked_div(size));
        let line = line(tally, elapsed, self.bad, percent);
        let width = self.shown;
        self.shown = line.len();
        // Spaces erase what was longer, on a terminal of any kind.
        let _ = write!(io::stderr(), "\r{line:<width$}");
    }

    /// Leaves the terminal as it was.
    pub(super) fn erase(&mut self) {
        let width = std::mem::take(&mut self.shown);
        if width > 0 {
            let _ = write!(io::stderr(), "\r{:width$}\r", "");
        }
    }
}

/// A failure ends a batch too.
impl Drop for Progress {
    fn drop(&mut self) {
        self.erase();
    }
}

/// Who would see it.
struct Viewers {
    stderr: bool,
    stdout: bool,
    quiet: bool,
}

impl Viewers {
    /// Rows on the same terminal show the progress themselves.
    fn want_it(&self) -> bool {
        self.stderr && !self.stdout && !self.quiet
    }
}

fn line(tally: &Tally, elapsed: Duration, bad: &str, percent: Option<u64>) -> String {
    let millis = elapsed.as_millis().max(1);
    let rate = u128::from(tally.lines) * 1000 / millis;
    let percent = percent.map(|percent| format!(", {} %", percent.min(100))).unwrap_or_default();
    let (lines, rate) = (grouped(tally.lines), grouped(rate));
    format!("{lines} lines, {rate}/s, {} {bad}{percent}", grouped(tally.bad()))
}

#[cfg(test)]
mod tests {
    use super::super::Mark;
    use super::*;
    use crate::exit::Code;

    #[test]
    fn a_line_says_how_many_how_fast_and_how_bad() {
        let mut tally = Tally::default();
        tally.count(Mark { code: Code::MALFORMED, fault: Some("malformed") });
        for _ in 1..1_240 {
            tally.count(Mark::GOOD);
        }
        let line =
            |millis, percent| line(&tally, Duration::from_millis(millis), "refused", percent);
        assert_eq!(line(4_000, None), "1,240 lines, 310/s, 1 refused");
        assert_eq!(line(1, Some(42)), "1,240 lines, 1,240,000/s, 1 refused, 42 %");
        // A file may grow while it is read.
        assert_eq!(line(0, Some(107)), "1,240 lines, 1,240,000/s, 1 refused, 100 %");
    }

    #[test]
    fn thousands_are_grouped() {
        let cases = [(0_u32, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn it_is_for_a_terminal_without_rows_on_it() {
        let want_it = |stderr, stdout, quiet| Viewers { stderr, stdout, quiet }.want_it();
        assert!(want_it(true, false, false));
        for (stderr, stdout, quiet) in
            [(false, false, false), (true, true, false), (true, false, true), (false, true, false)]
        {
            assert!(!want_it(stderr, stdout, quiet));
        }
    }
}
