//! Domains that no single site owns. The whole list has ten thousand lines and changes weekly; these
//! are the ones that people meet.

/// How sure it is that a domain is a public suffix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Suffix {
    SingleLabel,
    Known,
    Likely,
    No,
}

const KNOWN: &[&str] = &[
    "ac.uk",
    "appspot.com",
    "azurewebsites.net",
    "blogspot.com",
    "cloudfront.net",
    "co.in",
    "co.jp",
    "co.kr",
    "co.nz",
    "co.uk",
    "co.za",
    "com.au",
    "com.br",
    "com.cn",
    "com.mx",
    "com.sg",
    "com.tr",
    "com.tw",
    "firebaseapp.com",
    "fly.dev",
    "github.io",
    "gitlab.io",
    "gov.au",
    "gov.uk",
    "herokuapp.com",
    "ne.jp",
    "net.au",
    "netlify.app",
    "ngrok.app",
    "ngrok.io",
    "onrender.com",
    "or.jp",
    "org.au",
    "org.uk",
    "pages.dev",
    "run.app",
    "vercel.app",
    "web.app",
    "workers.dev",
];

/// Second-level names under which many countries give out domains.
const SECOND_LEVEL: &[&str] = &["ac", "co", "com", "edu", "gov", "mil", "net", "org"];

pub(super) fn suffix(domain: &str) -> Suffix {
    match domain.rsplit_once('.') {
        None => Suffix::SingleLabel,
        Some(_) if KNOWN.contains(&domain) => Suffix::Known,
        Some((second, top)) if top.len() == 2 && SECOND_LEVEL.contains(&second) => Suffix::Likely,
        Some(_) => Suffix::No,
    }
}
