//! Keys, the revocation list, and the sessions made of both.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use waxseal::http::Sessions;
use waxseal::keyring::{KeyringError, NewRing, RingPolicy};
use waxseal::revocation::{RevocationPolicy, SqliteStore};
use waxseal::session::Lifetimes;
use waxseal::{Keys, RevocationList};

use crate::catalogue::Basket;
use crate::options::Site;

/// In every token: who minted it, and for whom.
pub(crate) const ISSUER: &str = "https://shop.example";
pub(crate) const AUDIENCE: &str = "shop";

const DAY: Duration = Duration::from_secs(86_400);

/// How long a browser that was told to remember may stay away. Keys and entries of the list are kept
/// for that long.
const MONTH: Duration = DAY.saturating_mul(30);

/// Opens the ring, and makes one the first time. It signs: the second service verifies by public keys.
/// A real shop rotates it, by `waxseal keys tick` once an hour.
pub(crate) fn keys(folder: &Path) -> Result<Keys, KeyringError> {
    let place = folder.join("keys");
    match Keys::open(&place) {
        Err(KeyringError::NoRing { .. }) => {
            // A key signs for longer than a session may still be renewed by it.
            let policy =
                RingPolicy { longest_life: MONTH, period: 2 * MONTH, ..RingPolicy::default() };
            NewRing::new(ISSUER).policy(policy).create(place)
        }
        opened => opened,
    }
}

/// The public half, for whoever verifies.
pub(crate) fn public_keys(folder: &Path) -> PathBuf {
    folder.join("keys/jwks.json")
}

/// Opens the list of who was logged out, and makes one the first time.
pub(crate) fn list(folder: &Path) -> Result<RevocationList, Box<dyn Error>> {
    let place = list_place(folder);
    if !Path::new(&place).exists() {
        SqliteStore::create(&place, RevocationPolicy::default().longest_life(MONTH))?;
    }
    Ok(RevocationList::open(&place)?)
}

pub(crate) fn list_place(folder: &Path) -> String {
    folder.join("revoked.db").display().to_string()
}

/// The sessions of the shop at `site`, for users that end after `idle` without use.
pub(crate) fn sessions(
    site: &Site,
    keys: &Keys,
    list: &RevocationList,
    idle: Option<Duration>,
) -> Result<Sessions<Basket>, Box<dyn Error>> {
    let guests = Lifetimes::default().idle(DAY).absolute(MONTH);
    let sessions = site
        .begin()?
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .readable_by_other_services()
        .lifetimes(idle.map_or_else(Lifetimes::default, short))
        .guests(guests)
        .remember_me_and_keep_keys_for(MONTH)
        .login_page("/login")
        .finish(keys.clone(), list)?;
    Ok(sessions)
}

/// To see a session end while one looks on.
fn short(idle: Duration) -> Lifetimes {
    let token = Duration::from_secs((idle.as_secs() / 3).max(30));
    let renewal = Duration::from_secs(5);
    Lifetimes::default().named("short").token(token).renew_after(renewal).idle(idle)
}

pub(crate) async fn stylesheet() -> ([(axum::http::HeaderName, HeaderValue); 1], &'static str) {
    let kind = HeaderValue::from_static("text/css; charset=utf-8");
    ([(CONTENT_TYPE, kind)], include_str!("style.css"))
}

pub(crate) async fn countdown() -> ([(axum::http::HeaderName, HeaderValue); 1], &'static str) {
    let kind = HeaderValue::from_static("text/javascript; charset=utf-8");
    ([(CONTENT_TYPE, kind)], include_str!("countdown.js"))
}
