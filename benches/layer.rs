//! What the web layer costs a request, in the process: without sockets, the router's own time beside
//! it.
//!
//! `cargo bench --all-features --bench layer`

#![allow(missing_docs, clippy::disallowed_methods)]

use std::hint::black_box;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::routing::get;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use serde::{Deserialize, Serialize};
use tokio::runtime::Builder;
use tower::ServiceExt;
use waxseal::http::{Session, SessionError, SessionMut, Sessions};
use waxseal::key::Algorithm;
use waxseal::keyring::NewRing;
use waxseal::{Issuer, RevocationList};

#[derive(Clone, Default, Serialize, Deserialize)]
struct Cart {
    items: Vec<u32>,
    theme: String,
}

async fn read(session: Session<Cart>) -> String {
    session.subject().to_owned()
}

async fn look(session: SessionMut<Cart>) -> String {
    session.subject().unwrap_or_default().to_owned()
}

async fn write(mut session: SessionMut<Cart>) -> Result<&'static str, SessionError> {
    session.update(|cart| cart.items.push(7))?;
    Ok("added")
}

fn routes() -> Router {
    Router::new()
        .route("/plain", get(|| async { "hello" }))
        .route("/read", get(read))
        .route("/look", get(look))
        .route("/write", get(write))
}

fn requests(c: &mut Criterion) {
    for algorithm in [Algorithm::A256Gcm, Algorithm::EdDsa] {
        requests_under(c, algorithm);
    }
}

/// The sealed default, and what other services can read too.
fn requests_under(c: &mut Criterion, algorithm: Algorithm) {
    const SITE: &str = "https://shop.example";
    let folder = tempfile::tempdir().expect("a folder");
    let ring = NewRing::new(SITE).algorithm(algorithm);
    let keys = ring.create(folder.path().join("keys")).expect("a ring");
    let setup = Sessions::<Cart>::setup(SITE).expect("an origin").readable_by_other_services();
    let sessions = setup.finish(keys.clone(), &RevocationList::in_memory()).expect("sound");
    let issuer = Issuer::new(&keys, SITE, SITE).expect("sound");
    let issuer = issuer.in_cookies(sessions.cookie_name(), "guest");
    let cart = Cart { items: vec![1, 2, 3], theme: "dark".into() };
    let token = issuer.mint("ada", &cart).expect("minted");
    let cookie = format!("{}={token}", sessions.cookie_name());
    let layered = routes().layer(sessions.layer());
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let mut group = c.benchmark_group(format!("request, {algorithm}"));
    for (name, app, path, cookie) in [
        ("no layer", routes(), "/plain", None),
        ("layer, route without session", layered.clone(), "/plain", Some(&cookie)),
        ("SessionMut, nobody", layered.clone(), "/look", None),
        ("Session, verified", layered.clone(), "/read", Some(&cookie)),
        ("SessionMut, written", layered.clone(), "/write", Some(&cookie)),
    ] {
        let request = || {
            let mut request = Request::builder().uri(path);
            if let Some(cookie) = cookie {
                request = request.header("cookie", cookie);
            }
            request.body(Body::empty()).expect("a request")
        };
        group.bench_function(name, |b| {
            b.iter_batched(
                || (app.clone(), request()),
                |(app, request)| {
                    let answer = runtime.block_on(app.oneshot(request)).expect("infallible");
                    assert_eq!(answer.status(), StatusCode::OK);
                    black_box(answer)
                },
                BatchSize::SmallInput,
            );
        });
    }
}

criterion_group!(benches, requests);
criterion_main!(benches);
