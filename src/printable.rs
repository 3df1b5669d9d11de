//! Text from outside, fit for a log: escaped, and cut where it is too long to mean anything.

/// The first 64 characters of `text`, controls and quotes escaped.
pub(crate) fn shown(text: &str) -> String {
    let escaped: String = text.chars().take(64).flat_map(char::escape_debug).collect();
    if text.chars().nth(64).is_some() { escaped + "..." } else { escaped }
}

/// A name that a key's text gives where only a few are known. Longer or odder text may be the key
/// itself in the wrong place, and is not repeated.
pub(crate) fn short_name(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.+:/".contains(c);
    match text.len() <= 24 && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("[{} bytes, not shown]", text.len()),
    }
}
