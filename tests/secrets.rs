//! What must stay out of logs: no `Debug` output and no error shows a token, a key or the caller's
//! data. Claims appear in an error only after the token was authenticated, and then only those that
//! an operator needs: `iss`, `aud`, `typ` and the times.

mod forge;

use std::collections::{BTreeSet, HashSet};
use std::fmt::{Debug, Display};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use forge::{
    AUDIENCE, Cart, Forger, ISSUER, Kind, NO_LIST, NOW, Object, clock_at, public_bytes, quoted,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use waxseal::durable::{self, Readers};
use waxseal::jwt::{self, Claims, MintError};
#[cfg(feature = "paseto")]
use waxseal::key::Paserk;
use waxseal::key::{Algorithm, Format, Key, KeySet, Member, Standing};
use waxseal::keyring::KeyringError;
use waxseal::revocation::Revocation;
use waxseal::secret::{SecretBytes, SecretText};
use waxseal::session::{Renewable, Renewal};
use waxseal::time::{ManualClock, Timestamp};
use waxseal::token::UntrustedToken;
use waxseal::{
    Issuer, Keys, PublicKeys, RevocationList, Revocations, Session, Token, Verifier, base64url,
};

/// Stands for the caller's data. The underscores and digits occur nowhere else.
const MARK: &str = "Zq__4711_mark_0815__qZ";

/// A piece of a secret as long as this gives it away.
const WINDOW: usize = 10;

/// So many bytes of a secret, written as a list of numbers, give it away too. Fewer occur by
/// chance in any list of bytes.
const NUMBERS: usize = 5;

/// Asserts that `text` holds no piece of any of `secrets`.
fn assert_hides(text: &str, secrets: &[String]) {
    let pieces: HashSet<&[u8]> = text.as_bytes().windows(WINDOW).collect();
    // Most windows need no look at the set: secrets are long and many.
    let mut begun = vec![false; 1 << 16];
    let start = |piece: &[u8]| usize::from(piece[0]) << 8 | usize::from(piece[1]);
    pieces.iter().for_each(|piece| begun[start(piece)] = true);
    let dense: String = text.split_ascii_whitespace().collect();
    let has_list = dense
        .split(|c: char| !c.is_ascii_hexdigit() && c != ',')
        .any(|run| run.split(',').filter(|number| !number.is_empty()).count() >= NUMBERS);
    for secret in secrets {
        let in_list = secret.strip_prefix('[').map(|list| list.trim_end_matches(']'));
        if let Some(list) = in_list.filter(|_| has_list) {
            let numbers: Vec<&str> = list.split(", ").collect();
            for window in numbers.windows(NUMBERS).map(|window| window.join(",")) {
                assert!(!dense.contains(&window), "{window:?} of a secret stands in: {text}");
            }
        }
        if in_list.is_none() {
            for window in secret.as_bytes().windows(WINDOW).filter(|window| begun[start(window)]) {
                let piece = String::from_utf8_lossy(window);
                assert!(!pieces.contains(window), "{piece:?} of a secret stands in: {text}");
            }
        }
    }
}

/// What an error or value says of itself, in every form.
fn said<E: Debug + Display>(fault: &E) -> String {
    format!("{fault} {fault:?} {fault:#?}")
}

/// How bytes would look in a log.
fn spellings(bytes: &[u8]) -> Vec<String> {
    let mut spellings = vec![
        base64url::encode(bytes),
        forge::to_hex(bytes),
        forge::to_hex(bytes).to_uppercase(),
        STANDARD.encode(bytes),
        format!("{bytes:?}"),
        format!("{bytes:02x?}"),
    ];
    spellings.extend(String::from_utf8(bytes.to_vec()));
    spellings
}

/// The payload and what follows: the header is no secret, and no more is the footer of a PASETO.
fn behind_the_header(token: &str) -> Vec<String> {
    let parts: Vec<&str> = token.split('.').collect();
    let secret = match parts.as_slice() {
        ["v3" | "v4", _, body, ..] => &[*body][..],
        parts => &parts[1..],
    };
    secret.iter().filter(|part| part.len() >= WINDOW).map(ToString::to_string).collect()
}

/// Claims of which every one that nobody needs in a log holds the mark.
fn marked(forger: Forger) -> Object {
    let claims = forger.claims().with("sub", quoted(MARK)).and("extra", quoted(MARK));
    match forger.kind {
        Kind::Jwt => claims,
        Kind::Session => claims.with("st", json!({ "items": [7], "note": MARK })),
    }
}

/// All that is secret about a token with those claims.
fn secrets_of(forger: Forger, token: &str) -> Vec<String> {
    let mut secrets = spellings(forger.secret());
    secrets.extend(behind_the_header(token));
    secrets.extend(spellings(MARK.as_bytes()));
    secrets
}

#[test]
fn the_check_itself_finds_a_piece_of_a_secret() {
    let finds = |text: String, bytes: &'static [u8]| {
        std::panic::catch_unwind(move || assert_hides(&text, &spellings(bytes))).is_err()
    };
    let key = Forger::jwt(Algorithm::Hs256).secret();
    assert!(finds(format!("Key {{ secret: {key:?} }}"), key));
    assert!(finds(format!("Key {{ secret: {key:#?} }}"), key));
    assert!(finds(format!("{:?}", &key[7..7 + NUMBERS]), key));
    assert!(finds(format!("{:#?}", &key[7..7 + NUMBERS]), key));
    assert!(!finds(format!("{:#?}", &key[7..6 + NUMBERS]), key));
    assert!(finds(format!("k is {}", base64url::encode(&key[3..15])), &key[3..]));
    assert!(!finds("Key { secret: [redacted] }".into(), key));
}

// ---- refused tokens ----

/// Tokens with marked claims that are refused before their payload is read, with the code.
fn refused_before_the_claims(forger: Forger) -> Vec<(&'static str, String)> {
    let under = |header: Object| forger.forge(header, marked(forger).to_string());
    let good = under(forger.header());
    let other_kind = match forger.algorithm {
        Algorithm::Hs256 => Algorithm::EdDsa,
        _ => Algorithm::Hs256,
    };
    let long = marked(forger).and("pad", quoted(&"x".repeat(8192)));
    vec![
        ("too_long", forger.token_of(&long)),
        ("malformed", format!("{good}.")),
        ("malformed", format!("{good}=")),
        ("malformed", good.replacen('.', "", 1)),
        ("malformed", good.replacen('.', "~.", 1)),
        ("malformed", under(forger.header().and("x", "1").and("x", "1"))),
        ("malformed", under(forger.header().with("kid", "7"))),
        ("malformed", under(forger.header().without("alg"))),
        ("unsecured", under(forger.header().with("alg", r#""none""#))),
        ("unknown_extension", under(forger.header().and("crit", r#"["exp"]"#))),
        ("nested", under(forger.header().and("cty", r#""JWT""#))),
        ("no_kid", under(forger.header().without("kid"))),
        ("unknown_key", under(forger.header().with("kid", r#""k2""#))),
        ("wrong_algorithm", {
            let forger = Forger { algorithm: other_kind, ..forger };
            forger.token_of(&marked(forger))
        }),
        ("bad_signature", with_last_part_zeroed(&good)),
    ]
}

fn with_last_part_zeroed(token: &str) -> String {
    let (rest, last) = token.rsplit_once('.').expect("parts");
    format!("{rest}.{}", "A".repeat(last.len()))
}

#[test]
fn a_token_refused_before_its_claims_are_read_shows_none_of_them() {
    for forger in Forger::ALL {
        let judge = forger.judge();
        for (code, token) in refused_before_the_claims(forger) {
            let (report, result) = judge.explain(&token);
            let fault = result.expect_err(&token);
            assert_eq!(fault.code(), code, "{forger:?}: {token}");
            let secrets = secrets_of(forger, &token);
            let claims = [ISSUER, AUDIENCE, "1795226063", "2026-11-21"].map(String::from);
            assert_hides(&said(&fault), &[&secrets[..], &claims].concat());
            assert_hides(&format!("{report:?}"), &secrets);
            assert_eq!(fault.for_client(), "invalid_token");
        }
    }
}

#[test]
fn a_key_that_may_not_verify_shows_no_claim() {
    let forger = Forger::jwt(Algorithm::EdDsa);
    let token = forger.token_of(&marked(forger));
    let at = Timestamp::from_secs(NOW - 1);
    for (standing, code) in
        [(Standing::Revoked(at), "key_revoked"), (Standing::TrustedUntil(at), "key_retired")]
    {
        let set = KeySet::new(vec![Member { key: forger.key(), standing }]).expect("one name");
        let verifier = jwt::Verifier::<Value>::setup(set)
            .clock(clock_at(Timestamp::from_secs(NOW)))
            .revocations(NO_LIST);
        let fault = verifier.verify(&token).expect_err("not trusted");
        assert_eq!(fault.code(), code);
        assert_hides(&said(&fault), &secrets_of(forger, &token));
    }
}

/// Changes to good claims that lead to every refusal behind the signature.
const REFUSED_CLAIMS: &[(&str, &str, &str)] = &[
    ("iss", r#""https://evil.example""#, "wrong_issuer"),
    ("aud", r#""bank""#, "wrong_audience"),
    ("aud", r#"["bank","post"]"#, "wrong_audience"),
    ("exp", "1795220000", "expired"),
    ("nbf", "1795230000", "not_yet_valid"),
    ("iat", "1795230000", "issued_in_future"),
    // The mark as a value of the wrong type, as a name, and where a parser stumbles.
    ("sub", r#"["Zq__4711_mark_0815__qZ"]"#, "bad_claims"),
    ("sub", r#"{"Zq__4711_mark_0815__qZ":1}"#, "bad_claims"),
    ("iss", r#"["Zq__4711_mark_0815__qZ"]"#, "bad_claims"),
    ("exp", r#""Zq__4711_mark_0815__qZ""#, "bad_claims"),
    ("nbf", r#"{"Zq__4711_mark_0815__qZ":1}"#, "bad_claims"),
    ("aud", r#"{"Zq__4711_mark_0815__qZ":1}"#, "bad_claims"),
    ("aud", r#"["shop",{"Zq__4711_mark_0815__qZ":1}]"#, "bad_claims"),
    ("jti", r#""Zq__4711_mark_0815__qZ"Zq__4711_mark_0815__qZ"#, "bad_claims"),
    ("extra", "Zq__4711_mark_0815__qZ", "bad_claims"),
    ("extra", r#""Zq__4711_mark_0815__qZ\q""#, "bad_claims"),
];

#[test]
fn authentic_claims_are_refused_without_the_subject_and_the_state() {
    for forger in Forger::ALL {
        for (name, value, code) in REFUSED_CLAIMS {
            let token = forger.token_of(&marked(forger).with(name, value));
            let (report, result) = forger.judge().explain(&token);
            let fault = result.expect_err(&token);
            assert_eq!(fault.code(), *code, "{forger:?}: {name} = {value}");
            assert_hides(&said(&fault), &secrets_of(forger, &token));
            assert_hides(&format!("{report:?}"), &secrets_of(forger, &token));
        }
    }
}

#[test]
fn a_session_claim_of_a_wrong_type_is_refused_without_its_value() {
    let forger = Forger::session(Algorithm::EdDsa);
    let mark = quoted(MARK);
    for (name, value) in [
        ("auth_time", mark.clone()),
        ("sst", mark.clone()),
        ("idl", format!("[{mark}]")),
        ("pro", format!("[{mark}]")),
        ("gen", mark.clone()),
        ("ver", mark.clone()),
        ("ck", format!("{{{mark}:1}}")),
        ("sid", mark.clone()),
        ("jti", mark.clone()),
    ] {
        let token = forger.token_of(&forger.claims().with(name, &value));
        let fault = forger.judge().verify(&token).expect_err(&token);
        assert_eq!(fault.code(), "bad_claims", "{name} = {value}");
        assert_hides(&said(&fault), &secrets_of(forger, &token));
    }
}

#[test]
fn a_revoked_token_is_refused_without_its_claims() {
    let forger = Forger::session(Algorithm::EdDsa);
    let token = forger.token_of(&marked(forger));
    let verifier = |list: &RevocationList| {
        Verifier::new(KeySet::only(forger.key()), ISSUER, AUDIENCE)
            .clock(clock_at(Timestamp::from_secs(NOW)))
            .revocations(list)
    };
    let session = verifier(&RevocationList::in_memory()).verify::<Cart>(&token).expect("good");
    let mut codes = BTreeSet::new();
    let ways: [fn(&Session<Cart>) -> Revocation; 3] = [
        |session| Revocation::token(session.token_id()),
        |session| Revocation::session(session.id()),
        |_| Revocation::subject(MARK).before(Timestamp::END),
    ];
    for revoke in ways {
        let list = RevocationList::in_memory();
        list.revoke(&revoke(&session)).expect("room");
        let fault = verifier(&list).verify::<Cart>(&token).expect_err("revoked");
        codes.insert(fault.code());
        assert_hides(&said(&fault), &secrets_of(forger, &token));
        assert_hides(&format!("{list:?} {:?}", Revocations::from(&list)), &[MARK.into()]);
    }
    assert_eq!(codes.len(), 3, "{codes:?}");
}

// ---- the caller's types ----

#[derive(Debug, Deserialize)]
enum Role {
    #[serde(rename = "admin")]
    Admin,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Closed {
    #[serde(rename = "role")]
    _role: Option<Role>,
}

/// Its refusal quotes what it refuses, in words that look like serde_json's own.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Even;

impl TryFrom<String> for Even {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Err(format!("{text} is odd, expected {text}"))
    }
}

fn refusal_of_state<T: DeserializeOwned>(state: &Value) -> String {
    let forger = Forger::session(Algorithm::Hs256);
    let token = forger.token_of(&forger.claims().with("st", state));
    let verifier = Verifier::new(KeySet::only(forger.key()), ISSUER, AUDIENCE)
        .clock(clock_at(Timestamp::from_secs(NOW)))
        .revocations(NO_LIST);
    let fault = verifier.verify::<T>(&token).map(drop).expect_err("another type");
    assert_eq!(fault.code(), "wrong_state", "{state}");
    said(&fault)
}

#[test]
fn a_state_of_another_type_is_refused_without_its_value() {
    let traps = [
        MARK.to_string(),
        format!("a\", expected {MARK}"),
        format!("a at line 1 column 1 {MARK}"),
        format!("{MARK} at line 1 column 1"),
        format!("missing field {MARK}"),
        format!("\u{1}{MARK}"),
    ];
    for text in traps {
        let secrets = [MARK.to_string()];
        for said in [
            refusal_of_state::<u32>(&json!(text)),
            refusal_of_state::<bool>(&json!([text])),
            refusal_of_state::<Cart>(&json!({ "items": text })),
            refusal_of_state::<Cart>(&json!({ "items": [], "note": { (&text): 1 } })),
            refusal_of_state::<Role>(&json!(text)),
            refusal_of_state::<Role>(&json!({ (&text): null })),
            refusal_of_state::<Closed>(&json!({ (&text): 1 })),
            refusal_of_state::<Closed>(&json!({ "role": text })),
            refusal_of_state::<char>(&json!(text)),
            refusal_of_state::<(u8, u8)>(&json!([1, text])),
            refusal_of_state::<std::net::IpAddr>(&json!(text)),
        ] {
            assert_hides(&said, &secrets);
        }
    }
    assert_hides(&refusal_of_state::<Even>(&json!(MARK)), &[MARK.into()]);
    assert_hides(&refusal_of_state::<u8>(&json!(471_108_154_711_u64)), &["471108154711".into()]);
    assert_hides(&refusal_of_state::<u8>(&json!(-471_108_154_711_i64)), &["471108154711".into()]);
    assert_hides(&refusal_of_state::<u8>(&json!(47.110_815_471)), &["47.110815".into()]);
}

#[test]
fn claims_that_do_not_fit_the_callers_type_are_refused_without_their_values() {
    #[derive(Debug, Deserialize)]
    struct Wanted {
        #[serde(rename = "extra")]
        _extra: u64,
    }
    let forger = Forger::jwt(Algorithm::Hs256);
    let token = forger.token_of(&marked(forger));
    let verifier = jwt::Verifier::<Wanted>::setup(KeySet::only(forger.key()))
        .any_audience()
        .clock(clock_at(Timestamp::from_secs(NOW)))
        .revocations(NO_LIST);
    let fault = verifier.verify(&token).expect_err("another type");
    assert_eq!(fault.code(), "wrong_state");
    assert_hides(&said(&fault), &secrets_of(forger, &token));
}

#[test]
fn claims_that_are_not_minted_are_refused_without_their_values() {
    let issuer = jwt::Issuer::new(Forger::jwt(Algorithm::Hs256).key()).expect("a private key");
    let mut refusals = Vec::new();
    for claims in [
        json!({ "sub": MARK }),
        json!({ "exp": MARK }),
        json!({ "exp": NOW, "aud": { (MARK): 1 } }),
        json!({ "exp": NOW, "sub": [MARK] }),
        json!({ "exp": NOW, "x": MARK.repeat(400) }),
        json!([MARK]),
        json!(MARK),
    ] {
        refusals.push(issuer.mint(&claims).expect_err("not to be minted"));
    }
    assert!(matches!(refusals[0], MintError::NoExpiry), "{refusals:?}");
    assert!(matches!(refusals[4], MintError::TooLong { .. }), "{refusals:?}");
    for fault in refusals {
        assert_hides(&said(&fault), &[MARK.into()]);
    }
}

// ---- keys ----

/// JWKs with the forge's secret, each with a fault somewhere.
fn faulty_jwks() -> Vec<String> {
    let k = base64url::encode(Forger::jwt(Algorithm::Hs256).secret());
    let d = base64url::encode(Forger::jwt(Algorithm::EdDsa).secret());
    let x = base64url::encode(&public_bytes(Forger::jwt(Algorithm::EdDsa).secret()));
    let other = base64url::encode(&public_bytes(Forger::jwt(Algorithm::Hs256).secret()));
    let oct = |members: &str| format!(r#"{{"kty":"oct","k":"{k}"{members}}}"#);
    let okp = |x: &str, d: &str| format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","d":{d}}}"#);
    vec![
        oct(""),
        oct(r#","alg":"RS256""#),
        oct(r#","alg":"EdDSA""#),
        oct(r#","alg":7"#),
        oct(r#","alg":"HS256","use":"enc""#),
        oct(r#","alg":"HS256","key_ops":["encrypt"]"#),
        oct(r#","alg":"HS256","kid":"""#),
        oct(r#","alg":"HS256""#).replacen("oct", "OKP", 1),
        oct(r#","alg":"HS256""#).replacen("oct", "RSA", 1),
        oct(r#","alg":"HS256","x":"AA""#),
        oct(&format!(r#","alg":"HS256","k":"{k}""#)),
        format!(r#"{{"kty":"oct","alg":"HS256","k":["{k}"]}}"#),
        format!(r#"{{"kty":"oct","alg":"HS256","k":{{"{k}":1}}}}"#),
        format!(r#"{{"kty":"oct","alg":"HS256","k":"{k}="}}"#),
        format!(r#"{{"kty":"oct","alg":"HS256","k":"{}"}}"#, &k[..30]),
        format!(r#"{{"kty":"oct","alg":"A256GCM","k":"{k}AAAA"}}"#),
        format!(r#"{{"kty":"oct","alg":"HS256","k":{k}}}"#),
        format!(r#"{{"kty":"oct","alg":"HS256","k":"{k}"#),
        format!(r#"["{k}"]"#),
        k.clone(),
        okp(&x, &format!("\"{d}=\"")),
        okp(&x, &format!("\"{}\"", &d[..30])),
        okp(&x, &format!("[\"{d}\"]")),
        okp(&other, &format!("\"{d}\"")),
        okp("AA", &format!("\"{d}\"")),
        okp(&x, &format!("\"{d}\"")).replacen("Ed25519", "X25519", 1),
        okp(&x, &format!("\"{d}\",\"k\":\"AA\"")),
    ]
}

fn forge_secrets() -> Vec<String> {
    let algorithms = [Algorithm::Hs256, Algorithm::EdDsa, Algorithm::A256Gcm];
    algorithms.iter().flat_map(|alg| spellings(Forger::jwt(*alg).secret())).collect()
}

/// The members of a JWK or key file that must stay private.
const PRIVATE: &[&str] = &["k", "d", "p", "q", "dp", "dq", "qi", "aux"];

/// The private members of a JWK or key file, in every spelling.
fn private_members(jwk: &Value) -> Vec<Vec<u8>> {
    let texts = PRIVATE.iter().filter_map(|name| jwk.get(name).and_then(Value::as_str));
    texts.map(|text| base64url::decode(text).expect("base64url")).collect()
}

fn secret_jwk(key: &Key) -> Value {
    let jwk = key.export_secret_jwk().expect("a secret");
    serde_json::from_str(jwk.expose_secret()).expect("JSON")
}

/// All that is secret of a key, whatever its kind.
fn secrets_of_key(key: &Key) -> Vec<String> {
    let numbers = private_members(&secret_jwk(key));
    // Of RSA: d, both primes, and what is computed from them.
    assert_eq!(numbers.len(), if key.algorithm().can_be_generated() { 1 } else { 6 });
    numbers.iter().flat_map(|number| spellings(number)).collect()
}

#[test]
fn a_refused_private_jwk_is_refused_without_its_numbers() {
    let mut refused = 0;
    for algorithm in Algorithm::ALL {
        let key = forge::any_key(*algorithm);
        let (good, secrets) = (secret_jwk(&key), secrets_of_key(&key));
        for name in PRIVATE.iter().filter(|name| good.get(*name).is_some()) {
            let text = good[name].as_str().expect("text");
            for value in [
                json!(format!("{text}=")),
                json!(format!("{text}\u{0}")),
                json!([text]),
                json!({ (text): 1 }),
                json!({ "x": text }),
                json!(&text[..text.len() / 2]),
                json!(text.to_lowercase().repeat(2)),
                json!(null),
            ] {
                let mut jwk = good.clone();
                jwk[name] = value;
                // Half a long HMAC secret may still be one; what is no key is what we look at.
                let Err(fault) = Key::from_jwk(jwk.to_string().as_bytes()) else { continue };
                assert_hides(&said(&fault), &secrets);
                let set = format!(r#"{{"keys":[{jwk}]}}"#);
                let fault = KeySet::from_jwk_set(set.as_bytes()).expect_err("no key");
                assert_hides(&said(&fault), &secrets);
                refused += 1;
            }
        }
        for (name, value) in [
            ("kty", json!("AKP")),
            ("alg", json!("ES512")),
            ("use", json!("tls")),
            ("key_ops", json!(["sign", "sign"])),
            ("kid", json!("")),
            ("oth", json!([])),
            ("crv", json!("P-521")),
            ("x", json!("AA")),
            ("n", json!("AQAB")),
        ] {
            let mut jwk = good.clone();
            jwk[name] = value;
            // No key has "oth", and none but RSA looks at it.
            let Err(fault) = Key::from_jwk(jwk.to_string().as_bytes()) else {
                assert_eq!(name, "oth", "{algorithm}");
                continue;
            };
            assert_hides(&said(&fault), &secrets);
            refused += 1;
        }
    }
    assert!(refused > 400, "{refused}");
}

#[cfg(feature = "pem")]
#[test]
fn a_refused_pem_is_refused_without_its_secret() {
    for algorithm in Algorithm::ALL {
        let key = forge::any_key(*algorithm);
        let Some(pem) = key.export_secret_pem() else {
            assert!(!key.algorithm().has_public_half(), "{algorithm}");
            continue;
        };
        let pem = pem.expose_secret();
        let body: String =
            pem.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().concat();
        // The first bytes say what kind of key it is, in every key of that kind.
        let secrets = [secrets_of_key(&key), vec![body[40..].to_owned()]].concat();
        let lines: Vec<&str> = pem.lines().collect();
        let relabelled = |label: &str| pem.replace("PRIVATE KEY", label);
        for broken in [
            pem[..pem.len() - 30].to_owned(),
            pem[..pem.len() / 2].to_owned(),
            format!("{pem}{pem}"),
            lines[1..].join("\n"),
            pem.replacen(&body[..4], "!!!!", 1),
            pem.replacen(&body[..4], "MIIC", 1).replacen("MIIC", "AAAA", 1),
            pem.replace('\n', " "),
            relabelled("PUBLIC KEY"),
            relabelled("RSA PRIVATE KEY"),
            relabelled("EC PRIVATE KEY"),
            relabelled("RSA PUBLIC KEY"),
            relabelled("CERTIFICATE"),
            relabelled("ENCRYPTED PRIVATE KEY"),
            relabelled("OPENSSH PRIVATE KEY"),
            relabelled("SOMETHING ELSE"),
            body.clone(),
        ] {
            let fault = Key::from_pem_among(&broken, &[*algorithm]).expect_err(&broken);
            assert_hides(&said(&fault), &secrets);
            assert_hides(&said(&Key::from_jwk(broken.as_bytes()).expect_err("PEM")), &secrets);
        }
        let fault = Key::from_pem_among(pem, &[Algorithm::Hs256]).expect_err("another kind");
        assert_hides(&said(&fault), &secrets);
    }
}

#[cfg(feature = "paseto")]
#[test]
fn a_refused_paserk_is_refused_without_its_secret() {
    let mut tried = 0;
    for algorithm in Algorithm::ALL {
        let key = forge::any_key(*algorithm);
        let Some(text) = key.export_secret_paserk() else {
            assert_ne!(key.algorithm().format(), Format::Paseto);
            continue;
        };
        tried += 1;
        let text = text.expose_secret();
        let data = text.rsplit('.').next().expect("data");
        let secrets = [secrets_of_key(&key), vec![data.to_owned()]].concat();
        let (k, kind) = (&text[..3], &text[3..text.len() - data.len()]);
        for broken in [
            text[..text.len() - 1].to_owned(),
            format!("{text}A"),
            format!("{text}="),
            format!("{text}\n"),
            format!("{text}.{data}"),
            format!("{k}{data}"),
            format!("k5.{kind}{data}"),
            format!("k2.{kind}{data}"),
            format!("{k}public.{data}AA"),
            format!("{k}local-pw.{data}"),
            format!("{k}secret-wrap.pie.{data}"),
            format!("{k}seal.{data}"),
            format!("{k}lid.{data}"),
            format!("{k}other.{data}"),
            data.to_owned(),
        ] {
            let fault = Key::from_paserk(&broken).expect_err(&broken);
            assert_hides(&said(&fault), &secrets);
            assert_hides(&said(&Key::from_jwk(broken.as_bytes()).expect_err("PASERK")), &secrets);
        }
        let paserk = Paserk::parse(text).expect("a PASERK");
        assert_hides(&format!("{paserk:?} {paserk:#?}"), &secrets);
    }
    let offered = Algorithm::ALL.iter().filter(|alg| alg.format() == Format::Paseto).count();
    assert_eq!(tried, offered);
}

#[test]
fn a_refused_jwk_is_refused_without_its_secret() {
    let secrets = forge_secrets();
    for jwk in faulty_jwks() {
        let fault = Key::from_jwk(jwk.as_bytes()).expect_err(&jwk);
        assert_hides(&said(&fault), &secrets);
        let set = format!(r#"{{"keys":[{jwk}]}}"#);
        let fault = KeySet::from_jwk_set(set.as_bytes()).expect_err(&jwk);
        assert_hides(&said(&fault), &secrets);
        let fault = PublicKeys::from_jwk_set(&set).expect_err(&jwk);
        assert_hides(&said(&fault), &secrets);
    }
}

#[test]
fn a_refused_secret_is_not_shown() {
    let guessable = "my-super-secret-password-for-production";
    for (algorithm, bytes) in [
        (Algorithm::Hs256, &MARK.as_bytes()[..20]),
        (Algorithm::A256Gcm, MARK.as_bytes()),
        (Algorithm::EdDsa, MARK.as_bytes()),
        (Algorithm::Hs256, guessable.as_bytes()),
    ] {
        let fault = Key::from_secret(algorithm, SecretBytes::new(bytes.to_vec()));
        assert_hides(&said(&fault.expect_err("too short")), &spellings(bytes));
    }
}

#[test]
fn a_published_set_that_holds_a_secret_is_refused_without_it() {
    for algorithm in Algorithm::ALL {
        let key = forge::any_key(*algorithm).with_id(forge::kid("k1"));
        let jwk = key.export_secret_jwk().expect("a secret");
        let set = format!(r#"{{"keys":[{}]}}"#, jwk.expose_secret());
        let fault = PublicKeys::from_jwk_set(&set).expect_err("a secret");
        assert_hides(&said(&fault), &secrets_of_key(&key));
    }
}

#[test]
fn a_token_or_key_in_the_wrong_argument_is_not_quoted() {
    let forger = Forger::jwt(Algorithm::Hs256);
    let token = forger.token_of(&marked(forger));
    let jwk = forger.key().export_secret_jwk().expect("a secret");
    for text in [token.as_str(), jwk.expose_secret()] {
        let secrets = secrets_of(forger, &token);
        let long = format!("{text}{text}{text}");
        assert_hides(&said(&Key::from_jwk(token.as_bytes()).expect_err("no JWK")), &secrets);
        assert_hides(&said(&KeySet::from_jwk_set(text.as_bytes()).expect_err("no set")), &secrets);
        assert_hides(&said(&waxseal::key::KeyId::new(&long).expect_err("no kid")), &secrets);
        assert_hides(&said(&text.parse::<Algorithm>().expect_err("no algorithm")), &secrets);
        assert_hides(
            &said(&text.parse::<waxseal::claims::SessionId>().expect_err("no id")),
            &secrets,
        );
        assert_hides(&said(&base64url::decode(text).expect_err("no base64url")), &secrets);
    }
    let fault = forger.judge().verify(jwk.expose_secret()).expect_err("no token");
    assert_hides(&said(&fault), &secrets_of(forger, &token));
}

// ---- rings ----

/// A ring on the disk and the texts of its secrets.
struct Ring {
    dir: PathBuf,
    keys: Keys,
    secrets: Vec<String>,
    _root: tempfile::TempDir,
}

impl Ring {
    fn new(algorithm: Algorithm) -> Self {
        let root = tempfile::tempdir().expect("a folder");
        let dir = root.path().join("keys");
        let clock = clock_at(Timestamp::from_secs(NOW));
        let keys = forge::ring_of(algorithm).clock(clock).create(&dir).expect("a ring");
        // A ring whose keys are imported has no second one ready.
        let files = (1..=2).map(|seq| key_file(&dir, seq)).filter(|path| path.exists());
        let files: Vec<PathBuf> = files.collect();
        assert_eq!(files.len(), if algorithm.can_be_generated() { 2 } else { 1 });
        let secrets = files.iter().flat_map(|path| secrets_in(path)).collect();
        Self { dir, keys, secrets, _root: root }
    }
}

fn key_file(dir: &Path, seq: u32) -> PathBuf {
    dir.join(format!("key-{seq:04}.json"))
}

/// The secret members of a key file, in every spelling.
fn secrets_in(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).expect("a key file");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let members = private_members(&file);
    let most = if file["kty"] == "RSA" { 7 } else { 2 };
    assert_eq!(members.len(), most, "a key's private members and its aux");
    members.iter().flat_map(|bytes| spellings(bytes)).collect()
}

#[test]
fn a_damaged_ring_is_refused_without_its_secrets() {
    for algorithm in Algorithm::ALL {
        let ring = Ring::new(*algorithm);
        let path = key_file(&ring.dir, 1);
        let text = std::fs::read_to_string(&path).expect("a key file");
        for damaged in damaged_key_files(&text) {
            durable::replace(&path, damaged.as_bytes(), Readers::Owner).expect("a file");
            let fault = Keys::open(&ring.dir).expect_err(&damaged);
            assert_hides(&said(&fault), &ring.secrets);
        }
        durable::replace(&path, text.as_bytes(), Readers::Owner).expect("a file");
        assert!(Keys::open(&ring.dir).is_ok());
    }
}

fn damaged_key_files(text: &str) -> Vec<String> {
    let file: Value = serde_json::from_str(text).expect("JSON");
    let cut = (1..text.len() - 2).step_by(1.max(text.len() / 16)).map(|at| text[..at].to_owned());
    let mut damaged: Vec<String> = cut.collect();
    for name in ["kty", "alg", "kid", "v", "seq", "x", "y", "n", "e"].iter().chain(PRIVATE) {
        let Some(value) = file.get(name) else { continue };
        let mut changed = |value: Value| {
            let mut file = file.clone();
            file[*name] = value;
            damaged.push(file.to_string());
        };
        changed(json!([value]));
        changed(Value::Null);
        changed(json!({ "x": value }));
        if let Some(text) = value.as_str().filter(|_| *name != "kid") {
            changed(json!(format!("{text}=")));
        }
        damaged.push(text.replacen(&format!("\"{name}\":"), &format!("\"{name}\""), 1));
    }
    damaged
}

#[cfg(unix)]
#[test]
fn a_ring_that_everyone_can_read_is_refused_without_its_secrets() {
    let ring = Ring::new(Algorithm::EdDsa);
    let path = key_file(&ring.dir, 1);
    let bytes = std::fs::read(&path).expect("a key file");
    durable::replace(&path, &bytes, Readers::Everyone).expect("a file");
    let fault = Keys::open(&ring.dir).expect_err("everyone can read it");
    assert!(matches!(fault, KeyringError::Exposed { .. }), "{fault}");
    assert_hides(&said(&fault), &ring.secrets);
}

#[test]
fn a_key_that_the_ring_holds_already_is_refused_without_its_secret() {
    for algorithm in Algorithm::ALL {
        let ring = Ring::new(*algorithm);
        let first = ring.keys.keys().next().expect("a key").2.clone();
        let fault = Keys::import(&ring.dir, first, "a test").expect_err("it is there");
        assert!(matches!(fault, KeyringError::Known(_)), "{fault}");
        assert_hides(&said(&fault), &ring.secrets);
    }
}

// ---- Debug of every public type ----

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Note {
    text: String,
}

/// Everything that a session goes through, as `Debug` shows it, and what must not be in it.
fn session_types(algorithm: Algorithm) -> (Vec<(&'static str, String)>, Vec<String>) {
    let ring = Ring::new(algorithm);
    let hand = ManualClock::at(Timestamp::from_secs(NOW));
    let list = RevocationList::in_memory();
    list.revoke(&Revocation::subject(MARK).before(Timestamp::EPOCH)).expect("room");
    list.revoke(&Revocation::foreign_token(MARK).because(MARK)).expect("room");
    let issuer = Issuer::new(&ring.keys, ISSUER, AUDIENCE).expect("an issuer").clock(hand.clock());
    let renewer = issuer.clone().renewing(&list).expect("a list");
    let setup = Verifier::new(ring.keys.clone(), ISSUER, AUDIENCE).clock(hand.clock());
    let verifier = setup.clone().revocations(&list);
    let token: Token = renewer.mint(MARK, &Note { text: MARK.into() }).expect("a state");
    let (report, session) = verifier.explain::<Note>(&token);
    let session: Session<Note> = session.expect("a good token");
    let renewable = Renewable::from(session.clone());
    let renewed = Renewal::Renewed(renewer.renew_now(&renewable).expect("alive"));
    let Renewal::Renewed(second) = renewed.clone() else { unreachable!() };
    let untrusted = UntrustedToken::parse(&token, usize::MAX).expect("a token");

    let mut secrets = ring.secrets.clone();
    secrets.extend(behind_the_header(&token));
    secrets.extend(behind_the_header(&second));
    secrets.extend(spellings(MARK.as_bytes()));
    let shown = vec![
        ("Keys", format!("{:?}", ring.keys)),
        ("Issuer", format!("{issuer:#?}")),
        ("Renewer", format!("{renewer:#?}")),
        ("VerifierSetup", format!("{setup:#?}")),
        ("Verifier", format!("{verifier:#?}")),
        ("Token", format!("{token:?} {token:#?}")),
        ("UntrustedToken", format!("{untrusted:?} {untrusted:#?}")),
        ("UntrustedHeader", format!("{:?}", untrusted.untrusted_header())),
        ("Report", format!("{report:#?}")),
        ("Session", format!("{session:?} {session:#?}")),
        ("Renewable", format!("{renewable:?} {renewable:#?}")),
        ("Renewal", format!("{renewed:?} {renewed:#?}")),
        ("RevocationList", format!("{list:?} {list:#?}")),
        ("Revocations", format!("{:#?}", Revocations::from(&list))),
        ("public JWK Set", ring.keys.to_public_jwk_set()),
        ("published file", std::fs::read_to_string(ring.dir.join("jwks.json")).expect("a file")),
    ];
    (shown, secrets)
}

#[test]
fn debug_of_every_type_of_a_session_hides_keys_tokens_and_claims() {
    for algorithm in Algorithm::ALL {
        let (shown, secrets) = session_types(*algorithm);
        for (name, text) in shown {
            assert!(!text.is_empty(), "{name}");
            assert_hides(&text, &secrets);
        }
    }
}

#[test]
fn debug_of_every_type_of_keys_and_jwts_hides_keys_tokens_and_claims() {
    for algorithm in Algorithm::ALL {
        let key = forge::any_key(*algorithm).with_id(forge::kid("k1"));
        let member = Member { key: key.clone(), standing: Standing::Trusted };
        let set = KeySet::only(key.clone());
        let issuer = jwt::Issuer::new(key.clone()).expect("a private key");
        let at = Timestamp::from_secs(NOW + 9);
        let exp = match algorithm.format() {
            Format::Paseto => json!(at.to_string()),
            _ => json!(at.as_secs()),
        };
        let claims = json!({ "sub": MARK, "jti": MARK, "sid": MARK, "x": MARK, "exp": exp });
        let token = issuer.mint(&claims).expect("sound claims");
        let setup = || {
            jwt::Verifier::<Value>::setup(set.clone()).clock(clock_at(Timestamp::from_secs(NOW)))
        };
        let verifier = setup().revocations(NO_LIST);
        let (report, claims) = verifier.explain(&token);
        let claims: Claims<Value> = claims.expect("a good token");
        let jwk: SecretText = key.export_secret_jwk().expect("a secret");
        let mut secrets = secrets_of_key(&key);
        let bytes = SecretBytes::new(private_members(&secret_jwk(&key)).concat());
        secrets.extend(behind_the_header(&token));
        secrets.extend(spellings(MARK.as_bytes()));
        for text in [
            format!("{key:?} {key:#?}"),
            format!("{member:#?}"),
            format!("{set:?} {set:#?}"),
            format!("{issuer:#?}"),
            format!("{:#?}", setup()),
            format!("{verifier:#?}"),
            format!("{token:?}"),
            format!("{report:?}"),
            format!("{claims:?} {claims:#?}"),
            format!("{jwk:?} {jwk:#?}"),
            format!("{bytes:?} {bytes:#?}"),
            #[cfg(feature = "pem")]
            format!("{:?} {:?}", key.export_secret_pem(), key.to_public_pem()),
            #[cfg(feature = "paseto")]
            format!("{:?} {:?}", key.export_secret_paserk(), key.to_public_paserk()),
        ] {
            assert_hides(&text, &secrets);
        }
    }
}
