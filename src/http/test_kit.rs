//! Sessions for tests: minted without a login, by keys that no production verifier takes.

use std::fmt;
use std::path::Path;

use serde_json::json;

use crate::jwt::MintError;
use crate::key::{Algorithm, Key, KeyId};
use crate::keyring::{KeyringError, Keys, NewRing};
use crate::limits;
use crate::revocation::{ListSetup, RevocationList, RevocationPolicy};
use crate::session::{Issuer, Keep, Login};
use crate::token::Token;

use super::cookies::Which;
use super::sessions::Sessions;
use super::site::{Site, Stage};
use super::slot::State;
use super::{SessionsSetup, SetupFault};

/// Mints sessions for the tests of an application, which runs with [`TestKit::sessions`].
///
/// The keys are named so that every verifier refuses them which was not told to take test keys:
/// a test's cookie is nobody's in production, and a set-up for production does not start with such a
/// ring.
///
/// ```
/// use waxseal::http::{Sessions, TestKit};
/// let dir = tempfile::tempdir()?;
/// let setup = Sessions::<u32>::setup("https://shop.example")?;
/// let kit = TestKit::open(setup, dir.path().join("test-keys"))?;
/// let sessions = kit.sessions(); // .layer() goes around the application under test
/// let ada = kit.log_in("ada", &7)?;
/// assert!(ada.cookie_header().starts_with("__Host-session="));
/// assert!(ada.playwright_state().contains("\"sameSite\":\"Lax\""));
/// # let _ = sessions;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TestKit<T> {
    sessions: Sessions<T>,
    list: RevocationList,
    /// Mints tokens that are bound to no cookie.
    bearer: Issuer,
}

/// A session that was minted for a test.
#[derive(Clone)]
pub struct TestSession {
    token: Token,
    name: String,
    site: Site,
}

/// Why there is no kit.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TestKitError {
    /// The folder holds a ring that is not for tests.
    #[error("the ring in {0} is not for tests: give the kit a folder of its own")]
    NotForTests(String),
    /// The ring cannot be made or read.
    #[error(transparent)]
    Keys(#[from] KeyringError),
    /// The set-up is not sound.
    #[error(transparent)]
    Setup(#[from] SetupFault),
    /// No random bytes for a key.
    #[error("no key: {0}")]
    Key(String),
}

impl<T: State> TestKit<T> {
    /// Makes a ring for tests in the folder `dir`, or opens the one that is there, and completes
    /// `setup`, which the application shares with its production. Several processes may share the
    /// folder: a server under test, and the script that drives its browser.
    ///
    /// # Errors
    /// [`TestKitError`]; a folder with a ring that is not for tests is refused.
    pub fn open(setup: SessionsSetup<T>, dir: impl AsRef<Path>) -> Result<Self, TestKitError> {
        let dir = dir.as_ref();
        let keys = match Keys::open(dir) {
            Err(KeyringError::NoRing { .. }) => {
                let name = KeyId::new(&format!("{}key", limits::TEST_KEY_PREFIX));
                let fault = |fault: &dyn fmt::Display| TestKitError::Key(fault.to_string());
                let name = name.map_err(|why| fault(&why))?;
                let key = Key::generate(Algorithm::EdDsa).map_err(|why| fault(&why))?;
                let issuer = setup.issuer_name();
                let ring = NewRing::new(&issuer).name("tests").first_key(key.with_id(name));
                let policy = crate::keyring::RingPolicy {
                    longest_life: limits::ABSOLUTE,
                    period: limits::ABSOLUTE * 3,
                    ..crate::keyring::RingPolicy::default()
                };
                ring.policy(policy).create(dir)?
            }
            opened => opened?,
        };
        if !keys.ring().signing_key().is_some_and(Key::is_for_tests) {
            return Err(TestKitError::NotForTests(dir.display().to_string()));
        }
        let policy = RevocationPolicy::default().longest_life(limits::ABSOLUTE);
        let list = ListSetup::default().policy(policy).in_memory();
        let setup = setup.for_tests();
        let bearer = setup.bearer_issuer(&keys)?;
        Ok(Self { sessions: setup.finish(keys, &list)?, list, bearer })
    }

    /// The sessions of the application under test.
    #[must_use]
    pub fn sessions(&self) -> Sessions<T> {
        self.sessions.clone()
    }

    /// Their revocation list, in memory.
    #[must_use]
    pub fn list(&self) -> &RevocationList {
        &self.list
    }

    /// Somebody's session, as after a login.
    ///
    /// # Errors
    /// [`MintError`]; [`MintError::NotForMinting`] for a remembered login that was not set up.
    pub fn log_in(&self, login: impl Into<Login>, state: &T) -> Result<TestSession, MintError> {
        let issuing = self.sessions.0.issuing().map_err(|_| MintError::NotForMinting)?;
        let login = login.into();
        let renewer = match login.keep() {
            Keep::ThisVisit => &issuing.visit,
            Keep::Remembered => issuing.remember.as_ref().ok_or(MintError::NotForMinting)?,
        };
        let token = renewer.mint_login(&login, state)?;
        Ok(self.session(token, Which::User))
    }

    /// A guest's session.
    ///
    /// # Errors
    /// [`MintError`].
    pub fn guest(&self, state: &T) -> Result<TestSession, MintError> {
        let issuing = self.sessions.0.issuing().map_err(|_| MintError::NotForMinting)?;
        let token = issuing.guest.mint_guest(state)?;
        Ok(self.session(token, Which::Guest))
    }

    /// A token for `Authorization: Bearer`, bound to no cookie.
    ///
    /// # Errors
    /// [`MintError`].
    pub fn bearer(&self, login: impl Into<Login>, state: &T) -> Result<Token, MintError> {
        self.bearer.mint_login(&login.into(), state)
    }

    fn session(&self, token: Token, which: Which) -> TestSession {
        let shared = &self.sessions.0;
        let (name, site) = (shared.cookies.name(which).to_owned(), shared.site.clone());
        TestSession { token, name, site }
    }
}

impl TestSession {
    /// The cookie's name and its value.
    #[must_use]
    pub fn cookie(&self) -> (&str, &str) {
        (&self.name, &self.token)
    }

    /// The value of a `Cookie` header.
    #[must_use]
    pub fn cookie_header(&self) -> String {
        format!("{}={}", self.name, self.token)
    }

    /// A cookie jar as curl reads it (`curl --cookie FILE`), in Netscape's format.
    #[must_use]
    pub fn curl_jar(&self) -> String {
        let secure = if self.is_secure() { "TRUE" } else { "FALSE" };
        let (host, name, token) = (self.site.host(), &self.name, &self.token);
        format!(
            "# Netscape HTTP Cookie File\n#HttpOnly_{host}\tFALSE\t/\t{secure}\t0\t{name}\t{token}\n"
        )
    }

    /// A storage state as Playwright reads it (`browser.newContext({ storageState })`), in JSON.
    #[must_use]
    pub fn playwright_state(&self) -> String {
        let cookie = json!({
            "name": self.name,
            "value": self.token.as_str(),
            "domain": self.site.host(),
            "path": "/",
            "expires": -1,
            "httpOnly": true,
            "secure": self.is_secure(),
            "sameSite": "Lax",
        });
        json!({ "cookies": [cookie], "origins": [] }).to_string()
    }

    fn is_secure(&self) -> bool {
        self.site.stage() == Stage::Production
    }
}

impl<T> fmt::Debug for TestKit<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestKit").field("sessions", &self.sessions).finish_non_exhaustive()
    }
}

impl fmt::Debug for TestSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestSession").field("cookie", &self.name).finish_non_exhaustive()
    }
}
