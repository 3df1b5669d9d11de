//! What a request can bring along, good and bad.

use waxseal::revocation::Revocation;

use crate::app::{Browser, GUEST, USER, World};
use crate::shop::shop;

/// What a request brings along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carries {
    Nothing,
    User,
    Guest,
    /// The cookies of a user and of a guest.
    Both,
    /// Old enough to be renewed.
    Due,
    /// Past its token's end, inside the idle limit.
    Lapsing,
    /// Past the idle limit.
    Lapsed,
    LapsedGuest,
    LoggedOut,
    /// Of a key that nobody knows.
    UnknownKey,
    Changed,
    NoToken,
    NoTokenGuest,
    TwoUsers,
    TwoGuests,
    /// A value in the cookie of the other one.
    UserAsGuest,
    GuestAsUser,
    BearerAsUser,
    Bearer,
    BearerLowerCase,
    BearerExpired,
    BearerLoggedOut,
    BearerNoToken,
    BearerEmpty,
    UserAsBearer,
    GuestAsBearer,
    UserAndBearer,
    GuestAndBearer,
    TwoBearers,
    UserAndBasic,
}

pub(crate) const CARRIES: [Carries; 30] = [
    Carries::Nothing,
    Carries::User,
    Carries::Guest,
    Carries::Both,
    Carries::Due,
    Carries::Lapsing,
    Carries::Lapsed,
    Carries::LapsedGuest,
    Carries::LoggedOut,
    Carries::UnknownKey,
    Carries::Changed,
    Carries::NoToken,
    Carries::NoTokenGuest,
    Carries::TwoUsers,
    Carries::TwoGuests,
    Carries::UserAsGuest,
    Carries::GuestAsUser,
    Carries::BearerAsUser,
    Carries::Bearer,
    Carries::BearerLowerCase,
    Carries::BearerExpired,
    Carries::BearerLoggedOut,
    Carries::BearerNoToken,
    Carries::BearerEmpty,
    Carries::UserAsBearer,
    Carries::GuestAsBearer,
    Carries::UserAndBearer,
    Carries::GuestAndBearer,
    Carries::TwoBearers,
    Carries::UserAndBasic,
];

/// The headers that carry it.
pub(crate) async fn carried(
    world: &World,
    elsewhere: &World,
    mut browser: Browser,
    what: Carries,
) -> Vec<(&'static str, String)> {
    let cookie = |pairs: &[(&str, &str)]| {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        vec![("cookie", pairs.join("; "))]
    };
    let bearer = |token: &str| vec![("authorization", format!("Bearer {token}"))];
    let mut other = browser.clone();
    browser.post("/login").await;
    other.post("/cart").await;
    let user = browser.cookie(USER).expect("logged in").to_owned();
    let guest = other.cookie(GUEST).expect("a guest").to_owned();
    match what {
        Carries::Nothing => vec![],
        Carries::User => cookie(&[(USER, &user)]),
        Carries::Guest => cookie(&[(GUEST, &guest)]),
        Carries::Both => cookie(&[(GUEST, &guest), (USER, &user)]),
        Carries::Due => aged(world, 400, cookie(&[(USER, &user)])),
        Carries::Lapsing => aged(world, 20 * 60, cookie(&[(USER, &user)])),
        Carries::Lapsed => aged(world, 31 * 60, cookie(&[(USER, &user)])),
        Carries::LapsedGuest => aged(world, 31 * 60, cookie(&[(GUEST, &guest)])),
        Carries::LoggedOut => {
            browser.post("/logout").await;
            cookie(&[(USER, &user)])
        }
        Carries::UnknownKey => {
            let mut browser = Browser::new(shop(&elsewhere.again().sessions()));
            browser.post("/login").await;
            cookie(&[(USER, browser.cookie(USER).expect("logged in"))])
        }
        Carries::Changed => {
            let middle = user.len() - 30;
            let letter = if user.as_bytes()[middle] == b'A' { "B" } else { "A" };
            cookie(&[(USER, &[&user[..middle], letter, &user[middle + 1..]].concat())])
        }
        Carries::NoToken => cookie(&[(USER, "hello")]),
        Carries::NoTokenGuest => cookie(&[(GUEST, "hello")]),
        Carries::TwoUsers => cookie(&[(USER, &user), (USER, &user)]),
        Carries::TwoGuests => cookie(&[(GUEST, "hello"), (GUEST, &guest)]),
        Carries::UserAsGuest => cookie(&[(GUEST, &user)]),
        Carries::GuestAsUser => cookie(&[(USER, &guest)]),
        Carries::BearerAsUser => cookie(&[(USER, &world.bearer("ada"))]),
        Carries::Bearer => bearer(&world.bearer("ada")),
        Carries::BearerLowerCase => {
            vec![("authorization", format!("bearer {}", world.bearer("ada")))]
        }
        Carries::BearerExpired => {
            let token = world.bearer("ada");
            aged(world, 20 * 60, bearer(&token))
        }
        Carries::BearerLoggedOut => {
            let token = world.bearer("ada");
            world.list.revoke(&Revocation::subject("ada")).expect("room");
            bearer(&token)
        }
        Carries::BearerNoToken => bearer("hello"),
        Carries::BearerEmpty => bearer(""),
        Carries::UserAsBearer => bearer(&user),
        Carries::GuestAsBearer => bearer(&guest),
        Carries::UserAndBearer => [cookie(&[(USER, &user)]), bearer(&world.bearer("ada"))].concat(),
        Carries::GuestAndBearer => {
            [cookie(&[(GUEST, &guest)]), bearer(&world.bearer("ada"))].concat()
        }
        Carries::TwoBearers => [bearer(&world.bearer("ada")), bearer("hello")].concat(),
        Carries::UserAndBasic => {
            let mut headers = cookie(&[(USER, &user)]);
            headers.push(("authorization", "Basic YWRhOmFkYQ==".into()));
            headers
        }
    }
}

fn aged<V>(world: &World, seconds: u64, headers: V) -> V {
    world.advance(seconds);
    headers
}
