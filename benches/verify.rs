//! Full verification beside the raw primitive and jsonwebtoken, by criterion.

#![allow(missing_docs)]

mod scenario;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ring::{aead, hmac};
use scenario::{Ours, PlainClaims, State, Theirs};
use waxseal::key::Algorithm;

fn verify(c: &mut Criterion) {
    let ours = Ours::new(Algorithm::Hs256);
    let (input, tag) = ours.signed_parts();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &ours.secret);
    c.bench_function("verify/HS256/raw", |b| {
        b.iter(|| hmac::verify(&key, black_box(input.as_bytes()), &tag));
    });
    sides(c, "HS256", &ours, Some(&Theirs::of(&ours)));

    let ours = Ours::new(Algorithm::EdDsa);
    let (input, signature) = ours.signed_parts();
    let seed: [u8; 32] = ours.secret.as_slice().try_into().expect("a seed");
    let public = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key();
    let signature = ed25519_dalek::Signature::from_slice(&signature).expect("a signature");
    c.bench_function("verify/EdDSA/raw", |b| {
        b.iter(|| public.verify_strict(black_box(input.as_bytes()), &signature));
    });
    sides(c, "EdDSA", &ours, Some(&Theirs::of(&ours)));

    let ours = Ours::new(Algorithm::A256Gcm);
    let sealed = raw_sealed(&ours.token);
    let key = aead::UnboundKey::new(&aead::AES_256_GCM, &ours.secret).expect("a key");
    let key = aead::LessSafeKey::new(key);
    let mut buffer = sealed.text.clone();
    c.bench_function("verify/A256GCM/raw", |b| {
        b.iter(|| {
            buffer.copy_from_slice(&sealed.text);
            let nonce = aead::Nonce::assume_unique_for_key(sealed.nonce);
            key.open_in_place(nonce, aead::Aad::from(&sealed.header), black_box(&mut buffer))
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
    c.bench_function(&format!("verify/{algorithm}/waxseal"), |b| {
        b.iter(|| ours.verifier.verify::<State>(black_box(&ours.token)).expect("valid"));
    });
    let Some(theirs) = theirs else { return };
    c.bench_function(&format!("verify/{algorithm}/jsonwebtoken"), |b| {
        b.iter(|| {
            let token = black_box(&theirs.token);
            jsonwebtoken::decode::<PlainClaims>(token, &theirs.decoding, &theirs.validation)
                .expect("valid")
        });
    });
}

struct RawSealed {
    header: Vec<u8>,
    nonce: [u8; 12],
    text: Vec<u8>,
}

fn raw_sealed(token: &str) -> RawSealed {
    let parts: Vec<&str> = token.split('.').collect();
    let decode = |text: &str| waxseal::base64url::decode(text).expect("base64url");
    RawSealed {
        header: parts[0].as_bytes().into(),
        nonce: decode(parts[2]).try_into().expect("12 bytes"),
        text: [decode(parts[3]), decode(parts[4])].concat(),
    }
}

criterion_group!(benches, verify);
criterion_main!(benches);
