//! PASETO and PASERK through pasetors, which shares the primitive of v4.local with us, and nothing of
//! v4.public, v3.public and the texts of PASERK.

use pasetors::claims::ClaimsValidationRules;
use pasetors::keys::{AsymmetricPublicKey, AsymmetricSecretKey, SymmetricKey};
use pasetors::paserk::{FormatAsPaserk, Id};
use pasetors::token::UntrustedToken;
use pasetors::version4::{self, V4};
use pasetors::{Local, Public};
use serde_json::{Value, json};
use waxseal::jwt::{self, Claims, VerifyError};
use waxseal::key::{Algorithm, Key, KeySet, Paserk};
use waxseal::{Issuer, base64url};

use super::{ISSUER, NONE, ring};

/// Footers and implicit assertions, in all combinations; empty is none.
const FOOTERS: [&str; 4] = ["", "arbitrary", r#"{"kid":"k4.pid.x","n":[1]}"#, "\u{0}\u{1f980}"];
const ASSERTIONS: [&[u8]; 3] = [b"", b"tenant 7", b"\x00\xff\xfe"];

const CLAIMS: &str = r#"{"exp":"2100-01-01T00:00:00Z","n":[1,2.5,"\u00e9"],"sub":"ada"}"#;

fn claims() -> Value {
    serde_json::from_str(CLAIMS).expect("JSON")
}

fn mint(key: &Key, footer: &str, assertion: &[u8]) -> String {
    let issuer = jwt::Issuer::new(key.clone()).expect("a private key");
    let issuer = issuer.footer(footer.as_bytes()).expect("a PASETO");
    let issuer = issuer.implicit_assertion(assertion).expect("a PASETO");
    issuer.mint(&claims()).expect("sound claims").into_string()
}

fn verify(key: &Key, token: &str, footer: &str, assertion: &[u8]) -> Result<Value, VerifyError> {
    let verifier = jwt::Verifier::<Value>::setup(KeySet::only(key.clone()))
        .footer(footer.as_bytes())
        .implicit_assertion(assertion)
        .revocations(NONE);
    verifier.verify(token).map(Claims::into_custom)
}

/// What pasetors has for `algorithm`: its verdict on a token, and a token of its own.
struct Theirs {
    verify: Box<Verify>,
    mint: Box<Mint>,
}

/// A token, a footer that is asked for, and an implicit assertion.
type Verify = dyn Fn(&str, Option<&str>, &[u8]) -> Option<Value>;

/// A footer and an implicit assertion.
type Mint = dyn Fn(&str, &[u8]) -> String;

impl Theirs {
    fn of(key: &Key) -> Self {
        let secret = key.export_secret_paserk().expect("a secret");
        let (secret, public) = (secret.expose_secret(), key.to_public_paserk());
        match key.algorithm() {
            Algorithm::V4Public => {
                let secret = AsymmetricSecretKey::<V4>::try_from(secret).expect("their secret");
                let public = public.expect("a public half");
                let public = AsymmetricPublicKey::<V4>::try_from(&*public).expect("their public");
                Self {
                    verify: Box::new(move |token, footer, assertion| {
                        let token = UntrustedToken::<Public, V4>::try_from(token).ok()?;
                        let footer = footer.map(str::as_bytes);
                        read(version4::PublicToken::verify(
                            &public,
                            &token,
                            footer,
                            Some(assertion),
                        ))
                    }),
                    mint: Box::new(move |footer, assertion| {
                        let (claims, footer) = (payload(), Some(footer.as_bytes()));
                        let token =
                            version4::PublicToken::sign(&secret, &claims, footer, Some(assertion));
                        token.expect("a token")
                    }),
                }
            }
            Algorithm::V4Local => {
                let secret = SymmetricKey::<V4>::try_from(secret).expect("their secret");
                let other = secret.clone();
                Self {
                    verify: Box::new(move |token, footer, assertion| {
                        let token = UntrustedToken::<Local, V4>::try_from(token).ok()?;
                        let footer = footer.map(str::as_bytes);
                        read(version4::LocalToken::decrypt(&other, &token, footer, Some(assertion)))
                    }),
                    mint: Box::new(move |footer, assertion| {
                        let (claims, footer) = (payload(), Some(footer.as_bytes()));
                        let token = version4::LocalToken::encrypt(
                            &secret,
                            &claims,
                            footer,
                            Some(assertion),
                        );
                        token.expect("a token")
                    }),
                }
            }
            #[cfg(feature = "paseto-v3")]
            Algorithm::V3Public => {
                use pasetors::version3::{PublicToken, V3};
                let secret = AsymmetricSecretKey::<V3>::try_from(secret).expect("their secret");
                let public = public.expect("a public half");
                let public = AsymmetricPublicKey::<V3>::try_from(&*public).expect("their public");
                Self {
                    verify: Box::new(move |token, footer, assertion| {
                        let token = UntrustedToken::<Public, V3>::try_from(token).ok()?;
                        let footer = footer.map(str::as_bytes);
                        read(PublicToken::verify(&public, &token, footer, Some(assertion)))
                    }),
                    mint: Box::new(move |footer, assertion| {
                        let (claims, footer) = (payload(), Some(footer.as_bytes()));
                        let token = PublicToken::sign(&secret, &claims, footer, Some(assertion));
                        token.expect("a token")
                    }),
                }
            }
            other => panic!("{other} is no PASETO"),
        }
    }
}

fn payload() -> Vec<u8> {
    claims().to_string().into_bytes()
}

fn read<E>(token: Result<pasetors::token::TrustedToken, E>) -> Option<Value> {
    serde_json::from_str(token.ok()?.payload()).ok()
}

const ALL: &[Algorithm] = &[
    Algorithm::V4Public,
    Algorithm::V4Local,
    #[cfg(feature = "paseto-v3")]
    Algorithm::V3Public,
];

#[test]
fn both_read_each_others_tokens_with_every_footer_and_assertion() {
    for algorithm in ALL {
        for _ in 0..4 {
            let key = Key::generate(*algorithm).expect("a key");
            let theirs = Theirs::of(&key);
            for footer in FOOTERS {
                for assertion in ASSERTIONS {
                    let minted = [mint(&key, footer, assertion), (theirs.mint)(footer, assertion)];
                    for token in &minted {
                        let what = format!("{algorithm} {footer:?} {assertion:?}");
                        assert_eq!(verify(&key, token, footer, assertion), Ok(claims()), "{what}");
                        // To pasetors no footer is `None`; an empty one is no footer's equal.
                        let asked = Some(footer).filter(|footer| !footer.is_empty());
                        let read = (theirs.verify)(token, asked, assertion);
                        assert_eq!(read, Some(claims()), "{what}");
                    }
                    // Ed25519 is deterministic: there is but one right token.
                    let is_one = *algorithm == Algorithm::V4Public;
                    assert_eq!(minted[0] == minted[1], is_one, "{algorithm}");
                }
            }
        }
    }
}

#[test]
fn both_refuse_another_footer_assertion_key_and_a_changed_token() {
    for algorithm in ALL {
        let key = Key::generate(*algorithm).expect("a key");
        let (theirs, other) = (Theirs::of(&key), Key::generate(*algorithm).expect("a key"));
        let token = mint(&key, "a footer", b"a");
        let refused = |token: &str, footer: &str, assertion: &[u8]| {
            let ours = verify(&key, token, footer, assertion).map_err(|fault| fault.code());
            (ours.err(), (theirs.verify)(token, Some(footer), assertion))
        };
        assert_eq!(refused(&token, "a footer", b"a"), (None, Some(claims())));
        assert_eq!(refused(&token, "another", b"a"), (Some("wrong_footer"), None));
        assert_eq!(refused(&token, "a footer", b"b"), (Some("bad_signature"), None));
        assert_eq!(refused(&token, "a footer", b""), (Some("bad_signature"), None));
        let (body, footer) = token.rsplit_once('.').expect("a footer");
        assert_eq!(refused(body, "", b"a"), (Some("bad_signature"), None));
        let moved = format!("{body}.{}", base64url::encode(b"moved"));
        assert_eq!(refused(&moved, "moved", b"a"), (Some("bad_signature"), None));
        let (head, tail) = body.split_at(body.len() - 8);
        let flipped = if tail.starts_with('A') { 'B' } else { 'A' };
        let changed = format!("{head}{flipped}{}.{footer}", &tail[1..]);
        assert_eq!(refused(&changed, "a footer", b"a"), (Some("bad_signature"), None));
        assert_eq!(verify(&other, &token, "a footer", b"a"), Err(VerifyError::Signature));
        assert_eq!((Theirs::of(&other).verify)(&token, Some("a footer"), b"a"), None);
    }
}

/// Half of the order of P-384.
#[cfg(feature = "paseto-v3")]
const HALF: &str = "7fffffffffffffffffffffffffffffffffffffffffffffffe3b1a6c0fa1b96ef\
                    ac0d06d9245853bd76760cb5666294b9";

/// Whoever signs may choose S or its negative. ring chooses neither, pasetors the low one.
#[cfg(feature = "paseto-v3")]
#[test]
fn signatures_of_version_3_with_high_and_with_low_s_are_read_by_both() {
    let half = super::forge::hex(HALF);
    let (mut high, mut low) = (0, 0);
    for _ in 0..64 {
        let key = Key::generate(Algorithm::V3Public).expect("a key");
        let theirs = Theirs::of(&key);
        let s_of = |token: &str| {
            let body = base64url::decode(token.split('.').nth(2).expect("a body"));
            let body = body.expect("base64url");
            body[body.len() - 48..].to_vec()
        };
        let token = mint(&key, "", b"");
        *(if s_of(&token) > half { &mut high } else { &mut low }) += 1;
        assert_eq!((theirs.verify)(&token, None, b""), Some(claims()));
        assert_eq!(verify(&key, &token, "", b""), Ok(claims()));
        let token = (theirs.mint)("", b"");
        assert!(s_of(&token) <= half);
        assert_eq!(verify(&key, &token, "", b""), Ok(claims()));
    }
    // One in 2^63 runs has 64 of one kind.
    assert!(high > 0 && low > 0, "{high} high, {low} low");
}

#[test]
fn our_sessions_pass_pasetors_rules_for_claims() {
    let mut rules = ClaimsValidationRules::new();
    rules.validate_issuer_with(ISSUER);
    rules.validate_audience_with("shop");
    rules.validate_subject_with("ada");
    let mut others = ClaimsValidationRules::new();
    others.validate_audience_with("bank");
    for algorithm in ALL {
        let (_dir, keys) = ring(*algorithm);
        let issuer = Issuer::new(&keys, ISSUER, "shop").expect("valid");
        let token = issuer.mint("ada", &[7]).expect("minted");
        let (_, _, key) = keys.keys().next().expect("a key");
        let read = (Theirs::of(&key).verify)(&token, None, b"").expect("authentic");
        assert_eq!((&read["st"], &read["typ"]), (&json!([7]), &json!("session+jwt")));
        let theirs = pasetors::claims::Claims::from_string(&read.to_string()).expect("claims");
        assert_eq!(rules.validate_claims(&theirs), Ok(()), "{algorithm}");
        assert!(others.validate_claims(&theirs).is_err());
    }
}

#[test]
fn both_give_a_key_the_same_paserk_and_ids() {
    for _ in 0..16 {
        let key = Key::generate(Algorithm::V4Local).expect("a key");
        let text = key.export_secret_paserk().expect("a secret");
        let theirs = SymmetricKey::<V4>::try_from(text.expose_secret()).expect("their key");
        assert_eq!(written(&theirs), text.expose_secret());
        assert_eq!(Some(written(&Id::from(&theirs))), key.paserk_id());
        assert_eq!(key.to_public_paserk(), None);

        let key = Key::generate(Algorithm::V4Public).expect("a key");
        let (text, public) = (key.export_secret_paserk(), key.to_public_paserk());
        let (text, public) = (text.expect("a secret"), public.expect("a public half"));
        let secret = AsymmetricSecretKey::<V4>::try_from(text.expose_secret()).expect("a secret");
        let half = AsymmetricPublicKey::<V4>::try_from(&*public).expect("a public key");
        assert_eq!((written(&secret).as_str(), written(&half)), (text.expose_secret(), public));
        assert_ids(&key, text.expose_secret(), &Id::from(&half), &Id::from(&secret));
    }
}

#[cfg(feature = "paseto-v3")]
#[test]
fn both_give_a_key_of_version_3_the_same_paserk_and_ids() {
    use pasetors::version3::V3;
    for _ in 0..16 {
        let key = Key::generate(Algorithm::V3Public).expect("a key");
        let (text, public) = (key.export_secret_paserk(), key.to_public_paserk());
        let (text, public) = (text.expect("a secret"), public.expect("a public half"));
        let secret = AsymmetricSecretKey::<V3>::try_from(text.expose_secret()).expect("a secret");
        let half = AsymmetricPublicKey::<V3>::try_from(&*public).expect("a public key");
        assert_eq!((written(&secret).as_str(), written(&half)), (text.expose_secret(), public));
        assert_ids(&key, text.expose_secret(), &Id::from(&half), &Id::from(&secret));
    }
}

fn assert_ids(key: &Key, secret: &str, pid: &Id, sid: &Id) {
    assert_eq!(key.paserk_id(), Some(written(pid)));
    assert_eq!(key.public_half().and_then(|half| half.paserk_id()), Some(written(pid)));
    let paserk = Paserk::parse(secret).expect("a PASERK");
    assert_eq!(paserk.id(), Ok(written(sid)));
}

fn written(key: &impl FormatAsPaserk) -> String {
    let mut text = String::new();
    key.fmt(&mut text).expect("a text");
    text
}
