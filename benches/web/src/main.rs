//! One server, the same two routes over each kind of session: `/read` asks who it is, `/write` adds to a
//! cart. `waxseal-web-bench KIND PORT [REDIS_URL]` serves one kind and prints a cookie that is logged in.

use axum::Router;
use axum::routing::get;
use serde::{Deserialize, Serialize};
use tower_sessions::{MemoryStore, SessionManagerLayer, SessionStore};
use tower_sessions_redis_store::RedisStore;
use tower_sessions_redis_store::fred::prelude::{ClientLike, Config, Pool};

type Fault = Box<dyn std::error::Error>;

#[derive(Clone, Default, Serialize, Deserialize)]
struct Cart {
    user: String,
    items: Vec<u32>,
}

const ITEMS: usize = 8;

/// Turns an item into another one: the session changes, and stays as long as it is.
fn turn(items: &mut [u32]) {
    if let Some(first) = items.first_mut() {
        *first = if *first == 7 { 8 } else { 7 };
    }
}

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [kind, port, rest @ ..] = words.as_slice() else {
        return Err("KIND PORT [REDIS_URL]".into());
    };
    let (app, cookie) = match kind.as_str() {
        "none" => (Router::new().route("/read", get(|| async { "ada" })), String::new()),
        "waxseal-sealed" => ours::app(waxseal::key::Algorithm::A256Gcm)?,
        "waxseal-signed" => ours::app(waxseal::key::Algorithm::EdDsa)?,
        "tower-memory" => theirs::app(MemoryStore::default()).await?,
        "tower-redis" => {
            let url = rest.first().ok_or("a Redis URL")?;
            let pool = Pool::new(Config::from_url(url)?, None, None, None, 6)?;
            pool.connect();
            pool.wait_for_connect().await?;
            theirs::app(RedisStore::new(pool)).await?
        }
        other => return Err(format!("no kind {other:?}").into()),
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port.parse()?)).await?;
    println!("{cookie}");
    axum::serve(listener, app).await?;
    Ok(())
}

mod ours {
    use super::*;
    use waxseal::http::{Session, SessionError, SessionMut, Sessions};
    use waxseal::keyring::NewRing;
    use waxseal::{Issuer, Keys, RevocationList};

    const SITE: &str = "https://shop.example";

    async fn read(session: Session<Cart>) -> String {
        session.subject().to_owned()
    }

    async fn write(mut session: SessionMut<Cart>) -> Result<&'static str, SessionError> {
        session.update(|cart| turn(&mut cart.items))?;
        Ok("added")
    }

    pub fn app(algorithm: waxseal::key::Algorithm) -> Result<(Router, String), Fault> {
        let dir = std::env::temp_dir().join(format!("waxseal-web-bench-{}", std::process::id()));
        NewRing::new(SITE).algorithm(algorithm).create(&dir)?;
        let (keys, list) = (Keys::open(&dir)?, RevocationList::in_memory());
        let setup = Sessions::<Cart>::setup(SITE)?.readable_by_other_services();
        let sessions = setup.finish(keys.clone(), &list)?;
        let cart = Cart { user: "ada".into(), items: vec![7; ITEMS] };
        let issuer = Issuer::new(&keys, SITE, SITE)?.in_cookies(sessions.cookie_name(), "guest");
        let cookie = format!("{}={}", sessions.cookie_name(), issuer.mint("ada", &cart)?);
        let app = Router::new().route("/read", get(read)).route("/write", get(write));
        Ok((app.layer(sessions.layer()), cookie))
    }
}

mod theirs {
    use super::*;
    use axum::http::StatusCode;
    use tower_sessions::session::{Id, Record};
    use tower_sessions::{Expiry, Session};

    async fn read(session: Session) -> Result<String, StatusCode> {
        let cart: Option<Cart> = session.get("cart").await.map_err(ours_to_mend)?;
        cart.map(|cart| cart.user).ok_or(StatusCode::UNAUTHORIZED)
    }

    async fn write(session: Session) -> Result<&'static str, StatusCode> {
        let mut cart: Cart = session.get("cart").await.map_err(ours_to_mend)?.unwrap_or_default();
        turn(&mut cart.items);
        session.insert("cart", cart).await.map_err(ours_to_mend)?;
        Ok("added")
    }

    fn ours_to_mend(_: tower_sessions::session::Error) -> StatusCode {
        StatusCode::INTERNAL_SERVER_ERROR
    }

    pub async fn app(store: impl SessionStore + Clone) -> Result<(Router, String), Fault> {
        let cart = Cart { user: "ada".into(), items: vec![7; ITEMS] };
        let session = Session::new(None, std::sync::Arc::new(store.clone()), None);
        session.insert("cart", cart).await?;
        session.save().await?;
        let id: Id = session.id().ok_or("an id")?;
        let _: Option<Record> = store.load(&id).await?;
        let layer = SessionManagerLayer::new(store)
            .with_expiry(Expiry::OnInactivity(tower_sessions::cookie::time::Duration::minutes(30)));
        let app = Router::new().route("/read", get(read)).route("/write", get(write));
        Ok((app.layer(layer), format!("id={id}")))
    }
}
