//! `verify --second-opinion`: another library beside our verdict, which it never changes.

use std::fs;

use serde_json::{Value, json};
use waxseal::base64url;
use waxseal::key::{Algorithm, Format};

use crate::tool::{Run, VALID, pipe_in, run, run_in};

/// A folder with a key and a fresh token of `algorithm`.
fn minted(algorithm: Algorithm, claims: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let name = algorithm.name();
    match algorithm.can_be_generated() {
        true => drop(run_in(&dir, &["keys", "new", "--alg", name, "--out", "key"]).ends(0)),
        false => fs::write(dir.path().join("key"), rsa_jwk()).expect("it is ours"),
    }
    let mut args = vec!["mint", "--key", "key", "--alg", name, "--sub", "ada", "--aud", "shop"];
    args.extend(claims.iter().flat_map(|claim| ["-c", *claim]));
    let token = run_in(&dir, &args).ends(0).out;
    fs::write(dir.path().join("token"), token).expect("it is ours");
    dir
}

/// The key of RFC 7515, Appendix A.2.
pub(crate) fn rsa_jwk() -> String {
    let text = include_str!("../vectors/rfc/rfc7515.json");
    let cases: Value = serde_json::from_str(text).expect("JSON");
    cases["cases"][1]["key"].to_string()
}

fn judged(dir: &tempfile::TempDir, algorithm: Algorithm, more: &[&str]) -> Run {
    let mut args = vec!["verify", "--key", "key", "--alg", algorithm.name(), "--second-opinion"];
    args.extend(more);
    args.push("@token");
    run_in(dir, &args)
}

fn judge_of(algorithm: Algorithm) -> Option<&'static str> {
    match algorithm.format() {
        Format::Jws => Some("jsonwebtoken"),
        Format::Paseto => Some("pasetors"),
        _ => None,
    }
}

#[test]
fn both_accept_a_sound_token_of_every_algorithm_that_both_know() {
    for algorithm in Algorithm::ALL {
        let dir = minted(*algorithm, &[]);
        let facts = judged(&dir, *algorithm, &["--aud", "shop", "--json"]).ends(0).json();
        let opinion = &facts["second_opinion"];
        match judge_of(*algorithm) {
            Some(judge) => {
                assert_eq!(opinion["judge"], judge, "{algorithm}");
                assert_eq!(opinion["verdict"], "accepted", "{algorithm}: {opinion}");
                assert_eq!(opinion["agrees"], true);
            }
            None => {
                assert_eq!(opinion["verdict"], "none", "{algorithm}: {opinion}");
                assert_eq!(opinion["agrees"], Value::Null);
            }
        }
    }
}

#[test]
fn both_refuse_a_changed_token_of_every_algorithm_that_both_know() {
    for algorithm in Algorithm::ALL.iter().filter(|algorithm| judge_of(**algorithm).is_some()) {
        let dir = minted(*algorithm, &[]);
        let path = dir.path().join("token");
        let token = fs::read_to_string(&path).expect("text");
        // In the payload, in front of the signature.
        let at = token.find('.').expect("a dot") + 30;
        let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
        fs::write(&path, [&token[..at], other, &token[at + 1..]].concat()).expect("it is ours");
        let facts = judged(&dir, *algorithm, &["--aud", "shop", "--json"]).json();
        let opinion = &facts["second_opinion"];
        assert_eq!(facts["verdict"], "rejected", "{algorithm}");
        assert_eq!(opinion["verdict"], "rejected", "{algorithm}: {opinion}");
        assert_eq!(opinion["agrees"], true);
    }
}

#[test]
fn a_disagreement_is_shown_and_explained_and_changes_nothing() {
    let dir = minted(Algorithm::EdDsa, &[]);
    let without = run_in(&dir, &["verify", "--key", "key", "--typ", "at+jwt", "@token"]).ends(16);
    let with = judged(&dir, Algorithm::EdDsa, &["--typ", "at+jwt"]).ends(16);
    let (verdict, opinion) = with.out.split_once("second opinion").expect("it is shown");
    assert_eq!(verdict, without.out);
    assert!(opinion.contains("jsonwebtoken accepts it  DISAGREEMENT"), "{opinion}");
    assert!(opinion.contains("does not compare typ"), "{opinion}");

    // pasetors forgives no clock difference; we forgive 30 s.
    let soon = waxseal::time::Clock::system().now().after(std::time::Duration::from_secs(20));
    let dir = minted(Algorithm::V4Public, &[&format!("nbf={soon}")]);
    let run = judged(&dir, Algorithm::V4Public, &["--aud", "shop"]).ends(0);
    assert!(run.out.starts_with("ACCEPTED"), "{}", run.out);
    assert!(run.out.contains("pasetors refuses it: claim Nbf  DISAGREEMENT"), "{}", run.out);
    assert!(run.out.contains("forgive no clock difference"), "{}", run.out);
}

#[test]
fn an_unknown_crit_is_refused_by_us_and_ignored_by_jsonwebtoken() {
    let dir = minted(Algorithm::Hs256, &[]);
    let jwk = fs::read_to_string(dir.path().join("key")).expect("text");
    let jwk: Value = serde_json::from_str(&jwk).expect("a JWK");
    let secret = base64url::decode(jwk["k"].as_str().expect("a secret")).expect("base64url");
    let header = json!({"alg": "HS256", "crit": ["b64"], "b64": true}).to_string();
    let claims = json!({"exp": 4_102_444_800_u64}).to_string();
    let [header, claims] = [header, claims].map(|part| base64url::encode(part.as_bytes()));
    let input = format!("{header}.{claims}");
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &secret);
    let tag = base64url::encode(ring::hmac::sign(&key, input.as_bytes()).as_ref());
    fs::write(dir.path().join("token"), format!("{input}.{tag}")).expect("it is ours");
    let run = judged(&dir, Algorithm::Hs256, &[]).ends(10);
    assert!(run.out.contains("jsonwebtoken accepts it  DISAGREEMENT"), "{}", run.out);
    assert!(run.out.contains("ignores crit"), "{}", run.out);
}

#[test]
fn at_another_moment_the_other_is_not_asked_about_times() {
    let ours = ["verify", "--key", "jwks.json", "--aud", "shop", "--second-opinion"];
    let at = |at| run(&[&ours[..], &["--at", at, "@job.jwt"]].concat());
    let valid = at(VALID).ends(0);
    assert!(valid.out.contains("jsonwebtoken accepts it, as waxseal does"), "{}", valid.out);
    assert!(valid.out.contains("judged no times"), "{}", valid.out);
    let late = at("2026-11-22T01:45:00Z").ends(12);
    assert!(!late.out.contains("DISAGREEMENT"), "{}", late.out);
    assert!(late.out.contains("judged no times"), "{}", late.out);
}

#[test]
fn the_footer_and_the_implicit_assertion_are_asked_of_pasetors_too() {
    let dir = tempfile::tempdir().expect("a folder");
    run_in(&dir, &["keys", "new", "--alg", "v4.local", "--out", "key"]).ends(0);
    run_in(&dir, &["keys", "convert", "key", "--form", "paserk", "--out", "paserk"]).ends(0);
    let bound = ["--footer", "f", "--implicit-assertion", "tenant-7"];
    let mint = [&["mint", "--key", "key", "--sub", "ada"], &bound[..]].concat();
    let token = run_in(&dir, &mint).ends(0).out;
    let verify = |more: &[&str]| {
        let args = [&["verify", "--key", "paserk", "--second-opinion", "--json"], more].concat();
        pipe_in(&dir, &args, token.as_bytes())
    };
    let good = verify(&bound).ends(0).json();
    assert_eq!(good["second_opinion"]["agrees"], true, "{good}");
    let bad = verify(&["--footer", "f", "--implicit-assertion", "tenant-8"]).ends(11).json();
    assert_eq!(bad["second_opinion"]["verdict"], "rejected", "{bad}");
    let bad = verify(&["--footer", "g", "--implicit-assertion", "tenant-7"]).ends(16).json();
    assert_eq!(bad["second_opinion"]["verdict"], "rejected", "{bad}");
}

#[test]
fn every_form_of_output_has_it() {
    let dir = minted(Algorithm::Es256, &[]);
    let plain = judged(&dir, Algorithm::Es256, &["--plain"]).ends(0);
    assert!(plain.out.contains("\nsecond_opinion\tjsonwebtoken\taccepted\t\t\n"), "{}", plain.out);
    let batch = judged(&dir, Algorithm::Es256, &["--jsonl"]).ends(0).json();
    assert_eq!(batch["second_opinion"]["agrees"], true);
    let raw = judged(&dir, Algorithm::Es256, &["--payload", "raw"]).ends(0);
    assert!(raw.out.contains("jsonwebtoken accepts it, as waxseal does"), "{}", raw.out);
}
