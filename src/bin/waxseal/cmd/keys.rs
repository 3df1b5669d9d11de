//! `waxseal keys`.

use std::path::{Path, PathBuf};

use waxseal::durable::{Readers, create_new, replace};
use waxseal::key::{Algorithm, Key, KeyId};
use waxseal::keyring::{KeyState, NewRing, RingPolicy};
use waxseal::{Keys, PublicKeys, limits};

use crate::cli::{self, Purpose};
use crate::exit::{Code, Failure};
use crate::output::Output;
use crate::{input, keyfile};

pub(crate) fn run(verb: cli::Keys, output: &mut Output) -> Result<Code, Failure> {
    match verb {
        cli::Keys::Init { keys, issuer, alg, purpose, name, longest_life, dry_run } => {
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
            init(&dir, ring, algorithm, dry_run, output)
        }
        cli::Keys::New { alg, kid, out, dry_run } => {
            new(alg, kid.as_deref(), &out, dry_run, output)
        }
        cli::Keys::Public { file, keys, kid } => {
            public(file.as_deref(), keys, kid.as_deref(), output)
        }
        cli::Keys::Jwks { keys, out } => jwks(keys, out.as_deref(), output),
        cli::Keys::Import { file, keys, alg, dry_run } => import(&file, keys, alg, dry_run, output),
        cli::Keys::Export { kid, keys, ring, out, dry_run } => {
            export(&kid, keys, &ring, &out, dry_run, output)
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
        let line = format!("would make {dir}/ (0700) with two {algorithm} keys (0600)");
        output.say(&line)?;
        return Ok(Code::DONE);
    }
    let keys = ring.create(dir)?;
    output.say(&format!(
        "made ring {} in {dir}/ for {}",
        keys.name(),
        keys.issuer().unwrap_or("")
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

fn new(
    algorithm: Algorithm,
    kid: Option<&str>,
    out: &str,
    dry_run: bool,
    output: &mut Output,
) -> Result<Code, Failure> {
    let bad = |fault: &dyn std::fmt::Display| Failure::new(Code::USAGE, fault.to_string());
    let key = Key::generate(algorithm).map_err(|fault| bad(&fault))?;
    let key = match kid {
        Some(kid) => key.with_id(KeyId::new(kid).map_err(|fault| bad(&fault))?),
        None => match key.thumbprint().map(|thumbprint| KeyId::new(&thumbprint)) {
            Some(Ok(id)) => key.with_id(id),
            _ => key,
        },
    };
    write_secret(&key, out, dry_run, output)
}

/// Writes the whole key to a new 0600 file, or to standard output when that was said.
fn write_secret(key: &Key, out: &str, dry_run: bool, output: &mut Output) -> Result<Code, Failure> {
    let Some(jwk) = key.export_secret_jwk() else {
        return Err(Failure::new(Code::BAD_DATA, "this key has no private half"));
    };
    if out == "-" {
        match dry_run {
            true => output.say(&format!("would print a private {} key", key.algorithm()))?,
            false => output.line(jwk.expose_secret())?,
        }
        return Ok(Code::DONE);
    }
    let path = Path::new(out);
    if path.exists() {
        let what = format!("{out} exists already; nothing was written");
        return Err(Failure::new(Code::CANNOT_CREATE, what).next("choose another file"));
    }
    let algorithm = key.algorithm();
    if dry_run {
        output.say(&format!("would write a private {algorithm} key to {out} (0600)"))?;
        return Ok(Code::DONE);
    }
    let text = waxseal::secret::SecretText::new(format!("{}\n", jwk.expose_secret()));
    create_new(path, text.expose_secret().as_bytes(), Readers::Owner).map_err(|fault| {
        Failure::new(Code::CANNOT_CREATE, format!("cannot create {out}: {fault}"))
    })?;
    let kid = key.id().map(|kid| format!(" {kid}")).unwrap_or_default();
    output.note(&format!("secret: {out} (0600) holds a private {algorithm} key{kid}"));
    if algorithm.has_public_half() {
        output.note(&format!("public: waxseal keys public {out}"));
    }
    Ok(Code::DONE)
}

fn public(
    file: Option<&str>,
    keys: Option<String>,
    kid: Option<&str>,
    output: &mut Output,
) -> Result<Code, Failure> {
    let key = match file {
        Some(file) => keyfile::one_key(file, &[], output)?,
        None => {
            let ring = keyfile::ring(keys, output)?;
            let wanted = |state: &KeyState, key: &Key| match kid {
                Some(kid) => key.id().is_some_and(|id| id.as_str() == kid),
                None => *state == KeyState::Signing,
            };
            let found = ring.keys().find(|(_, state, key)| wanted(state, key));
            found
                .map(|(_, _, key)| key.clone())
                .ok_or_else(|| no_such_key(&ring, kid.unwrap_or("")))?
        }
    };
    match key.to_public_jwk() {
        Some(jwk) => output.line(&crate::output::escape_json(&jwk))?,
        None => return Err(no_public_half(key.algorithm())),
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
        ring.check_import(&key)?;
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

fn export(
    kid: &str,
    keys: Option<String>,
    ring_name: &str,
    out: &str,
    dry_run: bool,
    output: &mut Output,
) -> Result<Code, Failure> {
    let ring = keyfile::ring(keys, output)?;
    if ring.name() != ring_name {
        let what = format!("this ring is {:?}, not {ring_name:?}; no secret left it", ring.name());
        return Err(Failure::new(Code::GUARD, what));
    }
    let found = ring.keys().find(|(_, _, key)| key.id().is_some_and(|id| id.as_str() == kid));
    let (_, _, key) = found.ok_or_else(|| no_such_key(&ring, kid))?;
    write_secret(key, out, dry_run, output)
}

fn no_such_key(ring: &Keys, kid: &str) -> Failure {
    let kids: Vec<String> =
        ring.keys().filter_map(|(_, _, key)| key.id().map(ToString::to_string)).collect();
    Failure::new(Code::BAD_DATA, format!("the ring has no key {kid:?}"))
        .next(format!("it has {}", kids.join(", ")))
}

fn no_public_half(algorithm: Algorithm) -> Failure {
    let what = format!("{algorithm} has no public half: one secret mints and verifies");
    Failure::new(Code::BAD_DATA, what)
        .next("for others to verify make a ring with --purpose signed")
}
