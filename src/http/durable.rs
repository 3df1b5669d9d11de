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
    Ok(away(move || list.revoke_all(&what)).await??)
}

/// Does `work` on a thread that may wait.
pub(super) async fn away<R: Send + 'static>(
    work: impl FnOnce() -> R + Send + 'static,
) -> Result<R, Assembly> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Assembly::Unfinished)
}
