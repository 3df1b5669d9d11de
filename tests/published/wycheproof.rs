//! Wycheproof's JSON Web Signatures, all of them, each by the reason that its comment or flag gives.

use serde_json::{Value, json};
use waxseal::base64url;
use waxseal::key::{Key, KeyError, Weakness};

use super::{hmac_key, import_for, judged, list, name, peer_hmac, text, vectors};

pub(super) const FILE: &str = "wycheproof/json_web_signature_odd_test.json";

const ACCEPTED: &str = "accepted";
const FORM: &str = "form/malformed";
const UNSECURED: &str = "form/unsecured";
const NAME: &str = "key/unknown_key";
const ALGORITHM: &str = "key/wrong_algorithm";
const SIGNATURE: &str = "signature/bad_signature";
const NO_KEY_P521: &str = "no key: unsupported crv \"P-521\"";
const NO_KEY_USE: &str = "no key: contradiction: \"use\" is not for this algorithm";
const NO_KEY_OPS: &str = "no key: contradiction: \"key_ops\" name what this algorithm cannot do";

/// What every test is about and what must come of it. First and last `tcId`, which are all odd.
const EXPECTED: &[(u64, u64, &str, &str)] = &[
    (1, 1, ACCEPTED, "hs256: a right MAC"),
    (3, 5, SIGNATURE, "no MAC; the MAC of another payload"),
    (7, 9, FORM, "two parts; no header"),
    (11, 17, FORM, "no header and no MAC; nothing; four parts; the JSON serialization"),
    (19, 19, SIGNATURE, "es256: the signature was changed"),
    (21, 21, FORM, "two parts"),
    (23, 23, SIGNATURE, "the payload is gone"),
    (25, 25, NAME, "the header was changed, and so names another key"),
    (27, 29, FORM, "two parts; one"),
    (31, 31, ALGORITHM, "HS256 with the public key as its secret"),
    (33, 33, ACCEPTED, "rs256: a right signature"),
    (35, 37, SIGNATURE, "no signature; the signature of another payload"),
    (39, 45, FORM, "two parts; no header; no header and no signature; nothing"),
    (47, 257, SIGNATURE, "the DigestInfo inside the signature is written in another way"),
    (259, 275, ACCEPTED, "rs256, rs384, rs512, ps256: right signatures"),
    (277, 279, SIGNATURE, "ps256: another hash of the message"),
    (281, 285, SIGNATURE, "a salt of another length"),
    (287, 287, ACCEPTED, "a salt of zeros is a salt"),
    (289, 311, SIGNATURE, "padding, hash, salt or encoded message changed"),
    (313, 315, SIGNATURE, "the signature is 1; it is the modulus"),
    (317, 317, SIGNATURE, "zeros before the signature"),
    (319, 319, SIGNATURE, "two bytes of the signature are cut off"),
    (321, 327, ACCEPTED, "ps384, ps512: right signatures"),
    (329, 329, SIGNATURE, "ps512: another hash of the message"),
    (331, 339, SIGNATURE, "a right signature in RS256, RS384, RS512, PS256, PS384"),
    (341, 343, UNSECURED, "alg none"),
    (345, 345, ACCEPTED, "RFC 7520, figure 13"),
    (347, 347, NO_KEY_P521, "RFC 7520, figure 27"),
    (349, 349, ACCEPTED, "figure 13, the key with key_ops"),
    (351, 351, NO_KEY_P521, "figure 27, the key with key_ops"),
    (353, 353, NO_KEY_USE, "a right signature under a key for encryption"),
    (355, 355, NO_KEY_OPS, "a right signature under a key that encrypts"),
    (357, 359, ACCEPTED, "base64: right MACs, one full of - and _"),
    (361, 363, FORM, "a character that base64url has not, in the MAC"),
    (365, 365, FORM, "spaces in the encoded header"),
    (367, 367, ACCEPTED, "the token of 357"),
    (369, 373, FORM, "characters that base64url has not, in the payload"),
    (375, 375, FORM, "bits are left over in the payload"),
    (377, 377, ACCEPTED, "white space in the header's JSON, which RFC 8259 allows"),
    (379, 385, SIGNATURE, "an ECDSA signature that is too long"),
    (387, 401, SIGNATURE, "R or S is 0, 1, n - 1 or n"),
];

/// Every label that is in doubt, whether our verdict differs from it, and what we decided.
const DISPUTED: &[(u64, bool, &str)] = &[
    (347, true, "ES512 is not offered; and the key says ES521, which is no algorithm"),
    (351, true, "as 347"),
    (353, false, "the key says that it is for encryption: it verifies nothing"),
    (355, false, "as 353"),
    (367, true, "labelled invalid, and byte for byte the token of 357, which is valid"),
    (373, true, "labelled valid, but its payload holds a '?', which base64url has not"),
];

#[test]
fn every_token_is_judged_for_what_it_is_about() {
    let suite = vectors(FILE);
    let (mut accepted, mut refused, mut skipped, mut differing) = (0, 0, 0, Vec::new());
    let mut found = Vec::new();
    for group in list(&suite["testGroups"]) {
        for test in list(&group["tests"]) {
            let id = test["tcId"].as_u64().expect("tcId");
            let verdict = verdict(group, text(&test["jws"]));
            if (verdict == ACCEPTED) != (test["result"] == "valid") {
                differing.push(id);
            }
            match verdict.as_str() {
                ACCEPTED => accepted += 1,
                // Of an algorithm that is not offered: ES512.
                NO_KEY_P521 => skipped += 1,
                _ => refused += 1,
            }
            found.push((id, verdict));
        }
    }
    let expected: Vec<(u64, String)> = EXPECTED
        .iter()
        .flat_map(|(first, last, verdict, _)| {
            (*first..=*last).step_by(2).map(|id| (id, (*verdict).to_owned()))
        })
        .collect();
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!((found.len(), &suite["numberOfTests"]), (expected.len(), &json!(201)));
    assert_eq!((accepted, refused, skipped), (22, 177, 2));
    let differ: Vec<u64> =
        DISPUTED.iter().filter(|(_, differs, _)| *differs).map(|(id, ..)| *id).collect();
    assert_eq!(differing, differ, "{DISPUTED:?}");
}

fn verdict(group: &Value, jws: &str) -> String {
    let (key, jws) = match key(group) {
        Ok(key) => (key, jws.to_owned()),
        Err(KeyError::Weak(Weakness::Repeated)) if group["comment"] == "base64" => {
            (hmac_key(), with_mac_remade(jws))
        }
        Err(fault) => return format!("no key: {}", name(&fault)),
    };
    judged(&key, &jws)
}

/// The group's public key, or its secret; HMAC has no public one. The two RSA keys for encryption do
/// not say their algorithm: they are tried for the one that their token is signed with.
fn key(group: &Value) -> Result<Key, KeyError> {
    import_for(group.get("public").unwrap_or(&group["private"]), "RS256")
}

/// The `base64` group's secret is 32 zero bytes, which no key of ours may be; its tokens are about
/// their form. So another implementation makes each MAC anew, where it is one at all. That the
/// MACs of the suite are right is tested where zero keys can be used, in `src/crypto`.
fn with_mac_remade(jws: &str) -> String {
    let (input, mac) = jws.rsplit_once('.').expect("three parts");
    match base64url::decode_array::<32>(mac) {
        Ok(_) => format!("{input}.{}", peer_hmac(input)),
        Err(_) => jws.into(),
    }
}

#[test]
fn the_disputed_labels_are_as_we_describe_them() {
    let suite = vectors(FILE);
    let groups = list(&suite["testGroups"]);
    let of = |id: u64| {
        let all = groups
            .iter()
            .flat_map(|group| list(&group["tests"]).iter().map(move |test| (group, test)));
        all.into_iter().find(|(_, test)| test["tcId"] == id).expect("tcId")
    };
    for (id, differs, reason) in DISPUTED {
        let (group, test) = of(*id);
        let valid = verdict(group, text(&test["jws"])) == ACCEPTED;
        assert_eq!(valid != (test["result"] == "valid"), *differs, "{id}: {reason}");
    }
    for id in [347, 351] {
        let (group, _) = of(id);
        assert_eq!(
            (&group["public"]["alg"], &group["public"]["crv"]),
            (&json!("ES521"), &json!("P-521"))
        );
    }
    // Under a key that may verify, the signatures of 353 and 355 are right: that of 33.
    for id in [353, 355] {
        let (group, test) = of(id);
        let mut public = group["public"].clone();
        assert_eq!(judged(&key(of(33).0).expect("a key"), text(&test["jws"])), ACCEPTED);
        assert_eq!(public["n"], of(33).0["public"]["n"]);
        for member in ["use", "key_ops"] {
            public.as_object_mut().expect("an object").remove(member);
        }
        let key = import_for(&public, "RS256").expect("a key");
        assert_eq!(judged(&key, text(&test["jws"])), ACCEPTED, "{id}");
    }
    assert_eq!(of(367).1["jws"], of(357).1["jws"]);
    let payload = text(&of(373).1["jws"]).split('.').nth(1).expect("a payload");
    assert!(payload.contains('?'));
}
