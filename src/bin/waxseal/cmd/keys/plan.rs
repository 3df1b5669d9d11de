//! `waxseal keys plan`: what tick would do. Nothing is written.

use serde_json::json;

use crate::cli::Plan;
use crate::exit::{Code, Failure};
use crate::output::{Output, escape, escape_json};
use crate::times::relative;

use super::operator::Operator;
use super::steps;

pub(super) fn run(options: Plan, output: &mut Output) -> Result<Code, Failure> {
    let operator = Operator::to_look(options.look)?;
    let (plan, now) = (operator.rotator.plan()?, operator.now);
    if options.json {
        let facts = json!({
            "schema": 1,
            "ring": operator.ring(output)?.name(),
            "due": steps::json(&plan.due),
            "later": steps::later_json(&plan, now, output),
            "needs": plan.needs,
        });
        output.line(&escape_json(&facts.to_string()))?;
    } else {
        operator.ring(output)?;
        let mut rows: Vec<(String, String)> = Vec::new();
        let first = match plan.due.is_empty() {
            true => Some(steps::idle(&plan, now)),
            false => {
                rows.push(("now".into(), steps::in_words(&plan.due)));
                None
            }
        };
        let told = usize::from(first.is_some());
        let later = plan.later.iter().skip(told);
        rows.extend(later.map(|(at, steps)| (relative(*at, now), steps::in_words(steps))));
        rows.extend(plan.needs.iter().map(|need| ("needs".into(), need.clone())));
        let width = rows.iter().map(|(when, _)| when.len()).max().unwrap_or(0);
        let rows = rows.iter().map(|(when, what)| format!("{when:<width$}   {}\n", escape(what)));
        let text: String = first.map(|line| line + "\n").into_iter().chain(rows).collect();
        output.lines(&text)?;
    }
    Ok(if options.check && !plan.is_idle() { Code::DUE } else { Code::DONE })
}
