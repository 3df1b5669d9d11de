//! Whose page sent a request: headers, methods and policies in one table; and tokens.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use waxseal::Keys;
use waxseal::http::CsrfPolicy;
use waxseal::keyring::{Act, Rotator};

use crate::app::{Browser, SITE, USER, World, send};
use crate::shop::shop;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sender {
    Us,
    Others,
    Unknown,
}

/// `Sec-Fetch-Site`, `Origin`, and who it was.
const SENDERS: &[(&str, &str, Sender)] = &[
    ("same-origin", SITE, Sender::Us),
    ("same-origin", "", Sender::Us),
    // Referrer-Policy: no-referrer.
    ("same-origin", "null", Sender::Us),
    ("none", "", Sender::Us),
    ("none", SITE, Sender::Us),
    ("", SITE, Sender::Us),
    ("cross-site", "https://idp.example", Sender::Us),
    ("", "https://idp.example", Sender::Us),
    ("same-site", "", Sender::Others),
    ("same-site", SITE, Sender::Others),
    ("same-site", "https://blog.shop.example", Sender::Others),
    ("cross-site", "", Sender::Others),
    ("cross-site", SITE, Sender::Others),
    ("cross-site", "null", Sender::Others),
    ("cross-site", "https://evil.example", Sender::Others),
    ("same-origin", "https://evil.example", Sender::Others),
    ("none", "https://evil.example", Sender::Others),
    ("none", "null", Sender::Others),
    ("", "null", Sender::Others),
    ("", "https://evil.example", Sender::Others),
    ("", "http://shop.example", Sender::Others),
    ("", "https://shop.example:8443", Sender::Others),
    ("", "https://shop.example.evil.example", Sender::Others),
    ("", "https://shop.example/", Sender::Others),
    ("", "HTTPS://SHOP.EXAMPLE", Sender::Others),
    ("", "https://evil.example, https://shop.example", Sender::Others),
    ("SAME-ORIGIN", "", Sender::Others),
    ("something-new", SITE, Sender::Others),
    ("", "", Sender::Unknown),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token {
    None,
    Right,
    Wrong,
}

fn app(world: &World, policy: CsrfPolicy) -> Router {
    let setup = world.setup().csrf(policy).trust_origin("https://IDP.example:443/");
    shop(&setup.finish(world.keys.clone(), &world.list).expect("sound"))
}

/// What the answer must be.
fn expected(policy: CsrfPolicy, method: &str, sender: Sender, token: Token) -> u16 {
    let is_safe = matches!(method, "GET" | "HEAD");
    match (is_safe, sender, token, policy) {
        (false, Sender::Others, ..) | (_, _, Token::Wrong, _) => 403,
        (true, ..) | (_, _, Token::Right, _) => 200,
        (_, Sender::Us, Token::None, CsrfPolicy::HeadersOrToken) => 200,
        _ => 403,
    }
}

#[tokio::test]
async fn who_sent_a_request_is_told_by_headers_or_a_token() {
    let world = World::new();
    let mut count = 0;
    for policy in [CsrfPolicy::HeadersOrToken, CsrfPolicy::Token] {
        let app = app(&world, policy);
        let mut browser = Browser::new(app.clone());
        browser.post("/login").await;
        let right = browser.get("/csrf").await.text;
        for method in ["GET", "HEAD", "POST"] {
            for path in ["/me", "/cart"] {
                for (site, origin, sender) in SENDERS {
                    for token in [Token::None, Token::Right, Token::Wrong] {
                        let mut request = Request::builder().method(method).uri(path);
                        let wrong = format!("{}AAAA", &right[..60]);
                        let token_text = match token {
                            Token::None => "",
                            Token::Right => &right,
                            Token::Wrong => &wrong,
                        };
                        let cookie = format!("{USER}={}", browser.cookie(USER).expect("in"));
                        for (name, value) in [
                            ("host", "shop.example"),
                            ("cookie", &*cookie),
                            ("sec-fetch-site", site),
                            ("origin", origin),
                            ("x-csrf-token", token_text),
                        ] {
                            if !value.is_empty() {
                                request = request.header(name, value);
                            }
                        }
                        let request = request.body(Body::empty()).expect("a request");
                        let answer = send(&app, request).await;
                        let wanted = expected(policy, method, *sender, token);
                        let what = (policy, method, path, site, origin, token);
                        assert_eq!(answer.status.as_u16(), wanted, "{what:?}");
                        if wanted == 403 {
                            assert!(answer.set_cookies().is_empty(), "{what:?}");
                        }
                        count += 1;
                    }
                }
            }
        }
    }
    assert_eq!(count, 2 * 3 * 2 * 29 * 3);
}

#[tokio::test]
async fn a_form_proves_itself_by_its_token() {
    let world = World::new();
    let mut browser = Browser::new(app(&world, CsrfPolicy::Token));
    browser.post("/login").await;
    let token = browser.get("/csrf").await.text;
    assert_eq!(browser.post("/form?token=").await.status, 403);
    assert_eq!(browser.post("/cart").await.status, 403);
    assert_eq!(browser.post(&format!("/form?token={token}x")).await.status, 403);
    let sent = browser.post(&format!("/form?token={token}")).await;
    assert_eq!((sent.status.as_u16(), &*sent.text), (200, "sent"));
    assert_eq!(browser.get("/cart").await.text, r#"Some("ada") [3]"#);
}

#[tokio::test]
async fn each_page_has_another_token_and_all_of_them_hold() {
    let world = World::new();
    let mut browser = Browser::new(app(&world, CsrfPolicy::Token));
    browser.post("/login").await;
    let (one, two) = (browser.get("/csrf").await.text, browser.get("/csrf").await.text);
    assert_eq!(one.len(), 64);
    assert_ne!(one, two);
    for token in [one, two] {
        assert_eq!(browser.post(&format!("/form?token={token}")).await.status, 200);
    }
}

#[tokio::test]
async fn a_token_survives_renewal_and_key_rotation_and_no_login_or_promotion() {
    let world = World::new();
    let rotator = Rotator::new(world.ring()).by("test").clock(world.hand.clock());
    rotator.perform(&Act::Stage { algorithm: None, hold: None }).expect("staged");
    world.hand.advance(world.keys.policy().staging());
    let mut browser = Browser::new(app(&world, CsrfPolicy::HeadersOrToken));
    browser.post("/cart").await;
    let of_guest = browser.get("/csrf").await.text;
    assert_eq!(browser.post(&format!("/form?token={of_guest}")).await.status, 200);
    browser.post("/login").await;
    assert_eq!(browser.post(&format!("/form?token={of_guest}")).await.status, 403);
    let token = browser.get("/csrf").await.text;
    world.advance(400);
    assert!(!browser.get("/me").await.set_cookies().is_empty(), "renewed");
    assert_eq!(browser.post(&format!("/form?token={token}")).await.status, 200);

    let before = world.keys.ring().signing_key().and_then(|key| key.id().cloned());
    rotator.perform(&Act::Promote { seq: 2, seen: None }).expect("promoted");
    let rotated = Keys::read_by(world.ring(), world.hand.clock()).expect("a ring");
    let sessions = world.setup().finish(rotated.clone(), &world.list).expect("sound");
    let jar = std::mem::take(&mut browser.jar);
    let mut browser = Browser::new(shop(&sessions));
    browser.jar = jar;
    let after = rotated.ring().signing_key().and_then(|key| key.id().cloned());
    assert_ne!(before, after, "another key signs");
    assert_eq!(browser.post(&format!("/form?token={token}")).await.status, 200);

    browser.post("/promote").await;
    assert_eq!(browser.post(&format!("/form?token={token}")).await.status, 403);
    let token = browser.get("/csrf").await.text;
    browser.post("/login").await;
    assert_eq!(browser.post(&format!("/form?token={token}")).await.status, 403);
}

#[tokio::test]
async fn a_token_of_one_session_is_none_of_another() {
    let world = World::new();
    let app = app(&world, CsrfPolicy::HeadersOrToken);
    let (mut ada, mut eve) = (Browser::new(app.clone()), Browser::new(app));
    ada.post("/login").await;
    eve.post("/login?user=eve").await;
    let token = eve.get("/csrf").await.text;
    assert_eq!(ada.post(&format!("/form?token={token}")).await.status, 403);
    assert_eq!(eve.post(&format!("/form?token={token}")).await.status, 200);
}

#[tokio::test]
async fn while_there_is_no_session_there_is_no_token() {
    let world = World::new();
    let mut browser = Browser::new(app(&world, CsrfPolicy::Token));
    let answer = browser.get("/csrf").await;
    assert_eq!((&*answer.text, answer.set_cookies().len()), ("", 0));
}
