//! Minting beside the raw primitive and jsonwebtoken, by criterion.

#![allow(missing_docs)]

mod scenario;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ed25519_dalek::Signer as _;
use ring::{aead, hmac};
use scenario::{Ours, SUBJECT, Theirs, state};
use waxseal::key::Algorithm;

fn mint(c: &mut Criterion) {
    let ours = Ours::new(Algorithm::Hs256);
    let (input, _) = ours.signed_parts();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &ours.secret);
    c.bench_function("mint/HS256/raw", |b| {
        b.iter(|| hmac::sign(&key, black_box(input.as_bytes())));
    });
    sides(c, "HS256", &ours, Some(&Theirs::of(&ours)));

    let ours = Ours::new(Algorithm::EdDsa);
    let (input, _) = ours.signed_parts();
    let seed: [u8; 32] = ours.secret.as_slice().try_into().expect("a seed");
    let key = ed25519_dalek::SigningKey::from_bytes(&seed);
    c.bench_function("mint/EdDSA/raw", |b| b.iter(|| key.sign(black_box(input.as_bytes()))));
    sides(c, "EdDSA", &ours, Some(&Theirs::of(&ours)));

    let ours = Ours::new(Algorithm::A256Gcm);
    let key = aead::UnboundKey::new(&aead::AES_256_GCM, &ours.secret).expect("a key");
    let key = aead::LessSafeKey::new(key);
    let header = ours.token.split('.').next().expect("a header");
    let mut text = serde_json::to_vec(&state()).expect("JSON");
    c.bench_function("mint/A256GCM/raw", |b| {
        b.iter(|| {
            let nonce = aead::Nonce::assume_unique_for_key([0; 12]);
            key.seal_in_place_separate_tag(nonce, aead::Aad::from(header), black_box(&mut text))
                .is_ok()
        });
    });
    sides(c, "A256GCM", &ours, None);

    for algorithm in [Algorithm::Es256, Algorithm::Es384, Algorithm::Rs256, Algorithm::Ps256] {
        let ours = Ours::new(algorithm);
        sides(c, algorithm.name(), &ours, Some(&Theirs::of(&ours)));
    }
    for algorithm in [Algorithm::V4Public, Algorithm::V4Local, Algorithm::V3Public] {
        sides(c, algorithm.name(), &Ours::new(algorithm), None);
    }
}

/// Ours and, where it has the algorithm, jsonwebtoken.
fn sides(c: &mut Criterion, algorithm: &str, ours: &Ours, theirs: Option<&Theirs>) {
    let state = state();
    c.bench_function(&format!("mint/{algorithm}/waxseal"), |b| {
        b.iter(|| ours.issuer.mint(SUBJECT, black_box(&state)).expect("a token"));
    });
    let Some(theirs) = theirs else { return };
    c.bench_function(&format!("mint/{algorithm}/jsonwebtoken"), |b| {
        b.iter(|| {
            jsonwebtoken::encode(&theirs.header, black_box(&theirs.claims), &theirs.encoding)
                .expect("a token")
        });
    });
}

criterion_group!(benches, mint);
criterion_main!(benches);
