//! HTML from plain Rust: what is not HTML by its type is escaped on its way into a page.

use std::fmt::Arguments;

/// HTML that is fit for a page. Only [`html!`] makes it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Html(String);

/// Writes HTML as `format!` writes text. Every value is a [`Part`]: text is escaped, `Html` is not.
macro_rules! html {
    ($form:literal $(, $name:ident = $value:expr)+ $(,)?) => {
        $crate::html::Html::written(format_args!($form $(, $name = $crate::html::Part::part(&$value))+))
    };
    ($form:literal $(, $value:expr)* $(,)?) => {
        $crate::html::Html::written(format_args!($form $(, $crate::html::Part::part(&$value))*))
    };
}
pub(crate) use html;

impl Html {
    /// For [`html!`], which has escaped the arguments.
    pub(crate) fn written(form: Arguments<'_>) -> Self {
        Self(form.to_string())
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

/// Pieces in a row.
impl FromIterator<Html> for Html {
    fn from_iter<I: IntoIterator<Item = Html>>(pieces: I) -> Self {
        Self(pieces.into_iter().map(Html::into_string).collect())
    }
}

/// What may stand in a page, between tags or in a quoted attribute.
pub(crate) trait Part {
    fn part(&self) -> String;
}

impl Part for Html {
    fn part(&self) -> String {
        self.0.clone()
    }
}

impl Part for str {
    fn part(&self) -> String {
        let mut out = String::with_capacity(self.len());
        for c in self.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                c => out.push(c),
            }
        }
        out
    }
}

impl Part for String {
    fn part(&self) -> String {
        self.as_str().part()
    }
}

impl<T: Part + ?Sized> Part for &T {
    fn part(&self) -> String {
        (**self).part()
    }
}

/// Nothing is nothing on the page.
impl<T: Part> Part for Option<T> {
    fn part(&self) -> String {
        self.as_ref().map(T::part).unwrap_or_default()
    }
}

macro_rules! numbers {
    ($($number:ty)*) => { $(
        impl Part for $number {
            fn part(&self) -> String {
                self.to_string()
            }
        }
    )* };
}
numbers!(u16 u32 u64 usize);
