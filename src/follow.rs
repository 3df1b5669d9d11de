//! A value that somebody else changes: read again by a thread of its own, and swapped whole under
//! its readers, who never wait. What cannot be read leaves the last good value, and is told.

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};

use crate::time::{Clock, Span};

/// How a value is read anew, knowing the one at hand: `None` if it has not changed.
pub(crate) type Read<T> = Box<dyn FnMut(&T) -> Result<Option<T>, String> + Send>;

/// A value that follows its source. Cloning shares it; the thread ends with the last clone.
pub(crate) struct Followed<T> {
    shared: Arc<Shared<T>>,
    worker: Option<Arc<Worker>>,
}

struct Shared<T> {
    value: ArcSwap<T>,
    read: Mutex<Read<T>>,
    clock: Clock,
    /// Milliseconds by [`Clock::elapsed`].
    last_good: AtomicU64,
    /// Who may wake the thread.
    calls: Turns,
    failures: AtomicU64,
    fault: ArcSwapOption<String>,
}

/// How a followed source does.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let dir = dir.path().join("keys");
/// # waxseal::keyring::NewRing::new("https://id.example").create(&dir)?;
/// let keys = waxseal::PublicKeys::follow(dir.join("jwks.json"))?;
/// std::fs::write(dir.join("jwks.json"), "{")?; // somebody's editor
/// assert!(keys.reload().is_err());
/// let health = keys.health();
/// assert!(health.fault.is_some()); // for a dashboard; the last good keys are used on
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// How long ago it was last read well; zero for one that is not followed.
    pub age: Duration,
    /// Why the last reading failed; `None` if it did not.
    pub fault: Option<String>,
    /// How many readings failed since the program began.
    pub failures: u64,
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            None => write!(f, "read {} ago", Span(self.age)),
            Some(fault) => write!(f, "last read well {} ago: {fault}", Span(self.age)),
        }
    }
}

impl<T: Send + Sync + 'static> Followed<T> {
    /// A value that nobody reads again unless [`Followed::reload`] is called.
    pub(crate) fn new(value: T, clock: Clock, read: Read<T>) -> Self {
        let now = millis(clock.elapsed());
        let shared = Shared {
            value: ArcSwap::from_pointee(value),
            last_good: AtomicU64::new(now),
            calls: Turns::default(),
            read: Mutex::new(read),
            clock,
            failures: AtomicU64::new(0),
            fault: ArcSwapOption::empty(),
        };
        Self { shared: Arc::new(shared), worker: None }
    }

    /// Reads it again from now on, by a thread called `name`; `pause` says how long to wait after
    /// each reading.
    pub(crate) fn poll(
        self,
        name: &str,
        pause: impl FnMut() -> Duration + Send + 'static,
    ) -> io::Result<Self> {
        let weak: Weak<Shared<T>> = Arc::downgrade(&self.shared);
        let worker = Worker::start(name, pause, move || match weak.upgrade() {
            Some(shared) => {
                // The fault is kept where `health` finds it.
                let _ = shared.reload();
                true
            }
            None => false,
        })?;
        Ok(Self { worker: Some(Arc::new(worker)), ..self })
    }

    /// The value of this moment.
    pub(crate) fn get(&self) -> Arc<T> {
        self.shared.value.load_full()
    }

    /// What `look` sees of the value of this moment.
    pub(crate) fn look<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.shared.value.load())
    }

    /// Reads it again at once.
    pub(crate) fn reload(&self) -> Result<(), String> {
        self.shared.reload()
    }

    /// Lets the thread look at once; once in the time `least`, however many call.
    pub(crate) fn wake(&self, least: Duration) {
        let Some(worker) = &self.worker else {
            return;
        };
        if self.shared.calls.take(self.shared.clock.elapsed(), least) {
            worker.wake();
        }
    }

    /// How long ago it was read well; `None` if it is not followed.
    pub(crate) fn age(&self) -> Option<Duration> {
        self.worker.as_ref().map(|_| self.shared.age())
    }

    /// How long ago it was read well, by whomever.
    pub(crate) fn since_read(&self) -> Duration {
        self.shared.age()
    }

    pub(crate) fn health(&self) -> Health {
        Health {
            age: self.age().unwrap_or_default(),
            fault: self.shared.fault.load().as_deref().cloned(),
            failures: self.shared.failures.load(Ordering::Relaxed),
        }
    }
}

impl<T> Shared<T> {
    fn reload(&self) -> Result<(), String> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        // Before the reading: what changes while it runs is seen by the next.
        let begun = millis(self.clock.elapsed());
        match read(&self.value.load()) {
            Ok(changed) => {
                if let Some(value) = changed {
                    self.value.store(Arc::new(value));
                }
                self.last_good.store(begun, Ordering::Release);
                self.fault.store(None);
                Ok(())
            }
            Err(fault) => {
                self.failures.fetch_add(1, Ordering::Relaxed);
                self.fault.store(Some(Arc::new(fault.clone())));
                Err(fault)
            }
        }
    }

    fn age(&self) -> Duration {
        let now = millis(self.clock.elapsed());
        Duration::from_millis(now.saturating_sub(self.last_good.load(Ordering::Acquire)))
    }
}

impl<T> Clone for Followed<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), worker: self.worker.clone() }
    }
}

/// Lets one caller through in a time, however many come.
#[derive(Debug, Default)]
pub(crate) struct Turns(AtomicU64);

impl Turns {
    /// The first turn comes at `first`, by [`Clock::elapsed`].
    pub(crate) fn from(first: Duration) -> Self {
        Self(AtomicU64::new(millis(first)))
    }

    /// Whether it is the caller's turn at `now`; the next one comes after `least`.
    pub(crate) fn take(&self, now: Duration, least: Duration) -> bool {
        let due = self.0.load(Ordering::Relaxed);
        let (now, next) = (millis(now), millis(now.saturating_add(least)));
        // Of those who call at one moment, one wins.
        now >= due
            && self.0.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// A thread that works, pauses, and works again, until its handle is dropped.
struct Worker(SyncSender<()>);

impl Worker {
    /// `pause` gives the time until the next work; `work` tells whether there is more to do.
    fn start(
        name: &str,
        mut pause: impl FnMut() -> Duration + Send + 'static,
        mut work: impl FnMut() -> bool + Send + 'static,
    ) -> io::Result<Self> {
        let (wake, woken) = sync_channel(1);
        std::thread::Builder::new()
            .name(name.into())
            .spawn(move || while waits(&woken, pause()) && work() {})?;
        Ok(Self(wake))
    }

    fn wake(&self) {
        // Full means that it will look again anyway.
        let _ = self.0.try_send(());
    }
}

/// Waits for `time` or a call, whichever is sooner; false when the handle is gone.
fn waits(woken: &Receiver<()>, time: Duration) -> bool {
    !matches!(woken.recv_timeout(time), Err(RecvTimeoutError::Disconnected))
}

/// A shared value that can be told from others without being kept alive: its secrets go with its last
/// owner.
pub(crate) trait Traced {
    type Trace;

    fn trace(&self) -> Self::Trace;

    /// Whether `trace` is this value's. No other value lies where this one lay while the trace is there.
    fn left(&self, trace: &Self::Trace) -> bool;
}

impl<T> Traced for Arc<T> {
    type Trace = Weak<T>;

    fn trace(&self) -> Weak<T> {
        Self::downgrade(self)
    }

    fn left(&self, trace: &Weak<T>) -> bool {
        std::ptr::eq(trace.as_ptr(), Self::as_ptr(self))
    }
}

/// What is made of a value and kept for as long as that value is asked for. The value itself is not kept.
pub(crate) struct Derived<T: Traced, V>(ArcSwapOption<(T::Trace, Arc<V>)>);

impl<T: Traced, V> Derived<T, V> {
    /// What `make` makes of `of`, made anew only when `of` is another than last time.
    pub(crate) fn get(&self, of: &T, make: impl FnOnce(&T) -> V) -> Arc<V> {
        self.look(of, make, Arc::clone)
    }

    /// What `look` sees of it: threads that only look share no counter.
    pub(crate) fn look<R>(
        &self,
        of: &T,
        make: impl FnOnce(&T) -> V,
        look: impl FnOnce(&Arc<V>) -> R,
    ) -> R {
        if let Some((trace, kept)) = self.0.load().as_deref()
            && of.left(trace)
        {
            return look(kept);
        }
        let made = Arc::new(make(of));
        self.0.store(Some(Arc::new((of.trace(), Arc::clone(&made)))));
        look(&made)
    }
}

impl<T: Traced, V> Default for Derived<T, V> {
    fn default() -> Self {
        Self(ArcSwapOption::empty())
    }
}

impl<T: Traced, V> Clone for Derived<T, V> {
    fn clone(&self) -> Self {
        Self(ArcSwapOption::new(self.0.load_full()))
    }
}

impl<T: Traced, V> fmt::Debug for Derived<T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Derived")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_of_a_value_is_kept_and_the_value_is_not() {
        let derived: Derived<Arc<String>, usize> = Derived::default();
        let first = Arc::new(String::from("secret"));
        let gone = Arc::downgrade(&first);
        assert_eq!(*derived.get(&first, |text| text.len()), 6);
        assert_eq!(*derived.get(&first, |_| 0), 6, "made once");
        drop(first);
        assert_eq!(gone.strong_count(), 0);
        assert_eq!(*derived.get(&Arc::new(String::new()), |text| text.len()), 0, "made anew");
    }
}
