//! A connection that is made when it is needed, and given up at the first fault: what a late answer
//! belongs to is then never in doubt.

use std::time::Duration;

use redis::{Client, Connection, Pipeline, RedisError, Value};

use crate::revocation::StoreError;

use super::address::Address;

/// Longest wait for a connection.
const TO_CONNECT: Duration = Duration::from_secs(1);

/// Longest wait for an answer that the engine has at hand.
const TO_ANSWER: Duration = Duration::from_secs(2);

pub(super) struct Line {
    address: Address,
    /// How long the engine is asked to wait before it answers.
    blocks: Duration,
    open: Option<Connection>,
}

impl Line {
    pub(super) fn new(address: Address) -> Self {
        Self { address, blocks: Duration::ZERO, open: None }
    }

    /// For questions that the engine may take this long to answer.
    pub(super) fn blocking(address: Address, blocks: Duration) -> Self {
        Self { blocks, ..Self::new(address) }
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// Asks, and gives the answers, which may be errors of single commands.
    pub(super) fn ask(&mut self, questions: &Pipeline) -> Result<Vec<Value>, StoreError> {
        let mut connection = match self.open.take() {
            Some(connection) => connection,
            None => self.connect().map_err(|fault| self.fault(&fault))?,
        };
        let answers = self.exchange(&mut connection, questions)?;
        self.open = Some(connection);
        Ok(answers)
    }

    /// The client's own way of sending a pipeline waits for each of its answers in turn, however many
    /// have failed to come: this gives up at the first.
    fn exchange(
        &self,
        connection: &mut Connection,
        questions: &Pipeline,
    ) -> Result<Vec<Value>, StoreError> {
        let sent = connection.send_packed_command(&questions.get_packed_pipeline());
        sent.map_err(|fault| self.fault(&fault))?;
        let mut hear = || connection.recv_response().map_err(|fault| self.fault(&fault));
        if !questions.is_transaction() {
            return (0..questions.len()).map(|_| hear()).collect();
        }
        let mut refused = None;
        for _ in 0..=questions.len() {
            if let Value::ServerError(fault) = hear()? {
                refused.get_or_insert(fault);
            }
        }
        match (hear()?, refused) {
            // Why the transaction was given up is said before, not here.
            (_, Some(fault)) | (Value::ServerError(fault), None) => Err(self.refusal(&fault)),
            (Value::Array(answers), None) if answers.len() == questions.len() => Ok(answers),
            _ => Err(self.address.unreachable("its answer is not understood")),
        }
    }

    /// As [`Line::ask`]; an error of any command is one of all.
    pub(super) fn tell(&mut self, commands: &Pipeline) -> Result<Vec<Value>, StoreError> {
        let answers = self.ask(commands)?;
        for answer in &answers {
            if let Value::ServerError(fault) = answer {
                return Err(self.refusal(fault));
            }
        }
        Ok(answers)
    }

    /// What an error answer says.
    pub(super) fn refusal(&self, fault: &redis::ServerError) -> StoreError {
        let why = fault.details().map_or_else(
            || fault.code().to_owned(),
            |details| format!("{} {details}", fault.code()),
        );
        match fault.code() {
            "WRONGTYPE" => self.address.corrupt("its keys are used for something else"),
            "OOM" => self.address.unreachable(format!("its memory is full: {why}")),
            _ => self.address.unreachable(why),
        }
    }

    fn connect(&self) -> Result<Connection, RedisError> {
        let client = Client::open(self.address.engine.clone())?;
        let connection = client.get_connection_with_timeout(TO_CONNECT)?;
        connection.set_read_timeout(Some(self.blocks.saturating_add(TO_ANSWER)))?;
        connection.set_write_timeout(Some(TO_ANSWER))?;
        Ok(connection)
    }

    fn fault(&self, fault: &RedisError) -> StoreError {
        if fault.is_timeout() {
            return self.address.unreachable("it does not answer");
        }
        self.address.unreachable(fault.to_string())
    }
}
