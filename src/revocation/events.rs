//! What is told to whoever listens with `tracing`.

use super::StoreError;

#[cfg(feature = "tracing")]
pub(super) fn fault(fault: &StoreError) {
    tracing::warn!(code = fault.code(), %fault, "the revocation list was not read");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn fault(_: &StoreError) {}

#[cfg(feature = "tracing")]
pub(super) fn reload(why: &str) {
    tracing::warn!(why, "the revocation list is read again from its beginning");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn reload(_: &str) {}

#[cfg(feature = "tracing")]
pub(super) fn stale_accept(age: std::time::Duration) {
    tracing::warn!(age_seconds = age.as_secs(), "a token was accepted by a list that is too old");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn stale_accept(_: std::time::Duration) {}
