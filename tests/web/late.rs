//! What other requests did meanwhile: a login and a promotion that are under way.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use waxseal::http::{Session, SessionError, SessionMut};
use waxseal::revocation::Revocation;

use crate::app::{Browser, Cart, USER, World};

async fn me(session: Session<Cart>) -> String {
    session.subject().to_owned()
}

async fn log_in(mut session: SessionMut<Cart>) -> Result<(), SessionError> {
    session.log_in("ada").await
}

/// A login that checks an old password for a second, while somebody else ends all of ada's sessions.
async fn slow_log_in(
    State(world): State<Arc<World>>,
    mut session: SessionMut<Cart>,
) -> Result<(), SessionError> {
    world.hand.advance(Duration::from_secs(1));
    world.list.revoke(&Revocation::subject("ada")).expect("recorded");
    world.hand.advance(Duration::from_secs(1));
    session.log_in("ada").await
}

/// A new password: all sessions end, and a new one begins.
async fn new_password(
    State(world): State<Arc<World>>,
    mut session: SessionMut<Cart>,
) -> Result<(), SessionError> {
    world.hand.advance(Duration::from_secs(1));
    session.log_out_everywhere().await?;
    session.log_in("ada").await
}

/// A promotion, just before which the same cookie was promoted elsewhere.
async fn promote(mut session: SessionMut<Cart>) -> Result<(), SessionError> {
    session.promote(|login| login.role("admin")).await
}

/// Logs out where that fails, writes again, and fails.
async fn leave_and_fail(mut session: SessionMut<Cart>) -> Result<(), SessionError> {
    session.log_out().await?;
    session.flash("note", "bye")?;
    Err(SessionError::NoSession)
}

async fn mix_up(mut session: SessionMut<Cart>) -> Result<String, SessionError> {
    session.flash("note", "ada's")?;
    session.take_flash::<String>("note")?;
    session.log_in("bob").await?;
    session.keep_flash("note")?;
    Ok(format!("{:?}", session.take_flash::<String>("note")?))
}

fn app(world: &Arc<World>) -> Router {
    Router::new()
        .route("/me", get(me))
        .route("/login", post(log_in))
        .route("/slow-login", post(slow_log_in))
        .route("/new-password", post(new_password))
        .route("/promote", post(promote))
        .route("/leave-and-fail", post(leave_and_fail))
        .route("/mix-up", post(mix_up))
        .layer(world.sessions().layer())
        .with_state(Arc::clone(world))
}

#[tokio::test]
async fn a_login_by_what_was_known_before_the_end_of_all_sessions_is_none() {
    let world = Arc::new(World::new());
    let mut browser = Browser::new(app(&world));
    let answer = browser.post("/slow-login").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(browser.cookie(USER).is_none());
    browser.post("/login").await;
    assert_eq!(browser.get("/me").await.text, "ada", "the next one is");
}

#[tokio::test]
async fn who_ends_all_sessions_may_begin_one_in_the_same_request() {
    let world = Arc::new(World::new());
    let mut browser = Browser::new(app(&world));
    browser.post("/login").await;
    let old = browser.clone();
    assert_eq!(browser.post("/new-password").await.status, StatusCode::OK);
    assert_eq!(browser.get("/me").await.text, "ada");
    assert_eq!(old.clone().get("/me").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn of_many_promotions_of_one_cookie_one_succeeds() {
    let world = Arc::new(World::new());
    let mut browser = Browser::new(app(&world));
    browser.post("/login").await;
    let copies = (0..16).map(|_| {
        let mut copy = browser.clone();
        tokio::spawn(async move { copy.post("/promote").await.status })
    });
    let mut done = Vec::new();
    for copy in copies.collect::<Vec<_>>() {
        done.push(copy.await.expect("no panic"));
    }
    assert_eq!(done.iter().filter(|status| **status == StatusCode::OK).count(), 1, "{done:?}");
}

#[tokio::test]
async fn a_removal_outlives_what_was_written_after_it_and_failed() {
    let world = Arc::new(World::new());
    let mut browser = Browser::new(app(&world));
    browser.post("/login").await;
    let answer = browser.post("/leave-and-fail").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(browser.jar.is_empty(), "{:?}", answer.set_cookies());
}

#[tokio::test]
async fn values_of_one_user_are_not_kept_for_another() {
    let world = Arc::new(World::new());
    let mut browser = Browser::new(app(&world));
    browser.post("/login").await;
    assert_eq!(browser.post("/mix-up").await.text, "None");
}
