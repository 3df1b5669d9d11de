//! Payloads that are no Claims Set: their key and signature are checked, and nothing else.

use std::time::Duration;

use crate::key::{KeySet, KeySource};
use crate::limits;
use crate::policy::{AudienceRule, ClaimsPolicy, Expiry, Kind};
use crate::revocation::Revocations;
use crate::secret::SecretBytes;

use super::report::{Trace, Watch as _};
use super::{Pipeline, Report, Stage, Trusted, VerifyError};

/// The authenticated payload of a token that is no Claims Set: its key and signature are checked,
/// and nothing else.
///
/// # Errors
/// [`VerifyError`] of the first three stages.
///
/// # Security
/// There is no expiry, no audience and no revocation in a payload that is not read.
///
/// ```
/// use waxseal::jwt::verify_raw;
/// use waxseal::key::{Key, KeySet};
/// // RFC 8037, Appendix A.4
/// let jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
/// let jws = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PP\
///            Ot7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
/// let keys = KeySet::only(Key::from_jwk(jwk.as_bytes())?);
/// assert_eq!(verify_raw(&keys, jws)?, b"Example of Ed25519 signing");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verify_raw(keys: &KeySet, token: &str) -> Result<Vec<u8>, VerifyError> {
    RawVerifier::new(keys.clone()).verify(token)
}

/// Verifies as [`verify_raw`], with the footer and the implicit assertion of a PASETO.
///
/// # Security
/// There is no expiry, no audience and no revocation in a payload that is not read.
///
/// ```
/// # #[cfg(feature = "paseto")] {
/// use waxseal::jwt::{Issuer, RawVerifier};
/// use waxseal::key::{Algorithm, Key, KeySet};
///
/// let key = Key::generate(Algorithm::V4Public)?;
/// let token = Issuer::new(key.clone())?
///     .footer(b"release")?
///     .implicit_assertion(b"build 7")?
///     .mint(&serde_json::json!({ "exp": "2099-12-31T00:00:00Z" }))?;
///
/// let verifier = RawVerifier::new(KeySet::only(key)).implicit_assertion(b"build 7");
/// assert_eq!(verifier.verify(&token)?, br#"{"exp":"2099-12-31T00:00:00Z"}"#);
/// let verifier = verifier.footer(b"nightly");
/// assert_eq!(verifier.verify(&token).unwrap_err().code(), "wrong_footer");
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RawVerifier {
    pipeline: Pipeline,
}

impl RawVerifier {
    /// A verifier of whatever the keys signed or sealed.
    pub fn new(keys: impl KeySource + 'static) -> Self {
        // Only the footer is asked: the rest is about claims, which are not read.
        let policy = ClaimsPolicy {
            kind: Kind::Any,
            audience: AudienceRule::Any,
            expiry: Expiry::IfPresent,
            leeway: Duration::ZERO,
            required: Vec::new(),
            footer: None,
        };
        let none = Revocations::none_because("nothing is read");
        Self { pipeline: Pipeline::new(Trusted::new(keys, None, "JWT"), policy, none) }
    }

    /// Requires a PASETO whose footer is exactly `footer`. Without this, footers are authenticated
    /// and not compared.
    #[must_use]
    pub fn footer(mut self, footer: &[u8]) -> Self {
        self.pipeline.policy.footer = Some(footer.into());
        self
    }

    /// Requires a PASETO that was minted with this implicit assertion; empty is none.
    #[must_use]
    pub fn implicit_assertion(mut self, assertion: &[u8]) -> Self {
        self.pipeline.assertion = SecretBytes::new(assertion.to_vec());
        self
    }

    /// Reads tokens of at most `bytes` bytes, [`limits::PROGRAM_TOKEN_BYTES`] at the most.
    #[must_use]
    pub fn token_bytes(mut self, bytes: usize) -> Self {
        self.pipeline.token_bytes = bytes.min(limits::PROGRAM_TOKEN_BYTES);
        self
    }

    /// The authenticated payload of `token`.
    ///
    /// # Errors
    /// [`VerifyError`] of the first three stages, and for another footer.
    pub fn verify(&self, token: &str) -> Result<Vec<u8>, VerifyError> {
        self.explain(token).1
    }

    /// Verifies as [`RawVerifier::verify`] and tells what every stage found.
    ///
    /// # Errors
    /// The second value is exactly what [`RawVerifier::verify`] says.
    pub fn explain(&self, token: &str) -> (Report, Result<Vec<u8>, VerifyError>) {
        let mut trace = Trace::default();
        let result = self.authenticate(token, &mut trace);
        let unread = |stage: &&Stage| result.is_ok() && **stage > Stage::Signature;
        for stage in Stage::ALL.iter().filter(unread) {
            trace.passed(*stage, String::new);
        }
        let asks = |stage| (stage <= Stage::Signature).then(String::new);
        (trace.report(result.as_ref().err(), asks), result)
    }

    fn authenticate(&self, token: &str, trace: &mut Trace) -> Result<Vec<u8>, VerifyError> {
        let pipeline = &self.pipeline;
        let (authenticated, _) = pipeline.authenticate(token, pipeline.clock.now(), trace)?;
        pipeline.policy.footer(&authenticated)?;
        Ok(authenticated.into_payload())
    }
}
