//! `waxseal keys public`: which key is meant.

use waxseal::key::{Algorithm, Key};

use crate::exit::{Code, Failure};
use crate::keyfile;
use crate::output::Output;

use super::export::in_ring;

/// The key of `file`, or of a ring: the one that `kid` names, or the one that signs.
pub(super) fn chosen(
    file: Option<&str>,
    keys: Option<String>,
    kid: Option<&str>,
    alg: Option<Algorithm>,
    output: &Output,
) -> Result<Key, Failure> {
    if let Some(file) = file {
        let allowed: Vec<_> = alg.into_iter().collect();
        return keyfile::one_key(file, &allowed, output);
    }
    let ring = keyfile::ring(keys, output)?;
    match kid {
        Some(kid) => in_ring(&ring, kid),
        None => ring.ring().signing_key().cloned().ok_or_else(|| {
            Failure::new(Code::BAD_DATA, "no key of the ring signs").next("say which: --kid SEQ")
        }),
    }
}
