//! Lint: every rule for tokens with a sample that breaks it and one that does not, and the verb around
//! them. The rules for rings have theirs in `tests/lint.rs`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use waxseal::base64url;

use crate::tool::{FIXTURES, Run, VALID, pipe_in, run, run_in};

/// A folder for the files of a sample.
struct Bench(TempDir);

/// A token, and the options that it is linted with.
struct Sample {
    token: String,
    options: Vec<String>,
}

type Make = fn(&Bench) -> Sample;

impl Bench {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).expect("written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // A key that everyone can read has its own rule, K007.
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("ours");
        }
    }

    fn lint(&self, sample: &Sample) -> Run {
        self.write("token", &sample.token);
        let options: Vec<&str> = sample.options.iter().map(String::as_str).collect();
        run_in(&self.0, &[&["lint", "--at", VALID, "--json", "@token"], &options[..]].concat())
    }

    /// The ids that were found, each once, in their order.
    #[track_caller]
    fn ids(&self, sample: &Sample) -> Vec<String> {
        let run = self.lint(sample);
        assert_eq!(run.err, "");
        ids(&run.json())
    }
}

fn ids(facts: &Value) -> Vec<String> {
    let findings = facts["findings"].as_array().expect("findings");
    let mut ids: Vec<String> =
        findings.iter().map(|found| found["id"].as_str().expect("an id").to_owned()).collect();
    ids.dedup();
    ids
}

impl Sample {
    fn with(mut self, options: &[&str]) -> Self {
        self.options.extend(options.iter().map(|option| (*option).to_owned()));
        self
    }
}

/// A token of these texts, under a signature that nobody looks at.
fn text(header: &str, claims: &str) -> Sample {
    let [header, claims] = [header, claims].map(|json| base64url::encode(json.as_bytes()));
    Sample { token: format!("{header}.{claims}.c2lnbmF0dXJl"), options: Vec::new() }
}

fn good_header() -> Value {
    json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "job" })
}

fn good_claims() -> Value {
    json!({
        "iss": "https://id.example",
        "aud": "shop",
        "sub": "ada",
        "jti": "8YQ5yZ0cC1mKq1i0y8w3Ag",
        "iat": 1_795_225_163,
        "exp": 1_795_226_063,
    })
}

/// Adds members to an object; `null` takes one away.
fn changed(mut object: Value, change: Value) -> Value {
    let members = object.as_object_mut().expect("an object");
    for (name, value) in change.as_object().expect("an object") {
        match value {
            Value::Null => drop(members.remove(name)),
            value => drop(members.insert(name.clone(), value.clone())),
        }
    }
    object
}

fn good() -> Sample {
    claims(json!({}))
}

fn header(change: Value) -> Sample {
    text(&changed(good_header(), change).to_string(), &good_claims().to_string())
}

fn claims(change: Value) -> Sample {
    text(&good_header().to_string(), &changed(good_claims(), change).to_string())
}

fn hs256() -> Sample {
    header(json!({ "alg": "HS256", "kid": null }))
}

/// A JWK of an RSA key of so many bytes.
fn rsa(bytes: usize) -> String {
    json!({ "kty": "RSA", "e": "AQAB", "n": base64url::encode(&vec![0xc5; bytes]) }).to_string()
}

const STRONG: &str = "uG4p9T0vXz3LqRk7W1sYb8NfH5dJc2Ma";
const OWN_KEY: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"-A8eVngoxIoN0K_SQh3Q_yHqdZ19Nmew0vDPsMAEdrU","kid":"job"}"#;
/// RFC 8037 appendix A.2.
const RFC_KEY: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"job"}"#;
/// RFC 7520 section 3.5.
const RFC_7520_SECRET: &str =
    r#"{"kty":"oct","k":"hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg","alg":"HS256"}"#;
/// The default of jwt.io for years.
const RSA_1024_PEM: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDdlatRjRjogo3WojgGHFHYLugd
UWAY9iR3fy4arWNA1KoS8kVw33cJibXr8bvwUAUparCwlvdbH6dvEOfou0/gCFQs
HUfQrSDv+MuSUMAe8jzKE4qW+jK+xQU9a03GUnKHkkle+Q0pX/g6jXZ7r1/xAK5D
o2kQ+X5xK9cipRgEKwIDAQAB
-----END PUBLIC KEY-----
";

/// A rule, a token that breaks it and no other, and one that comes close and breaks none.
const SAMPLES: &[(&str, Make, Make)] = &[
    ("T001", |_| header(json!({ "alg": "nOnE" })), |_| header(json!({ "alg": "ES256" }))),
    (
        "T002",
        |_| {
            text(
                &good_header().to_string(),
                &good_claims().to_string().replacen('{', r#"{"sub":"eve","#, 1),
            )
        },
        |_| claims(json!({ "st": { "sub": "ada" } })), // the same name at another depth
    ),
    (
        "T003",
        |_| Sample { token: good().token.replace(".c2lnbmF0dXJl", ".c2lnbmF0dXJ_Zb"), ..good() },
        |_| Sample { token: good().token.replace(".c2lnbmF0dXJl", ".c2lnbmF0dXJ_ZQ"), ..good() },
    ),
    ("T004", |_| header(json!({ "crit": ["http://example/x"] })), |_| header(json!({ "x": 1 }))),
    (
        "T005",
        |_| header(json!({ "jku": "https://evil.example/keys" })),
        |_| header(json!({ "x5t": "dGh1bWI" })),
    ),
    (
        "T010",
        |bench| {
            bench.write("secret", "hunter2!");
            hs256().with(&["--key", "raw:secret"])
        },
        |bench| {
            bench.write("secret", STRONG);
            hs256().with(&["--key", "raw:secret"])
        },
    ),
    (
        "T011",
        |bench| {
            bench.write("key", OWN_KEY);
            header(json!({ "alg": "HS256" })).with(&["--key", "key"])
        },
        |bench| {
            bench.write("key", OWN_KEY);
            header(json!({ "alg": "Ed25519" })).with(&["--key", "key"]) // RFC 9864's name for EdDSA
        },
    ),
    (
        "T012",
        |bench| {
            bench.write("key", rsa(255));
            header(json!({ "alg": "RS256" })).with(&["--key", "key"])
        },
        |bench| {
            bench.write("key", rsa(256));
            header(json!({ "alg": "PS384" })).with(&["--key", "key"])
        },
    ),
    ("T020", |_| claims(json!({ "exp": null })), |_| claims(json!({ "nbf": 1_795_225_163 }))),
    (
        "T021",
        |bench| {
            bench.write("policy", r#"{"longest_life":"14m59s"}"#);
            good().with(&["--policy", "policy"])
        },
        |bench| {
            bench.write("policy", r#"{"longest_life":"15m"}"#);
            good().with(&["--policy", "policy"])
        },
    ),
    (
        "T022",
        |_| claims(json!({ "iat": 1_795_225_600, "exp": 1_795_226_063 })),
        |_| claims(json!({ "iat": 1_795_225_515 })), // 15 s ahead
    ),
    (
        "T023",
        |_| claims(json!({ "exp": 1_795_226_063_000_i64 })),
        |_| claims(json!({ "sst": 1_795_226_063_000_i64 })), // ours, and in milliseconds
    ),
    ("T030", |_| claims(json!({ "jti": null })), |_| claims(json!({ "jti": 7 }))),
    ("T031", |_| claims(json!({ "aud": null })), |_| claims(json!({ "aud": ["shop", "mail"] }))),
    ("T032", |_| claims(json!({ "iss": null })), |_| claims(json!({ "iss": "id" }))),
    (
        "T033",
        |_| header(json!({ "typ": "application/JWT" })),
        |_| header(json!({ "typ": "session+jwt" })),
    ),
    (
        "T034",
        |bench| {
            two_keys(bench);
            header(json!({ "kid": null })).with(&["--key", "keys"])
        },
        |bench| {
            bench.write("keys", format!("{{\"keys\":[{OWN_KEY}]}}"));
            header(json!({ "kid": null })).with(&["--key", "keys"])
        },
    ),
    (
        "T040",
        |_| claims(json!({ "st": { "user": { "E-Mail": "ada@example.org" } } })),
        |_| claims(json!({ "email_verified": true })),
    ),
    (
        "T041",
        |_| claims(json!({ "st": "x".repeat(3_000) })),
        |_| claims(json!({ "st": "x".repeat(2_600) })),
    ),
    (
        "T050",
        |bench| {
            bench.write("key", RFC_KEY);
            good().with(&["--key", "key"])
        },
        |bench| {
            bench.write("key", OWN_KEY);
            good().with(&["--key", "key"])
        },
    ),
];

fn two_keys(bench: &Bench) {
    let other = r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA","kid":"other"}"#;
    bench.write("keys", format!("{{\"keys\":[{OWN_KEY},{other}]}}"));
}

#[test]
fn every_rule_has_a_token_that_breaks_it_alone_and_one_that_does_not() {
    for (id, broken, clean) in SAMPLES {
        let bench = Bench::new();
        assert_eq!(bench.ids(&broken(&bench)), [*id]);
        let bench = Bench::new();
        assert_eq!(bench.ids(&clean(&bench)), [""; 0], "the clean token of {id}");
    }
}

/// More ways to break a rule.
const MORE: &[(&str, Make)] = &[
    ("T001", |_| Sample { token: good().token.replace(".c2lnbmF0dXJl", "."), ..good() }),
    ("T002", |_| text(r#"{"alg":"EdDSA","typ":"at+jwt","typ":"x"}"#, &good_claims().to_string())),
    ("T003", |_| Sample { token: good().token + "=", ..good() }),
    ("T003", |_| Sample { token: good().token.replace(".c2lnbmF0dXJl", ".c2ln+/F0"), ..good() }),
    ("T004", |_| header(json!({ "crit": [] }))),
    ("T005", |_| header(json!({ "jwk": {} }))),
    ("T005", |_| header(json!({ "x5u": "https://evil.example" }))),
    ("T011", |bench| {
        bench.write("key", OWN_KEY);
        header(json!({ "alg": "ES256" })).with(&["--key", "key"])
    }),
    ("T020", |_| v3_public(json!({ "exp": null }))),
    ("T022", |_| claims(json!({ "exp": 1_795_225_162 }))), // a second before iat
    ("T023", |_| claims(json!({ "nbf": 1_795_225_163_000_i64 }))),
    ("T033", |_| header(json!({ "typ": null }))),
    ("T040", |_| claims(json!({ "st": [{ "note": "4111-1111-1111-1111" }] }))),
];

/// A PASETO of version 3, whose signature has 96 bytes.
fn v3_public(change: Value) -> Sample {
    let claims = changed(good_claims(), json!({ "iat": "2026-11-21T01:39:23Z" }));
    let body = [changed(claims, change).to_string().as_bytes(), &[7; 96]].concat();
    let token = format!("v3.public.{}", base64url::encode(&body));
    Sample { token, options: Vec::new() }
}

#[test]
fn there_are_more_ways_to_break_a_rule() {
    for (id, broken) in MORE {
        let bench = Bench::new();
        assert_eq!(bench.ids(&broken(&bench)), [*id]);
    }
}

#[test]
fn the_catalogue_holds_no_rule_without_samples() {
    let rules = run(&["lint", "--catalogue", "--json"]).ends(0).json();
    assert_eq!(rules["schema"], 1);
    let rules = rules["rules"].as_array().expect("rules").clone();
    let ids = |prefix: char| -> Vec<&str> {
        let ids = rules.iter().map(|rule| rule["id"].as_str().expect("an id"));
        ids.filter(|id| id.starts_with(prefix)).collect()
    };
    let sampled: Vec<&str> = SAMPLES.iter().map(|(id, ..)| *id).collect();
    assert_eq!(ids('T'), sampled);
    let of_rings = waxseal::keyring::lint::CATALOGUE.iter().map(|rule| rule.id);
    assert_eq!(ids('K'), of_rings.collect::<Vec<_>>());
    for rule in rules {
        for member in ["level", "meaning", "fix"] {
            assert!(rule[member].as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        }
    }
}

#[test]
fn manual_and_man_page_list_the_catalogue() {
    let rows = run(&["lint", "--catalogue", "--plain"]).ends(0).out;
    let dir = tempfile::tempdir().expect("a folder");
    run_in(&dir, &["man", "pages"]).ends(0);
    let page = fs::read_to_string(dir.path().join("pages/waxseal-lint.1")).expect("a page");
    let manual = Path::new(FIXTURES).join("../../../src/manual/lint.rs");
    let manual = fs::read_to_string(manual).expect("the manual");
    let mut listed = manual.lines().filter_map(|line| line.strip_prefix("//! | "));
    for row in rows.lines() {
        let [level, id, meaning, _fix] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{row}");
        };
        assert!(page.contains(&format!(".TP\n{id} ({level})\n{meaning}\n")), "{id}");
        let wanted = format!("`{id}` | {level} | {meaning} |");
        assert!(listed.any(|line| line == wanted), "the manual lacks, or moves: {wanted}");
    }
    let more = listed.find(|line| line.starts_with("`T") || line.starts_with("`K"));
    assert_eq!(more, None, "the manual has a rule that is none");
}

#[test]
fn everything_is_told_at_once_and_the_worst_first() {
    let bench = Bench::new();
    let sample = text(
        r#"{"alg":"none","typ":"JWT","crit":["b64"],"jwk":{}}"#,
        r#"{"sub":"ada","sub":"eve","password":"x","iat":1795225163000}"#,
    );
    let ids = bench.ids(&Sample { token: sample.token.replace(".c2ln", "=.c2ln"), ..sample });
    let wanted = [
        "T001", "T002", "T003", "T004", "T020", "T023", "T005", "T030", "T031", "T032", "T033",
        "T040",
    ];
    assert_eq!(ids, wanted);
}

#[test]
fn a_finding_says_where_and_what_to_do() {
    let bench = Bench::new();
    let facts = bench.lint(&claims(json!({ "st": { "ssn": "078-05-1120" } }))).ends(0).json();
    assert_eq!(
        (&facts["schema"], &facts["worst"], &facts["exit"]),
        (&1.into(), &"warn".into(), &0.into())
    );
    let found = &facts["findings"][0];
    assert_eq!(found["place"], "claims.st.ssn");
    assert!(found["fix"].as_str().is_some_and(|fix| fix.contains("seal")), "{found}");
    assert!(!facts.to_string().contains("078-05-1120"), "a secret is not repeated");
}

#[test]
fn each_way_to_weaken_a_secret_is_found() {
    let bench = Bench::new();
    let newline = format!("{STRONG}\n");
    for (file, secret, id) in [
        ("raw:secret", "a", "T010"),
        ("raw:secret", "abcdefg8abcdefg8abcdefg8abcdefg8", "T010"),
        ("raw:secret", "my-super-secret-jwt-signing-key-please-change", "T010"),
        ("raw:secret", newline.as_str(), "T010"),
        ("hex:secret", "00ff00ff", "T010"),
        ("b64:secret", "c2hvcnQ=", "T010"),
        ("raw:secret", "your-256-bit-secret", "T050"),
        ("raw:secret", "a-string-secret-at-least-256-bits-long", "T050"),
        ("secret", r#"{"kty":"oct","k":"c2hvcnQ","alg":"HS256"}"#, "T010"),
        ("secret", RFC_7520_SECRET, "T050"),
    ] {
        bench.write("secret", secret);
        assert_eq!(bench.ids(&hs256().with(&["--key", file])), [id], "{secret}");
        let alone = run_in(&bench.0, &["lint", "--key", file, "--json"]).ends(1).json();
        assert_eq!(ids(&alone), [id], "{secret}, without a token");
        assert!(!alone.to_string().contains(secret.trim()) || secret.len() < 8, "{alone}");
    }
    bench.write("secret", STRONG);
    let hs512 = header(json!({ "alg": "HS512", "kid": null })).with(&["--key", "raw:secret"]);
    assert_eq!(bench.ids(&hs512), ["T010"], "32 bytes are few for HS512");
}

#[test]
fn a_token_made_with_a_published_secret_is_found_without_any_key() {
    const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
    // jwt.io's default for years, its present one, and the first with another tag.
    for (claims, tag, is_found) in [
        (
            "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ",
            "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
            true,
        ),
        (
            "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiYWRtaW4iOnRydWUsImlhdCI6MTUxNjIzOTAyMn0",
            "KMUFsIDTnFmyG3nMiGM6H9FNFUROf3wh7SmqJp-QV30",
            true,
        ),
        (
            "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ",
            "KMUFsIDTnFmyG3nMiGM6H9FNFUROf3wh7SmqJp-QV30",
            false,
        ),
    ] {
        let token = format!("{HEADER}.{claims}.{tag}");
        let found = ids(&run(&["lint", "--json", &token]).ends(1).json());
        assert_eq!(found.contains(&"T050".to_owned()), is_found, "{found:?}");
    }
    // jwt.io's default for HS512.
    let token = "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiYWRtaW4iOnRydWUsImlhdCI6MTUxNjIzOTAyMn0.ANCf_8p1AE4ZQs7QuqGAyyfTEgYrKSjKWkhBk5cIn1_2QVr2jEjmM-1tu7EgnyOf_fAsvdFXva8Sv05iTGzETg";
    let found = ids(&run(&["lint", "--json", token]).ends(1).json());
    assert!(found.contains(&"T050".to_owned()), "{found:?}");
}

#[test]
fn pem_is_looked_into_for_its_length_and_its_fame() {
    let bench = Bench::new();
    bench.write("key.pem", RSA_1024_PEM);
    let rs256 = header(json!({ "alg": "RS256" })).with(&["--key", "key.pem"]);
    assert_eq!(bench.ids(&rs256), ["T012", "T050"]);
    let hs256 = header(json!({ "alg": "HS256" })).with(&["--key", "key.pem"]);
    assert_eq!(bench.ids(&hs256), ["T011", "T012", "T050"]);
}

#[test]
fn a_long_token_is_a_note_and_a_longer_one_a_warning() {
    let bench = Bench::new();
    for (length, level) in [(3_000, "note"), (7_000, "warn")] {
        let facts = bench.lint(&claims(json!({ "st": "x".repeat(length) }))).ends(0).json();
        assert_eq!(facts["worst"], level);
    }
}

#[test]
fn a_paseto_is_judged_by_what_it_has() {
    let bench = Bench::new();
    let paseto = |claims: Value, footer: &str| {
        let body = [claims.to_string().as_bytes(), &[7; 64]].concat();
        let mut token = format!("v4.public.{}", base64url::encode(&body));
        if !footer.is_empty() {
            token.push_str(&format!(".{}", base64url::encode(footer.as_bytes())));
        }
        Sample { token, options: Vec::new() }
    };
    let times = json!({ "iat": "2026-11-21T01:39:23Z", "exp": "2026-11-21T01:54:23Z" });
    let good = changed(good_claims(), times);
    assert_eq!(bench.ids(&paseto(good.clone(), "")), [""; 0]);
    bench.write("policy", r#"{"longest_life":"14m"}"#);
    let long = paseto(good.clone(), "").with(&["--policy", "policy"]);
    assert_eq!(bench.ids(&long), ["T021"]);
    let lost = changed(good.clone(), json!({ "exp": null, "email": "ada@example.org" }));
    assert_eq!(bench.ids(&paseto(lost, "")), ["T020", "T040"]);
    let paseto_keys = r#"{"keys":[{"kty":"OKP","alg":"v4.public","x":"AA"},{"kty":"OKP","alg":"v4.public","x":"AQ"}]}"#;
    bench.write("keys", paseto_keys);
    let nameless = paseto(good.clone(), "").with(&["--key", "keys"]);
    assert_eq!(bench.ids(&nameless), ["T034"]);
    let named = paseto(good, r#"{"kid":"k4.pid.x"}"#).with(&["--key", "keys"]);
    assert_eq!(bench.ids(&named), [""; 0]);
    let token = format!("v4.local.{}", base64url::encode(&[7; 64]));
    let sealed = Sample { token, options: Vec::new() };
    assert_eq!(bench.ids(&sealed), [""; 0]);
}

#[test]
fn a_paserk_is_a_key_and_opens_what_it_sealed() {
    let bench = Bench::new();
    let init = ["keys", "init", "--keys", "ring", "--issuer", "https://id.example"];
    run_in(&bench.0, &[&init[..], &["--alg", "v4.local"]].concat()).ends(0);
    let mint = ["mint", "--keys", "ring", "--sub", "ada", "--aud", "shop"];
    let token = run_in(&bench.0, &mint).ends(0).out.trim_end().to_owned();
    bench.write("policy", r#"{"longest_life":"1m"}"#);
    let args = ["lint", "--keys", "ring", "--policy", "policy", "--json", &token];
    assert_eq!(ids(&run_in(&bench.0, &args).ends(0).json()), ["T021"], "the claims were opened");
    // The secret of RFC 7520 section 3.5 in another dress; it did not make the token.
    bench.write("key", "k4.local.hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg");
    let args = ["lint", "--key", "key", "--policy", "policy", "--json", &token];
    assert_eq!(ids(&run_in(&bench.0, &args).ends(1).json()), ["T050"]);
    let lone = "k4.local.uG4p9T0vXz3LqRk7W1sYb8NfH5dJc2MauG4p9T0vXz0";
    bench.write("key", lone);
    let run = run_in(&bench.0, &args).ends(0);
    assert_eq!(ids(&run.json()), [""; 0], "another key opens nothing");
    let jws = good().with(&["--key", "key"]);
    assert_eq!(bench.ids(&jws), ["T011"]);
}

#[test]
fn a_ring_gives_the_policy_the_keys_and_the_claims_of_sealed_tokens() {
    let bench = Bench::new();
    let init = ["keys", "init", "--keys", "ring", "--issuer", "https://id.example"];
    run_in(&bench.0, &[&init[..], &["--purpose", "sealed"]].concat()).ends(0);
    let mint = ["mint", "--keys", "ring", "--sub", "ada", "--aud", "shop", "-c", "email=ada"];
    let token = run_in(&bench.0, &mint).ends(0).out.trim_end().to_owned();
    // What is found decides the code, which has its own test.
    let lint = |more: &[&str]| {
        let args = [&["lint", "--json", "--keys", "ring", &token], more].concat();
        run_in(&bench.0, &args).json()
    };
    assert_eq!(ids(&lint(&[])), [""; 0], "email is sealed");
    bench.write("policy", r#"{"longest_life":"1m"}"#);
    assert_eq!(ids(&lint(&["--policy", "policy"])), ["T021"], "the claims were opened");

    let ring = fs::read_to_string(bench.0.path().join("ring/ring.json")).expect("a ring");
    bench.write("ring/ring.json", ring.replace("\"L\": 28800", "\"L\": 60"));
    assert_eq!(ids(&lint(&[])), ["T021"], "L is the policy");
    assert_eq!(ids(&lint(&["--at", "now-40s"])), ["T022", "K008", "T021"]);
    bench.write("ring/ring.json", ring.replace("\"S\": 30", "\"S\": 60"));
    assert_eq!(ids(&lint(&["--at", "now-40s"])), [""; 0], "S is the skew");
}

#[test]
fn the_policy_can_ignore_rules_and_is_read_strictly() {
    let bench = Bench::new();
    bench.write("policy", r#"{"ignore":["T030","T031"]}"#);
    let sample = claims(json!({ "jti": null, "aud": null, "iss": null }));
    assert_eq!(bench.ids(&sample.with(&["--policy", "policy"])), ["T032"]);
    for policy in [r#"{"longest":"1m"}"#, r#"{"longest_life":"1 month"}"#, r#"{"ignore":["T999"]}"#]
    {
        bench.write("policy", policy);
        let run = bench.lint(&good().with(&["--policy", "policy"])).ends(65);
        assert!(run.err.contains("policy: ") && run.err.contains("next: "), "{}", run.err);
    }
}

#[test]
fn the_exit_code_follows_fail_on() {
    let bench = Bench::new();
    let note = || claims(json!({ "st": "x".repeat(3_000) }));
    let warn = || claims(json!({ "jti": null }));
    let error = || claims(json!({ "exp": null }));
    for (sample, level, code) in [
        (good(), "note", 0),
        (note(), "note", 1),
        (note(), "warn", 0),
        (warn(), "note", 1),
        (warn(), "warn", 1),
        (warn(), "error", 0),
        (error(), "error", 1),
        (error(), "note", 1),
    ] {
        let facts = bench.lint(&sample.with(&["--fail-on", level])).ends(code).json();
        assert_eq!(facts["exit"], code);
    }
}

#[test]
fn a_ring_is_linted_alone_when_standard_input_is_empty_or_held_by_a_token() {
    let bench = Bench::new();
    let init = ["keys", "init", "--keys", "ring", "--issuer", "https://id.example"];
    run_in(&bench.0, &init).ends(0);
    assert_eq!(run_in(&bench.0, &["lint", "--keys", "ring"]).ends(0).out, "no findings\n");
    let token = claims(json!({ "exp": null })).token;
    let run = pipe_in(&bench.0, &["lint", "--keys", "ring", "--json"], token.as_bytes()).ends(1);
    assert_eq!(ids(&run.json()), ["T020"]);

    let late = ["lint", "--keys", "ring", "--at", "now+61d", "--json"];
    let facts = run_in(&bench.0, &late).ends(1).json();
    assert_eq!(ids(&facts), ["K004"]);
    assert_eq!(facts["worst"], "error");
    let back = run_in(&bench.0, &["lint", "--keys", "ring", "--last-serial", "5"]).ends(1);
    assert!(back.out.starts_with("error K014  the serial is 4; it was 5"), "{}", back.out);
}

#[test]
fn two_rings_are_compared() {
    let bench = Bench::new();
    for name in ["a", "b"] {
        let issuer = format!("https://{name}.example");
        run_in(&bench.0, &["keys", "init", "--keys", name, "--issuer", &issuer]).ends(0);
    }
    run_in(&bench.0, &["lint", "--keys", "a", "--keys", "b"]).ends(0);
    let key = fs::read_to_string(bench.0.path().join("a/key-0001.json")).expect("a key");
    bench.write("copy.jwk", key.replace("\"kid\":", "\"was\":"));
    run_in(&bench.0, &["keys", "import", "copy.jwk", "--keys", "b"]).ends(0);
    let facts = run_in(&bench.0, &["lint", "--keys", "a", "--keys", "b", "--json"]).ends(1).json();
    assert_eq!(ids(&facts), ["K016"]);
}

#[test]
fn two_signers_of_a_private_set_are_found() {
    let bench = Bench::new();
    let mut keys = Vec::new();
    for name in ["a", "b"] {
        run_in(&bench.0, &["keys", "new", "--alg", "EdDSA", "--kid", name, "--out", name]).ends(0);
        let jwk = fs::read_to_string(bench.0.path().join(name)).expect("a key");
        keys.push(jwk.replace(r#""use":"sig""#, r#""key_ops":["sign"]"#));
    }
    bench.write("set", format!("{{\"keys\":[{}]}}", keys.join(",")));
    for option in ["--keys", "--key"] {
        let facts = run_in(&bench.0, &["lint", option, "set", "--json"]).ends(1).json();
        assert_eq!(ids(&facts), ["K002"]);
    }
}

#[test]
fn a_damaged_ring_shows_its_findings_and_still_fails_as_bad_data() {
    let bench = Bench::new();
    let init = ["keys", "init", "--keys", "ring", "--issuer", "https://id.example"];
    run_in(&bench.0, &init).ends(0);
    bench.write("ring/key-0002.json", "{");
    bench.write("ring/jwks.json", "{}");
    let run = run_in(&bench.0, &["lint", "--keys", "ring", "--json"]).ends(65);
    assert!(ids(&run.json()).contains(&"K011".to_owned()));
    assert_eq!(run.json()["exit"], 65);
    assert!(run.err.contains("key-0002.json"), "{}", run.err);
    run_in(&bench.0, &["lint", "--keys", "absent"]).ends(66);
}

#[test]
fn what_lint_cannot_use_is_refused_in_one_line() {
    let bench = Bench::new();
    for (args, code) in [
        (&["lint"][..], 66),
        (&["lint", "not-a-token"], 10),
        (&["lint", "k4.lid.abc"], 10),
        (&["lint", "--key", "absent"], 66),
        (&["lint", "--key", "-", "-"], 64),
        (&["lint", "--catalogue", "--keys", "ring"], 64),
        (&["lint", "--last-serial", "3", "@token"], 64),
        (&["lint", "--policy", "absent", "@token"], 66),
        (&["lint", "--key", "{\"kty\":\"oct\"}", "@token"], 64),
    ] {
        bench.write("token", good().token);
        let run = run_in(&bench.0, args).ends(code);
        assert_eq!(run.out, "", "{args:?}");
        assert!(run.err.starts_with("waxseal: ") && run.err.lines().count() <= 2, "{}", run.err);
    }
}

#[test]
fn nothing_of_a_token_reaches_the_terminal_raw() {
    let hostile = "a\u{1b}[31m\u{202e}\u{200b}b\n";
    let header = json!({ "alg": hostile, "typ": "at+jwt", "kid": hostile, "crit": [hostile] });
    let claims = changed(good_claims(), json!({ hostile: { "password": "x" } }));
    let doubled = claims.to_string().replacen('{', &format!("{{{}:1,", json!(hostile)), 1);
    let bench = Bench::new();
    bench.write("key", OWN_KEY);
    bench.write("token", text(&header.to_string(), &doubled).token);
    for shape in [&[][..], &["--plain"], &["--json"]] {
        let args = [&["lint", "--key", "key", "@token"], shape].concat();
        let run = run_in(&bench.0, &args).ends(1);
        for c in ['\u{1b}', '\u{202e}', '\u{200b}'] {
            assert!(!run.out.contains(c) && !run.err.contains(c), "{:?}", run.out);
        }
        assert!(run.out.contains("202e"), "{}", run.out);
    }
    let plain = run_in(&bench.0, &["lint", "--key", "key", "@token", "--plain"]).ends(1).out;
    for line in plain.lines() {
        assert_eq!(line.split('\t').count(), 5, "{line:?}");
    }
}

#[test]
fn a_key_file_that_is_no_key_is_not_passed_over() {
    let dir = tempfile::tempdir().expect("a folder");
    let p256 = run_in(&dir, &["keys", "new", "--alg", "ES256", "--form", "pem", "--out", "-"]);
    let cut = p256.ends(0).out.replace("-----END PRIVATE KEY-----", "");
    for (text, says) in [
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n",
            "openssl pkey",
        ),
        (
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQ==\n-----END PGP PRIVATE KEY BLOCK-----\n",
            "waxseal keys new",
        ),
        (cut.as_str(), "cut off"),
        ("{\"kty\":\"foo\"}", "foo"),
        ("{\"kty\":\"EC\",\"crv\":\"P-521\",\"x\":\"AA\",\"y\":\"AA\"}", "P-521"),
    ] {
        fs::write(dir.path().join("key"), text).expect("it is ours");
        let run = run_in(&dir, &["lint", "--key", "key"]).ends(65);
        assert!(run.err.contains(says), "{says}: {}", run.err);
        assert_eq!(run.out, "");
    }
}

#[test]
fn a_pem_key_is_right_for_both_formats_of_its_curve() {
    for algorithm in ["EdDSA", "v4.public"] {
        let dir = tempfile::tempdir().expect("a folder");
        let new = ["keys", "new", "--alg", algorithm, "--form", "pem", "--out", "key.pem"];
        run_in(&dir, &new).ends(0);
        let mint = ["mint", "--key", "key.pem", "--alg", algorithm, "--sub", "ada"];
        let token = run_in(&dir, &mint).ends(0).out;
        let run = pipe_in(&dir, &["lint", "--key", "key.pem", "--plain"], token.as_bytes()).ends(0);
        assert!(!run.out.contains("T011"), "{algorithm}: {}", run.out);
    }
}

#[test]
fn an_exp_of_the_wrong_type_is_none() {
    for claims in ["{\"exp\":\"soon\"}", "{\"exp\":\"2100-01-01T00:00:00Z\"}", "{\"exp\":null}"] {
        let part = |text: &str| waxseal::base64url::encode(text.as_bytes());
        let token = format!("{}.{}.AAAA", part("{\"alg\":\"HS256\"}"), part(claims));
        let run = run_in(".", &["lint", "--plain", &token]).ends(1);
        assert!(run.out.contains("T020"), "{claims}: {}", run.out);
    }
}
