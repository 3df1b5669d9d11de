//! `waxseal verify --jsonl`: the judgement of every line. Where only failures are printed, an accepted
//! token is judged without a report, and a refused one is judged again, with it.

use serde::Serialize;
use waxseal::key::Format;
use waxseal::token::UntrustedToken;
use waxseal::{VerifyError, limits};

use crate::batch::{BadLine, Clerk, Mark, Row};
use crate::cli::Printed;
use crate::exit::Failure;
use crate::output::Output;

use super::Judge;

/// Judges the lines of a batch.
pub(super) struct Many<'a> {
    judge: Judge<'a>,
    printed: Printed,
    kid: Kid,
    output: &'a Output,
}

/// The header of the line before, which nearly every line has too, and the key that it names.
#[derive(Default)]
struct Kid {
    header: String,
    named: Option<String>,
}

impl<'a> Many<'a> {
    pub(super) fn new(judge: Judge<'a>, printed: Printed, output: &'a Output) -> Self {
        Self { judge, printed, kid: Kid::default(), output }
    }
}

impl Clerk for Many<'_> {
    fn begin(&mut self) {
        self.judge.begin();
    }

    fn answer(&mut self, token: Result<&str, BadLine>, row: &mut Row<'_>) -> Result<Mark, Failure> {
        if let (Ok(text), Printed::Failed) = (&token, self.printed)
            && self.judge.accepts(text)
        {
            return Ok(Mark::GOOD);
        }
        let text = token.as_ref().ok().copied();
        match token.and_then(|text| self.judge.of(text).map_err(BadLine::from)) {
            Ok(judgement) => {
                let kid = text.and_then(|text| self.kid.of(text));
                row.write(kid, &judgement.facts(self.output))?;
                let fault = judgement.result.as_ref().err().map(VerifyError::code);
                Ok(Mark { code: judgement.code(), fault })
            }
            Err(BadLine { fault, failure }) => {
                let facts = Unjudged {
                    code: fault,
                    exit: failure.code.number(),
                    next: failure.next,
                    reason: failure.what,
                    schema: 1,
                    verdict: "rejected",
                };
                row.write(text.and_then(|text| self.kid.of(text)), &facts)?;
                Ok(Mark { code: failure.code, fault: Some(fault) })
            }
        }
    }
}

/// What is said of a line that is no token, by name as all our facts are.
#[derive(Serialize)]
struct Unjudged {
    code: &'static str,
    exit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    reason: String,
    schema: u8,
    verdict: &'static str,
}

impl Kid {
    /// The key that `text` names; nobody has checked it.
    fn of(&mut self, text: &str) -> Option<&str> {
        let token = UntrustedToken::parse(text, limits::PROGRAM_TOKEN_BYTES).ok()?;
        let (header, _) = text.split_once('.')?;
        // A PASETO names its key at its end.
        let is_paseto = token.format() == Format::Paseto;
        if is_paseto || header.is_empty() || header != self.header {
            let named = token.untrusted_header().ok();
            self.named = named.and_then(|header| header.untrusted_kid().map(str::to_owned));
            self.header.clear();
            self.header.push_str(if is_paseto { "" } else { header });
        }
        self.named.as_deref()
    }
}
