//! This crate. It mints a whole session: a random session id and token id, and its limits too.

use std::rc::Rc;

use waxseal::jwt::{Stage, VerifyError};
use waxseal::time::{ManualClock, Timestamp};
use waxseal::{Issuer, Session};

use super::yesterday;
use crate::column::Column;
use crate::forgery;
use crate::library::{Library, Refusal};
use crate::scenario::{Ours, SUBJECT, State, state};

pub(super) struct Waxseal {
    column: Column,
    ours: Rc<Ours>,
    state: State,
    of_yesterday: Issuer,
}

impl Waxseal {
    pub(super) fn new(column: Column, ours: &Rc<Ours>) -> Self {
        let clock = ManualClock::at(Timestamp::from_secs(yesterday().timestamp())).clock();
        let of_yesterday = ours.issuer.clone().clock(clock);
        Self { column, ours: Rc::clone(ours), state: state(), of_yesterday }
    }
}

impl Library for Waxseal {
    fn mint(&self) -> String {
        self.ours.issuer.mint(SUBJECT, &self.state).expect("a token").into_string()
    }

    fn mint_expired(&self) -> String {
        self.of_yesterday.mint(SUBJECT, &self.state).expect("a token").into_string()
    }

    fn verify(&self, token: &str) -> Result<State, Refusal> {
        self.ours.verifier.verify(token).map(Session::into_state).map_err(|error| match error {
            VerifyError::Signature => Refusal::Unauthentic,
            error if error.stage() == Stage::Time => Refusal::Expired,
            error => Refusal::other(error),
        })
    }

    fn forge(&self, token: &str) -> String {
        match self.column {
            Column::V4Public | Column::V4Local => forgery::paseto(token),
            Column::Hs256 | Column::EdDsa | Column::Es256 | Column::A256Gcm => forgery::jose(token),
        }
    }
}
