//! Tokens of any claims type, ours or foreign, JWT or PASETO: what a caller of `jsonwebtoken` or
//! `pasetors` moves to. Sessions are built on it.

mod error;
mod issuer;
mod pipeline;
mod raw;
mod report;
mod verifier;

pub use crate::claims::{Claims, Lapsed};
pub use crate::json::JsonFault;
pub use crate::policy::ClaimFault;
pub use crate::revocation::Revoked;
pub use error::{MintError, Stage, VerifyError};
pub use issuer::Issuer;
pub(crate) use pipeline::{Again, Anchor, Pipeline, TestKeys, Trusted, Verified};
pub use raw::{RawVerifier, verify_raw};
pub use report::{Check, Report, Verdict};
pub(crate) use verifier::explain;
pub use verifier::{Verifier, VerifierSetup};
