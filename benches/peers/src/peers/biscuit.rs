//! biscuit-auth. The claims are facts, the times a check inside the token, issuer and audience a
//! policy of the verifier's; its engine has no typed state, so the state is one fact of JSON. Its
//! rules are parsed at compile time, but their engine runs for every token.

use std::time::{Duration, SystemTime};

use biscuit_auth::builder::Rule;
use biscuit_auth::error::{Format, Logic, Token};
use biscuit_auth::macros::{authorizer, biscuit, rule};
use biscuit_auth::{
    Algorithm, AuthorizerBuilder, AuthorizerLimits, Biscuit, KeyPair, PrivateKey, PublicKey,
};

use super::{LIFE, yesterday};
use crate::forgery;
use crate::library::{Library, Refusal};
use crate::scenario::{self, AUDIENCE, ISSUER, Ours, SUBJECT, State, state};

pub(super) struct BiscuitAuth {
    root: KeyPair,
    public: PublicKey,
    policy: AuthorizerBuilder,
    query: Rule,
    state: State,
    jti: String,
}

impl BiscuitAuth {
    pub(super) fn new(ours: &Ours) -> Self {
        let key = PrivateKey::from_bytes(&ours.secret, Algorithm::Ed25519).expect("a key");
        let root = KeyPair::from(&key);
        let policy = authorizer!(
            "allow if issuer({issuer}), audience({audience})",
            issuer = ISSUER,
            audience = AUDIENCE
        );
        // Its limit is 1 ms, which a busy machine can take.
        let limits =
            AuthorizerLimits { max_time: Duration::from_secs(1), ..policy.limits().clone() };
        Self {
            public: root.public(),
            root,
            policy: policy.set_limits(limits),
            query: rule!("read($state) <- state($state)"),
            state: state(),
            jti: scenario::plain_claims().jti,
        }
    }

    fn token(&self, begins: SystemTime) -> String {
        let state = serde_json::to_string(&self.state).expect("JSON");
        let builder = biscuit!(
            "issuer({issuer}); audience({audience}); subject({subject}); id({id}); state({state});
             issued_at({begins});
             check if time($now), $now >= {begins}, $now < {ends}",
            issuer = ISSUER,
            audience = AUDIENCE,
            subject = SUBJECT,
            id = self.jti.as_str(),
            state = state,
            begins = begins,
            ends = begins + LIFE.to_std().expect("a length of time"),
        );
        builder.build(&self.root).and_then(|token| token.to_base64()).expect("a token")
    }

    fn read(&self, token: &str) -> Result<String, Token> {
        let token = Biscuit::from_base64(token, self.public)?;
        let mut authorizer = self.policy.clone().time().build(&token)?;
        authorizer.authorize()?;
        let (state,): (String,) = authorizer.query_exactly_one(self.query.clone())?;
        Ok(state)
    }
}

impl Library for BiscuitAuth {
    fn mint(&self) -> String {
        self.token(SystemTime::now())
    }

    fn mint_expired(&self) -> String {
        self.token(yesterday().into())
    }

    fn verify(&self, token: &str) -> Result<State, Refusal> {
        match self.read(token) {
            Ok(state) => serde_json::from_str(&state).map_err(Refusal::other),
            Err(Token::Format(Format::Signature(_))) => Err(Refusal::Unauthentic),
            // The policy agreed and a check did not: its only one is about the time.
            Err(Token::FailedLogic(Logic::Unauthorized { .. })) => Err(Refusal::Expired),
            Err(other) => Err(Refusal::other(other)),
        }
    }

    /// The signature of the only block stands inside.
    fn forge(&self, token: &str) -> String {
        let signature = Biscuit::from_base64(token, self.public)
            .expect("authentic")
            .revocation_identifiers()
            .remove(0);
        forgery::bit(token, |bytes| {
            let at = bytes.windows(signature.len()).position(|window| window == signature);
            at.expect("the signature") + signature.len() - 1
        })
    }
}
