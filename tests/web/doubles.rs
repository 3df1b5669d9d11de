//! Cookies that are there twice, under other names, or beside bytes that are no text.

use axum::body::Body;
use axum::http::Request;
use waxseal::http::SameSite;

use crate::app::{Answer, Browser, GUEST, USER, World, send};
use crate::shop::shop;

const SECURE: &str = "__Secure-session";

async fn with(browser: &Browser, cookies: &[&[u8]], app: &axum::Router) -> Answer {
    let _ = browser;
    let mut request = Request::builder().uri("/me").header("sec-fetch-site", "same-origin");
    for cookie in cookies {
        request = request.header("cookie", *cookie);
    }
    send(app, request.body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn under_a_domain_the_newest_good_one_of_several_counts() {
    let world = World::new();
    let setup = world.setup().domain("shop.example").same_site(SameSite::Strict);
    let app = shop(&setup.finish(world.keys.clone(), &world.list).expect("sound"));
    let (mut old, mut new) = (Browser::new(app.clone()), Browser::new(app.clone()));
    old.post("/login?user=old").await;
    world.advance(1);
    let answer = new.post("/login?user=new").await;
    let set = answer.set_cookie(SECURE).expect("a cookie");
    let attributes = "; HttpOnly; SameSite=Strict; Secure; Path=/; Domain=shop.example";
    assert!(set.ends_with(attributes), "{set}");
    let pair = |browser: &Browser| format!("{SECURE}={}", browser.cookie(SECURE).expect("in"));
    let (older, newer) = (pair(&old), pair(&new));
    for (cookies, who) in [
        (vec![&*older, &newer], "new"),
        (vec![&newer, &older], "new"),
        (vec!["__Secure-session=x", &newer, &older], "new"),
        (vec!["__Secure-session=x", "__Secure-session=", &older], "old"),
        (vec![&older], "old"),
    ] {
        for one_header in [true, false] {
            let joined = cookies.join("; ");
            let headers: Vec<&[u8]> = match one_header {
                true => vec![joined.as_bytes()],
                false => cookies.iter().map(|cookie| cookie.as_bytes()).collect(),
            };
            let answer = with(&new, &headers, &app).await;
            assert!(answer.text.starts_with(&format!("{who} ")), "{cookies:?}: {}", answer.text);
            assert!(answer.set_cookies().is_empty());
        }
    }
    // A renewal makes a newer one of the same session.
    world.advance(400);
    let before = pair(&new);
    new.get("/me").await;
    let answer = with(&new, &[before.as_bytes(), pair(&new).as_bytes()], &app).await;
    assert!(answer.text.contains(" gen 1 "), "{}", answer.text);
    let answer = new.post("/logout").await;
    let gone = answer.set_cookie(SECURE).expect("removed");
    assert_eq!(gone, format!("{SECURE}={attributes}; Max-Age=0"));
}

#[tokio::test]
async fn a_cookie_beside_ours_may_hold_what_it_likes() {
    let world = World::new();
    let app = shop(&world.sessions());
    let mut browser = Browser::new(app.clone());
    browser.post("/login").await;
    let ours = format!("{USER}={}", browser.cookie(USER).expect("in")).into_bytes();
    for other in ["name=Zoë", "a", "=", "=x", "a=\"b;c\"", ";;;", "$Version=1", "x=\u{2028}"] {
        for pair in [[other.as_bytes(), b"; ", &*ours], [&*ours, b";", other.as_bytes()]] {
            let answer = with(&browser, &[&pair.concat()], &app).await;
            assert_eq!(answer.status, 200, "{other:?}: {}", answer.text);
        }
    }
    let bytes = [b"x=\xff\xfe\x80; ", &*ours].concat();
    assert_eq!(with(&browser, &[&bytes], &app).await.status, 200);
}

#[tokio::test]
async fn another_name_is_never_ours() {
    let world = World::new();
    let app = shop(&world.sessions());
    let mut browser = Browser::new(app.clone());
    browser.post("/login").await;
    let token = browser.cookie(USER).expect("in").to_owned();
    for name in [
        "__host-session",
        "__HOST-SESSION",
        "session",
        "x__Host-session",
        "__Host-sessio",
        "__Host-sessions",
        "\u{2000}__Host-session",
        "__Host-session\u{85}",
        "\"__Host-session\"",
        "\u{a0}__Host-session",
        "__Secure-session",
        "dev-session-443",
        "a=__Host-session",
        "$Version=1,__Host-session",
    ] {
        let cookie = format!("{name}={token}");
        let answer = with(&browser, &[cookie.as_bytes()], &app).await;
        assert_eq!(answer.status, 401, "{name:?}");
        assert_eq!(
            answer.header("www-authenticate"),
            Some("Bearer realm=\"session\""),
            "{name:?}: not even tried"
        );
        // Nor is it a second one.
        let both = format!("{cookie}; {USER}={token}");
        assert_eq!(with(&browser, &[both.as_bytes()], &app).await.status, 200, "{name:?}");
    }
    for name in [" __Host-session", "__Host-session ", "\t__Host-session\t", "__Host-session"] {
        let cookie = format!("{name}={token}");
        assert_eq!(with(&browser, &[cookie.as_bytes()], &app).await.status, 200, "{name:?}");
        let both = format!("{cookie}; {USER}=x");
        assert_eq!(with(&browser, &[both.as_bytes()], &app).await.status, 400, "{name:?}");
    }
}

#[tokio::test]
async fn two_of_a_host_name_are_refused_in_one_header_or_two_whatever_they_hold() {
    let world = World::new();
    let app = shop(&world.sessions());
    let mut browser = Browser::new(app.clone());
    browser.post("/login").await;
    let ours = format!("{USER}={}", browser.cookie(USER).expect("in")).into_bytes();
    for other in ["x", "", "\u{e9}"] {
        let other = format!("{USER}={other}").into_bytes();
        for (one, two) in [(&ours, &other), (&other, &ours)] {
            let both = [&**one, b"; ", &**two].concat();
            for headers in [vec![&*both], vec![&**one, &**two]] {
                let answer = with(&browser, &headers, &app).await;
                assert_eq!((answer.status.as_u16(), answer.set_cookies().len()), (400, 0));
            }
        }
    }
}

#[tokio::test]
async fn two_applications_on_one_host_do_not_read_each_other() {
    let world = World::new();
    let other = world.setup().cookie_name("admin");
    let other = shop(&other.finish(world.keys.clone(), &world.list).expect("sound"));
    let app = shop(&world.sessions());
    let mut browser = Browser::new(app.clone());
    browser.post("/cart").await;
    let guest = browser.cookie(GUEST).expect("a guest").to_owned();
    browser.post("/login").await;
    let user = browser.cookie(USER).expect("in").to_owned();
    for moved in [
        format!("__Host-admin={user}"),
        format!("__Host-admin-guest={user}"),
        format!("__Host-admin={guest}"),
        format!("__Host-admin-guest={guest}"),
    ] {
        let answer = with(&browser, &[moved.as_bytes()], &other).await;
        assert_eq!(answer.status, 401, "{}", answer.text);
        assert!(answer.set_cookies().is_empty(), "it is a token, and stays");
    }
}

#[tokio::test]
async fn vary_is_said_once_and_what_the_handler_says_of_caching_stays() {
    use axum::http::header::{CACHE_CONTROL, VARY};
    let world = World::new();
    let told = async |vary: Option<&'static str>, cache: Option<&'static str>| {
        let handler = async move |_: Option<waxseal::http::Session<crate::app::Cart>>| {
            let mut answer = axum::response::Response::new(Body::from("x"));
            for (name, value) in [(VARY, vary), (CACHE_CONTROL, cache)] {
                if let Some(value) = value {
                    answer.headers_mut().insert(name, value.parse().expect("text"));
                }
            }
            answer
        };
        let app = axum::Router::new().route("/x", axum::routing::get(handler));
        let app = app.layer(world.sessions().layer()).merge(shop(&world.sessions()));
        let mut browser = Browser::new(app);
        browser.post("/login").await;
        let answer = browser.get("/x").await;
        let all: Vec<_> = answer.headers.get_all("vary").iter().cloned().collect();
        (all, answer.header("cache-control").map(str::to_owned))
    };
    for (vary, lines) in [
        (None, vec!["Cookie"]),
        (Some("*"), vec!["*"]),
        (Some("accept, COOKIE"), vec!["accept, COOKIE"]),
        (Some("Accept-Encoding"), vec!["Accept-Encoding", "Cookie"]),
    ] {
        assert_eq!(
            told(vary, None).await,
            (
                lines.into_iter().map(|line| line.parse().expect("text")).collect(),
                Some("no-store".into()),
            )
        );
    }
    let private = Some("private, max-age=5");
    assert_eq!(told(None, private).await.1.as_deref(), private);
}
