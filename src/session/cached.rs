//! Verification that remembers: a token that was verified once is let through by a look at a table,
//! and by everything that can have changed since.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::claims::{GuestClaims, Holder, SessionClaims};
use crate::jwt::{Again, Pipeline, Verified, VerifyError};
use crate::revocation::{Demand, Freshness, Revocations};

use super::token_cache::TokenCache;
use super::{Guest, Proven, Session, Verifier};

/// A [`Verifier`] that remembers the tokens that it let through, and checks their signatures once.
///
/// A client sends one token with request after request until it is renewed, so the second time costs
/// a look at a table: about a hundredth of an Ed25519 session with a thousand live tokens, a
/// thirtieth with very many; of an HMAC session a tenth, and a third. It answers
/// as the verifier does, at every moment: a hit still asks for `exp` and `nbf`, whether the key is
/// trusted, how old keys and list are, and whether the session was revoked. Cloning shares the table.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let dir = dir.path().join("keys");
/// # let keys = waxseal::keyring::NewRing::new("https://id.example").create(&dir)?;
/// # let token = waxseal::Issuer::new(&keys, "https://id.example", "shop")?.mint("ada", &7_u32)?;
/// use waxseal::revocation::Revocation;
/// use waxseal::{RevocationList, Verifier};
/// let list = RevocationList::in_memory();
/// let verifier = Verifier::new(keys, "https://id.example", "shop").revocations(&list);
/// let verifier = verifier.cached::<u32>(10_000);
/// verifier.verify(token.as_str())?; // the signature is checked
/// let session = verifier.verify(token.as_str())?; // it is known
/// list.revoke(&Revocation::session(session.id()))?;
/// assert_eq!(verifier.verify(token.as_str()).unwrap_err().code(), "session_revoked");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// One state is shared by all answers for a token: a `T` that can be changed behind a shared reference
/// would carry that from one request to the next.
///
/// # Security
/// Whole tokens are compared, and a token is kept only after it was verified: a forged one takes no
/// place, and a refusal is never kept. Whoever can have many tokens minted, as guests can, can push
/// others out; that costs a signature and never an answer. Tokens and states stand in the memory of the
/// process until others take their place; a token is wiped then, a state is not. Keys are not held.
pub struct CachedVerifier<T> {
    verifier: Verifier,
    cache: Arc<TokenCache<Proven<T>>>,
}

impl Verifier {
    /// A verifier that remembers up to `tokens` tokens, each with its session: about 2 KB for a token of
    /// 800 bytes, at most what [`VerifierSetup::token_bytes`](super::VerifierSetup::token_bytes) lets in
    /// and the state made of it. When there are more, some that nobody asked for of late make room. With
    /// room for none it verifies every token whole.
    #[must_use]
    pub fn cached<T>(self, tokens: usize) -> CachedVerifier<T> {
        CachedVerifier { verifier: self, cache: Arc::new(TokenCache::new(tokens)) }
    }
}

impl<T: DeserializeOwned> CachedVerifier<T> {
    /// The session of `token`, as [`Verifier::verify`]. It shares its state with every other answer for
    /// this token.
    ///
    /// # Errors
    /// As [`Verifier::verify`].
    pub fn verify(&self, token: &str) -> Result<Session<T>, VerifyError> {
        self.user(token, Demand::Use(None))
    }

    /// Verifies as [`Verifier::verify_within`], by a list as fresh as `freshness` asks.
    ///
    /// # Errors
    /// As [`Verifier::verify_within`].
    pub fn verify_within(
        &self,
        token: &str,
        freshness: Freshness,
    ) -> Result<Session<T>, VerifyError> {
        self.user(token, Demand::Use(Some(freshness)))
    }

    /// The session of a guest's `token`, as [`Verifier::verify_guest`].
    ///
    /// # Errors
    /// As [`Verifier::verify_guest`].
    pub fn verify_guest(&self, token: &str) -> Result<Guest<T>, VerifyError> {
        let pipeline = self.verifier.pipeline_of(Holder::Guest);
        if let Some(session) = self.known(token, Holder::Guest, Demand::Use(None))? {
            return Ok(Guest(session));
        }
        let verified = pipeline.run::<GuestClaims<T>>(token, &mut ())?;
        Ok(Guest(self.keep(token, verified.map(|claims| claims.0), pipeline)))
    }

    fn user(&self, token: &str, demand: Demand) -> Result<Session<T>, VerifyError> {
        if let Some(session) = self.known(token, Holder::User, demand)? {
            return Ok(session);
        }
        let pipeline = self.verifier.pipeline_of(Holder::User);
        let verified = pipeline.run_with::<SessionClaims<T>>(token, demand, &mut ())?;
        Ok(self.keep(token, verified, pipeline))
    }

    /// The session of a token that was let through before, if everything but its signature lets it
    /// through now.
    fn known(
        &self,
        token: &str,
        holder: Holder,
        demand: Demand,
    ) -> Result<Option<Session<T>>, VerifyError> {
        let Some(proven) = self.cache.get(token) else {
            return Ok(None);
        };
        let Proven { claims, key, anchor: Some(anchor), .. } = &*proven else {
            return Ok(None);
        };
        if claims.holder() != holder {
            return Ok(None);
        }
        let pipeline = self.verifier.pipeline_of(holder);
        let again = pipeline.run_again(claims, key.as_ref(), anchor, demand)?;
        Ok(again.map(|Again { list_age, at }| Session { proven, list_age, verified_at: at }))
    }

    fn keep(
        &self,
        token: &str,
        verified: Verified<SessionClaims<T>>,
        pipeline: &Pipeline,
    ) -> Session<T> {
        let (anchor, now) = (verified.anchor(), verified.at);
        let session = self.verifier.session(verified, Some(anchor));
        // Nothing of the caller's runs in here: a shard of the table is locked.
        self.cache.insert(token, Arc::clone(&session.proven), |kept| {
            kept.anchor.as_ref().is_none_or(|anchor| pipeline.is_over(anchor, now))
        });
        session
    }
}

impl<T> CachedVerifier<T> {
    /// How many tokens are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cache.len()
    }

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets every token: the next time each is verified whole.
    pub fn clear(&self) {
        self.cache.clear();
    }

    /// What this verifier knows about revocation: for its health.
    #[must_use]
    pub fn revocations(&self) -> &Revocations {
        self.verifier.revocations()
    }
}

impl<T> Clone for CachedVerifier<T> {
    fn clone(&self) -> Self {
        Self { verifier: self.verifier.clone(), cache: Arc::clone(&self.cache) }
    }
}

/// Shows how many tokens are known, and none of them.
impl<T> fmt::Debug for CachedVerifier<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CachedVerifier({} tokens)", self.len())
    }
}
