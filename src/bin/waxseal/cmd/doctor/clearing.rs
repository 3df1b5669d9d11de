//! Why logout's `Set-Cookie` does not clear the cookie that login set.

use waxseal::time::Timestamp;

use super::catalogue::*;
use super::findings::Findings;
use super::received::{Place, Received};
use super::site::{Scheme, Site};

/// `set` are the cookies that login set; without any, the header is judged by itself.
pub(super) fn faults(
    clear: &Received,
    set: &[Received],
    site: &Site,
    now: Timestamp,
    findings: &mut Findings,
) {
    if !clear.ends_at_once(now) {
        let end = clear.end(now).map(|end| format!("it ends {end}"));
        findings.add(&NOT_ENDED, &end.unwrap_or_default());
    }
    let named: Vec<&Received> = set.iter().filter(|set| set.name == clear.name).collect();
    if named.is_empty() && !set.is_empty() {
        let names: Vec<&str> = set.iter().map(|set| set.name.as_str()).collect();
        findings.add(&CLEARS_ANOTHER, &format!("set: {}", names.join(", ")));
    }
    let here = clear.place(site);
    // One name may stand for two cookies: it is enough to clear one of them.
    let matches = |set: &&&Received| set.place(site) == here;
    let Some(set) = named.iter().find(matches).or_else(|| named.first()) else {
        return;
    };
    let there = set.place(site);
    if here.domain != there.domain {
        let said = format!("set {}, cleared {}", domain_of(&there), domain_of(&here));
        findings.add(&CLEARS_OTHER_DOMAIN, &said);
    }
    if here.path != there.path {
        findings.add(&CLEARS_OTHER_PATH, &format!("set {}, cleared {}", there.path, here.path));
    }
    if clear.partitioned != set.partitioned {
        findings.add(&OTHER_PARTITION, "");
    }
    if set.secure && !clear.secure && site.scheme == Scheme::Http {
        findings.add(&CLEARS_SECURE_ON_HTTP, "");
    }
}

fn domain_of(place: &Place) -> String {
    place.domain.clone().unwrap_or_else(|| "without Domain".into())
}
