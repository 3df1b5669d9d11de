//! The published set beside the ring: every live key, no other, and nothing private.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::durable;
use crate::key::Key;
use crate::limits;
use crate::printable::shown;
use crate::time::Timestamp;

use super::super::KeyState;
use super::super::file::JWKS;
use super::super::public::secret_in;
use super::Finding;
use super::catalogue::WRONG_PUBLISHED_SET;
use super::folder::Folder;

pub(super) fn check(folder: &Folder, now: Timestamp, findings: &mut Vec<Finding>) {
    let faults = match durable::read_at_most(&folder.dir.join(JWKS), limits::JWK_SET_BYTES) {
        Ok(bytes) => faults(folder, &bytes, now),
        Err(_) if wanted(folder, now).is_empty() => Vec::new(),
        Err(fault) => vec![format!("{JWKS} cannot be read: {fault}")],
    };
    for fault in faults {
        findings.push(WRONG_PUBLISHED_SET.found(folder.place(JWKS), fault));
    }
}

#[derive(Deserialize)]
struct Set<'a> {
    #[serde(borrow)]
    keys: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Named {
    kid: Option<String>,
}

fn faults(folder: &Folder, bytes: &[u8], now: Timestamp) -> Vec<String> {
    if let Some(position) = secret_in(bytes) {
        // Whatever else differs is nothing beside this.
        return vec![format!("{JWKS} publishes a secret: keys[{position}] has a private member")];
    }
    let Ok(set) = serde_json::from_slice::<Set<'_>>(bytes) else {
        return vec![format!("{JWKS} is no JWK Set")];
    };
    let mut missing = wanted(folder, now);
    let mut faults = Vec::new();
    for (position, jwk) in set.keys.iter().enumerate() {
        let kid = serde_json::from_str::<Named>(jwk.get()).ok().and_then(|named| named.kid);
        let Some(kid) = kid else {
            faults.push(format!("{JWKS}: keys[{position}] has no kid"));
            continue;
        };
        let entry = folder.keys.iter().find(|entry| entry.facts.kid.as_deref() == Some(&kid));
        let thumbprint = |key: &Key| key.thumbprint();
        let published = Key::from_jwk(jwk.get().as_bytes()).ok().as_ref().and_then(thumbprint);
        let ours = entry.and_then(|entry| entry.key.as_ref()).and_then(thumbprint);
        match entry.map(|entry| entry.state) {
            None => faults.push(format!("{JWKS} publishes {}, no key of the ring", shown(&kid))),
            Some(KeyState::Revoked { .. }) => {
                faults.push(format!("{JWKS} publishes {}, which is revoked", shown(&kid)));
            }
            Some(_) if published != ours => {
                faults.push(format!("{JWKS} publishes another key as {}", shown(&kid)));
            }
            Some(_) => {}
        }
        missing.remove(&kid);
    }
    faults.extend(missing.keys().map(|kid| format!("{JWKS} lacks {}, a live key", shown(kid))));
    faults
}

/// The live keys with a public half, by kid. A key past its tokens may be in the set or not.
fn wanted(folder: &Folder, now: Timestamp) -> BTreeMap<String, String> {
    let live = folder.keys.iter().filter(|entry| entry.is_live(now));
    live.filter_map(|entry| Some((entry.facts.kid.clone()?, entry.key.as_ref()?.thumbprint()?)))
        .collect()
}
