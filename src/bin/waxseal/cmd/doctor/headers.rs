//! Headers as people have them: bare, with their name, or in the middle of a whole response.

use std::path::Path;

use crate::cli::Doctor;
use crate::exit::{Code, Failure};
use crate::input;

/// The headers that were given.
pub(super) struct Headers {
    pub(super) set: Vec<String>,
    pub(super) sent: Option<String>,
    pub(super) clear: Vec<String>,
}

impl Headers {
    pub(super) fn read(options: &Doctor) -> Result<Self, Failure> {
        let Doctor { set_cookie, cookie, clear, .. } = options;
        let all = set_cookie.iter().chain(cookie).chain(clear);
        match all.clone().filter(|argument| *argument == "-").count() {
            0 | 1 => {}
            _ => {
                let what = "two headers are -, and standard input holds one";
                return Err(Failure::new(Code::USAGE, what).next("give the other one as @FILE"));
            }
        }
        if all.count() == 0 {
            let what = "no header: give --set-cookie, --cookie or --clear";
            return Err(Failure::new(Code::USAGE, what).next("waxseal doctor --help"));
        }
        let many = |arguments: &[String], flag: &str| -> Result<Vec<String>, Failure> {
            let each = arguments.iter().map(|argument| headers(argument, "set-cookie:", flag));
            Ok(each.collect::<Result<Vec<_>, _>>()?.concat())
        };
        let sent = match cookie {
            None => None,
            Some(argument) => match headers(argument, "cookie:", "--cookie")?.as_slice() {
                [one] => Some(one.clone()),
                // Over HTTP/2 a browser may split it; the server sees one (RFC 9113, 8.2.3).
                several => Some(several.join("; ")),
            },
        };
        Ok(Self { set: many(set_cookie, "--set-cookie")?, sent, clear: many(clear, "--clear")? })
    }
}

/// The headers that `argument` holds: the text itself, or the lines of a file or pipe. Where some
/// lines have the header's name, the others are of the response around it.
fn headers(argument: &str, name: &str, flag: &str) -> Result<Vec<String>, Failure> {
    let bytes = match (argument, argument.strip_prefix('@')) {
        ("-", _) => input::stdin(input::MOST)?,
        (_, Some(path)) => input::file(Path::new(path), input::MOST)?,
        _ => return one(argument, name, flag).map(|header| vec![header]),
    };
    let text = String::from_utf8(bytes).map_err(|_| {
        Failure::new(Code::BAD_DATA, format!("{flag} {argument}: not text in UTF-8"))
    })?;
    let lines: Vec<&str> = text
        .split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
        .filter(|line| !line.trim().is_empty())
        .collect();
    let named: Vec<&str> =
        lines.iter().copied().filter(|line| without(line, name).is_some()).collect();
    let lines = if named.is_empty() { lines } else { named };
    if lines.is_empty() {
        return Err(Failure::new(Code::BAD_DATA, format!("{flag} {argument}: holds no header")));
    }
    lines.into_iter().map(|line| one(line, name, flag)).collect()
}

fn one(text: &str, name: &str, flag: &str) -> Result<String, Failure> {
    let header = without(text, name).unwrap_or(text).trim_matches([' ', '\t', '\r', '\n']);
    match header.is_empty() {
        true => Err(Failure::new(Code::BAD_DATA, format!("{flag}: the header is empty"))
            .next("give it as NAME=VALUE; Path=/")),
        false => Ok(header.to_owned()),
    }
}

/// The rest after the header's name.
fn without<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let text = text.trim_start();
    let start = text.get(..name.len())?;
    start.eq_ignore_ascii_case(name).then(|| text.get(name.len()..)).flatten()
}
