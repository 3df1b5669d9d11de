//! The login service's side: a session is minted here, once, at login.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::claims::{
    Date, Dialect, FORMAT_VERSION, SessionClaims, SessionId, SessionWire, TokenId, draw,
};
use crate::follow::Derived;
use crate::jwt::MintError;
use crate::keyring::{Keys, Ring, RingPolicy};
use crate::limits;
use crate::revocation::Revocations;
use crate::time::{Clock, Timestamp};
use crate::token::{PreparedHeader, Token, mint};

use super::{Lifetimes, Origin, Renewer, SetupError, TYP};

/// Mints sessions under the signing key of a ring.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let dir = dir.path().join("keys");
/// use waxseal::{Issuer, Keys};
/// # waxseal::keyring::NewRing::new("https://id.example").create(&dir)?;
/// let keys = Keys::open(&dir)?;
/// let issuer = Issuer::new(&keys, "https://id.example", "shop")?;
/// let token = issuer.mint("ada", &["apples", "pears"])?;
/// assert_eq!(token.as_str().split('.').count(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Issuer {
    keys: Keys,
    /// The header of our tokens under the key that signs at the moment.
    header: Derived<Arc<Ring>, PreparedHeader>,
    issuer: Arc<str>,
    audience: Arc<str>,
    pub(super) lifetimes: Lifetimes,
    pub(super) clock: Clock,
}

impl Issuer {
    /// An issuer named `issuer` for the services named `audience`, with [`Lifetimes::default`].
    ///
    /// # Errors
    /// [`SetupError`] for a ring of another issuer, an empty name, or limits that the ring cannot
    /// keep.
    pub fn new(keys: &Keys, issuer: &str, audience: &str) -> Result<Self, SetupError> {
        Self::with_lifetimes(keys, issuer, audience, Lifetimes::default())
    }

    /// An issuer with limits of its own.
    ///
    /// # Errors
    /// As [`Issuer::new`]; [`SetupError::TooLong`] for limits that contradict each other.
    pub fn with_lifetimes(
        keys: &Keys,
        issuer: &str,
        audience: &str,
        lifetimes: Lifetimes,
    ) -> Result<Self, SetupError> {
        for (name, text) in [("issuer", issuer), ("audience", audience)] {
            if text.is_empty() {
                return Err(SetupError::Empty(name));
            }
        }
        let ring = keys.ring();
        if let Some(ring) = ring.issuer().filter(|ring| *ring != issuer) {
            return Err(SetupError::OtherIssuer { ring: ring.into(), asked: issuer.into() });
        }
        // The limits must leave room for what a verifier forgives by default.
        lifetimes.check(ring.policy(), limits::DEFAULT_LEEWAY)?;
        ring.signer().filter(|signer| signer.key.can_mint()).ok_or(SetupError::CannotMint)?;
        Ok(Self {
            keys: keys.clone(),
            header: Derived::new(Arc::ptr_eq),
            issuer: issuer.into(),
            audience: audience.into(),
            lifetimes,
            clock: Clock::system(),
        })
    }

    /// Takes the time from `clock`.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// An issuer that knows who was logged out: it renews sessions, and a login right after
    /// "log out everywhere" works.
    ///
    /// # Errors
    /// [`SetupError::NoRevocations`] if there is no list: a renewal would then undo a logout.
    pub fn renewing(self, revocations: impl Into<Revocations>) -> Result<Renewer, SetupError> {
        Renewer::new(self, revocations.into())
    }

    /// Mints the first token of a new session: `subject` has just authenticated.
    ///
    /// # Errors
    /// [`MintError`] for an empty subject, a state that does not serialize, or a token longer than
    /// verifiers read.
    ///
    /// # Security
    /// A signed token is readable by everyone who holds it; keep secrets out of `state`, or make a
    /// sealed ring.
    pub fn mint<T: Serialize + ?Sized>(
        &self,
        subject: &str,
        state: &T,
    ) -> Result<Token, MintError> {
        self.mint_started(subject, None, state, self.clock.now())
    }

    /// Mints the first token of a new session, which
    /// [`Revocation::scope`](crate::revocation::Revocation::scope) of `scope` can end too: a tenant,
    /// say. The token carries it as `rsc`, and renewals keep it.
    ///
    /// # Errors
    /// As [`Issuer::mint`]; [`MintError::NoScope`] for an empty scope.
    pub fn mint_in<T: Serialize + ?Sized>(
        &self,
        scope: &str,
        subject: &str,
        state: &T,
    ) -> Result<Token, MintError> {
        self.mint_started(subject, Some(scope), state, self.clock.now())
    }

    /// Mints the first token of a session that counts as begun at `started`.
    pub(super) fn mint_started<T: Serialize + ?Sized>(
        &self,
        subject: &str,
        scope: Option<&str>,
        state: &T,
        started: Timestamp,
    ) -> Result<Token, MintError> {
        if subject.is_empty() {
            return Err(MintError::NoSubject);
        }
        if scope == Some("") {
            return Err(MintError::NoScope);
        }
        let (session_id, token_id) = draw()?;
        let now = self.clock.now().floor_secs();
        let family = Family {
            subject,
            session_id,
            authenticated_at: now,
            started_at: started,
            absolute_limit: now.after(self.lifetimes.absolute_life()),
            profile: self.lifetimes.name(),
            generation: 0,
            scope,
        };
        self.mint_token(&family, token_id, now, state)
    }

    /// Mints one token of a session, at the moment `now` (whole seconds).
    pub(super) fn mint_token<T: Serialize + ?Sized>(
        &self,
        family: &Family<'_>,
        token_id: TokenId,
        now: Timestamp,
        state: &T,
    ) -> Result<Token, MintError> {
        let end = family.absolute_limit;
        let times = &self.lifetimes;
        let ring = self.keys.ring();
        let signer = ring.signer().ok_or(MintError::NoSigner)?;
        self.check_age(times.idle_life().min(end.since(now)), ring.policy())?;
        let header = self.header.get(&ring, |_| PreparedHeader::new(&signer.key, TYP));
        let dialect = Dialect::of(signer.key.algorithm().format());
        let claims = SessionWire {
            iss: &self.issuer,
            aud: &self.audience,
            sub: family.subject,
            sid: &family.session_id.to_string(),
            jti: &token_id.to_string(),
            iat: Date(now, dialect),
            nbf: Date(now, dialect),
            exp: Date(now.after(times.token_life()).min(end), dialect),
            auth_time: family.authenticated_at.as_secs(),
            sst: family.started_at.as_millis(),
            idl: now.after(times.idle_life()).min(end).as_secs(),
            abs: end.as_secs(),
            rnw: now.after(times.renewal_age()).min(end).as_secs(),
            pro: family.profile,
            generation: family.generation,
            ver: FORMAT_VERSION,
            ck: None,
            rsc: family.scope,
            typ: (dialect == Dialect::Paseto).then_some(TYP),
            st: state,
        };
        let payload =
            serde_json::to_vec(&claims).map_err(|fault| MintError::State(fault.to_string()))?;
        Ok(mint(&signer.key, &header, payload, &[])?)
    }

    /// Refuses a token of `life` that could outlive its key: as far as this ring knows, another may
    /// have been promoted right after it was last read.
    fn check_age(&self, life: Duration, policy: &RingPolicy) -> Result<(), MintError> {
        let Some(age) = self.keys.age() else {
            return Ok(());
        };
        match policy.may_mint(age, life) {
            true => Ok(()),
            false => Err(MintError::StaleRing { age, life }),
        }
    }

    pub(super) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Where its sessions are from, and for whom.
    pub(super) fn origin(&self) -> Origin {
        let (issuer, audience) = (Arc::clone(&self.issuer), Arc::clone(&self.audience));
        Origin { issuer: Some(issuer), audience: Some(audience) }
    }

    pub(super) fn names(&self) -> (&str, &str) {
        (&self.issuer, &self.audience)
    }
}

/// What all tokens of one session share.
pub(super) struct Family<'a> {
    pub(super) subject: &'a str,
    pub(super) session_id: SessionId,
    pub(super) authenticated_at: Timestamp,
    pub(super) started_at: Timestamp,
    pub(super) absolute_limit: Timestamp,
    pub(super) profile: &'a str,
    pub(super) generation: u64,
    pub(super) scope: Option<&'a str>,
}

impl<'a> Family<'a> {
    /// The family of `claims`, one generation on.
    pub(super) fn next<T>(claims: &'a SessionClaims<T>) -> Self {
        Self {
            subject: &claims.subject,
            session_id: claims.session_id,
            authenticated_at: claims.authenticated_at,
            started_at: claims.started_at,
            absolute_limit: claims.absolute_limit,
            profile: claims.profile.name(),
            generation: claims.generation.saturating_add(1),
            scope: claims.scope.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::VerifyError;
    use crate::keyring::NewRing;
    use crate::session::Verifier;
    use crate::time::ManualClock;

    const ISSUER: &str = "https://id.example";

    /// A ring that is followed by a clock of its own, and read again in real time after 15 s.
    fn followed() -> (tempfile::TempDir, Keys, ManualClock) {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().join("keys");
        let hand = ManualClock::at(Timestamp::from_secs(1_800_000_000));
        NewRing::new(ISSUER).clock(hand.clock()).create(&dir).expect("a ring");
        let keys = Keys::open_by(&dir, hand.clock()).expect("a ring");
        (folder, keys, hand)
    }

    #[test]
    fn a_token_that_could_outlive_its_key_is_not_minted() {
        let (_folder, keys, hand) = followed();
        let issuer = Issuer::new(&keys, ISSUER, "shop").expect("sound").clock(hand.clock());
        let policy = keys.policy();
        let idle = Lifetimes::default().idle_life();
        let longest = policy.reload + policy.longest_life - idle;
        hand.advance(longest);
        assert!(issuer.mint("ada", &7).is_ok());
        hand.advance(Duration::from_secs(1));
        let fault = issuer.mint("ada", &7).expect_err("the ring is too old");
        assert_eq!(fault.code(), "stale_ring");
        assert!(fault.to_string().contains("30 min"), "{fault}");
        keys.reload().expect("a ring");
        assert!(issuer.mint("ada", &7).is_ok());
    }

    #[test]
    fn keys_that_were_not_read_for_a_day_verify_nothing_and_it_is_our_fault() {
        let (_folder, keys, hand) = followed();
        let lifetimes = Lifetimes::default();
        let issuer = Issuer::with_lifetimes(&keys, ISSUER, "shop", lifetimes).expect("sound");
        let none = Revocations::none_because("a test");
        let verifier = Verifier::new(keys.clone(), ISSUER, "shop").clock(hand.clock());
        let verifier = verifier.revocations(none);
        let token = issuer.clock(hand.clock()).mint("ada", &7).expect("minted");
        hand.advance(limits::KEYS_AGE);
        let expired = verifier.verify::<i32>(&token).expect_err("an old token");
        assert_eq!((expired.code(), expired.is_ours()), ("expired", false));
        hand.advance(Duration::from_secs(1));
        let stale: VerifyError = verifier.verify::<i32>(&token).expect_err("old keys");
        assert_eq!((stale.code(), stale.is_ours()), ("stale_keys", true));
        assert_eq!(stale.for_client(), "invalid_token");
        keys.reload().expect("a ring");
        assert_eq!(verifier.verify::<i32>(&token).expect_err("an old token").code(), "expired");
    }
}
