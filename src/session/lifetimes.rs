//! How long a token, an unused session and a session live.

use std::time::Duration;

use crate::keyring::RingPolicy;
use crate::limits;
use crate::revocation::RevocationPolicy;

use super::SetupError;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// The two horizons of a session. `exp` bounds use at any verifier and is short; the idle and the
/// absolute limit bound renewal at the issuer.
///
/// ```
/// use std::time::Duration;
/// use waxseal::session::Lifetimes;
/// let office = Lifetimes::default().idle(Duration::from_secs(3600));
/// assert_eq!(Lifetimes::aal3().name(), "aal3");
/// # let _ = office;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    name: String,
    token: Duration,
    renew_after: Option<Duration>,
    idle: Duration,
    absolute: Duration,
}

impl Default for Lifetimes {
    /// Token 15 min, renewal after a third of that, idle 30 min, absolute 8 h.
    fn default() -> Self {
        Self {
            name: "default".into(),
            token: 15 * MINUTE,
            renew_after: None,
            idle: 30 * MINUTE,
            absolute: 8 * HOUR,
        }
    }
}

impl Lifetimes {
    /// NIST SP 800-63B-4, authentication assurance level 1: absolute 30 d, no idle limit asked
    /// for; a day here.
    #[must_use]
    pub fn aal1() -> Self {
        Self::default().named("aal1").idle(24 * HOUR).absolute(limits::ABSOLUTE)
    }

    /// Level 2: idle 1 h, absolute 24 h.
    #[must_use]
    pub fn aal2() -> Self {
        Self::default().named("aal2").idle(HOUR).absolute(24 * HOUR)
    }

    /// Level 3: idle 15 min, absolute 12 h.
    #[must_use]
    pub fn aal3() -> Self {
        Self::default().named("aal3").token(5 * MINUTE).idle(15 * MINUTE).absolute(12 * HOUR)
    }

    /// Names these limits; the name travels in the token as `pro`.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// How long one token is accepted by verifiers.
    #[must_use]
    pub fn token(mut self, token: Duration) -> Self {
        self.token = token;
        self
    }

    /// How old a token is before it is renewed; a third of its life by default.
    #[must_use]
    pub fn renew_after(mut self, renew_after: Duration) -> Self {
        self.renew_after = Some(renew_after);
        self
    }

    /// How long a session may be left unused.
    #[must_use]
    pub fn idle(mut self, idle: Duration) -> Self {
        self.idle = idle;
        self
    }

    /// How long a session may live, used or not.
    #[must_use]
    pub fn absolute(mut self, absolute: Duration) -> Self {
        self.absolute = absolute;
        self
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn token_life(&self) -> Duration {
        self.token
    }

    pub(super) fn renewal_age(&self) -> Duration {
        self.renew_after.unwrap_or(Duration::from_secs((self.token.as_secs() / 3).max(1)))
    }

    pub(super) fn idle_life(&self) -> Duration {
        self.idle
    }

    pub(super) fn absolute_life(&self) -> Duration {
        self.absolute
    }

    /// Renewals of one token within one window give the same bytes. A fifteenth of a token's life:
    /// a minute by default.
    pub(super) fn window(&self) -> Duration {
        Duration::from_secs((self.token.as_secs() / 15).max(1))
    }

    /// Refuses a list that would forget a logout before the session is over.
    pub(super) fn check_list(&self, list: &RevocationPolicy) -> Result<(), SetupError> {
        if self.idle <= list.life() {
            return Ok(());
        }
        Err(SetupError::TooLong {
            shorter: "the idle limit",
            has: self.idle,
            longer: "the revocation list's L",
            most: list.life(),
            why: "a logout would be forgotten before the session is over; raise L",
        })
    }

    /// Refuses limits that cannot work, for a ring that keeps its keys by `ring`.
    pub(super) fn check(&self, ring: &RingPolicy, leeway: Duration) -> Result<(), SetupError> {
        for (name, time) in [
            ("the token's life", self.token),
            ("the idle limit", self.idle),
            ("the absolute limit", self.absolute),
            ("the age of renewal", self.renewal_age()),
        ] {
            if time.is_zero() || time.subsec_nanos() != 0 {
                return Err(SetupError::NotSeconds(name));
            }
        }
        if self.name.is_empty() {
            return Err(SetupError::Empty("profile's name"));
        }
        let token = ("the token's life", self.token);
        let idle = ("the idle limit", self.idle);
        let absolute = ("the absolute limit", self.absolute);
        let longest = ("the ring's L", ring.longest_life);
        let renewal = ("the age of renewal", self.renewal_age());
        let bounds = [
            (renewal, token, "the token would expire before its renewal is due"),
            (token, idle, "the session would lapse while its token is valid"),
            (idle, absolute, "the idle limit would never be reached"),
            (("the leeway", leeway), token, "it would double the token's life"),
            (idle, longest, "the ring would drop the key that a renewal needs; raise L"),
            (absolute, ("the longest session", limits::ABSOLUTE), "no profile goes further"),
        ];
        for ((shorter, has), (longer, most), why) in bounds {
            if has > most {
                return Err(SetupError::TooLong { shorter, has, longer, most, why });
            }
        }
        Ok(())
    }
}
