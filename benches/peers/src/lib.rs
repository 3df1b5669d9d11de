//! Session and token libraries under one trait, so that one run measures them all on one session.

#![allow(clippy::disallowed_methods)]

pub mod cases;
pub mod column;
pub mod forgery;
pub mod library;
pub mod machine;
pub mod peers;
pub mod raw;
pub mod report;
pub mod rounds;
#[path = "../../scenario/mod.rs"]
pub mod scenario;
