//! Findings, as people and scripts read them.

use serde_json::{Value, json};
use waxseal::keyring::lint::{Finding, Level};

use crate::cli::Shape;
use crate::exit::{Code, Failure};
use crate::output::{Output, escape, escape_json};

/// Wider texts would push every fix off the screen.
const WIDEST_TEXT: usize = 60;

/// A finding as scripts read it.
pub(crate) fn finding_json(found: &Finding) -> Value {
    json!({
        "id": found.id,
        "level": found.level.name(),
        "text": found.text,
        "fix": found.fix,
        "place": found.place,
    })
}

/// All findings, the worst first.
pub(super) struct Report {
    findings: Vec<Finding>,
    fail_on: Level,
    /// Why not everything was judged.
    unjudged: Option<Code>,
}

impl Report {
    pub(super) fn new(mut findings: Vec<Finding>, fail_on: Level) -> Self {
        findings.sort_by(|a, b| b.level.cmp(&a.level).then(a.id.cmp(b.id)));
        Self { findings, fail_on, unjudged: None }
    }

    /// The program ends with this code, whatever was found.
    pub(super) fn unjudged(&mut self, code: Option<Code>) {
        self.unjudged = code;
    }

    pub(super) fn worst(&self) -> Option<Level> {
        self.findings.first().map(|finding| finding.level)
    }

    pub(super) fn code(&self) -> Code {
        match (self.unjudged, self.worst()) {
            (Some(code), _) => code,
            (None, Some(worst)) if worst >= self.fail_on => Code::FOUND,
            (None, _) => Code::DONE,
        }
    }

    pub(super) fn print(&self, shape: Shape, output: &mut Output) -> Result<(), Failure> {
        match shape {
            Shape { json: true, .. } => output.line(&self.json()),
            Shape { plain: true, .. } if self.findings.is_empty() => Ok(()),
            Shape { plain: true, .. } => output.lines(&self.plain()),
            Shape { .. } => {
                let text = self.text(output);
                output.lines(&text)
            }
        }
    }

    fn text(&self, output: &Output) -> String {
        let texts: Vec<String> = self.findings.iter().map(|found| escape(&found.text)).collect();
        let widths = texts.iter().map(|text| text.chars().count());
        let width = widths.max().unwrap_or(0).min(WIDEST_TEXT);
        let row = |(finding, text): (&Finding, &String)| {
            let level = format!("{:<5}", finding.level);
            let level = match finding.level {
                Level::Error => output.bad(&level),
                Level::Warn => output.strong(&level),
                Level::Note => level,
            };
            let fix = output.faint(&format!("fix: {}", escape(&finding.fix)));
            format!("{level} {}  {text:<width$}  {fix}\n", finding.id)
        };
        let rows: String = self.findings.iter().zip(&texts).map(row).collect();
        let last = match (self.findings.len(), self.worst()) {
            (_, None) => "no findings".into(),
            (1, Some(worst)) => format!("1 finding, worst: {worst}"),
            (count, Some(worst)) => format!("{count} findings, worst: {worst}"),
        };
        format!("{rows}{last}\n")
    }

    /// Lines of level, id, place, text, fix.
    fn plain(&self) -> String {
        let row = |found: &Finding| {
            let words =
                [found.level.name(), found.id, &found.place, &found.text, &found.fix].map(escape);
            words.join("\t") + "\n"
        };
        self.findings.iter().map(row).collect()
    }

    fn json(&self) -> String {
        let findings: Vec<Value> = self.findings.iter().map(finding_json).collect();
        let facts = json!({
            "schema": 1,
            "findings": findings,
            "worst": self.worst().map(Level::name),
            "exit": self.code().number(),
        });
        escape_json(&facts.to_string()).into_owned()
    }
}
