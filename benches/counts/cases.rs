//! What is counted: the same cases by the bench, which counts instructions, and by the test, which
//! counts allocations.

#![allow(dead_code, unreachable_pub)]

#[path = "../scenario/mod.rs"]
mod scenario;

use std::hint::black_box;

use scenario::{AUDIENCE, ISSUER, Ours, PlainClaims, SUBJECT, State, Theirs, state};
use waxseal::claims::SessionId;
use waxseal::key::{Algorithm, KeySet};
use waxseal::revocation::Revocation;
use waxseal::session::Undecoded;
use waxseal::{CachedVerifier, RevocationList, Verifier};

/// Something that is done again and again.
pub struct Case {
    pub name: &'static str,
    pub run: Box<dyn Fn()>,
}

/// The case called `name`, if there is one.
pub fn by_name(name: &str) -> Option<Case> {
    let (name, make) = ALL.iter().find(|(known, _)| *known == name)?;
    Some(Case { name, run: make() })
}

type Make = fn() -> Box<dyn Fn()>;

pub const ALL: &[(&str, Make)] = &[
    ("raw-hmac", || {
        let ours = Ours::new(Algorithm::Hs256);
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &ours.secret);
        let (input, tag) = ours.signed_parts();
        Box::new(move || {
            ring::hmac::verify(&key, black_box(input.as_bytes()), &tag).expect("authentic");
        })
    }),
    ("verify-HS256", || verify(Algorithm::Hs256)),
    ("verify-HS256-undecoded", || {
        let ours = Ours::new(Algorithm::Hs256);
        Box::new(move || {
            let session = ours.verifier.verify::<Undecoded>(black_box(&ours.token));
            black_box(session.expect("good").subject());
        })
    }),
    ("verify-HS256-cached", || {
        let ours = Ours::new(Algorithm::Hs256);
        let keys = KeySet::only(ours.key.clone());
        let list = RevocationList::in_memory();
        for number in 0..1_000_u128 {
            let id = SessionId::from(number.to_le_bytes());
            list.revoke(&Revocation::session(id)).expect("room");
        }
        let verifier = Verifier::new(keys, ISSUER, AUDIENCE).revocations(&list);
        let verifier: CachedVerifier<State> = verifier.cached(1_000);
        verifier.verify(&ours.token).expect("good");
        Box::new(move || {
            black_box(verifier.verify(black_box(&ours.token)).expect("good").subject());
        })
    }),
    ("verify-HS256-forged", || {
        let ours = Ours::new(Algorithm::Hs256);
        let mut forged = ours.token.clone();
        let last = forged.pop();
        forged.push(if last == Some('A') { 'E' } else { 'A' });
        Box::new(move || {
            black_box(ours.verifier.verify::<State>(black_box(&forged)).expect_err("forged"));
        })
    }),
    ("jsonwebtoken-HS256", || {
        let theirs = Theirs::of(&Ours::new(Algorithm::Hs256));
        Box::new(move || {
            let (token, rules) = (black_box(&theirs.token), &theirs.validation);
            let read = jsonwebtoken::decode::<PlainClaims>(token, &theirs.decoding, rules);
            black_box(read.expect("good").claims.user_id);
        })
    }),
    ("verify-A256GCM", || verify(Algorithm::A256Gcm)),
    ("verify-EdDSA", || verify(Algorithm::EdDsa)),
    ("verify-ES256", || verify(Algorithm::Es256)),
    ("mint-HS256", || mint(Algorithm::Hs256)),
    ("mint-A256GCM", || mint(Algorithm::A256Gcm)),
    ("mint-EdDSA", || mint(Algorithm::EdDsa)),
];

fn verify(algorithm: Algorithm) -> Box<dyn Fn()> {
    let ours = Ours::new(algorithm);
    Box::new(move || {
        let session = ours.verifier.verify::<State>(black_box(&ours.token));
        black_box(session.expect("good").state());
    })
}

fn mint(algorithm: Algorithm) -> Box<dyn Fn()> {
    let (ours, state) = (Ours::new(algorithm), state());
    Box::new(move || {
        black_box(ours.issuer.mint(SUBJECT, black_box(&state)).expect("minted"));
    })
}
