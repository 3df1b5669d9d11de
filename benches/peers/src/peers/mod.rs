//! Who takes part in which column. Everyone in a column has the same key, as far as the formats allow.

mod biscuit;
mod cookie;
mod jsonwebtoken;
mod jwt_compact;
mod jwt_simple;
mod pasetors;
mod rusty_paseto;
mod waxseal;

use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::column::Column;
use crate::library::Library;
use crate::scenario::{Ours, PlainClaims, State, plain_claims};

/// A name for the tables, and the library under this column's key.
pub type Named = (&'static str, Rc<dyn Library>);

/// How long a token lives.
const LIFE: TimeDelta = TimeDelta::minutes(15);

/// waxseal first.
pub fn of(column: Column, ours: &Rc<Ours>) -> Vec<Named> {
    let mut all: Vec<Named> = vec![("waxseal", Rc::new(waxseal::Waxseal::new(column, ours)))];
    match column {
        Column::Hs256 => {
            all.extend(jsonwebtoken::each(ours));
            all.push(("jwt-simple", Rc::new(jwt_simple::JwtSimple::hs256(ours))));
            all.push(("jwt-compact", Rc::new(jwt_compact::hs256(ours))));
            all.push(("cookie, SignedJar", Rc::new(cookie::Signed::new())));
        }
        Column::EdDsa => {
            all.extend(jsonwebtoken::each(ours));
            all.push(("jwt-simple", Rc::new(jwt_simple::JwtSimple::eddsa(ours))));
            all.push(("jwt-compact", Rc::new(jwt_compact::eddsa(ours))));
            all.push(("biscuit-auth", Rc::new(biscuit::BiscuitAuth::new(ours))));
        }
        Column::Es256 => {
            all.extend(jsonwebtoken::each(ours));
            all.push(("jwt-simple", Rc::new(jwt_simple::JwtSimple::es256(ours))));
            all.push(("jwt-compact", Rc::new(jwt_compact::es256(ours))));
        }
        Column::A256Gcm => {
            all.push(("jwt-simple", Rc::new(jwt_simple::JwtSimple::sealed(ours))));
            all.push(("cookie, PrivateJar", Rc::new(cookie::Private::new())));
        }
        Column::V4Public => {
            all.push(("pasetors", Rc::new(pasetors::V4Public::new(ours))));
            all.push(("rusty_paseto", Rc::new(rusty_paseto::V4Public::new(ours))));
        }
        Column::V4Local => {
            all.push(("pasetors", Rc::new(pasetors::V4Local::new(ours))));
            all.push(("rusty_paseto", Rc::new(rusty_paseto::V4Local::new(ours))));
        }
    }
    all
}

/// A time whose tokens are over by now, whatever leeway a library grants.
fn yesterday() -> DateTime<Utc> {
    Utc::now() - TimeDelta::days(1)
}

/// The claims of a token that was minted at `begins`.
fn claims_from(begins: DateTime<Utc>) -> PlainClaims {
    let (iat, exp) = (begins.timestamp(), (begins + LIFE).timestamp());
    PlainClaims { iat, nbf: iat, exp, ..plain_claims() }
}

impl From<PlainClaims> for State {
    fn from(claims: PlainClaims) -> Self {
        let PlainClaims { user_id, name, roles, csrf, cart, .. } = claims;
        Self { user_id, name, roles, csrf, cart }
    }
}
