//! One application with a route for everything that a handler can do to a session.

use std::collections::HashMap;
use std::time::Duration;

use axum::Router;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use waxseal::http::{Expiry, Login, Session, SessionError, SessionMut, Sessions};

use crate::app::Cart;

type Asked = Query<HashMap<String, String>>;
type Told = Result<String, SessionError>;

fn of<'q>(query: &'q Asked, name: &str) -> &'q str {
    query.get(name).map_or("", |value| value)
}

pub(crate) fn shop(sessions: &Sessions<Cart>) -> Router {
    let reading = Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/me", get(me).post(me))
        .route("/maybe", get(maybe).post(maybe))
        .route("/left", get(|left: Expiry| async move { left }))
        .route("/fresh", get(fresh))
        .route("/level", get(level))
        .route("/role", get(role))
        .route("/permission", get(permission))
        .route("/bound", get(bound))
        .route("/version", get(version).post(refresh))
        .route("/value", get(value));
    let writing = Router::new()
        .route("/cart", get(cart).post(add))
        .route("/same", post(same))
        .route("/set", post(set))
        .route("/take", post(take))
        .route("/clear", post(clear))
        .route("/clear-broken", post(clear_broken))
        .route("/broken", post(broken))
        .route("/two", post(two_writers))
        .route("/note", post(note))
        .route("/extend", post(extend))
        .route("/csrf", get(csrf))
        .route("/form", post(form));
    let logins = Router::new()
        .route("/login", post(log_in))
        .route("/login-broken", post(log_in_broken))
        .route("/remember", post(remember))
        .route("/promote", post(promote))
        .route("/logout", post(log_out))
        .route("/everywhere", post(everywhere))
        .route("/others", post(others));
    reading.merge(writing).merge(logins).merge(values()).layer(sessions.layer())
}

fn values() -> Router {
    Router::new()
        .route("/flash", get(read_flash).post(leave_flash))
        .route("/flash-now", post(flash_now))
        .route("/keep", get(keep_flash))
        .route("/put", post(put))
        .route("/forget", post(forget))
}

async fn me(session: Session<Cart>) -> String {
    format!(
        "{} {:?} auth {} gen {} pro {}",
        session.subject(),
        session.state().items,
        session.authenticated_at().timestamp(),
        session.generation(),
        session.profile()
    )
}

async fn maybe(session: Option<Session<Cart>>) -> String {
    session.map_or("nobody".into(), |session| session.subject().to_owned())
}

async fn cart(session: SessionMut<Cart>) -> String {
    format!("{:?} {:?}", session.subject(), session.state().items)
}

async fn add(mut session: SessionMut<Cart>) -> Told {
    session.update(|cart| cart.items.push(7))?;
    Ok(format!("{:?}", session.state().items))
}

async fn same(mut session: SessionMut<Cart>) -> Told {
    session.update(|_| ())?;
    Ok("same".into())
}

async fn set(mut session: SessionMut<Cart>) -> Told {
    session.set(Cart { items: vec![1, 2], note: String::new() })?;
    Ok(format!("{:?}", session.state().items))
}

async fn take(mut session: SessionMut<Cart>) -> Told {
    let cart = session.take()?;
    Ok(format!("{:?} {:?}", cart.items, session.state().items))
}

async fn clear(mut session: SessionMut<Cart>) -> Told {
    session.clear()?;
    Ok("clear".into())
}

async fn clear_broken(mut session: SessionMut<Cart>) -> Response {
    let cleared = session.clear().is_ok();
    (StatusCode::INTERNAL_SERVER_ERROR, format!("broken, {cleared}")).into_response()
}

async fn broken(mut session: SessionMut<Cart>) -> Response {
    let changed = session.update(|cart| cart.items.push(9)).is_ok();
    (StatusCode::BAD_GATEWAY, format!("broken, {changed}")).into_response()
}

async fn two_writers(_: SessionMut<Cart>, _: SessionMut<Cart>) -> &'static str {
    "two"
}

/// Makes the note `n` characters long, and tells what happened and what is there.
async fn note(query: Asked, mut session: SessionMut<Cart>) -> String {
    let length = of(&query, "n").parse().expect("a number");
    let result = session.update(|cart| cart.note = "n".repeat(length));
    let has = session.state().note.len();
    match result {
        Ok(()) => format!("{has}"),
        Err(SessionError::TooLarge(fault)) => {
            let parts: Vec<&str> = fault.costs.iter().map(|cost| &*cost.part).collect();
            let sum: usize = fault.costs.iter().map(|cost| cost.bytes).sum();
            format!("{has} refused {} {} {sum} {}", fault.has, fault.most, parts.join("+"))
        }
        Err(other) => format!("{has} {other}"),
    }
}

async fn extend(mut session: SessionMut<Cart>) -> Told {
    session.extend()?;
    Ok("extended".into())
}

async fn csrf(session: SessionMut<Cart>) -> Told {
    Ok(session.csrf_token()?.map_or(String::new(), |token| token.to_string()))
}

async fn form(query: Asked, mut session: SessionMut<Cart>) -> Told {
    session.check_csrf(of(&query, "token"))?;
    session.update(|cart| cart.items.push(3))?;
    Ok("sent".into())
}

fn ada(query: &Asked) -> Login {
    let user = if of(query, "user").is_empty() { "ada" } else { of(query, "user") };
    Login::of(user).by("pwd").level("aal1").bound_to("hash one")
}

async fn log_in(query: Asked, mut session: SessionMut<Cart>) -> Told {
    session.log_in(ada(&query)).await?;
    Ok("welcome".into())
}

async fn log_in_broken(query: Asked, mut session: SessionMut<Cart>) -> Response {
    let result = session.log_in(ada(&query)).await;
    (StatusCode::INTERNAL_SERVER_ERROR, format!("broken, {}", result.is_ok())).into_response()
}

async fn remember(query: Asked, mut session: SessionMut<Cart>) -> Told {
    session.log_in(ada(&query).remembered()).await?;
    Ok("remembered".into())
}

async fn promote(mut session: SessionMut<Cart>) -> Told {
    session.promote(|login| login.role("admin").permit("orders:write").level("aal2")).await?;
    Ok("promoted".into())
}

async fn refresh(mut session: SessionMut<Cart>) -> Told {
    session.refresh(|login| login.version(2).role("clerk"))?;
    Ok("refreshed".into())
}

async fn log_out(mut session: SessionMut<Cart>) -> Told {
    session.log_out().await?;
    Ok("goodbye".into())
}

async fn everywhere(mut session: SessionMut<Cart>) -> Told {
    session.log_out_everywhere().await?;
    Ok("goodbye all".into())
}

async fn others(mut session: SessionMut<Cart>) -> Told {
    session.log_out_others().await?;
    Ok("goodbye others".into())
}

async fn fresh(session: Session<Cart>) -> Told {
    session.require_fresh(Duration::from_secs(300))?;
    Ok("fresh".into())
}

async fn level(session: Session<Cart>) -> Told {
    session.require_level("aal2")?;
    Ok(session.methods().collect::<Vec<_>>().join(" "))
}

async fn role(session: Session<Cart>) -> Told {
    session.require_role("admin")?;
    Ok(session.roles().collect::<Vec<_>>().join(" "))
}

async fn permission(session: Session<Cart>) -> Told {
    session.require_permission("orders:write")?;
    Ok(session.permissions().collect::<Vec<_>>().join(" "))
}

async fn bound(query: Asked, session: Session<Cart>) -> Told {
    session.require_bound(of(&query, "to").replace('-', " "))?;
    Ok("bound".into())
}

async fn version(session: Session<Cart>) -> Told {
    session.require_version(2)?;
    Ok(format!("version {}", session.claims_version()))
}

async fn value(session: Session<Cart>) -> String {
    format!("{:?}", session.value::<String>("draft"))
}

async fn read_flash(mut session: SessionMut<Cart>) -> Told {
    let (one, two) = (session.take_flash::<String>("m")?, session.take_flash::<String>("m")?);
    Ok(format!("{one:?} {two:?} {:?}", session.take_flash::<String>("other")?))
}

async fn leave_flash(query: Asked, mut session: SessionMut<Cart>) -> Told {
    session.flash("m", of(&query, "m"))?;
    Ok("left".into())
}

async fn flash_now(mut session: SessionMut<Cart>) -> Told {
    session.flash_now("m", "now")?;
    Ok(format!("{:?}", session.take_flash::<String>("m")?))
}

async fn keep_flash(mut session: SessionMut<Cart>) -> Told {
    let taken = session.take_flash::<String>("m")?;
    session.keep_flash("m")?;
    Ok(format!("{taken:?}"))
}

async fn put(query: Asked, mut session: SessionMut<Cart>) -> Told {
    let life = of(&query, "life").parse().expect("seconds");
    session.put("draft", "half a letter", Duration::from_secs(life))?;
    Ok(format!("{:?}", session.value::<String>("draft")))
}

async fn forget(mut session: SessionMut<Cart>) -> Told {
    session.forget("draft")?;
    Ok(format!("{:?}", session.value::<String>("draft")))
}
