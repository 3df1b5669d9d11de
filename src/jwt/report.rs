//! What every stage of a verification found, for people.

use crate::policy::{ClaimFault, Question};

use super::{Stage, VerifyError};

/// One stage and what it found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The stage.
    pub stage: Stage,
    /// Its verdict.
    pub verdict: Verdict,
    /// What it saw; empty where there is nothing to say. Values of an authentic token may be in
    /// it: escape it before it reaches a terminal.
    pub detail: String,
}

/// The verdict of one stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It let the token pass.
    Passed,
    /// It refused the token.
    Failed,
    /// Nobody asked.
    NotChecked,
    /// An earlier stage refused, so that there was nothing to trust.
    NotReached,
}

/// All stages of one verification, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// One entry a stage.
    pub checks: Vec<Check>,
}

/// Sees a verification go by. `()` looks away, and costs nothing.
pub(crate) trait Watch {
    fn passed(&mut self, stage: Stage, detail: impl FnOnce() -> String);
    fn asked(&mut self, answers: impl FnOnce() -> Option<Asked>);
}

/// What the claims answered.
pub(crate) struct Asked {
    pub(crate) answers: [(Question, Result<(), ClaimFault>); 5],
    /// Whether there is an `exp`.
    pub(crate) expires: bool,
}

impl Watch for () {
    fn passed(&mut self, _: Stage, _: impl FnOnce() -> String) {}
    fn asked(&mut self, _: impl FnOnce() -> Option<Asked>) {}
}

/// Writes down what it sees.
#[derive(Default)]
pub(crate) struct Trace {
    passed: Vec<(Stage, String)>,
    faults: Vec<ClaimFault>,
    asked: Vec<Stage>,
    never_expires: bool,
}

impl Watch for Trace {
    fn passed(&mut self, stage: Stage, detail: impl FnOnce() -> String) {
        self.passed.push((stage, detail()));
    }

    fn asked(&mut self, answers: impl FnOnce() -> Option<Asked>) {
        let Some(Asked { answers, expires }) = answers() else { return };
        self.never_expires = !expires;
        for (question, answer) in answers {
            self.asked.push(stage_of(question));
            self.faults.extend(answer.err());
        }
    }
}

fn stage_of(question: Question) -> Stage {
    match question {
        Question::Type => Stage::Type,
        Question::Issuer => Stage::Issuer,
        Question::Audience => Stage::Audience,
        Question::Time => Stage::Time,
        Question::Required => Stage::Claims,
    }
}

impl Trace {
    /// The report, given how it ended and what each configured question asks for (`None`: it is
    /// not asked).
    pub(crate) fn report(
        self,
        end: Option<&VerifyError>,
        asks: impl Fn(Stage) -> Option<String>,
    ) -> Report {
        let checks = Stage::ALL
            .iter()
            .map(|stage| {
                let (verdict, detail) = self.verdict(*stage, end, &asks);
                Check { stage: *stage, verdict, detail }
            })
            .collect();
        Report { checks }
    }

    fn verdict(
        &self,
        stage: Stage,
        end: Option<&VerifyError>,
        asks: &impl Fn(Stage) -> Option<String>,
    ) -> (Verdict, String) {
        if let Some(fault) = end.filter(|fault| fault.stage() == stage) {
            return (Verdict::Failed, fault.to_string());
        }
        let also = |fault: &&ClaimFault| VerifyError::Claims((*fault).clone()).stage() == stage;
        if let Some(fault) = self.faults.iter().find(also) {
            return (Verdict::Failed, fault.to_string());
        }
        if let Some((_, detail)) = self.passed.iter().find(|(passed, _)| *passed == stage) {
            return match asks(stage) {
                Some(asked) if detail.is_empty() => (Verdict::Passed, asked),
                Some(_) => (Verdict::Passed, detail.clone()),
                None => (Verdict::NotChecked, detail.clone()),
            };
        }
        if self.asked.contains(&stage) {
            if stage == Stage::Time && self.never_expires {
                return (Verdict::Passed, "has no exp: it never expires".into());
            }
            return match asks(stage) {
                Some(asked) => (Verdict::Passed, asked),
                None => (Verdict::NotChecked, String::new()),
            };
        }
        (Verdict::NotReached, String::new())
    }
}
