//! Keys for the program: a ring's folder, a JWK, a JWK Set, PEM, PASERK, or a secret whose form is
//! said.

use std::path::Path;

use waxseal::Keys;
use waxseal::key::{Algorithm, Key, KeyError, KeySet, KeySource as _, SetError};
use waxseal::limits;
use waxseal::secret::SecretBytes;

use crate::exit::{Code, Failure};
use crate::input;
use crate::output::Output;

/// Keys to verify with, and the issuer that they vouch for if they say one.
pub(crate) struct Trust {
    pub(crate) set: KeySet,
    pub(crate) issuer: Option<String>,
}

impl Trust {
    /// The keys of `--keys`, which names a ring's folder or a file, or of `WAXSEAL_KEYS`.
    pub(crate) fn of_place(
        place: Option<String>,
        allowed: &[Algorithm],
        output: &Output,
    ) -> Result<Self, Failure> {
        let place = place.or_else(from_environment).ok_or_else(|| {
            let what = "no key: give --key FILE or --keys DIR, or set WAXSEAL_KEYS to a path";
            Failure::new(Code::USAGE, what)
        })?;
        refuse_what_is_no_path(&place)?;
        match place == "-" || Path::new(&place).is_file() {
            true => Self::of_file(&place, allowed, output),
            false => Self::of_ring(&open(&place, output)?, allowed),
        }
    }

    /// The keys of `--key`: a file as [`file`] reads it.
    pub(crate) fn of_file(
        place: &str,
        allowed: &[Algorithm],
        output: &Output,
    ) -> Result<Self, Failure> {
        if Path::new(place).is_dir() {
            return Self::of_ring(&open(place, output)?, allowed);
        }
        file(place, allowed, output).map(|set| Self { set, issuer: None })
    }

    fn of_ring(keys: &Keys, allowed: &[Algorithm]) -> Result<Self, Failure> {
        if allowed.is_empty() {
            // Whole: it remembers the keys that are gone, and tells their end.
            return Ok(Self { set: keys.key_set(), issuer: keys.issuer() });
        }
        let mut members = keys.key_set().members().to_vec();
        members.retain(|member| allowed.contains(&member.key.algorithm()));
        if members.is_empty() {
            let what = format!("the ring {} has no key of the --alg asked for", keys.name());
            return Err(Failure::new(Code::BAD_DATA, what));
        }
        let set = KeySet::new(members)
            .map_err(|fault| Failure::new(Code::BAD_DATA, fault.to_string()))?;
        Ok(Self { set, issuer: keys.issuer() })
    }
}

/// Opens the ring in the folder `place`, which must not be left to be guessed.
pub(crate) fn ring(place: Option<String>, output: &Output) -> Result<Keys, Failure> {
    open(&ring_place(place)?, output)
}

/// Opens a ring, and passes on what is not as it should be.
fn open(place: &str, output: &Output) -> Result<Keys, Failure> {
    let keys = Keys::read(place)?;
    for warning in keys.warnings() {
        output.note(&format!("note: {warning}"));
    }
    Ok(keys)
}

/// `--keys`, or the path in `WAXSEAL_KEYS`.
pub(crate) fn ring_place(place: Option<String>) -> Result<String, Failure> {
    let place = place.or_else(from_environment).ok_or_else(|| {
        Failure::new(Code::USAGE, "no key ring: give --keys DIR, or set WAXSEAL_KEYS to its path")
    })?;
    refuse_what_is_no_path(&place)?;
    Ok(place)
}

/// The path in `WAXSEAL_KEYS`; an empty one is none.
fn from_environment() -> Option<String> {
    std::env::var("WAXSEAL_KEYS").ok().filter(|place| !place.is_empty())
}

/// Reads a JWK or JWK Set; `raw:FILE`, `hex:FILE` and `b64:FILE` are secrets of the algorithm in
/// `allowed`. What a file holds is said or has a form of its own; it is never guessed.
fn file(place: &str, allowed: &[Algorithm], output: &Output) -> Result<KeySet, Failure> {
    refuse_what_is_no_path(place)?;
    if let Some((form, path)) = SecretForm::of(place) {
        return secret(form, path, allowed, output).map(KeySet::only);
    }
    let bytes = match place {
        "-" => input::stdin(limits::JWK_SET_BYTES)?,
        path => {
            let path = path.strip_prefix('@').unwrap_or(path);
            input::file(Path::new(path), limits::JWK_SET_BYTES)?
        }
    };
    let bytes = SecretBytes::new(bytes);
    let shown = if place == "-" { "standard input" } else { place };
    parse(bytes.expose_secret().trim_ascii(), shown, allowed, output)
}

/// Refuses a `place` that may be the secret itself: it is not repeated.
pub(crate) fn refuse_what_is_no_path(place: &str) -> Result<(), Failure> {
    let is_key = is_paserk(place) || place.contains("-----BEGIN");
    if !place.contains(['{', '\n']) && place.len() <= 4096 && !is_key {
        return Ok(());
    }
    let what = "the value given as a key file is no path; it is not shown, it may be a secret";
    Err(Failure::new(Code::USAGE, what)
        .next("secrets never go on the command line: put it in a file, chmod 600"))
}

fn parse(
    text: &[u8],
    place: &str,
    allowed: &[Algorithm],
    output: &Output,
) -> Result<KeySet, Failure> {
    let bad =
        |fault: &dyn std::fmt::Display| Failure::new(Code::BAD_DATA, format!("{place}: {fault}"));
    let one = |key: Result<Key, KeyError>| match key {
        Ok(key) => Ok(KeySet::only(key)),
        Err(fault @ KeyError::AlgorithmNeeded { .. }) => {
            Err(bad(&fault).next("say which it is: --alg NAME"))
        }
        Err(fault) => Err(bad(&fault)),
    };
    match std::str::from_utf8(text) {
        Ok(pem) if pem.contains("-----BEGIN ") && !pem.starts_with('{') => {
            return one(Key::from_pem_among(pem, allowed));
        }
        Ok(paserk) if is_paserk(paserk) => return one(Key::from_paserk_among(paserk, allowed)),
        _ => {}
    }
    if !text.starts_with(b"{") {
        let next = "for a bare secret say how it is written: --key raw:FILE, hex:FILE or b64:FILE, \
                    with --alg HS256";
        return Err(bad(&"no JWK, JWK Set, PEM or PASERK").next(next));
    }
    match KeySet::from_jwk_set_among(text, allowed) {
        Ok(set) => {
            for skipped in set.skipped() {
                output.note(&format!("note: {place}: {skipped}; left out"));
            }
            Ok(set)
        }
        Err(SetError::NoKeys) => one(Key::from_jwk_among(text, allowed)),
        Err(fault) => Err(bad(&fault)),
    }
}

/// `k4.` and its kin; no other form of a key begins so.
pub(crate) fn is_paserk(text: &str) -> bool {
    matches!(text.as_bytes(), [b'k', b'0'..=b'9', b'.', ..])
}

/// One private key from a file, for minting and importing.
pub(crate) fn one_key(place: &str, allowed: &[Algorithm], output: &Output) -> Result<Key, Failure> {
    let set = file(place, allowed, output)?;
    match set.members() {
        [only] => Ok(only.key.clone()),
        several => Err(Failure::new(
            Code::BAD_DATA,
            format!("{place}: holds {} keys; give a file with one", several.len()),
        )),
    }
}

/// How a bare secret is written in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretForm {
    Raw,
    Hex,
    Base64,
}

impl SecretForm {
    /// The form and the file that `place` names, if it names a bare secret.
    pub(crate) fn of(place: &str) -> Option<(Self, &Path)> {
        let forms = [Self::Raw, Self::Hex, Self::Base64];
        forms
            .into_iter()
            .find_map(|form| Some((form, Path::new(place.strip_prefix(form.prefix())?))))
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::Raw => "raw:",
            Self::Hex => "hex:",
            Self::Base64 => "b64:",
        }
    }
}

fn secret(
    form: SecretForm,
    path: &Path,
    allowed: &[Algorithm],
    output: &Output,
) -> Result<Key, Failure> {
    let [algorithm] = allowed else {
        let what = "a bare secret does not say its algorithm";
        return Err(Failure::new(Code::USAGE, what).next("add one --alg, as --alg HS256"));
    };
    let place = path.display();
    let bytes = secret_bytes(form, path)?;
    if form == SecretForm::Raw && bytes.expose_secret().ends_with(b"\n") {
        output.note(&format!("note: {place} ends with a line end, which is part of the secret"));
    }
    Key::from_secret(*algorithm, bytes)
        .map_err(|fault| Failure::new(Code::BAD_DATA, format!("{place}: {fault}")))
}

/// The secret in the file `path`, whatever it is worth.
pub(crate) fn secret_bytes(form: SecretForm, path: &Path) -> Result<SecretBytes, Failure> {
    let bytes = SecretBytes::new(input::file(path, limits::JWK_BYTES)?);
    match form {
        SecretForm::Raw => Ok(bytes),
        SecretForm::Hex => decode(&bytes, hex, "hex digits", path),
        SecretForm::Base64 => decode(&bytes, base64, "base64url or base64", path),
    }
}

fn decode(
    text: &SecretBytes,
    decoder: fn(&str) -> Option<Vec<u8>>,
    form: &str,
    path: &Path,
) -> Result<SecretBytes, Failure> {
    std::str::from_utf8(text.expose_secret())
        .ok()
        .and_then(|text| decoder(text.trim()))
        .map(SecretBytes::new)
        .ok_or_else(|| Failure::new(Code::BAD_DATA, format!("{}: not {form}", path.display())))
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    let whole = pairs.remainder().is_empty();
    let bytes = pairs.map(|pair| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    });
    bytes.collect::<Option<_>>().filter(|_| whole)
}

/// base64url, or standard base64 with its padding: the two never mean different bytes.
fn base64(text: &str) -> Option<Vec<u8>> {
    let url = text.trim_end_matches('=').replace('+', "-").replace('/', "_");
    waxseal::base64url::decode(&url).ok()
}
