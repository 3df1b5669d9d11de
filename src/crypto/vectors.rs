//! Published vectors against the primitives themselves: `Key` refuses many of their keys, which are
//! short, repeated or printed in a standard, so that they cannot be run from outside.

macro_rules! vectors {
    ($file:expr) => {
        json(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/", $file)))
    };
}

mod aead;
mod ecdsa;
mod eddsa;
mod kdf;
mod mac;
#[cfg(feature = "paseto")]
mod paseto;
mod rsa;

use serde_json::Value;

use crate::base64url;

/// How the tests of a suite came out.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    accepted: usize,
    refused: usize,
    /// Not of a kind that we offer.
    skipped: usize,
    /// The `tcId` of every test that came out other than its label says. `acceptable` says both.
    disputed: Vec<u64>,
}

/// Has every test of a Wycheproof suite judged; `None` skips one.
fn run(suite: &Value, judge: impl Fn(&Value, &Value) -> Option<bool>) -> Outcome {
    let mut outcome = Outcome::default();
    let mut seen = 0;
    for group in list(&suite["testGroups"]) {
        for test in list(&group["tests"]) {
            seen += 1;
            let verdict = judge(group, test);
            match verdict {
                Some(true) => outcome.accepted += 1,
                Some(false) => outcome.refused += 1,
                None => outcome.skipped += 1,
            }
            let label = match text(&test["result"]) {
                "valid" => Some(true),
                "invalid" => Some(false),
                "acceptable" => None,
                other => panic!("{other}"),
            };
            if verdict.is_some_and(|accepted| label.is_some_and(|label| label != accepted)) {
                outcome.disputed.push(test["tcId"].as_u64().expect("tcId"));
            }
        }
    }
    assert_eq!(suite["numberOfTests"], seen);
    outcome
}

/// The signing input of a JWS, and the bytes of its signature.
fn signed(token: &str) -> (&str, Vec<u8>) {
    let (input, signature) = token.rsplit_once('.').expect("three parts");
    (input, base64url::decode(signature).expect("base64url"))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("an array")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

fn bytes(value: &Value) -> Vec<u8> {
    base64url::decode(text(value)).expect("base64url")
}

fn hex(value: &Value) -> Vec<u8> {
    let digits: Vec<u8> =
        text(value).chars().map(|digit| digit.to_digit(16).expect("hex") as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}
