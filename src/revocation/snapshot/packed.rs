//! The entries of one kind as one text: equal parts without what all of them share.

use std::ops::Range;

use crate::base64url;
use crate::revocation::{Kind, NotARecord, Record};

/// Where the parts of [`Record::to_bytes`] begin and end.
const NAME: Range<usize> = 1..17;
const EXCEPT: Range<usize> = 17..33;
const CUT: Range<usize> = 33..41;
const END: Range<usize> = 41..45;

/// The parts that an entry of `kind` has, in their order.
fn parts(kind: Kind) -> &'static [Range<usize>] {
    match kind {
        Kind::Token | Kind::Session | Kind::Key => &[NAME, END],
        Kind::Subject => &[NAME, EXCEPT, CUT, END],
        Kind::Scope => &[NAME, CUT, END],
        Kind::Everything => &[CUT, END],
    }
}

/// The length of one entry of `kind`.
fn length(kind: Kind) -> usize {
    parts(kind).iter().map(Range::len).sum()
}

/// What is packed of those of `records` that are of `kind`; empty if there are none.
pub(super) fn pack(kind: Kind, records: &[Record]) -> String {
    let mut bytes = Vec::new();
    for record in records.iter().filter(|record| record.kind() == kind) {
        let whole = record.to_bytes();
        for part in parts(kind) {
            bytes.extend_from_slice(whole.get(part.clone()).unwrap_or_default());
        }
    }
    base64url::encode(&bytes)
}

/// Adds the entries that [`pack`] packed to `records`. A part of an entry is no entry.
pub(super) fn unpack(kind: Kind, text: &str, records: &mut Vec<Record>) -> Result<(), NotARecord> {
    let bytes = base64url::decode(text).map_err(|_| NotARecord)?;
    let entries = bytes.chunks_exact(length(kind));
    if !entries.remainder().is_empty() {
        return Err(NotARecord);
    }
    // What an entry of this kind does not have is what an empty one has there.
    let model =
        Record::new(kind, "", crate::time::Timestamp::EPOCH).cut_at(crate::time::Timestamp::EPOCH);
    records.reserve(entries.len());
    for mut rest in entries {
        let mut whole = model.to_bytes();
        for part in parts(kind) {
            let (value, after) = rest.split_at_checked(part.len()).ok_or(NotARecord)?;
            whole.get_mut(part.clone()).ok_or(NotARecord)?.copy_from_slice(value);
            rest = after;
        }
        records.push(Record::from_bytes(&whole)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::Timestamp;

    fn records() -> impl Strategy<Value = Vec<Record>> {
        let record =
            (0..6_usize, any::<[u8; 16]>(), any::<Option<[u8; 16]>>(), any::<i64>(), any::<u32>());
        let record = record.prop_map(|(kind, name, except, cut, end)| {
            let kind = Kind::ALL[kind];
            let name = if kind == Kind::Everything { kind.name_of("") } else { name };
            let end = crate::revocation::record::unpack_end(end);
            let record = Record::of(kind, name, end).cut_at(Timestamp::from_millis(cut));
            // All zeros say that none is spared.
            match except.filter(|except| except != &[0; 16]) {
                Some(except) => record.sparing(except.into()),
                None => record,
            }
        });
        proptest::collection::vec(record, 0..50)
    }

    proptest! {
        #[test]
        fn any_entries_survive(records in records()) {
            let mut read = Vec::new();
            let mut wanted = Vec::new();
            for kind in Kind::ALL {
                let text = pack(kind, &records);
                unpack(kind, &text, &mut read).expect("what was packed");
                wanted.extend(records.iter().filter(|record| record.kind() == kind));
            }
            prop_assert_eq!(read, wanted);
        }

        #[test]
        fn what_was_read_is_written_the_same(kind in 0..6_usize, count in 0..4_usize, bytes in any::<[u8; 176]>()) {
            let kind = Kind::ALL[kind];
            let text = base64url::encode(&bytes[..count * length(kind)]);
            let mut read = Vec::new();
            if unpack(kind, &text, &mut read).is_ok() {
                prop_assert_eq!(pack(kind, &read), text);
            }
        }
    }

    #[test]
    fn the_lengths_are_those_of_the_manual() {
        let lengths = Kind::ALL.map(|kind| (kind.word(), length(kind)));
        let wanted =
            [("jti", 20), ("sid", 20), ("sub", 44), ("scope", 28), ("kid", 20), ("all", 12)];
        assert_eq!(lengths, wanted);
    }

    #[test]
    fn a_part_of_an_entry_is_none() {
        for kind in Kind::ALL {
            for more in [1, length(kind) - 1] {
                let text = base64url::encode(&vec![0; length(kind) + more]);
                assert_eq!(unpack(kind, &text, &mut Vec::new()), Err(NotARecord), "{kind}");
            }
            assert_eq!(unpack(kind, "A", &mut Vec::new()), Err(NotARecord));
            assert_eq!(unpack(kind, "!", &mut Vec::new()), Err(NotARecord));
        }
    }

    #[test]
    fn a_cut_past_the_end_of_time_is_refused() {
        let bytes = [0xff; 12];
        let text = base64url::encode(&bytes);
        assert_eq!(unpack(Kind::Everything, &text, &mut Vec::new()), Err(NotARecord));
    }
}
