//! What a login was, and what its holder may do: moved by logins alone, ended by a new password.

use crate::app::{Browser, USER, World, send};
use crate::shop::shop;

async fn logged_in(world: &World) -> Browser {
    let mut browser = Browser::new(shop(&world.sessions()));
    assert_eq!(browser.post("/login").await.status, 200);
    browser
}

#[tokio::test]
async fn renewal_promotion_and_refresh_do_not_make_a_login_younger_and_a_login_does() {
    let world = World::new();
    let mut browser = logged_in(&world).await;
    world.advance(300);
    assert_eq!(browser.get("/fresh").await.text, "fresh");
    world.advance(1);
    for act in ["/extend", "/promote", "/version", "/cart"] {
        assert_eq!(browser.post(act).await.status, 200, "{act}");
        let answer = browser.get("/fresh").await;
        assert_eq!(answer.status, 401, "{act}: {}", answer.text);
        assert!(browser.get("/me").await.text.contains("auth 1800000000 "), "{act}");
    }
    world.advance(60);
    browser.post("/login").await;
    assert_eq!(browser.get("/fresh").await.text, "fresh");
    assert!(browser.get("/me").await.text.contains("auth 1800000361 "));
}

#[tokio::test]
async fn a_login_over_a_login_of_the_same_user_ends_the_one_before() {
    let world = World::new();
    let mut browser = logged_in(&world).await;
    let mut stolen = browser.clone();
    world.advance(10);
    browser.post("/login").await;
    assert_eq!(stolen.get("/me").await.status, 401);
    assert_eq!(browser.get("/me").await.status, 200);
}

#[tokio::test]
async fn a_promotion_gives_rights_and_the_copied_cookie_has_none() {
    let world = World::new();
    let mut browser = logged_in(&world).await;
    for route in ["/role", "/permission", "/level"] {
        assert_ne!(browser.get(route).await.status, 200, "{route}");
    }
    let mut stolen = browser.clone();
    browser.post("/promote").await;
    assert_eq!(browser.get("/role").await.text, "admin");
    assert_eq!(browser.get("/permission").await.text, "orders:write");
    assert_eq!(browser.get("/level").await.text, "pwd");
    assert_eq!(stolen.get("/me").await.status, 401);
    // Renewed, they are still there.
    world.advance(301);
    assert!(!browser.get("/me").await.set_cookies().is_empty());
    assert_eq!(browser.get("/role").await.text, "admin");
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_of_the_old_one() {
    let world = World::new();
    let mut browser = logged_in(&world).await;
    assert_eq!(browser.get("/bound?to=hash-one").await.text, "bound");
    assert_eq!(browser.get("/bound?to=hash-two").await.status, 401);
    assert_eq!(browser.get("/bound?to=").await.status, 401);
    for act in ["/promote", "/version", "/extend"] {
        browser.post(act).await;
        assert_eq!(browser.get("/bound?to=hash-one").await.text, "bound", "{act}");
    }
}

#[tokio::test]
async fn a_binding_is_of_one_user() {
    let world = World::new();
    let mut ada = logged_in(&world).await;
    ada.post("/cart").await;
    let mut eve = logged_in(&world).await;
    eve.post("/login?user=eve").await;
    for browser in [&mut ada, &mut eve] {
        assert_eq!(browser.get("/bound?to=hash-one").await.text, "bound");
    }
    assert!(eve.get("/me").await.text.starts_with("eve "));
}

#[tokio::test]
async fn rights_of_an_old_version_are_brought_up_to_date_without_a_login() {
    let world = World::new();
    let mut browser = logged_in(&world).await;
    let answer = browser.get("/version").await;
    assert_eq!(answer.status, 403, "not: log in again");
    assert!(answer.set_cookies().is_empty());
    assert_eq!(browser.post("/version").await.text, "refreshed");
    assert_eq!(browser.get("/version").await.text, "version 2");
    assert!(world.list.is_empty(), "no session was ended");
    assert!(browser.get("/me").await.text.contains("gen 1 "), "the same session");
}

#[tokio::test]
async fn logouts_end_one_session_or_all_or_the_others() {
    let world = World::new();
    let mut phone = logged_in(&world).await;
    world.advance(1);
    let mut laptop = logged_in(&world).await;
    let mut other = Browser::new(shop(&world.sessions()));
    other.post("/login?user=eve").await;
    world.advance(1);
    phone.post("/others").await;
    assert_eq!(phone.get("/me").await.status, 200);
    assert_eq!(laptop.get("/me").await.status, 401);
    laptop.jar.clear();
    laptop.post("/login").await;
    assert_eq!(laptop.get("/me").await.status, 200, "a login right after it works");
    let (mut stolen, mut copied) = (phone.clone(), laptop.clone());
    laptop.post("/logout").await;
    assert_eq!(copied.get("/me").await.status, 401);
    assert_eq!(phone.get("/me").await.status, 200);
    phone.post("/everywhere").await;
    assert!(phone.jar.is_empty());
    assert_eq!(stolen.get("/me").await.status, 401);
    assert_eq!(other.get("/me").await.status, 200, "another user's session goes on");
}

#[tokio::test]
async fn a_logout_everywhere_ends_the_session_that_asks_by_whatever_clock() {
    let world = World::new();
    // The list's clock is ten seconds behind the one that minted.
    let behind = waxseal::time::ManualClock::at(waxseal::time::Timestamp::from_secs(1_799_999_990));
    let list = waxseal::RevocationList::setup().clock(behind.clock()).in_memory();
    for act in ["/everywhere", "/logout", "/promote", "/login"] {
        let sessions = world.setup().finish(world.keys.clone(), &list).expect("sound");
        world.hand.advance(std::time::Duration::from_millis(700));
        let mut browser = Browser::new(shop(&sessions));
        browser.post(&format!("/login?user=of{}", act.replace('/', "-"))).await;
        let mut stolen = browser.clone();
        assert_eq!(stolen.get("/me").await.status, 200);
        assert_eq!(browser.post(act).await.status, 200, "{act}");
        assert_eq!(stolen.get("/me").await.status, 401, "{act}");
    }
}

#[tokio::test]
async fn limits_are_idle_and_absolute_and_activity_moves_the_idle_one_alone() {
    let world = World::new();
    let mut browser = logged_in(&world).await;
    let mut renewals = 0;
    for minutes in (20..8 * 60).step_by(20) {
        world.advance(20 * 60);
        let answer = browser.get("/me").await;
        assert_eq!(answer.status, 200, "{minutes} min: {}", answer.text);
        renewals += answer.set_cookies().len();
    }
    assert_eq!(renewals, 23);
    world.advance(20 * 60 + 31);
    let answer = browser.get("/me").await;
    assert_eq!(answer.status, 401, "the absolute limit");
    assert!(answer.set_cookies().is_empty());
}

#[tokio::test]
async fn to_extend_moves_the_idle_limit_and_not_the_absolute_one() {
    let world = World::new();
    let mut browser = logged_in(&world).await;
    world.advance(240);
    let before = browser.get("/left").await.text;
    assert!(before.contains(r#""idle":1560,"absolute":28560"#), "{before}");
    browser.post("/extend").await;
    let after = browser.get("/left").await.text;
    assert!(after.contains(r#""idle":1800,"absolute":28560"#), "{after}");
}

#[tokio::test]
async fn a_session_of_limits_that_are_no_more_asks_for_a_login_and_is_no_fault() {
    let world = World::new();
    let mut browser = logged_in(&world).await;
    let limits = waxseal::session::Lifetimes::aal2();
    let setup = world.setup().lifetimes(limits).login_page("/login");
    let renamed = shop(&setup.finish(world.keys.clone(), &world.list).expect("sound"));
    // The token is good as long as it lives, and renewed no more.
    world.advance(400);
    let answer = send(&renamed, browser.request("GET", "/me")).await;
    assert_eq!((answer.status.as_u16(), answer.set_cookies().len()), (200, 0));
    world.advance(20 * 60);
    let answer = send(&renamed, browser.request("GET", "/me")).await;
    assert_eq!((answer.status.as_u16(), answer.set_cookies().len()), (401, 0));
    let answer = send(&renamed, browser.request("GET", "/maybe")).await;
    assert_eq!((answer.status.as_u16(), &*answer.text), (200, "nobody"));
    let answer = send(&renamed, browser.request("POST", "/login")).await;
    assert_eq!(answer.status, 200);
    assert!(answer.set_cookie(USER).is_some());
    assert_eq!(browser.get("/me").await.status, 200, "the old release goes on");
}
