//! Rows that are copied from the token, and not made of a tree: nobody may be able to tell.

use std::path::Path;

use ::ring::hmac;
use waxseal::base64url;

use crate::tool::{VALID, ring, run_in};

const SECRET: &[u8; 32] = b"qV7r2-Kx9_Lm4tZ8wB1nC6yD3eF5gH0j";

fn token(header: &str, claims: &[u8]) -> String {
    let input = format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(claims));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET), input.as_bytes());
    format!("{input}.{}", base64url::encode(tag.as_ref()))
}

/// Members that a copy could get wrong.
const ODD: [&str; 21] = [
    r#""sub":"ada","aud":["b","a"],"exp2":1"#,
    r#""sub":"ad\u0061""#,
    r#""\u0061ud":"shop""#,
    r#""st":{"b":1,"a":{"d":[{"z":{},"y":[]}],"c":null}}"#,
    r#""st":{"a":1,"a":2}"#,
    r#""sub":"a","sub":"b""#,
    r#""n":[1,-1,2.5,-0.0,1e30,1E-7,18446744073709551615,-9223372036854775808]"#,
    r#""n":123456789012345678901234567890"#,
    r#""n":1e400"#,
    r#""st":1e400"#,
    r#""iat":1795225163.75,"nbf":1795225163,"abs":1e15"#,
    r#""auth_time":"2026-11-21T01:39:23+01:00""#,
    r#""updated_at":null,"rnw":"soon","idl":-3"#,
    r#""updated_at":{"$serde_json::private::RawValue":"5"},"rnw":[7]"#,
    "\"note\":\"\u{202e}\u{7f}\u{e9}\u{1f600}\\u0007\\n\"",
    "\"\u{e9}\u{200b}\":1, \"\" : \"\"\n",
    r#""$serde_json::private::RawValue":"[1]","st":{"$serde_json::private::Number":"1"}"#,
    r#""st":{"$serde_json::private::RawValue":"[1]"}"#,
    r#""st":["\ud800"]"#,
    "\"raw\":\"\t\"",
    r#""a_name_of_15_byt":1,"a_name_of_16_byte":2,"a_name_of_17_bytes":3"#,
];

/// Claims Sets of no session: each with what is odd, and some that are odd as a whole.
fn odd_claims() -> Vec<Vec<u8>> {
    let with_end = |members: &str| format!("{{\"exp\":1795226000,{members}}}").into_bytes();
    let mut claims: Vec<Vec<u8>> = ODD.into_iter().map(with_end).collect();
    for count in [62, 63, 64, 65, 100] {
        let many: Vec<String> =
            (0..count).map(|number| format!("\"c{number}\":{number}")).collect();
        claims.push(with_end(&many.join(",")));
        // Without an end, one of its checks is another.
        claims.push(b"{}".to_vec());
    }
    claims.extend([" {\"exp\":1795226000} ", "[]", "7"].map(|text| text.as_bytes().to_vec()));
    claims.push(b"{\"sub\":\"\xff\"}".to_vec());
    claims
}

/// Sessions, each with something odd, and some with a state that is nested as deep as none may be.
fn odd_sessions() -> Vec<Vec<u8>> {
    let nested = |depth| format!("\"st\":{}{}", "[".repeat(depth), "]".repeat(depth));
    let odd = ODD.into_iter().map(str::to_owned).chain([60, 62, 64, 126, 128].map(nested));
    let session = |odd: String| {
        let state = if odd.contains("\"st\"") { "" } else { ",\"st\":{}" };
        format!(
            r#"{{"iss":"https://id.example","aud":"shop","sub":"ada","sid":"c2Vzc2lvbi1pZC0xMjM0NQ","jti":"dG9rZW4taWQtMTIzNDU2Nw","iat":1795225163,"nbf":1795225163,"exp":1795226063,"auth_time":1795225163,"sst":1795225163000,"idl":1795226963,"abs":1795253963,"rnw":1795225463,"pro":"default","gen":0,"ver":1,{odd}{state}}}"#
        )
        .into_bytes()
    };
    odd.map(session).collect()
}

/// Judges `tokens`, each with its kid, in one batch and one by one, and gives how many were accepted.
#[track_caller]
fn accepted(dir: &Path, tokens: &[(&str, String)], at: &str, args: &[&str]) -> usize {
    let text: Vec<&str> = tokens.iter().map(|(_, token)| &**token).collect();
    std::fs::write(dir.join("all"), text.join("\n")).expect("written");
    let args = [&["verify", "--at", at], args].concat();
    let rows = run_in(dir, &[&args[..], &["--jsonl", "@all"]].concat());
    assert_eq!(rows.out.lines().count(), tokens.len(), "{}", rows.err);
    let mut accepted = 0;
    for (number, (row, (kid, token))) in (1..).zip(rows.out.lines().zip(tokens)) {
        let alone = run_in(dir, &[&args[..], &["--json", token]].concat());
        let facts = alone.out.trim_end().strip_prefix('{').expect("an object");
        assert_eq!(row, format!(r#"{{"line":{number},"kid":"{kid}",{facts}"#), "{args:?}");
        accepted += usize::from(alone.code == 0);
    }
    accepted
}

fn key_in(dir: &Path) {
    let k = base64url::encode(SECRET);
    let jwk = format!(r#"{{"kty":"oct","alg":"HS256","kid":"k1","k":"{k}"}}"#);
    std::fs::write(dir.join("k.jwk"), jwk).expect("written");
}

#[test]
fn a_row_is_to_the_byte_what_json_prints() {
    let dir = tempfile::tempdir().expect("a folder");
    key_in(dir.path());
    let header = r#"{"alg":"HS256","kid":"k1"}"#;
    let tokens: Vec<(&str, String)> =
        odd_claims().iter().map(|claims| ("k1", token(header, claims))).collect();
    let key = ["--key", "k.jwk"];
    for (more, expected) in [
        (&[][..], 26),
        (&["--tz", "+05:30"], 26),
        (&["--require", "sub"], 2),
        (&["--second-opinion"], 26),
    ] {
        let accepted = accepted(dir.path(), &tokens, VALID, &[&key[..], more].concat());
        assert_eq!(accepted, expected, "{more:?}");
    }
}

#[test]
fn a_sessions_row_is_to_the_byte_what_json_prints() {
    let dir = tempfile::tempdir().expect("a folder");
    key_in(dir.path());
    let header = r#"{"alg":"HS256","kid":"k1","typ":"session+jwt"}"#;
    let tokens: Vec<(&str, String)> =
        odd_sessions().iter().map(|claims| ("k1", token(header, claims))).collect();
    let args = ["--key", "k.jwk", "--iss", "https://id.example", "--aud", "shop", "--session"];
    assert_eq!(accepted(dir.path(), &tokens, VALID, &args), 13);
}

#[test]
fn rows_of_every_format_are_to_the_byte_what_json_prints() {
    for alg in ["A256GCM", "EdDSA", "v4.public", "v4.local"] {
        let dir = ring(&["--alg", alg]);
        let mint = ["mint", "--keys", "ring", "--aud", "shop", "--sub", "ada"];
        let state = ["--claim", "b:={\"z\":1,\"a\":2}", "--claim", "name=Ada"];
        let minted = run_in(&dir, &[&mint[..], &state].concat()).ends(0);
        let token = minted.out.trim_end();
        let read = run_in(&dir, &["inspect", "--jsonl", token]).ends(0).json();
        let kid = read["kid"].as_str().expect("a name");
        let tokens = vec![(kid, token.to_owned()); 2];
        let now = std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_secs();
        for more in [&["--session"][..], &["--typ", "session+jwt"]] {
            let args = [&["--keys", "ring", "--aud", "shop"], more].concat();
            assert_eq!(
                accepted(dir.path(), &tokens, &format!("@{now}"), &args),
                2,
                "{alg} {more:?}"
            );
        }
    }
}
