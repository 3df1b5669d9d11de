//! What people expect of sessions, row by row of the manual's page `expected`, where no other file
//! holds it.

use std::collections::HashSet;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use waxseal::http::{Expiry, Login, Session, SessionError, SessionMut, Sessions, SetupFault};
use waxseal::key::Algorithm;
use waxseal::keyring::{NewRing, RingPolicy};
use waxseal::revocation::{
    Acknowledged, Entry, MemoryStore, Recorded, Revocation, RevocationFeed, RevocationPolicy,
    RevocationStore, StoreError,
};
use waxseal::session::Lifetimes;
use waxseal::time::Timestamp;
use waxseal::{Issuer, PublicKeys, RevocationList, Revocations, Verifier};

use crate::app::{Browser, Cart, GUEST, SITE, USER, World, send};

type Answered = Result<String, SessionError>;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

async fn me(session: Session<Cart>) -> String {
    format!("{} {:?}", session.subject(), session.state().items)
}

async fn anyone(session: Option<Session<Cart>>) -> String {
    session.map_or("nobody".into(), |session| session.subject().into())
}

async fn id(session: Session<Cart>) -> String {
    format!("{} {}", session.id(), session.fingerprint())
}

async fn facts(session: Session<Cart>) -> String {
    let methods: Vec<&str> = session.methods().collect();
    format!("{} {methods:?} {}", session.subject(), session.authenticated_at().timestamp())
}

async fn show(session: SessionMut<Cart>) -> String {
    format!("{:?} {:?} {:?}", session.subject(), session.state().items, session.state().note)
}

async fn add(mut session: SessionMut<Cart>) -> Answered {
    session.update(|cart| cart.items.push(7))?;
    Ok(format!("{:?}", session.state().items))
}

async fn note(mut session: SessionMut<Cart>) -> Answered {
    session.update(|cart| cart.note = "dark".into())?;
    Ok(String::new())
}

async fn same(mut session: SessionMut<Cart>) -> Answered {
    session.update(|cart| cart.items = cart.items.clone())?;
    Ok(String::new())
}

async fn take(mut session: SessionMut<Cart>) -> Answered {
    Ok(format!("{:?}", session.take()?.items))
}

async fn clear(mut session: SessionMut<Cart>) -> Answered {
    session.clear()?;
    Ok(String::new())
}

async fn grow(mut session: SessionMut<Cart>) -> Answered {
    session.update(|cart| cart.note = "a".repeat(4000))?;
    Ok(String::new())
}

async fn log_in(mut session: SessionMut<Cart>) -> Answered {
    let login = Login::of("ada").by("pwd").role("admin").permit("orders:write").version(1);
    session.log_in(login).await?;
    Ok(String::new())
}

async fn remember(mut session: SessionMut<Cart>) -> Answered {
    session.log_in(Login::of("ada").remembered()).await?;
    Ok(String::new())
}

async fn promote(mut session: SessionMut<Cart>) -> Answered {
    session.promote(|login| login.role("root")).await?;
    Ok(String::new())
}

async fn refresh(mut session: SessionMut<Cart>) -> Answered {
    session.refresh(|login| login.version(2))?;
    Ok(String::new())
}

async fn extend(mut session: SessionMut<Cart>) -> Answered {
    session.extend()?;
    Ok(String::new())
}

async fn log_out(mut session: SessionMut<Cart>) -> Answered {
    session.log_out().await?;
    Ok(String::new())
}

async fn everywhere(mut session: SessionMut<Cart>) -> Answered {
    session.log_out_everywhere().await?;
    Ok(String::new())
}

async fn others(mut session: SessionMut<Cart>) -> Answered {
    session.log_out_others().await?;
    Ok(String::new())
}

async fn start_draft(mut session: SessionMut<Cart>) -> Answered {
    session.put("draft", "half a form", 10 * MINUTE)?;
    Ok(String::new())
}

async fn draft(session: SessionMut<Cart>) -> String {
    format!("{:?}", session.value::<String>("draft"))
}

async fn drop_draft(mut session: SessionMut<Cart>) -> Answered {
    session.forget("draft")?;
    Ok(String::new())
}

async fn csrf(session: SessionMut<Cart>) -> Answered {
    Ok(session.csrf_token()?.map_or(String::new(), |token| token.to_string()))
}

async fn admin(session: Session<Cart>) -> Answered {
    session.require_role("admin")?;
    session.require_permission("orders:write")?;
    Ok(String::new())
}

async fn root(session: Session<Cart>) -> Answered {
    session.require_role("root")?;
    Ok(String::new())
}

async fn second_version(session: Session<Cart>) -> Answered {
    session.require_version(2)?;
    Ok(String::new())
}

async fn fresh(session: Session<Cart>) -> Answered {
    session.require_fresh(5 * MINUTE)?;
    Ok(String::new())
}

async fn left(expiry: Expiry) -> Expiry {
    expiry
}

fn routes() -> Router {
    Router::new()
        .route("/me", get(me).post(me))
        .route("/anyone", get(anyone))
        .route("/id", get(id))
        .route("/facts", get(facts))
        .route("/cart", get(show).post(add).delete(take))
        .route("/note", post(note))
        .route("/same", post(same))
        .route("/clear", post(clear))
        .route("/grow", post(grow))
        .route("/login", post(log_in))
        .route("/remember", post(remember))
        .route("/promote", post(promote))
        .route("/refresh", post(refresh))
        .route("/extend", post(extend))
        .route("/logout", post(log_out))
        .route("/everywhere", post(everywhere))
        .route("/others", post(others))
        .route("/draft", get(draft).post(start_draft).delete(drop_draft))
        .route("/csrf", get(csrf))
        .route("/admin", get(admin))
        .route("/root", get(root))
        .route("/second", get(second_version))
        .route("/fresh", get(fresh))
        .route("/left", get(left))
}

fn browser(sessions: &Sessions<Cart>) -> Browser {
    Browser::new(routes().layer(sessions.layer()))
}

fn bare(method: &str, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path).header("host", "shop.example")
}

fn sent(request: axum::http::request::Builder) -> Request<Body> {
    request.body(Body::empty()).expect("a request")
}

/// A list that records nothing, of the defaults otherwise.
struct Full(MemoryStore);

impl RevocationStore for Full {
    fn record(&self, _: Vec<Entry>) -> Result<Acknowledged, StoreError> {
        Err(StoreError::DiskFull { place: "revoked.db".into() })
    }

    fn record_once(&self, _: Entry) -> Result<Recorded, StoreError> {
        Err(StoreError::DiskFull { place: "revoked.db".into() })
    }

    fn feed(&self) -> Result<Box<dyn RevocationFeed>, StoreError> {
        self.0.feed()
    }

    fn policy(&self) -> RevocationPolicy {
        self.0.policy()
    }

    fn prune(&self, _: Timestamp) -> Result<usize, StoreError> {
        Ok(0)
    }
}

#[tokio::test]
async fn a_request_knows_who_is_logged_in_how_and_since_when() {
    let world = World::new();
    let mut browser = browser(&world.sessions());
    assert_eq!(browser.get("/anyone").await.text, "nobody");
    assert!(browser.get("/left").await.text.contains(r#""standing":"none""#));
    browser.post("/cart").await;
    assert!(browser.get("/left").await.text.contains(r#""standing":"guest""#));
    browser.post("/login").await;
    assert_eq!(browser.get("/anyone").await.text, "ada");
    assert_eq!(browser.get("/facts").await.text, "ada [\"pwd\"] 1800000000");
    world.advance(360);
    assert_eq!(browser.get("/facts").await.text, "ada [\"pwd\"] 1800000000");
}

#[tokio::test]
async fn roles_are_asked_for_and_can_be_brought_up_to_date_without_a_login() {
    let world = World::new();
    let mut browser = browser(&world.sessions());
    browser.post("/login").await;
    assert_eq!(browser.get("/admin").await.status, StatusCode::OK);
    assert_eq!(browser.get("/root").await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.get("/second").await.status, StatusCode::FORBIDDEN);
    let before = browser.get("/id").await.text;
    browser.post("/refresh").await;
    assert_eq!(browser.get("/second").await.status, StatusCode::OK);
    assert_eq!(browser.get("/id").await.text, before);
}

#[tokio::test]
async fn who_is_not_logged_in_is_led_to_the_login_page_or_told_401() {
    let world = World::new();
    let setup = world.setup().login_page("/login");
    let sessions = setup.finish(world.keys.clone(), &world.list).expect("a sound set-up");
    let mut browser = browser(&sessions);
    let answer = browser.get("/me?step=2").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"session\""));
    let person = sent(bare("GET", "/me?step=2").header("sec-fetch-mode", "navigate"));
    let answer = browser.send(person).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), Some("/login?return_to=/me%3Fstep%3D2"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn what_a_guest_chose_is_there_after_the_login_and_not_for_the_next_user() {
    let world = World::new();
    let mut browser = browser(&world.sessions());
    browser.post("/note").await;
    browser.post("/login").await;
    assert_eq!(browser.get("/cart").await.text, "Some(\"ada\") [] \"dark\"");
    browser.post("/logout").await;
    assert_eq!(browser.get("/cart").await.text, "None [] \"\"");
}

#[tokio::test]
async fn the_draft_of_a_form_ends_before_the_session_does() {
    let world = World::new();
    let mut browser = browser(&world.sessions());
    browser.post("/cart").await;
    browser.post("/draft").await;
    assert_eq!(browser.get("/draft").await.text, "Some(\"half a form\")");
    let again = browser.request("DELETE", "/draft");
    browser.send(again).await;
    assert_eq!(browser.get("/draft").await.text, "None");
    browser.post("/draft").await;
    world.advance(10 * 60 + 1);
    assert_eq!(browser.get("/draft").await.text, "None");
    assert_eq!(browser.get("/cart").await.text, "None [7] \"\"");
}

#[tokio::test]
async fn a_request_that_does_not_prove_itself_changes_nothing() {
    let world = World::new();
    let mut browser = browser(&world.sessions());
    browser.post("/login").await;
    let cookie = format!("{USER}={}", browser.cookie(USER).expect("logged in"));
    let post = || bare("POST", "/cart").header("cookie", &cookie);
    // From another site, from a neighbour, from an old browser.
    for request in [
        post().header("sec-fetch-site", "cross-site"),
        post().header("sec-fetch-site", "same-site"),
        post().header("origin", "https://evil.example"),
        post(),
        post().header("x-csrf-token", "none"),
    ] {
        assert_eq!(browser.send(sent(request)).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(browser.get("/cart").await.text, "Some(\"ada\") [] \"\"");
    let token = browser.get("/csrf").await.text;
    let answer = browser.send(sent(post().header("x-csrf-token", &token))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    // A login begins another session: the token is for the old one.
    browser.post("/login").await;
    let cookie = format!("{USER}={}", browser.cookie(USER).expect("logged in"));
    let late = bare("POST", "/cart").header("cookie", cookie).header("x-csrf-token", token);
    assert_eq!(browser.send(sent(late)).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_fingerprint_names_a_session_over_its_renewals_and_not_the_next_one() {
    let world = World::new();
    let mut browser = browser(&world.sessions());
    browser.post("/login").await;
    let first = browser.get("/id").await.text;
    world.advance(360);
    browser.get("/me").await;
    assert_eq!(browser.get("/id").await.text, first);
    let (id, fingerprint) = first.split_once(' ').expect("two words");
    assert!(fingerprint.len() == 12 && !id.contains(fingerprint));
    browser.post("/login").await;
    assert!(!browser.get("/id").await.text.contains(fingerprint));
}

#[test]
fn a_thousand_sessions_have_a_thousand_ids_of_128_bits() {
    let world = World::new();
    let issuer = Issuer::new(&world.keys, SITE, SITE).expect("an issuer").clock(world.hand.clock());
    let verifier = Verifier::new(world.keys.clone(), SITE, SITE)
        .clock(world.hand.clock())
        .revocations(&world.list);
    let ids: HashSet<String> = (0..1000)
        .map(|_| {
            let token = issuer.mint_guest(&Cart::default()).expect("a token");
            verifier.verify_guest::<Cart>(&token).expect("a guest").id().to_string()
        })
        .collect();
    assert_eq!(ids.len(), 1000);
    assert!(ids.iter().all(|id| id.len() == 22), "128 bits in base64url");
}

#[test]
fn names_of_credentials_are_refused_and_personal_ones_told() {
    #[derive(Clone, Default, Serialize, Deserialize)]
    struct Naive {
        user: Inner,
    }
    #[derive(Clone, Default, Serialize, Deserialize)]
    struct Inner {
        password: String,
        email: String,
    }
    let world = World::new();
    let setup = || Sessions::<Naive>::setup(SITE).expect("an origin");
    let refused = setup().finish(world.keys.clone(), &world.list).expect_err("a password");
    assert_eq!(refused, SetupFault::Credential("password".into()));
    let allowed = setup().allow_state_key("password");
    assert!(allowed.warnings()[0].contains("email"), "{:?}", allowed.warnings());
    assert!(allowed.finish(world.keys.clone(), &world.list).is_ok());
}

#[tokio::test]
async fn a_bearer_token_is_taken_from_its_header_and_never_beside_a_cookie() {
    let world = World::new();
    let mut browser = browser(&world.sessions());
    let issuer = Issuer::new(&world.keys, SITE, SITE).expect("an issuer").clock(world.hand.clock());
    let token = issuer.mint("ada", &Cart::default()).expect("a token").into_string();
    let bearer = |path: &str| bare("GET", path).header("authorization", format!("Bearer {token}"));
    let answer = browser.send(sent(bearer("/me"))).await;
    assert_eq!((answer.status, &*answer.text), (StatusCode::OK, "ada []"));
    assert!(answer.set_cookies().is_empty());
    // Not from the address, not moved into a cookie, not beside one.
    let in_address = format!("/me?{USER}={token}&access_token={token}");
    assert_eq!(browser.get(&in_address).await.status, StatusCode::UNAUTHORIZED);
    let moved = bare("GET", "/me").header("cookie", format!("{USER}={token}"));
    assert_eq!(browser.send(sent(moved)).await.status, StatusCode::UNAUTHORIZED);
    browser.post("/login").await;
    let cookie = browser.cookie(USER).expect("logged in").to_owned();
    let both = bearer("/me").header("cookie", format!("{USER}={cookie}"));
    assert_eq!(browser.send(sent(both)).await.status, StatusCode::BAD_REQUEST);
    let copied = bare("GET", "/me").header("authorization", format!("Bearer {cookie}"));
    assert_eq!(browser.send(sent(copied)).await.status, StatusCode::UNAUTHORIZED);
    let renamed = bare("GET", "/cart").header("cookie", format!("{GUEST}={cookie}"));
    assert_eq!(browser.send(sent(renamed)).await.text, "None [] \"\"");
}

#[tokio::test]
async fn a_cookie_that_browsers_would_drop_is_refused_and_the_old_one_stays() {
    let world = World::new();
    let mut browser = browser(&world.sessions());
    browser.post("/cart").await;
    let answer = browser.post("/grow").await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.set_cookies().is_empty());
    assert_eq!(browser.get("/cart").await.text, "None [7] \"\"");
}

#[tokio::test]
async fn a_second_service_reads_by_public_keys_and_changes_nothing() {
    let world = World::with(Algorithm::EdDsa);
    let closed = Sessions::<Cart>::setup(SITE).expect("an origin");
    let refused = closed.finish(world.keys.clone(), &world.list).expect_err("readable");
    assert_eq!(refused, SetupFault::Readable);
    let setup = world.setup();
    let mut login = browser(&setup.finish(world.keys.clone(), &world.list).expect("sessions"));
    login.post("/login").await;
    let cookie = format!("{USER}={}", login.cookie(USER).expect("logged in"));

    let public = PublicKeys::from_jwk_set(&world.keys.to_public_jwk_set()).expect("a JWK Set");
    let verifier = Verifier::new(public, SITE, SITE)
        .clock(world.hand.clock())
        .revocations(Revocations::from(&world.list));
    let second = world.setup().finish_verifying(verifier).expect("a sound set-up");
    let mut second = browser(&second);
    let read = || sent(bare("GET", "/me").header("cookie", &cookie));
    assert_eq!(second.send(read()).await.text, "ada []");
    let write = bare("POST", "/cart").header("cookie", &cookie).header("origin", SITE);
    assert_eq!(second.send(sent(write)).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    login.post("/logout").await;
    assert_eq!(second.send(read()).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn another_process_with_the_same_ring_knows_the_session() {
    let world = World::new();
    let mut first = browser(&world.sessions());
    first.post("/login").await;
    let mut second = browser(&world.sessions());
    second.jar = first.jar.clone();
    assert_eq!(second.post("/cart").await.text, "[7]");
}

#[tokio::test]
async fn state_is_read_changed_taken_and_cleared() {
    let world = World::new();
    let mut browser = browser(&world.sessions());
    browser.post("/login").await;
    browser.post("/cart").await;
    browser.post("/note").await;
    assert_eq!(browser.get("/cart").await.text, "Some(\"ada\") [7] \"dark\"");
    let take = browser.request("DELETE", "/cart");
    assert_eq!(browser.send(take).await.text, "[7]");
    browser.post("/cart").await;
    browser.post("/clear").await;
    assert_eq!(browser.get("/cart").await.text, "Some(\"ada\") [] \"\"");
}

#[tokio::test]
async fn nothing_changed_is_no_cookie() {
    let world = World::new();
    let mut browser = browser(&world.sessions());
    assert!(browser.post("/same").await.set_cookies().is_empty(), "no empty session");
    browser.post("/cart").await;
    assert!(browser.post("/same").await.set_cookies().is_empty());
    assert!(browser.post("/clear").await.set_cookie(GUEST).expect("goes").contains("Max-Age=0"));
    assert!(browser.jar.is_empty());
}

#[tokio::test]
async fn plain_http_is_for_development_alone() {
    let not_https = Sessions::<Cart>::setup("http://shop.example").expect_err("plain http");
    assert_eq!(not_https, SetupFault::NotHttps("http://shop.example".into()));
    assert!(Sessions::<Cart>::dev("http://shop.example").is_err());
    let world = World::with(Algorithm::EdDsa);
    let setup = Sessions::<Cart>::dev("http://localhost:3000").expect("this machine");
    let setup = setup.issuer(SITE).audience(SITE).clock(world.hand.clock());
    let mut browser = browser(&setup.finish(world.keys.clone(), &world.list).expect("sessions"));
    let post = |host: &str| {
        let request = Request::builder().method("POST").uri("/cart").header("host", host);
        sent(request.header("origin", "http://localhost:3000"))
    };
    let answer = browser.send(post("localhost:3000")).await;
    let cookie = answer.set_cookie("dev-session-guest-3000").expect("a cookie");
    assert!(cookie.ends_with("; HttpOnly; SameSite=Lax; Path=/"), "{cookie}");
    assert_eq!(browser.send(post("shop.example")).await.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn a_remembered_login_outlives_the_browser_and_a_visit_does_not() {
    let world = World::new();
    let setup = world.setup().remember_me_and_keep_keys_for(4 * HOUR);
    let mut browser = browser(&setup.finish(world.keys.clone(), &world.list).expect("sessions"));
    let visit = browser.post("/login").await;
    assert!(!visit.set_cookie(USER).expect("a cookie").contains("Max-Age"));
    let kept = browser.post("/remember").await;
    assert!(kept.set_cookie(USER).expect("a cookie").ends_with("; Max-Age=14400"));
    world.advance(3 * 3600);
    let renewed = browser.get("/me").await;
    assert_eq!(renewed.status, StatusCode::OK);
    assert!(renewed.set_cookie(USER).expect("renewed").ends_with("; Max-Age=14400"));
}

#[tokio::test]
async fn a_holder_extends_the_idle_limit_and_not_the_absolute_one() {
    let world = World::new();
    let mut browser = browser(&world.sessions());
    browser.post("/login").await;
    world.advance(120);
    assert!(browser.post("/extend").await.set_cookie(USER).is_some());
    let left = browser.get("/left").await.text;
    assert!(left.contains(r#""idle":1800,"absolute":28680"#), "{left}");
}

#[tokio::test]
async fn a_readable_cookie_tells_the_end() {
    let world = World::new();
    let setup = world.setup().readable_end();
    let mut browser = browser(&setup.finish(world.keys.clone(), &world.list).expect("sessions"));
    let answer = browser.post("/login").await;
    let ends = answer.set_cookie("__Host-session-ends").expect("a companion");
    assert!(ends.contains("=1800001800.1800028800.1800000000;"), "{ends}");
    assert!(!ends.contains("HttpOnly"));
    browser.post("/logout").await;
    assert!(browser.jar.is_empty());
}

#[tokio::test]
async fn a_second_login_is_fresh_keeps_the_state_and_has_another_id() {
    let world = World::new();
    let mut browser = browser(&world.sessions());
    browser.post("/login").await;
    browser.post("/cart").await;
    let first = browser.get("/id").await.text;
    world.advance(400);
    let answer = browser.get("/fresh").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let challenge = answer.header("www-authenticate").expect("a challenge");
    assert_eq!(challenge, "Bearer error=\"insufficient_user_authentication\", max_age=\"300\"");
    browser.post("/login").await;
    assert_eq!(browser.get("/fresh").await.status, StatusCode::OK);
    assert_eq!(browser.get("/me").await.text, "ada [7]");
    assert_ne!(browser.get("/id").await.text, first);
}

#[tokio::test]
async fn an_administrator_ends_the_sessions_of_a_user() {
    let world = World::new();
    let sessions = world.sessions();
    let mut browser = browser(&sessions);
    browser.post("/login").await;
    sessions.revoke(Revocation::subject("ada")).await.expect("recorded");
    assert_eq!(browser.get("/me").await.status, StatusCode::UNAUTHORIZED);
    browser.post("/login").await;
    assert_eq!(browser.get("/me").await.status, StatusCode::OK, "a login right after works");
}

#[tokio::test]
async fn other_devices_are_logged_out_or_all_of_them() {
    let world = World::new();
    let sessions = world.sessions();
    let (mut phone, mut desk) = (browser(&sessions), browser(&sessions));
    phone.post("/login").await;
    desk.post("/login").await;
    desk.post("/others").await;
    assert_eq!(phone.get("/me").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(desk.get("/me").await.status, StatusCode::OK);
    phone.post("/login").await;
    world.advance(1);
    let copy = desk.clone();
    desk.post("/everywhere").await;
    assert_eq!(phone.get("/me").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(copy.clone().get("/me").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_logout_removes_by_the_attributes_that_the_login_set() {
    let world = World::new();
    for (setup, name) in [
        (world.setup(), USER),
        (world.setup().domain("shop.example"), "__Secure-session"),
        (world.setup().cookie_name("sid"), "__Host-sid"),
    ] {
        let sessions = setup.finish(world.keys.clone(), &world.list).expect("sessions");
        assert_eq!(sessions.cookie_name(), name);
        let mut browser = browser(&sessions);
        let set = browser.post("/login").await;
        let (_, attributes) = set.set_cookie(name).expect("set").split_once(';').expect("two");
        let removed = browser.post("/logout").await;
        let removal = format!("{name}=;{attributes}; Max-Age=0");
        assert_eq!(removed.set_cookie(name), Some(&*removal));
    }
}

#[tokio::test]
async fn a_logout_that_is_not_recorded_is_told_and_the_cookie_goes() {
    let world = World::new();
    let store = MemoryStore::new(RevocationPolicy::default()).expect("a store");
    let list = RevocationList::with_store(Full(store)).expect("a list");
    let sessions = world.setup().finish(world.keys.clone(), &list).expect("sessions");
    let mut browser = browser(&sessions);
    browser.post("/login").await;
    let answer = browser.post("/logout").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.set_cookie(USER).expect("a removal").contains("Max-Age=0"));
}

#[tokio::test]
async fn more_rights_come_under_another_id_and_the_copy_has_none() {
    let world = World::new();
    let mut browser = browser(&world.sessions());
    browser.post("/login").await;
    let first = browser.get("/id").await.text;
    let copy = browser.clone();
    browser.post("/promote").await;
    assert_eq!(browser.get("/root").await.status, StatusCode::OK);
    assert_ne!(browser.get("/id").await.text, first);
    assert_eq!(copy.clone().get("/me").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_requests_at_once_are_all_answered() {
    let world = World::new();
    let mut browser = browser(&world.sessions());
    browser.post("/login").await;
    let requests: Vec<_> = (0..500)
        .map(|_| {
            let mut browser = browser.clone();
            tokio::spawn(async move { browser.get("/me").await.status })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.expect("no panic"), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_token_that_we_did_not_issue_is_nobody() {
    let (world, other) = (World::new(), World::new());
    let mut planted = browser(&other.sessions());
    planted.post("/cart").await;
    let mut victim = browser(&world.sessions());
    victim.jar = planted.jar.clone();
    assert_eq!(victim.get("/cart").await.text, "None [] \"\"");
    victim.post("/login").await;
    assert_eq!(victim.get("/me").await.text, "ada []");
    planted.post("/login").await;
    victim.jar = planted.jar.clone();
    let answer = victim.get("/me").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.set_cookies().is_empty(), "it may be good elsewhere");
    victim.jar = vec![(USER.into(), "no-token".into())];
    assert!(victim.get("/me").await.set_cookie(USER).expect("removed").contains("Max-Age=0"));
}

#[tokio::test]
async fn a_handler_without_a_layer_is_a_fault_of_ours() {
    let answer = send(&routes(), sent(bare("GET", "/me"))).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn of_two_tabs_that_write_at_once_the_last_one_stays() {
    let world = World::new();
    let mut first = browser(&world.sessions());
    first.post("/login").await;
    let mut second = first.clone();
    first.post("/cart").await;
    second.post("/note").await;
    assert_eq!(second.get("/cart").await.text, "Some(\"ada\") [] \"dark\"");
    assert_eq!(first.get("/cart").await.text, "Some(\"ada\") [7] \"\"", "both tokens are good");
}

#[test]
fn the_profiles_are_those_of_nist() {
    const DAY: Duration = Duration::from_secs(86_400);
    let folder = tempfile::tempdir().expect("a folder");
    let policy = RingPolicy { longest_life: DAY, ..RingPolicy::default() };
    let keys = NewRing::new(SITE).policy(policy).create(folder.path().join("keys"));
    let keys = keys.expect("a ring");
    let limits_of = |lifetimes: Lifetimes| {
        let issuer = Issuer::with_lifetimes(&keys, SITE, SITE, lifetimes).expect("they fit");
        let token = issuer.mint("ada", &()).expect("a token");
        let verifier = Verifier::new(keys.clone(), SITE, SITE)
            .revocations(Revocations::none_because("a test of limits"));
        let session = verifier.verify::<()>(&token).expect("a session");
        let from = session.authenticated_at();
        let idle = (session.idle_limit() - from).num_seconds();
        (idle, (session.absolute_limit() - from).num_seconds())
    };
    assert_eq!(limits_of(Lifetimes::aal1()), (86_400, 30 * 86_400));
    assert_eq!(limits_of(Lifetimes::aal2()), (3600, 86_400));
    assert_eq!(limits_of(Lifetimes::aal3()), (900, 12 * 3600));
}
