//! What a verifier knows about revocation, and how old that knowledge may be.

use std::fmt;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::claims::{Handles, Revocable};
use crate::key::Key;
use crate::time::Timestamp;

use super::set::Context;
use super::{
    ListSetup, OutlivesList, Record, Refused, RevocationFeed, RevocationHealth, RevocationList,
    RevocationPolicy, Revoked, SnapshotFeed, StaleList, StoreError, events,
};

/// What a verifier knows about revocation. It must be told; silence is not an answer.
///
/// ```
/// use waxseal::{RevocationList, Revocations};
/// let list = RevocationList::in_memory();
/// let asked = Revocations::from(&list);
/// let none = Revocations::none_because("tokens live 5 minutes and logout may take that long");
/// # let _ = (asked, none);
/// ```
#[derive(Clone)]
pub struct Revocations(Source);

#[derive(Clone)]
enum Source {
    List { list: RevocationList, budget: Duration, freshness: Freshness },
    None { reason: &'static str },
}

/// How old the list may be for one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Freshness {
    /// As old as the budget B of the list says.
    #[default]
    Budget,
    /// Fresher than that: this old at most.
    Within(Duration),
    /// However old. Every token that passes by this alone is counted in
    /// [`RevocationHealth::stale_accepts`].
    ///
    /// # Security
    /// While the feed is dead, nobody is logged out here.
    AcceptStale,
}

/// How old the list may be, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Demand {
    /// To use a token, by a list so fresh; as the verifier was set up, if nobody says.
    Use(Option<Freshness>),
    /// To renew a session: B_mint, however short its tokens live.
    Renewal,
}

/// What matters about a token besides its claims.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Situation<'a> {
    pub(crate) key: Option<&'a str>,
    pub(crate) scope: Option<&'a str>,
    pub(crate) leeway: Duration,
    pub(crate) demand: Demand,
}

impl Revocations {
    /// No token of this verifier is ever revoked before it expires; `reason` says why that is
    /// right, to whoever reads the code or the `Debug` output.
    #[must_use]
    pub const fn none_because(reason: &'static str) -> Self {
        Self(Source::None { reason })
    }

    /// Follows the list at `place`: the path of its file, or `redis://..` (feature `redis`).
    ///
    /// # Errors
    /// [`StoreError`]; a list that is missing or unreadable is never taken for an empty one.
    #[cfg(feature = "sqlite")]
    pub fn follow(place: &str) -> Result<Self, StoreError> {
        Self::follow_with(RevocationList::setup(), place)
    }

    /// Follows the list at `place` as [`Revocations::follow`] does, with the clock and cap of `setup`.
    ///
    /// # Errors
    /// As [`Revocations::follow`].
    #[cfg(feature = "sqlite")]
    pub fn follow_with(setup: ListSetup, place: &str) -> Result<Self, StoreError> {
        setup.follow_place(place).map(Self::from)
    }

    /// Follows the signed snapshots at `place`, a path or a URL (feature `http-client`), with the
    /// public half of the key that signs them. The policy is the list's.
    ///
    /// The last serial of a file is kept beside it, in `<file>.seen`; that of a URL in memory only.
    /// [`SnapshotFeed`] takes another place for it.
    ///
    /// ```
    /// # let dir = tempfile::tempdir()?;
    /// # let key = waxseal::key::Key::generate(waxseal::key::Algorithm::EdDsa)?;
    /// # let list = waxseal::RevocationList::in_memory();
    /// # let file = dir.path().join("revocations.jwt");
    /// # waxseal::revocation::SnapshotWriter::new(&list, &key)?.write(&file)?;
    /// # let place = file.to_str().expect("text");
    /// # let jwk = key.to_public_jwk().expect("EdDSA has a public half");
    /// use waxseal::{Revocations, key::Key};
    /// let feed_key = Key::from_jwk(jwk.as_bytes())?; // made by `waxseal keys new`, shown by `keys public`
    /// let revocations = Revocations::follow_snapshot(place, &feed_key)?;
    /// # let _ = revocations;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`StoreError`]; a snapshot that is missing, expired or not signed by the key is never taken for
    /// an empty list.
    ///
    /// # Security
    /// The names in a snapshot are hashes that can be guessed: see
    /// [`SnapshotWriter`](super::SnapshotWriter).
    pub fn follow_snapshot(place: &str, feed_key: &Key) -> Result<Self, StoreError> {
        SnapshotFeed::new(place, feed_key)?.remember_beside()?.follow()
    }

    /// Follows a feed of your own, with the policy and clock of `setup`.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read whole.
    pub fn follow_feed(
        setup: ListSetup,
        feed: impl RevocationFeed + 'static,
    ) -> Result<Self, StoreError> {
        setup.follow(Box::new(feed)).map(Self::from)
    }

    /// A budget B of its own; the list's if that is smaller.
    #[must_use]
    pub fn budget(mut self, most: Duration) -> Self {
        if let Source::List { budget, .. } = &mut self.0 {
            *budget = most.min(*budget);
        }
        self
    }

    /// What calls ask for that do not say it.
    #[must_use]
    pub fn freshness(mut self, default: Freshness) -> Self {
        if let Source::List { freshness, .. } = &mut self.0 {
            *freshness = default;
        }
        self
    }

    /// Whether there is no list.
    #[must_use]
    pub const fn are_none(&self) -> bool {
        matches!(self.0, Source::None { .. })
    }

    /// How the list does; `None` if there is none.
    #[must_use]
    pub fn health(&self) -> Option<RevocationHealth> {
        self.list().map(RevocationList::health)
    }

    /// Reads the list again at once.
    ///
    /// # Errors
    /// What is wrong, in words; the list stays as it was.
    pub fn reload(&self) -> Result<(), String> {
        self.list().map_or(Ok(()), RevocationList::reload)
    }

    /// Every entry that is known, in no order; none if there is no list.
    #[must_use]
    pub fn records(&self) -> Vec<Record> {
        self.list().map(RevocationList::records).unwrap_or_default()
    }

    /// The numbers of the list; `None` if there is none.
    #[must_use]
    pub fn policy(&self) -> Option<RevocationPolicy> {
        self.list().map(RevocationList::policy)
    }

    pub(super) fn into_list(self) -> Option<RevocationList> {
        match self.0 {
            Source::List { list, .. } => Some(list),
            Source::None { .. } => None,
        }
    }

    pub(crate) fn list(&self) -> Option<&RevocationList> {
        match &self.0 {
            Source::List { list, .. } => Some(list),
            Source::None { .. } => None,
        }
    }

    /// Lets through what is not revoked, by a list that is fresh enough. Nothing else makes a
    /// [`NotRevoked`].
    pub(crate) fn check<C: Revocable>(
        &self,
        claims: C,
        situation: Situation<'_>,
    ) -> Result<NotRevoked<C>, Refused> {
        let Source::List { list, budget, freshness } = &self.0 else {
            return Ok(NotRevoked { claims, list_age: None, is_stale: false });
        };
        // Before the list is asked: an age that is read later may be that of entries which came between.
        let age = list.age();
        let handles = claims.handles();
        let context = Context { key: situation.key, scope: situation.scope };
        // What is known to be dead is dead, however old that knowledge is.
        if let Some(revoked) = list.0.set.judge(&handles, context) {
            return Err(Refused::Revoked(revoked));
        }
        let policy = &list.0.policy;
        let lives = life(&handles, || list.0.clock.now());
        if lives > policy.life() {
            return Err(Refused::Outlives(OutlivesList { lives, most: policy.life() }));
        }
        // Only a token that says when it was born is known to be short-lived.
        let short = handles.issued.map(|_| lives.saturating_add(situation.leeway));
        let (most, short) = match situation.demand {
            Demand::Renewal => (policy.most_age_to_renew(), None),
            Demand::Use(asked) => match asked.unwrap_or(*freshness) {
                Freshness::Within(most) => (most.min(*budget), short),
                Freshness::Budget | Freshness::AcceptStale => (*budget, short),
            },
        };
        if age <= most || short.is_some_and(|lives| lives <= most) {
            return Ok(NotRevoked { claims, list_age: Some(age), is_stale: age > most });
        }
        let gauges = &list.0.gauges;
        let is_lax =
            |asked: Option<Freshness>| asked.unwrap_or(*freshness) == Freshness::AcceptStale;
        if matches!(situation.demand, Demand::Use(asked) if is_lax(asked)) {
            let before = gauges.stale_accepts.fetch_add(1, Ordering::Relaxed);
            // Told less and less often: an outage must not fill a log as well.
            if (before + 1).is_power_of_two() {
                events::stale_accepts(before + 1, age);
            }
            return Ok(NotRevoked { claims, list_age: Some(age), is_stale: true });
        }
        gauges.stale_refusals.fetch_add(1, Ordering::Relaxed);
        Err(Refused::Stale(StaleList { age, most }))
    }

    /// The first moment at which a new session of `subject` in `scope` is not covered by a cut-off.
    pub(crate) fn first_start(
        &self,
        subject: &str,
        scope: Option<&str>,
        now: Timestamp,
    ) -> Timestamp {
        self.list().map_or(now, |list| list.0.set.first_start(subject, scope, now))
    }
}

/// How long a token lives, from its birth on, or from now if it does not say when that was. One that
/// lives shorter than the list may be old is over before a stale list could matter.
fn life(handles: &Handles<'_>, now: impl FnOnce() -> Timestamp) -> Duration {
    match handles.expires {
        Some(expires) => expires.since(handles.issued.unwrap_or_else(now)),
        None => Duration::MAX,
    }
}

impl From<&RevocationList> for Revocations {
    fn from(list: &RevocationList) -> Self {
        Self::from(list.clone())
    }
}

impl From<RevocationList> for Revocations {
    fn from(list: RevocationList) -> Self {
        let budget = list.policy().most_age();
        Self(Source::List { list, budget, freshness: Freshness::Budget })
    }
}

impl fmt::Debug for Revocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::List { list, .. } => list.fmt(f),
            Source::None { reason } => write!(f, "Revocations::none_because({reason:?})"),
        }
    }
}

/// Claims that no entry of the list names.
#[derive(Clone, Debug)]
pub(crate) struct NotRevoked<C> {
    claims: C,
    /// How old the list was; `None` without one.
    list_age: Option<Duration>,
    /// Whether the list is older than it may be, and the token passed all the same.
    is_stale: bool,
}

impl<C> NotRevoked<C> {
    pub(crate) fn is_by_a_stale_list(&self) -> bool {
        self.is_stale
    }

    pub(crate) fn list_age(&self) -> Option<Duration> {
        self.list_age
    }

    pub(crate) fn into_inner(self) -> C {
        self.claims
    }
}

impl From<Revoked> for Refused {
    fn from(revoked: Revoked) -> Self {
        Self::Revoked(revoked)
    }
}

#[cfg(test)]
mod tests {
    use crate::revocation::{Batch, Continuity, Cursor};
    use crate::time::ManualClock;

    use super::*;

    /// A feed that has nothing to tell.
    struct Quiet;

    impl RevocationFeed for Quiet {
        fn place(&self) -> String {
            "a test".into()
        }

        fn poll(&mut self, _: Option<&Cursor>) -> Result<Batch, StoreError> {
            Ok(Batch {
                entries: Vec::new(),
                cursor: Cursor(Vec::new()),
                incarnation: [1; 16],
                continuity: Continuity::Whole,
                as_of: Timestamp::from_secs(1_800_000_000),
                age: Duration::ZERO,
                retention: Duration::MAX,
            })
        }
    }

    /// Claims that end some time later. While they are judged, the list is read again.
    struct Overtaken(RevocationList);

    impl Revocable for Overtaken {
        fn handles(&self) -> Handles<'_> {
            self.0.reload().expect("it can be read");
            Handles { expires: Some(Timestamp::from_secs(1_800_010_000)), ..Handles::default() }
        }
    }

    #[test]
    fn a_list_that_is_read_again_meanwhile_does_not_make_the_judgement_fresher() {
        let hand = ManualClock::at(Timestamp::from_secs(1_800_000_000));
        let setup = ListSetup::default().clock(hand.clock());
        let list = setup.read_by_hand(Box::new(Quiet)).expect("a list");
        hand.advance(Duration::from_secs(3600));
        let demand = Demand::Use(None);
        let situation = Situation { key: None, scope: None, leeway: Duration::ZERO, demand };
        let checked = Revocations::from(&list).check(Overtaken(list.clone()), situation);
        let Err(Refused::Stale(stale)) = checked else {
            panic!("it was judged by the list of an hour ago");
        };
        assert_eq!(stale.age, Duration::from_secs(3600));
        assert_eq!(list.age(), Duration::ZERO);
    }
}
