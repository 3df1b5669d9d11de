//! Where a login leads back to: whatever the text, a browser stays on this site.

use proptest::prelude::*;
use waxseal::http::ReturnTo;

/// Where a browser on `https://shop.example/login` goes for a `Location` or a link of this text: the
/// host, by the rules of <https://url.spec.whatwg.org/#concept-basic-url-parser>; `None` for no host
/// at all (`javascript:`).
fn host_of(text: &str) -> Option<String> {
    let is_control_or_space = |c: char| c <= ' ';
    let text: String = text
        .trim_matches(is_control_or_space)
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .map(|c| if c == '\\' { '/' } else { c })
        .collect();
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    let rest = match text.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => match &*scheme.to_ascii_lowercase() {
            // Without slashes it is a relative one, of our own scheme.
            "https" if !rest.starts_with("//") => return Some("shop.example".into()),
            "https" => rest,
            "http" | "ws" | "wss" | "ftp" => rest,
            _ => return None,
        },
        _ if text.starts_with("//") => &text,
        _ => return Some("shop.example".into()),
    };
    let rest = rest.trim_start_matches('/');
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    Some(authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase())
}

#[test]
fn the_rules_of_browsers_are_told_right() {
    for text in ["/a", "a", "?x", "", "https:a", "/a//evil.example", "/@evil.example"] {
        assert_eq!(host_of(text).as_deref(), Some("shop.example"), "{text:?}");
    }
    for text in [
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\u{1} //evil.example",
        "https://shop.example@evil.example/",
        "http:evil.example",
        "HTTPS:\\\\evil.example",
    ] {
        assert_eq!(host_of(text).as_deref(), Some("evil.example"), "{text:?}");
    }
    assert_eq!(host_of("javascript:alert(1)"), None);
}

/// Texts that attackers would try, and their pieces in any order.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("/".to_owned()),
        Just("\\".to_owned()),
        Just("\t".to_owned()),
        Just("\n".to_owned()),
        Just("\r".to_owned()),
        Just(" ".to_owned()),
        Just("\0".to_owned()),
        Just("evil.example".to_owned()),
        Just("https:".to_owned()),
        Just("javascript:".to_owned()),
        Just("@".to_owned()),
        Just("?".to_owned()),
        Just("#".to_owned()),
        Just("%2F".to_owned()),
        Just("%09".to_owned()),
        Just("..".to_owned()),
        Just("\u{2044}".to_owned()),
        Just("\u{ff0f}".to_owned()),
        "[ -~]{0,3}",
        any::<char>().prop_map(String::from),
    ];
    (any::<bool>(), proptest::collection::vec(piece, 0..9)).prop_map(|(is_rooted, pieces)| {
        [if is_rooted { "/" } else { "" }, &pieces.concat()].concat()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_taken_stays_on_this_site(text in hostile()) {
        if let Some(place) = ReturnTo::parse(&text) {
            prop_assert_eq!(place.as_str(), &*text);
            let host = host_of(&text);
            prop_assert_eq!(host.as_deref(), Some("shop.example"));
            prop_assert!(text.parse::<axum::http::HeaderValue>().is_ok());
            // Relative to another page too, and as part of a longer text.
            prop_assert!(text.len() <= 512 && !text.contains(['\r', '\n', '\\']));
        }
    }

    #[test]
    fn a_plain_path_is_always_taken(
        path in "(/[a-z0-9._~-]{1,8}){1,6}/?(\\?[a-z0-9=&%/:@]{0,40})?",
    ) {
        prop_assert!(ReturnTo::parse(&path).is_some());
    }
}
