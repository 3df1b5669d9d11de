//! Every page of the shop, wide and narrow, light and dark: no page is wider than its window, and what
//! a screen reader needs is there. `WAXSEAL_SCREENSHOTS` keeps pictures.

use serde_json::json;

use crate::driver::Browser;
use crate::shop::Shop;

/// Fields and buttons without a name, elements of one id, what runs over the edge.
const FAULTS: &str = "
    const all = (css) => [...document.querySelectorAll(css)];
    const faults = [];
    if (document.documentElement.lang !== 'en') faults.push('no language');
    if (all('h1').length !== 1) faults.push('not one h1');
    const wide = document.documentElement.scrollWidth - window.innerWidth;
    if (wide > 0) faults.push(`${wide} px too wide`);
    for (const field of all('input:not([type=hidden]), textarea'))
        if (!field.labels.length) faults.push(`no label: ${field.outerHTML}`);
    for (const button of all('button, a'))
        if (!button.textContent.trim()) faults.push(`no words: ${button.outerHTML}`);
    for (const pointer of all('[aria-describedby]'))
        if (!document.getElementById(pointer.getAttribute('aria-describedby')))
            faults.push(`leads nowhere: ${pointer.outerHTML}`);
    const ids = all('[id]').map((element) => element.id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`twice: ${id}`);
    if (getComputedStyle(document.body).display !== 'flex') faults.push('no style');
    return faults";

fn look(browser: &Browser, name: &str) {
    for (width, height) in [(1280, 900), (360, 900), (320, 700)] {
        browser.resize(width, height);
        for scheme in ["light", "dark"] {
            browser.prefer(scheme);
            assert_eq!(browser.run(FAULTS), json!([]), "{name} at {width}, {scheme}");
            if width != 320 && (scheme == "light" || width == 1280) {
                browser.keep(&format!("{name}-{width}-{scheme}"));
            }
        }
    }
}

#[test]
fn every_page_fits_its_window_and_says_what_it_is() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::start(&[]);
    let visit = |path: &str, name: &str| {
        browser.goto(&shop.url(path));
        look(&browser, name);
    };
    visit("/", "catalogue");
    visit("/cart", "basket-empty");
    shop.add(&browser, 3);
    look(&browser, "catalogue-added");
    shop.add(&browser, 6);
    visit("/cart", "basket");
    browser.goto(&shop.url("/login"));
    look(&browser, "login");
    browser.fill("#user", "ada");
    browser.fill("#password", "wrong");
    browser.click("#log-in");
    assert_eq!(browser.text("#user-error"), "The name or the password is wrong.");
    look(&browser, "login-wrong");
    shop.log_in(&browser, "admin");
    look(&browser, "account");
    visit("/admin", "admin");
    visit("/checkout", "address");
    browser.run("document.querySelectorAll('input').forEach((field) => field.required = false)");
    browser.click("#to-delivery");
    assert!(browser.text("#name-error").starts_with("Tell us"));
    look(&browser, "address-wrong");
    for (field, text) in
        [("#name", "Ada"), ("#street", "Street 1"), ("#postcode", "10115"), ("#city", "Berlin")]
    {
        browser.fill(field, text);
    }
    browser.click("#to-delivery");
    browser.text("#pigeon + label");
    look(&browser, "delivery");
    browser.click("#pigeon");
    browser.click("#to-confirm");
    browser.text("#order");
    look(&browser, "confirm");
    browser.click("#order");
    browser.text("#number");
    look(&browser, "done");
    visit("/orders", "orders");
    visit("/login", "login-again");
}
