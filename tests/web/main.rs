//! Sessions in a web application, request by request.
#![allow(missing_docs, clippy::disallowed_methods)]

mod app;
mod beside;
mod carriers;
mod csrf;
mod doubles;
#[cfg(feature = "tracing")]
mod events;
mod expected;
mod flash;
mod forms;
mod guards;
mod kit;
mod late;
mod life;
mod outcomes;
mod paths;
mod races;
mod remember;
mod setup;
mod shop;
mod size;
mod writers;
