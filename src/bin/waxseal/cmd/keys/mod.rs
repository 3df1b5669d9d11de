//! `waxseal keys`: rings. What concerns single keys is in `material`.

mod material;

use std::path::{Path, PathBuf};

use waxseal::durable::{Readers, replace};
use waxseal::key::{Algorithm, Key};
use waxseal::keyring::{KeyState, NewRing, RingPolicy};
use waxseal::{Keys, PublicKeys, limits};

use crate::cli::{self, Purpose};
use crate::exit::{Code, Failure};
use crate::output::Output;
use crate::{input, keyfile};

use material::{Destination, no_public_half};

pub(crate) fn run(verb: cli::Keys, output: &mut Output) -> Result<Code, Failure> {
    match verb {
        cli::Keys::Init { keys, issuer, alg, purpose, first_key, name, longest_life, dry_run } => {
            let algorithm = alg.unwrap_or(match purpose {
                Some(Purpose::Sealed) => Algorithm::A256Gcm,
                Some(Purpose::Signed) | None => Algorithm::EdDsa,
            });
            let dir = keyfile::ring_place(keys)?;
            let policy = RingPolicy { longest_life, ..RingPolicy::default() };
            let ring = NewRing::new(&issuer).algorithm(algorithm).policy(policy).by(&author());
            let ring = match &name {
                Some(name) => ring.name(name),
                None => ring,
            };
            let (ring, algorithm) = match first_key {
                Some(file) => {
                    let allowed: Vec<_> = alg.into_iter().collect();
                    let key = keyfile::one_key(&file, &allowed, output)?;
                    let algorithm = key.algorithm();
                    (ring.first_key(key), algorithm)
                }
                None => (ring, algorithm),
            };
            init(&dir, ring, algorithm, dry_run, output)
        }
        cli::Keys::New { alg, kid, form, out, dry_run } => {
            let to = Destination { form, out: &out, dry_run };
            material::new(alg, kid.as_deref(), &to, output)
        }
        cli::Keys::Public { file, keys, kid, alg, form } => {
            let key = chosen(file.as_deref(), keys, kid.as_deref(), alg, output)?;
            material::public(&key, form, output)
        }
        cli::Keys::Convert { file, alg, form, out, dry_run } => {
            let allowed: Vec<_> = alg.into_iter().collect();
            let key = keyfile::one_key(&file, &allowed, output)?;
            material::convert(&key, &Destination { form, out: &out, dry_run }, output)
        }
        cli::Keys::Id { file, alg, json } => {
            let allowed: Vec<_> = alg.into_iter().collect();
            material::id(&keyfile::one_key(&file, &allowed, output)?, json, output)
        }
        cli::Keys::Jwks { keys, out } => jwks(keys, out.as_deref(), output),
        cli::Keys::Import { file, keys, alg, dry_run } => import(&file, keys, alg, dry_run, output),
        cli::Keys::Export { kid, keys, ring, form, out, dry_run } => {
            let ring = named(keys, &ring, output)?;
            let key = in_ring(&ring, &kid)?;
            material::write_secret(&key, &Destination { form, out: &out, dry_run }, output)
        }
    }
}

/// Who acts, for the history: the account, without its machine.
fn author() -> String {
    std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).unwrap_or_else(|_| "waxseal".into())
}

fn init(
    dir: &str,
    ring: NewRing,
    algorithm: Algorithm,
    dry_run: bool,
    output: &mut Output,
) -> Result<Code, Failure> {
    if dry_run {
        ring.check(dir)?;
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

fn jwks(keys: Option<String>, out: Option<&Path>, output: &mut Output) -> Result<Code, Failure> {
    let ring = keyfile::ring(keys, output)?;
    if !ring.algorithm().has_public_half() {
        return Err(no_public_half(ring.algorithm()));
    }
    let set = ring.to_public_jwk_set();
    match out {
        None => output.line(&crate::output::escape_json(&set))?,
        Some(path) => {
            let path = replaceable(path)?;
            replace(&path, format!("{set}\n").as_bytes(), Readers::Everyone).map_err(|fault| {
                let what = format!("cannot write {}: {fault}", path.display());
                Failure::new(Code::CANNOT_WRITE, what)
            })?;
            let is_published = |state: &KeyState, key: &Key| {
                key.public_half().is_some() && !matches!(state, KeyState::Revoked { .. })
            };
            let count = ring.keys().filter(|(_, state, key)| is_published(state, key)).count();
            output.note(&format!("public: {} holds {count} keys", path.display()));
        }
    }
    Ok(Code::DONE)
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

fn import(
    file: &str,
    keys: Option<String>,
    alg: Option<Algorithm>,
    dry_run: bool,
    output: &mut Output,
) -> Result<Code, Failure> {
    let dir = keyfile::ring_place(keys)?;
    let allowed: Vec<_> = alg.into_iter().collect();
    let key = keyfile::one_key(file, &allowed, output)?;
    if dry_run {
        let ring = keyfile::ring(Some(dir), output)?;
        ring.ring().check_import(&key)?;
        let line = format!("would stage an {} key in ring {}", key.algorithm(), ring.name());
        output.say(&line)?;
        return Ok(Code::DONE);
    }
    let key = Keys::import(&dir, key, &author())?;
    let kid = key.id().map(ToString::to_string).unwrap_or_default();
    let does = if key.can_verify() {
        "it verifies, and does not sign yet"
    } else {
        "it does not sign yet"
    };
    output.say(&format!("staged {kid} ({}): {does}", key.algorithm()))?;
    Ok(Code::DONE)
}

/// The key of `file`, or of a ring: the one that `kid` names, or the one that signs.
fn chosen(
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
        None => ring.ring().signing_key().cloned().ok_or_else(|| no_such_key(&ring, "")),
    }
}

/// The ring, if it is the one named: a secret leaves only when it is said whose it is.
fn named(keys: Option<String>, name: &str, output: &Output) -> Result<Keys, Failure> {
    let ring = keyfile::ring(keys, output)?;
    if ring.name() == name {
        return Ok(ring);
    }
    let what = format!("this ring is {:?}, not {name:?}; no secret left it", ring.name());
    Err(Failure::new(Code::GUARD, what))
}

fn in_ring(ring: &Keys, kid: &str) -> Result<Key, Failure> {
    let found = ring.keys().find(|(_, _, key)| key.id().is_some_and(|id| id.as_str() == kid));
    found.map(|(_, _, key)| key).ok_or_else(|| no_such_key(ring, kid))
}

fn no_such_key(ring: &Keys, kid: &str) -> Failure {
    let kids: Vec<String> =
        ring.keys().filter_map(|(_, _, key)| key.id().map(ToString::to_string)).collect();
    Failure::new(Code::BAD_DATA, format!("the ring has no key {kid:?}"))
        .next(format!("it has {}", kids.join(", ")))
}
