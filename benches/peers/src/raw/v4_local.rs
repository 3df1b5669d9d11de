//! What v4.local asks of a primitive, by orion as pasetors uses it: two keys derived by BLAKE2b, the
//! text by XChaCha20, the tag by BLAKE2b.

use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;

use orion::hazardous::mac::blake2b::{self, Blake2b};
use orion::hazardous::stream::xchacha20::{self, XChaCha20};
use waxseal::base64url;

use super::Raw;
use crate::scenario::{Ours, pre_authentication_encoding};

pub(super) fn xchacha20(ours: &Ours) -> Raw {
    let parts: Vec<&str> = ours.token.split('.').collect();
    let body = base64url::decode(parts[2]).expect("base64url");
    let footer = base64url::decode(parts[3]).expect("base64url");
    let (nonce, body) = body.split_at(32);
    let (text, tag) = body.split_at(body.len() - 32);
    let signed = pre_authentication_encoding(&[b"v4.local.", nonce, text, &footer, b""]);
    let tag = blake2b::Tag::try_from(tag).expect("a tag");
    let keys = Keys { secret: ours.secret.clone(), nonce: nonce.to_vec() };
    let (opening, text) = (Rc::new(keys), text.to_vec());
    let (sealing, message) = (Rc::clone(&opening), signed.clone());
    let (opened, sealed) = (RefCell::new(text.clone()), RefCell::new(text.clone()));
    Raw {
        verify: Rc::new(move || {
            let (mut stream, mac) = opening.derive();
            let authentic = Blake2b::verify(&tag, &mac, 32, black_box(&signed)).is_ok();
            let mut buffer = opened.borrow_mut();
            buffer.copy_from_slice(&text);
            authentic && stream.xor_keystream_into(black_box(&mut buffer)).is_ok()
        }),
        mint: Rc::new(move || {
            let (mut stream, mac) = sealing.derive();
            let mut buffer = sealed.borrow_mut();
            let sealed = stream.xor_keystream_into(black_box(&mut buffer)).is_ok();
            sealed && keyed_hash(&mac, 32, black_box(&message)).len() == 32
        }),
    }
}

struct Keys {
    secret: Vec<u8>,
    nonce: Vec<u8>,
}

impl Keys {
    /// The key stream and the key of the tag.
    fn derive(&self) -> (XChaCha20, blake2b::SecretKey) {
        let secret = blake2b::SecretKey::try_from(self.secret.as_slice()).expect("a key");
        let input = [b"paseto-encryption-key", self.nonce.as_slice()].concat();
        let derived = keyed_hash(&secret, 56, &input);
        let (key, nonce) = derived.unprotected_as_ref().split_at(32);
        let key = xchacha20::SecretKey::try_from(key).expect("32 bytes");
        let nonce = xchacha20::Nonce::try_from(nonce).expect("24 bytes");
        let input = [b"paseto-auth-key-for-aead", self.nonce.as_slice()].concat();
        let mac = keyed_hash(&secret, 32, &input);
        let mac = blake2b::SecretKey::try_from(mac.unprotected_as_ref()).expect("32 bytes");
        (XChaCha20::new(&key, &nonce), mac)
    }
}

fn keyed_hash(key: &blake2b::SecretKey, size: usize, input: &[u8]) -> blake2b::Tag {
    let mut state = Blake2b::new(key, size).expect("a size");
    state.update(input).expect("not finished");
    state.finalize().expect("not finished")
}
