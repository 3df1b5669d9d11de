//! The writer's side: every entry is on this host's disk first, and with the engine as soon as that
//! takes it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use redis::Pipeline;

use crate::revocation::sqlite::{ListFile, SqliteFeed, SqliteStore};
use crate::revocation::{
    Acknowledged, Entry, Recorded, RevocationFeed, RevocationPolicy, RevocationStore, StoreError,
};
use crate::time::Timestamp;

use super::RedisFeed;
use super::address::Address;
use super::both::Both;
use super::line::Line;
use super::look::{Range, look};
use super::once::{Once, Turn};
use super::progress::Progress;
use super::publisher::Publisher;
use super::reply;

/// The oldest engine that counts what was ever added to a stream.
const OLDEST: u64 = 7;

/// A list in Redis 7 or Valkey, for a service that logs people out.
///
/// What is recorded is in the SQLite file first, and then sent to the engine: the answer is
/// [`Acknowledged::Published`] if that takes it within a second, and else
/// [`Acknowledged::Local`]; it is sent as soon as the engine is back. If the engine loses what it
/// had, this sends everything again that still matters, within about a second.
///
/// Several processes of a host may share the file, and several hosts the list, each with a file of
/// its own. A file must not be copied to another host: it is what tells one writer from another.
///
/// ```no_run
/// use waxseal::RevocationList;
/// use waxseal::revocation::{RedisStore, Revocation, RevocationPolicy, SqliteStore};
/// SqliteStore::create("revoked.db", RevocationPolicy::default())?; // once, at set-up
///
/// let store = RedisStore::open("redis://10.0.0.7:6379/0?list=revoked", "revoked.db")?;
/// let list = RevocationList::with_store(store)?;
/// list.revoke(&Revocation::subject("ada"))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Security
/// The engine must not forget by itself: `maxmemory-policy noeviction`, or no `maxmemory`, which is
/// checked. Turn on its append-only file: with `appendfsync everysec` it can lose one second at a
/// crash, which is sent again. What the engine and the disk of a writer lose together is lost,
/// except where it was read before.
///
/// [`RevocationList::revoke_once`](crate::RevocationList::revoke_once) asks the engine, and is an
/// error while that is away, and for 5 s after it was started anew or replaced: by then the writers
/// have sent again what it lost. Two hosts could both be the first only if it loses what it said
/// while the host that was told first is away too, or if a host with a new file asks before that has
/// sent it again: `appendfsync always` keeps the engine from losing it, and `min-replicas-to-write`
/// where there is a failover.
///
/// Everything that [`RedisFeed`] says holds here too.
pub struct RedisStore {
    address: Address,
    path: PathBuf,
    local: SqliteStore,
    progress: Arc<Progress>,
    once: Mutex<Once>,
}

impl RedisStore {
    /// Opens the list at `url`, `redis://[user:password@]host:port/db?list=NAME`, and makes it if the
    /// engine has none. `file` is this writer's own copy, made by
    /// [`SqliteStore::create`]; what is in it and was never sent is sent now.
    ///
    /// While the engine is away, open `file` with [`SqliteStore::open`] to revoke: the next to open
    /// both sends it.
    ///
    /// # Errors
    /// [`StoreError`]: the engine cannot be reached, is older than Redis 7, a replica, or set up so
    /// that it would forget; its list has other numbers than the file; the file is missing or damaged.
    pub fn open(url: &str, file: impl AsRef<Path>) -> Result<Self, StoreError> {
        let address = Address::parse(url)?;
        let path = file.as_ref().to_path_buf();
        let local = SqliteStore::open(&path)?;
        let mut line = Line::new(address.clone());
        check_engine(&mut line)?;
        check_list(&mut line, local.policy(), &path)?;
        let progress = Arc::new(Progress::default());
        let file = ListFile::open_to_write(&path)?;
        let mut publisher = Publisher::new(line, file, Arc::clone(&progress));
        publisher.round()?;
        let no_thread = |fault: std::io::Error| address.unreachable(fault.to_string());
        publisher.start().map_err(no_thread)?;
        let once = Once::begin(Line::new(address.clone()), ListFile::open_to_note(&path)?)?;
        Ok(Self { address, path, local, progress, once: Mutex::new(once) })
    }
}

impl RevocationStore for RedisStore {
    fn record(&self, entries: Vec<Entry>) -> Result<Acknowledged, StoreError> {
        let number = self.local.record_numbered(entries)?;
        Ok(self.progress.recorded(number))
    }

    /// The engine says who is the first; the file, which an engine cannot lose, may still say no.
    fn record_once(&self, entry: Entry) -> Result<Recorded, StoreError> {
        let turn = {
            // A panic while it was held leaves a line that is given up, or in order.
            let mut once = self.once.lock().unwrap_or_else(PoisonError::into_inner);
            // Callers wait for each other: only the first few wait for an engine that is away.
            if self.progress.is_down() {
                let why = "it is away, and only it can say who is the first";
                return Err(self.address.unreachable(why));
            }
            once.take(&entry)?
        };
        if turn == Turn::Before {
            return Ok(Recorded::Before);
        }
        Ok(match self.local.claim_numbered(entry)? {
            Some(number) => Recorded::First(self.progress.recorded(number)),
            None => Recorded::Before,
        })
    }

    fn feed(&self) -> Result<Box<dyn RevocationFeed>, StoreError> {
        let file = SqliteFeed::open(&self.path)?;
        Ok(Box::new(Both::new(file, RedisFeed::at(self.address.clone())?)))
    }

    fn policy(&self) -> RevocationPolicy {
        self.local.policy()
    }

    fn prune(&self, horizon: Timestamp) -> Result<usize, StoreError> {
        self.local.prune(horizon)
    }

    fn unpublished(&self) -> usize {
        self.progress.unpublished()
    }
}

/// Refuses an engine that would lose entries, or could not tell. CONFIG is often forbidden, INFO is
/// not.
fn check_engine(line: &mut Line) -> Result<(), StoreError> {
    let mut questions = Pipeline::new();
    for section in ["server", "memory", "replication"] {
        questions.cmd("INFO").arg(section);
    }
    let answers = line.tell(&questions)?;
    let info: String = answers.iter().filter_map(reply::text).collect();
    let address = line.address();
    let version = reply::line(&info, "redis_version").unwrap_or_default();
    let major = version.split('.').next().and_then(|major| major.parse().ok());
    if major.is_none_or(|major: u64| major < OLDEST) {
        return Err(address.not_safe(format!(
            "it is version {version:?}, and only Redis 7 or Valkey counts what it loses"
        )));
    }
    if reply::line(&info, "role") != Some("master") {
        return Err(address.not_safe("it is a replica: name the primary"));
    }
    let policy = reply::line(&info, "maxmemory_policy").unwrap_or("unknown");
    if reply::line(&info, "maxmemory") != Some("0") && policy != "noeviction" {
        return Err(address.not_safe(format!(
            "maxmemory-policy is {policy}, so that it forgets when its memory is full; set maxmemory-policy noeviction"
        )));
    }
    Ok(())
}

/// Refuses a list whose numbers are not those of the file.
fn check_list(line: &mut Line, policy: RevocationPolicy, path: &Path) -> Result<(), StoreError> {
    let seen = look(line, &Range::Nothing, 1)?;
    let address = line.address();
    match seen.meta {
        Some(meta) if meta.policy != policy => Err(address.not_safe(format!(
            "its list was made with {}, and {} with {}; name another list, or make the file with the same numbers",
            told(&meta.policy),
            path.display(),
            told(&policy)
        ))),
        _ => Ok(()),
    }
}

fn told(policy: &RevocationPolicy) -> String {
    use crate::time::Span;
    format!(
        "B {}, B_mint {}, L {}, S {}",
        Span(policy.most_age()),
        Span(policy.most_age_to_renew()),
        Span(policy.life()),
        Span(policy.clock_difference())
    )
}

/// The thread ends when what it does at the moment is over.
impl Drop for RedisStore {
    fn drop(&mut self) {
        self.progress.end();
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisStore({}, {})", self.address.place(), self.path.display())
    }
}
