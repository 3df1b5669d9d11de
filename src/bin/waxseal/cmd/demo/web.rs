//! A web application: requests as a browser sends them, to real routes behind the real layer.

use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use axum::routing::{get, post};
use tower_service::Service as _;
use waxseal::RevocationList;
use waxseal::http::{Expiry, Login, Session, SessionError, SessionMut, Sessions};
use waxseal::key::Algorithm;
use waxseal::keyring::NewRing;
use waxseal::time::{Clock, ManualClock};

use crate::exit::{Code, Failure};
use crate::output::Output;

const SITE: &str = "https://shop.example";
const USER: &str = "__Host-session";
const GUEST: &str = "__Host-session-guest";

type Items = Vec<String>;

async fn add(mut session: SessionMut<Items>) -> Result<(), SessionError> {
    session.update(|items| items.push("apples".into()))
}

async fn fill(mut session: SessionMut<Items>) -> Result<(), SessionError> {
    session.update(|items| items.push("pears".repeat(1000)))
}

async fn log_in(mut session: SessionMut<Items>) -> Result<(), SessionError> {
    session.log_in(Login::of("ada").by("pwd")).await
}

async fn log_out(mut session: SessionMut<Items>) -> Result<(), SessionError> {
    session.log_out().await
}

async fn cart(session: Session<Items>) -> String {
    format!("{}: {}", session.subject(), session.state().join(", "))
}

async fn left(expiry: Expiry) -> Expiry {
    expiry
}

/// Tells it with a sealed ring in `dir`; false if any line was.
pub(super) fn tell(dir: &Path, output: &mut Output) -> Result<bool, Failure> {
    let failed = |fault: &dyn std::fmt::Display| {
        Failure::new(Code::FALSE_LINE, format!("the web application: {fault}"))
    };
    let hand = ManualClock::at(Clock::system().now().floor_secs());
    let ring = NewRing::new(SITE).algorithm(Algorithm::A256Gcm).clock(hand.clock());
    let keys = ring.create(dir)?;
    let list = RevocationList::setup().clock(hand.clock()).in_memory();
    let setup = Sessions::<Items>::setup(SITE).map_err(|fault| failed(&fault))?;
    let setup = setup.login_page("/login").clock(hand.clock());
    let sessions = setup.finish(keys, &list).map_err(|fault| failed(&fault))?;
    let app = Router::new()
        .route("/cart", get(cart).post(add))
        .route("/fill", post(fill))
        .route("/login", post(log_in))
        .route("/logout", post(log_out))
        .route("/left", get(left))
        .layer(sessions.layer());
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(|fault| failed(&fault))?;
    let mut visit =
        Visit { browser: Browser { app, runtime, jar: Vec::new() }, output, held: true };
    visit.output.line("")?;
    visit.output.line("In a web application, by one layer and its cookies:")?;
    visit.begin_as_a_guest()?;
    visit.stay(&hand)?;
    visit.refuse()?;
    visit.leave()?;
    Ok(visit.held)
}

struct Visit<'a> {
    browser: Browser,
    output: &'a mut Output,
    held: bool,
}

impl Visit<'_> {
    fn begin_as_a_guest(&mut self) -> Result<(), Failure> {
        let answer = self.browser.send("GET", "/cart", &[])?;
        let held = answer.status == StatusCode::SEE_OTHER && answer.set.is_empty();
        self.say(held, "guest  nothing to remember, no cookie; /cart leads to the login page")?;
        self.browser.send("POST", "/cart", &[])?;
        let bytes = self.browser.cookie(GUEST).map_or(0, |value| GUEST.len() + value.len());
        let line = format!("guest  apples in the cart: {GUEST}, {bytes} of 4096 bytes, sealed");
        self.say((1..=4096).contains(&bytes), &line)?;
        self.browser.send("POST", "/login", &[])?;
        let answer = self.browser.send("GET", "/cart", &[])?;
        let held = self.browser.cookie(GUEST).is_none() && self.browser.cookie(USER).is_some();
        let held = held && answer.text == "ada: apples";
        self.say(held, "login  another cookie, another session id; the cart came along")
    }

    fn stay(&mut self, hand: &ManualClock) -> Result<(), Failure> {
        let answer = self.browser.send("GET", "/cart", &[])?;
        self.say(answer.set.is_empty(), "use    nothing changed, so the answer sets no cookie")?;
        hand.advance(Duration::from_secs(6 * 60));
        let probe = self.browser.send("GET", "/left", &[])?;
        let held = probe.set.is_empty() && probe.text.contains("\"idle\":1440,");
        self.say(held, "ask    24 min of idle time left; to ask does not keep it alive")?;
        let answer = self.browser.send("GET", "/cart", &[])?;
        self.say(answer.set.len() == 1, "use    6 min later: renewed in the same answer")
    }

    fn refuse(&mut self) -> Result<(), Failure> {
        let cross = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
        let answer = self.browser.send("POST", "/cart", &cross)?;
        let held = answer.status == StatusCode::FORBIDDEN && answer.set.is_empty();
        self.say(held, "forged a form from another site: 403")?;
        let answer = self.browser.send("POST", "/fill", &[])?;
        let kept = self.browser.send("GET", "/cart", &[])?.text == "ada: apples";
        let held = answer.status == StatusCode::PAYLOAD_TOO_LARGE && answer.set.is_empty() && kept;
        self.say(held, "full   5000 bytes of pears: 413 instead of a cookie that browsers drop")?;
        let value = self.browser.cookie(USER).unwrap_or_default().to_owned();
        let mut thief = vec![(GUEST.to_owned(), value)];
        std::mem::swap(&mut thief, &mut self.browser.jar);
        let answer = self.browser.send("GET", "/cart", &[])?;
        std::mem::swap(&mut thief, &mut self.browser.jar);
        let held = answer.status == StatusCode::SEE_OTHER;
        self.say(held, "moved  the user's value in the guest's cookie: nobody")
    }

    fn leave(&mut self) -> Result<(), Failure> {
        let copy = self.browser.jar.clone();
        self.browser.send("POST", "/logout", &[])?;
        let is_gone = self.browser.jar.is_empty();
        self.browser.jar = copy;
        let answer = self.browser.send("GET", "/cart", &[])?;
        let held = is_gone && answer.status == StatusCode::SEE_OTHER && answer.set.is_empty();
        self.say(held, "logout the cookie is removed, and a copy of it is refused")
    }

    fn say(&mut self, held: bool, what: &str) -> Result<(), Failure> {
        self.held &= held;
        let sign = if held { self.output.good("✓") } else { self.output.bad("✗ FALSE:") };
        self.output.line(&format!("  {sign} {what}"))
    }
}

/// Keeps and sends cookies as a browser does.
struct Browser {
    app: Router,
    runtime: tokio::runtime::Runtime,
    jar: Vec<(String, String)>,
}

struct Answer {
    status: StatusCode,
    set: Vec<String>,
    text: String,
}

impl Browser {
    fn cookie(&self, name: &str) -> Option<&str> {
        self.jar.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    fn send(&mut self, method: &str, path: &str, more: &[(&str, &str)]) -> Result<Answer, Failure> {
        let failed = |fault: &dyn std::fmt::Display| {
            Failure::new(Code::FALSE_LINE, format!("{method} {path}: {fault}"))
        };
        let mut request = Request::builder().method(method).uri(path).header("accept", "text/html");
        if more.is_empty() {
            request = request.header("sec-fetch-site", "same-origin");
        }
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        for (name, value) in &self.jar {
            request = request.header("cookie", format!("{name}={value}"));
        }
        let request = request.body(Body::empty()).map_err(|fault| failed(&fault))?;
        let answer = self.runtime.block_on(async {
            let answer: Response<Body> = match self.app.call(request).await {
                Ok(answer) => answer,
                Err(never) => match never {},
            };
            let (parts, body) = answer.into_parts();
            let text = axum::body::to_bytes(body, 1 << 16).await;
            text.map(|text| (parts, String::from_utf8_lossy(&text).into_owned()))
        });
        let (parts, text) = answer.map_err(|fault| failed(&fault))?;
        let set = parts.headers.get_all("set-cookie").iter();
        let set: Vec<String> =
            set.filter_map(|value| value.to_str().ok().map(str::to_owned)).collect();
        for cookie in &set {
            self.keep(cookie);
        }
        Ok(Answer { status: parts.status, set, text })
    }

    fn keep(&mut self, cookie: &str) {
        let Some((name, rest)) = cookie.split_once('=') else {
            return;
        };
        self.jar.retain(|(known, _)| known != name);
        let value = rest.split(';').next().unwrap_or_default();
        if !rest.contains("Max-Age=0") {
            self.jar.push((name.to_owned(), value.to_owned()));
        }
    }
}
