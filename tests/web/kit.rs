//! Sessions for tests: good in the test, nobody's in production.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use waxseal::http::{Login, Session, Sessions, SetupFault, TestKit, TestKitError};
use waxseal::keyring::NewRing;
use waxseal::{Keys, PublicKeys, RevocationList, Verifier};

use crate::app::{Browser, Cart, SITE, USER};

async fn show(session: Session<Cart>) -> String {
    format!("{} {:?}", session.subject(), session.state().items)
}

fn app(sessions: &Sessions<Cart>) -> Router {
    Router::new().route("/me", get(show)).layer(sessions.layer())
}

fn cart() -> Cart {
    Cart { items: vec![7], ..Cart::default() }
}

#[tokio::test]
async fn a_minted_session_is_good_in_the_application_under_test() {
    let folder = tempfile::tempdir().expect("a folder");
    let setup = || Sessions::<Cart>::setup(SITE).expect("an origin");
    let kit = TestKit::open(setup(), folder.path().join("keys")).expect("a kit");
    let ada = kit.log_in(Login::of("ada").role("admin"), &cart()).expect("minted");
    // Another process that shares the folder: its application takes the same cookie.
    for kit in [&kit, &TestKit::open(setup(), folder.path().join("keys")).expect("a kit")] {
        let mut browser = Browser::new(app(&kit.sessions()));
        let (name, value) = ada.cookie();
        browser.jar.push((name.to_owned(), value.to_owned()));
        assert_eq!(browser.get("/me").await.text, "ada [7]");
    }
    let bearer = kit.bearer("bob", &cart()).expect("minted");
    let browser = Browser::new(app(&kit.sessions()));
    let mut request = browser.request("GET", "/me");
    let value = format!("Bearer {bearer}").parse().expect("a header");
    request.headers_mut().insert("authorization", value);
    assert_eq!(crate::app::send(&app(&kit.sessions()), request).await.text, "bob [7]");
}

#[tokio::test]
async fn production_refuses_keys_for_tests_everywhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("keys");
    let setup = || Sessions::<Cart>::setup(SITE).expect("an origin");
    let kit = TestKit::open(setup(), &dir).expect("a kit");
    let (keys, list) = (Keys::open(&dir).expect("a ring"), RevocationList::in_memory());
    let fault =
        setup().readable_by_other_services().finish(keys.clone(), &list).expect_err("tests");
    assert_eq!(fault, SetupFault::TestKeys);
    let bearer = kit.bearer("ada", &cart()).expect("minted");
    let public = PublicKeys::open(dir.join("jwks.json")).expect("a set");
    let verifier = || Verifier::new(public.clone(), SITE, SITE);
    let fault = verifier().revocations(&list).verify::<Cart>(&bearer).expect_err("a test's");
    assert_eq!(fault.code(), "test_key");
    assert!(verifier().accept_test_keys().revocations(&list).verify::<Cart>(&bearer).is_ok());
    // And a service that only verifies answers 401.
    let reader = setup().finish_verifying(verifier().revocations(&list)).expect("sound");
    let mut browser = Browser::new(app(&reader));
    let ada = kit.log_in("ada", &cart()).expect("minted");
    browser.jar.push((USER.to_owned(), ada.cookie().1.to_owned()));
    assert_eq!(browser.get("/me").await.status, StatusCode::UNAUTHORIZED);
}

#[test]
fn a_kit_mints_by_no_real_ring() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("keys");
    NewRing::new(SITE).create(&dir).expect("a ring");
    let setup = Sessions::<Cart>::setup(SITE).expect("an origin");
    let refused = TestKit::open(setup, &dir).expect_err("a real ring");
    assert!(matches!(refused, TestKitError::NotForTests(_)), "{refused}");
}

#[test]
fn a_session_is_written_as_browsers_and_curl_read_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for (setup, host, secure) in [
        (Sessions::<Cart>::setup(SITE), "shop.example", true),
        (Sessions::<Cart>::dev("http://localhost:3000"), "localhost", false),
    ] {
        let kit =
            TestKit::open(setup.expect("an origin"), folder.path().join(host)).expect("a kit");
        let ada = kit.log_in("ada", &cart()).expect("minted");
        let (name, value) = ada.cookie();
        assert_eq!(ada.cookie_header(), format!("{name}={value}"));
        let flag = if secure { "TRUE" } else { "FALSE" };
        let line = format!("#HttpOnly_{host}\tFALSE\t/\t{flag}\t0\t{name}\t{value}");
        assert_eq!(ada.curl_jar().lines().nth(1), Some(&*line));
        let state: serde_json::Value = serde_json::from_str(&ada.playwright_state()).expect("JSON");
        let cookie = &state["cookies"][0];
        assert_eq!((cookie["name"].as_str(), cookie["domain"].as_str()), (Some(name), Some(host)));
        assert_eq!((&cookie["secure"], &cookie["expires"]), (&secure.into(), &(-1).into()));
        assert!(!format!("{ada:?}").contains(value));
    }
}

#[test]
fn a_login_page_is_a_path_or_a_service_that_browsers_may_be_sent_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = NewRing::new(SITE).create(folder.path().join("keys")).expect("a ring");
    let list = RevocationList::in_memory();
    let is_fit = |page: &str| {
        let setup = Sessions::<Cart>::setup(SITE).expect("an origin").readable_by_other_services();
        setup.login_page(page).finish(keys.clone(), &list).is_ok()
    };
    let is_fit_here = |page: &str| {
        let setup = Sessions::<Cart>::dev("http://localhost:3000").expect("this machine");
        setup.issuer(SITE).login_page(page).finish(keys.clone(), &list).is_ok()
    };
    for page in ["/login", "/login?from=shop", "https://id.example/login"] {
        assert!(is_fit(page) && is_fit_here(page), "{page}");
    }
    for page in
        ["", "login", "//evil.example", "http://id.example/login", "/a\r\nb", "https://id .example"]
    {
        assert!(!is_fit(page) && !is_fit_here(page), "{page:?}");
    }
    let neighbour = "http://localhost:3001/orders";
    assert!(is_fit_here(neighbour) && !is_fit(neighbour));
}
