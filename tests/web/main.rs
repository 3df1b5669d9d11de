//! Sessions in a web application, request by request.
#![allow(missing_docs, clippy::disallowed_methods)]

mod app;
mod beside;
mod forms;
mod expected;
mod kit;
mod carriers;
mod csrf;
mod doubles;
#[cfg(feature = "tracing")]
mod events;
mod flash;
mod guards;
mod life;
mod outcomes;
mod paths;
mod races;
mod remember;
mod setup;
mod shop;
mod size;
