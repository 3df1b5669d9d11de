//! `waxseal serve`, asked over raw sockets: what it answers, what it never answers, and what does
//! not stop it.

#![expect(clippy::disallowed_methods, reason = "tests write what the program reads")]

#[path = "serve/program.rs"]
mod program;

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::thread;
use std::time::{Duration, Instant};

use waxseal::key::{Algorithm, Key};
use waxseal::keyring::{Act, NewRing, Rotator, Successor};
use waxseal::revocation::{Revocation, RevocationPolicy, Snapshot, SqliteStore};
use waxseal::time::{Clock, ManualClock};
use waxseal::{Issuer, Keys, PublicKeys, RevocationList, Revocations, Verifier};

use program::{Answer, Ring, Serving, run};

const JWKS: &str = "/.well-known/jwks.json";
const SNAPSHOT: &str = "/.well-known/revocations.jwt";

/// Asks until `wanted` holds: the files are read every second.
#[track_caller]
fn until(serving: &Serving, path: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = serving.get(path);
        if wanted(&answer) {
            return answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{answer:?}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// What jsonwebtoken makes of a session, with the set as it is served.
fn theirs(serving: &Serving, token: &str) -> Option<serde_json::Value> {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
    let set: JwkSet = serde_json::from_str(&serving.get(JWKS).body).expect("a JWK Set");
    let kid = decode_header(token).expect("a header").kid.expect("a kid");
    let key = DecodingKey::from_jwk(set.find(&kid)?).expect("a key");
    let mut checks = Validation::new(Algorithm::EdDSA);
    checks.set_issuer(&["https://id.example"]);
    checks.set_audience(&["shop"]);
    Some(decode(token, &key, &checks).expect("a valid token").claims)
}

#[test]
fn a_rotation_reaches_jsonwebtoken_and_our_own_client_through_the_server() {
    let month = Duration::from_secs(31 * 86_400);
    let hand = ManualClock::at(Clock::system().now().before(month * 3));
    let root = tempfile::tempdir().expect("a folder");
    let dir = root.path().join("keys");
    let keys = NewRing::new("https://id.example").clock(hand.clock()).create(&dir).expect("a ring");
    let rotator = Rotator::new(&dir).clock(hand.clock());
    let serving = Serving::start(&["--keys", dir.to_str().expect("text")]);
    let public = PublicKeys::follow(&serving.url).expect("public keys");
    let none = Revocations::none_because("a test");
    let ours = Verifier::new(public.clone(), "https://id.example", "shop").revocations(none);
    let issuer = Issuer::new(&keys, "https://id.example", "shop").expect("an issuer");

    let mut tokens = Vec::new();
    for round in 0..3 {
        let token = issuer.mint("ada", &round).expect("minted");
        assert_eq!(ours.verify::<i32>(&token).map(|session| *session.state()), Ok(round));
        assert_eq!(theirs(&serving, &token).expect("a known key")["st"], round);
        tokens.push(token);
        hand.advance(month);
        rotator.perform(&Act::Tick).expect("rotated");
        keys.reload().expect("a ring");
        let published = fs::read_to_string(dir.join("jwks.json")).expect("a set");
        until(&serving, JWKS, |answer| answer.body == published);
        // The key that signs next was in the set already: nothing has to be fetched for it.
        let next = issuer.mint("ada", &9).expect("minted");
        assert!(ours.verify::<i32>(&next).is_ok());
        public.reload().expect("a set");
    }
    // By the real clock all of this was long ago: only what signs and what is staged is left.
    assert_eq!(ours.verify::<i32>(&tokens[0]).expect_err("pruned").code(), "unknown_key");
    assert!(theirs(&serving, &tokens[0]).is_none());
}

#[test]
fn when_every_key_is_revoked_the_server_and_who_follows_it_trust_none() {
    let ring = Ring::make();
    let keys = Keys::read(ring.dir()).expect("a ring");
    let issuer = Issuer::new(&keys, "https://id.example", "shop").expect("an issuer");
    let token = issuer.mint("ada", &7).expect("minted");
    let serving = Serving::start(&["--keys", ring.dir()]);
    let public = PublicKeys::follow(&serving.url).expect("public keys");
    let none = Revocations::none_because("a test");
    let verifier = Verifier::new(public.clone(), "https://id.example", "shop").revocations(none);
    assert!(verifier.verify::<i32>(&token).is_ok());
    for (seq, successor) in [(2, Successor::Unneeded), (1, Successor::StopSigning)] {
        let act = Act::Revoke { seq, reason: "stolen".into(), successor };
        Rotator::new(ring.dir()).perform(&act).expect("revoked");
    }
    until(&serving, JWKS, |answer| answer.body.trim() == r#"{"keys":[]}"#);
    public.reload().expect("a set without keys");
    assert_eq!(verifier.verify::<i32>(&token).expect_err("revoked").code(), "unknown_key");
}

#[test]
fn the_published_set_is_served_as_it_stands() {
    let ring = Ring::make();
    let serving = Serving::start(&["--keys", ring.dir()]);
    let answer = serving.get(JWKS);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, ring.read("jwks.json"));
    assert_eq!(answer.header("content-type"), "application/jwk-set+json");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let tag = answer.header("etag");
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 40, "{tag}");

    let head = serving.ask(&format!("HEAD {JWKS} HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("etag"), tag);
    assert_eq!(head.header("content-length"), answer.body.len().to_string());

    for sent in [tag, &format!("\"x\", W/{tag}"), "*"] {
        let same = serving
            .ask(&format!("GET {JWKS} HTTP/1.1\r\nHost: a\r\nIf-None-Match: {sent}\r\n\r\n"));
        assert_eq!((same.status, same.body.as_str()), (304, ""), "{sent}");
        assert_eq!(same.header("etag"), tag);
        assert!(same.header("cache-control").starts_with("public, max-age="));
    }
    let other =
        serving.ask(&format!("GET {JWKS} HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"x\"\r\n\r\n"));
    assert_eq!(other.status, 200);
}

#[test]
fn a_file_is_served_with_the_cache_that_is_said() {
    let ring = Ring::make();
    let file = format!("{}/jwks.json", ring.dir());
    let serving = Serving::start(&["--jwks", &file, "--cache", "1000s"]);
    assert_eq!(serving.get(JWKS).body, ring.read("jwks.json"));
    for _ in 0..20 {
        let age = serving.get(JWKS).max_age();
        assert!((400..=500).contains(&age), "{age}");
    }
    assert!(!serving.get("/metrics").body.contains("waxseal_ring_serial"));
}

#[test]
fn the_cache_life_is_drawn_anew_from_two_fifths_to_half_of_c() {
    let ring = Ring::make();
    let serving = Serving::start(&["--keys", ring.dir()]);
    let ages: BTreeSet<u64> = (0..20).map(|_| serving.get(JWKS).max_age()).collect();
    assert!(ages.len() > 1, "{ages:?}");
    // 0.4 and 0.5 of C, which is 24 h.
    assert!(ages.iter().all(|age| (34_560..=43_200).contains(age)), "{ages:?}");
}

#[test]
fn nothing_else_is_there() {
    let ring = Ring::make();
    let serving = Serving::start(&["--keys", ring.dir()]);
    for path in [
        "/",
        "/jwks.json",
        "/ring.json",
        "/key-0001.json",
        "/../key-0001.json",
        "/.well-known/",
        "/.well-known/jwks.json/",
        "/.well-known/../key-0001.json",
        "/.well-known/%2e%2e/key-0001.json",
        "//etc/passwd",
        "/keys/key-0001.json",
        "/healthz/../key-0001.json",
        "/%00",
    ] {
        let answer = serving.get(path);
        assert_eq!((answer.status, answer.body.as_str()), (404, "not found\n"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"] {
        for path in [JWKS, "/healthz", "/metrics"] {
            let request =
                format!("{method} {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            let answer = serving.ask(&request);
            assert_eq!((answer.status, answer.body.as_str()), (405, ""), "{method} {path}");
            let allow: BTreeSet<&str> = answer.header("allow").split(',').map(str::trim).collect();
            assert_eq!(allow, BTreeSet::from(["GET", "HEAD"]));
        }
    }
}

#[test]
fn a_rotation_shows_and_a_bad_file_does_not() {
    let ring = Ring::make();
    let other = Ring::make();
    let serving = Serving::start(&["--keys", ring.dir()]);
    let before = serving.get(JWKS);

    ring.write("jwks.json", &other.read("jwks.json"));
    let after = until(&serving, JWKS, |answer| answer.body != before.body);
    assert_eq!(after.body, other.read("jwks.json"));
    assert_ne!(after.header("etag"), before.header("etag"));

    let private = format!("{{\"keys\":[{}]}}", ring.read("key-0001.json"));
    for bad in ["garbage", &private] {
        let failures = serving.metric("waxseal_reload_failures_total");
        ring.write("jwks.json", bad);
        until(&serving, "/metrics", |answer| {
            program::metric(&answer.body, "waxseal_reload_failures_total") > failures
        });
        let kept = serving.get(JWKS);
        assert_eq!((kept.body, kept.status), (after.body.clone(), 200), "{bad}");
        let health = serving.get("/healthz");
        assert_eq!((health.status, health.body.as_str()), (200, "ok\n"));
        ring.write("jwks.json", &other.read("jwks.json"));
        until(&serving, "/metrics", |answer| {
            program::metric(&answer.body, "waxseal_set_age_seconds") < 1.5
        });
    }
    let failures = serving.metric("waxseal_reload_failures_total");
    fs::remove_file(format!("{}/jwks.json", ring.dir())).expect("it was there");
    until(&serving, "/metrics", |answer| {
        program::metric(&answer.body, "waxseal_reload_failures_total") > failures
    });
    assert_eq!(serving.get(JWKS).body, after.body);
}

#[cfg(unix)]
#[test]
fn the_operator_hears_once_of_a_bad_file_and_of_its_end() {
    let ring = Ring::make();
    let good = ring.read("jwks.json");
    let serving = Serving::start(&["--keys", ring.dir()]);
    // Renamed into place, as our own writers do: nobody sees a half.
    ring.replace("jwks.json", "garbage");
    until(&serving, "/metrics", |answer| {
        program::metric(&answer.body, "waxseal_reload_failures_total") > 1.0
    });
    ring.replace("jwks.json", &good);
    until(&serving, "/metrics", |answer| {
        program::metric(&answer.body, "waxseal_set_age_seconds") < 0.9
    });
    thread::sleep(Duration::from_millis(1_200));
    let (code, said) = serving.end();
    assert_eq!(code, Some(0));
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(lines[0].starts_with("warning: ") && lines[0].contains("not a JSON object"), "{said}");
    assert_eq!(lines[1], "note: the set is read well again");
}

#[test]
fn no_file_with_a_private_key_is_opened() {
    let ring = Ring::make();
    // Whoever reads one of these would stop: a folder, garbage, and a file without any permission.
    let key = |number| format!("{}/key-000{number}.json", ring.dir());
    let private = ring.read("key-0001.json");
    fs::remove_file(key(1)).expect("it was there");
    fs::create_dir(key(1)).expect("a folder");
    ring.write("key-0002.json", "garbage");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(key(2), fs::Permissions::from_mode(0o000)).expect("ours");
    }
    let serving = Serving::start(&["--keys", ring.dir()]);
    let secret = private.split("\"d\":\"").nth(1).and_then(|d| d.split('"').next()).expect("a d");
    for path in [JWKS, "/healthz", "/metrics", "/key-0001.json"] {
        let answer = serving.get(path);
        assert!(!answer.body.contains(secret) && !answer.body.contains("\"d\""), "{answer:?}");
        assert!(!answer.body.contains(ring.dir()), "{answer:?}");
    }
    assert_eq!(serving.get(JWKS).status, 200);
    #[cfg(target_os = "linux")]
    for entry in fs::read_dir(format!("/proc/{}/fd", serving.id())).expect("its files") {
        let open = fs::read_link(entry.expect("an entry").path()).unwrap_or_default();
        assert!(!open.starts_with(ring.dir()), "{} is open", open.display());
    }
}

#[test]
fn metrics_are_openmetrics() {
    let ring = Ring::make();
    let serving = Serving::start(&["--keys", ring.dir()]);
    let _ =
        (serving.get(JWKS), serving.get(JWKS), serving.get("/nothing"), serving.get("/healthz"));
    let answer = serving.get("/metrics");
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!((answer.status, answer.header("content-type")), (200, kind));
    let samples = program::samples(&answer.body);
    let value = |name: &str| samples.iter().find(|(found, _)| found == name).map(|found| found.1);
    assert_eq!(value("waxseal_published_keys"), Some(2.0));
    assert_eq!(value("waxseal_reload_failures_total"), Some(0.0));
    assert_eq!(value("waxseal_ring_serial{ring=\"id.example\"}"), Some(4.0));
    assert!(value("waxseal_set_age_seconds").is_some_and(|age| age < 5.0));
    let requests = |route: &str, status: u16| {
        value(&format!("waxseal_requests_total{{route=\"{route}\",status=\"{status}\"}}"))
    };
    assert_eq!(requests(JWKS, 200), Some(2.0));
    assert_eq!(requests("other", 404), Some(1.0));
    assert_eq!(requests("/healthz", 200), Some(1.0));

    // The serial follows the history.
    ring.write("event-000012.json", "{}");
    until(&serving, "/metrics", |answer| {
        program::metric(&answer.body, "waxseal_ring_serial{ring=\"id.example\"}") == 12.0
    });
}

#[test]
fn idle_connections_do_not_keep_an_honest_request_out() {
    let ring = Ring::make();
    let serving = Serving::start(&["--keys", ring.dir()]);
    let idle: Vec<_> = (0..1000)
        .filter_map(|number| {
            let mut stream = serving.connect().ok()?;
            // Half of them begin a request.
            if number % 2 == 0 {
                let _ = stream.write_all(b"GET /.well-known/jwks.json HTTP/1.1\r\nHost: ");
            }
            Some(stream)
        })
        .collect();
    assert!(idle.len() > 500, "{}", idle.len());
    let begun = Instant::now();
    assert_eq!(serving.get(JWKS).status, 200);
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());

    // And whoever says nothing is let go of: the last of them was not pushed out by others.
    let mut last = idle.into_iter().next_back().expect("one");
    last.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    let mut rest = Vec::new();
    let _ = last.read_to_end(&mut rest);
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}

#[test]
fn a_head_that_is_too_large_is_refused() {
    let ring = Ring::make();
    let serving = Serving::start(&["--keys", ring.dir()]);
    let long = "a".repeat(100_000);
    let many = "X: y\r\n".repeat(200);
    for request in [
        format!("GET {JWKS} HTTP/1.1\r\nHost: a\r\nX: {long}\r\n\r\n"),
        format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n"),
        format!("GET {JWKS} HTTP/1.1\r\nHost: a\r\n{many}\r\n"),
    ] {
        if let Some(answer) = serving.try_ask(&request) {
            assert!([431, 414, 400].contains(&answer.status), "{}", answer.status);
        }
    }
    assert_eq!(serving.get(JWKS).status, 200);
}

#[test]
fn it_says_where_it_listens_and_warns_when_others_can_reach_it() {
    let ring = Ring::make();
    let begun = Instant::now();
    let here = Serving::start(&["--keys", ring.dir()]);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(here.url.starts_with("http://127.0.0.1:") && here.url.ends_with(JWKS), "{}", here.url);
    #[cfg(unix)]
    assert_eq!(here.end(), (Some(0), String::new()));
    let all = Serving::start(&["--keys", ring.dir(), "--bind", "0.0.0.0:0"]);
    #[cfg(unix)]
    {
        let (code, said) = all.end();
        assert_eq!(code, Some(0));
        assert!(said.starts_with("warning: 0.0.0.0:"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    #[cfg(not(unix))]
    drop(all);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_at_once_even_with_a_client_on_the_line() {
    let ring = Ring::make();
    for signal in ["TERM", "INT"] {
        let serving = Serving::start(&["--keys", ring.dir()]);
        let mut kept = serving.connect().expect("a connection");
        kept.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").expect("sent");
        kept.read_exact(&mut [0; 12]).expect("an answer begins");
        let begun = Instant::now();
        assert_eq!(serving.end_by(signal), (Some(0), String::new()));
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }
}

#[test]
fn what_cannot_be_served_is_one_line_and_an_exit_code() {
    let ring = Ring::make();
    let dir = ring.dir();
    let holder = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let busy = holder.local_addr().expect("an address").to_string();
    ring.write("bad.json", "garbage");
    ring.write("private.json", &format!("{{\"keys\":[{}]}}", ring.read("key-0001.json")));
    let file = |name: &str| format!("{dir}/{name}");
    for (args, code, said) in [
        (vec!["--keys", dir, "--bind", &busy], 74, "cannot listen on"),
        (vec!["--keys", "nowhere"], 66, "holds no key ring"),
        (vec!["--jwks", "nowhere.json"], 66, "cannot read nowhere.json"),
        (vec!["--jwks", &file("bad.json")], 65, "not a JSON object"),
        (vec!["--jwks", &file("private.json")], 65, "holds a secret"),
        (vec!["--jwks", &file("bad.json"), "--keys", dir], 64, "cannot be used with"),
        (vec!["--keys", dir, "--cache", "1h"], 64, "cannot be used with"),
        (vec!["--keys", dir, "--bind", "localhost"], 64, "invalid"),
        (vec![], 64, "no key ring"),
    ] {
        let (found, out, err) = run(&args);
        assert_eq!((found, out.as_str()), (Some(code), ""), "{args:?}: {err}");
        let first = err.lines().next().unwrap_or_default();
        assert!(first.contains(said), "{args:?}: {err}");
        assert!(err.lines().count() <= 2, "{args:?}: {err}");
    }
    drop(holder);
    let sealed = Ring::sealed();
    let (code, _, err) = run(&["--keys", sealed.dir()]);
    assert_eq!(code, Some(65));
    assert!(err.contains("a sealed ring has nothing to publish"), "{err}");
}

// ---- The revocation list -------------------------------------------------------

/// A revocation list in a file, and the key that signs its snapshots.
struct Feed {
    root: tempfile::TempDir,
    key: Key,
}

impl Feed {
    fn make(policy: RevocationPolicy) -> Self {
        let root = tempfile::tempdir().expect("a folder");
        let key = Key::generate(Algorithm::EdDsa).expect("a key");
        let feed = Self { root, key };
        SqliteStore::create(feed.store(), policy).expect("a list");
        feed.write_key(&feed.key);
        feed
    }

    fn write_key(&self, key: &Key) {
        let jwk = key.export_secret_jwk().expect("a private key");
        fs::write(self.path("feed.jwk"), jwk.expose_secret()).expect("written");
    }

    fn path(&self, name: &str) -> String {
        self.root.path().join(name).to_str().expect("text").to_owned()
    }

    fn store(&self) -> String {
        self.path("revoked.db")
    }

    fn options(&self, ring: &Ring) -> Vec<String> {
        let (store, key) = (self.store(), self.path("feed.jwk"));
        let options = ["--keys", ring.dir(), "--revoked", &store, "--feed-key", &key];
        options.map(str::to_owned).into()
    }

    fn serve(&self, ring: &Ring) -> Serving {
        let options = self.options(ring);
        Serving::start(&options.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

fn quick() -> RevocationPolicy {
    let secs = Duration::from_secs;
    RevocationPolicy::default().budget(secs(3)).renewal_budget(secs(1))
}

#[test]
fn the_place_of_the_revocation_list_may_stand_in_a_file() {
    let (ring, feed) = (Ring::make(), Feed::make(RevocationPolicy::default()));
    fs::write(feed.path("place"), feed.store() + "\n").expect("written");
    let (place, key) = (format!("@{}", feed.path("place")), feed.path("feed.jwk"));
    let options = ["--keys", ring.dir(), "--revoked", &place, "--feed-key", &key];
    assert_eq!(Serving::start(&options).get(SNAPSHOT).status, 200);
}

#[test]
fn the_revocation_list_is_served_signed() {
    let (ring, feed) = (Ring::make(), Feed::make(RevocationPolicy::default()));
    let serving = feed.serve(&ring);
    let first = serving.get(SNAPSHOT);
    assert_eq!((first.status, first.header("content-type")), (200, "application/jwt"));
    assert!(first.max_age() <= 30, "{first:?}");
    let public = feed.key.public_half().expect("EdDSA has one");
    let snapshot = Snapshot::open(&first.body, &public).expect("ours");
    assert_eq!(snapshot.records(), []);
    let same = |tag: &str| {
        let head = format!("GET {SNAPSHOT} HTTP/1.1\r\nHost: a\r\nIf-None-Match: {tag}\r\n\r\n");
        serving.ask(&head)
    };
    let answer = same(first.header("etag"));
    assert_eq!((answer.status, answer.body.as_str()), (304, ""));
    assert_eq!(same("\"x\"").status, 200);

    // Somebody else revokes, and whoever follows by URL knows.
    let url = serving.url.replace(JWKS, SNAPSHOT);
    let follower = Revocations::follow_snapshot(&url, &public).expect("a snapshot");
    let list = RevocationList::open(&feed.store()).expect("a list");
    list.revoke(&Revocation::subject("ada")).expect("room");
    let begun = Instant::now();
    let next = until(&serving, SNAPSHOT, |answer| answer.body != first.body);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let next = Snapshot::open(&next.body, &public).expect("ours");
    assert_eq!(next.records(), list.records());
    assert!(next.serial() > snapshot.serial());
    follower.reload().expect("a snapshot");
    assert_eq!(follower.health().expect("a list").entries, 1);

    let samples = program::samples(&serving.get("/metrics").body);
    let value = |name: &str| {
        let name = format!("waxseal_revocation_{name}");
        samples.iter().find(|(found, _)| *found == name).map(|found| found.1)
    };
    assert_eq!(value("entries"), Some(1.0));
    assert!(value("age_seconds").is_some_and(|age| age < 5.0));
    assert!(value("snapshot_serial").is_some_and(|serial| serial >= next.serial() as f64));
    assert!(value("snapshot_bytes").is_some_and(|bytes| bytes > 300.0));
    for name in ["unpublished_entries", "writers"] {
        assert_eq!(value(name), Some(0.0), "{name}");
    }
    for name in ["holes", "reloads", "stale_accepts", "corrupt", "failures"] {
        assert_eq!(value(&format!("{name}_total")), Some(0.0), "{name}");
    }
    let health = serving.get("/healthz");
    assert_eq!((health.status, health.body.as_str()), (200, "ok\n"));
}

#[test]
fn without_new_entries_it_is_signed_anew_before_it_is_old() {
    let (ring, feed) = (Ring::make(), Feed::make(quick()));
    let serving = feed.serve(&ring);
    let serial = || {
        let answer = serving.get(SNAPSHOT);
        let snapshot = Snapshot::open(&answer.body, &feed.key).expect("ours");
        assert!(snapshot.expires() > Clock::system().now(), "{snapshot:?}");
        snapshot.serial()
    };
    let first = serial();
    until(&serving, SNAPSHOT, |_| serial() > first + 4000);
}

#[test]
fn a_list_that_cannot_be_read_is_no_health_and_no_snapshot() {
    let (ring, feed) = (Ring::make(), Feed::make(quick()));
    let serving = feed.serve(&ring);
    assert_eq!(serving.get(SNAPSHOT).status, 200);
    fs::remove_file(feed.store()).expect("it was there");
    for path in [SNAPSHOT, "/healthz"] {
        let answer = until(&serving, path, |answer| answer.status != 200);
        assert_eq!(answer.status, 503);
        assert!(answer.body.contains("revocation list"), "{answer:?}");
        assert!(!answer.body.contains(&feed.store()), "{answer:?}");
    }
    assert!(serving.metric("waxseal_revocation_failures_total") > 0.0);
    assert_eq!(serving.get(JWKS).status, 200, "the keys are as good as before");
}

#[test]
fn without_a_list_there_is_no_snapshot() {
    let ring = Ring::make();
    let serving = Serving::start(&["--keys", ring.dir()]);
    let answer = serving.get(SNAPSHOT);
    assert_eq!((answer.status, answer.body.as_str()), (404, "not found\n"));
    assert!(!serving.get("/metrics").body.contains("revocation_"));
}

#[test]
fn the_feed_key_is_an_eddsa_key_of_its_own() {
    let (ring, feed) = (Ring::make(), Feed::make(RevocationPolicy::default()));
    let refused = |code: i32, said: &str| {
        let options = feed.options(&ring);
        let (found, out, err) = run(&options.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!((found, out.as_str()), (Some(code), ""), "{err}");
        assert!(err.contains(said), "{err}");
    };
    feed.write_key(&Key::generate(Algorithm::Es256).expect("a key"));
    refused(65, "a snapshot is signed by an EdDSA key of its own");
    let keys = Keys::read(ring.dir()).expect("a ring");
    feed.write_key(keys.ring().signing_key().expect("one signs"));
    refused(64, "the feed key is a key of the published set");
    fs::write(feed.path("feed.jwk"), feed.key.to_public_jwk().expect("public")).expect("written");
    refused(65, "the feed key cannot sign");
    fs::remove_file(feed.store()).expect("it was there");
    feed.write_key(&feed.key);
    refused(66, "no revocation list");
    for half in [["--revoked", "a.db"], ["--feed-key", "feed.jwk"]] {
        let (code, ..) = run(&[&["--keys", ring.dir()][..], &half].concat());
        assert_eq!(code, Some(64), "{half:?}");
    }
}
