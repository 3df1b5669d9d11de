//! How long a revocation may take to reach everyone, and how long it must be kept.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::limits;
use crate::time::{Span, Timestamp};

use super::{Kind, Record, Revocation, RevokeError};

/// The numbers of a revocation list. Whoever makes the list chooses them; a verifier may be
/// stricter, and never laxer.
///
/// From these follows the worst case: a token that was revoked is accepted by no verifier, and
/// renewed by no issuer, later than [`RevocationPolicy::exposure`] after the revocation was
/// published.
///
/// ```
/// use std::time::Duration;
/// use waxseal::revocation::RevocationPolicy;
/// let strict = RevocationPolicy::default().budget(Duration::from_secs(60));
/// assert_eq!(strict.exposure(), Duration::from_secs(60 + 60 + 30));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationPolicy {
    #[serde(rename = "B")]
    budget: Duration,
    #[serde(rename = "B_mint")]
    renewal_budget: Duration,
    #[serde(rename = "L")]
    longest_life: Duration,
    #[serde(rename = "S")]
    skew: Duration,
}

impl Default for RevocationPolicy {
    /// B is the life of a default token with its leeway, so that a dead feed never takes a site
    /// down; B_mint 60 s, L 8 h, S 30 s.
    fn default() -> Self {
        Self {
            budget: Duration::from_secs(15 * 60) + limits::DEFAULT_LEEWAY,
            renewal_budget: Duration::from_secs(60),
            longest_life: Duration::from_secs(8 * 3600),
            skew: Duration::from_secs(30),
        }
    }
}

impl RevocationPolicy {
    /// B: how old the list may be for a token that lives longer than that.
    #[must_use]
    pub const fn budget(mut self, budget: Duration) -> Self {
        self.budget = budget;
        self
    }

    /// B_mint: how old the list may be for a renewal.
    #[must_use]
    pub const fn renewal_budget(mut self, budget: Duration) -> Self {
        self.renewal_budget = budget;
        self
    }

    /// L: the longest time that a token may be accepted for any purpose, renewal too.
    #[must_use]
    pub const fn longest_life(mut self, life: Duration) -> Self {
        self.longest_life = life;
        self
    }

    /// S: the largest clock difference between hosts.
    #[must_use]
    pub const fn skew(mut self, skew: Duration) -> Self {
        self.skew = skew;
        self
    }

    /// B.
    #[must_use]
    pub const fn most_age(&self) -> Duration {
        self.budget
    }

    /// B_mint.
    #[must_use]
    pub const fn most_age_to_renew(&self) -> Duration {
        self.renewal_budget
    }

    /// L.
    #[must_use]
    pub const fn life(&self) -> Duration {
        self.longest_life
    }

    /// S.
    #[must_use]
    pub const fn clock_difference(&self) -> Duration {
        self.skew
    }

    /// The worst case: how long after a revocation was published a token may still be accepted
    /// somewhere. B + B_mint + S.
    #[must_use]
    pub fn exposure(&self) -> Duration {
        self.budget.saturating_add(self.renewal_budget).saturating_add(self.skew)
    }

    /// How long an entry stays: B + L + the largest leeway of a verifier + S.
    #[must_use]
    pub fn retention(&self) -> Duration {
        self.budget.saturating_add(self.longest_life).saturating_add(self.slack())
    }

    /// Refuses numbers that contradict each other.
    ///
    /// # Errors
    /// [`RevokeError::Policy`] in words.
    pub fn check(&self) -> Result<(), RevokeError> {
        let (b, l) = (("B", self.budget), ("L", self.longest_life));
        let (mint, longest) =
            (("B_mint", self.renewal_budget), ("any token", limits::LONGEST_LIFE));
        for ((shorter, has), (longer, most)) in
            [(mint, b), (b, longest), (l, longest), (("S", self.skew), ("an hour", HOUR))]
        {
            if has > most {
                return Err(RevokeError::Policy(format!(
                    "{shorter} ({}) is longer than {longer} ({})",
                    Span(has),
                    Span(most)
                )));
            }
        }
        if self.longest_life.is_zero() {
            return Err(RevokeError::Policy("L is zero: nothing would be kept".into()));
        }
        Ok(())
    }

    /// The entry that ends what `revocation` names, recorded at `now`.
    ///
    /// # Errors
    /// [`RevokeError`] for what no list records.
    ///
    /// ```
    /// use waxseal::revocation::{Revocation, RevocationPolicy};
    /// use waxseal::time::Timestamp;
    /// let now = Timestamp::from_secs(1_795_225_163);
    /// let entry = RevocationPolicy::default().record(&Revocation::subject("ada"), now)?;
    /// assert_eq!(entry.cut().to_string(), "2026-11-21T01:39:53Z"); // S = 30 s later
    /// # Ok::<(), waxseal::revocation::RevokeError>(())
    /// ```
    pub fn record(&self, revocation: &Revocation, now: Timestamp) -> Result<Record, RevokeError> {
        revocation.check_texts()?;
        let Revocation { kind, name, except, cut, .. } = revocation;
        if cut.is_some() && !kind.has_cut() {
            return Err(RevokeError::NoCut(*kind));
        }
        if except.is_some() && *kind != Kind::Subject {
            return Err(RevokeError::NoExcept(*kind));
        }
        let record = Record::of(*kind, *name, self.end(revocation, now));
        // Hosts differ: what began a moment ago by a fast clock is meant too.
        let record = record.cut_at(cut.unwrap_or_else(|| now.after(self.skew)));
        Ok(except.map_or(record, |session| record.sparing(session)))
    }

    /// When no token that the entry names can be accepted by anybody: a verifier refuses one that lives
    /// longer than L.
    fn end(&self, revocation: &Revocation, now: Timestamp) -> Timestamp {
        let Revocation { kind, limit, cut, .. } = revocation;
        if *kind == Kind::Key {
            // Who stole the key mints tokens of any age.
            return Timestamp::END;
        }
        // A cut may lie ahead: what begins until then is meant too.
        let kept = cut.map_or(now, |cut| cut.max(now)).after(self.retention());
        // A limit that is past by this clock says that the clock is wrong, or that it is of no
        // matter.
        match limit.map(|limit| limit.after(self.slack())) {
            Some(end) if end > now => kept.min(end),
            _ => kept,
        }
    }

    /// What a verifier may forgive, and hosts may differ by.
    fn slack(&self) -> Duration {
        limits::LEEWAY.saturating_add(self.skew)
    }
}

const HOUR: Duration = Duration::from_secs(3600);
