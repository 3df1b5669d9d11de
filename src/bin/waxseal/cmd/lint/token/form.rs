//! T001 to T005: how the token is written, and what its header asks for.

use serde_json::Value;
use waxseal::keyring::lint::Finding;

use super::super::catalogue::{CRITICAL, KEY_IN_HEADER, NOT_CANONICAL, TWICE, UNSIGNED};
use super::raw::{Raw, Signature};
use crate::members::compact;

pub(super) fn check(raw: &Raw<'_>, findings: &mut Vec<Finding>) {
    unsigned(raw, findings);
    for (part, object) in [("header", Some(&raw.header)), ("claims", raw.claims.as_ref())] {
        let Some(twice) = object.map(|object| &object.twice) else {
            continue;
        };
        for path in &twice.paths {
            let member = path.get(part.len() + 1..).unwrap_or_default();
            let text = format!("{part}: member {member} stands twice");
            findings.push(TWICE.found(path, text));
        }
        if twice.more > 0 {
            let text = format!("{part}: {} more members stand twice", twice.more);
            findings.push(TWICE.found(part, text));
        }
    }
    for (part, why) in &raw.faulty {
        findings.push(NOT_CANONICAL.found(*part, format!("the {part} {why}")));
    }
    if raw.is_paseto() {
        return;
    }
    if let Some(crit) = raw.header.get("crit") {
        let names = match crit {
            Value::Array(names) => names.iter().map(compact).collect::<Vec<_>>().join(", "),
            other => compact(other),
        };
        let text = format!("crit names {names}, which is not known here");
        findings.push(CRITICAL.found("header.crit", text));
    }
    for (name, what) in [
        ("jwk", "the header brings its own key (jwk)"),
        ("jku", "the header says where to fetch keys (jku)"),
        ("x5u", "the header says where to fetch a certificate (x5u)"),
    ] {
        if raw.header.get(name).is_some() {
            findings.push(KEY_IN_HEADER.found(format!("header.{name}"), what));
        }
    }
}

fn unsigned(raw: &Raw<'_>, findings: &mut Vec<Finding>) {
    let alg = raw.header.text("alg").unwrap_or_default();
    if !raw.is_paseto() && alg.eq_ignore_ascii_case("none") {
        findings.push(UNSIGNED.found("header.alg", "alg is none: nothing protects this token"));
    } else if raw.is_signed == Signature::Empty {
        findings.push(UNSIGNED.found("signature", "the signature is empty"));
    }
}
