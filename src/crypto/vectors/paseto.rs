//! PASETO and PASERK: v4.local, the ids of version 4 keys, and version 3 keys in their short forms.

use serde_json::Value;

use super::super::{K4, Unauthentic, V4Local};
use super::{hex, json, list, text};

/// The key of every v4.local vector is 70 71 72 .. 8f, which no `Key` may be.
#[test]
fn v4_local_opens_what_the_vectors_seal_and_refuses_the_others() {
    let suite = vectors!("paseto/v4.json");
    let (mut opened, mut refused, mut not_ours) = (vec![], vec![], vec![]);
    for test in list(&suite["tests"]) {
        let name = text(&test["name"]);
        let Some(key) = test.get("key") else {
            // A public key: of v4.public, run through the public API.
            not_ours.push(name);
            continue;
        };
        let result = local(key).decrypt(text(&test["token"]), assertion(test));
        assert_eq!(result.is_err(), test["expect-fail"] == true, "{name}");
        match result {
            Ok(message) => {
                assert_eq!(message, text(&test["payload"]).as_bytes(), "{name}");
                opened.push(name);
            }
            Err(Unauthentic) => refused.push(name),
        }
    }
    let sealed: Vec<String> = (1..=9).map(|number| format!("4-E-{number}")).collect();
    assert_eq!(opened, sealed);
    // 4-F-3 is a v3.local token; 4-F-5 has padding behind its base64url.
    assert_eq!(refused, ["4-F-3", "4-F-5"]);
    assert_eq!(not_ours, ["4-S-1", "4-S-2", "4-S-3", "4-F-1"]);
    assert_eq!(opened.len() + refused.len() + not_ours.len(), list(&suite["tests"]).len());
}

#[test]
fn v4_local_refuses_another_assertion_footer_key_and_every_changed_byte() {
    let suite = vectors!("paseto/v4.json");
    let test = &list(&suite["tests"])[6];
    assert_eq!(test["name"], "4-E-7");
    let (key, token, assertion) = (local(&test["key"]), text(&test["token"]), assertion(test));
    assert!(key.decrypt(token, assertion).is_ok());
    for other in [&b""[..], b"{}", &assertion[1..], &[assertion, b" "].concat()] {
        assert_eq!(key.decrypt(token, other), Err(Unauthentic));
    }
    let (body, footer) = token.rsplit_once('.').expect("a footer");
    assert_eq!(key.decrypt(body, assertion), Err(Unauthentic));
    assert_eq!(key.decrypt(&format!("{body}.{}", &footer[4..]), assertion), Err(Unauthentic));
    let mut other_key = hex(&test["key"]);
    other_key[31] ^= 1;
    let other_key = V4Local::new(&other_key.try_into().expect("32 bytes")).expect("a key");
    assert_eq!(other_key.decrypt(token, assertion), Err(Unauthentic));
    for at in "v4.local.".len()..token.len() {
        let mut changed = token.as_bytes().to_vec();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).expect("ASCII");
        assert_eq!(key.decrypt(&changed, assertion), Err(Unauthentic), "{at}");
    }
}

fn local(key: &Value) -> V4Local {
    V4Local::new(&hex(key).try_into().expect("32 bytes")).expect("a key")
}

fn assertion(test: &Value) -> &[u8] {
    text(&test["implicit-assertion"]).as_bytes()
}

#[test]
fn ids_of_version_4_keys_are_as_published() {
    for (suite, kind, expected) in [
        (vectors!("paseto/PASERK/k4.lid.json"), "lid", (3, 1, 0)),
        (vectors!("paseto/PASERK/k4.pid.json"), "pid", (3, 1, 0)),
        (vectors!("paseto/PASERK/k4.sid.json"), "sid", (2, 1, 1)),
    ] {
        let (mut given, mut refused, mut skipped) = (0, 0, 0);
        for test in list(&suite["tests"]) {
            // On a seed of zeros pasetors panics; `Paserk::id` refuses that one before it asks.
            if test["name"] == "k4.sid-1" {
                skipped += 1;
                continue;
            }
            let bytes = hex(&test["key"]);
            let key = match kind {
                "lid" => K4::Local(&bytes),
                "pid" => K4::Public(&bytes),
                _ => K4::Secret(&bytes),
            };
            let id = key.id().ok();
            assert_eq!(id.as_deref(), test["paserk"].as_str(), "{}", test["name"]);
            *(if id.is_some() { &mut given } else { &mut refused }) += 1;
        }
        // The refused one has a key that is too short, or of version 3.
        assert_eq!((given, refused, skipped), expected, "{kind}");
    }
}

#[cfg(feature = "paseto-v3")]
mod version_3 {
    use super::super::super::{Curve, EcPrivate, EcPublic, decompress, private_of};
    use super::*;
    use crate::secret::SecretBytes;

    #[test]
    fn compressed_points_are_decompressed_to_the_point_of_the_secret() {
        let suite = vectors!("paseto/v3.json");
        let mut run = 0;
        for test in list(&suite["tests"]).iter().filter(|test| test.get("public-key").is_some()) {
            let compressed = hex(&test["public-key"]);
            let point = decompress(&compressed.clone().try_into().expect("49 bytes"));
            let point = point.expect("a point");
            assert_eq!(point.compressed(), compressed);
            let private = private_of(SecretBytes::new(hex(&test["secret-key"])));
            assert!(private.is_ok_and(|private| *private.public() == point), "{}", test["name"]);
            run += 1;
        }
        assert_eq!(run, 4);
    }

    #[test]
    fn bytes_that_are_no_point_and_no_scalar_are_refused() {
        let read = |text: &str| decompress(&hex(&text.into()).try_into().expect("49 bytes"));
        let x = "fbcb7c69ee1c60579be7a334134878d9c5c5bf35d552dab63c0140397ed14cef\
                 637d7720925c44699ea30e72874c72fb";
        assert!(read(&format!("02{x}")).is_ok() && read(&format!("03{x}")).is_ok());
        for tag in ["00", "01", "04", "06", "ff"] {
            assert!(read(&format!("{tag}{x}")).is_err(), "{tag}");
        }
        assert!(read(&format!("02{}", "ff".repeat(48))).is_err(), "past the field's prime");
        for scalar in [vec![0; 48], vec![0xff; 48], vec![7; 47], vec![7; 49], vec![]] {
            assert!(private_of(SecretBytes::new(scalar)).is_err());
        }
        let minus = |point: EcPublic| EcPrivate::new(SecretBytes::new(vec![1; 48]), point).is_err();
        assert!(read(&format!("03{x}")).is_ok_and(minus));
        let p256 = EcPublic::from_point(Curve::P256, &[4; 97]);
        assert!(p256.is_err(), "a point of another width");
    }
}
