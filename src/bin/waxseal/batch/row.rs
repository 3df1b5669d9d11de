//! One line of the output, written in place: a batch has many, and each is a copy saved.

use serde::Serialize;

use crate::exit::Failure;
use crate::output::escape_json;

/// Where one line's object is written.
pub(crate) struct Row<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
    line: u64,
}

impl<'o> Row<'o> {
    /// The row of the line `line`, after what stands in `out`.
    pub(super) fn new(out: &'o mut Vec<u8>, line: u64) -> Self {
        Self { start: out.len(), out, line }
    }

    /// Writes `facts`, an object of at least one member, after the members of every row.
    pub(crate) fn write(
        &mut self,
        kid: Option<&str>,
        facts: &impl Serialize,
    ) -> Result<(), Failure> {
        let out = self.begin()?;
        json(out, &kid)?;
        let brace = out.len();
        json(out, facts)?;
        // Its members go on in our object.
        if let Some(brace) = out.get_mut(brace) {
            *brace = b',';
        }
        Ok(())
    }

    /// Begins anew, up to the value of `kid`; the caller writes that and the rest.
    pub(crate) fn begin(&mut self) -> Result<&mut Vec<u8>, Failure> {
        self.clear();
        self.out.extend_from_slice(b"{\"line\":");
        json(self.out, &self.line)?;
        self.out.extend_from_slice(b",\"kid\":");
        Ok(self.out)
    }

    /// Drops what was written.
    pub(super) fn clear(&mut self) {
        self.out.truncate(self.start);
    }

    /// Escapes what nobody should see raw, and ends the line.
    pub(super) fn end(self) -> Result<(), Failure> {
        let written = self.out.get(self.start..).unwrap_or_default();
        // Nearly every row is plain. One pass without a way out is a few vector instructions.
        if !written.iter().fold(true, |plain, byte| plain & (*byte < 0x7f)) {
            let text = std::str::from_utf8(written).map_err(std::io::Error::other)?;
            let escaped = escape_json(text).into_owned();
            self.out.truncate(self.start);
            self.out.extend_from_slice(escaped.as_bytes());
        }
        self.out.push(b'\n');
        Ok(())
    }
}

/// Appends `value` as JSON.
pub(crate) fn json(out: &mut Vec<u8>, value: &impl Serialize) -> Result<(), Failure> {
    serde_json::to_writer(out, value).map_err(|fault| std::io::Error::from(fault).into())
}
