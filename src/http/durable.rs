//! Acts that are done only once they are on a disk: off the threads that serve requests.

use crate::revocation::{Acknowledged, Revocation};

use super::sessions::Issuing;
use super::{Assembly, SessionError};

/// Records `what`, all or none.
pub(super) async fn record(
    issuing: &Issuing,
    what: Vec<Revocation>,
) -> Result<Acknowledged, SessionError> {
    let list = issuing.list.clone();
    let done = tokio::task::spawn_blocking(move || list.revoke_all(&what)).await;
    Ok(done.map_err(|_| Assembly::ShuttingDown)??)
}
