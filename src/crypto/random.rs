//! Random bytes, from the operating system.

use std::sync::LazyLock;

use ring::rand::{SecureRandom as _, SystemRandom};

#[expect(clippy::disallowed_methods, reason = "the one place that draws randomness")]
static SYSTEM: LazyLock<SystemRandom> = LazyLock::new(SystemRandom::new);

/// The operating system gave no random bytes. Nothing was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct RandomError;

/// The system's random bytes, for primitives that draw their own.
pub(super) fn system() -> &'static SystemRandom {
    &SYSTEM
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    SYSTEM.fill(&mut bytes).map_err(|_| RandomError)?;
    Ok(bytes)
}

/// A number from `least` to `most`, both included; `least` if `most` is smaller. For spreading load,
/// not for keys: the tail of the range is less likely by less than one in 2^32.
pub(crate) fn random_between(least: u64, most: u64) -> Result<u64, RandomError> {
    let span = most.saturating_sub(least).min(u64::from(u32::MAX));
    Ok(least.saturating_add(u64::from_le_bytes(random()?) % span.saturating_add(1)))
}
