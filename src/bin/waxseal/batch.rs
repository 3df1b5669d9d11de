//! Many tokens: one a line in, one JSON object a line out, in the same order.
//!
//! A bad line is an answer like any other. Memory does not grow with the input.

mod crew;
mod progress;
mod row;
mod tally;

use std::io::{self, Write as _};

use serde::Serialize;
use waxseal::limits::PROGRAM_TOKEN_BYTES;

use crate::cli::{Batch, Printed};
use crate::exit::{Code, Failure};
use crate::input::{MOST, one_token, text};
use crate::lines::{Chunk, Chunks, Line, Source};
use crate::output::Output;

use progress::Progress;
pub(crate) use row::{Row, json};
use tally::Tally;

/// Answers lines; every thread has its own.
pub(crate) trait Clerk {
    /// More lines were read. What is asked of a clock is asked once for them.
    fn begin(&mut self) {}

    /// Writes what is to be said of one line.
    fn answer(&mut self, token: Result<&str, BadLine>, row: &mut Row<'_>) -> Result<Mark, Failure>;
}

/// What becomes of a line in the summary.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub(crate) code: Code,
    /// The word under which the summary counts a failure.
    pub(crate) fault: Option<&'static str>,
}

impl Mark {
    pub(crate) const GOOD: Self = Self { code: Code::DONE, fault: None };
}

/// What a verb says of one line.
pub(crate) struct Answer<F> {
    /// The object that `--json` prints.
    pub(crate) facts: F,
    /// The key that the token names; nobody has checked it.
    pub(crate) kid: Option<String>,
    pub(crate) code: Code,
    /// The word under which the summary counts a failure.
    pub(crate) fault: Option<&'static str>,
}

impl<F: Serialize> Answer<F> {
    pub(crate) fn write(&self, row: &mut Row<'_>) -> Result<Mark, Failure> {
        row.write(self.kid.as_deref(), &self.facts)?;
        Ok(Mark { code: self.code, fault: self.fault })
    }
}

/// A line that holds no token, or more than one.
pub(crate) struct BadLine {
    /// A word for scripts, as a refused token has one.
    pub(crate) fault: &'static str,
    pub(crate) failure: Failure,
}

impl From<Failure> for BadLine {
    fn from(failure: Failure) -> Self {
        Self { fault: "malformed", failure }
    }
}

/// The verb's words for lines in the summary.
#[derive(Clone, Copy)]
pub(crate) struct Words {
    pub(crate) good: &'static str,
    pub(crate) bad: &'static str,
}

/// Answers every line that `arguments` name.
pub(crate) fn run<F: Serialize>(
    arguments: &[String],
    options: Batch,
    words: Words,
    output: &Output,
    answer: impl Fn(Result<&str, BadLine>) -> Answer<F> + Sync,
) -> Result<Code, Failure> {
    run_by(arguments, options, words, output, || Asked(&answer))
}

/// Answers every line that `arguments` name by the clerks that `hire` makes, one for each job.
pub(crate) fn run_by<C: Clerk>(
    arguments: &[String],
    options: Batch,
    words: Words,
    output: &Output,
    hire: impl Fn() -> C + Sync,
) -> Result<Code, Failure> {
    let sources = Source::all(arguments)?;
    let size = sources.iter().map(Source::size).sum();
    let mut progress = Progress::new(size, words.bad, output);
    let mut tally = Tally::default();
    let mut stdout = io::stdout().lock();
    let write = |part: Part| {
        stdout.write_all(&part.text)?;
        if let Some((later, read)) = part.end {
            tally.add(later);
            progress.draw(&tally, read);
        }
        Ok(())
    };
    let chunks = Chunks::of(sources);
    match options.jobs.get() {
        1 => alone(chunks, hire(), options.printed(), write)?,
        _ => {
            let mut write = write;
            let write_or_end = |part| write(part).or_else(|failure| end_now(&failure, output));
            crew::run(chunks, options.jobs, hire, options.printed(), write_or_end)?;
        }
    }
    stdout.flush()?;
    progress.erase();
    tally.end(options, words, output)
}

/// Ends the program: nobody takes rows any more, and the thread that reads may wait for more input for as
/// long as somebody holds the other end.
fn end_now(failure: &Failure, output: &Output) -> Result<(), Failure> {
    output.failure(failure);
    std::process::exit(failure.code.number().into())
}

/// Some rows.
struct Part {
    text: Vec<u8>,
    /// After the last row of a chunk: what its lines came to, and its bytes of input.
    end: Option<(Tally, u64)>,
}

/// As much as is written at once, and room for one row more.
const FULL: usize = 64 * 1024;
const ROOM: usize = FULL + 8 * 1024;

/// One thread reads, answers and writes.
fn alone(
    mut chunks: Chunks<'_>,
    mut clerk: impl Clerk,
    printed: Printed,
    mut write: impl FnMut(Part) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut chunk = Chunk::default();
    let mut line = 0;
    while chunks.next(&mut chunk)? {
        let mut text = Vec::with_capacity(ROOM);
        let mut tally = Tally::default();
        answer_chunk(&mut clerk, &chunk, &mut line, printed, &mut text, &mut tally, |text| {
            write(Part { text, end: None })
        })?;
        write(Part { text, end: Some((tally, chunk.read)) })?;
    }
    Ok(())
}

/// Answers the lines of `chunk` onto `text`, which `full` takes whenever it is long. `line` is the
/// number of the line before.
fn answer_chunk(
    clerk: &mut impl Clerk,
    chunk: &Chunk,
    line: &mut u64,
    printed: Printed,
    text: &mut Vec<u8>,
    tally: &mut Tally,
    mut full: impl FnMut(Vec<u8>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    clerk.begin();
    for found in chunk.lines() {
        *line += 1;
        if matches!(found, Line::Whole(bytes) if bytes.trim_ascii().is_empty()) {
            continue;
        }
        let mut row = Row::new(text, *line);
        let mark = clerk.answer(token_of(found), &mut row)?;
        tally.count(mark);
        match (printed, mark.fault) {
            (Printed::Failed, None) => row.clear(),
            _ => row.end()?,
        }
        if text.len() >= FULL {
            full(std::mem::replace(text, Vec::with_capacity(ROOM)))?;
        }
    }
    Ok(())
}

fn token_of(line: Line<'_>) -> Result<&str, BadLine> {
    let too_long = |has: String| {
        let what = format!("the line has {has} bytes; at most {PROGRAM_TOKEN_BYTES} are read");
        BadLine { fault: "too_long", failure: Failure::new(Code::MALFORMED, what) }
    };
    let Line::Whole(line) = line else {
        return Err(too_long(format!("more than {MOST}")));
    };
    let line = text(line)?;
    let token = if is_bare(line) { line } else { one_token(line)? };
    match token.len() {
        0..=PROGRAM_TOKEN_BYTES => Ok(token),
        has => Err(too_long(has.to_string())),
    }
}

/// Whether `line` is one word without anything around it, as nearly every line of a batch is.
fn is_bare(line: &str) -> bool {
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    // Without a way out of the loop it is a few vector instructions.
    line.bytes().fold(true, |bare, byte| bare & is_of_token(byte))
}

/// A verb that says all of a line in one value.
struct Asked<'a, A>(&'a A);

impl<F: Serialize, A: Fn(Result<&str, BadLine>) -> Answer<F>> Clerk for Asked<'_, A> {
    fn answer(&mut self, token: Result<&str, BadLine>, row: &mut Row<'_>) -> Result<Mark, Failure> {
        self.0(token).write(row)
    }
}
