//! A session's life: its claims, its two horizons, renewal, logout, and who may speak for whom.

use std::time::Duration;

use serde_json::{Value, json};
use waxseal::key::{Algorithm, Key, KeyId, KeySet};
use waxseal::keyring::{NewRing, RingPolicy};
use waxseal::revocation::Revocation;
use waxseal::session::{Lifetimes, RenewError, Renewal, Renewer, SetupError};
use waxseal::time::{ManualClock, Timestamp};
use waxseal::token::UntrustedToken;
use waxseal::{
    Issuer, Keys, RevocationList, Revocations, Token, Verifier, VerifyError, jwt, limits,
};

const ISSUER: &str = "https://id.example";
const NOW: i64 = 1_795_225_163;
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const ALL: [Algorithm; 3] = [Algorithm::Hs256, Algorithm::EdDsa, Algorithm::A256Gcm];

/// A login service, a verifier, their list and the hand of their clock.
struct World {
    _dir: tempfile::TempDir,
    keys: Keys,
    hand: ManualClock,
    list: RevocationList,
    issuer: Renewer,
    verifier: Verifier,
}

impl World {
    fn new(algorithm: Algorithm) -> Self {
        Self::with(algorithm, Lifetimes::default())
    }

    fn with(algorithm: Algorithm, lifetimes: Lifetimes) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let keys = NewRing::new(ISSUER).algorithm(algorithm).create(dir.path().join("keys"));
        let keys = keys.expect("a ring");
        let hand = ManualClock::at(Timestamp::from_millis(NOW * 1000 + 250));
        let list = RevocationList::setup().clock(hand.clock()).in_memory();
        let issuer = Issuer::with_lifetimes(&keys, ISSUER, "shop", lifetimes)
            .and_then(|issuer| issuer.clock(hand.clock()).renewing(&list))
            .expect("a sound set-up");
        let verifier =
            Verifier::new(keys.clone(), ISSUER, "shop").clock(hand.clock()).revocations(&list);
        Self { _dir: dir, keys, hand, list, issuer, verifier }
    }

    fn revoke(&self, what: &Revocation) {
        self.list.revoke(what).expect("room");
    }

    fn log_in(&self) -> Token {
        self.issuer.mint("ada", &json!({"items": [7]})).expect("minted")
    }

    fn code(&self, token: &str) -> &'static str {
        self.verifier.verify::<Value>(token).map_or_else(|fault| fault.code(), |_| "valid")
    }

    fn renew(&self, token: &str) -> Result<Renewal, RenewError> {
        self.issuer.renew(&self.issuer.verify::<Value>(token)?)
    }

    fn renewed(&self, token: &str) -> Token {
        match self.renew(token) {
            Ok(Renewal::Renewed(token)) => token,
            other => panic!("not renewed: {other:?}"),
        }
    }

    fn claims(&self, token: &str) -> Value {
        jwt::Verifier::<Value>::setup(self.keys.clone())
            .any_audience()
            .any_typ()
            .clock(self.hand.clock())
            .revocations(Revocations::none_because("reads the claims"))
            .verify(token)
            .expect("valid")
            .into_custom()
    }
}

#[test]
fn a_session_carries_exactly_the_claims_of_the_wire_format() {
    let world = World::new(Algorithm::EdDsa);
    let mut claims = world.claims(&world.log_in());
    for id in ["sid", "jti"] {
        let text = claims[id].take();
        assert_eq!(waxseal::base64url::decode(text.as_str().expect(id)).map(|id| id.len()), Ok(16));
    }
    let wanted = json!({
        "iss": ISSUER, "aud": "shop", "sub": "ada", "sid": null, "jti": null,
        "iat": NOW, "nbf": NOW, "exp": NOW + 900, "auth_time": NOW, "sst": NOW * 1000 + 250,
        "idl": NOW + 1_800, "abs": NOW + 28_800, "rnw": NOW + 300, "pro": "default", "gen": 0,
        "ver": 1, "st": {"items": [7]},
    });
    assert_eq!(claims, wanted);
}

#[test]
fn the_header_names_the_key_and_the_purpose_and_nothing_else() {
    for (algorithm, alg) in [
        (Algorithm::Hs256, json!({"alg": "HS256"})),
        (Algorithm::EdDsa, json!({"alg": "EdDSA"})),
        (Algorithm::A256Gcm, json!({"alg": "dir", "enc": "A256GCM"})),
    ] {
        let world = World::new(algorithm);
        let token = world.log_in();
        let header = UntrustedToken::parse(&token, limits::TOKEN_BYTES)
            .and_then(|token| token.untrusted_header_bytes())
            .expect("a header");
        let mut header: Value = serde_json::from_slice(&header).expect("JSON");
        let kid = header["kid"].take();
        let mut wanted = alg;
        wanted["typ"] = "session+jwt".into();
        wanted["kid"] = Value::Null;
        assert_eq!(header, wanted);
        let (_, _, signer) = world.keys.keys().next().expect("a signer");
        assert_eq!(kid.as_str(), signer.id().map(KeyId::as_str));
    }
}

#[test]
fn a_session_is_valid_until_its_leeway_after_exp_and_not_a_second_longer() {
    for algorithm in ALL {
        let world = World::new(algorithm);
        let token = world.log_in();
        world.hand.set(Timestamp::from_secs(NOW + 900 + 29));
        assert_eq!(world.code(&token), "valid");
        world.hand.set(Timestamp::from_secs(NOW + 900 + 30));
        assert_eq!(world.code(&token), "expired");
        world.hand.set(Timestamp::from_secs(NOW - 30));
        assert_eq!(world.code(&token), "valid");
        world.hand.set(Timestamp::from_secs(NOW - 31));
        assert_eq!(world.code(&token), "not_yet_valid");
    }
}

#[test]
fn a_young_token_is_not_renewed() {
    let world = World::new(Algorithm::EdDsa);
    let token = world.log_in();
    world.hand.advance(5 * MINUTE - Duration::from_secs(1));
    assert_eq!(world.renew(&token), Ok(Renewal::NotDue));
    world.hand.advance(Duration::from_secs(1));
    assert!(matches!(world.renew(&token), Ok(Renewal::Renewed(_))));
}

#[test]
fn renewal_moves_the_idle_limit_and_nothing_that_only_a_login_moves() {
    for algorithm in ALL {
        let world = World::new(algorithm);
        let token = world.log_in();
        world.hand.advance(6 * MINUTE);
        let (before, after) = (world.claims(&token), world.claims(&world.renewed(&token)));
        for kept in ["iss", "aud", "sub", "sid", "auth_time", "sst", "abs", "pro", "ver", "st"] {
            assert_eq!(before[kept], after[kept], "{kept}");
        }
        for moved in ["iat", "nbf", "exp", "idl", "rnw"] {
            let by = after[moved].as_i64().zip(before[moved].as_i64()).map(|(a, b)| a - b);
            assert_eq!(by, Some(360), "{moved}");
        }
        assert_eq!(after["gen"], 1);
        assert_ne!(before["jti"], after["jti"]);
    }
}

#[test]
fn two_renewals_in_one_window_give_the_same_bytes() {
    for algorithm in ALL {
        let world = World::new(algorithm);
        let token = world.log_in();
        world.hand.set(Timestamp::from_secs(NOW + 360));
        let first = world.renewed(&token);
        world.hand.set(Timestamp::from_millis((NOW + 419) * 1000 + 999));
        assert_eq!(world.renewed(&token), first, "{algorithm}");
        world.hand.set(Timestamp::from_secs(NOW + 420));
        assert_ne!(world.renewed(&token), first, "{algorithm}");
    }
}

#[test]
fn renewals_with_different_states_have_different_ids() {
    let world = World::new(Algorithm::EdDsa);
    let token = world.log_in();
    world.hand.advance(6 * MINUTE);
    let session = world.issuer.verify::<Value>(&token).expect("renewable");
    let one = world.issuer.renew_now(&session.clone().with_state(1)).expect("renewed");
    let two = world.issuer.renew_now(&session.with_state(2)).expect("renewed");
    assert_ne!(world.claims(&one)["jti"], world.claims(&two)["jti"]);
}

#[test]
fn a_session_is_renewed_past_exp_until_its_idle_limit() {
    let world = World::new(Algorithm::EdDsa);
    let token = world.log_in();
    world.hand.set(Timestamp::from_secs(NOW + 1_799));
    assert_eq!(world.code(&token), "expired");
    let renewed = world.renewed(&token);
    assert_eq!(world.code(&renewed), "valid");
    world.hand.set(Timestamp::from_secs(NOW + 1_800));
    let fault = world.issuer.verify::<Value>(&token).expect_err("idle");
    assert_eq!(fault.code(), "idle_limit");
}

#[test]
fn no_activity_moves_the_absolute_limit() {
    let world = World::new(Algorithm::EdDsa);
    let mut token = world.log_in();
    for _ in 0..23 {
        world.hand.advance(20 * MINUTE);
        token = world.renewed(&token);
    }
    world.hand.set(Timestamp::from_secs(NOW + 8 * 3600 - 60));
    token = world.renewed(&token);
    let claims = world.claims(&token);
    for capped in ["exp", "idl", "rnw", "abs"] {
        assert_eq!(claims[capped], NOW + 8 * 3600, "{capped}");
    }
    world.hand.set(Timestamp::from_secs(NOW + 8 * 3600));
    let fault = world.issuer.verify::<Value>(&token).expect_err("too old");
    assert_eq!(fault.code(), "absolute_limit");
}

#[test]
fn logout_ends_every_token_of_the_session_and_its_renewal() {
    for algorithm in ALL {
        let world = World::new(algorithm);
        let token = world.log_in();
        world.hand.advance(6 * MINUTE);
        let renewed = world.renewed(&token);
        let other = world.log_in();
        let session = world.verifier.verify::<Value>(&renewed).expect("valid");
        session.log_out(&world.list).expect("room");
        assert_eq!(world.code(&token), "session_revoked");
        assert_eq!(world.code(&renewed), "session_revoked");
        assert_eq!(world.code(&other), "valid");
        let fault = world.renew(&token).expect_err("logged out");
        assert!(matches!(fault, RenewError::Ended(VerifyError::Revoked(_))), "{fault:?}");
    }
}

#[test]
fn a_logout_between_verification_and_renewal_wins() {
    let world = World::new(Algorithm::EdDsa);
    let token = world.log_in();
    world.hand.advance(6 * MINUTE);
    let session = world.issuer.verify::<Value>(&token).expect("renewable");
    session.log_out(&world.list).expect("room");
    assert!(matches!(world.issuer.renew(&session), Err(RenewError::Ended(_))));
    assert!(matches!(world.issuer.renew_now(&session), Err(RenewError::Ended(_))));
}

#[test]
fn a_logout_outlives_every_use_of_the_session() {
    let world = World::new(Algorithm::EdDsa);
    let session = world.verifier.verify::<Value>(&world.log_in()).expect("valid");
    session.log_out(&world.list).expect("room");
    world.list.purge(Timestamp::from(session.absolute_limit()).after(limits::LEEWAY));
    assert_eq!(world.list.len(), 1);
    world.list.purge(Timestamp::from(session.absolute_limit()).after(2 * limits::LEEWAY));
    assert!(world.list.is_empty());
}

#[test]
fn a_cut_off_ends_older_sessions_however_often_they_are_renewed() {
    let world = World::new(Algorithm::EdDsa);
    let token = world.log_in();
    world.hand.advance(6 * MINUTE);
    let renewed = world.renewed(&token);
    world.revoke(&Revocation::subject("ada").before(Timestamp::from_secs(NOW + 1)));
    assert_eq!(world.code(&token), "subject_revoked");
    assert_eq!(world.code(&renewed), "subject_revoked");
    let grace = world.issuer.mint("grace", &()).expect("minted");
    assert_eq!(world.code(&grace), "valid");
}

#[test]
fn a_login_in_the_moment_of_the_cut_off_survives_it() {
    let world = World::new(Algorithm::EdDsa);
    let cut = Timestamp::from_millis(NOW * 1000 + 250).after(30 * MINUTE / 60);
    world.revoke(&Revocation::subject("ada").before(cut));
    let token = world.log_in();
    assert_eq!(world.code(&token), "valid");
    let claims = world.claims(&token);
    assert_eq!(claims["sst"], cut.as_millis() + 1);
    assert_eq!(claims["iat"], NOW, "iat is never in the future");
}

#[test]
fn one_token_can_be_revoked_without_its_session() {
    let world = World::new(Algorithm::EdDsa);
    let token = world.log_in();
    world.hand.advance(6 * MINUTE);
    let renewed = world.renewed(&token);
    let session = world.verifier.verify::<Value>(&token).expect("valid");
    world.revoke(&Revocation::token(session.token_id()));
    assert_eq!(world.code(&token), "token_revoked");
    assert_eq!(world.code(&renewed), "valid");
}

#[test]
fn a_session_of_another_profile_is_not_renewed() {
    let strict = World::with(Algorithm::EdDsa, Lifetimes::aal3());
    let token = strict.log_in();
    let lax = Issuer::new(&strict.keys, ISSUER, "shop")
        .and_then(|issuer| issuer.clock(strict.hand.clock()).renewing(&strict.list))
        .expect("a sound set-up");
    strict.hand.advance(4 * MINUTE);
    let fault = lax.renew(&lax.verify::<Value>(&token).expect("renewable")).expect_err("aal3");
    assert!(matches!(fault, RenewError::OtherProfile { .. }), "{fault:?}");
}

#[test]
fn the_claims_come_before_the_callers_type() {
    let world = World::new(Algorithm::EdDsa);
    let token = world.log_in();
    let fault = world.verifier.verify::<u32>(&token).expect_err("another type");
    assert_eq!(fault.code(), "wrong_state");
    let blog = Verifier::new(world.keys.clone(), ISSUER, "blog")
        .clock(world.hand.clock())
        .revocations(&world.list);
    assert_eq!(blog.verify::<u32>(&token).expect_err("for the shop").code(), "wrong_audience");
}

#[test]
fn a_token_of_another_kind_is_no_session() {
    let world = World::new(Algorithm::EdDsa);
    let claims = world.claims(&world.log_in());
    let (_, _, key) = world.keys.keys().next().expect("a signer");
    for typ in ["JWT", "at+jwt", "refresh+jwt", "session"] {
        let issuer = jwt::Issuer::new(key.clone()).expect("a key that mints").typ(typ);
        let token = issuer.mint(&claims).expect("minted");
        assert_eq!(world.code(&token), "wrong_type", "{typ}");
    }
    let spelled_out = jwt::Issuer::new(key.clone()).expect("a key").typ("application/session+jwt");
    assert_eq!(world.code(&spelled_out.mint(&claims).expect("minted")), "valid");
}

#[test]
fn a_format_of_another_version_is_refused() {
    let world = World::new(Algorithm::EdDsa);
    let mut claims = world.claims(&world.log_in());
    let (_, _, key) = world.keys.keys().next().expect("a signer");
    let issuer = jwt::Issuer::new(key.clone()).expect("a key").typ("session+jwt");
    claims["ver"] = 2.into();
    assert_eq!(world.code(&issuer.mint(&claims).expect("minted")), "bad_claims");
}

#[test]
fn a_key_never_vouches_for_another_issuer() {
    let (ours, theirs) = (World::new(Algorithm::EdDsa), World::new(Algorithm::EdDsa));
    let both = Verifier::new(ours.keys.clone(), ISSUER, "shop")
        .trust(theirs.keys.clone(), "https://partner.example")
        .clock(ours.hand.clock())
        .revocations(&ours.list);
    assert!(both.verify::<Value>(&ours.log_in()).is_ok());
    // The partner's key is trusted, but its tokens say our name.
    let fault = both.verify::<Value>(&theirs.log_in()).expect_err("another's name");
    assert_eq!(fault.code(), "wrong_issuer");
}

#[test]
fn a_session_of_a_trusted_partner_or_for_another_service_is_not_renewed_into_ours() {
    let (ours, theirs) = (World::new(Algorithm::EdDsa), World::new(Algorithm::EdDsa));
    ours.hand.advance(6 * MINUTE);
    let renew = |verifier: &Verifier, token: &str| {
        let session = verifier.verify::<Value>(token).expect("trusted to be read");
        ours.issuer.renew_now(&session.into()).map(|_| ())
    };
    let setup = |keys: &Keys| Verifier::new(keys.clone(), ISSUER, "shop").clock(ours.hand.clock());
    let own = setup(&ours.keys).revocations(&ours.list);
    let token = ours.log_in();
    assert_eq!(renew(&own, &token), Ok(()));
    for lax in [setup(&ours.keys).any_issuer(), setup(&ours.keys).any_audience()] {
        assert_eq!(renew(&lax.revocations(&ours.list), &token), Err(RenewError::OtherOrigin));
    }
    let partner = Issuer::new(&theirs.keys, ISSUER, "blog").expect("sound");
    let token = partner.clock(ours.hand.clock()).mint("ada", &json!(1)).expect("minted");
    let blog = Verifier::new(theirs.keys.clone(), ISSUER, "blog")
        .clock(ours.hand.clock())
        .revocations(&ours.list);
    assert_eq!(renew(&blog, &token), Err(RenewError::OtherOrigin));
}

#[test]
fn a_kid_that_two_issuers_use_is_not_guessed_at() {
    let named = |name: &str| {
        let key = Key::generate(Algorithm::EdDsa).expect("a key");
        key.with_id(KeyId::new(name).expect("a kid"))
    };
    let key = named("k1");
    let token = jwt::Issuer::new(key.clone()).expect("a key").typ("session+jwt");
    let token = token.mint(&json!({"exp": NOW + 60})).expect("minted");
    let verifier = Verifier::new(KeySet::only(key), ISSUER, "shop")
        .trust(KeySet::only(named("k1")), "https://partner.example")
        .revocations(Revocations::none_because("a test"));
    assert_eq!(verifier.verify::<Value>(&token).expect_err("two").code(), "unknown_key");
}

#[test]
fn limits_that_contradict_each_other_are_refused_at_set_up() {
    let world = World::new(Algorithm::EdDsa);
    let set_up = |lifetimes| Issuer::with_lifetimes(&world.keys, ISSUER, "shop", lifetimes);
    let sound = Lifetimes::default;
    for (name, lifetimes) in [
        ("idle over absolute", sound().idle(9 * HOUR).absolute(8 * HOUR)),
        ("token over idle", sound().token(HOUR)),
        ("leeway over token", sound().token(Duration::from_secs(29))),
        ("renewal after expiry", sound().renew_after(16 * MINUTE)),
        ("idle over the ring's L", sound().idle(9 * HOUR).absolute(20 * HOUR)),
        ("absolute over 30 days", sound().absolute(31 * 24 * HOUR)),
    ] {
        let fault = set_up(lifetimes).expect_err(name);
        assert!(matches!(fault, SetupError::TooLong { .. }), "{name}: {fault:?}");
    }
    for lifetimes in [sound().token(Duration::ZERO), sound().idle(Duration::from_millis(1500))] {
        assert!(matches!(set_up(lifetimes), Err(SetupError::NotSeconds(_))));
    }
    for lifetimes in [sound(), Lifetimes::aal2(), Lifetimes::aal3()] {
        assert!(set_up(lifetimes).is_ok());
    }
}

#[test]
fn a_set_up_that_cannot_be_meant_is_refused() {
    let world = World::new(Algorithm::EdDsa);
    let new = |issuer, audience| Issuer::new(&world.keys, issuer, audience).map(|_| ());
    assert_eq!(new("", "shop"), Err(SetupError::Empty("issuer")));
    assert_eq!(new(ISSUER, ""), Err(SetupError::Empty("audience")));
    assert!(matches!(new("https://evil.example", "shop"), Err(SetupError::OtherIssuer { .. })));
    let issuer = Issuer::new(&world.keys, ISSUER, "shop").expect("sound");
    let none = Revocations::none_because("a test");
    assert_eq!(issuer.renewing(none).map(|_| ()), Err(SetupError::NoRevocations));
}

#[test]
fn a_ring_whose_lifetimes_cannot_hold_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let hasty = RingPolicy { period: 12 * HOUR, ..RingPolicy::default() };
    let busy = RingPolicy { max_mints_per_day: 100_000_000, ..RingPolicy::default() };
    let new = |policy| NewRing::new(ISSUER).algorithm(Algorithm::A256Gcm).policy(policy);
    for (name, policy) in [("hasty", hasty), ("busy", busy)] {
        let fault = new(policy).create(dir.path().join(name)).expect_err(name);
        assert!(fault.to_string().contains("policy cannot hold"), "{fault}");
        assert!(!dir.path().join(name).exists(), "nothing is half-written");
    }
}

#[test]
fn the_public_face_can_cross_threads() {
    fn crosses<T: Send + Sync + 'static>() {}
    crosses::<Issuer>();
    crosses::<Renewer>();
    crosses::<Verifier>();
    crosses::<Keys>();
    crosses::<RevocationList>();
    crosses::<VerifyError>();
    crosses::<jwt::Verifier<Value>>();
}
