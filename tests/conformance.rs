//! One session's life in every format and algorithm: what holds for one holds for all.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use waxseal::jwt::{self, VerifyError};
use waxseal::key::{Algorithm, Format, Key, KeySource, Protection};
use waxseal::keyring::NewRing;
use waxseal::session::{Renewal, Renewer};
use waxseal::time::{ManualClock, Timestamp};
use waxseal::token::UntrustedToken;
use waxseal::{Issuer, Keys, PublicKeys, RevocationList, Revocations, Verifier, limits};

const ISSUER: &str = "https://id.example";
const NOW: i64 = 1_795_225_163;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Cart {
    items: Vec<u32>,
    note: String,
}

fn cart() -> Cart {
    Cart { items: vec![7, 11], note: "caf\u{e9} \"au lait\" \\ \u{1f980}".into() }
}

/// A ring, its login service and a verifier, at one clock.
struct Shop {
    algorithm: Algorithm,
    _dir: tempfile::TempDir,
    keys: Keys,
    hand: ManualClock,
    list: RevocationList,
    renewer: Renewer,
    verifier: Verifier,
}

impl Shop {
    fn new(algorithm: Algorithm) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let ring = match algorithm.can_be_generated() {
            true => NewRing::new(ISSUER).algorithm(algorithm),
            false => NewRing::new(ISSUER).first_key(rsa_key(algorithm)),
        };
        let keys = ring.create(dir.path().join("keys")).expect("a ring");
        let hand = ManualClock::at(Timestamp::from_secs(NOW));
        let list = RevocationList::in_memory();
        let renewer = Issuer::new(&keys, ISSUER, "shop")
            .expect("an issuer")
            .clock(hand.clock())
            .renewing(&list)
            .expect("a renewer");
        let verifier = verifier(&keys, ISSUER, "shop", &hand, &list);
        Self { algorithm, _dir: dir, keys, hand, list, renewer, verifier }
    }

    fn mint(&self) -> String {
        self.renewer.mint("ada", &cart()).expect("a token").into_string()
    }

    fn refusal(&self, token: &str) -> &'static str {
        match self.verifier.verify::<Cart>(token) {
            Ok(_) => "accepted",
            Err(fault) => fault.code(),
        }
    }
}

/// With public keys only, where there are any.
fn verifier(
    keys: &Keys,
    issuer: &str,
    audience: &str,
    hand: &ManualClock,
    list: &RevocationList,
) -> Verifier {
    let setup = match keys.algorithm().has_public_half() {
        true => {
            let public = PublicKeys::from_jwk_set(&keys.to_public_jwk_set()).expect("a JWK Set");
            Verifier::new(public, issuer, audience)
        }
        false => Verifier::new(keys.clone(), issuer, audience),
    };
    setup.clock(hand.clock()).revocations(list)
}

/// The key of RFC 7515, Appendix A.2.
fn rsa_key(algorithm: Algorithm) -> Key {
    let text = include_str!("vectors/rfc/rfc7515.json");
    let cases: Value = serde_json::from_str(text).expect("JSON");
    let jwk = cases["cases"][1]["key"].to_string();
    Key::from_jwk_among(jwk.as_bytes(), &[algorithm]).expect("an RSA key")
}

fn for_every_algorithm(test: impl Fn(&Shop)) {
    for algorithm in Algorithm::ALL {
        println!("{algorithm}");
        test(&Shop::new(*algorithm));
    }
}

#[test]
fn a_session_is_minted_and_verified_with_its_state() {
    for_every_algorithm(|shop| {
        let session = shop.verifier.verify::<Cart>(&shop.mint()).expect("a session");
        assert_eq!(session.subject(), "ada");
        assert_eq!(session.state(), &cart());
        assert_eq!(session.expires_at().timestamp(), NOW + 15 * 60);
        assert_eq!(session.issued_at().timestamp(), NOW);
        assert_eq!(session.generation(), 0);
    });
}

#[test]
fn every_changed_character_is_refused() {
    for_every_algorithm(|shop| {
        let token = shop.mint();
        // RSA and ECDSA are slow in numbers: every 13th place finds every part of the token.
        for at in (0..token.len()).step_by(13) {
            let flipped: String = token
                .char_indices()
                .map(|(i, c)| match (i == at, c) {
                    (false, c) => c,
                    (true, 'A') => 'B',
                    (true, _) => 'A',
                })
                .collect();
            if flipped != token {
                assert_ne!(shop.refusal(&flipped), "accepted", "{} at {at}", shop.algorithm);
            }
        }
        let cut = token.get(..token.len() - 1).expect("ASCII");
        assert_ne!(shop.refusal(cut), "accepted");
        assert_ne!(shop.refusal(&format!("{token}A")), "accepted");
        assert_ne!(shop.refusal(&format!("{token}.")), "accepted");
    });
}

#[test]
fn a_wrong_issuer_audience_time_or_kind_is_refused_by_its_name() {
    for_every_algorithm(|shop| {
        let token = shop.mint();
        let judged_by = |issuer, audience| {
            let verifier = verifier(&shop.keys, issuer, audience, &shop.hand, &shop.list);
            verifier.verify::<Cart>(&token).map(|_| "accepted").unwrap_or_else(|e| e.code())
        };
        assert_eq!(judged_by(ISSUER, "shop"), "accepted");
        assert_eq!(judged_by(ISSUER, "mail"), "wrong_audience");
        assert_eq!(judged_by("https://id.example/", "shop"), "wrong_issuer");
        shop.hand.set(Timestamp::from_secs(NOW - 31));
        assert_eq!(shop.refusal(&token), "not_yet_valid");
        shop.hand.set(Timestamp::from_secs(NOW + 15 * 60 + 29));
        assert_eq!(shop.refusal(&token), "accepted");
        shop.hand.set(Timestamp::from_secs(NOW + 15 * 60 + 30));
        assert_eq!(shop.refusal(&token), "expired");
    });
}

#[test]
fn a_plain_token_under_the_same_key_is_no_session() {
    for_every_algorithm(|shop| {
        let key = shop.keys.keys().next().expect("a key").2.clone();
        let claims = claims_of(&shop.mint(), &shop.keys);
        let issuer = jwt::Issuer::new(key).expect("an issuer");
        let mut plain = claims.clone();
        plain.as_object_mut().expect("an object").remove("typ");
        let token = issuer.clone().mint(&plain).expect("a token");
        assert_eq!(shop.refusal(token.as_str()), "wrong_type", "{}", shop.algorithm);
        let other = issuer.clone().typ("at+jwt").mint(&plain).expect("a token");
        assert_eq!(shop.refusal(other.as_str()), "wrong_type");
        // The very claims under the right kind pass: nothing but the kind was wrong.
        let right = issuer.typ("session+jwt").mint(&plain).expect("a token");
        assert_eq!(shop.refusal(right.as_str()), "accepted");
    });
}

/// The claims as any verifier of plain tokens reads them.
fn claims_of(token: &str, keys: &Keys) -> Value {
    let hand = ManualClock::at(Timestamp::from_secs(NOW));
    jwt::Verifier::<Value>::setup(keys.key_set())
        .any_audience()
        .any_typ()
        .clock(hand.clock())
        .revocations(Revocations::none_because("a test"))
        .verify(token)
        .expect("authentic")
        .into_custom()
}

#[test]
fn times_are_written_as_the_format_asks() {
    for_every_algorithm(|shop| {
        let token = shop.mint();
        let claims = claims_of(&token, &shop.keys);
        let (is_paseto, typ) = match shop.algorithm.format() {
            Format::Paseto => (true, json!("session+jwt")),
            _ => (false, Value::Null),
        };
        assert_eq!(claims["typ"], typ);
        let exp = if is_paseto { json!("2026-11-21T01:54:23Z") } else { json!(NOW + 900) };
        assert_eq!(claims["exp"], exp);
        assert_eq!(claims["nbf"], claims["iat"]);
        assert_eq!(claims["abs"], json!(NOW + 8 * 3600));
        let header = UntrustedToken::parse(&token, limits::TOKEN_BYTES)
            .and_then(|token| token.untrusted_header())
            .expect("a header");
        let kid = shop.keys.keys().next().and_then(|(_, _, key)| key.id().cloned());
        assert_eq!(header.untrusted_kid(), kid.as_ref().map(|kid| kid.as_str()));
        if is_paseto {
            let prefix = match shop.keys.protection() {
                Protection::Sealed => ".lid.",
                _ => ".pid.",
            };
            assert!(header.untrusted_kid().expect("a kid").contains(prefix));
            assert_eq!(header.untrusted_algorithm(), shop.algorithm.name());
        }
    });
}

#[test]
fn two_renewals_in_one_window_are_both_valid_and_equal_where_signing_is() {
    for_every_algorithm(|shop| {
        let token = shop.mint();
        shop.hand.advance(Duration::from_secs(6 * 60));
        let renew = || {
            let session = shop.renewer.verify::<Cart>(&token).expect("renewable");
            match shop.renewer.renew(&session).expect("a renewal") {
                Renewal::Renewed(token) => token.into_string(),
                Renewal::NotDue => panic!("due"),
            }
        };
        let first = renew();
        shop.hand.advance(Duration::from_secs(1));
        let second = renew();
        assert_eq!(first == second, shop.algorithm.renewals_converge(), "{}", shop.algorithm);
        let [a, b] = [&first, &second].map(|token| {
            let session = shop.verifier.verify::<Cart>(token).expect("a session");
            assert_eq!((session.generation(), session.state()), (1, &cart()));
            (session.id(), session.token_id(), session.expires_at(), session.idle_limit())
        });
        assert_eq!(a, b);
    });
}

#[test]
fn a_logged_out_session_is_neither_verified_nor_renewed() {
    for_every_algorithm(|shop| {
        let token = shop.mint();
        let session = shop.verifier.verify::<Cart>(&token).expect("a session");
        session.log_out(&shop.list).expect("room");
        assert_eq!(shop.refusal(&token), "session_revoked");
        assert!(matches!(shop.renewer.verify::<Cart>(&token), Err(VerifyError::Revoked(_))));
    });
}

/// A key that stands alone is used whatever a token names: then the algorithm alone decides.
#[test]
fn one_key_never_serves_two_algorithms() {
    for token_algorithm in Algorithm::ALL {
        let shop = Shop::new(*token_algorithm);
        let token = shop.mint();
        for key_algorithm in Algorithm::ALL.iter().filter(|one| *one != token_algorithm) {
            let key = match key_algorithm.can_be_generated() {
                true => Key::generate(*key_algorithm).expect("a key"),
                false => rsa_key(*key_algorithm),
            };
            let verifier = Verifier::new(waxseal::key::KeySet::only(key), ISSUER, "shop")
                .clock(shop.hand.clock())
                .revocations(&shop.list);
            let refusal = verifier.verify::<Cart>(&token).map(|_| ()).expect_err("refused").code();
            assert_eq!(refusal, "wrong_algorithm", "{token_algorithm} under {key_algorithm}");
        }
    }
}
