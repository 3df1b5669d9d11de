//! What the doctor found, for people and for scripts.

use serde_json::{Value, json};

use super::catalogue::{Level, Rule};
use crate::output::{Output, escape};

/// One finding.
pub(super) struct Finding {
    pub(super) rule: &'static Rule,
    /// The header, as `Set-Cookie sid`.
    subject: String,
    detail: String,
}

/// The findings of all headers, in the order of the rules' checks.
#[derive(Default)]
pub(super) struct Findings {
    subject: String,
    found: Vec<Finding>,
}

impl Findings {
    /// What follows is about this header.
    pub(super) fn about(&mut self, header: &str, cookie: &str) {
        self.subject = format!("{header} {cookie}").trim_end().to_owned();
    }

    pub(super) fn add(&mut self, rule: &'static Rule, detail: &str) {
        let (subject, detail) = (self.subject.clone(), detail.to_owned());
        self.found.push(Finding { rule, subject, detail });
    }

    /// The worst first; of one level, in the order of the headers.
    pub(super) fn sort(&mut self) {
        self.found.sort_by_key(|finding| std::cmp::Reverse(finding.rule.level));
    }

    pub(super) fn worst(&self) -> Option<Level> {
        self.found.iter().map(|finding| finding.rule.level).max()
    }

    /// How many errors there are so far.
    pub(super) fn errors(&self) -> usize {
        self.found.iter().filter(|finding| finding.rule.level == Level::Error).count()
    }

    pub(super) fn text(&self, output: &Output) -> String {
        let mut text = String::new();
        for Finding { rule, subject, detail } in &self.found {
            let level = format!("{:<5}", rule.level.word());
            let level = match rule.level {
                Level::Error => output.bad(&level),
                Level::Warn => output.strong(&level),
                Level::Note => output.faint(&level),
            };
            let detail = match detail.as_str() {
                "" => String::new(),
                detail => format!(" ({})", escape(detail)),
            };
            let (id, what, fix) = (rule.id, rule.what, rule.fix);
            text.push_str(&format!("{level} {id}  {}: {what}{detail}\n", escape(subject)));
            text.push_str(&format!("            fix: {fix}\n"));
        }
        let summary = match (self.found.len(), self.worst()) {
            (1, Some(worst)) => format!("1 finding: {}\n", worst.word()),
            (several, Some(worst)) => format!("{several} findings, worst: {}\n", worst.word()),
            (_, None) => "no finding\n".into(),
        };
        text + &summary
    }

    pub(super) fn plain(&self) -> String {
        let line = |Finding { rule, subject, detail }: &Finding| {
            let (level, id, what) = (rule.level.word(), rule.id, rule.what);
            let (subject, detail) = (escape(subject), escape(detail));
            format!("finding\t{level}\t{id}\t{subject}\t{what}\t{detail}\t{}\n", rule.fix)
        };
        self.found.iter().map(line).collect()
    }

    pub(super) fn json(&self) -> Value {
        let object = |Finding { rule, subject, detail }: &Finding| {
            json!({
                "id": rule.id,
                "level": rule.level.word(),
                "header": subject,
                "text": rule.what,
                "detail": detail,
                "fix": rule.fix,
            })
        };
        self.found.iter().map(object).collect()
    }
}
