//! Single keys: made, shown, named, and written in another form.

use std::path::Path;

use serde_json::json;
use waxseal::durable::{Readers, create_new};
use waxseal::key::{Algorithm, Format, Key, KeyId};
use waxseal::secret::SecretText;

use crate::cli::Form;
use crate::exit::{Code, Failure};
use crate::output::{Output, escape_json};

/// Where a key is written, and how.
pub(super) struct Destination<'a> {
    pub(super) form: Form,
    pub(super) out: &'a str,
    pub(super) dry_run: bool,
}

pub(super) fn new(
    algorithm: Algorithm,
    kid: Option<&str>,
    to: &Destination<'_>,
    output: &mut Output,
) -> Result<Code, Failure> {
    let bad = |fault: &dyn std::fmt::Display| Failure::new(Code::USAGE, fault.to_string());
    if kid.is_some() && to.form != Form::Jwk {
        let what = format!("--kid: {} has no place for a kid; only a JWK has", to.form.name());
        return Err(Failure::new(Code::USAGE, what));
    }
    let key = Key::generate(algorithm).map_err(|fault| bad(&fault))?;
    let name = kid.map(str::to_owned).or_else(|| key.paserk_id()).or_else(|| key.thumbprint());
    // The other forms have no place for it.
    let key = match name.filter(|_| to.form == Form::Jwk) {
        Some(name) => key.with_id(KeyId::new(&name).map_err(|fault| bad(&fault))?),
        None => key,
    };
    write_secret(&key, to, output)
}

pub(super) fn public(key: &Key, form: Form, output: &mut Output) -> Result<Code, Failure> {
    let text = public_text(key, form)?;
    output.lines(&escape_json(&text))?;
    Ok(Code::DONE)
}

/// The whole key in another form: a private one as [`write_secret`] does, a public one for
/// everybody.
pub(super) fn convert(
    key: &Key,
    to: &Destination<'_>,
    output: &mut Output,
) -> Result<Code, Failure> {
    if key.holds_secret() {
        return write_secret(key, to, output);
    }
    let text = public_text(key, to.form)?;
    if to.out == "-" {
        output.lines(&escape_json(&text))?;
        return Ok(Code::DONE);
    }
    create(key, &SecretText::new(text), Readers::Everyone, to, output)
}

/// The names of a key, none of them secret.
pub(super) fn id(key: &Key, json: bool, output: &mut Output) -> Result<Code, Failure> {
    let names = [
        ("alg", Some(key.algorithm().to_string())),
        ("kid", key.id().map(ToString::to_string)),
        ("thumbprint", key.thumbprint()),
        ("paserk", key.paserk_id()),
        ("secret", key.paserk_secret_id()),
    ];
    if json {
        let mut facts = json!({ "schema": 1, "private": key.holds_secret() });
        for (name, value) in names {
            facts[name] = value.into();
        }
        output.line(&escape_json(&facts.to_string()))?;
        return Ok(Code::DONE);
    }
    for (name, value) in names {
        if let Some(value) = value {
            output.say(&format!("{name:<10}  {value}"))?;
        }
    }
    Ok(Code::DONE)
}

/// Writes the whole key to a new 0600 file, or to standard output when that was said.
pub(super) fn write_secret(
    key: &Key,
    to: &Destination<'_>,
    output: &mut Output,
) -> Result<Code, Failure> {
    if !key.holds_secret() {
        return Err(Failure::new(Code::BAD_DATA, "this key has no private half"));
    }
    let text = match to.form {
        Form::Jwk => key.export_secret_jwk(),
        Form::Pem => key.export_secret_pem(),
        Form::Paserk => key.export_secret_paserk(),
    };
    let text = text.ok_or_else(|| match key.has_all_rights() {
        true => no_such_form(key.algorithm(), to.form),
        false => {
            let what = format!("its key_ops take rights away, which {} cannot say", to.form.name());
            Failure::new(Code::BAD_DATA, what).next("use --form jwk")
        }
    })?;
    if to.out != "-" {
        return create(key, &text, Readers::Owner, to, output);
    }
    match to.dry_run {
        true => output.say(&format!("would print a private {} key", key.algorithm()))?,
        // A kid may hold what a terminal obeys.
        false => output.lines(&escape_json(text.expose_secret()))?,
    }
    Ok(Code::DONE)
}

fn create(
    key: &Key,
    text: &SecretText,
    readers: Readers,
    to: &Destination<'_>,
    output: &mut Output,
) -> Result<Code, Failure> {
    let (out, algorithm) = (to.out, key.algorithm());
    let path = Path::new(out);
    if path.symlink_metadata().is_ok() {
        let what = format!("{out} exists already; nothing was written");
        return Err(Failure::new(Code::CANNOT_CREATE, what).next("choose another file"));
    }
    let (kind, mode) = match readers {
        Readers::Owner => ("private", "0600"),
        Readers::Everyone => ("public", "0644"),
    };
    if to.dry_run {
        output.say(&format!("would write a {kind} {algorithm} key to {out} ({mode})"))?;
        return Ok(Code::DONE);
    }
    let text = text.expose_secret().trim_end();
    let text = SecretText::new(format!("{text}\n"));
    create_new(path, text.expose_secret().as_bytes(), readers).map_err(|fault| {
        Failure::new(Code::CANNOT_CREATE, format!("cannot create {out}: {fault}"))
    })?;
    let kid = key.id().map(|kid| format!(" {kid}")).unwrap_or_default();
    match readers {
        Readers::Everyone => {
            output.note(&format!("public: {out} ({mode}) holds a public {algorithm} key{kid}"));
        }
        Readers::Owner => {
            output.note(&format!("secret: {out} ({mode}) holds a private {algorithm} key{kid}"));
            // A PEM key is read as JOSE's unless it is told.
            let told = match (to.form, algorithm.format()) {
                (Form::Pem, Format::Paseto) => format!(" --alg {algorithm}"),
                _ => String::new(),
            };
            if !told.is_empty() {
                output
                    .note(&format!("PEM does not say {algorithm}: add{told} wherever it is read"));
            }
            if algorithm.has_public_half() {
                output.note(&format!("public: waxseal keys public {out}{told}"));
            }
        }
    }
    Ok(Code::DONE)
}

fn public_text(key: &Key, form: Form) -> Result<String, Failure> {
    if !key.algorithm().has_public_half() {
        return Err(no_public_half(key.algorithm()));
    }
    let text = match form {
        Form::Jwk => key.to_public_jwk(),
        Form::Pem => key.to_public_pem(),
        Form::Paserk => key.to_public_paserk(),
    };
    text.ok_or_else(|| no_such_form(key.algorithm(), form))
}

pub(super) fn no_public_half(algorithm: Algorithm) -> Failure {
    let what = format!("{algorithm} has no public half: one secret mints and verifies");
    Failure::new(Code::BAD_DATA, what)
        .next("for others to verify make a ring with --purpose signed")
}

fn no_such_form(algorithm: Algorithm, form: Form) -> Failure {
    let why = match form {
        Form::Paserk => "PASERK holds PASETO keys only",
        Form::Pem => "PEM has no form for a bare secret",
        Form::Jwk => "it has no such half",
    };
    let what = format!("no {} of a key for {algorithm}: {why}", form.name());
    Failure::new(Code::BAD_DATA, what).next("use --form jwk")
}
