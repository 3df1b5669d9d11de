//! Why a browser drops a `Set-Cookie`, and what else is wrong with it.

use std::time::Duration;

use waxseal::time::{Span, Timestamp};

use super::catalogue::*;
use super::findings::Findings;
use super::received::{Attribute, Received, SameSite};
use super::site::{Scheme, Site};
use super::suffix::{Suffix, suffix};
use crate::members::moment;
use crate::recognise::{Kind, recognise};
use crate::untrusted::{Payload, Untrusted};

const NAME_AND_VALUE_BYTES: usize = 4096;
const LONGEST_LIFE: Duration = Duration::from_secs(400 * 86_400);

/// Clocks and slow answers make this much of a difference.
const SLACK: Duration = Duration::from_secs(60);

/// What makes a browser ignore the header: for logout's header the same as for login's.
pub(super) fn refusals(cookie: &Received, site: &Site, findings: &mut Findings) {
    let Received { name, value, secure, .. } = cookie;
    if cookie.has_control {
        findings.add(&CONTROL, "");
    }
    let bytes = name.len() + value.len();
    if bytes > NAME_AND_VALUE_BYTES {
        findings.add(&TOO_LARGE, &format!("{bytes} bytes"));
    }
    for attribute in &cookie.ignored {
        findings.add(&LONG_ATTRIBUTE, attribute);
    }
    match (name.is_empty(), value.is_empty()) {
        (true, true) => findings.add(&EMPTY, ""),
        (true, false) => findings.add(&NAMELESS, ""),
        _ => {}
    }
    match (site.scheme, site.is_loopback()) {
        (Scheme::Http, true) if *secure => findings.add(&SECURE_ON_LOOPBACK, &site.host),
        (Scheme::Http, false) if *secure => findings.add(&SECURE_ON_HTTP, &site.host),
        _ => {}
    }
    prefix(cookie, findings);
    if cookie.same_site == SameSite::None && !secure {
        findings.add(&NONE_NOT_SECURE, "");
    }
    if let Some(domain) = &cookie.domain {
        of_domain(domain, site, findings);
    }
    if cookie.partitioned && !secure {
        findings.add(&PARTITIONED_NOT_SECURE, "");
    }
}

fn prefix(cookie: &Received, findings: &mut Findings) {
    // A nameless cookie's value must not pass for a name either.
    let name = if cookie.name.is_empty() { &cookie.value } else { &cookie.name };
    let Some(exact) = prefix_of(name) else {
        return;
    };
    if !name.starts_with(exact) {
        findings.add(&PREFIX_CASE, exact);
    }
    let Received { secure, domain, path, .. } = cookie;
    let lacks = [
        (!secure, "Secure is missing"),
        (domain.is_some(), "Domain is there"),
        (path.as_deref() != Some("/"), "Path is not /"),
    ];
    let lacks: Vec<&str> = lacks.iter().filter(|(is, _)| *is).map(|(_, what)| *what).collect();
    if exact == "__Secure-" && !secure {
        findings.add(&SECURE_PREFIX, "");
    } else if exact == "__Host-" && !lacks.is_empty() {
        findings.add(&HOST_PREFIX, &lacks.join(", "));
    }
}

/// The prefix that `name` begins with, in any letters.
pub(super) fn prefix_of(name: &str) -> Option<&'static str> {
    let begins = |prefix: &&str| {
        name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    ["__Host-", "__Secure-"].into_iter().find(begins)
}

fn of_domain(domain: &str, site: &Site, findings: &mut Findings) {
    let is_host = domain == site.host;
    if !domain.is_ascii() {
        findings.add(&DOMAIN_NOT_ASCII, domain);
    } else if site.is_ip() {
        findings.add(if is_host { &DOMAIN_IS_HOST_ONLY } else { &DOMAIN_ON_IP }, domain);
    } else if !site.is_within(domain) {
        findings.add(&OTHER_DOMAIN, &format!("{domain} for {}", site.host));
    } else {
        match suffix(domain) {
            Suffix::SingleLabel | Suffix::Known | Suffix::Likely if is_host => {
                findings.add(&DOMAIN_IS_HOST_ONLY, domain);
            }
            Suffix::SingleLabel => findings.add(&SINGLE_LABEL, domain),
            Suffix::Known => findings.add(&PUBLIC_SUFFIX, domain),
            Suffix::Likely => findings.add(&LIKE_A_SUFFIX, domain),
            Suffix::No => {}
        }
    }
}

/// The rest that can be said of a cookie that is to stay.
pub(super) fn advice(cookie: &Received, site: &Site, now: Timestamp, findings: &mut Findings) {
    match &cookie.path {
        Some(path) if !site.is_below(path) => {
            findings.add(&PATH_ELSEWHERE, &format!("{path} for {}", site.path));
        }
        None if site.default_path() != "/" => findings.add(&DEFAULT_PATH, site.default_path()),
        _ => {}
    }
    match &cookie.same_site {
        SameSite::Unknown(value) => findings.add(&UNKNOWN_SAME_SITE, value),
        SameSite::Missing => findings.add(&NO_SAME_SITE, ""),
        SameSite::Strict => findings.add(&STRICT, ""),
        SameSite::Lax | SameSite::None => {}
    }
    let is_token = matches!(recognise(&cookie.value), Kind::Jose | Kind::Paseto { .. });
    if is_token && !cookie.http_only {
        findings.add(&READABLE, "");
    }
    if site.scheme == Scheme::Https && !cookie.secure {
        findings.add(&NOT_SECURE, "");
    }
    characters(cookie, findings);
    life(cookie, now, findings);
    if is_token && !cookie.ends_at_once(now) {
        against_token(cookie, now, findings);
    }
}

fn characters(cookie: &Received, findings: &mut Findings) {
    let of_name = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let of_value = |c: char| c.is_ascii_graphic() && !"\",;\\".contains(c);
    let odd: Vec<String> = cookie
        .name
        .chars()
        .filter(|c| !of_name(*c))
        .chain(cookie.value.chars().filter(|c| !of_value(*c)))
        .take(5)
        .map(|c| format!("{c:?}"))
        .collect();
    if !odd.is_empty() && !cookie.has_control {
        findings.add(&ODD_CHARACTERS, &odd.join(" "));
    }
}

fn life(cookie: &Received, now: Timestamp, findings: &mut Findings) {
    if let Attribute::Unreadable(text) = &cookie.max_age {
        findings.add(&MAX_AGE_UNREADABLE, text);
    }
    if let Attribute::Unreadable(text) = &cookie.expires {
        findings.add(&EXPIRES_UNREADABLE, text);
    }
    if let (Attribute::Is(_), Attribute::Is(expires)) = (&cookie.max_age, &cookie.expires) {
        let end = cookie.end(now).unwrap_or(now);
        if end.since(*expires).max(expires.since(end)) > SLACK {
            findings.add(&TWO_ENDS, &format!("Max-Age ends {end}, Expires {expires}"));
        }
    }
    let Some(end) = cookie.end(now) else {
        return;
    };
    if end <= now {
        findings.add(&ENDS_AT_ONCE, &format!("ended {end}, now {now}"));
    } else if end.since(now) > LONGEST_LIFE {
        findings.add(&TOO_LONG_A_LIFE, &Span(end.since(now)).to_string());
    }
}

fn against_token(cookie: &Received, now: Timestamp, findings: &mut Findings) {
    let Ok(Untrusted { payload: Payload::Claims(claims), .. }) = Untrusted::read(&cookie.value)
    else {
        return;
    };
    let exp = claims.iter().find(|(name, _)| name == "exp");
    let Some(exp) = exp.and_then(|(name, value)| moment(name, value)) else {
        return;
    };
    if exp <= now {
        findings.add(&TOKEN_EXPIRED, &format!("at {exp}"));
        return;
    }
    let Some(end) = cookie.end(now) else {
        return;
    };
    let lives = format!("cookie {}, token {}", Span(end.since(now)), Span(exp.since(now)));
    if end.since(exp) > SLACK {
        findings.add(&OUTLIVES_TOKEN, &lives);
    } else if exp.since(end) > SLACK {
        findings.add(&ENDS_BEFORE_TOKEN, &lives);
    }
}
