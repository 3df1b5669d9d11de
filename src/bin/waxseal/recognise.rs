//! What a text is, before anything in it is believed.

/// What a text looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind<'a> {
    /// Three or five parts that begin like an encoded JSON object.
    Jose,
    /// `v4.public.` and its kin.
    Paseto { version: &'a str, purpose: &'a str, body: &'a str, footer: Option<&'a str> },
    /// `k4.lid.` and its kin.
    Paserk { version: &'a str, kind: &'a str },
    /// Something else, which this text may be.
    NotAToken(String),
}

/// What `text` looks like.
pub(crate) fn recognise(text: &str) -> Kind<'_> {
    let parts: Vec<&str> = text.splitn(7, '.').collect();
    match parts.as_slice() {
        [version @ ("v1" | "v2" | "v3" | "v4"), purpose @ ("local" | "public"), body] => {
            Kind::Paseto { version, purpose, body, footer: None }
        }
        [version @ ("v1" | "v2" | "v3" | "v4"), purpose @ ("local" | "public"), body, footer] => {
            Kind::Paseto { version, purpose, body, footer: Some(footer) }
        }
        [version @ ("k1" | "k2" | "k3" | "k4"), kind, _, ..] => Kind::Paserk { version, kind },
        [_, _, _] | [_, _, _, _, _] if is_like_a_header(text) => Kind::Jose,
        _ => Kind::NotAToken(guess(text, parts.len())),
    }
}

/// base64url of `{"` begins with `eyJ`; white space after the brace makes other beginnings.
fn is_like_a_header(text: &str) -> bool {
    let header = text.split('.').next().unwrap_or("");
    waxseal::base64url::decode(header).map_or(text.starts_with("ey"), |json| json.starts_with(b"{"))
}

fn guess(text: &str, parts: usize) -> String {
    let length = text.chars().count();
    let all = |test: fn(char) -> bool| text.chars().all(test);
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if text.starts_with('{') {
        "JSON; a token is its encoded and signed form".into()
    } else if text.starts_with("-----BEGIN") {
        "PEM: a key or a certificate".into()
    } else if text.starts_with("ssh-") {
        "an SSH public key".into()
    } else if text.starts_with("http://") || text.starts_with("https://") {
        "a URL; is the token one of its parameters?".into()
    } else if is_uuid(text) {
        "a UUID; looks like an opaque id".into()
    } else if parts == 2 && text.starts_with("eyJ") {
        "2 parts: a JWT that lost its signature, or a signed cookie of another kind".into()
    } else if parts == 1 && text.starts_with("eyJ") {
        "1 part: the header or payload of a JWT alone".into()
    } else if all(|c| c.is_ascii_hexdigit()) {
        format!("{length} hex digits; looks like an opaque id or a session key")
    } else if parts == 1 && text.chars().all(is_word) {
        format!("{length} characters of base64url; looks like an opaque id or an API key")
    } else if text.starts_with("Fe26.2*") {
        "an iron-session seal".into()
    } else {
        let least = if parts == 7 { "at least " } else { "" };
        format!("{length} characters in {least}{parts} part(s); a JWS has 3 parts, a JWE has 5")
    }
}

fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}
