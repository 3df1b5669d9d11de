//! The login service's side: a session is minted here, once, at login.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::claims::{
    Date, DetailsWire, Dialect, FORMAT_VERSION, Holder, Profile, SessionClaims, SessionWire, draw,
};
use crate::follow::Derived;
use crate::jwt::MintError;
use crate::keyring::{Keys, Ring, RingPolicy};
use crate::limits;
use crate::revocation::Revocations;
use crate::time::{Clock, Timestamp};
use crate::token::{PreparedHeader, Token, mint};

use super::{GUEST_TYP, Lifetimes, Login, Origin, Renewer, SetupError, TYP, typ_of};

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
    /// The same for a guest's.
    guest_header: Derived<Arc<Ring>, PreparedHeader>,
    issuer: Arc<str>,
    audience: Arc<str>,
    /// The cookies that tokens are bound to: a user's, and a guest's.
    cookies: Option<(Arc<str>, Arc<str>)>,
    pub(super) lifetimes: Lifetimes,
    pub(super) clock: Clock,
}

impl Issuer {
    /// What the claims of most sessions fit into: making room step by step copies them.
    const ROOM: usize = 1024;

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
            header: Derived::default(),
            guest_header: Derived::default(),
            issuer: issuer.into(),
            audience: audience.into(),
            cookies: None,
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

    /// Binds every token to a cookie of this name, a guest's to the other (`ck`). Who reads the cookie
    /// compares.
    #[must_use]
    pub fn in_cookies(mut self, user: &str, guest: &str) -> Self {
        self.cookies = Some((user.into(), guest.into()));
        self
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
        self.write(&self.begin(Some(Login::of(subject)), state)?)
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
        self.write(&self.begin(Some(Login::of(subject).in_scope(scope)), state)?)
    }

    /// Mints the first token of a new session that says how its holder logged in, and what they may
    /// do.
    ///
    /// # Errors
    /// As [`Issuer::mint_in`].
    pub fn mint_login<T: Serialize + ?Sized>(
        &self,
        login: &Login,
        state: &T,
    ) -> Result<Token, MintError> {
        self.write(&self.begin(Some(login.clone()), state)?)
    }

    /// Mints the first token of a guest's session: it has no subject, and is of another kind.
    ///
    /// # Errors
    /// As [`Issuer::mint`].
    pub fn mint_guest<T: Serialize + ?Sized>(&self, state: &T) -> Result<Token, MintError> {
        self.write(&self.begin(None, state)?)
    }

    /// The claims of a new session, a guest's without a login.
    pub(super) fn begin<T>(
        &self,
        login: Option<Login>,
        state: T,
    ) -> Result<SessionClaims<T>, MintError> {
        let holder = if login.is_some() { Holder::User } else { Holder::Guest };
        let Login { subject, scope, details, .. } = login.unwrap_or_else(|| Login::of(""));
        if holder == Holder::User && subject.is_empty() {
            return Err(MintError::NoSubject);
        }
        if scope.as_deref() == Some("") {
            return Err(MintError::NoScope);
        }
        let started = self.clock.now();
        let (session_id, token_id) = draw(started)?;
        let now = started.floor_secs();
        let cookies = self.cookies.as_ref();
        let end = now.after(self.lifetimes.absolute_life());
        let claims = SessionClaims {
            subject,
            session_id,
            token_id,
            issued_at: now,
            expires_at: now,
            authenticated_at: now,
            started_at: started,
            idle_limit: now,
            absolute_limit: end,
            renew_after: now,
            profile: Profile::of(self.lifetimes.name()),
            generation: 0,
            cookie: cookies.map(|(user, guest)| match holder {
                Holder::User => (**user).into(),
                Holder::Guest => (**guest).into(),
            }),
            scope,
            details: details.boxed(),
            state,
        };
        Ok(self.timed(claims, now))
    }

    /// The claims of a token of that session which is minted at `now` (whole seconds).
    pub(super) fn timed<T>(
        &self,
        mut claims: SessionClaims<T>,
        now: Timestamp,
    ) -> SessionClaims<T> {
        let (times, end) = (&self.lifetimes, claims.absolute_limit);
        claims.issued_at = now;
        claims.expires_at = now.after(times.token_life()).min(end);
        claims.idle_limit = now.after(times.idle_life()).min(end);
        claims.renew_after = now.after(times.renewal_age()).min(end);
        claims
    }

    /// Mints the token of `claims`.
    pub(super) fn write<T: Serialize>(
        &self,
        claims: &SessionClaims<T>,
    ) -> Result<Token, MintError> {
        if claims.details.as_ref().is_some_and(|details| details.is_too_much()) {
            return Err(MintError::TooMany { most: limits::DETAILS });
        }
        let ring = self.keys.ring();
        let signer = ring.signer().ok_or(MintError::NoSigner)?;
        let (now, end) = (claims.issued_at, claims.absolute_limit);
        self.check_age(self.lifetimes.idle_life().min(end.since(now)), ring.policy())?;
        let header = match claims.holder() {
            Holder::User => self.header.get(&ring, |_| PreparedHeader::new(&signer.key, TYP)),
            Holder::Guest => {
                self.guest_header.get(&ring, |_| PreparedHeader::new(&signer.key, GUEST_TYP))
            }
        };
        let dialect = Dialect::of(signer.key.algorithm().format());
        let (sid, jti) = (claims.session_id.text(), claims.token_id.text());
        let wire = SessionWire {
            iss: &self.issuer,
            aud: &self.audience,
            sub: &claims.subject,
            sid: sid.as_str(),
            jti: jti.as_str(),
            iat: Date(now, dialect),
            nbf: Date(now, dialect),
            exp: Date(claims.expires_at, dialect),
            auth_time: claims.authenticated_at.as_secs(),
            sst: claims.started_at.as_millis(),
            idl: claims.idle_limit.as_secs(),
            abs: end.as_secs(),
            rnw: claims.renew_after.as_secs(),
            pro: claims.profile.name(),
            generation: claims.generation,
            ver: FORMAT_VERSION,
            ck: claims.cookie.as_deref(),
            rsc: claims.scope.as_deref(),
            details: claims.details.as_deref().map(DetailsWire::from),
            typ: (dialect == Dialect::Paseto).then_some(typ_of(claims.holder())),
            st: &claims.state,
        };
        let mut payload = Vec::with_capacity(Self::ROOM);
        serde_json::to_writer(&mut payload, &wire)
            .map_err(|fault| MintError::State(fault.to_string()))?;
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
