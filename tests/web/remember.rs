//! Remembered logins: kept over restarts of the browser, by limits of their own.

use std::time::Duration;

use waxseal::http::Sessions;
use waxseal::keyring::{NewRing, RingPolicy};
use waxseal::revocation::RevocationPolicy;
use waxseal::session::Lifetimes;
use waxseal::{Keys, RevocationList};

use crate::app::{Browser, Cart, SITE, USER, World};
use crate::shop::shop;

const DAY: u64 = 86_400;

/// Keys and a list that are made to be kept that long.
struct Long {
    world: World,
    keys: Keys,
    list: RevocationList,
    _folder: tempfile::TempDir,
}

impl Long {
    fn new() -> Self {
        let world = World::new();
        let folder = tempfile::tempdir().expect("a folder");
        let policy =
            RingPolicy { longest_life: Duration::from_secs(14 * DAY), ..RingPolicy::default() };
        let ring = NewRing::new(SITE).algorithm(world.keys.algorithm()).policy(policy);
        let keys = ring.clock(world.hand.clock()).create(folder.path().join("k")).expect("a ring");
        let policy = RevocationPolicy::default().longest_life(Duration::from_secs(14 * DAY));
        let list = RevocationList::setup().policy(policy).clock(world.hand.clock()).in_memory();
        Self { world, keys, list, _folder: folder }
    }

    fn sessions(&self) -> Sessions<Cart> {
        let setup = self.world.setup().readable_end();
        let setup = setup.remember_me_and_keep_keys_for(Duration::from_secs(14 * DAY));
        setup.finish(self.keys.clone(), &self.list).expect("sound")
    }
}

#[tokio::test]
async fn a_remembered_login_is_kept_by_the_browser_and_another_one_is_not() {
    let long = Long::new();
    let mut browser = Browser::new(shop(&long.sessions()));
    let answer = browser.post("/remember").await;
    let cookie = answer.set_cookie(USER).expect("logged in");
    let end = "; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=1209600";
    assert!(cookie.ends_with(end), "{cookie}");
    let shown = answer.set_cookie("__Host-session-ends").expect("the readable one");
    assert!(shown.ends_with("; SameSite=Lax; Secure; Path=/; Max-Age=1209600"), "{shown}");
    let answer = browser.post("/login").await;
    assert!(answer.set_cookies().iter().all(|cookie| !cookie.contains("Max-Age")), "{answer:?}");
}

#[tokio::test]
async fn it_is_remembered_over_renewals_changes_and_promotions() {
    let long = Long::new();
    let mut browser = Browser::new(shop(&long.sessions()));
    browser.post("/remember").await;
    for act in ["/cart", "/promote", "/version", "/extend"] {
        let answer = browser.post(act).await;
        let cookie = answer.set_cookie(USER).expect(act);
        assert!(cookie.contains("; Max-Age=1209600"), "{act}: {cookie}");
        assert!(browser.get("/me").await.text.ends_with("pro remember"), "{act}");
    }
    for _ in 0..2 {
        long.world.advance(13 * DAY);
        let answer = browser.get("/me").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.set_cookie(USER).expect("renewed").contains("; Max-Age="));
    }
    // What is left of thirty days bounds it.
    let last = browser.get("/left").await.text;
    assert!(last.contains(r#""idle":345600,"absolute":345600"#), "{last}");
    long.world.advance(4 * DAY);
    assert_eq!(browser.get("/me").await.status, 401);
}

#[tokio::test]
async fn unused_it_ends_and_a_logout_ends_it_at_once() {
    let long = Long::new();
    let mut browser = Browser::new(shop(&long.sessions()));
    browser.post("/remember").await;
    let mut stolen = browser.clone();
    long.world.advance(14 * DAY);
    assert_eq!(stolen.get("/me").await.status, 401);
    browser.jar.clear();
    browser.post("/remember").await;
    let mut stolen = browser.clone();
    browser.post("/logout").await;
    long.world.advance(13 * DAY);
    assert_eq!(stolen.get("/me").await.status, 401);
}

#[tokio::test]
async fn nobody_is_remembered_where_nobody_set_it_up_and_nothing_is_ended() {
    let world = World::new();
    let mut browser = Browser::new(shop(&world.sessions()));
    browser.post("/login").await;
    let answer = browser.post("/remember").await;
    assert_eq!((answer.status.as_u16(), answer.set_cookies().len()), (500, 0));
    assert!(world.list.is_empty());
    assert_eq!(browser.get("/me").await.status, 200);
}

#[tokio::test]
async fn remembered_sessions_of_an_application_that_gave_it_up_ask_for_a_login() {
    let long = Long::new();
    let mut browser = Browser::new(shop(&long.sessions()));
    browser.post("/remember").await;
    let setup = long.world.setup().finish(long.keys.clone(), &long.list).expect("sound");
    let mut without = Browser::new(shop(&setup));
    without.jar = browser.jar.clone();
    long.world.advance(DAY);
    let answer = without.get("/me").await;
    assert_eq!((answer.status.as_u16(), answer.set_cookies().len()), (401, 0));
    assert_eq!(browser.get("/me").await.status, 200);
}

#[tokio::test]
async fn the_order_of_the_choices_does_not_matter() {
    let long = Long::new();
    let idle = Duration::from_secs(14 * DAY);
    let office = Lifetimes::default().token(Duration::from_secs(300));
    for is_first in [true, false] {
        let setup = long.world.setup();
        let setup = match is_first {
            true => setup.remember_me_and_keep_keys_for(idle).lifetimes(office.clone()),
            false => setup.lifetimes(office.clone()).remember_me_and_keep_keys_for(idle),
        };
        let sessions = setup.finish(long.keys.clone(), &long.list).expect("sound");
        let mut browser = Browser::new(shop(&sessions));
        browser.post("/remember").await;
        long.world.advance(100);
        let answer = browser.get("/me").await;
        assert!(answer.set_cookie(USER).is_some(), "due after a third of five minutes");
    }
}
