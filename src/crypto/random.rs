//! Random bytes, from the operating system.

use std::sync::LazyLock;
use std::time::Duration;

use ring::rand::{SecureRandom as _, SystemRandom};

use crate::time::Timestamp;

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

/// Random bytes that were drawn some at once: a call of the system costs as much as an HMAC. For ids
/// only, which name something and open nothing; keys and nonces are drawn when they are needed.
pub(crate) struct Drawn {
    bytes: [u8; Self::AT_ONCE],
    used: usize,
    at: Timestamp,
}

impl Drawn {
    const AT_ONCE: usize = 1024;
    /// How old they may be, by the clock of who asks. A copy of the process, by a snapshot of its machine
    /// or a fork, hands out the same ids for so long at most.
    const MOST: Duration = Duration::from_secs(1);

    pub(crate) const fn none() -> Self {
        Self { bytes: [0; Self::AT_ONCE], used: Self::AT_ONCE, at: Timestamp::EPOCH }
    }

    /// The next `N` bytes, at `now`.
    pub(crate) fn take<const N: usize>(&mut self, now: Timestamp) -> Result<[u8; N], RandomError> {
        let is_fresh = now >= self.at && now.since(self.at) < Self::MOST;
        if !is_fresh || self.used > Self::AT_ONCE.saturating_sub(N) {
            // Should the drawing fail, nothing of it is used.
            self.used = Self::AT_ONCE;
            self.bytes = random()?;
            (self.used, self.at) = (0, now);
        }
        let bytes = self.bytes.get(self.used..).and_then(|rest| rest.first_chunk());
        let bytes = *bytes.ok_or(RandomError)?;
        self.used = self.used.saturating_add(N);
        Ok(bytes)
    }
}

/// A number from `least` to `most`, both included; `least` if `most` is smaller. For spreading load,
/// not for keys: the tail of the range is less likely by less than one in 2^32.
pub(crate) fn random_between(least: u64, most: u64) -> Result<u64, RandomError> {
    let span = most.saturating_sub(least).min(u64::from(u32::MAX));
    Ok(least.saturating_add(u64::from_le_bytes(random()?) % span.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_drawn_at_once_is_handed_out_once_and_not_kept_for_long() {
        let (mut drawn, now) = (Drawn::none(), Timestamp::from_secs(1_800_000_000));
        let mut all = Vec::new();
        for step in 0..200_u32 {
            all.push(drawn.take::<32>(now.after(Duration::from_millis(10) * step)).expect("drawn"));
        }
        // The clock went back, as that of a copy may have done.
        all.push(drawn.take::<32>(Timestamp::from_secs(1_700_000_000)).expect("drawn"));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 201);
        let before = drawn.used;
        let later = Timestamp::from_secs(1_700_000_000).after(Drawn::MOST);
        drawn.take::<32>(later).expect("drawn");
        assert_eq!((before, drawn.used), (32, 32), "what was left was thrown away");
    }
}
