//! The verifier of any claims type.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::claims::{Claims, ReadClaims, Revocable};
use crate::key::KeySource;
use crate::limits;
use crate::policy::{AudienceRule, ClaimsPolicy, Expiry, Kind};
use crate::revocation::Revocations;
use crate::secret::SecretBytes;
use crate::time::{Clock, Span};

use super::pipeline::Verified;
use super::report::Trace;
use super::{Pipeline, Report, Stage, TestKeys, Trusted, VerifyError};

/// Verifies tokens whose claims are a `C`, with every check on by default.
///
/// Closed by default: `exp` must be there; a token for an audience is refused until
/// [`VerifierSetup::audience`] says who you are; a `typ` other than `JWT` is refused until it is
/// asked for; a configured claim is a required claim.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use waxseal::key::{Algorithm, Key, KeySet};
/// use waxseal::{Revocations, jwt};
///
/// #[derive(Serialize, Deserialize)]
/// struct Claims { sub: String, exp: i64, aud: String }
///
/// let key = Key::generate(Algorithm::Hs256)?;
/// let token = jwt::Issuer::new(key.clone())?
///     .mint(&Claims { sub: "ada".into(), exp: 4_102_444_800, aud: "shop".into() })?;
///
/// let verifier = jwt::Verifier::<Claims>::setup(KeySet::only(key))
///     .audience("shop")
///     .revocations(Revocations::none_because("an example"));
/// let claims = verifier.verify(token.as_str())?;
/// assert_eq!(claims.custom().sub, "ada");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Verifier<C> {
    pipeline: Pipeline,
    claims: PhantomData<fn() -> C>,
}

impl<C> Verifier<C> {
    /// Begins a verifier that trusts `keys`. It is complete once it was told about revocation.
    pub fn setup(keys: impl KeySource + 'static) -> VerifierSetup<C> {
        VerifierSetup {
            trusted: Trusted::new(keys, None, "JWT"),
            policy: ClaimsPolicy {
                kind: Kind::Generic,
                audience: AudienceRule::Absent,
                expiry: Expiry::Required,
                leeway: limits::DEFAULT_LEEWAY,
                required: Vec::new(),
                footer: None,
            },
            clock: Clock::system(),
            token_bytes: limits::TOKEN_BYTES,
            assertion: SecretBytes::default(),
            scope_claim: None,
            claims: PhantomData,
        }
    }
}

impl<C: DeserializeOwned> Verifier<C> {
    /// The claims of `token`, if it is authentic, acceptable and not revoked.
    ///
    /// # Errors
    /// [`VerifyError`] names the stage and both sides of the mismatch: for the operator. Tell the
    /// client [`VerifyError::for_client`].
    ///
    /// # Security
    /// Nothing of the payload is parsed before its signature is right.
    pub fn verify(&self, token: &str) -> Result<Claims<C>, VerifyError> {
        self.pipeline.run(token, &mut ()).map(|verified| verified.claims)
    }

    /// Verifies as [`Verifier::verify`] and tells what every stage found.
    ///
    /// # Errors
    /// The second value is exactly what [`Verifier::verify`] says.
    pub fn explain(&self, token: &str) -> (Report, Result<Claims<C>, VerifyError>) {
        let (report, result) = explain(&self.pipeline, token);
        (report, result.map(|verified| verified.claims))
    }
}

/// Runs `pipeline` and reports every stage.
pub(crate) fn explain<C: ReadClaims + Revocable>(
    pipeline: &Pipeline,
    token: &str,
) -> (Report, Result<Verified<C>, VerifyError>) {
    let mut trace = Trace::default();
    let result = pipeline.run(token, &mut trace);
    let report = trace.report(result.as_ref().err(), |stage| asks(pipeline, stage));
    (report, result)
}

/// What `pipeline` asks at `stage`, in words; `None` where it asks nothing.
fn asks(pipeline: &Pipeline, stage: Stage) -> Option<String> {
    let policy = &pipeline.policy;
    match stage {
        Stage::Form | Stage::Key | Stage::Signature => Some(String::new()),
        Stage::Type => match &policy.kind {
            Kind::Exactly(kind) => Some(format!("{kind:?}")),
            Kind::Generic => Some("a plain JWT".into()),
            Kind::Any => None,
        },
        Stage::Issuer => {
            let issuer = pipeline.trusted.iter().find_map(|trusted| trusted.issuer.as_deref());
            issuer.map(|issuer| format!("{issuer:?}"))
        }
        Stage::Audience => match &policy.audience {
            AudienceRule::Named(audience) => Some(format!("names {audience:?}")),
            AudienceRule::Absent => Some("names none".into()),
            AudienceRule::Any => None,
        },
        Stage::Time => Some(format!("within its times, leeway {}", Span(policy.leeway))),
        Stage::Claims if policy.required.is_empty() => Some("of the right types".into()),
        Stage::Claims => Some(format!("has {}", policy.required.join(", "))),
        Stage::Revocation if pipeline.revocations.are_none() => None,
        Stage::Revocation => Some("not in the list".into()),
    }
}

impl<C> Clone for Verifier<C> {
    fn clone(&self) -> Self {
        Self { pipeline: self.pipeline.clone(), claims: PhantomData }
    }
}

impl<C> fmt::Debug for Verifier<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("jwt::Verifier").field(&self.pipeline).finish()
    }
}

/// A [`Verifier`] that was not told about revocation yet.
pub struct VerifierSetup<C> {
    trusted: Trusted,
    policy: ClaimsPolicy,
    clock: Clock,
    token_bytes: usize,
    assertion: SecretBytes,
    scope_claim: Option<Box<str>>,
    claims: PhantomData<fn() -> C>,
}

impl<C> VerifierSetup<C> {
    /// Takes the claim `name`, a text that must be there, for the token's named scope: a tenant that
    /// can be revoked whole ([`Revocation::scope`](crate::revocation::Revocation::scope)).
    #[must_use]
    pub fn scope_claim(mut self, name: &str) -> Self {
        self.scope_claim = Some(name.into());
        self
    }

    /// Requires `iss` to be exactly `issuer`.
    #[must_use]
    pub fn issuer(mut self, issuer: &str) -> Self {
        self.trusted.issuer = Some(issuer.into());
        self
    }

    /// Requires `aud` to name `audience`.
    #[must_use]
    pub fn audience(mut self, audience: &str) -> Self {
        self.policy.audience = AudienceRule::Named(audience.into());
        self
    }

    /// Accepts a token for any audience.
    ///
    /// # Security
    /// A token that another service was given can then be played to this one.
    #[must_use]
    pub fn any_audience(mut self) -> Self {
        self.policy.audience = AudienceRule::Any;
        self
    }

    /// Requires the header's `typ` to be `typ`, as in `at+jwt`. A PASETO says it in its claim `typ`.
    #[must_use]
    pub fn typ(mut self, typ: &str) -> Self {
        self.policy.kind = Kind::Exactly(typ.into());
        self
    }

    /// Accepts a token of any `typ`.
    ///
    /// # Security
    /// A token made for another purpose under the same key then passes.
    #[must_use]
    pub fn any_typ(mut self) -> Self {
        self.policy.kind = Kind::Any;
        self
    }

    /// Requires the claim `name` to be there.
    #[must_use]
    pub fn require(mut self, name: &str) -> Self {
        self.policy.required.push(name.into());
        self
    }

    /// Accepts a token without `exp`; one that is there is still checked.
    ///
    /// # Security
    /// A token without `exp` ends only with its key.
    #[must_use]
    pub fn allow_missing_expiry(mut self) -> Self {
        self.policy.expiry = Expiry::IfPresent;
        self
    }

    /// Forgives a clock difference of `leeway`, at most [`limits::LEEWAY`]; 30 s by default.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.policy.leeway = leeway.min(limits::LEEWAY);
        self
    }

    /// Takes the time from `clock`.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Reads tokens of at most `bytes` bytes, [`limits::PROGRAM_TOKEN_BYTES`] at the most.
    #[must_use]
    pub fn token_bytes(mut self, bytes: usize) -> Self {
        self.token_bytes = bytes.min(limits::PROGRAM_TOKEN_BYTES);
        self
    }

    /// Requires a PASETO whose footer is exactly `footer`. Without this, footers are authenticated
    /// and not compared.
    #[must_use]
    pub fn footer(mut self, footer: &[u8]) -> Self {
        self.policy.footer = Some(footer.into());
        self
    }

    /// Requires a PASETO that was minted with this implicit assertion: what both sides know and
    /// the token does not hold. Empty, the default, is none.
    #[must_use]
    pub fn implicit_assertion(mut self, assertion: &[u8]) -> Self {
        self.assertion = SecretBytes::new(assertion.to_vec());
        self
    }

    /// Completes the verifier with what it knows about revocation.
    #[must_use]
    pub fn revocations(self, revocations: impl Into<Revocations>) -> Verifier<C> {
        let pipeline = Pipeline {
            clock: self.clock,
            token_bytes: self.token_bytes,
            test_keys: TestKeys::Refused,
            assertion: self.assertion,
            scope_claim: self.scope_claim,
            ..Pipeline::new(self.trusted, self.policy, revocations.into())
        };
        Verifier { pipeline, claims: PhantomData }
    }
}

impl<C> fmt::Debug for VerifierSetup<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("jwt::VerifierSetup")
            .field("trusted", &self.trusted)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
