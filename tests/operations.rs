//! One-time tokens: bound to a session, an operation and its details, good for a while, and good
//! once.

use std::path::PathBuf;
use std::sync::Barrier;
use std::time::Duration;

use waxseal::claims::SessionId;
use waxseal::keyring::{Act, NewRing, RingPolicy, Rotator, Successor};
use waxseal::revocation::{
    Acknowledged, Entry, MemoryStore, Revocation, RevocationFeed, RevocationPolicy,
    RevocationStore, StoreError,
};
use waxseal::session::{Operation, OperationError, Operations};
use waxseal::time::{ManualClock, Timestamp};
use waxseal::{Keys, RevocationList, base64url, limits};

const NOW: i64 = 1_800_000_000;
const MINUTE: Duration = Duration::from_secs(60);

fn session() -> SessionId {
    SessionId::from([7; 16])
}

fn transfer() -> Operation {
    Operation::new("transfer").with("amount", "100.00 EUR").with("to", "DE02")
}

/// A ring, a list and the hand of their clock.
struct World {
    _folder: tempfile::TempDir,
    dir: PathBuf,
    keys: Keys,
    hand: ManualClock,
    list: RevocationList,
    operations: Operations,
}

impl World {
    fn new() -> Self {
        Self::with(RingPolicy::default(), RevocationPolicy::default())
    }

    fn with(ring: RingPolicy, policy: RevocationPolicy) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().join("keys");
        let hand = ManualClock::at(Timestamp::from_secs(NOW));
        let new = NewRing::new("https://id.example").policy(ring).clock(hand.clock());
        new.create(&dir).expect("a ring");
        let keys = Keys::read_by(&dir, hand.clock()).expect("a ring");
        let list = RevocationList::setup().policy(policy).clock(hand.clock()).in_memory();
        let operations = Operations::new(&keys, &list).clock(hand.clock());
        Self { _folder: folder, dir, keys, hand, list, operations }
    }

    fn mint(&self) -> String {
        self.operations.mint(session(), &transfer(), 5 * MINUTE).expect("minted")
    }

    fn redeem(&self, token: &str) -> Result<(), OperationError> {
        self.operations.redeem(session(), &transfer(), token)
    }

    fn act(&self, act: &Act) {
        let rotator = Rotator::new(&self.dir).by("test").clock(self.hand.clock());
        rotator.perform(act).expect("done");
        self.keys.reload().expect("a ring");
    }
}

#[test]
fn a_token_redeems_its_operation_once() {
    let world = World::new();
    let token = world.mint();
    assert_eq!(token.len(), 76);
    assert_eq!(world.redeem(&token), Ok(()));
    assert_eq!(world.redeem(&token), Err(OperationError::UsedBefore));
    assert_eq!(world.redeem(&world.mint()), Ok(()), "another of the same operation");
    assert_eq!(world.list.len(), 2);
}

#[test]
fn another_session_operation_or_detail_is_refused_and_uses_nothing_up() {
    let world = World::new();
    let token = world.mint();
    let others = [
        Operation::new("transfer"),
        Operation::new("Transfer").with("amount", "100.00 EUR").with("to", "DE02"),
        Operation::new("transfer").with("amount", "100.00 EUR"),
        Operation::new("transfer").with("to", "DE02"),
        transfer().with("amount", "100.01 EUR"),
        transfer().with("to", "DE03"),
        transfer().with("to", ""),
        transfer().with("", ""),
        transfer().with("note", "rent"),
        Operation::new("transfer").with("to", "100.00 EUR").with("amount", "DE02"),
    ];
    for other in others {
        let refused = world.operations.redeem(session(), &other, &token);
        assert_eq!(refused, Err(OperationError::NotOurs), "{other:?}");
    }
    let elsewhere = world.operations.redeem(SessionId::from([8; 16]), &transfer(), &token);
    assert_eq!(elsewhere, Err(OperationError::NotOurs));
    assert!(world.list.is_empty());
    assert_eq!(World::new().redeem(&token), Err(OperationError::NotOurs), "another ring");
    let reordered = Operation::new("transfer").with("to", "DE02").with("amount", "100.00 EUR");
    assert_eq!(world.operations.redeem(session(), &reordered, &token), Ok(()));
}

#[test]
fn a_token_ends_when_its_life_does_used_or_not() {
    let world = World::new();
    let (used, late) = (world.mint(), world.mint());
    world.hand.advance(5 * MINUTE - Duration::from_millis(1));
    assert_eq!(world.redeem(&used), Ok(()));
    world.hand.advance(Duration::from_millis(1));
    let at = Timestamp::from_secs(NOW + 300);
    for token in [&used, &late] {
        assert_eq!(world.redeem(token), Err(OperationError::Expired { at, now: at }));
    }
    // The list forgets it, and it stays dead.
    world.list.purge(Timestamp::from_secs(NOW + 3_600));
    assert!(world.list.is_empty());
    world.hand.advance(60 * MINUTE);
    assert_eq!(world.redeem(&used).expect_err("expired").code(), "expired");
}

#[test]
fn the_list_remembers_a_use_for_longer_than_the_token_lives() {
    let short = RevocationPolicy::default().budget(MINUTE).longest_life(6 * MINUTE);
    let world = World::with(RingPolicy::default(), short);
    let token = world.mint();
    world.redeem(&token).expect("the first");
    let end = world.list.records()[0].end();
    assert!(end >= Timestamp::from_secs(NOW + 300 + 30), "{end}");
    world.list.purge(Timestamp::from_secs(NOW + 300 + 30));
    assert_eq!(world.redeem(&token), Err(OperationError::UsedBefore));
}

#[test]
fn a_life_that_is_too_long_for_the_ring_or_the_list_is_refused() {
    let of = |world: &World, life| {
        world.operations.mint(session(), &transfer(), life).map_or_else(|it| it.code(), |_| "ok")
    };
    let world = World::new();
    let (most, second) = (limits::OPERATION_LIFE, Duration::from_secs(1));
    assert_eq!((of(&world, most), of(&world, most + second)), ("ok", "life_too_long"));
    for life in [Duration::ZERO, Duration::from_millis(999), Duration::from_millis(1_500)] {
        assert_eq!(of(&world, life), "not_seconds", "{life:?}");
    }
    let brief = RevocationPolicy::default().longest_life(2 * MINUTE);
    let forgets = World::with(RingPolicy::default(), brief);
    let ring = RingPolicy { longest_life: 2 * MINUTE, ..RingPolicy::default() };
    let rotates = World::with(ring, RevocationPolicy::default());
    for world in [&forgets, &rotates] {
        assert_eq!(of(world, 2 * MINUTE), "ok");
        assert_eq!(of(world, 2 * MINUTE + second), "life_too_long");
    }
    // Minted with a list that keeps longer, and brought to one that does not.
    let list = RevocationList::setup().policy(brief).clock(world.hand.clock()).in_memory();
    let other = Operations::new(&world.keys, &list).clock(world.hand.clock());
    let fault = other.redeem(session(), &transfer(), &world.mint()).expect_err("it forgets");
    assert_eq!((fault.code(), fault.is_ours()), ("life_too_long", true));
    assert!(list.is_empty());
}

#[test]
fn every_bit_counts() {
    let world = World::new();
    let token = world.mint();
    let bytes = base64url::decode(&token).expect("base64url");
    assert_eq!(bytes.len(), 57);
    for at in 0..bytes.len() * 8 {
        let mut other = bytes.clone();
        other[at / 8] ^= 1 << (at % 8);
        let other = base64url::encode(&other);
        assert_eq!(world.redeem(&other), Err(OperationError::NotOurs), "bit {at}");
    }
    assert!(world.list.is_empty());
    assert_eq!(world.redeem(&token), Ok(()));
}

#[test]
fn another_length_or_alphabet_is_refused() {
    let world = World::new();
    let token = world.mint();
    let mut others: Vec<String> = (0..token.len()).map(|to| token[..to].to_owned()).collect();
    others.extend((1..token.len()).map(|from| token[from..].to_owned()));
    others.extend(["A", "=", "====", " ", "\n", "\0"].map(|more| format!("{token}{more}")));
    others.extend([" ", "\u{e9}"].map(|before| format!("{before}{}", &token[2..])));
    others.push(format!("{}=", &token[..75]));
    others.push(format!("{}+", &token[..75]));
    others.push("A".repeat(16 * 1024 * 1024));
    for other in others {
        let shown: String = other.chars().take(80).collect();
        assert_eq!(world.redeem(&other), Err(OperationError::NotOurs), "{shown:?}");
    }
    assert_eq!(world.redeem(&token), Ok(()));
}

/// How many of 32 threads redeem `token`, each at one of `all`; the others are told why not.
fn winners(all: &[&Operations], token: &str) -> usize {
    let start = Barrier::new(32);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..32)
            .map(|caller| {
                let (start, operations) = (&start, all[caller % all.len()]);
                scope.spawn(move || {
                    start.wait();
                    operations.redeem(session(), &transfer(), token)
                })
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().expect("no panic")).collect()
    });
    for outcome in &outcomes {
        assert!(matches!(outcome, Ok(()) | Err(OperationError::UsedBefore)), "{outcome:?}");
    }
    outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

#[test]
fn of_32_threads_one_redeems_a_token() {
    let world = World::new();
    for _ in 0..30 {
        assert_eq!(winners(&[&world.operations], &world.mint()), 1);
    }
}

#[cfg(feature = "sqlite")]
#[test]
fn of_all_who_share_a_file_one_redeems_a_token_and_none_after_a_restart() {
    let world = World::new();
    let file = world.dir.with_file_name("revoked.db");
    let place = file.to_str().expect("text");
    waxseal::revocation::SqliteStore::create(&file, RevocationPolicy::default()).expect("a list");
    let open = || {
        let list = RevocationList::setup().clock(world.hand.clock()).open(place).expect("a list");
        Operations::new(&world.keys, &list).clock(world.hand.clock())
    };
    let tokens: Vec<String> = (0..10).map(|_| world.mint()).collect();
    let (one, other) = (open(), open());
    for token in &tokens {
        assert_eq!(winners(&[&one, &other], token), 1);
    }
    drop((one, other));
    let again = open();
    for token in &tokens {
        assert_eq!(winners(&[&again], token), 0);
    }
}

#[test]
fn a_token_outlives_a_rotation_and_not_the_revocation_of_its_key() {
    let world = World::new();
    world.act(&Act::Stage { algorithm: None, hold: None });
    world.hand.advance(world.keys.policy().staging());
    let [before, stolen] = [world.mint(), world.mint()];
    world.act(&Act::Promote { seq: 2, seen: None });
    let after = world.mint();
    assert_eq!(world.redeem(&before), Ok(()));
    let reason = "a test".to_owned();
    world.act(&Act::Revoke { seq: 1, reason, successor: Successor::Unneeded });
    assert_eq!(world.redeem(&stolen), Err(OperationError::NotOurs));
    assert_eq!(world.redeem(&after), Ok(()));
}

#[test]
fn a_host_that_has_not_seen_the_promotion_yet_accepts_the_new_key() {
    let world = World::new();
    world.act(&Act::Stage { algorithm: None, hold: None });
    world.hand.advance(world.keys.policy().staging());
    let behind = Keys::read_by(&world.dir, world.hand.clock()).expect("a ring");
    let behind = Operations::new(&behind, &world.list).clock(world.hand.clock());
    world.act(&Act::Promote { seq: 2, seen: None });
    assert_eq!(behind.redeem(session(), &transfer(), &world.mint()), Ok(()));
}

#[test]
fn a_ring_without_a_signer_mints_nothing() {
    let world = World::new();
    let token = world.mint();
    let (reason, successor) = ("a test".to_owned(), Successor::StopSigning);
    world.act(&Act::Revoke { seq: 1, reason, successor });
    let fault = world.operations.mint(session(), &transfer(), MINUTE).expect_err("no signer");
    assert_eq!((fault.code(), fault.is_ours()), ("no_signer", true));
    assert_eq!(world.redeem(&token), Err(OperationError::NotOurs));
}

#[test]
fn a_store_that_does_not_take_the_use_is_told_and_is_our_fault() {
    struct Full(MemoryStore);
    impl RevocationStore for Full {
        fn record(&self, entries: Vec<Entry>) -> Result<Acknowledged, StoreError> {
            self.0.record(entries)
        }
        fn record_once(&self, _: Entry) -> Result<waxseal::revocation::Recorded, StoreError> {
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
    let operations = Operations::new(&world.keys, &list).clock(world.hand.clock());
    let fault = operations.redeem(session(), &transfer(), &world.mint()).expect_err("full");
    assert_eq!((fault.code(), fault.is_ours()), ("not_recorded", true));
    assert!(fault.to_string().contains("the disk is full"), "{fault}");
}

#[test]
fn what_fails_says_so_and_names_no_detail() {
    let world = World::new();
    let token = world.mint();
    let other = transfer().with("to", "DE03");
    let fault = world.operations.redeem(session(), &other, &token).expect_err("another");
    let text = format!("{fault} {fault:?}");
    assert!(!text.contains("DE0") && !text.contains(&token), "{text}");
    assert_eq!((fault.code(), fault.is_ours()), ("not_ours", false));
    let id: [u8; 16] = base64url::decode(&token).expect("base64url")[1..17].try_into().expect("16");
    let id = waxseal::claims::TokenId::from(id);
    world.list.revoke(&Revocation::token(id)).expect("room");
    let fault = world.redeem(&token).expect_err("it was revoked before it was used");
    assert_eq!((fault.code(), fault.is_ours()), ("used_before", false));
}
