//! Values beside the state: read once, or gone before the session is.

use crate::app::{Browser, GUEST, USER, World};
use crate::shop::shop;

fn browser(world: &World) -> Browser {
    Browser::new(shop(&world.sessions()))
}

#[tokio::test]
async fn a_flash_is_read_once() {
    let world = World::new();
    let mut browser = browser(&world);
    browser.post("/flash?m=saved").await;
    assert!(browser.cookie(GUEST).is_some(), "something to remember");
    assert_eq!(browser.get("/flash").await.text, r#"Some("saved") None None"#);
    assert!(browser.cookie(GUEST).is_none(), "nothing to remember any more");
    assert_eq!(browser.get("/flash").await.text, "None None None");
}

#[tokio::test]
async fn a_flash_waits_for_whoever_reads_it() {
    let world = World::new();
    let mut browser = browser(&world);
    browser.post("/login").await;
    browser.post("/flash?m=saved").await;
    browser.post("/cart").await;
    browser.get("/me").await;
    assert_eq!(browser.get("/flash").await.text, r#"Some("saved") None None"#);
    assert_eq!(browser.get("/cart").await.text, r#"Some("ada") [7]"#);
}

#[tokio::test]
async fn the_later_flash_of_a_name_counts() {
    let world = World::new();
    let mut browser = browser(&world);
    browser.post("/flash?m=one").await;
    browser.post("/flash?m=two").await;
    assert_eq!(browser.get("/flash").await.text, r#"Some("two") None None"#);
}

#[tokio::test]
async fn a_flash_for_this_answer_is_in_no_cookie() {
    let world = World::new();
    let mut browser = browser(&world);
    let answer = browser.post("/flash-now").await;
    assert_eq!(answer.text, r#"Some("now")"#);
    assert!(answer.set_cookies().is_empty());
    assert_eq!(browser.get("/flash").await.text, "None None None");
}

#[tokio::test]
async fn a_flash_that_is_kept_is_there_once_more() {
    let world = World::new();
    let mut browser = browser(&world);
    browser.post("/flash?m=saved").await;
    for _ in 0..3 {
        assert_eq!(browser.get("/keep").await.text, r#"Some("saved")"#);
    }
    assert_eq!(browser.get("/flash").await.text, r#"Some("saved") None None"#);
    assert_eq!(browser.get("/keep").await.text, "None");
    assert!(browser.jar.is_empty());
}

#[tokio::test]
async fn a_flash_survives_renewal_login_promotion_and_refresh() {
    let world = World::new();
    let mut browser = browser(&world);
    browser.post("/flash?m=saved").await;
    browser.post("/login").await;
    world.advance(400);
    browser.get("/me").await;
    assert_eq!(browser.post("/promote").await.status, 200);
    assert_eq!(browser.post("/version").await.status, 200);
    assert_eq!(browser.get("/flash").await.text, r#"Some("saved") None None"#);
}

#[tokio::test]
async fn a_value_ends_when_it_says_and_not_with_the_session() {
    let world = World::new();
    let mut browser = browser(&world);
    browser.post("/login").await;
    let put = browser.post("/put?life=60").await;
    assert_eq!(put.text, r#"Some("half a letter")"#);
    assert_eq!(browser.get("/value").await.text, r#"Some("half a letter")"#);
    world.advance(59);
    assert_eq!(browser.get("/value").await.text, r#"Some("half a letter")"#);
    world.advance(1);
    assert_eq!(browser.get("/value").await.text, "None");
    assert_eq!(browser.get("/me").await.status, 200);
    let long = browser.cookie(USER).expect("logged in").len();
    browser.post("/cart").await;
    assert!(browser.cookie(USER).expect("logged in").len() < long, "it is in the cookie no more");
}

#[tokio::test]
async fn a_value_is_not_a_flash_and_a_flash_is_no_value() {
    let world = World::new();
    let mut browser = browser(&world);
    browser.post("/login").await;
    browser.post("/put?life=60").await;
    assert_eq!(browser.get("/flash").await.text, "None None None");
    assert_eq!(browser.get("/value").await.text, r#"Some("half a letter")"#);
    assert_eq!(browser.post("/forget").await.text, "None");
    assert_eq!(browser.get("/value").await.text, "None");
}

#[tokio::test]
async fn a_value_of_no_life_is_never_there() {
    let world = World::new();
    let mut browser = browser(&world);
    let answer = browser.post("/put?life=0").await;
    assert_eq!(answer.text, "None");
    assert!(answer.set_cookies().is_empty());
}

#[tokio::test]
async fn clear_forgets_values_and_flashes() {
    let world = World::new();
    let mut browser = browser(&world);
    browser.post("/login").await;
    browser.post("/cart").await;
    browser.post("/flash?m=saved").await;
    browser.post("/put?life=60").await;
    browser.post("/clear").await;
    assert_eq!(browser.get("/cart").await.text, r#"Some("ada") []"#);
    assert_eq!(browser.get("/value").await.text, "None");
    assert_eq!(browser.get("/flash").await.text, "None None None");
}

#[tokio::test]
async fn another_user_gets_neither_state_nor_values_of_the_one_before() {
    let world = World::new();
    let mut browser = browser(&world);
    browser.post("/login?user=ada").await;
    browser.post("/cart").await;
    browser.post("/flash?m=saved").await;
    browser.post("/put?life=600").await;
    browser.post("/login?user=eve").await;
    assert_eq!(browser.get("/cart").await.text, r#"Some("eve") []"#);
    assert_eq!(browser.get("/value").await.text, "None");
    assert_eq!(browser.get("/flash").await.text, "None None None");
    // The same user again is not another one.
    browser.post("/cart").await;
    browser.post("/login?user=eve").await;
    assert_eq!(browser.get("/cart").await.text, r#"Some("eve") [7]"#);
}
