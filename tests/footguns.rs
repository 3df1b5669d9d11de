//! The mistakes that users of other token libraries make, or that those libraries make for them.
//! Each is a test here: it is refused, or it cannot be said.

mod forge;

use std::time::Duration;

use forge::{
    AUDIENCE, Cart, Forger, ISSUER, KID, Kind, NO_LIST, NOW, Object, SUBJECT, clock_at, code_of,
    encodings_of_public_key, kid, public_bytes, quoted,
};
use serde_json::Value;
use waxseal::jwt::{self, MintError};
use waxseal::key::{Algorithm, Key, KeyError, KeySet, Member, Standing, Weakness};
use waxseal::secret::SecretBytes;
use waxseal::time::Timestamp;
use waxseal::{Verifier, base64url, limits};

const HS256: Forger = Forger::jwt(Algorithm::Hs256);
const EDDSA: Forger = Forger::jwt(Algorithm::EdDsa);
const SEALED: Forger = Forger::jwt(Algorithm::A256Gcm);

/// A verifier of JWTs under the HS256 key, to be completed.
fn verifier() -> jwt::VerifierSetup<Value> {
    jwt::Verifier::setup(KeySet::only(HS256.key())).clock(clock_at(Timestamp::from_secs(NOW)))
}

/// What a verifier says to these claims.
fn verdict_of(setup: jwt::VerifierSetup<Value>, claims: &Object) -> &'static str {
    code_of(setup.revocations(NO_LIST).verify(&HS256.token_of(claims)))
}

/// Claims with nothing but an expiry.
fn bare() -> Object {
    Object::new().and("exp", NOW + 900)
}

// ---- claims ----

#[test]
fn a_configured_claim_must_be_there() {
    for (name, setup, code) in [
        ("iss", verifier().issuer(ISSUER), "wrong_issuer"),
        ("aud", verifier().audience(AUDIENCE), "wrong_audience"),
        ("sub", verifier().require("sub"), "missing_claim"),
        ("jti", verifier().require("jti"), "missing_claim"),
        ("role", verifier().require("role"), "missing_claim"),
        ("nbf", verifier().require("nbf"), "missing_claim"),
    ] {
        assert_eq!(verdict_of(setup, &bare()), code, "without {name}");
    }
}

#[test]
fn a_configured_claim_that_is_there_is_enough() {
    let setup = verifier().issuer(ISSUER).audience(AUDIENCE).require("sub").require("role");
    assert_eq!(verdict_of(setup, &HS256.claims().and("role", r#""x""#)), "accepted");
}

#[test]
fn a_configured_claim_of_a_wrong_type_does_not_count_as_absent_or_present() {
    for (name, wrong) in [("aud", "7"), ("iss", "7"), ("sub", "7"), ("exp", r#""never""#)] {
        let setup = verifier().require(name).any_audience();
        assert_eq!(verdict_of(setup, &HS256.claims().with(name, wrong)), "bad_claims", "{name}");
    }
}

#[test]
fn a_null_claim_is_neither_absent_nor_present() {
    for name in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid"] {
        let lenient = || verifier().any_audience().allow_missing_expiry();
        assert_eq!(verdict_of(lenient(), &HS256.claims().without(name)), "accepted", "no {name}");
        assert_eq!(
            verdict_of(lenient(), &HS256.claims().with(name, "null")),
            "bad_claims",
            "{name}"
        );
    }
}

#[test]
fn a_claim_that_stands_twice_is_refused() {
    for forger in Forger::ALL {
        for (name, value) in [
            ("iss", quoted(ISSUER)),
            ("aud", quoted(AUDIENCE)),
            ("sub", quoted(SUBJECT)),
            ("exp", (NOW + 900).to_string()),
            ("nbf", NOW.to_string()),
            ("iat", NOW.to_string()),
            ("jti", quoted(forge::TOKEN_ID)),
            ("sid", quoted(forge::SESSION_ID)),
            (r"\u0065xp", (NOW + 900).to_string()),
            (r"is\u0073", quoted("https://evil.example")),
        ] {
            let twice = forger.claims().and(name, value);
            assert_eq!(forger.verdict_on(&twice), "bad_claims", "{forger:?}: {name}");
        }
    }
}

#[test]
fn a_session_claim_that_stands_twice_is_refused() {
    let forger = Forger::session(Algorithm::EdDsa);
    let claims = forger.claims().and("ck", quoted("__Host-id"));
    assert_eq!(forger.verdict_on(&claims), "accepted");
    for (name, value) in [
        ("auth_time", NOW.to_string()),
        ("sst", (NOW * 1000).to_string()),
        ("idl", (NOW + 9_000_000).to_string()),
        ("abs", (NOW + 9_000_000).to_string()),
        ("rnw", NOW.to_string()),
        ("pro", quoted("default")),
        ("gen", "0".into()),
        ("ver", "1".into()),
        ("ck", quoted("__Host-id")),
        ("st", r#"{"items":[],"note":""}"#.into()),
        (r"\u0073t", r#"{"items":[],"note":""}"#.into()),
    ] {
        let twice = claims.clone().and(name, value);
        assert_ne!(forger.verdict_on(&twice), "accepted", "{name}");
    }
}

#[test]
fn a_session_of_another_format_version_is_refused_and_not_guessed_at() {
    for forger in Forger::ALL.into_iter().filter(|forger| forger.kind == Kind::Session) {
        for (ver, code) in [(0, "bad_claims"), (1, "accepted"), (2, "bad_claims")] {
            let verdict = forger.verdict_on(&forger.claims().with("ver", ver));
            assert_eq!(verdict, code, "{forger:?}: version {ver}");
        }
    }
}

#[test]
fn a_claim_of_the_callers_own_that_stands_twice_is_refused() {
    let claims = HS256.claims().and("admin", "false");
    assert_eq!(HS256.verdict_on(&claims), "accepted");
    for again in ["admin", r"\u0061dmin"] {
        assert_eq!(HS256.verdict_on(&claims.clone().and(again, "true")), "bad_claims", "{again}");
    }
}

#[test]
fn an_audience_is_a_string_or_an_array_that_names_us_exactly() {
    let most = format!("[{}]", vec![r#""shop""#; limits::AUDIENCES].join(","));
    let too_many = format!("[{}]", vec![r#""shop""#; limits::AUDIENCES + 1].join(","));
    for (aud, code) in [
        (r#""shop""#, "accepted"),
        (r#"["shop"]"#, "accepted"),
        (r#"["bank","shop"]"#, "accepted"),
        (r#""\u0073hop""#, "accepted"),
        (&most, "accepted"),
        (&too_many, "bad_claims"),
        ("[]", "wrong_audience"),
        (r#"["bank"]"#, "wrong_audience"),
        (r#""bank""#, "wrong_audience"),
        (r#""Shop""#, "wrong_audience"),
        (r#""shop ""#, "wrong_audience"),
        (r#""shop,bank""#, "wrong_audience"),
        (r#""workshop""#, "wrong_audience"),
        (r#""shopping""#, "wrong_audience"),
        (r#"["workshop","shopping"]"#, "wrong_audience"),
        (r#""""#, "wrong_audience"),
        (r#"[["shop"]]"#, "bad_claims"),
        (r#"{"shop":true}"#, "bad_claims"),
    ] {
        for forger in [HS256, Forger::session(Algorithm::Hs256)] {
            assert_eq!(forger.verdict_on(&forger.claims().with("aud", aud)), code, "{aud}");
        }
    }
}

#[test]
fn a_token_for_an_audience_needs_somebody_who_says_who_we_are() {
    for aud in [r#""shop""#, r#"["shop"]"#, "[]", r#""""#] {
        let claims = bare().and("aud", aud);
        assert_eq!(verdict_of(verifier(), &claims), "unexpected_audience", "{aud}");
        assert_eq!(verdict_of(verifier().any_audience(), &claims), "accepted", "{aud}");
    }
}

// ---- times ----

#[test]
fn a_token_without_an_expiry_is_refused_until_that_is_asked_for() {
    let claims = Object::new().and("sub", quoted(SUBJECT));
    assert_eq!(verdict_of(verifier(), &claims), "missing_claim");
    assert_eq!(verdict_of(verifier().allow_missing_expiry(), &claims), "accepted");
    let expired = claims.and("exp", NOW - 60);
    assert_eq!(verdict_of(verifier().allow_missing_expiry(), &expired), "expired");
}

#[test]
fn a_token_without_an_expiry_is_not_minted() {
    let issuer = jwt::Issuer::new(HS256.key()).expect("a private key");
    let claims = serde_json::json!({ "sub": SUBJECT });
    assert_eq!(issuer.mint(&claims).err(), Some(MintError::NoExpiry));
}

#[test]
fn an_expiry_at_the_edges_of_numbers_is_refused() {
    for (exp, code) in [
        ("0", "expired"),
        ("-0", "expired"),
        ("0.0", "expired"),
        ("1", "expired"),
        ("1e-300", "expired"),
        ("-1", "bad_claims"),
        ("-1.0", "bad_claims"),
        ("253402300799", "accepted"),
        ("253402300799.999", "accepted"),
        ("253402300800", "bad_claims"),
        ("1795225163000", "bad_claims"),
        ("9223372036854775807", "bad_claims"),
        ("9223372036854775808", "bad_claims"),
        ("18446744073709551616", "bad_claims"),
        ("1e18", "bad_claims"),
        ("1e308", "bad_claims"),
        ("1e309", "bad_claims"),
    ] {
        for forger in Forger::ALL {
            let verdict = forger.verdict_on(&forger.claims().with("exp", exp));
            assert_eq!(verdict, code, "{forger:?}: exp = {exp}");
        }
    }
}

#[test]
fn an_expiry_with_a_fraction_is_neither_rounded_up_nor_away() {
    let claims = bare().with("exp", format!("{NOW}.250"));
    for (after, code) in [(0, "accepted"), (249, "accepted"), (250, "expired"), (251, "expired")] {
        let now = Timestamp::from_millis(NOW * 1000 + after);
        let setup = verifier().clock(clock_at(now)).leeway(Duration::ZERO);
        assert_eq!(verdict_of(setup, &claims), code, "{after} ms after");
    }
}

#[test]
fn times_are_checked_to_the_second_with_thirty_seconds_forgiven() {
    for forger in Forger::ALL {
        for (name, value, code) in [
            ("exp", NOW - 29, "accepted"),
            ("exp", NOW - 30, "expired"),
            ("nbf", NOW + 30, "accepted"),
            ("nbf", NOW + 31, "not_yet_valid"),
            ("iat", NOW + 30, "accepted"),
            ("iat", NOW + 31, "issued_in_future"),
        ] {
            let verdict = forger.verdict_on(&forger.claims().with(name, value));
            assert_eq!(verdict, code, "{forger:?}: {name} = now {:+}", value - NOW);
        }
    }
}

#[test]
fn a_leeway_never_exceeds_ten_minutes_however_large_it_is() {
    for leeway in [Duration::MAX, Duration::from_secs(u64::MAX), Duration::from_secs(86_400)] {
        for (name, value, code) in [
            ("exp", NOW - 599, "accepted"),
            ("exp", NOW - 600, "expired"),
            ("nbf", NOW + 600, "accepted"),
            ("nbf", NOW + 601, "not_yet_valid"),
            ("iat", NOW + 601, "issued_in_future"),
        ] {
            let setup = verifier().leeway(leeway);
            assert_eq!(verdict_of(setup, &bare().with(name, value)), code, "{name}");
            let session = Forger::session(Algorithm::Hs256);
            let setup = Verifier::new(KeySet::only(session.key()), ISSUER, AUDIENCE)
                .clock(clock_at(Timestamp::from_secs(NOW)))
                .leeway(leeway);
            let token = session.token_of(&session.claims().with(name, value));
            assert_eq!(code_of(setup.revocations(NO_LIST).verify::<Cart>(&token)), code, "{name}");
        }
    }
}

#[test]
fn a_leeway_larger_than_the_time_since_1970_does_not_wrap_around() {
    for (now, code) in [(Timestamp::EPOCH, "accepted"), (Timestamp::END, "expired")] {
        let setup = verifier().clock(clock_at(now)).leeway(Duration::MAX);
        assert_eq!(verdict_of(setup, &bare().with("exp", 1)), code, "at {now}");
    }
    let last = verifier().clock(clock_at(Timestamp::END)).leeway(Duration::MAX);
    assert_eq!(verdict_of(last, &bare().with("exp", 253_402_300_799_i64)), "expired");
}

// ---- headers ----

/// What the verifier says to good claims under this header, signed with the right key.
fn verdict_under(forger: Forger, header: impl std::fmt::Display) -> &'static str {
    forger.verdict(&forger.forge(header, forger.claims().to_string()))
}

#[test]
fn a_header_member_that_stands_twice_is_refused() {
    for forger in Forger::ALL {
        for (name, value) in [
            ("alg", r#""HS256""#),
            ("alg", r#""none""#),
            ("kid", r#""k1""#),
            ("typ", r#""session+jwt""#),
            ("typ", r#""JWT""#),
            (r"\u0061lg", r#""EdDSA""#),
            (r"ki\u0064", r#""k2""#),
        ] {
            let header = forger.header().and(name, value);
            assert_eq!(verdict_under(forger, header), "malformed", "{forger:?}: {name}");
        }
        let ignored = forger.header().and("x", "1");
        assert_eq!(verdict_under(forger, &ignored), "accepted", "{forger:?}");
        assert_eq!(verdict_under(forger, ignored.and("x", "1")), "malformed", "{forger:?}");
    }
}

#[test]
fn a_critical_extension_is_refused_whatever_it_says() {
    for forger in Forger::ALL {
        for crit in [
            r#"["exp"]"#,
            r#"["b64"]"#,
            r#"["alg"]"#,
            r#"["urn:example:unknown"]"#,
            r#"[""]"#,
            "[]",
            "[7]",
            "{}",
            r#""exp""#,
            "null",
            "false",
        ] {
            let header = forger.header().and("crit", crit).and("urn:example:unknown", "true");
            assert_eq!(verdict_under(forger, header), "unknown_extension", "{forger:?}: {crit}");
        }
    }
}

#[test]
fn an_unencoded_compressed_or_nested_payload_is_refused() {
    for forger in Forger::ALL {
        for (name, value, code) in [
            ("b64", "false", "unknown_extension"),
            ("b64", "true", "unknown_extension"),
            ("b64", "null", "unknown_extension"),
            ("zip", r#""DEF""#, "unknown_extension"),
            ("cty", r#""JWT""#, "nested"),
            ("cty", r#""jwt""#, "nested"),
            ("cty", r#""application/jwt""#, "nested"),
        ] {
            let header = forger.header().and(name, value);
            assert_eq!(verdict_under(forger, header), code, "{forger:?}: {name} = {value}");
        }
    }
}

#[test]
fn an_unsigned_token_is_refused_however_none_is_spelt() {
    for forger in Forger::ALL {
        for (alg, code) in [
            ("none", "unsecured"),
            ("None", "unsecured"),
            ("NONE", "unsecured"),
            ("nOnE", "unsecured"),
            (r"n\u006fne", "unsecured"),
            ("none ", "wrong_algorithm"),
            (" none", "wrong_algorithm"),
            (r"none\u0000", "wrong_algorithm"),
            ("ｎｏｎｅ", "wrong_algorithm"),
            ("", "wrong_algorithm"),
        ] {
            let header = forger.header().with("alg", format!("\"{alg}\""));
            assert_eq!(verdict_under(forger, &header), code, "{forger:?}: {alg:?}");
            let header = base64url::encode(header.to_string().as_bytes());
            let payload = base64url::encode(forger.claims().to_string().as_bytes());
            let unsigned = forger.verdict(&format!("{header}.{payload}."));
            assert_eq!(unsigned, code, "{forger:?}: {alg:?}");
        }
    }
}

#[test]
fn an_algorithm_is_named_exactly_as_it_is_registered() {
    for forger in Forger::ALL {
        for alg in [
            "hs256",
            "Hs256",
            "HS256 ",
            "HS384",
            "HS512",
            "eddsa",
            "EDDSA",
            "ed25519",
            "Ed448",
            "RS256",
            "PS256",
            "ES256",
            "ES256K",
            "DIR",
            "A256KW",
            "RSA1_5",
            "RSA-OAEP",
            "ECDH-ES",
            "PBES2-HS256+A128KW",
            "A256GCM",
            "a256gcm",
        ] {
            let header = forger.header().with("alg", quoted(alg));
            assert_eq!(verdict_under(forger, header), "wrong_algorithm", "{forger:?}: {alg}");
        }
        for alg in ["null", "7", r#"["HS256"]"#, r#"{"HS256":1}"#, "true"] {
            let header = forger.header().with("alg", alg);
            assert_eq!(verdict_under(forger, header), "malformed", "{forger:?}: {alg}");
        }
        assert_eq!(verdict_under(forger, forger.header().without("alg")), "malformed");
    }
    assert_eq!(verdict_under(EDDSA, EDDSA.header().with("alg", r#""Ed25519""#)), "accepted");
}

#[test]
fn a_public_key_is_never_a_secret() {
    let x = public_bytes(EDDSA.secret());
    for alg in ["HS256", "EdDSA"] {
        let header = EDDSA.header().with("alg", quoted(alg)).to_string();
        let code = if alg == "EdDSA" { "bad_signature" } else { "wrong_algorithm" };
        for (form, secret) in encodings_of_public_key(&x) {
            let header = base64url::encode(header.as_bytes());
            let claims = EDDSA.claims().to_string();
            let token = forge::hmac_token(&secret, &header, claims.as_bytes());
            assert_eq!(EDDSA.verdict(&token), code, "{alg} with {form}");
        }
    }
}

#[test]
fn a_kid_of_a_wrong_type_or_length_is_refused() {
    let of_length = |length| quoted(&"k".repeat(length));
    let (longest, too_long) = (of_length(limits::KID_BYTES), of_length(limits::KID_BYTES + 1));
    let (far_too_long, control) = (of_length(4096), quoted("k1\n"));
    for forger in Forger::ALL {
        for (value, code) in [
            ("null", "malformed"),
            ("1", "malformed"),
            ("true", "malformed"),
            (r#"["k1"]"#, "malformed"),
            (r#"{"k1":1}"#, "malformed"),
            (r#""""#, "malformed"),
            (&control, "malformed"),
            (&too_long, "malformed"),
            (&far_too_long, "malformed"),
            (&longest, "unknown_key"),
        ] {
            let header = forger.header().with("kid", value);
            assert_eq!(verdict_under(forger, header), code, "{forger:?}: {value}");
        }
    }
}

#[test]
fn a_kid_is_compared_exactly_and_is_nothing_but_a_name() {
    for forger in Forger::ALL {
        for name in [
            "K1",
            "k1 ",
            " k1",
            "k",
            "k11",
            "k2",
            "../../../../dev/null",
            "k1' OR '1'='1",
            "k1|cat /etc/passwd",
            "http://evil.example/k1",
            "0",
            "｜k1",
        ] {
            let header = forger.header().with("kid", quoted(name));
            assert_eq!(verdict_under(forger, header), "unknown_key", "{forger:?}: {name}");
        }
    }
}

#[test]
fn a_token_that_names_no_key_is_not_tried_with_any() {
    for forger in Forger::ALL {
        assert_eq!(verdict_under(forger, forger.header().without("kid")), "no_kid", "{forger:?}");
    }
}

#[test]
fn a_token_is_checked_with_the_key_that_it_names_and_no_other() {
    let other = Key::generate(Algorithm::Hs256).expect("random bytes").with_id(kid("k2"));
    let trusted = |key| Member { key, standing: Standing::Trusted };
    let set = KeySet::new(vec![trusted(HS256.key()), trusted(other)]).expect("two names");
    let verifier = jwt::Verifier::<Value>::setup(set)
        .any_audience()
        .clock(clock_at(Timestamp::from_secs(NOW)))
        .revocations(NO_LIST);
    for (name, code) in [(KID, "accepted"), ("k2", "bad_signature"), ("k3", "unknown_key")] {
        let header = HS256.header().with("kid", quoted(name));
        let token = HS256.forge(header, HS256.claims().to_string());
        assert_eq!(code_of(verifier.verify(&token)), code, "kid {name}");
    }
}

#[test]
fn a_token_of_one_kind_does_not_pass_for_another() {
    let jwt_only = [("JWT", "accepted"), ("jwt", "accepted"), ("application/JWT", "accepted")];
    let session_only = [
        ("session+jwt", "accepted"),
        ("Session+JWT", "accepted"),
        ("application/session+jwt", "accepted"),
    ];
    let neither = [
        "at+jwt",
        "application/at+jwt",
        "guest+jwt",
        "refresh+jwt",
        "id+jwt",
        "JWS",
        "JOSE",
        "",
        "session",
        "session+jwt ",
        "xsession+jwt",
        "application/",
        "text/session+jwt",
    ];
    for forger in Forger::ALL {
        let (own, others) = match forger.kind {
            Kind::Jwt => (jwt_only, session_only),
            Kind::Session => (session_only, jwt_only),
        };
        let refused = others.map(|(typ, _)| (typ, "wrong_type"));
        let neither = neither.map(|typ| (typ, "wrong_type"));
        for (typ, code) in own.into_iter().chain(refused).chain(neither) {
            let header = forger.header().with("typ", quoted(typ));
            assert_eq!(verdict_under(forger, header), code, "{forger:?}: {typ:?}");
        }
        let untyped = if forger.kind == Kind::Jwt { "accepted" } else { "wrong_type" };
        assert_eq!(verdict_under(forger, forger.header().without("typ")), untyped, "{forger:?}");
        assert_eq!(verdict_under(forger, forger.header().with("typ", "7")), "malformed");
    }
}

#[test]
fn a_special_kind_of_token_is_accepted_only_where_it_is_asked_for() {
    let token = HS256.forge(HS256.header().with("typ", r#""at+jwt""#), bare().to_string());
    for (setup, code) in [
        (verifier(), "wrong_type"),
        (verifier().typ("at+jwt"), "accepted"),
        (verifier().typ("rt+jwt"), "wrong_type"),
        (verifier().any_typ(), "accepted"),
    ] {
        assert_eq!(code_of(setup.revocations(NO_LIST).verify(&token)), code);
    }
    let untyped = HS256.forge(HS256.header().without("typ"), bare().to_string());
    let strict = verifier().typ("at+jwt").revocations(NO_LIST);
    assert_eq!(code_of(strict.verify(&untyped)), "wrong_type");
}

// ---- keys ----

fn secret(bytes: impl Into<Vec<u8>>) -> SecretBytes {
    SecretBytes::new(bytes.into())
}

/// `length` bytes without a pattern.
fn noise(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i * i * 31 + i * 7 + 11 + (i >> 4) * 57) as u8).collect()
}

#[test]
fn a_secret_that_is_empty_too_short_or_too_long_is_refused() {
    for (algorithm, length, fits) in [
        (Algorithm::Hs256, 0, false),
        (Algorithm::Hs256, 1, false),
        (Algorithm::Hs256, 16, false),
        (Algorithm::Hs256, 31, false),
        (Algorithm::Hs256, 32, true),
        (Algorithm::Hs256, 64, true),
        (Algorithm::Hs256, limits::HMAC_SECRET_BYTES, true),
        (Algorithm::Hs256, limits::HMAC_SECRET_BYTES + 1, false),
        (Algorithm::A256Gcm, 0, false),
        (Algorithm::A256Gcm, 16, false),
        (Algorithm::A256Gcm, 31, false),
        (Algorithm::A256Gcm, 32, true),
        (Algorithm::A256Gcm, 33, false),
        (Algorithm::EdDsa, 0, false),
        (Algorithm::EdDsa, 31, false),
        (Algorithm::EdDsa, 32, true),
        (Algorithm::EdDsa, 33, false),
        (Algorithm::EdDsa, 64, false),
    ] {
        let result = Key::from_secret(algorithm, secret(noise(length)));
        let refused = matches!(result, Err(KeyError::Length { has, .. }) if has == length);
        assert_eq!((result.is_ok(), refused), (fits, !fits), "{algorithm}, {length} bytes");
    }
}

#[test]
fn a_jwk_with_an_empty_short_or_long_key_is_refused() {
    let jwk = |kind: &str, member: &str, length: usize| {
        format!(r#"{{{kind},"{member}":"{}"}}"#, base64url::encode(&noise(length)))
    };
    let (hs256, a256gcm) = (r#""kty":"oct","alg":"HS256""#, r#""kty":"oct","alg":"A256GCM""#);
    let ed25519 = r#""kty":"OKP","crv":"Ed25519""#;
    for (kind, member, lengths) in [
        (hs256, "k", vec![0, 1, 31, limits::HMAC_SECRET_BYTES + 1]),
        (a256gcm, "k", vec![0, 16, 31, 33, 64]),
        (ed25519, "x", vec![0, 1, 31, 33, 64]),
    ] {
        for length in lengths {
            let jwk = jwk(kind, member, length);
            let fault = Key::from_jwk(jwk.as_bytes()).expect_err(&jwk);
            let by_length =
                matches!(fault, KeyError::Length { .. } | KeyError::Member { member: "x", .. });
            assert!(by_length, "{jwk}: {fault}");
        }
    }
}

#[test]
fn an_empty_hmac_secret_verifies_nothing() {
    let refused =
        Err(KeyError::Length { algorithm: Algorithm::Hs256, needs: "32 to 1024", has: 0 });
    assert_eq!(Key::from_secret(Algorithm::Hs256, secret("")), refused);
    for jwk in [r#"{"kty":"oct","alg":"HS256","k":""}"#, r#"{"kty":"oct","alg":"HS256"}"#] {
        assert!(Key::from_jwk(jwk.as_bytes()).is_err(), "{jwk}");
    }
    for (forger, code) in
        [(HS256, "bad_signature"), (EDDSA, "wrong_algorithm"), (SEALED, "wrong_algorithm")]
    {
        let header =
            base64url::encode(forger.header().with("alg", r#""HS256""#).to_string().as_bytes());
        let token = forge::hmac_token(b"", &header, forger.claims().to_string().as_bytes());
        assert_eq!(forger.verdict(&token), code, "{forger:?}");
    }
}

#[test]
fn a_secret_of_zeroes_is_refused() {
    for algorithm in Algorithm::ALL {
        let (bytes, refused) = match algorithm.name() {
            "HS384" | "v3.public" => (48, KeyError::Weak(Weakness::Repeated)),
            "HS512" => (64, KeyError::Weak(Weakness::Repeated)),
            "HS256" | "EdDSA" | "A256GCM" | "v4.public" | "v4.local" => {
                (32, KeyError::Weak(Weakness::Repeated))
            }
            // Their private keys are numbers that belong to others: no bytes alone are one.
            _ => (32, KeyError::NotASecret(*algorithm)),
        };
        assert_eq!(Key::from_secret(*algorithm, secret(vec![0; bytes])), Err(refused));
    }
    let jwk = Key::generate(Algorithm::Es256).expect("a key").to_public_jwk().expect("public");
    let zeroed = jwk.replacen('{', &format!(r#"{{"d":"{}","#, "A".repeat(43)), 1);
    assert!(Key::from_jwk(jwk.as_bytes()).is_ok());
    assert_eq!(Key::from_jwk(zeroed.as_bytes()), Err(KeyError::Weak(Weakness::Repeated)));
    let x = base64url::encode(&public_bytes(&[0; 32]));
    let d = base64url::encode(&[0; 32]);
    let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","d":"{d}"}}"#);
    assert_eq!(Key::from_jwk(jwk.as_bytes()), Err(KeyError::Weak(Weakness::Repeated)));
}

#[test]
fn a_symmetric_secret_that_can_be_guessed_is_refused() {
    for (text, weakness) in [
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", Weakness::Repeated),
        ("changemechangemechangemechangeme", Weakness::Repeated),
        ("a-string-secret-at-least-256-bits-long", Weakness::Published),
        ("my-super-secret-password-for-production", Weakness::Dictionary),
    ] {
        let refused = Err(KeyError::Weak(weakness));
        assert_eq!(Key::from_secret(Algorithm::Hs256, secret(text)), refused, "{text}");
    }
}

/// A JWK of the HS256 key with these members beside `kty` and `k`.
fn oct_jwk(members: &str) -> String {
    let k = base64url::encode(HS256.secret());
    format!(r#"{{"kty":"oct","k":"{k}"{members}}}"#)
}

/// A JWK of the public Ed25519 key with these members beside it.
fn okp_jwk(members: &str) -> String {
    let x = base64url::encode(&public_bytes(EDDSA.secret()));
    format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"{members}}}"#)
}

/// The JWK of a public key on P-256 with these members beside it: RFC 7515, Appendix A.3.
fn ec_jwk(members: &str) -> String {
    let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"{members}}}"#)
}

/// The JWK of a public RSA key with these members beside it.
fn rsa_jwk(members: &str) -> String {
    let public = forge::rsa_key(Algorithm::Rs256).to_public_jwk().expect("public");
    let public: serde_json::Value = serde_json::from_str(&public).expect("JSON");
    format!(r#"{{"kty":"RSA","n":{},"e":{}{members}}}"#, public["n"], public["e"])
}

#[test]
fn a_jwk_whose_members_contradict_each_other_is_refused() {
    let d = base64url::encode(EDDSA.secret());
    for jwk in [
        oct_jwk(r#","alg":"EdDSA""#),
        oct_jwk(r#","alg":"HS256","use":"enc""#),
        oct_jwk(r#","alg":"A256GCM","use":"sig""#),
        oct_jwk(r#","alg":"dir","use":"sig""#),
        oct_jwk(r#","alg":"HS256","key_ops":["encrypt","decrypt"]"#),
        oct_jwk(r#","alg":"A256GCM","key_ops":["sign","verify"]"#),
        oct_jwk(r#","alg":"HS256","key_ops":[]"#),
        oct_jwk(r#","alg":"HS256","key_ops":["deriveBits"]"#),
        oct_jwk(r#","alg":"HS256","x":"AA""#),
        oct_jwk(&format!(r#","alg":"HS256","d":"{d}""#)),
        oct_jwk(r#","alg":"ES256""#),
        oct_jwk(r#","alg":"RS256""#),
        okp_jwk(r#","alg":"HS256""#),
        okp_jwk(r#","alg":"A256GCM""#),
        okp_jwk(r#","alg":"ES256""#),
        ec_jwk(r#","alg":"ES384""#),
        ec_jwk(r#","alg":"EdDSA""#),
        ec_jwk(r#","use":"enc""#),
        ec_jwk(r#","key_ops":["sign"]"#),
        ec_jwk(r#","n":"AA""#),
        rsa_jwk(r#","alg":"HS256""#),
        rsa_jwk(r#","alg":"ES256""#),
        rsa_jwk(r#","alg":"RS256","use":"enc""#),
        rsa_jwk(r#","alg":"PS256","key_ops":["wrapKey"]"#),
        rsa_jwk(r#","alg":"RS256","k":"AA""#),
        okp_jwk(r#","use":"enc""#),
        okp_jwk(r#","key_ops":["sign"]"#),
        okp_jwk(r#","key_ops":["encrypt"]"#),
        okp_jwk(r#","k":"AA""#),
    ] {
        let fault = Key::from_jwk(jwk.as_bytes()).expect_err(&jwk);
        assert!(matches!(fault, KeyError::Contradiction(_)), "{jwk}: {fault}");
    }
}

#[test]
fn a_jwk_for_an_algorithm_that_is_not_offered_is_refused() {
    for jwk in [
        oct_jwk(r#","alg":"HS1""#),
        oct_jwk(r#","alg":"HS257""#),
        oct_jwk(r#","alg":"none""#),
        oct_jwk(r#","alg":"hs256""#),
        oct_jwk(r#","alg":"""#),
        oct_jwk(r#","alg":"A128GCM""#),
        oct_jwk(r#","alg":"A128KW""#),
        okp_jwk(r#","alg":"ES512""#),
        okp_jwk(r#","alg":"Ed448""#),
        okp_jwk("").replace("Ed25519", "Ed448"),
        okp_jwk("").replace("Ed25519", "X25519"),
        okp_jwk("").replace("Ed25519", "ed25519"),
        okp_jwk("").replace("OKP", "EC"),
        okp_jwk("").replace("OKP", "okp"),
        ec_jwk(r#","alg":"ES512""#),
        ec_jwk(r#","alg":"ES256K""#),
        ec_jwk(r#","alg":"ECDH-ES""#),
        ec_jwk("").replace("P-256", "P-521"),
        ec_jwk("").replace("P-256", "P-224"),
        ec_jwk("").replace("P-256", "secp256k1"),
        rsa_jwk(r#","alg":"RS1""#),
        rsa_jwk(r#","alg":"RSA1_5""#),
        rsa_jwk(r#","alg":"RSA-OAEP""#),
        rsa_jwk(r#","alg":"RS256","oth":[]"#),
        r#"{"kty":"AKP"}"#.into(),
        r#"{"kty":"none"}"#.into(),
    ] {
        let fault = Key::from_jwk(jwk.as_bytes()).expect_err(&jwk);
        assert!(matches!(fault, KeyError::Unsupported(_)), "{jwk}: {fault}");
    }
}

/// A secret shorter than the hash is the weaker of the two (RFC 7518 section 3.2).
#[test]
fn a_jwk_whose_secret_is_shorter_than_its_hash_is_refused() {
    for (alg, algorithm, needs) in
        [("HS384", Algorithm::Hs384, "48 to 1024"), ("HS512", Algorithm::Hs512, "64 to 1024")]
    {
        let jwk = oct_jwk(&format!(r#","alg":"{alg}""#));
        let refused = Err(KeyError::Length { algorithm, needs, has: 32 });
        assert_eq!(Key::from_jwk(jwk.as_bytes()), refused);
    }
}

#[test]
fn an_rsa_key_that_is_not_safe_is_refused() {
    let modulus = |bits: usize| {
        let mut n = vec![0x5a; bits / 8];
        (n[0], n[bits / 8 - 1]) = (0x80, 1);
        n
    };
    let jwk = |n: &[u8], e: &[u8]| {
        let (n, e) = (base64url::encode(n), base64url::encode(e));
        format!(r#"{{"kty":"RSA","alg":"RS256","n":"{n}","e":"{e}"}}"#)
    };
    let read = |n: &[u8], e: &[u8]| Key::from_jwk(jwk(n, e).as_bytes());
    for bits in [512, 1024, 2040, 8200] {
        assert_eq!(read(&modulus(bits), &[1, 0, 1]), Err(KeyError::Modulus { bits }));
    }
    for e in [&[3][..], &[17], &[0xff, 0xff], &[1, 0, 0], &[1, 0, 1, 0], &[2, 0, 0, 0, 1], &[1; 9]]
    {
        assert_eq!(read(&modulus(2048), e), Err(KeyError::Exponent), "{e:?}");
    }
    for bits in [2048, 8192] {
        assert!(read(&modulus(bits), &[1, 0, 1]).is_ok(), "{bits}");
    }
}

#[test]
fn a_symmetric_jwk_without_an_algorithm_is_not_guessed_at() {
    let jwk = oct_jwk("");
    let read = |allowed: &[Algorithm]| Key::from_jwk_among(jwk.as_bytes(), allowed);
    assert!(matches!(read(&[]), Err(KeyError::AlgorithmNeeded { .. })));
    assert!(matches!(read(Algorithm::ALL), Err(KeyError::AlgorithmNeeded { .. })));
    assert!(matches!(read(&[Algorithm::EdDsa]), Err(KeyError::AlgorithmNeeded { .. })));
    assert_eq!(read(&[Algorithm::A256Gcm]).map(|key| key.algorithm()), Ok(Algorithm::A256Gcm));
}

#[test]
fn a_jwk_for_an_algorithm_that_was_not_asked_for_is_refused() {
    let (hs256, ed25519) = (oct_jwk(r#","alg":"HS256""#), okp_jwk(""));
    for (jwk, allowed) in
        [(&hs256, Algorithm::A256Gcm), (&hs256, Algorithm::EdDsa), (&ed25519, Algorithm::Hs256)]
    {
        let fault = Key::from_jwk_among(jwk.as_bytes(), &[allowed]).expect_err(jwk);
        assert!(matches!(fault, KeyError::NotAllowed { .. }), "{jwk} for {allowed}: {fault}");
    }
}

#[test]
fn a_jwk_member_of_a_wrong_type_or_that_stands_twice_is_refused() {
    for members in [
        r#""alg":null"#,
        r#""alg":["HS256"]"#,
        r#""alg":"HS256","alg":"HS256""#,
        r#""alg":"HS256","use":7"#,
        r#""alg":"HS256","use":"sig","use":"sig""#,
        r#""alg":"HS256","key_ops":"verify""#,
        r#""alg":"HS256","key_ops":[7]"#,
        r#""alg":"HS256","key_ops":{}"#,
        r#""alg":"HS256","kid":7"#,
        r#""alg":"HS256","kid":null"#,
        r#""alg":"HS256","k":"AA""#,
        r#""alg":"HS256","\u006b":"AA""#,
        r#""alg":"HS256","kty":"OKP""#,
        r#""alg":"HS256","x":7"#,
        r#""alg":"HS256","a":1,"a":2"#,
    ] {
        let jwk = oct_jwk(&format!(",{members}"));
        let fault = Key::from_jwk(jwk.as_bytes()).expect_err(&jwk);
        assert!(matches!(fault, KeyError::Json(_)), "{jwk}: {fault}");
    }
    let twice = oct_jwk(r#","alg":"HS256","key_ops":["verify","verify"]"#);
    assert!(matches!(Key::from_jwk(twice.as_bytes()), Err(KeyError::Member { .. })));
}

#[test]
fn a_key_does_only_what_its_key_ops_allow() {
    for (ops, mints, verifies) in [
        (r#"["sign","verify"]"#, true, true),
        (r#"["sign"]"#, true, false),
        (r#"["verify"]"#, false, true),
    ] {
        let jwk = oct_jwk(&format!(r#","alg":"HS256","kid":"k1","key_ops":{ops}"#));
        let key = Key::from_jwk(jwk.as_bytes()).expect("a sound JWK");
        assert_eq!((key.can_mint(), key.can_verify()), (mints, verifies), "{ops}");
        assert_eq!(jwt::Issuer::new(key.clone()).is_ok(), mints, "{ops}");
        let verifier = jwt::Verifier::<Value>::setup(KeySet::only(key))
            .any_audience()
            .clock(clock_at(Timestamp::from_secs(NOW)))
            .revocations(NO_LIST);
        let code = if verifies { "accepted" } else { "unknown_key" };
        assert_eq!(code_of(verifier.verify(&HS256.token())), code, "{ops}");
    }
}

// ---- form ----

#[test]
fn a_text_that_decodes_to_the_same_bytes_is_another_text() {
    for forger in Forger::ALL {
        let token = forger.token();
        for (part, text) in token.split('.').enumerate() {
            for lax in lax_spellings(text) {
                let mut parts: Vec<_> = token.split('.').collect();
                parts[part] = &lax;
                let verdict = forger.verdict(&parts.join("."));
                assert_ne!(verdict, "accepted", "{forger:?}: part {part} as {lax:?}");
            }
        }
    }
}

/// What a lax decoder reads as `text`: padding, white space, the other alphabet, trailing bits.
fn lax_spellings(text: &str) -> Vec<String> {
    let mut lax = vec![
        format!("{text}="),
        format!("{text}=="),
        format!("{text}===="),
        format!("{text}\n"),
        format!("{text} "),
        format!(" {text}"),
        format!("{text}\0"),
        format!("{text}A"),
    ];
    let standard = text.replace('-', "+").replace('_', "/");
    lax.extend(Some(standard).filter(|standard| standard != text));
    lax.extend(with_trailing_bits(text));
    lax
}

/// Texts that differ from `text` in bits that no byte takes.
fn with_trailing_bits(text: &str) -> Vec<String> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let unused = [1, 1, 16, 4][text.len() % 4];
    let Some(last) = text.bytes().last() else { return Vec::new() };
    let value = ALPHABET.iter().position(|letter| *letter == last).expect("base64url");
    let spelt = |bits| format!("{}{}", &text[..text.len() - 1], char::from(ALPHABET[value + bits]));
    (1..unused).map(spelt).collect()
}

#[test]
fn base64url_refuses_trailing_bits_of_every_length() {
    for length in 1..100 {
        let text = base64url::encode(&noise(length));
        assert_eq!(base64url::decode(&text), Ok(noise(length)));
        for lax in lax_spellings(&text).iter().filter(|lax| **lax != format!("{text}A")) {
            assert!(base64url::decode(lax).is_err(), "{lax:?}");
        }
        assert_eq!(with_trailing_bits(&text).len(), [0, 15, 3][length % 3]);
    }
}

#[test]
fn a_token_that_is_too_long_is_refused_before_it_is_decoded() {
    // Of a good form, of no form at all, and with no end of parts: only the length counts.
    let long_state = HS256.claims().and("pad", quoted(&"x".repeat(limits::TOKEN_BYTES)));
    for text in [
        HS256.token_of(&long_state),
        "!".repeat(limits::TOKEN_BYTES + 1),
        ".".repeat(limits::TOKEN_BYTES + 1),
        format!("{}.", HS256.token()).repeat(100),
    ] {
        for forger in Forger::ALL {
            assert_eq!(forger.verdict(&text), "too_long", "{forger:?}");
        }
    }
    assert_eq!(HS256.verdict(&"!".repeat(limits::TOKEN_BYTES)), "malformed");
}

#[test]
fn a_verifier_reads_at_most_what_it_was_told_to() {
    let token = HS256.token_of(&bare());
    let at_most =
        |bytes| code_of(verifier().token_bytes(bytes).revocations(NO_LIST).verify(&token));
    assert_eq!(at_most(token.len()), "accepted");
    assert_eq!(at_most(token.len() - 1), "too_long");
    let huge = "!".repeat(limits::PROGRAM_TOKEN_BYTES + 1);
    let unbounded = verifier().token_bytes(usize::MAX).revocations(NO_LIST);
    assert_eq!(code_of(unbounded.verify(&huge)), "too_long");
}

#[test]
fn a_header_that_is_too_long_or_too_deep_is_refused() {
    for forger in Forger::ALL {
        let bare_length = forger.header().and("x", r#""""#).to_string().len();
        for (length, code) in
            [(limits::HEADER_BYTES, "accepted"), (limits::HEADER_BYTES + 1, "malformed")]
        {
            let padded = forger.header().and("x", quoted(&"p".repeat(length - bare_length)));
            assert_eq!(verdict_under(forger, &padded), code, "{forger:?}: {length} bytes");
        }
        for (value, code) in [
            ("[[[]]]", "accepted"),
            ("[[[[]]]]", "malformed"),
            (r#"{"a":{"b":{"c":{}}}}"#, "malformed"),
        ] {
            let header = forger.header().and("jwk", value);
            assert_eq!(verdict_under(forger, header), code, "{forger:?}: {value}");
        }
    }
}

#[test]
fn a_payload_that_is_no_strict_object_is_refused_even_if_it_is_authentic() {
    for forger in Forger::ALL {
        let good = forger.claims().to_string();
        let bad_utf8 = [good.trim_end_matches('}').as_bytes(), b",\"x\":\"\xff\"}"].concat();
        let positional = br#"["https://id.example","shop"]"#.to_vec();
        for payload in [
            Vec::new(),
            b"null".to_vec(),
            b"7".to_vec(),
            positional,
            bad_utf8,
            format!(" {good}").into_bytes(),
            format!("\u{feff}{good}").into_bytes(),
            format!("{good}x").into_bytes(),
            format!("{good}{good}").into_bytes(),
            format!("{good}\0").into_bytes(),
            good.replace(",\"aud\"", ",,\"aud\"").into_bytes(),
            good.replace('}', ",}").into_bytes(),
            good.replace("\"iss\"", "iss").into_bytes(),
        ] {
            let text = String::from_utf8_lossy(&payload).into_owned();
            let verdict = forger.verdict(&forger.forge(forger.header(), payload));
            assert_eq!(verdict, "bad_claims", "{forger:?}: {text}");
        }
        let spaced = good.replace("\":", "\" :\t").replace(",\"", " ,\r\n\"") + "\n";
        assert_eq!(
            forger.verdict(&forger.forge(forger.header(), spaced)),
            "accepted",
            "{forger:?}"
        );
    }
}

// ---- Debug ----

#[test]
fn debug_shows_neither_key_nor_token_nor_claims() {
    let jwk = oct_jwk(r#","alg":"HS256""#);
    let key = Key::from_jwk(jwk.as_bytes()).expect("a sound JWK");
    let token = jwt::Issuer::new(HS256.key())
        .and_then(|issuer| issuer.mint(&serde_json::json!({ "sub": SUBJECT, "exp": NOW + 1 })))
        .expect("sound claims");
    let claims = verifier().revocations(NO_LIST).verify(&token).expect("a good token");
    let text = format!("{key:?} {token:?} {claims:?}");
    let k = base64url::encode(HS256.secret());
    for hidden in
        [&*k, std::str::from_utf8(HS256.secret()).expect("ASCII"), token.as_str(), SUBJECT]
    {
        assert!(!text.contains(hidden), "{text}");
    }
    assert_eq!(token.to_string(), token.as_str(), "Display writes the token, on purpose");
}

/// A type whose own words quote what it read.
#[derive(Debug)]
struct Talkative;

impl<'de> serde::Deserialize<'de> for Talkative {
    fn deserialize<D: serde::Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(json)?;
        Err(serde::de::Error::custom(format!("bad at line {value}")))
    }
}

#[test]
fn a_refusal_by_the_callers_own_type_shows_no_claim() {
    let verifier = jwt::Verifier::<Talkative>::setup(KeySet::only(HS256.key()))
        .any_audience()
        .clock(clock_at(Timestamp::from_secs(NOW)))
        .revocations(NO_LIST);
    let fault = verifier.verify(&HS256.token()).expect_err("it takes nothing");
    assert_eq!(fault.code(), "wrong_state");
    assert!(!fault.to_string().contains(SUBJECT), "{fault}");
}

#[test]
fn an_exported_key_keeps_its_key_ops() {
    let k = base64url::encode(HS256.secret());
    for ops in [r#"["verify"]"#, r#"["sign"]"#] {
        let jwk = format!(r#"{{"kty":"oct","alg":"HS256","k":"{k}","key_ops":{ops}}}"#);
        let key = Key::from_jwk(jwk.as_bytes()).expect("a sound JWK");
        let exported = key.export_secret_jwk().expect("a secret");
        assert_eq!(Key::from_jwk(exported.expose_secret().as_bytes()), Ok(key), "{ops}");
    }
}

#[test]
fn a_guessable_ed25519_seed_is_refused() {
    for seed in [[1; 32], *b"my-super-secret-password-for-pro"] {
        let key = Key::from_secret(Algorithm::EdDsa, SecretBytes::new(seed.to_vec()));
        assert!(matches!(key, Err(KeyError::Weak(_))), "{key:?}");
    }
}
