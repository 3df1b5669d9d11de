//! A basket that is ordered once, and a note that does not fit.

use crate::driver::Browser;
use crate::shop::{Shop, USER, cookie};

fn write_note(browser: &Browser, characters: usize) {
    browser.run(&format!("document.getElementById('note').value = 'n'.repeat({characters})"));
    browser.click("#keep-note");
}

#[test]
fn a_note_that_is_too_long_is_refused_with_a_way_out() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::start(&[]);
    shop.log_in(&browser, "ada");
    shop.add(&browser, 3);
    let before = cookie(&browser, USER);
    browser.goto(&shop.url("/cart"));
    write_note(&browser, 4000);
    let told = browser.text("#note-error");
    browser.keep("too-long");
    assert!(told.starts_with("The note is too long to keep. Shorten it by "), "{told}");
    let typed = browser.run("return document.getElementById('note').value.length");
    assert_eq!(typed, 4000, "what was typed is still there");
    assert_eq!(cookie(&browser, USER), before, "and nothing was changed");

    let digits: String = told.chars().filter(char::is_ascii_digit).collect();
    write_note(&browser, 4000 - digits.parse::<usize>().expect("a number"));
    assert_eq!(browser.text(".notice"), "We keep your note.");
    assert_eq!(shop.who(&browser).as_deref(), Some("ada"));
    assert!(browser.source().contains("Basket (1)"));
}

#[test]
fn a_checkout_keeps_what_was_typed_and_orders_once() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::start(&[]);
    shop.add(&browser, 3);
    browser.goto(&shop.url("/checkout"));
    shop.fill_login(&browser, "bob");
    for (field, text) in [
        ("#name", "Bob <b>Builder</b>"),
        ("#street", "Lane 1"),
        ("#postcode", "one"),
        ("#city", "Kiel"),
    ] {
        browser.fill(field, text);
    }
    browser.click("#to-delivery");
    assert_eq!(browser.text("#postcode-error"), "A postcode has five digits: 10115, say.");
    browser.keep("address-errors");
    assert_eq!(browser.run("return document.getElementById('name').value"), "Bob <b>Builder</b>");
    browser.fill("#postcode", "24103");
    browser.click("#to-delivery");
    browser.click("#pigeon");
    browser.click("#to-confirm");
    assert_eq!(browser.text("#total"), "€37.00");
    assert!(browser.text("main").contains("Bob <b>Builder</b>"), "{}", browser.source());

    // Twice at once, as an impatient click sends it: both answers tell of one order.
    let pages = browser.run_async(
        "const form = document.getElementById('order').form;
         const body = () => new URLSearchParams(new FormData(form));
         const send = () => fetch(form.action, {method: 'POST', body: body()});
         const answers = await Promise.all([send(), send()]);
         return await Promise.all(answers.map((answer) => answer.text()))",
    );
    for page in pages.as_array().expect("two pages") {
        assert!(page.as_str().expect("text").contains("id=\"number\">1001<"), "{page}");
    }
    browser.goto(&shop.url("/checkout/done"));
    assert_eq!(browser.text("#number"), "1001");
    assert!(browser.source().contains("Basket (0)"));
    browser.goto(&shop.url("/orders"));
    assert_eq!(browser.run("return document.querySelectorAll('tbody tr').length"), 1);
    browser.goto(&shop.url("/cart"));
    assert_eq!(browser.text("main p"), "There is nothing in it yet.");
}
