//! A state that nobody has read yet.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::json::without_values;
use crate::jwt::VerifyError;
use crate::policy::ClaimFault;

/// The state of a session, left as JSON: for a service that asks who it is and what they may do, and
/// for the state only now and then.
///
/// It is checked to be JSON, and no more: that saves about a tenth of verifying an HMAC or sealed session,
/// and half of the memory that is asked for. Serialized it is the same text again, so a renewal carries it unread.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let dir = dir.path().join("keys");
/// # let keys = waxseal::keyring::NewRing::new("https://id.example").create(&dir)?;
/// # let token = waxseal::Issuer::new(&keys, "https://id.example", "shop")?.mint("ada", &[7, 9])?;
/// # let none = waxseal::Revocations::none_because("an example");
/// # let verifier = waxseal::Verifier::new(keys, "https://id.example", "shop").revocations(none);
/// use waxseal::session::Undecoded;
/// let session = verifier.verify::<Undecoded>(token.as_str())?;
/// assert_eq!(session.subject(), "ada"); // the items of the cart were not read
/// let items: Vec<u32> = session.state().decode()?;
/// assert_eq!(items, [7, 9]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Undecoded(Box<RawValue>);

impl Undecoded {
    /// Reads the state as a `T`.
    ///
    /// # Errors
    /// [`VerifyError::Claims`]: it does not fit, as when it is read at once. Columns and depth are counted from
    /// the beginning of the state.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, VerifyError> {
        let fault = |fault| ClaimFault::State(without_values(&fault));
        Ok(serde_json::from_str(self.0.get()).map_err(fault)?)
    }

    /// The JSON text.
    #[must_use]
    pub fn as_json(&self) -> &str {
        self.0.get()
    }
}

/// Shows how long it is, and nothing of it.
impl fmt::Debug for Undecoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Undecoded([redacted], {} bytes)", self.0.get().len())
    }
}
