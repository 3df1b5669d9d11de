//! How a list does: a verdict for a health check, numbers for a dashboard.

use std::fmt;
use std::time::Duration;

use crate::time::Span;

/// How a revocation list does.
///
/// ```
/// use waxseal::RevocationList;
/// use waxseal::revocation::Verdict;
/// let health = RevocationList::in_memory().health();
/// assert_eq!((health.verdict, health.entries), (Verdict::Fresh, 0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RevocationHealth {
    /// In one word.
    pub verdict: Verdict,
    /// The time since the list was last read whole.
    pub age: Duration,
    /// Why the last reading failed; `None` if it did not.
    pub fault: Option<String>,
    /// Entries in memory.
    pub entries: usize,
    /// Entries that are on this disk, and that other hosts cannot see yet.
    pub unpublished: usize,
    /// Writers that were seen in the feed.
    pub writers: u64,
    /// Readings that failed since the list was opened.
    pub failures: u64,
    /// How often the feed lost something.
    pub holes: u64,
    /// How often it was read again from its beginning.
    pub reloads: u64,
    /// Tokens that were accepted although the list was too old.
    pub stale_accepts: u64,
    /// Tokens that were refused because the list was too old.
    pub stale_refusals: u64,
    /// Readings that found it corrupt.
    pub corrupt: u64,
}

/// A list's health in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Verification and renewal go on as ever.
    Fresh,
    /// Something is wrong, and verification goes on for now.
    WithinBudget,
    /// Only tokens that live shorter than the budget are accepted.
    OverBudget,
    /// What is there cannot be read.
    Corrupt,
}

impl Verdict {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::WithinBudget => "within budget",
            Self::OverBudget => "over budget",
            Self::Corrupt => "corrupt",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Display for RevocationHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { verdict, age, entries, .. } = self;
        write!(f, "{verdict}: {entries} entries, read {} ago", Span(*age))?;
        if self.unpublished > 0 {
            write!(f, ", {} not published", self.unpublished)?;
        }
        match &self.fault {
            Some(fault) => write!(f, "; {fault}"),
            None => Ok(()),
        }
    }
}
