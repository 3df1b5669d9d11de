//! The last step: what is ordered is what was shown, and a second click orders nothing more.

use std::time::Duration;

use axum::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use waxseal::claims::SessionId;
use waxseal::session::{Operation, OperationError};

use crate::catalogue::{Basket, euros};
use crate::checkout::{Address, Delivery, Draft, steps};
use crate::html::html;
use crate::visit::{Answer, Visit};

/// How long the last page may lie open.
const TOKEN_LIFE: Duration = Duration::from_secs(10 * 60);

/// What the token is bound to: should another tab change the basket, it fits no longer.
fn operation(basket: &Basket, delivery: Delivery) -> Operation {
    Operation::new("order")
        .with("what", &basket.in_words())
        .with("delivery", delivery.name())
        .with("total", &total(basket, delivery).to_string())
}

fn total(basket: &Basket, delivery: Delivery) -> u64 {
    basket.total() + delivery.price()
}

pub(crate) fn confirm_page(visit: Visit, address: &Address, delivery: Delivery) -> Answer {
    let (basket, session) = (visit.session.state(), visit.user()?.id());
    let operation = operation(basket, delivery);
    let Ok(token) = visit.shop.operations.mint(session, &operation, TOKEN_LIFE) else {
        return Ok((StatusCode::SERVICE_UNAVAILABLE, "We take no orders now.\n").into_response());
    };
    let button = html!(
        "<input type=\"hidden\" name=\"token\" value=\"{}\">\n\
         <p class=\"actions\"><button id=\"order\">Order and pay {}</button>\n\
         <a href=\"/checkout/delivery\">Back to delivery</a></p>\n",
        token,
        euros(total(basket, delivery)),
    );
    let note = html!("<dt>Note</dt><dd>{}</dd>\n", basket.note);
    let content = html!(
        "{steps}<dl>\n<dt>Basket</dt><dd>{what}</dd>\n\
         <dt>To</dt><dd>{name}<br>{street}<br>{postcode} {city}</dd>\n\
         <dt>By</dt><dd>{by}, {price}</dd>\n{note}\
         <dt>Total</dt><dd class=\"price\" id=\"total\">{total}</dd>\n</dl>\n{form}",
        steps = steps(2),
        what = basket.in_words(),
        name = address.name,
        street = address.street,
        postcode = address.postcode,
        city = address.city,
        by = delivery.words(),
        price = euros(delivery.price()),
        note = (!basket.note.is_empty()).then_some(note),
        total = euros(total(basket, delivery)),
        form = visit.form("/checkout/confirm", button)?,
    );
    visit.page("Is that right?", content)
}

#[derive(Deserialize)]
pub(crate) struct OrderForm {
    csrf: String,
    token: String,
}

pub(crate) async fn order(mut visit: Visit, Form(form): Form<OrderForm>) -> Answer {
    visit.session.check_csrf(&form.csrf)?;
    let (user, session) = (visit.user()?.subject().to_owned(), visit.user()?.id());
    let Some(delivery) = Draft::of(&visit).and_then(|draft| draft.delivery) else {
        return Ok(Redirect::to("/checkout/done").into_response());
    };
    let basket = visit.session.state().clone();
    match redeem(&visit, session, operation(&basket, delivery), form.token).await {
        Ok(()) => {
            visit.shop.orders.place(&user, basket.in_words(), total(&basket, delivery));
        }
        // A double click. The first one ordered, and browsers show the answer to the second.
        Err(OperationError::UsedBefore) => {}
        Err(OperationError::NotOurs | OperationError::Expired { .. }) => {
            return visit
                .done("/checkout/confirm", "Something has changed. Please look once more.");
        }
        Err(_) => {
            let words = "We could not record that, and nothing is ordered. Please try again.";
            return visit.done("/checkout/confirm", words);
        }
    }
    visit.session.take()?;
    visit.session.forget("checkout")?;
    Ok(Redirect::to("/checkout/done").into_response())
}

/// It waits for a disk: on a thread that may.
async fn redeem(
    visit: &Visit,
    session: SessionId,
    operation: Operation,
    token: String,
) -> Result<(), OperationError> {
    let operations = visit.shop.operations.clone();
    let redeemed = move || operations.redeem(session, &operation, &token);
    tokio::task::spawn_blocking(redeemed).await.expect("a runtime that is not going down")
}

pub(crate) async fn done(visit: Visit) -> Answer {
    let orders = visit.shop.orders.of(visit.user()?.subject());
    let Some(order) = orders.first() else {
        return Ok(Redirect::to("/").into_response());
    };
    let content = html!(
        "<p class=\"card\">Order <b id=\"number\">{}</b> for {}: {}.</p>\n\
         <p class=\"actions\"><a class=\"button\" href=\"/orders\">See all your orders</a>\n\
         <a href=\"/\">Back to the catalogue</a></p>\n",
        order.number,
        euros(order.total),
        order.what,
    );
    visit.page("Thank you", content)
}
