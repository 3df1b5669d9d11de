//! The last step: what is ordered is what was shown, and a second click orders nothing more.

use std::time::Duration;

use axum::Form;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use waxseal::http::{Operation, OperationError, SessionError};

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
    let basket = visit.session.state();
    let token = visit.session.operation_token(&operation(basket, delivery), TOKEN_LIFE)?;
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
    let user = visit.user()?.subject().to_owned();
    let Some(delivery) = Draft::of(&visit).and_then(|draft| draft.delivery) else {
        return Ok(Redirect::to("/checkout/done").into_response());
    };
    let basket = visit.session.state().clone();
    match visit.session.redeem(&operation(&basket, delivery), &form.token).await {
        Ok(()) => {
            visit.shop.orders.place(&user, basket.in_words(), total(&basket, delivery));
        }
        // A double click. The first one ordered, and browsers show the answer to the second.
        Err(SessionError::Operation(OperationError::UsedBefore)) => {}
        Err(SessionError::Operation(OperationError::NotOurs | OperationError::Expired { .. })) => {
            return visit
                .done("/checkout/confirm", "Something has changed. Please look once more.");
        }
        Err(error) => return Err(error),
    }
    visit.session.take()?;
    visit.session.forget("checkout")?;
    Ok(Redirect::to("/checkout/done").into_response())
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
