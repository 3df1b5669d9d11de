//! Rows that are copied from the token, and not made of a tree: nobody may be able to tell.

use ring::hmac;
use waxseal::base64url;

use crate::tool::{VALID, run_in};

const SECRET: &[u8; 32] = b"qV7r2-Kx9_Lm4tZ8wB1nC6yD3eF5gH0j";
const HEADER: &str = r#"{"alg":"HS256","kid":"k1"}"#;

fn token(claims: &[u8]) -> String {
    let input = format!("{}.{}", base64url::encode(HEADER.as_bytes()), base64url::encode(claims));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET), input.as_bytes());
    format!("{input}.{}", base64url::encode(tag.as_ref()))
}

/// Claims Sets, most of them of the kinds that a copy could get wrong.
fn odd_claims() -> Vec<Vec<u8>> {
    let members = [
        r#""sub":"ada","aud":["b","a"],"exp2":1"#,
        r#""sub":"ad\u0061""#,
        r#""\u0061ud":"shop""#,
        r#""st":{"b":1,"a":{"d":[{"z":{},"y":[]}],"c":null}}"#,
        r#""st":{"a":1,"a":2}"#,
        r#""sub":"a","sub":"b""#,
        r#""n":[1,-1,2.5,-0.0,1e30,1E-7,18446744073709551615,-9223372036854775808]"#,
        r#""n":123456789012345678901234567890"#,
        r#""n":1e400"#,
        r#""iat":1795225163.75,"sst":1795225163750,"nbf":1795225163,"abs":1e15"#,
        r#""auth_time":"2026-11-21T01:39:23+01:00""#,
        r#""updated_at":null,"rnw":"soon","idl":-3,"sst":-5"#,
        "\"note\":\"\u{202e}\u{7f}\u{e9}\u{1f600}\\u0007\\n\"",
        "\"\u{e9}\u{200b}\":1, \"\" : \"\"\n",
        r#""$serde_json::private::RawValue":"[1]","st":{"$serde_json::private::Number":"1"}"#,
        r#""lone":"\ud800""#,
        "\"raw\":\"\t\"",
    ];
    let many: Vec<String> = (0..100).map(|number| format!("\"c{number}\":{number}")).collect();
    let with_end = |members: &str| format!("{{\"exp\":1795226000,{members}}}").into_bytes();
    let mut claims: Vec<Vec<u8>> = members.into_iter().map(with_end).collect();
    claims.push(with_end(&many.join(",")));
    claims.extend(["{}", " {\"exp\":1795226000} ", "[]", "7"].map(|text| text.as_bytes().to_vec()));
    claims.push(b"{\"sub\":\"\xff\"}".to_vec());
    claims
}

#[test]
fn a_row_is_to_the_byte_what_json_prints() {
    let dir = tempfile::tempdir().expect("a folder");
    let jwk =
        format!(r#"{{"kty":"oct","alg":"HS256","kid":"k1","k":"{}"}}"#, base64url::encode(SECRET));
    std::fs::write(dir.path().join("k.jwk"), jwk).expect("written");
    let tokens: Vec<String> = odd_claims().iter().map(|claims| token(claims)).collect();
    std::fs::write(dir.path().join("all"), tokens.join("\n")).expect("written");
    for more in [&[][..], &["--tz", "+05:30"], &["--require", "sub"], &["--second-opinion"]] {
        let args = [&["verify", "--key", "k.jwk", "--at", VALID], more].concat();
        let rows = run_in(&dir, &[&args[..], &["--jsonl", "@all"]].concat());
        let rows: Vec<&str> = rows.out.lines().collect();
        assert_eq!(rows.len(), tokens.len());
        let mut accepted = 0;
        for (number, (row, token)) in (1..).zip(rows.iter().zip(&tokens)) {
            let alone = run_in(&dir, &[&args[..], &["--json", token]].concat());
            let facts = alone.out.trim_end().strip_prefix('{').expect("an object");
            let kid = r#""k1""#;
            assert_eq!(*row, format!(r#"{{"line":{number},"kid":{kid},{facts}"#), "{more:?}");
            accepted += usize::from(alone.code == 0);
        }
        let all = more.first() != Some(&"--require");
        assert!(if all { accepted > 12 } else { accepted == 2 }, "{more:?}: {accepted}");
    }
}
