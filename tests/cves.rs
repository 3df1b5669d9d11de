//! Published mistakes of other libraries, each with the test that would have found it.

mod forge;

use std::path::Path;
use std::time::Duration;

use forge::{
    AUDIENCE, Cart, Forger, ISSUER, Kind, NO_LIST, NOW, Object, SUBJECT, clock_at, code_of,
    encodings_of_public_key, hex, kid, public_bytes, quoted,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use waxseal::jwt::{self, Revoked, VerifyError};
use waxseal::key::{Algorithm, Key, KeyError, KeySet, Member, Standing};
use waxseal::keyring::{NewRing, RingPolicy};
use waxseal::revocation::Revocation;
use waxseal::secret::SecretBytes;
use waxseal::session::{Lifetimes, RenewError, Renewal, Renewer, SetupError};
use waxseal::time::{ManualClock, Timestamp};
use waxseal::token::UntrustedToken;
use waxseal::{
    Issuer, Keys, PublicKeys, RevocationList, Session, Token, Verifier, base64url, durable,
};

const HS256: Forger = Forger::jwt(Algorithm::Hs256);
const EDDSA: Forger = Forger::jwt(Algorithm::EdDsa);
const SEALED: Forger = Forger::jwt(Algorithm::A256Gcm);

/// What the verifier says to good claims under this header, made with the right key.
fn verdict_under(forger: Forger, header: impl std::fmt::Display) -> &'static str {
    forger.verdict(&forger.forge(header, forger.claims().to_string()))
}

fn encoded(text: impl std::fmt::Display) -> String {
    base64url::encode(text.to_string().as_bytes())
}

fn parts_of(token: &str) -> Vec<Vec<u8>> {
    token.split('.').map(|part| base64url::decode(part).expect("base64url")).collect()
}

fn token_of(parts: &[Vec<u8>]) -> String {
    parts.iter().map(|part| base64url::encode(part)).collect::<Vec<_>>().join(".")
}

// ---- which key, which algorithm ----

/// CVE-2015-9235, CVE-2017-11424, CVE-2022-29217, CVE-2023-48223, CVE-2026-34950, CVE-2024-33663,
/// CVE-2026-85394: the token chose HMAC, and the text of the public key became its secret.
#[test]
fn an_hmac_under_any_form_of_the_public_key_is_refused() {
    for forger in [EDDSA, Forger::session(Algorithm::EdDsa)] {
        let header = encoded(forger.header().with("alg", r#""HS256""#));
        let claims = forger.claims().to_string();
        for (form, secret) in encodings_of_public_key(&public_bytes(forger.secret())) {
            let token = forge::hmac_token(&secret, &header, claims.as_bytes());
            assert_eq!(forger.verdict(&token), "wrong_algorithm", "{form}");
        }
    }
}

/// CVE-2015-9235: any key verified any algorithm of the token's choice.
#[test]
fn a_key_verifies_tokens_of_its_own_algorithm_only() {
    for signer in Forger::ALL {
        for verifier in Forger::ALL.into_iter().filter(|other| other.kind == signer.kind) {
            let code =
                if signer.algorithm == verifier.algorithm { "accepted" } else { "wrong_algorithm" };
            assert_eq!(verifier.verdict(&signer.token()), code, "{signer:?} to {verifier:?}");
        }
    }
}

/// CVE-2021-46743: the `kid` chose the key and the `alg` chose the algorithm, each for itself.
#[test]
fn a_kid_chooses_a_key_together_with_its_algorithm() {
    let named = |forger: Forger, name: &str| Member {
        key: forger.key().with_id(kid(name)),
        standing: Standing::Trusted,
    };
    let members = vec![named(HS256, "mac"), named(EDDSA, "curve"), named(SEALED, "seal")];
    let verifier = jwt::Verifier::<Value>::setup(KeySet::new(members).expect("three names"))
        .audience(AUDIENCE)
        .clock(clock_at(Timestamp::from_secs(NOW)))
        .revocations(NO_LIST);
    for (forger, own) in [(HS256, "mac"), (EDDSA, "curve"), (SEALED, "seal")] {
        for name in ["mac", "curve", "seal"] {
            let header = forger.header().with("kid", quoted(name));
            let token = forger.forge(header, forger.claims().to_string());
            let code = if name == own { "accepted" } else { "wrong_algorithm" };
            assert_eq!(code_of(verifier.verify(&token)), code, "{forger:?} as {name}");
        }
    }
}

/// CVE-2026-44699: an RSA JWK without `alg` was read as an HMAC key without bytes.
#[test]
fn a_jwk_of_another_type_is_no_hmac_key() {
    for jwk in [
        r#"{"kty":"RSA","kid":"k1","n":"sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri","e":"AQAB"}"#,
        r#"{"kty":"EC","kid":"k1","crv":"P-256","x":"AA","y":"AA"}"#,
        r#"{"kid":"k1","alg":"HS256"}"#,
        r#"{"kty":"","kid":"k1","alg":"HS256","k":""}"#,
        r#"{"kty":"oct","kid":"k1","alg":"HS256"}"#,
    ] {
        for allowed in [&[][..], &[Algorithm::Hs256]] {
            assert!(Key::from_jwk_among(jwk.as_bytes(), allowed).is_err(), "{jwk}");
        }
        let set = format!(r#"{{"keys":[{jwk}]}}"#);
        assert!(KeySet::from_jwk_set(set.as_bytes()).is_err(), "{jwk}");
    }
}

/// CVE-2026-44351, CVE-2026-45363: a key look-up that found nothing gave an empty HMAC secret.
#[test]
fn a_key_that_is_not_found_is_not_an_empty_secret() {
    for name in [json!("unknown"), json!("toString"), json!("__proto__"), json!("K1")] {
        let header = encoded(HS256.header().with("kid", name));
        let token = forge::hmac_token(b"", &header, HS256.claims().to_string().as_bytes());
        assert_eq!(HS256.verdict(&token), "unknown_key");
    }
    let empty = Key::from_secret(Algorithm::Hs256, SecretBytes::new(Vec::new()));
    assert!(matches!(empty, Err(KeyError::Length { has: 0, .. })));
}

/// CVE-2021-41106: the path of the key file was the secret, not its content.
#[test]
fn a_key_file_is_read_and_its_path_is_no_key() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("jwks.json");
    let half = EDDSA.key().public_half().expect("it has one");
    let jwks = KeySet::only(half).to_public_jwk_set();
    durable::create_new(&path, jwks.as_bytes(), durable::Readers::Everyone).expect("a file");
    let verifier = jwt::Verifier::<Value>::setup(PublicKeys::open(&path).expect("a set"))
        .audience(AUDIENCE)
        .clock(clock_at(Timestamp::from_secs(NOW)))
        .revocations(NO_LIST);
    assert_eq!(code_of(verifier.verify(&EDDSA.token())), "accepted");

    let path = path.to_str().expect("UTF-8").as_bytes();
    let of_path = forge::hmac_token(path, &encoded(HS256.header()), b"{}");
    assert_eq!(code_of(verifier.verify(&of_path)), "wrong_algorithm");
    assert!(Key::from_jwk(path).is_err() && KeySet::from_jwk_set(path).is_err());
}

/// CVE-2018-0114: the token brought the key that it was verified with.
#[test]
fn a_key_in_the_header_is_never_used() {
    let attacker = Key::generate(Algorithm::EdDsa).expect("random bytes");
    let jwk = attacker.to_public_jwk().expect("a public half");
    let trusted = EDDSA.key().to_public_jwk().expect("a public half");
    for (member, value) in [
        ("jwk", jwk.clone()),
        ("jwk", trusted),
        ("jku", quoted("https://evil.example/jwks.json")),
        ("x5u", quoted("https://evil.example/cert.pem")),
        ("x5c", r#"["MIIB"]"#.into()),
        ("x5t", quoted("AAAA")),
        ("x5t#S256", quoted("AAAA")),
    ] {
        let header = EDDSA.header().and(member, &value);
        assert_eq!(verdict_under(EDDSA, &header), "accepted", "{member} is ignored");
        let minted = jwt::Issuer::new(attacker.clone()).expect("a private key");
        let minted = minted.mint(&json!({ "exp": NOW + 900 })).expect("sound claims");
        let mut parts = parts_of(&minted);
        parts[0] = header.to_string().into_bytes();
        assert_eq!(EDDSA.verdict(&token_of(&parts)), "bad_signature", "{member}");
    }
}

/// CVE-2022-50237: a private key signed together with a foreign public key, which leaks it.
#[test]
fn a_private_key_with_the_public_half_of_another_is_refused() {
    let (d, other) = (base64url::encode(EDDSA.secret()), public_bytes(HS256.secret()));
    let jwk = |x: &[u8]| {
        let x = base64url::encode(x);
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","d":"{d}"}}"#)
    };
    assert!(Key::from_jwk(jwk(&public_bytes(EDDSA.secret())).as_bytes()).is_ok());
    let refused = Key::from_jwk(jwk(&other).as_bytes());
    assert!(matches!(refused, Err(KeyError::Contradiction(_))), "{refused:?}");
}

/// GHSA-2cc5-23r7-vc4v: the signing key was derived from the time at which the program started.
#[test]
fn keys_made_at_the_same_moment_have_nothing_in_common() {
    let (made, imported): (Vec<Algorithm>, Vec<Algorithm>) =
        Algorithm::ALL.iter().partition(|algorithm| algorithm.can_be_generated());
    let secrets: std::collections::HashSet<String> = (0..64)
        .flat_map(|_| &made)
        .map(|algorithm| Key::generate(*algorithm).expect("random bytes"))
        .map(|key| key.export_secret_jwk().expect("a secret").expose_secret().to_owned())
        .collect();
    assert_eq!(secrets.len(), 64 * made.len());
    assert_eq!(imported.len(), 6, "RSA in both paddings with three hashes: {imported:?}");
    for algorithm in imported {
        assert_eq!(Key::generate(algorithm), Err(KeyError::NotGenerated(algorithm)));
    }

    let dir = tempfile::tempdir().expect("a folder");
    let ring = |name: &str| {
        let clock = clock_at(Timestamp::from_secs(NOW));
        NewRing::new(ISSUER).clock(clock).create(dir.path().join(name)).expect("a ring")
    };
    let (one, two) = (ring("one"), ring("two"));
    let all: Vec<Key> = [&one, &two]
        .iter()
        .flat_map(|ring| ring.keys().map(|(_, _, key)| key.with_id(kid("same"))))
        .collect();
    for (i, key) in all.iter().enumerate() {
        assert!(!all[..i].contains(key), "key {i} is made twice");
    }
}

// ---- forms ----

/// CVE-2021-44878: `alg: none` was accepted.
#[test]
fn a_token_that_says_none_is_refused_with_and_without_a_signature() {
    for forger in Forger::ALL {
        for alg in ["none", "None", "NONE", "nOnE"] {
            let header = forger.header().with("alg", quoted(alg));
            assert_eq!(verdict_under(forger, &header), "unsecured", "{forger:?}: {alg}");
            for header in [header.clone(), header.without("kid")] {
                let bare = format!("{}.{}.", encoded(header), encoded(forger.claims()));
                assert_eq!(forger.verdict(&bare), "unsecured", "{forger:?}: {alg}");
            }
        }
        for signature in ["", "AA"] {
            let stripped =
                format!("{}.{}.{signature}", encoded(forger.header()), encoded(forger.claims()));
            assert_ne!(forger.verdict(&stripped), "accepted", "{forger:?}");
        }
    }
}

/// CVE-2026-29000: a sealed token around an unsigned one was taken for a signed one.
#[test]
fn a_sealed_token_around_another_token_is_refused() {
    for forger in [SEALED, Forger::session(Algorithm::A256Gcm)] {
        let unsigned = format!("{}.{}.", encoded(r#"{"alg":"none"}"#), encoded(forger.claims()));
        let signed = Forger { algorithm: Algorithm::Hs256, ..forger }.token();
        for inner in [unsigned, signed] {
            for (header, code) in [
                (forger.header().and("cty", r#""JWT""#), "nested"),
                (forger.header().and("cty", r#""text/plain""#), "bad_claims"),
                (forger.header(), "bad_claims"),
            ] {
                assert_eq!(forger.verdict(&forger.forge(header, &inner)), code);
            }
        }
    }
}

/// CVE-2022-39227: one parser checked the signature and another, of JSON tokens, read the claims.
#[test]
fn a_token_in_a_json_serialization_is_refused() {
    let token = EDDSA.token();
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("three parts");
    };
    let forged = encoded(EDDSA.claims().with("sub", r#""admin""#));
    let flattened = json!({ "protected": header, "payload": payload, "signature": signature });
    let general = json!({
        "payload": payload,
        "signatures": [{ "protected": header, "signature": signature }],
    });
    let signed =
        format!(r#""protected":"{header}","payload":"{payload}","signature":"{signature}""#);
    let polyglot = format!(r#"{{"  {header}.{forged}.":"",{signed}}}"#);
    for text in [flattened.to_string(), general.to_string(), polyglot] {
        assert_eq!(EDDSA.verdict(&text), "malformed", "{text}");
    }
    assert_eq!(EDDSA.verdict(&format!("{header}.{forged}.{signature}")), "bad_signature");
}

/// CVE-2023-51774: a sealed token was accepted where a signed one was asked for.
#[test]
fn a_signed_and_a_sealed_token_are_never_taken_for_each_other() {
    let sealing_header = encoded(SEALED.header());
    for (forger, form) in [(HS256, "signed"), (EDDSA, "signed"), (SEALED, "sealed")] {
        let claims = forger.claims().to_string();
        let (own, other) = (encoded(forger.header()), claims.as_bytes());
        let as_signed = forge::hmac_token(forger.secret(), &own, other);
        let as_sealed = forge::sealed_token(forger.secret(), &own, other);
        let wrong = if form == "signed" { as_sealed } else { as_signed };
        assert_eq!(forger.verdict(&wrong), "wrong_algorithm", "{forger:?}");
        let with_sealing_header = forge::sealed_token(forger.secret(), &sealing_header, other);
        let code = if form == "signed" { "wrong_algorithm" } else { "accepted" };
        assert_eq!(forger.verdict(&with_sealing_header), code, "{forger:?}");
    }
    let with_enc = HS256.header().and("enc", r#""A256GCM""#);
    assert_eq!(verdict_under(HS256, with_enc), "wrong_algorithm");
    for enc in ["A128GCM", "A192GCM", "A128CBC-HS256", "A256CBC-HS512", "a256gcm", ""] {
        let header = SEALED.header().with("enc", quoted(enc));
        assert_eq!(verdict_under(SEALED, header), "wrong_algorithm", "{enc}");
    }
    assert_eq!(verdict_under(SEALED, SEALED.header().without("enc")), "wrong_algorithm");
}

/// CVE-2026-39324: what could not be decrypted was read as it stood.
#[test]
fn a_sealed_token_that_does_not_open_is_not_read_as_plain() {
    for forger in [SEALED, Forger::session(Algorithm::A256Gcm)] {
        let (claims, parts) = (forger.claims().to_string(), parts_of(&forger.token()));
        for (part, bytes, code) in [
            (3, claims.clone().into_bytes(), "bad_signature"),
            (4, vec![0; 16], "bad_signature"),
            (2, vec![0; 12], "bad_signature"),
            (1, claims.clone().into_bytes(), "malformed"),
        ] {
            let mut parts = parts.clone();
            parts[part] = bytes;
            assert_eq!(forger.verdict(&token_of(&parts)), code, "{forger:?}: part {part}");
        }
        assert_eq!(forger.verdict(&claims), "malformed");
        assert_eq!(forger.verdict(&encoded(claims)), "malformed");
    }
}

/// CVE-2018-1000539: a GCM tag of one byte was accepted.
#[test]
fn a_tag_signature_or_nonce_of_another_length_is_refused() {
    for forger in Forger::ALL {
        let parts = parts_of(&forger.token());
        let first = if forger.algorithm == Algorithm::A256Gcm { 2 } else { parts.len() - 1 };
        for part in (first..parts.len()).filter(|part| *part != 3) {
            for length in (0..parts[part].len() + 40).filter(|length| *length != parts[part].len())
            {
                let mut parts = parts.clone();
                parts[part].resize(length, 0);
                let verdict = forger.verdict(&token_of(&parts));
                assert!(
                    ["malformed", "bad_signature"].contains(&verdict),
                    "{forger:?}: part {part} of {length} bytes: {verdict}"
                );
            }
        }
    }
}

/// CVE-2022-21449: a signature of zeroes was good for every message.
#[test]
fn a_signature_of_zeroes_or_of_a_second_form_is_refused() {
    let good = parts_of(&EDDSA.token());
    let point = good[2][..32].to_vec();
    let identity = [&[1][..], &[0; 31]].concat();
    for signature in [
        vec![0; 64],
        [identity, vec![0; 32]].concat(),
        [point.clone(), vec![0; 32]].concat(),
        [point, plus_group_order(&good[2][32..])].concat(),
        vec![0xff; 64],
    ] {
        let token = token_of(&[good[0].clone(), good[1].clone(), signature.clone()]);
        assert_eq!(EDDSA.verdict(&token), "bad_signature", "{}", forge::to_hex(&signature));
    }
}

/// The scalar plus the order of the group: a lax verifier takes both.
fn plus_group_order(scalar: &[u8]) -> Vec<u8> {
    let order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let mut carry = 0;
    let add = |(a, b): (&u8, &u8)| {
        let sum = u16::from(*a) + u16::from(*b) + carry;
        carry = sum >> 8;
        sum as u8
    };
    scalar.iter().zip(&order).map(add).collect()
}

/// CVE-2022-21449, for keys: under a public key of small order one signature fits many messages.
#[test]
fn a_public_key_of_small_order_or_of_a_second_form_is_refused() {
    for point in [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ] {
        let x = base64url::encode(&hex(point));
        let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#);
        assert_eq!(Key::from_jwk(jwk.as_bytes()), Err(KeyError::Unfit), "{point}");
    }
}

/// CVE-2026-35042: `crit` was not looked at.
#[test]
fn a_critical_member_that_is_not_understood_is_refused() {
    for forger in Forger::ALL {
        for (name, value) in
            [("x-policy", "1"), ("b64", "false"), ("exp", "1"), ("http://a.example", "{}")]
        {
            let header = forger.header().and(name, value).and("crit", json!([name]));
            assert_eq!(verdict_under(forger, header), "unknown_extension", "{forger:?}: {name}");
        }
    }
}

/// CVE-2025-30204: splitting at every dot cost memory for each of them.
#[test]
fn a_token_of_nothing_but_dots_is_not_split_at_each() {
    use waxseal::token::FormFault;
    let dots = ".".repeat(1 << 20);
    let Err(FormFault::Parts(counted)) = UntrustedToken::parse(&dots, usize::MAX) else {
        panic!("a token of {} dots", dots.len());
    };
    assert!(counted < 10, "it counted {counted} parts");
    for forger in Forger::ALL {
        assert_eq!(forger.verdict(&dots), "too_long");
        for dots in [0, 1, 3, 5, 6, 1000] {
            assert_eq!(forger.verdict(&".".repeat(dots)), "malformed", "{dots} dots");
        }
    }
}

/// CVE-2024-28180, CVE-2024-29371: a small compressed token grew without limit.
#[test]
fn a_compressed_token_is_refused_before_it_is_opened() {
    for forger in Forger::ALL {
        for zip in [r#""DEF""#, r#""GZIP""#, r#""""#, "null", "7"] {
            let header = forger.header().and("zip", zip);
            assert_eq!(verdict_under(forger, &header), "unknown_extension", "{forger:?}: {zip}");
        }
    }
}

/// CVE-2022-36083, CVE-2023-49290, GHSA-3prj (web-token): the token chose how often a password was
/// hashed. CVE-2015-9235 and others: the rest of JOSE is not here to be chosen either.
#[test]
fn an_algorithm_that_is_not_offered_is_refused() {
    for forger in Forger::ALL {
        for alg in [
            "PBES2-HS256+A128KW",
            "PBES2-HS384+A192KW",
            "PBES2-HS512+A256KW",
            "RSA1_5",
            "RSA-OAEP",
            "RSA-OAEP-256",
            "ECDH-ES",
            "ECDH-ES+A256KW",
            "A128KW",
            "A256KW",
            "A256GCMKW",
            "HS1",
            "HS384",
            "HS512",
            "RS256",
            "RS512",
            "PS256",
            "ES256",
            "ES384",
            "ES512",
            "ES256K",
            "Ed448",
        ] {
            let header = forger.header().with("alg", quoted(alg)).and("p2c", 2_147_483_647);
            let header = header.and("p2s", r#""AAAA""#);
            assert_eq!(verdict_under(forger, header), "wrong_algorithm", "{forger:?}: {alg}");
        }
    }
}

/// CVE-2020-35918, CVE-2026-34986, CVE-2020-26521: a malformed token ended the program.
#[test]
fn a_malformed_token_is_an_error_and_no_panic() {
    for forger in Forger::ALL {
        let token = forger.token();
        let header = encoded(forger.header());
        for text in [
            "",
            ".",
            "..",
            "...",
            "....",
            ".....",
            "a",
            "a.b",
            "a.b.c",
            "a.b.c.d.e",
            "é.é.é",
            "AA.AA.AA",
            "e30.e30.e30",
            "e30..AA.AA.AA",
            "\0.\0.\0",
            "=.=.=",
            "🍪.🍪.🍪.🍪.🍪",
            &format!("{header}.."),
            &format!("{header}...."),
            &format!("{header}.AA.AA.AA.AA"),
            &format!("{header}.{header}.{header}"),
            &format!("{token}.{token}"),
            &token[1..],
        ] {
            assert_ne!(forger.verdict(text), "accepted", "{forger:?}: {text}");
        }
    }
}

// ---- claims ----

/// CVE-2020-26160: an `aud` array was of a type that the check passed over.
#[test]
fn an_audience_array_is_checked_like_a_string() {
    for forger in Forger::ALL {
        for (aud, code) in [
            (r#"["shop"]"#, "accepted"),
            (r#"["bank"]"#, "wrong_audience"),
            (r#"["bank","post"]"#, "wrong_audience"),
            ("[]", "wrong_audience"),
            (r#"[""]"#, "wrong_audience"),
            ("[null]", "bad_claims"),
            ("[7]", "bad_claims"),
            ("{}", "bad_claims"),
        ] {
            assert_eq!(
                forger.verdict_on(&forger.claims().with("aud", aud)),
                code,
                "{forger:?}: {aud}"
            );
        }
    }
}

/// CVE-2026-25537: an `exp` or `nbf` of a wrong type counted as absent, and absent as unlimited.
#[test]
fn a_time_of_a_wrong_type_does_not_count_as_absent() {
    let lenient = jwt::Verifier::<Value>::setup(KeySet::only(HS256.key()))
        .any_audience()
        .allow_missing_expiry()
        .clock(clock_at(Timestamp::from_secs(NOW)))
        .revocations(NO_LIST);
    for name in ["exp", "nbf", "iat"] {
        let absent = HS256.token_of(&HS256.claims().without(name));
        assert_eq!(code_of(lenient.verify(&absent)), "accepted", "without {name}");
        for wrong in ["null", "true", r#""1795220000""#, r#""never""#, "[]", "{}", "[1795220000]"] {
            let token = HS256.token_of(&HS256.claims().with(name, wrong));
            assert_eq!(code_of(lenient.verify(&token)), "bad_claims", "{name} = {wrong}");
        }
    }
}

/// CVE-2024-53861: `iss` was right if the expected issuer contained it.
#[test]
fn an_issuer_that_is_nearly_right_is_wrong() {
    for forger in Forger::ALL {
        for near in [
            "",
            "h",
            "https://id.exampl",
            "ttps://id.example",
            "id.example",
            "https://id.example/",
            "https://id.example.evil.example",
            "https://ID.example",
            "https://id.example ",
            " https://id.example",
            "https://id.example\0",
            "http://id.example",
            "https://id.examplе",
        ] {
            let claims = forger.claims().with("iss", quoted(near));
            assert_eq!(forger.verdict_on(&claims), "wrong_issuer", "{forger:?}: {near:?}");
        }
    }
}

/// T3 (Keats/jsonwebtoken 493): an audience that was asked for did not have to be there.
#[test]
fn a_token_without_the_audience_that_was_asked_for_is_refused() {
    for forger in Forger::ALL {
        assert_eq!(forger.verdict_on(&forger.claims().without("aud")), "wrong_audience");
        assert_eq!(forger.verdict_on(&forger.claims().without("iss")), "wrong_issuer");
    }
}

/// CVE-2017-18589: a duration at the end of its range overflowed.
#[test]
fn durations_and_times_at_the_end_of_their_range_do_not_overflow() {
    for span in [Duration::MAX, Duration::from_secs(u64::MAX), Duration::from_millis(u64::MAX)] {
        for at in [Timestamp::EPOCH, Timestamp::from_secs(NOW), Timestamp::END] {
            assert_eq!((at.after(span), at.before(span)), (Timestamp::END, Timestamp::EPOCH));
        }
    }
    for secs in [i64::MIN, -1, 0] {
        assert_eq!(Timestamp::from_secs(secs), Timestamp::EPOCH, "{secs}");
    }
    assert_eq!(Timestamp::from_secs(i64::MAX), Timestamp::END);

    let (service, whole_seconds) = (Service::new(), Duration::from_secs(u64::MAX));
    for lifetimes in [
        Lifetimes::default().token(whole_seconds),
        Lifetimes::default().idle(whole_seconds),
        Lifetimes::default().absolute(whole_seconds),
        Lifetimes::default().renew_after(whole_seconds),
    ] {
        let refused = Issuer::with_lifetimes(&service.keys, ISSUER, AUDIENCE, lifetimes);
        let Err(fault @ SetupError::TooLong { .. }) = refused else { panic!("{refused:?}") };
        assert!(fault.to_string().contains(" d"), "{fault}");
    }
    let policy = RingPolicy {
        longest_life: whole_seconds,
        verifier_cache: whole_seconds,
        ..RingPolicy::default()
    };
    assert_eq!((policy.retention(), policy.staging()), (Duration::MAX, Duration::MAX));
}

// ---- revocation and renewal ----

/// A login service with a list, a verifier that knows the list, and a clock to move.
struct Service {
    hand: ManualClock,
    keys: Keys,
    list: RevocationList,
    renewer: Renewer,
    dir: tempfile::TempDir,
}

impl Service {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let hand = ManualClock::at(Timestamp::from_secs(NOW));
        let ring = NewRing::new(ISSUER).clock(hand.clock());
        let keys = ring.create(dir.path().join("keys")).expect("a ring");
        let list = RevocationList::in_memory();
        let renewer = renewer(&keys, &hand, &list);
        Self { hand, keys, list, renewer, dir }
    }

    fn ring_dir(&self) -> std::path::PathBuf {
        self.dir.path().join("keys")
    }

    fn mint(&self) -> Token {
        self.renewer.mint(SUBJECT, &7_u32).expect("a sound state")
    }

    /// A login and its verified session.
    fn login(&self) -> (Token, Session<u32>) {
        let token = self.mint();
        let session = self.verifier().verify(&token).expect("a good token");
        (token, session)
    }

    fn verifier(&self) -> Verifier {
        Verifier::new(self.keys.clone(), ISSUER, AUDIENCE)
            .clock(self.hand.clock())
            .revocations(&self.list)
    }

    fn verdict(&self, token: &str) -> &'static str {
        code_of(self.verifier().verify::<u32>(token))
    }

    fn end(&self, what: &Revocation) {
        self.list.revoke(what).expect("room");
    }

    fn revoke(&self, session: &Session<u32>) {
        self.end(&Revocation::session(session.id()).ends_by(session.absolute_limit()));
    }
}

fn renewer(keys: &Keys, hand: &ManualClock, list: &RevocationList) -> Renewer {
    let issuer = Issuer::new(keys, ISSUER, AUDIENCE).expect("an issuer");
    issuer.clock(hand.clock()).renewing(list).expect("a list")
}

const MINUTE: Duration = Duration::from_secs(60);

fn is_revoked(result: &Result<impl std::fmt::Debug, RenewError>) -> bool {
    matches!(result, Err(RenewError::Ended(VerifyError::Revoked(Revoked::Session))))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    /// CVE-2020-26892: a cut-off was compared with the present, not with the token's own time.
    #[test]
    fn a_cut_off_ends_what_began_before_it_whenever_it_is_asked(
        started in NOW * 1000 - 5..NOW * 1000 + 5,
        cuts in prop::collection::vec(NOW * 1000 - 5..NOW * 1000 + 5, 0..3),
        now in 0..200_i64,
        kind in prop::sample::select(vec![Kind::Session, Kind::Jwt]),
    ) {
        let forger = Forger { kind, algorithm: Algorithm::Hs256 };
        let list = RevocationList::in_memory();
        for cut in &cuts {
            list.revoke(&Revocation::subject(SUBJECT).before(Timestamp::from_millis(*cut))).expect("room");
        }
        // A session says when it began; of another token the `iat` must do.
        let seconds = format!("{}.{:03}", started / 1000, started % 1000);
        let claims = match kind {
            Kind::Session => forger.claims().with("sst", started),
            Kind::Jwt => forger.claims().with("iat", seconds),
        };
        let dead = cuts.iter().any(|cut| started <= *cut);
        let expected = if dead { "subject_revoked" } else { "accepted" };
        let verdict = verdict_with(forger, &list, Timestamp::from_secs(NOW + now), &claims);
        prop_assert_eq!(verdict, expected, "{} against {:?}", started, cuts);
    }
}

/// What a verifier of the forger's kind says at `now`, given the list.
fn verdict_with(
    forger: Forger,
    list: &RevocationList,
    now: Timestamp,
    claims: &Object,
) -> &'static str {
    let (keys, token) = (KeySet::only(forger.key()), forger.token_of(claims));
    match forger.kind {
        Kind::Session => {
            let setup = Verifier::new(keys, ISSUER, AUDIENCE).clock(clock_at(now));
            code_of(setup.revocations(list).verify::<Cart>(&token))
        }
        Kind::Jwt => {
            let setup = jwt::Verifier::<Value>::setup(keys).audience(AUDIENCE).clock(clock_at(now));
            code_of(setup.revocations(list).verify(&token))
        }
    }
}

/// CVE-2026-18218, CVE-2026-8922: of two levels of revocation one was not looked at.
#[test]
fn every_level_of_revocation_counts_alone_and_with_the_others() {
    for levels in 0..8 {
        let service = Service::new();
        let (token, session) = service.login();
        let has = |level| levels & (1 << level) != 0;
        let end = session.absolute_limit();
        if has(0) {
            service.end(&Revocation::token(session.token_id()).ends_by(end));
        }
        if has(1) {
            service.end(&Revocation::session(session.id()).ends_by(end));
        }
        if has(2) {
            service.end(&Revocation::subject(SUBJECT).before(session.started_at()).ends_by(end));
        }
        let verdict = service.verdict(&token);
        assert_eq!(verdict == "accepted", levels == 0, "levels {levels:03b}: {verdict}");
    }
}

/// CVE-2026-18218: of two cut-offs the later one counts, whichever came last.
#[test]
fn the_latest_cut_off_counts_in_whatever_order_they_come() {
    for cuts in [[0, -5], [-5, 0]] {
        let service = Service::new();
        let (token, session) = service.login();
        for cut in cuts {
            let at = session.started_at().timestamp_millis() + cut;
            service.end(&Revocation::subject(SUBJECT).before(Timestamp::from_millis(at)));
        }
        assert_eq!(service.verdict(&token), "subject_revoked", "{cuts:?}");
    }
}

/// CVE-2025-46336, CVE-2025-32441, T11: a request in flight wrote a session back after its logout.
#[test]
fn a_renewal_that_races_a_logout_never_outlives_it() {
    for logout_after in 0..4 {
        let service = Service::new();
        let (token, session) = service.login();
        service.hand.advance(6 * MINUTE);
        let mut at_hand = vec![token.clone()];
        let logout = |step| {
            if step == logout_after {
                service.revoke(&session);
            }
        };
        logout(0);
        let verified = service.renewer.verify::<u32>(&token);
        logout(1);
        let renewed = verified
            .map_err(RenewError::from)
            .and_then(|lapsed| service.renewer.renew_now(&lapsed));
        logout(2);
        at_hand.extend(renewed.as_ref().ok().cloned());
        let again = renewed
            .and_then(|token| Ok(service.renewer.verify::<u32>(&token)?))
            .and_then(|lapsed| service.renewer.renew_now(&lapsed));
        logout(3);
        at_hand.extend(again.ok());
        assert_eq!(at_hand.len(), [1, 1, 2, 3][logout_after], "tokens after step {logout_after}");
        for token in at_hand {
            assert_eq!(service.verdict(&token), "session_revoked", "logout at {logout_after}");
        }
    }
}

/// T7: an update of the session minted it anew from a copy that was verified before its revocation.
#[test]
fn a_session_verified_before_its_revocation_is_not_renewed_after_it() {
    let service = Service::new();
    let (_, session) = service.login();
    let kept = session.clone().into();
    assert_eq!(service.renewer.renew(&kept), Ok(Renewal::NotDue));
    assert!(service.renewer.renew_now(&kept).is_ok());
    service.revoke(&session);
    assert!(is_revoked(&service.renewer.renew(&kept)), "before it is due");
    service.hand.advance(6 * MINUTE);
    assert!(is_revoked(&service.renewer.renew(&kept)), "when it is due");
    assert!(is_revoked(&service.renewer.renew_now(&kept)));
    assert!(is_revoked(&service.renewer.renew_now(&kept.with_state("another"))));
}

/// T17: a logout that only clears the cookie leaves every captured copy alive.
#[test]
fn a_captured_token_is_dead_after_the_logout() {
    let service = Service::new();
    let (captured, session) = service.login();
    let (other, _) = service.login();
    service.hand.advance(6 * MINUTE);
    let renewed = service.renewer.renew_now(&session.clone().into()).expect("it is alive");
    service.revoke(&session);
    assert_eq!(service.verdict(&captured), "session_revoked");
    assert_eq!(service.verdict(&renewed), "session_revoked");
    assert_eq!(service.verdict(&other), "accepted", "another session of the same user");
    assert_eq!(code_of(service.renewer.verify::<u32>(&captured)), "session_revoked");
}

/// T6: a list keyed by the token's text is passed by another spelling of the same token.
#[test]
fn a_revoked_token_has_no_second_spelling() {
    let service = Service::new();
    let (token, session) = service.login();
    service.end(&Revocation::token(session.token_id()));
    assert_eq!(service.verdict(&token), "token_revoked");
    for spelling in [
        format!("{token}="),
        format!("{token}=="),
        format!("{token}\n"),
        format!(" {token}"),
        with_last_bits_changed(&token),
    ] {
        let verdict = service.verdict(&spelling);
        assert!(["malformed", "bad_signature"].contains(&verdict), "{spelling:?}: {verdict}");
    }
}

/// The last character differs in bits that no byte of the signature takes.
fn with_last_bits_changed(token: &str) -> String {
    let (rest, last) = token.split_at(token.len() - 1);
    let next = char::from(last.as_bytes()[0] + 1);
    format!("{rest}{next}")
}

/// T6, for ids: a foreign `jti` that is an id of ours in form is found under either name.
#[test]
fn a_revoked_foreign_token_is_found_by_its_exact_id() {
    for id in ["7f3a", "order-7 of ada", forge::TOKEN_ID, "dG9rZW4taWQtMTIzNDU2Nx", ""] {
        let list = RevocationList::in_memory();
        list.revoke(&Revocation::foreign_token(id)).expect("room");
        for (jti, code) in [(id, "token_revoked"), ("another", "accepted"), ("7F3A", "accepted")] {
            let claims = HS256.claims().with("jti", quoted(jti));
            let verdict = verdict_with(HS256, &list, Timestamp::from_secs(NOW), &claims);
            assert_eq!(verdict, code, "{jti:?} with {id:?} in the list");
        }
    }
}

/// T1: after a rotation tokens were signed with the old key.
#[test]
fn a_rotated_ring_signs_with_the_promoted_key_and_verifies_with_both() {
    let service = Service::new();
    let before = service.mint();
    promote(&service.ring_dir(), 2, 2, service.hand.clock().now());
    let rotated = Keys::open(service.ring_dir()).expect("a ring");
    let after =
        renewer(&rotated, &service.hand, &service.list).mint(SUBJECT, &7_u32).expect("a token");
    let named: Vec<_> =
        rotated.keys().map(|(_, _, key)| key.id().expect("a kid").clone()).collect();
    assert_eq!(kid_of(&before), named[0].as_str());
    assert_eq!(kid_of(&after), named[1].as_str());
    assert_eq!(service.verdict(&before), "accepted");
    assert_eq!(service.verdict(&after), "accepted", "staged keys verify: verifiers may be behind");
    let verifier = Verifier::new(rotated, ISSUER, AUDIENCE).clock(service.hand.clock());
    let verifier = verifier.revocations(NO_LIST);
    assert_eq!(code_of(verifier.verify::<u32>(&before)), "accepted");
    assert_eq!(code_of(verifier.verify::<u32>(&after)), "accepted");
}

/// T4: a retired key verified until the next rotation ran.
#[test]
fn a_retired_key_stops_at_its_moment_without_anything_running() {
    let service = Service::new();
    promote(&service.ring_dir(), 2, 2, service.hand.clock().now());
    let rotated = Keys::open(service.ring_dir()).expect("a ring");
    let old = rotated.keys().next().expect("the first key").2.clone();
    let token = jwt::Issuer::new(old).expect("a private key");
    let token = token.mint(&json!({ "exp": NOW + 9_000_000 })).expect("sound claims");
    let verifier = jwt::Verifier::<Value>::setup(rotated.clone()).clock(service.hand.clock());
    let verifier = verifier.revocations(NO_LIST);
    service.hand.advance(rotated.policy().retention() - Duration::from_millis(1));
    assert_eq!(code_of(verifier.verify(&token)), "accepted");
    service.hand.advance(Duration::from_millis(1));
    assert_eq!(code_of(verifier.verify(&token)), "key_retired");
}

/// Lets the key `seq` sign from `at` on: the file that a rotation writes.
fn promote(dir: &Path, number: u32, seq: u32, at: Timestamp) {
    let promotion =
        json!({ "v": 1, "ring": "id.example", "seq": seq, "at": at.to_string(), "by": "a test" });
    let path = dir.join(format!("sign-{number:04}.json"));
    durable::create_new(&path, promotion.to_string().as_bytes(), durable::Readers::Owner)
        .expect("a new file");
}

fn kid_of(token: &str) -> String {
    let token = UntrustedToken::parse(token, usize::MAX).expect("a token");
    let header = token.untrusted_header().expect("a header");
    header.untrusted_kid().expect("a kid").to_owned()
}

/// T18: a derived `Debug` or a debug log printed the whole token.
#[test]
fn debug_of_what_carries_a_token_does_not_show_it() {
    let service = Service::new();
    let (token, session) = service.login();
    let renewed = service.renewer.renew_now(&session.clone().into()).expect("it is alive");
    let untrusted = UntrustedToken::parse(&token, usize::MAX).expect("a token");
    let debugged =
        format!("{token:?} {untrusted:?} {session:?} {:?}", Renewal::Renewed(renewed.clone()));
    for token in [token, renewed] {
        for part in token.split('.') {
            assert!(!debugged.contains(part), "{debugged}");
        }
    }
    assert!(!debugged.contains(SUBJECT), "{debugged}");
}
