//! Setting up sessions: every choice by name, and what contradicts itself refused before the first
//! request.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use crate::jwt::TestKeys;
use crate::key::{Key, Protection};
use crate::keyring::Keys;
use crate::revocation::{RevocationList, Revocations};
use crate::session::{Issuer, Lifetimes, Renewer, SetupError, Verifier};
use crate::time::Clock;

use super::SetupFault;
use super::cookies::{Choice, Companion, Cookies, SameSite};
use super::forgery::CsrfPolicy;
use super::return_to::ReturnTo;
use super::sessions::{Issuing, Sessions, Shared};
use super::site::{Site, Stage, any_origin, is_loopback};
use super::slot::State;
use super::state_keys::{self, Suspicion};

/// Choices for [`Sessions`]; what is not chosen is the default.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let dir = dir.path().join("keys");
/// # let policy = waxseal::keyring::RingPolicy::default();
/// # let new = waxseal::keyring::NewRing::new("https://shop.example");
/// # let keys = new.algorithm(waxseal::key::Algorithm::A256Gcm).create(&dir)?;
/// # let list = waxseal::RevocationList::in_memory();
/// use std::time::Duration;
/// use waxseal::http::Sessions;
/// use waxseal::session::Lifetimes;
/// let sessions = Sessions::<u32>::setup("https://shop.example")?
///     .lifetimes(Lifetimes::aal2())
///     .login_page("/login")
///     .readable_end()
///     .finish(keys, &list)?;
/// # let _ = sessions;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SessionsSetup<T> {
    site: Site,
    cookies: Choice,
    issuer: Option<String>,
    audience: Option<String>,
    lifetimes: Lifetimes,
    guests: Lifetimes,
    /// How long a remembered session may be left unused.
    remember: Option<Duration>,
    readers: Readers,
    csrf: CsrfPolicy,
    origins: Vec<String>,
    login_page: Option<String>,
    allowed_keys: Vec<String>,
    clock: Clock,
    /// How many tokens are remembered.
    cached: usize,
    test_keys: TestKeys,
    state: PhantomData<fn() -> T>,
}

/// Who reads the sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Readers {
    /// This service alone: they are sealed.
    ThisService,
    /// Others verify them by public keys: they are signed, and whoever holds one can read it.
    OthersToo,
}

impl<T: State> SessionsSetup<T> {
    pub(super) fn new(site: Site) -> Self {
        let readers = match site.stage() {
            Stage::Production => Readers::ThisService,
            Stage::Development { .. } => Readers::OthersToo,
        };
        let test_keys = match site.stage() {
            Stage::Production => TestKeys::Refused,
            Stage::Development { .. } => TestKeys::Taken,
        };
        Self {
            site,
            readers,
            test_keys,
            cookies: Choice::default(),
            issuer: None,
            audience: None,
            lifetimes: Lifetimes::default(),
            guests: Lifetimes::default().named("guest"),
            remember: None,
            csrf: CsrfPolicy::default(),
            origins: Vec::new(),
            login_page: None,
            allowed_keys: Vec::new(),
            clock: Clock::system(),
            cached: 0,
            state: PhantomData,
        }
    }

    /// The issuer that the ring mints for; the site's origin if nobody says.
    #[must_use]
    pub fn issuer(mut self, issuer: &str) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// For whom sessions are minted; the site's origin if nobody says.
    #[must_use]
    pub fn audience(mut self, audience: &str) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// The limits of a login.
    #[must_use]
    pub fn lifetimes(mut self, lifetimes: Lifetimes) -> Self {
        self.lifetimes = lifetimes;
        self
    }

    /// The limits of a guest's session.
    #[must_use]
    pub fn guests(mut self, lifetimes: Lifetimes) -> Self {
        self.guests = lifetimes.named("guest");
        self
    }

    /// Lets a login be remembered over restarts of the browser
    /// ([`Login::remembered`](crate::session::Login::remembered)), unused for up to `idle`.
    ///
    /// What it costs: a key of the ring and an entry of the revocation list are kept for that long after
    /// their last use, so both must have been made for it (`waxseal keys init --longest-life 30d --period 60d`,
    /// `waxseal revoke init --life 30d`); and a stolen device is logged in for that long, until somebody
    /// revokes.
    #[must_use]
    pub fn remember_me_and_keep_keys_for(mut self, idle: Duration) -> Self {
        self.remember = Some(idle);
        self
    }

    /// Another word for the cookies than `session`. The prefix is added: `__Host-`, `__Secure-` with
    /// a domain, `dev-` for development.
    #[must_use]
    pub fn cookie_name(mut self, name: &str) -> Self {
        self.cookies.name = Some(name.into());
        self
    }

    /// When browsers send the cookie along with a request that another site caused.
    ///
    /// # Security
    /// With [`SameSite::None`] every form hangs on the check of headers and tokens alone.
    #[must_use]
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.cookies.same_site = same_site;
        self
    }

    /// Sends the cookies to all hosts under `domain`.
    ///
    /// # Security
    /// They are `__Secure-` then, and not `__Host-`: every host under the domain gets them, and can
    /// set its own beside them. Of two good ones the newer session counts, so that a host that is not
    /// trusted can log a visitor in as somebody else.
    #[must_use]
    pub fn domain(mut self, domain: &str) -> Self {
        self.cookies.domain = Some(domain.into());
        self
    }

    /// Reads the cookies that the site `url` sets, under the names that they have there: for a service
    /// beside it, on another port of the same host or, with a domain, on another host. For
    /// [`SessionsSetup::finish_verifying`].
    ///
    /// In production both have the same names anyway; in development the name has the port in it.
    #[must_use]
    pub fn cookies_of(mut self, url: &str) -> Self {
        self.cookies.of = Some(url.into());
        self
    }

    /// Sets a second cookie beside the session's that scripts can read: idle limit, absolute limit and
    /// the server's time, in seconds and parted by dots. For a countdown; nothing trusts it.
    #[must_use]
    pub fn readable_end(mut self) -> Self {
        self.cookies.has_companion = Companion::Readable;
        self
    }

    /// Where a person without a session is sent; without one they get a page that says so.
    #[must_use]
    pub fn login_page(mut self, path: &str) -> Self {
        self.login_page = Some(path.into());
        self
    }

    /// What a request that may change something must prove.
    #[must_use]
    pub fn csrf(mut self, policy: CsrfPolicy) -> Self {
        self.csrf = policy;
        self
    }

    /// Lets pages of another origin send forms here: an identity provider's `form_post`.
    ///
    /// # Security
    /// They pass for our own pages on every route of the layer, and need no token.
    #[must_use]
    pub fn trust_origin(mut self, origin: &str) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Other services read these sessions, by the ring's public keys: the ring signs.
    ///
    /// # Security
    /// Whoever holds a signed cookie can read what is in it.
    #[must_use]
    pub fn readable_by_other_services(mut self) -> Self {
        self.readers = Readers::OthersToo;
        self
    }

    /// Lets the state have a field whose name sounds like a credential: `password_hint`. Names are looked
    /// for in `T::default()` as it serializes; what is not there yet is not seen.
    ///
    /// # Security
    /// Whoever copies a cookie has what is in it; of a signed one they can read it too.
    #[must_use]
    pub fn allow_state_key(mut self, name: &str) -> Self {
        self.allowed_keys.push(name.into());
        self
    }

    /// Takes the time from `clock`.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Remembers up to `tokens` tokens that were verified, so that the next request with one of them
    /// costs no signature: see [`CachedVerifier`](crate::CachedVerifier). None are, unless this is
    /// called.
    ///
    /// With a ring that signs (`EdDSA`, `ES256`), a session then costs a request less than a sealed one
    /// does, which is cheap as it is. Requests share the state that was read once: a `T` must hold nothing
    /// that can be changed behind a shared reference.
    #[must_use]
    pub fn cached(mut self, tokens: usize) -> Self {
        self.cached = tokens;
        self
    }

    /// The same application, with keys for tests.
    pub(super) fn for_tests(self) -> Self {
        Self { test_keys: TestKeys::Taken, readers: Readers::OthersToo, ..self }
    }

    /// For whom and by whom sessions are minted.
    pub(super) fn issuer_name(&self) -> String {
        self.issuer.clone().unwrap_or_else(|| self.site.origin().to_owned())
    }

    fn audience_name(&self) -> String {
        self.audience.clone().unwrap_or_else(|| self.site.origin().to_owned())
    }

    /// Mints tokens for no cookie.
    pub(super) fn bearer_issuer(&self, keys: &Keys) -> Result<Issuer, SetupFault> {
        let (issuer, audience) = (self.issuer_name(), self.audience_name());
        let lifetimes = self.lifetimes.clone();
        let issuer = Issuer::with_lifetimes(keys, &issuer, &audience, lifetimes)?;
        Ok(issuer.clock(self.clock.clone()))
    }

    /// What is not wrong, and should be looked at: names of state fields that sound personal.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let personal = state_keys::suspects::<T>(&self.allowed_keys);
        let personal = personal.into_iter().filter(|(_, what)| *what == Suspicion::Personal);
        let readers = self.readers;
        let mut warnings: Vec<String> = personal
            .map(|(name, _)| match readers {
                Readers::ThisService => format!("the state's {name:?} sounds personal: keep an id instead"),
                Readers::OthersToo => format!(
                    "the state's {name:?} sounds personal, and whoever holds a signed cookie reads it"
                ),
            })
            .collect();
        if self.cookies.same_site == SameSite::None {
            warnings
                .push("SameSite=None: browsers send the cookie with forged requests too".into());
        }
        warnings
    }

    /// Completes the sessions of a service that logs people in and out.
    ///
    /// # Errors
    /// [`SetupFault`].
    pub fn finish(self, keys: Keys, list: &RevocationList) -> Result<Sessions<T>, SetupFault> {
        self.check_readers(keys.protection())?;
        let is_for_tests = keys.ring().signing_key().is_some_and(Key::is_for_tests);
        if is_for_tests && self.test_keys == TestKeys::Refused {
            return Err(SetupFault::TestKeys);
        }
        let (issuer, audience) = (self.issuer_name(), self.audience_name());
        let cookies = Cookies::new(&self.site, &self.cookies)?;
        let revocations = Revocations::from(list);
        let renewing = |lifetimes: Lifetimes| -> Result<Renewer, SetupError> {
            let renewer = Issuer::with_lifetimes(&keys, &issuer, &audience, lifetimes)?
                .in_cookies(&cookies.user, &cookies.guest)
                .clock(self.clock.clone())
                .renewing(revocations.clone())?;
            Ok(match self.test_keys {
                TestKeys::Taken => renewer.accept_test_keys(),
                TestKeys::Refused => renewer,
            })
        };
        let issuing = Issuing {
            visit: renewing(self.lifetimes.clone())?,
            remember: self.remembered().map(renewing).transpose()?,
            guest: renewing(self.guests.clone())?,
            keys: keys.clone(),
            list: list.clone(),
            clock: self.clock.clone(),
        };
        let mut verifier = Verifier::new(keys, &issuer, &audience).clock(self.clock.clone());
        if self.test_keys == TestKeys::Taken {
            verifier = verifier.accept_test_keys();
        }
        self.shared(cookies, verifier.revocations(revocations), Some(issuing))
    }

    /// The limits of remembered logins: those of others, but for the times between two uses.
    fn remembered(&self) -> Option<Lifetimes> {
        let idle = self.remember?;
        let limits = self.lifetimes.clone().named("remember").idle(idle);
        Some(limits.absolute(crate::limits::ABSOLUTE.max(idle)))
    }

    /// Completes the sessions of a service that only verifies what another one minted: `verifier` has
    /// its public keys and follows its revocations. [`SessionMut`](super::SessionMut) changes nothing
    /// there, and CSRF tokens cannot be checked, only headers.
    ///
    /// # Errors
    /// [`SetupFault`].
    pub fn finish_verifying(self, verifier: Verifier) -> Result<Sessions<T>, SetupFault> {
        let cookies = Cookies::new(&self.site, &self.cookies)?;
        self.shared(cookies, verifier, None)
    }

    fn shared(
        self,
        cookies: Cookies,
        verifier: Verifier,
        issuing: Option<Issuing>,
    ) -> Result<Sessions<T>, SetupFault> {
        let suspects = state_keys::suspects::<T>(&self.allowed_keys);
        if let Some((name, _)) =
            suspects.into_iter().find(|(_, what)| *what == Suspicion::Credential)
        {
            return Err(SetupFault::Credential(name));
        }
        let is_fit = |page: &str| is_login_page(page, self.site.stage());
        if let Some(page) = self.login_page.as_deref().filter(|page| !is_fit(page)) {
            return Err(SetupFault::LoginPage(page.into()));
        }
        if ["guest", "remember"].contains(&self.lifetimes.name()) {
            return Err(SetupFault::ProfileName(self.lifetimes.name().into()));
        }
        super::events::warnings(&self.warnings());
        let origins = self.origins.iter().map(|origin| any_origin(origin));
        Ok(Sessions(Arc::new(Shared {
            origins: origins.collect::<Result<_, _>>()?,
            site: self.site,
            cookies,
            csrf: self.csrf,
            login_page: self.login_page.map(Into::into),
            verifier: verifier.cached(self.cached),
            issuing,
            clock: self.clock,
        })))
    }

    fn check_readers(&self, protection: Protection) -> Result<(), SetupFault> {
        match (self.readers, protection) {
            (Readers::ThisService, Protection::Signed) => Err(SetupFault::Readable),
            _ => Ok(()),
        }
    }
}

/// A path of this site, or the page of a login service elsewhere: a developer's on this machine.
fn is_login_page(page: &str, stage: Stage) -> bool {
    let is_plain = page.bytes().all(|byte| byte.is_ascii_graphic());
    let is_elsewhere = match (page.split_once("://"), stage) {
        (Some(("https", _)), _) => true,
        (Some(("http", rest)), Stage::Development { .. }) => {
            is_loopback(rest.split('/').next().unwrap_or_default())
        }
        _ => false,
    };
    ReturnTo::parse(page).is_some() || (is_elsewhere && is_plain)
}

impl<T> fmt::Debug for SessionsSetup<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionsSetup").field("site", &self.site).finish_non_exhaustive()
    }
}
