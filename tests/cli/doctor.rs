//! Every rule of the doctor, with a header that breaks it and its nearest neighbour that does not.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::tool::{FIXTURES, Run, VALID, fixture, pipe, run};

/// A cookie with nothing to find at `https://shop.example/`.
const FINE: &str = "sid=a; Path=/; Secure; HttpOnly; SameSite=Lax";

/// What one run is asked: a URL, then flags with their headers.
type Call = (&'static str, &'static [(&'static str, &'static str)]);

const HTTPS: &str = "https://shop.example/";
const HTTP: &str = "http://shop.example/";

/// `--set-cookie` with one header.
macro_rules! set {
    ($url:expr, $header:expr) => {
        ($url, &[("--set-cookie", $header)])
    };
}

/// `--set-cookie` and `--clear`.
macro_rules! clear {
    ($url:expr, $set:expr, $clear:expr) => {
        ($url, &[("--set-cookie", $set), ("--clear", $clear)])
    };
}

/// `--cookie` with one header.
macro_rules! sent {
    ($url:expr, $header:expr) => {
        ($url, &[("--cookie", $header)])
    };
}

/// `JOB` stands for a token that ends 9 min 23 s after [`VALID`], `A*n` for so many letters.
const SAMPLES: &[(&str, Call, Call)] = &[
    ("C001", set!(HTTPS, "sid=a\u{1}b; Path=/"), set!(HTTPS, "sid=a\tb; Path=/")),
    ("C002", set!(HTTPS, "sid=A*4094; Path=/"), set!(HTTPS, "sid=A*4093; Path=/")),
    ("C003", set!(HTTPS, "sid=a; Path=/A*1024"), set!(HTTPS, "sid=a; Path=/A*1023")),
    ("C004", set!(HTTPS, "=a; Path=/"), set!(HTTPS, "a=; Path=/")),
    ("C005", set!(HTTPS, "=; Path=/"), set!(HTTPS, "=a; Path=/")),
    ("C006", set!(HTTP, "sid=a; Secure"), set!(HTTPS, "sid=a; Secure")),
    ("C007", set!("http://localhost:8080/", "sid=a; Secure"), set!(HTTP, "sid=a; Secure")),
    ("C008", set!(HTTPS, "__secure-sid=a; Path=/"), set!(HTTPS, "__Secure-sid=a; Secure")),
    (
        "C009",
        set!(HTTPS, "__Host-sid=a; Secure; Path=/; Domain=shop.example"),
        set!(HTTPS, "__Host-sid=a; Secure; Path=/"),
    ),
    (
        "C010",
        set!(HTTPS, "__host-sid=a; Secure; Path=/"),
        set!(HTTPS, "__Host-sid=a; Secure; Path=/"),
    ),
    ("C011", set!(HTTPS, "sid=a; SameSite=None"), set!(HTTPS, "sid=a; SameSite=None; Secure")),
    ("C012", set!(HTTPS, "sid=a; SameSite=Laxx"), set!(HTTPS, "sid=a; SameSite=lAX")),
    (
        "C013",
        set!("https://badshop.example/", "sid=a; Domain=shop.example"),
        set!("https://www.shop.example/", "sid=a; Domain=.Shop.example"),
    ),
    ("C014", set!(HTTPS, "sid=a; Domain=example"), set!(HTTPS, "sid=a; Domain=shop.example")),
    (
        "C015",
        set!("https://shop.co.uk/", "sid=a; Domain=co.uk"),
        set!("https://shop.co.uk/", "sid=a; Domain=shop.co.uk"),
    ),
    (
        "C016",
        set!("https://shop.com.xx/", "sid=a; Domain=com.xx"),
        set!("https://a.shop.xx/", "sid=a; Domain=shop.xx"),
    ),
    ("C017", set!("https://10.0.0.1/", "sid=a; Domain=0.0.1"), set!("https://10.0.0.1/", "sid=a")),
    (
        "C018",
        set!("https://[::1]:8443/", "sid=a; Domain=[::1]"),
        set!("https://[::1]:8443/", "sid=a; Domain="),
    ),
    ("C019", set!(HTTPS, "sid=a; Domain=shöp.example"), set!(HTTPS, "sid=a; Domain=shop.example")),
    (
        "C020",
        set!("https://shop.example/application", "sid=a; Path=/app"),
        set!("https://shop.example/app/x?y#z", "sid=a; Path=/app"),
    ),
    (
        "C021",
        set!("https://shop.example/app/login", "sid=a"),
        set!("https://shop.example/login", "sid=a; Path=app"),
    ),
    ("C022", set!(HTTPS, "sid=a; Partitioned"), set!(HTTPS, "sid=a; Partitioned; Secure")),
    ("C023", set!(HTTPS, "sid=JOB; Path=/"), set!(HTTPS, "sid=JOB; Path=/; HttpOnly")),
    ("C024", set!(HTTPS, "sid=a"), set!(HTTP, "sid=a")),
    ("C025", set!(HTTPS, "sid=a; Max-Age=-1"), set!(HTTPS, "sid=a; Max-Age=1")),
    (
        "C026",
        set!(HTTPS, "sid=a; Expires=31 Feb 2027 10:00:00"),
        set!(HTTPS, "sid=a; Expires=10:00:00 2027 Feb 28"),
    ),
    ("C027", set!(HTTPS, "sid=a; Max-Age=15m"), set!(HTTPS, "sid=a; Max-Age=900")),
    ("C028", set!(HTTPS, "sid=a; Max-Age=34560001"), set!(HTTPS, "sid=a; Max-Age=34560000")),
    (
        "C029",
        set!(HTTPS, "sid=a; Max-Age=900; Expires=Sat, 21 Nov 2026 01:45:01 GMT"),
        set!(HTTPS, "sid=a; Max-Age=900; Expires=Sat, 21-Nov-26 02:00:01 GMT"),
    ),
    ("C030", set!(HTTPS, "sid=JOB; Max-Age=900"), set!(HTTPS, "sid=JOB; Max-Age=563")),
    ("C031", set!(HTTPS, "sid=JOB; Max-Age=60"), set!(HTTPS, "sid=JOB; Max-Age=563")),
    ("C032", set!(HTTPS, "sid=OLD"), set!(HTTPS, "sid=JOB")),
    ("C033", set!(HTTPS, "sid=a"), set!(HTTPS, "sid=a; SameSite=Lax")),
    ("C034", set!(HTTPS, "sid=a; SameSite=strict"), set!(HTTPS, "sid=a; SameSite=Lax")),
    ("C035", set!(HTTPS, "sid=a, b"), set!(HTTPS, "sid=a.b-c_d%20/+==")),
    (
        "C036",
        (HTTPS, &[("--set-cookie", "sid=a; Path=/"), ("--set-cookie", "sid=b; Path=/app")]),
        (HTTPS, &[("--set-cookie", "sid=a; Path=/"), ("--set-cookie", "csrf=b; Path=/app")]),
    ),
    (
        "C040",
        clear!(HTTPS, FINE, "Sid=; Path=/; Max-Age=0"),
        clear!(HTTPS, FINE, "sid=; Max-Age=0"),
    ),
    (
        "C041",
        clear!(HTTPS, FINE, "sid=; Path=/; Max-Age=0; Domain=shop.example"),
        clear!(HTTPS, "sid=a; Domain=.shop.example", "sid=; Max-Age=0; Domain=shop.example"),
    ),
    (
        "C042",
        clear!("https://shop.example/app/logout", FINE, "sid=; Max-Age=0"),
        clear!("https://shop.example/app/logout", "sid=a", "sid=; Max-Age=0; Path=/app"),
    ),
    (
        "C043",
        clear!(HTTPS, FINE, "sid=; Path=/; Max-Age=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
        clear!(HTTPS, FINE, "sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
    ),
    (
        "C044",
        clear!(HTTPS, "sid=a; Secure; Partitioned", "sid=; Secure; Max-Age=0"),
        clear!(HTTPS, "sid=a; Secure; Partitioned", "sid=; Secure; Max-Age=0; Partitioned"),
    ),
    (
        "C045",
        clear!("http://localhost/", "sid=a; Secure", "sid=; Max-Age=0"),
        clear!(HTTPS, "sid=a; Secure", "sid=; Max-Age=0"),
    ),
    ("C050", sent!(HTTPS, "sid=a; b=c; sid=d"), sent!(HTTPS, "sid=a; b=c; Sid=d")),
    ("C051", sent!(HTTPS, "sid=A*8189"), sent!(HTTPS, "sid=A*8188")),
    ("C052", sent!(HTTPS, "$Version=1; sid=a"), sent!(HTTPS, "Version$=1; sid=a")),
    ("C053", sent!(HTTPS, "sid=\"a\""), sent!(HTTPS, "sid=a\"")),
    ("C054", sent!(HTTP, "__Host-sid=a"), sent!(HTTPS, "__Host-sid=a")),
    ("C055", sent!(HTTPS, "sid=a; b"), sent!(HTTPS, "sid=a; b=; ")),
    (
        "C056",
        (HTTPS, &[("--set-cookie", FINE), ("--cookie", "Sid=a")]),
        (HTTPS, &[("--set-cookie", FINE), ("--cookie", "b=c; sid=a")]),
    ),
];

fn doctor(url: &str, headers: &[(&str, &str)]) -> Run {
    let headers: Vec<(&str, String)> =
        headers.iter().map(|(flag, header)| (*flag, filled(header))).collect();
    let mut args = vec!["doctor", "--json", "--at", VALID, "--url", url];
    args.extend(headers.iter().flat_map(|(flag, header)| [*flag, header]));
    run(&args)
}

fn filled(header: &str) -> String {
    let old = waxseal::base64url::encode(br#"{"exp":1795225163}"#);
    let header = header
        .replace("JOB", &fixture("job.jwt"))
        .replace("OLD", &format!("eyJhbGciOiJFZERTQSJ9.{old}.AAAA"));
    match header.split_once("A*") {
        Some((before, rest)) => {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let count = rest[..digits].parse().expect("a number");
            format!("{before}{}{}", "A".repeat(count), &rest[digits..])
        }
        None => header,
    }
}

#[track_caller]
fn ids(run: &Run) -> BTreeSet<String> {
    let facts = run.json();
    let found = facts["findings"].as_array().expect("a list");
    found.iter().map(|finding| finding["id"].as_str().expect("an id").to_owned()).collect()
}

/// Level by id, as `--rules` prints them.
fn catalogue() -> BTreeMap<String, String> {
    let rules = run(&["doctor", "--rules", "--json"]).ends(0).json();
    let text = |rule: &Value, name: &str| rule[name].as_str().expect("text").to_owned();
    let rules = rules["rules"].as_array().expect("a list");
    rules.iter().map(|rule| (text(rule, "id"), text(rule, "level"))).collect()
}

#[test]
fn every_rule_is_found_where_it_is_broken_and_only_there() {
    let levels = catalogue();
    for (id, (url, broken), (clean_url, clean)) in SAMPLES {
        let found = doctor(url, broken);
        assert!(ids(&found).contains(*id), "{id} not found in {broken:?}: {}", found.out);
        let not_found = doctor(clean_url, clean);
        assert!(!ids(&not_found).contains(*id), "{id} found in {clean:?}: {}", not_found.out);
        for run in [found, not_found] {
            let is_bad = ids(&run).iter().any(|id| levels[id] == "error");
            assert_eq!(run.code, i32::from(is_bad), "{id}: {}", run.out);
            assert_eq!(run.json()["exit"], run.code);
        }
    }
}

#[test]
fn no_rule_is_without_its_samples() {
    let sampled: BTreeSet<String> = SAMPLES.iter().map(|(id, ..)| (*id).to_owned()).collect();
    assert_eq!(sampled.len(), SAMPLES.len(), "an id has two rows");
    let known: BTreeSet<String> = catalogue().into_keys().collect();
    assert_eq!(sampled, known);
}

#[test]
fn the_manual_lists_the_catalogue() {
    let manual = concat!(env!("CARGO_MANIFEST_DIR"), "/src/manual/commands.rs");
    let manual = std::fs::read_to_string(manual).expect("the manual");
    let rows = |line: &str| {
        let mut cells = line.strip_prefix("//! | C")?.split(" | ");
        Some((format!("C{}", cells.next()?), cells.next()?.to_owned()))
    };
    let listed: BTreeMap<String, String> = manual.lines().filter_map(rows).collect();
    assert_eq!(listed, catalogue());
}

#[test]
fn a_sound_cookie_has_no_finding() {
    let kept = doctor(HTTPS, &[("--set-cookie", FINE)]).ends(0);
    assert_eq!((kept.json()["verdict"].as_str(), ids(&kept).len()), (Some("kept"), 0));
    let clear = "sid=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0";
    let cleared = doctor(HTTPS, &[("--set-cookie", FINE), ("--clear", clear)]).ends(0);
    assert_eq!(
        (cleared.json()["verdict"].as_str(), ids(&cleared).len()),
        (Some("kept and cleared"), 0)
    );
    let sent = doctor(HTTPS, &[("--set-cookie", FINE), ("--cookie", "sid=a; b=c")]).ends(0);
    assert_eq!(ids(&sent).len(), 0);
    let alone = doctor(HTTPS, &[("--clear", clear)]).ends(0);
    assert_eq!(alone.json()["verdict"], "cleared");
    let header = doctor(HTTPS, &[("--cookie", "sid=a")]).ends(0);
    assert_eq!(header.json()["verdict"], "in order");
}

#[test]
fn the_verdict_stands_first() {
    let cases: [(&[&str], &str, i32); 4] = [
        (&["--set-cookie", FINE], "the browser keeps it", 0),
        (&["--set-cookie", "__Host-sid=a"], "the browser drops it", 1),
        (&["--set-cookie", FINE, "--clear", "sid="], "logout does not clear it", 1),
        (&["--cookie", "a=b; a=c"], "the server may not read what the browser sent", 1),
    ];
    for (headers, verdict, code) in cases {
        let run = run(&[&["doctor", "--url", HTTPS], headers].concat()).ends(code);
        assert_eq!(run.out.lines().next(), Some(verdict), "{}", run.out);
    }
}

#[test]
fn logout_is_refused_by_the_same_rules_as_login() {
    let set = "__Host-sid=a; Path=/; Secure; HttpOnly; SameSite=Lax";
    let found =
        doctor(HTTPS, &[("--set-cookie", set), ("--clear", "__Host-sid=; Path=/; Max-Age=0")]);
    assert_eq!(ids(&found.ends(1)), BTreeSet::from(["C009".to_owned()]));
}

fn calls<'a>(base: &[&'a str], headers: &[&'a str]) -> Vec<&'a str> {
    [base, headers].concat()
}

#[test]
fn headers_come_bare_named_from_a_file_and_from_a_whole_response() {
    let dir = tempfile::tempdir().expect("a folder");
    let response =
        "HTTP/2 200\r\nset-cookie: a=b; Secure\r\nserver: x\r\nSet-Cookie: __Host-c=d\r\n\r\n";
    let file = dir.path().join("response.txt");
    std::fs::write(&file, response).expect("a file");
    let file = format!("@{}", file.display());
    let base = ["doctor", "--json", "--at", VALID, "--url", HTTPS];
    let bare =
        run(&calls(&base, &["--set-cookie", "a=b; Secure", "--set-cookie", "__Host-c=d"])).ends(1);
    assert!(ids(&bare).contains("C009"));
    let named =
        ["--set-cookie", "Set-Cookie: a=b; Secure", "--set-cookie", "set-cookie:__Host-c=d\r\n"];
    assert_eq!(run(&calls(&base, &named)).ends(1).out, bare.out);
    assert_eq!(run(&calls(&base, &["--set-cookie", &file])).ends(1).out, bare.out);
    assert_eq!(
        pipe(&calls(&base, &["--set-cookie", "-"]), response.as_bytes()).ends(1).out,
        bare.out
    );
    // A browser may send Cookie in several fields: the server sees one.
    let split = pipe(&calls(&base, &["--cookie", "-"]), b"cookie: a=b\r\nCookie: a=c\r\n").ends(1);
    assert_eq!(split.out, run(&calls(&base, &["--cookie", "a=b; a=c"])).ends(1).out);
}

#[test]
fn a_wrong_call_is_told_from_a_bad_header() {
    let cases: [(&[&str], i32); 10] = [
        (&["doctor"], 64),
        (&["doctor", "--url", HTTPS], 64),
        (&["doctor", "--url", "shop.example", "--cookie", "a=b"], 64),
        (&["doctor", "--url", "ftp://shop.example", "--cookie", "a=b"], 64),
        (&["doctor", "--url", "https://", "--cookie", "a=b"], 64),
        (&["doctor", "--url", "https://ada@shop.example/", "--cookie", "a=b"], 64),
        (&["doctor", "--url", HTTPS, "--cookie", "-", "--clear", "-"], 64),
        (&["doctor", "--url", HTTPS, "--set-cookie", "Set-Cookie: "], 65),
        (&["doctor", "--url", HTTPS, "--set-cookie", "-"], 65),
        (&["doctor", "--url", HTTPS, "--set-cookie", "@no-such.txt"], 66),
    ];
    for (args, code) in cases {
        let run = run(args).ends(code);
        assert_eq!(run.out, "", "{args:?}");
    }
    pipe(&["doctor", "--url", HTTPS, "--cookie", "-"], b"a=\xff").ends(65);
}

#[test]
fn nothing_of_a_header_reaches_the_terminal_raw() {
    let hostile = "\u{1b}[31m\u{202e}";
    let set =
        format!("s{hostile}=v{hostile}; Domain=d{hostile}; Path=/p{hostile}; Max-Age=m{hostile}");
    let cookie = format!("$n{hostile}=\"v\"; a{hostile}=b; a{hostile}=c");
    let mut shown = 0;
    for shape in [&[][..], &["--plain"], &["--json"]] {
        let headers = ["--set-cookie", &set, "--clear", &set, "--cookie", &cookie];
        let run = run(&[&["doctor", "--url", HTTPS], shape, &headers].concat()).ends(1);
        for text in [&run.out, &run.err] {
            let raw = |c: char| matches!(c, '\u{1b}' | '\u{202e}');
            assert!(!text.contains(raw), "{text:?}");
        }
        shown += usize::from(run.out.contains("202e"));
    }
    assert_eq!(shown, 3, "the characters were left out, not escaped");
}

#[test]
fn the_token_in_a_cookie_is_not_shown() {
    let token = fixture("job.jwt");
    let set = format!("sid={token}; Max-Age=9");
    for shape in [&[][..], &["--plain"], &["--json"]] {
        let args = [&["doctor", "--url", HTTPS], shape, &["--set-cookie", &set]].concat();
        let run = run(&args);
        assert!(!(run.out + &run.err).contains(&token[..20]), "{shape:?} in {FIXTURES}");
    }
}

#[test]
fn dates_are_read_as_browsers_read_them() {
    let past = [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Thu, 01-Jan-70 00:00:01 UTC",
        "Thu Jan  1 00:00:00 1970",
        "1 jan 1601 0:0:0",
        "Fri, 21 Nov 2025 01:45:00 GMT",
    ];
    let unreadable = [
        "0",
        "-1",
        "tomorrow",
        "Thu, 01 Jan 1600 00:00:00 GMT",
        "01 Jan 2027",
        "1 Foo 2027 10:00:00",
        "29 Feb 2027 10:00:00",
        "1 Jan 2027 24:00:00",
        "1 Jan 1969 10:00:60",
    ];
    let future =
        ["29 Feb 2028 10:00:00", "Sun, 01 Jan 69 00:00:00 GMT", "2027 january 1st 10:00:00.5"];
    let found =
        |date: &str| ids(&doctor(HTTPS, &[("--set-cookie", &format!("sid=a; Expires={date}"))]));
    for date in past {
        assert!(found(date).contains("C025"), "{date}: {:?}", found(date));
    }
    for date in unreadable {
        assert!(found(date).contains("C026"), "{date}: {:?}", found(date));
    }
    for date in future {
        let found = found(date);
        assert!(!found.contains("C025") && !found.contains("C026"), "{date}: {found:?}");
    }
}
