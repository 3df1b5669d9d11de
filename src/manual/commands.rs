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
//! | `doctor` | says why a browser drops a cookie, or why logout does not clear it | no |
//! | `lint` | tells everything that is wrong with a token or a ring; see [`lint`](super::lint) | no |
//! | `keys init` | makes a ring | – |
//! | `keys status`, `plan`, `log`, `usage`, `check` | what each key does, what is due, what happened, who is still used, what is wrong | – |
//! | `keys tick` | does what is due, for cron; see [`rotation`](super::rotation) | – |
//! | `keys stage`, `import`, `promote`, `rollback`, `revoke`, `prune` | one step of a rotation each, guarded | – |
//! | `keys new` | makes a key in a file | – |
//! | `keys public`, `jwks`, `export` | the public half, all public halves, a private key | – |
//! | `keys convert`, `id` | a key in another form; its names | – |
//! | `revoke init` | makes an empty revocation list | – |
//! | `revoke add` | ends a session, a token, or all that began up to a moment; see [`revocation`](super::revocation) | – |
//! | `revoke list`, `status`, `prune` | every entry, the health of a list, what may leave it | – |
//! | `revoke export` | writes a list as a signed file; see [`revocation_snapshot`](super::revocation_snapshot) | the feed key |
//! | `revoke check` | tells whether an entry names a token; verifies nothing | no |
//! | `serve` | hands out a ring's public keys, or a JWK Set file, and a revocation list, over HTTP | – |
//! | `completions`, `man` | for your shell | no |
//!
//! No verb renews a session. `verify` asks the revocation list that `--revoked` names; without one it
//! says `not checked`. Keys are never fetched, `curl -s URL | waxseal verify --key - @t`: the network is asked
//! for nothing but a list whose place is a URL or `redis://`.
//!
//! # Input
//! * A token is an argument, `@FILE`, or `-` for standard input. Without an argument a pipe is read;
//!   an argument always wins over a pipe. `waxseal` alone, at the end of a pipe, inspects.
//! * White space, quotes, a BOM, `Authorization:` and `Bearer` around the token are dropped. Two words
//!   are refused, and so are more than 64 KB.
//! * A token in an argument can be seen in the process list. `@FILE` and pipes cannot. A key is
//!   never taken from an argument or a variable.
//! * `--keys DIR` is a ring; `WAXSEAL_KEYS` may hold its path, and there is no other default.
//!   `--key FILE` is a JWK, a JWK Set, a PEM or a PASERK, recognised by how it begins, `-` for standard
//!   input. A bare secret says how it is written: `raw:FILE`, `hex:FILE` or `b64:FILE`, with `--alg`. An
//!   RSA key that does not say its algorithm needs `--alg` too.
//! * `--store FILE` is a revocation list; `WAXSEAL_STORE` may hold its path, else it is `revoked.db`. Verbs
//!   that only look, and `verify --revoked`, take a file or URL of signed snapshots too, with the key that
//!   signs them: `--feed-key FILE`. Nothing is written beside a snapshot.
//! * A place with a password in it, `redis://:password@host`, belongs in a file of mode 0600: `--store @FILE`,
//!   `WAXSEAL_STORE=@FILE` and `--revoked @FILE` take the place from the first line of FILE, 4 KB at most. Arguments and
//!   variables can be read by other programs; a password there is used, and remarked on.
//! * `revoke add` takes any name, also one that begins with `-`. A word that is an option of that verb is
//!   refused unless it is written `--sid=--json`. An id that cannot be one of ours is remarked on.
//! * `-c name=text` is a string, `-c name:=JSON` any value. A name given twice is refused.
//!
//! # Serving
//! `waxseal serve --keys DIR` or `--jwks FILE` prints its URL, one line, and answers until SIGTERM or
//! Ctrl-C, which end it with 0. It opens `jwks.json` and `ring.json` and no file with a private key, so
//! it can run as a user who may not read those. With `--revoked PLACE --feed-key FILE` it serves the
//! revocation list too, signed by that key; the URL of the snapshot is a second line.
//!
//! | route | answer |
//! |---|---|
//! | `/.well-known/jwks.json` | the file as it stands, with a strong ETag; 304 for one that has not changed; 503 as `/healthz` |
//! | `/.well-known/revocations.jwt` | the [signed snapshot](super::revocation_snapshot) with a strong ETag; 304; 503 when the list is older than its B or cannot be read; 404 without a list |
//! | `/healthz` | 200 `ok`; 503 when the file could not be read anew for 24 h, or as for the snapshot |
//! | `/metrics` | OpenMetrics: keys, age, failed readings, the ring's serial, requests by route and status; of the list its age, entries, holes, reloads, failures, and the snapshot's serial and bytes |
//!
//! * The list is looked at every second for new entries and signed when there are some, and every 10 s
//!   (B/6 if that is sooner) anyway, by a thread of its own. An answer may be kept for 30 s (B/10 if that
//!   is shorter).
//! * The file is read every second. One that is gone or bad leaves the last good content, for 24 h.
//! * `Cache-Control` allows 0.4 C to 0.5 C, drawn anew for each answer. A rotation counts on no copy
//!   living longer than C: a verifier that fails once to renew its copy has time for another try, and
//!   verifiers that started together do not ask together. C is the ring's, or `--cache`.
//! * It speaks plain HTTP on 127.0.0.1:8080; `--bind` changes that, and warns beyond this machine.
//!   Whoever can exchange the answer on its way can mint for that verifier: put a proxy with TLS before
//!   it.
//! * 128 connections, 5 s for the head of a request, 8 KB and 64 lines of it, 60 s for a connection.
//!   When there are more, the oldest ends.
//!
//! # Many tokens
//! `inspect --jsonl`, `verify --jsonl` and `revoke check --jsonl` read one token a line, from a pipe, `@FILE` or several
//! arguments, and print one JSON object a line, in the order of the input: what `--json` prints, with
//! `line` (from 1, blank lines and all sources counted) and `kid` (the token's own word, or `null`). A
//! bad line is an object too; it has `code` and `exit`, and `error` (`inspect`) or `verdict` and
//! `reason` (`verify`). A line of more than 65 KB is skipped as `too_long`. Memory does not grow with
//! the input. A summary goes to standard error. `--failed` prints only the lines that failed: summary and
//! exit code are the same, and `verify` has less to write.
//!
//! `--jobs N` works on N cores, 1 by default, `--jobs auto` on all; the rows are the same, in the same order, and
//! memory grows by about 1 MB with each. The clock is read once for the lines that are read at once, at
//! most 128 KB. A run of more than a second whose output is no terminal says on one how far it is.
//!
//! The exit code is that of the worst line: 11, 10, 15, 14, 16, 13, 12, 0, the worst first. With
//! `--keep-going` it is 17 if any line failed.
//!
//! # Times
//! | where | write |
//! |---|---|
//! | `--ttl`, `--leeway` | `90s`, `15m`, `2h30m`, `7d`, `1w`; no months, no years |
//! | `--at`, `--before` | `2026-11-21T01:40:52Z`, `@1795225252`, `now`, `now+20m`, `now-5m` |
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
//! say `--out -`. `keys export`, `revoke` and `prune` want the ring's name too, typed or as `--ring`;
//! `promote`, `rollback` and `revoke add` of `--key` and `--all` ask once, or want `--yes`. `-n` says what
//! a `keys` or `revoke` verb would do.
//! `--form jwk|pem|paserk` is how a key is written, JWK by default; [`keys`](super::keys) tells which
//! form holds which key.
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
//! | `encrypted` | `true` for a sealed one | `second_opinion` | with that option: `judge`, `verdict`, `reason`, `agrees`, `remark` |
//!
//! The verdict of a check is `passed`, `failed`, `not checked` (nobody asked) or `not reached` (an
//! earlier one refused). The checks are `form`, `key`, `signature`, `type`, `issuer`, `audience`,
//! `time`, `claims`, `revoked`. Of a PASETO `header` is the footer. `--version --json` prints `schema`,
//! `name`, `version`; `keys id --json` prints `schema`, `private`, `alg`, `kid`, `thumbprint`,
//! `paserk` (how tokens name it) and `secret` (the id of the private key itself, its `sid`), with `null`
//! for a name that the key has not.
//!
//! | `diff --json` | | `doctor --json` | |
//! |---|---|---|---|
//! | `schema`, `verified` | 1, `false` | `schema`, `exit` | 1, the exit code |
//! | `forms` | of both tokens | `verdict` | `kept`, `dropped`, `not cleared`, `kept and cleared`, `cleared`, `ambiguous`, `in order` |
//! | `payload` | `claims`, or why there are none to compare | `text` | the verdict in words |
//! | `changes` | list of `in`, `name`, `change`, `privilege`, `before`, `after`; `seconds` for times, `gained` and `lost` for sets | `findings` | list of `id`, `level`, `header`, `text`, `detail`, `fix` |
//! | `same` | list of `in`, `name` | | |
//!
//! | `keys status --json` | | `keys tick --json` | |
//! |---|---|---|---|
//! | `ring`, `issuer`, `serial`, `at` | the ring, and when it was looked at | `ring`, `dry_run` | |
//! | `policy` | `L`, `C`, `S`, `R`, `period` in seconds, `max_mints_per_day`, `cap` | `steps` | done, or due in a dry run: `step`, `seq`, `alg`, `what` |
//! | `keys` | newest first: `seq`, `kid`, `alg`, `state`, `private_half`, `held`, `next` in words | `lost_a_race` | another process took a step first |
//! | their times | `since`, `visible_since`, `may_sign_at`, `verifies_until`, `safe_to_delete_at`, `held_until` | `later` | list of `at`, `steps` |
//! | `due`, `needs` | steps, and what only a person can do | `needs` | in words |
//! | `log`, `published`, `permissions` | `ok`, with `entries` and `fault`, or `keys` | | |
//! | `findings` | of lint, without notes | | |
//!
//! `keys plan --json` prints `due`, `later`, `needs`; `keys log --json` `ok`, `fault`, `before` (events
//! left out) and `entries`: `serial`, `at`, `what`, `seq`, `kid`, `by`; `keys usage --json` `tokens`,
//! `keys` and `unknown` with their `tokens`, `unknown_tokens`, `more_unknown`, `without_kid`,
//! `lines_without_token`; `keys check --json` is that of lint. Times are `epoch`, `text`, `relative`.
//!
//! | `revoke list --json`, `revoke check --json` | | `revoke status --json` | |
//! |---|---|---|---|
//! | `schema` | 1 | `schema`, `store` | 1, the place |
//! | `verified`, `revoked`, `exit` | of `check`: `false`, always; whether an entry names it; the exit code | `verdict` | `fresh`, `within budget`, `over budget`, `corrupt` |
//! | `entries` | of `check` those that name the token | `age_seconds`, `fault`, `unpublished` (`null` unless it is an engine), `bytes` | its health |
//! | in each | `kind` (`jti`, `sid`, `sub`, `scope`, `kid`, `all`), `name` or `null`, `id`, `except`, `cut`, `kept_until` (`null`: for ever), `is_over`, `recorded_at`, `reason` | `entries`, `kinds`, `ended`, `newest`, `oldest` | how many, and since when |
//! | | | `policy`, `exposure_seconds` | what is promised |
//!
//! `revoke add --json` prints `done`, `kind`, `name`, `except`, `cut`, `kept_until`, `reason`, `recorded` (`local`,
//! `published`) and `exposure_seconds` (`null` for a key, for which no bound holds while a feed is dead); `revoke prune --json` prints `done`, `dropped`, `kept`, `horizon`.
//! `revoke list --plain` prints kind, name, cut, end, spared session, time of recording and reason.
//!
//! `lint --json` prints `schema`, `exit`, `worst` (a level, or `null`) and `findings`, a list of `id`,
//! `level`, `place`, `text`, `fix`. `lint --plain` prints one finding a line: level, id, place, text, fix.
//!
//! `--plain` prints lines of name, tab, value: `claims.sub`, `header.alg`; in `verify` also
//! `verdict`, `code` and `check.NAME`, verdict, detail; `second_opinion`, judge, verdict, reason, remark.
//!
//! # Exit codes
//! | code | meaning | `VerifyError::code()` |
//! |---|---|---|
//! | 0 | done, or verified; nothing was due, or another process did it first | |
//! | 1 | lint found something, doctor found an error, or a line of the demo was false | |
//! | 2 | steps of a rotation are due (keys plan --check) | |
//! | 10 | malformed, unsigned, or no token at all | `malformed`, `too_long`, `unsecured`, `unknown_extension`, `nested`, `bad_claims`, `missing_claim`, `wrong_state` |
//! | 11 | bad signature, decryption failed, or not the key's algorithm | `bad_signature`, `wrong_algorithm`, `no_assertion` |
//! | 12 | expired, not yet valid, or past a limit of the session | `expired`, `not_yet_valid`, `issued_in_future`, `idle_limit`, `absolute_limit`; `missing_claim` for `exp` |
//! | 13 | wrong audience | `wrong_audience`, `unexpected_audience` |
//! | 14 | unknown, retired or revoked key | `unknown_key`, `no_kid`, `key_retired`, `key_revoked`, `test_key` |
//! | 15 | revoked | `session_revoked`, `token_revoked`, `subject_revoked`, `scope_revoked`, `key_revoked`, `all_revoked` |
//! | 16 | wrong type, purpose or issuer | `wrong_type`, `wrong_footer`, `wrong_issuer` |
//! | 17 | some lines of a batch failed (--keep-going) | |
//! | 64 | usage | |
//! | 65 | input or key file is bad data, or an engine does not let us in | |
//! | 66 | cannot read input, key ring or revocation list | |
//! | 70 | a bug of waxseal | |
//! | 73 | cannot create: it exists already, or nobody can write there | |
//! | 74 | cannot write, or listen on an address | |
//! | 75 | busy, or keys or revocations are too old: try again | `stale_keys`, `stale_revocations`; `outlives_list`, which only a list with a longer L ends |
//! | 76 | refused by a guard: too early, held, or the wrong ring | |
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
//!
//! `--footer TEXT` and `--implicit-assertion TEXT` ask a PASETO for exactly these, and `mint` gives them to
//! one. They are for tokens under a single key: a ring's sessions have neither, and `--session` excludes
//! them. Another footer is `wrong_footer` (16). Another implicit assertion is a bad signature (11). A
//! JWT has neither: asked for a footer it is refused with 16, for an assertion with 10.
//!
//! `--revoked PLACE` asks a revocation list, read anew for this call; a list that cannot be read stops the
//! call with 65 or 66, before any verdict. `--scope-claim` names the claim that holds a foreign token's
//! scope.
//!
//! `--payload raw` checks form, key, signature and footer, and reads no claims.
//!
//! # A second opinion
//! `verify --second-opinion` asks another library about the same token under the same key:
//! jsonwebtoken about a JWS, pasetors about a PASETO. Its answer stands below ours, with the reason where
//! the two disagree. **It changes neither verdict nor exit code.**
//!
//! | | jsonwebtoken | pasetors |
//! |---|---|---|
//! | its own | parsing, checks of claims | parsing, checks of claims, `v4.public` and `v3.public` signatures |
//! | shared with us | the primitives (ring, by [our provider](super::coming_from)) | the primitives of `v4.local` |
//! | is not asked | `typ`, `crit`, key states, revocation | `typ`, key states, revocation |
//! | has no opinion on | JWE | |
//!
//! It is given the key that we chose, and cannot be given a clock: with `--at` it judges no times. In
//! JSON `agrees` is `null` where the two cannot be compared, and `judge` is `none` for a text that is no
//! token.
//!
//! # What `doctor` knows
//! It reads headers as a browser does (draft-ietf-httpbis-rfc6265bis) and knows no public suffix list
//! beyond the suffixes that people meet. `error` is why a cookie is dropped or stays, and makes the
//! exit code 1. `doctor --rules` prints this table with the mend of each.
//!
//! | id | level | what |
//! |---|---|---|
//! | C001 | error | a control character stands in it: browsers ignore the whole header |
//! | C002 | error | name and value have more than 4096 bytes together |
//! | C003 | warn | an attribute has more than 1024 bytes: browsers ignore it |
//! | C004 | warn | the cookie has no name: browsers keep it, most servers cannot read it |
//! | C005 | error | neither name nor value |
//! | C006 | error | Secure, but the URL is http |
//! | C007 | warn | Secure on http to this machine: Chromium and Firefox keep it, Safari drops it |
//! | C008 | error | the name begins with __Secure-, which asks for Secure |
//! | C009 | error | the name begins with __Host-, which asks for Secure, Path=/ and no Domain |
//! | C010 | warn | a prefix in other letters: newer browsers ask what it asks, older ones do not |
//! | C011 | error | SameSite=None without Secure |
//! | C012 | warn | the SameSite value is none of Strict, Lax and None: browsers act as if it were not there |
//! | C013 | error | the URL's host is not within Domain |
//! | C014 | error | Domain is a whole top-level domain |
//! | C015 | error | Domain is a public suffix, under which strangers have hosts |
//! | C016 | warn | Domain looks like a public suffix; browsers that list it drop the cookie |
//! | C017 | error | the URL's host is an IP address, which has no parent domain |
//! | C018 | warn | Domain names a host that takes none: some browsers drop the cookie, some ignore Domain |
//! | C019 | error | Domain is not ASCII |
//! | C020 | warn | the browser keeps it, but does not send it to this URL: Path does not cover it |
//! | C021 | note | without a Path it goes only to the folder of the URL |
//! | C022 | error | Partitioned without Secure |
//! | C023 | warn | a token without HttpOnly: any script of the page can take it |
//! | C024 | warn | no Secure: it is sent over plain http too |
//! | C025 | error | it has expired when it arrives: browsers delete it |
//! | C026 | warn | Expires is no date: browsers ignore it |
//! | C027 | warn | Max-Age is no whole number: browsers ignore it |
//! | C028 | warn | more than 400 days: browsers end it then |
//! | C029 | note | Max-Age and Expires differ: browsers take Max-Age |
//! | C030 | note | the cookie outlives the token in it: later requests carry an expired token |
//! | C031 | note | the cookie ends before the token in it: a copy works longer |
//! | C032 | warn | the token in it has expired |
//! | C033 | note | no SameSite: Chromium acts as if it were Lax, Firefox and Safari send it everywhere |
//! | C034 | note | SameSite=Strict: a visitor who comes from a link or a login elsewhere arrives without it |
//! | C035 | warn | characters that no cookie should have: servers cut, quote or refuse it |
//! | C036 | warn | one name with two places (Domain, Path): the browser keeps both and sends both |
//! | C040 | error | no Set-Cookie has the name that logout clears |
//! | C041 | error | logout names another Domain: it clears another cookie |
//! | C042 | error | logout names another Path: it clears another cookie |
//! | C043 | error | it does not expire: logout sets the cookie again |
//! | C044 | error | one is Partitioned and one is not: they lie in two jars |
//! | C045 | error | over http nothing replaces a Secure cookie |
//! | C050 | error | one name twice: which one counts is the server's choice |
//! | C051 | error | more than 8 KB: many servers and proxies answer 400 or 431 |
//! | C052 | warn | $ names are of RFC 2965, which no browser speaks |
//! | C053 | warn | quotes are part of the value; some servers strip them, some do not |
//! | C054 | warn | no browser sends a cookie with this prefix over http |
//! | C055 | warn | a part has no name |
//! | C056 | warn | the browser did not send the cookie that was set |
