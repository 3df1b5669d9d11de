//! `waxseal revoke export`: the list as a signed file.

use std::path::Path;

use waxseal::Revocations;
use waxseal::revocation::SnapshotWriter;

use crate::cli::Export;
use crate::exit::{Code, Failure};
use crate::keyfile::one_key;
use crate::output::Output;

use super::place;

pub(super) fn run(options: &Export, output: &mut Output) -> Result<Code, Failure> {
    let key = one_key(&options.key, &[], output)?;
    let store = place::of(&options.store, output)?;
    let mut writer = SnapshotWriter::new(Revocations::follow(&store)?, &key)?;
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
        "note: serial {}, {} entries as of {}; it expires at {}",
        snapshot.serial(),
        snapshot.records().len(),
        snapshot.as_of(),
        snapshot.expires()
    ));
    Ok(Code::DONE)
}
