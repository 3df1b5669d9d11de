//! The lines of a batch: bounded, whatever the input holds.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read as _};

use crate::exit::{Code, Failure};
use crate::input::{MOST, nothing_piped, unread};

/// Where lines come from, opened before the first is read.
pub(crate) enum Source<'a> {
    Stdin,
    File(&'a str, File),
    /// One token, given as an argument.
    Argument(&'a str),
}

impl<'a> Source<'a> {
    /// What `arguments` name, or a piped standard input.
    pub(crate) fn all(arguments: &'a [String]) -> Result<Vec<Self>, Failure> {
        if arguments.is_empty() {
            return match io::stdin().is_terminal() {
                true => Err(nothing_piped()),
                false => Ok(vec![Self::Stdin]),
            };
        }
        arguments.iter().map(|argument| Self::named(argument)).collect()
    }

    fn named(argument: &'a str) -> Result<Self, Failure> {
        match (argument, argument.strip_prefix('@')) {
            ("-", _) => Ok(Self::Stdin),
            (_, Some(path)) => match File::open(path) {
                Ok(file) => Ok(Self::File(path, file)),
                Err(fault) => Err(unread(path, &fault, Code::MALFORMED)),
            },
            _ => Ok(Self::Argument(argument)),
        }
    }

    /// Its lines.
    pub(crate) fn lines(self) -> Lines<'a> {
        // As much as a pipe holds: fewer calls of the system for each line.
        let buffered = |stream| Box::new(BufReader::with_capacity(64 * 1024, stream)) as _;
        let (place, reader): (_, Box<dyn BufRead + 'a>) = match self {
            Self::Stdin => {
                let stdin: Box<dyn io::Read> = Box::new(io::stdin().lock());
                ("standard input", buffered(stdin))
            }
            Self::File(path, file) => (path, buffered(Box::new(file))),
            Self::Argument(token) => ("the argument", Box::new(token.as_bytes())),
        };
        Lines { place, reader, line: Vec::new() }
    }
}

/// Reads line by line, and holds no more than one.
pub(crate) struct Lines<'a> {
    place: &'a str,
    reader: Box<dyn BufRead + 'a>,
    line: Vec<u8>,
}

/// One line without its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    Whole(&'a [u8]),
    /// It has more bytes than any token; the rest was passed over, not kept.
    TooLong,
}

impl Lines<'_> {
    /// The next line, or `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Line<'_>>, Failure> {
        self.read().map_err(|fault| unread(self.place, &fault, Code::MALFORMED)).map(|found| {
            let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
            match found {
                Found::End => None,
                Found::Whole => Some(Line::Whole(line)),
                Found::TooLong => Some(Line::TooLong),
            }
        })
    }

    fn read(&mut self) -> io::Result<Found> {
        self.line.clear();
        let bound = u64::try_from(MOST).unwrap_or(u64::MAX).saturating_add(1);
        let read = self.reader.by_ref().take(bound).read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(Found::End);
        }
        if self.line.len() > MOST && !self.line.ends_with(b"\n") {
            self.reader.skip_until(b'\n')?;
            return Ok(Found::TooLong);
        }
        Ok(Found::Whole)
    }
}

enum Found {
    End,
    Whole,
    TooLong,
}
