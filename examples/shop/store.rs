//! What a real shop has in its database: users and orders. Sessions are not here; they are in cookies.

use std::sync::{Arc, Mutex, PoisonError};

/// Who may log in.
pub(crate) struct User {
    pub(crate) name: &'static str,
    /// A real shop keeps a salted hash.
    pub(crate) password: &'static str,
    pub(crate) role: Option<&'static str>,
}

pub(crate) const USERS: &[User] = &[
    User { name: "ada", password: "engine", role: None },
    User { name: "bob", password: "builder", role: None },
    User { name: "admin", password: "keeper", role: Some("admin") },
];

pub(crate) fn authenticate(name: &str, password: &str) -> Option<&'static User> {
    USERS.iter().find(|user| user.name == name && user.password == password)
}

/// All orders, shared by both services.
#[derive(Clone, Default)]
pub(crate) struct Orders(Arc<Mutex<Vec<Order>>>);

#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) number: usize,
    pub(crate) user: String,
    pub(crate) what: String,
    /// In cents.
    pub(crate) total: u64,
}

impl Orders {
    pub(crate) fn place(&self, user: &str, what: String, total: u64) -> usize {
        let mut orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = 1001 + orders.len();
        orders.push(Order { number, user: user.into(), what, total });
        number
    }

    /// The newest first.
    pub(crate) fn of(&self, user: &str) -> Vec<Order> {
        let orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        orders.iter().rev().filter(|order| order.user == user).cloned().collect()
    }
}
