//! What lint says: a rule, and where it was broken.

use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Good to know.
    Note,
    /// Will hurt some day.
    Warn,
    /// Broken or unsafe now.
    Error,
}

impl Level {
    /// Its name: `note`, `warn`, `error`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A rule of the catalogue. Its id never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// `K001`; of the program's rules for tokens, `T001`.
    pub id: &'static str,
    /// The level that a finding has where the meaning names no other.
    pub level: Level,
    /// What is wrong when it is found.
    pub meaning: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

impl Rule {
    /// A rule of a catalogue.
    #[must_use]
    pub const fn new(
        id: &'static str,
        level: Level,
        meaning: &'static str,
        fix: &'static str,
    ) -> Self {
        Self { id, level, meaning, fix }
    }

    /// A finding of this rule at `place`. `text` holds no secret.
    #[must_use]
    pub fn found(&self, place: impl Into<String>, text: impl Into<String>) -> Finding {
        let (text, place) = (text.into(), place.into());
        Finding { id: self.id, level: self.level, text, fix: self.fix.into(), place }
    }
}

/// A broken rule, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The rule's id.
    pub id: &'static str,
    /// How bad it is here.
    pub level: Level,
    /// What was found.
    pub text: String,
    /// What to do.
    pub fix: String,
    /// A file, or a part of a token.
    pub place: String,
}

impl Finding {
    /// The same at another level.
    #[must_use]
    pub fn at_level(self, level: Level) -> Self {
        Self { level, ..self }
    }

    /// The same with another way to mend it.
    #[must_use]
    pub fn mended_by(self, fix: impl Into<String>) -> Self {
        Self { fix: fix.into(), ..self }
    }
}
