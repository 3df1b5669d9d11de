//! Keys followed by URL: from a server on this machine that counts, records and misbehaves.

#![expect(clippy::disallowed_methods, reason = "a test gives up by the clock")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use waxseal::key::{Algorithm, Key, KeyId};
use waxseal::keyring::NewRing;
use waxseal::revocation::{Revocation, SignedSnapshot, SnapshotFeed, SnapshotWriter, Verdict};
use waxseal::time::{ManualClock, Timestamp};
use waxseal::{Issuer, Keys, PublicKeys, RevocationList, Verifier, VerifyError, base64url, limits};

const ISSUER: &str = "https://id.example";

// ---- A server ----------------------------------------------------------------

/// What is answered, whatever is asked.
#[derive(Clone)]
struct Reply {
    status: &'static str,
    headers: String,
    body: Vec<u8>,
}

impl Reply {
    fn set(body: &str, etag: &str) -> Self {
        let headers = format!("ETag: {etag}\r\nCache-Control: max-age=600\r\nSet-Cookie: a=b\r\n");
        Self { status: "200 OK", headers, body: body.into() }
    }

    fn text(status: &'static str, body: &str) -> Self {
        Self { status, headers: "ETag: \"bad\"\r\n".into(), body: body.into() }
    }
}

/// It answers 304 to the ETag of its reply, and closes after each answer.
struct Server {
    address: SocketAddr,
    reply: Arc<Mutex<Reply>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(reply: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (reply, requests) = (Arc::new(Mutex::new(reply)), Arc::default());
        let server = Self { address, reply: Arc::clone(&reply), requests: Arc::clone(&requests) };
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a client");
                let request = head_of(&mut stream);
                requests.lock().expect("a list").push(request.clone());
                let reply = reply.lock().expect("a reply").clone();
                let _ = stream.write_all(&answer(&reply, &request));
            }
        });
        server
    }

    fn url(&self) -> String {
        format!("http://{}/.well-known/jwks.json?tenant=secret", self.address)
    }

    fn replies(&self, reply: Reply) {
        *self.reply.lock().expect("a reply") = reply;
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("a list").clone()
    }

    /// Waits until `count` requests have come.
    #[track_caller]
    fn waits_for(&self, count: usize) {
        let begun = Instant::now();
        while self.requests().len() < count {
            assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", self.requests());
            thread::sleep(Duration::from_millis(5));
        }
    }
}

fn head_of(stream: &mut TcpStream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        head.push(byte[0]);
    }
    String::from_utf8(head).expect("a head is text")
}

fn answer(reply: &Reply, request: &str) -> Vec<u8> {
    let line = |text: &str, name: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once(": "));
        let found = lines.find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_owned())
    };
    let same = line(request, "if-none-match")
        .is_some_and(|tag| reply.status == "200 OK" && Some(tag) == line(&reply.headers, "etag"));
    let (status, body) =
        if same { ("304 Not Modified", &[][..]) } else { (reply.status, &reply.body[..]) };
    let (headers, length) = (&reply.headers, body.len());
    let length = if same { String::new() } else { format!("Content-Length: {length}\r\n") };
    let head = format!("HTTP/1.1 {status}\r\n{headers}{length}Connection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

// ---- Rings --------------------------------------------------------------------

struct Ring {
    _dir: tempfile::TempDir,
    keys: Keys,
    set: String,
}

impl Ring {
    fn make() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let keys = NewRing::new(ISSUER).create(dir.path().join("keys")).expect("a ring");
        let set = std::fs::read_to_string(dir.path().join("keys/jwks.json")).expect("its set");
        Self { _dir: dir, keys, set }
    }

    fn token(&self) -> String {
        let issuer = Issuer::new(&self.keys, ISSUER, "shop").expect("an issuer");
        issuer.mint("ada", &()).expect("a token").to_string()
    }
}

fn verifier(keys: &PublicKeys) -> Verifier {
    Verifier::new(keys.clone(), ISSUER, "shop").revocations(RevocationList::in_memory())
}

fn follow(server: &Server) -> PublicKeys {
    PublicKeys::follow(server.url()).expect("it answers")
}

#[track_caller]
fn accepts(verifier: &Verifier, token: &str) {
    verifier.verify::<()>(token).expect("it verifies");
}

#[track_caller]
fn knows_no_key(verifier: &Verifier, token: &str) {
    let refused: VerifyError = verifier.verify::<()>(token).expect_err("it is refused");
    assert_eq!(refused.code(), "unknown_key");
}

// ---- Tests --------------------------------------------------------------------

#[test]
fn a_set_is_fetched_once_and_then_asked_whether_it_changed() {
    let ring = Ring::make();
    let server = Server::start(Reply::set(&ring.set, "\"one\""));
    let keys = follow(&server);
    accepts(&verifier(&keys), &ring.token());
    keys.reload().expect("304 is good");
    accepts(&verifier(&keys), &ring.token());

    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    let lower: Vec<String> = requests.iter().map(|text| text.to_ascii_lowercase()).collect();
    assert!(requests[0].starts_with("GET /.well-known/jwks.json?tenant=secret HTTP/1.1\r\n"));
    assert!(!lower[0].contains("if-none-match"), "{}", requests[0]);
    assert!(lower[1].contains("\r\nif-none-match: \"one\"\r\n"), "{}", requests[1]);
    for request in lower {
        let agent = format!("\r\nuser-agent: waxseal/{}\r\n", env!("CARGO_PKG_VERSION"));
        assert!(request.contains(&agent), "{request}");
        for name in ["cookie", "authorization", "referer"] {
            assert!(!request.contains(&format!("\r\n{name}:")), "{request}");
        }
    }
    assert_eq!((keys.health().fault, keys.health().failures), (None, 0));
}

#[test]
fn a_date_is_sent_back_where_there_is_no_tag() {
    let ring = Ring::make();
    let date = "Sat, 21 Nov 2026 12:00:00 GMT";
    let headers = format!("Last-Modified: {date}\r\n");
    let reply = Reply { status: "200 OK", headers, body: ring.set.clone().into() };
    let server = Server::start(reply);
    follow(&server).reload().expect("the same again");
    let asked = server.requests()[1].to_ascii_lowercase();
    let wanted = format!("\r\nif-modified-since: {}\r\n", date.to_ascii_lowercase());
    assert!(asked.contains(&wanted), "{asked}");
}

#[test]
fn a_rotation_reaches_a_running_verifier() {
    let (old, new) = (Ring::make(), Ring::make());
    let server = Server::start(Reply::set(&old.set, "\"old\""));
    let keys = follow(&server);
    let verifier = verifier(&keys);
    accepts(&verifier, &old.token());
    server.replies(Reply::set(&new.set, "\"new\""));
    keys.reload().expect("it answers");
    accepts(&verifier, &new.token());
    knows_no_key(&verifier, &old.token());
}

#[test]
fn an_unknown_key_makes_it_look_once_and_a_thousand_forged_names_no_more() {
    let (old, new) = (Ring::make(), Ring::make());
    let server = Server::start(Reply::set(&old.set, "\"old\""));
    let keys = follow(&server);
    let verifier = verifier(&keys);
    server.replies(Reply::set(&new.set, "\"new\""));

    let token = new.token();
    knows_no_key(&verifier, &token);
    server.waits_for(2);
    let begun = Instant::now();
    while verifier.verify::<()>(&token).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(10));
        thread::sleep(Duration::from_millis(5));
    }

    let (_, rest) = token.split_once('.').expect("a token has dots");
    for number in 0..1000 {
        let header = format!(r#"{{"alg":"EdDSA","typ":"session+jwt","kid":"forged-{number}"}}"#);
        knows_no_key(&verifier, &format!("{}.{rest}", base64url::encode(header.as_bytes())));
    }
    // Both wait for a reading that runs, so that one more would be seen.
    keys.reload().expect("it answers");
    keys.reload().expect("it answers");
    let requests = server.requests();
    assert_eq!(requests.len(), 4, "the first, one for the miss, two asked for: {requests:?}");
    let kid = new.set.split("\"kid\":\"").nth(1).and_then(|kid| kid.split('"').next());
    for request in requests {
        assert!(!request.contains("forged"), "{request}");
        assert!(!request.contains(kid.expect("a kid")), "{request}");
    }
}

#[test]
fn forged_names_from_many_threads_make_one_request() {
    let ring = Ring::make();
    let server = Server::start(Reply::set(&ring.set, "\"one\""));
    let keys = follow(&server);
    let verifier = Arc::new(verifier(&keys));
    let stranger = Ring::make().token();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..100).for_each(|_| knows_no_key(&verifier, &stranger)));
        }
    });
    server.waits_for(2);
    keys.reload().expect("it answers");
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_set_without_keys_is_no_bad_answer_but_the_end_of_all_keys() {
    let ring = Ring::make();
    let server = Server::start(Reply::set(&ring.set, "\"good\""));
    let keys = follow(&server);
    let (verifier, token) = (verifier(&keys), ring.token());
    accepts(&verifier, &token);
    server.replies(Reply::text("200 OK", r#"{"keys":[]}"#));
    keys.reload().expect("everything was revoked");
    assert_eq!(verifier.verify::<u32>(&token).expect_err("no key").code(), "unknown_key");
    assert_eq!(keys.health().fault, None);
}

#[test]
fn a_bad_answer_leaves_the_last_good_keys_and_is_told() {
    let ring = Ring::make();
    let good = Reply::set(&ring.set, "\"good\"");
    let server = Server::start(good.clone());
    let keys = follow(&server);
    let (verifier, token) = (verifier(&keys), ring.token());

    let secret = Key::generate(Algorithm::EdDsa).expect("a key");
    let secret = secret.with_id(KeyId::new("secret").expect("an id"));
    let secret = secret.export_secret_jwk().expect("a private key");
    let private = format!(r#"{{"keys":[{}]}}"#, secret.expose_secret());
    let unusable = r#"{"keys":[{"kty":"XYZ","kid":"a"}]}"#;
    let large = " ".repeat(limits::JWK_SET_BYTES + 1);
    let to_http = Reply {
        headers: format!("Location: http://{}/\r\n", server.address),
        ..Reply::text("302 Found", "")
    };
    let bad = [
        (Reply::text("200 OK", "garbage"), "not a JSON object"),
        (Reply::text("200 OK", "<html><body>Sign in</body></html>"), "not a JSON object"),
        (Reply::text("200 OK", ""), "not a JSON object"),
        (Reply::text("200 OK", unusable), "no usable key"),
        (Reply::text("200 OK", r#"{"key":[]}"#), "no \"keys\""),
        (Reply::text("200 OK", &private), "holds a secret"),
        (Reply::text("200 OK", &large), "more than 524288 bytes"),
        (Reply::text("500 Internal Server Error", &ring.set), "answers 500"),
        (Reply::text("404 Not Found", ""), "answers 404"),
        (to_http, "redirects to a place that is not followed: http is for this machine only"),
    ];
    for (number, (reply, fault)) in bad.into_iter().enumerate() {
        server.replies(reply);
        let told = keys.reload().expect_err(fault).to_string();
        assert!(told.contains(fault), "{told}");
        assert!(told.contains("/.well-known/jwks.json?..:"), "{told}");
        for hidden in ["tenant", "\n", secret.expose_secret(), "Sign in"] {
            assert!(!told.contains(hidden), "{told}");
        }
        let health = keys.health();
        assert_eq!(health.fault, Some(told));
        assert_eq!(health.failures, number as u64 + 1);
        accepts(&verifier, &token);
        let asked = server.requests().pop().expect("a request").to_ascii_lowercase();
        assert!(asked.contains("if-none-match: \"good\""), "{asked}");
    }
    server.replies(good);
    keys.reload().expect("it is good again");
    assert_eq!(keys.health().fault, None);
    accepts(&verifier, &token);
}

#[test]
fn one_bad_key_does_not_spoil_the_set() {
    let ring = Ring::make();
    let set = ring.set.replacen("{\"keys\":[", "{\"keys\":[{\"kty\":\"XYZ\",\"kid\":\"x\"},", 1);
    let server = Server::start(Reply::set(&set, "\"one\""));
    accepts(&verifier(&follow(&server)), &ring.token());
}

#[test]
fn a_first_answer_that_is_bad_is_an_error() {
    let server = Server::start(Reply::text("503 Busy", ""));
    let fault = PublicKeys::follow(server.url()).expect_err("it is refused");
    assert_eq!(fault.code(), "cannot_fetch");
    server.replies(Reply::text("200 OK", r#"{"keys":[]}"#));
    let fault = PublicKeys::follow(server.url()).expect_err("it is refused");
    assert_eq!(fault.code(), "bad_data");

    let gone = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let fault = PublicKeys::follow(format!("http://{gone}/")).expect_err("nobody is there");
    assert_eq!(fault.code(), "cannot_fetch");
    assert_eq!(fault.to_string().lines().count(), 1, "{fault}");
}

#[test]
fn a_url_that_others_could_read_or_change_is_not_asked() {
    for (url, fault) in [
        ("http://id.example/jwks.json", "http is for this machine only"),
        ("HTTP://192.0.2.1/jwks.json", "http is for this machine only"),
        ("https://ada:hunter2@id.example/", "user name or password"),
        ("https://", "no http or https URL"),
        ("https://id.example:port/", "no http or https URL"),
    ] {
        let told = PublicKeys::follow(url).expect_err(url);
        assert_eq!(told.code(), "bad_url", "{url}");
        assert!(told.to_string().contains(fault), "{told}");
        assert!(!told.to_string().contains("hunter2"), "{told}");
    }
}

// ---- Snapshots ------------------------------------------------------------------

#[test]
fn a_snapshot_confirmed_by_304_is_as_old_as_it_says_and_no_younger() {
    let hand = ManualClock::at(Timestamp::from_secs(1_795_225_163));
    let key = Key::generate(Algorithm::EdDsa).expect("a key");
    let list = RevocationList::setup().clock(hand.clock()).in_memory();
    let mut writer = SnapshotWriter::new(&list, &key).expect("a writer");
    let reply = |signed: &SignedSnapshot| Reply::set(signed.text(), &signed.etag());
    let first = writer.sign().expect("signed");
    let server = Server::start(reply(&first));
    let public = key.public_half().expect("EdDSA has one");
    let feed = SnapshotFeed::new(&server.url(), &public).expect("a feed").clock(hand.clock());
    let follower = feed.follow().expect("a snapshot");
    let health = || follower.health().expect("a list");

    hand.advance(Duration::from_secs(100));
    follower.reload().expect("the same");
    let asked = server.requests().pop().expect("a request").to_ascii_lowercase();
    let tag = first.etag().to_ascii_lowercase();
    assert!(asked.contains(&format!("if-none-match: {tag}")), "{asked}");
    assert_eq!(health().age, Duration::from_secs(100));

    list.revoke(&Revocation::subject("ada")).expect("room");
    let second = writer.sign().expect("signed");
    server.replies(reply(&second));
    follower.reload().expect("a newer one");
    assert_eq!((health().entries, health().age), (1, Duration::ZERO));

    // What is bad or older leaves the list as it was, and is not asked to be confirmed.
    let bad = Reply::text("200 OK", "garbage");
    for bad in [bad, Reply::text("500 Oops", ""), reply(&first)] {
        server.replies(bad);
        follower.reload().expect_err("bad");
        assert_eq!(health().entries, 1);
        assert!(health().fault.is_some());
    }
    let asked = server.requests().pop().expect("a request");
    assert!(asked.contains(&second.etag()), "{asked}");
    server.replies(reply(&second));
    hand.advance(Duration::from_secs(16 * 60));
    let said = follower.reload().expect_err("expired");
    assert!(said.contains("expired"), "{said}");
    assert_eq!((health().entries, health().verdict), (1, Verdict::OverBudget));
}

#[test]
fn a_snapshot_is_asked_of_no_other_machine_over_http() {
    let key = Key::generate(Algorithm::EdDsa).expect("a key");
    for url in ["http://id.example/r.jwt", "https://ada:secret@id.example/r.jwt"] {
        let refused = SnapshotFeed::new(url, &key).expect_err("refused").to_string();
        assert!(!refused.contains("secret"), "{refused}");
    }
}
