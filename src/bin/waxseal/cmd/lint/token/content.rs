//! T040: what must not stand in a token that everyone can read.

use serde_json::Value;
use waxseal::keyring::lint::Finding;

use super::super::catalogue::READABLE_SECRET;
use super::lax::Object;
use super::path::{MOST_TOLD, Path};

pub(super) fn check(claims: &Object, findings: &mut Vec<Finding>) {
    let (mut found, whole) = (Found::default(), Path::of("claims"));
    for (name, value) in &claims.members {
        look(whole.member(name), name, value, &mut found);
    }
    findings.append(&mut found.told);
    if found.more > 0 {
        let text = format!("{} more claims look so; everyone can read this token", found.more);
        findings.push(READABLE_SECRET.found("claims", text));
    }
}

#[derive(Default)]
struct Found {
    told: Vec<Finding>,
    more: usize,
}

fn look(place: Path<'_>, name: &str, value: &Value, found: &mut Found) {
    let is_empty = value.is_null() || value == "";
    let what = named(name).filter(|_| !is_empty).or_else(|| value.as_str().and_then(shaped));
    if let Some(what) = what {
        if found.told.len() == MOST_TOLD {
            found.more += 1;
            return;
        }
        // The value itself is not repeated: it may be what it seems to be.
        let text = format!("{place} looks like {what}; everyone can read this token");
        found.told.push(READABLE_SECRET.found(place.to_string(), text));
        return;
    }
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                look(place.member(name), name, value, found);
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                look(place.member(&i.to_string()), "", item, found);
            }
        }
        _ => {}
    }
}

/// What a claim of this name holds, by its letters alone: `API-Key` is `apikey`.
fn named(name: &str) -> Option<&'static str> {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let letters: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    match letters.as_str() {
        "password" | "passwd" | "pwd" | "passphrase" | "passwordhash" => Some("a password"),
        "secret" | "clientsecret" | "apisecret" | "privatekey" | "secretkey" => Some("a secret"),
        "apikey" | "accesskey" | "accesstoken" | "refreshtoken" | "sessiontoken" | "authtoken" => {
            Some("a credential")
        }
        "ssn" | "socialsecuritynumber" | "nationalid" | "taxid" | "passport" | "passportnumber" => {
            Some("an official number of a person")
        }
        "email" | "emailaddress" | "mail" => Some("an email address"),
        "phone" | "phonenumber" | "mobile" => Some("a phone number"),
        "address" | "streetaddress" | "postaladdress" => Some("a postal address"),
        "birthdate" | "birthday" | "dateofbirth" | "dob" => Some("a date of birth"),
        "creditcard" | "cardnumber" | "cvv" | "cvc" | "pan" => Some("a payment card"),
        "iban" | "accountnumber" => Some("a bank account"),
        _ => None,
    }
}

/// What a value is, by its shape.
fn shaped(value: &str) -> Option<&'static str> {
    if value.contains("-----BEGIN") && value.contains("PRIVATE KEY") {
        Some("a private key")
    } else if value.split(|c: char| !c.is_ascii_alphanumeric()).any(is_aws_key_id) {
        Some("an AWS key id")
    } else if is_jwt(value) {
        Some("a token")
    } else if is_card(value) {
        Some("a payment card")
    } else {
        None
    }
}

fn is_aws_key_id(word: &str) -> bool {
    let is_upper = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    word.len() == 20
        && (word.starts_with("AKIA") || word.starts_with("ASIA"))
        && word.chars().all(is_upper)
}

fn is_jwt(value: &str) -> bool {
    let parts: Vec<&str> = value.trim_start_matches("Bearer ").split('.').collect();
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    matches!(parts.len(), 3 | 5)
        && parts.first().is_some_and(|header| header.starts_with("eyJ"))
        && parts.iter().all(|part| part.chars().all(is_word))
}

/// 14 to 19 digits that begin as cards do and hold their own check digit (ISO/IEC 7812).
fn is_card(value: &str) -> bool {
    let digits: Option<Vec<u32>> =
        value.chars().filter(|c| !matches!(c, ' ' | '-')).map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits.filter(|digits| (14..=19).contains(&digits.len())) else {
        return false;
    };
    let doubled = |(i, digit): (usize, &u32)| match i % 2 {
        0 => *digit,
        _ if *digit > 4 => digit * 2 - 9,
        _ => digit * 2,
    };
    let sum: u32 = digits.iter().rev().enumerate().map(doubled).sum();
    matches!(digits.first(), Some(2..=6)) && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_known_by_their_shape() {
        for (value, what) in [
            ("4111 1111 1111 1111", Some("a payment card")),
            ("4111 1111 1111 1112", None),
            ("1795225163000", None),
            ("key AKIAIOSFODNN7EXAMPLE", Some("an AWS key id")),
            ("AKIAIOSFODNN7EXAMPLES", None),
            ("-----BEGIN EC PRIVATE KEY-----", Some("a private key")),
            ("-----BEGIN PUBLIC KEY-----", None),
            ("eyJhbGciOiJIUzI1NiJ9.e30.c2ln", Some("a token")),
            ("eyJ.is.not it", None),
        ] {
            assert_eq!(shaped(value), what, "{value}");
        }
    }

    #[test]
    fn names_are_known_in_every_spelling() {
        for name in ["api_key", "API-Key", "apiKey"] {
            assert_eq!(named(name), Some("a credential"), "{name}");
        }
        for name in ["email_verified", "sub", "name", "address_id"] {
            assert_eq!(named(name), None, "{name}");
        }
    }
}
