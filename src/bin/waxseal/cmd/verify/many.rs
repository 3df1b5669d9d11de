//! `waxseal verify --jsonl`: the judgement of every line. The claims of an accepted token are copied into
//! its row; where only failures are printed, it is judged without a report, and a refused one again, with
//! it.

use serde::Serialize;
use waxseal::jwt::Check;
use waxseal::key::Format;
use waxseal::token::UntrustedToken;
use waxseal::{VerifyError, limits};

use crate::batch::{BadLine, Clerk, Mark, Row, json};
use crate::cli::Printed;
use crate::copy::{Copier, Order};
use crate::exit::Failure;
use crate::output::Output;

use super::Judge;
use super::judgement::{Checks, Judgement, Payloads};

/// Judges the lines of a batch.
pub(super) struct Many<'a> {
    judge: Judge<'a>,
    printed: Printed,
    kid: Kid,
    accepted: AcceptedRows,
    output: &'a Output,
}

/// Writes the rows of accepted tokens.
struct AcceptedRows {
    checks: WrittenChecks,
    claims: Copier,
}

/// The checks of the token before, which nearly every accepted token has too.
#[derive(Default)]
struct WrittenChecks(Option<(Vec<Check>, Vec<u8>)>);

/// The header of the line before, which nearly every line has too, and the key that it names.
#[derive(Default)]
struct Kid {
    header: String,
    named: Option<String>,
}

impl<'a> Many<'a> {
    pub(super) fn new(judge: Judge<'a>, printed: Printed, output: &'a Output) -> Self {
        Self {
            judge,
            printed,
            kid: Kid::default(),
            accepted: AcceptedRows {
                checks: WrittenChecks::default(),
                claims: Copier::new(Order::ByName, output.zone),
            },
            output,
        }
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
                if self.accepted.write(&judgement, kid, row).is_none() {
                    row.write(kid, &judgement.facts(self.output))?;
                }
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

impl AcceptedRows {
    /// Writes [`Judgement::facts`] of accepted claims, or gives up. `tests/cli/copied.rs` holds both against
    /// each other.
    fn write(&mut self, judgement: &Judgement, kid: Option<&str>, row: &mut Row<'_>) -> Option<()> {
        let Judgement { report, result: Ok(Payloads::Claims(claims)), now, opinion: None } =
            judgement
        else {
            return None;
        };
        let out = row.begin().ok()?;
        json(out, &kid).ok()?;
        out.extend_from_slice(b",\"checks\":");
        out.extend_from_slice(self.checks.of(&report.checks)?);
        out.extend_from_slice(b",\"claims\":");
        self.claims.copy(&claims.text, out)?;
        out.extend_from_slice(b",\"exit\":0,\"schema\":1,\"times\":");
        self.claims.copy_times(*now, out)?;
        out.extend_from_slice(b",\"verdict\":\"accepted\"}");
        Some(())
    }
}

impl WrittenChecks {
    /// `checks` as JSON.
    fn of(&mut self, checks: &[Check]) -> Option<&[u8]> {
        let known = self.0.take().filter(|(known, _)| known == checks);
        let written = known.or_else(|| {
            let json = serde_json::to_vec(&Checks(checks)).ok()?;
            Some((checks.to_vec(), json))
        })?;
        Some(&self.0.insert(written).1)
    }
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
