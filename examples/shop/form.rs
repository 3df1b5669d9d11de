//! Fields with labels, and errors that lead to them.

use crate::html::{Html, html};

/// A line of text in a form.
pub(crate) struct Field<'f> {
    pub(crate) name: &'f str,
    pub(crate) label: &'f str,
    /// What was typed before.
    pub(crate) value: &'f str,
    /// What browsers may fill in: `postal-code`.
    pub(crate) autocomplete: &'f str,
}

/// What is wrong with a form, by the names of its fields.
#[derive(Default)]
pub(crate) struct Errors(Vec<(&'static str, String)>);

impl Errors {
    pub(crate) fn add(&mut self, field: &'static str, what: impl Into<String>) {
        self.0.push((field, what.into()));
    }

    pub(crate) fn are_none(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with one field.
    pub(crate) fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, what)| what.as_str())
    }

    /// All of them, above the form, where a screen reader begins; each leads to its field.
    pub(crate) fn summary(&self) -> Html {
        if self.are_none() {
            return Html::default();
        }
        let lines = self
            .0
            .iter()
            .map(|(name, what)| html!("<li><a href=\"#{}\">{}</a></li>\n", name, what));
        let lines: Html = lines.collect();
        html!(
            "<div class=\"errors\" role=\"alert\"><h2>Please check</h2><ul>{}</ul></div>\n",
            lines
        )
    }
}

impl Field<'_> {
    pub(crate) fn text(&self, errors: &Errors) -> Html {
        self.input("text", errors)
    }

    pub(crate) fn password(&self, errors: &Errors) -> Html {
        self.input("password", errors)
    }

    fn input(&self, kind: &str, errors: &Errors) -> Html {
        let error = errors.of(self.name);
        html!(
            "<p class=\"field\"><label for=\"{name}\">{label}</label>\n\
             <input type=\"{kind}\" id=\"{name}\" name=\"{name}\" value=\"{value}\" \
             autocomplete=\"{autocomplete}\" required maxlength=\"200\"{pointer}>{error}</p>\n",
            name = self.name,
            label = self.label,
            kind = kind,
            value = self.value,
            autocomplete = self.autocomplete,
            pointer = pointer(self.name, error),
            error = told(self.name, error),
        )
    }
}

/// Leads from a field to what is wrong with it, for who does not see that they are near.
pub(crate) fn pointer(name: &str, error: Option<&str>) -> Option<Html> {
    error.map(|_| html!(" aria-invalid=\"true\" aria-describedby=\"{}-error\"", name))
}

pub(crate) fn told(name: &str, error: Option<&str>) -> Option<Html> {
    error.map(|what| html!("\n<span class=\"error\" id=\"{}-error\">{}</span>", name, what))
}
