//! Keys of a ring, by name and for people.

use waxseal::keyring::{KeyStatus, Ring};
use waxseal::time::{Span, Timestamp};

use crate::exit::{Code, Failure};

/// The key that `name` names: its number, or its kid.
pub(super) fn find<'k>(keys: &'k [KeyStatus], name: &str) -> Result<&'k KeyStatus, Failure> {
    let number = name.parse::<u32>().ok();
    let by_number = keys.iter().find(|key| Some(key.seq) == number);
    by_number.or_else(|| keys.iter().find(|key| key.kid == name)).ok_or_else(|| {
        let has: Vec<String> = keys.iter().map(full_name).collect();
        let what = match number {
            Some(number) => format!("the ring has no key {number}"),
            None => format!("the ring has no key {name:?}"),
        };
        Failure::new(Code::BAD_DATA, what).next(format!("it has {}", has.join(", ")))
    })
}

/// The key of the number `seq`.
pub(super) fn of_number(keys: &[KeyStatus], seq: u32) -> Option<&KeyStatus> {
    keys.iter().find(|key| key.seq == seq)
}

/// `2 (k2-Xb3q)`.
pub(super) fn full_name(key: &KeyStatus) -> String {
    format!("{} ({})", key.seq, key.kid)
}

/// How well verifiers know the key at `now`.
pub(super) fn warmth(key: &KeyStatus, ring: &Ring, now: Timestamp) -> String {
    match (key.visible_since, key.warm_at) {
        (_, Some(warm)) if warm <= now => {
            format!("warm for {}, no verifier should miss it", Span(now.since(warm)))
        }
        (Some(_), Some(warm)) => {
            format!("NOT warm: verifiers that cache may refuse its tokens until {warm}")
        }
        _ => format!(
            "NOT published: verifiers that cache may refuse its tokens for C = {} from now",
            Span(ring.policy().verifier_cache)
        ),
    }
}
