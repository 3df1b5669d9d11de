//! The jars of the `cookie` crate. They protect a text and know no claims: it is read as JSON here,
//! and all four claims are compared here, as an application would.

use chrono::Utc;
use cookie::{Cookie, CookieJar, Key};

use super::{claims_from, yesterday};
use crate::forgery;
use crate::library::{Library, Refusal};
use crate::scenario::{AUDIENCE, ISSUER, PlainClaims, State};

const NAME: &str = "session";
/// The length of a tag of SignedJar, which stands before the value.
const TAG: usize = 44;

pub(super) struct Signed(Contents);

pub(super) struct Private(Contents);

struct Contents {
    key: Key,
    jar: CookieJar,
    claims: PlainClaims,
    expired: PlainClaims,
}

impl Signed {
    pub(super) fn new() -> Self {
        Self(Contents::new())
    }

    fn sign(&self, claims: &PlainClaims) -> String {
        let mut jar = CookieJar::new();
        jar.signed_mut(&self.0.key).add(json_cookie(claims));
        value(&jar)
    }
}

impl Library for Signed {
    fn mint(&self) -> String {
        self.sign(&self.0.claims)
    }

    fn mint_expired(&self) -> String {
        self.sign(&self.0.expired)
    }

    fn verify(&self, token: &str) -> Result<State, Refusal> {
        let cookie = Cookie::new(NAME, token.to_owned());
        let cookie = self.0.jar.signed(&self.0.key).verify(cookie).ok_or(Refusal::Unauthentic)?;
        checked(&cookie)
    }

    fn forge(&self, token: &str) -> String {
        let (tag, value) = token.split_at(TAG);
        forgery::last_bit(tag) + value
    }
}

impl Private {
    pub(super) fn new() -> Self {
        Self(Contents::new())
    }

    fn seal(&self, claims: &PlainClaims) -> String {
        let mut jar = CookieJar::new();
        jar.private_mut(&self.0.key).add(json_cookie(claims));
        value(&jar)
    }
}

impl Library for Private {
    fn mint(&self) -> String {
        self.seal(&self.0.claims)
    }

    fn mint_expired(&self) -> String {
        self.seal(&self.0.expired)
    }

    fn verify(&self, token: &str) -> Result<State, Refusal> {
        let cookie = Cookie::new(NAME, token.to_owned());
        let cookie = self.0.jar.private(&self.0.key).decrypt(cookie).ok_or(Refusal::Unauthentic)?;
        checked(&cookie)
    }

    fn forge(&self, token: &str) -> String {
        forgery::last_bit(token)
    }
}

impl Contents {
    fn new() -> Self {
        let (claims, expired) = (claims_from(Utc::now()), claims_from(yesterday()));
        Self { key: Key::from(&[7; 64]), jar: CookieJar::new(), claims, expired }
    }
}

fn json_cookie(claims: &PlainClaims) -> Cookie<'static> {
    Cookie::new(NAME, serde_json::to_string(claims).expect("JSON"))
}

fn value(jar: &CookieJar) -> String {
    jar.get(NAME).expect("a cookie").value().to_owned()
}

fn checked(cookie: &Cookie<'_>) -> Result<State, Refusal> {
    let claims: PlainClaims = serde_json::from_str(cookie.value()).map_err(Refusal::other)?;
    let now = Utc::now().timestamp();
    if claims.exp <= now {
        return Err(Refusal::Expired);
    }
    if claims.nbf > now || claims.iss != ISSUER || claims.aud != AUDIENCE {
        return Err(Refusal::other((claims.nbf, claims.iss, claims.aud)));
    }
    Ok(State::from(claims))
}
