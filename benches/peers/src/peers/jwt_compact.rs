//! jwt-compact. It checks `exp` and `nbf` by two calls of the caller's; `iss` and `aud` are claims of
//! the caller's to it, compared here.

use chrono::{DateTime, Utc};
use jwt_compact::alg::{Ed25519, Es256, Hs256, SigningKey, VerifyingKey};
use jwt_compact::{
    Algorithm, AlgorithmExt as _, Claims, Header, TimeOptions, UntrustedToken, ValidationError,
};
use serde::{Deserialize, Serialize};

use super::{claims_from, yesterday};
use crate::library::{Library, Refusal};
use crate::scenario::{AUDIENCE, ISSUER, Line, Ours, PlainClaims, State};

pub(super) fn hs256(ours: &Ours) -> impl Library + use<> {
    JwtCompact::of(Hs256, ours)
}

pub(super) fn eddsa(ours: &Ours) -> impl Library + use<> {
    JwtCompact::of(Ed25519, ours)
}

pub(super) fn es256(ours: &Ours) -> impl Library + use<> {
    JwtCompact::of(Es256, ours)
}

struct JwtCompact<A: Algorithm> {
    algorithm: A,
    signing: A::SigningKey,
    verifying: A::VerifyingKey,
    header: Header,
    claims: Claims<Custom>,
    expired: Claims<Custom>,
    time: TimeOptions,
}

/// The claims that it does not know.
#[derive(Deserialize, Serialize)]
struct Custom {
    iss: String,
    aud: String,
    sub: String,
    jti: String,
    user_id: u64,
    name: String,
    roles: Vec<String>,
    csrf: String,
    cart: Vec<Line>,
}

impl<A> JwtCompact<A>
where
    A: Algorithm,
    A::SigningKey: SigningKey<A>,
    A::VerifyingKey: VerifyingKey<A>,
{
    fn of(algorithm: A, ours: &Ours) -> Self {
        let signing = A::SigningKey::from_slice(&ours.secret).expect("a key");
        let verifying = signing.to_verifying_key();
        Self {
            algorithm,
            signing,
            verifying,
            header: Header::empty().with_token_type("JWT").with_key_id("k1-mm4e9d"),
            claims: claims(claims_from(Utc::now())),
            expired: claims(claims_from(yesterday())),
            time: TimeOptions::default(),
        }
    }
}

impl<A: Algorithm> JwtCompact<A> {
    fn token(&self, claims: &Claims<Custom>) -> String {
        self.algorithm.token(&self.header, claims, &self.signing).expect("a token")
    }
}

impl<A: Algorithm> Library for JwtCompact<A> {
    fn mint(&self) -> String {
        self.token(&self.claims)
    }

    fn mint_expired(&self) -> String {
        self.token(&self.expired)
    }

    fn verify(&self, token: &str) -> Result<State, Refusal> {
        let token = UntrustedToken::new(token).map_err(Refusal::other)?;
        let validator = self.algorithm.validator::<Custom>(&self.verifying);
        let token = validator.validate(&token).map_err(refusal)?;
        let in_time = token.claims().validate_expiration(&self.time);
        in_time.and_then(|claims| claims.validate_maturity(&self.time)).map_err(refusal)?;
        let (_, Claims { custom, .. }) = token.into_parts();
        let Custom { iss, aud, user_id, name, roles, csrf, cart, .. } = custom;
        if iss != ISSUER || aud != AUDIENCE {
            return Err(Refusal::other((iss, aud)));
        }
        Ok(State { user_id, name, roles, csrf, cart })
    }
}

fn refusal(error: ValidationError) -> Refusal {
    match error {
        ValidationError::InvalidSignature => Refusal::Unauthentic,
        ValidationError::Expired => Refusal::Expired,
        other => Refusal::other(other),
    }
}

fn claims(plain: PlainClaims) -> Claims<Custom> {
    let PlainClaims { iss, aud, sub, jti, iat, nbf, exp, user_id, name, roles, csrf, cart } = plain;
    let at = |seconds| DateTime::from_timestamp(seconds, 0);
    let custom = Custom { iss, aud, sub, jti, user_id, name, roles, csrf, cart };
    let mut claims = Claims::new(custom);
    (claims.issued_at, claims.not_before, claims.expiration) = (at(iat), at(nbf), at(exp));
    claims
}
