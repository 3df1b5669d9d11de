//! An SQLite file: the one place that knows its pragmas and its errors.
//!
//! WAL with `synchronous=FULL`: a commit that returned survives the loss of power, and readers do not
//! wait for writers.

mod place;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags, Row, Transaction, TransactionBehavior};

use crate::durable::{self, Readers};

pub(crate) use rusqlite::types::Value;

/// How long to wait for another process that writes.
const PATIENCE: Duration = Duration::from_secs(5);

/// The bytes of the file header that say "write-ahead log" when they are 2 (SQLite file format, 1.3).
const JOURNAL_VERSIONS: std::ops::Range<usize> = 18..20;
const WRITE_AHEAD: u8 = 2;

/// What SQLite keeps beside a file: its log, the index of that, and a journal.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// What tells a kind of file from others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// Four bytes of the file header.
    pub(crate) application: i32,
    pub(crate) version: i32,
    /// What makes an empty one.
    pub(crate) schema: &'static str,
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// Why a file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DbError {
    #[error("nothing is there")]
    Missing,
    #[error("it exists already")]
    Exists,
    /// What SQLite keeps beside a file is there without it, and would be read into a new one.
    #[error("{0} exists already")]
    LeftBeside(String),
    #[error("{0}")]
    Corrupt(String),
    #[error("format version {0}")]
    Version(i32),
    #[error("it is read-only")]
    ReadOnly,
    #[error("the disk is full")]
    Full,
    /// The system opens it not, or not what must lie beside it.
    #[error("it cannot be opened")]
    NotOpened,
    #[error("it lies on {0}")]
    NetworkFileSystem(String),
    /// Whoever takes the other path writes another log.
    #[error("it is mounted alone")]
    MountedAlone,
    #[error("{0}")]
    Other(String),
}

/// One connection to an SQLite file of a known form.
#[derive(Debug)]
pub(crate) struct Db(Connection);

impl Db {
    /// Makes the file `path`, which must not exist, and fills it by `fill`: it appears whole or not
    /// at all.
    pub(crate) fn create(
        path: &Path,
        form: Form,
        fill: impl FnOnce(&Work<'_>) -> Result<(), DbError>,
    ) -> Result<(), DbError> {
        place::check(path)?;
        if !path.exists() {
            let mut left = BESIDE.into_iter().map(|end| beside(path, end));
            if let Some(left) = left.find(|left| left.exists()) {
                return Err(DbError::LeftBeside(left.display().to_string()));
            }
        }
        let mut memory = Connection::open_in_memory()?;
        let work = memory.transaction()?;
        work.execute_batch(form.schema)?;
        work.pragma_update(None, "application_id", form.application)?;
        work.pragma_update(None, "user_version", form.version)?;
        fill(&Work(&work))?;
        work.commit()?;
        let mut bytes = memory.serialize(MAIN_DB)?.to_vec();
        if let Some(versions) = bytes.get_mut(JOURNAL_VERSIONS) {
            versions.fill(WRITE_AHEAD);
        }
        durable::create_new(path, &bytes, Readers::Owner).map_err(|fault| match fault.kind() {
            std::io::ErrorKind::AlreadyExists => DbError::Exists,
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => DbError::Full,
            std::io::ErrorKind::ReadOnlyFilesystem => DbError::ReadOnly,
            _ => DbError::Other(fault.to_string()),
        })
    }

    /// Opens the file `path`, which must exist and be of `form`.
    pub(crate) fn open(path: &Path, form: Form, access: Access) -> Result<Self, DbError> {
        match std::fs::metadata(path) {
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {
                return Err(DbError::Missing);
            }
            Err(fault) => return Err(DbError::Other(fault.to_string())),
            Ok(found) if !found.is_file() => return Err(DbError::Corrupt("no file".into())),
            Ok(found) if found.len() == 0 => return Err(DbError::Corrupt("it is empty".into())),
            Ok(_) => {}
        }
        place::check(path)?;
        Self::connect(path, form, access).map_err(|fault| match (fault, access) {
            (DbError::NotOpened, Access::Write) => DbError::ReadOnly,
            (DbError::NotOpened, Access::Read) => DbError::Other(
                "it may not be read here, or its folder is read-only: SQLite writes beside the file \
                 to read it. Follow a signed snapshot instead"
                    .into(),
            ),
            (fault, _) => fault,
        })
    }

    fn connect(path: &Path, form: Form, access: Access) -> Result<Self, DbError> {
        let write = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let read = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = Connection::open_with_flags(path, write);
        // Who only reads may have to live with a file that he may not write.
        let db = match (opened, access) {
            (Ok(db), Access::Read) if db.is_readonly(MAIN_DB)? => db,
            (Ok(db), _) => db,
            (Err(_), Access::Read) => Connection::open_with_flags(path, read)?,
            (Err(fault), Access::Write) => return Err(fault.into()),
        };
        let db = Self(db);
        db.set_up(form, access)?;
        Ok(db)
    }

    fn set_up(&self, form: Form, access: Access) -> Result<(), DbError> {
        let Self(db) = self;
        db.busy_timeout(PATIENCE)?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        db.pragma_update(None, "cell_size_check", true)?;
        let number = |name| db.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
        if number("application_id")? != form.application {
            return Err(DbError::Corrupt("it is another program's database".into()));
        }
        match number("user_version")? {
            version if version == form.version => {}
            other => return Err(DbError::Version(other)),
        }
        if access == Access::Write {
            if db.is_readonly(MAIN_DB)? {
                return Err(DbError::ReadOnly);
            }
            db.pragma_update(None, "synchronous", "FULL")?;
            let mode: String =
                db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
            if mode != "wal" {
                return Err(DbError::Other(format!("its journal is in mode {mode}, not WAL")));
            }
        }
        Ok(())
    }

    /// Looks for damage in every page.
    pub(crate) fn check(&self) -> Result<(), DbError> {
        let found: String = self.0.pragma_query_value(None, "quick_check", |row| row.get(0))?;
        if found == "ok" { Ok(()) } else { Err(DbError::Corrupt(on_one_line(&found))) }
    }

    /// A number that changes with every commit of another connection.
    pub(crate) fn data_version(&self) -> Result<i64, DbError> {
        Ok(self.0.pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// Does `work` in one transaction that writes: all of it is on the disk when this returns, or
    /// none.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&Work<'_>) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        self.in_transaction(TransactionBehavior::Immediate, work)
    }

    /// Does `work` on one unchanging state of the file.
    pub(crate) fn read<T>(
        &mut self,
        work: impl FnOnce(&Work<'_>) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        self.in_transaction(TransactionBehavior::Deferred, work)
    }

    fn in_transaction<T>(
        &mut self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Work<'_>) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        let transaction = self.0.transaction_with_behavior(behavior)?;
        let done = work(&Work(&transaction))?;
        transaction.commit()?;
        Ok(done)
    }
}

/// What tells a file from another one in its place: itself, and the log that was made with it. Who
/// has either open while another lies there writes what nobody reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    file: Inode,
    log: Option<Inode>,
}

type Inode = (u64, u64);

impl Identity {
    /// Of what is at `path`, if anything is.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        Some(Self { file: inode(path)?, log: inode(&beside(path, "-wal")) })
    }
}

#[cfg(unix)]
fn inode(path: &Path) -> Option<Inode> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

/// Here only whether there is one.
#[cfg(not(unix))]
fn inode(path: &Path) -> Option<Inode> {
    std::fs::metadata(path).ok().map(|_| (0, 0))
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// What can be done in a transaction.
pub(crate) struct Work<'t>(&'t Transaction<'t>);

impl Work<'_> {
    /// Runs a statement; tells how many rows it changed.
    pub(crate) fn run<const N: usize>(
        &self,
        statement: &str,
        values: [Value; N],
    ) -> Result<usize, DbError> {
        let mut statement = self.0.prepare_cached(statement)?;
        Ok(statement.execute(rusqlite::params_from_iter(values))?)
    }

    /// The rows of a query, as `read` reads them.
    pub(crate) fn rows<T, const N: usize>(
        &self,
        query: &str,
        values: [Value; N],
        mut read: impl FnMut(&Columns<'_>) -> Result<T, DbError>,
    ) -> Result<Vec<T>, DbError> {
        let mut query = self.0.prepare_cached(query)?;
        let mut rows = query.query(rusqlite::params_from_iter(values))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(&Columns(row))?);
        }
        Ok(found)
    }

    /// The number that the last insert gave its row.
    pub(crate) fn last_row(&self) -> i64 {
        self.0.last_insert_rowid()
    }
}

/// One row, by the place of the column. A value of another type is damage.
pub(crate) struct Columns<'r>(&'r Row<'r>);

impl Columns<'_> {
    pub(crate) fn int(&self, at: usize) -> Result<i64, DbError> {
        self.0.get(at).map_err(damaged)
    }

    pub(crate) fn bytes(&self, at: usize) -> Result<Vec<u8>, DbError> {
        self.0.get(at).map_err(damaged)
    }

    pub(crate) fn text(&self, at: usize) -> Result<Option<String>, DbError> {
        self.0.get(at).map_err(damaged)
    }
}

/// What SQLite found, which it tells on many lines, for a log.
fn on_one_line(found: &str) -> String {
    const MOST: usize = 120;
    let line = found.lines().find(|line| !line.starts_with("***")).unwrap_or("it is damaged");
    line.chars().take(MOST).collect()
}

fn damaged(fault: rusqlite::Error) -> DbError {
    match fault {
        rusqlite::Error::SqliteFailure(..) => fault.into(),
        other => DbError::Corrupt(format!("a column is damaged: {other}")),
    }
}

impl From<rusqlite::Error> for DbError {
    fn from(fault: rusqlite::Error) -> Self {
        match fault.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::Corrupt("it is no SQLite database".into()),
            Some(ErrorCode::DatabaseCorrupt) => Self::Corrupt(fault.to_string()),
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::CannotOpen) => Self::NotOpened,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::Other("another process has held it for 5 s".into())
            }
            _ => Self::Other(fault.to_string()),
        }
    }
}
