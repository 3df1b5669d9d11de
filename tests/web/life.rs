//! The life of a session: begun by need, merged at login, renewed by use, ended for good.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use waxseal::http::{Expiry, Login, Session, SessionError, SessionMut};

use crate::app::{Browser, Cart, GUEST, USER, World};

async fn show(session: Session<Cart>) -> String {
    format!("{} {:?}", session.subject(), session.state().items)
}

async fn cart(session: SessionMut<Cart>) -> String {
    format!("{:?} {:?}", session.subject(), session.state().items)
}

async fn add(mut session: SessionMut<Cart>) -> Result<String, SessionError> {
    session.update(|cart| cart.items.push(7))?;
    Ok(format!("{:?}", session.state().items))
}

async fn log_in(mut session: SessionMut<Cart>) -> Result<&'static str, SessionError> {
    session.log_in(Login::of("ada").by("pwd")).await?;
    Ok("welcome")
}

async fn log_out(mut session: SessionMut<Cart>) -> Result<&'static str, SessionError> {
    session.log_out().await?;
    Ok("goodbye")
}

async fn left(expiry: Expiry) -> Expiry {
    expiry
}

fn app(world: &World) -> Router {
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/me", get(show))
        .route("/cart", get(cart).post(add))
        .route("/login", post(log_in))
        .route("/logout", post(log_out))
        .route("/left", get(left))
        .layer(world.sessions().layer())
}

#[tokio::test]
async fn a_visit_from_guest_to_logout() {
    let world = World::new();
    let mut browser = Browser::new(app(&world));
    let answer = browser.get("/").await;
    assert!(answer.set_cookies().is_empty() && answer.header("vary").is_none());
    let answer = browser.get("/cart").await;
    assert!(answer.set_cookies().is_empty(), "nothing to remember yet: {answer:?}");
    assert_eq!(answer.header("vary"), Some("Cookie"));

    let answer = browser.post("/cart").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let cookie = answer.set_cookie(GUEST).expect("a guest's cookie");
    assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/"), "{cookie}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let guest = browser.clone();

    assert_eq!(browser.get("/me").await.status, StatusCode::UNAUTHORIZED);
    let answer = browser.post("/login").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(browser.cookie(GUEST).is_none() && browser.cookie(USER).is_some());
    assert_eq!(browser.get("/me").await.text, "ada [7]");
    let stolen = browser.clone();

    // The guest's cookie that somebody copied is nobody's now.
    assert_eq!(guest.clone().get("/cart").await.text, "None []");

    let answer = browser.post("/logout").await;
    assert!(answer.header("clear-site-data").is_some());
    assert!(browser.jar.is_empty(), "{:?}", browser.jar.len());
    let answer = stolen.clone().get("/me").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.set_cookies().is_empty(), "a late 401 removes no cookie");
}

#[tokio::test]
async fn use_renews_a_session_and_a_probe_does_not() {
    let world = World::new();
    let mut browser = Browser::new(app(&world));
    browser.post("/login").await;
    let first = browser.cookie(USER).expect("logged in").to_owned();
    world.advance(60);
    assert!(browser.get("/me").await.set_cookies().is_empty(), "too young");
    world.advance(300);
    let probe = browser.get("/left").await;
    assert!(probe.set_cookies().is_empty());
    assert_eq!(
        probe.text,
        r#"{"standing":"user","idle":1440,"absolute":28440,"warn":1140,"now":1800000360}"#
    );
    world.advance(1140);
    let probe = browser.get("/left").await;
    assert!(probe.text.contains(r#""idle":300,"absolute":27300,"warn":0"#), "{}", probe.text);
    browser.get("/me").await;
    assert_ne!(browser.cookie(USER), Some(&*first));
    world.advance(20 * 60);
    let answer = browser.get("/me").await;
    assert_eq!(answer.status, StatusCode::OK, "past exp, inside the idle limit: {}", answer.text);
    world.advance(31 * 60);
    let answer = browser.get("/me").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.set_cookies().is_empty());
}
