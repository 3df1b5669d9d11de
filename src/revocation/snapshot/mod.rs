//! A list as one signed text, for whoever shares neither a disk nor an engine with the writer: a file
//! or a URL, followed by us or read by a few lines in any language.
//! [`manual::revocation_snapshot`](crate::manual::revocation_snapshot) specifies it.

mod content;
mod error;
mod feed;
mod packed;
mod seen;
mod source;
mod writer;

use crate::key::{Algorithm, Key};

pub use content::Snapshot;
pub use error::{SnapshotError, SnapshotFault};
pub use feed::SnapshotFeed;
pub use writer::{SignedSnapshot, SnapshotWriter};

/// The header's `typ`: no session is a snapshot, and no snapshot a session.
const TYP: &str = "revocations+jwt";

/// Refuses a key of another algorithm: whoever follows must know which one to expect.
fn is_feed_key(key: &Key) -> Result<(), SnapshotError> {
    match key.algorithm() {
        Algorithm::EdDsa => Ok(()),
        other => Err(SnapshotError::Algorithm(other)),
    }
}
