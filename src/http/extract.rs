//! What handlers ask for.

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use crate::claims::Holder;
use crate::session::Session;

use super::facts::Effect;
use super::forgery::Forgery;
use super::layer::LayerOf;
use super::slot::{Carrier, Found, Proof, Slot, State, Touch};
use super::{Assembly, SessionError, SessionMut};

/// The slot that the layer left, if it holds a `T`.
pub(super) fn slot_of<T: State>(parts: &Parts) -> Result<Slot<T>, Assembly> {
    if let Some(slot) = parts.extensions.get::<Slot<T>>() {
        return Ok(slot.clone());
    }
    Err(match parts.extensions.get::<LayerOf>() {
        Some(LayerOf(layer)) => Assembly::OtherState { layer, handler: std::any::type_name::<T>() },
        None => Assembly::NoLayer,
    })
}

/// Evidence of somebody who is logged in, by cookie or bearer token. A guest is nobody here.
impl<T: State, S: Send + Sync> FromRequestParts<S> for Session<T> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        user_of(&slot_of::<T>(parts)?)
    }
}

/// `None` without a token and with a bad one; a fault of ours is one here too.
impl<T: State, S: Send + Sync> OptionalFromRequestParts<S> for Session<T> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, SessionError> {
        match user_of(&slot_of::<T>(parts)?) {
            Ok(session) => Ok(Some(session)),
            Err(error) if super::answer::is_hard(&error) => Err(error),
            Err(error @ SessionError::Forged(_)) => Err(error),
            Err(_) => Ok(None),
        }
    }
}

impl<T: State, S: Send + Sync> FromRequestParts<S> for SessionMut<T> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        Self::of(slot_of::<T>(parts)?)
    }
}

fn user_of<T: State>(slot: &Slot<T>) -> Result<Session<T>, SessionError> {
    let finding = slot.find(Touch::Used)?;
    match finding.found {
        Found::Session(session, carrier) if session.holder() == Holder::User => {
            // Whoever holds it may act on it, and has no writer that would ask for proof.
            let is_cookie = matches!(carrier, Carrier::Cookie(_));
            let is_unsafe = slot.facts().effect == Effect::Unsafe;
            match is_cookie && is_unsafe && slot.desk().proof == Proof::Missing {
                true => Err(Forgery::NoToken.into()),
                false => Ok(session),
            }
        }
        _ => Err(finding.refusal.unwrap_or(SessionError::NoSession)),
    }
}
