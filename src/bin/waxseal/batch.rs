//! Many tokens: one a line in, one JSON object a line out, in the same order.
//!
//! A bad line is an answer like any other. Memory does not grow with the input.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use serde::Serialize;
use waxseal::limits::PROGRAM_TOKEN_BYTES;

use crate::cli::Batch;
use crate::exit::{Code, Failure, worse};
use crate::input::{MOST, one_token, text};
use crate::lines::{Line, Source};
use crate::output::{Output, escape_json};

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

/// One line of the output.
#[derive(Serialize)]
struct Row<'a, F> {
    line: u64,
    kid: Option<&'a str>,
    #[serde(flatten)]
    facts: &'a F,
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
    mut answer: impl FnMut(Result<&str, BadLine>) -> Answer<F>,
) -> Result<Code, Failure> {
    let sources = Source::all(arguments)?;
    let mut stdout = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
    let mut tally = Tally::default();
    let mut json = Vec::new();
    let mut number = 0_u64;
    for source in sources {
        let mut lines = source.lines();
        loop {
            let line = match lines.next() {
                Ok(Some(line)) => line,
                Ok(None) => break,
                // What was answered so far is not lost with the rest.
                Err(failure) => return stdout.flush().map_err(Failure::from).and(Err(failure)),
            };
            number += 1;
            if matches!(line, Line::Whole(bytes) if bytes.trim_ascii().is_empty()) {
                continue;
            }
            let answer = answer(token_of(line));
            tally.count(&answer);
            write(&mut stdout, &mut json, number, &answer)?;
        }
        stdout.flush()?;
    }
    tally.end(options, words, output)
}

fn token_of(line: Line<'_>) -> Result<&str, BadLine> {
    let too_long = |has: String| {
        let what = format!("the line has {has} bytes; at most {PROGRAM_TOKEN_BYTES} are read");
        BadLine { fault: "too_long", failure: Failure::new(Code::MALFORMED, what) }
    };
    let Line::Whole(line) = line else {
        return Err(too_long(format!("more than {MOST}")));
    };
    let token = one_token(text(line)?)?;
    match token.len() {
        0..=PROGRAM_TOKEN_BYTES => Ok(token),
        has => Err(too_long(has.to_string())),
    }
}

fn write<F: Serialize>(
    stdout: &mut impl Write,
    json: &mut Vec<u8>,
    line: u64,
    Answer { facts, kid, .. }: &Answer<F>,
) -> Result<(), Failure> {
    json.clear();
    let row = Row { line, kid: kid.as_deref(), facts };
    serde_json::to_writer(&mut *json, &row).map_err(io::Error::from)?;
    let text = std::str::from_utf8(json).map_err(io::Error::other)?;
    stdout.write_all(escape_json(text).as_bytes())?;
    stdout.write_all(b"\n")?;
    Ok(())
}

/// What the lines came to.
#[derive(Default)]
struct Tally {
    lines: u64,
    faults: BTreeMap<&'static str, u64>,
    worst: Option<Code>,
}

impl Tally {
    fn count<F>(&mut self, answer: &Answer<F>) {
        self.lines += 1;
        if let Some(fault) = answer.fault {
            *self.faults.entry(fault).or_default() += 1;
        }
        self.worst = Some(self.worst.map_or(answer.code, |worst| worse(worst, answer.code)));
    }

    /// The summary, and the exit code.
    fn end(self, options: Batch, words: Words, output: &Output) -> Result<Code, Failure> {
        let Some(worst) = self.worst else {
            let what = "the input is empty; expected tokens, one a line";
            return Err(Failure::new(Code::NO_INPUT, what));
        };
        let bad: u64 = self.faults.values().sum();
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
