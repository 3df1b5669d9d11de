//! The shortcut for claims exactly as we write them: the same members in the same order, without
//! white space or escapes. Anything else is left to the strict reader, which decides.
//!
//! Where this accepts, the strict reader accepts the same: a property test holds the two together.

mod scanner;
#[cfg(test)]
mod tests;

use serde::de::DeserializeOwned;

use super::details::DetailParts;
use super::session::Profile;
use super::{Audience, Dialect, FORMAT_VERSION, Holder, Registered, SessionClaims};
use scanner::{Scanner, in_range};

/// The session of `payload`, or `None` if it is not written as ours are.
pub(super) fn read<T: DeserializeOwned>(
    payload: &[u8],
    dialect: Dialect,
    holder: Holder,
) -> Option<(Registered<'_>, SessionClaims<T>)> {
    let mut scan = Scanner::of(std::str::from_utf8(payload).ok()?);
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
    let (details, named) = details(&mut scan)?;
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
        details: details.finish(),
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
    named.into_iter().flatten().for_each(|name| registered.others.know(name));
    Some((registered, claims))
}

/// The details that are there, and their names. Values beside the state are left to the strict reader.
#[inline(always)]
fn details(scan: &mut Scanner<'_>) -> Option<(DetailParts, [Option<&'static str>; 6])> {
    let mut parts = DetailParts::default();
    if !scan.is_at_any(&[",\"a", ",\"roles\"", ",\"scope\"", ",\"b", ",\"c"]) {
        return Some((parts, [None; 6]));
    }
    parts.amr = scan.optional_words(",\"amr\":[")?;
    parts.acr = scan.optional_text(",\"acr\":\"")?.map(Into::into);
    parts.roles = scan.optional_words(",\"roles\":[")?;
    parts.scope = scan.optional_text(",\"scope\":\"")?.map(Into::into);
    parts.bnd = match scan.optional_text(",\"bnd\":\"")? {
        Some(digest) => Some(crate::base64url::decode_array(digest).ok()?),
        None => None,
    };
    parts.cv = scan.optional_number(",\"cv\":")?;
    let named = [
        parts.amr.as_ref().map(|_| "amr"),
        parts.acr.as_ref().map(|_| "acr"),
        parts.roles.as_ref().map(|_| "roles"),
        parts.scope.as_ref().map(|_| "scope"),
        parts.bnd.map(|_| "bnd"),
        parts.cv.map(|_| "cv"),
    ];
    Some((parts, named))
}
