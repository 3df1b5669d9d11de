//! The test vectors of PASERK: what is a key or an id is read, written and judged; what is wrapped is
//! named.

use std::fs;

use serde_json::Value;
use waxseal::base64url;
use waxseal::key::{Key, KeyError, Paserk, Weakness};

use super::{bytes, list, text, vectors};

/// What we say to the key of each vector that a PASERK can hold. Whether bytes are a key, and a good
/// one, is no question to the form.
const KEYS: &[(&str, &str)] = &[
    ("k3.local-1", "unsupported"), // v3.local is not offered
    ("k3.local-2", "unsupported"),
    ("k3.local-3", "unsupported"),
    ("k3.public-1", V3[0]),
    ("k3.public-2", V3[1]),
    ("k3.secret-1", V3[2]), // the scalar 1
    ("k3.secret-2", V3[2]), // 70 71 72 ..
    ("k3.secret-3", V3[3]),
    ("k4.local-1", "guessable"), // zeros
    ("k4.local-2", "printed"),   // 70 71 72 ..
    ("k4.local-3", "a key"),
    ("k4.public-1", "unfit"), // a point of order 4
    ("k4.public-2", "unfit"), // no point
    ("k4.public-3", "unfit"), // no point
    ("k4.secret-1", "guessable"),
    ("k4.secret-2", "printed"),
    ("k4.secret-3", "a key"),
];

const V3: [&str; 4] = match cfg!(feature = "paseto-v3") {
    true => ["a key", "a key", "guessable", "a key"],
    false => ["unsupported"; 4],
};

#[test]
fn keys_are_read_written_and_judged() {
    let mut judged = Vec::new();
    let mut refused = 0;
    for kind in ["local", "public", "secret"] {
        for version in [3, 4] {
            for test in list(&vectors(&format!("paseto/PASERK/k{version}.{kind}.json"))["tests"]) {
                let name = text(&test["name"]);
                let Some(key) = test["key"].as_str() else {
                    // Cut off.
                    assert_refused(text(&test["paserk"]), name);
                    refused += 1;
                    continue;
                };
                let written = format!("k{version}.{kind}.{}", encoded(key));
                if test["expect-fail"] == true {
                    // Of another version, or too short.
                    assert_refused(&written, name);
                    refused += 1;
                    continue;
                }
                assert_eq!(test["paserk"], written.as_str(), "{name}");
                let paserk = Paserk::parse(&written).expect(name);
                assert_eq!((paserk.version(), paserk.kind().name()), (version, kind));
                assert_eq!(paserk.to_text().expose_secret(), written);
                let verdict = match Key::from_paserk(&written) {
                    Ok(key) => {
                        assert_same_text(&key, &written);
                        "a key"
                    }
                    Err(KeyError::Unfit) => "unfit",
                    Err(KeyError::Weak(Weakness::Repeated)) => "guessable",
                    Err(KeyError::Weak(Weakness::Published)) => "printed",
                    Err(KeyError::Unsupported(_)) => "unsupported",
                    Err(other) => panic!("{name}: {other}"),
                };
                judged.push((name.to_owned(), verdict));
            }
        }
    }
    judged.sort();
    let judged: Vec<_> = judged.iter().map(|(name, verdict)| (&**name, *verdict)).collect();
    assert_eq!(judged, KEYS);
    assert_eq!(refused, 6);
}

fn assert_same_text(key: &Key, text: &str) {
    let written = match key.export_secret_paserk() {
        Some(secret) => secret.expose_secret().to_owned(),
        None => key.to_public_paserk().expect("a PASETO key"),
    };
    assert_eq!(written, text);
}

fn assert_refused(paserk: &str, name: &str) {
    for fault in [Paserk::parse(paserk).map(drop), Key::from_paserk(paserk).map(drop)] {
        assert!(matches!(fault, Err(KeyError::Paserk(_))), "{name}: {fault:?}");
    }
}

/// On this we differ: no id is made for a secret key of zeros.
const NO_IDS: &[&str] = &["k4.sid-1"];

#[test]
fn ids_are_as_published() {
    let (mut run, mut refused) = (0, 0);
    for (id, kind) in [("lid", "local"), ("pid", "public"), ("sid", "secret")] {
        let versions: &[u8] = if cfg!(feature = "paseto-v3") { &[3, 4] } else { &[4] };
        for version in versions {
            for test in list(&vectors(&format!("paseto/PASERK/k{version}.{id}.json"))["tests"]) {
                let name = text(&test["name"]);
                let written = format!("k{version}.{kind}.{}", encoded(text(&test["key"])));
                let Some(published) = test["paserk"].as_str() else {
                    assert_refused(&written, name);
                    refused += 1;
                    continue;
                };
                run += 1;
                let found = Paserk::parse(&written).and_then(|paserk| paserk.id());
                match NO_IDS.contains(&name) {
                    true => assert_eq!(found, Err(KeyError::Weak(Weakness::Repeated)), "{name}"),
                    false => assert_eq!(found.as_deref(), Ok(published), "{name}"),
                }
                let paserk = Paserk::parse(published).expect(name);
                assert_eq!((paserk.version(), paserk.kind().name()), (*version, id));
                assert_eq!(paserk.to_text().expose_secret(), published);
                assert_eq!(paserk.id().as_deref(), Ok(published), "an id is its own");
                assert!(matches!(Key::from_paserk(published), Err(KeyError::Paserk(_))), "{name}");
                if let Ok(key) = Key::from_paserk(&written) {
                    assert_eq!(key.paserk_id().is_some_and(|own| own == published), id != "sid");
                }
            }
        }
    }
    let expected = if cfg!(feature = "paseto-v3") { (17, 6) } else { (9, 3) };
    assert_eq!((run, refused), expected);
}

#[test]
fn wrapped_keys_are_named_and_not_read() {
    let (mut run, mut files) = (0, 0);
    for version in [3, 4] {
        for (file, kind, why) in [
            ("local-wrap.pie", "local-wrap", "a key wrapped by another"),
            ("secret-wrap.pie", "secret-wrap", "a key wrapped by another"),
            ("local-pw", "local-pw", "a key under a password"),
            ("secret-pw", "secret-pw", "a key under a password"),
            ("seal", "seal", "a key sealed for a public key"),
        ] {
            files += 1;
            for test in list(&vectors(&format!("paseto/PASERK/k{version}.{file}.json"))["tests"]) {
                // The failing ones have another password, a wrong tag or the other version; they
                // are no less wrapped.
                let paserk = text(&test["paserk"]);
                let expected = format!("PASERK {}.{kind}: {why}", &paserk[..2]);
                for fault in [Paserk::parse(paserk).map(drop), Key::from_paserk(paserk).map(drop)] {
                    match fault {
                        Err(KeyError::Unsupported(what)) if what.starts_with(&expected) => {}
                        other => panic!("{}: {other:?}", test["name"]),
                    }
                }
                run += 1;
            }
        }
    }
    assert_eq!((files, run), (10, 28));
}

#[test]
fn no_vector_is_left_out() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/paseto/PASERK");
    let files = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file"));
    let tests: Vec<usize> = files
        .map(|file| {
            let name = file.file_name().into_string().expect("text");
            list(&vectors(&format!("paseto/PASERK/{name}"))["tests"]).len()
        })
        .collect();
    // 17 keys and 6 refusals, 17 ids and 6 refusals, 28 wrapped.
    assert_eq!((tests.len(), tests.iter().sum::<usize>()), (22, 17 + 6 + 17 + 6 + 28));
}

fn encoded(hex: &str) -> String {
    base64url::encode(&bytes(&Value::from(hex)))
}
