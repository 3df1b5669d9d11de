//! Any bytes as the claims of an authentic session, and any edits to its header: what is recognised to
//! the byte is read as the strict readers read it, and a verifier that remembers says the same twice.
//!
//! The first byte of an input chooses the format and the header; after a control character the rest
//! are edits to claims as our issuers write them, else it is the claims.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use waxseal::key::{Algorithm, Format, KeySet};
use waxseal::session::{Session, Shortcuts};
use waxseal::{CachedVerifier, Revocations, Verifier, VerifyError};
use waxseal_fuzz::{AUDIENCE, ISSUER, clock, edited, fixed_key, hs256, session_claims, v4_public};

const NO_LIST: Revocations = Revocations::none_because("fuzzing");
/// Ours to the byte, and the same in other words.
const HEADERS: [&str; 3] = [
    r#"{"alg":"HS256","typ":"session+jwt"}"#,
    r#"{"typ":"application/session+jwt","alg":"HS256"}"#,
    r#"{"alg":"HS256","typ":"guest+jwt"}"#,
];

struct Ways {
    format: Format,
    fast: Verifier,
    strict: Verifier,
    cached: CachedVerifier<Value>,
}

static WAYS: LazyLock<[Ways; 2]> =
    LazyLock::new(|| [Algorithm::Hs256, Algorithm::V4Public].map(Ways::of));

fuzz_target!(|input: &[u8]| {
    let [first, rest @ ..] = input else { return };
    // One in four: the signatures of a PASETO take most of the time.
    let ways = &WAYS[usize::from(first % 4 == 3)];
    let header = HEADERS[usize::from(first >> 2) % HEADERS.len()];
    match first {
        0..=31 => ways.check(header, &edited(session_claims(ways.format), rest)),
        _ => ways.check(header, rest),
    }
});

impl Ways {
    fn of(algorithm: Algorithm) -> Self {
        let keys = KeySet::only(fixed_key(algorithm));
        let setup = Verifier::new(keys, ISSUER, AUDIENCE).clock(clock());
        let fast = setup.clone().revocations(NO_LIST);
        let strict = setup.shortcuts(Shortcuts::Left).revocations(NO_LIST);
        // So little room that entries come and go.
        let cached = fast.clone().cached(8);
        Self { format: algorithm.format(), fast, strict, cached }
    }

    fn check(&self, header: &str, claims: &[u8]) {
        let token = match self.format {
            Format::Paseto => v4_public(claims),
            _ => hs256(header, claims),
        };
        let strict = said(self.strict.verify(&token));
        assert_eq!(said(self.fast.verify(&token)), strict, "the shortcut: {token}");
        for _ in 0..2 {
            assert_eq!(said(self.cached.verify(&token)), strict, "the cache: {token}");
        }
        let guests = [&self.fast, &self.strict].map(|verifier| {
            let guest = verifier.verify_guest::<Value>(&token);
            guest.map(|it| (it.id(), it.into_state())).map_err(|fault| fault.to_string())
        });
        assert_eq!(guests[0], guests[1], "a guest's: {token}");
    }
}

/// All that an answer tells.
fn said(answer: Result<Session<Value>, VerifyError>) -> Result<String, String> {
    let facts = |it: Session<Value>| {
        let words: Vec<&str> = it.roles().chain(it.methods()).chain(it.permissions()).collect();
        format!(
            "{it:?} {} {:?} {:?} {:?} {words:?} {} {} {} {} {} {} {} {}",
            it.subject(),
            it.scope(),
            it.cookie_name(),
            it.level(),
            it.claims_version(),
            it.profile(),
            it.state(),
            it.issued_at(),
            it.authenticated_at(),
            it.started_at().timestamp_millis(),
            it.idle_limit(),
            it.absolute_limit(),
        )
    };
    answer.map(facts).map_err(|fault| format!("{} {fault}", fault.code()))
}
