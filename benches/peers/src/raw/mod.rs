//! The floor of every column: the primitive that waxseal's token needs, over its own bytes, with the
//! key schedule, the decoding and the copies done beforehand.

mod sealed;
mod signed;
mod v4_local;

use std::rc::Rc;

use crate::column::Column;
use crate::scenario::Ours;

pub const NAME: &str = "raw primitive";

pub struct Raw {
    pub verify: Rc<dyn Fn() -> bool>,
    pub mint: Rc<dyn Fn() -> bool>,
}

pub fn of(column: Column, ours: &Rc<Ours>) -> Raw {
    match column {
        Column::Hs256 => signed::hmac(ours),
        Column::EdDsa => signed::ed25519(ours),
        Column::Es256 => signed::p256(ours),
        Column::A256Gcm => sealed::aes(ours),
        Column::V4Public => signed::v4_public(ours),
        Column::V4Local => v4_local::xchacha20(ours),
    }
}
