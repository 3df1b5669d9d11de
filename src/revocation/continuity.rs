//! Whether anything of a writer is missing, seen from the entries alone: each names the one before
//! it.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::time::Timestamp;

use super::Origin;

/// Most missing entries that are told apart; with more, all is missing.
const MOST_MISSING: usize = 4096;

/// What was seen of each writer.
#[derive(Debug, Default)]
pub(super) struct Chains(HashMap<[u8; 16], Chain>);

#[derive(Debug)]
struct Chain {
    /// The lowest and the highest number that was seen or vouched for.
    lowest: u64,
    highest: u64,
    /// Numbers that were named and not seen, and when they were recorded.
    missing: BTreeMap<u64, Timestamp>,
}

impl Chains {
    /// Takes note of an entry.
    pub(super) fn note(&mut self, origin: Origin) {
        let Origin { writer, sequence, previous } = origin;
        let chain = self.0.entry(writer).or_insert(Chain {
            lowest: sequence,
            highest: sequence,
            missing: BTreeMap::new(),
        });
        let before = previous.map_or(0, |previous| previous.sequence);
        // What lies between the two is of no matter.
        chain.missing.retain(|number, _| *number <= before || *number > sequence);
        if let Some(previous) = previous {
            let unseen = previous.sequence > chain.highest || previous.sequence < chain.lowest;
            if unseen && chain.missing.len() < MOST_MISSING {
                chain.missing.insert(previous.sequence, previous.published_at);
            }
        }
        chain.highest = chain.highest.max(sequence);
        chain.lowest = chain.lowest.min(before.saturating_add(1)).min(sequence);
    }

    /// How many entries are known to be missing that the feed must still hold at `as_of`.
    pub(super) fn missing(&mut self, as_of: Timestamp, retention: Duration) -> usize {
        for chain in self.0.values_mut() {
            chain.missing.retain(|_, recorded_at| as_of < recorded_at.after(retention));
        }
        self.0.values().map(|chain| chain.missing.len()).sum()
    }

    /// How many writers were seen.
    pub(super) fn writers(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::revocation::Previous;

    const DAY: Duration = Duration::from_secs(86_400);

    /// Entries as (number, number before), 0 for none; how many are missing then.
    fn missing(entries: &[(u64, u64)]) -> usize {
        let mut chains = Chains::default();
        for (sequence, before) in entries {
            let at = |sequence| Timestamp::from_secs(sequence as i64);
            let previous =
                (*before > 0).then(|| Previous { sequence: *before, published_at: at(*before) });
            chains.note(Origin { writer: [7; 16], sequence: *sequence, previous });
        }
        chains.missing(Timestamp::from_secs(20), DAY)
    }

    #[test]
    fn a_chain_without_a_gap_misses_nothing() {
        assert_eq!(missing(&[(1, 0), (2, 1), (3, 2)]), 0);
        assert_eq!(missing(&[(1, 0), (2, 1), (1, 0), (2, 1), (3, 2)]), 0);
    }

    #[test]
    fn a_gap_is_seen_and_stays_until_it_is_filled() {
        assert_eq!(missing(&[(1, 0), (2, 1), (5, 4)]), 1);
        assert_eq!(missing(&[(1, 0), (2, 1), (5, 4), (6, 5)]), 1);
        assert_eq!(missing(&[(1, 0), (2, 1), (5, 4), (3, 2), (4, 3)]), 0);
        // All that still matters is sent again: 2 has ended meanwhile, and so has 4.
        assert_eq!(missing(&[(1, 0), (5, 4), (1, 0), (3, 1), (5, 3)]), 0);
    }

    #[test]
    fn a_head_that_is_gone_is_missed_unless_nothing_of_it_matters() {
        assert_eq!(missing(&[(8, 7), (9, 8)]), 1);
        assert_eq!(missing(&[(8, 0), (9, 8)]), 0);
        // Half of what was sent again is lost as well.
        assert_eq!(missing(&[(8, 7), (7, 3)]), 1);
        assert_eq!(missing(&[(8, 7), (7, 3), (3, 0)]), 0);
    }

    #[test]
    fn what_the_feed_keeps_no_longer_is_not_missed() {
        let mut chains = Chains::default();
        let published_at = Timestamp::from_secs(10);
        let previous = Some(Previous { sequence: 7, published_at });
        chains.note(Origin { writer: [7; 16], sequence: 8, previous });
        assert_eq!(chains.missing(published_at.after(DAY).before(Duration::from_secs(1)), DAY), 1);
        assert_eq!(chains.missing(published_at.after(DAY), DAY), 0);
    }
}
