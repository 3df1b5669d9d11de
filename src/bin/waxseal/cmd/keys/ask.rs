//! Questions before something is done: once, on a terminal; a script answers them beforehand.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};

use crate::exit::{Code, Failure};

/// No answer is longer.
const LONGEST_ANSWER: u64 = 4096;

/// Whether to go on; without a terminal it must have been said.
pub(crate) fn consent(question: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    let Some(answer) = answer(&format!("{question} [y/N] "))? else {
        let what = "nobody is here to ask: standard input is no terminal; nothing was done";
        return Err(Failure::new(Code::USAGE, what).next("add --yes"));
    };
    match answer.to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::new(Code::GUARD, "not confirmed; nothing was done")),
    }
}

/// Goes on if the name of the ring is given or typed: what cannot be undone is done to the ring
/// that was meant.
pub(super) fn name(ring: &str, given: Option<&str>, undone: &str) -> Result<(), Failure> {
    let typed = match given {
        Some(given) => given.to_owned(),
        None => answer("type the ring's name to go on: ")?.ok_or_else(|| {
            let what = format!("nobody is here to type the ring's name; {undone}");
            Failure::new(Code::USAGE, what).next("add --ring NAME")
        })?,
    };
    if typed == ring {
        return Ok(());
    }
    Err(Failure::new(Code::GUARD, format!("this ring is {ring:?}, not {typed:?}; {undone}")))
}

/// What a person types; `None` without a terminal.
fn answer(question: &str) -> Result<Option<String>, Failure> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    let mut stderr = io::stderr();
    let _ = write!(stderr, "{}", crate::output::escape(question));
    let _ = stderr.flush();
    let mut answer = Vec::new();
    let read = io::stdin().lock().take(LONGEST_ANSWER).read_until(b'\n', &mut answer);
    read.map_err(|fault| Failure::new(Code::NO_INPUT, format!("cannot read the answer: {fault}")))?;
    Ok(Some(String::from_utf8_lossy(&answer).trim().to_owned()))
}
