//! The results as Markdown: for every operation a table beside the raw primitive, one beside waxseal.

use std::fmt::Write as _;

use crate::cases::{Group, Length, Operation};
use crate::column::Column;
use crate::raw;
use crate::rounds::{Times, median, ratio};

/// Every operation's tables.
pub fn markdown(groups: &[Group], times: &[Vec<Times>], lengths: &[Length]) -> String {
    let mut text = String::new();
    for operation in Operation::ALL {
        let measured: Vec<(&Group, &Vec<Times>)> =
            groups.iter().zip(times).filter(|(group, _)| group.operation == operation).collect();
        let floor = table(&measured, Beside::Floor);
        let ours = table(&measured, Beside::Waxseal);
        let title = title(operation);
        let _ = write!(
            text,
            "### {title}\n\nTimes the raw primitive:\n\n{floor}\nTimes waxseal:\n\n{ours}\n"
        );
    }
    let _ = write!(text, "### Bytes of the token\n\n{}", bytes(lengths));
    text
}

fn title(operation: Operation) -> &'static str {
    match operation {
        Operation::Verify => "Verify",
        Operation::Mint => "Mint",
        Operation::Forged => "Refuse a forged token",
        Operation::Expired => "Refuse an expired token",
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Beside {
    Floor,
    Waxseal,
}

impl Beside {
    /// Where the case that all are divided by stands in its group.
    fn position(self) -> usize {
        match self {
            Self::Floor => 0,
            Self::Waxseal => 1,
        }
    }
}

fn table(measured: &[(&Group, &Vec<Times>)], beside: Beside) -> String {
    let names = names(measured.iter().flat_map(|(group, _)| &group.cases).map(|case| case.name));
    let mut rows = Vec::new();
    if beside == Beside::Floor {
        rows.push((raw::NAME, measured.iter().map(|(_, times)| nanos(&times[0])).collect()));
    }
    let skipped = 1 + beside.position();
    for name in names.into_iter().skip(skipped) {
        let cells = measured.iter().map(|(group, times)| {
            let at = group.cases.iter().position(|case| case.name == name);
            at.map(|at| ratio(&times[at], &times[beside.position()])).map_or_else(none, number)
        });
        rows.push((name, cells.collect()));
    }
    rendered(&rows)
}

fn bytes(lengths: &[Length]) -> String {
    let rows = names(lengths.iter().map(|length| length.name)).into_iter().map(|name| {
        let cells = Column::ALL.map(|column| {
            let length =
                lengths.iter().find(|length| length.column == column && length.name == name);
            length.map_or_else(none, |length| length.bytes.to_string())
        });
        (name, cells.to_vec())
    });
    rendered(&rows.collect::<Vec<_>>())
}

fn rendered(rows: &[(&str, Vec<String>)]) -> String {
    let heads = Column::ALL.map(|column| format!("`{}`", column.name())).join(" | ");
    let mut text = format!("| | {heads} |\n|---|{}\n", "---|".repeat(Column::ALL.len()));
    for (name, cells) in rows {
        let _ = writeln!(text, "| {name} | {} |", cells.join(" | "));
    }
    text
}

/// Each name once, in the order of its first use.
fn names(all: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut names = Vec::new();
    for name in all {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn nanos(times: &Times) -> String {
    format!("{:.0} ns", median(times.clone()))
}

fn number(ratio: f64) -> String {
    if ratio < 10.0 { format!("{ratio:.2}") } else { format!("{ratio:.1}") }
}

fn none() -> String {
    "–".into()
}
