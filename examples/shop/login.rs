//! Logging in: the basket comes along, and the visitor goes on where they were.

use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use serde::Deserialize;
use waxseal::http::{Login, SessionError};

use crate::form::{Errors, Field};
use crate::html::{Html, html};
use crate::store::{USERS, User, authenticate};
use crate::visit::{Answer, Visit, back_to};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct LoginForm {
    csrf: String,
    user: String,
    password: String,
    remember: Option<String>,
    return_to: String,
}

pub(crate) async fn show(visit: Visit, Query(form): Query<LoginForm>) -> Answer {
    // Only where to go back to is taken from a link.
    let form = LoginForm { return_to: form.return_to, ..LoginForm::default() };
    login_page(visit, StatusCode::OK, &form, &Errors::default())
}

pub(crate) async fn log_in(mut visit: Visit, Form(form): Form<LoginForm>) -> Answer {
    visit.session.check_csrf(&form.csrf)?;
    let Some(user) = authenticate(&form.user, &form.password) else {
        let mut errors = Errors::default();
        // Which of the two is wrong is nobody's business.
        errors.add("user", "The name or the password is wrong.");
        return login_page(visit, StatusCode::UNPROCESSABLE_ENTITY, &form, &errors);
    };
    visit.session.log_in(login_of(user, form.remember.is_some())).await?;
    visit.done(&back_to(&form.return_to), &format!("Welcome, {}.", user.name))
}

fn login_of(user: &User, is_remembered: bool) -> Login {
    let mut login = Login::of(user.name).by("pwd");
    if let Some(role) = user.role {
        login = login.role(role);
    }
    if is_remembered { login.remembered() } else { login }
}

fn login_page(visit: Visit, status: StatusCode, form: &LoginForm, errors: &Errors) -> Answer {
    // Somebody who is sent here all the same is asked for a fresh login.
    let again = visit.session.subject().map(|name| {
        html!(
            "<p>You are logged in as <b>{}</b>. Please enter your password again to go on.</p>\n",
            name
        )
    });
    let content = html!(
        "{again}{errors}<div class=\"card\">\n{form}</div>\n\
         <h2>Who may log in</h2>\n<p class=\"soft\">This is an example, so it tells.</p>\n<dl>\n{users}</dl>\n",
        again = again,
        errors = errors.summary(),
        form = login_form(&visit, form, errors)?,
        users = users(),
    );
    visit.page_with(status, "Log in", content)
}

fn login_form(visit: &Visit, form: &LoginForm, errors: &Errors) -> Result<Html, SessionError> {
    let name = Field { name: "user", label: "Name", value: &form.user, autocomplete: "username" };
    let password =
        Field { name: "password", label: "Password", value: "", autocomplete: "current-password" };
    let fields = html!(
        "{name}{password}<p class=\"choice\"><input type=\"checkbox\" id=\"remember\" name=\"remember\"{checked}>\n\
         <label for=\"remember\">Remember me on this device for 30 days</label></p>\n\
         <input type=\"hidden\" name=\"return_to\" value=\"{return_to}\">\n\
         <p class=\"actions\"><button id=\"log-in\">Log in</button></p>\n",
        name = name.text(errors),
        password = password.password(errors),
        checked = form.remember.as_ref().map(|_| html!(" checked")),
        return_to = form.return_to,
    );
    visit.form("/login", fields)
}

fn users() -> Html {
    let line =
        |user: &User| html!("<dt>{}</dt><dd><code>{}</code></dd>\n", user.name, user.password);
    USERS.iter().map(line).collect()
}
