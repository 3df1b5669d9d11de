//! `waxseal keys jwks`.

use std::path::{Path, PathBuf};

use waxseal::durable::{Readers, replace};
use waxseal::keyring::Ring;
use waxseal::time::{Clock, Timestamp};
use waxseal::{PublicKeys, limits};

use crate::exit::{Code, Failure};
use crate::output::Output;
use crate::{input, keyfile};

use super::material::no_public_half;

pub(super) fn run(
    keys: Option<String>,
    out: Option<&Path>,
    headers: bool,
    output: &mut Output,
) -> Result<Code, Failure> {
    let ring = keyfile::ring(keys, output)?.ring();
    let mut algorithms = ring.keys().map(|(_, _, key)| key.algorithm());
    if !algorithms.any(|algorithm| algorithm.has_public_half()) {
        return Err(no_public_half(ring.algorithm()));
    }
    let now = Clock::system().now();
    let set = ring.to_public_jwk_set(now);
    match out {
        None if headers => {
            let head = head(&ring);
            output.line(&format!("{head}\n{}", crate::output::escape_json(&set)))?;
        }
        None => output.line(&crate::output::escape_json(&set))?,
        Some(path) => {
            let path = replaceable(path)?;
            replace(&path, format!("{set}\n").as_bytes(), Readers::Everyone).map_err(|fault| {
                let what = format!("cannot write {}: {fault}", path.display());
                Failure::new(Code::CANNOT_WRITE, what)
            })?;
            let count = published(&ring, now);
            output.note(&format!("public: {} holds {count} keys", path.display()));
        }
    }
    Ok(Code::DONE)
}

/// How many keys the set holds.
fn published(ring: &Ring, now: Timestamp) -> usize {
    let verifies = |state: &str| matches!(state, "staged" | "signing" | "retired");
    let keys = ring.keys().filter(|(_, state, _)| verifies(state.name(now)));
    keys.filter(|(_, _, key)| key.public_half().is_some()).count()
}

/// The lines before the set in a response. A copy may be kept for less than half of C: a cache in
/// front of a cache stays within it, and has a second chance when a request fails.
fn head(ring: &Ring) -> String {
    let age = ring.policy().verifier_cache.as_secs() * 9 / 20;
    format!("Content-Type: application/jwk-set+json\nCache-Control: public, max-age={age}\n")
}

/// The file behind `path`, if there is none yet or it is a public JWK Set already: nothing else is
/// ever replaced.
fn replaceable(path: &Path) -> Result<PathBuf, Failure> {
    if path.symlink_metadata().is_err() {
        return Ok(path.into());
    }
    let refuse = || {
        let what =
            format!("{} exists and is no public JWK Set; nothing was written", path.display());
        Failure::new(Code::CANNOT_CREATE, what).next("choose another file")
    };
    let target = path.canonicalize().map_err(|_| refuse())?;
    if !target.is_file() {
        return Err(refuse());
    }
    let text = input::file(&target, limits::JWK_SET_BYTES)?;
    let is_empty_set = text.trim_ascii() == b"{\"keys\":[]}";
    let is_public = |text| PublicKeys::from_jwk_set(text).is_ok();
    match std::str::from_utf8(&text) {
        Ok(text) if is_empty_set || is_public(text) => Ok(target),
        _ => Err(refuse()),
    }
}
