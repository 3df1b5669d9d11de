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
