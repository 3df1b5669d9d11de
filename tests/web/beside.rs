//! A second service on another port, which reads the first one's cookies.

use waxseal::Revocations;
use waxseal::http::{Sessions, SetupFault};
use waxseal::key::Algorithm;
use waxseal::session::Verifier;

use crate::app::{Cart, World};

fn name_of(own: &str, first: &str) -> Result<String, SetupFault> {
    let world = World::with(Algorithm::EdDsa);
    let none = Revocations::none_because("a test");
    let verifier = Verifier::new(world.keys.clone(), "id", "shop").revocations(none);
    let setup = match own.starts_with("https") {
        true => Sessions::<Cart>::setup(own)?,
        false => Sessions::<Cart>::dev(own)?,
    };
    let sessions = setup.cookies_of(first).finish_verifying(verifier)?;
    Ok(sessions.cookie_name().to_owned())
}

#[test]
fn a_second_service_reads_the_cookies_of_the_first() {
    for (own, first, name) in [
        ("http://localhost:3001", "http://localhost:3000", "dev-session-3000"),
        ("http://[::1]:3001", "http://[::1]:3000", "dev-session-3000"),
        ("https://shop.example:8444", "https://shop.example", "__Host-session"),
    ] {
        assert_eq!(name_of(own, first).as_deref(), Ok(name));
    }
    for (own, first) in [
        ("http://localhost:3001", "http://127.0.0.1:3000"),
        ("https://orders.shop.example", "https://shop.example"),
    ] {
        assert!(matches!(name_of(own, first), Err(SetupFault::CookiesOf { .. })), "{own}");
    }
    let mixed = name_of("https://shop.example", "http://localhost:3000");
    assert!(matches!(mixed, Err(SetupFault::NotHttps(_))), "{mixed:?}");
}
