//! What is told to whoever listens with `tracing`.

use super::StoreError;

#[cfg(feature = "tracing")]
pub(super) fn fault(fault: &StoreError) {
    tracing::warn!(code = fault.code(), %fault, "the revocation list was not read");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn fault(_: &StoreError) {}

#[cfg(feature = "tracing")]
pub(super) fn recovered() {
    tracing::info!("the revocation list is read well again");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn recovered() {}

#[cfg(feature = "tracing")]
pub(super) fn reload(why: &str) {
    tracing::warn!(why, "the revocation list is read again from its beginning");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn reload(_: &str) {}

#[cfg(feature = "tracing")]
pub(super) fn stale_accepts(count: u64, age: std::time::Duration) {
    let age_seconds = age.as_secs();
    tracing::warn!(count, age_seconds, "tokens were accepted by a list that is too old");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn stale_accepts(_: u64, _: std::time::Duration) {}

#[cfg(all(feature = "redis", feature = "tracing"))]
pub(super) fn not_published(fault: &StoreError, waiting: usize) {
    tracing::warn!(code = fault.code(), %fault, waiting, "revocations wait here to be published");
}

#[cfg(all(feature = "redis", not(feature = "tracing")))]
pub(super) fn not_published(_: &StoreError, _: usize) {}

#[cfg(all(feature = "redis", feature = "tracing"))]
pub(super) fn published_again(entries: usize, why: &str) {
    tracing::warn!(entries, why, "every revocation that still matters was published again");
}

#[cfg(all(feature = "redis", not(feature = "tracing")))]
pub(super) fn published_again(_: usize, _: &str) {}

#[cfg(all(test, feature = "tracing"))]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    use crate::revocation::{
        Batch, Cursor, Freshness, MemoryStore, RevocationFeed, RevocationList, RevocationPolicy,
        RevocationStore, Revocations, StoreError,
    };

    /// Keeps what is told.
    #[derive(Clone, Default)]
    struct Listener(Arc<Mutex<Vec<String>>>);

    impl Subscriber for Listener {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, event: &Event<'_>) {
            struct Text(String);
            impl Visit for Text {
                fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
                    self.0 += &format!("{field}={value:?} ");
                }
            }
            let mut text = Text(String::new());
            event.record(&mut text);
            self.0.lock().expect("no panic").push(text.0);
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }

    /// A feed that can be cut, read by hand.
    struct Cut(Box<dyn RevocationFeed>, Arc<Mutex<bool>>);

    impl RevocationFeed for Cut {
        fn place(&self) -> String {
            "the wire".into()
        }

        fn poll(&mut self, since: Option<&Cursor>) -> Result<Batch, StoreError> {
            match *self.1.lock().expect("no panic") {
                true => Err(StoreError::Unreachable { place: self.place(), why: "cut".into() }),
                false => self.0.poll(since),
            }
        }
    }

    #[test]
    fn a_fault_is_told_once_and_its_end_too() {
        let listener = Listener::default();
        let told = || listener.0.lock().expect("no panic").clone();
        tracing::subscriber::with_default(listener.clone(), || {
            let store = MemoryStore::new(RevocationPolicy::default()).expect("a store");
            let is_cut = Arc::new(Mutex::new(false));
            let feed = Cut(store.feed().expect("a feed"), Arc::clone(&is_cut));
            let list = RevocationList::setup().read_by_hand(Box::new(feed)).expect("a list");
            let known = Revocations::from(list).freshness(Freshness::Within(Duration::ZERO));
            assert_eq!(told(), Vec::<String>::new());
            *is_cut.lock().expect("no panic") = true;
            for _ in 0..5 {
                assert!(known.reload().is_err());
            }
            assert_eq!(told().len(), 1, "{:?}", told());
            assert!(told()[0].contains("code=\"list_unreachable\""), "{:?}", told());
            *is_cut.lock().expect("no panic") = false;
            for _ in 0..5 {
                known.reload().expect("a feed");
            }
            assert_eq!(told().len(), 2, "{:?}", told());
        });
    }
}
