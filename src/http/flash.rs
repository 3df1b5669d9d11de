//! Values beside the state: read once, or gone before the session is.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::claims::{Details, TimedValue};
use crate::time::Timestamp;

use super::slot::State;
use super::{SessionError, SessionMut, answer};

impl<T: State> SessionMut<T> {
    /// Leaves a value for whoever reads it first, in the next request usually: "Saved.".
    ///
    /// # Errors
    /// As [`SessionMut::update`]; [`SessionError::Value`] for one that does not serialize.
    pub fn flash(
        &mut self,
        name: &str,
        value: &(impl Serialize + ?Sized),
    ) -> Result<(), SessionError> {
        let value = timed(name, value, None)?;
        self.write_values(|values| replace(values, value))
    }

    /// Leaves a value for the page of this very answer, and nothing in the cookie.
    ///
    /// # Errors
    /// [`SessionError::Value`] for one that does not serialize.
    pub fn flash_now(
        &mut self,
        name: &str,
        value: &(impl Serialize + ?Sized),
    ) -> Result<(), SessionError> {
        let value = timed(name, value, None)?;
        replace(&mut self.now, value);
        Ok(())
    }

    /// Takes a value that was left to be read once. `None` if there is none, or it is no `V`.
    ///
    /// # Errors
    /// As [`SessionMut::update`]: what was read is taken out of the cookie. While the revocation list is
    /// too old to write one, it is read, and stays.
    pub fn take_flash<V: DeserializeOwned>(
        &mut self,
        name: &str,
    ) -> Result<Option<V>, SessionError> {
        let found = match remove(&mut self.now, name) {
            Some(value) => Some(value),
            None => {
                let mut values = self.details().values;
                let found = values.iter().position(|value| is_flash(value, name));
                let found = found.map(|at| values.remove(at));
                if found.is_some() {
                    match self.write_values(|all| *all = values) {
                        // It is read once more, later: better than a page that fails.
                        Err(error) if answer::is_ours(&error) => {}
                        done => done?,
                    }
                }
                found
            }
        };
        let read = found.as_ref().and_then(|value| V::deserialize(&value.value).ok());
        self.taken.extend(found);
        Ok(read)
    }

    /// Keeps a value that was taken in this request for one more.
    ///
    /// # Errors
    /// As [`SessionMut::update`].
    pub fn keep_flash(&mut self, name: &str) -> Result<(), SessionError> {
        match remove(&mut self.taken, name) {
            Some(value) => self.write_values(|values| replace(values, value)),
            None => Ok(()),
        }
    }

    /// Keeps a value for `life` at most, shorter than the session: the draft of a form.
    ///
    /// # Errors
    /// As [`SessionMut::flash`].
    pub fn put(
        &mut self,
        name: &str,
        value: &(impl Serialize + ?Sized),
        life: Duration,
    ) -> Result<(), SessionError> {
        let until = self.slot.shared().clock.now().after(life).ceil_secs();
        let value = timed(name, value, Some(until))?;
        self.write_values(|values| replace(values, value))
    }

    /// The value of that name, if it is there and has not ended.
    #[must_use]
    pub fn value<V: DeserializeOwned>(&self, name: &str) -> Option<V> {
        let now = self.slot.shared().clock.now();
        let values = self.details().values;
        let found = values.iter().find(|value| &*value.name == name)?;
        found.until.filter(|until| now < *until)?;
        V::deserialize(&found.value).ok()
    }

    /// Forgets the value of that name.
    ///
    /// # Errors
    /// As [`SessionMut::update`].
    pub fn forget(&mut self, name: &str) -> Result<(), SessionError> {
        self.write_values(|values| values.retain(|value| &*value.name != name))
    }

    fn write_values(
        &mut self,
        change: impl FnOnce(&mut Vec<TimedValue>),
    ) -> Result<(), SessionError> {
        let mut details: Details = self.details();
        change(&mut details.values);
        let state = self.state().clone();
        self.write(state, details)
    }
}

fn timed(
    name: &str,
    value: &(impl Serialize + ?Sized),
    until: Option<Timestamp>,
) -> Result<TimedValue, SessionError> {
    let value = serde_json::to_value(value)
        .map_err(|fault| SessionError::Value { name: name.into(), why: fault.to_string() })?;
    Ok(TimedValue { name: name.into(), value, until })
}

fn is_flash(value: &TimedValue, name: &str) -> bool {
    value.until.is_none() && &*value.name == name
}

fn replace(values: &mut Vec<TimedValue>, value: TimedValue) {
    values.retain(|known| known.name != value.name);
    values.push(value);
}

fn remove(values: &mut Vec<TimedValue>, name: &str) -> Option<TimedValue> {
    let at = values.iter().position(|value| &*value.name == name)?;
    Some(values.remove(at))
}
