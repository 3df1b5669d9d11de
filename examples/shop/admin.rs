//! The administrator's page. Sessions are on no server, and can be ended all the same.

use std::time::Duration;

use axum::Form;
use serde::Deserialize;
use waxseal::http::SessionError;
use waxseal::revocation::Revocation;

use crate::html::{Html, html};
use crate::store::{USERS, User};
use crate::visit::{Answer, Visit};

/// How old the login of an administrator may be.
const FRESH: Duration = Duration::from_secs(10 * 60);

/// The right, and a login of late: a found, open browser must not end sessions.
fn check(visit: &Visit) -> Result<(), SessionError> {
    let user = visit.user()?;
    user.require_role("admin")?;
    user.require_fresh(FRESH)?;
    Ok(())
}

pub(crate) async fn show(visit: Visit) -> Answer {
    check(&visit)?;
    let rows: Html = USERS.iter().map(|user| row(&visit, user)).collect::<Result<_, _>>()?;
    let content = html!(
        "<table class=\"stacked\">\n<caption>Users</caption>\n<thead><tr><th scope=\"col\">Name</th>\
         <th scope=\"col\">Orders</th><th scope=\"col\">Sessions</th></tr></thead>\n\
         <tbody>\n{}</tbody>\n</table>\n",
        rows
    );
    visit.page("Administration", content)
}

fn row(visit: &Visit, user: &User) -> Result<Html, SessionError> {
    let button = html!(
        "<input type=\"hidden\" name=\"user\" value=\"{name}\">\n\
         <button class=\"plain\" id=\"end-{name}\">End all<span class=\"unseen\"> sessions of {name}</span></button>\n",
        name = user.name,
    );
    Ok(html!(
        "<tr><th scope=\"row\">{}</th><td>{} orders</td>\n<td>{}</td></tr>\n",
        user.name,
        visit.shop.orders.of(user.name).len(),
        visit.form("/admin/end", button)?,
    ))
}

#[derive(Deserialize)]
pub(crate) struct EndForm {
    csrf: String,
    user: String,
}

pub(crate) async fn end(mut visit: Visit, Form(form): Form<EndForm>) -> Answer {
    visit.session.check_csrf(&form.csrf)?;
    check(&visit)?;
    let all = Revocation::subject(&form.user).because("an administrator ended them");
    // It returns when every service that follows the list is bound to learn of it.
    visit.shop.sessions.revoke(all).await?;
    visit.done("/admin", &format!("All sessions of {} are ended.", form.user))
}
