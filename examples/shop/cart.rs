//! The catalogue and the basket, for guests and users alike.

use axum::Form;
use axum::http::StatusCode;
use serde::Deserialize;
use waxseal::http::{SessionError, TooLarge};

use crate::catalogue::{MOST, PRODUCTS, Product, euros, find};
use crate::form::{Errors, pointer, told};
use crate::html::{Html, html};
use crate::visit::{Answer, Visit};

pub(crate) async fn catalogue(visit: Visit) -> Answer {
    let shelf: Html =
        PRODUCTS.iter().map(|product| card(&visit, product)).collect::<Result<_, _>>()?;
    visit.page("Everything for a proper letter", html!("<ul class=\"shelf\">\n{}</ul>\n", shelf))
}

fn card(visit: &Visit, product: &Product) -> Result<Html, SessionError> {
    let button = html!(
        "<input type=\"hidden\" name=\"product\" value=\"{id}\">\n\
         <input type=\"hidden\" name=\"amount\" value=\"1\">\n\
         <button id=\"add-{id}\">Add to basket<span class=\"unseen\">: {name}</span></button>\n",
        id = product.id,
        name = product.name,
    );
    Ok(html!(
        "<li>\n<svg viewBox=\"0 0 40 40\" aria-hidden=\"true\"><circle cx=\"20\" cy=\"20\" r=\"19\" \
         fill=\"{colour}\"/><circle cx=\"20\" cy=\"20\" r=\"13\" fill=\"none\" stroke=\"#fff\" \
         stroke-opacity=\".5\" stroke-width=\"1.5\"/></svg>\n\
         <h2>{name}</h2>\n<p class=\"soft\">{about}</p>\n<p class=\"price\">{price}</p>\n{form}</li>\n",
        colour = product.colour,
        name = product.name,
        about = product.about,
        price = euros(product.price),
        form = visit.form("/cart/add", button)?,
    ))
}

/// One line of the basket, as its forms send it.
#[derive(Deserialize)]
pub(crate) struct LineForm {
    csrf: String,
    product: u16,
    amount: u32,
}

pub(crate) async fn add(mut visit: Visit, Form(form): Form<LineForm>) -> Answer {
    visit.session.check_csrf(&form.csrf)?;
    let Some(product) = find(form.product) else {
        return visit.done("/", "We do not sell that any more.");
    };
    visit.session.update(|basket| basket.add(product, form.amount))?;
    visit.done("/", &format!("{} is in your basket.", product.name))
}

pub(crate) async fn change(mut visit: Visit, Form(form): Form<LineForm>) -> Answer {
    visit.session.check_csrf(&form.csrf)?;
    let Some(product) = find(form.product) else {
        return visit.done("/cart", "We do not sell that any more.");
    };
    visit.session.update(|basket| basket.change(product, form.amount))?;
    let sentence = match form.amount {
        0 => format!("{} is removed.", product.name),
        amount => format!("{}: {} now.", product.name, amount.min(MOST)),
    };
    visit.done("/cart", &sentence)
}

pub(crate) async fn show(visit: Visit) -> Answer {
    let note = visit.session.state().note.clone();
    basket(visit, StatusCode::OK, &note, &Errors::default())
}

fn basket(visit: Visit, status: StatusCode, note: &str, errors: &Errors) -> Answer {
    let state = visit.session.state();
    if state.is_empty() {
        let empty = html!(
            "<p>There is nothing in it yet.</p>\n<p><a href=\"/\">To the catalogue</a></p>\n"
        );
        return visit.page("Your basket", empty);
    }
    let rows = state.lines().map(|(product, amount)| row(&visit, product, amount));
    let rows: Html = rows.collect::<Result<_, _>>()?;
    let content = html!(
        "{errors}<table class=\"stacked\">\n<thead><tr><th scope=\"col\">Product</th>\
         <th scope=\"col\">Amount</th><th scope=\"col\" class=\"number\">Price</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n<tfoot><tr><th scope=\"row\" colspan=\"2\">Total</th>\
         <td class=\"number price\" id=\"total\">{total}</td></tr></tfoot>\n</table>\n\
         {note}<p class=\"actions\"><a class=\"button\" href=\"/checkout\">Check out</a>\n\
         <a href=\"/\">Look for more</a></p>\n",
        errors = errors.summary(),
        rows = rows,
        total = euros(state.total()),
        note = note_form(&visit, note, errors)?,
    );
    visit.page_with(status, "Your basket", content)
}

fn row(visit: &Visit, product: &Product, amount: u32) -> Result<Html, SessionError> {
    let fields = html!(
        "<input type=\"hidden\" name=\"product\" value=\"{id}\">\n\
         <label class=\"unseen\" for=\"amount-{id}\">Amount of {name}</label>\n\
         <input type=\"number\" id=\"amount-{id}\" name=\"amount\" value=\"{amount}\" min=\"0\" \
         max=\"{most}\" required>\n\
         <button class=\"plain\">Change<span class=\"unseen\"> amount of {name}</span></button>\n",
        id = product.id,
        name = product.name,
        amount = amount,
        most = MOST,
    );
    let removal = html!(
        "<input type=\"hidden\" name=\"product\" value=\"{id}\">\n\
         <input type=\"hidden\" name=\"amount\" value=\"0\">\n\
         <button class=\"plain\" id=\"remove-{id}\">Remove<span class=\"unseen\"> {name}</span></button>\n",
        id = product.id,
        name = product.name,
    );
    Ok(html!(
        "<tr><th scope=\"row\">{name}</th>\n<td><div class=\"actions\">{change}{remove}</div></td>\n\
         <td class=\"number\">{price}</td></tr>\n",
        name = product.name,
        change = visit.form("/cart/change", fields)?,
        remove = visit.form("/cart/change", removal)?,
        price = euros(product.price * u64::from(amount)),
    ))
}

fn note_form(visit: &Visit, note: &str, errors: &Errors) -> Result<Html, SessionError> {
    let error = errors.of("note");
    let fields = html!(
        "<p class=\"field\"><label for=\"note\">A note to us</label>\n\
         <textarea id=\"note\" name=\"note\" rows=\"3\"{pointer}>\n{note}</textarea>{error}</p>\n\
         <button class=\"plain\" id=\"keep-note\">Keep the note</button>\n",
        pointer = pointer("note", error),
        note = note,
        error = told("note", error),
    );
    Ok(html!("<div class=\"card\">\n{}</div>\n", visit.form("/cart/note", fields)?))
}

#[derive(Deserialize)]
pub(crate) struct NoteForm {
    csrf: String,
    note: String,
}

/// A session is a cookie, and a cookie has a size. What does not fit is refused before anything is
/// lost: the visitor keeps what they typed, and is told by how much it is too long.
pub(crate) async fn note(mut visit: Visit, Form(form): Form<NoteForm>) -> Answer {
    visit.session.check_csrf(&form.csrf)?;
    match visit.session.update(|basket| basket.note.clone_from(&form.note)) {
        Ok(()) => visit.done("/cart", "We keep your note."),
        Err(SessionError::TooLarge(size)) => {
            let mut errors = Errors::default();
            errors.add("note", too_long(&size));
            basket(visit, StatusCode::PAYLOAD_TOO_LARGE, &form.note, &errors)
        }
        Err(error) => Err(error),
    }
}

/// Three characters of plain text are four bytes of a cookie, and the next sentence needs room too.
fn too_long(size: &TooLarge) -> String {
    let over = (size.has - size.most) * 3 / 4 + 100;
    format!(
        "The note is too long to keep. Shorten it by {over} characters or more, or send us a mail."
    )
}
