//! One request to the shop: its session, and the frame of its page.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{Html as HtmlResponse, IntoResponse, Redirect, Response};
use waxseal::http::{ReturnTo, SessionError, SessionMut};
use waxseal::session::Session;

use crate::Shop;
use crate::catalogue::Basket;
use crate::html::{Html, html};

/// What handlers return. An error is answered by the session layer, in a form that fits who asked.
pub(crate) type Answer = Result<Response, SessionError>;

/// What handlers take.
pub(crate) struct Visit {
    pub(crate) shop: Shop,
    pub(crate) session: SessionMut<Basket>,
    /// Of this page, to come back to.
    path: String,
}

impl FromRequestParts<Shop> for Visit {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, SessionError> {
        let session = SessionMut::from_request_parts(parts, shop).await?;
        Ok(Self { shop: shop.clone(), session, path: parts.uri.path().to_owned() })
    }
}

impl Visit {
    /// Who is logged in. The layer makes a way to the login page and back of the error.
    pub(crate) fn user(&self) -> Result<&Session<Basket>, SessionError> {
        self.session.user().ok_or(SessionError::NoSession)
    }

    /// A form whose answer is taken from our own pages only.
    pub(crate) fn form(&self, action: &str, fields: Html) -> Result<Html, SessionError> {
        let token = self.session.csrf_token()?.map(|token| token.to_string());
        Ok(html!(
            "<form method=\"post\" action=\"{action}\">\n\
             <input type=\"hidden\" name=\"csrf\" value=\"{token}\">\n{fields}</form>\n",
            action = action,
            token = token,
            fields = fields,
        ))
    }

    /// Leads to another page, which begins with a sentence on what was done.
    pub(crate) fn done(&mut self, place: &str, sentence: &str) -> Answer {
        self.session.flash("notice", sentence)?;
        Ok(Redirect::to(place).into_response())
    }

    pub(crate) fn page(self, title: &str, content: Html) -> Answer {
        self.page_with(StatusCode::OK, title, content)
    }

    pub(crate) fn page_with(mut self, status: StatusCode, title: &str, content: Html) -> Answer {
        let notice: Option<String> = self.session.take_flash("notice")?;
        let notice = notice.map(|text| html!("<p class=\"notice\" role=\"status\">{}</p>\n", text));
        let ending = self.session.subject().is_some().then(|| self.ending()).transpose()?;
        let main = html!("{}<h1>{}</h1>\n{}", notice, title, content);
        let page = document(title, &self.navigation(), main, ending);
        Ok((status, HtmlResponse(page.into_string())).into_response())
    }

    fn navigation(&self) -> Html {
        let basket = html!("Basket ({})", self.session.state().items());
        let mut links = vec![("/", html!("Catalogue")), ("/cart", basket)];
        match self.session.user() {
            Some(user) => {
                links.push(("/orders", html!("Orders")));
                if user.require_role("admin").is_ok() {
                    links.push(("/admin", html!("Admin")));
                }
                links.push(("/account", html!("Account ({})", user.subject())));
            }
            None => links.push(("/login", html!("Log in"))),
        }
        let link = |(place, words): (&str, Html)| {
            let current = (place == self.path).then(|| html!(" aria-current=\"page\""));
            html!("<li><a href=\"{}\"{}>{}</a></li>\n", place, current, words)
        };
        links.into_iter().map(link).collect()
    }

    /// Shown by `countdown.js` when the session's end is near.
    fn ending(&self) -> Result<Html, SessionError> {
        let button = html!(
            "<input type=\"hidden\" name=\"return_to\" value=\"{}\">\n\
             <button id=\"ending-stay\">Stay signed in</button>\n",
            self.path
        );
        Ok(html!(
            "<aside id=\"ending\" aria-label=\"Your session\" hidden>\n\
             <p><span id=\"ending-said\" role=\"status\"></span> \
             <b id=\"ending-left\" role=\"timer\"></b></p>\n{}</aside>\n\
             <script src=\"/countdown.js\" defer></script>\n",
            self.form("/stay", button)?
        ))
    }
}

/// A whole page, also of the second service.
pub(crate) fn document(title: &str, links: &Html, main: Html, ending: Option<Html>) -> Html {
    html!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} – Wax &amp; Seal</title>\n\
         <link rel=\"stylesheet\" href=\"/style.css\">\n<link rel=\"icon\" href=\"data:,\">\n\
         </head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n\
         <header>\n<a class=\"brand\" href=\"/\">Wax &amp; Seal</a>\n\
         <nav aria-label=\"Main\">\n<ul>\n{links}</ul>\n</nav>\n</header>\n\
         <main id=\"main\" tabindex=\"-1\">\n{main}</main>\n{ending}\
         <footer>An example of waxseal: nothing is sold, nothing is sent.</footer>\n\
         </body>\n</html>\n",
        title = title,
        links = links,
        main = main,
        ending = ending,
    )
}

/// A path of this shop that a form brought, or the first page.
pub(crate) fn back_to(place: &str) -> String {
    ReturnTo::parse(place).map_or_else(|| "/".into(), |place| place.to_string())
}
