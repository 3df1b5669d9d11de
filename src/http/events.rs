//! What is told to whoever listens with `tracing`, in the words of OWASP's logging vocabulary. A
//! session is named by its fingerprint; tokens, claims and values are never told.

use crate::jwt::MintError;
use crate::session::Fingerprint;

use super::SessionError;

/// What happened to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    Created,
    Renewed,
    Promoted,
    LoggedIn,
    LoggedOut,
    LoggedOutEverywhere,
    LoggedOutOthers,
}

impl Event {
    const fn name(self) -> &'static str {
        match self {
            Self::Created => "session_created",
            Self::Renewed => "session_renewed",
            Self::Promoted => "session_promoted",
            Self::LoggedIn => "authn_login_success",
            Self::LoggedOut => "session_logout",
            Self::LoggedOutEverywhere => "session_logout_everywhere",
            Self::LoggedOutOthers => "session_logout_others",
        }
    }
}

#[cfg(feature = "tracing")]
pub(super) fn tell(event: Event, session: Fingerprint) {
    tracing::info!(event = event.name(), %session, "session");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn tell(event: Event, session: Fingerprint) {
    let _ = (event.name(), session);
}

/// What should be looked at in a set-up.
#[cfg(feature = "tracing")]
pub(super) fn warnings(warnings: &[String]) {
    for warning in warnings {
        tracing::warn!(warning, "session set-up");
    }
}

#[cfg(not(feature = "tracing"))]
pub(super) fn warnings(_: &[String]) {}

/// Somebody sent several cookies of one name.
#[cfg(feature = "tracing")]
pub(super) fn doubled(count: usize) {
    tracing::warn!(event = "malicious_extraneous", count, "several cookies of one session name");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn doubled(_: usize) {}

/// The event of an error: whose fault it is decides how loud.
fn name_of(error: &SessionError) -> &'static str {
    match error.code() {
        "expired" | "idle_limit" | "absolute_limit" => "session_expired",
        "session_revoked" | "subject_revoked" | "token_revoked" | "scope_revoked"
        | "all_revoked" | "key_revoked" => "session_use_after_expire",
        "other_site" | "csrf_token_missing" | "csrf_token_wrong" => "malicious_csrf",
        "role_missing" | "permission_missing" => "authz_fail",
        "two_carriers" | "wrong_carrier" => "malicious_extraneous",
        "not_ours" | "used_before" => "malicious_replay",
        "not_recorded" => "session_logout_fail",
        "cookie_too_large" => "session_too_large",
        _ => "session_refused",
    }
}

/// The reason, where it cannot quote a token's claims, or a value: what serde says of one may, and so
/// do the names of parts where the state is a map.
fn reason_of(error: &SessionError) -> String {
    match error {
        SessionError::Refused(fault) => fault.stage().name().to_owned(),
        SessionError::TooLarge(large) => format!("{} bytes of {}", large.has, large.most),
        SessionError::NotMinted(fault) if !matches!(fault, MintError::State(_)) => {
            fault.to_string()
        }
        SessionError::NotRenewed(_)
        | SessionError::NotMinted(_)
        | SessionError::Moved { .. }
        | SessionError::Value { .. } => String::new(),
        other => other.to_string(),
    }
}

#[cfg(feature = "tracing")]
pub(super) fn refused(error: &SessionError) {
    let (event, code, reason) = (name_of(error), error.code(), reason_of(error));
    match super::answer::status(error).is_server_error() {
        true => tracing::error!(event, code, reason, "session"),
        false => tracing::info!(event, code, reason, "session"),
    }
}

#[cfg(not(feature = "tracing"))]
pub(super) fn refused(error: &SessionError) {
    let _ = (name_of(error), reason_of(error));
}
