//! HMAC-SHA256 and P-256 by ring, Ed25519 by ed25519-dalek and its strict rules: what waxseal uses.

use std::hint::black_box;
use std::rc::Rc;

use ed25519_dalek::{Signature, Signer as _, SigningKey};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, UnparsedPublicKey,
};

use super::Raw;
use crate::scenario::{Ours, pre_authentication_encoding};

pub(super) fn hmac(ours: &Ours) -> Raw {
    let (input, tag) = ours.signed_parts();
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &ours.secret);
    let (signing_key, message) = (key.clone(), input.clone());
    Raw {
        verify: Rc::new(move || {
            ring::hmac::verify(&key, black_box(input.as_bytes()), &tag).is_ok()
        }),
        mint: Rc::new(move || {
            let tag = ring::hmac::sign(&signing_key, black_box(message.as_bytes()));
            tag.as_ref().len() == 32
        }),
    }
}

pub(super) fn p256(ours: &Ours) -> Raw {
    let (input, tag) = ours.signed_parts();
    let point = [&[4], ours.member("x").as_slice(), &ours.member("y")].concat();
    let random = SystemRandom::new();
    let scheme = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let pair = EcdsaKeyPair::from_private_key_and_public_key(scheme, &ours.secret, &point, &random);
    let (pair, message) = (pair.expect("a key pair"), input.clone());
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    Raw {
        verify: Rc::new(move || public.verify(black_box(input.as_bytes()), &tag).is_ok()),
        mint: Rc::new(move || pair.sign(&random, black_box(message.as_bytes())).is_ok()),
    }
}

pub(super) fn ed25519(ours: &Ours) -> Raw {
    let (input, tag) = ours.signed_parts();
    ed25519_over(ours, input.into_bytes(), &tag)
}

pub(super) fn v4_public(ours: &Ours) -> Raw {
    let (message, tag, footer) = ours.paseto_parts(64);
    let input = pre_authentication_encoding(&[b"v4.public.", &message, &footer, b""]);
    ed25519_over(ours, input, &tag)
}

fn ed25519_over(ours: &Ours, input: Vec<u8>, tag: &[u8]) -> Raw {
    let seed: [u8; 32] = ours.secret.as_slice().try_into().expect("a seed");
    let key = SigningKey::from_bytes(&seed);
    let public = key.verifying_key();
    let tag = Signature::from_slice(tag).expect("a signature");
    let message = input.clone();
    Raw {
        verify: Rc::new(move || public.verify_strict(black_box(&input), &tag).is_ok()),
        mint: Rc::new(move || key.try_sign(black_box(&message)).is_ok()),
    }
}
