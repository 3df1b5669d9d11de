//! The lines of a batch, many at a time: bounded, whatever the input holds.

use std::fs::File;
use std::io::{self, BufRead as _, ErrorKind, IsTerminal as _, Read};
use std::vec;

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

    /// How many bytes it holds; `None` for one that does not say.
    pub(crate) fn size(&self) -> Option<u64> {
        match self {
            Self::Stdin => None,
            Self::File(_, file) => {
                file.metadata().ok().filter(|found| found.is_file()).map(|found| found.len())
            }
            Self::Argument(token) => u64::try_from(token.len()).ok(),
        }
    }

    /// Its lines, for one who asks for them one by one.
    pub(crate) fn lines(self) -> OneByOne<'a> {
        OneByOne { chunks: Chunks::of(vec![self]), chunk: Chunk::default(), at: 0 }
    }

    fn open(self) -> Stream<'a> {
        let (place, reader): (_, Box<dyn Read + Send + 'a>) = match self {
            Self::Stdin => ("standard input", Box::new(io::stdin())),
            Self::File(path, file) => (path, Box::new(file)),
            Self::Argument(token) => ("the argument", Box::new(token.as_bytes())),
        };
        Stream { place, reader }
    }
}

struct Stream<'a> {
    place: &'a str,
    reader: Box<dyn Read + Send + 'a>,
}

/// As much as is read at once: some hundred tokens, and no more than a processor keeps near.
const AT_ONCE: usize = 128 * 1024;

/// Whole lines of one source.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    text: Vec<u8>,
    /// Bytes of the input that it stands for, those that were passed over too.
    pub(crate) read: u64,
}

impl Chunk {
    pub(crate) fn lines(&self) -> Lines<'_> {
        Lines(&self.text)
    }

    /// How many lines there are.
    pub(crate) fn count(&self) -> u64 {
        let ends = self.text.chunks(255).map(|some| {
            // A byte holds the sum of so few, and many bytes are added at once.
            let sum = some.iter().fold(0_u8, |sum, byte| sum + u8::from(*byte == b'\n'));
            u64::from(sum)
        });
        let unended = self.text.last().is_some_and(|last| *last != b'\n');
        ends.sum::<u64>() + u64::from(unended)
    }
}

/// Reads sources chunk by chunk, and holds no more than one.
pub(crate) struct Chunks<'a> {
    sources: vec::IntoIter<Source<'a>>,
    stream: Option<Stream<'a>>,
    space: Box<[u8]>,
    /// A line whose end is still to come; of one that is too long, one byte more than is allowed.
    rest: Vec<u8>,
}

impl<'a> Chunks<'a> {
    pub(crate) fn of(sources: Vec<Source<'a>>) -> Self {
        let space = vec![0; AT_ONCE].into();
        Self { sources: sources.into_iter(), stream: None, space, rest: Vec::new() }
    }

    /// Puts the next lines into `chunk`; `false` at the end. What a pipe holds is not waited for to
    /// become more.
    pub(crate) fn next(&mut self, chunk: &mut Chunk) -> Result<bool, Failure> {
        chunk.text.clear();
        chunk.read = 0;
        loop {
            if self.stream.is_none() {
                self.stream = self.sources.next().map(Source::open);
            }
            let Some(Stream { place, reader }) = &mut self.stream else {
                return Ok(false);
            };
            let read = match reader.read(&mut self.space) {
                Ok(read) => read,
                Err(fault) if fault.kind() == ErrorKind::Interrupted => continue,
                Err(fault) => return Err(unread(place, &fault, Code::MALFORMED)),
            };
            chunk.read += u64::try_from(read).unwrap_or(u64::MAX);
            if read == 0 {
                self.end_source(chunk);
            } else {
                self.take(read, chunk);
            }
            if !chunk.text.is_empty() {
                return Ok(true);
            }
        }
    }

    /// The last line of a source needs no end.
    fn end_source(&mut self, chunk: &mut Chunk) {
        self.stream = None;
        chunk.text.append(&mut self.rest);
    }

    /// Moves whole lines out of the first `read` bytes of the space.
    fn take(&mut self, read: usize, chunk: &mut Chunk) {
        let mut fresh = self.space.get(..read).unwrap_or_default();
        if self.rest.len() > MOST {
            let (passed, after) = line_end(fresh);
            fresh = after;
            match passed.ends_with(b"\n") {
                true => chunk.text.extend_from_slice(&self.rest),
                false => return,
            }
            chunk.text.push(b'\n');
            self.rest.clear();
        }
        let ends = fresh.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        let (whole, rest) = fresh.split_at_checked(ends).unwrap_or_default();
        if !whole.is_empty() {
            chunk.text.append(&mut self.rest);
            chunk.text.extend_from_slice(whole);
        }
        let room = (MOST + 1).saturating_sub(self.rest.len());
        self.rest.extend_from_slice(rest.get(..room).unwrap_or(rest));
    }
}

/// One line without its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    Whole(&'a [u8]),
    /// It has more bytes than any token.
    TooLong,
}

/// The lines of a chunk.
pub(crate) struct Lines<'a>(&'a [u8]);

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let (line, after) = line_end(self.0);
        if line.is_empty() {
            return None;
        }
        self.0 = after;
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        Some(if line.len() > MOST { Line::TooLong } else { Line::Whole(line) })
    }
}

/// The lines of one source.
pub(crate) struct OneByOne<'a> {
    chunks: Chunks<'a>,
    chunk: Chunk,
    /// What of the chunk was given out.
    at: usize,
}

impl OneByOne<'_> {
    /// The next line, or `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Line<'_>>, Failure> {
        if self.at == self.chunk.text.len() {
            self.at = 0;
            self.chunks.next(&mut self.chunk)?;
        }
        let left = self.chunk.text.get(self.at..).unwrap_or_default();
        let mut lines = Lines(left);
        let line = lines.next();
        self.at += left.len() - lines.0.len();
        Ok(line)
    }
}

/// The first line with its end, if it has one, and what follows.
fn line_end(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut after = bytes;
    // Bytes in memory are always read.
    let line = after.skip_until(b'\n').unwrap_or(bytes.len());
    (bytes.get(..line).unwrap_or_default(), after)
}
