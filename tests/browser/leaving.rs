//! Sessions that end: for every copy, in every browser, at every service; and never for another site.

use std::time::Duration;

use crate::driver::Browser;
use crate::shop::{Shop, USER, cookie};
use crate::stand_in::{Page, StandIn};
use crate::tls::Proxy;

#[test]
fn a_copied_cookie_dies_at_logout_at_both_services() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::start(&[]);
    shop.log_in(&browser, "ada");
    let copy = cookie(&browser, USER);
    assert_eq!(shop.who_has(&copy).as_deref(), Some("ada"));
    browser.goto(&shop.url("/orders"));
    assert_eq!((browser.url(), browser.text("#who")), (shop.orders_url(), "ada".into()));
    assert_eq!(shop.who_orders_with(&copy).as_deref(), Some("ada"));

    browser.goto(&shop.url("/account"));
    browser.click("#log-out");
    assert_eq!(browser.text(".notice"), "You are logged out.");
    assert_eq!(shop.who_has(&copy), None);
    let is_refused = |_: &Browser| shop.who_orders_with(&copy).is_none();
    browser.wait_until("the other service refuses it", Duration::from_secs(5), is_refused);

    // Back in the jar, it is worth nothing in a browser either.
    browser.set_cookie(&copy);
    browser.goto(&shop.orders_url());
    assert!(browser.url().contains("/login?return_to=/orders"), "{}", browser.url());
}

#[test]
fn other_browsers_are_logged_out_alone_and_all_together() {
    let (Some(mine), Some(theirs)) = (Browser::start(), Browser::start()) else { return };
    let shop = Shop::start(&[]);
    shop.log_in(&mine, "ada");
    shop.log_in(&theirs, "ada");
    mine.click("#log-out-others");
    assert_eq!(mine.text(".notice"), "Your other devices are logged out.");
    assert_eq!((shop.who(&mine).as_deref(), shop.who(&theirs)), (Some("ada"), None));

    shop.log_in(&theirs, "ada");
    assert_eq!(shop.who(&theirs).as_deref(), Some("ada"), "a new login counts");
    mine.click("#log-out-everywhere");
    assert_eq!(mine.text(".notice"), "You are logged out on every device.");
    assert_eq!((shop.who(&mine), shop.who(&theirs)), (None, None));

    // An administrator can do it too.
    shop.log_in(&theirs, "ada");
    shop.log_in(&mine, "admin");
    mine.goto(&shop.url("/admin"));
    mine.click("#end-ada");
    assert_eq!(mine.text(".notice"), "All sessions of ada are ended.");
    assert_eq!((shop.who(&mine).as_deref(), shop.who(&theirs)), (Some("admin"), None));
}

#[test]
fn a_form_of_another_site_is_refused_and_changes_nothing() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::start(&[]);
    shop.log_in(&browser, "ada");
    let before = browser.cookies();
    let target = shop.url("/logout/everywhere");
    let lure = StandIn::start(move |_| {
        Page::new(&format!(
            "<form method=post action='{target}'><input name=csrf><button>win</button></form>"
        ))
    });
    browser.goto(&Proxy::to(lure.port).url("evil.example", "/"));
    browser.click("button");
    assert_eq!(browser.text("h1"), "Not allowed");
    browser.keep("cross-site");
    assert_eq!(browser.cookies(), before);
    assert_eq!(shop.who(&browser).as_deref(), Some("ada"));
    browser.goto(&shop.url("/admin"));
    assert_eq!(browser.text("h1"), "Not allowed", "nor is ada an administrator");
}
