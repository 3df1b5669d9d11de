//! Logout: what each entry ends, for how long it is kept, and how old a list may be.

mod wire;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use waxseal::claims::SessionId;
use waxseal::key::{Algorithm, Key, KeyId, KeySet};
use waxseal::keyring::NewRing;
use waxseal::revocation::{
    Acknowledged, Entry, Freshness, Kind, MemoryStore, Record, Recorded, Revocation,
    RevocationFeed, RevocationPolicy, RevocationStore, RevokeError, StoreError, Verdict,
    conformance,
};
use waxseal::session::{Lifetimes, RenewError, Renewal, Renewer, SetupError};
use waxseal::time::{ManualClock, Timestamp};
use waxseal::{
    Issuer, Keys, RevocationList, Revocations, Session, Token, Verifier, VerifyError, jwt, limits,
};
use wire::Wire;

const ISSUER: &str = "https://id.example";
const NOW: i64 = 1_795_225_163;
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// A login service, the ring that it shares with a shop, and the hand of their clock.
struct World {
    _dir: tempfile::TempDir,
    keys: Keys,
    hand: ManualClock,
    list: RevocationList,
    login: Renewer,
    shop: Verifier,
}

impl World {
    fn new() -> Self {
        Self::with(|keys| Issuer::new(keys, ISSUER, "shop"))
    }

    fn with(issuer: impl Fn(&Keys) -> Result<Issuer, SetupError>) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let keys = NewRing::new(ISSUER).algorithm(Algorithm::Hs256).create(dir.path().join("keys"));
        let keys = keys.expect("a ring");
        let hand = ManualClock::at(Timestamp::from_secs(NOW));
        let list = RevocationList::setup().clock(hand.clock()).in_memory();
        let login = issuer(&keys).and_then(|it| it.clock(hand.clock()).renewing(&list));
        let login = login.expect("a sound set-up");
        let shop = shop(&keys, &hand, &list);
        Self { _dir: dir, keys, hand, list, login, shop }
    }

    fn log_in(&self, subject: &str) -> Token {
        self.login.mint(subject, &json!({})).expect("minted")
    }

    fn revoke(&self, what: &Revocation) {
        self.list.revoke(what).expect("room");
    }

    fn session(&self, token: &str) -> Session<Value> {
        self.shop.verify(token).expect("a good token")
    }

    fn code(&self, token: &str) -> &'static str {
        code(&self.shop, token)
    }

    fn renew(&self, token: &str) -> Result<Token, RenewError> {
        let session = self.login.verify::<Value>(token)?;
        self.login.renew_now(&session)
    }
}

fn shop(keys: &Keys, hand: &ManualClock, known: impl Into<Revocations>) -> Verifier {
    Verifier::new(keys.clone(), ISSUER, "shop").clock(hand.clock()).revocations(known)
}

fn code(verifier: &Verifier, token: &str) -> &'static str {
    verifier.verify::<Value>(token).map_or_else(|fault| fault.code(), |_| "valid")
}

// ---- What an entry ends ----------------------------------------------------

#[test]
fn each_kind_ends_what_it_names_and_nothing_else() {
    type Ends = fn(&Session<Value>) -> Revocation;
    let kinds: [(Ends, &str, &str); 6] = [
        (|it| Revocation::token(it.token_id()), "token_revoked", "valid"),
        (|it| Revocation::session(it.id()), "session_revoked", "valid"),
        (|_| Revocation::subject("ada"), "subject_revoked", "valid"),
        (|_| Revocation::scope("acme"), "scope_revoked", "valid"),
        (|_| Revocation::everything(), "all_revoked", "all_revoked"),
        (|_| Revocation::subject("eve"), "valid", "valid"),
    ];
    for (revocation, of_ada, of_grace) in kinds {
        let world = World::new();
        let ada = world.login.mint_in("acme", "ada", &json!({})).expect("minted");
        let grace = world.log_in("grace");
        world.revoke(&revocation(&world.session(&ada)));
        assert_eq!((world.code(&ada), world.code(&grace)), (of_ada, of_grace));
    }
}

#[test]
fn a_revoked_key_ends_all_its_tokens_whatever_their_times() {
    let world = World::new();
    let before = world.log_in("ada");
    let kid = world.keys.ring().signing_key().and_then(|it| it.id().cloned()).expect("a signer");
    world.revoke(&Revocation::key("another"));
    assert_eq!(world.code(&before), "valid");
    let renewable = world.login.verify::<Value>(&before).expect("renewable");
    world.revoke(&Revocation::key(kid.as_str()));
    world.hand.advance(HOUR);
    assert_eq!(world.code(&world.log_in("ada")), "key_revoked");
    assert_eq!(world.login.renew_now(&renewable).expect_err("dead").code(), "idle_limit");
    world.hand.set(Timestamp::from_secs(NOW));
    assert_eq!(world.login.renew_now(&renewable).expect_err("dead").code(), "key_revoked");
    world.list.purge(Timestamp::from_secs(NOW + 400 * 86_400));
    assert_eq!(world.code(&before), "key_revoked", "a thief mints tokens of any age");
}

#[test]
fn other_devices_are_logged_out_and_this_one_stays() {
    let world = World::new();
    let [phone, laptop, tablet] = [(); 3].map(|()| world.log_in("ada"));
    world.session(&phone).log_out_others(&world.list).expect("room");
    assert_eq!(world.code(&phone), "valid");
    assert_eq!(world.code(&laptop), "subject_revoked");
    let renewed = world.renew(&phone).expect("still alive");
    assert_eq!(world.code(&renewed), "valid");
    // From another device later on: the one that was spared is now one of the others.
    world.hand.advance(MINUTE);
    let desk = world.log_in("ada");
    world.session(&desk).log_out_others(&world.list).expect("room");
    assert_eq!(
        [&desk, &phone, &tablet].map(|it| world.code(it)),
        ["valid", "subject_revoked", "subject_revoked"]
    );
    // And all of them.
    world.revoke(&Revocation::subject("ada"));
    assert_eq!(world.code(&desk), "subject_revoked");
}

#[test]
fn a_login_after_log_out_everywhere_works_at_once() {
    for what in [Revocation::subject("ada"), Revocation::scope("acme"), Revocation::everything()] {
        let world = World::new();
        world.revoke(&what);
        let token = world.login.mint_in("acme", "ada", &json!({})).expect("minted");
        assert_eq!(world.code(&token), "valid", "{what:?}");
        let claims = world.session(&token);
        assert_eq!(claims.issued_at().timestamp(), NOW, "iat is never in the future");
        assert!(claims.started_at().timestamp() > NOW);
        world.revoke(&what.before(Timestamp::END));
        assert_ne!(world.code(&token), "valid");
    }
}

#[test]
fn a_cut_is_compared_with_the_session_and_never_with_the_clock() {
    let world = World::new();
    let before = world.log_in("ada");
    world.revoke(&Revocation::subject("ada").before(Timestamp::from_secs(NOW + 60)));
    for ahead in [0, 30, 61, 600] {
        world.hand.set(Timestamp::from_secs(NOW + ahead));
        assert_eq!(world.code(&before), "subject_revoked", "{ahead} s later");
    }
    let renewed =
        Issuer::new(&world.keys, ISSUER, "shop").expect("sound").clock(world.hand.clock());
    let fresh = renewed.mint("ada", &json!({})).expect("minted");
    assert_eq!(world.code(&fresh), "valid");
}

#[test]
fn a_foreign_token_is_ended_by_its_own_claims() {
    let key =
        Key::generate(Algorithm::Hs256).expect("a key").with_id(KeyId::new("k").expect("an id"));
    let issuer = jwt::Issuer::new(key.clone()).expect("mints");
    let claims = json!({"jti": "order-7", "sid": "s 1", "sub": "ada", "tid": "acme", "iat": NOW,
        "exp": NOW + 600});
    let token = issuer.mint(&claims).expect("minted");
    let verdict = |what: &Revocation, scope: Option<&str>| {
        let hand = ManualClock::at(Timestamp::from_secs(NOW));
        let list = RevocationList::setup().clock(hand.clock()).in_memory();
        list.revoke(what).expect("room");
        let setup = jwt::Verifier::<Value>::setup(KeySet::only(key.clone())).clock(hand.clock());
        let setup = match scope {
            Some(claim) => setup.scope_claim(claim),
            None => setup,
        };
        let verifier = setup.revocations(&list);
        verifier.verify(&token).map_or_else(|fault| fault.code(), |_| "valid")
    };
    assert_eq!(verdict(&Revocation::foreign_token("order-7"), None), "token_revoked");
    assert_eq!(verdict(&Revocation::foreign_session("s 1"), None), "session_revoked");
    assert_eq!(verdict(&Revocation::foreign_session("order-7"), None), "valid");
    assert_eq!(verdict(&Revocation::subject("ada"), None), "subject_revoked");
    assert_eq!(verdict(&Revocation::key("k"), None), "key_revoked");
    let early = Timestamp::from_secs(NOW - 1);
    assert_eq!(verdict(&Revocation::subject("ada").before(early), None), "valid");
    assert_eq!(verdict(&Revocation::scope("acme"), Some("tid")), "scope_revoked");
    assert_eq!(verdict(&Revocation::scope("acme"), None), "valid", "nobody said which claim");
    assert_eq!(verdict(&Revocation::scope("acme"), Some("tenant")), "missing_claim");
}

/// Two levels of not-before, of which one was overlooked: CVE-2026-18218, CVE-2026-8922.
#[test]
fn every_combination_of_levels_is_dead_if_any_level_is() {
    for levels in 0..64_u32 {
        let world = World::new();
        let token = world.login.mint_in("acme", "ada", &json!({})).expect("minted");
        let session = world.session(&token);
        let all = [
            Revocation::token(session.token_id()),
            Revocation::session(session.id()),
            Revocation::subject("ada"),
            Revocation::scope("acme"),
            Revocation::everything(),
            Revocation::subject("ada").except(waxseal::claims::SessionId::from([9; 16])),
        ];
        for (level, what) in all.iter().enumerate() {
            // The levels that do not count have a cut before the session.
            let early = Timestamp::from_secs(NOW - 1);
            match levels & (1 << level) != 0 {
                true => world.revoke(what),
                false if level > 1 => world.revoke(&what.clone().before(early)),
                false => {}
            }
        }
        assert_eq!(world.code(&token) == "valid", levels == 0, "{levels:06b}");
    }
}

// ---- For how long ----------------------------------------------------------

#[test]
fn a_logout_holds_until_nothing_could_be_renewed() {
    let world = World::new();
    let token = world.log_in("ada");
    world.session(&token).log_out(&world.list).expect("room");
    // Past `exp` only the issuer would look at it.
    for minutes in [0, 14, 16, 29] {
        world.hand.set(Timestamp::from_secs(NOW + minutes * 60));
        world.list.purge(Timestamp::from_secs(NOW + minutes * 60));
        assert_eq!(world.renew(&token).expect_err("logged out").code(), "session_revoked");
    }
    world.hand.set(Timestamp::from_secs(NOW + 31 * 60));
    assert!(world.renew(&token).is_err());
}

#[test]
fn what_a_lagging_node_renewed_after_the_logout_is_refused_everywhere() {
    for what in [None, Some(Revocation::subject("ada")), Some(Revocation::everything())] {
        let world = World::new();
        let lagging = RevocationList::setup().clock(world.hand.clock()).in_memory();
        let other =
            Issuer::new(&world.keys, ISSUER, "shop").expect("sound").clock(world.hand.clock());
        let other = other.renewing(&lagging).expect("a list");
        let token = world.log_in("ada");
        let session = world.session(&token);
        match &what {
            Some(what) => world.revoke(what),
            None => drop(session.log_out(&world.list).expect("room")),
        }
        let mut late = token.to_string();
        // It renews as long as it may by its old list, B at the most.
        for minutes in [6, 12, 15] {
            world.hand.set(Timestamp::from_secs(NOW + minutes * 60));
            let renewable = other.verify::<Value>(&late).expect("it has not heard");
            late = other.renew_now(&renewable).expect("it has not heard").to_string();
            assert_ne!(world.code(&late), "valid", "{minutes} min");
        }
        // Its last token lives on for as long as it could be used or renewed: the entry does too.
        let idle = world.shop.verify::<Value>(&late).err().map(|it| it.code());
        assert!(idle.is_some());
        for minutes in [20, 30, 44] {
            let now = Timestamp::from_secs(NOW + minutes * 60);
            world.hand.set(now);
            world.list.purge(now);
            assert!(world.renew(&late).is_err(), "{minutes} min");
            assert!(
                ["session_revoked", "subject_revoked", "all_revoked"]
                    .contains(&world.renew(&late).expect_err("dead").code())
            );
        }
    }
}

#[test]
fn an_entry_ends_when_the_design_says() {
    let world = World::new();
    let policy = world.list.policy();
    let (b, l, s) = (policy.most_age(), policy.life(), policy.clock_difference());
    let end_of = |what: &Revocation| {
        let list = RevocationList::setup().clock(world.hand.clock()).in_memory();
        list.revoke(what).expect("room");
        list.records()[0].end()
    };
    let now = Timestamp::from_secs(NOW);
    let kept = now.after(b).after(l).after(limits::LEEWAY).after(s);
    let session = Revocation::session(waxseal::claims::SessionId::from([7; 16]));
    assert_eq!(end_of(&session), kept);
    let abs = now.after(HOUR);
    assert_eq!(end_of(&session.clone().ends_by(abs)), abs.after(limits::LEEWAY).after(s));
    assert_eq!(end_of(&session.clone().ends_by(now.after(100 * HOUR))), kept);
    // A limit that is past: this clock or that one is wrong, and the longer end is safe.
    assert_eq!(end_of(&session.ends_by(now.before(HOUR))), kept);
    assert_eq!(end_of(&Revocation::subject("ada")), kept);
    assert_eq!(end_of(&Revocation::key("k")), Timestamp::END);
    assert_eq!(end_of(&Revocation::key("k").ends_by(now)), Timestamp::END);
    // A cut that lies ahead ends what begins until then.
    let ahead = now.after(100 * HOUR);
    assert_eq!(end_of(&Revocation::scope("acme").before(ahead)), kept.after(100 * HOUR));
}

#[test]
fn a_late_shorter_entry_takes_nothing_back() {
    let world = World::new();
    let session = world.session(&world.log_in("ada"));
    let whole = Revocation::session(session.id());
    world.revoke(&whole);
    world.revoke(&whole.clone().ends_by(Timestamp::from_secs(NOW + 60)));
    let end = world.list.records()[0].end();
    assert_eq!(end, Timestamp::from_secs(NOW).after(world.list.policy().retention()));
    world.revoke(&Revocation::subject("ada").before(Timestamp::from_secs(NOW + 9)));
    world.revoke(&Revocation::subject("ada").before(Timestamp::from_secs(NOW + 3)));
    let subject = world.list.records().into_iter().find(|it| it.kind() == Kind::Subject);
    assert_eq!(subject.expect("an entry").cut(), Timestamp::from_secs(NOW + 9));
}

#[test]
fn a_full_list_refuses_loudly_and_forgets_nobody() {
    let hand = ManualClock::at(Timestamp::from_secs(NOW));
    let list = RevocationList::setup().clock(hand.clock()).cap(3).in_memory();
    for id in ["a", "b", "c"] {
        list.revoke(&Revocation::foreign_session(id)).expect("room");
    }
    let full = list.revoke(&Revocation::foreign_session("d")).expect_err("no room");
    assert_eq!(full, RevokeError::Full { cap: 3 });
    assert_eq!(list.len(), 3);
    list.revoke(&Revocation::foreign_session("a")).expect("it is there already");
    // An operator can still end everything.
    for what in [Revocation::subject("ada"), Revocation::key("k"), Revocation::everything()] {
        list.revoke(&what).expect("room for cut-offs");
    }
    assert_eq!(list.len(), 6);
}

#[test]
fn a_full_list_makes_room_of_what_has_ended() {
    let hand = ManualClock::at(Timestamp::from_secs(NOW));
    let list = RevocationList::setup().cap(10_000).clock(hand.clock()).in_memory();
    let end = |number: u32| {
        let mut id = [7; 16];
        id[..4].copy_from_slice(&number.to_be_bytes());
        list.revoke(&Revocation::session(SessionId::from(id)))
    };
    for number in 0..10_000 {
        end(number).expect("room");
    }
    hand.advance(HOUR);
    assert!(matches!(end(10_000), Err(RevokeError::Full { .. })), "all are needed still");
    hand.advance(8 * HOUR);
    end(10_001).expect("what was there has ended");
    assert_eq!(list.len(), 1);
}

#[test]
fn a_clock_that_jumps_ten_years_loses_no_logout() {
    const TEN_YEARS: i64 = 3653 * 86_400;
    for jump in [TEN_YEARS, -TEN_YEARS] {
        let world = World::new();
        let store = MemoryStore::new(RevocationPolicy::default()).expect("a store");
        let list = RevocationList::setup().clock(world.hand.clock()).with_store(store.clone());
        let list = list.expect("a list");
        let shop = shop(&world.keys, &world.hand, &list);
        let (before, during) = (world.log_in("ada"), world.log_in("grace"));
        let session = shop.verify::<Value>(&during).expect("a good token");
        world.session(&before).log_out(&list).expect("room");
        world.hand.jump(Timestamp::from_secs(NOW + jump));
        session.log_out(&list).expect("room");
        for _ in 0..5 {
            // The list looks now and then for what it may drop.
            world.hand.advance(2 * MINUTE);
            list.reload().expect("a store");
        }
        world.hand.jump(Timestamp::from_secs(NOW + 600));
        assert_eq!(code(&shop, &before), "session_revoked", "jump {jump}");
        assert_eq!(code(&shop, &during), "session_revoked", "jump {jump}");
    }
}

#[test]
fn what_has_ended_leaves_a_followed_list_by_itself() {
    let world = World::new();
    let store = MemoryStore::new(RevocationPolicy::default()).expect("a store");
    let list = RevocationList::setup().clock(world.hand.clock()).with_store(store).expect("a list");
    list.revoke(&Revocation::session(waxseal::claims::SessionId::from([7; 16]))).expect("room");
    list.revoke(&Revocation::key("k")).expect("room");
    world.hand.advance(8 * HOUR);
    list.reload().expect("a store");
    assert_eq!(list.len(), 2);
    world.hand.advance(HOUR);
    list.reload().expect("a store");
    assert_eq!(list.len(), 1, "the key never ends");
}

#[test]
fn odd_revocations_are_refused_in_one_line() {
    let list = RevocationList::in_memory();
    let session = waxseal::claims::SessionId::from([7; 16]);
    let now = Timestamp::from_secs(NOW);
    for (what, code) in [
        (Revocation::subject(""), "empty_name"),
        (Revocation::key(""), "empty_name"),
        (Revocation::subject("ada").because(&"x".repeat(257)), "text_too_long"),
        (Revocation::session(session).before(now), "no_cut"),
        (Revocation::key("k").before(now), "no_cut"),
        (Revocation::scope("acme").except(session), "no_except"),
        (Revocation::everything().except(session), "no_except"),
    ] {
        let fault = list.revoke(&what).expect_err(code);
        assert_eq!(fault.code(), code);
        assert!(!fault.to_string().contains('\n'));
    }
    assert!(list.is_empty());
}

#[test]
fn whoever_has_a_long_name_is_revoked_like_others() {
    let world = World::new();
    let name = "\u{e9}".repeat(400);
    let token = world.log_in(&name);
    world.revoke(&Revocation::subject(&name));
    assert_eq!(world.code(&token), "subject_revoked");
    assert_eq!(world.code(&world.log_in(&name[..798])), "valid");
}

#[test]
fn a_list_that_would_forget_too_soon_is_refused_at_set_up() {
    let world = World::new();
    let remember = Lifetimes::default().idle(8 * HOUR);
    let issuer = Issuer::with_lifetimes(&world.keys, ISSUER, "shop", remember).expect("sound");
    let short = RevocationPolicy::default().longest_life(2 * HOUR);
    let list = RevocationList::setup().policy(short).in_memory();
    assert!(matches!(issuer.renewing(&list), Err(SetupError::TooLong { .. })));
    for odd in [
        RevocationPolicy::default().budget(Duration::from_secs(30)),
        RevocationPolicy::default().longest_life(Duration::ZERO),
        RevocationPolicy::default().longest_life(4000 * 24 * HOUR),
        RevocationPolicy::default().skew(2 * HOUR),
    ] {
        assert!(matches!(odd.check(), Err(RevokeError::Policy(_))), "{odd:?}");
    }
}

// ---- How old it may be -----------------------------------------------------

/// A list that is followed over a wire, with a budget of two minutes.
fn followed(world: &World, budget: Duration) -> (Wire, Revocations) {
    let wire = Wire::default();
    let policy = RevocationPolicy::default().budget(budget);
    let setup = RevocationList::setup().policy(policy).clock(world.hand.clock());
    let known = Revocations::follow_feed(setup, wire.clone()).expect("a feed");
    (wire, known)
}

#[test]
fn a_dead_feed_ends_long_tokens_after_the_budget_and_never_logs_anyone_out() {
    let world = World::new();
    let token = world.log_in("ada");
    let (wire, known) = followed(&world, 2 * MINUTE);
    let shop = shop(&world.keys, &world.hand, known.clone());
    wire.is_dead(true);
    world.hand.advance(2 * MINUTE);
    assert!(known.reload().is_err());
    assert_eq!(code(&shop, &token), "valid", "two minutes are within the budget");
    assert_eq!(known.health().expect("a list").verdict, Verdict::WithinBudget);
    world.hand.advance(Duration::from_millis(1));
    let fault = shop.verify::<Value>(&token).expect_err("too old");
    assert!(matches!(fault, VerifyError::StaleList(_)), "{fault}");
    assert_eq!((fault.code(), fault.is_ours()), ("stale_revocations", true), "503, never 401");
    assert_eq!(known.health().expect("a list").verdict, Verdict::OverBudget);
    wire.is_dead(false);
    known.reload().expect("alive");
    assert_eq!(code(&shop, &token), "valid");
    assert_eq!(known.health().expect("a list").verdict, Verdict::Fresh);
}

#[test]
fn with_the_default_budget_a_dead_feed_takes_no_site_down() {
    let world = World::new();
    let (wire, known) = followed(&world, RevocationPolicy::default().most_age());
    let shop = shop(&world.keys, &world.hand, known);
    wire.is_dead(true);
    world.hand.advance(24 * HOUR);
    let token = world.log_in("ada");
    assert_eq!(code(&shop, &token), "valid");
    world.hand.advance(15 * MINUTE + Duration::from_secs(31));
    assert_eq!(code(&shop, &token), "expired", "a plain, short-lived token");
}

#[test]
fn a_token_that_passes_by_a_stale_list_is_told_from_others() {
    let world = World::new();
    let (wire, known) = followed(&world, RevocationPolicy::default().most_age());
    let shop = shop(&world.keys, &world.hand, known);
    let said = |token: &str| format!("{:?}", shop.explain::<Value>(token).0);
    assert!(said(&world.log_in("ada")).contains("not in the list, read 0 s ago"));
    wire.is_dead(true);
    world.hand.advance(HOUR);
    let line = said(&world.log_in("ada"));
    assert!(line.contains("read 1 h ago: TOO OLD, it may have been revoked since"), "{line}");
}

#[test]
fn what_is_known_to_be_dead_is_dead_however_old_the_knowledge() {
    let world = World::new();
    let token = world.log_in("ada");
    let (wire, known) = followed(&world, 2 * MINUTE);
    wire.send(Record::new(Kind::Subject, "ada", Timestamp::END));
    known.reload().expect("alive");
    wire.is_dead(true);
    world.hand.advance(10 * MINUTE);
    assert_eq!(code(&shop(&world.keys, &world.hand, known), &token), "subject_revoked");
}

#[test]
fn a_call_can_ask_for_a_fresher_list_and_the_age_is_in_the_result() {
    let world = World::new();
    let token = world.log_in("ada");
    let (wire, known) = followed(&world, 2 * MINUTE);
    let shop = shop(&world.keys, &world.hand, known.clone());
    world.hand.advance(Duration::from_secs(3));
    let session = shop.verify::<Value>(&token).expect("good");
    assert_eq!(session.revocation_age(), Some(Duration::from_secs(3)));
    let two = Freshness::Within(Duration::from_secs(2));
    let fault = shop.verify_within::<Value>(&token, two).expect_err("three seconds old");
    assert!(fault.is_ours());
    known.reload().expect("alive");
    assert!(shop.verify_within::<Value>(&token, two).is_ok());
    // Nobody can ask for less than the budget by asking for more time.
    wire.is_dead(true);
    world.hand.advance(3 * MINUTE);
    let lax = Freshness::Within(HOUR);
    assert_eq!(
        shop.verify_within::<Value>(&token, lax).expect_err("old").code(),
        "stale_revocations"
    );
    let none = Verifier::new(world.keys.clone(), ISSUER, "shop")
        .clock(world.hand.clock())
        .revocations(Revocations::none_because("a test"));
    assert_eq!(none.verify::<Value>(&token).expect("good").revocation_age(), None);
}

#[test]
fn accepting_a_stale_list_is_said_and_counted() {
    let world = World::new();
    let token = world.log_in("ada");
    let (wire, known) = followed(&world, 2 * MINUTE);
    let strict = shop(&world.keys, &world.hand, known.clone());
    wire.is_dead(true);
    assert!(strict.verify_within::<Value>(&token, Freshness::AcceptStale).is_ok());
    assert_eq!(known.health().expect("a list").stale_accepts, 0, "it was fresh");
    world.hand.advance(5 * MINUTE);
    assert!(strict.verify::<Value>(&token).is_err());
    assert!(strict.verify_within::<Value>(&token, Freshness::AcceptStale).is_ok());
    let health = known.health().expect("a list");
    assert_eq!((health.stale_accepts, health.stale_refusals), (1, 1));
    let lax = shop(&world.keys, &world.hand, known.clone().freshness(Freshness::AcceptStale));
    assert!(lax.verify::<Value>(&token).is_ok());
    assert_eq!(known.health().expect("a list").stale_accepts, 2);
}

#[test]
fn a_verifier_may_be_stricter_than_its_list_and_never_laxer() {
    let world = World::new();
    let token = world.log_in("ada");
    let (_wire, known) = followed(&world, 2 * MINUTE);
    world.hand.advance(MINUTE);
    let strict = known.clone().budget(MINUTE / 2);
    assert_eq!(code(&shop(&world.keys, &world.hand, strict), &token), "stale_revocations");
    world.hand.advance(2 * MINUTE);
    let lax = known.budget(HOUR);
    assert_eq!(code(&shop(&world.keys, &world.hand, lax), &token), "stale_revocations");
}

#[test]
fn a_renewal_needs_a_list_of_the_last_minute_however_short_the_token() {
    let world = World::new();
    let (wire, known) = followed(&world, RevocationPolicy::default().most_age());
    let issuer = Issuer::new(&world.keys, ISSUER, "shop").expect("sound").clock(world.hand.clock());
    let login = issuer.renewing(known.clone()).expect("a list");
    wire.is_dead(true);
    world.hand.advance(6 * MINUTE);
    let token = login.mint("ada", &json!({})).expect("a login needs no fresh list");
    assert_eq!(login.verify::<Value>(&token).expect_err("old").code(), "stale_revocations");
    wire.is_dead(false);
    known.reload().expect("alive");
    let session = login.verify::<Value>(&token).expect("fresh");
    wire.is_dead(true);
    world.hand.advance(MINUTE + Duration::from_secs(1));
    let fault = login.renew_now(&session).expect_err("a minute and a second");
    assert_eq!(fault.code(), "stale_revocations");
    assert!(matches!(&fault, RenewError::Ended(fault) if fault.is_ours()));
    assert!(login.renew(&session).is_err(), "not even NotDue is said by an old list");
    wire.is_dead(false);
    known.reload().expect("alive");
    world.hand.advance(5 * MINUTE);
    known.reload().expect("alive");
    assert!(matches!(login.renew(&session), Ok(Renewal::Renewed(_))));
}

#[test]
fn a_feed_that_cannot_be_read_at_first_is_no_list() {
    let wire = Wire::default();
    wire.is_dead(true);
    assert!(Revocations::follow_feed(RevocationList::setup(), wire).is_err());
}

#[test]
fn verification_asks_no_feed() {
    let world = World::new();
    let token = world.log_in("ada");
    let (wire, known) = followed(&world, 2 * MINUTE);
    let shop = shop(&world.keys, &world.hand, known);
    let before = wire.0.polls.load(Ordering::SeqCst);
    for _ in 0..100 {
        assert_eq!(code(&shop, &token), "valid");
    }
    assert_eq!(wire.0.polls.load(Ordering::SeqCst), before);
}

// ---- Stores ----------------------------------------------------------------

#[test]
fn the_store_in_memory_keeps_the_rules() {
    let store = MemoryStore::new(RevocationPolicy::default()).expect("a store");
    conformance::check_store(|| Ok(store.clone())).expect("conformant");
}

/// A store that forgets every second entry, and one that says that all is well with a gap.
#[test]
fn the_suite_finds_a_store_that_breaks_a_rule() {
    struct Forgetful(MemoryStore);
    impl RevocationStore for Forgetful {
        fn record(&self, mut entries: Vec<Entry>) -> Result<Acknowledged, StoreError> {
            entries.pop();
            self.0.record(entries)
        }
        fn feed(&self) -> Result<Box<dyn RevocationFeed>, StoreError> {
            self.0.feed()
        }
        fn policy(&self) -> RevocationPolicy {
            self.0.policy()
        }
        fn prune(&self, horizon: Timestamp) -> Result<usize, StoreError> {
            self.0.prune(horizon)
        }
    }
    let store = MemoryStore::new(RevocationPolicy::default()).expect("a store");
    let fault = conformance::check_store(|| Ok(Forgetful(store.clone()))).expect_err("forgetful");
    assert_eq!(fault.rule, "the first poll tells everything, of every kind");
}

/// A store that tells everybody that he was the first.
#[test]
fn the_suite_finds_a_store_with_two_firsts() {
    struct Polite(MemoryStore);
    impl RevocationStore for Polite {
        fn record(&self, entries: Vec<Entry>) -> Result<Acknowledged, StoreError> {
            self.0.record(entries)
        }
        fn record_once(&self, entry: Entry) -> Result<Recorded, StoreError> {
            self.0.record(vec![entry]).map(Recorded::First)
        }
        fn feed(&self) -> Result<Box<dyn RevocationFeed>, StoreError> {
            self.0.feed()
        }
        fn policy(&self) -> RevocationPolicy {
            self.0.policy()
        }
        fn prune(&self, horizon: Timestamp) -> Result<usize, StoreError> {
            self.0.prune(horizon)
        }
    }
    let store = MemoryStore::new(RevocationPolicy::default()).expect("a store");
    let fault = conformance::check_store(|| Ok(Polite(store.clone()))).expect_err("polite");
    assert_eq!(fault.rule, "of all who record a name once, one is told that it was the first");
}

/// How many of 32 callers at once, half of them at either list, are told that they were the first.
fn firsts(lists: [&RevocationList; 2], what: &Revocation) -> usize {
    let start = std::sync::Barrier::new(32);
    let told = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for caller in 0..32 {
            let (start, told) = (&start, &told);
            scope.spawn(move || {
                start.wait();
                let recorded = lists[caller % 2].revoke_once(what).expect("room");
                told.fetch_add(u64::from(recorded != Recorded::Before), Ordering::SeqCst);
            });
        }
    });
    usize::try_from(told.into_inner()).expect("few")
}

#[test]
fn of_all_callers_one_is_told_that_it_was_the_first() {
    let store = MemoryStore::new(RevocationPolicy::default()).expect("a store");
    let open = || RevocationList::with_store(store.clone()).expect("a list");
    let (one, other, memory) = (open(), open(), RevocationList::in_memory());
    for byte in 0..50 {
        let id = waxseal::claims::TokenId::from([byte; 16]);
        assert_eq!(firsts([&one, &other], &Revocation::token(id)), 1);
        assert_eq!(firsts([&memory, &memory], &Revocation::token(id)), 1);
    }
    assert_eq!((store.clone().poll(None).expect("a feed").entries.len(), memory.len()), (50, 50));
}

#[test]
fn what_is_known_is_not_the_first_and_a_session_is_no_token() {
    let list = RevocationList::in_memory();
    let token = Revocation::foreign_token("t");
    list.revoke(&token).expect("room");
    assert_eq!(list.revoke_once(&token), Ok(Recorded::Before));
    let session = Revocation::foreign_session("t");
    let first = Ok(Recorded::First(Acknowledged::InMemory));
    assert_eq!(list.revoke_once(&session), first);
    assert_eq!(list.revoke_once(&session), Ok(Recorded::Before));
    assert_eq!(list.len(), 2);
}

#[test]
fn only_what_ends_whole_is_recorded_once() {
    let list = RevocationList::in_memory();
    for cut_off in [Revocation::subject("ada"), Revocation::everything(), Revocation::key("k")] {
        let fault = list.revoke_once(&cut_off).expect_err("a cut-off");
        assert_eq!(fault.code(), "not_once", "{fault}");
    }
    assert!(list.is_empty());
}

#[test]
fn a_full_list_makes_nobody_the_first() {
    let list = RevocationList::setup().cap(1).in_memory();
    let (one, other) = (Revocation::foreign_token("1"), Revocation::foreign_token("2"));
    assert_eq!(list.revoke_once(&one), Ok(Recorded::First(Acknowledged::InMemory)));
    assert_eq!(list.revoke_once(&other), Err(RevokeError::Full { cap: 1 }));
    assert_eq!(list.revoke_once(&one), Ok(Recorded::Before));
}

#[test]
fn a_store_that_does_not_take_it_leaves_it_in_force_here_and_says_so() {
    struct Full(MemoryStore);
    impl RevocationStore for Full {
        fn record(&self, _: Vec<Entry>) -> Result<Acknowledged, StoreError> {
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
    let world = World::new();
    let store = Full(MemoryStore::new(RevocationPolicy::default()).expect("a store"));
    let list = RevocationList::with_store(store).expect("a list");
    let token = world.log_in("ada");
    let fault = world.session(&token).log_out(&list).expect_err("full");
    assert_eq!(fault.code(), "disk_full");
    // It says nothing of `record_once`: nobody is the first.
    let fault = list.revoke_once(&Revocation::foreign_token("t")).expect_err("it cannot tell");
    assert_eq!(fault.code(), "list_unsupported", "{fault}");
    assert_eq!(code(&shop(&world.keys, &world.hand, &list), &token), "session_revoked");
}

#[test]
fn a_store_is_rid_of_what_has_ended_by_whoever_writes() {
    let world = World::new();
    let store = MemoryStore::new(RevocationPolicy::default()).expect("a store");
    let list = RevocationList::setup().clock(world.hand.clock()).with_store(store.clone());
    let list = list.expect("a list");
    let kept = || store.clone().poll(None).expect("a feed").entries.len();
    let of = |byte| Revocation::session(waxseal::claims::SessionId::from([byte; 16]));
    list.revoke(&of(1)).expect("room");
    world.hand.advance(8 * HOUR);
    list.revoke(&of(2)).expect("room");
    assert_eq!(kept(), 2, "the first has not ended");
    world.hand.advance(HOUR);
    list.revoke(&of(3)).expect("room");
    assert_eq!(kept(), 2, "the first has ended");
    // A clock that jumps drops nothing.
    world.hand.jump(Timestamp::from_secs(NOW + 3653 * 86_400));
    list.revoke(&of(4)).expect("room");
    assert_eq!(kept(), 3);
}

// ---- Interleavings ---------------------------------------------------------

/// One step of somebody.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// The login service takes the latest token in for a renewal, and has not renewed it yet.
    Take(usize),
    /// It renews what it took in.
    Renew(usize),
    /// Somebody logs the session out: it is published in that moment.
    LogOut,
    /// A node reads the feed.
    Read(usize),
    /// Seconds pass.
    Wait(u64),
}

fn step() -> impl proptest::strategy::Strategy<Value = Step> {
    use proptest::prelude::*;
    prop_oneof![
        (0..2_usize).prop_map(Step::Take),
        (0..2_usize).prop_map(Step::Renew),
        Just(Step::LogOut),
        (0..2_usize).prop_map(Step::Read),
        (1..400_u64).prop_map(Step::Wait),
    ]
}

/// A login service and a shop that read one feed when they like.
struct Node {
    known: Revocations,
    login: Renewer,
    shop: Verifier,
    taken: Option<waxseal::session::Renewable<Value>>,
    /// When it last read the feed.
    read_at: i64,
}

/// The session whose logout is raced, by two nodes over one feed.
fn race(steps: &[Step]) -> Result<(), proptest::test_runner::TestCaseError> {
    RING.with(|world| race_in(world, steps))
}

thread_local! {
    /// One ring serves many races.
    static RING: World = World::new();
}

fn race_in(world: &World, steps: &[Step]) -> Result<(), proptest::test_runner::TestCaseError> {
    use proptest::prop_assert;
    world.hand.set(Timestamp::from_secs(NOW));
    let wire = Wire::default();
    let policy = RevocationPolicy::default();
    let mut nodes: Vec<Node> = (0..2)
        .map(|_| {
            let setup = RevocationList::setup().clock(world.hand.clock());
            let known = Revocations::follow_feed(setup, wire.clone()).expect("a feed");
            let issuer = Issuer::new(&world.keys, ISSUER, "shop").expect("sound");
            let login = issuer.clock(world.hand.clock()).renewing(known.clone()).expect("a list");
            let shop = shop(&world.keys, &world.hand, known.clone());
            Node { known, login, shop, taken: None, read_at: NOW }
        })
        .collect();
    let mut tokens = vec![world.log_in("ada").to_string()];
    let session = world.session(&tokens[0]);
    let (mut now, mut logged_out_at) = (NOW, None);
    for step in steps {
        match *step {
            Step::Wait(seconds) => {
                now += i64::try_from(seconds).expect("short");
                world.hand.set(Timestamp::from_secs(now));
            }
            Step::LogOut => {
                let what = Revocation::session(session.id()).ends_by(session.absolute_limit());
                let record = policy.record(&what, Timestamp::from_secs(now)).expect("sound");
                wire.send(record);
                logged_out_at = logged_out_at.or(Some(now));
            }
            Step::Read(node) => {
                nodes[node].known.reload().expect("alive");
                nodes[node].read_at = now;
            }
            Step::Take(node) => {
                let latest = tokens.last().expect("one");
                nodes[node].taken = nodes[node].login.verify::<Value>(latest).ok();
            }
            Step::Renew(node) => {
                let Some(taken) = nodes[node].taken.take() else { continue };
                let renewed = nodes[node].login.renew_now(&taken);
                if let (Ok(token), Some(out)) = (&renewed, logged_out_at) {
                    prop_assert!(nodes[node].read_at <= out, "it knew of the logout");
                    prop_assert!(now <= out + 60, "renewed {} s after the logout", now - out);
                    tokens.push(token.to_string());
                } else if let Ok(token) = renewed {
                    tokens.push(token.to_string());
                }
            }
        }
        let Some(out) = logged_out_at else { continue };
        for node in &nodes {
            for token in &tokens {
                let verdict = code(&node.shop, token);
                if node.read_at > out {
                    prop_assert!(verdict != "valid", "a node that has read it accepts {token}");
                }
                let exposure = i64::try_from(policy.exposure().as_secs()).expect("short");
                prop_assert!(verdict != "valid" || now <= out + exposure, "{} s on", now - out);
            }
        }
    }
    Ok(())
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        failure_persistence: None,
        ..proptest::prelude::ProptestConfig::with_cases(512)
    })]

    /// CVE-2025-46336, T11: however a logout and renewals cross, on one node or two, it wins.
    #[test]
    fn a_logout_wins_every_race_against_renewals(
        steps in proptest::collection::vec(step(), 1..24),
    ) {
        race(&steps)?;
    }
}

/// Every order in which two nodes take in, renew and read, and the logout comes.
#[test]
fn a_logout_wins_in_every_order_of_few_steps() {
    const STEPS: [Step; 7] = [
        Step::Take(0),
        Step::Renew(0),
        Step::Take(1),
        Step::Renew(1),
        Step::LogOut,
        Step::Read(0),
        Step::Read(1),
    ];
    fn orders(chosen: &mut Vec<usize>, count: &mut usize) {
        if chosen.len() == STEPS.len() {
            *count += 1;
            let steps: Vec<Step> = chosen.iter().map(|at| STEPS[*at]).collect();
            return race(&steps).expect("the logout wins");
        }
        for at in 0..STEPS.len() {
            // What was not taken in is not renewed.
            let is_next =
                !chosen.contains(&at) && (!matches!(at, 1 | 3) || chosen.contains(&(at - 1)));
            if is_next {
                chosen.push(at);
                orders(chosen, count);
                chosen.pop();
            }
        }
    }
    let mut count = 0;
    orders(&mut Vec::new(), &mut count);
    assert_eq!(count, 5040 / 4);
}

// ---- What a list cannot promise --------------------------------------------

/// A foreign token that lives for `life`, and a verifier whose list forgets after L.
fn long_lived(life: Duration, longest_life: Duration) -> Result<(), VerifyError> {
    let hand = ManualClock::at(Timestamp::from_secs(NOW));
    let key = Key::generate(Algorithm::Hs256).expect("a key");
    let life = i64::try_from(life.as_secs()).expect("short");
    let claims = json!({"sub": "ada", "iat": NOW, "exp": NOW + life});
    let token = jwt::Issuer::new(key.clone()).expect("mints").mint(&claims).expect("minted");
    let policy = RevocationPolicy::default().longest_life(longest_life);
    let list = RevocationList::setup().policy(policy).clock(hand.clock()).in_memory();
    let setup = jwt::Verifier::<Value>::setup(KeySet::only(key)).clock(hand.clock());
    setup.revocations(&list).verify(&token).map(drop)
}

#[test]
fn a_token_that_would_outlive_its_revocation_is_refused() {
    assert_eq!(long_lived(8 * HOUR, 8 * HOUR), Ok(()));
    let fault = long_lived(8 * HOUR + Duration::from_secs(1), 8 * HOUR).expect_err("too long");
    assert_eq!((fault.code(), fault.is_ours()), ("outlives_list", true), "{fault}");
    assert!(fault.to_string().contains("longer L"), "{fault}");
    assert_eq!(long_lived(24 * 365 * HOUR, 24 * 365 * HOUR), Ok(()));
}

#[test]
fn a_budget_that_was_asked_for_in_words_is_kept() {
    let world = World::new();
    let token = world.log_in("ada");
    let (wire, known) = followed(&world, 2 * MINUTE);
    let lax = shop(&world.keys, &world.hand, known.freshness(Freshness::AcceptStale));
    wire.is_dead(true);
    world.hand.advance(5 * MINUTE);
    assert!(lax.verify::<Value>(&token).is_ok(), "as it was set up");
    let fault = lax.verify_within::<Value>(&token, Freshness::Budget).expect_err("too old");
    assert_eq!(fault.code(), "stale_revocations");
}

#[test]
fn a_full_follower_still_hears_of_cut_offs() {
    let world = World::new();
    let token = world.log_in("ada");
    let wire = Wire::default();
    let setup = RevocationList::setup().clock(world.hand.clock()).cap(2);
    let known = Revocations::follow_feed(setup, wire.clone()).expect("a feed");
    for session in ["a", "b", "c"] {
        wire.send(Record::new(Kind::Session, session, Timestamp::END));
    }
    wire.send(Record::new(Kind::Everything, "", Timestamp::END));
    let fault = known.reload().expect_err("no room for the third");
    assert!(fault.contains("more than 2 entries"), "{fault}");
    assert_eq!(code(&shop(&world.keys, &world.hand, known), &token), "all_revoked");
}

#[test]
fn an_operator_can_end_everything_whatever_users_did() {
    let list = RevocationList::setup().cap(1).in_memory();
    let mut number = 0;
    while list.revoke(&Revocation::subject(&format!("u{number}"))).is_ok() {
        number += 1;
    }
    assert_eq!(number, limits::REVOKED_SPARE + 1);
    list.revoke(&Revocation::everything()).expect("always");
    list.revoke(&Revocation::key("k")).expect("keys have room of their own");
    list.revoke(&Revocation::subject("u0")).expect("it is there already");
}

#[test]
fn a_subject_spares_so_many_sessions_and_no_more() {
    let list = RevocationList::in_memory();
    let spare = |byte: usize| {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&byte.to_be_bytes());
        list.revoke(&Revocation::subject("ada").except(id.into()))
    };
    for number in 0..limits::SPARED {
        spare(number + 1).expect("room");
    }
    assert_eq!(spare(9999).expect_err("too many").code(), "too_many_spared");
    spare(1).expect("it is there already");
    list.revoke(&Revocation::subject("ada")).expect("without exception");
}

#[test]
fn a_cut_off_by_a_clock_that_may_be_wrong_is_refused() {
    let world = World::new();
    world.hand.jump(Timestamp::from_secs(NOW + 3653 * 86_400));
    world.revoke(&Revocation::foreign_session("s"));
    world.hand.jump(Timestamp::from_secs(NOW));
    let fault = world.list.revoke(&Revocation::subject("ada")).expect_err("ten years");
    assert_eq!(fault.code(), "clock_behind", "{fault}");
    world.revoke(&Revocation::subject("ada").before(Timestamp::from_secs(NOW)));
    let cut = world.list.records().into_iter().find(|it| it.kind() == Kind::Subject);
    assert_eq!(cut.expect("an entry").cut(), Timestamp::from_secs(NOW));
    world.revoke(&Revocation::foreign_session("sessions have no cut"));
}

#[test]
fn a_key_of_last_year_keeps_nothing_else() {
    let world = World::new();
    let store = MemoryStore::new(RevocationPolicy::default()).expect("a store");
    let open = || {
        let setup = RevocationList::setup().clock(world.hand.clock());
        setup.with_store(store.clone()).expect("a list")
    };
    open().revoke(&Revocation::key("k")).expect("room");
    for day in 1..20_u8 {
        // A process that starts anew every day, and logs somebody out every two hours.
        let list = open();
        for hour in 0..12_u8 {
            let id = [day, hour].repeat(8);
            let id: [u8; 16] = id.try_into().expect("16 bytes");
            list.revoke(&Revocation::session(id.into())).expect("room");
            world.hand.advance(2 * HOUR);
        }
        list.reload().expect("a store");
        assert!(list.len() < 40, "day {day}: {} entries", list.len());
    }
}

#[test]
fn a_renewed_session_of_ours_is_dead_for_whoever_reads_it_as_any_token() {
    let world = World::new();
    let token = world.login.mint_in("acme", "ada", &json!({})).expect("minted");
    world.hand.advance(6 * MINUTE);
    let renewed = world.renew(&token).expect("alive");
    for what in [Revocation::subject("ada"), Revocation::scope("acme"), Revocation::everything()] {
        let list = RevocationList::setup().clock(world.hand.clock()).in_memory();
        list.revoke(&what.before(Timestamp::from_secs(NOW + 60))).expect("room");
        let any = jwt::Verifier::<Value>::setup(world.keys.clone())
            .clock(world.hand.clock())
            .typ("session+jwt")
            .audience("shop")
            .revocations(&list);
        let verdict = any.verify(&renewed).map_or_else(|fault| fault.code(), |_| "valid");
        assert_ne!(verdict, "valid", "{:?}", list.records());
    }
}
