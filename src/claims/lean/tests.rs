//! The shortcut and the strict reader, held together.

use proptest::prelude::*;
use serde_json::Value;

use super::super::session::strict;
use super::*;
use crate::limits;

const OURS: &str = concat!(
    r#"{"iss":"https://id.example","aud":"shop","sub":"ada","sid":"H9Ez54OdIP9wrGqtzkhIZA","#,
    r#""jti":"6upHcsIlOK7wdpM8QiMKdA","iat":1795234066,"nbf":1795234066,"exp":1795234966,"#,
    r#""auth_time":1795234066,"sst":1795234066272,"idl":1795235866,"abs":1795262866,"#,
    r#""rnw":1795234366,"pro":"default","gen":0,"ver":1,"st":{"items":[7]}}"#
);

const OUR_PASETO: &str = concat!(
    r#"{"iss":"https://id.example","aud":"shop","sub":"ada","sid":"H9Ez54OdIP9wrGqtzkhIZA","#,
    r#""jti":"6upHcsIlOK7wdpM8QiMKdA","iat":"2026-11-21T04:07:46Z","#,
    r#""nbf":"2026-11-21T04:07:46Z","exp":"2026-11-21T04:22:46Z","#,
    r#""auth_time":1795234066,"sst":1795234066272,"idl":1795235866,"abs":1795262866,"#,
    r#""rnw":1795234366,"pro":"default","gen":0,"ver":1,"typ":"session+jwt","#,
    r#""st":{"items":[7]}}"#
);

const OURS_IN_A_SCOPE: &str = concat!(
    r#"{"iss":"https://id.example","aud":"shop","sub":"ada","sid":"H9Ez54OdIP9wrGqtzkhIZA","#,
    r#""jti":"6upHcsIlOK7wdpM8QiMKdA","iat":1795234066,"nbf":1795234066,"exp":1795234966,"#,
    r#""auth_time":1795234066,"sst":1795234066272,"idl":1795235866,"abs":1795262866,"#,
    r#""rnw":1795234366,"pro":"default","gen":0,"ver":1,"rsc":"acme","st":{"items":[7]}}"#
);

const A_GUESTS_IN_A_COOKIE: &str = concat!(
    r#"{"iss":"https://id.example","aud":"shop","sid":"H9Ez54OdIP9wrGqtzkhIZA","#,
    r#""jti":"6upHcsIlOK7wdpM8QiMKdA","iat":1795234066,"nbf":1795234066,"exp":1795234966,"#,
    r#""auth_time":1795234066,"sst":1795234066272,"idl":1795235866,"abs":1795262866,"#,
    r#""rnw":1795234366,"pro":"default","gen":0,"ver":1,"ck":"__Host-guest","st":7}"#
);

const OURS_WITH_DETAILS: &str = concat!(
    r#"{"iss":"https://id.example","aud":"shop","sub":"ada","sid":"H9Ez54OdIP9wrGqtzkhIZA","#,
    r#""jti":"6upHcsIlOK7wdpM8QiMKdA","iat":1795234066,"nbf":1795234066,"exp":1795234966,"#,
    r#""auth_time":1795234066,"sst":1795234066272,"idl":1795235866,"abs":1795262866,"#,
    r#""rnw":1795234366,"pro":"default","gen":0,"ver":1,"ck":"__Host-session","rsc":"acme","#,
    r#""amr":["pwd","otp"],"acr":"aal2","roles":["editor"],"scope":"read write","#,
    r#""bnd":"H9Ez54OdIP9wrGqtzkhIZA","cv":3,"st":{"items":[7]}}"#
);

/// Each sample with its dialect and holder.
const SAMPLES: [(&str, Dialect, Holder); 5] = [
    (OURS_WITH_DETAILS, Dialect::Jwt, Holder::User),
    (OURS, Dialect::Jwt, Holder::User),
    (OUR_PASETO, Dialect::Paseto, Holder::User),
    (OURS_IN_A_SCOPE, Dialect::Jwt, Holder::User),
    (A_GUESTS_IN_A_COOKIE, Dialect::Jwt, Holder::Guest),
];

/// Where the shortcut accepts, the strict reader says the very same.
fn agrees(payload: &[u8], dialect: Dialect, holder: Holder) -> bool {
    let Some((registered, claims)) = read::<Value>(payload, dialect, holder) else {
        return true;
    };
    let strict = strict::<Value>(payload, dialect, holder);
    let Ok((strict_registered, Ok(strict_claims))) = strict else {
        return false;
    };
    format!("{registered:?}") == format!("{strict_registered:?}")
        && claims.all() == strict_claims.all()
}

#[test]
fn what_we_write_takes_the_shortcut() {
    for (sample, dialect, holder) in SAMPLES {
        assert!(read::<Value>(sample.as_bytes(), dialect, holder).is_some());
        assert!(agrees(sample.as_bytes(), dialect, holder));
    }
    for (sample, dialect, holder) in [
        (OURS, Dialect::Paseto, Holder::User),
        (OUR_PASETO, Dialect::Jwt, Holder::User),
        (OURS, Dialect::Jwt, Holder::Guest),
        (A_GUESTS_IN_A_COOKIE, Dialect::Jwt, Holder::User),
    ] {
        assert!(read::<Value>(sample.as_bytes(), dialect, holder).is_none());
        assert!(strict::<Value>(sample.as_bytes(), dialect, holder).is_err());
    }
}

#[test]
fn a_second_member_after_the_state_is_left_to_the_strict_reader() {
    let twice = OURS.replace(r#"{"items":[7]}}"#, r#"{"items":[7]},"exp":9}"#);
    assert!(read::<Value>(twice.as_bytes(), Dialect::Jwt, Holder::User).is_none());
}

#[test]
fn odd_details_are_judged_alike() {
    let many = |count| format!("\"amr\":[{}]", vec!["\"pwd\""; count].join(","));
    let odd = [
        ("\"amr\":[\"pwd\",\"otp\"]", "\"amr\":[]".to_owned()),
        ("\"amr\":[\"pwd\",\"otp\"]", "\"amr\":[\"pwd\",]".to_owned()),
        ("\"amr\":[\"pwd\",\"otp\"]", "\"amr\":[\"pwd\" ,\"otp\"]".to_owned()),
        ("\"amr\":[\"pwd\",\"otp\"]", "\"amr\":\"pwd\"".to_owned()),
        ("\"amr\":[\"pwd\",\"otp\"]", many(limits::DETAILS)),
        ("\"amr\":[\"pwd\",\"otp\"]", many(limits::DETAILS + 1)),
        ("\"acr\":\"aal2\"", "\"acr\":\"\"".to_owned()),
        ("\"acr\":\"aal2\"", "\"acr\":null".to_owned()),
        ("\"acr\":\"aal2\",", String::new()),
        ("\"acr\":\"aal2\"", "\"acr\":\"aal2\",\"acr\":\"aal3\"".to_owned()),
        (
            "\"roles\":[\"editor\"],\"scope\":\"read write\"",
            "\"scope\":\"a\",\"roles\":[\"b\"]".to_owned(),
        ),
        ("read write", "  read   write ".to_owned()),
        ("read write", String::new()),
        ("\"bnd\":\"H9Ez54OdIP9wrGqtzkhIZA\"", "\"bnd\":\"H9Ez54OdIP9wrGqtzkhIZ\"".to_owned()),
        ("\"bnd\":\"H9Ez54OdIP9wrGqtzkhIZA\"", "\"bnd\":\"H9Ez54OdIP9wrGqtzkhIZB\"".to_owned()),
        ("\"cv\":3", "\"cv\":0".to_owned()),
        ("\"cv\":3", "\"cv\":03".to_owned()),
        ("\"cv\":3", "\"cv\":3,\"cv\":3".to_owned()),
        ("\"cv\":3", "\"cv\":3,\"tmp\":[[\"a\",1]]".to_owned()),
        ("\"cv\":3", "\"cv\":18446744073709551616".to_owned()),
    ];
    for (from, to) in odd {
        let payload = OURS_WITH_DETAILS.replacen(from, &to, 1);
        assert_ne!(payload, OURS_WITH_DETAILS, "{from}");
        assert!(agrees(payload.as_bytes(), Dialect::Jwt, Holder::User), "{payload}");
    }
}

#[test]
fn every_changed_byte_is_judged_alike() {
    for (sample, dialect, holder) in SAMPLES {
        for at in 0..sample.len() {
            for byte in 0..=255 {
                let mut payload = sample.as_bytes().to_vec();
                payload[at] = byte;
                assert!(agrees(&payload, dialect, holder), "byte {byte} at {at}");
            }
        }
    }
}

proptest! {
    #[test]
    fn hostile_edits_are_judged_alike(
        sample in 0..SAMPLES.len(),
        cuts in proptest::collection::vec(
            (any::<prop::sample::Index>(), 0_usize..20, ".{0,12}"),
            1..4,
        ),
    ) {
        let (sample, dialect, holder) = SAMPLES[sample];
        let mut payload = sample.as_bytes().to_vec();
        for (at, cut, insert) in cuts {
            let from = at.index(payload.len() + 1);
            let to = (from + cut).min(payload.len());
            payload.splice(from..to, insert.bytes());
        }
        prop_assert!(agrees(&payload, dialect, holder));
    }

    #[test]
    fn odd_times_are_judged_alike(
        time in prop_oneof![
            "[0-9]{4}-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z",
            "20[0-9]{2}-02-[23][0-9]T23:59:[56][0-9](Z|z|\\+00:00|\\.5Z)",
        ],
    ) {
        let payload = OUR_PASETO.replacen("2026-11-21T04:22:46Z", &time, 1);
        prop_assert!(agrees(payload.as_bytes(), Dialect::Paseto, Holder::User));
    }

    #[test]
    fn odd_values_are_judged_alike(
        sub in "\\PC{0,8}",
        number in prop_oneof!["[0-9]{0,18}", "-?[0-9]{1,4}(\\.[0-9]{1,3})?(e[0-9]{1,2})?"],
        state in prop_oneof!["[0-9a-z\\[\\]{}\",: ]{0,16}", Just("null".to_owned())],
    ) {
        let payload = OURS
            .replace("\"ada\"", &format!("\"{sub}\""))
            .replacen("1795234966", &number, 1)
            .replace(r#"{"items":[7]}"#, &state);
        prop_assert!(agrees(payload.as_bytes(), Dialect::Jwt, Holder::User));
    }
}
