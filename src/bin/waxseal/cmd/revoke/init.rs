//! `waxseal revoke init`: a list is made on purpose, once.

use std::path::Path;

use waxseal::revocation::{RevocationPolicy, RevokeError, SqliteStore, StoreError};
use waxseal::time::Span;

use crate::cli::NewList;
use crate::exit::{Code, Failure};
use crate::output::Output;

use super::{store, words};

pub(super) fn run(options: NewList, output: &mut Output) -> Result<Code, Failure> {
    let file = store::file(&options.store, "init")?;
    let policy: RevocationPolicy = options.policy.into();
    policy.check()?;
    let numbers = words::numbers(&policy);
    if options.dry_run {
        if Path::new(&file).exists() {
            let what = format!("{file} exists already; a list is never replaced");
            return Err(Failure::new(Code::CANNOT_CREATE, what));
        }
        output.say(&format!("would make {file} (0600): {numbers}"))?;
        return Ok(Code::DONE);
    }
    SqliteStore::create(&file, policy).map_err(|fault| match fault {
        RevokeError::Store(fault @ StoreError::Unreachable { .. }) => {
            Failure::new(Code::CANNOT_CREATE, fault.to_string())
        }
        fault => fault.into(),
    })?;
    output.say(&format!("made {file}: {numbers}"))?;
    output.say(&format!("  {}", words::worst_case(&policy)))?;
    output.say(&format!("  an entry is kept for {}", Span(policy.retention())))?;
    output.note(&format!("next: waxseal revoke add --sub NAME --store {file}"));
    Ok(Code::DONE)
}
