//! T030 to T033: the claims that tell tokens apart.

use waxseal::keyring::lint::Finding;

use super::super::catalogue::{NO_AUDIENCE, NO_ISSUER, NO_TOKEN_ID, NO_TYPE};
use super::lax::Object;
use super::raw::Raw;

pub(super) fn check(claims: &Object, findings: &mut Vec<Finding>) {
    for (name, rule, text) in [
        ("jti", NO_TOKEN_ID, "no jti: this token cannot be revoked one by one"),
        ("aud", NO_AUDIENCE, "no aud: every service of the issuer may accept it"),
        ("iss", NO_ISSUER, "no iss: nothing says who minted it"),
    ] {
        if claims.get(name).is_none() {
            findings.push(rule.found(format!("claims.{name}"), text));
        }
    }
}

/// A PASETO has no `typ` in a header; its version and purpose are its type.
pub(super) fn check_type(raw: &Raw<'_>, findings: &mut Vec<Finding>) {
    if raw.is_paseto() {
        return;
    }
    let text = match raw.header.text("typ") {
        None => "no typ: access and refresh tokens can be swapped",
        Some(typ) if is_generic(typ) => "typ is JWT: access and refresh tokens can be swapped",
        Some(_) => return,
    };
    findings.push(NO_TYPE.found("header.typ", text));
}

fn is_generic(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    typ.strip_prefix("application/").unwrap_or(&typ) == "jwt"
}
