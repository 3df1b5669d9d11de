//! Every rule for tokens, and with the library's all of them. Scripts match on ids: one is never
//! given another meaning.

use serde_json::{Value, json};
use waxseal::keyring::lint::Level::{Error, Note, Warn};
use waxseal::keyring::lint::{CATALOGUE, Rule};

use crate::cli::Shape;
use crate::exit::{Code, Failure};
use crate::output::Output;

/// The rules for tokens, then those for rings.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    TOKEN_RULES.iter().chain(CATALOGUE)
}

/// Prints all rules.
pub(super) fn print(shape: Shape, output: &mut Output) -> Result<Code, Failure> {
    let lines = |row: fn(&Rule) -> String| all().map(row).collect::<String>();
    match shape {
        Shape { json: true, .. } => {
            let rule = |rule: &Rule| {
                json!({
                    "id": rule.id,
                    "level": rule.level.name(),
                    "meaning": rule.meaning,
                    "fix": rule.fix,
                })
            };
            let rules: Vec<Value> = all().map(rule).collect();
            output.line(&json!({ "schema": 1, "rules": rules }).to_string())?;
        }
        Shape { plain: true, .. } => {
            output.lines(&lines(|rule| {
                format!("{}\t{}\t{}\t{}\n", rule.level, rule.id, rule.meaning, rule.fix)
            }))?;
        }
        Shape { .. } => {
            output.lines(&lines(|rule| {
                format!("{:<5} {}  {}\n", rule.level, rule.id, rule.meaning)
            }))?;
        }
    }
    Ok(Code::DONE)
}

const TOKEN_RULES: &[Rule] = &[
    UNSIGNED,
    TWICE,
    NOT_CANONICAL,
    CRITICAL,
    KEY_IN_HEADER,
    WEAK_SECRET,
    WRONG_ALGORITHM,
    SHORT_RSA,
    NO_EXPIRY,
    LONG_LIFE,
    WRONG_ORDER,
    MILLISECONDS,
    NO_TOKEN_ID,
    NO_AUDIENCE,
    NO_ISSUER,
    NO_TYPE,
    NO_KEY_ID,
    READABLE_SECRET,
    LONG,
    PUBLISHED_KEY,
];

pub(super) const UNSIGNED: Rule = Rule::new(
    "T001",
    Error,
    "alg is none, or there is no signature: anybody can have made the token",
    "never accept it; find out who sends unsigned tokens",
);
pub(super) const TWICE: Rule = Rule::new(
    "T002",
    Error,
    "a member stands twice: two readers may see two values",
    "mint it with a library that writes each member once",
);
pub(super) const NOT_CANONICAL: Rule = Rule::new(
    "T003",
    Error,
    "a part is not canonical base64url: padding, a foreign character or trailing bits",
    "see whether the token was changed on its way; encode without padding (RFC 7515 section 2)",
);
pub(super) const CRITICAL: Rule = Rule::new(
    "T004",
    Error,
    "crit names an extension that is not known here: verifiers must refuse the token",
    "mint without crit, or ask every verifier whether it knows the extension",
);
pub(super) const KEY_IN_HEADER: Rule = Rule::new(
    "T005",
    Warn,
    "the header brings its own key, or says where to fetch one (jwk, jku, x5u)",
    "name the key by kid; verifiers must take keys from their own configuration",
);
pub(super) const WEAK_SECRET: Rule = Rule::new(
    "T010",
    Error,
    "the HMAC secret is too short, repeated, made of common words, or ends with a line end",
    "waxseal keys new --alg HS256 --out secret.jwk; better: sign with EdDSA",
);
pub(super) const WRONG_ALGORITHM: Rule = Rule::new(
    "T011",
    Error,
    "the token's algorithm is not the key's",
    "do not trust it: the key decides the algorithm, not the token",
);
pub(super) const SHORT_RSA: Rule = Rule::new(
    "T012",
    Error,
    "the RSA key has fewer than 2048 bits",
    "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072; better: sign with EdDSA",
);
pub(super) const NO_EXPIRY: Rule = Rule::new(
    "T020",
    Error,
    "no exp: the token never ends",
    "mint with exp: waxseal mint --ttl 15m",
);
pub(super) const LONG_LIFE: Rule = Rule::new(
    "T021",
    Warn,
    "the token lives longer than the policy allows",
    "mint a shorter one and renew it",
);
pub(super) const WRONG_ORDER: Rule = Rule::new(
    "T022",
    Error,
    "iat is in the future, or exp is before iat",
    "compare the clocks of issuer and verifier",
);
pub(super) const MILLISECONDS: Rule = Rule::new(
    "T023",
    Error,
    "a NumericDate is in milliseconds",
    "divide by 1000: a NumericDate counts seconds (RFC 7519 section 2)",
);
pub(super) const NO_TOKEN_ID: Rule = Rule::new(
    "T030",
    Warn,
    "no jti: this token cannot be revoked one by one",
    "mint with a random jti",
);
pub(super) const NO_AUDIENCE: Rule = Rule::new(
    "T031",
    Warn,
    "no aud: every service of the issuer may take the token for its own",
    "mint with aud, the service that the token is for",
);
pub(super) const NO_ISSUER: Rule = Rule::new(
    "T032",
    Warn,
    "no iss: a verifier of several issuers cannot tell whose it is",
    "mint with iss, the issuer's URL",
);
pub(super) const NO_TYPE: Rule = Rule::new(
    "T033",
    Warn,
    "typ is absent or JWT: tokens of two purposes can be swapped",
    "mint with a typ of its own, as at+jwt (RFC 8725 section 3.11)",
);
pub(super) const NO_KEY_ID: Rule = Rule::new(
    "T034",
    Warn,
    "no kid, and there are several keys: a verifier has to guess or refuse",
    "mint with the key's kid",
);
pub(super) const READABLE_SECRET: Rule = Rule::new(
    "T040",
    Warn,
    "a secret or a person's data in a signed token, which everyone can read",
    "leave it out, or seal the token: waxseal keys init --purpose sealed",
);
pub(super) const LONG: Rule = Rule::new(
    "T041",
    Note,
    "over 4 KB, more than a cookie holds (warn: over 8 KB, more than most servers take in headers)",
    "keep less state in the token",
);
pub(super) const PUBLISHED_KEY: Rule = Rule::new(
    "T050",
    Error,
    "the key is printed in a standard or a tool's example: everybody can mint with it",
    "replace the key at once: waxseal keys new --alg EdDSA --out new.jwk",
);
