//! What holds for every input: no changed token passes, no claim of a wrong type passes, nothing
//! panics, and what is written is read back.

mod forge;

use std::fmt::Debug;

use forge::{Forger, Kind, NOW, Object, SUBJECT, clock_at};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use serde_json::{Map, Value, json};
use waxseal::jwt::{MintError, Stage, Verdict};
use waxseal::key::{Algorithm, Key, KeyId, KeySet, Member, Standing};
use waxseal::secret::SecretBytes;
use waxseal::time::{DateTime, Timestamp, Utc};
use waxseal::token::UntrustedToken;
use waxseal::{Issuer, Keys, Verifier, base64url, jwt, limits};

/// Cases of a property that signs or seals once a case.
const CASES: u32 = 128;

/// Cases of a property that only parses.
const MANY_CASES: u32 = 1024;

fn cases(cases: u32) -> ProptestConfig {
    // A failure prints its smallest input: a regression becomes a named test.
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

// ---- changed tokens ----

/// Runs `check` for every kind of token, with a token that its verifier accepts.
fn for_every_token(check: impl Fn(Forger, &str)) {
    for forger in Forger::ALL {
        let token = forger.token();
        assert_eq!(forger.verdict(&token), "accepted", "{forger:?}");
        check(forger, &token);
    }
}

/// Asserts that every one of `changed` is refused before any claim of it is read.
fn assert_all_refused(forger: Forger, changed: impl Iterator<Item = String>) {
    let judge = forger.judge();
    for token in changed {
        let fault = judge.verify(&token).expect_err(&token);
        assert!(fault.stage() <= Stage::Signature, "{forger:?}: {fault}: {token}");
    }
}

/// Every ASCII character, and some that take more bytes.
fn characters() -> impl Iterator<Item = char> {
    ('\0'..='\x7f').chain(['\u{80}', 'é', '\u{2028}', 'Ａ', '\u{1f36a}'])
}

#[test]
fn a_token_with_any_byte_changed_is_refused() {
    for_every_token(|forger, token| {
        let changed = token.char_indices().flat_map(|(at, old)| {
            let others = characters().filter(move |new| *new != old);
            others.map(move |new| format!("{}{new}{}", &token[..at], &token[at + 1..]))
        });
        assert_all_refused(forger, changed);
    });
}

/// Asserts that `token` is refused with any of its decoded parts changed, to all that `changes`
/// makes of the part.
fn assert_refused_with_parts<I: Iterator<Item = Vec<u8>>>(
    forger: Forger,
    token: &str,
    changes: impl Fn(Vec<u8>) -> I,
) {
    let parts = decoded_parts(token);
    for (i, part) in parts.iter().enumerate() {
        let tokens = changes(part.clone()).map(|changed| {
            let mut parts = parts.clone();
            parts[i] = changed;
            encoded(&parts)
        });
        assert_all_refused(forger, tokens);
    }
}

fn decoded_parts(token: &str) -> Vec<Vec<u8>> {
    token.split('.').map(|part| base64url::decode(part).expect("base64url")).collect()
}

fn encoded(parts: &[Vec<u8>]) -> String {
    parts.iter().map(|part| base64url::encode(part)).collect::<Vec<_>>().join(".")
}

#[test]
fn a_token_with_any_bit_of_a_part_flipped_is_refused() {
    for_every_token(|forger, token| {
        assert_refused_with_parts(forger, token, |part| {
            (0..part.len() * 8).map(move |bit| {
                let mut part = part.clone();
                part[bit / 8] ^= 1 << (bit % 8);
                part
            })
        });
    });
}

#[test]
fn a_token_with_any_part_shortened_is_refused() {
    for_every_token(|forger, token| {
        assert_refused_with_parts(forger, token, |part| {
            (0..part.len()).map(move |length| part[..length].to_vec())
        });
    });
}

#[test]
fn a_token_cut_anywhere_is_refused() {
    for_every_token(|forger, token| {
        for at in 0..token.len() {
            let (start, end) = (&token[..at], &token[at + 1..]);
            let cuts = [start.to_owned(), end.to_owned(), format!("{start}{end}")];
            assert_all_refused(forger, cuts.into_iter());
        }
    });
}

#[test]
fn a_token_with_a_character_inserted_anywhere_is_refused() {
    // Of the alphabet, of the other base64, between parts, white, and of several bytes.
    const INSERTED: &str = "Az0-_+/=. \t\n\0\"é";
    for_every_token(|forger, token| {
        for at in 0..=token.len() {
            let (start, end) = token.split_at(at);
            assert_all_refused(forger, INSERTED.chars().map(|new| format!("{start}{new}{end}")));
        }
    });
}

proptest! {
    #![proptest_config(cases(CASES))]

    #[test]
    fn a_token_with_any_text_inserted_is_refused(
        text in prop_oneof!["(?s).{1,40}", "[A-Za-z0-9_.=-]{1,40}"],
        place in any::<Index>(),
    ) {
        for_every_token(|forger, token| {
            let (before, after) = token.split_at(place.index(token.len() + 1));
            assert_all_refused(forger, [format!("{before}{text}{after}")].into_iter());
        });
    }
}

// ---- claims of a wrong type ----

/// What a claim must be, with values that it must not be.
#[derive(Clone, Copy, Debug)]
enum Must {
    BeText,
    NameAudiences,
    BeADate,
    Count,
    FitTheCart,
}

const CLAIMS: &[(&str, Must)] = &[
    ("iss", Must::BeText),
    ("sub", Must::BeText),
    ("jti", Must::BeText),
    ("sid", Must::BeText),
    ("aud", Must::NameAudiences),
    ("exp", Must::BeADate),
    ("nbf", Must::BeADate),
    ("iat", Must::BeADate),
];

const SESSION_CLAIMS: &[(&str, Must)] = &[
    ("auth_time", Must::BeADate),
    ("sst", Must::BeADate),
    ("idl", Must::BeADate),
    ("abs", Must::BeADate),
    ("rnw", Must::BeADate),
    ("pro", Must::BeText),
    ("ck", Must::BeText),
    ("gen", Must::Count),
    ("ver", Must::Count),
    ("st", Must::FitTheCart),
];

impl Must {
    fn wrong_values(self) -> &'static [&'static str] {
        match self {
            Self::BeText => &[
                "null",
                "true",
                "false",
                "0",
                "7",
                "-1",
                "1.5",
                "1e400",
                "NaN",
                "[]",
                "{}",
                r#"["https://id.example"]"#,
                r#"["ada"]"#,
                r#"{"sub":"ada"}"#,
                r#"[["ada"]]"#,
            ],
            Self::NameAudiences => &[
                "null",
                "true",
                "7",
                "-1",
                "1.5",
                "1e400",
                "Infinity",
                "{}",
                r#"{"shop":true}"#,
                r#"{"0":"shop"}"#,
                "[7]",
                "[null]",
                r#"["shop",7]"#,
                r#"["shop",null]"#,
                r#"["shop",{}]"#,
                r#"[["shop"]]"#,
                r#"["shop",["shop"]]"#,
            ],
            Self::BeADate => &[
                "null",
                "true",
                "false",
                "[]",
                "{}",
                "[1795225163]",
                r#"{"exp":1795225163}"#,
                r#""""#,
                r#""1795225163""#,
                r#""4102444800""#,
                r#""NaN""#,
                r#""Infinity""#,
                r#""2026-11-21T01:39:23Z""#,
                "-1",
                "-0.5",
                "-1795225163",
                "-1e300",
                "1e300",
                "1e400",
                "253402300800000",
                "9223372036854775807",
                "9223372036854775808",
                "18446744073709551615",
                "18446744073709551616",
                "-9223372036854775808",
                "-9223372036854775809",
                "99999999999999999999999999999999999999",
                "NaN",
                "Infinity",
                "-Infinity",
                "0x6B0E1F4B",
                "1795225163s",
            ],
            Self::Count => &[
                "null",
                "true",
                "[]",
                "[1]",
                "{}",
                r#""1""#,
                "-1",
                "1.0",
                "1.5",
                "1e0",
                "1e400",
                "18446744073709551616",
                "-9223372036854775808",
                "NaN",
                r#""NaN""#,
            ],
            Self::FitTheCart => &[
                "null",
                "true",
                "7",
                "-1",
                "1.5",
                r#""text""#,
                "[]",
                "[1]",
                "{}",
                r#"{"items":[7]}"#,
                r#"{"items":"7","note":"milk"}"#,
                r#"{"items":[7],"note":7}"#,
                r#"{"items":[-1],"note":"milk"}"#,
                r#"{"items":[4294967296],"note":"milk"}"#,
                r#"{"items":null,"note":"milk"}"#,
            ],
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::FitTheCart => "wrong_state",
            _ => "bad_claims",
        }
    }
}

fn claims_of(kind: Kind) -> Vec<(&'static str, Must)> {
    match kind {
        Kind::Jwt => CLAIMS.to_vec(),
        Kind::Session => [CLAIMS, SESSION_CLAIMS].concat(),
    }
}

#[test]
fn a_claim_of_a_wrong_json_type_is_refused() {
    for forger in Forger::ALL {
        let judge = forger.judge();
        assert_eq!(judge.verdict(&forger.token()), "accepted", "{forger:?}");
        for (name, must) in claims_of(forger.kind) {
            for wrong in must.wrong_values() {
                let token = forger.token_of(&forger.claims().with(name, wrong));
                assert_eq!(judge.verdict(&token), must.code(), "{forger:?}: {name} = {wrong}");
            }
        }
    }
}

#[test]
fn a_session_that_lacks_any_claim_but_its_cookie_is_refused() {
    for forger in Forger::ALL.into_iter().filter(|forger| forger.kind == Kind::Session) {
        for (name, _) in claims_of(Kind::Session) {
            let verdict = forger.verdict_on(&forger.claims().without(name));
            let expected = match name {
                "ck" => "accepted",
                // These two are missed by the policy, which knows what was asked for.
                "iss" => "wrong_issuer",
                "aud" => "wrong_audience",
                _ => "bad_claims",
            };
            assert_eq!(verdict, expected, "{forger:?} without {name}");
        }
    }
}

// ---- no panic ----

/// Texts that reach further and further into the parsers: any, of the alphabet, with a readable
/// header, and changed tokens of ours.
fn token_like() -> impl Strategy<Value = String> {
    let part = || prop_oneof!["[A-Za-z0-9_-]{0,40}", any::<Vec<u8>>().prop_map(encode)];
    let headed = (header_like(), prop::collection::vec(part(), 1..5))
        .prop_map(|(header, parts)| format!("{}.{}", encode(header), parts.join(".")));
    let changed = (any_forger(), any::<Index>(), any::<char>())
        .prop_map(|(forger, at, new)| replace_at(&forger.token(), at, new));
    prop_oneof![any::<String>(), "[A-Za-z0-9_=.-]{0,300}", headed, changed]
}

/// JSON objects of header members, with values right, wrong and long.
fn header_like() -> impl Strategy<Value = Vec<u8>> {
    const NAMES: &[&str] = &["alg", "enc", "kid", "typ", "cty", "crit", "b64", "zip", "jwk"];
    const TEXTS: &[&str] =
        &["HS256", "EdDSA", "dir", "A256GCM", "none", "k1", "JWT", "session+jwt"];
    object_of(NAMES, prop_oneof![select(TEXTS).prop_map(forge::quoted), any_value()])
}

/// JSON objects of JWK members.
fn jwk_like() -> impl Strategy<Value = Vec<u8>> {
    const NAMES: &[&str] =
        &["kty", "alg", "use", "key_ops", "kid", "crv", "x", "y", "d", "k", "n", "e", "p", "keys"];
    const TEXTS: &[&str] = &[
        "oct",
        "OKP",
        "EC",
        "RSA",
        "Ed25519",
        "X25519",
        "P-256",
        "P-384",
        "HS256",
        "EdDSA",
        "ES256",
        "RS256",
        "A256GCM",
        "v4.local",
        "v3.public",
        "sig",
        "AQAB",
    ];
    let bytes = any::<[u8; 32]>().prop_map(|bytes| forge::quoted(&encode(bytes)));
    object_of(NAMES, prop_oneof![select(TEXTS).prop_map(forge::quoted), bytes, any_value()])
}

/// The text of a JSON value, or of none.
fn any_value() -> impl Strategy<Value = String> {
    prop_oneof![any_json().prop_map(|value| value.to_string()), ".{0,20}"]
}

fn object_of(
    names: &'static [&'static str],
    value: impl Strategy<Value = String>,
) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec((select(names), value), 0..8).prop_map(|members| {
        let object =
            members.iter().fold(Object::new(), |object, (name, value)| object.and(name, value));
        object.to_string().into_bytes()
    })
}

/// Claims of ours with some values replaced: most pass the first checks and fail later ones.
fn claims_like() -> impl Strategy<Value = Vec<u8>> {
    let names: Vec<_> = claims_of(Kind::Session).into_iter().map(|(name, _)| name).collect();
    let changes = prop::collection::vec((select(names), any_value(), any::<bool>()), 0..4);
    (any_forger(), changes).prop_map(|(forger, changes)| {
        let change = |claims: Object, (name, value, twice): (&str, String, bool)| {
            if twice { claims.and(name, value) } else { claims.with(name, value) }
        };
        changes.into_iter().fold(forger.claims(), change).to_string().into_bytes()
    })
}

/// JSON without floats: serde_json reads those back only to the last bit but one.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn any_forger() -> impl Strategy<Value = Forger> {
    select(Forger::ALL.to_vec())
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    base64url::encode(bytes.as_ref())
}

fn replace_at(text: &str, at: Index, new: char) -> String {
    let mut characters: Vec<_> = text.chars().collect();
    *at.get_mut(&mut characters) = new;
    characters.into_iter().collect()
}

/// Reads all that can be read of `text` without a key.
fn inspect(text: &str) {
    if let Ok(token) = UntrustedToken::parse(text, limits::TOKEN_BYTES) {
        let _ = (token.protection(), token.untrusted_header_bytes(), token.untrusted_payload());
        if let Ok(header) = token.untrusted_header() {
            let _ = (header.untrusted_algorithm(), header.untrusted_kid(), header.untrusted_typ());
        }
        let _ = format!("{token:?}");
    }
}

/// Asserts that `explain` and `verify` say the same, and that the report says it too.
fn assert_explained(forger: Forger, token: &str) {
    let judge = forger.judge();
    let (report, explained) = judge.explain(token);
    assert_eq!(explained, judge.verify(token), "{forger:?}: {token}");
    let verdict_is = |verdict| report.checks.iter().find(|check| check.verdict == verdict);
    let failed = verdict_is(Verdict::Failed).map(|check| check.stage);
    assert_eq!(failed, explained.as_ref().err().map(jwt::VerifyError::stage), "{report:?}");
    if explained.is_ok() {
        assert_eq!(verdict_is(Verdict::NotReached), None, "{report:?}");
    }
    if let Err(fault) = explained {
        assert!(!fault.to_string().is_empty() && !fault.code().is_empty());
    }
}

proptest! {
    #![proptest_config(cases(MANY_CASES))]

    #[test]
    fn no_text_makes_a_parser_or_verifier_panic(text in token_like(), forger in any_forger()) {
        inspect(&text);
        assert_explained(forger, &text);
    }

    #[test]
    fn no_authentic_payload_makes_a_verifier_panic(
        payload in prop_oneof![
            any::<Vec<u8>>(),
            any_json().prop_map(|value| value.to_string().into_bytes()),
            claims_like(),
        ],
        forger in any_forger(),
    ) {
        assert_explained(forger, &forger.forge(forger.header(), payload));
    }

    #[test]
    fn no_header_of_an_authentic_token_makes_a_verifier_panic(
        header in header_like(),
        forger in any_forger(),
    ) {
        let header = String::from_utf8(header).expect("made of text");
        assert_explained(forger, &forger.forge(header, forger.claims().to_string()));
    }

    #[test]
    fn no_bytes_make_a_key_parser_panic(
        bytes in prop_oneof![
            any::<Vec<u8>>(),
            any::<String>().prop_map(String::into_bytes),
            jwk_like(),
        ],
        algorithm in select(Algorithm::ALL),
    ) {
        let _ = (Key::from_jwk(&bytes), Key::from_jwk_among(&bytes, &[algorithm]));
        let _ = (KeySet::from_jwk_set(&bytes), KeySet::from_jwk_set_among(&bytes, &[algorithm]));
        let set = [br#"{"keys":["#, &*bytes, b"]}"].concat();
        let _ = KeySet::from_jwk_set_among(&set, &[algorithm]);
        let _ = Key::from_secret(algorithm, SecretBytes::new(bytes));
    }

    #[test]
    fn no_text_makes_a_small_parser_panic(
        text in prop_oneof![
            any::<String>(),
            "[0-9]{0,5}[0-9T:Z+. -]{0,40}",
            "[0-9]{4}-0[1-9]-[0-2][0-9]T0[0-9]:0[0-9]:0[0-9](\\.[0-9]{1,9})?(Z|[+-]0[0-9]:00)",
            "[A-Za-z0-9_=-]{0,64}",
        ],
    ) {
        if let Some(at) = Timestamp::parse_rfc3339(&text) {
            prop_assert!((Timestamp::EPOCH..Timestamp::END).contains(&at), "{text}");
            let _ = format!("{at} {at:?}");
        }
        let _ = (KeyId::new(&text), text.parse::<Algorithm>());
        let _ = (text.parse::<waxseal::claims::SessionId>(), base64url::decode_array::<16>(&text));
    }
}

// ---- explanations ----

/// A change to good claims, what the verifier says to it, and the stage that says it.
type Change = (&'static str, &'static str, &'static str, Option<Stage>);

const EXPLAINED: &[Change] = &[
    ("exp", "1795229999", "accepted", None),
    ("iss", r#""https://evil.example""#, "wrong_issuer", Some(Stage::Issuer)),
    ("aud", r#""another""#, "wrong_audience", Some(Stage::Audience)),
    ("exp", "1795220000", "expired", Some(Stage::Time)),
    ("nbf", "1795230000", "not_yet_valid", Some(Stage::Time)),
    ("iat", "1795230000", "issued_in_future", Some(Stage::Time)),
    ("sub", "7", "bad_claims", Some(Stage::Claims)),
];

#[test]
fn every_refusal_is_explained_by_the_stage_that_refused() {
    for forger in Forger::ALL {
        for (name, value, code, stage) in EXPLAINED {
            let token = forger.token_of(&forger.claims().with(name, value));
            assert_eq!(forger.verdict(&token), *code, "{forger:?}: {name} = {value}");
            assert_eq!(failed_stages(forger, &token), Vec::from_iter(*stage), "{name} = {value}");
            assert_explained(forger, &token);
        }
        let header = forger.header().with("typ", r#""at+jwt""#);
        let token = forger.forge(header, forger.claims().to_string());
        assert_eq!(failed_stages(forger, &token), [Stage::Type]);
    }
}

#[test]
fn a_report_shows_every_claim_that_is_refused() {
    for forger in Forger::ALL {
        let claims = forger.claims().with("iss", r#""x""#).with("aud", r#""x""#).with("exp", 1);
        let token = forger.forge(forger.header().with("typ", r#""x""#), claims.to_string());
        let all = [Stage::Type, Stage::Issuer, Stage::Audience, Stage::Time];
        assert_eq!(failed_stages(forger, &token), all, "{forger:?}");
    }
}

/// The stages that the report on `token` calls failed.
fn failed_stages(forger: Forger, token: &str) -> Vec<Stage> {
    let (report, _) = forger.judge().explain(token);
    let failed = report.checks.iter().filter(|check| check.verdict == Verdict::Failed);
    failed.map(|check| check.stage).collect()
}

proptest! {
    #![proptest_config(cases(CASES))]

    #[test]
    fn a_token_with_several_faults_is_explained_by_the_first(
        faults in subsequence(EXPLAINED, 0..=EXPLAINED.len()),
        forger in any_forger(),
    ) {
        let mut claims = forger.claims();
        for (name, value, _, _) in faults {
            claims = claims.with(name, value);
        }
        assert_explained(forger, &forger.token_of(&claims));
    }
}

// ---- round trips ----

fn any_key() -> impl Strategy<Value = Key> {
    let secret = prop::collection::vec(any::<u8>(), 64);
    let named = prop::option::of("\\PC{1,40}".prop_map(|text| KeyId::new(&text)));
    (select(Algorithm::ALL), secret, named).prop_filter_map(
        "a key",
        |(algorithm, secret, named)| {
            let of_secret = |bytes| {
                let secret = SecretBytes::new(secret.get(..bytes)?.to_vec());
                Key::from_secret(algorithm, secret).ok()
            };
            let key = match algorithm.name() {
                "HS256" | "EdDSA" | "A256GCM" | "v4.public" | "v4.local" => of_secret(32)?,
                "HS384" | "v3.public" => of_secret(48)?,
                "HS512" => of_secret(64)?,
                _ => forge::any_key(algorithm),
            };
            match named {
                Some(id) => Some(key.with_id(id.ok()?)),
                None => Some(key),
            }
        },
    )
}

proptest! {
    #![proptest_config(cases(MANY_CASES))]

    #[test]
    fn an_exported_key_is_imported_as_the_same_key(key in any_key()) {
        let jwk = key.export_secret_jwk().expect("it holds a secret");
        prop_assert_eq!(&Key::from_jwk(jwk.expose_secret().as_bytes()), &Ok(key.clone()));
        if let Some(jwk) = key.to_public_jwk() {
            prop_assert_eq!(Key::from_jwk(jwk.as_bytes()).ok(), key.public_half());
        }
        prop_assert_eq!(key.public_half().is_some(), key.algorithm().has_public_half());
    }

    #[test]
    fn a_published_set_is_imported_as_the_public_halves(
        keys in prop::collection::vec(any_key(), 1..4),
    ) {
        let named = |(i, key): (usize, Key)| key.with_id(forge::kid(&format!("k{i}")));
        let keys: Vec<Key> = keys.into_iter().enumerate().map(named).collect();
        let halves: Vec<Key> = keys.iter().filter_map(Key::public_half).collect();
        let trusted = |key| Member { key, standing: Standing::Trusted };
        let set = KeySet::new(keys.into_iter().map(trusted).collect()).expect("no two of one kid");
        let read = KeySet::from_jwk_set(set.to_public_jwk_set().as_bytes());
        let read = read.iter().flat_map(KeySet::members).map(|member| member.key.clone());
        prop_assert_eq!(read.collect::<Vec<_>>(), halves);
    }

    #[test]
    fn base64url_has_one_text_for_one_value(
        text in prop_oneof![any::<String>(), "[A-Za-z0-9_-]{0,200}", "[A-Za-z0-9_+/=-]{0,8}"],
    ) {
        if let Ok(bytes) = base64url::decode(&text) {
            prop_assert_eq!(base64url::encode(&bytes), text);
        }
    }

    #[test]
    fn base64url_reads_what_it_writes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(base64url::decode(&base64url::encode(&bytes)), Ok(bytes));
    }

    #[test]
    fn a_time_is_read_as_it_is_written(secs in 0..Timestamp::END.as_secs()) {
        let at = Timestamp::from_secs(secs);
        prop_assert_eq!(Timestamp::parse_rfc3339(&at.to_string()), Some(at));
        prop_assert_eq!(Timestamp::from(DateTime::<Utc>::from(at)), at);
    }
}

/// A login service and the verifier of its sessions, for every algorithm.
struct Service {
    issuer: Issuer,
    verifier: Verifier,
    _dir: tempfile::TempDir,
}

impl Service {
    fn of(algorithm: Algorithm) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let ring = forge::ring_of(algorithm);
        let keys: Keys = ring.create(dir.path().join("keys")).expect("a ring");
        let clock = clock_at(Timestamp::from_secs(NOW));
        let issuer = Issuer::new(&keys, forge::ISSUER, forge::AUDIENCE).expect("an issuer");
        let verifier = Verifier::new(keys, forge::ISSUER, forge::AUDIENCE).clock(clock.clone());
        Self {
            issuer: issuer.clock(clock),
            verifier: verifier.revocations(forge::NO_LIST),
            _dir: dir,
        }
    }
}

fn assert_same<V: PartialEq + Debug>(minted: V, read: V) -> Result<(), TestCaseError> {
    prop_assert_eq!(read, minted);
    Ok(())
}

#[test]
fn a_session_carries_any_state_and_subject() {
    for algorithm in Algorithm::ALL {
        let service = Service::of(*algorithm);
        let inputs = (any_json(), any::<String>());
        proptest!(cases(CASES), |((state, subject) in inputs)| {
            match service.issuer.mint(&subject, &state) {
                Ok(token) => {
                    let session = service.verifier.verify::<Value>(&token)?;
                    assert_same(subject.as_str(), session.subject())?;
                    assert_same(&state, session.state())?;
                }
                Err(MintError::NoSubject) => prop_assert!(subject.is_empty()),
                Err(MintError::TooLong { has, .. }) => {
                    prop_assert!(has > limits::TOKEN_BYTES);
                    prop_assert!(state.to_string().len() + subject.len() > 4096);
                }
                Err(fault) => return Err(TestCaseError::fail(fault.to_string())),
            }
        });
    }
}

proptest! {
    #![proptest_config(cases(CASES))]

    #[test]
    fn a_jwt_carries_any_claims(
        claims in prop::collection::btree_map("x[a-z]{0,8}", any_json(), 0..5),
        forger in select(Forger::ALL[3..].to_vec()),
    ) {
        let mut claims: Map<String, Value> = claims.into_iter().collect();
        claims.extend([("exp".into(), json!(NOW + 1)), ("sub".into(), json!(SUBJECT))]);
        let verifier = jwt::Verifier::<Map<String, Value>>::setup(KeySet::only(forger.key()))
            .clock(clock_at(Timestamp::from_secs(NOW)))
            .revocations(forge::NO_LIST);
        let issuer = jwt::Issuer::new(forger.key()).expect("a private key");
        match issuer.mint(&claims) {
            Ok(token) => assert_same(claims, verifier.verify(&token)?.into_custom())?,
            Err(MintError::TooLong { .. }) => prop_assert!(json!(claims).to_string().len() > 4096),
            Err(fault) => return Err(TestCaseError::fail(fault.to_string())),
        }
    }
}

#[test]
fn a_session_state_is_as_deep_as_allowed_whatever_stands_beside_it() {
    let forger = Forger::session(Algorithm::Hs256);
    let verifier = Verifier::new(KeySet::only(forger.key()), forge::ISSUER, forge::AUDIENCE)
        .clock(clock_at(Timestamp::from_secs(NOW)))
        .revocations(forge::NO_LIST);
    for depth in 90..132 {
        let state = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let ours = forger.claims().with("st", &state);
        let foreign = ours.clone().and("x", 1);
        let verdict = |claims| forge::code_of(verifier.verify::<Value>(&forger.token_of(claims)));
        assert_eq!(verdict(&ours), verdict(&foreign), "depth {depth}");
    }
}

#[test]
fn a_manual_clock_stops_at_the_end_of_time() {
    let hand = waxseal::time::ManualClock::at(Timestamp::from_secs(NOW));
    hand.advance(std::time::Duration::MAX);
    assert_eq!(hand.clock().now(), Timestamp::END);
}
