//! pasetors, by its claims. It checks all four itself. Claims are a map of JSON values, made anew for
//! every token, with times from a clock that it reads; the state is read from the payload after that.

use pasetors::claims::{Claims, ClaimsValidationRules};
use pasetors::errors::{ClaimValidationError, Error};
use pasetors::keys::{AsymmetricPublicKey, AsymmetricSecretKey, SymmetricKey};
use pasetors::token::{TrustedToken, UntrustedToken};
use pasetors::version4::V4;
use pasetors::{Local, Public, local, public};
use serde_json::Value;

use super::{LIFE, yesterday};
use crate::forgery;
use crate::library::{Library, Refusal};
use crate::scenario::{self, AUDIENCE, ISSUER, Ours, SUBJECT, State, state};

pub(super) struct V4Public {
    secret: AsymmetricSecretKey<V4>,
    public: AsymmetricPublicKey<V4>,
    session: Session,
}

pub(super) struct V4Local {
    key: SymmetricKey<V4>,
    session: Session,
}

struct Session {
    rules: ClaimsValidationRules,
    state: State,
    jti: String,
}

impl V4Public {
    pub(super) fn new(ours: &Ours) -> Self {
        let public = ours.member("x");
        let both = [ours.secret.as_slice(), &public].concat();
        Self {
            secret: AsymmetricSecretKey::from(&both).expect("a key"),
            public: AsymmetricPublicKey::from(&public).expect("a key"),
            session: Session::new(),
        }
    }

    fn sign(&self, claims: &Claims) -> String {
        public::sign(&self.secret, claims, None, None).expect("a token")
    }
}

impl Library for V4Public {
    fn mint(&self) -> String {
        self.sign(&self.session.claims())
    }

    fn mint_expired(&self) -> String {
        self.sign(&self.session.expired())
    }

    fn verify(&self, token: &str) -> Result<State, Refusal> {
        let token = UntrustedToken::<Public, V4>::try_from(token).map_err(Refusal::other)?;
        typed(public::verify(&self.public, &token, &self.session.rules, None, None))
    }

    fn forge(&self, token: &str) -> String {
        forgery::paseto(token)
    }
}

impl V4Local {
    pub(super) fn new(ours: &Ours) -> Self {
        let key = SymmetricKey::from(&ours.secret).expect("a key");
        Self { key, session: Session::new() }
    }

    fn seal(&self, claims: &Claims) -> String {
        local::encrypt(&self.key, claims, None, None).expect("a token")
    }
}

impl Library for V4Local {
    fn mint(&self) -> String {
        self.seal(&self.session.claims())
    }

    fn mint_expired(&self) -> String {
        self.seal(&self.session.expired())
    }

    fn verify(&self, token: &str) -> Result<State, Refusal> {
        let token = UntrustedToken::<Local, V4>::try_from(token).map_err(Refusal::other)?;
        typed(local::decrypt(&self.key, &token, &self.session.rules, None, None))
    }

    fn forge(&self, token: &str) -> String {
        forgery::paseto(token)
    }
}

impl Session {
    fn new() -> Self {
        let mut rules = ClaimsValidationRules::new();
        rules.validate_issuer_with(ISSUER);
        rules.validate_audience_with(AUDIENCE);
        Self { rules, state: state(), jti: scenario::plain_claims().jti }
    }

    fn claims(&self) -> Claims {
        let life = LIFE.to_std().expect("a length of time");
        let mut claims = Claims::new_expires_in(&life).expect("claims");
        claims.issuer(ISSUER).expect("a claim");
        claims.audience(AUDIENCE).expect("a claim");
        claims.subject(SUBJECT).expect("a claim");
        claims.token_identifier(&self.jti).expect("a claim");
        let Ok(Value::Object(members)) = serde_json::to_value(&self.state) else {
            panic!("the state is an object");
        };
        for (name, value) in members {
            claims.add_additional(&name, value).expect("a claim");
        }
        claims
    }

    fn expired(&self) -> Claims {
        let (begins, ends) = (yesterday().to_rfc3339(), (yesterday() + LIFE).to_rfc3339());
        let mut claims = self.claims();
        claims.issued_at(&begins).expect("a time");
        claims.not_before(&begins).expect("a time");
        claims.expiration(&ends).expect("a time");
        claims
    }
}

fn typed(read: Result<TrustedToken, Error>) -> Result<State, Refusal> {
    match read {
        Ok(token) => serde_json::from_str(token.payload()).map_err(Refusal::other),
        Err(Error::TokenValidation) => Err(Refusal::Unauthentic),
        Err(Error::ClaimValidation(ClaimValidationError::Exp)) => Err(Refusal::Expired),
        Err(other) => Err(Refusal::other(other)),
    }
}
