//! What a list is, kept with the engine in a key of its own. A stream without it is no list.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::base64url;
use crate::revocation::{RevocationPolicy, StoreError};

use super::address::Address;

/// The form of the key and of the entries.
const VERSION: i64 = 1;

/// How much longer than a list's retention the stream keeps an entry: clocks differ, and ends are
/// rounded up.
const SPARE: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meta {
    /// Chosen anew whenever the engine has none.
    pub(super) incarnation: [u8; 16],
    pub(super) policy: RevocationPolicy,
}

#[derive(Serialize, Deserialize)]
struct Form {
    version: i64,
    incarnation: String,
    policy: RevocationPolicy,
    /// In milliseconds, for whoever looks: it follows from the policy.
    retention: u64,
}

#[derive(Deserialize)]
struct Version {
    version: i64,
}

impl Meta {
    pub(super) fn to_json(self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&Form {
            version: VERSION,
            incarnation: base64url::encode(&self.incarnation),
            policy: self.policy,
            retention: millis(self.retention()),
        })
    }

    pub(super) fn from_json(json: &[u8], address: &Address) -> Result<Self, StoreError> {
        let damaged = || address.corrupt("its description is damaged");
        let Version { version } = serde_json::from_slice(json).map_err(|_| damaged())?;
        if version != VERSION {
            let place = address.place().to_owned();
            return Err(StoreError::Version { place, found: version, reads: VERSION });
        }
        let Form { incarnation, policy, .. } =
            serde_json::from_slice(json).map_err(|_| damaged())?;
        policy.check().map_err(|_| damaged())?;
        let incarnation = base64url::decode_array(&incarnation).map_err(|_| damaged())?;
        Ok(Self { incarnation, policy })
    }

    /// How long the stream keeps an entry.
    pub(super) fn retention(&self) -> Duration {
        retention(&self.policy)
    }
}

/// How long the stream of a list with `policy` keeps an entry.
pub(super) fn retention(policy: &RevocationPolicy) -> Duration {
    Duration::from_secs(policy.retention().as_secs().saturating_add(1)).saturating_add(SPARE)
}

pub(super) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_read_as_it_was_written_and_nothing_else_is() {
        let address = Address::parse("redis://localhost").expect("an address");
        let meta = Meta { incarnation: [7; 16], policy: RevocationPolicy::default() };
        let json = meta.to_json().expect("JSON");
        assert_eq!(Meta::from_json(&json, &address), Ok(meta));
        let text = String::from_utf8(json).expect("a text");
        for (damage, code) in [
            (text.replace(":1,", ":2,"), "list_version"),
            (text.replace("Bw", "!!"), "list_corrupt"),
            ("[]".into(), "list_corrupt"),
        ] {
            let fault = Meta::from_json(damage.as_bytes(), &address).expect_err("damage");
            assert_eq!(fault.code(), code, "{damage}");
        }
    }

    #[test]
    fn the_stream_keeps_an_entry_longer_than_the_list_does() {
        let policy = RevocationPolicy::default();
        assert!(retention(&policy) > policy.retention());
    }
}
