//! What reaches a person or a script: data on standard output, words on standard error, and nothing
//! from a token raw.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};

use waxseal::time::Zone;

use crate::cli::{Color, Common};
use crate::exit::Failure;

/// The two streams and how to write on them.
#[derive(Debug)]
pub(crate) struct Output {
    colors: bool,
    quiet: bool,
    verbose: bool,
    pub(crate) zone: Zone,
}

impl Output {
    pub(crate) fn new(common: &Common) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colors = match common.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => io::stdout().is_terminal() && !dumb && !plain,
        };
        Self { colors, quiet: common.quiet, verbose: common.verbose, zone: common.tz }
    }

    /// Whether nothing is to be said that is no failure.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Writes data to standard output, and a line end.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "{text}")?;
        stdout.flush()?;
        Ok(())
    }

    /// Writes text that ends with a line end of its own.
    pub(crate) fn lines(&mut self, text: &str) -> Result<(), Failure> {
        self.line(text.strip_suffix('\n').unwrap_or(text))
    }

    /// Writes one line with names in it that came from outside.
    pub(crate) fn say(&mut self, text: &str) -> Result<(), Failure> {
        self.line(&escape(text))
    }

    /// Says something on standard error that is no failure.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{}", escape(text));
        }
    }

    /// Says on standard error what somebody has to act on, `--quiet` or not.
    pub(crate) fn warn(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{}", escape(text));
    }

    /// Says something on standard error that only the curious want.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbose {
            self.note(text);
        }
    }

    /// Says why the program stops.
    pub(crate) fn failure(&self, failure: &Failure) {
        if failure.what.is_empty() {
            return;
        }
        let mut stderr = io::stderr().lock();
        let _ = writeln!(stderr, "waxseal: {}", escape(&failure.what));
        if let Some(next) = &failure.next {
            let _ = writeln!(stderr, "next: {}", escape(next));
        }
    }

    pub(crate) fn good(&self, text: &str) -> String {
        self.paint("32", text)
    }

    pub(crate) fn bad(&self, text: &str) -> String {
        self.paint("31", text)
    }

    pub(crate) fn strong(&self, text: &str) -> String {
        self.paint("1", text)
    }

    pub(crate) fn faint(&self, text: &str) -> String {
        self.paint("2", text)
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colors { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Text from outside, with everything shown that could move a cursor, reverse a line or hide.
pub(crate) fn escape(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hostile(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// JSON text with the same characters as `\uXXXX`: they stand in strings only.
pub(crate) fn escape_json(json: &str) -> Cow<'_, str> {
    // Nearly all JSON is ASCII, its C0 controls escaped already, and a batch has many lines.
    if json.is_ascii() && !json.as_bytes().contains(&0x7f) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_hostile(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// C0 and C1 controls, DEL, and Unicode's format and default-ignorable characters: what moves a
/// cursor, turns a line around or has no width.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{600}'..='\u{605}'
                | '\u{6dd}'
                | '\u{70f}'
                | '\u{890}'..='\u{891}'
                | '\u{8e2}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{110bd}'
                | '\u{110cd}'
                | '\u{13430}'..='\u{1345f}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// `1,240,000`.
pub(crate) fn grouped(number: impl Into<u128>) -> String {
    let digits = number.into().to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
