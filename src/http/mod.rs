//! Sessions in a web application: one layer, two extractors, a second service that only reads.
//!
//! [`Sessions`] is set up once. Its [`layer`](Sessions::layer) finds a request's session when a handler
//! asks, and writes cookies and headers when the handler is done. Handlers ask for [`Session<T>`], evidence
//! of somebody who is logged in, or for [`SessionMut<T>`], the one writer.

mod answer;
mod cookies;
mod durable;
mod error;
mod events;
mod expiry;
mod extract;
mod facts;
mod flash;
mod forgery;
mod layer;
mod logins;
mod look;
mod operations;
mod return_to;
mod session_mut;
mod sessions;
mod setup;
mod setup_fault;
mod site;
mod size;
mod slot;
mod state_keys;
mod test_kit;

pub use crate::session::{
    CsrfToken, Denied, Fingerprint, Lifetimes, Login, Operation, OperationError, Session,
};
pub use cookies::SameSite;
pub use error::{Assembly, Cost, SessionError, TooLarge};
pub use expiry::{Expiry, Standing};
pub use forgery::{CsrfPolicy, Forgery};
pub use layer::{SessionsLayer, SessionsService};
pub use return_to::ReturnTo;
pub use session_mut::SessionMut;
pub use sessions::Sessions;
pub use setup::SessionsSetup;
pub use setup_fault::SetupFault;
pub use slot::State;
pub use test_kit::{TestKit, TestKitError, TestSession};
