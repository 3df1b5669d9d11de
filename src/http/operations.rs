//! One-time tokens for what a session does: an order that a double click must not send twice.

use std::time::Duration;

use crate::session::{Operation, Operations};

use super::slot::State;
use super::{Assembly, SessionError, SessionMut, durable};

impl<T: State> SessionMut<T> {
    /// A token for `operation`, good once and for `life` at most (15 min): for the form that confirms
    /// it.
    ///
    /// # Errors
    /// [`SessionError::Operation`]; [`Assembly::NoSession`] while there is none to bind it to.
    pub fn operation_token(
        &self,
        operation: &Operation,
        life: Duration,
    ) -> Result<String, SessionError> {
        let id = self.id().ok_or(Assembly::NoSession)?;
        Ok(self.operations()?.mint(id, operation, life)?)
    }

    /// Uses a token up: of any number of calls, on any host that shares the list, one succeeds. It
    /// returns once that is durable.
    ///
    /// # Errors
    /// [`SessionError::Operation`]: used before, expired, or made for another session, operation or
    /// detail. [`Assembly::NoSession`].
    pub async fn redeem(&self, operation: &Operation, token: &str) -> Result<(), SessionError> {
        self.check_proof()?;
        let id = self.id().ok_or(Assembly::NoSession)?;
        let (operations, operation, token) =
            (self.operations()?, operation.clone(), token.to_owned());
        durable::away(move || operations.redeem(id, &operation, &token)).await?.map_err(Into::into)
    }

    fn operations(&self) -> Result<Operations, SessionError> {
        let issuing = self.slot.shared().issuing()?;
        Ok(Operations::new(&issuing.keys, &issuing.list).clock(issuing.clock.clone()))
    }
}
