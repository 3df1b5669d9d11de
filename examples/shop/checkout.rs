//! Address, delivery, confirmation: a draft that the session keeps for an hour, and an order that is
//! placed once.

use std::time::Duration;

use axum::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use serde::{Deserialize, Serialize};
use waxseal::http::SessionError;

use crate::catalogue::euros;
use crate::confirm::confirm_page;
use crate::form::{Errors, Field};
use crate::html::{Html, html};
use crate::visit::{Answer, Visit};

/// How long a draft waits for its next step.
const DRAFT_LIFE: Duration = Duration::from_secs(3600);

/// What was said so far. Whoever holds a signed cookie can read it: the visitor, and nobody else.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Draft {
    pub(crate) address: Address,
    pub(crate) delivery: Option<Delivery>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Address {
    pub(crate) name: String,
    pub(crate) street: String,
    pub(crate) postcode: String,
    pub(crate) city: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Delivery {
    Coach,
    Pigeon,
}

impl Delivery {
    const ALL: [Self; 2] = [Self::Coach, Self::Pigeon];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Coach => "coach",
            Self::Pigeon => "pigeon",
        }
    }

    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Coach => "Mail coach, three days",
            Self::Pigeon => "Pigeon, tomorrow",
        }
    }

    /// In cents.
    pub(crate) const fn price(self) -> u64 {
        match self {
            Self::Coach => 490,
            Self::Pigeon => 1250,
        }
    }
}

impl Draft {
    pub(crate) fn of(visit: &Visit) -> Option<Self> {
        visit.session.value("checkout")
    }

    fn keep(&self, visit: &mut Visit) -> Result<(), SessionError> {
        visit.session.put("checkout", self, DRAFT_LIFE)
    }
}

pub(crate) fn steps(current: usize) -> Html {
    let step = |(at, name): (usize, &&str)| {
        let here = (at == current).then(|| html!(" aria-current=\"step\""));
        html!("<li{}>{}</li>\n", here, name)
    };
    let steps: Html = ["Address", "Delivery", "Confirm"].iter().enumerate().map(step).collect();
    html!("<ol class=\"steps\">\n{}</ol>\n", steps)
}

// ---- Address -------------------------------------------------------------------------------------

pub(crate) async fn address(visit: Visit) -> Answer {
    visit.user()?;
    if visit.session.state().is_empty() {
        return Ok(Redirect::to("/cart").into_response());
    }
    let address = Draft::of(&visit).unwrap_or_default().address;
    address_page(visit, StatusCode::OK, &address, &Errors::default())
}

#[derive(Deserialize)]
pub(crate) struct AddressForm {
    csrf: String,
    #[serde(flatten)]
    address: Address,
}

pub(crate) async fn take_address(mut visit: Visit, Form(form): Form<AddressForm>) -> Answer {
    visit.session.check_csrf(&form.csrf)?;
    visit.user()?;
    let errors = faults_of(&form.address);
    if !errors.are_none() {
        return address_page(visit, StatusCode::UNPROCESSABLE_ENTITY, &form.address, &errors);
    }
    let draft = Draft { address: form.address, ..Draft::of(&visit).unwrap_or_default() };
    draft.keep(&mut visit)?;
    Ok(Redirect::to("/checkout/delivery").into_response())
}

fn faults_of(address: &Address) -> Errors {
    let mut errors = Errors::default();
    let mut need = |name, value: &str, words: &str| {
        if value.trim().is_empty() {
            errors.add(name, words);
        } else if value.chars().count() > 200 {
            errors.add(name, "At most 200 characters, please.");
        }
    };
    need("name", &address.name, "Tell us who gets it.");
    need("street", &address.street, "Tell us the street and the number.");
    need("city", &address.city, "Tell us the town.");
    let postcode = address.postcode.trim();
    if postcode.len() != 5 || !postcode.bytes().all(|byte| byte.is_ascii_digit()) {
        errors.add("postcode", "A postcode has five digits: 10115, say.");
    }
    errors
}

fn address_page(visit: Visit, status: StatusCode, address: &Address, errors: &Errors) -> Answer {
    let field =
        |name, label, value, autocomplete| Field { name, label, value, autocomplete }.text(errors);
    let fields = html!(
        "{name}{street}{city}{postcode}<p class=\"actions\"><button id=\"to-delivery\">Go on to delivery</button></p>\n",
        name = field("name", "Name", &address.name, "name"),
        street = field("street", "Street and number", &address.street, "street-address"),
        postcode = field("postcode", "Postcode", &address.postcode, "postal-code"),
        city = field("city", "Town", &address.city, "address-level2"),
    );
    let content = html!(
        "{}{}<div class=\"card\">\n{}</div>\n",
        steps(0),
        errors.summary(),
        visit.form("/checkout", fields)?,
    );
    visit.page_with(status, "Where to?", content)
}

// ---- Delivery ------------------------------------------------------------------------------------

pub(crate) async fn delivery(visit: Visit) -> Answer {
    visit.user()?;
    match Draft::of(&visit) {
        Some(draft) => delivery_page(visit, StatusCode::OK, draft.delivery, &Errors::default()),
        None => Ok(Redirect::to("/checkout").into_response()),
    }
}

#[derive(Deserialize)]
pub(crate) struct DeliveryForm {
    csrf: String,
    delivery: Option<Delivery>,
}

pub(crate) async fn take_delivery(mut visit: Visit, Form(form): Form<DeliveryForm>) -> Answer {
    visit.session.check_csrf(&form.csrf)?;
    visit.user()?;
    if form.delivery.is_none() {
        let mut errors = Errors::default();
        errors.add("coach", "Choose how it comes to you.");
        return delivery_page(visit, StatusCode::UNPROCESSABLE_ENTITY, None, &errors);
    }
    let Some(draft) = Draft::of(&visit) else {
        return visit.done("/checkout", "That took a while. Please begin with the address again.");
    };
    Draft { delivery: form.delivery, ..draft }.keep(&mut visit)?;
    Ok(Redirect::to("/checkout/confirm").into_response())
}

fn delivery_page(
    visit: Visit,
    status: StatusCode,
    chosen: Option<Delivery>,
    errors: &Errors,
) -> Answer {
    let choice = |delivery: Delivery| {
        html!(
            "<p class=\"choice\"><input type=\"radio\" id=\"{name}\" name=\"delivery\" value=\"{name}\"{checked}>\n\
             <label for=\"{name}\">{words}: {price}</label></p>\n",
            name = delivery.name(),
            checked = (chosen == Some(delivery)).then(|| html!(" checked")),
            words = delivery.words(),
            price = euros(delivery.price()),
        )
    };
    let fields = html!(
        "<fieldset>\n<legend>Delivery</legend>\n{}</fieldset>\n\
         <p class=\"actions\"><button id=\"to-confirm\">Go on to confirm</button>\n\
         <a href=\"/checkout\">Back to the address</a></p>\n",
        Delivery::ALL.into_iter().map(choice).collect::<Html>(),
    );
    let content = html!(
        "{}{}<div class=\"card\">\n{}</div>\n",
        steps(1),
        errors.summary(),
        visit.form("/checkout/delivery", fields)?,
    );
    visit.page_with(status, "How should it come?", content)
}

// ---- Confirmation --------------------------------------------------------------------------------

pub(crate) async fn confirm(visit: Visit) -> Answer {
    visit.user()?;
    if visit.session.state().is_empty() {
        return Ok(Redirect::to("/cart").into_response());
    }
    let Some(Draft { address, delivery: Some(delivery) }) = Draft::of(&visit) else {
        return Ok(Redirect::to("/checkout").into_response());
    };
    confirm_page(visit, &address, delivery)
}
