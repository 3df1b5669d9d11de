//! A text that is read from its front, without white space or escapes.

use std::str::FromStr;

use crate::limits;
use crate::time::Timestamp;

use super::super::Dialect;
use super::super::details::Words;

/// What is left of a text.
pub(super) struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// Whether one of `texts` stands here.
    #[inline(always)]
    pub(super) fn is_at_any(&self, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.rest.starts_with(text))
    }

    /// The strings of an array that begins with `before`, if it stands here; an empty one is none of
    /// ours.
    #[inline(always)]
    pub(super) fn optional_words(&mut self, before: &str) -> Option<Option<Words>> {
        let Some(rest) = self.rest.strip_prefix(before) else {
            return Some(None);
        };
        let mut words: Vec<Box<str>> = Vec::new();
        self.rest = rest;
        loop {
            let word = self.text("\"")?;
            if words.len() == limits::DETAILS {
                return None;
            }
            words.push(word.into());
            match self.rest.split_at_checked(1)? {
                (",", rest) => self.rest = rest,
                ("]", rest) => {
                    self.rest = rest;
                    return Some(Some(Words(words)));
                }
                _ => return None,
            }
        }
    }

    /// The whole number after `before`, if `before` stands here.
    #[inline(always)]
    pub(super) fn optional_number(&mut self, before: &str) -> Option<Option<u64>> {
        match self.rest.starts_with(before) {
            true => self.number(before).map(Some),
            false => Some(None),
        }
    }

    /// The text between `before` and the next quote.
    #[inline(always)]
    pub(super) fn text(&mut self, before: &str) -> Option<&'a str> {
        let rest = self.rest.strip_prefix(before)?;
        let end = rest.find('"')?;
        self.quoted(rest, end)
    }

    /// The text between `before` and the next quote, if `before` stands here.
    #[inline(always)]
    pub(super) fn optional_text(&mut self, before: &str) -> Option<Option<&'a str>> {
        match self.rest.starts_with(before) {
            true => self.text(before).map(Some),
            false => Some(None),
        }
    }

    /// The id after `before`: 22 characters.
    #[inline(always)]
    pub(super) fn id<I: FromStr>(&mut self, before: &str) -> Option<(&'a str, I)> {
        let rest = self.rest.strip_prefix(before)?;
        let text = self.quoted(rest, 22)?;
        Some((text, text.parse().ok()?))
    }

    /// The first `end` bytes of `rest`, which a quote must follow.
    #[inline(always)]
    pub(super) fn quoted(&mut self, rest: &'a str, end: usize) -> Option<&'a str> {
        let (text, rest) = rest.split_at_checked(end)?;
        self.rest = rest.strip_prefix('"')?;
        let escaped = |byte: u8| byte < 0x20 || byte == b'\\' || byte == b'"';
        // Without a way out of the loop it is a few vector instructions.
        let odd = text.bytes().fold(false, |odd, byte| odd | escaped(byte));
        (!odd).then_some(text)
    }

    /// The whole number after `before`, of at most 15 digits.
    pub(super) fn number(&mut self, before: &str) -> Option<u64> {
        let rest = self.rest.strip_prefix(before)?;
        let (digits, _) = rest.split_once(',')?;
        let canonical = digits == "0" || digits.len() <= 15 && !digits.starts_with(['0', '+']);
        self.rest = rest.get(digits.len()..)?;
        digits.parse().ok().filter(|_| canonical)
    }

    /// The number of exactly `N` digits after `before`: no branch depends on its value, so that
    /// the processor reads several at once.
    #[inline(always)]
    pub(super) fn digits<const N: usize>(&mut self, before: &str) -> Option<u64> {
        let rest = self.rest.strip_prefix(before)?;
        let digits: &[u8; N] = rest.as_bytes().first_chunk()?;
        let (mut number, mut odd) = (0, digits.starts_with(b"0"));
        for byte in digits {
            let digit = byte.wrapping_sub(b'0');
            odd |= digit > 9;
            number = number * 10 + u64::from(digit);
        }
        self.rest = rest.get(N..)?;
        // A fraction or an exponent would follow: the strict reader knows them.
        (!odd && self.rest.starts_with(',')).then_some(number)
    }

    /// Seconds, of ten digits until the year 2286.
    #[inline(always)]
    pub(super) fn date(&mut self, before: &str) -> Option<Timestamp> {
        self.digits::<10>(before).and_then(|seconds| in_range(seconds * 1000))
    }

    /// A registered time, as `dialect` writes it.
    #[inline(always)]
    pub(super) fn registered_date(&mut self, before: &str, dialect: Dialect) -> Option<Timestamp> {
        if dialect == Dialect::Jwt {
            return self.date(before);
        }
        let rest = self.rest.strip_prefix(before)?.strip_prefix('"')?;
        Timestamp::parse_utc(self.quoted(rest, 20)?)
    }

    /// What stands between `before` and the brace that ends the object.
    pub(super) fn last(&mut self, before: &str) -> Option<&'a str> {
        let last = self.rest.strip_prefix(before)?.strip_suffix('}')?;
        // serde_json stops at 128 levels, and the strict reader is one in already. So many need
        // twice as many bytes.
        let opening = |byte: &u8| u32::from(matches!(byte, b'[' | b'{'));
        let shallow = last.len() < 240 || last.as_bytes().iter().map(opening).sum::<u32>() < 120;
        shallow.then_some(last)
    }
}

pub(super) fn in_range(millis: u64) -> Option<Timestamp> {
    let millis = i64::try_from(millis).ok()?;
    (millis < Timestamp::END.as_millis()).then(|| Timestamp::from_millis(millis))
}
