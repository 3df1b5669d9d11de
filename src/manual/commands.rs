//! How the program behaves.
//!
//! `waxseal --help` and `waxseal man` list every option. This page is about what holds for all verbs.
//!
//! | verb | does | needs a key |
//! |---|---|---|
//! | `demo` | tells one session's life with real processes; `--formats` shows every format | no |
//! | `mint` (`sign`) | a session of a ring, or any claims under one key | yes |
//! | `inspect` (`decode`) | shows what a token says; verifies nothing | no |
//! | `verify` | judges a token, check by check | yes |
//! | `diff` | shows how two tokens differ; verifies neither | no |
//! | `keys init`, `new`, `import` | make a ring, a key in a file, a staged key in a ring | – |
//! | `keys public`, `jwks`, `export` | the public half, all public halves, a private key | – |
//! | `completions`, `man` | for your shell | no |
//!
//! No verb rotates a ring, renews or revokes yet, and `verify` knows no revocation list: it says
//! `not checked`. Nothing here opens a network connection: `curl -s URL | waxseal verify --key - @t`.
//!
//! # Input
//! * A token is an argument, `@FILE`, or `-` for standard input. Without an argument a pipe is read;
//!   an argument always wins over a pipe. `waxseal` alone, at the end of a pipe, inspects.
//! * White space, quotes, a BOM, `Authorization:` and `Bearer` around the token are dropped. Two words
//!   are refused, and so are more than 64 KB.
//! * A token in an argument can be seen in the process list. `@FILE` and pipes cannot. A secret is
//!   never taken from an argument or a variable.
//! * `--keys DIR` is a ring; `WAXSEAL_KEYS` may hold its path, and there is no other default.
//!   `--key FILE` is a JWK or JWK Set, `-` for standard input. A bare secret says how it is written:
//!   `raw:FILE`, `hex:FILE` or `b64:FILE`, with `--alg`. PEM is not read yet.
//! * `-c name=text` is a string, `-c name:=JSON` any value. A name given twice is refused.
//!
//! # Many tokens
//! `inspect --jsonl` and `verify --jsonl` read one token a line, from a pipe, `@FILE` or several
//! arguments, and print one JSON object a line, in the order of the input: what `--json` prints, with
//! `line` (from 1, blank lines and all sources counted) and `kid` (the token's own word, or `null`). A
//! bad line is an object too; it has `code` and `exit`, and `error` (`inspect`) or `verdict` and
//! `reason` (`verify`). A line of more than 65 KB is skipped as `too_long`. Memory does not grow with
//! the input. A summary goes to standard error.
//!
//! The exit code is that of the worst line: 11, 10, 15, 14, 16, 13, 12, 0, the worst first. With
//! `--keep-going` it is 17 if any line failed.
//!
//! # Times
//! | where | write |
//! |---|---|
//! | `--ttl`, `--leeway` | `90s`, `15m`, `2h30m`, `7d`, `1w`; no months, no years |
//! | `--at` | `2026-11-21T01:40:52Z`, `@1795225252`, `now`, `now+20m`, `now-5m` |
//! | `--tz` | `utc` (the default), `local`, `+02:00`; changes what is shown, not what is judged |
//!
//! `mint --keys` stretches the idle limit to `--ttl` if that is above 30 min. Above the ring's L, 8 h
//! by default, it refuses.
//!
//! # Output
//! Data goes to standard output, words to standard error. A refused token is data: its report is on
//! standard output, and the exit code says the rest. A failure is one line, `waxseal: what`, and often
//! a second, `next: what to do`. `-q` silences notes. Colours need a terminal, and no `NO_COLOR`.
//!
//! Whatever comes out of a token is escaped first: control characters, bidirectional marks and
//! characters without width are shown as `\u{...}`. A token cannot move your cursor.
//!
//! A secret is written to a new file of mode 0600 that must not exist, or to standard output if you
//! say `--out -`. `keys export` wants the ring's name too. `-n` says what a `keys` verb would do.
//!
//! # JSON
//! `--json` prints one object on one line. `schema` is 1; members may be added without a new number.
//! Facts of ours and words of the token never share an object.
//!
//! | `inspect --json` | | `verify --json` | |
//! |---|---|---|---|
//! | `schema` | 1 | `schema` | 1 |
//! | `verified` | `false`, always | `verdict` | `accepted`, `rejected` |
//! | `kind` | `jws`, `jwe`, `paseto`, `paserk` | `exit` | the exit code |
//! | `bytes` | length of the text | `checks` | list of `check`, `verdict`, `detail` |
//! | `header` | as it stands | `claims` | accepted only |
//! | `claims` | readable ones | `times` | accepted only, as left |
//! | `times` | name → `epoch`, `text`, `relative` | `payload` | base64url, with `--payload raw` |
//! | `payload` | base64url, if it is no Claims Set | `code`, `reason`, `next` | rejected only |
//! | `encrypted` | `true` for a sealed one | | |
//!
//! The verdict of a check is `passed`, `failed`, `not checked` (nobody asked) or `not reached` (an
//! earlier one refused). The checks are `form`, `key`, `signature`, `type`, `issuer`, `audience`,
//! `time`, `claims`, `revoked`. `--version --json` prints `schema`, `name`, `version`.
//!
//! | `diff --json` | |
//! |---|---|
//! | `schema`, `verified` | 1, `false` |
//! | `forms` | of both tokens |
//! | `payload` | `claims`, or why there are none to compare |
//! | `changes` | list of `in`, `name`, `change`, `privilege`, `before`, `after`; `seconds` for times, `gained` and `lost` for sets |
//! | `same` | list of `in`, `name` |
//!
//! `--plain` prints lines of name, tab, value: `claims.sub`, `header.alg`; in `verify` also
//! `verdict`, `code` and `check.NAME`, verdict, detail.
//!
//! # Exit codes
//! | code | meaning | `VerifyError::code()` |
//! |---|---|---|
//! | 0 | done, or verified | |
//! | 1 | a line of the demo was false | |
//! | 10 | malformed, unsigned, or no token at all | `malformed`, `too_long`, `unsecured`, `unknown_extension`, `nested`, `bad_claims`, `missing_claim`, `wrong_state` |
//! | 11 | bad signature, decryption failed, or not the key's algorithm | `bad_signature`, `wrong_algorithm` |
//! | 12 | expired, not yet valid, or past a limit of the session | `expired`, `not_yet_valid`, `issued_in_future`, `idle_limit`, `absolute_limit`; `missing_claim` for `exp` |
//! | 13 | wrong audience | `wrong_audience`, `unexpected_audience` |
//! | 14 | unknown, retired or revoked key | `unknown_key`, `no_kid`, `key_retired`, `key_revoked` |
//! | 15 | revoked | `session_revoked`, `token_revoked`, `subject_revoked` |
//! | 16 | wrong type, purpose or issuer | `wrong_type`, `wrong_issuer` |
//! | 17 | some lines of a batch failed (--keep-going) | |
//! | 64 | usage | |
//! | 65 | input or key file is bad data | |
//! | 66 | cannot read input or key ring | |
//! | 70 | a bug of waxseal | |
//! | 73 | cannot create: it exists already | |
//! | 74 | cannot write | |
//! | 76 | refused by a guard | |
//! | 77 | permissions too open | |
//!
//! A script needs one rule: 10 to 17 is about tokens, everything above about the call. A pipe
//! that closes early is no failure.
//!
//! ```sh
//! waxseal verify --key jwks.json --iss https://id.example --aud shop --session --json @t > report
//! case $? in
//!     0) jq .claims report ;;
//!     1[0-7]) jq -r '.code + ": " + .next' report ;;
//!     *) echo "called wrongly" ;;
//! esac
//! ```
//!
//! # What `verify` asks
//! It asks what you tell it to, and prints `not checked` for the rest. `--iss`, `--aud` and `--typ`
//! are asked when given; a ring knows its issuer. An `exp` that is there is always checked; `--require
//! exp` insists on one. `--session` asks for everything a session of ours has. Claims are printed
//! only after the whole verdict.
