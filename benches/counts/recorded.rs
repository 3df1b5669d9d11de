//! The counts that were recorded: a line a case, its allocations and its instructions.

#![allow(dead_code, unreachable_pub)]

pub const TEXT: &str = include_str!("recorded.txt");

/// What was recorded of `case`.
pub fn of(case: &str) -> Option<(u64, u64)> {
    let line = TEXT.lines().find(|line| line.split_whitespace().next() == Some(case))?;
    let mut counts = line.split_whitespace().skip(1).map(|count| count.parse().ok());
    Some((counts.next()??, counts.next()??))
}
