//! Who logged in, how, and what they may do: what a session is begun with.

use std::fmt;

use crate::claims::{Binding, Details};
use crate::crypto::sha256;
use crate::secret::SecretBytes;

/// A login that has just succeeded. A session is minted from it.
///
/// ```
/// use waxseal::session::Login;
/// # let password_hash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$..";
/// let login = Login::of("ada")
///     .by("pwd")
///     .by("otp")
///     .level("aal2")
///     .role("admin")
///     .permit("orders:write")
///     .bound_to(password_hash);
/// # let _ = login;
/// ```
#[derive(Clone)]
pub struct Login {
    pub(super) subject: Box<str>,
    pub(super) scope: Option<Box<str>>,
    pub(super) details: Details,
    keep: Keep,
}

/// For how long a login is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// As long as the browser is open, at most.
    ThisVisit,
    /// By the limits of the profile for it, over restarts of the browser.
    Remembered,
}

impl Login {
    /// `subject` has authenticated: the `sub` claim.
    #[must_use]
    pub fn of(subject: &str) -> Self {
        let details = Details::default();
        Self { subject: subject.into(), scope: None, details, keep: Keep::ThisVisit }
    }

    /// In a named scope, a tenant say, by which its sessions can be revoked too (`rsc`).
    #[must_use]
    pub fn in_scope(mut self, scope: &str) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// By this method, and others that were named (`amr`, RFC 8176): `pwd`, `otp`, `hwk`.
    #[must_use]
    pub fn by(mut self, method: &str) -> Self {
        push(&mut self.details.methods, method);
        self
    }

    /// At this level of assurance (`acr`): `aal2`, say.
    #[must_use]
    pub fn level(mut self, level: &str) -> Self {
        self.details.level = Some(level.into());
        self
    }

    /// With a role (`roles`, RFC 9068).
    #[must_use]
    pub fn role(mut self, role: &str) -> Self {
        push(&mut self.details.roles, role);
        self
    }

    /// With a permission, one or several words (`scope`, RFC 8693): `orders:write`.
    #[must_use]
    pub fn permit(mut self, scope: &str) -> Self {
        for word in scope.split(' ').filter(|word| !word.is_empty()) {
            push(&mut self.details.scopes, word);
        }
        self
    }

    /// Bound to something that changes when every session of the subject is to end: the stored hash of
    /// the password, say. [`Session::require_bound`](super::Session::require_bound) compares it.
    ///
    /// # Security
    /// A digest of it stands in the token (`bnd`), which holders of a signed token can read. Bind what
    /// nobody can guess: a salted hash, a random stamp.
    #[must_use]
    pub fn bound_to(mut self, what: impl AsRef<[u8]>) -> Self {
        self.details.binding = Some(binding(&self.subject, what.as_ref()));
        self
    }

    /// With rights of this version (`cv`). Raise the number that the application asks for, and sessions
    /// of an older one say that they need a refresh.
    #[must_use]
    pub fn version(mut self, version: u64) -> Self {
        self.details.version = version;
        self
    }

    /// To be remembered when the browser is closed. The application must have been set up for it, by
    /// the limits of a profile of their own.
    #[must_use]
    pub fn remembered(mut self) -> Self {
        self.keep = Keep::Remembered;
        self
    }

    /// Who it is.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// For how long it is meant.
    #[cfg(feature = "axum")]
    pub(crate) fn keep(&self) -> Keep {
        self.keep
    }
}

fn push(words: &mut Vec<Box<str>>, word: &str) {
    if !words.iter().any(|known| &**known == word) {
        words.push(word.into());
    }
}

/// The digest that binds a session of `subject` to `what`. No key: it must hold over every rotation.
pub(super) fn binding(subject: &str, what: &[u8]) -> Binding {
    let mut input = b"waxseal/v1/bind\0".to_vec();
    input.extend((subject.len() as u64).to_be_bytes());
    input.extend(subject.as_bytes());
    input.extend(what);
    let input = SecretBytes::new(input);
    let mut digest = [0; 16];
    digest.copy_from_slice(sha256(input.expose_secret()).split_at(16).0);
    digest
}

impl From<&str> for Login {
    fn from(subject: &str) -> Self {
        Self::of(subject)
    }
}

impl From<&String> for Login {
    fn from(subject: &String) -> Self {
        Self::of(subject)
    }
}

/// Shows how, never who.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("methods", &self.details.methods)
            .field("level", &self.details.level)
            .field("keep", &self.keep)
            .finish_non_exhaustive()
    }
}
