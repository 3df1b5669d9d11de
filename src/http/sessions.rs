//! The sessions of one web application, and what its requests share.

use std::fmt;
use std::sync::Arc;

use crate::claims::SessionId;
use crate::jwt::MintError;
use crate::keyring::Keys;
use crate::limits;
use crate::revocation::{Acknowledged, Revocation, RevocationList};
use crate::session::{CachedVerifier, CsrfToken, Minted, Renewer, Session, is_csrf_token_of};
use crate::time::Clock;

use super::answer::Audience;
use super::cookies::{Cookies, Which};
use super::forgery::CsrfPolicy;
use super::setup::SessionsSetup;
use super::site::{Site, Stage};
use super::slot::{Fresh, Replaced, State};
use super::{Assembly, SessionError, SessionsLayer, SetupFault, durable, size};

/// The sessions of one web application: a layer for its routes, and a hand on the sessions of others.
/// `T` is what a session remembers.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let dir = dir.path().join("keys");
/// use serde::{Deserialize, Serialize};
/// use waxseal::http::Sessions;
/// use waxseal::{Keys, RevocationList};
/// # let new = waxseal::keyring::NewRing::new("https://shop.example");
/// # new.algorithm(waxseal::key::Algorithm::A256Gcm).create(&dir)?;
///
/// #[derive(Clone, Default, Serialize, Deserialize)]
/// struct Cart { items: Vec<u32> }
///
/// let keys = Keys::open(&dir)?; // waxseal keys init --purpose sealed --issuer https://shop.example
/// let list = RevocationList::in_memory(); // RevocationList::open("revoked.db")?
/// let sessions = Sessions::<Cart>::new(keys, "https://shop.example", &list)?;
/// let layer = sessions.layer(); // Router::new().route(..).layer(layer)
/// # let _ = layer;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Sessions<T>(pub(super) Arc<Shared<T>>);

impl<T> Clone for Sessions<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// What all requests of a layer share.
pub(super) struct Shared<T> {
    pub(super) site: Site,
    /// Other origins whose pages may send forms here.
    pub(super) origins: Vec<Box<str>>,
    pub(super) cookies: Cookies,
    pub(super) csrf: CsrfPolicy,
    pub(super) login_page: Option<Box<str>>,
    pub(super) verifier: CachedVerifier<T>,
    /// `None` in a service that only verifies.
    pub(super) issuing: Option<Issuing>,
    pub(super) clock: Clock,
}

/// What it takes to begin, renew and end sessions.
pub(super) struct Issuing {
    pub(super) keys: Keys,
    pub(super) list: RevocationList,
    pub(super) visit: Renewer,
    pub(super) remember: Option<Renewer>,
    pub(super) guest: Renewer,
    pub(super) clock: Clock,
}

impl<T: State> Sessions<T> {
    /// Sessions of the site `url`, `https://shop.example`, with the defaults: the ring is sealed, it
    /// mints for that URL as issuer and audience, cookies are `__Host-session` and
    /// `__Host-session-guest`, and `list` records who logs out.
    ///
    /// # Errors
    /// [`SetupFault`] for a set-up that cannot work or is not safe.
    pub fn new(keys: Keys, url: &str, list: &RevocationList) -> Result<Self, SetupFault> {
        Self::setup(url)?.finish(keys, list)
    }

    /// Begins a set-up with choices of its own.
    ///
    /// # Errors
    /// [`SetupFault`] for a URL that is no `https` origin.
    pub fn setup(url: &str) -> Result<SessionsSetup<T>, SetupFault> {
        Ok(SessionsSetup::new(Site::production(url)?))
    }

    /// Begins a set-up for a developer: plain `http` on a loopback host, `http://localhost:3000`,
    /// under cookies of another name, with a signed or a sealed ring
    /// ([`Keys::for_development`]). Errors are shown in full, and requests for another host are
    /// refused. It says so on standard error.
    ///
    /// # Errors
    /// [`SetupFault`] for a URL that is not this machine's.
    ///
    /// # Security
    /// Cookies without `Secure` go over plain http. For development.
    pub fn dev(url: &str) -> Result<SessionsSetup<T>, SetupFault> {
        let site = Site::development(url)?;
        eprintln!("waxseal: sessions for development on {}; not for production", site.origin());
        Ok(SessionsSetup::new(site))
    }

    /// A layer for routes whose handlers take `Session<T>` or [`SessionMut<T>`](super::SessionMut).
    #[must_use]
    pub fn layer(&self) -> SessionsLayer<T> {
        SessionsLayer(self.clone())
    }

    /// Ends sessions of others: an administrator's act. It returns once that is durable.
    ///
    /// # Errors
    /// [`SessionError::NotRecorded`]; [`Assembly::VerifyOnly`] where there is no list to write.
    pub async fn revoke(&self, what: Revocation) -> Result<Acknowledged, SessionError> {
        durable::record(self.0.issuing()?, vec![what]).await
    }

    /// A token for the forms of `session`.
    ///
    /// # Errors
    /// [`SessionError`] without random bytes or a key that signs.
    pub fn csrf_token(&self, session: &Session<T>) -> Result<CsrfToken, SessionError> {
        self.0.issuing()?.csrf_token(session.id())
    }

    /// The name of the cookie that carries a user's session.
    #[must_use]
    pub fn cookie_name(&self) -> &str {
        &self.0.cookies.user
    }
}

impl<T: State> Shared<T> {
    pub(super) fn issuing(&self) -> Result<&Issuing, Assembly> {
        self.issuing.as_ref().ok_or(Assembly::VerifyOnly)
    }

    pub(super) fn audience(&self) -> Audience {
        match self.site.stage() {
            Stage::Production => Audience::Public,
            Stage::Development { .. } => Audience::Developer,
        }
    }

    /// The minted token as a cookie.
    pub(super) fn fresh(&self, minted: &Minted<T>) -> Box<Fresh> {
        let (session, now) = (&minted.session, self.clock.now());
        let ends = (session.idle_limit().into(), session.absolute_limit().into());
        let remembered = self.issuing.as_ref().and_then(|issuing| issuing.remember.as_ref());
        let is_kept = remembered.is_some_and(|renewer| renewer.profile() == session.profile());
        let until = is_kept.then_some((now, ends.0));
        let token = minted.token.clone();
        Box::new(Fresh {
            token,
            session: session.bare(),
            until,
            replaced: Replaced::Nothing,
            ends,
            now,
        })
    }

    /// Refuses a token that browsers would drop in silence.
    pub(super) fn weigh(&self, which: Which, minted: &Minted<T>) -> Result<(), SessionError> {
        let has = self.cookies.bytes(which, minted.token.as_str());
        if has <= limits::COOKIE_BYTES {
            return Ok(());
        }
        let costs = size::costs(&minted.session, has);
        Err(SessionError::TooLarge(Box::new(super::TooLarge {
            has,
            most: limits::COOKIE_BYTES,
            costs,
        })))
    }
}

impl Issuing {
    /// Who renews sessions of that kind and profile. An unknown profile is refused there.
    pub(super) fn renewer_of(&self, which: Which, profile: &str) -> &Renewer {
        match (which, &self.remember) {
            (Which::Guest, _) => &self.guest,
            (Which::User, Some(remember)) if remember.profile() == profile => remember,
            (Which::User, _) => &self.visit,
        }
    }

    pub(super) fn csrf_token(&self, session: SessionId) -> Result<CsrfToken, SessionError> {
        let token = CsrfToken::mint(&self.keys, session).map_err(MintError::from)?;
        Ok(token.ok_or(MintError::NoSigner)?)
    }

    pub(super) fn is_csrf_token(&self, session: SessionId, text: &str) -> bool {
        is_csrf_token_of(&self.keys, session, text, self.clock.now())
    }
}

impl<T> fmt::Debug for Sessions<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions")
            .field("site", &self.0.site)
            .field("cookies", &self.0.cookies)
            .finish_non_exhaustive()
    }
}
