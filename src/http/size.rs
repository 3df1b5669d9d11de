//! What each part of a session costs in its cookie.

use serde::Serialize;
use serde_json::Value;

use crate::session::Session;

use super::Cost;

/// The parts of a session whose cookie has `bytes` bytes, the costliest first.
pub(super) fn costs<T: Serialize>(session: &Session<T>, bytes: usize) -> Vec<Cost> {
    let mut costs = Vec::new();
    let mut add = |part: String, value: &Value| {
        let json = part.len() + value.to_string().len() + 4;
        costs.push(Cost { part, bytes: in_base64url(json) });
    };
    match serde_json::to_value(session.state()) {
        Ok(Value::Object(fields)) => {
            fields.iter().for_each(|(name, value)| add(name.clone(), value));
        }
        Ok(value) => add("the state".into(), &value),
        Err(_) => {}
    }
    for value in session.details().into_iter().flat_map(|details| &details.values) {
        add(format!("tmp {}", value.name), &value.value);
    }
    let known: usize = costs.iter().map(|cost| cost.bytes).sum();
    let rest = bytes.saturating_sub(known);
    costs.push(Cost { part: "the session itself".into(), bytes: rest });
    costs.sort_by_key(|cost| std::cmp::Reverse(cost.bytes));
    costs
}

/// Three bytes are four characters.
fn in_base64url(bytes: usize) -> usize {
    bytes.saturating_mul(4).div_ceil(3)
}
