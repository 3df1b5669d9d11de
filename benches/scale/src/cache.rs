//! Tokens that are verified again and again: how long a hit takes and what an entry weighs, by how many
//! sessions are live.

use std::path::Path;

use serde::{Deserialize, Serialize};
use waxseal::jwt::Issuer;
use waxseal::key::{Algorithm, Key, KeySet};
use waxseal::time::Clock;
use waxseal::{RevocationList, Verifier};

use crate::measure::{mixed, per_call, resident_bytes};
use crate::plot::{Line, draw};
use crate::{Size, alone};

pub const ISSUER: &str = "https://id.example";
pub const AUDIENCE: &str = "shop";

/// The caller's state.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct State {
    pub user_id: u64,
    pub name: String,
    pub roles: Vec<String>,
    pub csrf: String,
    pub cart: Vec<(u32, u32)>,
}

/// `count` sessions' tokens under `key`.
pub fn tokens(key: Key, count: usize) -> (Key, Vec<String>) {
    let now = Clock::system().now();
    let seconds = now.as_secs();
    let issuer = Issuer::new(key.clone()).expect("it mints").typ("session+jwt");
    let token = |number: usize| {
        let id = |half: u64| {
            let mut bytes = [0; 16];
            bytes[..8].copy_from_slice(&mixed(number as u64 * 4 + half).to_be_bytes());
            bytes[8..].copy_from_slice(&mixed(number as u64 * 4 + half + 2).to_be_bytes());
            waxseal::base64url::encode(&bytes)
        };
        let state = State {
            user_id: number as u64,
            name: "Ada Lovelace-King".into(),
            roles: ["customer", "editor", "beta"].map(Into::into).into(),
            csrf: "dGhpcyBpcyBhIGNzcmYgdG9rZW4gb2YgMzIgYnl0ZXM".into(),
            cart: vec![(90_210, 2), (31_337, 1)],
        };
        let claims = Wire {
            iss: ISSUER,
            aud: AUDIENCE,
            sub: format!("user-{number:07}"),
            sid: id(0),
            jti: id(1),
            iat: seconds,
            nbf: seconds,
            exp: seconds + 7_200,
            auth_time: seconds,
            sst: now.as_millis(),
            idl: seconds + 7_200,
            abs: seconds + 28_800,
            rnw: seconds + 300,
            pro: "default",
            generation: 0,
            ver: 1,
            st: state,
        };
        issuer.mint(&claims).expect("minted").into_string()
    };
    (key, (0..count).map(token).collect())
}

/// A session's claims. Written here, so that it lives for two hours: a measurement takes a while.
#[derive(Serialize)]
struct Wire {
    iss: &'static str,
    aud: &'static str,
    sub: String,
    sid: String,
    jti: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    auth_time: i64,
    sst: i64,
    idl: i64,
    abs: i64,
    rnw: i64,
    pro: &'static str,
    #[serde(rename = "gen")]
    generation: u64,
    ver: u64,
    st: State,
}

pub fn run(size: Size, plots: Option<&Path>) {
    let sizes: &[usize] = match size {
        Size::Whole => &[1, 1_000, 10_000, 100_000, 1_000_000],
        Size::Little => &[1, 100],
    };
    println!("| live tokens | hit | verified whole (HS256) | bytes a token |");
    println!("|---|---|---|---|");
    let (mut hits, mut wholes) = (Vec::new(), Vec::new());
    for count in sizes {
        let figures = alone("--cache", *count);
        let [hit, whole, weight] = figures.as_slice() else { panic!("three figures") };
        println!("| {count} | {hit:.0} ns | {whole:.0} ns | {weight:.0} |");
        let count = *count as f64;
        hits.push((count, *hit));
        wholes.push((count, *whole));
    }
    println!();
    if let Some(plots) = plots {
        let lines = [Line::new("a hit", hits), Line::new("verified whole, HS256", wholes)];
        draw(&plots.join("cache.svg"), "Verifying a token again", "live tokens", "ns", &lines);
    }
}

/// Nanoseconds of a hit and of a whole verification, and bytes of an entry.
pub fn at(count: usize) -> Vec<f64> {
    let (key, tokens) = tokens(Key::generate(Algorithm::Hs256).expect("a key"), count);
    let list = RevocationList::in_memory();
    let verifier = Verifier::new(KeySet::only(key), ISSUER, AUDIENCE).revocations(&list);
    // Shards do not fill evenly.
    let cached = verifier.clone().cached::<State>(count + count / 2 + 64);
    let before = resident_bytes();
    for token in &tokens {
        cached.verify(token).expect("good");
    }
    let weight = (resident_bytes() - before) / count as f64;
    assert_eq!(cached.len(), count, "an entry was pushed out");
    let one = |number| &tokens[(number % count as u64) as usize];
    let hit = per_call(200_000, one, |token| cached.verify(token).is_ok());
    let whole = per_call(20_000, one, |token| verifier.verify::<State>(token).is_ok());
    vec![hit, whole, weight]
}
