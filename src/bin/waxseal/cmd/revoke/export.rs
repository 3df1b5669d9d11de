//! `waxseal revoke export`: the list as a signed file.

use std::path::{Path, PathBuf};

use waxseal::Revocations;
use waxseal::key::{Key, KeySet};
use waxseal::limits;
use waxseal::revocation::SnapshotWriter;

use crate::cli::Export;
use crate::exit::{Code, Failure};
use crate::input;
use crate::keyfile::one_key;
use crate::output::Output;

use super::store;

pub(super) fn run(options: &Export, output: &mut Output) -> Result<Code, Failure> {
    let key = one_key(&options.key, &[], output)?;
    is_separate(&options.key, &key)?;
    note_readers(&options.key, output);
    let place = store::of(&options.store, output)?;
    let mut writer = SnapshotWriter::new(Revocations::follow(&place)?, &key)?;
    if let Some(issuer) = &options.iss {
        writer = writer.issuer(issuer);
    }
    let signed = match options.out == Path::new("-") {
        true => writer.sign()?,
        false => writer.write(&options.out)?,
    };
    if options.out == Path::new("-") {
        output.line(signed.text())?;
    }
    let snapshot = signed.snapshot();
    output.note(&format!(
        "note: serial {}, {} as of {}; it expires at {}",
        snapshot.serial(),
        match snapshot.records().len() {
            1 => "1 entry".into(),
            entries => format!("{entries} entries"),
        },
        snapshot.as_of(),
        snapshot.expires()
    ));
    Ok(Code::DONE)
}

/// Refuses a feed key that signs sessions too: a thief of the exporting host would mint them. The rings
/// that are looked at are the one beside the key's file, and the one in `WAXSEAL_KEYS`.
fn is_separate(place: &str, key: &Key) -> Result<(), Failure> {
    let file = Path::new(place.strip_prefix('@').unwrap_or(place));
    let beside = file.parent().map(Path::to_path_buf);
    let named = std::env::var_os("WAXSEAL_KEYS").filter(|ring| !ring.is_empty()).map(PathBuf::from);
    let is_in = |ring: &PathBuf| {
        let set = input::file(&ring.join("jwks.json"), limits::JWK_SET_BYTES).ok();
        let set = set.and_then(|bytes| KeySet::from_jwk_set(&bytes).ok());
        let members = set.as_ref().map(KeySet::members).unwrap_or_default();
        members.iter().any(|member| member.key.thumbprint() == key.thumbprint())
    };
    match beside.into_iter().chain(named).find(is_in) {
        None => Ok(()),
        Some(ring) => {
            let what = format!("the feed key is a key of the ring {}", ring.display());
            Err(Failure::new(Code::USAGE, what)
                .next("a key of its own: waxseal keys new --alg EdDSA --out feed.jwk"))
        }
    }
}

/// Says that others on this host can read the private key.
#[cfg(unix)]
fn note_readers(place: &str, output: &Output) {
    use std::os::unix::fs::PermissionsExt as _;
    let file = place.strip_prefix('@').unwrap_or(place);
    let mode = std::fs::metadata(file).map_or(0, |found| found.permissions().mode());
    if mode & 0o077 != 0 {
        output.note(&format!("note: others can read the private key in {file}: chmod 600 {file}"));
    }
}

#[cfg(not(unix))]
fn note_readers(_: &str, _: &Output) {}
