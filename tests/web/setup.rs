//! Set-ups that cannot work or are not safe: each refused by name, before the first request.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use serde::{Deserialize, Serialize};
use waxseal::http::{
    Assembly, Expiry, SameSite, Session, SessionError, SessionMut, Sessions, SessionsSetup,
    SetupFault,
};
use waxseal::key::Algorithm;
use waxseal::session::{Lifetimes, SetupError};
use waxseal::{Keys, PublicKeys, Verifier};

use crate::app::{Answer, Browser, Cart, SITE, World, send};
use crate::shop::shop;

fn fault(setup: SessionsSetup<Cart>, world: &World) -> SetupFault {
    setup.finish(world.keys.clone(), &world.list).map(|_| ()).expect_err("refused")
}

#[test]
fn what_contradicts_itself_is_refused_by_name() {
    let world = World::new();
    let setup = || world.setup();
    use SetupFault as F;
    type Case = (SessionsSetup<Cart>, fn(&SetupFault) -> bool, &'static str);
    let cases: Vec<Case> = vec![
        (setup().issuer("https://other"), |f| is_session(f, "other_issuer"), "mints for"),
        (setup().issuer(""), |f| is_session(f, "empty_name"), "issuer is empty"),
        (setup().audience(""), |f| is_session(f, "empty_name"), "audience is empty"),
        (
            setup().lifetimes(Lifetimes::default().idle(Duration::from_secs(60))),
            |f| is_session(f, "limits_contradict"),
            "the session would lapse",
        ),
        (
            setup().guests(Lifetimes::default().token(Duration::ZERO)),
            |f| is_session(f, "not_seconds"),
            "whole number of seconds",
        ),
        (
            setup().remember_me_and_keep_keys_for(Duration::from_secs(400 * 86_400)),
            |f| is_session(f, "limits_contradict"),
            "longer than",
        ),
        (setup().cookie_name(""), |f| matches!(f, F::CookieName(_)), "no name for a cookie"),
        (setup().cookie_name("a b"), |f| matches!(f, F::CookieName(_)), "no name for a cookie"),
        (setup().cookie_name("a;b"), |f| matches!(f, F::CookieName(_)), "no name for a cookie"),
        (setup().cookie_name("a=b"), |f| matches!(f, F::CookieName(_)), "no name for a cookie"),
        (setup().cookie_name("ä"), |f| matches!(f, F::CookieName(_)), "no name for a cookie"),
        (
            setup().cookie_name(&"s".repeat(65)),
            |f| matches!(f, F::CookieName(_)),
            "1 to 64 letters",
        ),
        (setup().cookie_name("__Host-a"), |f| matches!(f, F::CookiePrefix(_)), "leave it out"),
        (setup().cookie_name("__a"), |f| matches!(f, F::CookiePrefix(_)), "leave it out"),
        (setup().domain("evil.example"), |f| matches!(f, F::Domain { .. }), "or a parent of it"),
        (setup().domain("example"), |f| matches!(f, F::Domain { .. }), "or a parent of it"),
        (setup().domain("p.example"), |f| matches!(f, F::Domain { .. }), "or a parent of it"),
        (setup().domain(".shop.example"), |f| matches!(f, F::Domain { .. }), "parent"),
        (setup().domain("a.shop.example"), |f| matches!(f, F::Domain { .. }), "parent"),
        (setup().trust_origin("idp.example"), |f| matches!(f, F::NotAnOrigin(_)), "no origin"),
        (setup().trust_origin("https://i/x"), |f| matches!(f, F::NotAnOrigin(_)), "no origin"),
    ];
    for (setup, is_it, text) in cases {
        let fault = fault(setup, &world);
        assert!(is_it(&fault) && fault.to_string().contains(text), "{fault:?} {fault}");
    }
}

fn is_session(fault: &SetupFault, code: &str) -> bool {
    matches!(fault, SetupFault::Session(fault) if fault.code() == code)
}

#[test]
fn urls_are_https_origins_or_this_machine() {
    use SetupFault as F;
    let fault = |url: &str| Sessions::<Cart>::setup(url).map(|_| ()).expect_err(url);
    assert!(matches!(fault("http://shop.example"), F::NotHttps(_)));
    assert!(matches!(fault("http://localhost"), F::NotHttps(_)));
    for url in ["shop.example", "https://shop.example/app", "https://a@shop.example", ""] {
        assert!(matches!(fault(url), F::NotAnOrigin(_)), "{url}");
    }
    let fault = |url: &str| Sessions::<Cart>::dev(url).map(|_| ()).expect_err(url);
    for url in ["https://localhost", "http://shop.example", "http://192.168.0.1:3000"] {
        assert!(matches!(fault(url), F::NotLoopback(_)), "{url}");
    }
}

#[test]
fn a_ring_that_signs_needs_somebody_who_reads() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Hs256] {
        let world = World::with(algorithm);
        let fault = Sessions::<Cart>::new(world.keys.clone(), SITE, &world.list);
        assert_eq!(fault.map(|_| ()).expect_err("refused"), SetupFault::Readable);
        let setup = Sessions::<Cart>::setup(SITE).expect("an origin").readable_by_other_services();
        assert!(setup.finish(world.keys.clone(), &world.list).is_ok());
    }
    let world = World::new();
    assert!(Sessions::<Cart>::new(world.keys.clone(), SITE, &world.list).is_ok());
}

#[test]
fn a_list_that_forgets_too_soon_is_refused() {
    let world = World::new();
    let policy = waxseal::revocation::RevocationPolicy::default();
    let policy = policy.longest_life(Duration::from_secs(900));
    let list = waxseal::RevocationList::setup().policy(policy).in_memory();
    let fault = world.setup().finish(world.keys.clone(), &list).map(|_| ()).expect_err("refused");
    assert!(matches!(fault, SetupFault::Session(SetupError::TooLong { .. })), "{fault}");
}

#[derive(Clone, Default, Serialize, Deserialize)]
struct Risky {
    password_hint: String,
    inner: Option<u8>,
    email: String,
}

#[test]
fn fields_that_sound_like_credentials_are_refused_and_personal_ones_are_told() {
    let world = World::new();
    let setup = || Sessions::<Risky>::setup(SITE).expect("an origin");
    let fault = setup().finish(world.keys.clone(), &world.list).map(|_| ()).expect_err("refused");
    assert_eq!(fault, SetupFault::Credential("password_hint".into()));
    let setup = || setup().allow_state_key("password_hint");
    assert!(setup().finish(world.keys.clone(), &world.list).is_ok());
    let warnings = setup().warnings();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("\"email\"") && warnings[0].contains("keep an id"));
    let warnings = setup().readable_by_other_services().same_site(SameSite::None).warnings();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[0].contains("whoever holds a signed cookie reads it"));
    assert!(warnings[1].contains("SameSite=None"));
    assert!(setup().allow_state_key("email").warnings().is_empty());
}

fn dev(world: &World) -> Browser {
    let folder = world.ring().join("../dev");
    let keys = Keys::for_development(folder).expect("a ring");
    let setup = Sessions::<Cart>::dev("http://localhost:3000").expect("loopback");
    let setup = setup.issuer(&keys.issuer().unwrap_or_else(|| "http://localhost:3000".into()));
    let list = waxseal::RevocationList::in_memory();
    Browser::new(shop(&setup.finish(keys, &list).expect("sound")))
}

async fn asked(browser: &Browser, host: &str, path: &str) -> Answer {
    let request = Request::builder().method("POST").uri(path).header("host", host);
    let request = request.header("origin", "http://localhost:3000").body(Body::empty());
    browser.clone().send(request.expect("a request")).await
}

#[tokio::test]
async fn development_answers_on_this_machine_alone_under_another_cookie() {
    let world = World::new();
    let browser = dev(&world);
    for host in ["localhost:3000", "127.0.0.1:3000", "[::1]:3000", "app.localhost"] {
        let answer = asked(&browser, host, "/login").await;
        assert_eq!(answer.status, 200, "{host}: {}", answer.text);
        let cookie = answer.set_cookie("dev-session-3000").expect("a cookie of another name");
        assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Path=/"), "{cookie}");
    }
    for host in ["shop.example", "192.168.0.1:3000", "localhost.evil.example", ""] {
        let answer = asked(&browser, host, "/login").await;
        assert_eq!(answer.status, 421, "{host}");
        assert!(answer.set_cookies().is_empty() && answer.text.contains("this machine only"));
    }
    let answer = asked(&browser, "localhost:3000", "/promote").await;
    let line = "nobody is logged in: ask for Session<T>";
    assert!(answer.text.contains(line), "the developer reads the reason: {}", answer.text);
}

#[test]
fn development_needs_no_secure_cookie_and_can_have_none_for_other_sites() {
    let world = World::new();
    let setup = || Sessions::<Cart>::dev("http://localhost:3000").expect("loopback").issuer(SITE);
    let fault = fault(setup().same_site(SameSite::None), &world);
    assert_eq!(fault, SetupFault::NoneWithoutSecure);
    let fault = setup().domain("localhost").finish(world.keys.clone(), &world.list).map(|_| ());
    assert!(matches!(fault, Err(SetupFault::Domain { .. })));
}

async fn other_state(session: Session<u32>) -> String {
    session.state().to_string()
}

async fn other_writer(session: SessionMut<u32>) -> String {
    session.state().to_string()
}

async fn any(session: Option<Session<u32>>) -> String {
    session.is_some().to_string()
}

async fn left(left: Expiry) -> Expiry {
    left
}

#[tokio::test]
async fn another_state_or_no_layer_is_a_500_and_never_an_empty_page() {
    let world = World::new();
    let routes = || {
        Router::new()
            .route("/session", get(other_state))
            .route("/writer", get(other_writer))
            .route("/any", get(any))
    };
    let mut browser = Browser::new(shop(&world.sessions()));
    browser.post("/login").await;
    let without = routes().route("/left", get(left));
    for (app, paths) in [
        (routes().layer(world.sessions().layer()), &["/session", "/writer", "/any"][..]),
        (without, &["/session", "/writer", "/any", "/left"]),
    ] {
        for path in paths {
            let answer = send(&app, browser.request("GET", path)).await;
            assert_eq!(answer.status, 500, "{path}");
            assert_eq!(answer.text.lines().count(), 1, "{path}: {}", answer.text);
            assert!(answer.set_cookies().is_empty());
        }
    }
    assert!(SessionError::from(Assembly::NoLayer).to_string().contains("add .layer("));
}

#[tokio::test]
async fn a_service_that_verifies_reads_the_cookie_by_public_keys_and_changes_nothing() {
    let world = World::with(Algorithm::EdDsa);
    let mut browser = Browser::new(shop(&world.sessions()));
    browser.post("/login").await;
    let keys = PublicKeys::from_jwk_set(&world.keys.to_public_jwk_set()).expect("public keys");
    let verifier = Verifier::new(keys, SITE, SITE).clock(world.hand.clock());
    let setup = world.setup().finish_verifying(verifier.revocations(&world.list)).expect("sound");
    let reader = shop(&setup);
    for (method, path, status) in [
        ("GET", "/me", 200),
        ("POST", "/me", 200),
        ("GET", "/cart", 200),
        ("POST", "/same", 200),
        ("POST", "/cart", 500),
        ("POST", "/logout", 500),
        ("POST", "/login", 500),
    ] {
        let answer = send(&reader, browser.request(method, path)).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
        assert!(answer.set_cookies().is_empty(), "{path}");
    }
    world.advance(400);
    let answer = send(&reader, browser.request("GET", "/me")).await;
    assert_eq!((answer.status.as_u16(), answer.set_cookies().len()), (200, 0), "it cannot renew");
    world.advance(600);
    assert_eq!(send(&reader, browser.request("GET", "/me")).await.status, 401);
    assert_eq!(browser.get("/me").await.status, 200);
    assert_eq!(send(&reader, browser.request("GET", "/me")).await.status, 200, "renewed elsewhere");
    browser.clone().post("/logout").await;
    assert_eq!(send(&reader, browser.request("GET", "/me")).await.status, 401);
}
