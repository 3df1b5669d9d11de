//! Who may write, and when: one at a time, before the answer, for a request of our own.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use waxseal::http::{Assembly, Session, SessionError, SessionMut};

use crate::app::{Browser, Cart, GUEST, SITE, USER, World};

async fn log_in(mut session: SessionMut<Cart>) -> Result<&'static str, SessionError> {
    session.log_in("ada").await?;
    Ok("welcome")
}

async fn items(session: SessionMut<Cart>) -> String {
    format!("{:?}", session.state().items)
}

/// A middleware that writes before the handler does.
async fn stamp(mut session: SessionMut<Cart>, request: Request, next: Next) -> Response {
    match session.update(|cart| cart.items.push(1)) {
        Ok(()) => {
            drop(session);
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

#[tokio::test]
async fn a_middleware_hands_the_right_to_write_on() {
    let world = World::new();
    let app = Router::new()
        .route("/items", get(items))
        .layer(middleware::from_fn(stamp))
        .layer(world.sessions().layer());
    let mut browser = Browser::new(app);
    assert_eq!(browser.get("/items").await.text, "[1]");
    assert_eq!(browser.get("/items").await.text, "[1, 1]");
}

#[tokio::test]
async fn a_change_after_the_answer_is_an_error_and_no_silence() {
    let world = World::new();
    let kept: Arc<Mutex<Option<SessionMut<Cart>>>> = Arc::default();
    let keep = Arc::clone(&kept);
    let handler = move |session: SessionMut<Cart>| async move {
        *keep.lock().expect("no panic") = Some(session);
        "later"
    };
    let app = Router::new().route("/", post(handler)).layer(world.sessions().layer());
    let answer = Browser::new(app).post("/").await;
    assert!(answer.set_cookies().is_empty());
    let mut late = kept.lock().expect("no panic").take().expect("a session");
    let error = late.update(|cart| cart.items.push(7)).expect_err("too late");
    assert!(matches!(error, SessionError::Assembly(Assembly::Late)), "{error}");
}

#[tokio::test]
async fn a_handler_that_is_refused_half_way_changes_nothing() {
    async fn half(mut session: SessionMut<Cart>) -> Result<(), SessionError> {
        session.update(|cart| cart.items.push(7))?;
        session.update(|cart| cart.note = "n".repeat(5000))
    }
    let world = World::new();
    let app = Router::new().route("/", get(items).post(half)).layer(world.sessions().layer());
    let mut browser = Browser::new(app);
    let answer = browser.post("/").await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.set_cookies().is_empty() && browser.cookie(GUEST).is_none());
    assert_eq!(browser.get("/").await.text, "[]");
}

#[tokio::test]
async fn a_socket_of_another_site_gets_no_session() {
    async fn socket(session: Session<Cart>) -> String {
        session.subject().to_owned()
    }
    let world = World::new();
    let routes = Router::new().route("/login", post(log_in)).route("/socket", get(socket));
    let mut browser = Browser::new(routes.layer(world.sessions().layer()));
    browser.post("/login").await;
    let handshake = |origin: &str, site: &str| {
        let mut request = browser.request("GET", "/socket");
        for (name, value) in
            [("upgrade", "websocket"), ("origin", origin), ("sec-fetch-site", site)]
        {
            let name: axum::http::HeaderName = name.parse().expect("a name");
            request.headers_mut().insert(name, value.parse().expect("a value"));
        }
        request
    };
    let neighbour = handshake("https://evil.shop.example", "same-site");
    let ours = handshake(SITE, "same-origin");
    assert_eq!(browser.clone().send(neighbour).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.clone().send(ours).await.text, "ada");
}

#[tokio::test]
async fn a_login_ends_the_guest_that_came_beside_the_user() {
    let world = World::new();
    let routes = Router::new().route("/login", post(log_in)).route("/items", get(items).post(add));
    async fn add(mut session: SessionMut<Cart>) -> Result<(), SessionError> {
        session.update(|cart| cart.items.push(7))
    }
    let app = routes.layer(world.sessions().layer());
    let mut guest = Browser::new(app.clone());
    guest.post("/items").await;
    let mut browser = Browser::new(app);
    browser.post("/login").await;
    browser.jar.push((GUEST.to_owned(), guest.cookie(GUEST).expect("a guest").to_owned()));
    browser.post("/login").await;
    assert!(browser.cookie(GUEST).is_none() && browser.cookie(USER).is_some());
    assert_eq!(guest.get("/items").await.text, "[]", "a copy of it is nobody's");
}

#[tokio::test]
async fn more_values_than_are_read_are_not_written() {
    async fn fill(mut session: SessionMut<Cart>) -> Result<(), SessionError> {
        let life = std::time::Duration::from_secs(60);
        (0..65).try_for_each(|at| session.put(&format!("v{at}"), &at, life))
    }
    let world = World::new();
    let app = Router::new().route("/", get(items).post(fill)).layer(world.sessions().layer());
    let answer = Browser::new(app).post("/").await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn rights_of_somebody_else_are_refused() {
    async fn promote(mut session: SessionMut<Cart>) -> Result<(), SessionError> {
        session.promote(|_| "bob".into()).await
    }
    let world = World::new();
    let routes = Router::new().route("/login", post(log_in)).route("/promote", post(promote));
    let mut browser = Browser::new(routes.layer(world.sessions().layer()));
    browser.post("/login").await;
    let answer = browser.post("/promote").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.text.contains("another user's"), "{}", answer.text);
}

#[tokio::test]
async fn a_route_without_a_layer_says_what_to_do() {
    let mut browser = Browser::new(Router::new().route("/items", get(items)));
    let answer = browser.get("/items").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.text.contains("add .layer(sessions.layer())"), "{}", answer.text);
}

#[tokio::test]
async fn what_layers_further_in_said_stays_on_an_error() {
    let world = World::new();
    async fn me(session: Session<Cart>) -> String {
        session.subject().to_owned()
    }
    async fn with_id(request: Request, next: Next) -> Response {
        let mut answer = next.run(request).await;
        answer.headers_mut().insert("x-request-id", "7".parse().expect("a value"));
        answer
    }
    let app = Router::new().route("/me", get(me)).layer(middleware::from_fn(with_id));
    let answer = Browser::new(app.layer(world.sessions().layer())).get("/me").await;
    assert_eq!(
        (answer.status, answer.header("x-request-id")),
        (StatusCode::UNAUTHORIZED, Some("7"))
    );
}
