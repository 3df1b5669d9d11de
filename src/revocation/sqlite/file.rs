//! The file of a list: its schema, and what is read from and written to it.

use std::path::{Path, PathBuf};

use crate::crypto::{random, sha256};
use crate::db::{Access, Columns, Db, DbError, Form, Identity, Value, Work};
use crate::revocation::record::pack_end;
use crate::revocation::{Entry, Record, RevocationPolicy, StoreError};
use crate::time::Timestamp;

/// The numbers of entries only go up, and are never used twice. SQLite notices damage to the form of
/// a page, and not to what is in it: the checksums do.
const FORM: Form = Form {
    application: i32::from_be_bytes(*b"wxsl"),
    version: 1,
    schema: "
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE entries (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    record BLOB NOT NULL,
    recorded_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    checksum BLOB NOT NULL,
    label TEXT,
    reason TEXT
) STRICT;
CREATE INDEX ends ON entries (ends_at);",
};

/// Finds an entry by its kind and name. A file gets it with the first question that needs it: for who
/// asks none, it would be one more thing to write.
const BY_NAME: &str = "CREATE INDEX IF NOT EXISTS names ON entries (substr(record, 1, 17))";

/// Most entries that one transaction drops, so that writers need not wait long.
const DROP_AT_ONCE: i64 = 500;

/// An open file.
#[derive(Debug)]
pub(in crate::revocation) struct ListFile {
    db: Db,
    path: PathBuf,
    place: String,
    identity: Option<Identity>,
    policy: RevocationPolicy,
    incarnation: [u8; 16],
    /// Whether it is the file that was there at first, and not one that came into its place.
    is_first: bool,
}

/// How closely a file is looked at when it is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    AtHead,
    AtEveryPage,
}

/// What became of entries that were added.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    not(feature = "redis"),
    expect(dead_code, reason = "only what is published has numbers")
)]
pub(super) struct Kept {
    /// The number of the last.
    pub(super) last: u64,
    /// Whether it goes on from the numbers of those before: not in a file that replaced another.
    pub(super) goes_on: bool,
}

/// What became of an entry that was to be the first of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// It was, and has this number.
    First(u64),
    Before,
}

/// An entry with its number.
pub(in crate::revocation) type Numbered = (u64, Entry);

impl ListFile {
    pub(super) fn create(path: &Path, policy: RevocationPolicy) -> Result<(), StoreError> {
        let place = path.display().to_string();
        let unreachable = |why: String| StoreError::Unreachable { place: place.clone(), why };
        let incarnation = random::<16>().map_err(|fault| unreachable(fault.to_string()))?;
        let policy = serde_json::to_vec(&policy).map_err(|fault| unreachable(fault.to_string()))?;
        let described = checksum(&[&incarnation, &policy]);
        let fill = |work: &Work<'_>| {
            for (name, value) in
                [("incarnation", incarnation.to_vec()), ("policy", policy), ("checksum", described)]
            {
                work.run(
                    "INSERT INTO meta (name, value) VALUES (?, ?)",
                    [Value::Text(name.into()), Value::Blob(value)],
                )?;
            }
            Ok(())
        };
        Db::create(path, FORM, fill).map_err(|fault| at(&place, fault))
    }

    pub(in crate::revocation) fn open_to_write(path: &Path) -> Result<Self, StoreError> {
        Self::open(path, Access::Write)
    }

    pub(super) fn open_to_read(path: &Path) -> Result<Self, StoreError> {
        Self::open(path, Access::Read)
    }

    /// As [`ListFile::open_to_write`], without a look at every page: it was opened so before.
    #[cfg(feature = "redis")]
    pub(in crate::revocation) fn open_to_note(path: &Path) -> Result<Self, StoreError> {
        Self::open_as(path, Access::Write, Look::AtHead)
    }

    /// As [`ListFile::open_to_read`], without a look at every page: whether it is still what it was.
    pub(super) fn glance(path: &Path) -> Result<Self, StoreError> {
        Self::open_as(path, Access::Read, Look::AtHead)
    }

    fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        Self::open_as(path, access, Look::AtEveryPage)
    }

    fn open_as(path: &Path, access: Access, look: Look) -> Result<Self, StoreError> {
        let place = path.display().to_string();
        let open = || {
            let mut db = Db::open(path, FORM, access)?;
            if look == Look::AtEveryPage {
                db.check()?;
            }
            let [incarnation, policy, described] = db.read(|work| {
                Ok([meta(work, "incarnation")?, meta(work, "policy")?, meta(work, "checksum")?])
            })?;
            let damaged = || DbError::Corrupt("its description is damaged".into());
            if described != checksum(&[&incarnation, &policy]) {
                return Err(damaged());
            }
            let incarnation = incarnation.try_into().map_err(|_| damaged())?;
            let policy: RevocationPolicy =
                serde_json::from_slice(&policy).map_err(|_| damaged())?;
            policy.check().map_err(|_| damaged())?;
            // The log is there from the first read on.
            let (path, identity) = (path.to_path_buf(), Identity::at(path));
            let place = place.clone();
            Ok(Self { db, path, place, identity, policy, incarnation, is_first: true })
        };
        open().map_err(|fault| at(&place, fault))
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    pub(in crate::revocation) fn policy(&self) -> RevocationPolicy {
        self.policy
    }

    pub(in crate::revocation) fn incarnation(&self) -> [u8; 16] {
        self.incarnation
    }

    /// Whether what is at the path is what was opened.
    pub(super) fn is_in_place(&self) -> bool {
        self.identity.is_some() && Identity::at(&self.path) == self.identity
    }

    /// Opens what is at the path now, in place of a file that is gone from there.
    fn open_again(&mut self) -> Result<(), StoreError> {
        let now = Self::open_to_write(&self.path)?;
        if now.policy != self.policy {
            return Err(self.replaced("by a list with other numbers"));
        }
        *self = Self { is_first: false, ..now };
        Ok(())
    }

    fn replaced(&self, how: &str) -> StoreError {
        let why = format!("the file was replaced {how}: open the list again");
        StoreError::Unreachable { place: self.place.clone(), why }
    }

    /// What `work` writes is in the file that whoever opens the path finds: a file that was deleted,
    /// moved or replaced takes every commit, and nobody ever reads it.
    fn write_in_place<T>(
        &mut self,
        work: impl Fn(&Work<'_>) -> Result<T, DbError>,
    ) -> Result<T, StoreError> {
        const TRIES: usize = 2;
        for _ in 0..TRIES {
            if !self.is_in_place() {
                self.open_again()?;
            }
            let done = self.db.write(&work).map_err(|fault| at(&self.place, fault))?;
            // It may have gone while the commit was under way.
            if self.is_in_place() {
                return Ok(done);
            }
        }
        Err(StoreError::Missing { place: self.place.clone() })
    }

    /// A number that changes when another process, or another connection of this one, has written.
    pub(super) fn data_version(&self) -> Result<i64, StoreError> {
        self.db.data_version().map_err(|fault| at(&self.place, fault))
    }

    /// Adds entries; they are on the disk when this returns.
    pub(super) fn add(&mut self, entries: &[Entry]) -> Result<Kept, StoreError> {
        let add = |work: &Work<'_>| {
            for entry in entries {
                insert(work, entry)?;
            }
            Ok(work.last_row())
        };
        let last = self.write_in_place(add)?.unsigned_abs();
        Ok(Kept { last, goes_on: self.is_first })
    }

    /// Adds those of `entries` that are the first of their names; they are on the disk when this
    /// returns. No two connections do this at once, so that one of them is.
    pub(super) fn add_once(&mut self, entries: &[Entry]) -> Result<Vec<Claim>, StoreError> {
        let claim = |work: &Work<'_>, entry: &Entry| {
            let name = entry.record.to_bytes().split_at(17).0.to_vec();
            let query = "SELECT sequence FROM entries WHERE substr(record, 1, 17) = ? LIMIT 1";
            if !work.rows(query, [Value::Blob(name)], |row| row.int(0))?.is_empty() {
                return Ok(Claim::Before);
            }
            insert(work, entry)?;
            Ok(Claim::First(work.last_row().unsigned_abs()))
        };
        let claims = self.write_in_place(|work| {
            work.run(BY_NAME, [])?;
            entries.iter().map(|entry| claim(work, entry)).collect::<Result<Vec<_>, DbError>>()
        })?;
        match self.is_first {
            true => Ok(claims),
            // What was recorded in the file before is not in this one.
            false => Err(self.replaced("by another")),
        }
    }

    /// The entries after number `after`, and the highest number that was ever given.
    pub(in crate::revocation) fn since(
        &mut self,
        after: u64,
    ) -> Result<(Vec<Numbered>, u64), StoreError> {
        let after = match after {
            // No number is left out by a damaged one.
            0 => i64::MIN,
            after => i64::try_from(after).unwrap_or(i64::MAX),
        };
        let read = |work: &Work<'_>| {
            let entries = work.rows(
                "SELECT sequence, record, recorded_at, ends_at, checksum, label, reason \
                 FROM entries WHERE sequence > ? ORDER BY sequence",
                [Value::Integer(after)],
                entry,
            )?;
            let highest =
                work.rows("SELECT seq FROM sqlite_sequence WHERE name = 'entries'", [], |row| {
                    row.int(0)
                })?;
            Ok((entries, highest.into_iter().max().unwrap_or(0).unsigned_abs()))
        };
        self.db.read(read).map_err(|fault| at(&self.place, fault))
    }

    /// What was noted of one file must not be noted in another.
    #[cfg(feature = "redis")]
    fn check_in_place(&self) -> Result<(), StoreError> {
        match self.path.exists() {
            _ if self.is_in_place() => Ok(()),
            true => Err(self.replaced("by another")),
            false => Err(StoreError::Missing { place: self.place.clone() }),
        }
    }

    /// What was noted beside the entries under `name`.
    #[cfg(feature = "redis")]
    pub(in crate::revocation) fn noted(
        &mut self,
        name: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.check_in_place()?;
        let found = self.db.read(|work| found(work, name));
        found.map_err(|fault| at(&self.place, fault))
    }

    /// Notes `value` beside the entries under `name`, in place of what was noted before.
    #[cfg(feature = "redis")]
    pub(in crate::revocation) fn note(
        &mut self,
        name: &str,
        value: Vec<u8>,
    ) -> Result<(), StoreError> {
        self.check_in_place()?;
        let note = |work: &Work<'_>| {
            work.run(
                "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)",
                [Value::Text(name.into()), Value::Blob(value)],
            )
        };
        self.db.write(note).map(drop).map_err(|fault| at(&self.place, fault))
    }

    /// Drops some of the entries that ended by `horizon`; tells how many, and none once all are gone.
    pub(super) fn prune_some(&mut self, horizon: Timestamp) -> Result<usize, StoreError> {
        // The largest end that is one: whatever the horizon, some entries stay for ever.
        let last = i64::from(u32::MAX) - 1;
        let horizon = horizon.floor_secs().as_secs().min(last);
        self.write_in_place(|work| {
            let ended = work.rows(
                "SELECT sequence, record, recorded_at, ends_at, checksum, label, reason \
                 FROM entries WHERE ends_at <= ? ORDER BY ends_at LIMIT ?",
                [Value::Integer(horizon), Value::Integer(DROP_AT_ONCE)],
                // What is damaged is not dropped: its end may be.
                |row| entry(row).and_then(|_| row.int(0)),
            )?;
            for sequence in &ended {
                let delete = "DELETE FROM entries WHERE sequence = ?";
                work.run(delete, [Value::Integer(*sequence)])?;
            }
            Ok(ended.len())
        })
    }
}

fn insert(work: &Work<'_>, entry: &Entry) -> Result<(), DbError> {
    let text = |text: &Option<String>| text.clone().map_or(Value::Null, Value::Text);
    let record = entry.record.to_bytes();
    let recorded_at = entry.recorded_at.as_millis();
    work.run(
        "INSERT INTO entries (record, recorded_at, ends_at, checksum, label, reason) \
         VALUES (?, ?, ?, ?, ?, ?)",
        [
            Value::Blob(record.to_vec()),
            Value::Integer(recorded_at),
            Value::Integer(ends_at(&entry.record)),
            Value::Blob(checksum(&[&record, &recorded_at.to_be_bytes()])),
            text(&entry.label),
            text(&entry.reason),
        ],
    )
    .map(drop)
}

fn meta(work: &Work<'_>, name: &str) -> Result<Vec<u8>, DbError> {
    found(work, name)?.ok_or_else(|| DbError::Corrupt(format!("it has no {name}")))
}

fn found(work: &Work<'_>, name: &str) -> Result<Option<Vec<u8>>, DbError> {
    let query = "SELECT value FROM meta WHERE name = ?";
    let found = work.rows(query, [Value::Text(name.into())], |row| row.bytes(0))?;
    Ok(found.into_iter().next())
}

fn entry(row: &Columns<'_>) -> Result<Numbered, DbError> {
    let sequence = row.int(0)?.unsigned_abs();
    let damaged = || DbError::Corrupt(format!("entry {sequence} is damaged"));
    let (bytes, recorded_at) = (row.bytes(1)?, row.int(2)?);
    let record = Record::from_bytes(&bytes).map_err(|_| damaged())?;
    let is_whole = row.int(3)? == ends_at(&record)
        && row.bytes(4)? == checksum(&[&bytes, &recorded_at.to_be_bytes()]);
    if !is_whole {
        return Err(damaged());
    }
    let recorded_at = Timestamp::from_millis(recorded_at);
    let entry =
        Entry { label: row.text(5)?, reason: row.text(6)?, ..Entry::new(record, recorded_at) };
    Ok((sequence, entry))
}

fn ends_at(record: &Record) -> i64 {
    i64::from(pack_end(record.end()))
}

/// The first 8 bytes of SHA-256 over `parts`.
fn checksum(parts: &[&[u8]]) -> Vec<u8> {
    sha256(&parts.concat()).split_at(8).0.to_vec()
}

/// Says where a fault is.
fn at(place: &str, fault: DbError) -> StoreError {
    let place = place.to_owned();
    match fault {
        DbError::Missing => StoreError::Missing { place },
        DbError::Exists => StoreError::Exists { place },
        DbError::LeftBeside(left) => {
            StoreError::Exists { place: format!("{left}, of a list that was there before,") }
        }
        DbError::Corrupt(why) => StoreError::Corrupt { place, why },
        DbError::Version(found) => {
            StoreError::Version { place, found: found.into(), reads: FORM.version.into() }
        }
        DbError::ReadOnly => StoreError::ReadOnly { place },
        DbError::Full => StoreError::DiskFull { place },
        DbError::MountedAlone => {
            let why = "the file is mounted alone, and its log is not: mount the folder";
            StoreError::Unsafe { place, why: why.into() }
        }
        DbError::NetworkFileSystem(file_system) => {
            StoreError::NetworkFileSystem { place, file_system }
        }
        DbError::NotOpened => StoreError::Unreachable { place, why: "it cannot be opened".into() },
        DbError::Other(why) => StoreError::Unreachable { place, why },
    }
}
