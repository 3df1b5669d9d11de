//! rusty_paseto, by its "batteries included" layer. It checks all four claims itself. Builder and
//! parser are made anew for every token, as their lifetimes ask.

// Its parsers still answer with the errors that it deprecates.
#![allow(deprecated)]

use rusty_paseto::core::PasetoError;
use rusty_paseto::prelude::*;

use super::{LIFE, yesterday};
use crate::forgery;
use crate::library::{Library, Refusal};
use crate::scenario::{self, AUDIENCE, ISSUER, Ours, SUBJECT, State, state};

pub(super) struct V4Public {
    secret: Key<64>,
    public: Key<32>,
    session: Session,
}

pub(super) struct V4Local {
    key: PasetoSymmetricKey<V4, Local>,
    session: Session,
}

struct Session {
    state: State,
    jti: String,
}

impl V4Public {
    pub(super) fn new(ours: &Ours) -> Self {
        let public = ours.member("x");
        let both = [ours.secret.as_slice(), &public].concat();
        Self {
            secret: Key::try_from(both.as_slice()).expect("a key"),
            public: Key::try_from(public.as_slice()).expect("a key"),
            session: Session::new(),
        }
    }

    fn sign(&self, mut builder: PasetoBuilder<'_, V4, Public>) -> String {
        builder.build(&PasetoAsymmetricPrivateKey::from(&self.secret)).expect("a token")
    }
}

impl Library for V4Public {
    fn mint(&self) -> String {
        self.sign(self.session.live())
    }

    fn mint_expired(&self) -> String {
        self.sign(self.session.expired())
    }

    fn verify(&self, token: &str) -> Result<State, Refusal> {
        let key = PasetoAsymmetricPublicKey::from(&self.public);
        parser::<Public>().parse_into(token, &key).map_err(refusal)
    }

    fn forge(&self, token: &str) -> String {
        forgery::paseto(token)
    }
}

impl V4Local {
    pub(super) fn new(ours: &Ours) -> Self {
        let key = Key::<32>::try_from(ours.secret.as_slice()).expect("a key");
        Self { key: PasetoSymmetricKey::from(key), session: Session::new() }
    }
}

impl Library for V4Local {
    fn mint(&self) -> String {
        self.session.live::<Local>().build(&self.key).expect("a token")
    }

    fn mint_expired(&self) -> String {
        self.session.expired::<Local>().build(&self.key).expect("a token")
    }

    fn verify(&self, token: &str) -> Result<State, Refusal> {
        parser::<Local>().parse_into(token, &self.key).map_err(refusal)
    }

    fn forge(&self, token: &str) -> String {
        forgery::paseto(token)
    }
}

impl Session {
    fn new() -> Self {
        Self { state: state(), jti: scenario::plain_claims().jti }
    }

    fn live<Purpose>(&self) -> PasetoBuilder<'_, V4, Purpose> {
        self.builder().expires_in(LIFE.to_std().expect("a length of time"))
    }

    fn expired<Purpose>(&self) -> PasetoBuilder<'_, V4, Purpose> {
        let ends = (yesterday() + LIFE).to_rfc3339();
        let mut builder = self.builder();
        builder.set_claim(ExpirationClaim::try_from(ends).expect("a time"));
        builder
    }

    fn builder<Purpose>(&self) -> PasetoBuilder<'_, V4, Purpose> {
        let State { user_id, name, roles, csrf, cart } = &self.state;
        PasetoBuilder::default()
            .issuer(ISSUER)
            .audience(AUDIENCE)
            .subject(SUBJECT)
            .token_identifier(&self.jti)
            .claim("user_id", user_id)
            .and_then(|builder| builder.claim("name", name))
            .and_then(|builder| builder.claim("roles", roles))
            .and_then(|builder| builder.claim("csrf", csrf))
            .and_then(|builder| builder.claim("cart", cart))
            .expect("claims")
    }
}

fn parser<'a, Purpose>() -> PasetoParser<'a, V4, Purpose> {
    PasetoParser::default().expect_issuer(ISSUER).expect_audience(AUDIENCE)
}

fn refusal(error: GenericParserError) -> Refusal {
    match error {
        GenericParserError::ClaimError { source: PasetoClaimError::Expired } => Refusal::Expired,
        GenericParserError::CipherError {
            source: PasetoError::Cryption | PasetoError::RsaCipher { .. },
        } => Refusal::Unauthentic,
        other => Refusal::other(other),
    }
}
