//! The JOSE cookbook (RFC 7520), with RFC 7797 and RFC 8037 in the same layout: every figure.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{
    Counts, Row, assert_rows, counts, import, import_for, judged, name, row, text, vectors,
};

const DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/ietf-jose-cookbook");

#[test]
fn keys_are_usable_or_refused_as_published_or_of_another_kind() {
    let p521 = "unsupported crv \"P-521\"";
    for (file, alone, for_rs256) in [
        ("3_1.ec_public_key", p521, p521),
        ("3_2.ec_private_key", p521, p521),
        ("3_3.rsa_public_key", "alg needed", "usable"),
        ("3_4.rsa_private_key", "alg needed", "usable"),
        ("3_5.symmetric_key_mac_computation", "published secret", "published secret"),
        ("3_6.symmetric_key_encryption", "published secret", "published secret"),
    ] {
        let jwk = vectors(&format!("ietf-jose-cookbook/jwk/{file}.json"));
        let said = |key: Result<_, _>| key.map_or_else(|fault| name(&fault), |_| "usable".into());
        assert_eq!(said(import(&jwk)), alone, "{file}");
        assert_eq!(said(import_for(&jwk, "RS256")), for_rs256, "{file}");
    }
    let rsa = |file: &str| {
        let jwk = vectors(&format!("ietf-jose-cookbook/jwk/{file}.json"));
        import_for(&jwk, "RS256").expect("a key")
    };
    let (public, private) = (rsa("3_3.rsa_public_key"), rsa("3_4.rsa_private_key"));
    assert!(private.can_mint() && !public.can_mint());
    assert_eq!(private.public_half(), Some(public));
}

/// Not offered are: every encryption but `dir` with A256GCM, ES512, and the JSON serializations.
#[test]
fn tokens_are_judged_by_form_then_algorithm_then_signature() {
    let (mut compact, mut json) = (Vec::new(), Vec::new());
    for file in files("") {
        if file.starts_with("jwk/") {
            continue;
        }
        let figure = vectors(&format!("ietf-jose-cookbook/{file}.json"));
        // The nested token has a part for each of its layers.
        for layer in
            [Some(&figure), figure.get("sign"), figure.get("encrypt")].into_iter().flatten()
        {
            let Some(output) = layer["output"].as_object() else { continue };
            for (form, token) in output {
                let input = &layer["input"];
                let alg = input["alg"].as_str().unwrap_or("several");
                let short = file.split('.').next().expect("a number");
                let short = if file.starts_with("jw") { short } else { &file };
                let row = row(&format!("{short} {alg}"), &input["key"], alg, token);
                if form == "compact" { compact.push(row) } else { json.push(row) }
            }
        }
    }
    assert_rows(
        &compact,
        &[
            // The key has a name, and the token names none.
            ("6.nesting_signatures_and_encryption PS256", "usable", "key/no_kid"),
            (
                "6.nesting_signatures_and_encryption RSA-OAEP",
                "unsupported alg \"RSA-OAEP\"",
                "form/nested",
            ),
            ("curve25519/ecdh-es ECDH-ES", "unsupported crv \"X25519\"", "key/wrong_algorithm"),
            ("curve25519/jws EdDSA", "usable", "accepted"),
            ("jwe/5_1 RSA1_5", "alg needed", "key/wrong_algorithm"),
            ("jwe/5_2 RSA-OAEP", "unsupported alg \"RSA-OAEP\"", "key/wrong_algorithm"),
            ("jwe/5_3 PBES2-HS512+A256KW", "none", "key/wrong_algorithm"),
            ("jwe/5_4 ECDH-ES+A128KW", ENCRYPTION, "key/wrong_algorithm"),
            ("jwe/5_5 ECDH-ES", ENCRYPTION, "key/wrong_algorithm"),
            ("jwe/5_6 dir", "unsupported alg \"A128GCM\"", "key/wrong_algorithm"),
            ("jwe/5_7 A256GCMKW", "unsupported alg \"A256GCMKW\"", "key/wrong_algorithm"),
            ("jwe/5_8 A128KW", "unsupported alg \"A128KW\"", "key/wrong_algorithm"),
            ("jwe/5_9 A128KW", "unsupported alg \"A128KW\"", "form/unknown_extension"), // zip
            ("jws/4_1 RS256", "usable", "accepted"),
            ("jws/4_2 PS384", "usable", "accepted"),
            ("jws/4_3 ES512", "unsupported crv \"P-521\"", "key/wrong_algorithm"),
            ("jws/4_4 HS256", "published secret", "signature/bad_signature"),
            ("jws/4_5 HS256", "published secret", "signature/bad_signature"), // detached
            ("rfc7797/hmac-sha2_b64_false HS256", "published secret", "form/unknown_extension"),
        ],
    );
    assert_eq!(counts(&compact), Counts { run: 9, accepted: 3, refused: 6, skipped: 10 });
    for Row { name, verdict, .. } in &json {
        assert_eq!(verdict, "form/malformed", "the JSON serializations are not read: {name}");
    }
    assert_eq!(counts(&json), Counts { run: 50, accepted: 0, refused: 50, skipped: 0 });
}

const ENCRYPTION: &str = "contradiction: \"use\" is not for this algorithm";

/// The files of the cookbook below `folder`, without their ending, in order.
fn files(folder: &str) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(Path::new(DIR).join(folder)).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("text");
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        match entry.file_type().expect("a type").is_dir() {
            true => files.extend(self::files(&path)),
            false => files.extend(path.strip_suffix(".json").map(String::from)),
        }
    }
    files.sort();
    files
}

#[test]
fn no_file_of_the_cookbook_is_left_out() {
    let files = files("");
    assert_eq!(files.len(), 32);
    assert_eq!(files.iter().filter(|file| file.starts_with("jwk/")).count(), 6);
    let printed =
        |file: &String| text(&vectors(&format!("ietf-jose-cookbook/{file}.json"))["title"]).len();
    assert!(files.iter().filter(|file| !file.starts_with("jwk/")).all(|file| printed(file) > 0));
}

/// What stands in the nested token, once it is opened, is a token of its own: the signed one.
#[test]
fn the_inner_token_of_the_nested_one_is_what_the_first_layer_signed() {
    let figure = vectors("ietf-jose-cookbook/6.nesting_signatures_and_encryption.json");
    let inner: &Value = &figure["sign"]["output"]["compact"];
    assert_eq!(inner, &figure["encrypt"]["input"]["plaintext"]);
    // It names no key: one that stands alone and has no name is right for it.
    let mut nameless = figure["sign"]["input"]["key"].clone();
    nameless.as_object_mut().expect("an object").remove("kid");
    let key = import_for(&nameless, "PS256").expect("a key");
    assert_eq!(judged(&key, text(inner)), "accepted");
}
