//! Writes the first inputs of every target: `seed VECTORS KEYS CORPUS`.
//!
//! It walks the published vectors of `tests/vectors` and takes whatever has the shape of a token, a
//! key or a Claims Set, and adds what waxseal writes itself.
//!
//! It is built as the targets are, with coverage, which only libFuzzer links; so it runs as the
//! beginning of a target, and stops there.
#![no_main]

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;
use waxseal::base64url;
use waxseal::jwt::Issuer;
use waxseal::key::{Algorithm, Format, Key, KeySet};
use waxseal_fuzz::{claims, fixed_key, session_claims};

#[derive(Default)]
struct Seeds {
    token: BTreeSet<Vec<u8>>,
    jwk: BTreeSet<Vec<u8>>,
    claims: BTreeSet<Vec<u8>>,
    shortcuts: BTreeSet<Vec<u8>>,
    paserk: BTreeSet<Vec<u8>>,
    pem: BTreeSet<Vec<u8>>,
}

libfuzzer_sys::fuzz_target!(
    init: stop(seed()),
    |input| assert!(input.is_empty(), "it has stopped")
);

fn stop(seeded: io::Result<()>) {
    if let Err(fault) = &seeded {
        eprintln!("seed: {fault}");
    }
    std::process::exit(i32::from(seeded.is_err()));
}

fn seed() -> io::Result<()> {
    let places: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [vectors, keys, corpus] = places.as_slice() else {
        return Err(io::Error::other("usage: seed VECTORS KEYS CORPUS"));
    };
    let mut seeds = Seeds::default();
    for file in files(vectors, "json")? {
        if let Ok(value) = serde_json::from_slice(&fs::read(file)?) {
            seeds.take(&value);
        }
    }
    for file in files(keys, "pem")? {
        seeds.take_text(&fs::read_to_string(file)?);
    }
    seeds.take_ours();
    for (target, inputs) in seeds.by_target() {
        let folder = corpus.join(target);
        fs::create_dir_all(&folder)?;
        for (number, input) in inputs.iter().enumerate() {
            fs::write(folder.join(format!("seed-{number:04}")), input)?;
        }
        println!("{target}: {} seeds", inputs.len());
    }
    Ok(())
}

/// All files under `folder` that end in `.extension`.
fn files(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path, extension)?);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    Ok(found)
}

impl Seeds {
    fn by_target(&self) -> [(&'static str, &BTreeSet<Vec<u8>>); 6] {
        [
            ("token", &self.token),
            ("jwk", &self.jwk),
            ("claims", &self.claims),
            ("shortcuts", &self.shortcuts),
            ("paserk", &self.paserk),
            ("pem", &self.pem),
        ]
    }

    fn take(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.take_text(text),
            Value::Array(values) => values.iter().for_each(|value| self.take(value)),
            Value::Object(members) => {
                let text = value.to_string().into_bytes();
                if members.contains_key("kty") || members.contains_key("keys") {
                    self.jwk.insert(text);
                } else if members.contains_key("exp") || members.contains_key("iss") {
                    self.claims.insert(text);
                }
                members.values().for_each(|value| self.take(value));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn take_text(&mut self, text: &str) {
        if text.starts_with("-----BEGIN") {
            self.pem.insert(text.into());
            self.pem.extend(inside(text));
        } else if text.starts_with("k4.") || text.starts_with("k3.") {
            self.take_paserk(text);
        } else if ["v4.", "v3."].iter().any(|version| text.starts_with(version)) {
            self.token.insert(text.into());
        } else if matches!(text.matches('.').count(), 2 | 4) {
            let payload = text.split('.').nth(1).unwrap_or_default();
            if let Ok(payload) = base64url::decode(payload) {
                self.claims.insert(payload);
            }
            self.token.insert(text.into());
        } else if text.starts_with('{') {
            self.claims.insert(text.into());
        }
    }

    /// The text, and its bytes behind the number of its kind.
    fn take_paserk(&mut self, text: &str) {
        self.paserk.insert(text.into());
        let Some((kind, data)) = text.rsplit_once('.') else { return };
        let kinds = ["k4.local", "k4.secret", "k4.public", "k3.secret", "k3.public", "k4.pid"];
        let number = (0_u8..).zip(kinds).find(|(_, known)| *known == kind);
        if let (Some((number, _)), Ok(bytes)) = (number, base64url::decode(data)) {
            self.paserk.insert([vec![number], bytes].concat());
        }
    }

    /// One of each that we write. Tokens of the fixed keys stand here as edits only: of a sealed one
    /// the target knows no other than the one that it made.
    fn take_ours(&mut self) {
        for format in [Format::Jws, Format::Paseto] {
            self.claims.extend([claims(format), session_claims(format)].map(Vec::from));
            // The first byte chooses the format and the header.
            let (edits, whole) = if format == Format::Paseto { (3, 35) } else { (0, 36) };
            let said = r#","amr":["pwd"],"acr":"aal2","roles":["editor"],"cv":3,"st":"#;
            let more = session_claims(format).replace(r#","st":"#, said);
            self.shortcuts.insert(vec![edits]);
            self.shortcuts.insert([&[whole], more.as_bytes()].concat());
            self.shortcuts.insert([&[whole], session_claims(format).as_bytes()].concat());
        }
        for (number, algorithm) in (0_u8..).zip(Algorithm::ALL) {
            self.token.insert(vec![number]);
            self.token.insert(vec![number, 0, 40, 0, b'A']);
            if let Ok(key) = Key::generate(*algorithm) {
                let claims: Value = serde_json::from_str(claims(algorithm.format())).expect("JSON");
                let token = Issuer::new(key).and_then(|issuer| issuer.mint(&claims));
                self.token.extend(token.map(|token| token.into_string().into_bytes()));
            }
            self.take_key(fixed_key(*algorithm));
        }
    }

    fn take_key(&mut self, key: Key) {
        let secrets =
            [key.export_secret_jwk(), key.export_secret_pem(), key.export_secret_paserk()];
        let [jwk, pem, paserk] =
            secrets.map(|text| text.map(|text| text.expose_secret().to_owned()));
        self.jwk.extend([jwk, key.to_public_jwk()].into_iter().flatten().map(String::into_bytes));
        for text in [pem, key.to_public_pem(), paserk, key.to_public_paserk()].iter().flatten() {
            self.take_text(text);
        }
        self.jwk.insert(KeySet::only(key).to_public_jwk_set().into_bytes());
    }
}

/// The bytes inside a PEM behind the number of its label, as the target takes them.
fn inside(pem: &str) -> Option<Vec<u8>> {
    let labels =
        ["PRIVATE KEY", "PUBLIC KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "RSA PUBLIC KEY"];
    let label = pem.strip_prefix("-----BEGIN ")?.split("-----").next()?;
    let (number, _) = (0_u8..).zip(labels).find(|(_, known)| *known == label)?;
    let lines = pem.lines().filter(|line| !line.starts_with('-') && !line.contains(':'));
    let text: String = lines.collect::<String>().replace('+', "-").replace('/', "_");
    let bytes = base64url::decode(text.trim_end_matches('=')).ok()?;
    Some([vec![number], bytes].concat())
}
