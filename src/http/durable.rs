//! Acts that are done only once they are on a disk: off the threads that serve requests.

use crate::revocation::{
    Acknowledged, Recorded, Revocation, RevocationList, RevokeError, StoreError,
};

use super::sessions::Issuing;
use super::{Assembly, SessionError};

/// Whether somebody else was there first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Once {
    First,
    Before,
}

/// Records `what`, all or none.
pub(super) async fn record(
    issuing: &Issuing,
    what: Vec<Revocation>,
) -> Result<Acknowledged, SessionError> {
    let list = issuing.list.clone();
    Ok(away(move || record_on(&list, &what)).await??)
}

/// Records the end of a session, and tells whether it had one already.
pub(super) async fn record_once(issuing: &Issuing, what: Revocation) -> Result<Once, SessionError> {
    let list = issuing.list.clone();
    let recorded = away(move || match list.revoke_once(&what) {
        Ok(Recorded::First(_)) => Ok(Once::First),
        Ok(Recorded::Before) => Ok(Once::Before),
        // A store of somebody's own need not know what comes first.
        Err(RevokeError::Store(StoreError::Unsupported { .. })) => {
            list.revoke(&what).map(|_| Once::First)
        }
        Err(fault) => Err(fault),
    });
    Ok(recorded.await??)
}

/// A full list keeps room for whole users: one entry for all sessions is enough for this one too.
fn record_on(list: &RevocationList, what: &[Revocation]) -> Result<Acknowledged, RevokeError> {
    match (list.revoke_all(what), what) {
        (Err(RevokeError::Full { .. }), [first, _, ..]) => list.revoke(first),
        (recorded, _) => recorded,
    }
}

/// Does `work` on a thread that may wait.
pub(super) async fn away<R: Send + 'static>(
    work: impl FnOnce() -> R + Send + 'static,
) -> Result<R, Assembly> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Assembly::Unfinished)
}
