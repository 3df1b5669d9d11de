//! `waxseal inspect --jsonl`: what every line says of itself, as fast as it can be copied.

use std::ops::Range;

use waxseal::limits;
use waxseal::time::{Clock, Timestamp};
use waxseal::token::UntrustedToken;

use crate::batch::{Answer, BadLine, Clerk, Mark, Row, json};
use crate::exit::Failure;
use crate::json::object;
use crate::members::Object;
use crate::output::Output;
use crate::recognise::{Kind, recognise};
use crate::times::{Dates, Distances};
use crate::untrusted::Untrusted;

use super::Facts;
use super::copy::Copied;

/// Inspects the lines of a batch.
pub(super) struct Many<'a> {
    output: &'a Output,
    now: Timestamp,
    header: Header,
    claims: Copied,
    times: TimesWriter,
}

/// Writes what is said of times.
struct TimesWriter {
    dates: Dates,
    distances: Distances,
    /// The seconds of this token, and where they were written.
    seconds: Vec<(i64, Range<usize>)>,
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
            claims: Copied::default(),
            times: TimesWriter {
                dates: Dates::new(output.zone),
                distances: Distances::new(),
                seconds: Vec::new(),
            },
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
        out.extend_from_slice(b",\"times\":{");
        self.times.write(&self.claims.times, self.now, out)?;
        out.extend_from_slice(b"}}");
        Some(())
    }
}

impl TimesWriter {
    /// Appends members for `times`, whose names stand in `out`.
    fn write(
        &mut self,
        times: &[(Range<usize>, Timestamp)],
        now: Timestamp,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        self.seconds.clear();
        let mut after: &[u8] = b"";
        for (name, at) in times {
            out.extend_from_slice(after);
            after = b",";
            out.extend_from_within(name.clone());
            let second = at.as_secs();
            // A token begins, and was minted, in one second.
            if let Some((_, same)) = self.seconds.iter().find(|(known, _)| *known == second) {
                out.extend_from_within(same.clone());
                continue;
            }
            let start = out.len();
            out.extend_from_slice(b":{\"epoch\":");
            json(out, &second).ok()?;
            out.extend_from_slice(b",\"text\":\"");
            self.dates.write(*at, out);
            out.extend_from_slice(b"\",\"relative\":\"");
            self.distances.write(*at, now, out);
            out.extend_from_slice(b"\"}");
            self.seconds.push((second, start..out.len()));
        }
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
