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
use super::super::files;
use super::super::public::secret_in;
use super::Finding;
use super::catalogue::WRONG_PUBLISHED_SET;
use super::folder::{Entry, Folder};

pub(super) fn check(folder: &Folder, now: Timestamp, findings: &mut Vec<Finding>) {
    for path in files::published_places(&folder.dir, &folder.ring.publish) {
        let faults = match durable::read_regular_at_most(&path, limits::JWK_SET_BYTES) {
            Ok(bytes) => faults(folder, &bytes, now),
            Err(_) if wanted(folder, now).is_empty() => Vec::new(),
            Err(fault) => vec![format!("{JWKS} cannot be read: {fault}")],
        };
        let place = path.display().to_string();
        findings.extend(faults.into_iter().map(|fault| WRONG_PUBLISHED_SET.found(&place, fault)));
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
        let published = Key::from_jwk(jwk.get().as_bytes()).ok();
        match entry.map(|entry| entry.state) {
            None => faults.push(format!("{JWKS} publishes {}, no key of the ring", shown(&kid))),
            Some(KeyState::Revoked { .. }) => {
                faults.push(format!("{JWKS} publishes {}, which is revoked", shown(&kid)));
            }
            Some(_) => faults.extend(difference(&kid, published.as_ref(), entry)),
        }
        missing.remove(&kid);
    }
    faults.extend(missing.keys().map(|kid| format!("{JWKS} lacks {}, a live key", shown(kid))));
    faults
}

/// How the published key differs from the ring's. A thumbprint is of the material alone (RFC 7638
/// section 3.2); a verifier goes by the algorithm too.
fn difference(kid: &str, published: Option<&Key>, entry: Option<&Entry>) -> Option<String> {
    let ours = entry.and_then(|entry| entry.key.as_ref());
    if published.and_then(Key::thumbprint) != ours.and_then(Key::thumbprint) {
        return Some(format!("{JWKS} publishes another key as {}", shown(kid)));
    }
    let (said, own) = (published?.algorithm(), ours?.algorithm());
    let kid = shown(kid);
    (said != own).then(|| format!("{JWKS} publishes {kid} for {said}; the key file says {own}"))
}

/// The live keys with a public half, by kid. A key past its tokens may be in the set or not.
fn wanted(folder: &Folder, now: Timestamp) -> BTreeMap<String, String> {
    let live = folder.keys.iter().filter(|entry| entry.is_live(now));
    live.filter_map(|entry| Some((entry.facts.kid.clone()?, entry.key.as_ref()?.thumbprint()?)))
        .collect()
}
