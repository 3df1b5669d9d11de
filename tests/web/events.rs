//! What a listener is told: every outcome by its name, and never a token, a claim or a value.

use std::cell::RefCell;
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use waxseal::claims::SessionId;
use waxseal::key::Algorithm;
use waxseal::session::Fingerprint;

use crate::app::{Answer, Browser, GUEST, SITE, USER, World};
use crate::shop::shop;

thread_local! {
    static TOLD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Keeps what is told on each thread. One for all: what a test sets for its thread alone misses what
/// another thread told first.
struct Listener;

fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Listener).expect("the first"));
}

fn told() -> Vec<String> {
    TOLD.take()
}

impl Subscriber for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        struct Text(String);
        impl Visit for Text {
            fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
                self.0 += &format!("{field}={value:?} ");
            }
        }
        let mut text = Text(format!("{} ", event.metadata().level()));
        event.record(&mut text);
        TOLD.with_borrow_mut(|told| told.push(text.0));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// One browser, everything that was told, and every text that must not be.
struct Told {
    browser: Browser,
    secrets: Vec<String>,
    all: Vec<String>,
}

impl Told {
    /// Sends, and compares the events told with `wanted`, `LEVEL event code`.
    async fn expect(&mut self, request: &str, wanted: &[&str]) -> Answer {
        let (method, path) = request.split_once(' ').expect("a method and a path");
        let request = self.browser.request(method, path);
        self.expect_of(request, wanted).await
    }

    async fn expect_of(
        &mut self,
        request: axum::http::Request<axum::body::Body>,
        wanted: &[&str],
    ) -> Answer {
        let what = format!("{} {}", request.method(), request.uri());
        let answer = self.browser.send(request).await;
        self.secrets.extend(self.browser.jar.iter().map(|(_, value)| value.clone()));
        let told = self::told();
        let found: Vec<String> = told.iter().map(|text| short(text)).collect();
        assert_eq!(found, wanted, "{what}: {told:?}");
        self.all.extend(told);
        answer
    }
}

/// Level, event and code of what was told.
fn short(text: &str) -> String {
    let field = |name: &str| {
        let rest = text.split_once(&format!("{name}=\""))?.1;
        rest.split('"').next()
    };
    let level = text.split(' ').next().expect("a level");
    let words = [Some(level), field("event"), field("code")];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn every_outcome_is_told_by_its_name_and_nothing_else_is() {
    for algorithm in [Algorithm::A256Gcm, Algorithm::EdDsa] {
        let world = World::with(algorithm);
        listen();
        let browser = Browser::new(shop(&world.sessions()));
        let mut told = Told { browser, secrets: Vec::new(), all: Vec::new() };
        live(&world, &mut told).await;
        check(&told, algorithm);
    }
}

async fn live(world: &World, told: &mut Told) {
    told.expect("GET /", &[]).await;
    told.expect("GET /me", &[]).await;
    told.expect("GET /cart", &[]).await;
    told.expect("POST /note?n=5000", &[]).await;
    told.expect("POST /put?life=600", &["INFO session_created"]).await;
    told.expect("POST /note?n=77", &[]).await;
    told.expect("POST /login?user=somebodys-name", &["INFO authn_login_success"]).await;
    told.expect("GET /me", &[]).await;
    told.expect("GET /role", &["INFO authz_fail role_missing"]).await;
    told.expect("GET /permission", &["INFO authz_fail permission_missing"]).await;
    told.expect("GET /level", &["INFO session_refused level_too_low"]).await;
    told.expect("GET /version", &["INFO session_refused needs_refresh"]).await;
    told.expect("GET /bound?to=x", &["INFO session_refused unbound"]).await;
    world.advance(400);
    told.expect("GET /left", &[]).await;
    told.expect("GET /me", &["INFO session_renewed"]).await;
    let late = ["INFO session_refused not_fresh"];
    told.expect("GET /fresh", &late).await;
    told.expect("POST /two", &["ERROR session_refused assembly"]).await;
    told.expect("POST /form?token=wrong", &["INFO malicious_csrf csrf_token_wrong"]).await;
    let forged = told.browser.request("POST", "/cart");
    let (mut parts, body) = forged.into_parts();
    parts.headers.remove("origin");
    parts.headers.remove("sec-fetch-site");
    let unproved = axum::http::Request::from_parts(parts.clone(), body);
    told.expect_of(unproved, &["INFO malicious_csrf csrf_token_missing"]).await;
    parts.headers.insert("x-csrf-token", "wrong".parse().expect("text"));
    let wrong = axum::http::Request::from_parts(parts.clone(), axum::body::Body::empty());
    told.expect_of(wrong, &["INFO malicious_csrf csrf_token_wrong"]).await;
    parts.headers.insert("sec-fetch-site", "cross-site".parse().expect("text"));
    let other = axum::http::Request::from_parts(parts, axum::body::Body::empty());
    told.expect_of(other, &["INFO malicious_csrf other_site"]).await;
    world.advance(20 * 60);
    told.expect("GET /me", &["INFO session_renewed"]).await;
    told.expect("POST /promote", &["INFO session_promoted"]).await;
    told.expect("POST /others", &["INFO session_logout_others"]).await;
    let (user, bearer) = (told.browser.jar.clone(), world.bearer("another-name"));
    told.secrets.push(bearer.clone());
    told.expect("POST /logout", &["INFO session_logout"]).await;
    told.browser.jar = user.clone();
    told.expect("GET /me", &["INFO session_use_after_expire session_revoked"]).await;
    told.browser.jar = vec![(USER.into(), bearer)];
    told.expect("GET /me", &["INFO malicious_extraneous wrong_carrier"]).await;
    told.browser.jar = vec![(USER.into(), "hello".into())];
    told.expect("GET /me", &["INFO session_refused malformed"]).await;
    told.browser.jar = vec![(GUEST.into(), user[0].1.clone())];
    told.expect("GET /cart", &["INFO session_refused wrong_type"]).await;
    told.browser.jar = [user.clone(), user.clone()].concat();
    let two = ["WARN malicious_extraneous", "INFO malicious_extraneous two_carriers"];
    told.expect("GET /me", &two).await;
    told.browser.jar.clear();
    told.expect("POST /login?user=somebodys-name", &["INFO authn_login_success"]).await;
    told.expect("POST /everywhere", &["INFO session_logout_everywhere"]).await;
    told.expect("POST /login?user=somebodys-name", &["INFO authn_login_success"]).await;
    world.advance(31 * 60);
    let answer = told.browser.request("GET", "/me");
    told.browser.send(answer).await;
    let ended: Vec<String> = self::told();
    assert!(ended.len() == 1 && ended[0].contains("event=\"session_expired\""), "{ended:?}");
    told.all.extend(ended);
}

fn check(told: &Told, algorithm: Algorithm) {
    let mut secrets = told.secrets.clone();
    secrets.extend(
        ["somebodys-name", "another-name", "nnnn", "half a letter", SITE, "hash one"]
            .map(Into::into),
    );
    let mut ids = 0;
    for token in &told.secrets {
        secrets.extend(token.split('.').filter(|part| part.len() > 20).map(Into::into));
        let payload = token.split('.').nth(1).unwrap_or_default();
        if algorithm == Algorithm::EdDsa
            && let Some(id) = id_in(payload)
        {
            secrets.push(id.to_string());
            let name = Fingerprint::from(id).to_string();
            ids += usize::from(told.all.iter().any(|text| text.contains(&name)));
        }
    }
    assert!(algorithm != Algorithm::EdDsa || ids > 5, "{ids} were told by their fingerprints");
    for text in &told.all {
        for secret in &secrets {
            assert!(!text.contains(&**secret), "{secret:?} in {text:?}");
        }
    }
}

/// The `sid` of a signed token's payload.
fn id_in(payload: &str) -> Option<SessionId> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    claims["sid"].as_str()?.parse().ok()
}

#[tokio::test]
async fn what_goes_wrong_on_our_side_is_told_as_an_error() {
    let (world, faults) = World::new().with_faults();
    listen();
    let browser = Browser::new(shop(&world.sessions()));
    let mut told = Told { browser, secrets: Vec::new(), all: Vec::new() };
    told.expect("POST /login", &["INFO authn_login_success"]).await;
    let user = told.browser.jar.clone();
    faults.is_full.store(true, std::sync::atomic::Ordering::SeqCst);
    let fault = ["ERROR session_logout_fail not_recorded"];
    assert_eq!(told.expect("POST /logout", &fault).await.status, 500);
    faults.is_full.store(false, std::sync::atomic::Ordering::SeqCst);
    told.browser.jar.clear();
    told.expect("POST /login", &["INFO authn_login_success"]).await;
    drop(user);
    world.make_stale(&faults);
    self::told();
    told.expect("GET /me", &["ERROR session_refused stale_revocations"]).await;
    let lost = axum::Router::new().route("/", axum::routing::get(lost));
    told.browser = Browser::new(lost);
    told.expect("GET /", &["ERROR session_refused assembly"]).await;
    assert!(told.all.last().is_some_and(|text| text.contains("add .layer(sessions.layer())")));
}

async fn lost(_: waxseal::http::Session<u32>) {}
