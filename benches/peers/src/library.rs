//! What every library is asked to do, and the three answers that a token can get.

use crate::forgery;
use crate::scenario::State;

/// One library, with a key, for the one session.
pub trait Library {
    /// A token of the session that is valid now.
    fn mint(&self) -> String;

    /// An authentic token of the session whose life is over.
    fn mint_expired(&self) -> String;

    /// The state of `token`, if it is authentic, in its time, from our issuer and for our audience.
    fn verify(&self, token: &str) -> Result<State, Refusal>;

    /// `token` with the last bit of its tag or signature changed.
    fn forge(&self, token: &str) -> String {
        forgery::jose(token)
    }
}

/// Why a token was refused. A benchmark that meets another reason than it is about measures
/// something else, and must stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Unauthentic,
    Expired,
    Other(String),
}

impl Refusal {
    pub fn other(cause: impl std::fmt::Debug) -> Self {
        Self::Other(format!("{cause:?}"))
    }
}
