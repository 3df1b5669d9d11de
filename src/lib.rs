#![doc = include_str!("../README.md")]
#![cfg_attr(
    not(test),
    warn(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::unreachable
    )
)]

mod crypto;
#[cfg(feature = "sqlite")]
mod db;
#[cfg(test)]
mod draws;
#[cfg(feature = "http-client")]
mod fetch;
mod follow;
mod json;
mod policy;
mod printable;
mod spread;

pub mod base64url;
pub mod claims;
pub mod durable;
#[cfg(feature = "axum")]
pub mod http;
#[cfg(feature = "jsonwebtoken")]
pub mod jsonwebtoken;
pub mod jwt;
pub mod key;
pub mod keyring;
pub mod limits;
pub mod manual;
pub mod revocation;
pub mod secret;
pub mod session;
pub mod time;
pub mod token;

pub use jwt::VerifyError;
pub use keyring::{Keys, PublicKeys};
pub use revocation::{RevocationList, Revocations};
pub use session::{CachedVerifier, Issuer, Session, Verifier};
pub use token::Token;
