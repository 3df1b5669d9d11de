//! Every rule: id, level and text are what scripts rely on. Ids are never used again.
//!
//! The browser's side is draft-ietf-httpbis-rfc6265bis, sections 5.6 and 5.7.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Note,
    Warn,
    Error,
}

impl Level {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// One thing that can be wrong with a cookie.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) id: &'static str,
    pub(super) level: Level,
    pub(super) what: &'static str,
    pub(super) fix: &'static str,
}

macro_rules! rules {
    ($($name:ident = $id:literal $level:ident $what:literal, $fix:literal;)+) => {
        $(pub(super) const $name: Rule =
            Rule { id: $id, level: Level::$level, what: $what, fix: $fix };)+

        /// All of them, in the order of their ids.
        pub(super) const RULES: &[Rule] = &[$($name),+];
    };
}

rules! {
    // What a browser makes of Set-Cookie.
    CONTROL = "C001" Error "a control character stands in it: browsers ignore the whole header",
        "encode the value; look for a line end or a NUL";
    TOO_LARGE = "C002" Error "name and value have more than 4096 bytes together",
        "keep less state in the token, or hold it elsewhere";
    LONG_ATTRIBUTE = "C003" Warn "an attribute has more than 1024 bytes: browsers ignore it",
        "shorten it";
    NAMELESS = "C004" Warn "the cookie has no name: browsers keep it, most servers cannot read it",
        "write NAME=VALUE";
    EMPTY = "C005" Error "neither name nor value", "write NAME=VALUE";
    SECURE_ON_HTTP = "C006" Error "Secure, but the URL is http",
        "serve it over https; behind a proxy give the URL that the browser sees";
    SECURE_ON_LOOPBACK = "C007" Warn
        "Secure on http to this machine: Chromium and Firefox keep it, Safari drops it",
        "use https on the machine too, or drop Secure in development";
    SECURE_PREFIX = "C008" Error "the name begins with __Secure-, which asks for Secure",
        "add Secure";
    HOST_PREFIX = "C009" Error
        "the name begins with __Host-, which asks for Secure, Path=/ and no Domain",
        "send Secure; Path=/ and leave Domain out";
    PREFIX_CASE = "C010" Warn
        "a prefix in other letters: newer browsers ask what it asks, older ones do not",
        "write __Host- or __Secure- exactly";
    NONE_NOT_SECURE = "C011" Error "SameSite=None without Secure", "add Secure, or use Lax";
    UNKNOWN_SAME_SITE = "C012" Warn
        "the SameSite value is none of Strict, Lax and None: browsers act as if it were not there",
        "write SameSite=Lax";
    OTHER_DOMAIN = "C013" Error "the URL's host is not within Domain",
        "leave Domain out, or name the host or a parent of it, without scheme or port";
    SINGLE_LABEL = "C014" Error "Domain is a whole top-level domain",
        "leave Domain out";
    PUBLIC_SUFFIX = "C015" Error "Domain is a public suffix, under which strangers have hosts",
        "leave Domain out";
    LIKE_A_SUFFIX = "C016" Warn
        "Domain looks like a public suffix; browsers that list it drop the cookie",
        "leave Domain out; publicsuffix.org has the list";
    DOMAIN_ON_IP = "C017" Error "the URL's host is an IP address, which has no parent domain",
        "leave Domain out";
    DOMAIN_IS_HOST_ONLY = "C018" Warn
        "Domain names a host that takes none: some browsers drop the cookie, some ignore Domain",
        "leave Domain out";
    DOMAIN_NOT_ASCII = "C019" Error "Domain is not ASCII", "write it in Punycode, xn--";
    PATH_ELSEWHERE = "C020" Warn
        "the browser keeps it, but does not send it to this URL: Path does not cover it",
        "send Path=/";
    DEFAULT_PATH = "C021" Note "without a Path it goes only to the folder of the URL",
        "send Path=/";
    PARTITIONED_NOT_SECURE = "C022" Error "Partitioned without Secure", "add Secure";
    READABLE = "C023" Warn "a token without HttpOnly: any script of the page can take it",
        "add HttpOnly";
    NOT_SECURE = "C024" Warn "no Secure: it is sent over plain http too", "add Secure";
    ENDS_AT_ONCE = "C025" Error "it has expired when it arrives: browsers delete it",
        "send a Max-Age above 0; compare the server's clock";
    EXPIRES_UNREADABLE = "C026" Warn "Expires is no date: browsers ignore it",
        "send Max-Age, or a date as Sun, 06 Nov 1994 08:49:37 GMT";
    MAX_AGE_UNREADABLE = "C027" Warn "Max-Age is no whole number: browsers ignore it",
        "send seconds, as Max-Age=900";
    TOO_LONG_A_LIFE = "C028" Warn "more than 400 days: browsers end it then",
        "set it again while it is used";
    TWO_ENDS = "C029" Note "Max-Age and Expires differ: browsers take Max-Age",
        "send Max-Age only";
    OUTLIVES_TOKEN = "C030" Note
        "the cookie outlives the token in it: later requests carry an expired token",
        "right if the server renews it; else let Max-Age follow exp";
    ENDS_BEFORE_TOKEN = "C031" Note "the cookie ends before the token in it: a copy works longer",
        "let Max-Age follow exp";
    TOKEN_EXPIRED = "C032" Warn "the token in it has expired", "mint a new one";
    NO_SAME_SITE = "C033" Note
        "no SameSite: Chromium acts as if it were Lax, Firefox and Safari send it everywhere",
        "send SameSite=Lax";
    STRICT = "C034" Note
        "SameSite=Strict: a visitor who comes from a link or a login elsewhere arrives without it",
        "use Lax if people return from an identity provider";
    ODD_CHARACTERS = "C035" Warn
        "characters that no cookie should have: servers cut, quote or refuse it",
        "use letters, digits, - _ . in the name; encode the value in base64url";
    TWO_COOKIES = "C036" Warn
        "one name with two places (Domain, Path): the browser keeps both and sends both",
        "use one Domain and Path; clear the old one";
    // What logout does.
    CLEARS_ANOTHER = "C040" Error "no Set-Cookie has the name that logout clears",
        "send the same name, in the same letters";
    CLEARS_OTHER_DOMAIN = "C041" Error "logout names another Domain: it clears another cookie",
        "send Domain as it was set, or none if there was none";
    CLEARS_OTHER_PATH = "C042" Error "logout names another Path: it clears another cookie",
        "send Path as it was set";
    NOT_ENDED = "C043" Error "it does not expire: logout sets the cookie again",
        "send Max-Age=0";
    OTHER_PARTITION = "C044" Error "one is Partitioned and one is not: they lie in two jars",
        "send Partitioned in both or in none";
    CLEARS_SECURE_ON_HTTP = "C045" Error "over http nothing replaces a Secure cookie",
        "serve logout over https";
    // What the browser sends.
    SENT_TWICE = "C050" Error "one name twice: which one counts is the server's choice",
        "find the other Domain or Path and clear that one";
    LONG_HEADER = "C051" Error "more than 8 KB: many servers and proxies answer 400 or 431",
        "send less state, and narrow the Path of cookies";
    OLD_SYNTAX = "C052" Warn "$ names are of RFC 2965, which no browser speaks",
        "find the client or proxy that writes them";
    QUOTED = "C053" Warn "quotes are part of the value; some servers strip them, some do not",
        "set the value without quotes";
    PREFIX_ON_HTTP = "C054" Warn "no browser sends a cookie with this prefix over http",
        "TLS ended before; give the URL that the browser sees";
    NOT_A_PAIR = "C055" Warn "a part has no name", "find who sets a cookie without a name";
    NOT_SENT = "C056" Warn "the browser did not send the cookie that was set",
        "see the findings above; a request from another site or with another host lacks it too";
}
