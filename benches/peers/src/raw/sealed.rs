//! AES-256-GCM by ring, in place.

use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use waxseal::base64url;

use super::Raw;
use crate::scenario::Ours;

pub(super) fn aes(ours: &Ours) -> Raw {
    let parts: Vec<&str> = ours.token.split('.').collect();
    let [header, _, iv, text, tag] = parts.as_slice() else { panic!("a JWE has 5 parts") };
    let decode = |text: &str| base64url::decode(text).expect("base64url");
    let nonce: [u8; 12] = decode(iv).try_into().expect("12 bytes");
    let sealed = [decode(text), decode(tag)].concat();
    let key = || LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &ours.secret).expect("a key"));
    let (opening, sealing) = (key(), key());
    let header: Rc<str> = Rc::from(*header);
    let aad = Rc::clone(&header);
    let (opened, plain) = (RefCell::new(sealed.clone()), RefCell::new(decode(text)));
    Raw {
        verify: Rc::new(move || {
            let mut buffer = opened.borrow_mut();
            buffer.copy_from_slice(&sealed);
            let nonce = Nonce::assume_unique_for_key(nonce);
            opening
                .open_in_place(nonce, Aad::from(header.as_bytes()), black_box(&mut buffer))
                .is_ok()
        }),
        mint: Rc::new(move || {
            let mut buffer = plain.borrow_mut();
            let nonce = Nonce::assume_unique_for_key(nonce);
            let aad = Aad::from(aad.as_bytes());
            sealing.seal_in_place_separate_tag(nonce, aad, black_box(&mut buffer[..])).is_ok()
        }),
    }
}
