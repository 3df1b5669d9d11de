//! Text from outside, fit for a log: escaped, and cut where it is too long to mean anything.

/// The first 64 characters of `text`, controls and quotes escaped.
pub(crate) fn shown(text: &str) -> String {
    let escaped: String = text.chars().take(64).flat_map(char::escape_debug).collect();
    if text.chars().nth(64).is_some() { escaped + "..." } else { escaped }
}
