//! A verifier that remembers answers as one that does not: at every moment, over changed keys,
//! revocations, dead feeds and clocks that jump.

mod wire;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use waxseal::claims::SessionId;
use waxseal::key::{Algorithm, Key, KeyId, KeySet, KeySource, Member, NoKey, Standing};
use waxseal::keyring::{Act, NewRing, Rotator, Successor};
use waxseal::revocation::{Freshness, Kind, Record, Revocation, RevocationPolicy};
use waxseal::secret::SecretBytes;
use waxseal::session::Login;
use waxseal::time::{ManualClock, Timestamp};
use waxseal::{
    CachedVerifier, Issuer, Keys, RevocationList, Revocations, Session, Verifier, VerifyError,
};
use wire::Wire;

const ISSUER: &str = "https://id.example";
const OTHER: &str = "https://partner.example";
const NOW: i64 = 1_795_225_163;
const HOUR: Duration = Duration::from_secs(3600);

/// Keys that a test changes.
#[derive(Clone, Debug)]
struct Switch(Arc<Mutex<(KeySet, Option<Duration>)>>);

impl Switch {
    fn new(set: KeySet) -> Self {
        Self(Arc::new(Mutex::new((set, None))))
    }

    fn set(&self, set: KeySet) {
        self.0.lock().expect("no panic").0 = set;
    }

    fn age(&self, age: Option<Duration>) {
        self.0.lock().expect("no panic").1 = age;
    }
}

impl KeySource for Switch {
    fn key_set(&self) -> KeySet {
        self.0.lock().expect("no panic").0.clone()
    }

    fn age(&self) -> Option<Duration> {
        self.0.lock().expect("no panic").1
    }
}

/// The rings `a` and `b` of our issuer, and `c` of a partner.
static RINGS: LazyLock<[Keys; 3]> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    [("a", ISSUER), ("b", ISSUER), ("c", OTHER)].map(|(name, issuer)| {
        let clock = ManualClock::at(Timestamp::from_secs(NOW)).clock();
        let ring = NewRing::new(issuer).algorithm(Algorithm::Hs256).clock(clock);
        ring.create(folder.path().join(name)).expect("a ring")
    })
});

/// One token, and what a revocation could name of it.
struct Known {
    token: String,
    id: SessionId,
    token_id: String,
}

struct World {
    hand: ManualClock,
    /// Two keys of our issuer, and the partner's one.
    members: [Member; 2],
    /// The first of them without an id.
    nameless: Key,
    ours: Switch,
    partner: Switch,
    wire: Wire,
    revocations: Revocations,
    plain: Verifier,
    cached: CachedVerifier<Value>,
    tokens: Vec<Known>,
}

/// Whose keys a verifier trusts.
#[derive(Clone, Copy, Debug)]
enum Trusts {
    Us,
    UsAndAPartner,
}

impl World {
    /// With room for so many tokens.
    fn new(room: usize, trusts: Trusts) -> Self {
        let hand = ManualClock::at(Timestamp::from_secs(NOW));
        let member = |keys: &Keys, kid: &str| {
            let key = keys.keys().next().expect("a key").2.clone();
            let key = key.with_id(KeyId::new(kid).expect("a name"));
            Member { key, standing: Standing::Trusted }
        };
        let members = [member(&RINGS[0], "a"), member(&RINGS[1], "b")];
        let ours = Switch::new(KeySet::new(members.to_vec()).expect("two keys"));
        let partner = Switch::new(KeySet::new(vec![member(&RINGS[2], "c")]).expect("a key"));
        let wire = Wire::default();
        let policy = RevocationPolicy::default().budget(Duration::from_secs(120));
        let setup = RevocationList::setup().policy(policy).clock(hand.clock());
        let revocations = Revocations::follow_feed(setup, wire.clone()).expect("a feed");
        let setup = Verifier::new(ours.clone(), ISSUER, "shop").clock(hand.clock());
        let setup = match trusts {
            Trusts::Us => setup,
            Trusts::UsAndAPartner => setup.trust(partner.clone(), OTHER),
        };
        let plain = setup.revocations(revocations.clone());
        let cached = plain.clone().cached(room);
        let mut world = Self {
            hand,
            nameless: nameless(&members[0].key),
            members,
            ours,
            partner,
            wire,
            revocations,
            plain,
            cached,
            tokens: Vec::new(),
        };
        for (kid, issuer) in [("a", ISSUER), ("b", ISSUER), ("c", OTHER), ("a", ISSUER)] {
            world.mint(kid, issuer);
        }
        world
    }

    /// A user's token and a guest's by the ring whose key verifiers call `kid`.
    fn mint(&mut self, kid: &str, issuer: &str) {
        let keys = &RINGS[["a", "b", "c"].iter().position(|it| *it == kid).expect("a ring")];
        let issuer = Issuer::new(keys, issuer, "shop").expect("sound").clock(self.hand.clock());
        let login = Login::of("ada").in_scope("acme");
        let state = json!({ "items": [self.tokens.len()] });
        let user = issuer.mint_login(&login, &state).expect("minted");
        let guest = issuer.mint_guest(&state).expect("minted");
        let key = keys.keys().next().expect("a key").2.clone();
        for token in [user.as_str(), guest.as_str()] {
            let payload = token.split('.').nth(1).expect("a payload");
            let claims = waxseal::base64url::decode(payload).expect("base64url");
            let mut claims: Value = serde_json::from_slice(&claims).expect("claims");
            let id: SessionId = claims["sid"].as_str().expect("a sid").parse().expect("an id");
            // Usable a little after it was minted: what no issuer of ours writes.
            claims["nbf"] = json!(claims["iat"].as_i64().expect("a time") + 60);
            let typ = if token == user.as_str() { "session+jwt" } else { "guest+jwt" };
            let header = format!(r#"{{"alg":"HS256","kid":"{kid}","typ":"{typ}"}}"#);
            let token = signed(&key, &header, &claims.to_string());
            let token_id = claims["jti"].as_str().expect("a jti").to_owned();
            self.tokens.push(Known { token, id, token_id });
        }
    }

    /// Every token and every way to ask: both verifiers say the same.
    fn agree(&self, after: &str) -> Result<(), TestCaseError> {
        for (number, Known { token, .. }) in self.tokens.iter().enumerate() {
            let within = Freshness::Within(Duration::from_secs(5));
            let asked = [
                ("verify", self.cached.verify(token), self.plain.verify(token)),
                (
                    "within",
                    self.cached.verify_within(token, within),
                    self.plain.verify_within(token, within),
                ),
                (
                    "lax",
                    self.cached.verify_within(token, Freshness::AcceptStale),
                    self.plain.verify_within(token, Freshness::AcceptStale),
                ),
            ];
            for (how, cached, plain) in asked {
                prop_assert_eq!(said(cached), said(plain), "{} {} after {}", how, number, after);
            }
            let guests = (self.cached.verify_guest(token), self.plain.verify_guest::<Value>(token));
            let said = |guest: Result<waxseal::session::Guest<Value>, VerifyError>| {
                guest
                    .map(|it| (it.id(), it.state().clone(), it.expires_at()))
                    .map_err(|fault| fault.to_string())
            };
            prop_assert_eq!(said(guests.0), said(guests.1), "guest {} after {}", number, after);
        }
        Ok(())
    }

    fn act(&self, act: &Step) {
        let known = |which: usize| &self.tokens[which % self.tokens.len()];
        let send = |record: Record| {
            self.wire.send(record);
            // It fails while the feed is dead.
            let _ = self.revocations.reload();
        };
        match act {
            Step::Wait(seconds) => self.hand.advance(Duration::from_secs(*seconds)),
            Step::Jump(seconds) => {
                self.hand.jump(Timestamp::from_secs(self.hand.clock().now().as_secs() + seconds));
            }
            Step::Standing(which, standing) => {
                let mut members = self.members.clone();
                members[which % 2].standing = standing.clone();
                self.ours.set(KeySet::new(members.to_vec()).expect("two keys"));
            }
            Step::Without(which) => {
                let member = self.members[which % 2].clone();
                self.ours.set(KeySet::new(vec![member]).expect("a key"));
            }
            Step::Nameless => self.ours.set(KeySet::only(self.nameless.clone())),
            Step::Age(hours) => self.ours.age(hours.map(|hours| hours * HOUR)),
            Step::PartnerAge(hours) => self.partner.age(hours.map(|hours| hours * HOUR)),
            Step::EndSession(which) => {
                send(Record::new(Kind::Session, &known(*which).id.to_string(), Timestamp::END));
            }
            Step::EndToken(which) => {
                send(Record::new(Kind::Token, &known(*which).token_id, Timestamp::END));
            }
            Step::EndEverything => {
                let cut = self.hand.clock().now();
                send(Record::new(Kind::Everything, "", Timestamp::END).cut_at(cut));
            }
            Step::PartnerKey(kid) => {
                let key = RINGS[2].keys().next().expect("a key").2.clone();
                let key = key.with_id(KeyId::new(kid).expect("a name"));
                let member = Member { key, standing: Standing::Trusted };
                self.partner.set(KeySet::new(vec![member]).expect("a key"));
            }
            Step::EndKey(kid) => send(Record::new(Kind::Key, kid, Timestamp::END)),
            Step::EndSubject => {
                let cut = self.hand.clock().now();
                send(Record::new(Kind::Subject, "ada", Timestamp::END).cut_at(cut));
            }
            Step::EndScope => {
                let cut = self.hand.clock().now();
                send(Record::new(Kind::Scope, "acme", Timestamp::END).cut_at(cut));
            }
            Step::Feed { dead } => self.wire.is_dead(*dead),
            Step::Reload => {
                let _ = self.revocations.reload();
            }
            Step::Forget => self.cached.clear(),
        }
    }
}

/// All that an answer tells.
fn said(answer: Result<Session<Value>, VerifyError>) -> Result<String, String> {
    let facts = |it: Session<Value>| {
        format!(
            "{} {:?} {:?} {} {:?} {:?} {}",
            it.subject(),
            it.id(),
            it.scope(),
            it.state(),
            it.revocation_age(),
            // Tells the moment of the verification.
            it.require_fresh(Duration::ZERO),
            it.expires_at(),
        )
    };
    answer.map(facts).map_err(|fault| format!("{} {fault}", fault.code()))
}

fn secret(key: &Key) -> Vec<u8> {
    let jwk = key.export_secret_jwk().expect("a secret");
    let jwk: Value = serde_json::from_str(jwk.expose_secret()).expect("a JWK");
    waxseal::base64url::decode(jwk["k"].as_str().expect("a secret")).expect("base64url")
}

fn nameless(key: &Key) -> Key {
    Key::from_secret(Algorithm::Hs256, SecretBytes::new(secret(key))).expect("a key")
}

fn signed(key: &Key, header: &str, claims: &str) -> String {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &secret(key));
    let encode = |text: &str| waxseal::base64url::encode(text.as_bytes());
    let input = format!("{}.{}", encode(header), encode(claims));
    let tag = ring::hmac::sign(&key, input.as_bytes());
    format!("{input}.{}", waxseal::base64url::encode(tag.as_ref()))
}

#[derive(Clone, Debug)]
enum Step {
    Wait(u64),
    Jump(i64),
    Standing(usize, Standing),
    Without(usize),
    /// The key of `a` alone, and nobody says what it is called.
    Nameless,
    Age(Option<u32>),
    PartnerAge(Option<u32>),
    EndSession(usize),
    EndToken(usize),
    EndKey(&'static str),
    EndEverything,
    /// The partner's only key is called so.
    PartnerKey(&'static str),
    EndSubject,
    EndScope,
    Feed {
        dead: bool,
    },
    Reload,
    Forget,
}

fn acts() -> impl Strategy<Value = Vec<Step>> {
    let standing = prop_oneof![
        2 => Just(Standing::Trusted),
        2 => (0_i64..2000).prop_map(|s| Standing::TrustedUntil(Timestamp::from_secs(NOW + s))),
        1 => Just(Standing::Revoked(Timestamp::from_secs(NOW))),
    ];
    let age = proptest::option::of(0_u32..30);
    let act = prop_oneof![
        6 => (0_u64..400).prop_map(Step::Wait),
        3 => (-1500_i64..1500).prop_map(Step::Jump),
        3 => (0_usize..2, standing).prop_map(|(which, standing)| Step::Standing(which, standing)),
        1 => (0_usize..2).prop_map(Step::Without),
        1 => Just(Step::Nameless),
        1 => age.clone().prop_map(Step::Age),
        1 => age.prop_map(Step::PartnerAge),
        2 => (0_usize..8).prop_map(Step::EndSession),
        1 => (0_usize..8).prop_map(Step::EndToken),
        1 => Just(Step::EndEverything),
        2 => prop_oneof![Just("a"), Just("c"), Just("d")].prop_map(Step::PartnerKey),
        1 => prop_oneof![Just("a"), Just("b"), Just("c")].prop_map(Step::EndKey),
        1 => Just(Step::EndSubject),
        1 => Just(Step::EndScope),
        2 => any::<bool>().prop_map(|dead| Step::Feed { dead }),
        4 => Just(Step::Reload),
        1 => Just(Step::Forget),
    ];
    proptest::collection::vec(act, 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn it_answers_as_a_verifier_that_remembers_nothing(
        room in prop_oneof![Just(2_usize), Just(100)],
        trusts in prop_oneof![Just(Trusts::Us), Just(Trusts::UsAndAPartner)],
        acts in acts(),
    ) {
        let world = World::new(room, trusts);
        world.agree("the beginning")?;
        for act in &acts {
            world.act(act);
            world.agree(&format!("{act:?}"))?;
        }
    }
}

#[test]
fn a_partner_that_takes_the_name_of_a_nameless_key_makes_both_doubtful() {
    let world = World::new(100, Trusts::UsAndAPartner);
    world.hand.advance(Duration::from_secs(60));
    let token = &world.tokens[0].token;
    world.act(&Step::Nameless);
    world.cached.verify(token).expect("good");
    world.cached.verify(token).expect("known");
    world.act(&Step::PartnerKey("a"));
    for answer in [world.cached.verify(token), world.plain.verify(token)] {
        let fault = answer.expect_err("whose key is it?");
        assert!(matches!(fault, VerifyError::Key(NoKey::Ambiguous(_))), "{fault}");
    }
}

#[test]
fn keys_that_are_retired_or_too_old_are_asked_again_where_there_is_no_partner() {
    let world = World::new(100, Trusts::Us);
    world.hand.advance(Duration::from_secs(60));
    let token = &world.tokens[0].token;
    let soon = Standing::TrustedUntil(Timestamp::from_secs(NOW + 120));
    world.act(&Step::Standing(0, soon));
    world.cached.verify(token).expect("good");
    world.act(&Step::Age(Some(25)));
    assert_eq!(world.cached.verify(token).expect_err("too old").code(), "stale_keys");
    world.act(&Step::Age(Some(1)));
    world.cached.verify(token).expect("known");
    world.hand.advance(Duration::from_secs(61));
    assert_eq!(world.cached.verify(token).expect_err("retired").code(), "key_retired");
}

#[test]
fn a_known_token_is_not_read_again() {
    let world = World::new(100, Trusts::UsAndAPartner);
    world.hand.advance(Duration::from_secs(60));
    let token = &world.tokens[0].token;
    assert!(world.cached.is_empty());
    world.cached.verify(token).expect("good");
    assert_eq!(world.cached.len(), 1);
    let (one, two) = (world.cached.verify(token), world.cached.verify(token));
    let (one, two) = (one.expect("good"), two.expect("good"));
    assert!(std::ptr::eq(one.state(), two.state()), "one state, shared: it was not read again");
}

#[test]
fn refusals_are_not_kept_and_nobody_without_a_good_token_fills_the_table() {
    let world = World::new(100, Trusts::UsAndAPartner);
    let (early, late) = (&world.tokens[0].token, &world.tokens[2].token);
    assert_eq!(world.cached.verify(early).expect_err("before its nbf").code(), "not_yet_valid");
    assert!(world.cached.is_empty());
    world.hand.advance(Duration::from_secs(60));
    world.cached.verify(early).expect("its time has come");
    for last in 'A'..='Z' {
        let mut forged = late.clone();
        forged.pop();
        forged.push(last);
        if forged != *late {
            world.cached.verify(&forged).expect_err("forged");
        }
    }
    assert_eq!(world.cached.len(), 1);
}

#[test]
fn a_logout_is_seen_by_the_next_request() {
    let dir = tempfile::tempdir().expect("a folder");
    let ring = NewRing::new(ISSUER).algorithm(Algorithm::EdDsa);
    let keys = ring.create(dir.path().join("keys")).expect("a ring");
    let list = RevocationList::in_memory();
    let issuer = Issuer::new(&keys, ISSUER, "shop").expect("sound");
    let cached = Verifier::new(keys, ISSUER, "shop").revocations(&list).cached::<u32>(10);
    let token = issuer.mint("ada", &7).expect("minted");
    let session = cached.verify(&token).expect("good");
    session.log_out(&list).expect("room");
    assert_eq!(cached.verify(&token).expect_err("logged out").code(), "session_revoked");
    let token = issuer.mint("ada", &8).expect("minted");
    cached.verify(&token).expect("good");
    list.revoke(&Revocation::everything()).expect("room");
    assert!(cached.verify(&token).is_err());
}

#[test]
fn threads_that_share_it_see_one_truth() {
    let dir = tempfile::tempdir().expect("a folder");
    let ring = NewRing::new(ISSUER).algorithm(Algorithm::Hs256);
    let keys = ring.create(dir.path().join("keys")).expect("a ring");
    let list = RevocationList::in_memory();
    let issuer = Issuer::new(&keys, ISSUER, "shop").expect("sound");
    // Less room than tokens: entries come and go all the time.
    let cached = Verifier::new(keys, ISSUER, "shop").revocations(&list).cached::<usize>(30);
    let tokens: Vec<_> = (0..60)
        .map(|number| issuer.mint(&format!("user {number}"), &number).expect("minted"))
        .collect();
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for seed in 0..4 {
            let (cached, tokens, ended) = (&cached, &tokens, &ended);
            scope.spawn(move || {
                for step in 0..3_000 {
                    let number = (step * (seed * 2 + 7)) % tokens.len();
                    let known_ended = ended.load(Ordering::SeqCst);
                    match cached.verify(&tokens[number]) {
                        Ok(session) => {
                            assert_eq!(*session.state(), number);
                            assert_eq!(session.subject(), format!("user {number}"));
                            assert!(number != 7 || !known_ended, "seen after its logout");
                        }
                        Err(fault) => assert_eq!((number, fault.code()), (7, "session_revoked")),
                    }
                }
            });
        }
        let session = cached.verify(&tokens[7]).expect("good");
        session.log_out(&list).expect("room");
        ended.store(true, Ordering::SeqCst);
    });
    assert!(cached.len() <= 30);
}

#[test]
fn a_ring_that_is_read_again_is_asked_by_the_next_request() {
    let dir = tempfile::tempdir().expect("a folder");
    let place = dir.path().join("keys");
    let keys = NewRing::new(ISSUER).algorithm(Algorithm::EdDsa).create(&place).expect("a ring");
    let public = waxseal::PublicKeys::follow(place.join("jwks.json")).expect("a set");
    let none = Revocations::none_because("a test");
    let token = Issuer::new(&keys, ISSUER, "shop").expect("sound").mint("ada", &7).expect("minted");
    let by_ring = Verifier::new(keys.clone(), ISSUER, "shop").revocations(none.clone());
    let by_set = Verifier::new(public.clone(), ISSUER, "shop").revocations(none);
    let (by_ring, by_set) = (by_ring.cached::<u32>(10), by_set.cached::<u32>(10));
    for cached in [&by_ring, &by_set] {
        cached.verify(&token).expect("good");
        cached.verify(&token).expect("known");
    }
    let act = Act::Revoke { seq: 1, reason: "stolen".into(), successor: Successor::StopSigning };
    Rotator::new(&place).by("a test").perform(&act).expect("revoked");
    keys.reload().expect("a ring");
    public.reload().expect("a set");
    assert_eq!(by_ring.verify(&token).expect_err("stolen").code(), "key_revoked");
    assert!(by_set.verify(&token).is_err());
}
