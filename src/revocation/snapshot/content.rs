//! What a snapshot says, written so that equal lists give equal bytes, and read strictly.

use std::borrow::Cow;
use std::time::Duration;

use serde::Serialize;
use serde::de::MapAccess;
use serde_json::value::RawValue;

use crate::json::{JsonFault, Members, Others, Value, read_object, refuse};
use crate::key::Key;
use crate::limits;
use crate::revocation::{Kind, Record, RevocationPolicy};
use crate::time::Timestamp;
use crate::token::{
    MintFault, OpenFault, PreparedHeader, UntrustedToken, is_media_type, mint_within,
};

use super::packed::{pack, unpack};
use super::{SnapshotError, SnapshotFault, TYP, is_feed_key};

/// The format that is written, and the only one that is read.
const VERSION: u64 = 1;

/// Deepest nesting of a member that nobody asked for.
const DEPTH: usize = 4;

/// The largest whole number that every JSON reader has.
pub(super) const MOST: u64 = (1 << 53) - 1;

/// A revocation list as it was at one moment.
///
/// ```
/// use waxseal::RevocationList;
/// use waxseal::key::{Algorithm, Key};
/// use waxseal::revocation::{Revocation, Snapshot, SnapshotWriter};
/// let feed_key = Key::generate(Algorithm::EdDsa)?; // never the key that signs sessions
/// let list = RevocationList::in_memory();
/// list.revoke(&Revocation::subject("ada"))?;
/// let signed = SnapshotWriter::new(&list, &feed_key)?.sign()?;
///
/// let public = feed_key.public_half().expect("EdDSA has one");
/// let snapshot = Snapshot::open(signed.text(), &public)?;
/// assert_eq!(snapshot.records(), list.records());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub(super) issuer: Option<String>,
    pub(super) serial: u64,
    pub(super) issued_at: Timestamp,
    pub(super) as_of: Timestamp,
    pub(super) expires: Timestamp,
    pub(super) policy: RevocationPolicy,
    /// Sorted by [`Record`]'s order.
    pub(super) records: Vec<Record>,
}

impl Snapshot {
    /// Reads `text`, which `feed_key` must have signed: the signature first, then the content.
    ///
    /// Neither its time nor its serial is judged, which [`SnapshotFeed`](super::SnapshotFeed) does.
    ///
    /// # Errors
    /// [`SnapshotFault`].
    pub fn open(text: &str, feed_key: &Key) -> Result<Self, SnapshotFault> {
        is_feed_key(feed_key).map_err(|_| SnapshotFault::Key {
            found: "EdDSA".into(),
            key: format!("for {}", feed_key.algorithm()),
        })?;
        let token = UntrustedToken::parse(text, limits::SNAPSHOT_BYTES)?.read_header()?;
        if let (Some(found), Some(key)) = (token.header().untrusted_kid(), feed_key.id())
            && found != key.as_str()
        {
            return Err(SnapshotFault::Key { found: found.into(), key: key.to_string() });
        }
        let authentic = token.open(feed_key, &[]).map_err(|fault| match fault {
            OpenFault::Form(fault) => SnapshotFault::Form(fault),
            OpenFault::Algorithm { token, key } => {
                SnapshotFault::Key { found: token, key: format!("for {key}") }
            }
            _ => SnapshotFault::Unauthentic,
        })?;
        match authentic.typ() {
            Some(typ) if is_media_type(typ, TYP) => read(authentic.payload()),
            other => Err(SnapshotFault::Type(other.map(Into::into))),
        }
    }

    /// Its number: a later one is higher.
    #[must_use]
    pub const fn serial(&self) -> u64 {
        self.serial
    }

    /// Who says that it made it.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// When it was signed, to the second.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// What was published up to this moment is in it.
    #[must_use]
    pub const fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// From when on nobody may go by it: as of + B.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }

    /// The numbers of the list.
    #[must_use]
    pub const fn policy(&self) -> RevocationPolicy {
        self.policy
    }

    /// Its entries, in order.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Signs it.
    pub(super) fn sign(&self, key: &Key) -> Result<String, SnapshotError> {
        let payload = serde_json::to_vec(&Payload::of(self)).map_err(|_| {
            SnapshotError::TooLong { has: usize::MAX, most: limits::SNAPSHOT_BYTES }
        })?;
        let header = PreparedHeader::new(key, TYP);
        match mint_within(key, &header, payload, &[], limits::SNAPSHOT_BYTES) {
            Ok(token) => Ok(token.into_string()),
            Err(MintFault::TooLong { has, most }) => Err(SnapshotError::TooLong { has, most }),
            Err(_) => Err(SnapshotError::NotForSigning),
        }
    }
}

/// The members in the order in which they are written.
#[derive(Serialize)]
struct Payload<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    iat: i64,
    exp: i64,
    ver: u64,
    ser: u64,
    as_of: i64,
    policy: Numbers,
    revoked: Packed,
}

/// The policy in milliseconds.
#[derive(Serialize)]
struct Numbers {
    #[serde(rename = "B")]
    budget: u64,
    #[serde(rename = "B_mint")]
    renewal_budget: u64,
    #[serde(rename = "L")]
    life: u64,
    #[serde(rename = "S")]
    skew: u64,
}

#[derive(Serialize)]
struct Packed {
    sid: String,
    jti: String,
    sub: String,
    scope: String,
    kid: String,
    all: String,
}

impl<'a> Payload<'a> {
    fn of(snapshot: &'a Snapshot) -> Self {
        let Snapshot { issuer, serial, issued_at, as_of, expires, policy, records } = snapshot;
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(MOST).min(MOST);
        Self {
            iss: issuer.as_deref(),
            iat: issued_at.as_secs(),
            exp: expires.as_secs(),
            ver: VERSION,
            ser: *serial,
            as_of: as_of.as_millis(),
            policy: Numbers {
                budget: millis(policy.most_age()),
                renewal_budget: millis(policy.most_age_to_renew()),
                life: millis(policy.life()),
                skew: millis(policy.clock_difference()),
            },
            revoked: Packed {
                sid: pack(Kind::Session, records),
                jti: pack(Kind::Token, records),
                sub: pack(Kind::Subject, records),
                scope: pack(Kind::Scope, records),
                kid: pack(Kind::Key, records),
                all: pack(Kind::Everything, records),
            },
        }
    }
}

fn read(payload: &[u8]) -> Result<Snapshot, SnapshotFault> {
    let mut found = Found::default();
    let whole = read_object(payload, DEPTH, &mut found);
    // A later version may have other members, so this is told first.
    if let Some(version) = found.ver.filter(|version| *version != VERSION) {
        return Err(SnapshotFault::Version(version));
    }
    whole.map_err(content)?;
    found.finish()
}

fn content(fault: JsonFault) -> SnapshotFault {
    SnapshotFault::Content(fault.to_string())
}

#[derive(Default)]
struct Found<'a> {
    iss: Option<Cow<'a, str>>,
    iat: Option<u64>,
    exp: Option<u64>,
    ver: Option<u64>,
    ser: Option<u64>,
    as_of: Option<u64>,
    policy: Option<&'a RawValue>,
    revoked: Option<&'a RawValue>,
    others: Others,
}

impl<'de> Members<'de> for Found<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: &mut Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "iss" => value.text_into("iss", &mut self.iss),
            "iat" => value.read_into("iat", &mut self.iat),
            "exp" => value.read_into("exp", &mut self.exp),
            "ver" => value.read_into("ver", &mut self.ver),
            "ser" => value.read_into("ser", &mut self.ser),
            "as_of" => value.read_into("as_of", &mut self.as_of),
            "policy" => value.read_into("policy", &mut self.policy),
            "revoked" => value.read_into("revoked", &mut self.revoked),
            other => self.others.skip(other, value),
        }
    }
}

impl Found<'_> {
    fn finish(self) -> Result<Snapshot, SnapshotFault> {
        let number = |name, value: Option<u64>| match value {
            Some(value) if value <= MOST => Ok(value),
            Some(_) => Err(SnapshotFault::Content(format!("\"{name}\" is too large"))),
            None => Err(missing(name)),
        };
        number("ver", self.ver)?;
        let at = |name, value, unit: fn(i64) -> Timestamp| {
            number(name, value).map(|value| unit(value.cast_signed()))
        };
        let policy = Policy::read(self.policy.ok_or_else(|| missing("policy"))?)?;
        let mut revoked = Unpacked::default();
        let packed = self.revoked.ok_or_else(|| missing("revoked"))?;
        read_object(packed.get().as_bytes(), DEPTH, &mut revoked).map_err(content)?;
        Ok(Snapshot {
            issuer: self.iss.map(Cow::into_owned),
            serial: number("ser", self.ser)?,
            issued_at: at("iat", self.iat, Timestamp::from_secs)?,
            as_of: at("as_of", self.as_of, Timestamp::from_millis)?,
            expires: at("exp", self.exp, Timestamp::from_secs)?,
            policy,
            records: revoked.finish(),
        })
    }
}

fn missing(name: &str) -> SnapshotFault {
    SnapshotFault::Content(format!("\"{name}\" is missing"))
}

/// The numbers of the list as they are read.
#[derive(Default)]
struct Policy {
    numbers: [Option<u64>; 4],
    others: Others,
}

/// The names of [`Numbers`].
const NUMBERS: [&str; 4] = ["B", "B_mint", "L", "S"];

impl Policy {
    fn read(json: &RawValue) -> Result<RevocationPolicy, SnapshotFault> {
        let mut found = Self::default();
        read_object(json.get().as_bytes(), DEPTH, &mut found).map_err(content)?;
        let [Some(b), Some(b_mint), Some(l), Some(s)] =
            found.numbers.map(|it| it.map(Duration::from_millis))
        else {
            return Err(missing("B, B_mint, L or S"));
        };
        let policy =
            RevocationPolicy::default().budget(b).renewal_budget(b_mint).longest_life(l).skew(s);
        policy.check().map_err(|fault| SnapshotFault::Content(fault.to_string()))?;
        Ok(policy)
    }
}

impl<'de> Members<'de> for Policy {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: &mut Value<'_, A>,
    ) -> Result<(), A::Error> {
        let slots = NUMBERS.into_iter().zip(&mut self.numbers);
        match slots.into_iter().find(|(known, _)| *known == name) {
            Some((known, slot)) => value.read_into(known, slot),
            None => self.others.skip(name, value),
        }
    }
}

/// The entries as they are read. A kind that is not known is refused: it would end something.
#[derive(Default)]
struct Unpacked {
    seen: Others,
    records: Vec<Record>,
}

impl Unpacked {
    fn finish(mut self) -> Vec<Record> {
        self.records.sort_unstable();
        self.records
    }
}

impl<'de> Members<'de> for Unpacked {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: &mut Value<'_, A>,
    ) -> Result<(), A::Error> {
        let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.word() == name) else {
            return Err(refuse("\"revoked\" has a kind of entry that is not known"));
        };
        self.seen.note(name)?;
        let packed = value.text(kind.word())?;
        let fits = unpack(kind, &packed, &mut self.records);
        fits.map_err(|_| refuse(format_args!("\"{kind}\" in \"revoked\" does not fit its form")))
    }
}
