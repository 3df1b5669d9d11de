//! jwt-simple. It checks all four claims itself. Its claims are made anew for every token, as its API
//! asks, from a clock that it reads; the verification options are cloned for every call. Sealed, it
//! wraps a key for every token (A256KW): it has no `dir`.

use jwt_simple::JWTError;
use jwt_simple::prelude::*;

use super::{LIFE, yesterday};
use crate::library::{Library, Refusal};
use crate::scenario::{self, AUDIENCE, ISSUER, Ours, SUBJECT, State, state};

const KEY_ID: &str = "k1-mm4e9d";

pub(super) struct JwtSimple {
    keys: Keys,
    options: VerificationOptions,
    state: State,
    jti: String,
}

enum Keys {
    Hs256(HS256Key),
    EdDsa(Ed25519KeyPair, Ed25519PublicKey),
    Es256(ES256KeyPair, ES256PublicKey),
    Sealed(A256KWKey),
}

impl JwtSimple {
    pub(super) fn hs256(ours: &Ours) -> Self {
        Self::of(Keys::Hs256(HS256Key::from_bytes(&ours.secret).with_key_id(KEY_ID)))
    }

    pub(super) fn eddsa(ours: &Ours) -> Self {
        let both = [ours.secret.as_slice(), &ours.member("x")].concat();
        let pair = Ed25519KeyPair::from_bytes(&both).expect("a key").with_key_id(KEY_ID);
        let public = pair.public_key();
        Self::of(Keys::EdDsa(pair, public))
    }

    pub(super) fn es256(ours: &Ours) -> Self {
        let pair = ES256KeyPair::from_bytes(&ours.secret).expect("a key").with_key_id(KEY_ID);
        let public = pair.public_key();
        Self::of(Keys::Es256(pair, public))
    }

    pub(super) fn sealed(ours: &Ours) -> Self {
        let key = A256KWKey::from_bytes(&ours.secret).expect("a key").with_key_id(KEY_ID);
        Self::of(Keys::Sealed(key))
    }

    fn of(keys: Keys) -> Self {
        let options = VerificationOptions {
            allowed_issuers: Some([ISSUER.to_owned()].into()),
            allowed_audiences: Some([AUDIENCE.to_owned()].into()),
            ..VerificationOptions::default()
        };
        Self { keys, options, state: state(), jti: scenario::plain_claims().jti }
    }

    fn claims(&self) -> JWTClaims<&State> {
        let life = Duration::from_secs(LIFE.num_seconds().unsigned_abs());
        Claims::with_custom_claims(&self.state, life)
            .with_issuer(ISSUER)
            .with_audience(AUDIENCE)
            .with_subject(SUBJECT)
            .with_jwt_id(&self.jti)
    }

    fn protect(&self, claims: JWTClaims<&State>) -> String {
        let token = match &self.keys {
            Keys::Hs256(key) => key.authenticate(claims),
            Keys::EdDsa(pair, _) => pair.sign(claims),
            Keys::Es256(pair, _) => pair.sign(claims),
            Keys::Sealed(key) => key.encrypt(claims),
        };
        token.expect("a token")
    }
}

impl Library for JwtSimple {
    fn mint(&self) -> String {
        self.protect(self.claims())
    }

    fn mint_expired(&self) -> String {
        let begins = yesterday();
        let seconds = |at: i64| Some(Duration::from_secs(at.unsigned_abs()));
        let mut claims = self.claims().invalid_before(seconds(begins.timestamp()).expect("some"));
        claims.issued_at = seconds(begins.timestamp());
        claims.expires_at = seconds((begins + LIFE).timestamp());
        self.protect(claims)
    }

    fn verify(&self, token: &str) -> Result<State, Refusal> {
        let options = Some(self.options.clone());
        let read = match &self.keys {
            Keys::Hs256(key) => key.verify_token(token, options),
            Keys::EdDsa(_, public) => public.verify_token(token, options),
            Keys::Es256(_, public) => public.verify_token(token, options),
            Keys::Sealed(key) => {
                let claim_options = options;
                let options = DecryptionOptions { claim_options, ..DecryptionOptions::default() };
                key.decrypt_token(token, Some(options))
            }
        };
        match read {
            Ok(claims) => Ok(claims.custom),
            Err(error) => Err(match error.downcast_ref() {
                Some(
                    JWTError::InvalidAuthenticationTag
                    | JWTError::InvalidSignature
                    | JWTError::DecryptionFailed,
                ) => Refusal::Unauthentic,
                Some(JWTError::TokenHasExpired) => Refusal::Expired,
                _ => Refusal::other(error),
            }),
        }
    }
}
