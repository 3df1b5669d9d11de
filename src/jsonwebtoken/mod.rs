//! For programs that use [jsonwebtoken](https://docs.rs/jsonwebtoken) 11 too: our keys as its types,
//! its JWKs as our keys, and a cryptographic provider for it on `ring`.
//!
//! The rest of the library uses none of it: sessions and JWTs here need no provider.
//!
//! # jsonwebtoken on ring
//! From version 10 on, jsonwebtoken takes its cryptography from one provider for the whole process.
//! Both of its own bring other crates: `rsa` and its kin, or `aws-lc-rs`. [`RING_PROVIDER`] brings
//! none: depend on jsonwebtoken with `default-features = false`, and install it first thing in `main`.
//! This library never does so by itself: the choice is the application's.
//!
//! ```
//! use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! waxseal::jsonwebtoken::RING_PROVIDER.install_default().expect("nobody chose another before");
//!
//! let claims = serde_json::json!({ "sub": "ada", "exp": 4_102_444_800_i64 });
//! let secret = b"7f-Qp0-04hd83-a-Lz9-uJ-mY-T-8kw-";
//! let token = jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(secret))?;
//! let key = DecodingKey::from_secret(secret);
//! let read = jsonwebtoken::decode::<serde_json::Value>(&token, &key, &Validation::default())?;
//! assert_eq!(read.claims, claims);
//! # Ok(())
//! # }
//! ```
//!
//! # One key for both
//! ```
//! use waxseal::jsonwebtoken as convert;
//! use waxseal::key::{Algorithm, Key};
//! use waxseal::jwt;
//!
//! let key = Key::generate(Algorithm::EdDsa)?;
//! let claims = serde_json::json!({ "iss": "https://id.example", "aud": "shop", "exp": 4_102_444_800_i64 });
//! let token = jwt::Issuer::new(key.clone())?.mint(&claims)?;
//!
//! let validation = convert::validation(key.algorithm(), "https://id.example", "shop")?;
//! let theirs = convert::decoding_key(&key)?;
//! let read = jsonwebtoken::decode::<serde_json::Value>(&*token, &theirs, &validation)?;
//! assert_eq!(read.claims, claims);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod convert;
mod ec;
mod ed25519;
mod error;
mod mac;
mod provider;
mod read;
mod rsa;
mod utils;

pub use convert::{algorithm, decoding_key, encoding_key, jwk, jwk_set, validation};
pub use error::ConvertError;
pub use provider::RING_PROVIDER;
pub use read::{from_algorithm, from_jwk, from_jwk_set};
