//! Writes the first inputs of every target: `seed VECTORS CORPUS`.
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
use waxseal::key::{Algorithm, Key, KeySet};
use waxseal_fuzz::{CLAIMS, SESSION, fixed_key};

#[derive(Default)]
struct Seeds {
    token: BTreeSet<Vec<u8>>,
    jwk: BTreeSet<Vec<u8>>,
    claims: BTreeSet<Vec<u8>>,
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
    let [vectors, corpus] = places.as_slice() else {
        return Err(io::Error::other("usage: seed VECTORS CORPUS"));
    };
    let mut seeds = Seeds::default();
    for file in files(vectors)? {
        if let Ok(value) = serde_json::from_slice(&fs::read(file)?) {
            seeds.take(&value);
        }
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

/// All JSON files under `folder`.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    Ok(found)
}

impl Seeds {
    fn by_target(&self) -> [(&'static str, &BTreeSet<Vec<u8>>); 3] {
        [("token", &self.token), ("jwk", &self.jwk), ("claims", &self.claims)]
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
        if matches!(text.matches('.').count(), 2 | 4) {
            let payload = text.split('.').nth(1).unwrap_or_default();
            if let Ok(payload) = base64url::decode(payload) {
                self.claims.insert(payload);
            }
            self.token.insert(text.into());
        } else if text.starts_with('{') {
            self.claims.insert(text.into());
        }
    }

    /// One of each that we write. Tokens of the fixed keys stand here as edits only: of a sealed one
    /// the target knows no other than the one that it made.
    fn take_ours(&mut self) {
        let claims: Value = serde_json::from_str(CLAIMS).expect("JSON");
        self.claims.extend([CLAIMS, SESSION].map(Vec::from));
        for (number, algorithm) in (0_u8..).zip(Algorithm::ALL) {
            self.token.insert(vec![number]);
            self.token.insert(vec![number, 0, 40, 0, b'A']);
            if let Ok(key) = Key::generate(*algorithm) {
                let token = Issuer::new(key).and_then(|issuer| issuer.mint(&claims));
                self.token.extend(token.map(|token| token.into_string().into_bytes()));
            }
            if let Some(key) = fixed_key(*algorithm) {
                let secret = key.export_secret_jwk();
                self.jwk.extend(secret.map(|text| text.expose_secret().as_bytes().to_vec()));
                self.jwk.extend(key.to_public_jwk().map(String::into_bytes));
                self.jwk.insert(KeySet::only(key).to_public_jwk_set().into_bytes());
            }
        }
    }
}
