//! What comes back for what is sent: one table, for a ring that seals and for rings that sign.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::body::Body;
use axum::http::Request;
use waxseal::http::{Sessions, SessionsSetup};
use waxseal::key::Algorithm;

use crate::app::{Answer, Browser, Cart, Faults, GUEST, SITE, USER, World, send};
use crate::carriers::{CARRIES, Carries, carried};
use crate::shop::shop;

/// What the application is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shop {
    Plain,
    LoginPage,
    Companion,
    /// Its revocation list is too old.
    Stale,
    /// Its revocation list takes no entry.
    Full,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cookie {
    Set(&'static str),
    Gone(&'static str),
    /// The readable one.
    Shown,
    Hidden,
}

struct Row {
    name: &'static str,
    shop: Shop,
    carries: Carries,
    request: &'static str,
    headers: Vec<(&'static str, &'static str)>,
    status: u16,
    cookies: Vec<Cookie>,
    challenge: Option<&'static str>,
    cache: Option<&'static str>,
    vary: Option<&'static str>,
    location: Option<&'static str>,
    body: &'static str,
}

impl Row {
    fn read(line: &'static str) -> Self {
        let columns: Vec<&str> = line.split(" | ").collect();
        let &[name, shop, carries, request, headers, status, cookies, challenge, kept, place, body] =
            columns.as_slice()
        else {
            panic!("{line}: {} columns", columns.len());
        };
        let there = |text: &'static str| Some(text).filter(|text| *text != "-");
        let kept: Vec<&str> = kept.split(' ').collect();
        Self {
            name,
            shop: named(&SHOPS, shop),
            carries: named(&CARRIES, carries),
            request,
            headers: there(headers).map_or(Vec::new(), |headers| {
                headers.split(" ; ").map(|text| text.split_once('=').expect("a header")).collect()
            }),
            status: status.parse().expect("a status"),
            cookies: there(cookies).map_or(Vec::new(), |cookies| {
                cookies.split(' ').map(|word| *COOKIES.get(word).expect(word)).collect()
            }),
            challenge: there(challenge),
            cache: kept.contains(&"no-store").then_some("no-store"),
            vary: kept.contains(&"Cookie").then_some("Cookie"),
            location: there(place),
            body: there(body).unwrap_or_default(),
        }
    }
}

static COOKIES: LazyLock<HashMap<&str, Cookie>> = LazyLock::new(|| {
    HashMap::from([
        ("user", Cookie::Set(USER)),
        ("-user", Cookie::Gone(USER)),
        ("guest", Cookie::Set(GUEST)),
        ("-guest", Cookie::Gone(GUEST)),
        ("ends", Cookie::Shown),
        ("-ends", Cookie::Hidden),
    ])
});

fn named<V: std::fmt::Debug + Copy>(all: &[V], name: &str) -> V {
    *all.iter().find(|one| format!("{one:?}") == name).expect(name)
}

fn rows() -> Vec<Row> {
    let lines = include_str!("outcomes.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(Row::read).collect()
}

const SHOPS: [Shop; 5] = [Shop::Plain, Shop::LoginPage, Shop::Companion, Shop::Stale, Shop::Full];

const RINGS: [Algorithm; 3] = [Algorithm::A256Gcm, Algorithm::EdDsa, Algorithm::Es256];

#[tokio::test]
async fn every_outcome_is_what_the_table_says() {
    let rows = rows();
    assert!(rows.len() >= 150, "{} rows", rows.len());
    let mut wrong = Vec::new();
    for ring in RINGS {
        let (world, elsewhere) = (World::with(ring), World::with(ring));
        for row in &rows {
            let answer = ask(&world, &elsewhere, row).await;
            if let Err(fault) = check(row, &answer) {
                wrong.push(format!("{ring} {:?}: {fault}\n  {answer:?}", row.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_two_rows_have_one_name() {
    let rows = rows();
    let names: std::collections::BTreeSet<_> = rows.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), rows.len());
}

fn check(row: &Row, answer: &Answer) -> Result<(), String> {
    let same = |what: &str, found: Option<&str>, wanted: Option<&str>| match found == wanted {
        true => Ok(()),
        false => Err(format!("{what} is {found:?}, not {wanted:?}")),
    };
    if answer.status.as_u16() != row.status {
        return Err(format!("{} and not {}", answer.status, row.status));
    }
    same("WWW-Authenticate", answer.header("www-authenticate"), row.challenge)?;
    same("Cache-Control", answer.header("cache-control"), row.cache)?;
    same("Vary", answer.header("vary"), row.vary)?;
    same("Location", answer.header("location"), row.location)?;
    if !answer.text.contains(row.body) {
        return Err(format!("no {:?} in the body", row.body));
    }
    let found: Vec<Cookie> = answer.set_cookies().into_iter().map(judge).collect();
    match found == row.cookies {
        true => Ok(()),
        false => Err(format!("cookies are {found:?}, not {:?}", row.cookies)),
    }
}

/// Attributes and all, to the letter.
fn judge(cookie: &str) -> Cookie {
    const ENDS: &str = "__Host-session-ends";
    let (name, rest) = cookie.split_once('=').expect("a cookie");
    let (value, attributes) = rest.split_once("; ").expect("attributes");
    let name = [USER, GUEST, ENDS].into_iter().find(|known| *known == name).expect("our name");
    match (name, value.is_empty(), attributes) {
        (ENDS, false, "SameSite=Lax; Secure; Path=/") => Cookie::Shown,
        (ENDS, true, "SameSite=Lax; Secure; Path=/; Max-Age=0") => Cookie::Hidden,
        (_, false, "HttpOnly; SameSite=Lax; Secure; Path=/") => Cookie::Set(name),
        (_, true, "HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0") => Cookie::Gone(name),
        _ => panic!("{cookie}"),
    }
}

async fn ask(world: &World, elsewhere: &World, row: &Row) -> Answer {
    let (world, faults) = match row.shop {
        Shop::Stale | Shop::Full => world.with_faults(),
        _ => (world.again(), Faults::default()),
    };
    let app = shop(&sessions(&world, row.shop));
    let carried = carried(&world, elsewhere, Browser::new(app.clone()), row.carries).await;
    match row.shop {
        Shop::Stale => world.make_stale(&faults),
        Shop::Full => faults.is_full.store(true, std::sync::atomic::Ordering::SeqCst),
        _ => {}
    }
    let (method, path) = row.request.split_once(' ').expect("a method and a path");
    let mut request = Request::builder().method(method).uri(path).header("host", "shop.example");
    if !row.headers.iter().any(|(name, _)| matches!(*name, "sec-fetch-site" | "origin")) {
        request = request.header("sec-fetch-site", "same-origin").header("origin", SITE);
    }
    for (name, value) in row.headers.iter().filter(|(_, value)| !value.is_empty()) {
        request = request.header(*name, *value);
    }
    for (name, value) in &carried {
        request = request.header(*name, value);
    }
    send(&app, request.body(Body::empty()).expect("a request")).await
}

fn sessions(world: &World, shop: Shop) -> Sessions<Cart> {
    let with = |change: fn(SessionsSetup<Cart>) -> SessionsSetup<Cart>| {
        change(world.setup()).finish(world.keys.clone(), &world.list).expect("a sound set-up")
    };
    match shop {
        Shop::LoginPage => with(|setup| setup.login_page("/login")),
        Shop::Companion => with(SessionsSetup::readable_end),
        Shop::Plain | Shop::Stale | Shop::Full => with(|setup| setup),
    }
}
