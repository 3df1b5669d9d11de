//! Whether anything of a writer is missing, seen from the entries alone: each names the one before
//! it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::time::Timestamp;

use super::Origin;

/// Most gaps of a writer that are told apart. Of more, the lowest are kept as one.
const MOST_GAPS: usize = 4096;

/// What was seen of each writer.
#[derive(Debug, Default)]
pub(super) struct Chains(HashMap<[u8; 16], Chain>);

/// Runs of numbers that were seen or vouched for. None touches another: the number before a run was
/// named, and not seen.
#[derive(Debug, Default)]
struct Chain {
    /// By their first number.
    runs: BTreeMap<u64, Run>,
    /// Of the gaps that are not told apart any more, when the latest was published.
    unknown: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
struct Run {
    last: u64,
    /// When the entry before the run was published; `None` when there is none that matters.
    before: Option<Timestamp>,
}

impl Chains {
    /// Takes note of an entry.
    pub(super) fn note(&mut self, origin: Origin) {
        self.0.entry(origin.writer).or_default().note(origin);
    }

    /// How many entries are known to be missing that the feed must still hold at `as_of`.
    pub(super) fn missing(&self, as_of: Timestamp, retention: Duration) -> usize {
        let is_due = |published_at: &Timestamp| as_of < published_at.after(retention);
        self.0.values().map(|chain| chain.gaps().filter(is_due).count()).sum()
    }

    /// How many writers were seen.
    pub(super) fn writers(&self) -> usize {
        self.0.len()
    }
}

impl Chain {
    /// An entry vouches for itself, and for all between it and the one that it names.
    fn note(&mut self, Origin { sequence, previous, .. }: Origin) {
        let mut first = previous.map_or(0, |previous| previous.sequence).saturating_add(1);
        let mut run = Run { last: sequence, before: previous.map(|it| it.published_at) };
        while let Some((from, found)) = self.touching(first, run.last) {
            self.runs.remove(&from);
            run.last = run.last.max(found.last);
            run.before = match from.cmp(&first) {
                Ordering::Less => found.before,
                Ordering::Equal => run.before.max(found.before),
                Ordering::Greater => run.before,
            };
            first = first.min(from);
        }
        self.runs.insert(first, run);
        if self.runs.len() > MOST_GAPS {
            self.join_lowest();
        }
    }

    /// A run that touches the numbers from `first` to `last`, or overlaps them.
    fn touching(&self, first: u64, last: u64) -> Option<(u64, Run)> {
        let (from, run) = self.runs.range(..=last.saturating_add(1)).next_back()?;
        (run.last.saturating_add(1) >= first).then_some((*from, *run))
    }

    /// Gives up the gap between the two lowest runs, but not that something was missing there.
    fn join_lowest(&mut self) {
        let (lowest, above) = (self.runs.pop_first(), self.runs.pop_first());
        if let (Some((first, Run { before, .. })), Some((_, above))) = (lowest, above) {
            self.unknown = self.unknown.max(above.before);
            self.runs.insert(first, Run { last: above.last, before });
        }
    }

    /// When each of the missing entries was published.
    fn gaps(&self) -> impl Iterator<Item = Timestamp> {
        self.runs.values().filter_map(|run| run.before).chain(self.unknown)
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
    fn an_entry_that_lies_between_others_is_seen_only_when_it_is() {
        assert_eq!(missing(&[(1, 0), (5, 4), (4, 3)]), 1);
        assert_eq!(missing(&[(1, 0), (5, 4), (4, 3), (3, 1)]), 0);
        // One that is sent again alone names one that was never there.
        assert_eq!(missing(&[(1, 0), (2, 1), (9, 8), (6, 4)]), 2);
        assert_eq!(missing(&[(1, 0), (2, 1), (9, 8), (6, 4), (4, 2), (8, 6)]), 0);
    }

    #[test]
    fn more_gaps_than_are_told_apart_stay_gaps() {
        let mut chains = Chains::default();
        let gaps = MOST_GAPS as u64 + 100;
        let at = |sequence| Timestamp::from_secs(sequence as i64);
        let mut note = |sequence: u64, before: u64| {
            let previous = Some(Previous { sequence: before, published_at: at(before) });
            chains.note(Origin { writer: [7; 16], sequence, previous });
        };
        (1..=gaps).for_each(|gap| note(gap * 3, gap * 3 - 1));
        // The highest are filled; what was given up stays missing until it has had its time.
        (110..=gaps).for_each(|gap| note(gap * 3 - 1, gap * 3 - 3));
        assert!(chains.0.values().all(|chain| chain.runs.len() <= MOST_GAPS));
        let latest = at(109 * 3 - 1).after(DAY);
        assert!(chains.missing(latest.before(Duration::from_secs(1)), DAY) > 0);
        assert_eq!(chains.missing(latest, DAY), 0);
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
