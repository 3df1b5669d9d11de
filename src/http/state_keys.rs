//! Names of state fields that do not belong in a session.

use serde_json::Value;

use super::slot::State;

/// What a name sounds like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Suspicion {
    /// A password or a key: refused.
    Credential,
    /// Somebody's data: told.
    Personal,
}

const CREDENTIALS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "credential",
    "apikey",
    "privatekey",
    "cvv",
    "cvc",
    "cardnumber",
    "pan",
    "pin",
    "otp",
    "accesstoken",
    "refreshtoken",
    "bearer",
    "jwt",
    "pwd",
];

const PERSONAL: &[&str] = &[
    "email",
    "phone",
    "birthday",
    "birthdate",
    "dateofbirth",
    "ssn",
    "iban",
    "address",
    "firstname",
    "lastname",
    "fullname",
    "passport",
];

/// The fields of an empty state, at any depth, whose names are suspicious and not `allowed`.
pub(super) fn suspects<T: State>(allowed: &[String]) -> Vec<(String, Suspicion)> {
    let mut found = Vec::new();
    if let Ok(state) = serde_json::to_value(T::default()) {
        walk(&state, &mut found);
    }
    found.retain(|(name, _)| !allowed.contains(name));
    found
}

fn walk(value: &Value, found: &mut Vec<(String, Suspicion)>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                found.extend(judge(name).map(|what| (name.clone(), what)));
                walk(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| walk(value, found)),
        _ => {}
    }
}

/// Short words must be the whole name or one of its words; long ones may stand anywhere in it.
fn judge(name: &str) -> Option<Suspicion> {
    let split = split_words(name);
    let joined = split.concat();
    let is_in = |words: &[&str]| {
        words.iter().any(|word| match word.len() {
            0..=4 => split.iter().any(|part| part == word),
            _ => joined.contains(word),
        })
    };
    if is_in(CREDENTIALS) {
        return Some(Suspicion::Credential);
    }
    is_in(PERSONAL).then_some(Suspicion::Personal)
}

/// `apiKey`, `api_key` and `api-key` have the same words.
fn split_words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in name.chars() {
        let starts = !c.is_alphanumeric() || c.is_uppercase();
        if starts && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_and_personal_data_are_told_by_their_names() {
        use Suspicion::{Credential, Personal};
        for (name, what) in [
            ("password", Some(Credential)),
            ("userPassword", Some(Credential)),
            ("api_key", Some(Credential)),
            ("apiKey", Some(Credential)),
            ("card-number", Some(Credential)),
            ("pin", Some(Credential)),
            ("card_pin", Some(Credential)),
            ("email", Some(Personal)),
            ("shippingAddress", Some(Personal)),
            ("firstName", Some(Personal)),
            ("spinner", None),
            ("pinned", None),
            ("panel", None),
            ("items", None),
            ("theme", None),
            ("lessons", None),
        ] {
            assert_eq!(judge(name), what, "{name}");
        }
    }
}
