//! A list for a fleet, in a stream of Redis 7 or Valkey.
//!
//! The stream keeps every entry for as long as it matters, so that it is its own snapshot: whoever
//! follows reads it from its beginning, and from then on what was added. A second key holds what the
//! list is: its numbers, and an incarnation that a new engine does not have. The engine may lose all
//! of it: each writer has its own entries in an SQLite file, looks once a second whether the engine
//! still has them, and sends them again when it has not.

mod address;
mod audit;
mod both;
mod feed;
mod ledger;
mod line;
mod look;
mod meta;
mod once;
mod progress;
mod publisher;
mod reply;
mod store;
mod wake;
mod wire;

pub use feed::RedisFeed;
pub use store::RedisStore;
