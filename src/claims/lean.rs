//! The shortcut for claims exactly as we write them: the same members in the same order, without
//! white space or escapes. Anything else is left to the strict reader, which decides.
//!
//! Where this accepts, the strict reader accepts the same: a property test holds the two together.

use std::str::FromStr;

use serde::de::DeserializeOwned;

use crate::time::Timestamp;

use super::session::Profile;
use super::{Audience, Dialect, FORMAT_VERSION, Holder, Registered, SessionClaims};

/// The session of `payload`, or `None` if it is not written as ours are.
pub(super) fn read<T: DeserializeOwned>(
    payload: &[u8],
    dialect: Dialect,
    holder: Holder,
) -> Option<(Registered<'_>, SessionClaims<T>)> {
    let mut scan = Scanner { rest: std::str::from_utf8(payload).ok()? };
    let iss = scan.text("{\"iss\":\"")?;
    let aud = scan.text(",\"aud\":\"")?;
    let sub = match holder {
        Holder::User => Some(scan.text(",\"sub\":\"").filter(|sub| !sub.is_empty())?),
        Holder::Guest => None,
    };
    let (sid, session_id) = scan.id(",\"sid\":\"")?;
    let (jti, token_id) = scan.id(",\"jti\":\"")?;
    let issued_at = scan.registered_date(",\"iat\":", dialect)?;
    let not_before = scan.registered_date(",\"nbf\":", dialect)?;
    let expires_at = scan.registered_date(",\"exp\":", dialect)?;
    let authenticated_at = scan.date(",\"auth_time\":")?;
    let started_at = scan.digits::<13>(",\"sst\":").and_then(in_range)?;
    let idle_limit = scan.date(",\"idl\":")?;
    let absolute_limit = scan.date(",\"abs\":")?;
    let renew_after = scan.date(",\"rnw\":")?;
    let profile = scan.text(",\"pro\":\"")?;
    let generation = scan.number(",\"gen\":")?;
    scan.number(",\"ver\":").filter(|version| *version == FORMAT_VERSION)?;
    let cookie = scan.optional_text(",\"ck\":\"")?;
    let scope = scan.optional_text(",\"rsc\":\"")?;
    let typ = match dialect {
        Dialect::Jwt => None,
        Dialect::Paseto => Some(scan.text(",\"typ\":\"")?),
    };
    let state = scan.last(",\"st\":")?;
    let claims = SessionClaims {
        subject: sub.unwrap_or_default().into(),
        session_id,
        token_id,
        issued_at,
        expires_at,
        authenticated_at,
        started_at,
        idle_limit,
        absolute_limit,
        renew_after,
        profile: Profile::of(profile),
        generation,
        cookie: cookie.map(Into::into),
        scope: scope.map(Into::into),
        // A session that has any is left to the strict reader.
        details: None,
        state: serde_json::from_str(state).ok()?,
    };
    let mut registered = Registered {
        iss: Some(iss.into()),
        sub: sub.map(Into::into),
        aud: Some(Audience::One(aud.into())),
        exp: Some(expires_at),
        nbf: Some(not_before),
        iat: Some(issued_at),
        jti: Some(jti.into()),
        sid: Some(sid.into()),
        typ: typ.map(Into::into),
        ..Registered::of(dialect)
    };
    for (name, _) in [("ck", cookie), ("rsc", scope)].iter().filter(|(_, text)| text.is_some()) {
        registered.others.know(name);
    }
    Some((registered, claims))
}

struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    /// The text between `before` and the next quote.
    #[inline(always)]
    fn text(&mut self, before: &str) -> Option<&'a str> {
        let rest = self.rest.strip_prefix(before)?;
        let end = rest.find('"')?;
        self.quoted(rest, end)
    }

    /// The text between `before` and the next quote, if `before` stands here.
    #[inline(always)]
    fn optional_text(&mut self, before: &str) -> Option<Option<&'a str>> {
        match self.rest.starts_with(before) {
            true => self.text(before).map(Some),
            false => Some(None),
        }
    }

    /// The id after `before`: 22 characters.
    #[inline(always)]
    fn id<I: FromStr>(&mut self, before: &str) -> Option<(&'a str, I)> {
        let rest = self.rest.strip_prefix(before)?;
        let text = self.quoted(rest, 22)?;
        Some((text, text.parse().ok()?))
    }

    /// The first `end` bytes of `rest`, which a quote must follow.
    #[inline(always)]
    fn quoted(&mut self, rest: &'a str, end: usize) -> Option<&'a str> {
        let (text, rest) = rest.split_at_checked(end)?;
        self.rest = rest.strip_prefix('"')?;
        let escaped = |byte: u8| byte < 0x20 || byte == b'\\' || byte == b'"';
        // Without a way out of the loop it is a few vector instructions.
        let odd = text.bytes().fold(false, |odd, byte| odd | escaped(byte));
        (!odd).then_some(text)
    }

    /// The whole number after `before`, of at most 15 digits.
    fn number(&mut self, before: &str) -> Option<u64> {
        let rest = self.rest.strip_prefix(before)?;
        let (digits, _) = rest.split_once(',')?;
        let canonical = digits == "0" || digits.len() <= 15 && !digits.starts_with(['0', '+']);
        self.rest = rest.get(digits.len()..)?;
        digits.parse().ok().filter(|_| canonical)
    }

    /// The number of exactly `N` digits after `before`: no branch depends on its value, so that
    /// the processor reads several at once.
    #[inline(always)]
    fn digits<const N: usize>(&mut self, before: &str) -> Option<u64> {
        let rest = self.rest.strip_prefix(before)?;
        let digits: &[u8; N] = rest.as_bytes().first_chunk()?;
        let (mut number, mut odd) = (0, digits.starts_with(b"0"));
        for byte in digits {
            let digit = byte.wrapping_sub(b'0');
            odd |= digit > 9;
            number = number * 10 + u64::from(digit);
        }
        self.rest = rest.get(N..)?;
        // A fraction or an exponent would follow: the strict reader knows them.
        (!odd && self.rest.starts_with(',')).then_some(number)
    }

    /// Seconds, of ten digits until the year 2286.
    #[inline(always)]
    fn date(&mut self, before: &str) -> Option<Timestamp> {
        self.digits::<10>(before).and_then(|seconds| in_range(seconds * 1000))
    }

    /// A registered time, as `dialect` writes it.
    #[inline(always)]
    fn registered_date(&mut self, before: &str, dialect: Dialect) -> Option<Timestamp> {
        if dialect == Dialect::Jwt {
            return self.date(before);
        }
        let rest = self.rest.strip_prefix(before)?.strip_prefix('"')?;
        Timestamp::parse_utc(self.quoted(rest, 20)?)
    }

    /// What stands between `before` and the brace that ends the object.
    fn last(&mut self, before: &str) -> Option<&'a str> {
        let last = self.rest.strip_prefix(before)?.strip_suffix('}')?;
        // serde_json stops at 128 levels, and the strict reader is one in already. So many need
        // twice as many bytes.
        let opening = |byte: &u8| u32::from(matches!(byte, b'[' | b'{'));
        let shallow = last.len() < 240 || last.as_bytes().iter().map(opening).sum::<u32>() < 120;
        shallow.then_some(last)
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

    /// Each sample with its dialect and holder.
    const SAMPLES: [(&str, Dialect, Holder); 4] = [
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
            cuts in proptest::collection::vec((0..OURS.len(), 0..OURS.len(), ".{0,12}"), 1..4),
        ) {
            let (sample, dialect, holder) = SAMPLES[sample];
            let mut payload = sample.as_bytes().to_vec();
            for (a, b, insert) in cuts {
                let (from, to) = (a.min(b).min(payload.len()), a.max(b).min(payload.len()));
                payload.splice(from..to.min(from + 20), insert.bytes());
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
}
