//! Sessions in a web application, request by request.
#![allow(missing_docs, clippy::disallowed_methods)]

mod app;
mod kit;
mod life;
