//! One entry of a revocation list, as every store, feed and snapshot carries it: a kind, a name of 16
//! bytes, a cut and an end. Nobody's name is in it as text.

use std::fmt;

use crate::claims::{AnyId, SessionId};
use crate::crypto::sha256;
use crate::time::Timestamp;

/// What an entry names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// One token, by its `jti`.
    Token,
    /// A session with all its tokens, by its `sid`.
    Session,
    /// The sessions of one `sub` that began up to the cut.
    Subject,
    /// The sessions of one named scope, a tenant say, that began up to the cut.
    Scope,
    /// Every token of one `kid`, whatever its times say.
    Key,
    /// Every session that began up to the cut.
    Everything,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Token, Self::Session, Self::Subject, Self::Scope, Self::Key, Self::Everything];

    /// The word for it: the claim that it is compared with, or `all`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Token => "jti",
            Self::Session => "sid",
            Self::Subject => "sub",
            Self::Scope => "scope",
            Self::Key => "kid",
            Self::Everything => "all",
        }
    }

    /// Whether an entry of this kind has a cut, and spares what began after it.
    #[must_use]
    pub const fn has_cut(self) -> bool {
        matches!(self, Self::Subject | Self::Scope | Self::Everything)
    }

    const fn byte(self) -> u8 {
        match self {
            Self::Token => 1,
            Self::Session => 2,
            Self::Subject => 3,
            Self::Scope => 4,
            Self::Key => 5,
            Self::Everything => 6,
        }
    }

    /// The 16 bytes that stand for `text`: an id of ours is itself; anything else is the beginning of
    /// SHA-256 over the word, a colon and the text.
    pub(super) fn name_of(self, text: &str) -> [u8; 16] {
        if let (Self::Token | Self::Session, AnyId::Bytes(bytes)) = (self, AnyId::of(text)) {
            return bytes;
        }
        // There is one everything, whatever it is called.
        let text = if self == Self::Everything { "" } else { text };
        let hash = sha256(format!("{}:{text}", self.word()).as_bytes());
        let mut name = [0; 16];
        name.copy_from_slice(hash.split_at(16).0);
        name
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One entry of the list. Two entries of one [`Record::key`] merge to the later cut and the later
/// end; no entry undoes another.
///
/// ```
/// use waxseal::revocation::{Kind, Record};
/// use waxseal::time::Timestamp;
/// let end = Timestamp::from_secs(1_795_225_163);
/// let record = Record::new(Kind::Session, "H9Ez54OdIP9wrGqtzkhIZA", end);
/// assert_eq!(Record::from_bytes(&record.to_bytes()), Ok(record));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Record {
    kind: Kind,
    name: [u8; 16],
    except: Option<[u8; 16]>,
    cut: Timestamp,
    end: Timestamp,
}

/// What tells the entries of a list apart.
pub type RecordKey = (Kind, [u8; 16], Option<[u8; 16]>);

impl Record {
    /// The length of an entry in [`Record::to_bytes`].
    pub const BYTES: usize = 45;

    /// An entry that may leave the list at `end`, rounded up to a second. One with a cut spares
    /// nothing until [`Record::cut_at`].
    #[must_use]
    pub fn new(kind: Kind, text: &str, end: Timestamp) -> Self {
        Self::of(kind, kind.name_of(text), end)
    }

    pub(crate) fn of(kind: Kind, name: [u8; 16], end: Timestamp) -> Self {
        let cut = if kind.has_cut() { Timestamp::END } else { Timestamp::EPOCH };
        Self { kind, name, except: None, cut, end: unpack_end(pack_end(end)) }
    }

    /// Spares what began after `cut`. Kinds without a cut stay as they are.
    #[must_use]
    pub fn cut_at(self, cut: Timestamp) -> Self {
        if self.kind.has_cut() { Self { cut, ..self } } else { self }
    }

    /// Spares one session of the subject. Other kinds stay as they are.
    #[must_use]
    pub fn sparing(self, session: SessionId) -> Self {
        match self.kind {
            Kind::Subject => Self { except: Some(*session.as_bytes()), ..self },
            _ => self,
        }
    }

    /// What it names.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The 16 bytes that stand for what it names.
    #[must_use]
    pub const fn name(&self) -> &[u8; 16] {
        &self.name
    }

    /// The session that it spares.
    #[must_use]
    pub const fn except(&self) -> Option<&[u8; 16]> {
        self.except.as_ref()
    }

    /// What began after this moment is spared; the epoch for a kind without a cut.
    #[must_use]
    pub const fn cut(&self) -> Timestamp {
        self.cut
    }

    /// From when on it may leave the list; [`Timestamp::END`] for never.
    #[must_use]
    pub const fn end(&self) -> Timestamp {
        self.end
    }

    /// What tells it from other entries.
    #[must_use]
    pub const fn key(&self) -> RecordKey {
        (self.kind, self.name, self.except)
    }

    /// Both entries in one, if they have one key: the later cut and the later end.
    #[must_use]
    pub fn merge(&self, other: &Self) -> Option<Self> {
        let (cut, end) = (self.cut.max(other.cut), self.end.max(other.end));
        (self.key() == other.key()).then_some(Self { cut, end, ..*self })
    }

    /// Kind (1 byte), name (16), the spared session or zeros (16), cut (8, milliseconds), end (4,
    /// seconds, all bits set for never): numbers big-endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let parts: [&[u8]; 5] = [
            &[self.kind.byte()],
            &self.name,
            &self.except.unwrap_or_default(),
            &self.cut.as_millis().to_be_bytes(),
            &pack_end(self.end).to_be_bytes(),
        ];
        let mut rest = bytes.as_mut_slice();
        for part in parts {
            let (place, after) = rest.split_at_mut(part.len());
            place.copy_from_slice(part);
            rest = after;
        }
        bytes
    }

    /// Reads what [`Record::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`NotARecord`] for another length, an unknown kind, or a part that the kind does not have.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotARecord> {
        let (kind, rest) = bytes.split_first().ok_or(NotARecord)?;
        let kind = Kind::ALL.into_iter().find(|it| it.byte() == *kind).ok_or(NotARecord)?;
        let (name, rest) = rest.split_first_chunk::<16>().ok_or(NotARecord)?;
        let (except, rest) = rest.split_first_chunk::<16>().ok_or(NotARecord)?;
        let (cut, rest) = rest.split_first_chunk::<8>().ok_or(NotARecord)?;
        let end: &[u8; 4] = rest.try_into().map_err(|_| NotARecord)?;
        let except = (except != &[0; 16]).then_some(*except);
        let cut = i64::from_be_bytes(*cut);
        let fits = (kind == Kind::Subject || except.is_none())
            && (kind.has_cut() || cut == 0)
            && (0..=Timestamp::END.as_millis()).contains(&cut)
            && (kind != Kind::Everything || name == &kind.name_of(""));
        let end = unpack_end(u32::from_be_bytes(*end));
        let record = Self { kind, name: *name, except, cut: Timestamp::from_millis(cut), end };
        if fits { Ok(record) } else { Err(NotARecord) }
    }
}

/// The bytes are no entry of a revocation list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an entry of a revocation list")]
pub struct NotARecord;

/// Whole seconds, rounded up; what does not fit never ends.
pub(super) fn pack_end(end: Timestamp) -> u32 {
    u32::try_from(end.ceil_secs().as_secs()).unwrap_or(u32::MAX)
}

pub(super) fn unpack_end(end: u32) -> Timestamp {
    if end == u32::MAX { Timestamp::END } else { Timestamp::from_secs(i64::from(end)) }
}
