//! A shop whose sessions are in cookies, and a second service that reads them by public keys.
//!
//! ```sh
//! cargo run --release --example shop --features full
//! cargo run --release --example shop --features full -- --short # sessions of two minutes
//! ```

mod account;
mod admin;
mod cart;
mod catalogue;
mod checkout;
mod confirm;
mod form;
mod html;
mod login;
mod options;
mod orders;
mod setup;
mod store;
mod visit;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, Request};
use axum::http::HeaderValue;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use tokio::net::TcpListener;
use waxseal::http::Sessions;

use catalogue::Basket;
use options::{Options, Site, Speed};
use store::Orders;
use visit::{Answer, Visit};

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) sessions: Sessions<Basket>,
    pub(crate) orders: Orders,
    /// The second service.
    orders_site: Site,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("shop: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let options = Options::read(std::env::args().skip(1))?;
    // Removed when the shop ends, with all that is in it.
    let fresh = tempfile::tempdir()?;
    let folder = options.data.clone().unwrap_or_else(|| fresh.path().to_owned());
    std::fs::create_dir_all(&folder)?;
    tokio::runtime::Runtime::new()?.block_on(serve(&options, &folder))
}

async fn serve(options: &Options, folder: &Path) -> Result<(), Box<dyn Error>> {
    let door = TcpListener::bind(("127.0.0.1", options.port)).await?;
    let orders_door = std::net::TcpListener::bind(("127.0.0.1", options.orders_port))?;
    let local = |port: u16| Site::Local(format!("http://localhost:{port}"));
    let (site, orders_site) = match &options.sites {
        Some((shop, orders)) => (Site::Public(shop.clone()), Site::Public(orders.clone())),
        None => (local(door.local_addr()?.port()), local(orders_door.local_addr()?.port())),
    };

    let (keys, list) = (setup::keys(folder)?, setup::list(folder)?);
    let sessions = setup::sessions(&site, &keys, &list, options.idle)?;
    let orders = Orders::default();
    let service = orders::router(&orders_site, &site, folder, orders.clone())?;
    let shop = Shop { sessions, orders, orders_site };
    let app = router(shop, options.speed);

    // Whoever started us may wait for these lines.
    println!("shop: {} on port {}", site.origin(), door.local_addr()?.port());
    println!("orders: port {}", orders_door.local_addr()?.port());
    thread::spawn(move || serve_orders(orders_door, service));
    tokio::select! {
        served = axum::serve(door, app).into_future() => Ok(served?),
        interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
    }
}

fn router(shop: Shop, speed: Speed) -> Router {
    let layer = shop.sessions.layer();
    let policy = content_policy(&shop.orders_site);
    let mut routes = Router::new()
        .route("/", get(cart::catalogue))
        .route("/cart", get(cart::show))
        .route("/cart/add", post(cart::add))
        .route("/cart/change", post(cart::change))
        .route("/cart/note", post(cart::note))
        .route("/login", get(login::show).post(login::log_in))
        .route("/account", get(account::show))
        .route("/logout", post(account::log_out))
        .route("/logout/others", post(account::log_out_others))
        .route("/logout/everywhere", post(account::log_out_everywhere))
        .route("/stay", post(account::stay))
        .route("/session", get(account::left))
        .route("/checkout", get(checkout::address).post(checkout::take_address))
        .route("/checkout/delivery", get(checkout::delivery).post(checkout::take_delivery))
        .route("/checkout/confirm", get(checkout::confirm).post(confirm::order))
        .route("/checkout/done", get(confirm::done))
        .route("/orders", get(to_orders))
        .route("/admin", get(admin::show))
        .route("/admin/end", post(admin::end));
    if speed == Speed::SlowIfAsked {
        routes = routes.layer(middleware::from_fn(slow));
    }
    routes
        .layer(layer)
        // Without a session: they may be cached.
        .route("/style.css", get(setup::stylesheet))
        .route("/countdown.js", get(setup::countdown))
        .layer(middleware::map_response(move |answer| secured(answer, policy.clone())))
        .with_state(shop)
}

/// No script and no style but our own. A form may lead on to the second service, after a login say.
fn content_policy(orders: &Site) -> HeaderValue {
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
         img-src data:; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        orders.origin()
    );
    HeaderValue::try_from(policy).expect("an origin fits a header")
}

async fn secured(mut answer: Response, policy: HeaderValue) -> Response {
    let headers = answer.headers_mut();
    // The session layer's own pages have a stricter one.
    headers.entry("content-security-policy").or_insert(policy);
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    headers.insert("referrer-policy", HeaderValue::from_static("same-origin"));
    answer
}

/// To the second service, with a session that was just renewed if that was due: it cannot renew one.
async fn to_orders(visit: Visit) -> Answer {
    visit.user()?;
    Ok(Redirect::to(&format!("{}/orders", visit.shop.orders_site.origin())).into_response())
}

#[derive(Deserialize)]
struct Wait {
    wait: Option<u64>,
}

/// For tests of what happens in the meantime.
async fn slow(Query(wait): Query<Wait>, request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    if let Some(wait) = wait.wait {
        tokio::time::sleep(Duration::from_millis(wait)).await;
    }
    answer
}

fn serve_orders(door: std::net::TcpListener, service: Router) {
    let serve = async {
        door.set_nonblocking(true)?;
        axum::serve(TcpListener::from_std(door)?, service).await
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(serve).expect("the second service");
}
