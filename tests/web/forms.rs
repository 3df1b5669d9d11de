//! Forms of pages that were made before there was a session.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::post;
use waxseal::http::{CsrfPolicy, SessionError, SessionMut};

use crate::app::{Browser, Cart, World};

async fn add(
    Path(token): Path<String>,
    mut session: SessionMut<Cart>,
) -> Result<String, SessionError> {
    session.check_csrf(token.trim_start_matches('-'))?;
    session.update(|cart| cart.items.push(7))?;
    Ok(format!("{:?}", session.state().items))
}

fn app(world: &World, policy: CsrfPolicy) -> Browser {
    let sessions = world.setup().csrf(policy).finish(world.keys.clone(), &world.list);
    let layer = sessions.expect("a sound set-up").layer();
    Browser::new(Router::new().route("/add/{token}", post(add)).layer(layer))
}

#[tokio::test]
async fn a_form_from_before_the_session_hangs_on_the_headers() {
    let world = World::new();
    let mut browser = app(&world, CsrfPolicy::HeadersOrToken);
    assert_eq!(browser.post("/add/-").await.text, "[7]");
    assert_eq!(browser.post("/add/-").await.text, "[7, 7]", "another tab, from before the first");
    assert_eq!(browser.post("/add/-x").await.status, StatusCode::FORBIDDEN, "not ours");
    let mut mute = browser.request("POST", "/add/-");
    mute.headers_mut().remove("origin");
    mute.headers_mut().remove("sec-fetch-site");
    assert_eq!(browser.send(mute).await.status, StatusCode::FORBIDDEN, "nothing says who sent it");

    let mut strict = app(&world, CsrfPolicy::Token);
    assert_eq!(strict.post("/add/-").await.text, "[7]", "there is no session to protect");
    assert_eq!(strict.post("/add/-").await.status, StatusCode::FORBIDDEN);
}
