//! Requests at once: tabs that renew together, and a logout, a promotion or a login that others race
//! with, in every order of their steps.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::{get, post};
use proptest::prelude::*;
use tokio::sync::{Barrier, Semaphore};
use tokio::task::JoinHandle;
use waxseal::http::{Login, Session, SessionMut, Sessions};
use waxseal::key::Algorithm;

use crate::app::{Answer, Browser, Cart, USER, World, send};
use crate::shop::shop;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_renewals_at_once_set_the_same_bytes() {
    let converging = [Algorithm::Hs256, Algorithm::EdDsa, Algorithm::A256Gcm];
    for algorithm in converging {
        assert_eq!(renewed_at_once(algorithm).await.len(), 1, "{algorithm}");
    }
    #[cfg(feature = "paseto")]
    assert_eq!(renewed_at_once(Algorithm::V4Public).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_renewals_that_sign_at_random_are_one_session_all_the_same() {
    assert!(!renewed_at_once(Algorithm::Es256).await.is_empty());
}

/// The different cookies that 64 requests at once are given, each of them good.
async fn renewed_at_once(algorithm: Algorithm) -> BTreeSet<String> {
    let world = World::with(algorithm);
    let sessions = world.sessions();
    let ids = Router::new().route("/ids", get(ids)).layer(sessions.layer()).merge(shop(&sessions));
    let mut browser = Browser::new(ids.clone());
    browser.post("/login").await;
    world.advance(400);
    let barrier = Arc::new(Barrier::new(64));
    let tasks: Vec<JoinHandle<Answer>> = (0..64)
        .map(|_| {
            let (barrier, app, request) =
                (Arc::clone(&barrier), ids.clone(), browser.request("GET", "/me"));
            tokio::spawn(async move {
                barrier.wait().await;
                send(&app, request).await
            })
        })
        .collect();
    let mut cookies = BTreeSet::new();
    let mut told = BTreeSet::new();
    for task in tasks {
        let answer = task.await.expect("no panic");
        assert_eq!(answer.status, 200, "{}", answer.text);
        let cookie = answer.set_cookie(USER).expect("renewed").to_owned();
        let mut tab = browser.clone();
        let value = cookie.split_once('=').expect("a cookie").1.split(';').next().expect("a value");
        tab.jar = vec![(USER.into(), value.into())];
        let answer = tab.get("/ids").await;
        assert_eq!(answer.status, 200, "{algorithm}");
        told.insert(answer.text);
        cookies.insert(cookie);
    }
    assert_eq!(told.len(), 1, "one sid and one generation: {told:?}");
    assert!(told.first().is_some_and(|text| text.ends_with(" 1")), "{told:?}");
    cookies
}

async fn ids(session: Session<Cart>) -> String {
    format!("{} {}", session.id(), session.generation())
}

async fn log_in(mut session: SessionMut<Cart>) -> &'static str {
    session.log_in("ada").await.expect("logged in");
    "welcome"
}

/// What a request does between its extraction and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Act {
    /// Nothing: it renews, if that is due.
    Look,
    Write,
    Promote,
    LogOut,
    LogIn,
}

/// One request, held before each of its steps.
struct Held {
    act: Act,
    gate: Arc<Gate>,
    task: JoinHandle<Answer>,
}

/// Opened step by step; each step says when it is done.
struct Gate {
    go: Semaphore,
    done: Semaphore,
}

type Gates = Arc<Mutex<BTreeMap<String, Arc<Gate>>>>;

impl Gate {
    /// The handler waits for leave to go on.
    async fn wait(&self) {
        self.go.acquire().await.expect("open").forget();
    }

    /// The schedule lets one step happen.
    async fn step(&self) {
        self.go.add_permits(1);
        self.done.acquire().await.expect("open").forget();
    }
}

async fn held(
    State(gates): State<Gates>,
    query: Query<BTreeMap<String, String>>,
    session: Option<SessionHeld>,
) -> String {
    let gate = Arc::clone(&gates.lock().expect("no panic")[&query["id"]]);
    let Some(SessionHeld(mut session)) = session else {
        gate.done.add_permits(1);
        gate.wait().await;
        gate.done.add_permits(1);
        gate.wait().await;
        return "refused".into();
    };
    let was_user = session.user().is_some();
    gate.done.add_permits(1);
    gate.wait().await;
    let result = match &*query["act"] {
        "Look" => Ok(()),
        "Write" if was_user => session.update(|cart| cart.items.push(7)),
        "Promote" => session.promote(|login| login.role("admin")).await,
        "LogOut" => session.log_out().await,
        "LogIn" => session.log_in(Login::of("ada")).await,
        _ => Ok(()),
    };
    gate.done.add_permits(1);
    gate.wait().await;
    match result {
        Ok(()) => "ok".into(),
        Err(fault) => format!("refused: {}", fault.code()),
    }
}

struct SessionHeld(SessionMut<Cart>);

impl axum::extract::OptionalFromRequestParts<Gates> for SessionHeld {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        state: &Gates,
    ) -> Result<Option<Self>, Self::Rejection> {
        use axum::extract::FromRequestParts as _;
        Ok(SessionMut::from_request_parts(parts, state).await.ok().map(Self))
    }
}

const STEPS: usize = 3;

/// Runs `acts` with one cookie that is due, in the order of `schedule`: each entry is the request that
/// makes its next step. Tells what broke.
async fn run(sessions: &Sessions<Cart>, world: &World, acts: &[Act], schedule: &[usize]) {
    let gates: Gates = Arc::default();
    let app = Router::new()
        .route("/held", post(held))
        .with_state(Arc::clone(&gates))
        .merge(Router::new().route("/login", post(log_in)).route("/me", get(ids)))
        .layer(sessions.layer());
    let mut browser = Browser::new(app.clone());
    browser.post("/login").await;
    world.advance(400);
    let old = browser.cookie(USER).expect("logged in").to_owned();
    let mut requests: Vec<Held> = Vec::new();
    for (number, act) in acts.iter().enumerate() {
        let gate = Arc::new(Gate { go: Semaphore::new(0), done: Semaphore::new(0) });
        gates.lock().expect("no panic").insert(number.to_string(), Arc::clone(&gate));
        let request = browser.request("POST", &format!("/held?act={act:?}&id={number}"));
        let (app, begin) = (app.clone(), Arc::clone(&gate));
        // The first step is the extraction.
        let task = tokio::spawn(async move {
            begin.wait().await;
            send(&app, request).await
        });
        requests.push(Held { act: *act, gate, task });
    }

    // What a browser holds, and every cookie that anybody was ever given, with who gave it.
    let mut held = Some(old.clone());
    let mut given: Vec<(usize, String)> = Vec::new();
    let mut has_acted: Vec<usize> = Vec::new();
    let mut logged_out_at: Option<usize> = None;
    let mut login_answered = false;
    let mut steps = vec![0; acts.len()];
    for &number in schedule {
        steps[number] += 1;
        let request = &mut requests[number];
        if steps[number] < STEPS {
            request.gate.step().await;
            if steps[number] == 2 {
                has_acted.push(number);
            }
            continue;
        }
        request.gate.go.add_permits(1);
        let answer = (&mut request.task).await.expect("no panic");
        assert_eq!(answer.status, 200);
        let is_ok = answer.text == "ok";
        let cookie = answer.set_cookie(USER).map(|cookie| {
            let value = cookie.split_once('=').expect("a cookie").1;
            value.split(';').next().expect("a value").to_owned()
        });
        let what = format!("{acts:?} {schedule:?}, answer of {number}: {}", answer.text);
        match (request.act, &cookie) {
            (Act::LogIn, Some(value)) if is_ok && !value.is_empty() => login_answered = true,
            // A logout of somebody who saw the old session removes by name: that it must.
            (Act::LogOut, _) => {}
            (_, Some(_)) => assert!(
                !login_answered || given_by_newer(&request.act),
                "a late answer replaced the cookie of a login: {what}"
            ),
            (_, None) => {}
        }
        if let Some(value) = cookie {
            held = Some(value.clone()).filter(|value| !value.is_empty());
            if !value.is_empty() {
                given.push((number, value));
            }
        }
        if request.act == Act::LogOut && is_ok && logged_out_at.is_none() {
            logged_out_at = has_acted.iter().position(|it| *it == number);
        }
    }

    let is_good = async |value: &str| {
        let mut thief = Browser::new(app.clone());
        thief.jar = vec![(USER.into(), value.to_owned())];
        thief.get("/me").await.status == 200
    };
    let what = format!("{acts:?} {schedule:?}");
    let ends = |act: &Act| matches!(act, Act::LogOut | Act::Promote | Act::LogIn);
    if acts.iter().any(ends) {
        assert!(!is_good(&old).await, "the old cookie is dead: {what}");
    }
    for (number, value) in &given {
        let of_old = matches!(acts[*number], Act::Look | Act::Write);
        let ended = acts.iter().any(ends);
        assert_eq!(is_good(value).await, !(of_old && ended), "{:?}: {what}", acts[*number]);
        // What acted after a logout did not bring its session back.
        if let Some(at) = logged_out_at
            && acts[*number] == Act::Promote
        {
            let acted = has_acted.iter().position(|it| it == number).expect("it acted");
            assert!(acted < at, "a promotion undid a logout: {what}");
        }
    }
    if let Some(value) = held.filter(|_| login_answered) {
        let is_logins = given
            .iter()
            .any(|(number, it)| *it == value && matches!(acts[*number], Act::LogIn | Act::Promote));
        assert!(is_logins, "the browser holds the login's cookie: {what}");
        assert!(is_good(&value).await, "{what}");
    }
}

/// Whether an act's cookie may follow that of a login: it is of another session, that begins as late.
fn given_by_newer(act: &Act) -> bool {
    matches!(act, Act::LogIn | Act::Promote)
}

/// Every order of the steps of so many requests.
fn orders(requests: usize) -> Vec<Vec<usize>> {
    fn go(left: &mut Vec<usize>, order: &mut Vec<usize>, all: &mut Vec<Vec<usize>>) {
        if left.iter().all(|left| *left == 0) {
            all.push(order.clone());
        }
        for number in 0..left.len() {
            if left[number] > 0 {
                left[number] -= 1;
                order.push(number);
                go(left, order, all);
                order.pop();
                left[number] += 1;
            }
        }
    }
    let mut all = Vec::new();
    go(&mut vec![STEPS; requests], &mut Vec::new(), &mut all);
    all
}

#[tokio::test]
async fn every_order_of_the_steps_of_three_requests_keeps_what_a_logout_and_a_login_promise() {
    let orders = orders(3);
    assert_eq!(orders.len(), 1680);
    let world = World::with(Algorithm::Hs256);
    let sets = [
        ([Act::LogOut, Act::Look, Act::Promote], 1),
        ([Act::LogIn, Act::Write, Act::LogOut], 1),
        ([Act::LogIn, Act::Write, Act::Look], 7),
        ([Act::Promote, Act::Look, Act::Write], 7),
    ];
    for (acts, every) in sets {
        for order in orders.iter().step_by(every) {
            let world = world.again();
            run(&world.sessions(), &world, &acts, order).await;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn so_does_any_order_of_any_five(
        acts in proptest::collection::vec(
            prop_oneof![
                Just(Act::Look), Just(Act::Write), Just(Act::Promote),
                Just(Act::LogOut), Just(Act::LogIn),
            ],
            2..=5,
        ),
        seed in proptest::collection::vec(any::<prop::sample::Index>(), 15),
    ) {
        let mut left: Vec<usize> =
            (0..acts.len()).flat_map(|number| [number; STEPS]).collect();
        let mut order = Vec::new();
        for index in seed.iter().take(left.len()).collect::<Vec<_>>() {
            order.push(left.remove(index.index(left.len())));
        }
        static KEYS: std::sync::LazyLock<World> =
            std::sync::LazyLock::new(|| World::with(Algorithm::Hs256));
        let world = KEYS.again();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(run(&world.sessions(), &world, &acts, &order));
    }
}
