//! An entry as the stream carries it: one member of fixed length. Names in clear stay with the
//! writer.

use crate::revocation::{Entry, Origin, Previous, Record};
use crate::time::Timestamp;

/// The one member of an entry of the stream.
pub(super) const MEMBER: &str = "e";

/// The form (1 byte), the record (45), when it was recorded (8), writer (16), number (8), the number
/// before (8, zero for none) and when that was recorded (8): numbers big-endian, times in
/// milliseconds.
const BYTES: usize = 1 + Record::BYTES + 8 + 16 + 8 + 8 + 8;
const FORM: u8 = 1;

pub(super) fn to_bytes(record: &Record, recorded_at: Timestamp, origin: &Origin) -> Vec<u8> {
    let (before, before_at) = origin
        .previous
        .map_or((0, Timestamp::EPOCH), |previous| (previous.sequence, previous.published_at));
    let mut bytes = Vec::with_capacity(BYTES);
    bytes.push(FORM);
    bytes.extend(record.to_bytes());
    bytes.extend(recorded_at.as_millis().to_be_bytes());
    bytes.extend(origin.writer);
    bytes.extend(origin.sequence.to_be_bytes());
    bytes.extend(before.to_be_bytes());
    bytes.extend(before_at.as_millis().to_be_bytes());
    bytes
}

/// Reads what [`to_bytes`] wrote.
pub(super) fn from_bytes(bytes: &[u8]) -> Option<Entry> {
    let (&FORM, rest) = bytes.split_first()? else {
        return None;
    };
    let (record, rest) = rest.split_first_chunk::<{ Record::BYTES }>()?;
    let (recorded_at, rest) = number(rest)?;
    let (writer, rest) = rest.split_first_chunk::<16>()?;
    let (sequence, rest) = number(rest)?;
    let (before, rest) = number(rest)?;
    let (before_at, rest) = number(rest)?;
    if !rest.is_empty() || sequence == 0 || before >= sequence {
        return None;
    }
    let previous =
        (before > 0).then(|| Some(Previous { sequence: before, published_at: time(before_at)? }));
    let previous = match previous {
        Some(previous) => Some(previous?),
        None => None,
    };
    let origin = Origin { writer: *writer, sequence, previous };
    let record = Record::from_bytes(record).ok()?;
    Some(Entry::new(record, time(recorded_at)?).from_writer(origin))
}

fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<8>()?;
    Some((u64::from_be_bytes(*number), rest))
}

fn time(millis: u64) -> Option<Timestamp> {
    let millis = i64::try_from(millis).ok()?;
    (millis <= Timestamp::END.as_millis()).then(|| Timestamp::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::revocation::Kind;

    #[test]
    fn an_entry_is_read_as_it_was_written_and_nothing_else_is() {
        let at = Timestamp::from_secs(1_795_225_163);
        let record = Record::new(Kind::Subject, "ada", Timestamp::END).cut_at(at);
        for previous in [None, Some(Previous { sequence: 6, published_at: at })] {
            let origin = Origin { writer: [3; 16], sequence: 7, previous };
            let bytes = to_bytes(&record, at, &origin);
            assert_eq!(bytes.len(), BYTES);
            assert_eq!(from_bytes(&bytes), Some(Entry::new(record, at).from_writer(origin)));
            for length in 0..bytes.len() {
                assert_eq!(from_bytes(&bytes[..length]), None);
            }
            assert_eq!(from_bytes(&[bytes.as_slice(), b"x"].concat()), None);
            assert_eq!(from_bytes(&[b"\x02", &bytes[1..]].concat()), None);
        }
        let backwards = Previous { sequence: 7, published_at: at };
        let origin = Origin { writer: [3; 16], sequence: 7, previous: Some(backwards) };
        assert_eq!(from_bytes(&to_bytes(&record, at, &origin)), None);
    }
}
