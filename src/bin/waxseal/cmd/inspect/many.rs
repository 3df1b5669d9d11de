//! `waxseal inspect --jsonl`: what every line says of itself, as fast as it can be copied.

use waxseal::limits;
use waxseal::time::{Clock, Timestamp};
use waxseal::token::UntrustedToken;

use crate::batch::{Answer, BadLine, Clerk, Mark, Row, json};
use crate::copy::{Copier, Order};
use crate::exit::Failure;
use crate::json::object;
use crate::members::Object;
use crate::output::Output;
use crate::recognise::{Kind, recognise};
use crate::untrusted::Untrusted;

use super::Facts;

/// Inspects the lines of a batch.
pub(super) struct Many<'a> {
    output: &'a Output,
    now: Timestamp,
    header: Header,
    claims: Copier,
}

/// The header of the line before, which nearly every line has too.
#[derive(Default)]
struct Header {
    encoded: String,
    /// As they are written.
    kid: Vec<u8>,
    members: Vec<u8>,
}

impl<'a> Many<'a> {
    pub(super) fn new(output: &'a Output) -> Self {
        Self {
            output,
            now: Timestamp::EPOCH,
            header: Header::default(),
            claims: Copier::new(Order::OfText, output.zone),
        }
    }

    /// Writes the row of a signed Claims Set, or gives up.
    fn copy(&mut self, text: &str, row: &mut Row<'_>) -> Option<()> {
        let token = UntrustedToken::parse(text, limits::PROGRAM_TOKEN_BYTES).ok()?;
        let (header, _) = text.split_once('.')?;
        if header != self.header.encoded || header.is_empty() {
            self.header = Header::read(text, header, &token)?;
        }
        let claims = token.untrusted_payload().ok()??;
        let claims = std::str::from_utf8(&claims).ok()?;

        let out = row.begin().ok()?;
        out.extend_from_slice(&self.header.kid);
        out.extend_from_slice(b",\"schema\":1,\"verified\":false,\"kind\":\"jws\",\"bytes\":");
        json(out, &text.len()).ok()?;
        out.extend_from_slice(b",\"header\":");
        out.extend_from_slice(&self.header.members);
        out.extend_from_slice(b",\"claims\":");
        self.claims.copy(claims, out)?;
        out.extend_from_slice(b",\"times\":");
        self.claims.copy_times(self.now, out)?;
        out.push(b'}');
        Some(())
    }
}

impl Header {
    /// Reads the part `encoded` of a JWS.
    fn read(text: &str, encoded: &str, token: &UntrustedToken<'_>) -> Option<Self> {
        // What a text is depends on its first part and on how many there are.
        if recognise(text) != Kind::Jose {
            return None;
        }
        let members = object(&token.untrusted_header_bytes().ok()?).ok()?;
        let named = members.iter().find(|(name, _)| name == "kid");
        let (mut kid, mut written) = (Vec::new(), Vec::new());
        json(&mut kid, &named.and_then(|(_, value)| value.as_str())).ok()?;
        json(&mut written, &Object(members)).ok()?;
        Some(Self { encoded: encoded.to_owned(), kid, members: written })
    }
}

impl Clerk for Many<'_> {
    fn begin(&mut self) {
        self.now = Clock::system().now();
    }

    fn answer(&mut self, token: Result<&str, BadLine>, row: &mut Row<'_>) -> Result<Mark, Failure> {
        if let Ok(text) = &token
            && self.copy(text, row).is_some()
        {
            return Ok(Mark::GOOD);
        }
        told(token, self.now, self.output).write(row)
    }
}

/// What a line says that was not copied.
fn told(token: Result<&str, BadLine>, now: Timestamp, output: &Output) -> Answer<Facts> {
    match token.and_then(|text| Untrusted::read(text).map_err(BadLine::from)) {
        Ok(token) => {
            let kid = token.kid().map(str::to_owned);
            let Mark { code, fault } = Mark::GOOD;
            Answer { facts: Facts::of(token, now, output), kid, code, fault }
        }
        Err(BadLine { fault, failure }) => {
            let (code, exit) = (fault, failure.code.number());
            let facts = Facts::Unread { schema: 1, error: failure.what, code, exit };
            Answer { facts, kid: None, code: failure.code, fault: Some(fault) }
        }
    }
}
