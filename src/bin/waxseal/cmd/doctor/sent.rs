//! What is wrong with a `Cookie` header.

use std::collections::BTreeMap;

use super::catalogue::*;
use super::findings::Findings;
use super::keeping::prefix_of;
use super::received::Received;
use super::site::{Scheme, Site};

/// Where servers and proxies begin to refuse a header.
const HEADER_BYTES: usize = 8 * 1024;

/// `set` are the cookies that should be in it.
pub(super) fn faults(header: &str, set: &[&Received], site: &Site, findings: &mut Findings) {
    if header.len() > HEADER_BYTES {
        findings.add(&LONG_HEADER, &format!("{} bytes", header.len()));
    }
    if header.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t') {
        findings.add(&CONTROL, "");
    }
    let pairs: Vec<(&str, &str)> = header
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').unwrap_or(("", part)))
        .map(|(name, value)| (name.trim(), value.trim()))
        .collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, value) in &pairs {
        *counts.entry(name).or_default() += 1;
        if name.is_empty() {
            findings.add(&NOT_A_PAIR, "");
        } else if name.starts_with('$') {
            findings.add(&OLD_SYNTAX, name);
        }
        if value.starts_with('"') {
            findings.add(&QUOTED, name);
        }
        if prefix_of(name).is_some() && site.scheme == Scheme::Http && !site.is_loopback() {
            findings.add(&PREFIX_ON_HTTP, name);
        }
    }
    for (name, count) in counts.iter().filter(|(name, count)| !name.is_empty() && **count > 1) {
        let said = format!("{name}, {count} times; browsers send the longer Path first");
        findings.add(&SENT_TWICE, &said);
    }
    for lost in set.iter().filter(|set| !counts.contains_key(set.name.as_str())) {
        findings.add(&NOT_SENT, &lost.name);
    }
}
