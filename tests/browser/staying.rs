//! Sessions that stay: over a login, a renewal in two tabs, a late answer, a warning.

use std::time::Duration;

use serde_json::json;
use waxseal::time::Clock;

use crate::driver::{Browser, Cookie};
use crate::shop::{GUEST, Shop, USER, cookie};

const SOON: Duration = Duration::from_secs(10);

/// Exactly what a browser keeps of a cookie of ours, whatever its value is.
fn kept(cookie: &Cookie) -> Cookie {
    Cookie {
        name: cookie.name.clone(),
        value: cookie.value.clone(),
        domain: "shop.example".into(),
        path: "/".into(),
        secure: true,
        http_only: true,
        same_site: Some("Lax".into()),
        expiry: None,
    }
}

#[test]
fn a_login_keeps_the_basket_under_a_cookie_for_this_visit_or_for_a_month() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::start(&[]);
    browser.goto(&shop.url("/"));
    assert_eq!(browser.cookies(), [], "whoever only looks has no session");

    shop.add(&browser, 3);
    let guest = cookie(&browser, GUEST);
    assert_eq!(browser.cookies(), [kept(&guest)]);
    browser.goto(&shop.url("/checkout"));
    assert!(browser.url().ends_with("/login?return_to=/checkout"), "{}", browser.url());
    shop.fill_login(&browser, "ada");
    assert!(browser.url().ends_with("/checkout"), "{}", browser.url());
    assert!(browser.source().contains("Basket (1)"));
    let visit = cookie(&browser, USER);
    assert_eq!(browser.cookies(), [kept(&visit)], "the guest's is gone");
    assert_eq!(browser.run("return document.cookie"), "");

    browser.goto(&shop.url("/login"));
    browser.click("#remember");
    shop.fill_login(&browser, "ada");
    let month = cookie(&browser, USER);
    assert_eq!(Cookie { expiry: None, ..month.clone() }, kept(&month));
    let (now, days) = (Clock::system().now().as_secs(), 30 * 86_400);
    let expiry = month.expiry.expect("it outlives the browser");
    assert!((now + days - 600..=now + days + 60).contains(&expiry), "{expiry} at {now}");
    assert_eq!((shop.who_has(&visit), shop.who_has(&month)), (None, Some("ada".into())));
}

#[test]
fn two_tabs_that_renew_at_once_stay_signed_in_by_one_cookie() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::start(&["--short"]);
    shop.log_in(&browser, "ada");
    let old = cookie(&browser, USER);
    let first = browser.tabs().remove(0);
    let second = browser.new_tab();
    browser.switch_to(&second);
    browser.goto(&shop.url("/style.css"));

    let is_due = |_: &Browser| shop.renewal_of(&old).is_some();
    browser.wait_until("a renewal is due", SOON, is_due);
    browser.run("window.answer = fetch('/account').then(answer => answer.text())");
    browser.switch_to(&first);
    let mine = browser.run_async("return (await (await fetch('/account')).text())");
    browser.switch_to(&second);
    let theirs = browser.run_async("return await window.answer");
    for page in [mine, theirs] {
        assert!(page.as_str().expect("text").contains("id=\"who\">ada<"), "{page}");
    }
    let new = cookie(&browser, USER);
    assert_eq!(browser.cookies(), [kept(&new)]);
    assert_ne!(new.value, old.value);
    for tab in [&first, &second] {
        browser.switch_to(tab);
        assert_eq!(shop.who(&browser).as_deref(), Some("ada"));
    }
    // What the jar cannot show: both answers set the same bytes, but for those whose moments lie on
    // both sides of a window's end.
    let same = |_: &Browser| {
        let (one, other) = (shop.renewal_of(&old), shop.renewal_of(&old));
        one.is_some() && one == other
    };
    browser.wait_until("two renewals are the same", SOON, same);
}

#[test]
fn a_late_answer_to_a_guest_does_not_undo_a_login() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::start(&["--slow"]);
    shop.add(&browser, 3);
    let guest = cookie(&browser, GUEST);
    let first = browser.tabs().remove(0);
    browser.run(
        "const form = new URLSearchParams(new FormData(document.querySelector('form')));
         window.answer = fetch('/cart/add?wait=3000', {method: 'POST', body: form, redirect: 'manual'})
             .then(() => { window.isAnswered = true; })",
    );
    let second = browser.new_tab();
    browser.switch_to(&second);
    shop.log_in(&browser, "ada");
    browser.switch_to(&first);
    assert_eq!(browser.run("return window.isAnswered ?? false"), false, "it is still on its way");
    browser.run_async("await window.answer");
    assert_eq!(shop.who(&browser).as_deref(), Some("ada"));
    assert!(browser.source().contains("Basket (1)"), "what came too late is not in it");
    assert_eq!(shop.who_has(&guest), None);

    browser.click("#log-out");
    assert_eq!(browser.text(".notice"), "You are logged out.");
    browser.goto(&shop.url("/"));
    assert_eq!(browser.cookies(), []);
}

#[test]
fn a_countdown_warns_of_the_end_and_its_button_moves_it() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::start(&["--idle", "30"]);
    shop.log_in(&browser, "ada");
    let is_shown = |page: &Browser| page.run("return !document.getElementById('ending').hidden");
    assert_eq!(is_shown(&browser), false);
    let left = |page: &Browser| {
        page.run_async("const left = await (await fetch('/session')).json(); return left.idle")
    };
    let appears = |page: &Browser| is_shown(page) == json!(true);
    browser.wait_until("a countdown", Duration::from_secs(40), appears);
    assert!(left(&browser).as_u64().is_some_and(|left| left <= 5), "{}", left(&browser));
    assert_eq!(browser.text("#ending-said"), "Your session ends soon.");
    assert!(browser.text("#ending-left").starts_with("0:0"), "{}", browser.text("#ending-left"));
    browser.keep("countdown");
    browser.click("#ending-stay");
    let is_hidden = |page: &Browser| is_shown(page) == json!(false);
    browser.wait_until("no countdown", SOON, is_hidden);
    assert!(left(&browser).as_u64().is_some_and(|left| left > 20), "{}", left(&browser));
    assert_eq!(browser.text("#who"), "ada");
}
