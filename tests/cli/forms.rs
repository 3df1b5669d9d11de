//! Keys in their forms: what a form cannot say is said beside it, and a key in the wrong place is not
//! repeated.

use crate::tool::run_in;

#[test]
fn a_key_given_in_place_of_its_file_is_not_repeated() {
    let dir = tempfile::tempdir().expect("a folder");
    let paserk =
        run_in(&dir, &["keys", "new", "--alg", "v4.local", "--form", "paserk", "--out", "-"]);
    let paserk = paserk.ends(0).out.trim().to_owned();
    let pem = run_in(&dir, &["keys", "new", "--alg", "ES256", "--form", "pem", "--out", "-"]);
    let pem = pem.ends(0).out.replace('\n', " ");
    for key in [paserk.as_str(), pem.trim()] {
        let part = &key[30..50];
        for args in [
            vec!["keys", "id", "--", key],
            vec!["keys", "public", "--", key],
            vec!["mint", "--sub", "ada", &*format!("--key={key}")],
            vec!["verify", "a.b.c", &*format!("--key={key}")],
            vec!["verify", "a.b.c", &*format!("--keys={key}")],
            vec!["mint", "--sub", "ada", "--aud", "b", &*format!("--keys={key}")],
            vec!["lint", &*format!("--key={key}")],
        ] {
            let run = run_in(&dir, &args).ends(64);
            assert!(!run.err.contains(part) && !run.out.contains(part), "{args:?}: {}", run.err);
        }
    }
}

#[test]
fn a_key_of_a_format_that_pem_cannot_say_is_told_so() {
    let dir = tempfile::tempdir().expect("a folder");
    let args = ["keys", "new", "--alg", "v4.public", "--form", "pem", "--out", "key.pem"];
    let run = run_in(&dir, &args).ends(0);
    let says = "public: waxseal keys public key.pem --alg v4.public";
    assert!(run.err.contains(says), "{}", run.err);
    let public = run_in(&dir, &["keys", "public", "key.pem", "--alg", "v4.public"]).ends(0);
    assert!(public.out.contains("\"alg\":\"v4.public\""), "{}", public.out);
}

#[test]
fn rights_that_only_a_jwk_can_say_are_not_lost_in_another_form() {
    let dir = tempfile::tempdir().expect("a folder");
    run_in(&dir, &["keys", "new", "--alg", "v4.public", "--out", "key"]).ends(0);
    let jwk = std::fs::read_to_string(dir.path().join("key")).expect("text");
    let jwk = jwk.replace("\"use\":\"sig\"", "\"key_ops\":[\"verify\"]");
    std::fs::write(dir.path().join("key"), jwk).expect("it is ours");
    for form in ["pem", "paserk"] {
        let args = ["keys", "convert", "key", "--form", form, "--out", "-"];
        let run = run_in(&dir, &args).ends(65);
        assert!(run.err.contains("key_ops"), "{}", run.err);
        assert_eq!(run.out, "");
    }
}
