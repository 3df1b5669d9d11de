//! What a user sees of their session, and the ways to end or to keep it.

use axum::Form;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use waxseal::http::Expiry;
use waxseal::time::{DateTime, Utc};

use crate::html::{Html, html};
use crate::visit::{Answer, Visit, back_to};

pub(crate) async fn show(visit: Visit) -> Answer {
    let user = visit.user()?;
    let kept = if user.profile() == "remember" {
        "on this device, also when the browser is closed"
    } else {
        "until the browser is closed"
    };
    let content = html!(
        "<dl>\n<dt>Logged in as</dt><dd id=\"who\">{who}</dd>\n\
         <dt>Since</dt><dd>{since}</dd>\n<dt>Kept</dt><dd id=\"kept\">{kept}</dd>\n\
         <dt>Ends unused</dt><dd>{idle}</dd>\n<dt>Ends at the latest</dt><dd>{end}</dd>\n</dl>\n\
         <div class=\"actions\">\n{out}{others}{all}</div>\n",
        who = user.subject(),
        since = moment(user.authenticated_at()),
        kept = kept,
        idle = moment(user.idle_limit()),
        end = moment(user.absolute_limit()),
        out = visit.form("/logout", html!("<button id=\"log-out\">Log out</button>\n"))?,
        others = visit.form(
            "/logout/others",
            html!(
                "<button class=\"plain\" id=\"log-out-others\">Log out my other devices</button>\n"
            ),
        )?,
        all = visit.form(
            "/logout/everywhere",
            html!(
                "<button class=\"plain\" id=\"log-out-everywhere\">Log out everywhere</button>\n"
            ),
        )?,
    );
    visit.page("Your account", content)
}

fn moment(at: DateTime<Utc>) -> Html {
    let (machine, person) = (at.format("%FT%TZ"), at.format("%-d %B %Y, %H:%M:%S UTC"));
    html!("<time datetime=\"{}\">{}</time>", machine.to_string(), person.to_string())
}

#[derive(Deserialize)]
pub(crate) struct Button {
    csrf: String,
    #[serde(default)]
    return_to: String,
}

pub(crate) async fn log_out(mut visit: Visit, Form(form): Form<Button>) -> Answer {
    visit.session.check_csrf(&form.csrf)?;
    visit.session.log_out().await?;
    visit.done("/", "You are logged out.")
}

pub(crate) async fn log_out_everywhere(mut visit: Visit, Form(form): Form<Button>) -> Answer {
    visit.session.check_csrf(&form.csrf)?;
    visit.session.log_out_everywhere().await?;
    visit.done("/", "You are logged out on every device.")
}

pub(crate) async fn log_out_others(mut visit: Visit, Form(form): Form<Button>) -> Answer {
    visit.session.check_csrf(&form.csrf)?;
    visit.user()?;
    visit.session.log_out_others().await?;
    visit.done("/account", "Your other devices are logged out.")
}

/// "Stay signed in": only activity that the user chose, so the countdown itself keeps nothing alive.
pub(crate) async fn stay(mut visit: Visit, Form(form): Form<Button>) -> Answer {
    visit.session.check_csrf(&form.csrf)?;
    visit.session.extend()?;
    Ok(Redirect::to(&back_to(&form.return_to)).into_response())
}

/// For the countdown.
pub(crate) async fn left(expiry: Expiry) -> Expiry {
    expiry
}
