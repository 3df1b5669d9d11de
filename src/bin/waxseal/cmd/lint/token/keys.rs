//! T010 to T012, T034 and T050: the keys, and whether they are the token's.

use waxseal::key::{Algorithm, Key, KeyError, Weakness};
use waxseal::keyring::lint::{Finding, is_made_with_published_secret, is_published_secret};
use waxseal::secret::SecretBytes;

use super::super::catalogue::{NO_KEY_ID, PUBLISHED_KEY, SHORT_RSA, WEAK_SECRET, WRONG_ALGORITHM};
use super::super::given::{Given, GivenKeys, Material};

use super::raw::{Form, Raw};
use crate::keyfile::SecretForm;

/// NIST SP 800-131A refuses shorter moduli, and so does RFC 7518 section 3.3.
const LEAST_RSA_BITS: usize = 2048;

pub(super) fn check(raw: Option<&Raw<'_>>, keys: &GivenKeys, findings: &mut Vec<Finding>) {
    let algorithm = raw.and_then(Raw::algorithm);
    for key in &keys.keys {
        strength(key, algorithm.as_deref(), findings);
    }
    let Some(raw) = raw else {
        return;
    };
    if let Some(algorithm) = &algorithm
        && !algorithm.eq_ignore_ascii_case("none")
    {
        mismatch(raw, algorithm, keys, findings);
    }
    if raw.header.get("kid").is_none() && keys.keys.len() > 1 {
        let text = format!("no kid, and {} keys to choose from", keys.keys.len());
        findings.push(NO_KEY_ID.found("header.kid", text));
    }
    let mac = algorithm.as_deref().filter(|name| name.starts_with("HS")).map(str::parse);
    if let (Form::Jws, Some(Ok(mac)), true) = (raw.form, mac, keys.keys.is_empty())
        && is_made_with_published_secret(mac, raw.text)
    {
        let text = "made with an HMAC secret that is printed in a published example";
        findings.push(PUBLISHED_KEY.found("signature", text));
    }
}

fn strength(key: &Given, token: Option<&str>, findings: &mut Vec<Finding>) {
    if key.is_published {
        let text = format!("the key {} is printed in a published example", key.name);
        findings.push(PUBLISHED_KEY.found(&key.name, text));
    }
    match &key.material {
        Material::Rsa { bits } if *bits < LEAST_RSA_BITS => {
            let text = format!("the RSA key {} has {bits} bits; RFC 7518 asks for 2048", key.name);
            findings.push(SHORT_RSA.found(&key.name, text));
        }
        Material::Secret { bytes, form } => {
            let own = key.algorithm.as_deref().or(token).unwrap_or("HS256");
            if own == "A256GCM" {
                let refused = Key::from_secret(Algorithm::A256Gcm, bytes.clone());
                if let Err(KeyError::Weak(Weakness::Published)) = refused {
                    let text = format!("the key {} is printed in a published example", key.name);
                    findings.push(PUBLISHED_KEY.found(&key.name, text));
                }
            } else if own.starts_with("HS") {
                findings.extend(secret(own, bytes, *form).map(|(rule, text)| {
                    // The fault is what the secret is, never the secret.
                    rule.found(&key.name, text)
                }));
            }
        }
        _ => {}
    }
}

type Fault = (waxseal::keyring::lint::Rule, String);

/// What makes an HMAC secret for `algorithm` worth nothing.
fn secret(algorithm: &str, bytes: &SecretBytes, form: Option<SecretForm>) -> Option<Fault> {
    let (kind, least) = match algorithm {
        "HS384" => (Algorithm::Hs384, 48),
        "HS512" => (Algorithm::Hs512, 64),
        _ => (Algorithm::Hs256, 32),
    };
    let has = bytes.expose_secret().len();
    let is_printed = is_published_secret(bytes.expose_secret());
    let unit = if has == 1 { "byte" } else { "bytes" };
    let refusal = Key::from_secret(kind, bytes.clone()).err();
    match refusal {
        Some(KeyError::Weak(Weakness::Published)) => {
            Some((PUBLISHED_KEY, format!("{algorithm} secret is printed in a published example")))
        }
        _ if is_printed => {
            Some((PUBLISHED_KEY, format!("{algorithm} secret is printed in a published example")))
        }
        _ if has < least => Some((
            WEAK_SECRET,
            format!("{algorithm} secret has {has} {unit}; RFC 7518 asks for {least}"),
        )),
        Some(KeyError::Weak(weakness)) => {
            Some((WEAK_SECRET, format!("{algorithm} secret can be guessed: {weakness}")))
        }
        Some(fault) => Some((WEAK_SECRET, format!("{algorithm} secret is refused: {fault}"))),
        None if form == Some(SecretForm::Raw) && bytes.expose_secret().ends_with(b"\n") => {
            let text = format!("{algorithm} secret ends with a line end, which other tools drop");
            Some((WEAK_SECRET, text))
        }
        None => None,
    }
}

/// The key that the token names decides; without one of that name, any key may be meant.
fn mismatch(raw: &Raw<'_>, algorithm: &str, keys: &GivenKeys, findings: &mut Vec<Finding>) {
    let kid = raw.header.text("kid");
    let named: Vec<&Given> =
        keys.keys.iter().filter(|key| kid.is_some() && key.kid.as_deref() == kid).collect();
    let meant = if named.is_empty() { keys.keys.iter().collect() } else { named };
    let Some(first) = meant.first() else {
        return;
    };
    if meant.iter().any(|key| key.serves(algorithm)) {
        return;
    }
    let text = if algorithm.starts_with("HS") && !meant.iter().any(|key| key.is_symmetric()) {
        format!(
            "the token says {algorithm}; {} is a public key, which is no HMAC secret",
            first.name
        )
    } else {
        let own = first.algorithm.as_deref().unwrap_or("another algorithm");
        format!("the token says {algorithm}; the key {} is for {own}", first.name)
    };
    findings.push(WRONG_ALGORITHM.found("header.alg", text));
}
