//! The revocation list as a signed snapshot. A thread of its own signs: no request waits for it.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use waxseal::Revocations;
use waxseal::key::Key;
use waxseal::revocation::{RevocationHealth, SignedSnapshot, SnapshotWriter, Verdict};
use waxseal::time::{Clock, Span, Stopwatch, Timestamp};

use crate::exit::{Code, Failure};

/// How often we look whether an entry has come, and so how often it is signed at the most.
const LOOK: Duration = Duration::from_secs(1);

/// How often it is signed at the least, so that it does not grow old; a sixth of B if that is sooner.
const REFRESH: Duration = Duration::from_secs(10);

/// For how long an answer may be kept at the most; a tenth of B if that is less.
const CACHE: Duration = Duration::from_secs(30);

/// What is handed out. The thread ends with it.
pub(super) struct Snapshots {
    revocations: Revocations,
    current: Arc<Mutex<Arc<Current>>>,
    max_age: Duration,
    _end: SyncSender<()>,
}

/// A snapshot of one moment, ready to be sent.
pub(super) struct Current {
    pub(super) body: Bytes,
    pub(super) etag: String,
    pub(super) serial: u64,
    expires: Timestamp,
}

impl Snapshots {
    /// Follows the list in the file `store`, and signs it with `key` from now on.
    pub(super) fn start(store: &str, key: &Key) -> Result<Self, Failure> {
        let revocations = Revocations::follow(store)?;
        let mut writer = SnapshotWriter::new(revocations.clone(), key)?;
        let first = writer.sign()?;
        let budget = first.snapshot().policy().most_age();
        let current = Arc::new(Mutex::new(Current::of(&first)));
        let (end, ended) = sync_channel(0);
        let shared = Arc::clone(&current);
        std::thread::Builder::new()
            .name("waxseal-snapshot".into())
            .spawn(move || sign_on(writer, REFRESH.min(budget / 6), &shared, &ended))
            .map_err(|fault| no_thread(&fault))?;
        Ok(Self { revocations, current, max_age: CACHE.min(budget / 10), _end: end })
    }

    pub(super) fn current(&self) -> Arc<Current> {
        Arc::clone(&self.current.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// For how long an answer may be kept.
    pub(super) fn max_age(&self) -> Duration {
        self.max_age
    }

    /// How the list does.
    pub(super) fn health(&self) -> Option<RevocationHealth> {
        self.revocations.health()
    }

    /// Why nobody should go by what would be handed out: a line without a path of this machine.
    pub(super) fn fault(&self) -> Option<String> {
        let health = self.health()?;
        if matches!(health.verdict, Verdict::OverBudget | Verdict::Corrupt) {
            let (verdict, age) = (health.verdict, Span(health.age));
            return Some(format!("the revocation list is {verdict}, and was read {age} ago\n"));
        }
        let has_expired = Clock::system().now() >= self.current().expires;
        has_expired.then(|| "the snapshot of the revocation list has expired\n".into())
    }
}

impl Current {
    fn of(signed: &SignedSnapshot) -> Arc<Self> {
        Arc::new(Self {
            body: Bytes::copy_from_slice(signed.text().as_bytes()),
            etag: signed.etag(),
            serial: signed.snapshot().serial(),
            expires: signed.snapshot().expires(),
        })
    }
}

/// Signs when an entry has come, and every `refresh`, until the other end is gone. A list that is too
/// old is not signed: what was signed of it expires.
fn sign_on(
    mut writer: SnapshotWriter,
    refresh: Duration,
    current: &Mutex<Arc<Current>>,
    ended: &Receiver<()>,
) {
    let mut last = Stopwatch::start();
    let look = LOOK.min(refresh).max(Duration::from_millis(10));
    while ended.recv_timeout(look) == Err(RecvTimeoutError::Timeout) {
        if !writer.has_changed() && last.elapsed() < refresh {
            continue;
        }
        if let Ok(signed) = writer.sign() {
            let next = Current::of(&signed);
            *current.lock().unwrap_or_else(PoisonError::into_inner) = next;
            last = Stopwatch::start();
        }
    }
}

fn no_thread(fault: &io::Error) -> Failure {
    Failure::new(Code::CANNOT_WRITE, format!("cannot start a thread: {fault}"))
}
