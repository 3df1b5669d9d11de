//! One key in all forms that Wycheproof gives it: JWK, PEM and DER must be one key, and its own text
//! must be read again.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use waxseal::key::{Algorithm, Key, KeyError, KeyId};

use super::{list, text, vectors};
use crate::forge::hex;

#[test]
fn every_form_of_a_group_s_key_is_one_key_and_comes_back_from_its_pem() {
    for (file, algorithm, groups, jwks, refused) in [
        ("ed25519", Algorithm::EdDsa, 78, 78, 0),
        ("ecdsa_secp256r1_sha256_p1363", Algorithm::Es256, 112, 103, 0),
        ("ecdsa_secp384r1_sha384_p1363", Algorithm::Es384, 104, 95, 0),
        ("rsa_signature_2048_sha256", Algorithm::Rs256, 3, 3, 2),
        ("rsa_pss_2048_sha256_mgf1_32", Algorithm::Ps256, 1, 1, 0),
    ] {
        let suite = vectors(&format!("wycheproof/{file}_test.json"));
        let (mut has_jwk, mut no_key) = (0, 0);
        let all = list(&suite["testGroups"]);
        for group in all {
            let forms = forms(group);
            has_jwk += usize::from(forms.iter().any(|(form, _)| *form == "JWK"));
            let keys: Vec<(&str, Result<Key, KeyError>)> =
                forms.iter().map(|(form, text)| (*form, read(form, text, algorithm))).collect();
            let (_, first) = &keys[0];
            for (form, key) in &keys {
                assert_eq!(key, first, "{file}: {form} of {}", group["publicKeyPem"]);
            }
            match first {
                Ok(key) => {
                    let pem = key.to_public_pem().expect("a public half");
                    assert_eq!(pem.trim_end(), text(&group["publicKeyPem"]).trim_end());
                    let back = Key::from_pem_among(&pem, &[algorithm]).map(named);
                    assert_eq!(back.as_ref(), Ok(key));
                    assert!(key.export_secret_pem().is_none() && !key.can_mint());
                    let jwk = key.to_public_jwk().expect("a public half");
                    assert_eq!(Key::from_jwk(jwk.as_bytes()).as_ref(), Ok(key));
                }
                Err(fault) => {
                    // Exponent 3, in two groups of one test each.
                    assert_eq!(fault, &KeyError::Exponent, "{file}");
                    no_key += 1;
                }
            }
        }
        assert_eq!((all.len(), has_jwk, no_key), (groups, jwks, refused), "{file}");
    }
}

/// The texts of the group's key, each with its form.
fn forms(group: &Value) -> Vec<(&'static str, String)> {
    let der = |member: &str, label: &str| {
        let der = STANDARD.encode(hex(group.get(member)?.as_str()?));
        let lines: Vec<_> = der.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        let body = lines.join("\n");
        Some(format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"))
    };
    let jwk = group.get("publicKeyJwk").or(group.get("keyJwk"));
    let forms = [
        ("PEM", group["publicKeyPem"].as_str().map(String::from)),
        ("DER", der("publicKeyDer", "PUBLIC KEY")),
        ("PKCS #1", der("publicKeyAsn", "RSA PUBLIC KEY")),
        ("JWK", jwk.map(Value::to_string)),
    ];
    forms.into_iter().filter_map(|(form, text)| Some((form, text?))).collect()
}

fn read(form: &str, text: &str, algorithm: Algorithm) -> Result<Key, KeyError> {
    let key = match form {
        "JWK" => Key::from_jwk_among(text.as_bytes(), &[algorithm]),
        _ => Key::from_pem_among(text, &[algorithm]),
    };
    key.map(named)
}

/// Only JWKs have a name; here all have the one that Wycheproof gives them.
fn named(key: Key) -> Key {
    key.with_id(KeyId::new("none").expect("a kid"))
}
