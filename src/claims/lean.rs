//! The shortcut for claims exactly as we write them: the same members in the same order, without
//! white space or escapes. Anything else is left to the strict reader, which decides.
//!
//! Where this accepts, the strict reader accepts the same: a property test holds the two together.

use serde::de::DeserializeOwned;

use crate::time::Timestamp;

use super::session::Profile;
use super::{Audience, FORMAT_VERSION, Registered, SessionClaims};

/// The session of `payload`, or `None` if it is not written as ours are.
pub(super) fn read<T: DeserializeOwned>(
    payload: &[u8],
) -> Option<(Registered<'_>, SessionClaims<T>)> {
    let mut scan = Scanner { rest: std::str::from_utf8(payload).ok()? };
    let iss = scan.text("{\"iss\":\"")?;
    let aud = scan.text(",\"aud\":\"")?;
    let sub = scan.text(",\"sub\":\"")?;
    let sid = scan.text(",\"sid\":\"")?;
    let jti = scan.text(",\"jti\":\"")?;
    let issued_at = scan.date(",\"iat\":")?;
    let not_before = scan.date(",\"nbf\":")?;
    let expires_at = scan.date(",\"exp\":")?;
    let authenticated_at = scan.date(",\"auth_time\":")?;
    let started_at = scan.number(",\"sst\":").and_then(in_range)?;
    let idle_limit = scan.date(",\"idl\":")?;
    let absolute_limit = scan.date(",\"abs\":")?;
    let renew_after = scan.date(",\"rnw\":")?;
    let profile = scan.text(",\"pro\":\"")?;
    let generation = scan.number(",\"gen\":")?;
    let version = scan.number(",\"ver\":").filter(|version| *version == FORMAT_VERSION);
    let state = version.and_then(|_| scan.last(",\"st\":"))?;
    let claims = SessionClaims {
        subject: sub.into(),
        session_id: sid.parse().ok()?,
        token_id: jti.parse().ok()?,
        issued_at,
        expires_at,
        authenticated_at,
        started_at,
        idle_limit,
        absolute_limit,
        renew_after,
        profile: Profile::of(profile),
        generation,
        cookie: None,
        state: serde_json::from_str(state).ok()?,
    };
    let registered = Registered {
        iss: Some(iss.into()),
        sub: Some(sub.into()),
        aud: Some(Audience::One(aud.into())),
        exp: Some(expires_at),
        nbf: Some(not_before),
        iat: Some(issued_at),
        jti: Some(jti.into()),
        sid: Some(sid.into()),
        others: Vec::new(),
    };
    Some((registered, claims))
}

struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    /// The text between `before` and the next quote.
    fn text(&mut self, before: &str) -> Option<&'a str> {
        let rest = self.rest.strip_prefix(before)?;
        let plain = |byte: &u8| !matches!(byte, b'"' | b'\\' | 0..=0x1f);
        let end = rest.as_bytes().iter().position(|byte| !plain(byte))?;
        let (text, rest) = rest.split_at_checked(end)?;
        self.rest = rest.strip_prefix('"')?;
        Some(text)
    }

    /// The whole number after `before`: as many digits as any of our numbers has.
    fn number(&mut self, before: &str) -> Option<u64> {
        let rest = self.rest.strip_prefix(before)?;
        let mut number = 0;
        let mut digits = 0;
        for byte in rest.bytes().take_while(u8::is_ascii_digit).take(16) {
            number = number * 10 + u64::from(byte - b'0');
            digits += 1;
        }
        let (text, rest) = rest.split_at_checked(digits)?;
        let canonical = text == "0" || (1..=15).contains(&digits) && !text.starts_with('0');
        self.rest = rest;
        // A fraction or an exponent would follow: the strict reader knows them.
        (canonical && rest.starts_with(',')).then_some(number)
    }

    fn date(&mut self, before: &str) -> Option<Timestamp> {
        self.number(before).and_then(|seconds| in_range(seconds.checked_mul(1000)?))
    }

    /// What stands between `before` and the brace that ends the object.
    fn last(&mut self, before: &str) -> Option<&'a str> {
        self.rest.strip_prefix(before)?.strip_suffix('}')
    }
}

fn in_range(millis: u64) -> Option<Timestamp> {
    let millis = i64::try_from(millis).ok()?;
    (millis < Timestamp::END.as_millis()).then(|| Timestamp::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::super::session::strict;
    use super::*;

    const OURS: &str = concat!(
        r#"{"iss":"https://id.example","aud":"shop","sub":"ada","sid":"H9Ez54OdIP9wrGqtzkhIZA","#,
        r#""jti":"6upHcsIlOK7wdpM8QiMKdA","iat":1795234066,"nbf":1795234066,"exp":1795234966,"#,
        r#""auth_time":1795234066,"sst":1795234066272,"idl":1795235866,"abs":1795262866,"#,
        r#""rnw":1795234366,"pro":"default","gen":0,"ver":1,"st":{"items":[7]}}"#
    );

    /// Where the shortcut accepts, the strict reader says the very same.
    fn agrees(payload: &[u8]) -> bool {
        let Some((registered, claims)) = read::<Value>(payload) else {
            return true;
        };
        let Ok((strict_registered, Ok(strict_claims))) = strict::<Value>(payload) else {
            return false;
        };
        format!("{registered:?}") == format!("{strict_registered:?}")
            && claims.all() == strict_claims.all()
    }

    #[test]
    fn what_we_write_takes_the_shortcut() {
        assert!(read::<Value>(OURS.as_bytes()).is_some());
        assert!(agrees(OURS.as_bytes()));
    }

    #[test]
    fn a_second_member_after_the_state_is_left_to_the_strict_reader() {
        let twice = OURS.replace(r#"{"items":[7]}}"#, r#"{"items":[7]},"exp":9}"#);
        assert!(read::<Value>(twice.as_bytes()).is_none());
    }

    #[test]
    fn every_changed_byte_is_judged_alike() {
        for at in 0..OURS.len() {
            for byte in 0..=255 {
                let mut payload = OURS.as_bytes().to_vec();
                payload[at] = byte;
                assert!(agrees(&payload), "byte {byte} at {at}");
            }
        }
    }

    proptest! {
        #[test]
        fn hostile_edits_are_judged_alike(
            cuts in proptest::collection::vec((0..OURS.len(), 0..OURS.len(), ".{0,12}"), 1..4),
        ) {
            let mut payload = OURS.as_bytes().to_vec();
            for (a, b, insert) in cuts {
                let (from, to) = (a.min(b).min(payload.len()), a.max(b).min(payload.len()));
                payload.splice(from..to.min(from + 20), insert.bytes());
            }
            prop_assert!(agrees(&payload));
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
            prop_assert!(agrees(payload.as_bytes()));
        }
    }
}
