//! Revocation: ending what a token says before its time.
//!
//! A [`RevocationList`] is written by whoever logs people out;
//! [`Revocations`] is what a verifier knows of it. The list in memory is the only
//! one that a request asks: stores and feeds work behind it, on threads of their own.

mod budget;
pub mod conformance;
mod continuity;
#[cfg(feature = "redis")]
mod engine;
mod error;
mod events;
mod follower;
mod health;
mod known;
mod list;
mod memory;
#[cfg(test)]
mod model;
mod named;
#[cfg(feature = "sqlite")]
mod place;
mod record;
#[expect(clippy::module_inception, reason = "the room and the thing")]
mod revocation;
mod set;
mod setup;
mod snapshot;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;

pub use budget::RevocationPolicy;
#[cfg(feature = "redis")]
pub use engine::{RedisFeed, RedisStore};
pub(crate) use error::Refused;
pub use error::{OutlivesList, RevokeError, Revoked, StaleList, StoreError};
pub use health::{RevocationHealth, Verdict};
pub(crate) use known::{Demand, Situation};
pub use known::{Freshness, Revocations};
pub use list::RevocationList;
pub use memory::MemoryStore;
pub use named::Said;
#[cfg(feature = "sqlite")]
pub use place::without_password;
pub use record::{Kind, NotARecord, Record, RecordKey};
pub use revocation::Revocation;
pub use setup::ListSetup;
pub use snapshot::{
    SignedSnapshot, Snapshot, SnapshotError, SnapshotFault, SnapshotFeed, SnapshotWriter,
};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteStore, Stored};
pub use store::{
    Acknowledged, Batch, Continuity, Cursor, Entry, Origin, Previous, Recorded, RevocationFeed,
    RevocationStore,
};
