//! Any service's side: a session is verified locally, with public keys and the revocation list.

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::claims::{GuestClaims, Holder, SESSION_CLAIMS, SessionClaims, Shortcuts};
use crate::jwt::{Anchor, Pipeline, Report, TestKeys, Trusted, Verified, VerifyError, explain};
use crate::key::KeySource;
use crate::limits;
use crate::policy::{AudienceRule, ClaimsPolicy, Expiry, Kind};
use crate::revocation::{Demand, Freshness, Revocations};
use crate::time::Clock;

use super::{GUEST_TYP, Guest, Origin, Proven, Session, TYP, typ_of};

/// Verifies sessions. It does no I/O and holds no lock while it checks a signature.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let dir = dir.path().join("keys");
/// # let keys = waxseal::keyring::NewRing::new("https://id.example").create(&dir)?;
/// # let token = waxseal::Issuer::new(&keys, "https://id.example", "shop")?.mint("ada", &7_u32)?;
/// use waxseal::{PublicKeys, RevocationList, Verifier};
/// let keys = PublicKeys::open(dir.join("jwks.json"))?;
/// let list = RevocationList::in_memory();
/// let verifier = Verifier::new(keys, "https://id.example", "shop").revocations(&list);
/// let session = verifier.verify::<u32>(token.as_str())?;
/// assert_eq!((session.subject(), *session.state()), ("ada", 7));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    pipeline: Pipeline,
    /// Boxed: most verifiers never see a guest.
    guest_pipeline: Box<Pipeline>,
}

impl Verifier {
    /// Begins a verifier of sessions that `issuer` minted for `audience`. It is complete once it
    /// was told about revocation.
    #[expect(clippy::new_ret_no_self, reason = "a verifier exists once revocation is settled")]
    pub fn new(keys: impl KeySource + 'static, issuer: &str, audience: &str) -> VerifierSetup {
        let none = Revocations::none_because("not told yet");
        VerifierSetup { pipeline: pipeline(keys, issuer, audience, Holder::User, none) }
    }

    /// The session of `token`, if it is authentic, acceptable and not revoked.
    ///
    /// # Errors
    /// [`VerifyError`] names the stage and both sides of the mismatch: for the operator. Tell the
    /// client [`VerifyError::for_client`].
    ///
    /// # Security
    /// Nothing of the payload is parsed before its signature is right.
    pub fn verify<T: DeserializeOwned>(&self, token: &str) -> Result<Session<T>, VerifyError> {
        let verified = self.pipeline.run::<SessionClaims<T>>(token, &mut ())?;
        Ok(self.session(verified, None))
    }

    /// Verifies as [`Verifier::verify`], by a revocation list as fresh as `freshness` asks: for the
    /// routes where 15 minutes of a thief's time cost too much.
    ///
    /// # Errors
    /// As [`Verifier::verify`]; [`VerifyError::StaleList`] if the list is older than that: try again,
    /// or answer 503.
    ///
    /// ```
    /// # let dir = tempfile::tempdir()?;
    /// # let dir = dir.path().join("keys");
    /// # let keys = waxseal::keyring::NewRing::new("https://id.example").create(&dir)?;
    /// # let token = waxseal::Issuer::new(&keys, "https://id.example", "shop")?.mint("ada", &7_u32)?;
    /// # use waxseal::{RevocationList, Verifier};
    /// use std::time::Duration;
    /// use waxseal::revocation::Freshness;
    /// # let list = RevocationList::in_memory();
    /// # let verifier = Verifier::new(keys, "https://id.example", "shop").revocations(&list);
    /// let pay = Freshness::Within(Duration::from_secs(2));
    /// let session = verifier.verify_within::<u32>(token.as_str(), pay)?;
    /// assert!(session.revocation_age() <= Some(Duration::from_secs(2)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn verify_within<T: DeserializeOwned>(
        &self,
        token: &str,
        freshness: Freshness,
    ) -> Result<Session<T>, VerifyError> {
        let demand = Demand::Use(Some(freshness));
        let verified = self.pipeline.run_with::<SessionClaims<T>>(token, demand, &mut ())?;
        Ok(self.session(verified, None))
    }

    /// The session of a guest's `token`: of another kind than a user's, which is refused here.
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub fn verify_guest<T: DeserializeOwned>(&self, token: &str) -> Result<Guest<T>, VerifyError> {
        let verified = self.guest_pipeline.run::<GuestClaims<T>>(token, &mut ())?;
        Ok(Guest(self.session(verified.map(|claims| claims.0), None)))
    }

    /// What this verifier knows about revocation: for its health.
    #[must_use]
    pub fn revocations(&self) -> &Revocations {
        &self.pipeline.revocations
    }

    /// Verifies as [`Verifier::verify`] and tells what every stage found.
    ///
    /// # Errors
    /// The second value is exactly what [`Verifier::verify`] says.
    pub fn explain<T: DeserializeOwned>(
        &self,
        token: &str,
    ) -> (Report, Result<Session<T>, VerifyError>) {
        let (report, result) = explain::<SessionClaims<T>>(&self.pipeline, token);
        (report, result.map(|verified| self.session(verified, None)))
    }

    /// The pipeline for sessions of `holder`.
    pub(super) fn pipeline_of(&self, holder: Holder) -> &Pipeline {
        match holder {
            Holder::User => &self.pipeline,
            Holder::Guest => &self.guest_pipeline,
        }
    }

    pub(super) fn session<T>(
        &self,
        verified: Verified<SessionClaims<T>>,
        anchor: Option<Anchor>,
    ) -> Session<T> {
        let Verified { claims, issuer, key, list_age, at, .. } = verified;
        let audience = match &self.pipeline.policy.audience {
            AudienceRule::Named(audience) => Some(Arc::clone(audience)),
            AudienceRule::Absent | AudienceRule::Any => None,
        };
        let proven = Proven { claims, origin: Origin { issuer, audience }, key, anchor };
        Session { proven: Arc::new(proven), list_age, verified_at: at }
    }
}

/// A [`Verifier`] that was not told about revocation yet.
#[derive(Clone, Debug)]
pub struct VerifierSetup {
    pipeline: Pipeline,
}

impl VerifierSetup {
    /// Trusts the keys of another issuer too. A key never vouches for another issuer than its own.
    #[must_use]
    pub fn trust(mut self, keys: impl KeySource + 'static, issuer: &str) -> Self {
        self.pipeline.trusted.push(Trusted::new(keys, Some(issuer), TYP));
        self
    }

    /// Forgives a clock difference of `leeway`, at most [`limits::LEEWAY`]; 30 s by default.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.pipeline.policy.leeway = leeway.min(limits::LEEWAY);
        self
    }

    /// Takes the time from `clock`.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.pipeline.clock = clock;
        self
    }

    /// Accepts sessions for any audience.
    ///
    /// # Security
    /// A token that another service was given can then be played to this one.
    #[must_use]
    pub fn any_audience(mut self) -> Self {
        self.pipeline.policy.audience = AudienceRule::Any;
        self
    }

    /// Accepts sessions of any issuer that the keys signed for.
    ///
    /// # Security
    /// One issuer of several that share these keys can then speak for another.
    #[must_use]
    pub fn any_issuer(mut self) -> Self {
        for trusted in &mut self.pipeline.trusted {
            trusted.issuer = None;
        }
        self
    }

    /// Requires the claim `name` to be there, beyond those of every session.
    #[must_use]
    pub fn require(mut self, name: &str) -> Self {
        // A session without one of its own claims is no session, asked for or not.
        if !SESSION_CLAIMS.contains(&name) {
            self.pipeline.policy.required.push(name.into());
        }
        self
    }

    /// Takes tokens by keys for tests too, which are refused everywhere else.
    ///
    /// # Security
    /// For tests and development. Whoever can run the test kit beside this service can be anybody.
    #[must_use]
    pub fn accept_test_keys(mut self) -> Self {
        self.pipeline.test_keys = TestKeys::Taken;
        self
    }

    /// Whether what our own issuers write is recognised, and so verified faster. It is, unless it is
    /// turned off here: to compare, or to look for a fault.
    #[must_use]
    pub fn shortcuts(mut self, shortcuts: Shortcuts) -> Self {
        self.pipeline.shortcuts = shortcuts;
        self
    }

    /// Reads tokens of at most `bytes` bytes, [`limits::PROGRAM_TOKEN_BYTES`] at the most.
    #[must_use]
    pub fn token_bytes(mut self, bytes: usize) -> Self {
        self.pipeline.token_bytes = bytes.min(limits::PROGRAM_TOKEN_BYTES);
        self
    }

    /// Completes the verifier with what it knows about revocation.
    #[must_use]
    pub fn revocations(mut self, revocations: impl Into<Revocations>) -> Verifier {
        self.pipeline.revocations = revocations.into();
        let guest_pipeline = self.pipeline.of_kind(GUEST_TYP);
        Verifier { pipeline: self.pipeline, guest_pipeline: Box::new(guest_pipeline) }
    }
}

/// What every verification of a session asks for.
pub(super) fn pipeline(
    keys: impl KeySource + 'static,
    issuer: &str,
    audience: &str,
    holder: Holder,
    revocations: Revocations,
) -> Pipeline {
    let typ = typ_of(holder);
    let policy = ClaimsPolicy {
        kind: Kind::Exactly(typ.into()),
        audience: AudienceRule::Named(audience.into()),
        expiry: Expiry::Required,
        leeway: limits::DEFAULT_LEEWAY,
        required: Vec::new(),
        footer: None,
    };
    Pipeline::new(Trusted::new(keys, Some(issuer), typ), policy, revocations)
}
