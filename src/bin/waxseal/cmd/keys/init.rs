//! `waxseal keys init`.

use waxseal::key::Algorithm;
use waxseal::keyring::{KeyState, KeyringError, NewRing};

use crate::cli::{Init, Purpose};
use crate::exit::{Code, Failure};
use crate::keyfile;
use crate::output::Output;

use super::operator::author;

pub(super) fn run(options: Init, output: &mut Output) -> Result<Code, Failure> {
    let dir = keyfile::ring_place(options.keys)?;
    let algorithm = options.alg.unwrap_or(match options.purpose {
        Some(Purpose::Sealed) => Algorithm::A256Gcm,
        Some(Purpose::Signed) | None => Algorithm::EdDsa,
    });
    let ring = NewRing::new(&options.issuer).algorithm(algorithm).by(&author());
    let mut ring = ring.policy(options.policy.into());
    if let Some(name) = &options.name {
        ring = ring.name(name);
    }
    for file in &options.publish {
        // What is said here counts from here; the ring may be used from elsewhere.
        let file = std::path::absolute(file).unwrap_or_else(|_| file.clone());
        ring = ring.publish_to(file);
    }
    if options.strict_permissions {
        ring = ring.strict_permissions();
    }
    let algorithm = match options.first_key {
        Some(file) => {
            let allowed: Vec<_> = options.alg.into_iter().collect();
            let key = keyfile::one_key(&file, &allowed, output)?;
            let algorithm = key.algorithm();
            ring = ring.first_key(key);
            algorithm
        }
        None => algorithm,
    };
    ring.check(&dir).map_err(|fault| match fault {
        // Here it is what was asked for, and no file's fault.
        KeyringError::Policy(_) => Failure::new(Code::USAGE, fault.to_string()),
        fault => fault.into(),
    })?;
    make(&dir, ring, algorithm, options.dry_run, output)
}

fn make(
    dir: &str,
    ring: NewRing,
    algorithm: Algorithm,
    dry_run: bool,
    output: &mut Output,
) -> Result<Code, Failure> {
    if dry_run {
        let keys = match algorithm.can_be_generated() {
            true => "two keys (0600)",
            false => "one key (0600)",
        };
        output.say(&format!("would make {dir}/ (0700) for {algorithm} with {keys}"))?;
        return Ok(Code::DONE);
    }
    let keys = ring.create(dir)?;
    output.say(&format!(
        "made ring {} in {dir}/ for {}",
        keys.name(),
        keys.issuer().unwrap_or_default()
    ))?;
    for (seq, state, key) in keys.keys() {
        let kid = key.id().map(ToString::to_string).unwrap_or_default();
        let does = match state {
            KeyState::Signing => "signs",
            _ => "staged: known to verifiers before it signs",
        };
        output.say(&format!("  {seq}  {kid}  {algorithm}  {does}"))?;
    }
    output
        .note(&format!("secret: {dir}/key-*.json; keep the folder off git and backups in a safe"));
    if algorithm.has_public_half() {
        output.note(&format!("public: {dir}/jwks.json; copy it to the services that verify"));
    } else {
        output.note("public: nothing; whoever verifies needs this ring, and can mint with it");
    }
    Ok(Code::DONE)
}
