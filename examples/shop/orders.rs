//! A second service, in a thread of its own as it would be on a host of its own. It has the public keys
//! and the revocation list, and no way to mint.

use std::error::Error;
use std::path::Path;

use axum::Router;
use axum::extract::State;
use axum::response::{Html as HtmlResponse, Redirect};
use axum::routing::get;
use serde::{Deserialize, Serialize};
use waxseal::http::{Session, Sessions};
use waxseal::{PublicKeys, Revocations, Verifier};

use crate::catalogue::euros;
use crate::html::{Html, html};
use crate::options::Site;
use crate::setup::{self, AUDIENCE, ISSUER};
use crate::store::{Order, Orders};
use crate::visit::document;

/// The basket is not this service's business: it reads past it.
#[derive(Clone, Default, Serialize, Deserialize)]
struct NoState {}

#[derive(Clone)]
struct Service {
    shop: Site,
    orders: Orders,
}

/// The routes of the service at `own`, for the users of the shop whose `folder` it can read.
pub(crate) fn router(
    own: &Site,
    shop: &Site,
    folder: &Path,
    orders: Orders,
) -> Result<Router, Box<dyn Error>> {
    let keys = PublicKeys::follow(setup::public_keys(folder))?;
    let revocations = Revocations::follow(&setup::list_place(folder))?;
    let verifier = Verifier::new(keys, ISSUER, AUDIENCE).revocations(revocations);
    let sessions: Sessions<NoState> = own
        .begin()?
        // By way of the shop: it renews a session whose token is past its end, and sends back.
        .login_page(&format!("{}/orders", shop.origin()))
        .cookies_of(shop.origin())
        .finish_verifying(verifier)?;
    Ok(Router::new()
        .route("/", get(|| async { Redirect::to("/orders") }))
        .route("/orders", get(list))
        .layer(sessions.layer())
        .route("/style.css", get(setup::stylesheet))
        .with_state(Service { shop: shop.clone(), orders }))
}

async fn list(State(service): State<Service>, session: Session<NoState>) -> HtmlResponse<String> {
    let shop = service.shop.origin();
    let links = html!(
        "<li><a href=\"{shop}/\">Catalogue</a></li>\n<li><a href=\"{shop}/cart\">Basket</a></li>\n\
         <li><a href=\"/orders\" aria-current=\"page\">Orders</a></li>\n\
         <li><a href=\"{shop}/account\">Account ({name})</a></li>\n",
        shop = shop,
        name = session.subject(),
    );
    let orders = service.orders.of(session.subject());
    let list = if orders.is_empty() {
        html!("<p>You have ordered nothing yet.</p>\n")
    } else {
        table(&orders)
    };
    let main = html!(
        "<h1>Your orders</h1>\n<p class=\"soft\">From another service, which knows <b id=\"who\">{}</b> \
         by the shop's public keys.</p>\n{}",
        session.subject(),
        list,
    );
    HtmlResponse(document("Your orders", &links, main, None).into_string())
}

fn table(orders: &[Order]) -> Html {
    let row = |order: &Order| {
        html!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"number\">{}</td></tr>\n",
            order.number,
            order.what,
            euros(order.total),
        )
    };
    html!(
        "<table class=\"stacked\">\n<thead><tr><th scope=\"col\">Number</th><th scope=\"col\">What</th>\
         <th scope=\"col\" class=\"number\">Total</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
        orders.iter().map(row).collect::<Html>(),
    )
}
