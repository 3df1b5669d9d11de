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

#[cfg(all(feature = "redis", feature = "tracing"))]
pub(super) fn not_published(fault: &StoreError, waiting: usize) {
    tracing::warn!(code = fault.code(), %fault, waiting, "revocations wait here to be published");
}

#[cfg(all(feature = "redis", not(feature = "tracing")))]
pub(super) fn not_published(_: &StoreError, _: usize) {}

#[cfg(all(feature = "redis", feature = "tracing"))]
pub(super) fn published_again(entries: usize, why: &str) {
    tracing::warn!(entries, why, "every revocation that still matters was published again");
}

#[cfg(all(feature = "redis", not(feature = "tracing")))]
pub(super) fn published_again(_: usize, _: &str) {}
