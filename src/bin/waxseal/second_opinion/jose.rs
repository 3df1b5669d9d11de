//! jsonwebtoken on a JWS. Its cryptography is ring's, by our provider: what is compared is how both
//! read, check and judge.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Validation, crypto, decode};
use serde_json::Value;
use waxseal::jsonwebtoken::{RING_PROVIDER, algorithm, decoding_key};
use waxseal::key::Key;
use waxseal::limits;

use super::{Asked, Moment, Said};

pub(super) const NAME: &str = "jsonwebtoken";

pub(super) fn judge(asked: &Asked<'_>, token: &str, key: &Key) -> Said {
    // The program is the application: nobody else in this process installs one.
    let _ = RING_PROVIDER.install_default();
    let Some(algorithm) = algorithm(key.algorithm()) else {
        return Said::Nothing("the key is for no JWS");
    };
    let Ok(key) = decoding_key(key) else {
        return Said::Nothing("jsonwebtoken has no form for this key");
    };
    if asked.raw() {
        let (input, signature) = token.rsplit_once('.').unwrap_or_default();
        return match crypto::verify(signature, input.as_bytes(), &key, algorithm) {
            Ok(true) => Said::Accepted,
            Ok(false) => Said::Refused("InvalidSignature".into()),
            Err(fault) => Said::Refused(reason(fault.kind())),
        };
    }
    match decode::<Value>(token, &key, &rules(asked, algorithm)) {
        Ok(_) => Said::Accepted,
        Err(fault) => Said::Refused(reason(fault.kind())),
    }
}

/// The same questions, as far as it can be asked them.
fn rules(asked: &Asked<'_>, algorithm: jsonwebtoken::Algorithm) -> Validation {
    let mut rules = Validation::new(algorithm);
    rules.leeway = asked.leeway.unwrap_or(limits::DEFAULT_LEEWAY).as_secs();
    rules.required_spec_claims.clear();
    rules.validate_exp = asked.moment == Moment::Now;
    rules.validate_nbf = asked.moment == Moment::Now;
    match asked.audience {
        Some(audience) => {
            rules.set_audience(&[audience]);
            rules.required_spec_claims.insert("aud".into());
        }
        None => rules.validate_aud = false,
    }
    if let Some(issuer) = asked.issuer {
        rules.set_issuer(&[issuer]);
        rules.required_spec_claims.insert("iss".into());
    }
    rules
}

/// Its own name for the cause, without the values that it may quote.
fn reason(kind: &ErrorKind) -> String {
    let name = format!("{kind:?}");
    name.split(['(', ' ', '{']).next().unwrap_or_default().to_owned()
}
