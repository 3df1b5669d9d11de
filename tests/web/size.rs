//! 4096 bytes of name and value: one more is refused, and nothing has changed.

use waxseal::http::SameSite;
use waxseal::key::Algorithm;

use crate::app::{Browser, GUEST, USER, World};
use crate::shop::shop;

/// The length of a guest's cookie and what the handler told, for a note of `n` characters.
async fn noted(browser: &Browser, n: usize, name: &str) -> (Option<usize>, String) {
    let answer = browser.clone().post(&format!("/note?n={n}")).await;
    let cookie = answer.set_cookie(name).map(|cookie| {
        let (name, rest) = cookie.split_once('=').expect("a cookie");
        name.len() + rest.split(';').next().expect("a value").len()
    });
    (cookie, answer.text)
}

/// The longest note that is taken.
async fn longest(browser: &Browser, name: &str) -> usize {
    let (mut fits, mut not) = (0, 4096);
    while not - fits > 1 {
        let middle = usize::midpoint(fits, not);
        match noted(browser, middle, name).await.0 {
            Some(_) => fits = middle,
            None => not = middle,
        }
    }
    fits
}

#[tokio::test]
async fn exactly_4096_bytes_pass_and_4097_are_refused() {
    let mut bytes = std::collections::BTreeSet::new();
    for algorithm in [Algorithm::A256Gcm, Algorithm::Hs256] {
        // A character more is four thirds of a byte more: names of several lengths meet the limit.
        for word in ["s", "se", "ses", "sess"] {
            let world = World::with(algorithm);
            let setup = world.setup().cookie_name(word);
            let sessions = setup.finish(world.keys.clone(), &world.list).expect("sound");
            let browser = Browser::new(shop(&sessions));
            let name = format!("__Host-{word}-guest");
            let most = longest(&browser, &name).await;
            let (has, told) = noted(&browser, most, &name).await;
            let has = has.expect("it fits");
            assert!((4095..=4096).contains(&has) && told == format!("{most}"), "{has} {told}");
            let (cookie, told) = noted(&browser, most + 1, &name).await;
            assert_eq!(cookie, None);
            let words: Vec<&str> = told.split(' ').collect();
            let [now, "refused", would, "4096", ..] = words.as_slice() else { panic!("{told}") };
            assert_eq!(*now, "0", "the state is unchanged: {told}");
            let would: usize = would.parse().expect("a number");
            assert!((4097..=4098).contains(&would), "{told}");
            bytes.extend([has, would]);
        }
    }
    assert!(bytes.contains(&4096) && bytes.contains(&4097), "the limit was met: {bytes:?}");
}

#[tokio::test]
async fn what_is_refused_leaves_what_was_there_and_tells_what_each_part_costs() {
    let world = World::new();
    let mut browser = Browser::new(shop(&world.sessions()));
    browser.post("/cart").await;
    let before = browser.cookie(GUEST).expect("a guest").to_owned();
    let answer = browser.post("/note?n=5000").await;
    let words: Vec<&str> = answer.text.splitn(6, ' ').collect();
    let &["0", "refused", has, "4096", sum, parts] = words.as_slice() else { panic!("{answer:?}") };
    assert_eq!(sum, has, "the costs are the whole");
    assert_eq!(parts, "note+the session itself+items", "the costliest first");
    assert_eq!(browser.cookie(GUEST), Some(&*before));
    assert_eq!(browser.get("/cart").await.text, "None [7]");
}

#[tokio::test]
async fn a_login_that_would_be_too_large_ends_no_guest() {
    let world = World::new();
    let mut browser = Browser::new(shop(&world.sessions()));
    let most = longest(&browser, GUEST).await;
    browser.post(&format!("/note?n={most}")).await;
    let guest = browser.cookie(GUEST).expect("a guest").to_owned();
    let answer = browser.post("/login").await;
    assert_eq!(answer.status, 413, "{}", answer.text);
    assert!(answer.set_cookies().is_empty());
    assert!(world.list.is_empty(), "nobody was logged out");
    assert_eq!(browser.cookie(GUEST), Some(&*guest));
    assert_eq!(browser.get("/cart").await.text, "None []");
}

#[tokio::test]
async fn a_renewal_that_outgrows_the_cookie_is_not_sent() {
    let world = World::with(Algorithm::Hs256);
    // Nine renewals on, the generation has a digit more.
    for word in ["s", "se", "ses", "sess"] {
        let setup = world.setup().cookie_name(word).same_site(SameSite::Strict);
        let sessions = setup.finish(world.keys.clone(), &world.list).expect("sound");
        let name = format!("__Host-{word}");
        let mut browser = Browser::new(shop(&sessions));
        browser.post("/login").await;
        let most = longest(&browser, &name).await;
        browser.post(&format!("/note?n={most}")).await;
        for _ in 0..12 {
            world.advance(301);
            let answer = browser.get("/me").await;
            assert_eq!(answer.status, 200);
            for cookie in answer.set_cookies() {
                let sent = cookie.split(';').next().expect("a pair").len() - 1;
                assert!(sent <= 4096, "{sent} bytes, which a browser drops in silence");
            }
        }
    }
}

#[tokio::test]
async fn the_name_counts_and_the_sign_does_not() {
    let world = World::new();
    let mut browser = Browser::new(shop(&world.sessions()));
    browser.post("/login").await;
    let short = longest(&browser, USER).await;
    let setup = world.setup().cookie_name(&"s".repeat(64));
    let sessions = setup.finish(world.keys.clone(), &world.list).expect("sound");
    let mut browser = Browser::new(shop(&sessions));
    browser.post("/login").await;
    let long = longest(&browser, &format!("__Host-{}", "s".repeat(64))).await;
    // Once in the cookie's name, and four thirds of it in the token, which is bound to it.
    let (least, most) = ((57 * 3 / 4) + 57 - 3, (57 * 3 / 4) + 57 + 3);
    assert!((least..=most).contains(&(short - long)), "{short} {long}");
}
