//! One application, its clock in the test's hand, and requests as a browser sends them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde::{Deserialize, Serialize};
use tower::ServiceExt;
use waxseal::http::{Sessions, SessionsSetup};
use waxseal::key::{Algorithm, Protection};
use waxseal::keyring::NewRing;
use waxseal::revocation::{
    Acknowledged, Batch, Cursor, Entry, MemoryStore, RevocationFeed, RevocationPolicy,
    RevocationStore, StoreError,
};
use waxseal::time::{ManualClock, Timestamp};
use waxseal::{Issuer, Keys, RevocationList};

pub(crate) const SITE: &str = "https://shop.example";
pub(crate) const USER: &str = "__Host-session";
pub(crate) const GUEST: &str = "__Host-session-guest";

/// What the sessions of these tests remember.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cart {
    pub(crate) items: Vec<u32>,
    pub(crate) note: String,
}

/// Keys, a list and a clock: what an application is made from.
pub(crate) struct World {
    folder: Arc<tempfile::TempDir>,
    pub(crate) keys: Keys,
    pub(crate) list: RevocationList,
    pub(crate) hand: ManualClock,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Algorithm::A256Gcm)
    }

    pub(crate) fn with(algorithm: Algorithm) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let hand = ManualClock::at(Timestamp::from_secs(1_800_000_000));
        let ring = NewRing::new(SITE).algorithm(algorithm).clock(hand.clock());
        let keys = ring.create(folder.path().join("keys")).expect("a ring");
        let list = RevocationList::setup().clock(hand.clock()).in_memory();
        Self { folder: Arc::new(folder), keys, list, hand }
    }

    /// The same keys on another day, with a list of its own.
    pub(crate) fn again(&self) -> Self {
        let hand = ManualClock::at(Timestamp::from_secs(1_800_000_000));
        let list = RevocationList::setup().clock(hand.clock()).in_memory();
        Self { folder: Arc::clone(&self.folder), keys: self.keys.clone(), list, hand }
    }

    /// One whose list can be cut off, and whose store can fail.
    pub(crate) fn with_faults(&self) -> (Self, Faults) {
        let mut world = self.again();
        let faults = Faults::default();
        let policy = RevocationPolicy::default().budget(Duration::from_secs(60));
        let store = MemoryStore::new(policy).expect("a store");
        let setup = RevocationList::setup().clock(world.hand.clock());
        world.list = setup.with_store(Faulty { store, faults: faults.clone() }).expect("a list");
        (world, faults)
    }

    pub(crate) fn setup(&self) -> SessionsSetup<Cart> {
        let setup = Sessions::setup(SITE).expect("an origin").clock(self.hand.clock());
        match self.keys.protection() {
            // Every row of the outcomes is so asked of a layer that remembers tokens and of one that does not.
            Protection::Signed => setup.readable_by_other_services().cached(64),
            _ => setup,
        }
    }

    /// Mints what no cookie carries: bearer tokens.
    pub(crate) fn bearer(&self, subject: &str) -> String {
        let issuer = Issuer::new(&self.keys, SITE, SITE).expect("sound").clock(self.hand.clock());
        issuer.mint(subject, &Cart::default()).expect("minted").as_str().to_owned()
    }

    /// Cuts the list off until it is too old to be believed.
    pub(crate) fn make_stale(&self, faults: &Faults) {
        faults.is_cut.store(true, Ordering::SeqCst);
        assert!(self.list.reload().is_err(), "cut off");
        self.hand.advance(self.list.policy().most_age() + Duration::from_secs(1));
    }

    pub(crate) fn ring(&self) -> std::path::PathBuf {
        self.folder.path().join("keys")
    }

    pub(crate) fn sessions(&self) -> Sessions<Cart> {
        self.setup().finish(self.keys.clone(), &self.list).expect("a sound set-up")
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.hand.advance(Duration::from_secs(seconds));
    }
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("text"))
    }

    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all("set-cookie").iter().map(|v| v.to_str().expect("text")).collect()
    }

    /// The `Set-Cookie` of that name.
    pub(crate) fn set_cookie(&self, name: &str) -> Option<&str> {
        let mut all = self.set_cookies().into_iter();
        all.find(|text| text.split_once('=').expect("a cookie").0 == name)
    }
}

/// A browser as far as cookies go: it keeps and removes what it is told.
#[derive(Clone)]
pub(crate) struct Browser {
    app: Router,
    pub(crate) jar: Vec<(String, String)>,
}

impl Browser {
    pub(crate) fn new(app: Router) -> Self {
        Self { app, jar: Vec::new() }
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.jar.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// The request with this browser's cookies, and the headers that browsers send.
    pub(crate) fn request(&self, method: &str, path: &str) -> Request<Body> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "shop.example")
            .header("sec-fetch-site", "same-origin");
        if method != "GET" {
            request = request.header("origin", SITE);
        }
        let pairs: Vec<String> = self.jar.iter().map(|(n, v)| format!("{n}={v}")).collect();
        if !pairs.is_empty() {
            request = request.header("cookie", pairs.join("; "));
        }
        request.body(Body::empty()).expect("a request")
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let request = self.request("GET", path);
        self.send(request).await
    }

    pub(crate) async fn post(&mut self, path: &str) -> Answer {
        let request = self.request("POST", path);
        self.send(request).await
    }

    /// Sends a request, and takes the cookies of the answer.
    pub(crate) async fn send(&mut self, request: Request<Body>) -> Answer {
        let answer = send(&self.app, request).await;
        for cookie in answer.set_cookies() {
            let (name, rest) = cookie.split_once('=').expect("a cookie");
            let value = rest.split(';').next().expect("a value");
            self.jar.retain(|(known, _)| known != name);
            if !rest.contains("Max-Age=0") {
                self.jar.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }
}

/// Sends a request as it is.
pub(crate) async fn send(app: &Router, request: Request<Body>) -> Answer {
    let answer = app.clone().oneshot(request).await.expect("infallible");
    let (parts, body) = answer.into_parts();
    let bytes = to_bytes(body, 1 << 20).await.expect("a body");
    let text = String::from_utf8(bytes.to_vec()).expect("text");
    Answer { status: parts.status, headers: parts.headers, text }
}

/// What is wrong with a list, switched by the test.
#[derive(Clone, Default)]
pub(crate) struct Faults {
    /// Its feed is not read.
    pub(crate) is_cut: Arc<AtomicBool>,
    /// It takes no entry.
    pub(crate) is_full: Arc<AtomicBool>,
}

#[derive(Clone)]
struct Faulty {
    store: MemoryStore,
    faults: Faults,
}

impl RevocationStore for Faulty {
    fn record(&self, entries: Vec<Entry>) -> Result<Acknowledged, StoreError> {
        match self.faults.is_full.load(Ordering::SeqCst) {
            true => Err(StoreError::DiskFull { place: "revoked.db".into() }),
            false => self.store.record(entries),
        }
    }

    fn feed(&self) -> Result<Box<dyn RevocationFeed>, StoreError> {
        Ok(Box::new(self.clone()))
    }

    fn policy(&self) -> RevocationPolicy {
        RevocationStore::policy(&self.store)
    }

    fn prune(&self, _: Timestamp) -> Result<usize, StoreError> {
        Ok(0)
    }
}

impl RevocationFeed for Faulty {
    fn place(&self) -> String {
        "the wire".into()
    }

    fn poll(&mut self, since: Option<&Cursor>) -> Result<Batch, StoreError> {
        match self.faults.is_cut.load(Ordering::SeqCst) {
            true => Err(StoreError::Unreachable { place: "the wire".into(), why: "cut".into() }),
            false => self.store.poll(since),
        }
    }
}
