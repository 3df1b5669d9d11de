//! What browsers do with our cookies and pages, asked of a real one: here what the tests stand on,
//! before a stand-in for the server; in the other files the example `shop`.

#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "screenshots are files that nobody relies on")]

mod checkout;
mod driver;
mod leaving;
mod pages;
mod shop;
mod stand_in;
mod staying;
mod tls;

use std::time::Duration;

use driver::{Browser, Cookie};
use serde_json::json;
use stand_in::{Page, Request, StandIn};
use tls::Proxy;

const SESSION: &str = "Set-Cookie: __Host-sid=abc; Path=/; Secure; HttpOnly; SameSite=Lax";

/// Logs in at `/login`, and shows elsewhere what came of it.
fn shop() -> (StandIn, Proxy) {
    let backend = StandIn::start(|request| match request.line.as_str() {
        "GET /login" => Page::new("<title>Shop</title><p id=in>in</p>").header(SESSION),
        _ => Page::new(&format!("<p id=cookie>{}</p>", cookie(request))),
    });
    let proxy = Proxy::to(backend.port);
    (backend, proxy)
}

fn cookie(request: &Request) -> &str {
    request.header("cookie").unwrap_or("none")
}

fn session_cookie() -> Cookie {
    Cookie {
        name: "__Host-sid".into(),
        value: "abc".into(),
        domain: "shop.example".into(),
        path: "/".into(),
        secure: true,
        http_only: true,
        same_site: Some("Lax".into()),
        expiry: None,
    }
}

#[test]
fn a_host_cookie_is_kept_with_its_attributes_and_from_scripts() {
    let Some(browser) = Browser::start() else { return };
    let (_backend, shop) = shop();
    browser.goto(&shop.url("shop.example", "/login"));
    assert_eq!(browser.cookies(), [session_cookie()]);
    assert_eq!(browser.run("return document.cookie"), "");
    browser.goto(&shop.url("shop.example", "/"));
    assert_eq!(browser.text("#cookie"), "__Host-sid=abc");
    browser.goto(&shop.url("evil.example", "/"));
    assert_eq!(browser.text("#cookie"), "none");
}

#[test]
fn a_host_cookie_that_breaks_the_rules_of_its_prefix_is_not_kept() {
    let Some(browser) = Browser::start() else { return };
    let backend = StandIn::start(|_| {
        Page::new("")
            .header("Set-Cookie: __Host-a=1; Path=/")
            .header("Set-Cookie: __Host-b=1; Path=/; Secure; Domain=shop.example")
            .header("Set-Cookie: __Host-c=1; Path=/admin; Secure")
            .header("Set-Cookie: wide=1; Domain=shop.example; Max-Age=3600")
    });
    browser.goto(&Proxy::to(backend.port).url("shop.example", "/"));
    let kept = browser.cookies();
    let [wide] = &kept[..] else { panic!("{kept:?}") };
    assert_eq!((&*wide.name, &*wide.domain, &wide.same_site), ("wide", ".shop.example", &None));
    assert!(wide.expiry.is_some_and(|expiry| expiry > 1_700_000_000), "{wide:?}");
}

#[test]
fn a_post_from_another_site_says_so_and_has_no_lax_cookie() {
    let Some(browser) = Browser::start() else { return };
    let (shop_server, shop) = shop();
    browser.goto(&shop.url("shop.example", "/login"));
    let target = shop.url("shop.example", "/pay");
    let lure = StandIn::start(move |_| {
        Page::new(&format!(
            "<form method=post action='{target}'><input name=to value=me><button>win</button></form>"
        ))
    });
    browser.goto(&Proxy::to(lure.port).url("evil.example", "/"));
    browser.click("button");
    assert_eq!(browser.text("#cookie"), "none");
    let post = shop_server.only("POST /pay");
    assert_eq!(post.header("sec-fetch-site"), Some("cross-site"));
    assert_eq!(post.body, "to=me");
    assert_eq!(browser.cookies(), [session_cookie()], "it is there, and was not sent");
}

#[test]
fn a_second_tab_shares_the_jar() {
    let Some(browser) = Browser::start() else { return };
    let (_backend, shop) = shop();
    browser.goto(&shop.url("shop.example", "/login"));
    let first = browser.tabs();
    let second = browser.new_tab();
    browser.switch_to(&second);
    browser.goto(&shop.url("shop.example", "/"));
    assert_eq!(browser.text("#cookie"), "__Host-sid=abc");
    assert_eq!(browser.tabs().len(), 2);
    browser.switch_to(&first[0]);
    assert_eq!(browser.title(), "Shop");
}

#[test]
fn the_driver_writes_cookies_fills_forms_and_runs_scripts() {
    let Some(browser) = Browser::start() else { return };
    let backend = StandIn::start(|request| match request.line.as_str() {
        "GET /" => {
            Page::new("<form action=/named><input name=n value=old><button>go</button></form>")
        }
        _ => Page::new(&format!(
            "<p id=line>{}</p><p id=cookie>{}</p>",
            request.line,
            cookie(request)
        )),
    });
    let site = Proxy::to(backend.port);
    browser.set_cookie(&session_cookie());
    assert_eq!(browser.cookies(), [session_cookie()]);
    browser.goto(&site.url("shop.example", "/"));
    browser.fill("[name=n]", "new name");
    browser.click("button");
    assert_eq!(browser.text("#line"), "GET /named?n=new+name");
    assert_eq!(browser.text("#cookie"), "__Host-sid=abc");
    assert!(browser.url().ends_with("/named?n=new+name"));
    assert!(browser.source().contains("id=\"line\""));
    browser.delete_cookie("__Host-sid");
    assert_eq!(browser.cookies(), []);
    assert_eq!(browser.run("return [1, {a: null}]"), json!([1, {"a": null}]));
    let fetched = browser.run_async("return (await (await fetch('/later')).text()).length > 0");
    assert_eq!(fetched, true);
    browser.run("setTimeout(() => document.body.append(document.createElement('hr')), 50)");
    browser.wait_until("a line is drawn", Duration::from_secs(10), |page| page.exists("hr"));
    browser.keep("driver");
    let folder = tempfile::tempdir().expect("a folder");
    let picture = folder.path().join("page.png");
    browser.screenshot(&picture);
    assert!(std::fs::read(picture).expect("a file").starts_with(b"\x89PNG"));
}
