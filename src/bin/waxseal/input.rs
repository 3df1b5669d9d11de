//! Where tokens and claims come from: an argument, `@FILE`, `-`, or a pipe.

use std::io::{self, IsTerminal as _};
use std::path::Path;

use waxseal::durable::{read_at_most, read_stream_at_most};
use waxseal::limits;

use crate::exit::{Code, Failure};

/// Room for white space, a `Bearer ` and quotes around the longest token.
pub(crate) const MOST: usize = limits::PROGRAM_TOKEN_BYTES + 1024;

/// What to do with many tokens where one was asked for.
const ADD_JSONL: &str = "many tokens, one a line: add --jsonl";

/// The one argument, if there is any.
pub(crate) fn only(arguments: &[String]) -> Result<Option<&str>, Failure> {
    match arguments {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        several => {
            let what = format!("{} tokens are given; one is read", several.len());
            Err(Failure::new(Code::USAGE, what).next(ADD_JSONL))
        }
    }
}

/// The one token that `argument` names; without one, a piped standard input is read. A pipe never
/// overrides an argument.
pub(crate) fn token(argument: Option<&str>) -> Result<String, Failure> {
    let bytes = match argument {
        None if io::stdin().is_terminal() => return Err(nothing_piped()),
        None | Some("-") => stdin_of(MOST, Code::MALFORMED)?,
        Some(argument) => match argument.strip_prefix('@') {
            Some(path) => file_of(Path::new(path), MOST, Code::MALFORMED)?,
            None => argument.as_bytes().to_vec(),
        },
    };
    let text = text(&bytes)?;
    one_token(text).map(str::to_owned).map_err(|failure| match text.trim().lines().count() {
        0 | 1 => failure,
        _ => failure.next(ADD_JSONL),
    })
}

/// Nobody is asked to type a token.
pub(crate) fn nothing_piped() -> Failure {
    Failure::new(Code::USAGE, "no token: give one, @FILE, or pipe it in")
        .next("waxseal inspect --help")
}

/// `bytes` as text.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, Failure> {
    std::str::from_utf8(bytes).map_err(|_| {
        Failure::new(Code::MALFORMED, "the input is not text; a token is letters, digits, - _ .")
    })
}

/// Trims white space, quotes and one `Bearer `.
pub(crate) fn one_token(text: &str) -> Result<&str, Failure> {
    let mut text = text.trim().trim_start_matches('\u{feff}').trim();
    // Quotes around the header, around its value, around the token: each once.
    for _ in 0..2 {
        text = without_word(unquoted(text), "authorization:");
        text = without_word(unquoted(text), "bearer");
    }
    let text = unquoted(text);
    // Nearly every token, and a batch has many: ASCII without a space is one word.
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(text);
    }
    match text.split_whitespace().count() {
        0 => Err(Failure::new(Code::NO_INPUT, "the input is empty; expected a token")),
        1 => Ok(text),
        words => Err(Failure::new(
            Code::MALFORMED,
            format!("the input has {words} words; a token is one, without spaces or line breaks"),
        )),
    }
}

fn unquoted(text: &str) -> &str {
    let inside = ['"', '\'', '`']
        .iter()
        .find_map(|quote| text.strip_prefix(*quote).and_then(|rest| rest.strip_suffix(*quote)));
    inside.unwrap_or(text).trim()
}

/// The rest after the leading `word`, in any case, if white space or its own colon ends it.
fn without_word<'a>(text: &'a str, word: &str) -> &'a str {
    let (Some(start), Some(rest)) = (text.get(..word.len()), text.get(word.len()..)) else {
        return text;
    };
    let ends = word.ends_with(':') || rest.starts_with(char::is_whitespace);
    if start.eq_ignore_ascii_case(word) && ends { rest.trim() } else { text }
}

/// The JSON text that `argument` names: the text itself, `@FILE`, or `-`.
pub(crate) fn claims(argument: &str) -> Result<Vec<u8>, Failure> {
    match (argument, argument.strip_prefix('@')) {
        ("-", _) => stdin(MOST),
        (_, Some(path)) => file(Path::new(path), MOST),
        _ => Ok(argument.as_bytes().to_vec()),
    }
}

/// Reads the file `path`, which holds anything but a token: at most `most` bytes.
pub(crate) fn file(path: &Path, most: usize) -> Result<Vec<u8>, Failure> {
    file_of(path, most, Code::BAD_DATA)
}

/// Reads standard input, which holds anything but a token: at most `most` bytes.
pub(crate) fn stdin(most: usize) -> Result<Vec<u8>, Failure> {
    stdin_of(most, Code::BAD_DATA)
}

fn file_of(path: &Path, most: usize, too_long: Code) -> Result<Vec<u8>, Failure> {
    if path.as_os_str().is_empty() {
        return Err(Failure::new(Code::USAGE, "a file name is empty"));
    }
    read_at_most(path, most).map_err(|fault| unread(&path.display().to_string(), &fault, too_long))
}

fn stdin_of(most: usize, too_long: Code) -> Result<Vec<u8>, Failure> {
    read_stream_at_most(io::stdin().lock(), most)
        .map_err(|fault| unread("standard input", &fault, too_long))
}

/// What holds too much has the code `too_long`: a bad token is one thing, a bad file another.
pub(crate) fn unread(place: &str, fault: &io::Error, too_long: Code) -> Failure {
    match fault.kind() {
        io::ErrorKind::FileTooLarge => {
            Failure::new(too_long, format!("{place} {fault}, more than any token or key"))
        }
        _ => Failure::new(Code::NO_INPUT, format!("cannot read {place}: {fault}")),
    }
}
