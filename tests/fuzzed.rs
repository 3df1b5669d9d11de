//! What the fuzz targets found, each with the smallest input that shows it.

use std::time::Duration;

use waxseal::jwt;
use waxseal::key::{Algorithm, Key, KeySet};
use waxseal::keyring::NewRing;
use waxseal::session::Renewal;
use waxseal::time::{ManualClock, Timestamp};
use waxseal::{Issuer, RevocationList, Revocations};

/// Numbers that a fast, inexact reader of decimals takes for their neighbours.
const NUMBERS: [f64; 3] = [11.805463188044119, 91.64227986451081, 1.7935528900719923e25];

#[test]
fn a_number_of_the_claims_is_read_as_it_was_minted() {
    let key = Key::generate(Algorithm::Hs256).expect("a key");
    let claims = serde_json::json!({"exp": 4_102_444_800_i64, "numbers": NUMBERS});
    let token = jwt::Issuer::new(key.clone()).expect("it mints").mint(&claims).expect("minted");
    let verifier = jwt::Verifier::<serde_json::Value>::setup(KeySet::only(key))
        .revocations(Revocations::none_because("a test"));
    assert_eq!(*verifier.verify(&token).expect("valid").custom(), claims);
}

#[test]
fn a_number_of_the_state_is_the_same_after_many_renewals() {
    let dir = tempfile::tempdir().expect("a folder");
    let issuer = "https://id.example";
    let ring = NewRing::new(issuer).create(dir.path().join("keys")).expect("a ring");
    let time = ManualClock::at(Timestamp::from_secs(1_795_225_163));
    let list = RevocationList::in_memory();
    let issuer = Issuer::new(&ring, issuer, "shop").expect("valid").clock(time.clock());
    let mut token = issuer.mint("ada", &NUMBERS).expect("minted");
    let issuer = issuer.renewing(&list).expect("it renews");
    for _ in 0..5 {
        time.advance(Duration::from_secs(600));
        let session = issuer.verify::<[f64; 3]>(&token).expect("valid");
        assert_eq!(session.state(), &NUMBERS);
        let Renewal::Renewed(renewed) = issuer.renew(&session).expect("renewed") else {
            panic!("a renewal is due");
        };
        token = renewed;
    }
}
