//! Entries and budgets, as people read them.

use waxseal::base64url;
use waxseal::revocation::{Kind, Record, RevocationPolicy};
use waxseal::time::{Span, Timestamp};

use crate::output::Output;
use crate::times::relative;

/// `B 15 min 30 s  B_mint 1 min  L 8 h  S 30 s`.
pub(super) fn numbers(policy: &RevocationPolicy) -> String {
    let spans = [
        ("B", policy.most_age()),
        ("B_mint", policy.most_age_to_renew()),
        ("L", policy.life()),
        ("S", policy.clock_difference()),
    ];
    spans.map(|(name, span)| format!("{name} {}", Span(span))).join("  ")
}

/// What is promised of an entry of `kind`, whatever fails.
pub(super) fn worst_case_of(kind: Kind, policy: &RevocationPolicy) -> String {
    match kind {
        // A thief of the key dates his tokens as he likes, and lets none live longer than B.
        Kind::Key => "while a feed is dead there is no worst case for a key: whoever stole it goes on minting short tokens. \
             Revoked in its ring too, the key is refused by every verifier within C"
            .into(),
        _ => worst_case(policy),
    }
}

/// The seconds of the worst case; `None` where there is none.
pub(super) fn exposure(kind: Kind, policy: &RevocationPolicy) -> Option<u64> {
    (kind != Kind::Key).then(|| policy.exposure().as_secs())
}

/// What is promised whatever fails.
pub(super) fn worst_case(policy: &RevocationPolicy) -> String {
    format!(
        "the worst case, with a dead feed, is B + B_mint + S = {}: no verifier accepts it later, and no issuer renews it",
        Span(policy.exposure())
    )
}

/// What an entry ends: `every session of sub "ada" that began up to 2026-..`.
pub(super) fn ends(record: &Record, label: Option<&str>, output: &Output) -> String {
    let name = name(record, label);
    let cut = record.cut().in_zone(output.zone);
    let spared = match record.except() {
        Some(id) => format!(", except {}", base64url::encode(id)),
        None => String::new(),
    };
    match record.kind() {
        Kind::Token => format!("token {name}; its renewals live on"),
        Kind::Session => format!("session {name} with all its tokens"),
        Kind::Subject => format!("every session of {name:?} that began up to {cut}{spared}"),
        Kind::Scope => format!("every session of scope {name:?} that began up to {cut}"),
        Kind::Key => format!("every token of key {name:?}"),
        Kind::Everything => format!("every session that began up to {cut}"),
    }
}

/// The name in clear where it is known, else the bytes that stand for it.
pub(super) fn name(record: &Record, label: Option<&str>) -> String {
    match (record.kind(), label) {
        (Kind::Everything, _) => "-".into(),
        (_, Some(label)) => label.to_owned(),
        (_, None) => base64url::encode(record.name()),
    }
}

/// `until 2026-.. (in 8 h 26 min)`, or that it stays.
pub(super) fn kept(record: &Record, now: Timestamp, output: &Output) -> String {
    match record.end() {
        Timestamp::END => "for ever".into(),
        end => format!("until {} ({})", end.in_zone(output.zone), relative(end, now)),
    }
}
