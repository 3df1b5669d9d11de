//! HMAC with SHA-2.

use serde_json::Value;

use super::super::{Hash, Hmac, HmacSha256};
use super::{Outcome, bytes, hex, json, list, run, signed, text};
use crate::base64url;

/// The three suites, and the bits of a whole tag.
fn suites() -> [(Hash, u64, Value); 3] {
    [
        (Hash::Sha256, 256, vectors!("wycheproof/hmac_sha256_test.json")),
        (Hash::Sha384, 384, vectors!("wycheproof/hmac_sha384_test.json")),
        (Hash::Sha512, 512, vectors!("wycheproof/hmac_sha512_test.json")),
    ]
}

#[test]
fn hmac_judges_full_tags_as_wycheproof_does() {
    for (hash, bits, suite) in suites() {
        let outcome =
            run(&suite, |group, test| (group["tagSize"] == bits).then(|| hmac_accepts(hash, test)));
        let expected = Outcome { accepted: 33, refused: 54, skipped: 87, disputed: vec![] };
        assert_eq!(outcome, expected, "{hash:?}");
    }
}

#[test]
fn hmac_refuses_a_truncated_tag_even_where_it_is_right() {
    for (hash, bits, suite) in suites() {
        let outcome = run(&suite, |group, test| {
            let is_right = test["result"] == "valid";
            (group["tagSize"] == bits / 2).then(|| {
                let whole = Hmac::new(hash, &hex(&test["key"])).sign(&hex(&test["msg"]));
                let given = hex(&test["tag"]);
                assert_eq!(whole.as_ref().starts_with(&given), is_right, "{}", test["tcId"]);
                hmac_accepts(hash, test)
            })
        });
        // RFC 7518 section 3.2 knows no truncation: what the suite calls valid is refused too.
        assert_eq!((outcome.accepted, outcome.refused, outcome.skipped), (0, 87, 87));
        assert_eq!(outcome.disputed, labelled_valid(&suite, bits / 2), "{hash:?}");
        assert_eq!(outcome.disputed.len(), 33);
    }
}

/// Keys of every length and messages of every kind give one tag, whichever way it is computed.
#[test]
fn hmac_sha_256_over_parts_is_hmac_over_the_whole() {
    for group in list(&suites()[0].2["testGroups"]) {
        for test in list(&group["tests"]) {
            let (key, message) = (hex(&test["key"]), hex(&test["msg"]));
            let whole = Hmac::new(Hash::Sha256, &key).sign(&message);
            let (front, back) = message.split_at(message.len() / 3);
            assert_eq!(HmacSha256::new(&key).tag(&[front, b"", back]), *whole.as_ref());
        }
    }
}

fn labelled_valid(suite: &Value, bits: u64) -> Vec<u64> {
    let groups = list(&suite["testGroups"]).iter().filter(|group| group["tagSize"] == bits);
    let tests = groups.flat_map(|group| list(&group["tests"]));
    let valid = tests.filter(|test| test["result"] == "valid");
    valid.filter_map(|test| test["tcId"].as_u64()).collect()
}

#[test]
fn hmac_gives_the_tags_that_standards_print() {
    let rfc_7515 = vectors!("rfc/rfc7515.json");
    let rfc_7797 = vectors!("rfc/rfc7797.json");
    let cookbook = vectors!("ietf-jose-cookbook/jws/4_4.hmac-sha2_integrity_protection.json");
    for (key, token) in [
        (&rfc_7515["cases"][0]["key"], &rfc_7515["cases"][0]["jws"]),
        (&rfc_7797["key"], &rfc_7797["cases"][0]["jws"]),
        (&cookbook["input"]["key"], &cookbook["output"]["compact"]),
    ] {
        let mac = HmacSha256::new(&bytes(&key["k"]));
        let (input, tag) = signed(text(token));
        let (header, payload) = input.split_once('.').expect("two parts");
        let parts = [header.as_bytes(), b".", payload.as_bytes()];
        assert_eq!(mac.tag(&parts).as_slice(), tag);
        let whole = Hmac::new(Hash::Sha256, &bytes(&key["k"]));
        assert_eq!(whole.verify(input.as_bytes(), &tag), Ok(()));
    }
}

/// The suite's `base64` group has a secret of 32 zero bytes, which no `Key` may hold.
#[test]
fn hmac_covers_the_text_of_a_token_and_not_what_it_decodes_to() {
    let outcome = run(&vectors!("wycheproof/json_web_signature_odd_test.json"), |group, test| {
        (group["comment"] == "base64").then(|| {
            let mac = Hmac::new(Hash::Sha256, &bytes(&group["private"]["k"]));
            let (input, signature) = text(&test["jws"]).rsplit_once('.').expect("three parts");
            base64url::decode(signature).is_ok_and(|tag| mac.verify(input.as_bytes(), &tag).is_ok())
        })
    });
    // 365 to 371 and 375 have a right MAC over a text that is no token, and 367 is the token of
    // 357, so that the form must refuse what the MAC lets pass. The MAC of 373 is right only for
    // another text.
    let disputed = vec![365, 367, 369, 371, 373, 375];
    assert_eq!(outcome, Outcome { accepted: 8, refused: 3, skipped: 190, disputed });
}

fn hmac_accepts(hash: Hash, test: &Value) -> bool {
    Hmac::new(hash, &hex(&test["key"])).verify(&hex(&test["msg"]), &hex(&test["tag"])).is_ok()
}
